#include "analysis/contrast.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"

static const double tail = (1 - CONTRAST_LEVEL) / 2;

/* --- difference and interval ------------------------------------------------------------------ */

static double mean_of(const double *x, size_t n)
{
    return n > 0 ? gsl_stats_mean(x, 1, n) : NAN;
}

static double largest(const double *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* What differs by less is rounding. */
static double smallest(const struct contrast_data *data)
{
    return 1e-12 * fmax(largest(data->arm, data->arm_count), largest(data->base, data->base_count));
}

static double paired_variance(const struct contrast_data *data, double mean)
{
    double squares = 0;
    for (size_t i = 0; i < data->arm_count; i++) {
        double deviation = data->arm[i] - data->base[i] - mean;
        squares += deviation * deviation;
    }
    return squares / (double)(data->arm_count - 1);
}

static void spread_paired(struct contrast *c, const struct contrast_data *data)
{
    double n = (double)data->arm_count;
    c->spread = sqrt(paired_variance(data, c->difference));
    c->error = c->spread / sqrt(n);
    c->freedom = n - 1;
}

static void spread_independent(struct contrast *c, const struct contrast_data *data)
{
    double n = (double)data->arm_count, m = (double)data->base_count;
    double arm = gsl_stats_variance(data->arm, 1, data->arm_count);
    double base = gsl_stats_variance(data->base, 1, data->base_count);
    double a = arm / n, b = base / m;
    c->spread = sqrt((arm + base) / 2);
    c->error = sqrt(a + b);
    c->freedom = (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1));
}

/* 1 when the arm is higher, 0 when lower, 1/2 when equal. */
static double higher(double arm, double base)
{
    return arm > base ? 1 : arm < base ? 0 : 0.5;
}

static double superiority(const struct contrast_data *data)
{
    double sum = 0;
    if (data->paired) {
        for (size_t i = 0; i < data->arm_count; i++)
            sum += higher(data->arm[i], data->base[i]);
        return sum / (double)data->arm_count;
    }
    for (size_t i = 0; i < data->arm_count; i++)
        for (size_t j = 0; j < data->base_count; j++)
            sum += higher(data->arm[i], data->base[j]);
    return sum / ((double)data->arm_count * (double)data->base_count);
}

void contrast_make(struct contrast *c, const struct contrast_data *data)
{
    *c = (struct contrast){.paired = data->paired,
                           .arm_count = data->arm_count,
                           .base_count = data->base_count,
                           .arm = mean_of(data->arm, data->arm_count),
                           .base = mean_of(data->base, data->base_count)};
    c->difference = c->arm - c->base;
    c->spread = c->error = c->freedom = c->low = c->high = c->p = c->effect = c->superiority = NAN;
    if (data->arm_count < 2 || data->base_count < 2)
        return;
    c->superiority = superiority(data);
    (data->paired ? spread_paired : spread_independent)(c, data);
    double least = smallest(data);
    if (c->spread <= least) {
        c->spread = c->error = 0;
        c->low = c->high = c->difference;
        c->p = fabs(c->difference) <= least ? 1 : 0;
        return;
    }
    double half = gsl_cdf_tdist_Qinv(tail, c->freedom) * c->error;
    c->low = c->difference - half;
    c->high = c->difference + half;
    c->p = 2 * gsl_cdf_tdist_Q(fabs(c->difference) / c->error, c->freedom);
    c->effect = c->difference / c->spread;
}

double contrast_equivalence(const struct contrast *c, double margin)
{
    if (!(c->error >= 0))
        return NAN;
    if (c->error == 0)
        return fabs(c->difference) < margin ? 0 : 1;
    double above = gsl_cdf_tdist_Q((c->difference + margin) / c->error, c->freedom);
    double below = gsl_cdf_tdist_P((c->difference - margin) / c->error, c->freedom);
    return fmax(above, below);
}

/* --- bootstrap -------------------------------------------------------------------------------- */

static double resampled_mean(const double *x, size_t n, struct stream *s)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[stream_below(s, (uint32_t)n)];
    return sum / (double)n;
}

/* Adds what each value has to do with its mean, squared and cubed. */
static void add_influence(const double *x, size_t n, double *squares, double *cubes)
{
    double mean = mean_of(x, n);
    for (size_t i = 0; i < n; i++) {
        double influence = (x[i] - mean) / (double)n;
        *squares += influence * influence;
        *cubes += influence * influence * influence;
    }
}

/* A sixth of the skewness of the difference of the means of x and y. */
static double acceleration(const double *x, size_t n, const double *y, size_t m)
{
    double squares = 0, cubes = 0, other = 0;
    add_influence(x, n, &squares, &cubes);
    add_influence(y, m, &squares, &other);
    return squares > 0 ? (cubes - other) / (6 * pow(squares, 1.5)) : 0;
}

/* The share of resamples below a bound. */
static double bound_share(double bias, double skewness, double z)
{
    return gsl_cdf_ugaussian_P(bias + (bias + z) / (1 - skewness * (bias + z)));
}

/* Bounds from the sorted means of resamples; `skewness` is a. */
static void bounds(const double *means, double estimate, double skewness, double *low, double *high)
{
    size_t below = 0, equal = 0;
    for (size_t i = 0; i < CONTRAST_RESAMPLES; i++) {
        below += means[i] < estimate;
        equal += means[i] == estimate;
    }
    double share = ((double)below + (double)equal / 2) / CONTRAST_RESAMPLES;
    double bias =
        gsl_cdf_ugaussian_Pinv(clip(share, 0.5 / CONTRAST_RESAMPLES, 1 - 0.5 / CONTRAST_RESAMPLES));
    double z = gsl_cdf_ugaussian_Qinv(tail);
    *low = gsl_stats_quantile_from_sorted_data(means, 1, CONTRAST_RESAMPLES,
                                               bound_share(bias, skewness, -z));
    *high = gsl_stats_quantile_from_sorted_data(means, 1, CONTRAST_RESAMPLES,
                                                bound_share(bias, skewness, z));
}

/* Of the difference of the means of x and y; m may be 0, for the mean of x alone. */
static bool bootstrap(const double *x, size_t n, const double *y, size_t m, uint64_t seed,
                      double *low, double *high)
{
    double *means = malloc(CONTRAST_RESAMPLES * sizeof *means);
    struct stream s;
    if (!means)
        return false;
    chance_open(&s, seed, CHANCE_BOOTSTRAP, 0);
    for (size_t i = 0; i < CONTRAST_RESAMPLES; i++) {
        means[i] = resampled_mean(x, n, &s);
        if (m > 0)
            means[i] -= resampled_mean(y, m, &s);
    }
    gsl_sort(means, 1, CONTRAST_RESAMPLES);
    double estimate = mean_of(x, n) - (m > 0 ? mean_of(y, m) : 0);
    bounds(means, estimate, acceleration(x, n, y, m), low, high);
    free(means);
    return true;
}

bool contrast_bootstrap(const struct contrast_data *data, uint64_t seed, double *low, double *high)
{
    *low = *high = NAN;
    if (data->arm_count < 2 || data->base_count < 2)
        return true;
    if (!data->paired)
        return bootstrap(data->arm, data->arm_count, data->base, data->base_count, seed, low, high);
    double *differences = malloc(data->arm_count * sizeof *differences);
    for (size_t i = 0; differences && i < data->arm_count; i++)
        differences[i] = data->arm[i] - data->base[i];
    bool done = differences && bootstrap(differences, data->arm_count, NULL, 0, seed, low, high);
    free(differences);
    return done;
}

/* --- many comparisons ------------------------------------------------------------------------- */

bool contrast_holm(double *p, size_t count)
{
    double *known = calloc(count + 1, sizeof *known), least = 0;
    size_t *where = calloc(count + 1, sizeof *where), *order = calloc(count + 1, sizeof *order);
    size_t tests = 0;
    bool done = known && where && order;
    for (size_t i = 0; done && i < count; i++)
        if (!isnan(p[i])) {
            known[tests] = p[i];
            where[tests++] = i;
        }
    if (done)
        gsl_sort_index(order, known, 1, tests);
    for (size_t i = 0; done && i < tests; i++) {
        least = fmax(least, fmin(1, (double)(tests - i) * known[order[i]]));
        p[where[order[i]]] = least;
    }
    free(known);
    free(where);
    free(order);
    return done;
}

/* --- power ------------------------------------------------------------------------------------ */

/* Quantile of the chi-squared distribution; with many degrees of freedom, where GSL's inverse does
 * not converge, by the cube root that is nearly normal (Wilson and Hilferty 1931). */
static double chi_squared(double share, double freedom)
{
    enum { MANY = 1000 };
    if (freedom < MANY)
        return gsl_cdf_chisq_Pinv(share, freedom);
    double variance = 2 / (9 * freedom);
    double root = 1 - variance + gsl_cdf_ugaussian_Pinv(share) * sqrt(variance);
    return freedom * root * root * root;
}

/* With Z normal and V chi-squared, the noncentral t is (Z + shift) / sqrt(V / freedom): the chance
 * that it is beyond the bound, averaged over quantiles of V. */
double contrast_power(double effect, size_t n, bool paired)
{
    enum { QUANTILES = 400 };
    double freedom = paired ? (double)n - 1 : 2 * (double)n - 2;
    double shift = fabs(effect) * sqrt(paired ? (double)n : (double)n / 2);
    double bound = gsl_cdf_tdist_Qinv(tail, freedom), sum = 0;
    for (size_t i = 0; i < QUANTILES; i++) {
        double v = chi_squared(((double)i + 0.5) / QUANTILES, freedom);
        double beyond = bound * sqrt(v / freedom);
        sum += gsl_cdf_ugaussian_Q(beyond - shift) + gsl_cdf_ugaussian_P(-beyond - shift);
    }
    return sum / QUANTILES;
}

size_t contrast_replicates(const struct contrast *c, double detect)
{
    double effect = fabs(detect) / c->spread;
    size_t low = 1, high = 2;
    if (!(effect > 0))
        return 0;
    if (isinf(effect))
        return high;
    while (contrast_power(effect, high, c->paired) < CONTRAST_POWER) {
        if (high > CONTRAST_MOST / 2)
            return 0;
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (contrast_power(effect, middle, c->paired) < CONTRAST_POWER)
            low = middle;
        else
            high = middle;
    }
    return high;
}
