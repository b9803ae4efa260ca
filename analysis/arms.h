/* Arms: what the runs that are compared come to, one number an outcome and replicate.
 *
 *     struct arms a;
 *     arms_read(&a, model, &request, &e);
 *     ... arms_values(&a.list[i], outcome)[replicate] ...
 *     arms_free(&a);
 *
 * A run file is one arm, named by its title; an experiment file has its own arms.  Where names do
 * not tell the arms apart, that of the file does.  An outcome is an expression over weekly series
 * (analysis/outcome.h); without any, the headlines of the model are, those that the files hold. */
#ifndef SAMSKAB_ARMS_H
#define SAMSKAB_ARMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/ensemble.h"
#include "sim/error.h"
#include "sim/model.h"

struct arms_request {
    const char *const *paths; /* of run files and experiment files */
    size_t path_count;
    const char *const *outcomes;
    size_t outcome_count;
    size_t at;   /* week (from 1) at which outcomes are taken; 0: over weeks */
    size_t last; /* last weeks over which they are; 0: a year, or half of a run shorter than two */
};

struct arm {
    char *name, *path;
    char *label;   /* in its experiment; NULL for that of a run file */
    uint64_t seed; /* arms of one seed have common random numbers, replicate by replicate */
    size_t replicates;
    double *values; /* [outcome][replicate]; NaN where nothing was observed or a run failed */
};

struct arms_outcome {
    const char *name;  /* as it was asked for */
    const char *words; /* in everyday words */
    const char *unit;  /* "" where it is not known */
    bool crosses_zero; /* it may be negative: per cent of it mean nothing */
};

struct ensemble_file;

struct arms {
    struct arm *list;
    size_t count;
    size_t baseline; /* that an experiment names; else 0 */
    size_t missing;  /* runs of experiments that failed or are in another shard */
    struct arms_outcome *outcomes;
    size_t outcome_count;
    size_t first, last;              /* weeks (from 1) of the window */
    const struct ensemble *ensemble; /* when the only file is an experiment; its arms are `list` */
    struct ensemble_file *file;      /* which owns it */
};

enum status arms_read(struct arms *a, const struct model *m, const struct arms_request *request,
                      struct error *e);

/* The values of one outcome, by replicate. */
static inline const double *arms_values(const struct arm *arm, size_t outcome)
{
    return arm->values + outcome * arm->replicates;
}

void arms_free(struct arms *a);

#endif
