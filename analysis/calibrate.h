/* A fit: the values of free parameters at which a model comes nearest to its targets.
 *
 *     minimise   sum over targets of ((simulated - value) / tolerance)^2
 *
 * by the simplex of Nelder and Mead (1965), "A simplex method for function minimization", in GSL's
 * version nmsimplex2, over u with x = lo + (hi - lo) / (1 + e^-u), so that every parameter stays
 * within its range.  All points are simulated with the same replicates (common random numbers).
 * Starts are the values before the fit and the best points of a shifted Sobol' sequence; what is
 * left of the evaluations goes to a last simplex around the best point of all.
 *
 * What is reported comes from fresh replicates, of another seed, on which nothing was fitted.  The
 * result is a local minimum of a noisy function: a set of values at which the model agrees with its
 * sources, not a measurement of the parameters. */
#ifndef SAMSKAB_CALIBRATE_H
#define SAMSKAB_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/targets.h"

/* Fresh replicates have the seed of the fit and this. */
enum { CALIBRATE_FRESH_SEED = 1 };

enum calibrate_format { CALIBRATE_TABLE, CALIBRATE_JSON, CALIBRATE_MD };

struct calibrate_request {
    const char *path;     /* a file of targets */
    const char *out;      /* file to write: CSV of draws, JSON of a fit; NULL: none of a fit */
    const char *command;  /* command line, for the report */
    const uint64_t *seed; /* NULL: the scenario's */
    size_t evaluations;   /* of a fit; 0: as the file says */
    size_t draws, trials; /* of a posterior; 0: as the file says */
    int threads;          /* 0: as many as the machine has */
    bool fit;             /* one best point in place of a posterior */
    bool check;           /* only compare what is there before the fit */
    bool resume;          /* take up what of an interrupted posterior is there */
    bool quiet, force;    /* no progress; replace `out` */
    enum calibrate_format format;
};

/* What came of it.  Samples are over fresh replicates. */
struct calibration {
    const struct targets *targets;
    uint64_t seed, fresh_seed;
    bool fitted;                                /* false: only compared */
    size_t evaluations;                         /* that were made */
    size_t starts;                              /* simplices */
    double loss_before, loss_after;             /* on the replicates of the fit */
    double fresh_loss_before, fresh_loss_after; /* on fresh ones */
    double values[TARGETS_FREE];                /* fitted */
    struct interval before[TARGETS_MOST], after[TARGETS_MOST];
    /* Change of a target's outcome, in its tolerances, when a parameter rises by a tenth of its
     * range: central differences at the fit, paired by replicate. */
    struct interval moves[TARGETS_FREE][TARGETS_MOST];
};

/* Whether a simulated outcome lies within its target. */
bool calibration_met(const struct objective *o, struct interval outcome);

/* Whether a parameter moves a target: by a quarter of its tolerance or more, and the interval
 * excludes none. */
bool calibration_moves(const struct calibration *c, size_t parameter, size_t target);

/* Whether a fitted value lies within a hundredth of its range from one of its ends. */
bool calibration_at_bound(const struct calibration *c, size_t parameter);

/* Fits (unless request->check) and compares with fresh replicates. */
enum status calibration_run(struct calibration *c, const struct targets *t,
                            const struct calibrate_request *request, struct error *e);

/* Writes tables for a terminal or as Markdown, or JSON. */
enum status calibration_print(const struct calibration *c, const struct calibrate_request *request,
                              enum calibrate_format format, FILE *out);

/* "table", "json" or "md"; false for anything else. */
bool calibrate_format_parse(const char *name, enum calibrate_format *format);

/* The command with --fit or --check: reads, fits, prints to `out` and writes request->out. */
enum status calibrate(const struct model *m, const struct calibrate_request *request, FILE *out,
                      struct error *e);

#endif
