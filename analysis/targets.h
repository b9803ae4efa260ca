/* What a model is calibrated to: targets with their sources, and the parameters that may move.
 *
 *     title: ...
 *     assumed: ...                       what else a reader of the result must know
 *     scenario: town.yaml                what settings are laid over (without it: all defaults)
 *     settings: {weeks: 416, replicates: 8, population.inhabitants: 10000}
 *     last: 104                          weeks over which an outcome is a mean, unless it says so
 *     draws: 200                         of the posterior (see analysis/posterior.h)
 *     trials: 4000                       that it may take
 *     distance: 1                        at which it ends, in tolerances
 *     evaluations: 300                   of the fit
 *     starts: 3                          of the fit; the first is the defaults
 *     fresh: 20                          replicates that the report is made from
 *     free:
 *       - exit.life                                        in the parameter's own range
 *       - {parameter: motivation.base, range: [0.5, 2]}
 *       - {parameter: demand.hours, range: [0.1, 10], scale: log}    even in its logarithm
 *     targets:
 *       - name: adults who volunteer within twelve months
 *         outcome: volunteered_year / population           see analysis/outcome.h
 *         value: 0.43
 *         tolerance: 0.03                                  or, in place of both, interval: [a, b]
 *         unit: share
 *         source: S0
 *         comment: ...
 *     unmodelled:
 *       - {name: ..., value: ..., source: S2, reason: ...}
 *
 * A target that is an interval stands for its middle, with half its width as tolerance. */
#ifndef SAMSKAB_TARGETS_H
#define SAMSKAB_TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/outcome.h"
#include "analysis/trial.h"

enum {
    TARGETS_MOST = 32,      /* targets of a file */
    TARGETS_FREE = 16,      /* free parameters of a file */
    TARGETS_SETTINGS = 256, /* settings of a file */
    TARGETS_LISTED = 1000   /* unmodelled targets of a file */
};

/* One target. */
struct objective {
    char *name, *unit, *source, *comment; /* unit and comment may be NULL */
    char *expression;                     /* the outcome as it is written */
    struct outcome outcome;
    size_t last; /* weeks of its window */
    double value, tolerance;
    double lo, hi; /* value -+ tolerance */
};

struct unmodelled {
    char *name, *value, *source, *reason; /* value may be NULL */
};

struct free_parameter {
    size_t param;
    double lo, hi;   /* within the parameter's own range */
    bool log;        /* even in its logarithm, in place of in itself */
    double standard; /* its value before the fit: the scenario's or the default */
};

struct targets {
    const struct model *model;
    char *file, *title, *assumed; /* the last two may be NULL */
    char *scenario;               /* its name; NULL: all defaults */
    char *scenario_text, *folder;
    struct setting *settings; /* keys and values are theirs */
    char *origin;             /* of settings, for messages */
    size_t setting_count;
    struct free_parameter free[TARGETS_FREE];
    size_t free_count;
    struct objective list[TARGETS_MOST];
    size_t count;
    struct unmodelled *unmodelled;
    size_t unmodelled_count;
    size_t evaluations, starts, fresh;
    size_t draws, trials;     /* of the posterior */
    double distance;          /* at which it ends */
    size_t weeks, replicates; /* of the scenario */
    uint64_t seed;
    uint64_t persons; /* in a world */
    char *resolved;   /* the scenario with its settings */
    uint64_t inputs;  /* digest of the files that it names */
};

/* Reads a file of targets for a model, with all findings together, as scenarios are read.  What the
 * file calls a scenario is read and checked too.  On failure `t` is empty and safe to free. */
enum status targets_read(struct targets *t, const struct model *m, const char *path,
                         struct error *e);
void targets_free(struct targets *t);

/* What is simulated. */
struct targets_run {
    const double *values; /* by free parameter; NULL: as they are before the fit */
    uint64_t seed;
    size_t replicates;
    int threads; /* 0: as many as the machine has */
    bool beside; /* other runs go on beside this one, see trial_beside */
};

/* The value at a share of a parameter's range, 0 at its lower end and 1 at its upper, and back. */
double free_value(const struct free_parameter *p, double share);
double free_share(const struct free_parameter *p, double value);

/* Simulates and gives a sample a target.  Runs of one seed have all draws in common. */
enum status targets_simulate(const struct targets *t, const struct targets_run *run,
                             struct sample *outcomes, struct error *e);

/* How far a simulated outcome lies from the target, in tolerances: (outcome - value) / tolerance.
 * At most TARGET_LOST either way; an outcome that is not there is as far. */
#define TARGET_LOST 1000.0
double objective_deviation(const struct objective *o, double outcome);

/* Sum of squared deviations of the mean outcomes of all targets. */
double targets_loss(const struct targets *t, const struct sample *outcomes);

/* Root of their mean, which counts in tolerances. */
double targets_distance(const struct targets *t, const struct sample *outcomes);

#endif
