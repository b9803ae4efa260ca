/* Which parameters matter: what the points of an experiment tell about each of its columns.
 *
 * The design says which analysis its points allow:
 *
 *     saltelli                  Sobol' indices                     analysis/indices.h
 *     morris                    elementary effects                 analysis/effects.h
 *     latin, sobol, points,     standardised regression, straight  analysis/regression.h
 *     grid                      and of ranks
 *
 * and with two or more replicates the share of chance in the variance of a single run, told apart
 * from that of the parameters.
 *
 * Screening: a parameter matters when its share is above the threshold with its whole interval, and
 * does not when it is below it with its whole interval.  The share is S_T; the weight of mu*; the
 * square of the coefficient, of ranks where these explain more, if all lines together explain 70 %.
 * Blocks of points that belong together (a row, a trajectory) with a run that failed are left out.
 */
#ifndef SAMSKAB_SENSITIVITY_H
#define SAMSKAB_SENSITIVITY_H

#include "analysis/arms.h"
#include "analysis/effects.h"
#include "analysis/indices.h"
#include "analysis/regression.h"
#include "analysis/words.h"

enum sensitivity_kind { SENSITIVITY_SOBOL, SENSITIVITY_MORRIS, SENSITIVITY_LINES };

enum { SENSITIVITY_RESAMPLES = 1000 };

#define SENSITIVITY_THRESHOLD 0.05 /* of what parameters do */
#define SENSITIVITY_FIT       0.7  /* R^2 below which lines say little */
#define SENSITIVITY_HALF      0.1  /* half of an interval that is too wide */
#define SENSITIVITY_AIM       0.05 /* and what would do */
#define SENSITIVITY_CHANCE    0.5  /* share of chance above which it dominates */

struct sensitivity_request {
    struct arms_request arms; /* one experiment */
    size_t resamples;
    uint64_t seed; /* of the bootstrap */
    double threshold;
    enum words_format format;
};

enum verdict { VERDICT_MATTERS, VERDICT_UNCLEAR, VERDICT_NOT };

/* Why an index is not to be trusted; bits. */
enum caution {
    CAUTION_ZERO = 1,  /* its interval holds zero, though the parameter may matter */
    CAUTION_ABOVE = 2, /* first order above total */
    CAUTION_WIDE = 4,  /* interval too wide: too few points */
    CAUTION_NOISE = 8  /* no larger than chance makes it */
};

/* One outcome. */
struct sensitivity_of {
    size_t outcome;
    size_t blocks, dropped; /* used, and left out for a failed run or a missing value */
    struct indices indices; /* one of the three, by kind */
    struct effects effects;
    struct regression lines;
    struct measure chance;  /* share in the variance of a run */
    enum verdict *verdicts; /* by column */
    unsigned *cautions;     /* by column */
    struct measure *shares; /* by column: what screening looks at */
    size_t *order;          /* columns, those with the largest share first */
};

struct sensitivity {
    const struct arms *arms;
    enum sensitivity_kind kind;
    const struct ensemble_column **columns;
    size_t column_count;
    const struct ensemble_column **skipped; /* texts, of which there is no line */
    size_t skipped_count;
    size_t block, blocks; /* points in a block; blocks of the design */
    size_t replicates;
    bool second;
    double *x;     /* [point][column] */
    size_t *moved; /* Morris: as effects_data */
    double *step;
    struct sensitivity_of *list; /* outcomes that have values */
    size_t count;
};

/* Whether ranks are looked at, since they explain more than lines do. */
bool sensitivity_ranks(const struct regression *lines);

/* Rows, trajectories or points that would narrow the widest share to SENSITIVITY_AIM; 0 when it is
 * narrow enough. */
size_t sensitivity_blocks(const struct sensitivity *s, const struct sensitivity_of *of);

enum status sensitivity_make(struct sensitivity *s, const struct arms *arms,
                             const struct sensitivity_request *request, struct error *e);
void sensitivity_free(struct sensitivity *s);

enum status sensitivity_print(const struct sensitivity *s,
                              const struct sensitivity_request *request, FILE *out);

/* For programs: CSV, a row for each index; JSON. */
enum status sensitivity_csv(const struct sensitivity *s, FILE *out);
enum status sensitivity_json(const struct sensitivity *s, const struct sensitivity_request *request,
                             FILE *out);

/* The command: reads, analyses and prints to `out`. */
enum status sensitivity(const struct model *m, const struct sensitivity_request *request, FILE *out,
                        struct error *e);

#endif
