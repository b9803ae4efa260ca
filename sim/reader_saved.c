/* The agents that a run file holds. */
#include <string.h>

#include "sim/reader.h"
#include "sim/reader_file.h"

/* The values of one replicate at one of the weeks that are stored; traits have but one. */
static enum status read_slice(const struct reader_dataset *d, const struct column *c,
                              const struct reader_slice *at, void *values)
{
    hsize_t start[] = {at->replicate, at->time, 0}, count[] = {1, 1, d->shape[d->rank - 1]};
    if (d->rank == 2)
        start[1] = 0, count[1] = d->shape[1];
    hid_t file = H5Dget_space(d->place.id), memory = H5Screate_simple(d->rank, count, NULL);
    enum status status = STATUS_DONE;
    if (file < 0 || memory < 0 ||
        H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
        H5Dread(d->place.id, store_column_type(c->type), memory, file, H5P_DEFAULT, values) < 0)
        status = read_fault(&d->place, "column", c->name);
    H5Sclose(memory);
    H5Sclose(file);
    return status;
}

enum status reader_saved(const struct run_file *f, const struct column *c,
                         const struct reader_slice *at, void *values, struct error *e)
{
    const struct reader_place root = {.path = f->path, .id = f->id, .error = e};
    struct reader_place group;
    bool trait = c->role == COLUMN_TRAIT;
    struct reader_dataset d = {.rank = trait ? 2 : 3,
                               .shape = {f->replicates, f->agent_weeks, f->agents}};
    if (trait)
        d.shape[1] = f->agents;
    enum status status = read_group(&root, "agents", &group);
    if (status != STATUS_DONE)
        return status;
    status = read_dataset(&group, c->name, c->type == COLUMN_F32 ? H5T_FLOAT : H5T_INTEGER,
                          column_width(c->type), &d);
    if (status == STATUS_DONE) {
        status = read_slice(&d, c, at, values);
        read_close(&d);
    }
    read_close_group(&group);
    return status;
}
