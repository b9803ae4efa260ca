/* One world that several ranks (sim/ranks.h) share by place.
 *
 *     rank        0           1           2
 *     places   [0, 31)    [31, 64)    [64, 98)        as equal in persons as whole places can be
 *
 * All ranks number agents, cells and streams alike, as one process does, and each works off the
 * cells of its own places; so the bits are the same at any number of ranks.  What a rank knows of
 * other places it is told, by what mechanisms declare (sim/mechanism.h):
 *
 *     reads_tied        before the mechanism runs, the values of those who are tied to an agent of
 *                       this rank: both sides derive from the ties whom that concerns
 *     reads_anywhere    the whole column
 *     parcels           what cells have left for cells of other places
 *
 * A column is sent only when it was written since.  At the end of the week all know what was
 * observed anywhere.  Functions are for all ranks, and do nothing in a world that is not shared. */
#ifndef SAMSKAB_SPLIT_H
#define SAMSKAB_SPLIT_H

#include <stdint.h>

#include "sim/model.h"

/* The places of each of `ranks` ranks. */
void split_places(const struct scenario *s, int ranks, struct range *places);

/* Finds this rank's places, before the world is built. */
enum status split_open(struct world *w, struct error *e);

/* When it is built, or was to be: the worst of the ranks' statuses, and who is tied to whom. */
enum status split_meet(struct world *w, enum status built, struct error *e);

void split_close(struct split *split);

/* Tells and hears what mechanisms [first, end) of the schedule need; notes what they wrote. */
void split_before(struct world *w, size_t first, size_t end);
void split_after(struct world *w, size_t first, size_t end);

/* Tells everybody what was observed. */
void split_observed(struct world *w);

/* Brings all states to rank 0, which then holds the world as one process does. */
void split_gather(struct world *w);

/* Bytes that this rank has sent. */
uint64_t split_bytes(const struct world *w);

#endif
