/* What volunteers carry: patterns P3, P12, P17 and P18. */
#include "tests/verify/patterns.h"

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

static struct claim burns_out(const struct trial *frames)
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

void fiery_souls(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {"", "allocation.habit=0"};
    struct claim burn[2], hands[2], spread[2];
    for (size_t a = 0; a < 2; a++) {
        struct trial *frames =
            experiment_run(x, SOULS_WEEKS, NULL, "%s %s", frames_only, settings[a]);
        struct trial *on = experiment_run(x, SOULS_WEEKS, NULL, "%s %s", hands_on, settings[a]);
        struct trial *even = experiment_run(x, SOULS_WEEKS, NULL, "%s %s allocation.spread=1",
                                            frames_only, settings[a]);
        burn[a] = burns_out(frames);
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

void responsibility_laid_down(struct experiment *x, struct verdicts *v)
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

void summer_trough(struct experiment *x, struct verdicts *v)
{
    struct claim model = trough(x, ""), without = trough(x, "season.summer=0");
    verdicts_add(v, "P17 summer trough", "S1", &model, "no season", &without);
}

/* --- P18: a cap on weekly hours -----------------------------------------------------------------
 */

enum { CAPS = 7, CAPS_WEEKS = 6 * YEAR };
static const double caps[CAPS] = {1, 2, 3, 4, 6, 8, 20};

static struct curve run_caps(struct experiment *x, const char *leadership, const char *settings)
{
    struct curve capped = {
        .name = "a cap of", .count = CAPS, .from = CAPS_WEEKS - 2 * YEAR, .to = CAPS_WEEKS};
    for (size_t k = 0; k < CAPS; k++) {
        capped.at[k] = caps[k];
        capped.arms[k] = experiment_run(x, CAPS_WEEKS, NULL, "volunteers.capacity.cap=%g %s %s",
                                        caps[k], leadership, settings);
    }
    return capped;
}

void capped_hours(struct experiment *x, struct verdicts *v)
{
    static const struct {
        const char *pattern, *leadership;
    } rows[] = {
        {"P18 interior optimum of a cap (h/week) for long-run output", ""},
        {"P18 the same under frames only", frames_only},
        {"P18 why: where everybody has the same capacity", "volunteers.capacity.spread=0"},
    };
    static const char *const settings[] = {"", "off.burnout=true"};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct claim claims[2];
        for (size_t a = 0; a < 2; a++) {
            struct curve capped = run_caps(x, rows[k].leadership, settings[a]);
            claims[a] = curve_interior(&capped, "output");
            curve_free(&capped);
        }
        verdicts_add(v, rows[k].pattern, "homer1985", &claims[0], "no burnout", &claims[1]);
    }
}
