/* The record of a run: where each value stands. */
#include "sim/record.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { WEEKS = 5, REPLICATES = 3, PLACES = 2 };

static struct scenario scenario;

static int set_up(void **state)
{
    (void)state;
    toy_scenario(&scenario);
    toy_scenario_set(&scenario, TOY_WEEKS, WEEKS);
    toy_scenario_set(&scenario, TOY_REPLICATES, REPLICATES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    toy_scenario_free(&scenario);
    return 0;
}

static void test_init(void **state)
{
    (void)state;
    struct record r;
    struct error e = {0};
    assert_status(record_init(&r, &scenario, &e), STATUS_DONE, &e);
    assert_int_equal(r.replicates, REPLICATES);
    assert_int_equal(r.weeks, WEEKS);
    assert_int_equal(r.places, PLACES);
    assert_int_equal(r.observables, TOY_OBSERVABLES);
    for (size_t k = 0; k < TOY_OBSERVABLES * REPLICATES * WEEKS * PLACES; k++)
        assert_true(isnan(r.series[k]));
    for (size_t k = 0; k < REPLICATES; k++)
        assert_int_equal(r.weeks_done[k], 0);
    assert_ptr_equal(record_at(&r, 1, 2, 4), r.series + ((1 * 3 + 2) * 5 + 4) * 2);
    record_free(&r);
    record_free(&r);
}

static void test_take(void **state)
{
    (void)state;
    struct record r;
    struct error e = {0};
    assert_status(record_init(&r, &scenario, &e), STATUS_DONE, &e);
    float observed[PLACES * TOY_OBSERVABLES];
    struct world w = {.model = &toy_model, .scenario = &scenario, .observed = observed};
    for (w.replicate = 0; w.replicate < REPLICATES; w.replicate += 2)
        for (w.week = 1; w.week <= w.replicate + 2; w.week++) {
            for (size_t place = 0; place < PLACES; place++)
                for (size_t k = 0; k < TOY_OBSERVABLES; k++)
                    observed[place * TOY_OBSERVABLES + k] =
                        (float)(1000 * k + 100 * w.replicate + 10 * (w.week - 1) + place);
            record_take(&r, &w);
        }
    assert_int_equal(r.weeks_done[0], 2);
    assert_int_equal(r.weeks_done[1], 0);
    assert_int_equal(r.weeks_done[2], 4);
    for (size_t k = 0; k < TOY_OBSERVABLES; k++)
        for (size_t replicate = 0; replicate < REPLICATES; replicate++)
            for (size_t week = 0; week < WEEKS; week++)
                for (size_t place = 0; place < PLACES; place++) {
                    double value = (double)record_at(&r, k, replicate, week)[place];
                    if (week < r.weeks_done[replicate])
                        assert_close(value,
                                     (double)(1000 * k + 100 * replicate + 10 * week + place), 0);
                    else
                        assert_true(isnan(value));
                }
    record_free(&r);
}

static void test_digest(void **state)
{
    (void)state;
    struct record r;
    struct error e = {0};
    assert_status(record_init(&r, &scenario, &e), STATUS_DONE, &e);
    uint64_t digest = record_digest(&r);
    record_at(&r, TOY_OBSERVABLES - 1, REPLICATES - 1, WEEKS - 1)[PLACES - 1] = 1;
    assert_true(record_digest(&r) != digest);
    record_at(&r, TOY_OBSERVABLES - 1, REPLICATES - 1, WEEKS - 1)[PLACES - 1] = NAN;
    assert_true(record_digest(&r) == digest);
    record_free(&r);
}

static void test_too_large(void **state)
{
    (void)state;
    struct record r;
    struct error e = {0};
    scenario.values[TOY_WEEKS] = 0x1p45;
    scenario.values[TOY_REPLICATES] = 0x1p20;
    assert_status(record_init(&r, &scenario, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "memory is short: 5.9e+20 bytes for 2 series of 1048576 "
                                    "replicates, 35184372088832 weeks and 2 places");
    assert_null(r.series);
    error_free(&e);
    record_free(&r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_init),
        TEST(test_take),
        TEST(test_digest),
        TEST(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
