/* Whether a run fits into memory, before it begins. */
#ifndef SAMSKAB_MEMORY_H
#define SAMSKAB_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

/* What a run asks for. */
struct memory_need {
    uint64_t world;   /* bytes of one replicate, while it is built and runs */
    uint64_t persons; /* in a replicate */
    int side_by_side; /* replicates at a time */
};

/* Bytes that this process can still have: what the machine has free, and what limits on this
 * process leave of it; UINT64_MAX when nothing says. */
uint64_t memory_free(void);

/* The same, shared out equally when all ranks on this machine need as much at a time. */
uint64_t memory_free_of_rank(bool shared);

/* Says what is needed, what is there and what would fit, where the first is more than the second.
 */
enum status memory_check(const struct memory_need *need, uint64_t free, struct error *e);

#endif
