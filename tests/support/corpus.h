/* A corpus of bad scenarios: NAME.yaml, and in NAME.expected one line a finding,
 *
 *     9:13: replicates is 2.5, must be a whole number in [...]
 *
 * without the name of the file; "..." stands for anything, so that no range stands twice. */
#ifndef SAMSKAB_TESTS_CORPUS_H
#define SAMSKAB_TESTS_CORPUS_H

#include "sim/model.h"

/* Reads every scenario of the folder and compares its findings.  Prints what differs; returns the
 * number of scenarios, or 0 when one was not as expected. */
size_t corpus_check(const struct model *m, const char *folder);

/* The same with another reader than that of scenarios. */
typedef enum status corpus_reader(const struct model *m, const char *path, struct error *e);
size_t corpus_check_with(corpus_reader *read, const struct model *m, const char *folder);

/* A path below the sources, which the environment names as SAMSKAB_SOURCE; free it. */
char *corpus_path(const char *below);

/* For every parameter: a value below its range, one above, NaN, infinity, a text, a list, nothing.
 * Each must give one finding with the key and the range.  Returns the number of cases, or 0. */
size_t corpus_parameters(const struct model *m);

#endif
