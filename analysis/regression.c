#include "analysis/regression.h"

#include <gsl/gsl_multifit.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"

/* Memory for a fit, and its points. */
struct work {
    gsl_multifit_linear_workspace *space;
    gsl_matrix *x, *covariance;
    gsl_vector *y, *coefficients;
    double *samples; /* [column][resample] */
    uint32_t *points;
};

static void work_free(struct work *w)
{
    gsl_multifit_linear_free(w->space);
    gsl_matrix_free(w->x);
    gsl_matrix_free(w->covariance);
    gsl_vector_free(w->y);
    gsl_vector_free(w->coefficients);
    free(w->samples);
    free(w->points);
}

static bool work_init(struct work *w, const struct regression_data *d, size_t resamples)
{
    size_t columns = d->columns > 0 ? d->columns : 1;
    w->space = gsl_multifit_linear_alloc(d->points, columns);
    w->x = gsl_matrix_alloc(d->points, columns);
    w->covariance = gsl_matrix_alloc(columns, columns);
    w->y = gsl_vector_alloc(d->points);
    w->coefficients = gsl_vector_alloc(columns);
    w->samples = calloc(columns * resamples + 1, sizeof *w->samples);
    w->points = calloc(d->points, sizeof *w->points);
    return w->space && w->x && w->covariance && w->y && w->coefficients && w->samples && w->points;
}

/* --- a fit ------------------------------------------------------------------------------------ */

/* Mean 0, standard deviation 1; all 0 and false when nothing varies. */
static bool standardise(gsl_vector *v)
{
    double mean = gsl_stats_mean(v->data, v->stride, v->size);
    double deviation = gsl_stats_sd_m(v->data, v->stride, v->size, mean);
    bool varies = deviation > 1e-12 * fabs(mean);
    for (size_t i = 0; i < v->size; i++) {
        double *value = gsl_vector_ptr(v, i);
        *value = varies ? (*value - mean) / deviation : 0;
    }
    return varies;
}

/* Coefficients of the points in w->points, and R^2. */
static double fit(const struct regression_data *d, const struct work *w, double *coefficients)
{
    double residual = 0;
    for (size_t i = 0; i < d->points; i++) {
        size_t point = w->points[i];
        gsl_vector_set(w->y, i, d->y[point]);
        for (size_t k = 0; k < d->columns; k++)
            gsl_matrix_set(w->x, i, k, d->x[point * d->columns + k]);
    }
    bool varies = standardise(w->y);
    for (size_t k = 0; k < d->columns; k++) {
        gsl_vector_view column = gsl_matrix_column(w->x, k);
        coefficients[k] = standardise(&column.vector) ? 0 : NAN;
    }
    bool fitted = varies && gsl_multifit_linear(w->x, w->y, w->coefficients, w->covariance,
                                                &residual, w->space) == 0;
    for (size_t k = 0; k < d->columns; k++)
        coefficients[k] += fitted ? gsl_vector_get(w->coefficients, k) : NAN;
    return fitted ? 1 - residual / (double)(d->points - 1) : NAN;
}

static void fit_all(const struct regression_data *d, const struct work *w, size_t resamples,
                    uint64_t seed, double *value, struct measure *out, double *explained)
{
    for (size_t b = 0; b < resamples; b++) {
        struct stream s;
        chance_open(&s, seed, CHANCE_ROWS, b);
        for (size_t i = 0; i < d->points; i++)
            w->points[i] = stream_below(&s, (uint32_t)d->points);
        fit(d, w, value);
        for (size_t k = 0; k < d->columns; k++)
            w->samples[k * resamples + b] = value[k];
    }
    for (size_t i = 0; i < d->points; i++)
        w->points[i] = (uint32_t)i;
    *explained = fit(d, w, value);
    for (size_t k = 0; k < d->columns; k++)
        out[k] = measure_of(value[k], w->samples + k * resamples, resamples);
}

/* --- ranks ------------------------------------------------------------------------------------ */

/* Ranks from 1, those of equal values averaged.  `order` is room for n. */
static void rank(const double *value, size_t stride, size_t n, size_t *order, double *ranks)
{
    gsl_sort_index(order, value, stride, n);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && value[order[j] * stride] == value[order[i] * stride]; j++)
            continue;
        for (size_t k = i; k < j; k++)
            ranks[order[k] * stride] = (double)(i + j + 1) / 2;
    }
}

/* The same data as ranks in x and y; false when memory is short. */
static bool rank_all(const struct regression_data *d, double *x, double *y)
{
    size_t *order = malloc((d->points + 1) * sizeof *order);
    if (!order)
        return false;
    rank(d->y, 1, d->points, order, y);
    for (size_t k = 0; k < d->columns; k++)
        rank(d->x + k, d->columns, d->points, order, x + k);
    free(order);
    return true;
}

bool regression_make(struct regression *g, const struct regression_data *d, size_t resamples,
                     uint64_t seed)
{
    struct work w = {0};
    double *x = calloc(d->points * d->columns + 1, sizeof *x);
    double *y = calloc(d->points + 1, sizeof *y);
    double *value = calloc(d->columns + 1, sizeof *value);
    const struct regression_data ranks = {x, y, d->points, d->columns};
    *g = (struct regression){.columns = d->columns, .linear_fit = NAN, .rank_fit = NAN};
    g->linear = calloc(d->columns + 1, sizeof *g->linear);
    g->rank = calloc(d->columns + 1, sizeof *g->rank);
    bool done = x && y && value && g->linear && g->rank && rank_all(d, x, y);
    done = work_init(&w, d, resamples) && done;
    if (done) {
        fit_all(d, &w, resamples, seed, value, g->linear, &g->linear_fit);
        fit_all(&ranks, &w, resamples, seed, value, g->rank, &g->rank_fit);
    } else {
        regression_free(g);
    }
    work_free(&w);
    free(value);
    free(y);
    free(x);
    return done;
}

void regression_free(struct regression *g)
{
    free(g->linear);
    free(g->rank);
    *g = (struct regression){0};
}
