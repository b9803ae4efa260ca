/* How professionals turn: pattern P4. */
#include <math.h>

#include "tests/verify/patterns.h"

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

void professionals_turn(struct experiment *x, struct verdicts *v)
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
