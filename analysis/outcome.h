/* An outcome: an expression over the series of a run, one number a replicate.
 *
 *     volunteered_year / population                     means over the last weeks
 *     1 - (1 - mean(exits) / mean(volunteers))^52
 *     sum(coproducer_exits, 52) / mean(coproducers, 52)
 *     reaches(attitude, 0.4)
 *
 *     NAME               mean of a series over the window; or the value of a parameter
 *     mean(NAME[, N])    mean over the window, or over the last N weeks
 *     sum(NAME[, N])     sum over it
 *     last(NAME[, N])    last value in it
 *     reaches(NAME, X)   first week (from 1) in which the series is X or more
 *
 * with numbers, + - * / ^ and parentheses.  Weeks without a value (yearly series) are passed over.
 * A series that never reaches X counts as the time that it would take at its mean pace so far,
 *
 *     weeks * (X - first) / (highest - first)          at most ten times the length of the run
 *
 * so that more and less far from it can be told apart. */
#ifndef SAMSKAB_OUTCOME_H
#define SAMSKAB_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/model.h"
#include "sim/record.h"

enum { OUTCOME_STEPS = 48, OUTCOME_WHY = 256 };

enum outcome_code {
    OUTCOME_NUMBER,
    OUTCOME_PARAMETER,
    OUTCOME_MEAN,
    OUTCOME_SUM,
    OUTCOME_LAST,
    OUTCOME_REACHES,
    OUTCOME_ADD,
    OUTCOME_SUBTRACT,
    OUTCOME_MULTIPLY,
    OUTCOME_DIVIDE,
    OUTCOME_POWER
};

struct outcome_step {
    enum outcome_code code;
    size_t index;  /* of the series or parameter */
    double number; /* itself; the level; weeks of the window, 0 for the outcome's own */
};

/* In the order in which a pocket calculator without parentheses takes it. */
struct outcome {
    struct outcome_step steps[OUTCOME_STEPS];
    size_t count;
};

/* What is wrong with an expression, and at which byte. */
struct outcome_fault {
    size_t at;
    char why[OUTCOME_WHY];
};

/* False when `text` is no outcome of this model. */
bool outcome_parse(struct outcome *o, const struct model *m, const char *text,
                   struct outcome_fault *fault);

/* The longest window that the expression itself names; 0 when it names none. */
size_t outcome_weeks(const struct outcome *o);

/* Whether some part of it is taken over the outcome's own window. */
bool outcome_has_window(const struct outcome *o);

/* Its value in one replicate, with a window of the last `weeks`. */
double outcome_value(const struct outcome *o, const struct record *r, size_t replicate,
                     size_t weeks);

#endif
