/* Ranks: processes of one program, on one machine or many, that work together.
 *
 *     mpirun -n 4 samskab ...        rank 0 speaks and writes, ranks 1 to 3 help
 *     samskab ...                    one rank, with or without MPI in the program
 *
 * Two files implement this, of which the Makefile picks one: ranks_mpi.c, the only one that names
 * MPI, and ranks_alone.c, for one rank.  What is marked "all ranks" must be called by every rank,
 * in the same order.  While they wait, ranks leave their processor to others.  Any thread may call
 * these functions, but no two threads of a rank one that is for all ranks.  A fault of the network,
 * memory that is short in the midst of an exchange, and a rank that ends while others work on end
 * all ranks at once. */
#ifndef SAMSKAB_RANKS_H
#define SAMSKAB_RANKS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

/* Bytes of another rank, or for it. */
struct ranks_block {
    void *bytes;
    size_t size;
};

/* All ranks, first and last of all.  ranks_end is safe before ranks_begin and when called again. */
enum status ranks_begin(int *count, char ***words, struct error *e);
void ranks_end(void);

int ranks_rank(void); /* from 0 */
int ranks_count(void);
int ranks_here(void); /* on this machine, this one included */

/* Threads that this rank can use: its part of the processors that it may run on, which it shares
 * with other ranks of its machine. */
int ranks_threads(void);

/* "Open MPI v4.1.4"; NULL in a program without MPI. */
const char *ranks_library(void);

/* All ranks wait for each other. */
void ranks_barrier(void);

/* All ranks: what rank `from` has in `bytes`, all others have there too. */
void ranks_broadcast(void *bytes, size_t size, int from);

/* All ranks: the highest of their values, and the first rank that has it. */
int ranks_highest(int value, int *rank);

/* All ranks: `all` gets what each has in `bytes`, rank by rank, `size` bytes each. */
void ranks_all_gather(const void *bytes, size_t size, void *all);

/* All ranks: sends out[k] to rank k, whose in[] at this rank's place must be of the same size.
 * Blocks of no bytes are not sent; what a rank has for itself is copied. */
void ranks_exchange(const struct ranks_block *out, const struct ranks_block *in);

/* All ranks: at rank `to`, all[k] gets the block of rank k and must be of its size; elsewhere `all`
 * is not looked at. */
void ranks_gather(struct ranks_block mine, const struct ranks_block *all, int to);

/* All ranks: the same, but everywhere. */
void ranks_all_gather_blocks(struct ranks_block mine, const struct ranks_block *all);

/* A message to one rank, of a size that both know. */
void ranks_send(const void *bytes, size_t size, int to);

/* Takes a message of any rank; false when none is there. */
bool ranks_receive(void *bytes, size_t size, int *from);

/* Waits for the next message. */
void ranks_wait(void *bytes, size_t size, int *from);

/* All ranks: the worst of their statuses; a fault outweighs an interruption. */
enum status ranks_worst(enum status status);

/* All ranks: the same, and what was found by the first rank that has it is known to rank 0. */
enum status ranks_agree(enum status status, struct error *e);

#endif
