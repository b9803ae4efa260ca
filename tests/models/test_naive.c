/* The model against its second implementation (tests/support/naive.h), person by person, a year
 * long: whole numbers the same, floats to a relative 1e-5. */
#include "tests/support/check.h"

#include "tests/support/naive.h"
#include "tests/support/small_town.h"

enum { WEEKS = 52, SHOWN = 2000 };

static const double tolerance = 1e-5;

struct comparison {
    unsigned week;
    size_t differences;
};

static void same(struct comparison *k, const char *entity, size_t row, const char *column, double x,
                 double y, bool exactly)
{
    double allowed = exactly ? 0 : tolerance * fmax(fabs(x), fabs(y));
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

/* Runs both side by side. */
static void compare_year(const char *yaml)
{
    struct scenario scenario;
    small_scenario(&scenario, yaml);
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
    compare_year("population.inhabitants: 1220\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
