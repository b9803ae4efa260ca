/* The file of an experiment. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/reader.h"
#include "sim/reader_file.h"

enum status reader_is_ensemble(const char *path, bool *is, struct error *e)
{
    struct reader_place p;
    struct error why = {0};
    enum status status = read_begin(&p, path, "samskab experiment", &why);
    *is = status == STATUS_DONE;
    if (*is)
        read_end(&p);
    if (status == STATUS_FAILED)
        error_pass_on(e, status, &why);
    error_free(&why);
    return status == STATUS_FAILED ? status : STATUS_DONE;
}

static enum status bad(const struct reader_place *p, const char *what)
{
    return error_add(p->error, STATUS_BAD_INPUT, "%s: %s", p->path, what);
}

/* --- head and labels ---------------------------------------------------------------------------
 */

static enum status read_shard(struct ensemble_file *f, const struct reader_place *root)
{
    char *text = NULL;
    unsigned number = 1, count = 1;
    enum status status = read_text(root, "shard", true, &text);
    if (status == STATUS_DONE && *text &&
        (sscanf(text, "%u/%u", &number, &count) != 2 || number < 1 || number > count))
        status = bad(root, "attribute shard is none");
    f->shard = (struct shard){number, count};
    free(text);
    return status;
}

static enum status read_head(struct ensemble_file *f, const struct reader_place *root)
{
    struct ensemble *x = &f->ensemble;
    const struct {
        const char *name;
        char **text;
        bool optional;
    } texts[] = {{"title", &x->title, true},
                 {"question", &x->question, true},
                 {"plan", &x->plan, true},
                 {"unit", &x->unit, false},
                 {"model", &x->model, false},
                 {"model_title", &x->model_title, true},
                 {"model_version", &x->model_version, true},
                 {"place", &x->place, false},
                 {"design", &x->design.kind, false},
                 {"source", &f->source, true},
                 {"experiment", &f->identity, false},
                 {"digest", &f->digest, false}};
    uint64_t second = 0, burn_in = 0;
    const struct {
        const char *name;
        uint64_t *number;
    } numbers[] = {{"design_base", &x->design.base},
                   {"design_levels", &x->design.levels},
                   {"design_candidates", &x->design.candidates},
                   {"design_second", &second},
                   {"design_seed", &x->design.seed},
                   {"burn_in", &burn_in}};
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < sizeof texts / sizeof *texts && status == STATUS_DONE; k++)
        status = read_text(root, texts[k].name, texts[k].optional, texts[k].text);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers && status == STATUS_DONE; k++)
        status = read_uint64(root, numbers[k].name, numbers[k].number);
    x->design.second = second != 0;
    x->burn_in = (size_t)burn_in;
    return status == STATUS_DONE ? read_shard(f, root) : status;
}

static enum status read_names(const struct reader_place *root, const char *what, size_t count,
                              char ***names)
{
    char name[256];
    snprintf(name, sizeof name, "%.200s_name", what);
    return read_labels(root, name, count, names);
}

static enum status read_baseline(struct ensemble *x, const struct reader_place *root)
{
    char *name = NULL;
    enum status status = read_text(root, "baseline", true, &name);
    x->baseline = ENSEMBLE_NONE;
    if (status == STATUS_DONE && *name) {
        x->baseline = ensemble_arm(x, name);
        if (x->baseline == x->arms)
            status = bad(root, "attribute baseline names none of the arms");
    }
    free(name);
    return status;
}

static enum status read_axes(struct ensemble *x, const struct reader_place *root)
{
    enum status status = read_axis(root, x->unit, &x->arms);
    if (status == STATUS_DONE)
        status = read_axis(root, "replicate", &x->replicates);
    if (status == STATUS_DONE)
        status = read_axis(root, "time", &x->weeks);
    if (status == STATUS_DONE)
        status = read_axis(root, x->place, &x->places);
    if (status == STATUS_DONE)
        status = read_names(root, x->unit, x->arms, &x->arm_names);
    if (status == STATUS_DONE)
        status = read_names(root, x->place, x->places, &x->place_names);
    return status == STATUS_DONE ? read_baseline(x, root) : status;
}

/* --- columns and variables ---------------------------------------------------------------------
 */

static enum status read_about(const struct reader_place *p, char **unit, char **meaning)
{
    enum status status = read_text(p, "units", true, unit);
    return status == STATUS_DONE ? read_text(p, "long_name", true, meaning) : status;
}

static enum status add_variable(struct ensemble *x, const struct reader_place *root,
                                const char *name)
{
    struct reader_dataset d = {.rank = 4, .shape = {x->arms, x->replicates, x->weeks, x->places}};
    enum status status = read_dataset(root, name, H5T_FLOAT, 4, &d);
    if (status != STATUS_DONE)
        return status;
    struct ensemble_variable *more =
        realloc(x->variables, (x->variable_count + 1) * sizeof *x->variables);
    if (more) {
        x->variables = more;
        struct ensemble_variable *v = &x->variables[x->variable_count++];
        *v = (struct ensemble_variable){.name = strdup(name)};
        status = v->name ? read_about(&d.place, &v->unit, &v->meaning) : read_no_memory(root);
    } else {
        status = read_no_memory(root);
    }
    read_close(&d);
    return status;
}

/* The type of a column by what it is in the file. */
static enum status column_type(const struct reader_place *root, const char *name,
                               struct ensemble_column *c)
{
    struct reader_dataset d = {.rank = 1};
    const struct {
        H5T_class_t class;
        size_t width;
    } types[] = {[ENSEMBLE_REAL] = {H5T_FLOAT, 8},
                 [ENSEMBLE_WHOLE] = {H5T_INTEGER, 8},
                 [ENSEMBLE_SWITCH] = {H5T_INTEGER, 1},
                 [ENSEMBLE_TEXT] = {H5T_STRING, 0}};
    for (unsigned k = 0; k < sizeof types / sizeof *types; k++) {
        struct reader_place quiet = *root;
        quiet.error = NULL;
        if (read_dataset(&quiet, name, types[k].class, types[k].width, &d) != STATUS_DONE)
            continue;
        c->type = (enum ensemble_type)k;
        read_close(&d);
        return STATUS_DONE;
    }
    return error_add(root->error, STATUS_BAD_INPUT, "%s: %.100s is of another type", root->path,
                     name);
}

static enum status read_range(const struct reader_place *p, struct ensemble_column *c)
{
    double range[2] = {NAN, NAN};
    enum status status = read_doubles(p, "design_range", range, 2);
    c->lo = range[0];
    c->hi = range[1];
    return status;
}

static enum status read_column(const struct ensemble *x, const struct reader_place *root,
                               const char *name, struct ensemble_column *c)
{
    static const H5T_class_t classes[] = {[ENSEMBLE_REAL] = H5T_FLOAT,
                                          [ENSEMBLE_WHOLE] = H5T_INTEGER,
                                          [ENSEMBLE_SWITCH] = H5T_INTEGER,
                                          [ENSEMBLE_TEXT] = H5T_STRING};
    struct reader_dataset d = {.rank = 1, .shape = {x->arms}};
    enum status status = column_type(root, name, c);
    if (status == STATUS_DONE)
        status = read_dataset(root, name, classes[c->type], 0, &d);
    if (status != STATUS_DONE)
        return status;
    status = read_text(&d.place, "key", false, &c->key);
    if (status == STATUS_DONE)
        status = read_about(&d.place, &c->unit, &c->meaning);
    if (status == STATUS_DONE)
        status = read_range(&d.place, c);
    if (status == STATUS_DONE && c->type != ENSEMBLE_TEXT) {
        c->values = malloc((x->arms + 1) * sizeof *c->values);
        status = c->values ? read_values(&d, H5T_NATIVE_DOUBLE, c->values) : read_no_memory(root);
    }
    read_close(&d);
    if (status == STATUS_DONE && c->type == ENSEMBLE_TEXT)
        status = read_labels(root, name, x->arms, &c->texts);
    return status;
}

static enum status add_column(struct ensemble *x, const struct reader_place *root, const char *name)
{
    htri_t is = H5Aexists_by_name(root->id, name, "key", H5P_DEFAULT);
    if (is <= 0)
        return is < 0 ? read_fault(root, "attribute", name) : STATUS_DONE;
    struct ensemble_column *more = realloc(x->columns, (x->column_count + 1) * sizeof *x->columns);
    if (!more)
        return read_no_memory(root);
    x->columns = more;
    memset(&x->columns[x->column_count], 0, sizeof *more);
    return read_column(x, root, name, &x->columns[x->column_count++]);
}

static enum status read_lists(struct ensemble *x, const struct reader_place *root)
{
    size_t count = 0;
    enum status status = read_link_count(root, &count);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
        char name[256];
        int rank = 0;
        status = read_link_name(root, i, name, sizeof name);
        if (status == STATUS_DONE)
            status = read_rank(root, name, &rank);
        if (status == STATUS_DONE && rank == 4)
            status = add_variable(x, root, name);
        else if (status == STATUS_DONE && rank == 1)
            status = add_column(x, root, name);
    }
    return status;
}

/* --- scenarios and states ----------------------------------------------------------------------
 */

static enum status add_base(struct ensemble *x, const struct reader_place *group, const char *name)
{
    char **more = realloc(x->bases, (x->base_count + 1) * sizeof *x->bases);
    if (!more)
        return read_no_memory(group);
    x->bases = more;
    enum status status = read_text(group, name, false, &x->bases[x->base_count]);
    x->base_count += status == STATUS_DONE;
    return status;
}

static enum status read_base_of_arms(struct ensemble *x, const struct reader_place *group)
{
    struct reader_dataset d = {.rank = 1, .shape = {x->arms}};
    int64_t *numbers = malloc((x->arms + 1) * sizeof *numbers);
    x->arm_base = calloc(x->arms + 1, sizeof *x->arm_base);
    enum status status = numbers && x->arm_base ? read_dataset(group, "base", H5T_INTEGER, 4, &d)
                                                : read_no_memory(group);
    if (status == STATUS_DONE) {
        status = read_values(&d, H5T_NATIVE_INT64, numbers);
        read_close(&d);
    }
    for (size_t i = 0; i < x->arms && status == STATUS_DONE; i++) {
        if (numbers[i] < 1 || (uint64_t)numbers[i] > x->base_count)
            status = bad(group, "an arm builds on a scenario that is not there");
        x->arm_base[i] = (size_t)numbers[i] - 1;
    }
    free(numbers);
    return status;
}

static enum status read_scenarios(struct ensemble *x, const struct reader_place *root)
{
    struct reader_place group;
    enum status status = read_group(root, "scenarios", &group);
    if (status != STATUS_DONE)
        return status;
    for (unsigned k = 1; status == STATUS_DONE; k++) {
        char name[32];
        bool has;
        snprintf(name, sizeof name, "base_%u", k);
        status = read_has(&group, name, &has);
        if (status != STATUS_DONE || !has)
            break;
        status = add_base(x, &group, name);
    }
    if (status == STATUS_DONE)
        status = read_base_of_arms(x, &group);
    if (status == STATUS_DONE)
        status = read_labels(&group, "settings", x->arms, &x->settings);
    read_close_group(&group);
    return status;
}

static enum status read_states(struct ensemble_file *f, const struct reader_place *root)
{
    const struct ensemble *x = &f->ensemble;
    struct reader_dataset d = {.rank = 2, .shape = {x->arms, x->replicates}};
    f->state = calloc(ensemble_runs(x) + 1, 1);
    enum status status =
        f->state ? read_dataset(root, "status", H5T_INTEGER, 1, &d) : read_no_memory(root);
    if (status != STATUS_DONE)
        return status;
    status = read_values(&d, H5T_NATIVE_UINT8, f->state);
    read_close(&d);
    for (size_t i = 0; i < ensemble_runs(x) && status == STATUS_DONE; i++)
        if (f->state[i] > RUN_FAILED)
            status = bad(root, "status holds what is none");
    return status;
}

static enum status read_failures(struct ensemble_file *f, const struct reader_place *root)
{
    const struct ensemble *x = &f->ensemble;
    size_t runs = ensemble_runs(x);
    bool exists;
    f->failure = calloc(runs + 1, sizeof *f->failure);
    enum status status = f->failure ? read_exists(root, "failure", &exists) : read_no_memory(root);
    if (status != STATUS_DONE || !exists)
        return status;
    struct reader_dataset d = {.rank = 2, .shape = {x->arms, x->replicates}};
    char **values = NULL;
    status = read_texts(root, "failure", &d, runs, &values);
    for (size_t i = 0; values && i < runs; i++) {
        if (f->state[i] == RUN_FAILED)
            f->failure[i] = values[i];
        else
            free(values[i]);
    }
    free(values);
    return status;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

static enum status read_all(struct ensemble_file *f, const struct reader_place *root)
{
    struct ensemble *x = &f->ensemble;
    enum status status = read_head(f, root);
    if (status == STATUS_DONE)
        status = read_axes(x, root);
    if (status == STATUS_DONE)
        status = read_lists(x, root);
    if (status == STATUS_DONE)
        status = read_scenarios(x, root);
    if (status == STATUS_DONE)
        status = read_inputs(root, &x->inputs, &x->input_count);
    if (status == STATUS_DONE)
        status = read_states(f, root);
    if (status == STATUS_DONE)
        status = read_failures(f, root);
    return status == STATUS_DONE ? read_facts(root, &f->facts, &f->fact_count) : status;
}

enum status reader_ensemble_open(struct ensemble_file *f, const char *path, struct error *e)
{
    struct reader_place root;
    memset(f, 0, sizeof *f);
    f->id = H5I_INVALID_HID;
    f->path = strdup(path);
    if (!f->path)
        return error_add(e, STATUS_FAILED, "%s: out of memory", path);
    enum status status = read_begin(&root, f->path, "samskab experiment", e);
    f->id = root.id;
    if (status == STATUS_DONE)
        status = read_all(f, &root);
    if (status != STATUS_DONE)
        reader_ensemble_close(f);
    return status;
}

void reader_ensemble_close(struct ensemble_file *f)
{
    size_t runs = ensemble_runs(&f->ensemble);
    if (f->path && f->id >= 0)
        H5Fclose(f->id);
    for (size_t i = 0; f->failure && i < runs; i++)
        free(f->failure[i]);
    for (size_t i = 0; i < f->fact_count; i++) {
        free(f->facts[i].name);
        free(f->facts[i].value);
    }
    char *texts[] = {f->path, f->source, f->identity, f->digest};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    ensemble_free(&f->ensemble);
    free(f->failure);
    free(f->state);
    free(f->facts);
    memset(f, 0, sizeof *f);
    f->id = H5I_INVALID_HID;
}

enum status reader_ensemble_series(const struct ensemble_file *f, size_t variable,
                                   const struct ensemble_range *range, float *values,
                                   struct error *e)
{
    const struct ensemble *x = &f->ensemble;
    const struct reader_place root = {.path = f->path, .id = f->id, .error = e};
    struct reader_dataset d = {.rank = 4, .shape = {x->arms, x->replicates, x->weeks, x->places}};
    const hsize_t start[] = {range->arm, range->replicate, 0, 0};
    const hsize_t count[] = {range->arms, range->replicates, x->weeks, x->places};
    enum status status = read_dataset(&root, x->variables[variable].name, H5T_FLOAT, 4, &d);
    if (status != STATUS_DONE)
        return status;
    status = read_block(&d, H5T_NATIVE_FLOAT, start, count, values);
    read_close(&d);
    return status;
}

enum status reader_ensemble_setup(const char *path, uint64_t *identity, struct shard *shard,
                                  struct error *e)
{
    struct reader_place p;
    uint64_t number = 0, count = 0;
    enum status status = read_begin(&p, path, "samskab experiment setup", e);
    if (status != STATUS_DONE)
        return status;
    status = read_uint64(&p, "experiment", identity);
    if (status == STATUS_DONE)
        status = read_uint64(&p, "shard", &number);
    if (status == STATUS_DONE)
        status = read_uint64(&p, "shards", &count);
    *shard = (struct shard){(uint32_t)number, (uint32_t)count};
    read_end(&p);
    return status;
}
