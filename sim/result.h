/* The part in which a finished run of an ensemble is safe: its values, or why it failed.
 *
 * A plain file of 56 bytes and what follows them, with a digest over all of it.  HDF5 would take a
 * lock that only one thread can hold, and longer than some runs do. */
#ifndef SAMSKAB_RESULT_H
#define SAMSKAB_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "sim/ensemble.h"
#include "sim/error.h"

struct result {
    uint64_t ensemble; /* ensemble_digest of what it belongs to */
    uint64_t run;
    enum run_state state; /* RUN_DONE or RUN_FAILED */
    size_t count;         /* of values */
};

/* Writes `values` of a run that is done, or `why` for one that failed, as durable_put does. */
enum status result_write(const char *path, const struct result *it, const float *values,
                         const char *why, struct error *e);

/* Reads a part; it must belong to this ensemble and run and hold `count` values if it is done.
 * `values` (NULL: only checked) and `why` (to be freed) are set according to the state. */
enum status result_read(const char *path, struct result *it, float *values, char **why,
                        struct error *e);

#endif
