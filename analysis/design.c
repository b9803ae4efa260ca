#include "analysis/design.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"
#include "sim/maths.h"

/* --- sizes ------------------------------------------------------------------------------------ */

size_t design_block(const struct design_request *r, size_t columns)
{
    switch (r->kind) {
    case DESIGN_SALTELLI:
        return (r->second ? 2 * columns : columns) + 2;
    case DESIGN_MORRIS:
        return columns + 1;
    default:
        return 1;
    }
}

static enum status check_morris(const struct design_request *r, struct error *e)
{
    if (!(r->levels >= 2 && r->levels <= DESIGN_LEVELS && r->levels % 2 == 0))
        return error_add(e, STATUS_BAD_INPUT,
                         "levels is %u, must be an even number in [2, %d] for Morris trajectories",
                         r->levels, DESIGN_LEVELS);
    if (r->candidates != 0 && !(r->candidates >= r->base && r->candidates <= DESIGN_CANDIDATES))
        return error_add(e, STATUS_BAD_INPUT,
                         "candidates is %zu, must be in [%zu, %d]: as many trajectories as are "
                         "chosen from them, or more",
                         r->candidates, r->base, DESIGN_CANDIDATES);
    return STATUS_DONE;
}

enum status design_size(const struct design_request *r, size_t columns, size_t *points,
                        struct error *e)
{
    size_t least = r->kind == DESIGN_SALTELLI || r->kind == DESIGN_MORRIS ? 2 : 1;
    if (!(columns >= 1 && columns <= DESIGN_COLUMNS))
        return error_add(e, STATUS_BAD_INPUT,
                         "a design of %zu parameters cannot be made, must be 1 to %d", columns,
                         DESIGN_COLUMNS);
    if (r->kind == DESIGN_SOBOL && columns > DESIGN_SOBOL_COLUMNS)
        return error_add(e, STATUS_BAD_INPUT,
                         "a Sobol' sequence of %zu parameters cannot be made, must be %d at most; "
                         "a Latin hypercube takes more",
                         columns, DESIGN_SOBOL_COLUMNS);
    if (!(r->base >= least && r->base <= DESIGN_POINTS / design_block(r, columns)))
        return error_add(e, STATUS_BAD_INPUT, "%zu %s, must be in [%zu, %zu]", r->base,
                         r->kind == DESIGN_SALTELLI ? "rows of a Saltelli design"
                         : r->kind == DESIGN_MORRIS ? "trajectories"
                                                    : "points",
                         least, DESIGN_POINTS / design_block(r, columns));
    *points = r->base * design_block(r, columns);
    return r->kind == DESIGN_MORRIS ? check_morris(r, e) : STATUS_DONE;
}

/* --- points of the unit cube ------------------------------------------------------------------ */

/* Fills u[row][column] for so many rows; false when memory is short. */
static bool fill_latin(double *u, size_t rows, size_t columns, uint64_t seed)
{
    size_t *order = malloc(rows * sizeof *order);
    if (!order)
        return false;
    for (size_t k = 0; k < columns; k++) {
        struct stream s;
        chance_open(&s, seed, CHANCE_LATIN, k);
        for (size_t i = 0; i < rows; i++) { /* a random order, from inside out */
            size_t j = stream_below(&s, (uint32_t)(i + 1));
            order[i] = order[j];
            order[j] = i;
        }
        for (size_t i = 0; i < rows; i++)
            u[i * columns + k] = ((double)order[i] + stream_uniform(&s)) / (double)rows;
    }
    free(order);
    return true;
}

/* The sequence has 30 binary digits; two more, and half of the last, come from the shift.  GSL
 * leaves the origin out. */
static bool fill_sobol(double *u, size_t rows, size_t columns, uint64_t seed)
{
    uint32_t shift[DESIGN_SOBOL_COLUMNS];
    double x[DESIGN_SOBOL_COLUMNS] = {0};
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)columns);
    if (!sequence)
        return false;
    for (size_t k = 0; k < columns; k++) {
        struct stream s;
        chance_open(&s, seed, CHANCE_SOBOL, k);
        shift[k] = stream_bits(&s);
    }
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < columns; k++)
            u[i * columns + k] = ((double)((uint32_t)(x[k] * 0x1p32) ^ shift[k]) + 0.5) * 0x1p-32;
        gsl_qrng_get(sequence, x);
    }
    gsl_qrng_free(sequence);
    return true;
}

/* The block of one row from its halves a and b. */
static void fill_block(double *u, const double *a, const double *b, size_t k, bool second)
{
    for (size_t i = 0; i < k; i++) {
        u[design_a() * k + i] = a[i];
        u[design_b() * k + i] = b[i];
        for (size_t j = 0; j < k; j++) {
            u[design_ab(j) * k + i] = i == j ? b[i] : a[i];
            if (second)
                u[design_ba(j, k) * k + i] = i == j ? a[i] : b[i];
        }
    }
}

static bool fill_saltelli(double *u, const struct design_request *r, size_t columns)
{
    double *halves = malloc(r->base * 2 * columns * sizeof *halves);
    bool filled = halves && (2 * columns <= DESIGN_SOBOL_COLUMNS
                                 ? fill_sobol(halves, r->base, 2 * columns, r->seed)
                                 : fill_latin(halves, r->base, 2 * columns, r->seed));
    size_t block = design_block(r, columns);
    for (size_t row = 0; filled && row < r->base; row++) {
        const double *half = halves + row * 2 * columns;
        fill_block(u + row * block * columns, half, half + columns, columns, r->second);
    }
    free(halves);
    return filled;
}

/* --- Morris ----------------------------------------------------------------------------------- */

/* One trajectory: a start on the grid, and columns in random order, each moved by delta in the
 * direction in which it stays on the grid. */
static void fill_trajectory(double *u, size_t columns, unsigned levels, uint64_t seed, size_t item)
{
    struct stream s;
    size_t order[DESIGN_COLUMNS];
    chance_open(&s, seed, CHANCE_MORRIS, item);
    for (size_t k = 0; k < columns; k++) {
        size_t j = stream_below(&s, (uint32_t)(k + 1));
        order[k] = order[j];
        order[j] = k;
        u[k] = stream_below(&s, levels) / (double)(levels - 1);
    }
    for (size_t step = 0; step < columns; step++) {
        double *from = u + step * columns, *to = from + columns;
        memcpy(to, from, columns * sizeof *to);
        unsigned level = (unsigned)lround(from[order[step]] * (levels - 1));
        level = level < levels / 2 ? level + levels / 2 : level - levels / 2;
        to[order[step]] = level / (double)(levels - 1);
    }
}

/* Sum of the squared distances between each point of one trajectory and each of the other. */
static double apart(const double *a, const double *b, size_t columns)
{
    double sum = 0;
    for (size_t i = 0; i <= columns; i++)
        for (size_t j = 0; j <= columns; j++)
            for (size_t k = 0; k < columns; k++) {
                double difference = a[i * columns + k] - b[j * columns + k];
                sum += difference * difference;
            }
    return sum;
}

/* Takes the first candidate, then each time the one that lies farthest from all that are taken, and
 * moves the taken ones to the front. */
static void spread(double *u, double *distance, size_t candidates, size_t base, size_t columns)
{
    size_t length = (columns + 1) * columns;
    for (size_t taken = 1; taken < base; taken++) {
        size_t best = taken;
        for (size_t i = taken; i < candidates; i++) {
            distance[i] += apart(u + (taken - 1) * length, u + i * length, columns);
            best = distance[i] > distance[best] ? i : best;
        }
        for (size_t k = 0; k < length; k++) {
            double swap = u[taken * length + k];
            u[taken * length + k] = u[best * length + k];
            u[best * length + k] = swap;
        }
        distance[best] = distance[taken];
    }
}

static bool fill_morris(double *u, const struct design_request *r, size_t columns)
{
    size_t length = (columns + 1) * columns;
    size_t candidates = r->candidates > r->base ? r->candidates : r->base;
    double *all = malloc(candidates * length * sizeof *all);
    double *distance = calloc(candidates, sizeof *distance);
    bool filled = all && distance;
    for (size_t i = 0; filled && i < candidates; i++)
        fill_trajectory(all + i * length, columns, r->levels, r->seed, i);
    if (filled && candidates > r->base)
        spread(all, distance, candidates, r->base, columns);
    if (filled)
        memcpy(u, all, r->base * length * sizeof *u);
    free(all);
    free(distance);
    return filled;
}

/* --- the design ------------------------------------------------------------------------------- */

static bool fill(struct design *d)
{
    const struct design_request *r = &d->request;
    switch (r->kind) {
    case DESIGN_LATIN:
        return fill_latin(d->value, r->base, d->columns, r->seed);
    case DESIGN_SOBOL:
        return fill_sobol(d->value, r->base, d->columns, r->seed);
    case DESIGN_SALTELLI:
        return fill_saltelli(d->value, r, d->columns);
    default:
        return fill_morris(d->value, r, d->columns);
    }
}

enum status design_make(struct design *d, const struct design_request *r,
                        const struct design_range *ranges, size_t columns, struct error *e)
{
    memset(d, 0, sizeof *d);
    d->request = *r;
    d->columns = columns;
    enum status status = design_size(r, columns, &d->points, e);
    for (size_t k = 0; k < columns && status == STATUS_DONE; k++)
        if (!(ranges[k].lo < ranges[k].hi && isfinite(ranges[k].hi - ranges[k].lo)))
            status = error_add(e, STATUS_BAD_INPUT,
                               "the range [%g, %g] of parameter %zu of the design holds no values",
                               ranges[k].lo, ranges[k].hi, k + 1);
    if (status != STATUS_DONE)
        return status;
    d->value = malloc(d->points * columns * sizeof *d->value);
    if (!d->value || !fill(d)) {
        design_free(d);
        return error_add(e, STATUS_FAILED, "memory is short for a design of %zu parameters",
                         columns);
    }
    for (size_t i = 0; i < d->points * columns; i++) {
        const struct design_range *range = &ranges[i % columns];
        double u = d->value[i], x = (1 - u) * range->lo + u * range->hi;
        d->value[i] = clip(x, range->lo, range->hi);
    }
    return STATUS_DONE;
}

void design_free(struct design *d)
{
    free(d->value);
    memset(d, 0, sizeof *d);
}
