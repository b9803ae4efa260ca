/* Under the address sanitizer, too, memory that is not to be had gives NULL. */
#ifndef SAMSKAB_TESTS_SHORT_MEMORY_H
#define SAMSKAB_TESTS_SHORT_MEMORY_H

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

#endif
