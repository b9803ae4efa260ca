/* Order and inequality: sorting by a value, and how unequally it is spread. */
#ifndef SAMSKAB_ORDER_H
#define SAMSKAB_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Sorts `key` into rising order and carries `index` along, n values each.  Stable, O(n) (radix),
 * and allocates nothing: `index_spare` and `key_spare` have room for n values.  Keys are finite and
 * not negative. */
void order_sort(uint32_t *index, float *key, size_t n, uint32_t *index_spare, float *key_spare);

/* The first of n rising running sums, n > 0, that is above `mark`; the last when none is. */
size_t order_first_above(const double *sums, size_t n, double mark);

/* The Gini coefficient of n values >= 0 in rising order,
 *
 *     G = 2 sum_i i x_i / (n sum_i x_i) - (n + 1) / n            i = 1 ... n
 *
 * 0 when all are equal, (n - 1) / n when one has everything, 0 when there is nothing to share. */
double gini(const float *sorted, size_t n);

#endif
