/* Outcomes: what expressions mean, on a record whose values are known. */
#include "tests/support/check.h"

#include "analysis/outcome.h"
#include "tests/support/toy.h"

enum { WEEKS = 10, WINDOW = 4, REPLICATES = 2 };

static struct scenario scenario;
static struct record record;

/* mean_height, a mean over places, is week + 100 replicate in North (week from 1) and 2 more in
 * South; share_above is 7 in weeks 5 and 10 and missing elsewhere. */
static int set_up(void **state)
{
    (void)state;
    struct error e = {0};
    toy_scenario(&scenario);
    toy_scenario_set(&scenario, TOY_WEEKS, WEEKS);
    toy_scenario_set(&scenario, TOY_REPLICATES, REPLICATES);
    assert_status(record_init(&record, &scenario, &e), STATUS_DONE, &e);
    for (size_t r = 0; r < REPLICATES; r++)
        for (size_t week = 0; week < WEEKS; week++)
            for (size_t place = 0; place < 2; place++) {
                record_at(&record, TOY_MEAN_HEIGHT, r, week)[place] =
                    (float)(week + 1 + 100 * r + 2 * place);
                record_at(&record, TOY_SHARE_ABOVE, r, week)[place] = (week + 1) % 5 == 0 ? 7 : NAN;
            }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    record_free(&record);
    toy_scenario_free(&scenario);
    return 0;
}

static double value(const char *text, size_t replicate)
{
    struct outcome o;
    struct outcome_fault fault = {0};
    if (!outcome_parse(&o, &toy_model, text, &fault))
        fail_msg("%s: byte %zu: %s", text, fault.at, fault.why);
    return outcome_value(&o, &record, replicate, WINDOW);
}

static void a_name_is_the_mean_of_the_window(void **state)
{
    (void)state;
    assert_close(value("mean_height", 0), 8.5 + 1, 1e-9); /* weeks 7 to 10 */
    assert_close(value("mean_height", 1), 108.5 + 1, 1e-9);
    assert_close(value("mean(mean_height)", 0), 9.5, 1e-9);
}

static void functions_have_windows_of_their_own(void **state)
{
    (void)state;
    assert_close(value("mean(mean_height, 2)", 0), 10.5, 1e-9);
    assert_close(value("sum(mean_height, 3)", 0), 9 + 10 + 11, 1e-9);
    assert_close(value("sum(mean_height)", 0), 8 + 9 + 10 + 11, 1e-9);
    assert_close(value("last(mean_height)", 0), 11, 1e-9);
    assert_close(value("mean(mean_height, 500)", 0), 6.5, 1e-9); /* no longer than the run */
}

static void weeks_without_a_value_are_passed_over(void **state)
{
    (void)state;
    assert_close(value("share_above", 0), 7, 0);
    assert_close(value("sum(share_above, 10)", 0), 14, 0);
    assert_close(value("last(share_above, 10)", 0), 7, 0);
    assert_true(isnan(value("mean(share_above, 10) / (0 * mean_height)", 0)) ||
                isinf(value("mean(share_above, 10) / (0 * mean_height)", 0)));
    for (size_t week = 0; week < WEEKS; week++)
        for (size_t place = 0; place < 2; place++)
            record_at(&record, TOY_SHARE_ABOVE, 0, week)[place] = NAN;
    assert_true(isnan(value("share_above", 0)));
    assert_true(isnan(value("reaches(share_above, 1)", 0)));
    assert_close(value("share_above", 1), 7, 0);
}

static void arithmetic_is_as_usual(void **state)
{
    (void)state;
    assert_close(value("1 + 2 * 3 - 4 / 8", 0), 6.5, 0);
    assert_close(value("(1 + 2) * 3", 0), 9, 0);
    assert_close(value("2 - 3 - 4", 0), -5, 0);
    assert_close(value("24 / 4 / 3", 0), 2, 0);
    assert_close(value("2 * 3^2", 0), 18, 0);
    assert_close(value("-3^2", 0), -9, 0);
    assert_close(value("2 * -3", 0), -6, 0);
    assert_close(value("1 - (1 - .01)^52", 0), 1 - pow(.99, 52), 1e-12);
    assert_close(value("1e2 + .5", 0), 100.5, 0);
}

static void parameters_have_values(void **state)
{
    (void)state;
    assert_close(value("walk.step", 0), 0.1, 0);
    assert_close(value("walkers", 0), (300 + 130) / 2., 0); /* mean over places */
    assert_close(value("mean_height * walk.pull", 0), 9.5 * 0.2, 1e-9);
}

static void a_level_is_reached_or_extended(void **state)
{
    (void)state;
    assert_close(value("reaches(mean_height, 1)", 0), 1, 0); /* the mean is 2 in week 1 */
    assert_close(value("reaches(mean_height, 5.5)", 0), 5, 0);
    assert_close(value("reaches(mean_height, 11)", 0), 10, 0);
    /* From 2 to 11 in ten weeks: 20 is at twice the way. */
    assert_close(value("reaches(mean_height, 20)", 0), 20, 1e-9);
    assert_close(value("reaches(mean_height, 1e6)", 0), 10 * WEEKS, 0);
    for (size_t week = 0; week < WEEKS; week++)
        for (size_t place = 0; place < 2; place++)
            record_at(&record, TOY_MEAN_HEIGHT, 0, week)[place] = -(float)week;
    assert_close(value("reaches(mean_height, 1)", 0), 10 * WEEKS, 0);
}

static void refused_at(const char *text, size_t at, const char *why)
{
    struct outcome o;
    struct outcome_fault fault = {0};
    assert_false(outcome_parse(&o, &toy_model, text, &fault));
    assert_contains(fault.why, why);
    assert_int_equal(fault.at, at);
}

static void faults_have_places(void **state)
{
    (void)state;
    refused_at("", 0, "ends where a value must follow");
    refused_at("1 +", 3, "ends where a value must follow");
    refused_at("1 + hight", 4, "names hight");
    refused_at("mean_height share_above", 12, "goes on after its end");
    refused_at("(1", 2, "lacks a ')'");
    refused_at("mean(1)", 5, "names 1, which is no series");
    refused_at("mean(mean_height, 1.5)", 18, "whole number of weeks");
    refused_at("reaches(mean_height)", 19, "lacks a ','");
    refused_at("median(mean_height)", 0, "one of mean, sum, last, reaches");
    refused_at("1 $ 2", 2, "goes on after its end");
    refused_at("* 2", 0, "has '*' where a value must stand");
}

static void windows_are_known(void **state)
{
    (void)state;
    struct outcome o;
    struct outcome_fault fault;
    assert_true(outcome_parse(&o, &toy_model, "sum(mean_height, 9) / share_above", &fault));
    assert_int_equal(outcome_weeks(&o), 9);
    assert_true(outcome_has_window(&o));
    assert_true(outcome_parse(&o, &toy_model, "reaches(mean_height, 99)", &fault));
    assert_int_equal(outcome_weeks(&o), 0);
    assert_false(outcome_has_window(&o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_name_is_the_mean_of_the_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(functions_have_windows_of_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(weeks_without_a_value_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arithmetic_is_as_usual, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parameters_have_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_level_is_reached_or_extended, set_up, tear_down),
        cmocka_unit_test(faults_have_places),
        cmocka_unit_test(windows_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
