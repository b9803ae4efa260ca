/* The model against its second implementation (tests/support/naive.h), person by person and week by
 * week for three years: whole numbers the same, floats to a relative 1e-5.  What is near 0 is held
 * to 1e-7: it comes of differences of floats near 1, which have no more digits. */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/naive.h"
#include "tests/support/small_town.h"

enum { WEEKS = 156, SHOWN = 12 };

static const double tolerance = 1e-5;
static const double least = 0.01;

struct comparison {
    unsigned week;
    size_t differences;
};

static void same(struct comparison *k, const char *entity, size_t row, const char *column, double x,
                 double y, bool exactly)
{
    double allowed = exactly ? 0 : tolerance * fmax(least, fmax(fabs(x), fabs(y)));
    if (fabs(x - y) <= allowed)
        return;
    if (k->differences++ < SHOWN)
        print_error("%s.%s of row %zu after week %u is %.9g, and %.9g in the naive one\n", entity,
                    column, row, k->week, x, y);
}

#define SAME(entity, column, row, y)                                                               \
    same(k, #entity, row, #column, (double)t->entity##_##column[row], (double)(y), false)
#define SAME_EXACTLY(entity, column, row, y)                                                       \
    same(k, #entity, row, #column, (double)t->entity##_##column[row], (double)(y), true)

static void compare_citizen(struct comparison *k, const struct town *t, const struct naive *n,
                            size_t i)
{
    const struct naive_citizen *c = &n->citizen[i];
    SAME_EXACTLY(citizen, status, i, c->status);
    SAME_EXACTLY(citizen, site, i, c->site);
    SAME_EXACTLY(citizen, partner, i, c->partner);
    SAME_EXACTLY(citizen, association, i, c->association);
    SAME_EXACTLY(citizen, conflict, i, c->conflict);
    SAME_EXACTLY(citizen, tenure, i, c->tenure);
    SAME_EXACTLY(citizen, left_week, i, c->left_week);
    SAME(citizen, motivation, i, c->motivation);
    SAME(citizen, burnout, i, c->burnout);
    SAME(citizen, skill, i, c->skill);
    SAME(citizen, trust, i, c->trust);
    SAME(citizen, bond, i, c->bond);
    SAME(citizen, ownership, i, c->ownership);
    SAME(citizen, fit, i, c->fit);
    SAME(citizen, recent_hours, i, c->recent_hours);
}

static void compare_site(struct comparison *k, const struct town *t, const struct naive *n,
                         size_t s)
{
    const struct naive_site *at = &n->site[s];
    SAME_EXACTLY(site, hours_offered, s, at->hours_offered);
    SAME_EXACTLY(site, hours_done, s, at->hours_done);
    SAME_EXACTLY(site, hours_unmet, s, at->hours_unmet);
    SAME_EXACTLY(site, exits, s, at->exits);
    SAME(site, hours_demanded, s, at->hours_demanded);
    SAME(site, hours_self, s, at->hours_self);
    SAME(site, output, s, at->output);
    SAME(site, quality, s, at->quality);
    SAME(site, unmet_share, s, at->unmet_share);
    SAME(manager, attention, s, at->attention);
    SAME(manager, clarity, s, at->clarity);
    SAME(manager, control, s, at->control);
    SAME(manager, design, s, at->design);
    SAME(manager, goals, s, at->goals);
    SAME(manager, process, s, at->process);
    SAME(manager, participation, s, at->participation);
}

static size_t compare(const struct town *t, const struct naive *n, unsigned week)
{
    struct comparison comparison = {.week = week}, *k = &comparison;
    for (size_t m = 0; m < n->places; m++)
        SAME(municipality, mandate, m, n->place[m].mandate);
    for (size_t s = 0; s < n->sites; s++)
        compare_site(k, t, n, s);
    for (size_t j = 0; j < n->professionals; j++) {
        SAME(professional, attitude, j, n->professional[j].attitude);
        SAME(professional, burnout, j, n->professional[j].burnout);
        SAME(professional, fear, j, n->professional[j].fear);
    }
    for (size_t i = 0; i < n->citizens; i++)
        compare_citizen(k, t, n, i);
    for (size_t a = 0; a < n->associations; a++)
        SAME(association, knowledge, a, n->knowledge[a]);
    return k->differences;
}

/* Runs both side by side, without what the naive model lacks: the life of associations,
 * deliberation, innovation and the participatory budget (test_associations.c, test_deliberation.c,
 * test_innovation.c and test_participatory_budget.c hold them). */
static void compare_years(const char *yaml)
{
    char text[4096];
    int length = snprintf(text, sizeof text,
                          "%soutput.scattered_goals: 0\n"
                          "off: [framing, deliberation, innovation, participatory_budget, "
                          "withdrawal, association_growth, grants, formalisation, "
                          "association_deaths, association_births]\n",
                          yaml);
    assert_true(length > 0 && (size_t)length < sizeof text);
    struct scenario scenario;
    small_scenario(&scenario, text);
    struct world *w = small_world(&scenario, 1);
    struct naive n;
    naive_open(&n, w);
    size_t differences = compare(town_of(w), &n, 0);
    for (unsigned week = 1; week <= WEEKS && differences == 0; week++) {
        world_step(w);
        naive_step(&n);
        differences = compare(town_of(w), &n, week);
    }
    if (differences > 0)
        fail_msg("%zu values differ in week %u", differences, n.week);
    naive_close(&n);
    world_close(w);
    scenario_free(&scenario);
}

static void defaults(void **state)
{
    (void)state;
    compare_years("population.inhabitants: 1220\n");
}

/* Hands-on with every kind of shock, two cuts at a time, and evaluation as control. */
static void hands_on_with_shocks(void **state)
{
    (void)state;
    compare_years("population.inhabitants: 1220\n"
                  "seed: 7\n"
                  "managers:\n"
                  "  network_design: 0.2\n"
                  "  goals_and_frames: 0.2\n"
                  "  process_management: 0.8\n"
                  "  participation: 0.8\n"
                  "  evaluation: control\n"
                  "tasks: {initiator: citizens}\n"
                  "promises.election_weeks: 20\n"
                  "shocks:\n"
                  "  - {kind: cuts, week: 5, length: 30, size: 15}\n"
                  "  - {kind: cuts, week: 25, length: 20, size: 80}\n"
                  "  - {kind: mandate, week: 10, length: 4, size: 0.3}\n"
                  "  - {kind: coordinator, week: 3, length: 12, size: 10}\n"
                  "  - {kind: coordinator-lost, week: 20, length: 10, size: 20}\n"
                  "  - {kind: demand, week: 15, length: 10, size: 1.8}\n"
                  "  - {kind: demand, week: 40, length: 6, size: 0}\n"
                  "  - {kind: turbulence, week: 30, length: 10, size: 0.7}\n"
                  "  - {kind: veterans, week: 50, length: 2, size: 0.15}\n"
                  "  - {kind: veterans, week: 51, size: 0.1}\n");
}

/* Levels that fade and come back, and nobody has friends. */
static void situational_without_network(void **state)
{
    (void)state;
    compare_years("population.inhabitants: 1220\n"
                  "seed: 9007199254740991\n"
                  "network.kind: none\n"
                  "managers: {strategy: situational, letting_go: 1, situational.new: 40}\n"
                  "professionals.involved: 0.5\n"
                  "shocks:\n"
                  "  - {kind: turbulence, week: 37, length: 4, size: 0.5}\n");
}

/* Two towns, one of several blocks; levels that answer, many sites, a low cap, few tasks. */
static void two_towns_with_thermostats(void **state)
{
    (void)state;
    compare_years("seed: 3\n"
                  "managers.strategy: thermostat\n"
                  "network.kind: random\n"
                  "burnout.burned_out: 0.3\n"
                  "tasks.hours: 4\n"
                  "municipalities:\n"
                  "  - {name: Faxe, population.inhabitants: 1220, sites.per_thousand: 12}\n"
                  "  - {name: Odense, population.inhabitants: 5500, volunteers.capacity.cap: 4,\n"
                  "     demand.hours: 5, allocation.habit: 0.4}\n"
                  "shocks:\n"
                  "  - {kind: cuts, week: 2, length: 40, size: 30, municipality: Odense}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(hands_on_with_shocks),
        cmocka_unit_test(situational_without_network),
        cmocka_unit_test(two_towns_with_thermostats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
