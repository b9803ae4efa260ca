#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/model.h"
#include "sim/scenario.h"
#include "sim/share.h"

enum { GROUP_MAX = 64 };    /* mechanisms; a longer row of them is worked off in several groups */
enum { SHARES_MOST = 256 }; /* threads that cells are shared out to */

/* What the mechanisms of one group do this week, in order. */
struct group {
    size_t count;
    void (*run[GROUP_MAX])(struct world *w, size_t cell);
};

enum status world_open(struct world **world, const struct model *m, const struct scenario *s,
                       uint32_t replicate, int threads, struct error *e)
{
    *world = NULL;
    size_t size = (m->world_size + 63) / 64 * 64;
    struct world *w = aligned_alloc(64, size);
    if (!w)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes for a world", size);
    memset(w, 0, size);
    w->model = m;
    w->scenario = s;
    w->seed = (uint64_t)s->values[m->seed_param];
    w->replicate = replicate;
    w->threads = threads < 1 ? 1 : threads;
    w->off = s->off;

    enum status status = STATUS_DONE;
    size_t values = s->place_count * m->observable_count;
    w->observed = calloc(values ? values : 1, sizeof *w->observed);
    if (!w->observed)
        status = error_add(e, STATUS_FAILED,
                           "memory is short: %zu bytes for the observables of %zu places",
                           values * sizeof *w->observed, s->place_count);
    if (!status)
        status = m->build(w, e);
    if (status) {
        world_close(w);
        return status;
    }
    *world = w;
    return STATUS_DONE;
}

void world_close(struct world *w)
{
    if (!w)
        return;
    const struct model *m = w->model;
    m->destroy(w);
    columns_free(m, w);
    network_free(&w->ties);
    free(w->observed);
    free(w);
}

static size_t size_at(const struct world *w, size_t offset)
{
    size_t value;
    memcpy(&value, (const char *)w + offset, sizeof value);
    return value;
}

bool world_adopt(struct world *w, const struct world *from)
{
    const struct model *m = w->model;
    for (size_t i = 0; i < m->entity_count; i++) {
        const struct entity *entity = &m->entities[i];
        if (!entity->transient && size_at(from, entity->count) > size_at(w, entity->capacity))
            return false;
    }
    for (size_t i = 0; i < m->entity_count; i++) {
        size_t count = size_at(from, m->entities[i].count);
        if (!m->entities[i].transient)
            memcpy((char *)w + m->entities[i].count, &count, sizeof count);
    }
    for (size_t i = 0; i < m->column_count; i++) {
        const struct column *c = &m->columns[i];
        size_t rows = size_at(from, m->entities[c->entity].count);
        if (c->role == COLUMN_STATE && !m->entities[c->entity].transient && rows > 0)
            memcpy(column_now(c, w), column_now(c, from), rows * column_width(c->type));
    }
    size_t values = w->scenario->place_count * m->observable_count;
    memcpy(w->observed, from->observed, values * sizeof *w->observed);
    w->week = from->week;
    return true;
}

size_t model_group_end(const struct model *m, size_t first)
{
    size_t end = first + 1;
    while (end < m->schedule_count && end - first < GROUP_MAX && !m->schedule[end]->waits &&
           m->schedule[end]->cells == m->schedule[first]->cells)
        end++;
    return end;
}

bool mechanism_due(const struct mechanism *mechanism, uint32_t week)
{
    return mechanism->every <= 1 || (week + 1) % mechanism->every == 0;
}

static void group_collect(struct group *g, const struct world *w, size_t first, size_t end)
{
    g->count = 0;
    for (size_t k = first; k < end; k++) {
        const struct mechanism *mechanism = w->model->schedule[k];
        if (!mechanism_due(mechanism, w->week))
            continue;
        void (*run)(struct world *, size_t) = w->off[k] ? mechanism->absent : mechanism->run;
        if (run)
            g->run[g->count++] = run;
    }
}

/* All mechanisms of a group on one cell, so that the cell's data stays in cache. */
static inline void group_run_cell(const struct group *g, struct world *w, size_t cell)
{
    for (size_t k = 0; k < g->count; k++)
        g->run[k](w, cell);
}

static void group_run_shared(const struct group *g, struct world *w, size_t cells)
{
    struct share shares[SHARES_MOST];
    size_t threads = w->threads < SHARES_MOST ? (size_t)w->threads : SHARES_MOST;
    share_out(shares, threads, cells);
#pragma omp parallel num_threads((int)threads)
    for (size_t k = 0, own = (size_t)omp_get_thread_num(); k < threads; k++)
        for (size_t cell; share_take(&shares[(own + k) % threads], k == 0, &cell);)
            group_run_cell(g, w, cell);
}

static void group_run(const struct group *g, struct world *w, size_t cells)
{
    if (w->order == CELLS_BACKWARDS) {
        for (size_t cell = cells; cell > 0; cell--)
            group_run_cell(g, w, cell - 1);
        return;
    }
    if (w->threads == 1 || cells < 2) {
        for (size_t cell = 0; cell < cells; cell++)
            group_run_cell(g, w, cell);
        return;
    }
    if (w->order == CELLS_DEALT) {
#pragma omp parallel for schedule(static) num_threads(w->threads)
        for (size_t cell = 0; cell < cells; cell++)
            group_run_cell(g, w, cell);
        return;
    }
    group_run_shared(g, w, cells);
}

#ifdef SAMSKAB_CHECKED
/* In the library that the tests see: bounds and what the model conserves, after every week. */
static void check(const struct world *w)
{
    struct error e = {0};
    if (columns_check(w->model, w, &e) || w->model->check(w, &e)) {
        fputs(error_text(&e), stderr);
        abort();
    }
}
#endif

void world_step(struct world *w)
{
    const struct model *m = w->model;
    for (size_t first = 0, end; first < m->schedule_count; first = end) {
        end = model_group_end(m, first);
        struct group g;
        group_collect(&g, w, first, end);
        if (g.count > 0)
            group_run(&g, w, m->cells(w, m->schedule[first]->cells));
    }
    w->week++;
#ifdef SAMSKAB_CHECKED
    check(w);
#endif
}

static uint64_t digest_with(const struct world *w, const uint64_t *parts, size_t size)
{
    size_t values = w->scenario->place_count * w->model->observable_count;
    uint64_t digest = digest_bytes(DIGEST_EMPTY, parts, size);
    return digest_bytes(digest, w->observed, values * sizeof *w->observed);
}

uint64_t world_digest(const struct world *w)
{
    const uint64_t parts[] = {w->seed, w->replicate, w->week,
                              columns_digest(w->model, w, true, true), network_digest(&w->ties)};
    return digest_with(w, parts, sizeof parts);
}

uint64_t world_state_digest(const struct world *w)
{
    const uint64_t parts[] = {w->seed, w->replicate, w->week, columns_state_digest(w->model, w)};
    return digest_with(w, parts, sizeof parts);
}
