/* What attention takes and gives: patterns P7, P8 and P9. */
#include <math.h>

#include "tests/verify/patterns.h"

/* --- P7: a volunteer costs time before giving it ------------------------------------------------
 */

enum { WAVE_WEEKS = 2 * YEAR };
static const char few_at_first[] = "volunteers.initial.coproducers=0.03";

/* Waves: the manager's own recruiting, or invitations by volunteers, and neither. */
static const char recruiting[] = "managers.roles.convener=0.3 managers.roles.catalyst=0.2";
static const char not_recruiting[] = "managers.roles.convener=0 managers.roles.catalyst=0.5";
static const char inviting[] =
    "volunteers.recruitment.invite=0.053 managers.roles.convener=0 managers.roles.catalyst=0.5";
static const char not_inviting[] =
    "volunteers.recruitment.invite=0.01 managers.roles.convener=0 managers.roles.catalyst=0.5";

/* Net hours of the first weeks, added up, more than without the wave. */
static struct sample net_gain(const struct trial *with, const struct trial *without, size_t weeks)
{
    struct sample gain = sample_minus(trial_mean(with, "net_staff_hours", 0, weeks),
                                      trial_mean(without, "net_staff_hours", 0, weeks));
    for (size_t r = 0; r < gain.count; r++)
        gain.x[r] *= (double)weeks;
    return gain;
}

/* A J: the lowest point of the first year lies below zero, the end of the second year above. */
static struct claim j_curve(const struct trial *with, const struct trial *without)
{
    struct claim c = {0};
    struct interval lowest = {INFINITY, 0};
    size_t trough = 0, back = 0;
    for (size_t weeks = 1; weeks <= WAVE_WEEKS; weeks++) {
        struct sample gain = net_gain(with, without, weeks);
        struct interval now = sample_interval(&gain);
        if (weeks <= YEAR && now.mean < lowest.mean) {
            lowest = now;
            trough = weeks;
            back = 0;
        } else if (back == 0 && now.mean > 0) {
            back = weeks;
        }
    }
    struct sample last = net_gain(with, without, WAVE_WEEKS);
    struct interval end = sample_interval(&last);
    claim_say(&c, "net hours added up: lowest in week %zu: ", trough);
    claim_say_interval(&c, lowest, 1);
    if (back > 0)
        claim_say(&c, "; above zero from week %zu", back);
    claim_say(&c, "; after two years ");
    claim_say_interval(&c, end, 1);
    c.holds = interval_below(lowest, 0) && interval_above(end, 0);
    return c;
}

void time_before_return(struct experiment *x, struct verdicts *v)
{
    static const struct {
        const char *pattern, *both, *with, *without, *ablation, *ablated;
    } rows[] = {
        {"P7 a wave that full-time managers recruit", "managers.hours=37", recruiting,
         not_recruiting, "no onboarding time", "managers.attention.onboarding=0"},
        {"P7 a wave that full-time managers recruit", "managers.hours=37", recruiting,
         not_recruiting, "no onboarding time, 1 h a recruit (the least)",
         "managers.attention.onboarding=0 managers.attention.recruit=1"},
        {"P7 the same with one day a week", "managers.hours=7.4", recruiting, not_recruiting,
         "no onboarding time", "managers.attention.onboarding=0"},
        {"P7 a wave that volunteers invite", "managers.hours=37", inviting, not_inviting,
         "no onboarding time", "managers.attention.onboarding=0"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct claim claims[2];
        for (size_t a = 0; a < 2; a++) {
            const char *settings = a == 0 ? "" : rows[k].ablated;
            struct trial *with = experiment_run(x, WAVE_WEEKS, NULL, "%s %s %s %s", few_at_first,
                                                rows[k].both, rows[k].with, settings);
            struct trial *without = experiment_run(x, WAVE_WEEKS, NULL, "%s %s %s %s", few_at_first,
                                                   rows[k].both, rows[k].without, settings);
            claims[a] = j_curve(with, without);
            trial_free(with);
            trial_free(without);
        }
        verdicts_add(v, rows[k].pattern, "S1, S4", &claims[0], rows[k].ablation, &claims[1]);
    }
}

/* --- P8: a full-time coordinator ----------------------------------------------------------------
 */

/* Six sites, each of which counts on 117 co-producers and starts with one or two. */
enum { FULL_SITES = 6, FULL_WEEKS = 3 * YEAR, HALF = 50, FULL = 100 };
static const char nearly_empty[] = "sites.per_thousand=0.05 volunteers.initial.coproducers=0.001";

static struct sample weeks_to(const struct trial *t, double volunteers)
{
    return trial_reaches(t, "coproducers", FULL_SITES * volunteers);
}

static struct interval say_growth(struct claim *c, const char *who, const struct trial *t)
{
    struct sample half = weeks_to(t, HALF), full = weeks_to(t, FULL);
    struct sample level = trial_mean(t, "coproducers", YEAR - 1, YEAR);
    struct interval year = sample_interval(&level);
    year = (struct interval){year.mean / FULL_SITES, year.half / FULL_SITES};
    claim_say(c, "%s: weeks to 50 a site ", who);
    claim_say_interval(c, sample_interval(&half), 1);
    claim_say(c, ", to 100 ");
    claim_say_interval(c, sample_interval(&full), 1);
    claim_say(c, ", after a year ");
    claim_say_interval(c, year, 1);
    return year;
}

static struct claim fills(struct experiment *x, const char *roles)
{
    struct claim c = {0};
    struct trial *full =
        experiment_run(x, FULL_WEEKS, NULL, "%s managers.hours=37 %s", nearly_empty, roles);
    struct trial *day =
        experiment_run(x, FULL_WEEKS, NULL, "%s managers.hours=7.4 %s", nearly_empty, roles);
    say_growth(&c, "37 h", full);
    struct interval with_a_day = say_growth(&c, "; 7.4 h", day);
    struct sample soon = weeks_to(full, FULL);
    c.holds = interval_below(sample_interval(&soon), YEAR) && interval_below(with_a_day, HALF);
    trial_free(full);
    trial_free(day);
    return c;
}

void coordinator(struct experiment *x, struct verdicts *v)
{
    struct claim model = fills(x, "");
    struct claim without = fills(x, "managers.roles.convener=0 managers.roles.facilitator=0.6 "
                                    "managers.roles.catalyst=0.4");
    verdicts_add(v, "P8 37 h a week take a site from near 0 to 100 within a year, 7.4 h do not",
                 "S1", &model, "convener share 0", &without);
    model = fills(x, "managers.roles.convener=1 managers.roles.facilitator=0 "
                     "managers.roles.catalyst=0");
    verdicts_add(v, "P8 why: where the whole role is convening", "S1", &model, "convener share 0",
                 &without);
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

void attention_dilutes(struct experiment *x, struct verdicts *v)
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
