#include "sim/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/enclosure.h"
#include "sim/reader_file.h"

bool reader_is_run(const char *path)
{
    return hdf_is(path);
}

size_t reader_size(const char *path)
{
    struct stat s;
    size_t size;
    if (enclosure_image(path, &size))
        return size;
    return stat(path, &s) == 0 ? (size_t)s.st_size : 0;
}

/* The file as a place whose findings go to `e`. */
static struct reader_place root_of(const struct run_file *f, struct error *e)
{
    return (struct reader_place){.path = f->path, .id = f->id, .error = e};
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
    return status == STATUS_DONE ? read_inputs(root, &f->inputs, &f->input_count) : status;
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

static enum status read_place_names(struct run_file *f, const struct reader_place *root)
{
    char name[256];
    snprintf(name, sizeof name, "%.200s_name", f->place);
    enum status status = read_labels(root, name, f->places, &f->place_names);
    for (size_t i = 0; i < f->places && status == STATUS_DONE; i++)
        if (!*f->place_names[i])
            status = error_add(root->error, STATUS_BAD_INPUT, "%s: place %zu has no name", f->path,
                               i + 1);
    return status;
}

/* Adds the root's object `name` when it is a series. */
static enum status add_variable(struct run_file *f, const struct reader_place *root,
                                const char *name)
{
    int rank;
    enum status status = read_rank(root, name, &rank);
    if (status != STATUS_DONE)
        return status;
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
    size_t count = 0;
    enum status status = read_link_count(root, &count);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
        char name[256];
        status = read_link_name(root, i, name, sizeof name);
        if (status == STATUS_DONE)
            status = add_variable(f, root, name);
    }
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
    return status == STATUS_DONE ? read_facts(root, &f->facts, &f->fact_count) : status;
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
        free(f->place_names[i]);
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
    memset(s, 0, sizeof *s);
    if (strcmp(f->model, m->name) != 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: is of model %.60s, not of %s", f->path, f->model,
                         m->name);
    return scenario_parse(s, m, f->scenario, strlen(f->scenario), f->path, NULL, f->inputs,
                          f->input_count, settings, setting_count, e);
}
