/* Memory that is short for a while, for tests of what is said then.  To be included by one file of
 * a program. */
#ifndef SAMSKAB_TESTS_SHORT_MEMORY_H
#define SAMSKAB_TESTS_SHORT_MEMORY_H

#include <sys/resource.h>

#include "tests/support/check.h"

/* Under the address sanitizer, too, memory that is not to be had gives NULL. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

enum { SHORT_MEMORY_LACKS = 8 << 20 }; /* bytes that are not to be had in one piece */

static struct rlimit short_memory_before = {RLIM_INFINITY, RLIM_INFINITY};

/* No more addresses are given; what is small finds room among those that were. */
static inline void memory_gets_short(void)
{
    struct rlimit now;
    assert_int_equal(getrlimit(RLIMIT_AS, &now), 0);
    if (now.rlim_cur == 0)
        return;
    short_memory_before = now;
    now.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
}

static inline int memory_is_back(void **state)
{
    (void)state;
    return setrlimit(RLIMIT_AS, &short_memory_before);
}

#endif
