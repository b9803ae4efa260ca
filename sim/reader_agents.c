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

/* Rank and class of an object, which must be a variable. */
static enum status look_at(const struct reader_place *group, const char *name, int *rank,
                           H5T_class_t *class)
{
    bool exists;
    enum status status = read_exists(group, name, &exists);
    if (status != STATUS_DONE)
        return status;
    hid_t object = H5Oopen(group->id, name, H5P_DEFAULT);
    if (object < 0)
        return read_fault(group, "object", name);
    hid_t space = H5Iget_type(object) == H5I_DATASET ? H5Dget_space(object) : H5I_INVALID_HID;
    hid_t type = space >= 0 ? H5Dget_type(object) : H5I_INVALID_HID;
    if (space >= 0 && type >= 0) {
        *rank = H5Sget_simple_extent_ndims(space);
        *class = H5Tget_class(type);
    } else {
        status = read_fault(group, "variable", name);
    }
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    H5Oclose(object);
    return status;
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
    H5T_class_t class = H5T_NO_CLASS;
    enum status status = look_at(group, name, &rank, &class);
    if (status != STATUS_DONE || rank == 1)
        return status;
    struct reader_dataset d = shape_of(f, rank == 2);
    status = read_dataset(group, name, class == H5T_FLOAT ? H5T_FLOAT : H5T_INTEGER, 0, &d);
    if (status != STATUS_DONE)
        return status;
    struct reader_column *more = realloc(c->list, (c->count + 1) * sizeof *more);
    if (more) {
        c->list = more;
        struct reader_column *column = &more[c->count++];
        *column = (struct reader_column){
            .name = strdup(name), .trait = rank == 2, .real = class == H5T_FLOAT};
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
    H5G_info_t info;
    if (H5Gget_info(group->id, &info) < 0)
        return read_fault(group, "names in", "agents");
    enum status status = STATUS_DONE;
    for (hsize_t i = 1; i < info.nlinks && status == STATUS_DONE; i++) {
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

static enum status read_block(const struct reader_dataset *d, const hsize_t *start,
                              const hsize_t *count, hid_t memory, void *values)
{
    hid_t file = H5Dget_space(d->place.id), block = H5Screate_simple(d->rank, count, NULL);
    enum status status = STATUS_DONE;
    if (file < 0 || block < 0 ||
        H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
        H5Dread(d->place.id, memory, block, file, H5P_DEFAULT, values) < 0)
        status = read_fault(&d->place, "values", "of the agents");
    if (block >= 0)
        H5Sclose(block);
    if (file >= 0)
        H5Sclose(file);
    return status;
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
            read_block(&d, start, count, c->real ? H5T_NATIVE_FLOAT : H5T_NATIVE_UINT32, values);
        read_close(&d);
    }
    read_close_group(&group);
    return status;
}
