/* The commands `samskab experiment` and `samskab merge`. */
#ifndef SAMSKAB_EXPERIMENT_H
#define SAMSKAB_EXPERIMENT_H

#include <stdio.h>

#include "sim/ensemble_run.h"

struct experiment_request {
    const char *path;    /* of the plan */
    const char *out;     /* NULL: named after the plan, in the working folder */
    const char *command; /* for the provenance */
    int threads;         /* of a rank; 0: as many as it can use */
    struct shard shard;  /* {0, 0} for the whole */
    bool spread;         /* over all ranks, which all make the experiment */
    bool dry;            /* say what it would take, and compute nothing */
    bool quiet, force, resume;
};

/* "3/40"; false when it is none. */
bool experiment_parse_shard(const char *text, struct shard *shard);

/* The file that a plan's experiment is written to when nobody says otherwise: trial.h5 for
 * plans/trial.yaml, trial-3-of-40.h5 for a shard of it.  To be freed; NULL when memory is short. */
char *experiment_output(const char *path, struct shard shard);

/* Runs a plan; what it takes goes to `out`, the rest to stderr. */
enum status experiment_make(const struct model *m, const struct experiment_request *request,
                            FILE *out, struct error *e);

/* Runs a plan to request->out, or goes on with it, unless that is there; STATUS_BAD_INPUT when it
 * holds other runs than the plan asks for. */
enum status experiment_need(const struct model *m, const struct experiment_request *request,
                            FILE *out, struct error *e);

struct merge_request {
    const char *const *paths;
    size_t count;
    const char *out, *command;
    bool quiet, force;
};

enum status experiment_merge(const struct merge_request *request, struct error *e);

#endif
