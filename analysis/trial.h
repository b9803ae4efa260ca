/* A trial: a scenario with some settings on top, run in memory for some replicates, and what comes
 * of it as numbers, one a replicate.
 *
 *     struct trial *t = trial_new();
 *     trial_run(t, &base, settings, setting_count, &e);
 *     struct sample output = trial_mean(t, "output", 52, 208);
 *     struct interval i = sample_interval(&output);
 *     trial_free(t);
 *
 * Replicate r has the same seed and number in every trial of one seed, so that all draws are common
 * and differences between trials are paired. */
#ifndef SAMSKAB_TRIAL_H
#define SAMSKAB_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/record.h"
#include "sim/run.h"
#include "sim/scenario.h"

enum { TRIAL_REPLICATES = 256 };

/* What settings are laid over. */
struct trial_base {
    const struct model *model;
    const char *text;   /* of a scenario; "" for all defaults */
    const char *name;   /* of that text, for messages */
    const char *folder; /* in which files that it names are looked for; NULL: the working one */
    int threads;        /* 0: as many as the machine has */
};

struct trial {
    struct scenario scenario;
    struct record record;
    struct run_cost cost;
    bool done; /* the record holds a whole run */
};

/* An empty one; NULL when memory is short. */
struct trial *trial_new(void);

enum status trial_run(struct trial *t, const struct trial_base *base,
                      const struct setting *settings, size_t setting_count, struct error *e);

/* The same on the calling thread, or on `threads` of its own, for trials that run beside each
 * other: stops when the caller's interrupt_begin has noted a signal, with STATUS_INTERRUPTED. */
enum status trial_beside(struct trial *t, const struct trial_base *base,
                         const struct setting *settings, size_t setting_count, struct error *e);

/* Frees it and all that it holds; NULL is allowed. */
void trial_free(struct trial *t);

/* One number a replicate. */
struct sample {
    size_t count;
    double x[TRIAL_REPLICATES];
};

/* Mean of a weekly series over weeks [from, to), counted from 0, of all places together; NaN for a
 * trial that was not run. */
struct sample trial_mean(const struct trial *t, const char *observable, size_t from, size_t to);

/* First week (from 1) in which a series reaches `level` from below; INFINITY when it never does. */
struct sample trial_reaches(const struct trial *t, const char *observable, double level);

struct sample sample_plus(struct sample a, struct sample b);
struct sample sample_minus(struct sample a, struct sample b);
struct sample sample_over(struct sample a, struct sample b);

/* Mean and half the width of its 95 % interval, by Student's t; a mean that is not finite has none.
 */
struct interval {
    double mean, half;
};
struct interval sample_interval(const struct sample *s);
bool interval_above(struct interval i, double x);
bool interval_below(struct interval i, double x);

#endif
