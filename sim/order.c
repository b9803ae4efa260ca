#include "sim/order.h"

#include <string.h>

enum { DIGIT_BITS = 8, DIGITS = 4, BUCKETS = 1 << DIGIT_BITS };

/* The bits of a float >= 0 rise with its value; the sign is left out, so that -0 is 0. */
static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffff;
}

static unsigned digit_of(float x, unsigned digit)
{
    return bits_of(x) >> digit * DIGIT_BITS & (BUCKETS - 1);
}

/* One pass: from (index, key) to (index_to, key_to) in the order of one digit.  `count` holds how
 * often each value of the digit occurs. */
static void distribute(const uint32_t *index, const float *key, size_t n, unsigned digit,
                       const uint32_t count[BUCKETS], uint32_t *index_to, float *key_to)
{
    size_t at[BUCKETS];
    size_t sum = 0;
    for (unsigned b = 0; b < BUCKETS; b++) {
        at[b] = sum;
        sum += count[b];
    }
    for (size_t k = 0; k < n; k++) {
        size_t to = at[digit_of(key[k], digit)]++;
        index_to[to] = index[k];
        key_to[to] = key[k];
    }
}

void order_sort(uint32_t *index, float *key, size_t n, uint32_t *index_spare, float *key_spare)
{
    if (n < 2)
        return;
    uint32_t count[DIGITS][BUCKETS] = {0};
    for (size_t k = 0; k < n; k++)
        for (unsigned digit = 0; digit < DIGITS; digit++)
            count[digit][digit_of(key[k], digit)]++;

    uint32_t *index_from = index, *index_to = index_spare;
    float *key_from = key, *key_to = key_spare;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        if (count[digit][digit_of(key_from[0], digit)] == n)
            continue; /* the same digit in every key */
        distribute(index_from, key_from, n, digit, count[digit], index_to, key_to);
        uint32_t *index_was = index_from;
        float *key_was = key_from;
        index_from = index_to;
        key_from = key_to;
        index_to = index_was;
        key_to = key_was;
    }
    if (index_from != index) {
        memcpy(index, index_from, n * sizeof *index);
        memcpy(key, key_from, n * sizeof *key);
    }
}

double gini(const float *sorted, size_t n)
{
    double sum = 0, ranked = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)sorted[i];
        ranked += (double)(i + 1) * (double)sorted[i];
    }
    if (!(sum > 0))
        return 0;
    return 2 * ranked / ((double)n * sum) - ((double)n + 1) / (double)n;
}

size_t order_first_above(const double *sums, size_t n, double mark)
{
    size_t lo = 0, hi = n - 1;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (sums[middle] > mark)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}
