/* For planners: which mixes are not beaten on every outcome at once, and which stay good when the
 * world turns out worse.
 *
 *     design:
 *       grid:
 *         managers.hours: [4, 8, 16]
 *         turbulence.level: [0, 0.5, 1]
 *     frontier:
 *       maximise: [hours_done / population, trust]     outcomes (analysis/outcome.h)
 *       minimise: [burnout]
 *       cost: manager_hours                            an outcome, too; the less the better
 *       scenarios: [turbulence.level]                  columns of the design that nobody chooses
 *       last: 52                                       weeks that outcomes are taken over
 *       within: 5                                      per cent of the best that are near to it
 *
 * A mix is what all other columns of the design say; arms that have no columns are mixes each.
 * Every mix must have been run in every scenario.  Replicates in which a run failed are left out in
 * all.  The rest is analysis/pareto.h. */
#ifndef SAMSKAB_FRONTIER_H
#define SAMSKAB_FRONTIER_H

#include "analysis/arms.h"
#include "analysis/pareto.h"
#include "analysis/words.h"
#include "sim/scenario_reader.h"

enum { FRONTIER_OBJECTIVES = 16, FRONTIER_RESAMPLES = 1000, FRONTIER_MIXES = 2000 };

/* What the section says. */
struct frontier_plan {
    char *outcomes[FRONTIER_OBJECTIVES];
    struct pareto_objective objective[FRONTIER_OBJECTIVES];
    size_t count;
    char **scenarios; /* keys of columns */
    size_t scenario_count;
    size_t last;   /* weeks; 0: as analysis/arms.h has it */
    double within; /* per cent */
};

/* Reads the section of a plan, with its findings; nothing when there is none. */
void frontier_section(struct reader *r, const struct yaml *root, struct frontier_plan *plan);
void frontier_plan_free(struct frontier_plan *plan);

/* Arms by what is chosen and what is not. */
struct frontier {
    const struct arms *arms;
    const struct frontier_plan *plan;
    const struct ensemble_column **choices; /* columns that make a mix */
    size_t choice_count;
    const struct ensemble_column **world; /* columns that make a scenario */
    size_t world_count;
    size_t *mix, *scenario; /* an arm of each mix, of each scenario */
    size_t mixes, scenarios;
    size_t *cell;               /* [mix][scenario]: the arm */
    size_t replicates, dropped; /* used, and left out */
    struct pareto pareto;
    size_t *order; /* mixes: those that are not beaten first, cheap ones or good ones before */
};

struct frontier_request {
    const char *path;    /* of a plan, or of a finished experiment */
    const char *file;    /* of its experiment; NULL: named after the plan, in the working folder */
    const char *command; /* for the provenance, when the experiment is run */
    int threads;
    bool quiet;
    size_t resamples;
    uint64_t seed;
    enum words_format format;
};

enum status frontier_make(struct frontier *f, const struct arms *arms,
                          const struct frontier_plan *plan, const struct frontier_request *request,
                          struct error *e);
void frontier_free(struct frontier *f);

enum status frontier_print(const struct frontier *f, const struct frontier_request *request,
                           FILE *out);
enum status frontier_csv(const struct frontier *f, FILE *out);
enum status frontier_json(const struct frontier *f, const struct frontier_request *request,
                          FILE *out);

/* What a mix, a scenario chose: "managers.hours 8, budget.pool 42"; the arm's own name without
 * columns.  To be freed; NULL when memory is short. */
char *frontier_mix(const struct frontier *f, size_t mix);
char *frontier_scenario(const struct frontier *f, size_t scenario);

/* The value of a column as people write it. */
void frontier_value(const struct ensemble_column *column, size_t arm, char *text, size_t size);

/* The command: reads the plan and the file of its experiment, which is run first when it is not
 * there, and prints to `out`. */
enum status frontier(const struct model *m, const struct frontier_request *request, FILE *out,
                     struct error *e);

#endif
