/* Arms: what the runs that are compared come to, one number an outcome and replicate.
 *
 *     struct arms a;
 *     arms_read(&a, model, &request, &e);
 *     ... arms_values(&a.list[i], outcome)[replicate] ...
 *     arms_free(&a);
 *
 * A run file is one arm.  It is named by its title; where titles do not tell the arms apart, by
 * its file.  An outcome is an expression over weekly series (analysis/outcome.h); without any, the
 * headlines of the model are. */
#ifndef SAMSKAB_ARMS_H
#define SAMSKAB_ARMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/model.h"

struct arms_request {
    const char *const *paths; /* of run files */
    size_t path_count;
    const char *const *outcomes;
    size_t outcome_count;
    size_t at;   /* week (from 1) at which outcomes are taken; 0: over weeks */
    size_t last; /* last weeks over which they are; 0: a year, or half of a run shorter than two */
};

struct arm {
    char *name, *path;
    uint64_t seed; /* arms of one seed have common random numbers, replicate by replicate */
    size_t replicates;
    double *values; /* [outcome][replicate]; NaN where nothing was observed */
};

struct arms_outcome {
    const char *name;  /* as it was asked for */
    const char *words; /* in everyday words */
    const char *unit;  /* "" where it is not known */
    bool crosses_zero; /* it may be negative: per cent of it mean nothing */
};

struct arms {
    struct arm *list;
    size_t count;
    struct arms_outcome *outcomes;
    size_t outcome_count;
    size_t first, last; /* weeks (from 1) of the window */
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
