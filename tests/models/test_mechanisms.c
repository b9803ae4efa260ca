/* Every mechanism of the model writes what it declares, keeps bounds, and gives the same bits in
 * any order and at any number of threads: in towns as different as scenarios make them. */
#include "tests/support/check.h"

#include "tests/support/mechanism_test.h"
#include "tests/support/small_town.h"

#define TINY "population.inhabitants: 1300\n"

enum { WEEKS = 56 }; /* the year's participatory budget lies within */

static struct scenario scenario;

static struct world *fresh(int threads)
{
    return small_world(&scenario, threads);
}

static void verify(const char *yaml)
{
    small_scenario(&scenario, yaml);
    mechanism_test(&coproduction, fresh, WEEKS);
    scenario_free(&scenario);
}

static void by_default(void **state)
{
    (void)state;
    verify(TINY);
}

static void thermostat(void **state)
{
    (void)state;
    verify(TINY "managers.strategy: thermostat\nmanagers.evaluation: control\n"
                "volunteers.initial.burnout: 0.6\nnetwork.kind: random\n"
                "budget.rule: equal-shares\nbudget.pool: 400\nbudget.propose: 0.02\n");
}

static void situational(void **state)
{
    (void)state;
    verify(TINY "managers.strategy: situational\nmanagers.letting_go: 1\n"
                "tasks.turbulence: 0.2\nnetwork.kind: none\nseason.first_week: 3\n"
                "season.last_week: 6\nseason.summer: 0.9\nbudget.pool: 0.001\n"
                "budget.cost_elasticity: 1\nbudget.propose: 0.05\n"
                "budget.rule: equal-shares-add-one\n");
}

static void with_shocks(void **state)
{
    (void)state;
    verify(TINY "promises.election_weeks: 5\nmanagers.hours: 74\nprofessionals.involved: 0.5\n"
                "shocks:\n"
                "  - {kind: cuts, week: 2, length: 8, size: 60}\n"
                "  - {kind: cuts, week: 4, length: 3, size: 60}\n"
                "  - {kind: mandate, week: 3, length: 2, size: 1}\n"
                "  - {kind: coordinator, week: 2, length: 5, size: 74}\n"
                "  - {kind: coordinator-lost, week: 8, length: 5, size: 74}\n"
                "  - {kind: demand, week: 5, length: 4, size: 5}\n"
                "  - {kind: turbulence, week: 6, length: 4, size: 0.9}\n");
}

/* Sites without anybody, parameters at the ends of their ranges. */
static void at_the_ends(void **state)
{
    (void)state;
    verify(TINY "volunteers.initial.coproducers: 0.005\nvolunteers.initial.volunteers: 0.9\n"
                "volunteers.capacity.cap: 1\nallocation.offers: 20\nallocation.spread: 1\n"
                "managers.hours: 0\nmotivation.noise: 0.05\nmotivation.rate: 0.2\n"
                "exit.life: 0.009\nexit.motivation: 0.08\nassociations.partners: 0\n"
                "professionals.attitude.spread: 1\nprofessionals.attitude.peers: 0.5\n"
                "budget.pool: 1000\nbudget.cost_elasticity: 1\nbudget.cost_spread: 2\n"
                "budget.cost_median: 10000000\nbudget.propose: 0.05\nbudget.ballot: 10\n"
                "budget.rule: phragmen\n");
}

/* Grants for projects only, parties that run away, owners who found associations, and knowledge
 * that leaves with the longest-serving. */
static void associations(void **state)
{
    (void)state;
    verify(TINY "associations: {project_share: 1, project_size: 1, application_hours: 1,\n"
                "               autonomy: 0.2, withdrawal: 1, group: 2, group_ownership: 0.1,\n"
                "               group_founds: 1, newborn.spread: 2, death: 0.5}\n"
                "managers: {network_design: 1, goals_and_frames: 1, process_management: 1,\n"
                "           participation: 1, evaluation: control}\n"
                "shocks:\n"
                "  - {kind: veterans, week: 4, length: 2, size: 0.3}\n"
                "  - {kind: veterans, week: 5, size: 1}\n");
}

static void two_municipalities(void **state)
{
    (void)state;
    verify("municipalities:\n"
           "  - {name: Faxe, population.inhabitants: 1300, managers.strategy: thermostat}\n"
           "  - {name: Odense, population.inhabitants: 1400, sites.per_thousand: 20}\n"
           "shocks:\n  - {kind: cuts, week: 3, length: 4, size: 20, municipality: Odense}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_default),         cmocka_unit_test(thermostat),
        cmocka_unit_test(situational),        cmocka_unit_test(with_shocks),
        cmocka_unit_test(at_the_ends),        cmocka_unit_test(associations),
        cmocka_unit_test(two_municipalities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
