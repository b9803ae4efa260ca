/* Which call of some kind fails on purpose, by the environment.  For the kind OOM
 *
 *     OOM_AT    the number of the call that fails, from 1; without it none does
 *     OOM_FOR   "once", or "good": that one and all after it
 *     OOM_LOG   gets one line at the end: how many calls there were
 *     OOM_OF    "paths": only calls count to which no chain of functions has led before
 */
#ifndef SAMSKAB_TESTS_FAILING_CALLS_H
#define SAMSKAB_TESTS_FAILING_CALLS_H

#include <stdbool.h>

enum { FAILING_PATHS = 1 << 14 };

struct failing_calls {
    const char *kind;
    long calls, at; /* -1: the environment has not been asked */
    bool for_good, by_path;
    unsigned long paths[FAILING_PATHS]; /* hashes of chains that have led to a call; 0: none */
};

/* Counts a call; whether it is to fail. */
bool failing_calls_next(struct failing_calls *f);

/* Writes the line. */
void failing_calls_tell(const struct failing_calls *f);

#endif
