/* One world that several ranks (sim/ranks.h) share by place.
 *
 *     rank        0           1           2
 *     places   [0, 31)    [31, 64)    [64, 98)     as equal in persons as whole places can be
 *
 * All ranks number agents, cells and streams alike, as one process does, but each builds, holds and
 * works off only what belongs to its own places; so the bits are the same at any number of ranks,
 * and rows of other ranks take no memory.  What a rank knows of them it is told:
 *
 *     rows of ties      once, those of everybody who is tied to an agent of this rank
 *     reads_tied        columns of the same people, before a mechanism runs that declares it
 *     reads_anywhere    a whole column (sim/mechanism.h)
 *     parcels           what cells have left for cells of other places
 *
 * Whom that concerns both sides derive from the ties.  A column is sent only when it was written
 * since, a trait once.  At the end of the week all know what was observed anywhere.  Functions are
 * for all ranks, and do nothing in a world that is not shared. */
#ifndef SAMSKAB_SPLIT_H
#define SAMSKAB_SPLIT_H

#include <stdint.h>

#include "sim/model.h"

/* The places of each of `ranks` ranks. */
void split_places(const struct scenario *s, int ranks, struct range *places);

/* The part of all persons whom this rank has, of a run that ranks share. */
double split_part(const struct scenario *s);

/* All ranks: finds this rank's places, before the world is built, when all are well so far.  A rank
 * that is not needs no world. */
enum status split_open(struct world *w, enum status status, struct error *e);

/* Where the model knows its sizes: the agents of each rank, NULL in a world that is not shared. */
const struct range *split_shares(struct world *w);

/* When it is built, or was to be: the worst of the ranks' statuses, and what is told once.  A model
 * whose building is for all ranks agrees on its own before it begins with that (split_agree). */
enum status split_meet(struct world *w, enum status built, struct error *e);

void split_close(struct split *split);

/* Tells and hears what mechanisms [first, end) of the schedule need; notes what they wrote. */
void split_before(struct world *w, size_t first, size_t end);
void split_after(struct world *w, size_t first, size_t end);

/* Tells everybody what was observed. */
void split_observed(struct world *w);

/* The worst of the ranks' statuses; what one of them found is known to rank 0. */
enum status split_agree(const struct world *w, enum status status, struct error *e);

/* The values of all rows of a column, at rank 0 and until the next call; elsewhere NULL. */
const void *split_whole(const struct world *w, size_t column);

/* Takes the values of this rank's rows over from those of all rows. */
void split_take(struct world *w, size_t column, const void *values);

/* What columns_digest, columns_state_digest and network_digest would be in one process. */
uint64_t split_columns_digest(const struct world *w, bool traits, bool states);
uint64_t split_state_digest(const struct world *w);
uint64_t split_network_digest(const struct world *w);

/* Bytes that this rank has sent, but for what is gathered to be written. */
uint64_t split_bytes(const struct world *w);

#endif
