/* What the files that read a plan share among themselves; no part of the interface.
 *
 *     plan_read.c      the order of things; texts, replicates, series that are kept, contrasts
 *     plan_settings.c  keys and values: of settings, of columns
 *     plan_design.c    arms and points
 *     plan_points.c    points of a CSV file
 *     plan_arms.c      scenarios; the ensemble that comes of it all */
#ifndef SAMSKAB_PLAN_READER_H
#define SAMSKAB_PLAN_READER_H

#include "analysis/plan.h"
#include "analysis/take.h"

/* A growing text of lines KEY=VALUE. */
struct plan_lines {
    char *text; /* NULL while there are none */
    size_t length;
};

/* How points differ: the values of one parameter, or whether a mechanism is off. */
struct plan_column {
    char *key;
    struct param param; /* descriptor of its values */
    double lo, hi;      /* range of the design; NaN when it has none */
    double *values;     /* listed ones */
    size_t count;
    size_t at; /* its place in the file */
};

/* An arm as the plan states it. */
struct plan_arm {
    char *name;
    char *scenario; /* path; NULL for the base */
    struct plan_lines settings;
    size_t at;
};

struct plan_reader {
    struct reader r; /* its tools for values, findings and suggestions */
    struct plan *p;
    const char *path;
    char *folder;             /* of the plan, with a slash at its end, or empty */
    char *origin;             /* of settings, for messages */
    char *base;               /* path; NULL for all defaults */
    struct plan_lines common; /* settings of all arms */
    struct plan_arm *arms;
    size_t arm_count;
    struct plan_column *columns;
    size_t column_count;
    double *points;    /* [arm][column]; NULL for named arms */
    size_t replicates; /* 0: those of the base */
    char *baseline;
    size_t baseline_at, burn_in_at, until_at;
    bool strict; /* points that break a rule are refused */
};

/* plan_settings.c */

/* Adds what a mapping of settings says to `lines`; with `of_arm` what must not differ between arms
 * is refused. */
void plan_settings(struct plan_reader *x, const struct yaml *mapping, bool of_arm,
                   struct plan_lines *lines);

/* Adds the columns of a mapping of keys to lists of values. */
void plan_listed(struct plan_reader *x, const struct yaml *mapping);

/* Adds the columns of a mapping of keys to ranges, or of a list of keys. */
void plan_ranged(struct plan_reader *x, const struct yaml *node);

/* A column of a key, without values; NULL, and a finding, when it cannot be one. */
struct plan_column *plan_column(struct plan_reader *x, struct reader *r, const char *key,
                                const struct yaml *word);

void plan_add_line(struct plan_reader *x, struct plan_lines *lines, const char *key,
                   const char *value);

/* plan_design.c */
void plan_design(struct plan_reader *x, const struct yaml *root);

/* `count` points without values; false when that is too many. */
bool plan_make_points(struct plan_reader *x, size_t count, size_t at);
double *plan_point(struct plan_reader *x, size_t point);

/* plan_points.c */
void plan_points(struct plan_reader *x, const struct yaml *node);

/* plan_arms.c */

/* Path of a file that the plan names, to be freed. */
char *plan_path(struct plan_reader *x, const char *name);

/* The same of a scenario, which must be there. */
char *plan_scenario(struct plan_reader *x, const char *name, const struct yaml *node);
enum status plan_arms(struct plan_reader *x, struct error *e);

#endif
