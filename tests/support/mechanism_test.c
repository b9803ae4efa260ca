#include "tests/support/mechanism_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario.h"
#include "tests/support/check.h"

/* Copies of all arrays of a world: two a column, this week's and the next one's. */
struct snapshot {
    const struct model *model;
    void **array; /* [column][2] */
};

static size_t size_at(const struct world *w, size_t offset)
{
    size_t n;
    memcpy(&n, (const char *)w + offset, sizeof n);
    return n;
}

static void *array_at(const struct world *w, const struct column *c, size_t half)
{
    size_t offset = half == 0 ? c->now : c->next;
    void *p = NULL;
    if (offset != COLUMN_NONE)
        memcpy(&p, (const char *)w + offset, sizeof p);
    return p;
}

static size_t bytes_of(const struct model *m, const struct column *c, const struct world *w)
{
    return size_at(w, m->entities[c->entity].capacity) * column_width(c->type);
}

static void snapshot_take(struct snapshot *s, const struct world *w)
{
    for (size_t k = 0; k < s->model->column_count; k++) {
        const struct column *c = &s->model->columns[k];
        size_t bytes = bytes_of(s->model, c, w);
        for (size_t half = 0; half < 2; half++) {
            void *array = array_at(w, c, half);
            if (!array)
                continue;
            void **copy = &s->array[2 * k + half];
            if (!*copy)
                *copy = malloc(bytes);
            assert_non_null(*copy);
            memcpy(*copy, array, bytes);
        }
    }
}

static void snapshot_free(struct snapshot *s)
{
    for (size_t k = 0; k < 2 * s->model->column_count; k++)
        free(s->array[k]);
    free(s->array);
}

static bool lists(const column_id *list, size_t column)
{
    for (; list && *list; list++)
        if ((size_t)(*list - 1) == column)
            return true;
    return false;
}

static bool declares(const struct mechanism *mechanism, size_t column)
{
    return lists(mechanism->writes, column);
}

/* Whether what is read of other places stands among what is read. */
static void check_reads(const struct model *m, const struct mechanism *mechanism, struct error *e)
{
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        bool of_others = lists(mechanism->reads_tied, k) || lists(mechanism->reads_anywhere, k);
        if (of_others && !lists(mechanism->reads, k))
            error_add(e, STATUS_FAILED, "%s reads %s.%s of others and not at all", mechanism->name,
                      m->entities[c->entity].name, c->name);
        if (lists(mechanism->reads_tied, k) && c->entity != m->saved_entity)
            error_add(e, STATUS_FAILED, "%s reads %s.%s of those who are tied, who have none",
                      mechanism->name, m->entities[c->entity].name, c->name);
    }
}

/* Whether only declared columns changed since the snapshot. */
static void check_writes(const struct snapshot *s, const struct world *w,
                         const struct mechanism *mechanism, struct error *e)
{
    const struct model *m = s->model;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        for (size_t half = 0; half < 2 && !declares(mechanism, k); half++) {
            const void *array = array_at(w, c, half);
            if (array && memcmp(array, s->array[2 * k + half], bytes_of(m, c, w)) != 0)
                error_add(e, STATUS_FAILED, "%s writes %s.%s in week %u and does not declare it",
                          mechanism->name, m->entities[c->entity].name, c->name,
                          (unsigned)w->week + 1);
        }
    }
}

/* One week, one mechanism after the other over all cells. */
static void step_one_by_one(struct world *w, struct snapshot *s, struct error *e)
{
    const struct model *m = w->model;
    for (size_t k = 0; k < m->schedule_count; k++) {
        const struct mechanism *mechanism = m->schedule[k];
        void (*run)(struct world *, size_t) = w->off[k] ? mechanism->absent : mechanism->run;
        if (!run || !mechanism_due(mechanism, w->week))
            continue;
        snapshot_take(s, w);
        size_t cells = m->cells(w, mechanism->cells);
        for (size_t cell = 0; cell < cells; cell++)
            run(w, cell);
        check_writes(s, w, mechanism, e);
    }
    w->week++;
    columns_check(m, w, e);
}

/* One week, in groups, from the last cell to the first. */
static void step_backwards(struct world *w)
{
    const struct model *m = w->model;
    for (size_t first = 0, end; first < m->schedule_count; first = end) {
        end = model_group_end(m, first);
        for (size_t cell = m->cells(w, m->schedule[first]->cells); cell-- > 0;)
            for (size_t k = first; k < end; k++) {
                const struct mechanism *mechanism = m->schedule[k];
                void (*run)(struct world *, size_t) =
                    w->off[k] ? mechanism->absent : mechanism->run;
                if (run && mechanism_due(mechanism, w->week))
                    run(w, cell);
            }
    }
    w->week++;
}

/* Whether two worlds hold the same bits. */
static void check_same(const struct world *a, const struct world *b, const char *how,
                       struct error *e)
{
    const struct model *m = a->model;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        const struct entity *entity = &m->entities[c->entity];
        size_t rows = size_at(a, entity->count);
        size_t width = column_width(c->type);
        if (rows != size_at(b, entity->count)) {
            error_add(e, STATUS_FAILED, "%s has %zu rows after week %u, and %zu %s", entity->name,
                      rows, (unsigned)a->week, size_at(b, entity->count), how);
            continue;
        }
        const char *x = column_now(c, a), *y = column_now(c, b);
        size_t row = 0;
        while (row < rows && memcmp(x + row * width, y + row * width, width) == 0)
            row++;
        if (row < rows)
            error_add(e, STATUS_FAILED, "%s.%s of row %zu is %.9g after week %u, and %.9g %s",
                      entity->name, c->name, row, column_value(c, a, row), (unsigned)a->week,
                      column_value(c, b, row), how);
    }
    size_t values = a->scenario->place_count * m->observable_count;
    for (size_t k = 0; k < values; k++)
        if (memcmp(&a->observed[k], &b->observed[k], sizeof *a->observed) != 0)
            error_add(e, STATUS_FAILED, "%s is %.9g after week %u, and %.9g %s",
                      m->observables[k % m->observable_count].name, (double)a->observed[k],
                      (unsigned)a->week, (double)b->observed[k], how);
}

/* Declared writes and bounds, with mechanism `off` switched off (SIZE_MAX: none is in addition). */
static void verify_writes(const struct model *m, mechanism_fresh *fresh, uint32_t weeks, size_t off,
                          struct error *e)
{
    struct world *w = fresh(1);
    struct snapshot s = {m, calloc(2 * m->column_count, sizeof *s.array)};
    uint8_t *switches = malloc(m->schedule_count + 1);
    assert_non_null(s.array);
    assert_non_null(switches);
    memcpy(switches, w->off, m->schedule_count);
    if (off != SIZE_MAX)
        switches[off] = 1;
    w->off = switches;

    uint64_t ties = network_digest(&w->ties);
    for (uint32_t week = 0; week < weeks && e->count == 0; week++)
        step_one_by_one(w, &s, e);
    if (ties != network_digest(&w->ties))
        error_add(e, STATUS_FAILED, "the ties are not the same after %u weeks", (unsigned)weeks);
    snapshot_free(&s);
    world_close(w);
    free(switches);
}

/* The same bits in any order. */
static void verify_order(const struct model *m, mechanism_fresh *fresh, uint32_t weeks,
                         struct error *e)
{
    struct snapshot s = {m, calloc(2 * m->column_count, sizeof *s.array)};
    assert_non_null(s.array);
    struct world *grouped = fresh(1), *single = fresh(1), *backwards = fresh(1);
    for (uint32_t week = 0; week < weeks && e->count == 0; week++) {
        world_step(grouped);
        step_one_by_one(single, &s, e);
        step_backwards(backwards);
        check_same(grouped, single, "with mechanisms one by one", e);
        check_same(grouped, backwards, "with cells in falling order", e);
    }
    world_close(grouped);
    world_close(single);
    world_close(backwards);
    snapshot_free(&s);
}

/* The same bits at any number of threads. */
static void verify_threads(mechanism_fresh *fresh, uint32_t weeks, struct error *e)
{
    static const int threads[] = {2, 3, 4, 8};
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        char how[32];
        snprintf(how, sizeof how, "at %d threads", threads[k]);
        struct world *one = fresh(1), *many = fresh(threads[k]);
        check_same(one, many, how, e);
        for (uint32_t week = 0; week < weeks && e->count == 0; week++) {
            world_step(one);
            world_step(many);
            check_same(one, many, how, e);
        }
        world_close(one);
        world_close(many);
    }
}

enum status mechanism_verify(const struct model *m, mechanism_fresh *fresh, uint32_t weeks,
                             struct error *e)
{
    for (size_t k = 0; k < m->schedule_count; k++)
        check_reads(m, m->schedule[k], e);
    verify_writes(m, fresh, weeks, SIZE_MAX, e);
    for (size_t k = 0; k < m->schedule_count && e->count == 0; k++)
        if (m->schedule[k]->off)
            verify_writes(m, fresh, weeks, k, e);
    if (e->count == 0)
        verify_order(m, fresh, weeks, e);
    if (e->count == 0)
        verify_threads(fresh, weeks, e);
    return e->status;
}

void mechanism_test(const struct model *m, mechanism_fresh *fresh, uint32_t weeks)
{
    struct error e = {0};
    enum status status = mechanism_verify(m, fresh, weeks, &e);
    if (status)
        print_error("%s", error_text(&e));
    error_free(&e);
    assert_int_equal(status, STATUS_DONE);
}
