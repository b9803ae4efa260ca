/* The posterior of free parameters: what is left of their ranges when a model must agree with its
 * targets.  Approximate Bayesian computation by sequential Monte Carlo (Toni et al. 2009), with
 * weights as in population Monte Carlo (Beaumont et al. 2009):
 *
 *     prior      even over the range of each parameter (or of its logarithm), all independent, and
 *                nothing where a rule between parameters is broken
 *     distance   root of the mean over targets of ((simulated - value) / tolerance)^2, where what
 * is simulated is the mean of some replicates, of a seed of the trial's own generation 1    draws
 * from the prior, at whatever distance generation g    draws theta ~ K(. | one of the last
 * generation, taken by weight) within the ranges, at a distance of at most e weight  prior(theta) /
 * sum over the last generation of w_i K(theta | theta_i)
 *
 * K is normal, with twice the weighted covariance of the last generation (Beaumont et al. 2009;
 * Filippi et al. 2013); e is the median distance of the last generation (an adaptive tolerance, as
 * in Del Moral et al. 2012), or more where too few trials are left for that.  It ends at the
 * distance that the file of targets states, 1 unless it says otherwise: tolerances say how sure the
 * sources are, and a posterior narrower than that would claim more than they do.  It ends earlier
 * when hardly a trial in a hundred is near enough, when distances no longer fall, or when the
 * trials are spent; the report says which.
 *
 * Trials are numbered, a number decides all its random numbers, and of a generation those count
 * that are near enough and have the smallest numbers: how many threads there are and which is done
 * first changes nothing.  While it works, what is done stands in the folder OUT.parts (see
 * analysis/posterior_parts.h). */
#ifndef SAMSKAB_POSTERIOR_H
#define SAMSKAB_POSTERIOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/calibrate.h"
#include "analysis/targets.h"

enum { POSTERIOR_GENERATIONS = 60 };

enum posterior_end {
    POSTERIOR_REACHED, /* the distance that was asked for */
    POSTERIOR_RARE,    /* too few trials are near enough */
    POSTERIOR_STUCK,   /* distances no longer fall */
    POSTERIOR_SPENT    /* no trials are left for another generation */
};

/* One draw, or one trial that may become one. */
struct draw {
    double shares[TARGETS_FREE]; /* of the ranges, see free_value */
    double weight;               /* of a generation they add up to 1 */
    double distance;
    double outcomes[TARGETS_MOST];
};

struct generation {
    double distance;  /* at most; INFINITY for the first */
    size_t trials;    /* that it took */
    double effective; /* draws: as many of equal weight tell as much */
};

/* What is known of a parameter after the targets. */
struct learnt {
    double mean, deviation, lo, hi; /* of the posterior; lo and hi hold 95 % */
    double median;
    double prior_lo, prior_hi; /* the same of the prior */
    double
        contraction; /* 1 - width of the 95 % interval / that of the prior, in shares of ranges */
    double distance; /* of the distribution functions (Kolmogorov and Smirnov) */
    double chance;   /* of such a distance if posterior and prior were the same */
    bool alike;      /* contraction below 20 %, or a distance that could be chance (5 %) */
};

/* A target in one fresh replicate for each of many draws, taken by weight. */
struct predicted {
    double mean, lo, hi; /* lo and hi hold 95 % of the replicates */
    double within;       /* share of replicates within the target's interval */
};

struct posterior {
    const struct targets *targets;
    uint64_t seed;
    enum posterior_end end;
    struct generation generations[POSTERIOR_GENERATIONS];
    size_t generation_count;
    size_t trials; /* of all generations, with those of one that was not finished */
    size_t count;
    struct draw *draws; /* the posterior */
    struct draw *prior; /* as many, from the prior */
    struct learnt learnt[TARGETS_FREE];
    double correlation[TARGETS_FREE][TARGETS_FREE]; /* in shares of ranges */
    struct predicted predicted[TARGETS_MOST];
};

/* How many draws of equal weight tell as much as the posterior's. */
double posterior_effective(const struct posterior *p);

/* Whether it can be done at all. */
enum status posterior_check(const struct targets *t, const struct calibrate_request *request,
                            struct error *e);

/* Draws, until a signal comes that interrupt_begin has noted.  Parts are kept in the folder that is
 * open, if any, and what is there is taken up; it stays until posterior_parts_remove.  Free `p`
 * with posterior_free in any case. */
struct posterior_parts;
enum status posterior_run(struct posterior *p, const struct targets *t,
                          const struct calibrate_request *request, struct posterior_parts *parts,
                          struct error *e);
void posterior_free(struct posterior *p);

/* The draws as CSV: comment lines with what they are, the keys of parameters and "weight" as
 * header, and a line a draw. */
enum status posterior_write(const struct posterior *p, FILE *out);

/* What was learnt, as tables for a terminal or as Markdown, or as JSON. */
enum status posterior_print(const struct posterior *p, const struct calibrate_request *request,
                            enum calibrate_format format, FILE *out);

/* The command: reads, draws, writes request->out (NULL: named after the targets, here) and prints.
 */
enum status posterior_calibrate(const struct model *m, const struct calibrate_request *request,
                                FILE *out, struct error *e);

#endif
