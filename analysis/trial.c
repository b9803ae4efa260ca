#include "analysis/trial.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/series.h"
#include "sim/interrupt.h"

/* --- running --------------------------------------------------------------------------------- */

struct trial *trial_new(void)
{
    return calloc(1, sizeof(struct trial));
}

static enum status prepare(struct trial *t, const struct trial_base *base,
                           const struct setting *settings, size_t setting_count, struct error *e)
{
    const struct model *m = base->model;
    enum status status = scenario_parse(&t->scenario, m, base->text, strlen(base->text), base->name,
                                        base->folder, NULL, 0, settings, setting_count, e);
    if (status == STATUS_DONE &&
        !(scenario_value(&t->scenario, m->replicates_param) <= TRIAL_REPLICATES))
        status = error_add(e, STATUS_BAD_INPUT, "%s: %s is %.0f, may be %d here", base->name,
                           m->params.rows[m->replicates_param].key,
                           scenario_value(&t->scenario, m->replicates_param), TRIAL_REPLICATES);
    return status;
}

enum status trial_run(struct trial *t, const struct trial_base *base,
                      const struct setting *settings, size_t setting_count, struct error *e)
{
    const struct run_options options = {.threads = base->threads, .quiet = true};
    enum status status = prepare(t, base, settings, setting_count, e);
    if (status == STATUS_DONE)
        status = run_execute(&t->scenario, &options, &t->record, &t->cost, e);
    t->done = status == STATUS_DONE;
    return status;
}

static enum status run_replicate(struct trial *t, uint32_t replicate, int threads, struct error *e)
{
    struct world *w;
    enum status status = world_open(&w, t->scenario.model, &t->scenario, replicate, threads, e);
    if (status != STATUS_DONE)
        return status;
    while (w->week < t->record.weeks && !interrupt_seen()) {
        world_step(w);
        record_take(&t->record, w);
    }
    status = w->week < t->record.weeks ? STATUS_INTERRUPTED : STATUS_DONE;
    world_close(w);
    return status;
}

enum status trial_beside(struct trial *t, const struct trial_base *base,
                         const struct setting *settings, size_t setting_count, struct error *e)
{
    enum status status = prepare(t, base, settings, setting_count, e);
    if (status == STATUS_DONE)
        status = record_init(&t->record, &t->scenario, e);
    for (uint32_t r = 0; r < t->record.replicates && status == STATUS_DONE; r++)
        status = run_replicate(t, r, base->threads > 0 ? base->threads : 1, e);
    t->done = status == STATUS_DONE;
    return status;
}

void trial_free(struct trial *t)
{
    if (!t)
        return;
    record_free(&t->record);
    scenario_free(&t->scenario);
    free(t);
}

/* --- from series to numbers ------------------------------------------------------------------- */

static const struct sample unknown = {.count = 1, .x = {NAN}};

/* Whether the trial was run and has the series. */
static bool find(const struct trial *t, const char *name, size_t *observable)
{
    if (!t->done)
        return false;
    *observable = series_find(t->scenario.model, name, strlen(name));
    return *observable < t->record.observables;
}

struct sample trial_mean(const struct trial *t, const char *observable, size_t from, size_t to)
{
    size_t k;
    if (!find(t, observable, &k) || to > t->record.weeks || from >= to)
        return unknown;
    struct sample s = {.count = t->record.replicates};
    for (size_t r = 0; r < s.count; r++) {
        double sum = 0;
        for (size_t week = from; week < to; week++)
            sum += series_week(&t->record, k, r, week, SERIES_ALL);
        s.x[r] = sum / (double)(to - from);
    }
    return s;
}

struct sample trial_reaches(const struct trial *t, const char *observable, double level)
{
    size_t k;
    if (!find(t, observable, &k))
        return unknown;
    struct sample s = {.count = t->record.replicates};
    for (size_t r = 0; r < s.count; r++) {
        size_t week = 0;
        while (week < t->record.weeks && series_week(&t->record, k, r, week, SERIES_ALL) < level)
            week++;
        s.x[r] = week < t->record.weeks ? (double)(week + 1) : INFINITY;
    }
    return s;
}

struct sample sample_plus(struct sample a, struct sample b)
{
    for (size_t r = 0; r < a.count; r++)
        a.x[r] += b.x[r];
    return a;
}

struct sample sample_minus(struct sample a, struct sample b)
{
    for (size_t r = 0; r < a.count; r++)
        a.x[r] -= b.x[r];
    return a;
}

struct sample sample_over(struct sample a, struct sample b)
{
    for (size_t r = 0; r < a.count; r++)
        a.x[r] /= b.x[r];
    return a;
}

struct interval sample_interval(const struct sample *s)
{
    double n = (double)s->count, sum = 0, squares = 0;
    for (size_t r = 0; r < s->count; r++)
        sum += s->x[r];
    double mean = sum / n;
    for (size_t r = 0; r < s->count; r++)
        squares += (s->x[r] - mean) * (s->x[r] - mean);
    if (s->count < 2 || !isfinite(mean))
        return (struct interval){mean, NAN};
    return (struct interval){mean, gsl_cdf_tdist_Pinv(0.975, n - 1) * sqrt(squares / (n - 1) / n)};
}

bool interval_above(struct interval i, double x)
{
    return i.mean - i.half > x;
}

bool interval_below(struct interval i, double x)
{
    return i.mean + i.half < x;
}
