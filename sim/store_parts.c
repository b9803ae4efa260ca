/* Parts of a run that goes on: setup, replicates, agents. */
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/split.h"
#include "sim/store.h"
#include "sim/store_axes.h"
#include "sim/store_file.h"
#include "sim/store_inputs.h"

int64_t store_column_type(enum column_type type)
{
    const int64_t types[] = {[COLUMN_F32] = H5T_IEEE_F32LE,
                             [COLUMN_U8] = H5T_STD_U8LE,
                             [COLUMN_U16] = H5T_STD_U16LE,
                             [COLUMN_U32] = H5T_STD_U32LE};
    return types[type];
}

size_t store_rows(const struct model *m, size_t entity, const struct world *w)
{
    size_t rows;
    memcpy(&rows, (const char *)w + m->entities[entity].count, sizeof rows);
    return rows;
}

enum status store_scenario_digest(const struct scenario *s, uint64_t *digest, struct error *e)
{
    char *text = scenario_text(s);
    if (!text)
        return error_add(e, STATUS_FAILED, "out of memory for the text of the scenario");
    *digest = digest_bytes(DIGEST_EMPTY, text, strlen(text));
    free(text);
    return STATUS_DONE;
}

enum status store_setup(const char *path, const struct scenario *s, uint32_t agents_every,
                        uint32_t checkpoint_every, struct error *e)
{
    char *text = scenario_text(s);
    if (!text)
        return error_add(e, STATUS_FAILED, "%s: out of memory", path);
    struct store_file f;
    store_begin(&f, path, e);
    store_text(&f, f.id, "kind", "samskab setup");
    store_uint64(&f, f.id, "format", HDF_FORMAT);
    store_text(&f, f.id, "model", s->model->name);
    store_text(&f, f.id, "model_version", s->model->version);
    store_text(&f, f.id, "title", s->title);
    store_text(&f, f.id, "scenario", text);
    store_uint64(&f, f.id, "agents_every", agents_every);
    store_uint64(&f, f.id, "checkpoint_every", checkpoint_every);
    store_inputs(&f, s);
    free(text);
    return store_publish(&f, true);
}

static void write_series(struct store_file *f, const struct record *r, uint32_t replicate)
{
    hsize_t weeks = r->weeks_done[replicate];
    size_t observables = r->observables;
    if (weeks == 0)
        return;
    struct store_spec spec = {.name = "series",
                              .type = H5T_IEEE_F32LE,
                              .rank = 3,
                              .shape = {observables, weeks, r->places}};
    hid_t dataset = store_dataset(f, f->id, &spec);
    for (size_t k = 0; k < observables; k++) {
        const hsize_t start[] = {k, 0, 0}, count[] = {1, weeks, r->places};
        store_block(f, dataset, H5T_NATIVE_FLOAT, start, count, record_at(r, k, replicate, 0));
    }
    store_close(f, dataset);
}

/* One column as it lies in the world; columns without rows are left out.  In one piece it is
 * written faster: packing a checkpoint would take as long as two weeks. */
static void write_column(struct store_file *f, hid_t where, const char *name, size_t column,
                         const struct world *w, bool in_one)
{
    const struct column *c = &w->model->columns[column];
    const void *values = split_whole(w, column);
    hsize_t rows = store_rows(w->model, c->entity, w);
    if (rows == 0)
        return;
    struct store_spec spec = {.name = name,
                              .type = store_column_type(c->type),
                              .rank = 1,
                              .shape = {rows},
                              .chunk = {in_one ? 0 : at_most(rows, 65536)}};
    hid_t dataset = store_dataset(f, where, &spec);
    store_values(f, dataset, spec.type, values);
    store_close(f, dataset);
}

static bool is_state(const struct model *m, size_t column)
{
    const struct column *c = &m->columns[column];
    return c->role == COLUMN_STATE && !m->entities[c->entity].transient;
}

static bool is_of_agents(const struct model *m, size_t column)
{
    const struct column *c = &m->columns[column];
    return c->entity == m->saved_entity && c->role != COLUMN_DERIVED;
}

static void write_state(struct store_file *f, const struct world *w)
{
    const struct model *m = w->model;
    hid_t group = store_group(f, f->id, "state");
    for (size_t i = 0; i < m->entity_count; i++)
        if (!m->entities[i].transient)
            store_uint64(f, group, m->entities[i].name, store_rows(m, i, w));
    for (size_t i = 0; i < m->column_count; i++) {
        const struct column *c = &m->columns[i];
        if (!is_state(m, i))
            continue;
        char name[256];
        snprintf(name, sizeof name, "%s.%s", m->entities[c->entity].name, c->name);
        write_column(f, group, name, i, w, true);
    }
    store_close_group(f, group);
}

enum status store_replicate(const char *path, const struct record *r, uint32_t replicate,
                            const struct world *w, const struct store_origin *origin,
                            struct error *e)
{
    struct store_file f;
    store_begin(&f, path, e);
    store_text(&f, f.id, "kind", "samskab replicate");
    store_uint64(&f, f.id, "format", HDF_FORMAT);
    store_uint64(&f, f.id, "replicate", r->part + replicate);
    store_uint64(&f, f.id, "week", r->weeks_done[replicate]);
    store_uint64(&f, f.id, "scenario", origin->scenario);
    if (w) {
        store_uint64(&f, f.id, "traits", origin->traits);
        store_uint64(&f, f.id, "ties", origin->ties);
        store_uint64(&f, f.id, "world", world_state_digest(w));
    }
    write_series(&f, r, replicate);
    if (w)
        write_state(&f, w);
    return store_publish(&f, true);
}

enum status store_agents(const char *path, const struct world *w, struct error *e)
{
    const struct model *m = w->model;
    struct store_file f;
    store_begin(&f, path, e);
    store_text(&f, f.id, "kind", "samskab agents");
    store_uint64(&f, f.id, "format", HDF_FORMAT);
    store_uint64(&f, f.id, "replicate", w->replicate);
    store_uint64(&f, f.id, "week", w->week);
    store_uint64(&f, f.id, "rows", store_rows(m, m->saved_entity, w));
    for (size_t i = 0; i < m->column_count; i++)
        if (is_of_agents(m, i))
            write_column(&f, f.id, m->columns[i].name, i, w, false);
    return store_publish(&f, true);
}

void store_replicate_help(const struct world *w)
{
    (void)world_state_digest(w);
    for (size_t i = 0; i < w->model->column_count; i++)
        if (is_state(w->model, i))
            (void)split_whole(w, i);
}

void store_agents_help(const struct world *w)
{
    for (size_t i = 0; i < w->model->column_count; i++)
        if (is_of_agents(w->model, i))
            (void)split_whole(w, i);
}
