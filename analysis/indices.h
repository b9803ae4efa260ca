/* Sobol' indices: how much of the variance of an outcome each parameter makes.
 *
 * A run is f(x, w): parameters x, drawn from their ranges, and chance w.  Indices are of what
 * parameters do on the mean, g(x) = E(f | x), with variance V:
 *
 *     S_i     = Var(E(g | x_i)) / V                 first order: x_i on its own
 *     S_il    = Var(E(g | x_i, x_l)) / V - S_i - S_l          second: both at once, beyond that
 *     S_Ti    = E(Var(g | all but x_i)) / V         total: x_i with all that it takes part in
 *
 * from the rows of a Saltelli design (analysis/design.h), by the estimators of
 *
 *     V_i     = mean of B (AB_i - A)                          Saltelli et al. (2010)
 *     V_Ti    = mean of (A - AB_i)^2 / 2                      Jansen (1999)
 *     V_i,l   = mean of BA_i AB_l - A B                       Saltelli (2002), both ways round
 *
 * where a letter is g at that point less the mean of all.  With BA the first two are averaged with
 * the same in which A and B have changed places.
 *
 * g is known from R replicates only, and a product of two means of them holds their covariance over
 * R.  With two or more, products are taken over different replicates,
 *
 *     u v  =  sum over r != s of u_r v_s / (R (R - 1))
 *
 * which leaves no chance in the indices, whether points have common random numbers or not; with
 * one, chance counts as an effect of the parameters.
 *
 * The variance of a single run is split by the law of total variance.  Points times replicates are
 * crossed, so that with mean squares of points, of replicates and of the remainder
 *
 *     parameters  V = (MS_points - MS_rest) / R
 *     chance        = (MS_replicates - MS_rest) / points + MS_rest
 *
 * unbiased (of independent points; Sobol's, being more even, come closer).  Without common random
 * numbers the first part of chance is 0 on the mean.
 *
 * Intervals resample rows, with the chance that replicates had. */
#ifndef SAMSKAB_INDICES_H
#define SAMSKAB_INDICES_H

#include <stdint.h>

#include "analysis/measure.h"

/* A Saltelli design and its outcome [row][point of the row][replicate], without NaN. */
struct indices_data {
    const double *y;
    size_t rows, columns, replicates;
    bool second;
};

struct indices {
    size_t columns;
    double mean, parameters; /* mean of the outcome; V */
    struct measure chance;   /* share of chance in the variance of a run; NaN with one replicate */
    struct measure *first, *total; /* by column */
    struct measure *second;        /* [i][l] as in indices_second; NULL when the design has none */
};

/* False when memory is short.  Indices are NaN where V is not above 0. */
bool indices_make(struct indices *s, const struct indices_data *d, size_t resamples, uint64_t seed);
void indices_free(struct indices *s);

/* Where a pair of columns stands, i != l. */
static inline size_t indices_pair(size_t i, size_t l)
{
    return i < l ? l * (l - 1) / 2 + i : i * (i - 1) / 2 + l;
}

/* Share of chance in the variance of a run over blocks of points [block][point][replicate], the
 * blocks resampled; NaN with one replicate.  False when memory is short. */
bool indices_chance(struct measure *chance, const double *y, size_t blocks, size_t points,
                    size_t replicates, size_t resamples, uint64_t seed);

#endif
