/* What the files patterns_*.c share.  A pattern is a function in one of them that runs its arms and
 * adds its rows to the table, and a row of patterns.def. */
#ifndef SAMSKAB_TESTS_PATTERNS_H
#define SAMSKAB_TESTS_PATTERNS_H

#include "tests/support/curve.h"
#include "tests/support/experiment.h"

enum { YEAR = 52 };

/* More is asked than volunteers do, at any level of steering: they and not demand limit output. */
#define MORE_DEMAND "demand.hours=5"

/* Mean of a yearly series over the last five years of a run. */
struct sample lately(const struct trial *t, const char *observable, size_t weeks);

#define PATTERN(number, function, holds) pattern_test function;
#include "tests/verify/patterns.def"
#undef PATTERN

#endif
