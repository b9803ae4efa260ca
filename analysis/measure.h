/* A measure with its interval from resamples: the quantiles .025 and .975 of what they give.
 *
 * Resamples that give nothing are NaN and are left out; when more than a tenth do, there is no
 * interval. */
#ifndef SAMSKAB_MEASURE_H
#define SAMSKAB_MEASURE_H

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* The level of intervals. */
#define MEASURE_LEVEL 0.95

struct measure {
    double value, low, high; /* NaN where not known */
};

/* From `count` resamples, which are put into order. */
static inline struct measure measure_of(double value, double *resamples, size_t count)
{
    struct measure x = {value, NAN, NAN};
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(resamples[i]))
            resamples[known++] = resamples[i];
    if (known == 0 || count - known > count / 10)
        return x;
    const double tail = (1 - MEASURE_LEVEL) / 2;
    gsl_sort(resamples, 1, known);
    x.low = gsl_stats_quantile_from_sorted_data(resamples, 1, known, tail);
    x.high = gsl_stats_quantile_from_sorted_data(resamples, 1, known, 1 - tail);
    return x;
}

/* Half of its width; NaN without one. */
static inline double measure_half(struct measure x)
{
    return (x.high - x.low) / 2;
}

static inline bool measure_spans(struct measure x, double value)
{
    return x.low <= value && value <= x.high;
}

#endif
