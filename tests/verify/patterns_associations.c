/* Associations, their money and their knowledge: patterns P6 and P10. */
#include "tests/verify/patterns.h"

/* --- P6: project grants concentrate -------------------------------------------------------------
 */

enum { GRANTS_WEEKS = 20 * YEAR };

struct grants {
    struct trial *operating, *project; /* q = 0, q = 1 */
};

static struct grants run_grants(struct experiment *x, const char *settings)
{
    static const char share[] = "associations.project_share=%d %s";
    return (struct grants){
        .operating = experiment_run(x, GRANTS_WEEKS, NULL, share, 0, settings),
        .project = experiment_run(x, GRANTS_WEEKS, NULL, share, 1, settings),
    };
}

static void grants_free(struct grants *g)
{
    trial_free(g->operating);
    trial_free(g->project);
}

/* More of a yearly series with project grants; says so. */
static struct interval say_more(struct claim *c, const struct grants *g, const char *observable)
{
    struct sample operating = lately(g->operating, observable, GRANTS_WEEKS);
    struct sample project = lately(g->project, observable, GRANTS_WEEKS);
    struct sample more = sample_minus(project, operating);
    struct interval i = sample_interval(&more);
    claim_say(c, "operating ");
    claim_say_interval(c, sample_interval(&operating), 1);
    claim_say(c, ", project ");
    claim_say_interval(c, sample_interval(&project), 1);
    claim_say(c, ", more by ");
    claim_say_interval(c, i, 1);
    return i;
}

static struct claim concentrate(const struct grants *g)
{
    struct claim c = {0};
    c.holds = interval_above(say_more(&c, g, "association_gini"), 0);
    return c;
}

static struct claim thin_out(const struct grants *g)
{
    struct claim c = {0};
    c.holds = interval_below(say_more(&c, g, "associations"), 0);
    return c;
}

void grants_concentrate(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {"", "associations.application_hours=0 "
                                               "associations.score_capacity=0 "
                                               "associations.score_members=0"};
    static const char ablation[] = "applications cost nothing, scores are blind";
    struct claim gini[2], number[2];
    for (size_t a = 0; a < 2; a++) {
        struct grants g = run_grants(x, settings[a]);
        gini[a] = concentrate(&g);
        number[a] = thin_out(&g);
        grants_free(&g);
    }
    verdicts_add(v, "P6 project grants raise the Gini of income", "S1", &gini[0], ablation,
                 &gini[1]);
    verdicts_add(v, "P6 operating grants keep more associations", "S1", &number[0], ablation,
                 &number[1]);
}

/* --- P10: knowledge is lost ---------------------------------------------------------------------
 *
 *     lost     1 - (with the shock) / (without), of four weeks from the one after it
 *     excess   lost of output - lost of hours, those asked for and own */

enum { VETERANS_WEEK = 5 * YEAR + 1, LOSS_WEEKS = 4, VETERANS_WEEKS = VETERANS_WEEK + LOSS_WEEKS };

struct loss {
    struct sample hours, output, excess;
};

static struct sample hours_of(const struct trial *t)
{
    return sample_plus(trial_mean(t, "hours_done", VETERANS_WEEK, VETERANS_WEEKS),
                       trial_mean(t, "hours_self_initiated", VETERANS_WEEK, VETERANS_WEEKS));
}

static struct sample output_of(const struct trial *t)
{
    return trial_mean(t, "output", VETERANS_WEEK, VETERANS_WEEKS);
}

static struct sample lost(struct sample with, struct sample without)
{
    return sample_over(sample_minus(without, with), without);
}

static struct loss run_loss(struct experiment *x, double documented, const char *settings)
{
    static const char veterans[] = "shocks: [{kind: veterans, week: 261, size: 0.2}]";
    static const char arms[] = MORE_DEMAND " associations.documented=%g %s";
    struct trial *calm = experiment_run(x, VETERANS_WEEKS, NULL, arms, documented, settings);
    struct trial *shock = experiment_run(x, VETERANS_WEEKS, veterans, arms, documented, settings);
    struct loss loss = {.hours = lost(hours_of(shock), hours_of(calm)),
                        .output = lost(output_of(shock), output_of(calm))};
    loss.excess = sample_minus(loss.output, loss.hours);
    trial_free(calm);
    trial_free(shock);
    return loss;
}

static struct claim more_than_hours(const struct loss *l)
{
    struct claim c = {0};
    struct interval excess = sample_interval(&l->excess);
    claim_say(&c, "per cent lost of hours ");
    claim_say_interval(&c, sample_interval(&l->hours), 100);
    claim_say(&c, ", of output ");
    claim_say_interval(&c, sample_interval(&l->output), 100);
    claim_say(&c, ", more by ");
    claim_say_interval(&c, excess, 100);
    c.holds = interval_above(excess, 0);
    return c;
}

static struct claim shrinks(const struct loss *usual, const struct loss *documented)
{
    struct claim c = {0};
    struct sample change = sample_minus(documented->excess, usual->excess);
    struct interval i = sample_interval(&change);
    claim_say(&c, "per cent of output lost beyond hours, documented .3 ");
    claim_say_interval(&c, sample_interval(&usual->excess), 100);
    claim_say(&c, ", .9 ");
    claim_say_interval(&c, sample_interval(&documented->excess), 100);
    claim_say(&c, ", changed by ");
    claim_say_interval(&c, i, 100);
    c.holds = interval_below(i, 0);
    return c;
}

void knowledge_lost(struct experiment *x, struct verdicts *v)
{
    static const struct {
        const char *who, *settings;
    } rows[] = {
        {"all come through an association", "associations.share_of_volunteers=1"},
        {"three in ten do", ""},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        char pattern[96], useless[96];
        snprintf(useless, sizeof useless, "%s associations.knowledge_gain=0", rows[k].settings);
        struct loss usual = run_loss(x, 0.3, rows[k].settings);
        struct loss written = run_loss(x, 0.9, rows[k].settings);
        struct loss usual_without = run_loss(x, 0.3, useless);
        struct loss written_without = run_loss(x, 0.9, useless);
        struct claim dips = more_than_hours(&usual), dips_written = more_than_hours(&written);
        struct claim less = shrinks(&usual, &written);
        struct claim less_without = shrinks(&usual_without, &written_without);
        snprintf(pattern, sizeof pattern, "P10 output dips more than hours, %s", rows[k].who);
        verdicts_add(v, pattern, "S1", &dips, "documented .9, the most allowed", &dips_written);
        snprintf(pattern, sizeof pattern, "P10 documentation makes that less, %s", rows[k].who);
        verdicts_add(v, pattern, "S1", &less, "associations' knowledge without effect",
                     &less_without);
    }
}
