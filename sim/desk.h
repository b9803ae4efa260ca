/* Hands out pieces of work as threads and ranks become free.
 *
 *     rank 0: threads      ask the desk
 *     rank k: threads      "next?" ------->  a thread of rank 0 that does nothing else
 *                          <------- "12"     hands out the first piece that nobody has
 *                          "7 is done" --->  and hears what came of others
 *
 * Pieces are numbered from 0 and handed out in order.  Which rank gets which is left to chance;
 * what comes of a piece must not depend on it. */
#ifndef SAMSKAB_DESK_H
#define SAMSKAB_DESK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* What a rank tells: two numbers that only the caller knows to read. */
struct desk_news {
    uint64_t about, what;
};

struct desk {
    bool spread;  /* over all ranks; else this rank has all */
    size_t count; /* of pieces */
    /* At rank 0, of which `hear` is called from a thread of the desk. */
    bool (*wanted)(void *context, size_t piece); /* false: nobody needs to do it */
    void (*hear)(void *context, const struct desk_news *news);
    void *context;
    /* Private. */
    size_t next;
    bool closed, served;
    pthread_mutex_t lock;
    pthread_t thread;
};

/* All ranks when it is spread; what stands above the private part is set before. */
enum status desk_open(struct desk *d, struct error *e);

/* From any thread: a piece to do; false when there is none left. */
bool desk_next(struct desk *d, size_t *piece);

/* From any thread, of what this rank has done; at rank 0 it is not heard. */
void desk_tell(struct desk *d, struct desk_news news);

/* From any thread of any rank: nothing more is handed out. */
void desk_stop(struct desk *d);

/* All ranks when it is spread, when their threads have got no more: at rank 0 it waits until all
 * others have come here, and all news is heard. */
void desk_close(struct desk *d);

#endif
