/* Lists in files: links of a group, dimensions, labels, files that a scenario named,
 * provenance. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/reader.h"
#include "sim/reader_file.h"

enum { INPUT_MAX = 1 << 30 };

enum status read_link_count(const struct reader_place *p, size_t *count)
{
    H5G_info_t info;
    if (H5Gget_info(p->id, &info) < 0)
        return read_fault(p, "names in", "the file");
    *count = (size_t)info.nlinks;
    return STATUS_DONE;
}

enum status read_link_name(const struct reader_place *p, size_t i, char *name, size_t size)
{
    ssize_t length = H5Lget_name_by_idx(p->id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, (hsize_t)i,
                                        name, size, H5P_DEFAULT);
    if (length < 0)
        return read_fault(p, "names in", "the file");
    if ((size_t)length >= size)
        return error_add(p->error, STATUS_BAD_INPUT, "%s: has a name that is too long", p->path);
    return STATUS_DONE;
}

enum status read_rank(const struct reader_place *p, const char *name, int *rank)
{
    bool exists;
    *rank = -1;
    enum status status = read_exists(p, name, &exists);
    if (status != STATUS_DONE)
        return status;
    hid_t object = H5Oopen(p->id, name, H5P_DEFAULT);
    if (object < 0)
        return read_fault(p, "object", name);
    H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET) {
        hid_t space = H5Dget_space(object);
        *rank = H5Sget_simple_extent_ndims(space);
        H5Sclose(space);
    }
    if (type == H5I_BADID || (type == H5I_DATASET && *rank < 0))
        status = read_fault(p, "object", name);
    H5Oclose(object);
    return status;
}

enum status read_axis(const struct reader_place *p, const char *name, size_t *length)
{
    struct reader_dataset d = {.rank = 1};
    enum status status = read_dataset(p, name, H5T_INTEGER, 4, &d);
    if (status != STATUS_DONE)
        return status;
    *length = (size_t)d.shape[0];
    read_close(&d);
    if (*length == 0)
        status =
            error_add(p->error, STATUS_BAD_INPUT, "%s: dimension %s has no length", p->path, name);
    return status;
}

static enum status copy_texts(const struct reader_place *p, char **from, char **to, size_t count)
{
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < count && status == STATUS_DONE; i++)
        status = read_copy(p, from[i] ? from[i] : "", &to[i]);
    return status;
}

enum status read_texts(const struct reader_place *p, const char *name, struct reader_dataset *d,
                       size_t count, char ***texts)
{
    enum status status = read_dataset(p, name, H5T_STRING, 0, d);
    if (status != STATUS_DONE)
        return status;
    *texts = calloc(count + 1, sizeof **texts);
    char **values = calloc(count + 1, sizeof *values);
    if (!*texts || !values)
        status = read_no_memory(p);
    else if (H5Tis_variable_str(d->type) <= 0)
        status = error_add(p->error, STATUS_BAD_INPUT, "%s: %s is of another type", p->path, name);
    else
        status = read_values(d, d->type, values);
    if (status == STATUS_DONE)
        status = copy_texts(p, values, *texts, count);
    for (size_t i = 0; values && i < count; i++)
        H5free_memory(values[i]);
    free(values);
    read_close(d);
    return status;
}

enum status read_labels(const struct reader_place *p, const char *name, size_t count, char ***texts)
{
    struct reader_dataset d = {.rank = 1, .shape = {count}};
    return read_texts(p, name, &d, count, texts);
}

/* One file, behind the others. */
static enum status add_input(const struct reader_place *group, const char *name,
                             struct scenario_input **inputs, size_t *count)
{
    struct reader_dataset d = {.rank = 1};
    uint64_t size = 0;
    char *file = NULL, *content = NULL;
    enum status status = read_dataset(group, name, H5T_STRING, 1, &d);
    if (status != STATUS_DONE)
        return status;
    struct scenario_input *more = realloc(*inputs, (*count + 1) * sizeof **inputs);
    if (more) {
        *inputs = more;
        status = read_text(&d.place, "file", false, &file);
    } else {
        status = read_no_memory(group);
    }
    if (status == STATUS_DONE)
        status = read_uint64(&d.place, "size", &size);
    if (status == STATUS_DONE && (size > d.shape[0] || d.shape[0] > INPUT_MAX))
        status = error_add(group->error, STATUS_BAD_INPUT, "%s: inputs/%s is too large",
                           group->path, name);
    if (status == STATUS_DONE) {
        content = calloc(d.shape[0] + 1, 1);
        status = content ? read_values(&d, H5T_C_S1, content) : read_no_memory(group);
    }
    if (status == STATUS_DONE) {
        content[size] = '\0';
        (*inputs)[(*count)++] =
            (struct scenario_input){.text = file, .content = content, .size = (size_t)size};
    } else {
        free(file);
        free(content);
    }
    read_close(&d);
    return status;
}

enum status read_inputs(const struct reader_place *root, struct scenario_input **inputs,
                        size_t *count)
{
    bool exists;
    struct reader_place group;
    enum status status = read_exists(root, "inputs", &exists);
    if (status != STATUS_DONE || !exists)
        return status;
    status = read_group(root, "inputs", &group);
    for (unsigned number = 1; status == STATUS_DONE; number++) {
        char name[32];
        snprintf(name, sizeof name, "file_%u", number);
        status = read_exists(&group, name, &exists);
        if (status != STATUS_DONE || !exists)
            break;
        status = add_input(&group, name, inputs, count);
    }
    read_close_group(&group);
    return status;
}

/* One attribute of the provenance as text. */
static enum status read_fact(const struct reader_place *group, const char *name, char **value)
{
    hid_t attribute = H5Aopen(group->id, name, H5P_DEFAULT);
    if (attribute < 0)
        return read_fault(group, "attribute", name);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    hssize_t values = H5Sget_simple_extent_npoints(space);
    enum status status = STATUS_DONE;
    char text[64] = "";
    double real = 0;
    uint64_t whole = 0;
    herr_t failed = class == H5T_NO_CLASS || values < 0 ? -1 : 0;
    if (class == H5T_STRING && values == 1) {
        status = read_text(group, name, false, value);
    } else if (class == H5T_FLOAT && values == 1) {
        failed = H5Aread(attribute, H5T_NATIVE_DOUBLE, &real);
        snprintf(text, sizeof text, "%.3g", real);
    } else if (class == H5T_INTEGER && values == 1) {
        failed = H5Aread(attribute, H5T_NATIVE_UINT64, &whole);
        snprintf(text, sizeof text, "%llu", (unsigned long long)whole);
    }
    if (failed < 0)
        status = read_fault(group, "attribute", name);
    if (status == STATUS_DONE && !*value)
        *value = strdup(text);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status == STATUS_DONE && !*value ? read_no_memory(group) : status;
}

enum status read_facts(const struct reader_place *root, struct run_fact **facts, size_t *count)
{
    struct reader_place group;
    enum status status = read_group(root, "provenance", &group);
    if (status != STATUS_DONE)
        return status;
    int attributes = H5Aget_num_attrs(group.id);
    *facts = calloc((size_t)(attributes > 0 ? attributes : 0) + 1, sizeof **facts);
    if (attributes < 0)
        status = read_fault(root, "group", "provenance");
    else if (!*facts)
        status = read_no_memory(root);
    for (int i = 0; i < attributes && status == STATUS_DONE; i++) {
        char name[128];
        if (H5Aget_name_by_idx(group.id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, (hsize_t)i, name,
                               sizeof name, H5P_DEFAULT) < 0) {
            status = read_fault(root, "group", "provenance");
            break;
        }
        struct run_fact *fact = &(*facts)[(*count)++];
        fact->name = strdup(name);
        status = fact->name ? read_fact(&group, name, &fact->value) : read_no_memory(root);
    }
    read_close_group(&group);
    return status;
}
