#include "analysis/calibrate.h"

#include <gsl/gsl_multimin.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/durable.h"
#include "sim/progress.h"
#include "sim/stream.h"
#include "sim/text_stream.h"

/* Shares of the evaluations, and sizes on the scale of u. */
static const double screened_share = 0.15; /* points of the sequence among which starts are found */
static const double first_step = 0.7, last_step = 0.25, small_enough = 0.005;
static const double nearest_bound = 0.01; /* of the range, for a start: u would be infinite there */
static const double gave_up = 1e12;       /* loss of what is no longer simulated */
static const double sensitivity_step = 0.05, sensitivity_unit = 0.1; /* of the range */
static const double moved = 0.25;                                    /* tolerances */

/* --- judging --------------------------------------------------------------------------------- */

bool calibration_met(const struct objective *o, struct interval outcome)
{
    return outcome.mean >= o->lo && outcome.mean <= o->hi;
}

bool calibration_moves(const struct calibration *c, size_t parameter, size_t target)
{
    struct interval change = c->moves[parameter][target];
    return fabs(change.mean) >= moved && fabs(change.mean) > change.half;
}

bool calibration_at_bound(const struct calibration *c, size_t parameter)
{
    double share = free_share(&c->targets->free[parameter], c->values[parameter]);
    return !(share > nearest_bound && share < 1 - nearest_bound);
}

/* --- the fit --------------------------------------------------------------------------------- */

struct fit {
    const struct targets *t;
    const struct calibrate_request *request;
    struct calibration *c; /* keeps the best values, by c->loss_after */
    size_t budget;         /* evaluations */
    size_t limit;          /* up to which the present simplex may go */
    struct progress progress;
    struct error *error;
    enum status status;
};

/* Simulates the replicates of the fit.  A point that the model refuses breaks one of its rules
 * between parameters, since each lies within its range: that is no failure. */
static void simulate(struct fit *f, const double *values, struct sample *outcomes, bool *refused)
{
    const struct targets_run run = {.values = values,
                                    .seed = f->c->seed,
                                    .replicates = f->t->replicates,
                                    .threads = f->request->threads};
    struct error e = {0};
    enum status status = targets_simulate(f->t, &run, outcomes, &e);
    *refused = status == STATUS_BAD_INPUT;
    f->status = *refused ? STATUS_DONE : status;
    if (f->status != STATUS_DONE && e.count > 0)
        error_pass_on(f->error, status, &e);
    error_free(&e);
}

/* The loss at a point; the best one is kept. */
static double evaluate(struct fit *f, const double *values)
{
    struct calibration *c = f->c;
    struct sample outcomes[TARGETS_MOST];
    bool refused;
    simulate(f, values, outcomes, &refused);
    if (f->status != STATUS_DONE)
        return gave_up;
    double loss = refused ? gave_up : targets_loss(f->t, outcomes);
    if (c->evaluations++ == 0)
        c->loss_before = c->loss_after = loss;
    if (loss <= c->loss_after) {
        c->loss_after = loss;
        memcpy(c->values, values, f->t->free_count * sizeof *values);
    }
    char note[96];
    snprintf(note, sizeof note, "%zu of %zu evaluations   best loss %.3g (before %.3g)",
             c->evaluations, f->budget, c->loss_after, c->loss_before);
    progress_step(&f->progress, c->evaluations, note);
    return loss;
}

static void to_values(const struct targets *t, const gsl_vector *u, double *values)
{
    for (size_t k = 0; k < t->free_count; k++) {
        values[k] = free_value(&t->free[k], logistic(gsl_vector_get(u, k)));
    }
}

static void to_vector(const struct targets *t, const double *values, gsl_vector *u)
{
    for (size_t k = 0; k < t->free_count; k++) {
        double share = clip(free_share(&t->free[k], values[k]), nearest_bound, 1 - nearest_bound);
        gsl_vector_set(u, k, log(share / (1 - share)));
    }
}

static double loss_at(const gsl_vector *u, void *data)
{
    struct fit *f = data;
    double values[TARGETS_FREE];
    if (f->status != STATUS_DONE || f->c->evaluations >= f->limit)
        return gave_up;
    to_values(f->t, u, values);
    return evaluate(f, values);
}

/* One simplex from `values`, with at most so many evaluations. */
static void descend(struct fit *f, const double *values, double step, size_t evaluations)
{
    size_t n = f->t->free_count;
    gsl_multimin_function function = {loss_at, n, f};
    gsl_multimin_fminimizer *s =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n);
    gsl_vector *u = gsl_vector_alloc(n), *steps = gsl_vector_alloc(n);
    f->limit = f->c->evaluations + evaluations;
    f->limit = f->limit < f->budget ? f->limit : f->budget;
    if (s && u && steps) {
        to_vector(f->t, values, u);
        gsl_vector_set_all(steps, step);
        f->c->starts++;
        int fault = gsl_multimin_fminimizer_set(s, &function, u, steps);
        while (!fault && f->status == STATUS_DONE && f->c->evaluations < f->limit &&
               gsl_multimin_fminimizer_size(s) > small_enough)
            fault = gsl_multimin_fminimizer_iterate(s);
    } else {
        f->status = error_add(f->error, STATUS_FAILED, "out of memory");
    }
    gsl_multimin_fminimizer_free(s);
    gsl_vector_free(u);
    gsl_vector_free(steps);
}

struct start {
    double loss;
    size_t order;
    double values[TARGETS_FREE];
};

static int by_loss(const void *a, const void *b)
{
    const struct start *x = a, *y = b;
    if (x->loss != y->loss)
        return x->loss < y->loss ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Points of a Sobol' sequence, shifted by the seed (modulo 1), the best first. */
static void screen(struct fit *f, struct start *points, size_t count)
{
    size_t n = f->t->free_count;
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)n);
    struct stream shifts;
    double shift[TARGETS_FREE], x[TARGETS_FREE];
    stream_open(&shifts, f->c->seed, 0, 0, 0, 0);
    for (size_t k = 0; k < n; k++)
        shift[k] = stream_uniform(&shifts);
    if (!sequence)
        f->status = error_add(f->error, STATUS_FAILED, "out of memory");
    for (size_t i = 0; i < count && f->status == STATUS_DONE; i++) {
        gsl_qrng_get(sequence, x);
        points[i].order = i;
        for (size_t k = 0; k < n; k++)
            points[i].values[k] = free_value(&f->t->free[k], fmod(x[k] + shift[k], 1));
        points[i].loss = evaluate(f, points[i].values);
    }
    gsl_qrng_free(sequence);
    qsort(points, count, sizeof *points, by_loss);
}

static void search(struct fit *f)
{
    const struct targets *t = f->t;
    double standard[TARGETS_FREE], best[TARGETS_FREE];
    size_t others = t->starts - 1, screened = (size_t)(screened_share * (double)f->budget);
    screened = others == 0 ? 0 : screened > others ? screened : others;
    if (screened + 1 > f->budget)
        screened = f->budget - 1;
    struct start *points = calloc(screened + 1, sizeof *points);
    if (!points) {
        f->status = error_add(f->error, STATUS_FAILED, "out of memory");
        return;
    }
    for (size_t k = 0; k < t->free_count; k++)
        standard[k] = t->free[k].standard;
    evaluate(f, standard);
    if (f->status == STATUS_DONE && screened > 0)
        screen(f, points, screened);
    size_t each = (f->budget - screened) / (t->starts + 1);
    if (f->status == STATUS_DONE)
        descend(f, standard, first_step, each);
    for (size_t i = 0; i < others && i < screened && f->status == STATUS_DONE; i++)
        descend(f, points[i].values, first_step, each);
    for (double step = last_step;
         f->status == STATUS_DONE && f->c->evaluations < f->budget && step > small_enough;
         step /= 2) {
        memcpy(best, f->c->values, sizeof best);
        descend(f, best, step, f->budget);
    }
    free(points);
}

/* --- what it comes to ------------------------------------------------------------------------- */

static enum status compare(const struct fit *f, const double *values, struct interval *outcomes,
                           double *loss)
{
    struct sample samples[TARGETS_MOST];
    const struct targets_run run = {.values = values,
                                    .seed = f->c->fresh_seed,
                                    .replicates = f->t->fresh,
                                    .threads = f->request->threads};
    enum status status = targets_simulate(f->t, &run, samples, f->error);
    if (status != STATUS_DONE)
        return status;
    for (size_t k = 0; k < f->t->count; k++)
        outcomes[k] = sample_interval(&samples[k]);
    *loss = targets_loss(f->t, samples);
    return STATUS_DONE;
}

static void differ(struct fit *f, size_t parameter)
{
    const struct targets *t = f->t;
    const struct free_parameter *p = &t->free[parameter];
    struct sample sides[2][TARGETS_MOST];
    double values[TARGETS_FREE], at[2], range = p->hi - p->lo;
    bool refused[2] = {false, false};
    memcpy(values, f->c->values, sizeof values);
    for (int side = 0; side < 2 && f->status == STATUS_DONE; side++) {
        at[side] = values[parameter] =
            clip(f->c->values[parameter] + (2 * side - 1) * sensitivity_step * range, p->lo, p->hi);
        simulate(f, values, sides[side], &refused[side]);
    }
    for (size_t k = 0; k < t->count && f->status == STATUS_DONE; k++) {
        struct interval *move = &f->c->moves[parameter][k];
        *move = (struct interval){NAN, NAN};
        if (refused[0] || refused[1])
            continue;
        struct sample change = sample_minus(sides[1][k], sides[0][k]);
        struct interval i = sample_interval(&change);
        double scale = sensitivity_unit * range / (at[1] - at[0]) / t->list[k].tolerance;
        *move = (struct interval){i.mean * scale, i.half * scale};
    }
}

static void fit(struct fit *f)
{
    size_t parameters = f->t->free_count;
    char note[96];
    progress_begin(&f->progress, f->request->quiet, f->budget + 2 * parameters,
                   (uint32_t)f->t->replicates);
    search(f);
    for (size_t k = 0; k < parameters && f->status == STATUS_DONE; k++) {
        snprintf(note, sizeof note, "sensitivities of %zu of %zu parameters", k + 1, parameters);
        progress_step(&f->progress, f->budget + 2 * k, note);
        differ(f, k);
    }
    progress_end(&f->progress);
    f->c->fitted = f->status == STATUS_DONE;
}

enum status calibration_run(struct calibration *c, const struct targets *t,
                            const struct calibrate_request *request, struct error *e)
{
    memset(c, 0, sizeof *c);
    c->targets = t;
    c->seed = request->seed ? *request->seed : t->seed;
    c->fresh_seed = c->seed + CALIBRATE_FRESH_SEED;
    struct fit f = {.t = t,
                    .request = request,
                    .c = c,
                    .budget = request->evaluations > 0 ? request->evaluations : t->evaluations,
                    .error = e};
    if (!request->check && t->free_count == 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: free lists no parameter; compare with --check",
                         t->file);
    if (!request->check)
        fit(&f);
    if (f.status == STATUS_DONE)
        f.status = compare(&f, NULL, c->before, &c->fresh_loss_before);
    if (f.status == STATUS_DONE && c->fitted)
        f.status = compare(&f, c->values, c->after, &c->fresh_loss_after);
    if (f.status == STATUS_INTERRUPTED)
        error_add(e, f.status, "Interrupted; a calibration is not saved and begins anew");
    return f.status;
}

/* --- the command ------------------------------------------------------------------------------ */

static enum status write_result(const struct calibration *c,
                                const struct calibrate_request *request, struct error *e)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = text_stream(&text, &size);
    enum status status = STATUS_FAILED;
    if (file) {
        status = calibration_print(c, request, CALIBRATE_JSON, file);
        status = fclose(file) == 0 ? status : STATUS_FAILED;
    }
    if (status != STATUS_DONE)
        error_add(e, status, "out of memory");
    else
        status = durable_write(request->out, text, size, e);
    free(text);
    return status;
}

enum status calibrate(const struct model *m, const struct calibrate_request *request, FILE *out,
                      struct error *e)
{
    struct targets *t = calloc(1, sizeof *t);
    struct calibration *c = calloc(1, sizeof *c);
    double began = progress_seconds();
    enum status status = t && c ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
    if (status == STATUS_DONE && request->out)
        status = durable_check(request->out, request->force, e);
    if (status == STATUS_DONE)
        status = targets_read(t, m, request->path, e);
    if (status == STATUS_DONE)
        status = calibration_run(c, t, request, e);
    if (status == STATUS_DONE && request->out)
        status = write_result(c, request, e);
    if (status == STATUS_DONE &&
        (calibration_print(c, request, request->format, out) != STATUS_DONE || fflush(out) != 0))
        status = error_add(e, STATUS_FAILED, "the result cannot be written: %s", error_why());
    if (status == STATUS_DONE && !request->quiet) {
        char time[32];
        progress_duration(progress_seconds() - began, time, sizeof time);
        fprintf(stderr, "Done in %s.\n", time);
    }
    if (t)
        targets_free(t);
    free(t);
    free(c);
    return status;
}
