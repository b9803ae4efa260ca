/* The same bits at any number of threads, within a week and side by side. */
#include "sim/record.h"
#include "tests/support/check.h"
#include "tests/support/mechanism_test.h"
#include "tests/support/toy.h"

enum { WEEKS = 12, REPLICATES = 6 };

static const int threads[] = {1, 2, 3, 4, 8};
enum { THREADS = sizeof threads / sizeof *threads };

static struct scenario scenario;

static int set_up(void **state)
{
    (void)state;
    toy_scenario(&scenario);
    toy_scenario_set(&scenario, TOY_WEEKS, WEEKS);
    toy_scenario_set(&scenario, TOY_REPLICATES, REPLICATES);
    scenario.places[0].values[TOY_WALKERS] = 3000;
    scenario.places[1].values[TOY_WALKERS] = 1111;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    toy_scenario_free(&scenario);
    return 0;
}

static struct world *fresh(int count)
{
    struct world *w;
    struct error e = {0};
    assert_status(world_open(&w, &toy_model, &scenario, 0, count, &e), STATUS_DONE, &e);
    return w;
}

/* Every column and every observable, week by week. */
static void test_columns(void **state)
{
    (void)state;
    mechanism_test(&toy_model, fresh, WEEKS);
}

static uint64_t run_within(int count)
{
    struct world *w = fresh(count);
    for (int week = 0; week < WEEKS; week++)
        world_step(w);
    uint64_t digest = world_digest(w);
    world_close(w);
    return digest;
}

static void test_within(void **state)
{
    (void)state;
    uint64_t one = run_within(1);
    for (size_t k = 1; k < THREADS; k++)
        assert_true(run_within(threads[k]) == one);
}

static uint64_t run_side_by_side(int count)
{
    struct record r;
    struct error e = {0};
    assert_status(record_init(&r, &scenario, &e), STATUS_DONE, &e);
    int failed = 0;
#pragma omp parallel for schedule(dynamic) num_threads(count) reduction(+ : failed)
    for (uint32_t replicate = 0; replicate < REPLICATES; replicate++) {
        struct world *w;
        failed += world_open(&w, &toy_model, &scenario, replicate, 1, NULL) != STATUS_DONE;
        for (int week = 0; w && week < WEEKS; week++) {
            world_step(w);
            record_take(&r, w);
        }
        world_close(w);
    }
    assert_int_equal(failed, 0);
    uint64_t digest = record_digest(&r);
    record_free(&r);
    return digest;
}

static void test_side_by_side(void **state)
{
    (void)state;
    uint64_t one = run_side_by_side(1);
    for (size_t k = 1; k < THREADS; k++)
        assert_true(run_side_by_side(threads[k]) == one);
}

/* Generated ties: many blocks of agents, groups that begin within a block. */
static void test_networks(void **state)
{
    (void)state;
    enum { GROUPS = 90, SIZE = 777 };
    struct network_group groups[GROUPS];
    for (uint32_t g = 0; g < GROUPS; g++)
        groups[g] = (struct network_group){g * SIZE, SIZE, g / 7};
    uint64_t small_world = 0, random = 0;
    for (size_t k = 0; k < THREADS; k++) {
        const struct network_spec spec = {
            .seed = 4, .degree = 7.3, .rewire = 0.3, .stay = 0.3, .threads = threads[k]};
        struct network n;
        struct error e = {0};
        assert_status(network_small_world(&n, groups, GROUPS, &spec, &e), STATUS_DONE, &e);
        small_world = k == 0 ? network_digest(&n) : small_world;
        assert_true(network_digest(&n) == small_world);
        network_free(&n);
        assert_status(network_random(&n, groups, GROUPS, &spec, &e), STATUS_DONE, &e);
        random = k == 0 ? network_digest(&n) : random;
        assert_true(network_digest(&n) == random);
        network_free(&n);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_columns),
        TEST(test_within),
        TEST(test_side_by_side),
        TEST(test_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
