/* An ensemble: runs of several arms in the same replicates, all in one file.
 *
 * An arm is a scenario: one of few that are written out in full, with settings on top.  Whatever
 * made it (a plan, a file) is forgotten here.  All arms have the same weeks and places.  Runs are
 * numbered replicate by replicate, so that more replicates change no number:
 *
 *     run = replicate x arms + arm                           all from 0
 *
 * A column says how arms differ: the value of one key in each of them. */
#ifndef SAMSKAB_ENSEMBLE_H
#define SAMSKAB_ENSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/model.h"
#include "sim/scenario.h"

/* Real and whole numbers, 0 or 1, names of choices. */
enum ensemble_type { ENSEMBLE_REAL, ENSEMBLE_WHOLE, ENSEMBLE_SWITCH, ENSEMBLE_TEXT };

struct ensemble_column {
    char *key; /* dotted */
    char *unit;
    char *meaning;
    enum ensemble_type type;
    double lo, hi;  /* range of the design; NaN when it has none */
    double *values; /* by arm; NULL for texts */
    char **texts;   /* by arm; NULL for numbers */
};

struct ensemble_variable {
    char *name;
    char *unit;
    char *meaning;
};

/* How arms were chosen.  What a kind does not have is 0. */
struct ensemble_design {
    char *kind; /* "arms", "grid", "one_at_a_time", "latin", "sobol", "saltelli", "morris", "points"
                 */
    uint64_t base, levels, candidates, seed;
    bool second;
};

struct ensemble {
    char *title, *question; /* may be empty, never NULL */
    char *plan;             /* text that it was made from; may be empty */
    char *unit;             /* what an arm is called: "arm" or "point" */
    char *model, *model_title, *model_version;
    char *place; /* what a place is called */
    struct ensemble_design design;
    size_t arms, replicates, weeks, places;
    size_t baseline;    /* arm with which others are compared; ENSEMBLE_NONE */
    size_t burn_in;     /* weeks that all arms of a replicate share; 0 */
    char **arm_names;   /* by arm */
    size_t *arm_base;   /* by arm: position in `bases` */
    char **settings;    /* by arm: lines of KEY=VALUE, laid over its base; may be empty */
    char **place_names; /* by place */
    char **bases;       /* resolved scenarios */
    size_t base_count;
    struct ensemble_variable *variables; /* that are kept */
    size_t variable_count;
    struct ensemble_column *columns;
    size_t column_count;
    struct scenario_input *inputs; /* files that scenarios name, each once; owned */
    size_t input_count;
};

#define ENSEMBLE_NONE SIZE_MAX

/* What became of a run; the numbers stand in the file. */
enum run_state { RUN_MISSING = 0, RUN_DONE = 1, RUN_FAILED = 2 };

/* Part `number` (from 1) of `count` that together are the whole; {1, 1} is the whole. */
struct shard {
    uint32_t number, count;
};

static inline size_t ensemble_runs(const struct ensemble *x)
{
    return x->arms * x->replicates;
}

static inline size_t ensemble_run(const struct ensemble *x, size_t arm, size_t replicate)
{
    return replicate * x->arms + arm;
}

static inline bool shard_has(struct shard shard, size_t run)
{
    return run % shard.count == shard.number - 1;
}

/* Values of a run, [variable][week][place]. */
static inline size_t ensemble_values(const struct ensemble *x)
{
    return x->variable_count * x->weeks * x->places;
}

/* Identifies what is to be computed: scenarios, files, variables, model and version of the program,
 * but for the number of replicates. */
uint64_t ensemble_digest(const struct ensemble *x);

/* The scenario of an arm, to be freed by the caller. */
enum status ensemble_scenario(const struct ensemble *x, const struct model *m, size_t arm,
                              struct scenario *s, struct error *e);

/* A scenario on which arms build, without their settings. */
enum status ensemble_base(const struct ensemble *x, const struct model *m, size_t base,
                          struct scenario *s, struct error *e);

/* Cuts lines of KEY=VALUE, which it changes, into settings that point into them; free the list.
 * NULL when memory is short. */
struct setting *ensemble_cut(char *lines, const char *origin, size_t *count);

/* Position of a variable (an arm) of this name; the number of them when there is none. */
size_t ensemble_variable(const struct ensemble *x, const char *name);
size_t ensemble_arm(const struct ensemble *x, const char *name);

void ensemble_free(struct ensemble *x);

#endif
