/* Parts of a run: replicates, states, agents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/reader.h"
#include "sim/reader_file.h"
#include "sim/split.h"

static enum status read_about(const struct reader_place *p, struct reader_replicate *about)
{
    uint64_t replicate = 0, week = 0;
    bool running = false;
    enum status status = read_uint64(p, "replicate", &replicate);
    if (status == STATUS_DONE)
        status = read_uint64(p, "week", &week);
    if (status == STATUS_DONE)
        status = read_uint64(p, "scenario", &about->origin.scenario);
    if (status == STATUS_DONE)
        status = read_has(p, "world", &running);
    if (running)
        status = read_uint64(p, "traits", &about->origin.traits);
    if (running && status == STATUS_DONE)
        status = read_uint64(p, "ties", &about->origin.ties);
    about->finished = !running;
    about->replicate = (uint32_t)replicate;
    about->week = (uint32_t)week;
    return status;
}

enum status reader_replicate(const char *path, struct record *r, uint32_t replicate, uint32_t week,
                             struct reader_replicate *about, struct error *e)
{
    struct reader_place p;
    struct reader_dataset d = {.rank = 3, .shape = {r->observables, week, r->places}};
    float *values = NULL;
    memset(about, 0, sizeof *about);
    enum status status = read_begin(&p, path, "samskab replicate", e);
    if (status != STATUS_DONE)
        return status;
    status = read_about(&p, about);
    if (status == STATUS_DONE &&
        (about->replicate != r->part + replicate || about->week != week || week > r->weeks))
        status = error_add(e, STATUS_BAD_INPUT, "%s: holds replicate %u after week %u", path,
                           about->replicate + 1, about->week);
    if (status == STATUS_DONE && week > 0)
        status = read_dataset(&p, "series", H5T_FLOAT, 4, &d);
    if (status == STATUS_DONE && week > 0) {
        size_t block = (size_t)week * r->places;
        values = malloc(r->observables * block * sizeof *values);
        status = values ? read_values(&d, H5T_NATIVE_FLOAT, values) : read_no_memory(&p);
        for (size_t k = 0; k < r->observables && status == STATUS_DONE; k++)
            memcpy(record_at(r, k, replicate, 0), values + k * block, block * sizeof *values);
        read_close(&d);
    }
    if (status == STATUS_DONE)
        r->weeks_done[replicate] = week;
    free(values);
    read_end(&p);
    return status;
}

static enum status check_width(const struct reader_dataset *d, const struct column *c)
{
    bool unsigned_number = c->type != COLUMN_F32;
    if (unsigned_number && H5Tget_sign(d->type) != H5T_SGN_NONE)
        return error_add(d->place.error, STATUS_BAD_INPUT, "%s: %s is of another type",
                         d->place.path, c->name);
    return STATUS_DONE;
}

/* `rows` values of a column as they were stored. */
static enum status read_column(const struct reader_place *p, const char *name,
                               const struct column *c, size_t rows, void *values)
{
    struct reader_dataset d = {.rank = 1, .shape = {rows}};
    enum status status = read_dataset(p, name, c->type == COLUMN_F32 ? H5T_FLOAT : H5T_INTEGER,
                                      column_width(c->type), &d);
    if (status != STATUS_DONE)
        return status;
    status = check_width(&d, c);
    if (status == STATUS_DONE)
        status = read_values(&d, store_column_type(c->type), values);
    read_close(&d);
    return status;
}

/* Numbers of rows, which must fit into what the world has allocated, and be those of a world that
 * is shared, since ranks take their part of them. */
static enum status read_rows(const struct reader_place *p, struct world *w)
{
    const struct model *m = w->model;
    for (size_t i = 0; i < m->entity_count; i++) {
        const struct entity *entity = &m->entities[i];
        uint64_t rows = 0;
        size_t capacity;
        if (entity->transient)
            continue;
        enum status status = read_uint64(p, entity->name, &rows);
        if (status != STATUS_DONE)
            return status;
        size_t built = store_rows(m, i, w);
        if (w->split && rows != built)
            return error_add(p->error, STATUS_BAD_INPUT, "%s: has %llu rows of %s, must have %zu",
                             p->path, (unsigned long long)rows, entity->name, built);
        memcpy(&capacity, (const char *)w + entity->capacity, sizeof capacity);
        if (rows > capacity)
            return error_add(p->error, STATUS_BAD_INPUT, "%s: has %llu rows of %s, at most %zu fit",
                             p->path, (unsigned long long)rows, entity->name, capacity);
        size_t count = (size_t)rows;
        memcpy((char *)w + entity->count, &count, sizeof count);
    }
    return STATUS_DONE;
}

/* The rows of a column that this rank holds. */
static enum status read_own(const struct reader_place *p, const char *name, struct world *w,
                            size_t column)
{
    const struct column *c = &w->model->columns[column];
    size_t rows = store_rows(w->model, c->entity, w);
    void *all = malloc(rows * column_width(c->type));
    enum status status = all ? read_column(p, name, c, rows, all) : read_no_memory(p);
    if (status == STATUS_DONE)
        split_take(w, column, all);
    free(all);
    return status;
}

static enum status read_columns(const struct reader_place *p, struct world *w)
{
    const struct model *m = w->model;
    for (size_t i = 0; i < m->column_count; i++) {
        const struct column *c = &m->columns[i];
        size_t rows = store_rows(m, c->entity, w);
        if (c->role != COLUMN_STATE || m->entities[c->entity].transient || rows == 0)
            continue;
        char name[256];
        snprintf(name, sizeof name, "%s.%s", m->entities[c->entity].name, c->name);
        enum status status =
            w->split ? read_own(p, name, w, i) : read_column(p, name, c, rows, column_now(c, w));
        if (status != STATUS_DONE)
            return status;
    }
    return STATUS_DONE;
}

/* What was observed in the last week, as the world has it. */
static void put_observed(struct world *w, const struct record *r)
{
    for (size_t k = 0; k < r->observables && w->week > 0; k++) {
        const float *value = record_at(r, k, w->replicate - r->first, w->week - 1);
        for (size_t place = 0; place < r->places; place++)
            w->observed[place * r->observables + k] = value[place];
    }
}

static enum status read_state(const char *path, struct world *w, const struct record *r,
                              uint64_t *digest, struct error *e)
{
    struct reader_place p, state;
    enum status status = read_begin(&p, path, "samskab replicate", e);
    if (status != STATUS_DONE)
        return status;
    status = read_uint64(&p, "world", digest);
    if (status == STATUS_DONE)
        status = read_group(&p, "state", &state);
    if (status == STATUS_DONE) {
        status = read_rows(&state, w);
        if (status == STATUS_DONE)
            status = read_columns(&state, w);
        read_close_group(&state);
    }
    if (status == STATUS_DONE) {
        w->week = r->weeks_done[w->replicate - r->first];
        put_observed(w, r);
    }
    read_end(&p);
    return status;
}

enum status reader_state(const char *path, struct world *w, const struct record *r, struct error *e)
{
    uint64_t digest = 0;
    enum status status = split_agree(w, read_state(path, w, r, &digest, e), e);
    if (status == STATUS_DONE && world_state_digest(w) != digest)
        status = error_add(e, STATUS_BAD_INPUT,
                           "%s: the state read back is not the one that was saved", path);
    return status;
}

enum status reader_agents_rows(const char *path, size_t *rows, struct error *e)
{
    struct reader_place p;
    uint64_t value = 0;
    enum status status = read_begin(&p, path, "samskab agents", e);
    if (status == STATUS_DONE) {
        status = read_uint64(&p, "rows", &value);
        if (status == STATUS_DONE && value > UINT32_MAX)
            status = error_add(e, STATUS_BAD_INPUT, "%s: holds too many agents", path);
        read_end(&p);
    }
    *rows = (size_t)value;
    return status;
}

enum status reader_agents_open(struct reader_agents *a, const char *path, const struct model *m,
                               struct error *e)
{
    struct reader_place p;
    memset(a, 0, sizeof *a);
    enum status status = reader_agents_rows(path, &a->rows, e);
    if (status == STATUS_DONE)
        status = read_begin(&p, path, "samskab agents", e);
    if (status != STATUS_DONE)
        return status;
    a->columns = m->column_count;
    a->values = calloc(m->column_count + 1, sizeof *a->values);
    if (!a->values)
        status = read_no_memory(&p);
    for (size_t i = 0; i < m->column_count && status == STATUS_DONE && a->rows > 0; i++) {
        const struct column *c = &m->columns[i];
        if (c->entity != m->saved_entity || c->role == COLUMN_DERIVED)
            continue;
        a->values[i] = malloc(a->rows * column_width(c->type));
        status =
            a->values[i] ? read_column(&p, c->name, c, a->rows, a->values[i]) : read_no_memory(&p);
    }
    read_end(&p);
    return status;
}

void reader_agents_close(struct reader_agents *a)
{
    for (size_t i = 0; a->values && i < a->columns; i++)
        free(a->values[i]);
    free(a->values);
    memset(a, 0, sizeof *a);
}
