#include "sim/reader_agents.h"

#include <stdlib.h>
#include <string.h>

#include "sim/reader_file.h"

static enum status open_group(const struct run_file *f, struct reader_place *group, struct error *e)
{
    const struct reader_place root = {.path = f->path, .id = f->id, .error = e};
    return read_group(&root, "agents", group);
}

static enum status read_weeks(struct reader_columns *c, const struct run_file *f,
                              const struct reader_place *group)
{
    struct reader_dataset d = {.rank = 1, .shape = {f->agent_weeks}};
    c->weeks = malloc(f->agent_weeks * sizeof *c->weeks);
    enum status status =
        c->weeks ? read_dataset(group, "agent_time", H5T_INTEGER, 4, &d) : read_no_memory(group);
    if (status != STATUS_DONE)
        return status;
    status = read_values(&d, H5T_NATIVE_UINT32, c->weeks);
    read_close(&d);
    return status;
}

/* Whether a column holds real numbers, by what it is in the file. */
static enum status is_real(const struct reader_place *group, const char *name,
                           struct reader_dataset *d, bool *real)
{
    struct reader_place quiet = *group;
    quiet.error = NULL;
    *real = read_dataset(&quiet, name, H5T_FLOAT, 0, d) == STATUS_DONE;
    d->place.error = group->error;
    return *real ? STATUS_DONE : read_dataset(group, name, H5T_INTEGER, 0, d);
}

static struct reader_dataset shape_of(const struct run_file *f, bool trait)
{
    struct reader_dataset d = {.rank = trait ? 2 : 3, .shape = {f->replicates, f->agents}};
    if (!trait) {
        d.shape[1] = f->agent_weeks;
        d.shape[2] = f->agents;
    }
    return d;
}

static enum status add_column(struct reader_columns *c, const struct run_file *f,
                              const struct reader_place *group, const char *name)
{
    int rank = 0;
    bool real;
    enum status status = read_rank(group, name, &rank);
    if (status != STATUS_DONE || rank == 1)
        return status;
    struct reader_dataset d = shape_of(f, rank == 2);
    status = is_real(group, name, &d, &real);
    if (status != STATUS_DONE)
        return status;
    struct reader_column *more = realloc(c->list, (c->count + 1) * sizeof *more);
    if (more) {
        c->list = more;
        struct reader_column *column = &more[c->count++];
        *column = (struct reader_column){.name = strdup(name), .trait = rank == 2, .real = real};
        status = column->name ? read_text(&d.place, "units", true, &column->unit)
                              : read_no_memory(group);
        if (status == STATUS_DONE)
            status = read_text(&d.place, "long_name", true, &column->meaning);
    } else {
        status = read_no_memory(group);
    }
    read_close(&d);
    return status;
}

/* The links of the group: agent_time, the entity's dimension, and the columns. */
static enum status read_columns(struct reader_columns *c, const struct run_file *f,
                                const struct reader_place *group)
{
    size_t count = 0;
    enum status status = read_link_count(group, &count);
    for (size_t i = 1; i < count && status == STATUS_DONE; i++) {
        char name[256];
        status = read_link_name(group, i, name, sizeof name);
        if (status == STATUS_DONE && i == 1) {
            c->entity = strdup(name);
            status = c->entity ? STATUS_DONE : read_no_memory(group);
        } else if (status == STATUS_DONE) {
            status = add_column(c, f, group, name);
        }
    }
    return status;
}

enum status reader_columns_open(struct reader_columns *c, const struct run_file *f, struct error *e)
{
    struct reader_place group;
    memset(c, 0, sizeof *c);
    if (f->agent_weeks == 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: holds no agents; run again with --agents WEEKS",
                         f->path);
    enum status status = open_group(f, &group, e);
    if (status != STATUS_DONE)
        return status;
    status = read_weeks(c, f, &group);
    if (status == STATUS_DONE)
        status = read_columns(c, f, &group);
    read_close_group(&group);
    if (status != STATUS_DONE)
        reader_columns_close(c);
    return status;
}

void reader_columns_close(struct reader_columns *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->list[i].name);
        free(c->list[i].unit);
        free(c->list[i].meaning);
    }
    free(c->list);
    free(c->weeks);
    free(c->entity);
    memset(c, 0, sizeof *c);
}

enum status reader_column(const struct run_file *f, const struct reader_column *c, size_t replicate,
                          size_t week, void *values, struct error *e)
{
    struct reader_place group;
    enum status status = open_group(f, &group, e);
    if (status != STATUS_DONE)
        return status;
    struct reader_dataset d = shape_of(f, c->trait);
    status = read_dataset(&group, c->name, c->real ? H5T_FLOAT : H5T_INTEGER, 0, &d);
    if (status == STATUS_DONE) {
        const hsize_t start[] = {replicate, c->trait ? 0 : week, 0};
        const hsize_t count[] = {1, c->trait ? f->agents : 1, f->agents};
        status =
            read_block(&d, c->real ? H5T_NATIVE_FLOAT : H5T_NATIVE_UINT32, start, count, values);
        read_close(&d);
    }
    read_close_group(&group);
    return status;
}
