#include "analysis/posterior_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/durable.h"
#include "sim/parts.h"
#include "sim/scenario_reader.h"
#include "sim/text_stream.h"

enum { PART_LIMIT = 1 << 30 };

static enum status no_memory(struct error *e)
{
    return error_add(e, STATUS_FAILED, "out of memory");
}

/* --- the folder ------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Nothing but what a writer left when it was killed, and trials that a failure of power has brought
 * back after the setup had gone; they name the setup they belong to. */
static enum status holds_nothing(const char *folder, bool *nothing, struct error *e)
{
    char **names;
    size_t count;
    enum status status = durable_names(folder, &names, &count, e);
    *nothing = true;
    for (size_t i = 0; i < count; i++)
        *nothing =
            *nothing && (ends_with(names[i], ".tmp") || strncmp(names[i], "trials-", 7) == 0);
    durable_names_free(names, count);
    return status;
}

/* The setup goes last, so that what is left when this is killed is taken up again. */
static enum status remove_folder(const char *folder, struct error *e)
{
    char **names;
    size_t count;
    enum status status = durable_names(folder, &names, &count, e);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++)
        if (strncmp(names[i], "setup.txt", 9) != 0 && strncmp(names[i], "trials-", 7) != 0)
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: is not removed, since %s in it is no part of a calibration",
                               folder, names[i]);
    for (size_t i = count; i-- > 0 && status == STATUS_DONE;) {
        char *path = durable_format("%s/%s", folder, names[i]);
        status = path ? durable_remove(path, e) : no_memory(e);
        free(path);
    }
    durable_names_free(names, count);
    return status == STATUS_DONE ? durable_remove_folder(folder, e) : status;
}

static enum status compare_setup(const struct posterior_parts *p, const char *path,
                                 const char *setup, const char *out, struct error *e)
{
    char why[256], *found;
    size_t size;
    if (reader_file(path, PART_LIMIT, &found, &size, why, sizeof why) != STATUS_DONE)
        return error_add(e, STATUS_BAD_INPUT, "%s: is there, but holds no calibration (%s %s)",
                         p->folder, path, why);
    bool same = size == strlen(setup) && memcmp(found, setup, size) == 0;
    free(found);
    if (same)
        return STATUS_DONE;
    return error_add(
        e, STATUS_BAD_INPUT,
        "%s: belongs to a calibration with other targets, ranges, draws, trials, scenario, seed "
        "or version of samskab; give another name than %s with -o, or --force to throw "
        "it away",
        p->folder, out);
}

static enum status take_up(struct posterior_parts *p, const char *path, const char *setup,
                           const char *out, const struct calibrate_request *request,
                           struct error *e)
{
    bool nothing = false;
    enum status status = holds_nothing(p->folder, &nothing, e);
    if (status != STATUS_DONE || nothing)
        return status;
    if (request->resume)
        return compare_setup(p, path, setup, out, e);
    return error_add(
        e, STATUS_BAD_INPUT,
        "%s: an interrupted calibration is there; go on with --resume, or give --force "
        "to throw it away",
        p->folder);
}

enum status posterior_parts_open(struct posterior_parts *p, const char *out, const char *setup,
                                 const struct calibrate_request *request, struct error *e)
{
    *p = (struct posterior_parts){.folder = parts_folder(out),
                                  .digest = digest_bytes(DIGEST_EMPTY, setup, strlen(setup)),
                                  .lock = -1};
    char *path = p->folder ? durable_format("%s/setup.txt", p->folder) : NULL;
    bool there = path && durable_is_folder(p->folder);
    enum status status = path ? STATUS_DONE : no_memory(e);
    if (status == STATUS_DONE && there && request->force && !request->resume) {
        status = remove_folder(p->folder, e);
        there = false;
    }
    if (status == STATUS_DONE)
        status = durable_folder(p->folder, e);
    if (status == STATUS_DONE)
        status = durable_lock(p->folder, &p->lock, e);
    if (status == STATUS_DONE && there)
        status = take_up(p, path, setup, out, request, e);
    if (status == STATUS_DONE && !durable_is_file(path))
        status = durable_write(path, setup, strlen(setup), e);
    free(path);
    return status;
}

enum status posterior_parts_remove(struct posterior_parts *p, struct error *e)
{
    return p->folder ? remove_folder(p->folder, e) : STATUS_DONE;
}

void posterior_parts_close(struct posterior_parts *p)
{
    if (p->folder)
        durable_unlock(&p->lock);
    free(p->folder);
    p->folder = NULL;
}

/* --- parts ------------------------------------------------------------------------------------ */

static const char head[] = "samskab trials 1";

static void print_trials(const struct posterior_parts *p, const struct numbered *trials,
                         size_t count, FILE *out)
{
    fprintf(out, "%s %016" PRIx64 " %zu\n", head, p->digest, count);
    for (size_t i = 0; i < count; i++) {
        const struct draw *d = &trials[i].draw;
        fprintf(out, "%zu %a", trials[i].number, d->distance);
        for (size_t k = 0; k < p->free_count; k++)
            fprintf(out, " %a", d->shares[k]);
        for (size_t k = 0; k < p->target_count; k++)
            fprintf(out, " %a", d->outcomes[k]);
        fputc('\n', out);
    }
}

enum status posterior_parts_save(const struct posterior_parts *p, unsigned generation,
                                 const struct numbered *trials, size_t count, struct error *e)
{
    if (!p->folder || count == 0)
        return STATUS_DONE;
    char *text = NULL;
    size_t size = 0;
    FILE *out = text_stream(&text, &size);
    char *path =
        durable_format("%s/trials-%03u-%07zu.txt", p->folder, generation, trials[0].number);
    if (out)
        print_trials(p, trials, count, out);
    bool good = out && path && !ferror(out) && fflush(out) == 0;
    if (good) {
        fprintf(out, "%016" PRIx64 "\n", digest_bytes(DIGEST_EMPTY, text, size));
        good = !ferror(out);
    }
    if (out)
        good = fclose(out) == 0 && good;
    enum status status = good ? durable_write(path, text, size, e) : no_memory(e);
    free(path);
    free(text);
    return status;
}

/* The next number of a line. */
static double next(char **at)
{
    return strtod(*at, at);
}

/* Adds what a part holds; false, and nothing is added, when it is not whole or another's. */
static bool read_part(const struct posterior_parts *p, char *text, size_t size,
                      struct numbered **trials, size_t *count, bool *failed)
{
    enum { TAIL = 17 };
    uint64_t digest, setup;
    size_t own, length;
    int end = 0;
    if (size < TAIL || sscanf(text + size - TAIL, "%16" SCNx64, &digest) != 1 ||
        digest != digest_bytes(DIGEST_EMPTY, text, size - TAIL) ||
        strncmp(text, head, sizeof head - 1) != 0 ||
        sscanf(text + sizeof head - 1, "%" SCNx64 " %zu%n", &setup, &own, &end) != 2 ||
        setup != p->digest)
        return false;
    length = *count + own;
    struct numbered *more = realloc(*trials, length * sizeof *more);
    if (!more) {
        *failed = true;
        return false;
    }
    *trials = more;
    for (char *at = text + sizeof head - 1 + end; *count < length; (*count)++) {
        struct numbered *n = &more[*count];
        memset(n, 0, sizeof *n);
        n->number = strtoul(at, &at, 10);
        n->draw.distance = next(&at);
        for (size_t k = 0; k < p->free_count; k++)
            n->draw.shares[k] = next(&at);
        for (size_t k = 0; k < p->target_count; k++)
            n->draw.outcomes[k] = next(&at);
    }
    return true;
}

static bool is_part(const char *name, unsigned generation)
{
    unsigned own;
    size_t number;
    int end = 0;
    return sscanf(name, "trials-%u-%zu.txt%n", &own, &number, &end) == 2 && end > 0 &&
           name[end] == '\0' && own == generation;
}

enum status posterior_parts_load(const struct posterior_parts *p, unsigned generation,
                                 struct numbered **trials, size_t *count, struct error *e)
{
    char **names = NULL;
    size_t name_count = 0;
    bool failed = false;
    *trials = NULL;
    *count = 0;
    enum status status = p->folder ? durable_names(p->folder, &names, &name_count, e) : STATUS_DONE;
    for (size_t i = 0; i < name_count && status == STATUS_DONE; i++) {
        char why[256], *text = NULL;
        size_t size;
        char *path =
            is_part(names[i], generation) ? durable_format("%s/%s", p->folder, names[i]) : NULL;
        if (path && reader_file(path, PART_LIMIT, &text, &size, why, sizeof why) == STATUS_DONE)
            read_part(p, text, size, trials, count, &failed);
        status = failed ? no_memory(e) : STATUS_DONE;
        free(text);
        free(path);
    }
    durable_names_free(names, name_count);
    return status;
}
