#include "sim/store_file.h"

#include <hdf5_hl.h>
#include <string.h>

static bool good(const struct store_file *f)
{
    return f->status == STATUS_DONE;
}

/* Takes note of a call of HDF5 that failed; gives its result back. */
static hid_t checked(struct store_file *f, hid_t result, const char *what, const char *name)
{
    if (result < 0 && good(f)) {
        char reason[HDF_REASON];
        f->status = error_add(f->error, STATUS_FAILED, "%s: %s%s%s cannot be written: %s", f->path,
                              what, *name ? " " : "", name, hdf_reason(reason));
    }
    return result;
}

void store_begin(struct store_file *f, const char *path, struct error *e)
{
    memset(f, 0, sizeof *f);
    f->path = path;
    f->error = e;
    f->id = f->text = H5I_INVALID_HID;
    f->status = durable_begin(&f->durable, path, e);
    if (!good(f))
        return;
    hdf_start();

    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    checked(f, H5Pset_link_creation_order(creation, order), "the file", "");
    checked(f, H5Pset_attr_creation_order(creation, order), "the file", "");
    checked(f, H5Pset_obj_track_times(creation, 0), "the file", "");
    checked(f, H5Pset_attr_phase_change(creation, 64, 32), "the file", "");
    /* Metadata with checksums, and readable by any HDF5 since 1.8. */
    checked(f, H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "the file", "");
    checked(f, H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "the file", "");
    f->text = H5Tcopy(H5T_C_S1);
    checked(f, H5Tset_size(f->text, H5T_VARIABLE), "type", "text");
    checked(f, H5Tset_cset(f->text, H5T_CSET_UTF8), "type", "text");
    if (good(f))
        f->id = checked(f, H5Fcreate(f->durable.temporary, H5F_ACC_TRUNC, creation, access),
                        "the file", "itself");
    H5Pclose(creation);
    H5Pclose(access);
}

enum status store_publish(struct store_file *f, bool replace)
{
    if (f->text >= 0)
        H5Tclose(f->text);
    if (f->id >= 0)
        checked(f, H5Fclose(f->id), "the end of", "the file");
    if (good(f))
        f->status = hdf_seal(f->durable.temporary, f->error);
    if (good(f))
        f->status = durable_publish(&f->durable, replace, f->error);
    durable_abandon(&f->durable);
    return f->status;
}

hid_t store_group(struct store_file *f, hid_t where, const char *name)
{
    if (!good(f))
        return H5I_INVALID_HID;
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    checked(f, H5Pset_link_creation_order(creation, order), "group", name);
    checked(f, H5Pset_attr_creation_order(creation, order), "group", name);
    checked(f, H5Pset_obj_track_times(creation, 0), "group", name);
    checked(f, H5Pset_attr_phase_change(creation, 64, 32), "group", name);
    hid_t group =
        checked(f, H5Gcreate2(where, name, H5P_DEFAULT, creation, H5P_DEFAULT), "group", name);
    H5Pclose(creation);
    return group;
}

void store_close_group(struct store_file *f, hid_t group)
{
    if (group >= 0)
        checked(f, H5Gclose(group), "a group", "");
}

static void set_filters(struct store_file *f, hid_t creation, const struct store_spec *spec)
{
    checked(f, H5Pset_chunk(creation, spec->rank, spec->chunk), "variable", spec->name);
    if (H5Tget_size(spec->type) > 1)
        checked(f, H5Pset_shuffle(creation), "variable", spec->name);
    checked(f, H5Pset_deflate(creation, 4), "variable", spec->name);
    checked(f, H5Pset_fletcher32(creation), "variable", spec->name);
}

static hid_t creation_list(struct store_file *f, const struct store_spec *spec)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    checked(f, H5Pset_attr_creation_order(creation, order), "variable", spec->name);
    checked(f, H5Pset_obj_track_times(creation, 0), "variable", spec->name);
    /* Attributes in the header: outside of it they take kilobytes a variable. */
    checked(f, H5Pset_attr_phase_change(creation, 64, 32), "variable", spec->name);
    if (spec->fill)
        checked(f, H5Pset_fill_value(creation, spec->type, spec->fill), "variable", spec->name);
    if (spec->rank > 0 && spec->chunk[0] > 0)
        set_filters(f, creation, spec);
    return creation;
}

hid_t store_dataset(struct store_file *f, hid_t where, const struct store_spec *spec)
{
    if (!good(f))
        return H5I_INVALID_HID;
    hid_t creation = creation_list(f, spec);
    hid_t space =
        spec->rank > 0 ? H5Screate_simple(spec->rank, spec->shape, NULL) : H5Screate(H5S_SCALAR);
    checked(f, space, "variable", spec->name);
    hid_t dataset = H5I_INVALID_HID;
    if (good(f))
        dataset = checked(
            f, H5Dcreate2(where, spec->name, spec->type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
            "variable", spec->name);
    H5Sclose(space);
    H5Pclose(creation);
    if (spec->fill)
        store_numbers(f, dataset, "_FillValue", spec->type, spec->fill, 1);
    return dataset;
}

void store_values(struct store_file *f, hid_t dataset, hid_t memory, const void *values)
{
    if (good(f))
        checked(f, H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "values", "");
}

void store_block(struct store_file *f, hid_t dataset, hid_t memory, const hsize_t *start,
                 const hsize_t *count, const void *values)
{
    if (!good(f))
        return;
    hid_t file_space = H5Dget_space(dataset);
    hid_t memory_space = H5Screate_simple(H5Sget_simple_extent_ndims(file_space), count, NULL);
    checked(f, H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL), "values",
            "");
    if (good(f))
        checked(f, H5Dwrite(dataset, memory, memory_space, file_space, H5P_DEFAULT, values),
                "values", "");
    H5Sclose(memory_space);
    H5Sclose(file_space);
}

void store_close(struct store_file *f, hid_t dataset)
{
    if (dataset >= 0)
        checked(f, H5Dclose(dataset), "values", "");
}

static void store_attribute(struct store_file *f, hid_t object, const char *name, hid_t type,
                            const void *value, hsize_t count)
{
    if (!good(f))
        return;
    hid_t space = count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
    hid_t attribute = checked(f, H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT),
                              "attribute", name);
    if (attribute >= 0) {
        checked(f, H5Awrite(attribute, type, value), "attribute", name);
        checked(f, H5Aclose(attribute), "attribute", name);
    }
    H5Sclose(space);
}

void store_text(struct store_file *f, hid_t object, const char *name, const char *text)
{
    if (text && *text) /* netCDF has no empty strings in attributes */
        store_attribute(f, object, name, f->text, &text, 1);
}

void store_numbers(struct store_file *f, hid_t object, const char *name, hid_t type,
                   const void *values, hsize_t count)
{
    store_attribute(f, object, name, type, values, count);
}

void store_uint64(struct store_file *f, hid_t object, const char *name, uint64_t value)
{
    store_attribute(f, object, name, H5T_NATIVE_UINT64, &value, 1);
}

void store_scale(struct store_file *f, hid_t dataset, const char *name)
{
    if (good(f))
        checked(f, H5DSset_scale(dataset, name), "dimension", name);
}

void store_attach(struct store_file *f, hid_t dataset, hid_t scale, unsigned axis)
{
    if (good(f))
        checked(f, H5DSattach_scale(dataset, scale, axis), "dimension of", "a variable");
}
