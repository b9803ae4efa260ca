/* A harness: one function that reads any bytes as a user's file would be read.
 *
 * The same function is called by libFuzzer (`make fuzz-pb RUNS=1000000`), by AFL++ and by
 * fuzz_main.c, which replays files and makes seeded mutants of them without any fuzzer.  What must
 * hold for every input: no sanitizer speaks, it takes less than a second and 256 MB, it is taken or
 * refused with a finding, and what is taken keeps its promises, which the harness checks. */
#ifndef SAMSKAB_TESTS_FUZZ_H
#define SAMSKAB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the process when a promise is broken, whatever NDEBUG says. */
#define fuzz_promise(holds)                                                                        \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #holds);            \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A refusal has its status and says why; an input that is taken says nothing. */
static inline void fuzz_finish(enum status status, struct error *e)
{
    fuzz_promise(status == STATUS_DONE || status == STATUS_BAD_INPUT);
    fuzz_promise((status == STATUS_DONE) == (e->count == 0));
    fuzz_promise(!e->truncated);
    error_free(e);
}

#endif
