/* Writing of run files and parts: the only module that calls HDF5 to write.
 *
 * A run file is HDF5 that is also netCDF-4:
 *
 *     /replicate /time /<place> /<place>_name        coordinates
 *     /<observable>(replicate, time, <place>)        float32, units, long_name
 *     /parameters/<dotted key>                       scalar, or (<place>)
 *     /inputs/file_1 ...                             contents of the files the scenario named
 *     /agents/<column>(replicate, agent_time, <entity>)     traits without agent_time
 *     /provenance                                    attributes: what varies between equal runs
 *     attributes of /: title, scenario (resolved), digest, source, ...
 *
 * All else is the same bytes for the same run.  Callers call one function at a time. */
#ifndef SAMSKAB_STORE_H
#define SAMSKAB_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "sim/ensemble.h"
#include "sim/error.h"
#include "sim/model.h"
#include "sim/record.h"
#include "sim/run.h"

struct store_run_options {
    const char *command;         /* command line; may be NULL */
    const struct run_cost *cost; /* may be NULL */
    uint32_t agents_every;       /* weeks; 0: no agents */
    const char *parts;           /* folder of the parts with the agents; NULL without */
    bool resumed;
    bool replace; /* a file that exists */
};

enum status store_run(const char *path, const struct record *r,
                      const struct store_run_options *options, struct error *e);

/* Some runs of an ensemble: the first arm and replicate, and how many of each. */
struct ensemble_range {
    size_t arm, arms, replicate, replicates;
};

/* Gives a run of an ensemble: what became of it; its values [variable][week][place] when it is
 * done; when it failed why, to be freed. */
struct store_source {
    enum status (*take)(void *context, size_t arm, size_t replicate, enum run_state *state,
                        float *values, char **why, struct error *e);
    /* Says which runs will be taken next, until it is said again; NULL when that is of no use. */
    enum status (*begin)(void *context, const struct ensemble_range *range, struct error *e);
    void *context;
};

/* An experiment is one file for all runs of an ensemble; <unit> is "arm" or "point":
 *
 *     /<unit> /replicate /time /<place>              coordinates
 *     /<unit>_name /<place>_name                     labels
 *     /<dotted key>(<unit>)                          columns of the design: key, units, range
 *     /<observable>(<unit>, replicate, time, <place>)   float32; NaN where a run is missing
 *     /status(<unit>, replicate)                     0 not run, 1 done, 2 failed
 *     /failure(<unit>, replicate)                    why; only when a run has failed
 *     /scenarios: base_1 ...; /scenarios/base(<unit>), /scenarios/settings(<unit>)
 *     /inputs, /provenance                           as in a run file
 *     attributes of /: title, question, plan, design, design_base, ..., baseline, digest
 *
 * The same ensemble gives the same bytes but for /provenance, whoever computed its runs. */
enum status store_ensemble(const char *path, const struct ensemble *x, struct shard shard,
                           const struct store_source *source,
                           const struct store_run_options *options, struct error *e);

/* What identifies an experiment that goes on. */
enum status store_ensemble_setup(const char *path, uint64_t identity, struct shard shard,
                                 struct error *e);

/* The setup of a folder of parts. */
enum status store_setup(const char *path, const struct scenario *s, uint32_t agents_every,
                        uint32_t checkpoint_every, struct error *e);

/* What identifies the world that a state belongs to. */
struct store_origin {
    uint64_t scenario; /* digest of the resolved scenario */
    uint64_t traits;   /* digests at week 0 */
    uint64_t ties;
};

/* A replicate after its last week: the series of `r` so far, and the state of `w`, which is NULL
 * when it has finished. */
enum status store_replicate(const char *path, const struct record *r, uint32_t replicate,
                            const struct world *w, const struct store_origin *origin,
                            struct error *e);

/* Traits and states of the model's saved entity. */
enum status store_agents(const char *path, const struct world *w, struct error *e);

/* What the other ranks do while rank 0 is in one of these with a world that they share. */
void store_replicate_help(const struct world *w);
void store_agents_help(const struct world *w);

/* HDF5 type of a column, and number of rows of an entity. */
int64_t store_column_type(enum column_type type);
size_t store_rows(const struct model *m, size_t entity, const struct world *w);

/* FNV-1a of the resolved scenario: identifies what a part belongs to. */
enum status store_scenario_digest(const struct scenario *s, uint64_t *digest, struct error *e);

#endif
