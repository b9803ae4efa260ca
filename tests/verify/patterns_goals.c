/* Goals, roles and innovation: patterns P13 and P14. */
#include "tests/verify/patterns.h"

/* --- P13: strictness of goals has an interior optimum -------------------------------------------
 */

enum { STRICT_LEVELS = 11, GOALS_WEEKS = 4 * YEAR };

static struct curve run_strictness(struct experiment *x, const char *demand, const char *settings)
{
    struct curve levels = {
        .name = "G =", .count = STRICT_LEVELS, .from = GOALS_WEEKS - 2 * YEAR, .to = GOALS_WEEKS};
    for (size_t k = 0; k < STRICT_LEVELS; k++) {
        levels.at[k] = (double)k / (STRICT_LEVELS - 1);
        levels.arms[k] = experiment_run(x, GOALS_WEEKS, NULL, "managers.goals_and_frames=%g %s %s",
                                        levels.at[k], demand, settings);
    }
    return levels;
}

/* Says a series at both ends; more of it at the last than at the first. */
static struct interval say_ends(struct claim *c, const struct curve *levels, const char *observable)
{
    size_t last = levels->count - 1;
    struct sample first = curve_mean(levels, 0, observable);
    struct sample end = curve_mean(levels, last, observable);
    struct interval more = curve_more(levels, last, 0, observable);
    claim_say(c, "at 0 ");
    claim_say_interval(c, sample_interval(&first), 1);
    claim_say(c, ", at 1 ");
    claim_say_interval(c, sample_interval(&end), 1);
    claim_say(c, ", more by ");
    claim_say_interval(c, more, 1);
    return more;
}

static struct claim strict_blocks(const struct curve *levels)
{
    struct claim c = {0};
    c.holds = interval_above(say_ends(&c, levels, "projects_blocked"), 0);
    return c;
}

static struct claim loose_scatters(const struct curve *levels)
{
    struct claim c = {0};
    c.holds = interval_below(say_ends(&c, levels, "goal_spread"), 0);
    return c;
}

static void add_optimum(struct verdicts *v, const struct curve *levels, const struct curve *ablated,
                        const char *observable, const char *where, const char *ablation)
{
    char pattern[96];
    struct claim model = curve_interior(levels, observable);
    struct claim without = curve_interior(ablated, observable);
    snprintf(pattern, sizeof pattern, "P13 interior optimum of %s%s", observable, where);
    verdicts_add(v, pattern, "S0 5.3", &model, ablation, &without);
}

void goal_strictness(struct experiment *x, struct verdicts *v)
{
    static const char *const demands[][2] = {{"", ""}, {MORE_DEMAND, ", 5 h a week asked for"}};
    static const char *const outcomes[] = {"output", "trust", "innovations",
                                           "hours_self_initiated"};
    static const char equal[] = "all goals equal";
    for (size_t d = 0; d < sizeof demands / sizeof *demands; d++) {
        struct curve levels = run_strictness(x, demands[d][0], "");
        struct curve ablated = run_strictness(x, demands[d][0], "goals.spread=0");
        for (size_t k = 0; k < sizeof outcomes / sizeof *outcomes; k++)
            add_optimum(v, &levels, &ablated, outcomes[k], demands[d][1], equal);
        if (d == 0) {
            struct claim model = strict_blocks(&levels), without = strict_blocks(&ablated);
            verdicts_add(v, "P13 too strict goals block projects", "S0 5.3", &model, equal,
                         &without);
            model = loose_scatters(&levels);
            without = loose_scatters(&ablated);
            verdicts_add(v, "P13 too loose goals lie scattered", "S0 5.3", &model, equal, &without);
        }
        curve_free(&levels);
        curve_free(&ablated);
    }
}

/* --- P14: roles ---------------------------------------------------------------------------------
 *
 * Shares of convener, facilitator and catalyst in quarters:
 *
 *     facilitator 4   .                     mixes[facilitator][catalyst],
 *                 3   . .                   the convener has what is left of four
 *                 2   . . .
 *                 1   . . . .
 *                 0   . . . . .
 *        catalyst     0 1 2 3 4  */

enum { QUARTERS = 4, ROLES = 3 };

struct mixes {
    struct trial *arms[QUARTERS + 1][QUARTERS + 1];
};

static struct mixes run_mixes(struct experiment *x, const char *settings)
{
    struct mixes m = {0};
    for (size_t f = 0; f <= QUARTERS; f++)
        for (size_t c = 0; c + f <= QUARTERS; c++)
            m.arms[f][c] =
                experiment_run(x, GOALS_WEEKS, NULL,
                               "managers.roles.facilitator=%g managers.roles.catalyst=%g "
                               "managers.roles.convener=%g %s",
                               (double)f / QUARTERS, (double)c / QUARTERS,
                               (double)(QUARTERS - f - c) / QUARTERS, settings);
    return m;
}

static void mixes_free(struct mixes *m)
{
    for (size_t f = 0; f <= QUARTERS; f++)
        for (size_t c = 0; c + f <= QUARTERS; c++)
            trial_free(m->arms[f][c]);
}

static struct sample goals_mean(const struct trial *t, const char *observable)
{
    return trial_mean(t, observable, GOALS_WEEKS - 2 * YEAR, GOALS_WEEKS);
}

/* Ideas of a co-producer a week. */
static struct sample ideas_each(const struct trial *t)
{
    return sample_over(goals_mean(t, "ideas"), goals_mean(t, "coproducers"));
}

/* Holds when spread falls with every step from convening to facilitating. */
static struct claim facilitation_agrees(const struct mixes *m)
{
    struct claim c = {.holds = true};
    claim_say(&c, "spread of goals at facilitator 0 to 1: ");
    for (size_t f = 0; f <= QUARTERS; f++) {
        struct sample spread = goals_mean(m->arms[f][0], "goal_spread");
        claim_say(&c, f == 0 ? "" : ", ");
        claim_say_interval(&c, sample_interval(&spread), 1);
        if (f == 0)
            continue;
        spread = sample_minus(spread, goals_mean(m->arms[f - 1][0], "goal_spread"));
        c.holds = c.holds && interval_below(sample_interval(&spread), 0);
    }
    return c;
}

/* Holds when ideas of a co-producer rise with every step from convening to catalysing. */
static struct claim catalysis_stirs(const struct mixes *m)
{
    const double hundred_years = 100 * YEAR;
    struct claim c = {.holds = true};
    claim_say(&c, "ideas of 100 co-producers a year at catalyst 0 to 1: ");
    for (size_t k = 0; k <= QUARTERS; k++) {
        struct sample ideas = ideas_each(m->arms[0][k]);
        claim_say(&c, k == 0 ? "" : ", ");
        claim_say_interval(&c, sample_interval(&ideas), hundred_years);
        if (k == 0)
            continue;
        ideas = sample_minus(ideas, ideas_each(m->arms[0][k - 1]));
        c.holds = c.holds && interval_above(sample_interval(&ideas), 0);
    }
    return c;
}

/* Holds when the best mix has more innovations than each role alone. */
static struct claim mixed_is_best(const struct mixes *m)
{
    static const char *const roles[ROLES] = {"convener", "facilitator", "catalyst"};
    const struct trial *const alone[ROLES] = {m->arms[0][0], m->arms[QUARTERS][0],
                                              m->arms[0][QUARTERS]};
    struct claim claim = {.holds = true};
    size_t best[2] = {0};
    struct sample most = goals_mean(alone[0], "innovations");
    for (size_t f = 0; f <= QUARTERS; f++)
        for (size_t c = 0; c + f <= QUARTERS; c++) {
            struct sample here = goals_mean(m->arms[f][c], "innovations");
            if (!(sample_interval(&here).mean > sample_interval(&most).mean))
                continue;
            most = here;
            best[0] = f;
            best[1] = c;
        }
    claim_say(&claim, "innovations a year most at convener %g, facilitator %g, catalyst %g: ",
              (double)(QUARTERS - best[0] - best[1]) / QUARTERS, (double)best[0] / QUARTERS,
              (double)best[1] / QUARTERS);
    claim_say_interval(&claim, sample_interval(&most), YEAR);
    for (size_t k = 0; k < ROLES; k++) {
        struct sample more = sample_minus(most, goals_mean(alone[k], "innovations"));
        claim_say(&claim, k == 0 ? "; more than with %s alone by " : ", %s ", roles[k]);
        claim_say_interval(&claim, sample_interval(&more), YEAR);
        claim.holds = claim.holds && interval_above(sample_interval(&more), 0);
    }
    return claim;
}

void mixed_roles(struct experiment *x, struct verdicts *v)
{
    static const char *const settings[] = {
        "", "goals.meetings_facilitator=0 goals.confidence_facilitator=0 goals.catalyst=0 "
            "innovation.catalyst=0 innovation.facilitator=0 managers.competence=0 "
            "off.convening=true off.attention=true"};
    static const char ablation[] = "roles without effect, on recruits, attention and conflicts too";
    struct claim agree[2], stir[2], mix[2];
    for (size_t a = 0; a < 2; a++) {
        struct mixes m = run_mixes(x, settings[a]);
        agree[a] = facilitation_agrees(&m);
        stir[a] = catalysis_stirs(&m);
        mix[a] = mixed_is_best(&m);
        mixes_free(&m);
    }
    verdicts_add(v, "P14 facilitation raises agreement", "S0 5.2", &agree[0], ablation, &agree[1]);
    verdicts_add(v, "P14 catalysis raises ideas", "S0 5.2", &stir[0], ablation, &stir[1]);
    verdicts_add(v, "P14 innovations peak at mixed role shares", "S0 5.2", &mix[0], ablation,
                 &mix[1]);
}
