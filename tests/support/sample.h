/* Mean and variance of a sample, and the standard errors of both. */
#ifndef SAMSKAB_TESTS_SAMPLE_H
#define SAMSKAB_TESTS_SAMPLE_H

#include <math.h>

struct sample {
    double n, mean, squares; /* squares of deviations, added up (Welford 1962) */
};

static inline void sample_add(struct sample *s, double x)
{
    double before = x - s->mean;
    s->n += 1;
    s->mean += before / s->n;
    s->squares += before * (x - s->mean);
}

static inline double sample_variance(const struct sample *s)
{
    return s->squares / (s->n - 1);
}

/* Standard error of the mean of independent values. */
static inline double sample_error(const struct sample *s)
{
    return sqrt(sample_variance(s) / s->n);
}

#endif
