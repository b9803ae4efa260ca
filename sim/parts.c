#include "sim/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/durable.h"

static const char suffix[] = ".parts";

char *parts_folder(const char *out)
{
    return durable_format("%s%s", out, suffix);
}

char *parts_out(const char *folder)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    size_t tail = sizeof suffix - 1;
    if (length > tail && memcmp(folder + length - tail, suffix, tail) == 0)
        length -= tail;
    return strndup(folder, length);
}

char *parts_setup(const char *folder)
{
    return durable_format("%s/setup.h5", folder);
}

char *parts_replicate(const char *folder, uint32_t replicate, uint32_t week)
{
    return durable_format("%s/replicate-%05u-%05u.h5", folder, replicate, week);
}

char *parts_agents(const char *folder, uint32_t replicate, uint32_t week)
{
    return durable_format("%s/agents-%05u-%05u.h5", folder, replicate, week);
}

char *parts_run(const char *folder, size_t run)
{
    return durable_format("%s/run-%07zu.part", folder, run);
}

enum status parts_runs(const char *folder, size_t runs, uint8_t *finished, uint8_t *begun,
                       struct error *e)
{
    char **names;
    size_t count;
    enum status status = durable_names(folder, &names, &count, e);
    for (size_t i = 0; i < count; i++) {
        size_t run;
        unsigned week;
        int end = 0;
        if (sscanf(names[i], "run-%zu.part%n", &run, &end) == 1 && end > 0 && !names[i][end] &&
            run < runs)
            finished[run] = 1;
        else if (sscanf(names[i], "replicate-%zu-%u.h5%n", &run, &week, &end) == 2 && end > 0 &&
                 !names[i][end] && run < runs)
            begun[run] = 1;
    }
    durable_names_free(names, count);
    return status;
}

/* The week in "replicate-R-WEEK.h5" of this replicate; false for other names. */
static int name_week(const char *name, uint32_t replicate, uint32_t *week)
{
    unsigned r, w;
    int end = 0;
    if (sscanf(name, "replicate-%u-%u.h5%n", &r, &w, &end) != 2 || end == 0 || name[end] != '\0')
        return 0;
    *week = w;
    return r == replicate;
}

enum status parts_weeks(const char *folder, uint32_t replicate, uint32_t **weeks, size_t *count,
                        struct error *e)
{
    char **names;
    size_t name_count;
    *weeks = NULL;
    *count = 0;
    enum status status = durable_names(folder, &names, &name_count, e);
    if (status != STATUS_DONE)
        return status;
    *weeks = malloc((name_count + 1) * sizeof **weeks);
    if (!*weeks)
        status = error_add(e, STATUS_FAILED, "%s: out of memory", folder);
    /* Names are sorted, and so are weeks: five digits suffice for STREAM_WEEKS. */
    for (size_t i = name_count; *weeks && i-- > 0;)
        if (name_week(names[i], replicate, &(*weeks)[*count]))
            (*count)++;
    durable_names_free(names, name_count);
    return status;
}

enum status parts_prune(const char *folder, uint32_t replicate, size_t keep, struct error *e)
{
    uint32_t *weeks;
    size_t count;
    enum status status = parts_weeks(folder, replicate, &weeks, &count, e);
    for (size_t i = keep; i < count && status == STATUS_DONE; i++) {
        char *path = parts_replicate(folder, replicate, weeks[i]);
        status = path ? durable_remove(path, e)
                      : error_add(e, STATUS_FAILED, "%s: out of memory", folder);
        free(path);
    }
    free(weeks);
    return status;
}

/* Parts, and what a killed run may have left of them (`setup.h5.123.tmp`). */
static int is_part(const char *name)
{
    return strncmp(name, "setup.h5", 8) == 0 || strncmp(name, "replicate-", 10) == 0 ||
           strncmp(name, "agents-", 7) == 0 || strncmp(name, "run-", 4) == 0;
}

enum status parts_remove(const char *folder, struct error *e)
{
    char **names;
    size_t count;
    enum status status = durable_names(folder, &names, &count, e);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++)
        if (!is_part(names[i]))
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: is not removed, since %s in it is no part of a run", folder,
                               names[i]);
    durable_names_free(names, count);
    return status == STATUS_DONE ? durable_remove_folder(folder, e) : status;
}

enum status parts_discard(const char *folder, struct error *e)
{
    int lock;
    enum status status = durable_lock(folder, &lock, e);
    if (status == STATUS_DONE)
        status = parts_remove(folder, e);
    durable_unlock(&lock);
    return status;
}
