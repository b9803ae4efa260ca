/* Elementary effects: what an outcome does when one parameter moves and all others stay.
 *
 * From the trajectories of a Morris (1991) design, whose neighbours differ in one column by `step`
 * shares of its range,
 *
 *     effect   d   =  (difference of the outcome) / step     per whole range of the parameter
 *     mu           =  mean of d                              direction and size
 *     mu*          =  mean of |d|                            size (Campolongo et al. 2007)
 *     sigma        =  standard deviation of d                interaction and curvature
 *
 * over trajectories.  The outcome is a mean of R replicates, so that chance alone makes an effect
 * vary; with two or more replicates the variance that it adds is taken off sigma^2, and `noise` is
 * the mu* that a parameter without any effect would have, sqrt(2/pi) times its standard error.
 * With common random numbers such a parameter mostly changes nothing at all, and noise is 0.
 *
 * weight is mu*^2 over the sum of all mu*^2: for a linear outcome without interaction this is the
 * Sobol' index.
 *
 * Intervals resample trajectories. */
#ifndef SAMSKAB_EFFECTS_H
#define SAMSKAB_EFFECTS_H

#include <stdint.h>

#include "analysis/measure.h"

/* A Morris design and its outcome, without NaN.  `step` [trajectory][column] is signed. */
struct effects_data {
    const double *y;      /* [trajectory][point][replicate] */
    const size_t *column; /* [trajectory][step]: which one moves from this point to the next */
    const double *step;
    size_t trajectories, columns, replicates;
};

struct effects {
    size_t columns;
    struct measure *size, *direction, *spread; /* mu*, mu, sigma; by column */
    struct measure *weight;
    double *noise; /* NaN with one replicate */
};

/* Finds the steps of a Morris design of p levels from its points x [trajectory][point][column].
 * False when they are no such trajectories: at each step one column moves, and each column once. */
bool effects_steps(size_t *column, double *step, const double *x, size_t trajectories,
                   size_t columns, unsigned levels);

/* False when memory is short. */
bool effects_make(struct effects *x, const struct effects_data *d, size_t resamples, uint64_t seed);
void effects_free(struct effects *x);

#endif
