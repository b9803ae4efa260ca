/* How far an outcome is a straight line in its parameters: standardised regression.
 *
 *     (y - mean) / sd(y)  =  sum of b_i (x_i - mean) / sd(x_i)  +  what is left
 *
 * b_i is how many of its standard deviations the outcome moves when x_i moves by one of its own; in
 * a design with independent columns b_i^2 is close to x_i's share of the variance of a linear
 * outcome.  R^2 is the share that all lines together explain.  The same on ranks (Iman and Conover
 * 1979) describes what rises or falls throughout, straight or not.
 *
 * Columns that do not vary have no coefficient.  Intervals resample points. */
#ifndef SAMSKAB_REGRESSION_H
#define SAMSKAB_REGRESSION_H

#include <stdint.h>

#include "analysis/measure.h"

/* Points and their outcome, without NaN. */
struct regression_data {
    const double *x; /* [point][column] */
    const double *y; /* [point] */
    size_t points, columns;
};

struct regression {
    size_t columns;
    struct measure *linear, *rank; /* coefficients, by column; NaN of one that does not vary */
    double linear_fit, rank_fit;   /* R^2; NaN when y does not vary */
};

/* Fewest points for so many columns. */
static inline size_t regression_least(size_t columns)
{
    return columns + 3;
}

/* False when memory is short.  Needs regression_least points. */
bool regression_make(struct regression *g, const struct regression_data *d, size_t resamples,
                     uint64_t seed);
void regression_free(struct regression *g);

#endif
