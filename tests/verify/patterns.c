/* The patterns of the model, each with the ablation that must destroy it, as one table.
 *
 *     patterns [FILE.md [REPLICATES [P2,P16]]]     the table as Markdown too; 30 replicates and all
 *                                                  patterns by default
 *
 * A pattern that does not show is a finding and no fault: the exit code is 0 when everything ran.
 * The town is the smallest whose sites have the usual size.  Arms have their replicates in common
 * (the same seed and numbers), and intervals are those of paired differences.  A new pattern is a
 * function in a file patterns_*.c and a row in patterns.def. */
#include "tests/verify/patterns.h"

#include "models/coproduction.h"

static const struct pattern patterns[] = {
#define PATTERN(number, function, holds) {#number, holds, function},
#include "tests/verify/patterns.def"
#undef PATTERN
};

struct sample lately(const struct trial *t, const char *observable, size_t weeks)
{
    enum { LAST = 5 };
    struct sample sum = trial_mean(t, observable, weeks - 1, weeks);
    for (size_t k = 1; k < LAST; k++)
        sum = sample_plus(sum, trial_mean(t, observable, weeks - 1 - k * YEAR, weeks - k * YEAR));
    for (size_t r = 0; r < sum.count; r++)
        sum.x[r] /= LAST;
    return sum;
}

int main(int argc, char **argv)
{
    return experiment_main(
        argc, argv, &coproduction, "population.inhabitants=10000", patterns,
        sizeof patterns / sizeof *patterns,
        "A town of 10,000 inhabitants.  Rows that say `why` were added after the "
        "others had run, to find the cause of what they showed.");
}
