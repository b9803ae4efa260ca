/* Arms along one setting, and where along it something is best.
 *
 *        output |      *  *
 *               |   *        *        interior: more at the best than at either end, by paired
 *               |*              *     differences whose intervals lie above 0
 *               +------------------ at
 */
#ifndef SAMSKAB_TESTS_CURVE_H
#define SAMSKAB_TESTS_CURVE_H

#include "tests/support/experiment.h"

enum { CURVE_ARMS = 16 };

struct curve {
    const char *name; /* of the setting, as a claim says it: "s =" */
    size_t count;     /* arms */
    size_t from, to;  /* weeks, counted from 0, that figures are means of */
    double at[CURVE_ARMS];
    struct trial *arms[CURVE_ARMS];
};

void curve_free(struct curve *c);

struct sample curve_mean(const struct curve *c, size_t arm, const char *observable);

/* More of an observable in one arm than in another. */
struct sample curve_gain(const struct curve *c, size_t arm, size_t other, const char *observable);
struct interval curve_more(const struct curve *c, size_t arm, size_t other, const char *observable);

/* The arm with the highest mean; the first of equals. */
size_t curve_best(const struct curve *c, const char *observable);

/* Holds when the best arm has more than the first and than the last. */
struct claim curve_interior(const struct curve *c, const char *observable);

#endif
