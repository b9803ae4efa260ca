/* The patterns of the model: each a function that runs its arms and adds its rows to the table, in
 * a file patterns_*.c beside this one, and a line in the list of patterns.c. */
#ifndef SAMSKAB_TESTS_PATTERNS_H
#define SAMSKAB_TESTS_PATTERNS_H

#include "tests/support/curve.h"
#include "tests/support/experiment.h"

enum { YEAR = 52 };

/* More is asked than volunteers do, at any level of steering: they and not demand limit output. */
#define MORE_DEMAND "demand.hours=5"

pattern_test steering_optimum;         /* P1 */
pattern_test hands_on_mix;             /* P2 */
pattern_test fiery_souls;              /* P3 */
pattern_test professionals_turn;       /* P4 */
pattern_test whipped_cream;            /* P5 */
pattern_test time_before_return;       /* P7 */
pattern_test coordinator;              /* P8 */
pattern_test attention_dilutes;        /* P9 */
pattern_test same_few;                 /* P11 */
pattern_test responsibility_laid_down; /* P12 */
pattern_test trust_mediates;           /* P15 */
pattern_test fragility;                /* P16 */
pattern_test summer_trough;            /* P17 */
pattern_test capped_hours;             /* P18 */

#endif
