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

/* The setup of a folder of parts. */
enum status store_setup(const char *path, const struct scenario *s, uint32_t agents_every,
                        uint32_t checkpoint_every, struct error *e);

/* What identifies the world that a state belongs to. */
struct store_origin {
    uint64_t scenario; /* digest of the resolved scenario */
    uint64_t traits;   /* digests at week 0 */
    uint64_t ties;
};

/* A replicate after its last week: the series of `r` so far, and the state of `w`; only the series
 * that are to be kept when `w` is NULL (it has finished). */
enum status store_replicate(const char *path, const struct record *r, uint32_t replicate,
                            const struct world *w, const struct store_origin *origin,
                            struct error *e);

/* That the replicate which is kept under this number could not be run. */
enum status store_failure(const char *path, size_t part, const char *why, struct error *e);

/* Traits and states of the model's saved entity. */
enum status store_agents(const char *path, const struct world *w, struct error *e);

/* HDF5 type of a column, and number of rows of an entity. */
int64_t store_column_type(enum column_type type);
size_t store_rows(const struct model *m, size_t entity, const struct world *w);

/* FNV-1a of the resolved scenario: identifies what a part belongs to. */
enum status store_scenario_digest(const struct scenario *s, uint64_t *digest, struct error *e);

#endif
