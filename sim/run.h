/* A run: all replicates of a scenario, week by week, to a labelled file.
 *
 * Replicates run side by side when they are small and inside one another (threads within a week)
 * when they are large; the choice changes no bit.  SIGINT and SIGTERM finish the week, save, and
 * end with STATUS_INTERRUPTED.
 *
 * While it works, a run to OUT.h5 keeps what must survive in the folder OUT.h5.parts: the resolved
 * scenario, and for each replicate its newest checkpoint and the one before (or its finished
 * series), and the agents stored so far.  Every part is written under a temporary name, closed,
 * synced and renamed.  When all is done the run file is written in the same way, and the folder
 * removed.        */
#ifndef SAMSKAB_RUN_H
#define SAMSKAB_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/record.h"
#include "sim/scenario.h"

struct run_options {
    const char *out;           /* run file to write; NULL: keep in memory only */
    const char *command;       /* command line, for the provenance */
    int threads;               /* 0: as many as the machine has */
    uint32_t checkpoint_every; /* weeks; 0: only when interrupted */
    uint32_t agents_every;     /* weeks between stores of every agent's state; 0: never */
    bool quiet;                /* no progress */
    bool force;                /* overwrite a finished file */
    bool shared;               /* all ranks call, and share each replicate; rank 0 writes */
};

/* What a run took; the part of a run file that varies between identical runs. */
struct run_cost {
    double build_seconds, step_seconds, output_seconds, total_seconds;
    uint64_t agent_weeks;     /* persons x weeks x replicates that were computed now */
    size_t peak_bytes;        /* of the process, or of the largest of those that shared the run */
    size_t world_bytes;       /* columns and ties of one replicate */
    int ranks;                /* that shared the work; 0 or 1: it was not shared */
    int threads;              /* of each rank */
    int side_by_side;         /* replicates at a time, in each rank */
    uint64_t exchanged_bytes; /* that ranks sent each other while they shared it */
};

/* Runs `s` and gives its series in `record` (record_free it).  Checks first that `out` can be
 * written and does not exist.  STATUS_INTERRUPTED when stopped: what was done is saved in the
 * parts. */
enum status run_execute(const struct scenario *s, const struct run_options *options,
                        struct record *record, struct run_cost *cost, struct error *e);

/* Goes on with the interrupted run whose run file was to be `out`.  The scenario comes from the
 * parts; `s` is filled and belongs to the caller, as does `record`. */
enum status run_resume(const char *out, const struct model *m, const struct run_options *options,
                       struct scenario *s, struct record *record, struct run_cost *cost,
                       struct error *e);

/* Whether so many runs of so many persons are better done side by side, a thread each, than one
 * after another, and how many threads are of use inside of one. */
bool run_side_by_side(uint64_t runs, int threads, uint64_t persons);
int run_threads_inside(int threads, uint64_t persons);

/* Asks every run of this process to stop at the end of its week.  Async-signal-safe. */
void run_interrupt(void);

#endif
