/* What a report is made of, read from an experiment file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_data.h"
#include "sim/reader.h"
#include "sim/scenario.h"

static enum status no_memory(const struct ensemble_file *f, struct error *e)
{
    return error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
}

static bool has_series(const void *file, const char *name)
{
    const struct ensemble_file *f = file;
    return ensemble_variable(&f->ensemble, name) < f->ensemble.variable_count;
}

static char *copy_fact(const struct ensemble_file *f, const char *name)
{
    for (size_t i = 0; i < f->fact_count; i++)
        if (strcmp(f->facts[i].name, name) == 0)
            return strdup(f->facts[i].value);
    return strdup("");
}

/* Seed and parameters of an arm. */
static enum status take_scenario(struct report_data *d, const struct ensemble_file *f, size_t i,
                                 struct error *e)
{
    struct scenario s;
    struct report_arm *arm = &d->arms[i];
    enum status status = ensemble_scenario(&f->ensemble, d->model, i, &s, e);
    if (status != STATUS_DONE)
        return status;
    arm->seed = (uint64_t)s.values[d->model->seed_param];
    arm->values = malloc(d->model->params.count * sizeof *arm->values);
    if (arm->values)
        memcpy(arm->values, s.place_count > 0 ? s.places[0].values : s.values,
               d->model->params.count * sizeof *arm->values);
    scenario_free(&s);
    return arm->values ? STATUS_DONE : no_memory(f, e);
}

/* The series of one arm, outcome by outcome. */
static enum status take_series(struct report_data *d, const struct ensemble_file *f, size_t i,
                               float *series, struct error *e)
{
    const struct ensemble_range range = {
        .arm = i, .arms = 1, .replicate = 0, .replicates = f->ensemble.replicates};
    enum status status = report_data_arm(d, &d->arms[i], e);
    for (size_t k = 0; k < d->outcome_count && status == STATUS_DONE; k++) {
        size_t variable = ensemble_variable(&f->ensemble, d->outcomes[k].label->series);
        status = reader_ensemble_series(f, variable, &range, series, e);
        if (status == STATUS_DONE)
            status = report_data_take(d, i, k, series, e);
    }
    return status;
}

static enum status take_arms(struct report_data *d, const struct ensemble_file *f, struct error *e)
{
    const struct ensemble *x = &f->ensemble;
    enum status status = STATUS_DONE;
    float *series = malloc(x->replicates * x->weeks * x->places * sizeof *series);
    if (!series)
        return no_memory(f, e);
    for (size_t i = 0; i < x->arms && status == STATUS_DONE; i++) {
        d->arms[i].name = strdup(x->arm_names[i]);
        d->arms[i].replicates = x->replicates;
        status = d->arms[i].name ? STATUS_DONE : no_memory(f, e);
        if (status == STATUS_DONE && (x->arms <= REPORT_ARMS || i == d->baseline))
            status = take_scenario(d, f, i, e);
        if (status == STATUS_DONE)
            status = take_series(d, f, i, series, e);
        for (size_t r = 0; r < x->replicates; r++) {
            d->missing += f->state[i * x->replicates + r] != RUN_DONE;
            d->failed += f->state[i * x->replicates + r] == RUN_FAILED;
        }
    }
    free(series);
    return status;
}

static enum status take_columns(struct report_data *d, const struct ensemble_file *f,
                                struct error *e)
{
    const struct ensemble *x = &f->ensemble;
    bool good = (d->factors = calloc(x->column_count + 1, sizeof *d->factors)) != NULL;
    for (size_t k = 0; good && k < x->column_count; k++) {
        const struct ensemble_column *c = &x->columns[k];
        struct report_factor *factor = &d->factors[d->factor_count++];
        factor->key = strdup(c->key);
        factor->unit = strdup(c->unit);
        good = factor->key && factor->unit;
        if (c->values && good) {
            factor->values = malloc(x->arms * sizeof *factor->values);
            good = factor->values != NULL;
        } else if (good) {
            factor->texts = calloc(x->arms, sizeof *factor->texts);
            good = factor->texts != NULL;
        }
        for (size_t i = 0; i < x->arms && good; i++)
            if (factor->values)
                factor->values[i] = c->values[i];
            else
                good = (factor->texts[i] = strdup(c->texts[i])) != NULL;
    }
    return good ? STATUS_DONE : no_memory(f, e);
}

static enum status take_file(struct report_data *d, const struct ensemble_file *f, struct error *e)
{
    const struct ensemble *x = &f->ensemble;
    d->kind = strdup(x->design.kind);
    d->title = strdup(x->title);
    d->question = strdup(x->question);
    d->model_version = strdup(x->model_version);
    d->arms = calloc(x->arms + 1, sizeof *d->arms);
    if (!d->kind || !d->title || !d->question || !d->model_version || !d->arms)
        return no_memory(f, e);
    d->arm_count = x->arms;
    d->weeks = x->weeks;
    d->baseline = x->baseline != ENSEMBLE_NONE ? x->baseline : 0;
    const struct report_shape shape = {
        .places = x->places, .place_names = x->place_names, .file = f, .has = has_series};
    enum status status = report_data_begin(d, &shape, e);
    if (status == STATUS_DONE)
        status = take_arms(d, f, e);
    if (status == STATUS_DONE)
        status = take_columns(d, f, e);
    struct report_arm *first = &d->arms[0];
    if (status == STATUS_DONE) {
        first->path = strdup(f->path);
        first->source = strdup(f->source);
        first->digest = strdup(f->digest);
        first->command = copy_fact(f, "command");
        if (!first->path || !first->source || !first->digest || !first->command)
            status = no_memory(f, e);
    }
    return status;
}

enum status report_data_experiment(struct report_data *d, const char *path, struct error *e)
{
    struct ensemble_file f;
    enum status status = reader_ensemble_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    if (strcmp(f.ensemble.model, d->model->name) != 0)
        status = error_add(e, STATUS_BAD_INPUT, "%s: is of model %.60s, not of %s", path,
                           f.ensemble.model, d->model->name);
    else
        status = take_file(d, &f, e);
    reader_ensemble_close(&f);
    return status;
}
