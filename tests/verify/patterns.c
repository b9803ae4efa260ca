/* The patterns of the model, each with the ablation that must destroy it, as one table.
 *
 *     patterns [FILE.md [REPLICATES [P2,P16]]]     the table as Markdown too; 30 replicates and all
 *                                                  patterns by default
 *
 * A pattern that does not show is a finding and no fault: the exit code is 0 when everything ran.
 * The town is the smallest whose sites have the usual size.  Arms have their replicates in common
 * (the same seed and numbers), and intervals are those of paired differences.  A new pattern is a
 * function in a file patterns_*.c and a line here. */
#include "tests/verify/patterns.h"

#include "models/coproduction.h"

static const struct pattern patterns[] = {
    {"P1",
     "with 5 h a week asked for each expected co-producer (demand.hours=5), the best of eleven "
     "levels s of all four instruments has more than s = 0 and than s = 1; volunteers and trust "
     "peak at lower s than output, and have fallen where output peaks.  Weeks 105 to 208.",
     steering_optimum},
    {"P2",
     "with the same hours and levels that add up to 2, of which a share h is hands-on (process, "
     "participation) and the rest frames (design, goals): the best of eleven shares has more than "
     "h = 0 and than h = 1; the best share is higher at turbulence .8 than at .1, and going from "
     "the one to the other gains more under turbulence.  demand.hours=5, weeks 105 to 208.",
     hands_on_mix},
    {"P3",
     "burnout of the top fifth by lagged hours is more than 1.2 times that of the bottom fifth; "
     "hands-on leadership, and spreading, lower that ratio.  Weeks 105 to 208.",
     fiery_souls},
    {"P4",
     "mean attitude reaches +.4 after four to six years; it rises more in some later year than in "
     "the first and than in the tenth; with twice the hours it is higher in year five; with ten "
     "years of cuts no town reaches +.4 within them, without cuts every town does.",
     professionals_turn},
    {"P5",
     "means of the last five of ten yearly budgets: efficacy falls below its start at 4 DKK a head "
     "and rises above it at 1000; turnout and ownership rise at every step of the pool, by less "
     "than the pool; turnout rises with delegated power.",
     whipped_cream},
    {"P7",
     "net hours (output less hours of managers) added up from the first week, more than without "
     "the wave of recruits: the lowest point of the first year lies below zero, the end of the "
     "second year above.  3 % of adults co-produce at the start.",
     time_before_return},
    {"P8",
     "at six sites that each count on 117 co-producers and start with one or two, managers with "
     "37 h a week reach 100 a site within a year, and those with 7.4 h have fewer than 50 then.",
     coordinator},
    {"P9",
     "with recruitment doubled, motivation is lower and a larger share leaves.  Weeks 53 to 260.",
     attention_dilutes},
    {"P11",
     "means of the last five of ten yearly budgets: the organised get more than 1.5 times their "
     "share of citizens, and the Gini of budgets voted on exceeds .5; outreach and equal shares "
     "lower what the row names.",
     same_few},
    {"P12",
     "the self-initiated share of hours falls with every step of participation.  Weeks 105 to 208.",
     responsibility_laid_down},
    {"P15",
     "the effect of the strategy on output is smaller, in size, when everybody's trust in the "
     "manager is held at its first value (checked in every week).  demand.hours=5, no facilitator "
     "in any arm, weeks 105 to 208.",
     trust_mediates},
    {"P16",
     "in the quarter that ends two years after the shock a network whose managers have 3.7 h a "
     "week "
     "is below 95 % of itself without the shock, and one with 22.2 h above.  The shock comes in "
     "week 105.",
     fragility},
    {"P17", "hours in summer are less than .95 of those in other weeks.", summer_trough},
    {"P18",
     "the best of seven caps from 1 to 20 h a week gives more output than the least and than the "
     "largest.  Weeks 209 to 312.",
     capped_hours},
};

int main(int argc, char **argv)
{
    return experiment_main(
        argc, argv, &coproduction, "population.inhabitants=10000", patterns,
        sizeof patterns / sizeof *patterns,
        "A town of 10,000 inhabitants.  Rows that say `why` were added after the "
        "others had run, to find the cause of what they showed.");
}
