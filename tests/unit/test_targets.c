/* Files of targets: what a good one says, what a bad one is told, and how a simulation is judged.
 */
#include "tests/support/check.h"

#include <stdio.h>

#include "analysis/targets.h"
#include "tests/support/corpus.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

static struct targets targets;
static struct scratch scratch;

static int set_up(void **state)
{
    (void)state;
    scratch_open(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

static void read_good(const char *text)
{
    struct error e = {0};
    scratch_text(&scratch, "t.yaml", text);
    assert_status(targets_read(&targets, &toy_model, scratch_path(&scratch, "t.yaml"), &e),
                  STATUS_DONE, &e);
}

static enum status read_one(const struct model *m, const char *path, struct error *e)
{
    enum status status = targets_read(&targets, m, path, e);
    targets_free(&targets);
    return status;
}

static void the_corpus_is_refused_as_expected(void **state)
{
    (void)state;
    char *folder = corpus_path("tests/unit/targets-bad");
    assert_true(corpus_check_with(read_one, &toy_model, folder) >= 60);
    free(folder);
}

static void a_good_file_is_read(void **state)
{
    (void)state;
    scratch_text(&scratch, "place.yaml", "places: [{name: North, walkers: 40}]\nseed: 5\n");
    read_good("title: Heights\n"
              "assumed: Walkers are made up.\n"
              "scenario: place.yaml\n"
              "settings:\n"
              "  weeks: 20\n"
              "  walk: {step: 0.2}\n"
              "  off: {jump: true}\n"
              "last: 8\n"
              "evaluations: 50\n"
              "draws: 30\n"
              "distance: 0.5\n"
              "free:\n"
              "  - walk.step\n"
              "  - {parameter: walk.pull, range: [0.1, 0.4], scale: log}\n"
              "targets:\n"
              "  - name: mean height\n"
              "    outcome: mean_height\n"
              "    value: 0.5\n"
              "    tolerance: 0.1\n"
              "    unit: share\n"
              "    source: S0\n"
              "    comment: a comment\n"
              "  - {name: b, outcome: 2 * share_above, interval: [-1, 3], last: 3, source: S1}\n"
              "unmodelled:\n"
              "  - {name: colour, value: blue, source: S2, reason: walkers have none}\n");
    const struct targets *t = &targets;
    assert_string_equal(t->title, "Heights");
    assert_string_equal(t->assumed, "Walkers are made up.");
    assert_string_equal(t->scenario, "place.yaml");
    assert_int_equal(t->setting_count, 3);
    assert_string_equal(t->settings[2].key, "off.jump");
    assert_int_equal(t->weeks, 20);
    assert_int_equal(t->replicates, 2);
    assert_int_equal(t->seed, 5);
    assert_int_equal(t->evaluations, 50);
    assert_int_equal(t->starts, 3);
    assert_int_equal(t->draws, 30);
    assert_int_equal(t->trials, 4000);
    assert_close(t->distance, 0.5, 0);
    assert_false(t->free[0].log);
    assert_true(t->free[1].log);
    assert_int_equal(t->fresh, 20);
    assert_int_equal(t->free_count, 2);
    assert_int_equal(t->free[0].param, TOY_STEP);
    assert_close(t->free[0].standard, 0.2, 0);
    assert_close(t->free[0].hi, 1, 0);
    assert_close(t->free[1].lo, 0.1, 0);
    assert_close(t->free[1].hi, 0.4, 0);
    assert_close(t->free[1].standard, 0.2, 0);
    assert_int_equal(t->count, 2);
    assert_string_equal(t->list[0].name, "mean height");
    assert_string_equal(t->list[0].unit, "share");
    assert_string_equal(t->list[0].comment, "a comment");
    assert_int_equal(t->list[0].last, 8);
    assert_close(t->list[0].lo, 0.4, 1e-15);
    assert_int_equal(t->list[1].last, 3);
    assert_close(t->list[1].value, 1, 0);
    assert_close(t->list[1].tolerance, 2, 0);
    assert_null(t->list[1].comment);
    assert_int_equal(t->unmodelled_count, 1);
    assert_string_equal(t->unmodelled[0].reason, "walkers have none");
    targets_free(&targets);
    targets_free(&targets);
}

/* Half way between .1 and .4 in logarithms is .2. */
static void ranges_are_even_or_even_in_logarithms(void **state)
{
    (void)state;
    const struct free_parameter linear = {.lo = 0.1, .hi = 0.4};
    const struct free_parameter log_scale = {.lo = 0.1, .hi = 0.4, .log = true};
    assert_close(free_value(&linear, 0.5), 0.25, 1e-15);
    assert_close(free_value(&log_scale, 0.5), 0.2, 1e-15);
    assert_close(free_value(&log_scale, 0), 0.1, 0);
    assert_close(free_value(&log_scale, 1), 0.4, 0);
    assert_close(free_share(&linear, 0.25), 0.5, 1e-15);
    assert_close(free_share(&log_scale, 0.2), 0.5, 1e-15);
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    struct error e = {0};
    assert_int_equal(targets_read(&targets, &toy_model, "/no/such.yaml", &e), STATUS_BAD_INPUT);
    assert_string_equal(error_text(&e), "/no/such.yaml: is not there\n");
    error_free(&e);
}

static void deviations_are_in_tolerances(void **state)
{
    (void)state;
    const struct objective o = {.value = 10, .tolerance = 2, .lo = 8, .hi = 12};
    assert_close(objective_deviation(&o, 13), 1.5, 1e-12);
    assert_close(objective_deviation(&o, 8), -1, 1e-12);
    assert_close(objective_deviation(&o, NAN), TARGET_LOST, 0);
    assert_close(objective_deviation(&o, -INFINITY), -TARGET_LOST, 0);
}

static const char two[] =
    "settings: {walkers: 50, weeks: 6, replicates: 3}\n"
    "last: 2\n"
    "free: [walk.step]\n"
    "targets:\n"
    "  - {name: a, outcome: mean_height, value: 0, tolerance: 1, source: S0}\n"
    "  - {name: b, outcome: walk.step, value: 0, tolerance: 0.1, source: S0}\n";

/* What is simulated is what a trial gives, with values for free parameters, and the loss adds up.
 */
static void a_simulation_is_a_trial(void **state)
{
    (void)state;
    struct error e = {0};
    struct sample outcomes[TARGETS_MOST];
    const double step[] = {0.3};
    const struct targets_run run = {.values = step, .seed = 9, .replicates = 4, .threads = 2};
    read_good(two);
    assert_status(targets_simulate(&targets, &run, outcomes, &e), STATUS_DONE, &e);

    const struct setting settings[] = {{"walkers", "50", "test"},
                                       {"weeks", "6", "test"},
                                       {"replicates", "4", "test"},
                                       {"seed", "9", "test"},
                                       {"walk.step", "0.3", "test"}};
    const struct trial_base base = {.model = &toy_model, .text = "", .name = "test"};
    struct trial *t = trial_new();
    assert_status(trial_run(t, &base, settings, 5, &e), STATUS_DONE, &e);
    struct sample mean = trial_mean(t, "mean_height", 4, 6);
    assert_int_equal(outcomes[0].count, 4);
    for (size_t r = 0; r < 4; r++) {
        assert_close(outcomes[0].x[r], mean.x[r], 1e-15);
        assert_close(outcomes[1].x[r], 0.3, 0);
    }
    double height = sample_interval(&mean).mean;
    assert_close(targets_loss(&targets, outcomes), height * height + 9, 1e-9);
    trial_free(t);
    targets_free(&targets);
}

static void without_values_nothing_is_changed(void **state)
{
    (void)state;
    struct error e = {0};
    struct sample outcomes[TARGETS_MOST];
    const struct targets_run run = {.seed = 1, .replicates = 2};
    read_good(two);
    assert_status(targets_simulate(&targets, &run, outcomes, &e), STATUS_DONE, &e);
    assert_close(outcomes[1].x[0], 0.1, 0);
    targets_free(&targets);
}

static void too_many_replicates_are_refused(void **state)
{
    (void)state;
    struct error e = {0};
    const struct setting settings[] = {{"replicates", "300", "test"}};
    const struct trial_base base = {.model = &toy_model, .text = "", .name = "test"};
    struct trial *t = trial_new();
    assert_int_equal(trial_run(t, &base, settings, 1, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "replicates is 300, may be 256 here");
    assert_true(isnan(trial_mean(t, "mean_height", 0, 1).x[0]));
    assert_true(isnan(trial_reaches(t, "mean_height", 0).x[0]));
    error_free(&e);
    trial_free(t);
    trial_free(NULL);
}

/* Student's t with three degrees of freedom: 3.182446 standard errors. */
static void intervals_are_of_student(void **state)
{
    (void)state;
    const struct sample s = {.count = 4, .x = {1, 2, 3, 4}};
    struct interval i = sample_interval(&s);
    assert_close(i.mean, 2.5, 1e-12);
    assert_close(i.half, 3.182446 * sqrt(5. / 3 / 4), 1e-5);
    assert_true(interval_above(i, 0.4) && !interval_above(i, 0.5));
    assert_true(interval_below(i, 4.6) && !interval_below(i, 4.5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_refused_as_expected),
        cmocka_unit_test_setup_teardown(a_good_file_is_read, set_up, tear_down),
        cmocka_unit_test(ranges_are_even_or_even_in_logarithms),
        cmocka_unit_test(a_file_that_is_not_there),
        cmocka_unit_test(deviations_are_in_tolerances),
        cmocka_unit_test_setup_teardown(a_simulation_is_a_trial, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_values_nothing_is_changed, set_up, tear_down),
        cmocka_unit_test(too_many_replicates_are_refused),
        cmocka_unit_test(intervals_are_of_student),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
