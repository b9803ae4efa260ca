/* What a run has observed so far: the weekly series of every replicate, in memory.
 *
 *     series[observable][replicate][week][place]      week 0 is the end of the first week
 *
 * in one block, so that the writer hands each observable to the file as it lies. */
#ifndef SAMSKAB_RECORD_H
#define SAMSKAB_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/scenario.h"

struct record {
    const struct scenario *scenario;
    size_t replicates, weeks, places, observables;
    size_t first; /* number of the first replicate that it holds */
    size_t part;  /* and under which number that one is kept among the parts */
    float *series;
    uint32_t *weeks_done; /* by replicate */
};

enum status record_init(struct record *r, const struct scenario *s, struct error *e);

/* For one replicate of a scenario, which is kept under the number `part`. */
enum status record_init_one(struct record *r, const struct scenario *s, size_t replicate,
                            size_t part, struct error *e);

/* Where the week (from 0) of one replicate begins for one observable; `places` values follow.
 * Replicates count from the first that the record holds. */
static inline float *record_at(const struct record *r, size_t observable, size_t replicate,
                               size_t week)
{
    return r->series + ((observable * r->replicates + replicate) * r->weeks + week) * r->places;
}

/* Takes over what the world observed in the week it has just done. */
void record_take(struct record *r, const struct world *w);

/* FNV-1a digest of all series. */
uint64_t record_digest(const struct record *r);

void record_free(struct record *r);

#endif
