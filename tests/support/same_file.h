/* Two files of ours, object by object: attributes, values and how they are stored must be the same,
 * but for the group `provenance`. */
#ifndef SAMSKAB_TESTS_SAME_FILE_H
#define SAMSKAB_TESTS_SAME_FILE_H

#include <stddef.h>

/* Fails the test where they differ; how many objects were compared. */
size_t assert_same_files(const char *one, const char *two);

#endif
