/* The test that every mechanism of every model must pass.
 *
 * Runs worlds of the model week by week and checks that
 *
 *     each mechanism, and what holds in its absence, writes only the columns that it declares
 *     every column lies within its bounds after every week
 *     ties stay as they are
 *     every column and observable has the same bits whether mechanisms run one by one or in groups,
 *     over cells in rising or in falling order, at 1, 2, 3, 4 and 8 threads */
#ifndef SAMSKAB_TESTS_MECHANISM_TEST_H
#define SAMSKAB_TESTS_MECHANISM_TEST_H

#include <stdint.h>

#include "sim/model.h"

/* Makes a world at week 0, always the same one; never NULL. */
typedef struct world *mechanism_fresh(int threads);

/* Checks all of the above for `weeks` weeks; each breach gives a finding. */
enum status mechanism_verify(const struct model *m, mechanism_fresh *fresh, uint32_t weeks,
                             struct error *e);

/* The same as an assertion. */
void mechanism_test(const struct model *m, mechanism_fresh *fresh, uint32_t weeks);

#endif
