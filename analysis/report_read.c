/* What a report is made of, read from run files. */
#include <stdlib.h>
#include <string.h>

#include "analysis/report_data.h"
#include "analysis/series.h"
#include "sim/durable.h"
#include "sim/reader.h"
#include "sim/scenario.h"

static bool has_series(const void *file, const char *name)
{
    const struct run_file *f = file;
    return reader_find(f, name) < f->variable_count;
}

/* What all files must agree on is set by the first. */
static enum status begin(struct report_data *d, const struct run_file *f, struct error *e)
{
    d->title = strdup(f->title);
    d->question = strdup(f->question);
    d->model_version = strdup(f->model_version);
    d->weeks = f->weeks;
    if (!d->title || !d->question || !d->model_version)
        return error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
    const struct report_shape shape = {
        .places = f->places, .place_names = f->place_names, .file = f, .has = has_series};
    return report_data_begin(d, &shape, e);
}

static enum status check_alike(const struct report_data *d, const struct run_file *f,
                               struct error *e)
{
    if (f->weeks != d->weeks)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: has %zu weeks, %s has %zu; a report shows runs of "
                         "one length",
                         f->path, f->weeks, d->arms[0].path, d->weeks);
    bool same = f->places == d->place_count;
    for (size_t i = 0; same && i < f->places; i++)
        same = strcmp(f->place_names[i], d->places[i]) == 0;
    if (!same)
        return error_add(e, STATUS_BAD_INPUT, "%s: is of other places than %s", f->path,
                         d->arms[0].path);
    return STATUS_DONE;
}

static char *copy_fact(const struct run_file *f, const char *name)
{
    for (size_t i = 0; i < f->fact_count; i++)
        if (strcmp(f->facts[i].name, name) == 0)
            return strdup(f->facts[i].value);
    return strdup("");
}

static enum status take_scenario(struct report_data *d, struct report_arm *arm,
                                 const struct run_file *f, struct error *e)
{
    struct scenario s;
    enum status status = reader_scenario(f, &s, d->model, NULL, 0, e);
    if (status != STATUS_DONE)
        return status;
    bool good = report_data_scenario(d, arm, &s);
    scenario_free(&s);
    return good ? STATUS_DONE : error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
}

static enum status take_run(struct report_data *d, size_t i, const struct run_file *f,
                            struct error *e)
{
    struct report_arm *arm = &d->arms[i];
    arm->path = strdup(f->path);
    arm->name = strdup(f->title);
    arm->digest = strdup(f->digest);
    arm->source = strdup(f->source);
    arm->command = copy_fact(f, "command");
    arm->replicates = f->replicates;
    if (!arm->path || !arm->name || !arm->digest || !arm->source || !arm->command)
        return error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
    enum status status = i == 0 ? begin(d, f, e) : check_alike(d, f, e);
    if (status == STATUS_DONE)
        status = take_scenario(d, arm, f, e);
    if (status == STATUS_DONE)
        status = report_data_arm(d, arm, e);
    float *series = malloc(f->replicates * f->weeks * f->places * sizeof *series);
    if (status == STATUS_DONE && !series)
        status = error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
    for (size_t k = 0; k < d->outcome_count && status == STATUS_DONE; k++) {
        size_t variable = reader_find(f, d->outcomes[k].label->series);
        if (variable == f->variable_count)
            continue;
        status = reader_series(f, variable, series, e);
        if (status == STATUS_DONE)
            status = report_data_take(d, i, k, series, e);
    }
    free(series);
    if (status == STATUS_DONE)
        status = report_agents_read(&arm->agents, f, d->model, e);
    return status;
}

/* Parameters that are not the same in all arms, other than length, seed and replicates. */
static bool add_factor(struct report_data *d, size_t parameter)
{
    const struct param *p = &d->model->params.rows[parameter];
    struct report_factor *f = &d->factors[d->factor_count++];
    f->key = strdup(p->key);
    f->unit = strdup(p->unit);
    f->values = malloc(d->arm_count * sizeof *f->values);
    bool named = p->kind == PARAM_CHOICE || p->kind == PARAM_SWITCH;
    f->texts = named ? calloc(d->arm_count, sizeof *f->texts) : NULL;
    bool good = f->key && f->unit && f->values && (f->texts || !named);
    for (size_t i = 0; good && i < d->arm_count; i++) {
        char text[128];
        f->values[i] = d->arms[i].values[parameter];
        param_format(p, f->values[i], text, sizeof text);
        good = !named || (f->texts[i] = strdup(text)) != NULL;
    }
    return good;
}

static enum status find_factors(struct report_data *d, struct error *e)
{
    const struct model *m = d->model;
    d->factors = calloc(m->params.count + 1, sizeof *d->factors);
    bool good = d->factors != NULL;
    for (size_t k = 0; good && k < m->params.count; k++) {
        bool varies = false;
        for (size_t i = 1; i < d->arm_count; i++)
            varies = varies || d->arms[i].values[k] != d->arms[0].values[k];
        if (varies && k != m->weeks_param && k != m->seed_param && k != m->replicates_param)
            good = add_factor(d, k);
    }
    return good ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
}

/* "more" for runs/more.h5, where titles do not tell arms apart. */
static enum status name_arms(struct report_data *d, struct error *e)
{
    bool distinct = true;
    for (size_t i = 0; i < d->arm_count; i++) {
        distinct = distinct && *d->arms[i].name;
        for (size_t k = 0; k < i; k++)
            distinct = distinct && strcmp(d->arms[i].name, d->arms[k].name) != 0;
    }
    for (size_t i = 0; !distinct && i < d->arm_count; i++) {
        struct stem stem = durable_stem(d->arms[i].path);
        free(d->arms[i].name);
        d->arms[i].name = strndup(stem.name, (size_t)stem.length);
        if (!d->arms[i].name)
            return error_add(e, STATUS_FAILED, "out of memory");
    }
    return STATUS_DONE;
}

static enum status read_runs(struct report_data *d, const char *const *paths, size_t path_count,
                             struct error *e)
{
    enum status status = STATUS_DONE;
    d->arm_count = path_count;
    d->kind = strdup("arms");
    d->arms = calloc(path_count + 1, sizeof *d->arms);
    if (!d->arms || !d->kind)
        status = error_add(e, STATUS_FAILED, "out of memory");
    for (size_t i = 0; i < path_count && status == STATUS_DONE; i++) {
        struct run_file f;
        status = reader_open(&f, paths[i], e);
        if (status != STATUS_DONE)
            break;
        status = take_run(d, i, &f, e);
        reader_close(&f);
    }
    if (status == STATUS_DONE)
        status = find_factors(d, e);
    return status == STATUS_DONE ? name_arms(d, e) : status;
}

enum status report_data_read(struct report_data *d, const struct model *m, const char *const *paths,
                             size_t path_count, struct error *e)
{
    enum status status = STATUS_DONE;
    bool is_ensemble = false;
    memset(d, 0, sizeof *d);
    d->model = m;
    for (size_t i = 0; i < path_count && status == STATUS_DONE; i++) {
        status = reader_is_ensemble(paths[i], &is_ensemble, e);
        if (status == STATUS_DONE && is_ensemble && path_count > 1)
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: is an experiment, which has a report of its own; give it alone",
                               paths[i]);
    }
    if (status == STATUS_DONE)
        status = is_ensemble ? report_data_experiment(d, paths[0], e)
                             : read_runs(d, paths, path_count, e);
    if (status == STATUS_DONE)
        report_data_drop_unknown(d);
    else
        report_data_free(d);
    return status;
}
