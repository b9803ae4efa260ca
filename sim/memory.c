#include "sim/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/progress.h"
#include "sim/ranks.h"

/* The number after `label` in a file of the system's, in its own unit; UINT64_MAX for none. */
static uint64_t number_in(const char *path, const char *label)
{
    char line[256];
    uint64_t value = UINT64_MAX, found;
    FILE *file = fopen(path, "r");
    while (file && value == UINT64_MAX && fgets(line, sizeof line, file))
        if (strncmp(line, label, strlen(label)) == 0 &&
            sscanf(line + strlen(label), "%" SCNu64, &found) == 1)
            value = found;
    if (file)
        fclose(file);
    return value;
}

static uint64_t left_of(uint64_t limit, uint64_t used)
{
    if (limit == UINT64_MAX)
        return UINT64_MAX;
    return used == UINT64_MAX || used > limit ? 0 : limit - used;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t memory_free(void)
{
    static const uint64_t kibi = 1024;
    uint64_t machine = number_in("/proc/meminfo", "MemAvailable:");
    uint64_t free = machine < UINT64_MAX / kibi ? machine * kibi : UINT64_MAX;
    free = least(free, left_of(number_in("/sys/fs/cgroup/memory.max", ""),
                               number_in("/sys/fs/cgroup/memory.stat", "anon ")));
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        free = least(free, limit.rlim_cur);
    return free;
}

uint64_t memory_free_of_rank(bool shared)
{
    uint64_t free = memory_free(), ranks = shared ? (uint64_t)ranks_here() : 1;
    return free == UINT64_MAX ? free : free / ranks;
}

enum status memory_check(const struct memory_need *need, uint64_t free, struct error *e)
{
    static const double gibi = 1024.0 * 1024 * 1024;
    const double wanted = (double)need->world * need->side_by_side;
    if (wanted <= (double)free)
        return STATUS_DONE;
    double beside = (double)free / (double)need->world;
    char hint[160], fitting[32], persons[32];
    if (beside >= 1) {
        snprintf(hint, sizeof hint, "%d instead of %d fit side by side: give --threads %d",
                 (int)beside, need->side_by_side, (int)beside);
    } else {
        progress_thousands(beside * (double)need->persons, fitting, sizeof fitting);
        progress_thousands((double)need->persons, persons, sizeof persons);
        snprintf(hint, sizeof hint, "about %s of its %s persons would fit", fitting, persons);
    }
    return error_add(e, STATUS_FAILED,
                     "memory is too small: the run needs about %.2f GiB and %.2f GiB are free; %s",
                     wanted / gibi, (double)free / gibi, hint);
}
