/* Whether this program computes as it must: tried at every start, in microseconds.
 *
 * The same bits everywhere need arithmetic as IEEE 754 has it: every product rounded before it is
 * added (no contraction), no wider registers, nothing flushed to zero, NaN unequal to itself; and
 * the random generator and the elementary functions must give what they gave when they were tested.
 * A compiler's flag can undo any of that without a word. */
#ifndef SAMSKAB_SELFTEST_H
#define SAMSKAB_SELFTEST_H

#include "sim/error.h"

/* One finding for each thing that is not as it must be; STATUS_FAILED then. */
enum status selftest(struct error *e);

#endif
