/* How much one arm differs from another on one outcome, and how sure that is.
 *
 * Paired: both arms have the same replicates, with common random numbers; all is of the differences
 * d = arm - base of each replicate.
 *
 *     interval        mean d +- t sd(d) / sqrt(n)                      (Student 1908)
 *     effect          d_z = mean d / sd(d)
 *     superiority     share of replicates in which the arm is higher, ties half
 *
 * Not paired: means of independent samples.
 *
 *     interval        difference +- t sqrt(sd_a^2 / n_a + sd_b^2 / n_b), with Welch's (1947)
 * degrees of freedom effect          d = difference / sqrt((sd_a^2 + sd_b^2) / 2) superiority share
 * of all pairs in which the arm is higher, ties half (Mann and Whitney 1947)
 *
 * Values that spread less than 1e-12 of their size are taken for equal: their difference is certain
 * and has no effect size. */
#ifndef SAMSKAB_CONTRAST_H
#define SAMSKAB_CONTRAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONTRAST_RESAMPLES = 10000,
    CONTRAST_MOST = 1000000 /* replicates that are looked at for power */
};

/* The level of intervals, 1 less that of tests, and the power that replicates are counted for. */
#define CONTRAST_LEVEL 0.95
#define CONTRAST_POWER 0.80

/* The samples; when paired, equally many, in the order of replicates.  Without NaN. */
struct contrast_data {
    const double *arm, *base;
    size_t arm_count, base_count;
    bool paired;
};

/* What cannot be told is NaN: all but means and difference from fewer than two values a sample. */
struct contrast {
    bool paired;
    size_t arm_count, base_count;
    double arm, base, difference; /* means, and arm - base */
    double spread;                /* standard deviation that the effect is measured in */
    double error, freedom;        /* standard error of the difference, its degrees of freedom */
    double low, high;             /* interval by Student's t */
    double p;                     /* two-sided, of no difference */
    double effect;
    double superiority;
};

void contrast_make(struct contrast *c, const struct contrast_data *data);

/* Interval of the difference by the bootstrap, bias-corrected and accelerated (Efron 1987): with G*
 * the distribution of the difference over resamples, z0 the normal quantile of its share below the
 * difference, ties half, and a a sixth of the skewness of the difference,
 *
 *     bounds   G*^-1(Phi(z0 + (z0 + z) / (1 - a (z0 + z))))       z = +-1.96
 *
 * Pairs are resampled when paired, each sample on its own when not.  False when memory is short. */
bool contrast_bootstrap(const struct contrast_data *data, uint64_t seed, double *low, double *high);

/* Two one-sided tests (Schuirmann 1987) of a difference of `margin` or more either way: the larger
 * p; when it is small the arms are equivalent within the margin. */
double contrast_equivalence(const struct contrast *c, double margin);

/* Holm's (1979) correction: p[i] becomes what it must be below for the probability of any false
 * finding among all `count` to stay below it.  NaN are left out.  False when memory is short. */
bool contrast_holm(double *p, size_t count);

/* Power of the two-sided test with n replicates an arm for a difference of `effect` spreads, from
 * the noncentral t distribution. */
double contrast_power(double effect, size_t n, bool paired);

/* Fewest replicates an arm with which a difference of `detect` is found with CONTRAST_POWER, if the
 * spread is as it was here; 0 when more than CONTRAST_MOST or when it cannot be told. */
size_t contrast_replicates(const struct contrast *c, double detect);

#endif
