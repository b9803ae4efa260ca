/* The participatory budget: patterns P5 and P11.
 *
 * Ten yearly budgets; figures are means of the last five. */
#include "tests/verify/patterns.h"

enum { YEARS = 10, WEEKS = YEARS * YEAR };

static void say(struct claim *c, const char *words, const struct trial *t, const char *observable,
                double scale)
{
    struct sample s = lately(t, observable, WEEKS);
    claim_say(c, "%s", words);
    claim_say_interval(c, sample_interval(&s), scale);
}

static struct interval change(const struct trial *from, const struct trial *to,
                              const char *observable)
{
    struct sample difference =
        sample_minus(lately(to, observable, WEEKS), lately(from, observable, WEEKS));
    return sample_interval(&difference);
}

/* --- P5: whipped cream --------------------------------------------------------------------------
 */

enum { POOLS = 4, POWERS = 2 };
static const double pools[POOLS] = {4, 42, 200, 1000};
static const double powers[POWERS] = {0.2, 1};

/* Turnout and ownership rise with the pool at every step, and by less than the pool does. */
static struct claim rises_with_pool(struct trial *const *arms, const char *observable, double scale)
{
    struct claim c = {.holds = true};
    claim_say(&c, "at 4, 42, 200, 1000 DKK a head ");
    for (size_t k = 0; k < POOLS; k++)
        say(&c, k == 0 ? "" : ", ", arms[k], observable, scale);
    for (size_t k = 1; k < POOLS; k++)
        c.holds = c.holds && interval_above(change(arms[k - 1], arms[k], observable), 0);
    struct sample ratio =
        sample_over(lately(arms[POOLS - 1], observable, WEEKS), lately(arms[0], observable, WEEKS));
    c.holds = c.holds && interval_below(sample_interval(&ratio), pools[POOLS - 1] / pools[0]);
    return c;
}

/* A small pool leaves voters less sure that their voice counts than they were, a large one more. */
static struct claim disappoints(const struct trial *small, const struct trial *large)
{
    struct claim c = {0};
    struct sample at_small = lately(small, "efficacy", WEEKS),
                  at_large = lately(large, "efficacy", WEEKS);
    say(&c, "efficacy (.45 at the start) at 4 DKK ", small, "efficacy", 1);
    say(&c, ", at 1000 DKK ", large, "efficacy", 1);
    c.holds = interval_below(sample_interval(&at_small), 0.45) &&
              interval_above(sample_interval(&at_large), 0.45);
    return c;
}

static struct claim rises_with_power(struct trial *const *arms, const char *observable,
                                     double scale)
{
    struct claim c = {0};
    say(&c, "delegated power .2: ", arms[0], observable, scale);
    say(&c, ", 1: ", arms[1], observable, scale);
    c.holds = interval_above(change(arms[0], arms[1], observable), 0);
    return c;
}

void whipped_cream(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {"", "budget.vote_stake=0 budget.propose_stake=0"};
    struct claim disappoint[2], turnout[2], owned[2], power[2];
    for (size_t a = 0; a < 2; a++) {
        struct trial *by_pool[POOLS], *by_power[POWERS];
        for (size_t k = 0; k < POOLS; k++)
            by_pool[k] = experiment_run(x, WEEKS, NULL, "budget.pool=%g %s", pools[k], settings[a]);
        for (size_t k = 0; k < POWERS; k++)
            by_power[k] = experiment_run(x, WEEKS, NULL, "budget.pool=200 budget.delegated=%g %s",
                                         powers[k], settings[a]);
        disappoint[a] = disappoints(by_pool[0], by_pool[POOLS - 1]);
        turnout[a] = rises_with_pool(by_pool, "budget_turnout", 100);
        owned[a] = rises_with_pool(by_pool, "ownership", 1);
        power[a] = rises_with_power(by_power, "budget_turnout", 100);
        for (size_t k = 0; k < POOLS; k++)
            trial_free(by_pool[k]);
        for (size_t k = 0; k < POWERS; k++)
            trial_free(by_power[k]);
    }
    static const char name[] = "stake weight 0";
    verdicts_add(v, "P5 small pools disappoint, large ones do not", "S2", &disappoint[0], name,
                 &disappoint[1]);
    verdicts_add(v, "P5 turnout (%) rises with the pool, less than proportionally", "S2",
                 &turnout[0], name, &turnout[1]);
    verdicts_add(v, "P5 ownership rises with the pool, less than proportionally", "S2", &owned[0],
                 name, &owned[1]);
    verdicts_add(v, "P5 turnout (%) rises with delegated power", "S2", &power[0], name, &power[1]);
}

/* --- P11: the same few --------------------------------------------------------------------------
 */

static const double organised_share = 0.08; /* of citizens */

static struct claim few_win(const struct trial *t)
{
    struct claim c = {0};
    struct sample money = lately(t, "budget_organised_share", WEEKS),
                  votes = lately(t, "budget_gini", WEEKS);
    say(&c, "of the money, % for projects of the organised (8 % of citizens): ", t,
        "budget_organised_share", 100);
    say(&c, "; Gini of budgets voted on ", t, "budget_gini", 1);
    c.holds = interval_above(sample_interval(&money), 1.5 * organised_share) &&
              interval_above(sample_interval(&votes), 0.5);
    return c;
}

static struct claim lowered(const struct trial *before, const struct trial *after,
                            const char *observable, double scale)
{
    struct claim c = {0};
    say(&c, "from ", before, observable, scale);
    say(&c, " to ", after, observable, scale);
    claim_say(&c, ", changed by ");
    claim_say_interval(&c, change(before, after, observable), scale);
    c.holds = interval_below(change(before, after, observable), 0);
    return c;
}

void same_few(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {
        "", "budget.vote_habit=0 budget.vote_organised=0 budget.propose_organised=1"};
    static const char name[] = "no habit, no organisation advantage";
    enum { USUAL, OUTREACH, EQUAL_SHARES, ARMS };
    static const char *const changes[ARMS] = {"", "budget.outreach=1",
                                              "budget.rule=equal-shares-add-one"};
    static const struct {
        const char *pattern, *observable;
        size_t arm;
        double scale;
    } rows[] = {
        {"P11 outreach lowers the Gini of participation", "budget_gini", OUTREACH, 1},
        {"P11 outreach lowers the share of the organised (%)", "budget_organised_share", OUTREACH,
         100},
        {"P11 equal shares lower the share of the organised (%)", "budget_organised_share",
         EQUAL_SHARES, 100},
        {"P11 equal shares lower the Gini of participation", "budget_gini", EQUAL_SHARES, 1},
        {"P11 equal shares leave fewer voters with nothing (%)", "budget_excluded", EQUAL_SHARES,
         100},
    };
    struct trial *arms[2][ARMS];
    for (size_t a = 0; a < 2; a++)
        for (size_t k = 0; k < ARMS; k++)
            arms[a][k] = experiment_run(x, WEEKS, NULL, "%s %s", changes[k], settings[a]);
    struct claim model = few_win(arms[0][USUAL]), without = few_win(arms[1][USUAL]);
    verdicts_add(v, "P11 the same few vote and the organised win", "S2", &model, name, &without);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        model = lowered(arms[0][USUAL], arms[0][rows[k].arm], rows[k].observable, rows[k].scale);
        without = lowered(arms[1][USUAL], arms[1][rows[k].arm], rows[k].observable, rows[k].scale);
        verdicts_add(v, rows[k].pattern, "S2", &model, name, &without);
    }
    for (size_t a = 0; a < 2; a++)
        for (size_t k = 0; k < ARMS; k++)
            trial_free(arms[a][k]);
}
