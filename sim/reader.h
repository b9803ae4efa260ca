/* Reading of run files and parts: the only module that reads HDF5.
 *
 * Files come from outside: names, types, ranks, bounds and filters are checked, and what is reached
 * over an external link, external storage or a virtual layout is refused.  A file that is none, is
 * cut short or is of another kind gives one sentence and STATUS_BAD_INPUT.  Callers call one
 * function at a time. */
#ifndef SAMSKAB_READER_H
#define SAMSKAB_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/ensemble.h"
#include "sim/error.h"
#include "sim/model.h"
#include "sim/record.h"
#include "sim/scenario.h"
#include "sim/store.h"

/* A series of a run file. */
struct run_variable {
    char *name;
    char *unit;
    char *meaning;
};

/* A line of the provenance. */
struct run_fact {
    char *name;
    char *value;
};

/* An open run file, or setup of a folder of parts (which has neither places nor variables). */
struct run_file {
    char *path;
    int64_t id; /* HDF5's */
    char *title, *question, *source, *model, *model_version, *digest, *place, *scenario;
    size_t replicates, weeks, places;
    char **place_names;
    struct run_variable *variables;
    size_t variable_count;
    struct scenario_input *inputs; /* its strings are owned here */
    size_t input_count;
    struct run_fact *facts;
    size_t fact_count;
    size_t agent_weeks; /* weeks at which agents are stored, and how many agents at most */
    size_t agents;
    uint32_t agents_every;     /* weeks from one of them to the next; 0 without agents */
    uint32_t checkpoint_every; /* of a setup */
};

/* Whether a file is HDF5, by how it begins. */
bool reader_is_run(const char *path);

/* Bytes of a file; 0 when that cannot be told. */
size_t reader_size(const char *path);

enum status reader_open(struct run_file *f, const char *path, struct error *e);
enum status reader_open_setup(struct run_file *f, const char *path, struct error *e);
void reader_close(struct run_file *f);

/* Position of a series; variable_count when there is none. */
size_t reader_find(const struct run_file *f, const char *name);

/* All values of a series, [replicate][week][place], into `values` of replicates x weeks x places.
 */
enum status reader_series(const struct run_file *f, size_t variable, float *values,
                          struct error *e);

/* The scenario of a run file, over which `settings` are laid. */
enum status reader_scenario(const struct run_file *f, struct scenario *s, const struct model *m,
                            const struct setting *settings, size_t setting_count, struct error *e);

/* Which of the stored agents: of this replicate, at this one (from 0) of the weeks that are stored.
 */
struct reader_slice {
    size_t replicate, time;
};

/* A trait or state of the saved entity as the run file holds it, `agents` values of the column's
 * type.  Where a run had fewer agents than the longest, the rest is NaN or the type's largest. */
enum status reader_saved(const struct run_file *f, const struct column *c,
                         const struct reader_slice *at, void *values, struct error *e);

/* What a replicate's part says of itself. */
struct reader_replicate {
    uint32_t replicate, week;
    bool finished;
    struct store_origin origin;
};

/* Reads a replicate's series into `r`.  Nothing is changed on failure. */
enum status reader_replicate(const char *path, struct record *r, uint32_t replicate, uint32_t week,
                             struct reader_replicate *about, struct error *e);

/* Lays the saved state over a world that has just been built; afterwards it is the one that was
 * saved, which is verified.  `r` holds its series. */
enum status reader_state(const char *path, struct world *w, const struct record *r,
                         struct error *e);

/* An open experiment file; ensemble_scenario gives the scenario of an arm. */
struct ensemble_file {
    char *path;
    int64_t id; /* HDF5's */
    struct ensemble ensemble;
    struct shard shard; /* {1, 1} for a whole one */
    char *source;       /* program and version that wrote it */
    char *identity;     /* ensemble_digest of what was to be computed */
    char *digest;       /* of what came of it */
    uint8_t *state;     /* enum run_state by [arm][replicate] */
    char **failure;     /* by [arm][replicate]; NULL but for runs that failed */
    struct run_fact *facts;
    size_t fact_count;
};

/* Whether a file is an experiment, by what it says of itself; what cannot be read as one is none.
 * STATUS_FAILED when the machine is at fault. */
enum status reader_is_ensemble(const char *path, bool *is, struct error *e);

enum status reader_ensemble_open(struct ensemble_file *f, const char *path, struct error *e);
void reader_ensemble_close(struct ensemble_file *f);

/* Values of a variable, [arm][replicate][week][place], of the runs that a range spans; NaN where a
 * run was not done. */
enum status reader_ensemble_series(const struct ensemble_file *f, size_t variable,
                                   const struct ensemble_range *range, float *values,
                                   struct error *e);

/* What identifies an experiment that goes on. */
enum status reader_ensemble_setup(const char *path, uint64_t *identity, struct shard *shard,
                                  struct error *e);

/* A part with agents. */
struct reader_agents {
    size_t rows;
    size_t columns;
    void **values; /* by column of the model; NULL where not stored */
};
enum status reader_agents_rows(const char *path, size_t *rows, struct error *e);
enum status reader_agents_open(struct reader_agents *a, const char *path, const struct model *m,
                               struct error *e);
void reader_agents_close(struct reader_agents *a);

#endif
