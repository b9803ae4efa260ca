/* Designs: at which points of a box of parameters a model is run.
 *
 *     const struct design_range ranges[] = {{0, 1}, {10, 20}};
 *     const struct design_request request = {.kind = DESIGN_LATIN, .base = 100, .seed = 1};
 *     struct design d;
 *     design_make(&d, &request, ranges, 2, &e);
 *     ... d.value[point * d.columns + column] ...
 *     design_free(&d);
 *
 * A design is a pure function of its request and ranges.
 *
 *     DESIGN_LATIN     base points.  Each column has one value in each of `base` strata of equal
 *                      width (McKay, Beckman and Conover 1979).
 *     DESIGN_SOBOL     base points of Sobol's sequence (1967), its origin included, with a random
 *                      digital shift for each column: the digits of a column are added to random
 *                      ones without carry, which keeps all its strata and makes each point uniform
 *                      (Owen 2021, "On dropping the first Sobol' point").  At most 40 columns,
 *                      which is what GSL has; best with a base that is a power of two.
 *     DESIGN_SALTELLI  base (k + 2) points for k columns, base (2 k + 2) with `second` (Saltelli
 *                      2002, 2010).  For each of `base` rows a block of points:
 *
 *                          A    B    AB_1 ... AB_k    BA_1 ... BA_k (with `second`)
 *
 *                      AB_i is A with column i of B, BA_i is B with column i of A.  A and B are
 *                      the halves of one design with 2 k columns: Sobol's up to k = 20, beyond
 *                      that a Latin hypercube, which is never worse than independent points by
 *                      more than the factor base / (base - 1) in variance (Owen 1997).  Reversed
 *                      Halton sequences have no bound either, but measured on Sobol's g in 30
 *                      columns, with 512 rows, they miss the total indices by .30 (root mean
 *                      square) when the columns that matter come last, a hypercube by .02.
 *     DESIGN_MORRIS    base (k + 1) points: trajectories of k + 1 points each (Morris 1991), of
 *                      which neighbours differ in one column, each column once, by
 *
 *                          delta = p / (2 (p - 1))      of its range, on a grid of p levels
 *
 *                      With `candidates` above base the trajectories are those of so many that lie
 *                      far apart (Campolongo, Cariboni and Saltelli 2007), chosen one by one. */
#ifndef SAMSKAB_DESIGN_H
#define SAMSKAB_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum {
    DESIGN_SOBOL_COLUMNS = 40, /* that GSL's sequence has */
    DESIGN_COLUMNS = 1000,
    DESIGN_POINTS = 1 << 30,
    DESIGN_LEVELS = 1000,
    DESIGN_CANDIDATES = 10000
};

enum design_kind { DESIGN_LATIN, DESIGN_SOBOL, DESIGN_SALTELLI, DESIGN_MORRIS };

/* Where a column lies: from lo to hi, lo < hi. */
struct design_range {
    double lo, hi;
};

struct design_request {
    enum design_kind kind;
    size_t base;       /* points; rows of A and of B; trajectories */
    bool second;       /* Saltelli: points for second-order indices too */
    unsigned levels;   /* Morris: p, even */
    size_t candidates; /* Morris: trajectories to choose from; 0 or base: as they come */
    uint64_t seed;
};

/* The points, and what was asked for, from which their layout follows. */
struct design {
    struct design_request request;
    size_t points, columns;
    double *value; /* [point][column] */
};

/* How many points a request comes to, without making them; says what is wrong with it when it is
 * none.  Findings name no file. */
enum status design_size(const struct design_request *r, size_t columns, size_t *points,
                        struct error *e);

/* Makes the points within the ranges, one range for each column.  STATUS_BAD_INPUT for a request
 * that design_size refuses or a range that is empty. */
enum status design_make(struct design *d, const struct design_request *r,
                        const struct design_range *ranges, size_t columns, struct error *e);

/* Points in a block that belong together: of a row (Saltelli), of a trajectory (Morris); else 1. */
size_t design_block(const struct design_request *r, size_t columns);

/* Positions within a block of a Saltelli design; `i` is a column, `k` the number of columns. */
static inline size_t design_a(void)
{
    return 0;
}

static inline size_t design_b(void)
{
    return 1;
}

static inline size_t design_ab(size_t i)
{
    return 2 + i;
}

static inline size_t design_ba(size_t i, size_t k)
{
    return 2 + k + i;
}

void design_free(struct design *d);

#endif
