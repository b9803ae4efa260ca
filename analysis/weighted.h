/* Statistics of numbers that count with weights, such as draws from a posterior.
 *
 * Weights are none negative, not all 0, and need not add up to 1.  All functions take `count` of
 * them, at least 1; where memory is short a result is NaN. */
#ifndef SAMSKAB_WEIGHTED_H
#define SAMSKAB_WEIGHTED_H

#include <stdbool.h>
#include <stddef.h>

/* As many equal weights tell as much: (sum w)^2 / sum w^2 (Kong, Liu and Wong 1994). */
double weighted_effective(const double *w, size_t count);

double weighted_mean(const double *x, const double *w, size_t count);

/* sum w (x - mean x)(y - mean y) / sum w; the variance for x = y. */
double weighted_covariance(const double *x, const double *y, const double *w, size_t count);

/* Of covariances; 0 where x or y does not vary. */
double weighted_correlation(const double *x, const double *y, const double *w, size_t count);

/* The p-quantile.  Sorted, each number stands in the middle of its own weight; between two of them
 * it is linear.  False when memory is short. */
bool weighted_quantile(const double *x, const double *w, size_t count, double p, double *found);

/* Greatest distance between the distribution functions of x and of y, which has equal weights
 * (Kolmogorov and Smirnov).  False when memory is short. */
bool weighted_kolmogorov(const double *x, const double *w, size_t count, const double *y,
                         size_t y_count, double *distance);

/* Probability of at least that distance between samples of n and m from one distribution:
 *
 *     2 sum over k >= 1 of (-1)^(k-1) e^(-2 k^2 z^2)        z = distance sqrt(n m / (n + m))
 *
 * which is Smirnov's (1948) for large samples, and errs towards chance for small ones. */
double kolmogorov_chance(double distance, double n, double m);

#endif
