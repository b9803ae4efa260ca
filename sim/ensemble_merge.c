/* Shards of an experiment, joined. */
#include <stdlib.h>
#include <string.h>

#include "sim/durable.h"
#include "sim/ensemble_run.h"
#include "sim/reader.h"

/* All files are open; of the runs that are written next, values are at hand. */
struct merge {
    struct ensemble_file *files; /* by shard */
    size_t count;
    const struct ensemble *x;
    struct ensemble_range range;
    float *values; /* [run of the range][variable][week][place] */
    float *block;  /* of one variable and shard: [run of the range][week][place] */
    size_t room;   /* runs that fit */
};

static size_t at_run(const struct merge *g, size_t arm, size_t replicate)
{
    return (arm - g->range.arm) * g->range.replicates + replicate - g->range.replicate;
}

static bool make_room(struct merge *g, size_t runs)
{
    size_t values = ensemble_values(g->x), block = g->x->weeks * g->x->places;
    if (runs <= g->room)
        return true;
    free(g->values);
    free(g->block);
    g->values = malloc((values * runs + 1) * sizeof *g->values);
    g->block = malloc((block * runs + 1) * sizeof *g->block);
    g->room = g->values && g->block ? runs : 0;
    return g->room > 0;
}

/* The shard that holds a run. */
static size_t shard_of(const struct merge *g, size_t arm, size_t replicate)
{
    return ensemble_run(g->x, arm, replicate) % g->count;
}

/* Reads one variable of one shard, and takes over what is of its runs. */
static enum status read_block(struct merge *g, size_t shard, size_t variable, struct error *e)
{
    const struct ensemble *x = g->x;
    size_t size = x->weeks * x->places, values = ensemble_values(x);
    enum status status = reader_ensemble_series(&g->files[shard], variable, &g->range, g->block, e);
    for (size_t i = 0; i < g->range.arms && status == STATUS_DONE; i++)
        for (size_t r = 0; r < g->range.replicates; r++) {
            size_t arm = g->range.arm + i, replicate = g->range.replicate + r;
            size_t run = at_run(g, arm, replicate);
            if (shard_of(g, arm, replicate) == shard)
                memcpy(g->values + run * values + variable * size, g->block + run * size,
                       size * sizeof *g->block);
        }
    return status;
}

static enum status begin(void *context, const struct ensemble_range *range, struct error *e)
{
    struct merge *g = context;
    enum status status = STATUS_DONE;
    g->range = *range;
    if (!make_room(g, range->arms * range->replicates))
        return error_add(e, STATUS_FAILED, "out of memory");
    for (size_t shard = 0; shard < g->count; shard++) {
        bool any = false;
        for (size_t i = 0; i < range->arms && !any; i++)
            for (size_t r = 0; r < range->replicates && !any; r++)
                any = shard_of(g, range->arm + i, range->replicate + r) == shard;
        for (size_t k = 0; any && k < g->x->variable_count && status == STATUS_DONE; k++)
            status = read_block(g, shard, k, e);
    }
    return status;
}

static enum status take(void *context, size_t arm, size_t replicate, enum run_state *state,
                        float *values, char **why, struct error *e)
{
    struct merge *g = context;
    const struct ensemble_file *f = &g->files[shard_of(g, arm, replicate)];
    size_t at = arm * g->x->replicates + replicate, count = ensemble_values(g->x);
    *state = (enum run_state)f->state[at];
    if (*state == RUN_DONE)
        memcpy(values, g->values + at_run(g, arm, replicate) * count, count * sizeof *values);
    if (*state != RUN_FAILED)
        return STATUS_DONE;
    *why = strdup(f->failure[at] ? f->failure[at] : "");
    return *why ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
}

/* --- what fits together ------------------------------------------------------------------------
 */

static enum status check_file(const struct ensemble_file *f, const struct ensemble_file *first,
                              struct error *e)
{
    if (f->shard.count == 1)
        return error_add(e, STATUS_BAD_INPUT, "%s: is a whole experiment, not a shard of one",
                         f->path);
    if (strcmp(f->source, first->source) != 0 ||
        strcmp(f->ensemble.model_version, first->ensemble.model_version) != 0)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: was written by %s (model %s), but %s by %s (model %s)", f->path,
                         f->source, f->ensemble.model_version, first->path, first->source,
                         first->ensemble.model_version);
    if (strcmp(f->identity, first->identity) != 0 ||
        f->ensemble.replicates != first->ensemble.replicates)
        return error_add(e, STATUS_BAD_INPUT, "%s: is of another plan than %s", f->path,
                         first->path);
    if (f->shard.count != first->shard.count)
        return error_add(e, STATUS_BAD_INPUT, "%s: is shard %u of %u, but %s is one of %u", f->path,
                         f->shard.number, f->shard.count, first->path, first->shard.count);
    return STATUS_DONE;
}

/* Opens a file and puts it where its shard belongs. */
static enum status open_one(struct merge *g, const char *path, const struct ensemble_file **first,
                            struct error *e)
{
    struct ensemble_file f;
    enum status status = reader_ensemble_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    if (!*first) {
        free(g->files);
        g->count = f.shard.count;
        g->files = calloc(g->count, sizeof *g->files);
        status = g->files ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
    }
    if (status == STATUS_DONE)
        status = check_file(&f, *first ? *first : &f, e);
    struct ensemble_file *to = status == STATUS_DONE ? &g->files[f.shard.number - 1] : NULL;
    if (to && to->path)
        status = error_add(e, STATUS_BAD_INPUT, "%s: is shard %u of %u, as is %s", path,
                           f.shard.number, f.shard.count, to->path);
    if (status != STATUS_DONE) {
        reader_ensemble_close(&f);
        return status;
    }
    *to = f;
    *first = *first ? *first : to;
    return STATUS_DONE;
}

/* All runs of a shard must be there. */
static enum status check_whole(const struct merge *g, struct error *e)
{
    enum status status = STATUS_DONE;
    size_t missing = 0, gone = 0;
    for (size_t k = 0; k < g->count; k++)
        if (!g->files[k].path && missing++ == 0)
            gone = k + 1;
    if (missing == 1)
        return error_add(e, STATUS_BAD_INPUT, "shard %zu of %zu is missing", gone, g->count);
    if (missing > 1)
        return error_add(e, STATUS_BAD_INPUT,
                         "%zu of %zu shards are missing, first of all shard %zu", missing, g->count,
                         gone);
    for (size_t arm = 0; arm < g->x->arms && status == STATUS_DONE; arm++)
        for (size_t r = 0; r < g->x->replicates && status == STATUS_DONE; r++) {
            const struct ensemble_file *f = &g->files[shard_of(g, arm, r)];
            if (f->state[arm * g->x->replicates + r] == RUN_MISSING)
                status = error_add(e, STATUS_BAD_INPUT, "%s: lacks run %zu", f->path,
                                   ensemble_run(g->x, arm, r) + 1);
        }
    return status;
}

static enum status check_all(struct merge *g, const char *const *paths, size_t count,
                             struct error *e)
{
    const struct ensemble_file *first = NULL;
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < count; i++) {
        enum status found = open_one(g, paths[i], &first, e);
        status = status == STATUS_DONE ? found : status;
    }
    if (status != STATUS_DONE)
        return status;
    g->x = &first->ensemble;
    return check_whole(g, e);
}

enum status ensemble_merge(const char *const *paths, size_t count,
                           const struct store_run_options *options, const char *out,
                           struct ensemble_outcome *outcome, struct error *e)
{
    struct merge g = {0};
    memset(outcome, 0, sizeof *outcome);
    enum status status = durable_check(out, options->replace, e);
    if (status == STATUS_DONE)
        status = check_all(&g, paths, count, e);
    const struct store_source source = {.take = take, .begin = begin, .context = &g};
    if (status == STATUS_DONE)
        status = store_ensemble(out, g.x, (struct shard){1, 1}, &source, options, e);
    for (size_t run = 0; status == STATUS_DONE && run < ensemble_runs(g.x); run++) {
        size_t arm = run % g.x->arms, r = run / g.x->arms, at = arm * g.x->replicates + r;
        const struct ensemble_file *f = &g.files[run % g.count];
        outcome->done += f->state[at] == RUN_DONE;
        outcome->failed += f->state[at] == RUN_FAILED;
        if (f->failure[at] && !outcome->why)
            outcome->why = strdup(f->failure[at]);
    }
    for (size_t k = 0; g.files && k < g.count; k++)
        reader_ensemble_close(&g.files[k]);
    free(g.files);
    free(g.values);
    free(g.block);
    return status;
}
