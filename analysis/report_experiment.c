/* What a report is made of, read from an experiment file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_data.h"
#include "analysis/sensitivity.h"
#include "sim/reader.h"
#include "sim/scenario.h"

enum { RESAMPLES = 400 };

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
    enum status status = ensemble_scenario(&f->ensemble, d->model, i, &s, e);
    if (status != STATUS_DONE)
        return status;
    bool good = report_data_scenario(d, &d->arms[i], &s);
    scenario_free(&s);
    return good ? STATUS_DONE : no_memory(f, e);
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
        if (status == STATUS_DONE && (d->compared || i == d->baseline))
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

/* --- what matters ------------------------------------------------------------------------------
 */

/* Designs of which it can be said how much each factor matters. */
static bool is_sample(const char *kind)
{
    static const char *const kinds[] = {"saltelli", "morris", "latin", "sobol", "points"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

/* Position of a column of the design among the factors; factor_count when it is none. */
static size_t find_factor(const struct report_data *d, const char *key)
{
    size_t i = 0;
    while (i < d->factor_count && strcmp(d->factors[i].key, key) != 0)
        i++;
    return i;
}

static void take_indices(struct report_data *d, const struct sensitivity *s,
                         const struct sensitivity_of *of)
{
    size_t k = report_find(d, s->arms->outcomes[of->outcome].name), written = 0;
    for (size_t i = 0; i < s->column_count && k < d->outcome_count; i++) {
        size_t column = of->order[i], factor = find_factor(d, s->columns[column]->key);
        if (factor == d->factor_count || written == d->factor_count)
            continue;
        const struct measure *share = &of->shares[column];
        struct report_index *x = &d->indices[k * d->factor_count + written++];
        *x = (struct report_index){.factor = factor,
                                   .share = share->value,
                                   .share_low = share->low,
                                   .share_high = share->high,
                                   .first = NAN,
                                   .first_low = NAN,
                                   .first_high = NAN};
        if (s->kind != SENSITIVITY_SOBOL)
            continue;
        x->first = of->indices.first[column].value;
        x->first_low = of->indices.first[column].low;
        x->first_high = of->indices.first[column].high;
    }
}

/* Of a design that allows it; one that does not has no indices, which is no failure. */
static enum status find_indices(struct report_data *d, const char *path, struct error *e)
{
    const char *outcomes[64];
    struct sensitivity_request request = {
        .arms = {.paths = &path, .path_count = 1, .outcomes = outcomes},
        .resamples = RESAMPLES,
        .seed = 1,
        .threshold = SENSITIVITY_THRESHOLD};
    struct arms arms;
    struct sensitivity s;
    struct error ignored = {0};
    for (size_t k = 0; k < d->outcome_count && k < 64; k++)
        if (d->outcomes[k].label->leads)
            outcomes[request.arms.outcome_count++] = d->outcomes[k].label->series;
    if (request.arms.outcome_count == 0 || d->factor_count == 0)
        return STATUS_DONE;
    enum status status = arms_read(&arms, d->model, &request.arms, e);
    if (status != STATUS_DONE)
        return status;
    status = sensitivity_make(&s, &arms, &request, &ignored);
    error_free(&ignored);
    if (status == STATUS_DONE) {
        size_t count = d->outcome_count * d->factor_count;
        d->indices = malloc(count * sizeof *d->indices);
        for (size_t i = 0; d->indices && i < count; i++)
            d->indices[i].share = NAN;
        for (size_t i = 0; d->indices && i < s.count; i++)
            take_indices(d, &s, &s.list[i]);
        sensitivity_free(&s);
    }
    arms_free(&arms);
    return STATUS_DONE;
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
    bool sampled = status == STATUS_DONE && is_sample(d->kind);
    reader_ensemble_close(&f);
    if (sampled) {
        report_data_drop_unknown(d);
        status = find_indices(d, path, e);
    }
    return status;
}
