/* Patterns P1, P3, P4, P9, P12 and P17 of the model, each with the ablation that must destroy it.
 *
 *     patterns [FILE.md [REPLICATES]]         the table as Markdown too; 30 replicates by default
 *
 * A pattern that does not show is a finding and no fault: the exit code is 0 when everything ran.
 * The town is the smallest whose sites have the usual size.  Arms have their replicates in common
 * (the same seed and numbers), and intervals are those of paired differences. */
#include <math.h>

#include "models/coproduction.h"
#include "tests/support/experiment.h"

enum { YEAR = 52 };
static const char town[] = "population.inhabitants=10000";

/* --- P1: steering has an interior optimum -------------------------------------------------------
 */

enum { LEVELS = 11, LEVELS_WEEKS = 4 * YEAR };

/* More is asked than volunteers do, at any level of steering. */
static const char more_demand[] = "demand.hours=5";

static void run_levels(struct experiment *x, struct trial **levels, const char *settings)
{
    for (size_t k = 0; k < LEVELS; k++) {
        double s = (double)k / (LEVELS - 1);
        levels[k] = experiment_run(x, LEVELS_WEEKS, NULL,
                                   "%s managers.network_design=%g managers.goals_and_frames=%g "
                                   "managers.process_management=%g managers.participation=%g %s",
                                   more_demand, s, s, s, s, settings);
    }
}

static void free_all(struct trial **trials, size_t count)
{
    for (size_t k = 0; k < count; k++)
        trial_free(trials[k]);
}

/* The last two years of a run over the levels. */
static struct sample late(struct trial *const *levels, size_t k, const char *observable)
{
    return trial_mean(levels[k], observable, LEVELS_WEEKS - 2 * YEAR, LEVELS_WEEKS);
}

static struct interval more_by(struct trial *const *levels, size_t k, size_t other,
                               const char *observable)
{
    struct sample difference =
        sample_minus(late(levels, k, observable), late(levels, other, observable));
    return sample_interval(&difference);
}

static size_t best_level(struct trial *const *levels, const char *observable)
{
    size_t best = 0;
    for (size_t k = 1; k < LEVELS; k++)
        if (more_by(levels, k, best, observable).mean > 0)
            best = k;
    return best;
}

static struct claim interior(struct trial *const *levels, const char *observable)
{
    struct claim c = {0};
    size_t best = best_level(levels, observable);
    struct interval over_none = more_by(levels, best, 0, observable);
    struct interval over_full = more_by(levels, best, LEVELS - 1, observable);
    struct sample at_best = late(levels, best, observable);
    struct interval value = sample_interval(&at_best);
    claim_say(&c, "most at s = %.1f: ", (double)best / (LEVELS - 1));
    claim_say_interval(&c, value, 1);
    claim_say(&c, "; more than at 0 by ");
    claim_say_interval(&c, over_none, 1);
    claim_say(&c, ", than at 1 by ");
    claim_say_interval(&c, over_full, 1);
    c.holds = interval_above(over_none, 0) && interval_above(over_full, 0);
    return c;
}

/* Volunteers and trust are at their best at less steering than output, and have fallen off where
 * output is best. */
static struct claim order_of_peaks(struct trial *const *levels)
{
    struct claim c = {0};
    size_t output = best_level(levels, "output");
    size_t people = best_level(levels, "coproducers");
    size_t trust = best_level(levels, "trust");
    struct interval people_fall = more_by(levels, people, output, "coproducers");
    struct interval trust_fall = more_by(levels, trust, output, "trust");
    claim_say(&c, "peaks: co-producers s = %.1f, trust %.1f, output %.1f; from their peaks to ",
              (double)people / (LEVELS - 1), (double)trust / (LEVELS - 1),
              (double)output / (LEVELS - 1));
    claim_say(&c, "that of output co-producers fall by ");
    claim_say_interval(&c, people_fall, 1);
    claim_say(&c, ", trust by ");
    claim_say_interval(&c, trust_fall, 1);
    c.holds = people < output && trust < output && interval_above(people_fall, 0) &&
              interval_above(trust_fall, 0);
    return c;
}

static void steering(struct experiment *x, struct verdicts *v)
{
    static const char *const ablations[][2] = {
        {"motivation.autonomy=0 exit.control=0 volunteers.self_initiated=0",
         "b_U = mu_U = self = 0"},
        {"off.control=true", "nothing is felt as control (C = 0)"},
    };
    static const char *const outcomes[] = {"output", "coproducers", "trust"};
    struct trial *levels[LEVELS], *ablated[LEVELS];
    run_levels(x, levels, "");
    for (size_t a = 0; a < sizeof ablations / sizeof *ablations; a++) {
        run_levels(x, ablated, ablations[a][0]);
        for (size_t k = 0; k < sizeof outcomes / sizeof *outcomes; k++) {
            struct claim model = interior(levels, outcomes[k]);
            struct claim without = interior(ablated, outcomes[k]);
            char pattern[64];
            snprintf(pattern, sizeof pattern, "P1 interior optimum of %s", outcomes[k]);
            verdicts_add(v, pattern, "S0 5.1", &model, ablations[a][1], &without);
        }
        struct claim model = order_of_peaks(levels), without = order_of_peaks(ablated);
        verdicts_add(v, "P1 volunteers and trust peak before output", "S0 5.1", &model,
                     ablations[a][1], &without);
        free_all(ablated, LEVELS);
    }
    free_all(levels, LEVELS);
}

/* --- P3: fiery souls burn out -------------------------------------------------------------------
 */

enum { SOULS_WEEKS = 4 * YEAR };
static const char frames_only[] = "managers.process_management=0 managers.participation=0";
static const char hands_on[] =
    "managers.process_management=0.8 managers.participation=0 managers.hours=40";

static struct sample burnout_ratio(const struct trial *t)
{
    return sample_over(trial_mean(t, "burnout_top_fifth", SOULS_WEEKS - 2 * YEAR, SOULS_WEEKS),
                       trial_mean(t, "burnout_bottom_fifth", SOULS_WEEKS - 2 * YEAR, SOULS_WEEKS));
}

static struct claim fiery_souls(const struct trial *frames)
{
    const double well_above = 1.2;
    struct claim c = {0};
    struct sample ratio = burnout_ratio(frames);
    struct interval i = sample_interval(&ratio);
    claim_say(&c, "burnout of the top fifth over that of the bottom fifth ");
    claim_say_interval(&c, i, 1);
    c.holds = interval_above(i, well_above);
    return c;
}

static struct claim ratio_falls(const struct trial *frames, const struct trial *other)
{
    struct claim c = {0};
    struct sample before = burnout_ratio(frames), after = burnout_ratio(other);
    struct sample change = sample_minus(after, before);
    struct interval i = sample_interval(&change), level = sample_interval(&after);
    claim_say(&c, "ratio ");
    claim_say_interval(&c, level, 1);
    claim_say(&c, ", changed by ");
    claim_say_interval(&c, i, 1);
    c.holds = interval_below(i, 0);
    return c;
}

static void souls(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {"", "allocation.habit=0"};
    struct claim burn[2], hands[2], spread[2];
    for (size_t a = 0; a < 2; a++) {
        struct trial *frames =
            experiment_run(x, SOULS_WEEKS, NULL, "%s %s", frames_only, settings[a]);
        struct trial *on = experiment_run(x, SOULS_WEEKS, NULL, "%s %s", hands_on, settings[a]);
        struct trial *even = experiment_run(x, SOULS_WEEKS, NULL, "%s %s allocation.spread=1",
                                            frames_only, settings[a]);
        burn[a] = fiery_souls(frames);
        hands[a] = ratio_falls(frames, on);
        spread[a] = ratio_falls(frames, even);
        trial_free(frames);
        trial_free(on);
        trial_free(even);
    }
    static const char uniform[] = "hours are offered to all alike (habit = 0)";
    verdicts_add(v, "P3 fiery souls burn out under frames only", "S0 3", &burn[0], uniform,
                 &burn[1]);
    verdicts_add(v, "P3 hands-on (process .8, ample hours) lowers the ratio", "S0 3", &hands[0],
                 uniform, &hands[1]);
    verdicts_add(v, "P3 so does spreading alone (spread = 1)", "S0 3", &spread[0], uniform,
                 &spread[1]);
}

/* --- P4: professionals turn by contact ----------------------------------------------------------
 */

enum { TURN_WEEKS = 10 * YEAR, TURN_YEARS = TURN_WEEKS / YEAR };
static const double enthusiasm = 0.4;

static struct claim turns(const struct trial *t)
{
    struct claim c = {0};
    struct sample first = trial_mean(t, "attitude", 0, 1);
    struct sample zero = trial_reaches(t, "attitude", 0);
    struct sample high = trial_reaches(t, "attitude", enthusiasm);
    struct sample last = trial_mean(t, "attitude", TURN_WEEKS - YEAR, TURN_WEEKS);
    struct interval years = sample_interval(&high);
    claim_say(&c, "from ");
    claim_say_interval(&c, sample_interval(&first), 1);
    claim_say(&c, "; years to 0: ");
    claim_say_interval(&c, sample_interval(&zero), 1. / YEAR);
    claim_say(&c, ", to +.4: ");
    claim_say_interval(&c, years, 1. / YEAR);
    claim_say(&c, "; in year ten ");
    claim_say_interval(&c, sample_interval(&last), 1);
    c.holds = interval_above(years, 4 * YEAR) && interval_below(years, 6 * YEAR);
    return c;
}

/* Rise of attitude within a year, from 0. */
static struct sample rise(const struct trial *t, size_t year)
{
    size_t end = (year + 1) * YEAR, quarter = YEAR / 4;
    size_t start = year * YEAR;
    return sample_minus(trial_mean(t, "attitude", end - quarter, end),
                        trial_mean(t, "attitude", start, start + quarter));
}

static struct claim s_curve(const struct trial *t)
{
    struct claim c = {0};
    size_t steepest = 0;
    struct sample first = rise(t, 0), last = rise(t, TURN_YEARS - 1), most = first;
    for (size_t year = 1; year < TURN_YEARS; year++) {
        struct sample now = rise(t, year), more = sample_minus(now, most);
        if (sample_interval(&more).mean > 0) {
            steepest = year;
            most = now;
        }
    }
    struct sample over_first = sample_minus(most, first), over_last = sample_minus(most, last);
    struct interval early = sample_interval(&over_first);
    claim_say(&c, "rises most in year %zu: ", steepest + 1);
    claim_say_interval(&c, sample_interval(&most), 1);
    claim_say(&c, "; in year 1 ");
    claim_say_interval(&c, sample_interval(&first), 1);
    claim_say(&c, ", in year 10 ");
    claim_say_interval(&c, sample_interval(&last), 1);
    c.holds =
        steepest > 0 && interval_above(early, 0) && interval_above(sample_interval(&over_last), 0);
    return c;
}

static void say_mean_years(struct claim *c, const struct sample *weeks)
{
    claim_say_interval(c, (struct interval){sample_interval(weeks).mean, NAN}, 1. / YEAR);
}

static struct claim faster(const struct trial *few, const struct trial *many)
{
    struct claim c = {0};
    struct sample change = sample_minus(trial_mean(many, "attitude", 4 * YEAR, 5 * YEAR),
                                        trial_mean(few, "attitude", 4 * YEAR, 5 * YEAR));
    struct sample zero = trial_reaches(few, "attitude", 0),
                  sooner = trial_reaches(many, "attitude", 0);
    claim_say(&c, "attitude in year five higher by ");
    claim_say_interval(&c, sample_interval(&change), 1);
    claim_say(&c, "; years to 0: ");
    say_mean_years(&c, &sooner);
    claim_say(&c, " instead of ");
    say_mean_years(&c, &zero);
    c.holds = interval_above(sample_interval(&change), 0);
    return c;
}

static bool all_finite(const struct sample *s)
{
    for (size_t r = 0; r < s->count; r++)
        if (!isfinite(s->x[r]))
            return false;
    return true;
}

static bool none_finite(const struct sample *s)
{
    for (size_t r = 0; r < s->count; r++)
        if (isfinite(s->x[r]))
            return false;
    return true;
}

/* Without cuts every town turns to enthusiasm within ten years, with cuts none does. */
static struct claim blocked(const struct trial *calm, const struct trial *cut)
{
    struct claim c = {0};
    struct sample with = trial_reaches(calm, "attitude", enthusiasm);
    struct sample without = trial_reaches(cut, "attitude", enthusiasm);
    struct sample zero = trial_reaches(cut, "attitude", 0);
    struct sample last = trial_mean(cut, "attitude", TURN_WEEKS - YEAR, TURN_WEEKS);
    struct sample change =
        sample_minus(last, trial_mean(calm, "attitude", TURN_WEEKS - YEAR, TURN_WEEKS));
    claim_say(&c, "in year ten ");
    claim_say_interval(&c, sample_interval(&last), 1);
    claim_say(&c, ", lower by ");
    struct interval i = sample_interval(&change);
    claim_say_interval(&c, (struct interval){-i.mean, i.half}, 1);
    claim_say(&c, "; years to 0: ");
    say_mean_years(&c, &zero);
    claim_say(&c, "; +.4 within ten years: %s", none_finite(&without) ? "no town" : "some towns");
    c.holds = interval_below(i, 0) && none_finite(&without) && all_finite(&with);
    return c;
}

static void professionals(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {"", "off.contact=true"};
    static const char cuts[] = "shocks: [{kind: cuts, week: 1, length: 520, size: 10}]";
    struct claim turn[2], curve[2], fast[2], block[2];
    for (size_t a = 0; a < 2; a++) {
        struct trial *usual = experiment_run(x, TURN_WEEKS, NULL, "%s", settings[a]);
        struct trial *many =
            experiment_run(x, TURN_WEEKS, NULL, "%s managers.hours=14.8", settings[a]);
        struct trial *cut = experiment_run(x, TURN_WEEKS, cuts, "%s", settings[a]);
        turn[a] = turns(usual);
        curve[a] = s_curve(usual);
        fast[a] = faster(usual, many);
        block[a] = blocked(usual, cut);
        trial_free(usual);
        trial_free(many);
        trial_free(cut);
    }
    static const char off[] = "no contact";
    verdicts_add(v, "P4 professionals turn to +.4 in four to six years", "S1", &turn[0], off,
                 &turn[1]);
    verdicts_add(v, "P4 along an S-curve", "S1", &curve[0], off, &curve[1]);
    verdicts_add(v, "P4 faster with twice the manager's hours", "S1", &fast[0], off, &fast[1]);
    verdicts_add(v, "P4 cuts of 10 % for ten years block it", "S1", &block[0], off, &block[1]);
}

/* --- P9: attention dilutes ----------------------------------------------------------------------
 */

enum { DILUTION_WEEKS = 5 * YEAR };

/* Half the usual invitations, and twice that; the manager recruits and campaigns as much more. */
static const char few_recruits[] =
    "volunteers.recruitment.invite=0.026 managers.roles.convener=0.2 "
    "managers.roles.facilitator=0.4 managers.roles.catalyst=0.4";
static const char many_recruits[] =
    "volunteers.recruitment.invite=0.052 volunteers.recruitment.campaign=1 "
    "managers.roles.convener=0.4 managers.roles.facilitator=0.4 managers.roles.catalyst=0.2";

static struct claim dilutes(const struct trial *few, const struct trial *many)
{
    struct claim c = {0};
    struct sample change = sample_minus(trial_mean(many, "motivation", YEAR, DILUTION_WEEKS),
                                        trial_mean(few, "motivation", YEAR, DILUTION_WEEKS));
    const struct trial *const arms[] = {few, many};
    struct sample rate[2], burnout[2];
    for (size_t k = 0; k < 2; k++) {
        rate[k] = sample_over(trial_mean(arms[k], "coproducer_exits", YEAR, DILUTION_WEEKS),
                              trial_mean(arms[k], "coproducers", YEAR, DILUTION_WEEKS));
        burnout[k] = trial_mean(arms[k], "burnout", YEAR, DILUTION_WEEKS);
    }
    struct sample leaving = sample_minus(rate[1], rate[0]);
    struct sample rest = sample_minus(burnout[1], burnout[0]);
    struct interval motivation = sample_interval(&change), exits = sample_interval(&leaving);
    claim_say(&c, "motivation changes by ");
    claim_say_interval(&c, motivation, 1);
    claim_say(&c, ", exits a week by ");
    claim_say_interval(&c, exits, 100);
    claim_say(&c, " per cent of co-producers (burnout by %.2g)", sample_interval(&rest).mean);
    c.holds = interval_below(motivation, 0) && interval_above(exits, 0);
    return c;
}

static void dilution(struct experiment *x, struct verdicts *v)
{
    static const char *const regimes[][2] = {
        {"", "P9 doubling recruitment lowers motivation and raises exit"},
        {"demand.hours=1", "P9 the same where little is asked (1 h a week)"},
        {"off.burnout=true", "P9 the same where nobody burns out"},
    };
    for (size_t k = 0; k < sizeof regimes / sizeof *regimes; k++) {
        static const char *const settings[] = {"", "off.attention=true"};
        struct claim claims[2];
        for (size_t a = 0; a < 2; a++) {
            struct trial *few = experiment_run(x, DILUTION_WEEKS, NULL, "%s %s %s", regimes[k][0],
                                               few_recruits, settings[a]);
            struct trial *many = experiment_run(x, DILUTION_WEEKS, NULL, "%s %s %s", regimes[k][0],
                                                many_recruits, settings[a]);
            claims[a] = dilutes(few, many);
            trial_free(few);
            trial_free(many);
        }
        verdicts_add(v, regimes[k][1], "bitterman2020", &claims[0], "attention unlimited (f = 1)",
                     &claims[1]);
    }
}

/* --- P12: responsibility is laid down -----------------------------------------------------------
 */

enum { STEPS = 5, STEPS_WEEKS = 4 * YEAR };

static struct sample own_share(const struct trial *t)
{
    struct sample own = trial_mean(t, "hours_self_initiated", STEPS_WEEKS - 2 * YEAR, STEPS_WEEKS);
    struct sample asked = trial_mean(t, "hours_done", STEPS_WEEKS - 2 * YEAR, STEPS_WEEKS);
    return sample_over(own, sample_plus(own, asked));
}

static struct claim lays_down(struct experiment *x, const char *settings)
{
    struct claim c = {.holds = true};
    struct sample first = {0}, before = {0}, now = {0};
    claim_say(&c, "per cent at participation 0, .25, .5, .75, 1: ");
    for (size_t k = 0; k < STEPS; k++) {
        struct trial *t = experiment_run(x, STEPS_WEEKS, NULL, "managers.participation=%g %s",
                                         (double)k / (STEPS - 1), settings);
        now = own_share(t);
        struct sample change = sample_minus(now, before);
        if (k > 0 && !interval_below(sample_interval(&change), 0))
            c.holds = false;
        if (k == 0)
            first = now;
        claim_say(&c, "%s%.3g", k > 0 ? ", " : "", 100 * sample_interval(&now).mean);
        before = now;
        trial_free(t);
    }
    struct sample change = sample_minus(now, first);
    claim_say(&c, "; from first to last ");
    claim_say_interval(&c, sample_interval(&change), 100);
    return c;
}

static void responsibility(struct experiment *x, struct verdicts *v)
{
    static const char pattern[] =
        "P12 self-initiated share of hours falls as the manager takes part";
    struct claim model = lays_down(x, "");
    struct claim without = lays_down(x, "ownership.crowd_out=0");
    verdicts_add(v, pattern, "S1", &model, "crowd-out 0", &without);
    without = lays_down(x, "ownership.crowd_out=0 off.control=true");
    verdicts_add(v, pattern, "S1", &model, "crowd-out 0 and C = 0", &without);
}

/* --- P17: summer trough -------------------------------------------------------------------------
 */

enum { SUMMER_YEARS = 4, SUMMER_FIRST = 26, SUMMER_LAST = 32 };

static struct claim trough(struct experiment *x, const char *settings)
{
    struct claim c = {0};
    struct trial *t = experiment_run(x, SUMMER_YEARS * YEAR, NULL, "%s", settings);
    struct sample summer = {0}, year = {0};
    const size_t weeks = SUMMER_LAST - SUMMER_FIRST + 1;
    for (size_t k = 0; k < SUMMER_YEARS; k++) {
        size_t start = k * YEAR + SUMMER_FIRST - 1;
        struct sample in = sample_plus(trial_mean(t, "hours_done", start, start + weeks),
                                       trial_mean(t, "hours_self_initiated", start, start + weeks));
        summer = k > 0 ? sample_plus(summer, in) : in;
    }
    year = sample_plus(trial_mean(t, "hours_done", 0, SUMMER_YEARS * YEAR),
                       trial_mean(t, "hours_self_initiated", 0, SUMMER_YEARS * YEAR));
    struct sample ratio = summer;
    for (size_t r = 0; r < ratio.count; r++) {
        double in = summer.x[r] / SUMMER_YEARS;
        double rest = (year.x[r] * YEAR - in * (double)weeks) / (double)(YEAR - weeks);
        ratio.x[r] = in / rest;
    }
    struct interval i = sample_interval(&ratio);
    claim_say(&c, "hours in weeks 26 to 32 over those of the other weeks ");
    claim_say_interval(&c, i, 1);
    c.holds = interval_below(i, 0.95);
    trial_free(t);
    return c;
}

static void summer(struct experiment *x, struct verdicts *v)
{
    struct claim model = trough(x, ""), without = trough(x, "season.summer=0");
    verdicts_add(v, "P17 summer trough", "S1", &model, "no season", &without);
}

/* --- all together -------------------------------------------------------------------------------
 */

int main(int argc, char **argv)
{
    static pattern_test *const patterns[] = {steering, souls,          professionals,
                                             dilution, responsibility, summer};
    return experiment_main(
        argc, argv, &coproduction, town, patterns, sizeof patterns / sizeof *patterns,
        "A town of 10,000 inhabitants.  P1 is where 5 h a week are asked for each "
        "expected co-producer (demand.hours=5).  Means are of weeks 105 to 208 "
        "(P1, P3, P12), 53 to 260 (P9).");
}
