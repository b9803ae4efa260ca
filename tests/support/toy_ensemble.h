/* A small ensemble of the toy model, made by hand: arms "calm", "windy" and "wild" in so many
 * replicates, and values that say where they belong. */
#ifndef SAMSKAB_TESTS_TOY_ENSEMBLE_H
#define SAMSKAB_TESTS_TOY_ENSEMBLE_H

#include "sim/ensemble.h"
#include "sim/store.h"

enum { TOY_ENSEMBLE_ARMS = 3, TOY_ENSEMBLE_WEEKS = 5 };

void toy_ensemble(struct ensemble *x, size_t replicates);

/* What toy_ensemble_take, a `take` of a source, needs to know. */
struct toy_ensemble_runs {
    const struct ensemble *ensemble;
    struct shard shard;
};

/* The value of one run, 1000 run + 100 variable + 10 week + place, all from 0. */
float toy_ensemble_value(size_t run, size_t variable, size_t week, size_t place);

/* The runs of the shard; arm "wild" fails in replicate 1. */
enum status toy_ensemble_take(void *runs, size_t arm, size_t replicate, enum run_state *state,
                              float *values, char **why, struct error *e);

#endif
