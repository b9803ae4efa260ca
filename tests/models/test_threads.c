/* V20: the same seed gives the same bits, at any number of threads and whether replicates run side
 * by side or one after the other with the threads inside. */
#include "tests/support/check.h"

#include "sim/digest.h"
#include "sim/run.h"
#include "tests/support/small_town.h"

/* Adults in several blocks, many sites; a year, so that summer and every strategy come by. */
static const char *const scenarios[] = {
    "population.inhabitants: 12000\n",
    "population.inhabitants: 6500\nmanagers.strategy: thermostat\nnetwork.kind: random\n"
    "sites.per_thousand: 4\nshocks:\n  - {kind: cuts, week: 5, length: 30, size: 20}\n",
    "seed: 9007199254740992\nmunicipalities:\n"
    "  - {name: Faxe, population.inhabitants: 6000, managers.strategy: situational}\n"
    "  - {name: Odense, population.inhabitants: 2500, managers.process_management: 1}\n",
};

enum { SCENARIOS = sizeof scenarios / sizeof *scenarios, WEEKS = 30 };

static const int threads[] = {1, 2, 3, 4, 8};

enum { THREADS = sizeof threads / sizeof *threads };

/* Of the world and of all that it observed, week by week. */
static uint64_t digest_of(const struct scenario *s, int count)
{
    struct world *w = small_world(s, count);
    uint64_t digest = world_digest(w);
    for (unsigned week = 0; week < WEEKS; week++) {
        world_step(w);
        uint64_t now = world_digest(w);
        digest = digest_bytes(digest, &now, sizeof now);
    }
    world_close(w);
    return digest;
}

static void v20_the_same_bits_at_any_number_of_threads(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENARIOS; k++) {
        struct scenario s;
        small_scenario(&s, scenarios[k]);
        uint64_t one = digest_of(&s, 1);
        for (size_t i = 0; i < THREADS; i++)
            if (digest_of(&s, threads[i]) != one)
                fail_msg("scenario %zu has other bits at %d threads", k, threads[i]);
        scenario_free(&s);
    }
}

static uint64_t record_of(const struct scenario *s, int count, int *side_by_side)
{
    const struct run_options options = {.threads = count, .quiet = true};
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    assert_status(run_execute(s, &options, &record, &cost, &e), STATUS_DONE, &e);
    uint64_t digest = record_digest(&record);
    *side_by_side = cost.side_by_side;
    record_free(&record);
    return digest;
}

static void v20_replicates_side_by_side_or_inside(void **state)
{
    (void)state;
    struct scenario s;
    small_scenario(&s, "population.inhabitants: 1500\nreplicates: 3\nweeks: 40\n");
    int beside;
    uint64_t one = record_of(&s, 1, &beside);
    assert_int_equal(beside, 1);
    bool both = false;
    for (int count = 2; count <= 4; count++) {
        assert_true(record_of(&s, count, &beside) == one);
        both |= beside > 1;
    }
    assert_true(record_of(&s, 8, &beside) == one);
    assert_int_equal(beside, 1); /* more threads than replicates: inside */
    assert_true(both);
    scenario_free(&s);
}

/* The test above could not fail if nothing drew from the seed. */
static void v20_another_seed_gives_other_bits(void **state)
{
    (void)state;
    struct scenario s;
    uint64_t digests[3];
    const char *const texts[] = {SMALL_TOWN "seed: 1\n", SMALL_TOWN "seed: 2\n",
                                 SMALL_TOWN "seed: 4294967297\n"};
    for (size_t k = 0; k < 3; k++) {
        small_scenario(&s, texts[k]);
        digests[k] = digest_of(&s, 1);
        scenario_free(&s);
    }
    assert_true(digests[0] != digests[1] && digests[0] != digests[2]);
}

/* Switching one mechanism off leaves the draws of all others as they were: the same people are in
 * the town and, in the first week, the same ones leave. */
static void v20_common_random_numbers(void **state)
{
    (void)state;
    struct small whole, part;
    small_model(&whole);
    small_model(&part);
    small_open(&whole, NULL, SMALL_TOWN, 0);
    small_open(&part, "control exits exits_elsewhere", SMALL_TOWN, 0);
    small_run(&whole, 1);
    small_run(&part, 1);
    assert_true(columns_digest(&whole.model, &whole.town->world, true, false) ==
                columns_digest(&part.model, &part.town->world, true, false));
    for (size_t i = 0; i < whole.town->citizens; i++)
        assert_int_equal(
            whole.town->citizen_left_week[i] > LEFT_OFFSET && whole.town->citizen_site[i] == NOBODY,
            part.town->citizen_left_week[i] > LEFT_OFFSET && part.town->citizen_site[i] == NOBODY);
    small_close(&whole);
    small_close(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v20_the_same_bits_at_any_number_of_threads),
        cmocka_unit_test(v20_replicates_side_by_side_or_inside),
        cmocka_unit_test(v20_another_seed_gives_other_bits),
        cmocka_unit_test(v20_common_random_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
