#include "sim/store_provenance.h"

#include <gsl/gsl_version.h>
#include <libfyaml.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "sim/version.h"

/* The processor's name as Linux tells it; empty elsewhere. */
static void processor_name(char *text, size_t size)
{
    *text = '\0';
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (!file)
        return;
    char line[512];
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "model name", 10) != 0)
            continue;
        const char *name = strchr(line, ':');
        if (name)
            snprintf(text, size, "%s", name + 1 + (name[1] == ' '));
        text[strcspn(text, "\n")] = '\0';
        break;
    }
    fclose(file);
}

static void write_time(struct store_file *f, hid_t group)
{
    char text[64];
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0)
        store_text(f, group, "date", text);
}

static void write_machine(struct store_file *f, hid_t group)
{
    char text[512];
    struct utsname name;
    if (uname(&name) == 0) {
        store_text(f, group, "host", name.nodename);
        snprintf(text, sizeof text, "%.120s %.120s %.120s", name.sysname, name.release,
                 name.machine);
        store_text(f, group, "system", text);
    }
    processor_name(text, sizeof text);
    store_text(f, group, "processor", text);
}

static void write_libraries(struct store_file *f, hid_t group)
{
    char text[256];
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "HDF5 %u.%u.%u, GSL %s, libfyaml %s", major, minor, release,
             gsl_version, fy_library_version());
    store_text(f, group, "libraries", text);
#ifdef __clang__
    store_text(f, group, "compiler", __VERSION__);
#else
    store_text(f, group, "compiler", "gcc " __VERSION__);
#endif
}

static void write_double(struct store_file *f, hid_t group, const char *name, double value)
{
    store_numbers(f, group, name, H5T_NATIVE_DOUBLE, &value, 1);
}

static void write_cost(struct store_file *f, hid_t group, const struct run_cost *cost)
{
    store_uint64(f, group, "ranks", (uint64_t)(cost->ranks > 1 ? cost->ranks : 1));
    store_uint64(f, group, "threads", (uint64_t)cost->threads);
    store_uint64(f, group, "side_by_side", (uint64_t)cost->side_by_side);
    store_uint64(f, group, "exchanged_bytes", cost->exchanged_bytes);
    write_double(f, group, "build_seconds", cost->build_seconds);
    write_double(f, group, "step_seconds", cost->step_seconds);
    write_double(f, group, "total_seconds", cost->total_seconds);
    store_uint64(f, group, "agent_weeks", cost->agent_weeks);
    store_uint64(f, group, "peak_bytes", cost->peak_bytes);
    store_uint64(f, group, "world_bytes", cost->world_bytes);
}

void store_provenance(struct store_file *f, const struct store_run_options *options)
{
    hid_t group = store_group(f, f->id, "provenance");
    store_text(f, group, "command", options->command);
    store_text(f, group, "version", version_number);
    store_text(f, group, "commit", version_commit);
    write_time(f, group);
    write_machine(f, group);
    write_libraries(f, group);
    if (options->cost)
        write_cost(f, group, options->cost);
    store_text(f, group, "resumed", options->resumed ? "yes" : "no");
    store_close_group(f, group);
}
