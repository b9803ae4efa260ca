#include "sim/store_agents.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/model.h"
#include "sim/parts.h"
#include "sim/reader.h"
#include "sim/store.h"
#include "sim/store_axes.h"

/* What is gathered: one dataset a column, all open at a time, so that each part is read once. */
struct gathering {
    struct store_file *file;
    const struct record *record;
    const struct model *model;
    const char *parts;
    uint32_t every;
    size_t rows; /* of the longest part */
    bool ragged; /* parts differ in length: what is missing has the fill value */
    hid_t group, replicate, time, entity;
    hid_t *columns; /* by column of the model; invalid where not stored */
};

static bool is_stored(const struct gathering *g, size_t column)
{
    const struct column *c = &g->model->columns[column];
    return c->entity == g->model->saved_entity && c->role != COLUMN_DERIVED;
}

/* Visits the parts in order. */
static void each_part(struct gathering *g, void (*visit)(struct gathering *g, const char *path,
                                                         size_t replicate, size_t time))
{
    for (size_t i = 0; i < g->record->replicates; i++)
        for (uint32_t week = g->every; week <= g->record->weeks; week += g->every) {
            char *path = parts_agents(g->parts, (uint32_t)i, week);
            if (!path && g->file->status == STATUS_DONE)
                g->file->status =
                    error_add(g->file->error, STATUS_FAILED, "%s: out of memory", g->file->path);
            if (path && g->file->status == STATUS_DONE)
                visit(g, path, i, week / g->every - 1);
            free(path);
        }
}

static void measure(struct gathering *g, const char *path, size_t replicate, size_t time)
{
    size_t rows = 0;
    g->file->status = reader_agents_rows(path, &rows, g->file->error);
    g->ragged = g->ragged || (replicate + time > 0 && rows != g->rows);
    g->rows = rows > g->rows ? rows : g->rows;
}

static void copy(struct gathering *g, const char *path, size_t replicate, size_t time)
{
    struct reader_agents agents;
    struct store_file *f = g->file;
    f->status = reader_agents_open(&agents, path, g->model, f->error);
    for (size_t i = 0; i < g->model->column_count && f->status == STATUS_DONE; i++) {
        const struct column *c = &g->model->columns[i];
        bool trait = c->role == COLUMN_TRAIT;
        if (!is_stored(g, i) || agents.rows == 0 || (trait && time > 0))
            continue;
        const hsize_t start[] = {replicate, trait ? 0 : time, 0};
        const hsize_t count[] = {1, trait ? agents.rows : 1, agents.rows};
        store_block(f, g->columns[i], store_column_type(c->type), start, count, agents.values[i]);
    }
    reader_agents_close(&agents);
}

static hid_t write_axis(struct gathering *g, const char *name, size_t length, uint32_t first,
                        uint32_t step, const char *unit, const char *meaning)
{
    struct store_spec spec = {.name = name,
                              .type = H5T_STD_I32LE,
                              .rank = 1,
                              .shape = {length},
                              .chunk = {length < 65536 ? length : 65536}};
    uint32_t *values = malloc((length ? length : 1) * sizeof *values);
    if (!values) {
        if (g->file->status == STATUS_DONE)
            g->file->status =
                error_add(g->file->error, STATUS_FAILED, "%s: out of memory", g->file->path);
        return H5I_INVALID_HID;
    }
    for (size_t i = 0; i < length; i++)
        values[i] = first + step * (uint32_t)i;
    hid_t dataset = store_dataset(g->file, g->group, &spec);
    store_values(g->file, dataset, H5T_NATIVE_UINT32, values);
    free(values);
    store_scale(g->file, dataset, name);
    store_text(g->file, dataset, "long_name", meaning);
    store_text(g->file, dataset, "units", unit);
    return dataset;
}

static hid_t create_column(struct gathering *g, size_t column)
{
    static const float no_float = NAN;
    static const uint32_t no_number = UINT32_MAX; /* its first bytes are those of shorter types */
    const struct column *c = &g->model->columns[column];
    bool trait = c->role == COLUMN_TRAIT;
    size_t times = g->record->weeks / g->every, row = g->rows < 65536 ? g->rows : 65536;
    struct store_spec spec = {.name = c->name,
                              .type = store_column_type(c->type),
                              .rank = trait ? 2 : 3,
                              .shape = {g->record->replicates, trait ? g->rows : times, g->rows},
                              .chunk = {1, trait ? row : 1, row}};
    if (g->ragged)
        spec.fill = c->type == COLUMN_F32 ? (const void *)&no_float : &no_number;
    hid_t dataset = store_dataset(g->file, g->group, &spec);
    store_attach(g->file, dataset, g->replicate, 0);
    if (!trait)
        store_attach(g->file, dataset, g->time, 1);
    store_attach(g->file, dataset, g->entity, trait ? 1 : 2);
    store_text(g->file, dataset, "long_name", c->meaning);
    store_text(g->file, dataset, "units", store_unit(c->unit));
    return dataset;
}

static void gather(struct gathering *g)
{
    const struct entity *entity = &g->model->entities[g->model->saved_entity];
    struct store_file *f = g->file;
    g->group = store_group(f, f->id, "agents");
    g->time = write_axis(g, "agent_time", g->record->weeks / g->every, g->every, g->every, "week",
                         "weeks since start at which agents are stored");
    g->entity = write_axis(g, entity->name, g->rows, 0, 1, "1", entity->meaning);
    for (size_t i = 0; i < g->model->column_count; i++)
        g->columns[i] = is_stored(g, i) ? create_column(g, i) : H5I_INVALID_HID;
    each_part(g, copy);
    for (size_t i = 0; i < g->model->column_count; i++)
        store_close(f, g->columns[i]);
    store_close(f, g->time);
    store_close(f, g->entity);
    store_close_group(f, g->group);
}

void store_agents_group(struct store_file *f, const struct record *r, const char *parts,
                        uint32_t every, hid_t replicate)
{
    struct gathering g = {.file = f,
                          .record = r,
                          .model = r->scenario->model,
                          .parts = parts,
                          .every = every,
                          .replicate = replicate};
    each_part(&g, measure);
    if (f->status != STATUS_DONE)
        return;
    g.columns = malloc((g.model->column_count + 1) * sizeof *g.columns);
    if (g.columns && g.rows > 0)
        gather(&g);
    else if (!g.columns)
        f->status = error_add(f->error, STATUS_FAILED, "%s: out of memory", f->path);
    free(g.columns);
}
