#include "sim/reader_file.h"

#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

#include "sim/enclosure.h"

enum { TEXT_MAX = 1 << 26 }; /* longest text that is believed */

/* deflate makes a byte of 1032 at most; what is never written takes no bytes at all, but is small
 * in our files, other than the runs of an ensemble that were not run. */
enum { PACKED_MOST = 1100, UNWRITTEN_MOST = 1 << 26, RANK_OF_RUNS = 4 };
static const double declared_most = 0x1p42; /* bytes of a variable */

/* HDF5 cannot do what is asked of it: the disk fails, or the file is not what it should be. */
enum status read_fault(const struct reader_place *p, const char *what, const char *name)
{
    char reason[HDF_REASON];
    return error_add(p->error, hdf_is_of_system() ? STATUS_FAILED : STATUS_BAD_INPUT,
                     "%s: %s %s cannot be read: %s", p->path, what, name, hdf_reason(reason));
}

enum status read_no_memory(const struct reader_place *p)
{
    return error_add(p->error, STATUS_FAILED, "%s: out of memory", p->path);
}

enum status read_has(const struct reader_place *p, const char *name, bool *has)
{
    htri_t exists = H5Aexists(p->id, name);
    *has = exists > 0;
    return exists < 0 ? read_fault(p, "attribute", name) : STATUS_DONE;
}

static enum status check_kind(struct reader_place *p, const char *kind)
{
    char *found = NULL;
    uint64_t format = 0;
    bool has;
    enum status status = read_has(p, "kind", &has);
    if (status == STATUS_DONE && !has)
        status = error_add(p->error, STATUS_BAD_INPUT, "%s: is an HDF5 file, but not of samskab",
                           p->path);
    if (status == STATUS_DONE)
        status = read_text(p, "kind", false, &found);
    if (status == STATUS_DONE && strcmp(found, kind) != 0)
        status = error_add(p->error, STATUS_BAD_INPUT, "%s: is of the kind \"%.40s\", not \"%s\"",
                           p->path, found, kind);
    free(found);
    if (status == STATUS_DONE)
        status = read_uint64(p, "format", &format);
    if (status == STATUS_DONE && format != HDF_FORMAT)
        status = error_add(p->error, STATUS_BAD_INPUT,
                           "%s: has format %llu; this samskab reads format %d", p->path,
                           (unsigned long long)format, HDF_FORMAT);
    return status;
}

/* A file by its name, or its bytes where this process is shut in with them. */
static hid_t open_file(const char *path, hid_t access)
{
    size_t size;
    void *image = enclosure_image(path, &size);
    return image ? H5LTopen_file_image(image, size,
                                       H5LT_FILE_IMAGE_DONT_COPY | H5LT_FILE_IMAGE_DONT_RELEASE)
                 : H5Fopen(path, H5F_ACC_RDONLY, access);
}

enum status read_begin(struct reader_place *p, const char *path, const char *kind, struct error *e)
{
    p->path = path;
    p->error = e;
    p->id = H5I_INVALID_HID;
    enum status status = hdf_check(path, e);
    if (status != STATUS_DONE)
        return status;
    hdf_start();
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_file_locking(access, false, true); /* files of ours never change */
    p->id = open_file(path, access);
    char reason[HDF_REASON];
    if (p->id < 0) { /* asked before the next call forgets it */
        bool system = hdf_is_of_system();
        status = error_add(e, system ? STATUS_FAILED : STATUS_BAD_INPUT, "%s: cannot be read%s: %s",
                           path, system ? "" : ", it may be cut short", hdf_reason(reason));
    }
    H5Pclose(access);
    if (p->id < 0)
        return status;
    status = check_kind(p, kind);
    if (status != STATUS_DONE)
        read_end(p);
    return status;
}

void read_end(struct reader_place *p)
{
    if (p->id >= 0)
        H5Fclose(p->id);
    p->id = H5I_INVALID_HID;
}

/* Names are those of links, not ways through several, of which one may lead elsewhere. */
static bool is_way(const char *name)
{
    return *name == '\0' || strcmp(name, ".") == 0 || strchr(name, '/');
}

enum status read_exists(const struct reader_place *p, const char *name, bool *exists)
{
    H5L_info_t info;
    *exists = false;
    if (is_way(name))
        return error_add(p->error, STATUS_BAD_INPUT, "%s: \"%.100s\" is no name of a variable",
                         p->path, name);
    htri_t found = H5Lexists(p->id, name, H5P_DEFAULT);
    if (found < 0)
        return read_fault(p, "link", name);
    if (found == 0)
        return STATUS_DONE;
    if (H5Lget_info(p->id, name, &info, H5P_DEFAULT) < 0)
        return read_fault(p, "link", name);
    if (info.type != H5L_TYPE_HARD)
        return error_add(p->error, STATUS_BAD_INPUT,
                         "%s: %.100s is a link to elsewhere; a file of samskab has none", p->path,
                         name);
    *exists = true;
    return STATUS_DONE;
}

/* Opens what must be there and of this type (H5I_GROUP, H5I_DATASET). */
static enum status open_object(const struct reader_place *p, const char *name, H5I_type_t type,
                               struct reader_place *object)
{
    bool exists;
    *object = *p;
    object->id = H5I_INVALID_HID;
    enum status status = read_exists(p, name, &exists);
    if (status != STATUS_DONE)
        return status;
    if (!exists)
        return error_add(p->error, STATUS_BAD_INPUT, "%s: %s is missing", p->path, name);
    object->id = H5Oopen(p->id, name, H5P_DEFAULT);
    if (object->id < 0)
        return read_fault(p, "object", name);
    if (H5Iget_type(object->id) == type)
        return STATUS_DONE;
    H5Oclose(object->id);
    object->id = H5I_INVALID_HID;
    return error_add(p->error, STATUS_BAD_INPUT, "%s: %.100s is no %s", p->path, name,
                     type == H5I_GROUP ? "group" : "variable");
}

enum status read_group(const struct reader_place *p, const char *name, struct reader_place *group)
{
    return open_object(p, name, H5I_GROUP, group);
}

void read_close_group(struct reader_place *group)
{
    if (group->id >= 0)
        H5Oclose(group->id);
    group->id = H5I_INVALID_HID;
}

void read_tame(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++)
        if ((*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
            *c = '?';
}

static enum status text_of(const struct reader_place *p, const char *name, hid_t attribute,
                           hid_t type, char **text)
{
    htri_t varies = H5Tis_variable_str(type);
    if (varies < 0)
        return read_fault(p, "attribute", name);
    if (varies > 0) {
        char *value = NULL;
        if (H5Aread(attribute, type, &value) < 0)
            return read_fault(p, "attribute", name);
        *text = strdup(value ? value : "");
        H5free_memory(value);
    } else {
        size_t size = H5Tget_size(type);
        if (size == 0)
            return read_fault(p, "attribute", name);
        if (size > TEXT_MAX)
            return error_add(p->error, STATUS_BAD_INPUT, "%s: attribute %s is too long", p->path,
                             name);
        *text = calloc(size + 1, 1);
        if (*text && H5Aread(attribute, type, *text) < 0) {
            free(*text);
            *text = NULL;
            return read_fault(p, "attribute", name);
        }
    }
    if (!*text)
        return read_no_memory(p);
    read_tame(*text);
    return STATUS_DONE;
}

enum status read_text(const struct reader_place *p, const char *name, bool optional, char **text)
{
    bool has;
    *text = NULL;
    enum status status = read_has(p, name, &has);
    if (status != STATUS_DONE)
        return status;
    if (!has && !optional)
        return error_add(p->error, STATUS_BAD_INPUT, "%s: attribute %s is missing", p->path, name);
    if (!has) {
        *text = strdup("");
        return *text ? STATUS_DONE : read_no_memory(p);
    }
    hid_t attribute = H5Aopen(p->id, name, H5P_DEFAULT);
    if (attribute < 0)
        return read_fault(p, "attribute", name);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (type < 0 || space < 0)
        status = read_fault(p, "attribute", name);
    else if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
        status =
            error_add(p->error, STATUS_BAD_INPUT, "%s: attribute %s is no text", p->path, name);
    else
        status = text_of(p, name, attribute, type, text);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

enum status read_uint64(const struct reader_place *p, const char *name, uint64_t *value)
{
    bool has;
    enum status status = read_has(p, name, &has);
    if (status != STATUS_DONE)
        return status;
    if (!has)
        return error_add(p->error, STATUS_BAD_INPUT, "%s: attribute %s is missing", p->path, name);
    hid_t attribute = H5Aopen(p->id, name, H5P_DEFAULT);
    if (attribute < 0)
        return read_fault(p, "attribute", name);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (type < 0 || space < 0 || H5Tget_class(type) != H5T_INTEGER ||
        H5Sget_simple_extent_npoints(space) != 1)
        status = error_add(p->error, STATUS_BAD_INPUT, "%s: attribute %s is no whole number",
                           p->path, name);
    else if (H5Aread(attribute, H5T_NATIVE_UINT64, value) < 0)
        status = read_fault(p, "attribute", name);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

enum status read_doubles(const struct reader_place *p, const char *name, double *values,
                         size_t count)
{
    bool has;
    enum status status = read_has(p, name, &has);
    if (status != STATUS_DONE || !has)
        return status;
    hid_t attribute = H5Aopen(p->id, name, H5P_DEFAULT);
    if (attribute < 0)
        return read_fault(p, "attribute", name);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (type < 0 || space < 0 || H5Tget_class(type) != H5T_FLOAT ||
        H5Sget_simple_extent_npoints(space) != (hssize_t)count)
        status = error_add(p->error, STATUS_BAD_INPUT, "%s: attribute %s is no list of numbers",
                           p->path, name);
    else if (H5Aread(attribute, H5T_NATIVE_DOUBLE, values) < 0)
        status = read_fault(p, "attribute", name);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

static enum status check_storage(const struct reader_dataset *d, const char *name)
{
    const struct reader_place *p = &d->place;
    hid_t creation = H5Dget_create_plist(p->id);
    if (creation < 0)
        return read_fault(p, "variable", name);
    enum status status = STATUS_DONE;
    H5D_layout_t layout = H5Pget_layout(creation);
    int filters = H5Pget_nfilters(creation);
    if (layout == H5D_LAYOUT_ERROR || filters < 0)
        status = read_fault(p, "variable", name);
    else if ((layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) ||
             H5Pget_external_count(creation) != 0)
        status = error_add(p->error, STATUS_BAD_INPUT,
                           "%s: the values of %.100s lie outside of the file", p->path, name);
    for (int i = 0; i < filters && status == STATUS_DONE; i++) {
        unsigned flags, config;
        size_t count = 0;
        H5Z_filter_t filter =
            H5Pget_filter2(creation, (unsigned)i, &flags, &count, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32)
            status = error_add(p->error, STATUS_BAD_INPUT,
                               "%s: %.100s is packed in an unknown way (filter %d)", p->path, name,
                               (int)filter);
    }
    H5Pclose(creation);
    return status;
}

/* A file can declare what it does not hold, to take all memory of who reads it. */
static enum status check_size(const struct reader_dataset *d, const char *name)
{
    double bytes = d->type >= 0 ? (double)H5Tget_size(d->type) : 1;
    for (int i = 0; i < d->rank; i++)
        bytes *= (double)d->shape[i];
    double held = (double)H5Dget_storage_size(d->place.id);
    if (bytes <= declared_most &&
        (d->rank == RANK_OF_RUNS || bytes <= PACKED_MOST * held + UNWRITTEN_MOST))
        return STATUS_DONE;
    return error_add(d->place.error, STATUS_BAD_INPUT,
                     "%s: %.100s is said to be of %.3g bytes, which it does not hold",
                     d->place.path, name, bytes);
}

static enum status check_shape(struct reader_dataset *d, const char *name)
{
    const struct reader_place *p = &d->place;
    hsize_t shape[READER_RANK] = {0};
    hid_t space = H5Dget_space(p->id);
    if (space < 0)
        return read_fault(p, "variable", name);
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank == d->rank)
        H5Sget_simple_extent_dims(space, shape, NULL);
    H5Sclose(space);
    if (rank != d->rank)
        return error_add(p->error, STATUS_BAD_INPUT, "%s: %.100s has %d dimensions, must have %d",
                         p->path, name, rank, d->rank);
    for (int i = 0; i < rank; i++) {
        if (d->shape[i] != 0 && d->shape[i] != shape[i])
            return error_add(p->error, STATUS_BAD_INPUT,
                             "%s: dimension %d of %.100s is %llu long, must be %llu", p->path,
                             i + 1, name, (unsigned long long)shape[i],
                             (unsigned long long)d->shape[i]);
        if (shape[i] > UINT32_MAX)
            return error_add(p->error, STATUS_BAD_INPUT, "%s: %.100s is too large", p->path, name);
        d->shape[i] = shape[i];
    }
    return STATUS_DONE;
}

enum status read_dataset(const struct reader_place *p, const char *name, H5T_class_t class,
                         size_t width, struct reader_dataset *d)
{
    d->type = H5I_INVALID_HID;
    enum status status = open_object(p, name, H5I_DATASET, &d->place);
    if (status != STATUS_DONE)
        return status;
    d->type = H5Dget_type(d->place.id);
    if (d->type < 0)
        status = read_fault(p, "variable", name);
    else if (H5Tget_class(d->type) != class || (width > 0 && H5Tget_size(d->type) != width))
        status =
            error_add(p->error, STATUS_BAD_INPUT, "%s: %.100s is of another type", p->path, name);
    if (status == STATUS_DONE)
        status = check_shape(d, name);
    if (status == STATUS_DONE)
        status = check_size(d, name);
    if (status == STATUS_DONE)
        status = check_storage(d, name);
    if (status != STATUS_DONE)
        read_close(d);
    return status;
}

enum status read_values(const struct reader_dataset *d, hid_t memory, void *values)
{
    if (H5Dread(d->place.id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        return read_fault(&d->place, "values", "of a variable");
    return STATUS_DONE;
}

enum status read_block(const struct reader_dataset *d, hid_t memory, const hsize_t *start,
                       const hsize_t *count, void *values)
{
    hid_t file_space = H5Dget_space(d->place.id);
    hid_t memory_space = H5Screate_simple(d->rank, count, NULL);
    bool good = H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                H5Dread(d->place.id, memory, memory_space, file_space, H5P_DEFAULT, values) >= 0;
    enum status status = good ? STATUS_DONE : read_fault(&d->place, "values", "of a variable");
    H5Sclose(memory_space);
    H5Sclose(file_space);
    return status;
}

void read_close(struct reader_dataset *d)
{
    if (d->type >= 0)
        H5Tclose(d->type);
    if (d->place.id >= 0)
        H5Dclose(d->place.id);
    d->type = d->place.id = H5I_INVALID_HID;
}
