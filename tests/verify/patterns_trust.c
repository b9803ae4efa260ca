/* What trust does, and what becomes of a network that loses it: patterns P15 and P16. */
#include <math.h>

#include "tests/verify/patterns.h"

/* --- P15: trust mediates ------------------------------------------------------------------------
 *
 *     total effect     Y(strategy b) - Y(strategy a), trust as it comes
 *     direct effect    the same with everybody's trust held at its first value
 *     through trust    total - direct
 *
 * No arm has a facilitator, whose mediation of conflicts is the only other source of trust; so that
 * the arms of the direct effect differ from the others by frozen trust alone. */

enum { MEDIATION_WEEKS = 4 * YEAR };
static const char no_facilitator[] =
    "managers.roles.convener=0.3 managers.roles.facilitator=0 managers.roles.catalyst=0.7";
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
                                         no_facilitator, strategies[k], trust, settings);
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
static struct claim mediates(struct experiment *x, const char *const *strategies,
                             const char *settings)
{
    struct claim c = {0};
    struct effect free = effect_of(x, strategies, "", settings);
    struct effect frozen = effect_of(x, strategies, frozen_trust, settings);
    struct sample through = sample_minus(free.on_output, frozen.on_output);
    struct sample both = sample_plus(free.on_output, frozen.on_output);
    struct interval total = sample_interval(&free.on_output), part = sample_interval(&through);
    struct interval sum = sample_interval(&both);
    claim_say(&c, "effect on output ");
    claim_say_interval(&c, total, 1);
    claim_say(&c, ", with trust held constant ");
    claim_say_interval(&c, sample_interval(&frozen.on_output), 1);
    claim_say(&c, ", through trust ");
    claim_say_interval(&c, part, 1);
    claim_say(&c, " (effect on trust %.2g)%s", sample_interval(&free.on_trust).mean,
              frozen.trust_constant ? "" : "; BUT FROZEN TRUST MOVES");
    bool more = interval_above(total, 0) && interval_above(part, 0) && interval_above(sum, 0);
    bool less = interval_below(total, 0) && interval_below(part, 0) && interval_below(sum, 0);
    c.holds = frozen.trust_constant && (more || less);
    return c;
}

void trust_mediates(struct experiment *x, struct verdicts *v)
{
    static const struct {
        const char *pattern, *strategies[2];
    } rows[] = {
        {"P15 trust mediates steering at .9 instead of .3", {steering_low, steering_high}},
        {"P15 trust mediates a mix instead of frames only", {frames_at_full, even_mix}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct claim model = mediates(x, rows[k].strategies, "");
        struct claim without =
            mediates(x, rows[k].strategies,
                     "motivation.trust=0.3 ownership.trust=0 ownership.without_trust=0.7");
        verdicts_add(v, rows[k].pattern, "klijn2010", &model,
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
    struct trial *scarce[SHOCKS], *ample[SHOCKS];
};

static struct networks run_networks(struct experiment *x, const char *settings)
{
    struct networks n;
    for (size_t k = 0; k < SHOCKS; k++) {
        char yaml[4096];
        write_shock((enum shock)k, yaml, sizeof yaml);
        n.scarce[k] = experiment_run(x, FRAGILE_WEEKS, yaml, "managers.hours=3.7 %s", settings);
        n.ample[k] = experiment_run(x, FRAGILE_WEEKS, yaml, "managers.hours=22.2 %s", settings);
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

static struct interval say_return(struct claim *c, const char *who, struct trial *const *arms,
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
    claim_say(c, "%s at least %.3g %% of that without the shock, after two years ", who,
              100 * least);
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
    struct interval scarce = say_return(&c, "3.7 h:", n->scarce, shock, observable);
    struct interval ample = say_return(&c, "; 22.2 h:", n->ample, shock, observable);
    c.holds = interval_below(scarce, returned) && interval_above(ample, returned);
    return c;
}

void fragility(struct experiment *x, struct verdicts *v)
{
    static const struct {
        const char *pattern, *observable;
        enum shock shock;
    } rows[] = {
        {"P16 a lost mandate comes back only with ample attention", "mandate", MANDATE_LOST},
        {"P16 so does trust after the mandate is lost", "trust", MANDATE_LOST},
        {"P16 so does output after the mandate is lost", "output", MANDATE_LOST},
        {"P16 trust comes back from a scandal only with ample attention", "trust", SCANDAL},
        {"P16 so does output after the scandal", "output", SCANDAL},
    };
    struct networks n = run_networks(x, "");
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct claim model = fragile(&n, rows[k].shock, rows[k].observable);
        struct claim without = fragile(&n, NO_SHOCK, rows[k].observable);
        verdicts_add(v, rows[k].pattern, "S0 5.1", &model, "no shock", &without);
    }
    networks_free(&n);
}
