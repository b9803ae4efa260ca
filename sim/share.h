/* Cells shared out to threads: each has as many, and whoever is through helps the others.
 *
 *     cells      0 1 2 3 4 5 6 7 | 8 9 10 11 12 13 14 15
 *     thread 0   0 1 2 3 ...                    thread 1   8 9 10 ...
 *     thread 0, when its own are done, takes 15, 14, ... of what thread 1 has left
 *
 * So a thread mostly meets the cells that it had in the step before, whose data lie in its cache
 * already, and nobody waits long for cells that take more time than others. */
#ifndef SAMSKAB_SHARE_H
#define SAMSKAB_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The cells that a thread has left: the first in the upper half, the end in the lower, so that both
 * change at once.  On a cache line of its own. */
struct share {
    _Alignas(64) _Atomic uint64_t left;
};

static inline uint64_t share_left(uint64_t first, uint64_t end)
{
    return first << 32 | end;
}

/* Shares out `cells` < 2^32 cells. */
static inline void share_out(struct share *shares, size_t threads, size_t cells)
{
    for (size_t k = 0; k < threads; k++)
        atomic_init(&shares[k].left, share_left(cells * k / threads, cells * (k + 1) / threads));
}

/* Takes a cell of a share, the owner from the front and helpers from the back; false when none is
 * left. */
static inline bool share_take(struct share *share, bool owner, size_t *cell)
{
    uint64_t left = atomic_load(&share->left), rest;
    do {
        uint64_t first = left >> 32, end = (uint32_t)left;
        if (first == end)
            return false;
        *cell = owner ? first : end - 1;
        rest = owner ? share_left(first + 1, end) : share_left(first, end - 1);
    } while (!atomic_compare_exchange_weak(&share->left, &left, rest));
    return true;
}

#endif
