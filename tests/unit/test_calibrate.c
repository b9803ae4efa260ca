/* Calibration on a model whose answer is known: it must find the values that made the targets, see
 * which parameter moves what, keep to rules and ranges, and give the same at any number of threads.
 */
#include "tests/support/check.h"

#include <jansson.h>
#include <stdio.h>

#include "analysis/calibrate.h"
#include "sim/stream.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

/* The toy with one mechanism, of which the outcomes are
 *
 *     mean_height = step + pull + noise        share_above = step (1 - pull) + noise
 *
 * with noise of standard deviation .005 a replicate.  With step .3 and pull .45 they are .75 and
 * .165, and for no other values of the ranges. */
static void known_run(struct world *w, size_t cell)
{
    const double *values = w->scenario->places[cell].values;
    double step = values[TOY_STEP], pull = values[TOY_PULL];
    struct stream s;
    stream_open(&s, w->seed, w->replicate, (uint32_t)cell, 0, TOY_STREAM_WALK);
    float *observed = w->observed + cell * TOY_OBSERVABLES;
    observed[TOY_MEAN_HEIGHT] = (float)(step + pull + 0.005 * stream_normal(&s));
    observed[TOY_SHARE_ABOVE] = (float)(step * (1 - pull) + 0.005 * stream_normal(&s));
}

static const struct mechanism known = {
    .name = "known",
    .equation = "",
    .meaning = "Outcomes that follow from parameters",
    .source = "",
    .step = 5,
    .cells = TOY_PLACE,
    .reads = (const column_id[]){0},
    .writes = (const column_id[]){0},
    .run = known_run,
};

static const struct mechanism *const schedule[] = {&known};
static struct model model;
static struct scratch scratch;

static const char both[] =
    "title: Known\n"
    "settings: {walkers: 3, weeks: 2, replicates: 4, walk.step: 0.6, walk.pull: 0.1}\n"
    "last: 2\n"
    "evaluations: 200\n"
    "fresh: 10\n"
    "free: [walk.step, walk.pull]\n"
    "targets:\n"
    "  - {name: height, outcome: mean_height, value: 0.75, tolerance: 0.02, source: S0}\n"
    "  - {name: share, outcome: share_above, value: 0.165, tolerance: 0.02, source: S1}\n"
    "unmodelled:\n"
    "  - {name: colour, source: S2, reason: walkers have none}\n";

static int set_up(void **state)
{
    (void)state;
    model = toy_model;
    model.schedule = schedule;
    model.schedule_count = 1;
    scratch_open(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

static const char *file_of(const char *text)
{
    return scratch_text(&scratch, "t.yaml", text);
}

static struct targets targets;
static struct calibration result;

static void run(const char *text, struct calibrate_request *request)
{
    struct error e = {0};
    request->quiet = true;
    assert_status(targets_read(&targets, &model, file_of(text), &e), STATUS_DONE, &e);
    assert_status(calibration_run(&result, &targets, request, &e), STATUS_DONE, &e);
}

/* Four replicates of noise .005 leave .0025 in each outcome; four times that, through the inverse
 * of the derivatives at the answer (largest entries 1 / .85 and .3 / .85), is .02. */
static void known_values_are_found(void **state)
{
    (void)state;
    struct calibrate_request request = {0};
    run(both, &request);
    assert_true(result.fitted);
    assert_close(result.values[0], 0.3, 0.02);
    assert_close(result.values[1], 0.45, 0.02);
    assert_int_equal(result.evaluations <= 200, true);
    assert_true(result.loss_after < 0.01);
    assert_true(result.loss_before > 100);
    assert_true(result.fresh_loss_before > 100 && result.fresh_loss_after < 1);
    for (size_t k = 0; k < 2; k++) {
        assert_false(calibration_met(&targets.list[k], result.before[k]));
        assert_true(calibration_met(&targets.list[k], result.after[k]));
        assert_true(result.after[k].half > 0 && result.after[k].half < 0.01);
    }
    assert_false(calibration_at_bound(&result, 0));
    targets_free(&targets);
}

/* A tenth of the range, over the tolerance of .02: 5 times the derivative. */
static void sensitivities_are_derivatives(void **state)
{
    (void)state;
    struct calibrate_request request = {0};
    run(both, &request);
    double step = result.values[0], pull = result.values[1];
    const double expected[2][2] = {{5, 5 * (1 - pull)}, {5, -5 * step}};
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < 2; k++) {
            assert_close(result.moves[p][k].mean, expected[p][k], 1e-4);
            assert_true(calibration_moves(&result, p, k));
        }
    targets_free(&targets);
}

static void a_parameter_without_effect_moves_nothing(void **state)
{
    (void)state;
    struct calibrate_request request = {.evaluations = 60};
    run("settings: {walkers: 3, weeks: 2, replicates: 3, walk.pull: 0}\n"
        "last: 2\n"
        "free: [walk.step, ties.degree]\n"
        "targets:\n"
        "  - {name: height, outcome: mean_height, value: 0.4, tolerance: 0.02, source: S0}\n",
        &request);
    assert_close(result.values[0], 0.4, 0.02);
    assert_true(calibration_moves(&result, 0, 0));
    assert_false(calibration_moves(&result, 1, 0));
    assert_close(result.moves[1][0].mean, 0, 1e-9);
    targets_free(&targets);
}

/* The target lies beyond the range: the fit ends at the bound and says so, and does not meet it. */
static void a_bound_is_reported(void **state)
{
    (void)state;
    struct calibrate_request request = {0};
    run("settings: {walkers: 3, weeks: 2, replicates: 3, walk.pull: 0.1}\n"
        "last: 2\n"
        "free: [{parameter: walk.step, range: [0.05, 0.25]}]\n"
        "targets:\n"
        "  - {name: height, outcome: mean_height, value: 0.75, tolerance: 0.02, source: S0}\n",
        &request);
    assert_true(calibration_at_bound(&result, 0));
    assert_close(result.values[0], 0.25, 0.002);
    assert_false(calibration_met(&targets.list[0], result.after[0]));
    targets_free(&targets);
}

/* step + pull may be 1 at most: the answer lies on the other side of that rule. */
static void rules_between_parameters_are_kept(void **state)
{
    (void)state;
    struct calibrate_request request = {0};
    run("settings: {walkers: 3, weeks: 2, replicates: 3}\n"
        "last: 2\n"
        "free: [walk.step, walk.pull]\n"
        "targets:\n"
        "  - {name: height, outcome: mean_height, value: 1.2, tolerance: 0.02, source: S0}\n",
        &request);
    assert_true(result.values[0] + result.values[1] <= 1);
    assert_true(result.values[0] + result.values[1] > 0.98);
    assert_true(isnan(result.moves[0][0].mean));
    targets_free(&targets);
}

static void a_check_fits_nothing(void **state)
{
    (void)state;
    struct calibrate_request request = {.check = true};
    run(both, &request);
    assert_false(result.fitted);
    assert_int_equal(result.evaluations, 0);
    assert_close(result.before[0].mean, 0.7, 0.01);
    assert_close(result.before[1].mean, 0.54, 0.01);
    targets_free(&targets);
}

/* The result as JSON, to be freed. */
static char *as_json(const uint64_t *seed, int threads)
{
    struct error e = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const struct calibrate_request request = {.path = file_of(both),
                                              .seed = seed,
                                              .threads = threads,
                                              .quiet = true,
                                              .evaluations = 60,
                                              .format = CALIBRATE_JSON};
    assert_status(calibrate(&model, &request, out, &e), STATUS_DONE, &e);
    fclose(out);
    return text;
}

static void threads_change_nothing(void **state)
{
    (void)state;
    const uint64_t one = 1, two = 2;
    char *first = as_json(&one, 1), *second = as_json(&one, 2), *other = as_json(&two, 2);
    assert_string_equal(first, second);
    assert_string_not_equal(first, other);
    free(first);
    free(second);
    free(other);
}

/* The file and the JSON on the way out are the same, and a file is not overwritten unasked. */
static void a_result_is_written(void **state)
{
    (void)state;
    struct error e = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct calibrate_request request = {.path = file_of(both),
                                        .out = scratch_path(&scratch, "r.json"),
                                        .quiet = true,
                                        .format = CALIBRATE_JSON};
    assert_status(calibrate(&model, &request, out, &e), STATUS_DONE, &e);
    fclose(out);
    char *written = scratch_read(request.out, &size);
    assert_true(strncmp(written, text, size) == 0 && strlen(text) == size);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    double step = json_number_value(
        json_object_get(json_array_get(json_object_get(root, "parameters"), 0), "fitted"));
    assert_close(step, 0.3, 0.02);
    assert_int_equal(json_array_size(json_object_get(root, "targets")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "unmodelled")), 1);
    json_decref(root);
    assert_int_equal(calibrate(&model, &request, stdout, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "exists already");
    error_free(&e);
    free(written);
    free(text);
}

static void tables_say_what_is_met(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    struct calibrate_request request = {0};
    run(both, &request);
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(calibration_print(&result, &request, CALIBRATE_MD, out), STATUS_DONE);
    fclose(out);
    assert_contains(text, "# Known\n");
    assert_contains(text, "Targets met: 0 before, 2 at the fit.");
    assert_contains(text, "| walk.step | s | 1 | 0.6 | 0.");
    assert_contains(text, "| [0, 1] | no | 1, 2 |");
    assert_contains(text, "colour (S2) - not in the model: walkers have none");
    assert_contains(text, "| 1 | height | S0 |  | 0.75 | 0.02 | 0.7");
    free(text);
    targets_free(&targets);
}

static void nothing_free_is_nothing_to_fit(void **state)
{
    (void)state;
    struct error e = {0};
    const struct calibrate_request request = {.quiet = true};
    assert_status(
        targets_read(&targets, &model,
                     file_of("last: 2\nfree: []\ntargets: [{name: a, outcome: mean_height, "
                             "value: 1, tolerance: 1, source: S0}]\n"),
                     &e),
        STATUS_DONE, &e);
    assert_int_equal(calibration_run(&result, &targets, &request, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "free lists no parameter");
    error_free(&e);
    targets_free(&targets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(known_values_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sensitivities_are_derivatives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_parameter_without_effect_moves_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_bound_is_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_between_parameters_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_fits_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_result_is_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_say_what_is_met, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_free_is_nothing_to_fit, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
