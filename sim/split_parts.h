/* Pieces of a world that ranks share; inside of sim/split*.c. */
#ifndef SAMSKAB_SPLIT_PARTS_H
#define SAMSKAB_SPLIT_PARTS_H

#include "sim/ranks.h"
#include "sim/split.h"

/* Agents in the order of the ranks that they are of, or are told to: those of rank k begin at
 * first[k]. */
struct audience {
    uint32_t *agents;
    size_t *first; /* [ranks + 1] */
};

/* What the columns of others are older than. */
enum { OLD_TIED = 1, OLD_ANYWHERE = 2 };

struct split {
    int ranks, rank;
    struct range *places;         /* [ranks] */
    struct range *agents;         /* [ranks] rows of the saved entity */
    struct ranks_block *out, *in; /* [ranks] */
    struct audience told, heard;  /* own agents with ties to others; others with ties to own */
    char *told_values, *heard_values;
    char *packed, *unpacked;       /* parcels */
    size_t *parcels, *all_parcels; /* [ranks], [ranks][ranks] */
    uint8_t *old;                  /* [column] */
    char *whole;                   /* room for a column of all rows; at rank 0 */
    uint64_t ties;                 /* digest of all ties */
    uint64_t bytes;                /* sent */
};

/* The rows of an entity that a rank holds, and all of them. */
struct range split_rows_of(const struct world *w, size_t entity, int rank);
struct range split_rows_of_all(const struct world *w, size_t entity);

/* Blocks of the values of each rank's part of an audience, in the order of its agents. */
void split_blocks(struct ranks_block *blocks, const struct audience *a, char *values, size_t width,
                  int ranks);

/* Blocks of this rank's rows for all other ranks, or for rank 0, and of theirs, in an array of all.
 */
void split_all_blocks(const struct world *w, size_t entity, const char *own, char *all,
                      size_t width, bool to_all);

/* All ranks: exchanges split->out and split->in, and counts the bytes. */
void split_exchange(struct split *split);

/* All ranks: what network_digest would be in one process. */
uint64_t split_ties_digest(const struct world *w);

enum status split_no_memory(const struct world *w, struct error *e);

#endif
