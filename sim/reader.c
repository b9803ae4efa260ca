#include "sim/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/reader_file.h"

enum { INPUT_MAX = 1 << 30 };

bool reader_is_run(const char *path)
{
    return hdf_is(path);
}

/* The file as a place whose findings go to `e`. */
static struct reader_place root_of(const struct run_file *f, struct error *e)
{
    return (struct reader_place){.path = f->path, .id = f->id, .error = e};
}

static enum status read_inputs(struct run_file *f, const struct reader_place *root)
{
    bool exists;
    struct reader_place group;
    enum status status = read_exists(root, "inputs", &exists);
    if (status != STATUS_DONE || !exists)
        return status;
    status = read_group(root, "inputs", &group);
    for (unsigned number = 1; status == STATUS_DONE; number++) {
        char name[32];
        struct reader_dataset d = {.rank = 1};
        uint64_t size = 0;
        snprintf(name, sizeof name, "file_%u", number);
        status = read_exists(&group, name, &exists);
        if (status != STATUS_DONE || !exists)
            break;
        status = read_dataset(&group, name, H5T_STRING, 1, &d);
        if (status != STATUS_DONE)
            break;
        struct scenario_input *more = realloc(f->inputs, (f->input_count + 1) * sizeof *f->inputs);
        char *file = NULL, *content = NULL;
        status = more ? read_text(&d.place, "file", false, &file) : read_no_memory(root);
        f->inputs = more ? more : f->inputs;
        if (status == STATUS_DONE)
            status = read_uint64(&d.place, "size", &size);
        if (status == STATUS_DONE && (size > d.shape[0] || d.shape[0] > INPUT_MAX))
            status = error_add(root->error, STATUS_BAD_INPUT, "%s: inputs/%s is too large", f->path,
                               name);
        if (status == STATUS_DONE) {
            content = calloc(d.shape[0] + 1, 1);
            status = content ? read_values(&d, H5T_C_S1, content) : read_no_memory(root);
        }
        if (status == STATUS_DONE) {
            content[size] = '\0';
            f->inputs[f->input_count++] =
                (struct scenario_input){.text = file, .content = content, .size = (size_t)size};
        } else {
            free(file);
            free(content);
        }
        read_close(&d);
    }
    read_close_group(&group);
    return status;
}

/* The texts that run files and setups have in common. */
static enum status read_head(struct run_file *f, const struct reader_place *root)
{
    enum status status = read_text(root, "model", false, &f->model);
    if (status == STATUS_DONE)
        status = read_text(root, "model_version", true, &f->model_version);
    if (status == STATUS_DONE)
        status = read_text(root, "title", true, &f->title);
    if (status == STATUS_DONE)
        status = read_text(root, "scenario", false, &f->scenario);
    return status == STATUS_DONE ? read_inputs(f, root) : status;
}

static enum status open_kind(struct run_file *f, const char *path, const char *kind,
                             struct error *e, struct reader_place *root)
{
    memset(f, 0, sizeof *f);
    f->id = H5I_INVALID_HID;
    f->path = strdup(path);
    if (!f->path)
        return error_add(e, STATUS_FAILED, "%s: out of memory", path);
    enum status status = read_begin(root, f->path, kind, e);
    f->id = root->id;
    return status == STATUS_DONE ? read_head(f, root) : status;
}

enum status reader_open_setup(struct run_file *f, const char *path, struct error *e)
{
    struct reader_place root;
    uint64_t agents_every = 0, checkpoint_every = 0;
    enum status status = open_kind(f, path, "samskab setup", e, &root);
    if (status == STATUS_DONE)
        status = read_uint64(&root, "agents_every", &agents_every);
    if (status == STATUS_DONE)
        status = read_uint64(&root, "checkpoint_every", &checkpoint_every);
    f->agents_every = (uint32_t)agents_every;
    f->checkpoint_every = (uint32_t)checkpoint_every;
    if (status != STATUS_DONE)
        reader_close(f);
    return status;
}

static enum status read_axis(const struct reader_place *root, const char *name, size_t *length)
{
    struct reader_dataset d = {.rank = 1};
    enum status status = read_dataset(root, name, H5T_INTEGER, 4, &d);
    if (status != STATUS_DONE)
        return status;
    *length = (size_t)d.shape[0];
    read_close(&d);
    if (*length == 0)
        status = error_add(root->error, STATUS_BAD_INPUT, "%s: dimension %s has no length",
                           root->path, name);
    return status;
}

static enum status read_place_names(struct run_file *f, const struct reader_place *root)
{
    char name[256];
    struct reader_dataset d = {.rank = 1, .shape = {f->places}};
    snprintf(name, sizeof name, "%.200s_name", f->place);
    enum status status = read_dataset(root, name, H5T_STRING, 0, &d);
    if (status != STATUS_DONE)
        return status;
    f->place_names = calloc(f->places, sizeof *f->place_names);
    if (!f->place_names)
        status = read_no_memory(root);
    else if (H5Tis_variable_str(d.type) <= 0)
        status =
            error_add(root->error, STATUS_BAD_INPUT, "%s: %s is of another type", f->path, name);
    else
        status = read_values(&d, d.type, f->place_names);
    read_close(&d);
    for (size_t i = 0; i < f->places && status == STATUS_DONE; i++)
        if (!f->place_names[i])
            status = error_add(root->error, STATUS_BAD_INPUT, "%s: place %zu has no name", f->path,
                               i + 1);
    return status;
}

/* Adds the root's object `name` when it is a series. */
static enum status add_variable(struct run_file *f, const struct reader_place *root,
                                const char *name)
{
    bool exists;
    enum status status = read_exists(root, name, &exists);
    if (status != STATUS_DONE)
        return status;
    hid_t object = H5Oopen(root->id, name, H5P_DEFAULT);
    if (object < 0)
        return read_fault(root, "object", name);
    hid_t space = H5Iget_type(object) == H5I_DATASET ? H5Dget_space(object) : H5I_INVALID_HID;
    int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    if (space >= 0)
        H5Sclose(space);
    H5Oclose(object);
    if (rank != 3)
        return STATUS_DONE;

    struct reader_dataset d = {.rank = 3, .shape = {f->replicates, f->weeks, f->places}};
    status = read_dataset(root, name, H5T_FLOAT, 4, &d);
    if (status != STATUS_DONE)
        return status;
    struct run_variable *more =
        realloc(f->variables, (f->variable_count + 1) * sizeof *f->variables);
    if (more) {
        f->variables = more;
        struct run_variable *v = &f->variables[f->variable_count++];
        memset(v, 0, sizeof *v);
        v->name = strdup(name);
        status = v->name ? read_text(&d.place, "units", true, &v->unit) : read_no_memory(root);
        if (status == STATUS_DONE)
            status = read_text(&d.place, "long_name", true, &v->meaning);
    } else {
        status = read_no_memory(root);
    }
    read_close(&d);
    return status;
}

static enum status read_variables(struct run_file *f, const struct reader_place *root)
{
    H5G_info_t info;
    if (H5Gget_info(root->id, &info) < 0)
        return read_fault(root, "names in", "the file");
    enum status status = STATUS_DONE;
    for (hsize_t i = 0; i < info.nlinks && status == STATUS_DONE; i++) {
        char name[256];
        status = read_link_name(root, i, name, sizeof name);
        if (status == STATUS_DONE)
            status = add_variable(f, root, name);
    }
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
    bool one = H5Sget_simple_extent_npoints(space) == 1;
    enum status status = STATUS_DONE;
    char text[64] = "";
    double real = 0;
    uint64_t whole = 0;
    if (class == H5T_STRING && one)
        status = read_text(group, name, false, value);
    else if (class == H5T_FLOAT && one && H5Aread(attribute, H5T_NATIVE_DOUBLE, &real) >= 0)
        snprintf(text, sizeof text, "%.3g", real);
    else if (class == H5T_INTEGER && one && H5Aread(attribute, H5T_NATIVE_UINT64, &whole) >= 0)
        snprintf(text, sizeof text, "%llu", (unsigned long long)whole);
    if (status == STATUS_DONE && !*value)
        *value = strdup(text);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status == STATUS_DONE && !*value ? read_no_memory(group) : status;
}

static enum status read_facts(struct run_file *f, const struct reader_place *root)
{
    struct reader_place group;
    enum status status = read_group(root, "provenance", &group);
    if (status != STATUS_DONE)
        return status;
    int count = H5Aget_num_attrs(group.id);
    f->facts = calloc((size_t)(count > 0 ? count : 0) + 1, sizeof *f->facts);
    if (!f->facts)
        status = read_no_memory(root);
    for (int i = 0; i < count && status == STATUS_DONE; i++) {
        char name[128];
        if (H5Aget_name_by_idx(group.id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, (hsize_t)i, name,
                               sizeof name, H5P_DEFAULT) < 0) {
            status = read_fault(root, "provenance", "");
            break;
        }
        struct run_fact *fact = &f->facts[f->fact_count++];
        fact->name = strdup(name);
        status = fact->name ? read_fact(&group, name, &fact->value) : read_no_memory(root);
    }
    read_close_group(&group);
    return status;
}

/* Weeks from one store of agents to the next: they are stored at every, 2 every, ... */
static enum status read_agents_every(struct run_file *f, const struct reader_place *group)
{
    struct reader_dataset d = {.rank = 1, .shape = {f->agent_weeks}};
    int32_t *weeks = malloc(f->agent_weeks * sizeof *weeks);
    enum status status =
        weeks ? read_dataset(group, "agent_time", H5T_INTEGER, 4, &d) : read_no_memory(group);
    if (status == STATUS_DONE) {
        status = read_values(&d, H5T_NATIVE_INT32, weeks);
        read_close(&d);
    }
    if (status == STATUS_DONE && !(weeks[0] >= 1 && (size_t)weeks[0] <= f->weeks))
        status = error_add(group->error, STATUS_BAD_INPUT,
                           "%s: agents are stored at week %d of a run of %zu", f->path,
                           (int)weeks[0], f->weeks);
    if (status == STATUS_DONE)
        f->agents_every = (uint32_t)weeks[0];
    free(weeks);
    return status;
}

static enum status read_agents(struct run_file *f, const struct reader_place *root)
{
    bool exists;
    struct reader_place group;
    enum status status = read_exists(root, "agents", &exists);
    if (status != STATUS_DONE || !exists)
        return status;
    status = read_group(root, "agents", &group);
    if (status != STATUS_DONE)
        return status;
    status = read_axis(&group, "agent_time", &f->agent_weeks);
    if (status == STATUS_DONE)
        status = read_agents_every(f, &group);
    /* The entity's dimension is the one made after agent_time. */
    char name[256];
    if (status == STATUS_DONE)
        status = read_link_name(&group, 1, name, sizeof name);
    if (status == STATUS_DONE)
        status = read_axis(&group, name, &f->agents);
    read_close_group(&group);
    return status;
}

static enum status read_run(struct run_file *f, const struct reader_place *root)
{
    enum status status = read_text(root, "place", false, &f->place);
    if (status == STATUS_DONE)
        status = read_text(root, "digest", false, &f->digest);
    if (status == STATUS_DONE)
        status = read_text(root, "source", true, &f->source);
    if (status == STATUS_DONE)
        status = read_text(root, "question", true, &f->question);
    if (status == STATUS_DONE)
        status = read_axis(root, "replicate", &f->replicates);
    if (status == STATUS_DONE)
        status = read_axis(root, "time", &f->weeks);
    if (status == STATUS_DONE)
        status = read_axis(root, f->place, &f->places);
    if (status == STATUS_DONE)
        status = read_place_names(f, root);
    if (status == STATUS_DONE)
        status = read_variables(f, root);
    if (status == STATUS_DONE)
        status = read_agents(f, root);
    return status == STATUS_DONE ? read_facts(f, root) : status;
}

enum status reader_open(struct run_file *f, const char *path, struct error *e)
{
    struct reader_place root;
    enum status status = open_kind(f, path, "samskab run", e, &root);
    if (status == STATUS_DONE)
        status = read_run(f, &root);
    if (status != STATUS_DONE)
        reader_close(f);
    return status;
}

void reader_close(struct run_file *f)
{
    if (f->path && f->id >= 0)
        H5Fclose(f->id);
    for (size_t i = 0; f->place_names && i < f->places; i++)
        H5free_memory(f->place_names[i]);
    for (size_t i = 0; i < f->variable_count; i++) {
        free(f->variables[i].name);
        free(f->variables[i].unit);
        free(f->variables[i].meaning);
    }
    for (size_t i = 0; i < f->input_count; i++) {
        free((char *)f->inputs[i].text);
        free((char *)f->inputs[i].content);
    }
    for (size_t i = 0; i < f->fact_count; i++) {
        free(f->facts[i].name);
        free(f->facts[i].value);
    }
    char *texts[] = {f->title,  f->question, f->source,   f->model, f->model_version,
                     f->digest, f->place,    f->scenario, f->path};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(f->place_names);
    free(f->variables);
    free(f->inputs);
    free(f->facts);
    memset(f, 0, sizeof *f);
    f->id = H5I_INVALID_HID;
}

size_t reader_find(const struct run_file *f, const char *name)
{
    size_t i = 0;
    while (i < f->variable_count && strcmp(f->variables[i].name, name) != 0)
        i++;
    return i;
}

enum status reader_series(const struct run_file *f, size_t variable, float *values, struct error *e)
{
    const struct reader_place root = root_of(f, e);
    struct reader_dataset d = {.rank = 3, .shape = {f->replicates, f->weeks, f->places}};
    enum status status = read_dataset(&root, f->variables[variable].name, H5T_FLOAT, 4, &d);
    if (status != STATUS_DONE)
        return status;
    status = read_values(&d, H5T_NATIVE_FLOAT, values);
    read_close(&d);
    return status;
}

enum status reader_scenario(const struct run_file *f, struct scenario *s, const struct model *m,
                            const struct setting *settings, size_t setting_count, struct error *e)
{
    if (strcmp(f->model, m->name) != 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: is of model %.60s, not of %s", f->path, f->model,
                         m->name);
    return scenario_parse(s, m, f->scenario, strlen(f->scenario), f->path, NULL, f->inputs,
                          f->input_count, settings, setting_count, e);
}
