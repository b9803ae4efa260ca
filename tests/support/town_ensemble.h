/* Experiments of the real model made by hand, in which every value follows from the design: what
 * reports are tried on.
 *
 *     each series = 100 + its level + slope x columns + week / 10 + replicate     (half in place 2)
 */
#ifndef SAMSKAB_TESTS_TOWN_ENSEMBLE_H
#define SAMSKAB_TESTS_TOWN_ENSEMBLE_H

#include "sim/ensemble.h"
#include "tests/support/scratch.h"

/* A title that would end a script, a comment, an attribute or a CDATA section if it could. */
#define TOWN_HOSTILE "</script><img src=x onerror=alert(1)>\"'--> ]]> {{style}} \\u003c &lt;"

enum town_design {
    TOWN_ARMS,   /* three strategies, the second is the baseline; one run failed, one is missing */
    TOWN_GRID,   /* five pools by three rules */
    TOWN_ONE,    /* one at a time around a baseline: three factors */
    TOWN_LATIN,  /* 40 points in three factors */
    TOWN_SINGLE, /* one arm, one replicate, one place, one week */
    TOWN_DESIGNS
};

extern const char *const town_design_names[TOWN_DESIGNS];

/* Writes the experiment file into the scratch; its path. */
const char *town_ensemble(struct scratch *scratch, enum town_design design);

#endif
