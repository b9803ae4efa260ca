/* V20: the same seed gives the same bits, at any number of threads (tests/support/limits_threads.c)
 * and whether replicates run side by side or one after the other with the threads inside. */
#include "tests/support/check.h"

#include "sim/run.h"
#include "tests/support/limits.h"

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
        struct world *w = small_world(&s, 1);
        for (unsigned week = 0; week < 30; week++)
            world_step(w);
        digests[k] = world_digest(w);
        world_close(w);
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
        LIMIT_TEST(v20_threads),
        cmocka_unit_test(v20_replicates_side_by_side_or_inside),
        cmocka_unit_test(v20_another_seed_gives_other_bits),
        cmocka_unit_test(v20_common_random_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
