/* Municipalities of a table, with friends across their borders: as many as the law says, and what
 * they do to each other does not depend on the number of threads. */
#include "tests/support/check.h"

#include <stdio.h>

#include "models/borders.h"
#include "models/coproduction.h"
#include "models/demography.h"
#include "models/submodels.h"
#include "tests/support/sample.h"
#include "tests/support/scratch.h"

enum { TOWNS = 4 };

/* A country of four, shrunk: two near each other, one a drive away, one beyond the sea. */
static const char country[] = "name,population.inhabitants,managers.strategy,budget.pool\n"
                              "København,24000,,200\n"
                              "Frederiksberg,8000,thermostat,\n"
                              "Roskilde,8000,situational,1000\n"
                              "Bornholm,4000,,\n";

static void read_country(struct scenario *s, const char *more)
{
    struct scratch scratch;
    struct error e = {0};
    char yaml[512];
    scratch_open(&scratch);
    scratch_write(scratch_path(&scratch, "country.csv"), country, sizeof country - 1);
    snprintf(yaml, sizeof yaml, "municipalities: {table: country.csv}\n%s", more);
    assert_status(scenario_parse(s, &coproduction, yaml, strlen(yaml), "country.yaml",
                                 scratch.folder, NULL, 0, NULL, 0, &e),
                  STATUS_DONE, &e);
    scratch_close(&scratch);
}

static struct town *open_country(const struct scenario *s, int threads)
{
    struct world *w;
    struct error e = {0};
    assert_status(world_open(&w, &coproduction, s, 0, threads, &e), STATUS_DONE, &e);
    return town_of(w);
}

static void the_table_sets_each_municipality(void **state)
{
    (void)state;
    struct scenario s;
    read_country(&s, "");
    assert_int_equal(s.place_count, TOWNS);
    assert_string_equal(s.places[1].name, "Frederiksberg");
    assert_string_equal(s.places[1].where, "country.csv:3");
    assert_close(s.places[1].values[PARAM_strategy], STRATEGY_THERMOSTAT, 0);
    assert_close(s.places[1].values[PARAM_pool], 42, 0);
    assert_close(s.places[2].values[PARAM_pool], 1000, 0);
    assert_int_equal(s.places[1].given[PARAM_pool], 0);
    assert_int_equal(demography_of(&s, 3)->inhabitants, 4000);
    scenario_free(&s);
}

/* What is written reads back to the same without the table. */
static void a_resolved_scenario_needs_no_table(void **state)
{
    (void)state;
    struct scenario s, back;
    struct error e = {0};
    read_country(&s, "network.across: 0.2\n");
    char *text = scenario_text(&s);
    assert_status(scenario_parse(&back, &coproduction, text, strlen(text), "again.yaml", NULL, NULL,
                                 0, NULL, 0, &e),
                  STATUS_DONE, &e);
    for (size_t m = 0; m < TOWNS; m++)
        assert_memory_equal(s.places[m].values, back.places[m].values,
                            PARAM_POSITIONS * sizeof(double));
    free(text);
    scenario_free(&s);
    scenario_free(&back);
}

static double ties_between(const struct town *t, size_t m, size_t other)
{
    const struct network *ties = &t->world.ties;
    size_t first = t->municipality_citizen_first[m];
    double sum = 0;
    for (size_t i = first; i < first + t->municipality_citizen_count[m]; i++)
        for (uint32_t k = ties->start[i]; k < ties->start[i + 1]; k++)
            sum += t->citizen_municipality[ties->target[k]] == other;
    return sum;
}

/* ties(m, n) ~ N_m N_n / max(d, near)^decay, and `across` of all; counts of ties are as good as
 * Poisson, four standard errors are allowed. */
static void ties_follow_the_law(void **state)
{
    (void)state;
    static const double across = 0.1, decay = 2, near = 10;
    struct scenario s;
    read_country(&s, "network: {across: 0.1, decay: 2, near: 10}\n");
    struct town *t = open_country(&s, 1);
    double law[TOWNS][TOWNS], sum = 0;
    for (size_t m = 0; m < TOWNS; m++)
        for (size_t n = 0; n < TOWNS; n++) {
            const struct demography *a = demography_of(&s, m), *b = demography_of(&s, n);
            double distance = fmax(near, hypot(a->x_km - b->x_km, a->y_km - b->y_km));
            law[m][n] = m == n ? 0 : a->adults * (double)b->adults / pow(distance, decay);
            sum += law[m][n];
        }
    double ends = 2 * (double)t->world.ties.ties;
    for (size_t m = 0; m < TOWNS; m++)
        for (size_t n = 0; n < TOWNS; n++)
            if (m != n) {
                double expected = across * ends * law[m][n] / sum;
                assert_close(ties_between(t, m, n), expected, 4 * sqrt(expected) + 0.01 * expected);
            }
    assert_close(ends / (double)t->citizens, 8, 0.1);
    world_close(&t->world);
    scenario_free(&s);
}

static void no_tie_crosses_by_default(void **state)
{
    (void)state;
    struct scenario s;
    read_country(&s, "");
    struct town *t = open_country(&s, 1);
    for (size_t m = 0; m < TOWNS; m++)
        for (size_t n = 0; n < TOWNS; n++)
            assert_true(m == n || ties_between(t, m, n) < 1);
    world_close(&t->world);
    scenario_free(&s);
}

static uint64_t after(const struct scenario *s, int threads, unsigned weeks)
{
    struct town *t = open_country(s, threads);
    for (unsigned week = 0; week < weeks; week++)
        world_step(&t->world);
    uint64_t digest = world_digest(&t->world);
    world_close(&t->world);
    return digest;
}

/* To the end of a year, in which budgets let proposers begin and friends elsewhere are counted. */
static void friends_abroad_leave_the_bits_alone(void **state)
{
    (void)state;
    struct scenario s;
    read_country(
        &s, "network: {across: 0.5}\nbudget: {winner_active: 1, cost_median: 1000, vetoes: no}\n"
            "demand: {volunteers: 0.3}\n");
    uint64_t one = after(&s, 1, 104);
    for (int threads = 2; threads <= 8; threads *= 2)
        assert_true(after(&s, threads, 104) == one);
    scenario_free(&s);
}

/* A municipality in which nobody invites gets volunteers from those who are invited from outside.
 */
static void invitations_cross_borders(void **state)
{
    (void)state;
    static const char alone[] = "volunteers: {recruitment: {spontaneous: 0.0001, campaign: 0}}\n"
                                "off: [convening]\n";
    char text[256];
    double entries[2];
    for (int k = 0; k < 2; k++) {
        struct scenario s;
        snprintf(text, sizeof text, "%snetwork: {across: %g}\n", alone, 0.4 * k);
        read_country(&s, text);
        s.places[1].values[PARAM_invite] = 0;
        struct town *t = open_country(&s, 1);
        entries[k] = 0;
        for (unsigned week = 0; week < 26; week++) {
            world_step(&t->world);
            entries[k] += t->municipality_entries[1];
        }
        world_close(&t->world);
        scenario_free(&s);
    }
    assert_true(entries[0] < 50); /* some 6,900 adults, 1 in 10,000 a week, without invitation */
    assert_true(entries[1] > 5 * entries[0] + 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_sets_each_municipality),
        cmocka_unit_test(a_resolved_scenario_needs_no_table),
        cmocka_unit_test(ties_follow_the_law),
        cmocka_unit_test(no_tie_crosses_by_default),
        cmocka_unit_test(friends_abroad_leave_the_bits_alone),
        cmocka_unit_test(invitations_cross_borders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
