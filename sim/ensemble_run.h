/* All runs of an ensemble, to one file.
 *
 * While it works, an experiment to OUT.h5 keeps what must survive in the folder OUT.h5.parts: what
 * it is, each finished run or the reason why it failed, and, when it is interrupted, the state of
 * those that had begun.  A run is safe from the end of the process as soon as it has finished, and
 * from a failure of power a moment later.  When all is done the file is written and the folder
 * removed. SIGINT and SIGTERM finish the week, save, and end with STATUS_INTERRUPTED.
 *
 * Ranks of one program (sim/ranks.h) share the runs as they become free: each does its runs and
 * keeps them in the folder, which all must see, and rank 0 does all the rest.
 *
 * Several processes, each with a shard, do their runs independently, each to a file of its own;
 * ensemble_merge makes of these the file that one process would have written. */
#ifndef SAMSKAB_ENSEMBLE_RUN_H
#define SAMSKAB_ENSEMBLE_RUN_H

#include "sim/ensemble.h"
#include "sim/run.h"
#include "sim/store.h"

struct ensemble_options {
    const char *out;     /* file to write */
    const char *command; /* command line, for the provenance */
    int threads;         /* of a rank; 0: as many as it can use */
    struct shard shard;
    bool spread; /* over all ranks, which all call ensemble_execute */
    bool quiet;  /* no progress */
    bool force;  /* overwrite a finished file, and throw an interrupted experiment away */
    bool resume; /* go on with an interrupted one, if there is one */
    /* Asked when all runs are done: how many replicates there shall be (at least as many as there
     * are); NULL: as many as there are. */
    enum status (*more)(void *context, const struct ensemble *x, const struct store_source *source,
                        size_t *replicates, struct error *e);
    void *context;
};

/* What came of it; at rank 0. */
struct ensemble_outcome {
    size_t done, failed; /* runs of the shard */
    size_t before;       /* of these, done before this call */
    char *why;           /* one of the reasons why runs failed; NULL without any; free it */
    bool complete;       /* there was nothing to do: the file was there */
    struct run_cost cost;
};

/* Runs `x`; the number of its replicates grows when `more` says so.  Runs that fail are recorded
 * with their reason, and the others go on.  STATUS_INTERRUPTED when stopped: what was done is
 * saved. */
enum status ensemble_execute(struct ensemble *x, const struct model *m,
                             const struct ensemble_options *options,
                             struct ensemble_outcome *outcome, struct error *e);

/* Bytes on disk: of the parts while it works, and of the file. */
double ensemble_part_bytes(const struct ensemble *x, struct shard shard);
double ensemble_file_bytes(const struct ensemble *x, struct shard shard);

/* Whether parts and file fit on the disk of `out`; STATUS_BAD_INPUT when not. */
enum status ensemble_fits(const struct ensemble *x, struct shard shard, const char *out,
                          struct error *e);

/* Joins the files of all shards; `paths` may be in any order. */
enum status ensemble_merge(const char *const *paths, size_t count,
                           const struct store_run_options *options, const char *out,
                           struct ensemble_outcome *outcome, struct error *e);

#endif
