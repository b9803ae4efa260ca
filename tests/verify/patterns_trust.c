/* What trust does, and what becomes of a network that loses it: patterns P15 and P16. */
#include <math.h>

#include "tests/verify/patterns.h"

/* --- P15: trust mediates ------------------------------------------------------------------------
 *
 *     total effect     Y(strategy b) - Y(strategy a), trust as it comes
 *     direct effect    the same with everybody's trust held at its first value
 *     through trust    total - direct
 *
 * Trust also moves when a facilitator mediates a conflict (E8), when a project is blocked (E14) and
 * when an idea is carried out (E15): no arm has a facilitator, frames that block, or ideas, so that
 * the arms of the direct effect differ from the others by frozen trust alone. */

enum { MEDIATION_WEEKS = 4 * YEAR };
static const char nothing_else[] =
    "managers.roles.convener=0.3 managers.roles.facilitator=0 managers.roles.catalyst=0.7 "
    "off.framing=true off.innovation=true";
static const char frozen_trust[] = "off.trust=true off.promises=true";

static const char steering_low[] =
    "managers.network_design=0.3 managers.goals_and_frames=0.3 managers.process_management=0.3 "
    "managers.participation=0.3";
static const char steering_high[] =
    "managers.network_design=0.9 managers.goals_and_frames=0.9 managers.process_management=0.9 "
    "managers.participation=0.9";
static const char frames_at_full[] =
    "managers.network_design=1 managers.goals_and_frames=1 managers.process_management=0 "
    "managers.participation=0";
static const char even_mix[] =
    "managers.network_design=0.5 managers.goals_and_frames=0.5 managers.process_management=0.5 "
    "managers.participation=0.5";

/* Whether mean trust is the first value in every week of every replicate. */
static bool trust_is_constant(const struct trial *t)
{
    const double first = 0.5, rounding = 1e-6;
    for (size_t week = 0; week < MEDIATION_WEEKS; week++) {
        struct sample trust = trial_mean(t, "trust", week, week + 1);
        for (size_t r = 0; r < trust.count; r++)
            if (!(fabs(trust.x[r] - first) < rounding))
                return false;
    }
    return true;
}

struct effect {
    struct sample on_output, on_trust;
    bool trust_constant;
};

static struct effect effect_of(struct experiment *x, const char *const *strategies,
                               const char *trust, const char *settings)
{
    struct sample output[2], level[2];
    struct effect e = {.trust_constant = true};
    for (size_t k = 0; k < 2; k++) {
        struct trial *t = experiment_run(x, MEDIATION_WEEKS, NULL, MORE_DEMAND " %s %s %s %s",
                                         nothing_else, strategies[k], trust, settings);
        output[k] = trial_mean(t, "output", MEDIATION_WEEKS - 2 * YEAR, MEDIATION_WEEKS);
        level[k] = trial_mean(t, "trust", MEDIATION_WEEKS - 2 * YEAR, MEDIATION_WEEKS);
        e.trust_constant = e.trust_constant && trust_is_constant(t);
        trial_free(t);
    }
    e.on_output = sample_minus(output[1], output[0]);
    e.on_trust = sample_minus(level[1], level[0]);
    return e;
}

/* Holds when the direct effect is smaller than the total one, whichever sign that has. */
static struct claim mediates(const struct effect *total, const struct effect *direct)
{
    struct claim c = {0};
    struct sample through = sample_minus(total->on_output, direct->on_output);
    struct sample sum = sample_plus(total->on_output, direct->on_output);
    struct interval all = sample_interval(&total->on_output), part = sample_interval(&through);
    struct interval both = sample_interval(&sum);
    claim_say(&c, "effect on output ");
    claim_say_interval(&c, all, 1);
    claim_say(&c, ", with trust held constant ");
    claim_say_interval(&c, sample_interval(&direct->on_output), 1);
    claim_say(&c, ", through trust ");
    claim_say_interval(&c, part, 1);
    claim_say(&c, " (effect on trust %.2g)", sample_interval(&total->on_trust).mean);
    if (!direct->trust_constant)
        claim_say(&c, "; but trust moves where it is held");
    bool more = interval_above(all, 0) && interval_above(part, 0) && interval_above(both, 0);
    bool less = interval_below(all, 0) && interval_below(part, 0) && interval_below(both, 0);
    c.holds = direct->trust_constant && (more || less);
    return c;
}

void trust_mediates(struct experiment *x, struct verdicts *v)
{
    static const char least[] = "motivation.trust=0.3 ownership.trust=0 "
                                "ownership.without_trust=0.7";
    static const struct {
        const char *pattern, *strategies[2];
    } rows[] = {
        {"P15 trust mediates steering at .9 instead of .3", {steering_low, steering_high}},
        {"P15 trust mediates a mix instead of frames only", {frames_at_full, even_mix}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const char *const *strategies = rows[k].strategies;
        struct effect total = effect_of(x, strategies, "", "");
        struct effect direct = effect_of(x, strategies, frozen_trust, "");
        struct claim model = mediates(&total, &direct), without = mediates(&direct, &direct);
        verdicts_add(v, rows[k].pattern, "klijn2010trust", &model, "trust frozen", &without);
        total = effect_of(x, strategies, "", least);
        direct = effect_of(x, strategies, frozen_trust, least);
        without = mediates(&total, &direct);
        verdicts_add(v, rows[k].pattern, "klijn2010trust", &model,
                     "trust counts least: b_T = .3 (the least), none for ownership", &without);
    }
}

/* --- P16: fragility -----------------------------------------------------------------------------
 *
 * Every network is compared with itself without the shock, quarter by quarter.  Two shocks:
 * politicians lose interest (the mandate falls by .4 at once), and a scandal (for half a year
 * promises break as in weeks of crisis, by cuts of .1 % that begin anew every week). */

enum { SHOCK_WEEK = 2 * YEAR + 1, SCANDAL_WEEKS = 26, AFTER_WEEKS = 2 * YEAR, QUARTER = 13 };
enum { FRAGILE_WEEKS = SHOCK_WEEK + SCANDAL_WEEKS + AFTER_WEEKS };
static const double returned = 0.95;

enum shock { NO_SHOCK, MANDATE_LOST, SCANDAL, SHOCKS };

static void write_shock(enum shock shock, char *yaml, size_t size)
{
    size_t length = (size_t)snprintf(yaml, size, "shocks:\n");
    if (shock == NO_SHOCK)
        yaml[0] = '\0';
    if (shock == MANDATE_LOST)
        snprintf(yaml + length, size - length,
                 "  - {kind: mandate, week: %d, length: 1, size: 0.4}\n", SHOCK_WEEK);
    for (size_t k = 0; shock == SCANDAL && k < SCANDAL_WEEKS; k++)
        length +=
            (size_t)snprintf(yaml + length, size - length,
                             "  - {kind: cuts, week: %zu, length: 1, size: 0.1}\n", SHOCK_WEEK + k);
}

struct networks {
    double few, many; /* weekly hours of their managers */
    struct trial *scarce[SHOCKS], *ample[SHOCKS];
};

static struct networks run_networks(struct experiment *x, double few, double many,
                                    const char *settings)
{
    struct networks n = {.few = few, .many = many};
    for (size_t k = 0; k < SHOCKS; k++) {
        char yaml[4096];
        write_shock((enum shock)k, yaml, sizeof yaml);
        n.scarce[k] = experiment_run(x, FRAGILE_WEEKS, yaml, "managers.hours=%g %s", few, settings);
        n.ample[k] = experiment_run(x, FRAGILE_WEEKS, yaml, "managers.hours=%g %s", many, settings);
    }
    return n;
}

static void networks_free(struct networks *n)
{
    for (size_t k = 0; k < SHOCKS; k++) {
        trial_free(n->scarce[k]);
        trial_free(n->ample[k]);
    }
}

/* What the quarter that ends with a week has over what it has without the shock. */
static struct interval kept(struct trial *const *arms, enum shock shock, const char *observable,
                            size_t end)
{
    struct sample ratio = sample_over(trial_mean(arms[shock], observable, end - QUARTER, end),
                                      trial_mean(arms[NO_SHOCK], observable, end - QUARTER, end));
    return sample_interval(&ratio);
}

static struct interval say_return(struct claim *c, double hours, struct trial *const *arms,
                                  enum shock shock, const char *observable)
{
    size_t over = SHOCK_WEEK - 1 + (shock == SCANDAL ? SCANDAL_WEEKS : 1);
    double least = INFINITY;
    size_t back = over;
    for (size_t end = SHOCK_WEEK - 1 + QUARTER; end <= over + AFTER_WEEKS; end++) {
        double now = kept(arms, shock, observable, end).mean;
        least = fmin(least, now);
        if (now < returned)
            back = end + 1;
    }
    struct interval last = kept(arms, shock, observable, over + AFTER_WEEKS);
    claim_say(c, "%g h: least %.3g %%, after two years ", hours, 100 * least);
    claim_say_interval(c, last, 100);
    if (back > over + AFTER_WEEKS)
        claim_say(c, " (not back at 95 %%)");
    else if (least < returned)
        claim_say(c, " (back at 95 %% after %zu weeks)", back > over ? back - over : 0);
    return last;
}

static struct claim fragile(const struct networks *n, enum shock shock, const char *observable)
{
    struct claim c = {0};
    struct interval scarce = say_return(&c, n->few, n->scarce, shock, observable);
    claim_say(&c, "; ");
    struct interval ample = say_return(&c, n->many, n->ample, shock, observable);
    c.holds = interval_below(scarce, returned) && interval_above(ample, returned);
    return c;
}

static void add_fragile(struct verdicts *v, const struct networks *n, const char *pattern,
                        enum shock shock, const char *observable)
{
    struct claim model = fragile(n, shock, observable);
    struct claim without = fragile(n, NO_SHOCK, observable);
    verdicts_add(v, pattern, "S0 5.1", &model, "no shock", &without);
}

void fragility(struct experiment *x, struct verdicts *v)
{
    struct networks usual = run_networks(x, 3.7, 22.2, "");
    add_fragile(v, &usual, "P16 a lost mandate comes back only with ample attention", MANDATE_LOST,
                "mandate");
    add_fragile(v, &usual, "P16 so does trust after the mandate is lost", MANDATE_LOST, "trust");
    add_fragile(v, &usual, "P16 so does output after the mandate is lost", MANDATE_LOST, "output");
    add_fragile(v, &usual, "P16 trust comes back from a scandal only with ample attention", SCANDAL,
                "trust");
    add_fragile(v, &usual, "P16 so does output after the scandal", SCANDAL, "output");
    add_fragile(v, &usual, "P16 why: so do co-producers after the scandal", SCANDAL, "coproducers");
    networks_free(&usual);
    struct networks upwards = run_networks(x, 3.7, 37, "managers.leading_upwards=1");
    add_fragile(v, &upwards, "P16 why: the lost mandate where managers lead upwards in full",
                MANDATE_LOST, "mandate");
    networks_free(&upwards);
}
