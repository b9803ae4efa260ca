/* A plan: which runs answer a question, read from YAML and made into an ensemble.
 *
 *     title: Hands on or hands off
 *     question: Which style keeps more volunteers when turbulence rises?
 *     base: ../faxe.yaml                 a scenario, beside the plan (without it: all defaults)
 *     settings: {weeks: 260}             laid over the base
 *     replicates: 20                     (without it: the base's)
 *     random: common                     or independent: every arm has chance of its own
 *     keep: [output, volunteers]         series that the file holds (without it: all)
 *     baseline: hands off                arm with which others are compared
 *     burn_in: 104                       weeks run once a replicate on the base, for all arms
 *     design:                            one of these:
 *       arms:                              by name
 *         - {name: hands off}
 *         - {name: hands on, settings: {managers.strategy: thermostat}}
 *         - {name: elsewhere, scenario: ../odense.yaml}
 *       grid:                              all combinations of some values
 *         managers.strategy: [static, thermostat]
 *         tasks.turbulence: [0, 0.5, 1]
 *       one_at_a_time:                     the base, and each value alone
 *         tasks.turbulence: [0, 0.5, 1]
 *       latin: {points: 100, seed: 1, parameters: {exit.life: [0.003, 0.009], trust.gain: }}
 *       sobol: {points: 128, parameters: [exit.life, trust.gain]}
 *       saltelli: {base: 64, second: true, parameters: ...}
 *       morris: {trajectories: 20, levels: 4, candidates: 100, parameters: ...}
 *       points: draws.csv                  a column a parameter, a row a point
 *     until:                             replicates are added until a contrast is known
 *       outcome: output / population       see analysis/outcome.h
 *       arms: [hands on, hands off]        mean of the first minus the second
 *       half_width: 0.1                    of its 95 % interval
 *       at_most: 200                       replicates
 *       last: 52                           weeks over which the outcome is taken
 *
 * Parameters are dotted keys, nested at the dots if one likes; `off.NAME: true` switches a
 * mechanism off.  Without a range a parameter has the one that it is allowed; whole numbers are
 * rounded, switches and choices take each of their values equally often.  Arms of a grid and of
 * other points differ by their columns alone.  Weeks, seed and places are those of the base in
 * every arm. */
#ifndef SAMSKAB_PLAN_H
#define SAMSKAB_PLAN_H

#include "analysis/outcome.h"
#include "sim/ensemble.h"

enum { PLAN_ARMS = 1000000, PLAN_RUNS = 10000000, PLAN_COLUMNS = 256 };

/* Replicates are added until a contrast is known. */
struct plan_until {
    bool given;
    struct outcome outcome;
    size_t arms[2];
    double half_width;
    size_t at_most, last;
};

struct plan {
    const struct model *model;
    struct ensemble ensemble;
    struct plan_until until;
    bool independent;        /* every arm has random numbers of its own */
    size_t broken;           /* points of a sample that break a rule between parameters */
    const char *broken_rule; /* the first rule that is broken */
};

/* Reads a plan and the scenarios that it names, with all findings together, as scenarios are read.
 * On failure `p` is empty and safe to free. */
enum status plan_read(struct plan *p, const struct model *m, const char *path, struct error *e);
void plan_free(struct plan *p);

#endif
