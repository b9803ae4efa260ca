/* Arms: what run files come to, by name, window and replicate. */
#include "tests/support/check.h"

#include "analysis/arms.h"
#include "analysis/outcome.h"
#include "sim/run.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"
#include "tests/support/toy_ensemble.h"

enum { RUNS = 3, WEEKS = 6, REPLICATES = 2 };

static struct scratch scratch;
static const char *paths[RUNS];
static struct record records[RUNS]; /* what the files hold */
static struct scenario scenarios[RUNS];

/* Two runs of one title and length, and one that has a title of its own and is longer. */
static int setup(void **data)
{
    (void)data;
    static const char *const texts[RUNS] = {
        "title: toy\nweeks: 6\nreplicates: 2\nplaces: [{name: A, walkers: 30}]\n",
        "title: toy\nweeks: 6\nreplicates: 2\nseed: 5\nplaces: [{name: A, walkers: 30}]\n",
        "title: long\nweeks: 9\nreplicates: 3\nplaces: [{name: A, walkers: 30}]\n"};
    static const char *const names[RUNS] = {"one.h5", "two.h5", "long.h5"};
    scratch_open(&scratch);
    for (size_t i = 0; i < RUNS; i++) {
        struct run_cost cost;
        struct error e = {0};
        paths[i] = scratch_path(&scratch, names[i]);
        const struct run_options options = {.out = paths[i], .threads = 1, .quiet = true};
        assert_status(scenario_parse(&scenarios[i], &toy_model, texts[i], strlen(texts[i]), "toy",
                                     NULL, NULL, 0, NULL, 0, &e),
                      STATUS_DONE, &e);
        assert_status(run_execute(&scenarios[i], &options, &records[i], &cost, &e), STATUS_DONE,
                      &e);
    }
    return 0;
}

static int teardown(void **data)
{
    (void)data;
    for (size_t i = 0; i < RUNS; i++) {
        record_free(&records[i]);
        scenario_free(&scenarios[i]);
    }
    scratch_close(&scratch);
    return 0;
}

static void values_are_those_of_the_runs(void **data)
{
    (void)data;
    const char *const outcomes[] = {"mean_height", "last(share_above) + 1"};
    const struct arms_request request = {
        .paths = paths, .path_count = 2, .outcomes = outcomes, .outcome_count = 2, .last = 4};
    struct arms a;
    struct error e = {0};
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_DONE, &e);
    assert_int_equal(a.count, 2);
    assert_string_equal(a.list[0].name, "one"); /* their titles are alike */
    assert_string_equal(a.list[1].name, "two");
    assert_int_equal(a.list[1].seed, 5);
    assert_int_equal(a.first, 3);
    assert_int_equal(a.last, 6);
    assert_string_equal(a.outcomes[0].words, "How high walkers are");
    assert_string_equal(a.outcomes[1].words, "last(share_above) + 1");
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++) {
            struct outcome o;
            struct outcome_fault fault;
            assert_true(outcome_parse(&o, &toy_model, outcomes[k], &fault));
            for (size_t r = 0; r < REPLICATES; r++)
                assert_close(arms_values(&a.list[i], k)[r], outcome_value(&o, &records[i], r, 4),
                             0);
        }
    arms_free(&a);
}

static void one_week_may_be_compared_over_lengths(void **data)
{
    (void)data;
    const char *const both[] = {paths[0], paths[2]};
    struct arms_request request = {.paths = both, .path_count = 2, .at = 5};
    struct arms a;
    struct error e = {0};
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_DONE, &e);
    assert_string_equal(a.list[0].name, "toy");
    assert_string_equal(a.list[1].name, "long");
    assert_int_equal(a.outcome_count, 1); /* headlines */
    assert_int_equal(a.list[1].replicates, 3);
    for (size_t r = 0; r < 3; r++)
        assert_close(arms_values(&a.list[1], 0)[r], record_at(&records[2], 0, r, 4)[0], 0);
    arms_free(&a);
    request.at = 0;
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "compare them at one week, --at 6 or before");
    error_free(&e);
    request.at = 7;
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "one.h5: has 6 weeks, none is week 7");
    error_free(&e);
}

/* Its own arms, baseline and seeds; a run that failed has no value. */
static void an_experiment_has_its_own_arms(void **data)
{
    (void)data;
    struct ensemble ensemble;
    struct arms a;
    struct error e = {0};
    toy_ensemble(&ensemble, 4);
    free(ensemble.settings[1]);
    ensemble.settings[1] = strdup("walk.step=0.02\nseed=9");
    const char *const file = scratch_path(&scratch, "winds.h5"), *const both[] = {file, paths[0]};
    struct toy_ensemble_runs runs = {&ensemble, {1, 1}};
    const struct store_source source = {toy_ensemble_take, &runs};
    const struct store_run_options options = {.command = "winds", .replace = true};
    assert_status(store_ensemble(file, &ensemble, runs.shard, &source, &options, &e), STATUS_DONE,
                  &e);
    const char *const outcomes[] = {"share_above", "0 * share_above + 1", "walk.step"};
    struct arms_request request = {
        .paths = both, .path_count = 1, .outcomes = outcomes, .outcome_count = 3, .last = 2};
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_DONE, &e);
    assert_int_equal(a.count, 3);
    assert_string_equal(a.list[2].name, "wild");
    assert_int_equal(a.baseline, 1);
    assert_int_equal(a.missing, 1);
    assert_string_equal(a.ensemble->design.kind, "arms");
    assert_true(a.list[0].seed == a.list[2].seed && a.list[1].seed == 9);
    for (size_t i = 0; i < 3; i++)
        for (size_t r = 0; r < 4; r++) {
            size_t run = ensemble_run(&ensemble, i, r);
            double value =
                (toy_ensemble_value(run, 1, 3, 0) + toy_ensemble_value(run, 1, 4, 1)) / 2;
            if (i == 2 && r == 1)
                assert_true(isnan(arms_values(&a.list[i], 0)[r]) &&
                            isnan(arms_values(&a.list[i], 2)[r]));
            else
                assert_close(arms_values(&a.list[i], 0)[r], value, 1e-3);
        }
    assert_close(arms_values(&a.list[1], 2)[0], 0.02, 1e-9); /* parameters are the arm's own */
    assert_close(arms_values(&a.list[2], 2)[0], 0.1, 1e-9);
    arms_free(&a);
    request.path_count = 2;
    request.at = 5;
    request.last = 0;
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_DONE, &e);
    assert_int_equal(a.count, 4);
    assert_null(a.ensemble);
    assert_string_equal(a.list[3].name, "toy");
    arms_free(&a);
    const char *const twice[] = {file, scratch_path(&scratch, "more.h5")};
    assert_status(store_ensemble(twice[1], &ensemble, runs.shard, &source, &options, &e),
                  STATUS_DONE, &e);
    request.paths = twice;
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_DONE, &e);
    assert_string_equal(a.list[0].name, "winds: calm");
    assert_string_equal(a.list[5].name, "more: wild");
    arms_free(&a);
    ensemble_free(&ensemble);
}

static void refuse(const char *const *files, size_t count, const char *outcome, size_t last,
                   const char *why)
{
    const struct arms_request request = {.paths = files,
                                         .path_count = count,
                                         .outcomes = &outcome,
                                         .outcome_count = outcome != NULL,
                                         .last = last};
    struct arms a;
    struct error e = {0};
    assert_status(arms_read(&a, &toy_model, &request, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    error_free(&e);
    arms_free(&a); /* safe after a failure */
}

static void bad_requests_are_told(void **data)
{
    (void)data;
    const char *const same[] = {paths[0], paths[0]}, *const none[] = {"/nowhere/none.h5"};
    refuse(same, 2, NULL, 0, "the same file is given twice");
    refuse(none, 1, NULL, 0, "/nowhere/none.h5");
    refuse(paths, 1, "mean_hieght", 0, "did you mean mean_height?");
    refuse(paths, 1, "mean(mean_height, 7)", 0, "looks back over 7 weeks, must be 6 at most");
    refuse(paths, 1, NULL, 7, "has 6 weeks, no mean of 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_runs),
        cmocka_unit_test(one_week_may_be_compared_over_lengths),
        cmocka_unit_test(an_experiment_has_its_own_arms),
        cmocka_unit_test(bad_requests_are_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
