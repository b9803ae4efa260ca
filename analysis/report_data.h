/* What a report is made of: arms x places x outcomes, of each the runs at the start and at the end
 * and the way between them.
 *
 *     start, end    mean of each run over the first and the last weeks of the window
 *     path          at each point of time, over the runs: mean, 5th and 95th percentile
 *
 * The window is a year, or half of a run that is shorter than two, as in the table that a run ends
 * with.  A point of time is a week, or the mean of several where the page would become too large.
 */
#ifndef SAMSKAB_REPORT_DATA_H
#define SAMSKAB_REPORT_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/report_agents.h"
#include "analysis/report_words.h"
#include "sim/error.h"
#include "sim/model.h"

enum {
    REPORT_PLACES = 12,     /* more than that are shown together only */
    REPORT_ARMS = 12,       /* points of a design that are compared one by one, */
    REPORT_NAMED = 100,     /* and arms with names; with more the design is looked at as a whole */
    REPORT_NUMBERS = 90000, /* of paths in a page */
    REPORT_FIGURES = 60000  /* of points in a page; with more there are the leading outcomes only */
};

struct report_outcome {
    size_t observable;
    const struct report_label *label;
};

/* One outcome of one arm in one area. */
struct report_cell {
    double *start, *end;       /* by replicate; NaN where nothing was observed */
    double *mean, *low, *high; /* by point of time; NULL for points of a design */
    double *places;            /* in area 0, by place: mean of the runs at the end; NULL for none */
};

/* Where a place lies, on a plane; NaN where that is not known. */
struct report_place {
    double x_km, y_km, persons;
};

struct report_arm {
    char *name, *path, *digest, *command, *source;
    uint64_t seed;
    size_t replicates;
    double *values;              /* of the parameters, in the first place; NULL where not read */
    struct report_cell *cells;   /* [area][outcome] */
    struct report_agents agents; /* of run files with agents */
};

/* A parameter that is not the same in all arms. */
struct report_factor {
    char *key, *unit;
    double *values; /* by arm; NULL where there are names only */
    char **texts;   /* by arm, names of choices; NULL for numbers */
};

/* How much a factor matters to an outcome: its share (analysis/sensitivity.h), and of Sobol'
 * indices that of first order. */
struct report_index {
    size_t factor;
    double share, share_low, share_high;
    double first, first_low, first_high; /* NaN where there is none */
};

struct report_data {
    const struct model *model;
    char *title, *question, *model_version;
    char *kind; /* how arms were chosen: "arms", "grid", "latin", ... */
    size_t weeks, window;
    size_t stride, points; /* weeks in a point of time, and how many points */
    size_t place_count;
    char **places;
    struct report_place *where; /* by place; NULL where nothing is known */
    size_t areas;               /* all places together, then each place where there are several */
    struct report_outcome *outcomes;
    size_t outcome_count;
    struct report_arm *arms;
    size_t arm_count, baseline;
    size_t missing, failed; /* runs that are not there: never run, or without success */
    bool compared;          /* arm by arm with the baseline; else they are points of a design */
    struct report_factor *factors;
    size_t factor_count;
    struct report_index *indices; /* [outcome][factor], the largest share first; or NULL */
};

/* Several run files, of which the first is the baseline, or one experiment file. */
enum status report_data_read(struct report_data *d, const struct model *m, const char *const *paths,
                             size_t path_count, struct error *e);
void report_data_free(struct report_data *d);

/* --- what readers of files are made of --- */

/* Sets places, outcomes, window and points of time, once weeks and arms are counted. */
struct report_shape {
    size_t places;
    char *const *place_names;
    const void *file;
    bool (*has)(const void *file, const char *series);
};
enum status report_data_begin(struct report_data *d, const struct report_shape *shape,
                              struct error *e);
/* Makes the cells of an arm whose replicates are counted. */
enum status report_data_arm(const struct report_data *d, struct report_arm *arm, struct error *e);
struct scenario;
/* Seed and parameters of an arm, those of its first place, and where the places lie, which all arms
 * have in common; false when memory is short. */
bool report_data_scenario(struct report_data *d, struct report_arm *arm, const struct scenario *s);
/* All that is made of one outcome in one arm, from its series [replicate][week][place]. */
enum status report_data_take(struct report_data *d, size_t arm, size_t outcome, const float *series,
                             struct error *e);
/* Reads an experiment file. */
enum status report_data_experiment(struct report_data *d, const char *path, struct error *e);
/* Leaves out outcomes of which nothing is known anywhere. */
void report_data_drop_unknown(struct report_data *d);

/* --- what is asked of it --- */

static inline const struct report_cell *report_cell(const struct report_data *d, size_t arm,
                                                    size_t area, size_t outcome)
{
    return &d->arms[arm].cells[area * d->outcome_count + outcome];
}

/* Position of an outcome by the name of its series; outcome_count when it is not there. */
size_t report_find(const struct report_data *d, const char *series);

/* A figure over runs: mean and the 5th and 95th percentile; NaN without any. */
struct report_figure {
    double mean, low, high;
    double half; /* half width of the 95 % interval of the mean; NaN with one run */
    size_t runs; /* that have a value */
};
struct report_figure report_figure(const double *values, size_t replicates);

/* Whether arms have the same random numbers, run by run. */
bool report_paired(const struct report_data *d, size_t arm, size_t base);

/* The difference of an arm to the baseline; false where there is none to tell. */
struct contrast;
bool report_difference(const struct report_data *d, size_t arm, size_t area, size_t outcome,
                       struct contrast *c);

#endif
