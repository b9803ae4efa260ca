/* One scratch for all tests of a program: for cmocka_run_group_tests. */
#ifndef SAMSKAB_TESTS_SCRATCH_GROUP_H
#define SAMSKAB_TESTS_SCRATCH_GROUP_H

#include "tests/support/scratch.h"

static struct scratch scratch;

static inline int setup(void **data)
{
    (void)data;
    scratch_open(&scratch);
    return 0;
}

static inline int teardown(void **data)
{
    (void)data;
    scratch_close(&scratch);
    return 0;
}

#endif
