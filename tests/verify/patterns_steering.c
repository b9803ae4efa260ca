/* How much to steer, and by what: patterns P1 and P2. */
#include "tests/verify/patterns.h"

/* --- P1: steering has an interior optimum -------------------------------------------------------
 */

enum { LEVELS = 11, LEVELS_WEEKS = 4 * YEAR };

static struct curve run_levels(struct experiment *x, const char *settings)
{
    struct curve levels = {
        .name = "s =", .count = LEVELS, .from = LEVELS_WEEKS - 2 * YEAR, .to = LEVELS_WEEKS};
    for (size_t k = 0; k < LEVELS; k++) {
        double s = levels.at[k] = (double)k / (LEVELS - 1);
        levels.arms[k] = experiment_run(
            x, LEVELS_WEEKS, NULL,
            MORE_DEMAND " managers.network_design=%g managers.goals_and_frames=%g "
                        "managers.process_management=%g managers.participation=%g %s",
            s, s, s, s, settings);
    }
    return levels;
}

/* Volunteers and trust are at their best at less steering than output, and have fallen off where
 * output is best. */
static struct claim order_of_peaks(const struct curve *levels)
{
    struct claim c = {0};
    size_t output = curve_best(levels, "output");
    size_t people = curve_best(levels, "coproducers");
    size_t trust = curve_best(levels, "trust");
    struct interval people_fall = curve_more(levels, people, output, "coproducers");
    struct interval trust_fall = curve_more(levels, trust, output, "trust");
    claim_say(&c, "peaks: co-producers s = %.1f, trust %.1f, output %.1f; from their peaks to ",
              levels->at[people], levels->at[trust], levels->at[output]);
    claim_say(&c, "that of output co-producers fall by ");
    claim_say_interval(&c, people_fall, 1);
    claim_say(&c, ", trust by ");
    claim_say_interval(&c, trust_fall, 1);
    c.holds = people < output && trust < output && interval_above(people_fall, 0) &&
              interval_above(trust_fall, 0);
    return c;
}

void steering_optimum(struct experiment *x, struct verdicts *v)
{
    static const char *const ablations[][2] = {
        {"motivation.autonomy=0 exit.control=0 volunteers.self_initiated=0",
         "b_U = mu_U = self = 0"},
        {"off.control=true off.framing=true",
         "nothing felt as control (C = 0), no project blocked"},
    };
    static const char *const outcomes[] = {"output", "coproducers", "trust"};
    struct curve levels = run_levels(x, "");
    for (size_t a = 0; a < sizeof ablations / sizeof *ablations; a++) {
        struct curve ablated = run_levels(x, ablations[a][0]);
        for (size_t k = 0; k < sizeof outcomes / sizeof *outcomes; k++) {
            struct claim model = curve_interior(&levels, outcomes[k]);
            struct claim without = curve_interior(&ablated, outcomes[k]);
            char pattern[64];
            snprintf(pattern, sizeof pattern, "P1 interior optimum of %s", outcomes[k]);
            verdicts_add(v, pattern, "S0 5.1, george", &model, ablations[a][1], &without);
        }
        struct claim model = order_of_peaks(&levels), without = order_of_peaks(&ablated);
        verdicts_add(v, "P1 volunteers and trust peak before output", "S0 5.1", &model,
                     ablations[a][1], &without);
        curve_free(&ablated);
    }
    curve_free(&levels);
}

/* --- P2: a mix of hands-off and hands-on --------------------------------------------------------
 *
 * The four levels add up to 2 in every arm, as with the defaults; a share h of them is hands-on:
 * design = goals = 1 - h, process = participation = h.  Managers have the same hours in all. */

enum { SHARES = 11, SHARES_WEEKS = 4 * YEAR, TURBULENCES = 2 };
static const double turbulences[TURBULENCES] = {0.1, 0.8};

static struct curve run_shares(struct experiment *x, double turbulence, const char *settings)
{
    struct curve shares = {
        .name = "h =", .count = SHARES, .from = SHARES_WEEKS - 2 * YEAR, .to = SHARES_WEEKS};
    for (size_t k = 0; k < SHARES; k++) {
        double h = shares.at[k] = (double)k / (SHARES - 1);
        shares.arms[k] = experiment_run(
            x, SHARES_WEEKS, NULL,
            MORE_DEMAND " tasks.turbulence=%g managers.network_design=%g "
                        "managers.goals_and_frames=%g managers.process_management=%g "
                        "managers.participation=%g %s",
            turbulence, 1 - h, 1 - h, h, h, settings);
    }
    return shares;
}

/* The best share under turbulence is higher, and going there from the best share in calm gains more
 * under turbulence than in calm. */
static struct claim best_moves_up(const struct curve *calm, const struct curve *turbulent,
                                  const char *observable)
{
    struct claim c = {0};
    size_t before = curve_best(calm, observable), after = curve_best(turbulent, observable);
    struct sample change = sample_minus(curve_gain(turbulent, after, before, observable),
                                        curve_gain(calm, after, before, observable));
    struct interval more = sample_interval(&change);
    claim_say(&c, "best at h = %.1f at turbulence %.1f, %.1f at %.1f; going from one to the other ",
              calm->at[before], turbulences[0], turbulent->at[after], turbulences[1]);
    claim_say(&c, "gains more under turbulence by ");
    claim_say_interval(&c, more, 1);
    c.holds = after > before && interval_above(more, 0);
    return c;
}

void hands_on_mix(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {"", "clarity.turbulence_effect=0"};
    static const char ablation[] = "turbulence without effect on clarity";
    static const char *const outcomes[] = {"output", "coproducers"};
    struct curve shares[2][TURBULENCES];
    for (size_t a = 0; a < 2; a++)
        for (size_t k = 0; k < TURBULENCES; k++)
            shares[a][k] = run_shares(x, turbulences[k], settings[a]);
    for (size_t o = 0; o < sizeof outcomes / sizeof *outcomes; o++) {
        char pattern[96];
        for (size_t k = 0; k < TURBULENCES; k++) {
            struct claim model = curve_interior(&shares[0][k], outcomes[o]);
            struct claim without = curve_interior(&shares[1][k], outcomes[o]);
            snprintf(pattern, sizeof pattern,
                     "P2 a mix has more %s than either alone, turbulence %g", outcomes[o],
                     turbulences[k]);
            verdicts_add(v, pattern, "S0 5.1, george", &model, ablation, &without);
        }
        struct claim model = best_moves_up(&shares[0][0], &shares[0][1], outcomes[o]);
        struct claim without = best_moves_up(&shares[1][0], &shares[1][1], outcomes[o]);
        snprintf(pattern, sizeof pattern, "P2 more hands-on is best for %s under turbulence",
                 outcomes[o]);
        verdicts_add(v, pattern, "S0 5.1, george", &model, ablation, &without);
    }
    for (size_t a = 0; a < 2; a++)
        for (size_t k = 0; k < TURBULENCES; k++)
            curve_free(&shares[a][k]);
}
