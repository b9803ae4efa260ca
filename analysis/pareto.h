/* Which mixes are not beaten, and which stay good whatever comes.
 *
 * Mixes are what one can choose, scenarios what one cannot.  A mix beats another when it is as good
 * on every objective and better on one (Pareto), on means over scenarios and replicates.  Whether
 * it is unbeaten is uncertain as the means are: `share` is that of resamples of replicates in which
 * no other mix beats it.
 *
 *     regret   =  best of all mixes in a scenario - this mix in it     (Savage 1951)
 *
 * The largest over scenarios, of each objective in its own unit; and overall, the largest over
 * scenarios and objectives, as a share of what the objective ranges over in all of them.  What a
 * mix costs is an objective, but nothing to regret. */
#ifndef SAMSKAB_PARETO_H
#define SAMSKAB_PARETO_H

#include <stdint.h>

#include "analysis/measure.h"

struct pareto_objective {
    bool smaller; /* is better */
    bool cost;
};

/* Without NaN; paired: replicates have the same random numbers in all mixes and scenarios, and are
 * resampled together. */
struct pareto_data {
    const double *y; /* [mix][scenario][objective][replicate] */
    const struct pareto_objective *objective;
    size_t mixes, scenarios, objectives, replicates;
    bool paired;
    double within; /* per cent of the best that count as near to it */
};

#define PARETO_NONE SIZE_MAX

struct pareto {
    size_t mixes, objectives;
    struct measure *mean;    /* [mix][objective], over scenarios */
    bool *best;              /* by mix: not beaten on means */
    double *share;           /* of resamples in which it is not */
    size_t *rival;           /* mix that beats it most often; PARETO_NONE */
    double *beaten;          /* share of resamples in which the rival does */
    struct measure *regret;  /* [mix][objective], largest over scenarios */
    size_t *worst;           /* [mix][objective]: that scenario */
    struct measure *overall; /* by mix */
    double *least;           /* share of resamples in which its overall regret is the smallest */
    double *near; /* share of scenarios in which it is near the best on all objectives but cost */
};

/* Whether values `a` beat `b`. */
bool pareto_beats(const double *a, const double *b, const struct pareto_objective *objective,
                  size_t objectives);

/* False when memory is short. */
bool pareto_make(struct pareto *p, const struct pareto_data *d, size_t resamples, uint64_t seed);
void pareto_free(struct pareto *p);

#endif
