/* What the files patterns_*.c share.  A pattern is a function in one of them that runs its arms and
 * adds its rows to the table, and a row of patterns.def. */
#ifndef SAMSKAB_TESTS_PATTERNS_H
#define SAMSKAB_TESTS_PATTERNS_H

#include "tests/support/curve.h"
#include "tests/support/experiment.h"

enum { YEAR = 52 };

/* More is asked than volunteers do, at any level of steering: they and not demand limit output. */
#define MORE_DEMAND "demand.hours=5"

#define PATTERN(number, function, holds) pattern_test function;
#include "tests/verify/patterns.def"
#undef PATTERN

#endif
