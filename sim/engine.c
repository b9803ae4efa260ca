#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/model.h"
#include "sim/scenario.h"
#include "sim/share.h"
#include "sim/split.h"

enum { GROUP_MAX = 64 };    /* mechanisms; a longer row of them is worked off in several groups */
enum { SHARES_MOST = 256 }; /* threads that cells are shared out to */

/* What the mechanisms of one group do this week, in order. */
struct group {
    size_t count;
    void (*run[GROUP_MAX])(struct world *w, size_t cell);
};

static enum status open_world(struct world **world, const struct model *m, const struct scenario *s,
                              uint32_t replicate, int threads, bool shared, struct error *e)
{
    *world = NULL;
    size_t size = (m->world_size + 63) / 64 * 64;
    struct world *w = aligned_alloc(64, size);
    enum status status = STATUS_DONE;
    if (!w) {
        status = error_add(e, STATUS_FAILED, "memory is short: %zu bytes for a world", size);
        return shared ? split_open(NULL, status, e) : status;
    }
    memset(w, 0, size);
    w->model = m;
    w->scenario = s;
    w->seed = (uint64_t)s->values[m->seed_param];
    w->replicate = replicate;
    w->threads = threads < 1 ? 1 : threads;
    w->off = s->off;
    w->places = (struct range){0, s->place_count};

    size_t values = s->place_count * m->observable_count;
    w->observed = calloc(values ? values : 1, sizeof *w->observed);
    if (!w->observed)
        status = error_add(e, STATUS_FAILED,
                           "memory is short: %zu bytes for the observables of %zu places",
                           values * sizeof *w->observed, s->place_count);
    if (shared)
        status = split_open(w, status, e);
    if (!status) {
        status = m->build(w, e);
        if (shared)
            status = split_meet(w, status, e);
    }
    if (status) {
        world_close(w);
        return status;
    }
    *world = w;
    return STATUS_DONE;
}

enum status world_open(struct world **world, const struct model *m, const struct scenario *s,
                       uint32_t replicate, int threads, struct error *e)
{
    return open_world(world, m, s, replicate, threads, false, e);
}

enum status world_open_shared(struct world **world, const struct model *m, const struct scenario *s,
                              uint32_t replicate, int threads, struct error *e)
{
    return open_world(world, m, s, replicate, threads, m->rows != NULL, e);
}

void world_close(struct world *w)
{
    if (!w)
        return;
    const struct model *m = w->model;
    m->destroy(w);
    columns_free(m, w);
    network_free(&w->ties);
    split_close(w->split);
    free(w->observed);
    free(w);
}

static size_t size_at(const struct world *w, size_t offset)
{
    size_t value;
    memcpy(&value, (const char *)w + offset, sizeof value);
    return value;
}

struct range world_rows(const struct world *w, size_t entity)
{
    const struct model *m = w->model;
    if (w->split && !m->entities[entity].transient)
        return m->rows(w, entity, w->places);
    return (struct range){0, size_at(w, m->entities[entity].count)};
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

static void group_run_shared(const struct group *g, struct world *w, struct range own)
{
    struct share shares[SHARES_MOST];
    size_t threads = w->threads < SHARES_MOST ? (size_t)w->threads : SHARES_MOST;
    share_out(shares, threads, own.end - own.first);
#pragma omp parallel num_threads((int)threads)
    for (size_t k = 0, mine = (size_t)omp_get_thread_num(); k < threads; k++)
        for (size_t cell; share_take(&shares[(mine + k) % threads], k == 0, &cell);)
            group_run_cell(g, w, own.first + cell);
}

static void group_run(const struct group *g, struct world *w, struct range own)
{
    size_t cells = own.end - own.first;
    if (w->order == CELLS_BACKWARDS) {
        for (size_t cell = own.end; cell > own.first; cell--)
            group_run_cell(g, w, cell - 1);
        return;
    }
    if (w->threads == 1 || cells < 2) {
        for (size_t cell = own.first; cell < own.end; cell++)
            group_run_cell(g, w, cell);
        return;
    }
    if (w->order == CELLS_DEALT) {
#pragma omp parallel for schedule(static) num_threads(w->threads)
        for (size_t cell = own.first; cell < own.end; cell++)
            group_run_cell(g, w, cell);
        return;
    }
    group_run_shared(g, w, own);
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

/* The cells of a kind that this process works off. */
static struct range own_cells(const struct world *w, unsigned kind)
{
    const struct model *m = w->model;
    if (w->split && m->cell_entities[kind] != MODEL_WORLD)
        return world_rows(w, m->cell_entities[kind]);
    return (struct range){0, m->cells(w, kind)};
}

void world_step(struct world *w)
{
    const struct model *m = w->model;
    for (size_t first = 0, end; first < m->schedule_count; first = end) {
        end = model_group_end(m, first);
        struct group g;
        group_collect(&g, w, first, end);
        if (g.count == 0)
            continue;
        split_before(w, first, end);
        group_run(&g, w, own_cells(w, m->schedule[first]->cells));
        split_after(w, first, end);
    }
    split_observed(w);
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
    const uint64_t parts[] = {w->seed, w->replicate, w->week, split_columns_digest(w, true, true),
                              split_network_digest(w)};
    return digest_with(w, parts, sizeof parts);
}

uint64_t world_state_digest(const struct world *w)
{
    const uint64_t parts[] = {w->seed, w->replicate, w->week, split_state_digest(w)};
    return digest_with(w, parts, sizeof parts);
}
