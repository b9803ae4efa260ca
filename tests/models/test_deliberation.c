/* Goals (E14): frames, meetings, and the limits of DeGroot and of bounded confidence. */
#include "tests/support/check.h"

#include "tests/support/limits.h"
#include "tests/support/small_town.h"

/* Half of all adults co-produce at sites of some 25, nobody comes or goes, nobody takes part or
 * stirs. */
#define CROWD                                                                                      \
    SMALL_TOWN "sites.per_thousand: 20\nvolunteers.initial.volunteers: 0.5\n"                      \
               "volunteers.initial.coproducers: 0.5\n"
#define FACILITATED "managers.roles: {convener: 0, facilitator: 1, catalyst: 0}\n"

/* A manager who takes part pulls all goals to the municipality's. */
static void participation_pulls(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "deliberation",
               CROWD FACILITATED "managers: {participation: 1, process_management: 1}\n"
                                 "goals.aim: 0.8\n",
               0);
    small_run(&s, 100);
    for (size_t v = 0; v < s.town->volunteers; v++)
        assert_close((double)s.town->citizen_goal[s.town->volunteer_person[v]], 0.8, 1e-4);
    small_close(&s);
}

/* Outside the frame a project is not begun, and at a meeting trust and ownership fall; inside
 * nothing happens to either. */
static void frames_block(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "framing self_initiative deliberation",
               CROWD "managers: {goals_and_frames: 0.75, process_management: 0.5}\n"
                     "volunteers.initial.ownership: 0.4\ngoals.spread: 0.3\n",
               0);
    struct town *t = s.town;
    const struct params *p = s.p;
    float *goal = malloc(t->citizens * sizeof *goal);
    memcpy(goal, t->citizen_goal, t->citizens * sizeof *goal);
    small_run(&s, 1);
    double outside = 0, told = 0, site_told = 0;
    for (size_t v = 0; v < t->volunteers; v++) {
        size_t i = t->volunteer_person[v];
        bool blocked = fabs((double)goal[i] - 0.5) > 0.6 * 0.25 + 0.1;
        outside += blocked;
        assert_int_equal(t->volunteer_blocked[v], blocked);
        assert_int_equal(t->volunteer_hours_self[v] > 0, !blocked);
        bool hears = blocked && t->volunteer_met[v];
        told += hears;
        assert_close((double)t->citizen_trust[i], hears ? 0.5 * (1 - p->trust_loss) : 0.5, 1e-6);
        assert_close((double)t->citizen_ownership[i],
                     hears ? 0.4 * (1 - p->blocked_ownership) : 0.4, 1e-6);
    }
    for (size_t k = 0; k < t->sites; k++)
        site_told += t->site_blocked[k];
    double meets = 0.1 + 0.6 * p->role_facilitator * 0.5;
    assert_true(outside > 300);
    assert_close(told / outside, meets, 4 * sqrt(meets * (1 - meets) / outside));
    assert_close(site_told, told, 0);
    assert_close(small_observed(&s, "projects_blocked"), told, 0);
    free(goal);
    small_close(&s);
}

/* The series is the standard deviation within sites, and scattered goals cost output. */
static void scattered_goals_cost_output(void **state)
{
    (void)state;
    double output[2];
    for (unsigned equal = 0; equal < 2; equal++) {
        struct small s;
        small_model(&s);
        small_open(&s, "allocation production",
                   equal ? CROWD "goals.spread: 0\n" : CROWD "goals.spread: 0.2\n", 0);
        small_run(&s, 1);
        output[equal] = small_observed(&s, "output");
        assert_close(small_observed(&s, "goal_spread"), equal ? 0 : 0.2, 0.01);
        small_close(&s);
    }
    assert_close(output[0] / output[1], 1 - 0.5 * 0.2, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(v11_degroot),
        LIMIT_TEST(v12_consensus),
        cmocka_unit_test(participation_pulls),
        cmocka_unit_test(frames_block),
        cmocka_unit_test(scattered_goals_cost_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
