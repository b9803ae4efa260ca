/* Patterns P5 and P11 of the participatory budget, each with the ablation that must destroy it.
 *
 *     budgets [FILE.md [REPLICATES]]         the table as Markdown too; 30 replicates by default
 *
 * Ten yearly budgets in a town of 10,000 inhabitants; figures are means of the last five. */
#include "models/coproduction.h"
#include "tests/support/experiment.h"

enum { YEAR = 52, YEARS = 10, LAST = 5, WEEKS = YEARS * YEAR };
static const char town[] = "population.inhabitants=10000";

/* Mean of a yearly series over the last five years. */
static struct sample lately(const struct trial *t, const char *observable)
{
    struct sample sum = {0};
    for (size_t k = 0; k < LAST; k++) {
        size_t week = WEEKS - 1 - k * YEAR;
        struct sample year = trial_mean(t, observable, week, week + 1);
        sum = k == 0 ? year : sample_plus(sum, year);
    }
    for (size_t r = 0; r < sum.count; r++)
        sum.x[r] /= LAST;
    return sum;
}

static void say(struct claim *c, const char *words, const struct trial *t, const char *observable,
                double scale)
{
    struct sample s = lately(t, observable);
    claim_say(c, "%s", words);
    claim_say_interval(c, sample_interval(&s), scale);
}

static struct interval change(const struct trial *from, const struct trial *to,
                              const char *observable)
{
    struct sample difference = sample_minus(lately(to, observable), lately(from, observable));
    return sample_interval(&difference);
}

/* --- P5: whipped cream ---------------------------------------------------------------------------
 */

enum { POOLS = 4 };
static const double pools[POOLS] = {4, 42, 200, 1000};

/* Turnout, efficacy and ownership rise with the pool at every step, and turnout by less than the
 * pool does. */
static struct claim rises_with_pool(struct experiment *x, const char *observable, double scale,
                                    const char *settings)
{
    struct claim c = {.holds = true};
    struct trial *arms[POOLS];
    for (size_t k = 0; k < POOLS; k++)
        arms[k] = experiment_run(x, WEEKS, NULL, "budget.pool=%g %s", pools[k], settings);
    claim_say(&c, "at 4, 42, 200, 1000 DKK a head ");
    for (size_t k = 0; k < POOLS; k++)
        say(&c, k == 0 ? "" : ", ", arms[k], observable, scale);
    for (size_t k = 1; k < POOLS; k++)
        c.holds = c.holds && interval_above(change(arms[k - 1], arms[k], observable), 0);
    struct sample ratio =
        sample_over(lately(arms[POOLS - 1], observable), lately(arms[0], observable));
    c.holds = c.holds && interval_below(sample_interval(&ratio), pools[POOLS - 1] / pools[0]);
    for (size_t k = 0; k < POOLS; k++)
        trial_free(arms[k]);
    return c;
}

/* A small pool leaves voters less sure that their voice counts than they were, a large one more. */
static struct claim whipped_cream(struct experiment *x, const char *settings)
{
    struct claim c = {0};
    struct trial *small = experiment_run(x, WEEKS, NULL, "budget.pool=4 %s", settings);
    struct trial *large = experiment_run(x, WEEKS, NULL, "budget.pool=1000 %s", settings);
    struct sample at_small = lately(small, "efficacy"), at_large = lately(large, "efficacy");
    say(&c, "efficacy (.45 at the start) at 4 DKK ", small, "efficacy", 1);
    say(&c, ", at 1000 DKK ", large, "efficacy", 1);
    c.holds = interval_below(sample_interval(&at_small), 0.45) &&
              interval_above(sample_interval(&at_large), 0.45);
    trial_free(small);
    trial_free(large);
    return c;
}

static struct claim rises_with_power(struct experiment *x, const char *observable, double scale,
                                     const char *settings)
{
    struct claim c = {0};
    struct trial *little =
        experiment_run(x, WEEKS, NULL, "budget.pool=200 budget.delegated=0.2 %s", settings);
    struct trial *much =
        experiment_run(x, WEEKS, NULL, "budget.pool=200 budget.delegated=1 %s", settings);
    say(&c, "delegated power .2: ", little, observable, scale);
    say(&c, ", 1: ", much, observable, scale);
    c.holds = interval_above(change(little, much, observable), 0);
    trial_free(little);
    trial_free(much);
    return c;
}

static void whipped(struct experiment *x, struct verdicts *v)
{
    static const char no_stake[] = "budget.vote_stake=0 budget.propose_stake=0";
    static const char name[] = "stake weight 0";
    struct claim model = whipped_cream(x, ""), without = whipped_cream(x, no_stake);
    verdicts_add(v, "P5 small pools disappoint, large ones do not", "S2", &model, name, &without);
    const struct {
        const char *pattern, *observable;
        double scale;
    } rows[] = {
        {"P5 turnout (%) rises with the pool, less than proportionally", "budget_turnout", 100},
        {"P5 ownership rises with the pool, less than proportionally", "ownership", 1},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        model = rises_with_pool(x, rows[k].observable, rows[k].scale, "");
        without = rises_with_pool(x, rows[k].observable, rows[k].scale, no_stake);
        verdicts_add(v, rows[k].pattern, "S2", &model, name, &without);
    }
    model = rises_with_power(x, "budget_turnout", 100, "");
    without = rises_with_power(x, "budget_turnout", 100, no_stake);
    verdicts_add(v, "P5 turnout (%) rises with delegated power", "S2", &model, name, &without);
}

/* --- P11: the same few
 * ---------------------------------------------------------------------------- */

static const double organised_share = 0.08; /* of citizens */

static struct claim same_few(struct experiment *x, const char *settings)
{
    struct claim c = {0};
    struct trial *t = experiment_run(x, WEEKS, NULL, "%s", settings);
    struct sample money = lately(t, "budget_organised_share"), votes = lately(t, "budget_gini");
    say(&c, "of the money, % for projects of the organised (8 % of citizens): ", t,
        "budget_organised_share", 100);
    say(&c, "; Gini of budgets voted on ", t, "budget_gini", 1);
    c.holds = interval_above(sample_interval(&money), 1.5 * organised_share) &&
              interval_above(sample_interval(&votes), 0.5);
    trial_free(t);
    return c;
}

static struct claim lowered(struct experiment *x, const char *change_to, const char *observable,
                            double scale, const char *settings)
{
    struct claim c = {0};
    struct trial *before = experiment_run(x, WEEKS, NULL, "%s", settings);
    struct trial *after = experiment_run(x, WEEKS, NULL, "%s %s", change_to, settings);
    say(&c, "from ", before, observable, scale);
    say(&c, " to ", after, observable, scale);
    claim_say(&c, ", changed by ");
    claim_say_interval(&c, change(before, after, observable), scale);
    c.holds = interval_below(change(before, after, observable), 0);
    trial_free(before);
    trial_free(after);
    return c;
}

static void few(struct experiment *x, struct verdicts *v)
{
    static const char equal[] = "budget.vote_habit=0 budget.vote_organised=0 "
                                "budget.propose_organised=1";
    static const char name[] = "no habit, no organisation advantage";
    struct claim model = same_few(x, ""), without = same_few(x, equal);
    verdicts_add(v, "P11 the same few vote and the organised win", "S2", &model, name, &without);
    const struct {
        const char *pattern, *settings, *observable;
        double scale;
    } rows[] = {
        {"P11 outreach lowers the Gini of participation", "budget.outreach=1", "budget_gini", 1},
        {"P11 outreach lowers the share of the organised (%)", "budget.outreach=1",
         "budget_organised_share", 100},
        {"P11 equal shares lower the share of the organised (%)",
         "budget.rule=equal-shares-add-one", "budget_organised_share", 100},
        {"P11 equal shares lower the Gini of participation", "budget.rule=equal-shares-add-one",
         "budget_gini", 1},
        {"P11 equal shares leave fewer voters with nothing (%)", "budget.rule=equal-shares-add-one",
         "budget_excluded", 100},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        model = lowered(x, rows[k].settings, rows[k].observable, rows[k].scale, "");
        without = lowered(x, rows[k].settings, rows[k].observable, rows[k].scale, equal);
        verdicts_add(v, rows[k].pattern, "S2", &model, name, &without);
    }
}

/* --- all together -------------------------------------------------------------------------------
 */

int main(int argc, char **argv)
{
    static pattern_test *const patterns[] = {whipped, few};
    return experiment_main(
        argc, argv, &coproduction, town, patterns, sizeof patterns / sizeof *patterns,
        "A town of 10,000 inhabitants, ten yearly budgets.  Figures are means of "
        "the last five years.");
}
