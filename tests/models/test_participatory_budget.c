/* The participatory budget (E16) against what is known of it: closed forms, limiting cases
 * (tests/support/limits_budget.c), its own ballots counted anew, and money that adds up.  Seeds are
 * fixed. */
#include "tests/support/check.h"

#include <stdio.h>

#include "models/budget_box.h"
#include "models/submodels.h"
#include "sim/digest.h"
#include "tests/support/limits.h"

#define BUDGET "participatory_budget"

enum { YEAR = 52 };

/* --- closed forms ----------------------------------------------------------------------------- */

/* By hand at 42 DKK and power .7: st = ln 2.47 = .904218, full impact 1 - e^-.49 = .387374. */
static void worked_by_hand(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, BUDGET, SMALL_TOWN, 0);
    struct params p = *s.p;
    assert_close(budget_stake(&p), 0.904218, 1e-6);

    double plain = 0.0016 * 1.372284; /* e^{.35 x .904218} */
    assert_close(proposal_probability(&p, 0.45, false, false), plain, 1e-8);
    assert_close(proposal_probability(&p, 0.65, false, false), plain * 1.349859, 1e-8);
    assert_close(proposal_probability(&p, 0.45, true, false), plain * 3, 1e-8);
    assert_close(proposal_probability(&p, 0.45, false, true), plain * 0.4, 1e-8);
    assert_close(proposal_probability(&p, 0.45, true, true), plain * 1.2, 1e-8);

    /* lg(-2.3 + 2 x .2 + .9 x .5 + .25 x .904218 - .9 + .9) = lg(-1.2239455) */
    assert_close(turnout_probability(&p, 0.65, 0.5, true, true), 0.227243, 1e-6);
    p.codesign = 0.5;
    p.outreach = 1; /* lg(-2.3 + .2260545 + .5 x .5 x .7 + .3) */
    assert_close(turnout_probability(&p, 0.45, 0, false, true), 0.168129, 1e-6);
    assert_close(proposal_probability(&p, 0.45, false, false), plain * 1.5, 1e-8);

    /* goals 1.2 x .387374 = .464848 above, a third of it below .45 */
    assert_close(efficacy_after_vote(&p, 0.45, 1), 0.45 + 0.2 * 0.014848, 1e-6);
    assert_close(efficacy_after_vote(&p, 0.45, 1.0 / 3), 0.45 - 0.35 * 0.295051, 1e-6);
    assert_close(efficacy_after_vote(&p, 0.45, 0), 0.65 * 0.45, 1e-6);
    small_close(&s);
}

/* --- people ----------------------------------------------------------------------------------- */

static void without_a_pool_nothing_is_held(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, NULL, SMALL_TOWN "budget.pool: 0\n", 0);
    const struct town *t = s.town;
    small_run(&s, 2 * YEAR);
    static const char *const nothing[] = {
        "budget_turnout", "budget_proposals", "budget_money",          "budget_spent",
        "budget_gini",    "budget_excluded",  "budget_marginal_share", "budget_organised_share"};
    for (size_t k = 0; k < sizeof nothing / sizeof *nothing; k++)
        assert_close(small_observed(&s, nothing[k]), 0, 0);
    assert_close(small_observed(&s, "efficacy"), 0.45, 1e-7);
    for (size_t i = 0; i < t->citizens; i++) {
        assert_close((double)t->citizen_efficacy[i], 0.45, 1e-7);
        assert_int_equal(t->citizen_votes[i], 0);
    }
    small_close(&s);
}

struct before {
    float *efficacy, *habit, *ownership;
};

static void remember(struct before *b, const struct town *t)
{
    size_t bytes = t->citizens * sizeof(float);
    memcpy(b->efficacy, t->citizen_efficacy, bytes);
    memcpy(b->habit, t->citizen_habit, bytes);
    memcpy(b->ownership, t->citizen_ownership, bytes);
}

/* The share of a ballot that was funded; it names different projects, three where there are. */
static double hit_of_ballot(const struct budget_box *box, size_t voter)
{
    const struct profile *ballots = &box->profile;
    size_t first = ballots->first[voter], end = ballots->first[voter + 1];
    double hit = 0, length = ballots->project_count < 3 ? (double)ballots->project_count : 3;
    assert_close((double)(end - first), length, 0);
    for (size_t k = first; k < end; k++) {
        assert_true(ballots->entry_project[k] < ballots->project_count);
        hit += box->funded[ballots->entry_project[k]] / length;
        for (size_t j = first; j < k; j++)
            assert_true(ballots->entry_project[j] != ballots->entry_project[k]);
    }
    return hit;
}

static void check_citizen(const struct town *t, const struct before *b, size_t i, bool voted,
                          double hit)
{
    double e = (double)b->efficacy[i], o = (double)b->ownership[i], z = (double)b->habit[i];
    double goal = 1.2 * (1 - exp(-0.7 * 42 / 60)) * hit;
    e += voted ? (goal < e ? 0.35 : 0.2) * (goal - e) : 0.1 * (0.45 - e);
    o += voted ? 0.3 * (0.7 * hit - o) : 0;
    assert_close((double)t->citizen_efficacy[i], e, 1e-6);
    assert_close((double)t->citizen_ownership[i], o, 1e-6);
    assert_close((double)t->citizen_habit[i], 0.6 * z + 0.4 * voted, 1e-6);
}

/* Three years, every citizen: in the later ones habits differ and efficacy has left its base. */
static void voters_learn_what_their_ballots_brought(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, BUDGET, SMALL_TOWN "budget.propose: 0.01\nbudget.vetoes: no\n", 0);
    const struct town *t = s.town;
    const struct budget_box *box = &t->boxes[0];
    size_t bytes = t->citizens * sizeof(float), votes = 0;
    struct before before = {malloc(bytes), malloc(bytes), malloc(bytes)};
    for (unsigned year = 0; year < 3; year++) {
        remember(&before, t);
        small_run(&s, YEAR);
        size_t voter = 0, excluded = 0, hits = 0, cast = 0;
        for (size_t i = 0; i < t->citizens; i++) {
            bool voted = voter < box->profile.voter_count && box->voter[voter] == i;
            double hit = voted ? hit_of_ballot(box, voter++) : 0;
            check_citizen(t, &before, i, voted, hit);
            excluded += voted && hit <= 0;
            hits += hit > 0;
            cast += t->citizen_votes[i];
        }
        assert_int_equal(voter, box->profile.voter_count);
        assert_true(excluded > 0 && hits > 0);
        votes += voter;
        assert_int_equal(cast, votes);
        double excluded_share = (double)excluded / (double)voter;
        assert_close(small_observed(&s, "budget_excluded"), excluded_share, 1e-6);
        assert_close(small_observed(&s, "budget_turnout"), (double)voter / (double)t->citizens,
                     1e-6);
    }
    free(before.efficacy);
    free(before.habit);
    free(before.ownership);
    small_close(&s);
}

/* After one budget a share v of all has one vote each and the others none: 1 - v.  Of all pairs
 * after three. */
static void gini_of_votes(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, BUDGET, SMALL_TOWN, 0);
    const struct town *t = s.town;
    small_run(&s, YEAR);
    assert_close(small_observed(&s, "budget_gini"), 1 - small_observed(&s, "budget_turnout"), 1e-6);
    small_run(&s, 2 * YEAR);
    double differences = 0, votes = 0, n = (double)t->citizens;
    for (size_t i = 0; i < t->citizens; i++) {
        votes += t->citizen_votes[i];
        for (size_t j = 0; j < t->citizens; j++)
            differences += abs(t->citizen_votes[i] - t->citizen_votes[j]);
    }
    assert_close(small_observed(&s, "budget_gini"), differences / (2 * n * votes), 1e-6);
    small_close(&s);
}

/* Twins in which winners begin and do not begin: only funded proposers differ, and some do. */
static void winners_begin_to_coproduce(void **state)
{
    (void)state;
    struct small all, none;
    small_model(&all);
    small_model(&none);
    small_open(&all, NULL, SMALL_TOWN "budget.winner_active: 1\nbudget.pool: 300\n", 0);
    small_open(&none, NULL, SMALL_TOWN "budget.winner_active: 0\nbudget.pool: 300\n", 0);
    small_run(&all, YEAR);
    small_run(&none, YEAR);
    const struct budget_box *box = &all.town->boxes[0];
    size_t began = 0;
    for (size_t i = 0; i < all.town->citizens; i++) {
        uint8_t status = all.town->citizen_status[i];
        if (status == none.town->citizen_status[i])
            continue;
        bool won = false;
        for (size_t c = 0; c < box->profile.project_count; c++)
            won |= box->funded[c] && box->proposer[c] == i;
        assert_true(won && citizen_coproduces(status));
        assert_int_equal(none.town->citizen_status[i], CITIZEN_INACTIVE);
        began++;
    }
    assert_true(began > 0);
    small_close(&all);
    small_close(&none);
}

/* --- money ------------------------------------------------------------------------------------ */

static void money_is_spent_or_carried(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, BUDGET, SMALL_TOWN, 0);
    struct town *t = s.town;
    const struct budget_box *box = &t->boxes[0];
    struct error e = {0};
    double carried = 0, all_spent = 0;
    for (unsigned year = 0; year < 6; year++) {
        small_run(&s, YEAR);
        double costs = 0;
        for (size_t c = 0; c < box->profile.project_count; c++)
            costs += box->funded[c] ? money_amount(box->profile.projects[c].cost) : 0;
        double money = small_observed(&s, "budget_money");
        double spent = small_observed(&s, "budget_spent");
        assert_close(money, 42 * 4000 + carried, 0);
        assert_close(spent, costs, 0);
        carried = t->municipality_carried[0];
        assert_close(spent + carried, money, 0);
        all_spent += spent;
    }
    assert_true(all_spent > 0 && carried > 0);
    assert_status(s.model.check(&t->world, &e), STATUS_DONE, &e);
    t->municipality_carried[0]--;
    assert_int_equal(s.model.check(&t->world, &e), STATUS_FAILED);
    assert_contains(error_text(&e), "carried");
    error_free(&e);
    t->municipality_carried[0]++;
    small_close(&s);
}

/* Most votes first, the first in the list among equals, as long as it fits. */
static void greedy_by_hand(const struct budget_box *box, double money, uint8_t *funded)
{
    size_t projects = box->profile.project_count;
    uint32_t *votes = calloc(projects, sizeof *votes);
    bool *seen = calloc(projects, sizeof *seen);
    for (size_t k = 0; k < box->profile.entry_count; k++)
        votes[box->profile.entry_project[k]]++;
    for (size_t turn = 0; turn < projects; turn++) {
        size_t best = projects;
        for (size_t c = 0; c < projects; c++)
            if (!seen[c] && (best == projects || votes[c] > votes[best]))
                best = c;
        seen[best] = true;
        double cost = money_amount(box->profile.projects[best].cost);
        funded[best] = votes[best] > 0 && cost <= money;
        money -= funded[best] ? cost : 0;
    }
    free(votes);
    free(seen);
}

/* What the scenario's name of a rule decides is what that rule decides, and greedy is greedy. */
static void rules_decide(void **state)
{
    (void)state;
    static const char *const names[] = {"greedy", "greedy-no-skip", "equal-shares",
                                        "equal-shares-add-one", "phragmen"};
    static const enum voting_rule rules[] = {RULE_GREEDY, RULE_GREEDY_NO_SKIP, RULE_SHARES,
                                             RULE_SHARES_ADD1, RULE_PHRAGMEN};
    enum { RULES_HERE = sizeof rules / sizeof *rules };
    uint64_t outcome[RULES_HERE];
    double excluded[RULES_HERE];
    for (size_t k = 0; k < RULES_HERE; k++) {
        char text[256];
        snprintf(text, sizeof text, "population.inhabitants: 60000\nbudget.rule: %s\n", names[k]);
        struct small s;
        small_model(&s);
        small_open(&s, BUDGET, text, 0);
        small_run(&s, YEAR);
        const struct budget_box *box = &s.town->boxes[0];
        size_t projects = box->profile.project_count;
        double money = s.town->municipality_budget_money[0];
        uint8_t *funded = calloc(projects, sizeof *funded);
        struct error e = {0};
        const struct voting_options options = {.step = 1};
        assert_true(projects > 20);
        assert_status(voting_decide(&box->profile, money, rules[k], &options, funded, &e),
                      STATUS_DONE, &e);
        assert_memory_equal(box->funded, funded, projects);
        if (rules[k] == RULE_GREEDY) {
            greedy_by_hand(box, money, funded);
            assert_memory_equal(box->funded, funded, projects);
        }
        outcome[k] = digest_bytes(DIGEST_EMPTY, funded, projects);
        excluded[k] = small_observed(&s, "budget_excluded");
        for (size_t j = 0; j < k; j++) /* else the names above could be mixed up */
            if (outcome[j] == outcome[k])
                fail_msg("%s decides as %s does", names[k], names[j]);
        free(funded);
        small_close(&s);
    }
    assert_true(excluded[3] < excluded[0]); /* shares that are equal leave fewer with nothing */
}

/* --- bits ------------------------------------------------------------------------------------- */

static void the_same_bits_at_any_number_of_threads(void **state)
{
    (void)state;
    static const int threads[] = {1, 2, 4};
    uint64_t digests[3];
    for (size_t k = 0; k < 3; k++) {
        struct scenario s;
        small_scenario(&s, "municipalities:\n"
                           "  - {name: Faxe, population.inhabitants: 6000}\n"
                           "  - {name: Odense, population.inhabitants: 2500, budget.pool: 400,\n"
                           "     budget.rule: equal-shares-add-one}\n");
        struct world *w = small_world(&s, threads[k]);
        for (unsigned week = 0; week < 2 * YEAR + 6; week++)
            world_step(w);
        digests[k] = world_digest(w);
        assert_true(town_of(w)->municipality_budget_spent[1] > 0);
        world_close(w);
        scenario_free(&s);
    }
    assert_true(digests[0] == digests[1] && digests[0] == digests[2]);
}

/* Projects outside the frame are struck from the list, and the power that people have with them. */
static void vetoes_lower_delegated_power(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(
        &s, BUDGET,
        SMALL_TOWN "budget.propose: 0.05\nmanagers.goals_and_frames: 0.8\ngoals.spread: 0.3\n", 0);
    small_run(&s, 52);
    const struct town *t = s.town;
    double proposed = t->municipality_budget_proposals[0],
           vetoed = t->municipality_budget_vetoed[0];
    const struct budget_box *box = &t->boxes[0];
    assert_close((double)box->profile.project_count, proposed - vetoed, 0);
    for (size_t c = 0; c < box->profile.project_count; c++)
        assert_true(fabs((double)t->citizen_goal[box->proposer[c]] - 0.5) <= 0.6 * 0.2 + 0.1);
    /* of normal goals with sd .3 some 46 % lie outside .22: four standard errors */
    assert_true(proposed > 100);
    assert_close(vetoed / proposed, 0.463, 4 * sqrt(0.25 / proposed));
    assert_close((double)t->municipality_delegated[0], 0.7 * (1 - vetoed / proposed), 1e-6);
    assert_close(small_observed(&s, "budget_vetoed"), vetoed, 0);
    small_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(v14_elasticity),
        cmocka_unit_test(worked_by_hand),
        cmocka_unit_test(without_a_pool_nothing_is_held),
        LIMIT_TEST(v14_turnout),
        cmocka_unit_test(voters_learn_what_their_ballots_brought),
        cmocka_unit_test(gini_of_votes),
        cmocka_unit_test(winners_begin_to_coproduce),
        cmocka_unit_test(money_is_spent_or_carried),
        cmocka_unit_test(rules_decide),
        cmocka_unit_test(the_same_bits_at_any_number_of_threads),
        cmocka_unit_test(vetoes_lower_delegated_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
