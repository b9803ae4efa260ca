/* One replicate at work: built or taken up where it was saved, week by week, saved again.
 *
 * What those that work side by side share stands in one `struct crew`.  It changes in critical
 * sections only: `files` guards HDF5 (which no two threads may call), the folder and shared
 * findings, `progress` the progress and the cost. */
#ifndef SAMSKAB_REPLICATE_H
#define SAMSKAB_REPLICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/progress.h"
#include "sim/record.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/store.h"

struct replicate;

struct crew {
    struct run_cost *cost;
    struct progress progress;
    char *folder;      /* of the parts; NULL when nothing is kept on disk */
    bool folder_there; /* and it is this crew's */
    int lock;          /* on the folder */
    bool shared;       /* all ranks work at each replicate together, and rank 0 writes */
    /* Writes the part that says what the others belong to. */
    enum status (*write_setup)(const struct crew *crew, const char *path, struct error *e);
    /* Keeps a replicate that has finished, from its own thread; NULL: as a part with its series. */
    enum status (*finish)(struct replicate *r);
    enum status status; /* worst so far; read and written atomically */
};

/* Where a replicate may begin other than in week 0: a world of the same people, and its series. */
struct branch {
    const struct world *world;
    const struct record *record;
};

struct replicate {
    struct crew *crew;
    const struct scenario *scenario;
    struct record *record; /* takes its series */
    size_t row;            /* in the record */
    uint32_t weeks, agents_every, checkpoint_every;
    uint64_t digest;             /* of the scenario */
    uint64_t persons;            /* in the world */
    bool resumed;                /* parts of it may be there */
    bool broken;                 /* out: it cannot be run, and that is no fault of disk or folder */
    const struct branch *branch; /* NULL: it begins in week 0 */
    struct error *error;
    struct world *world;
    struct store_origin origin;
};

/* Worst of what came so far; a fault outweighs an interruption. */
enum status crew_status(const struct crew *crew);
void crew_worse(struct crew *crew, enum status status);

/* Whether this process writes. */
bool crew_writes(const struct crew *crew);

/* The worst status of all processes that share the crew's work, which all of them call; what one of
 * them found is known to the one that writes. */
enum status crew_agree(const struct crew *crew, enum status status, struct error *e);

/* Makes the folder when it is not there.  Within the critical section `files`. */
enum status crew_folder(struct crew *crew, struct error *e);

/* Saves the replicate as it is: with its world while it runs, without when it has finished.  Within
 * the critical section `files`. */
enum status replicate_save(struct replicate *r);

/* Builds its world, which the caller closes. */
enum status replicate_open(struct replicate *r, int threads);

/* Runs it to its end, or until it is interrupted, and frees its world. */
enum status replicate_run(struct replicate *r, int threads);

/* Bytes that the process has held at most. */
size_t replicate_peak_bytes(void);

#endif
