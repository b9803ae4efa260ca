/* Experiments with the toy model: the same file at any number of threads, after any interruption,
 * in any shards, and with runs that fail. */
#include "tests/support/check.h"

#include <stdatomic.h>

#include "sim/durable.h"
#include "sim/ensemble_run.h"
#include "sim/parts.h"
#include "sim/reader.h"
#include "tests/support/same_file.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"
#include "tests/support/toy_ensemble.h"

enum { REPLICATES = 4, RUNS = REPLICATES * TOY_ENSEMBLE_ARMS };

static struct scratch scratch;
static struct ensemble ensemble;
static struct model
    model; /* the toy, but interrupted at the so many-th look at its world, two a week */
static atomic_int looks_left;

static size_t cells_and_stop(const struct world *w, unsigned kind)
{
    if (kind == TOY_WORLD && atomic_fetch_sub(&looks_left, 1) == 1)
        run_interrupt();
    return toy_model.cells(w, kind);
}

static const struct ensemble_options plain = {.shard = {1, 1}, .quiet = true};

static enum status execute(struct ensemble *x, const char *name,
                           const struct ensemble_options *options, struct ensemble_outcome *outcome,
                           struct error *e)
{
    struct ensemble_options own = *options;
    own.out = scratch_path(&scratch, name);
    own.command = name;
    return ensemble_execute(x, &model, &own, outcome, e);
}

/* What must go well, of the ensemble of this test. */
static void run_to(const char *name, const struct ensemble_options *options,
                   struct ensemble_outcome *outcome)
{
    struct error e = {0};
    struct ensemble x = ensemble;
    assert_status(execute(&x, name, options, outcome, &e), STATUS_DONE, &e);
}

static bool has_parts(const char *name)
{
    char *folder = parts_folder(scratch_path(&scratch, name));
    bool is = durable_is_folder(folder);
    free(folder);
    return is;
}

static int setup(void **data)
{
    (void)data;
    struct ensemble_outcome outcome;
    model = toy_model;
    model.cells = cells_and_stop;
    scratch_open(&scratch);
    toy_ensemble(&ensemble, REPLICATES);
    struct ensemble_options options = plain;
    options.threads = 1;
    run_to("whole.h5", &options, &outcome);
    assert_int_equal(outcome.done, RUNS);
    return 0;
}

static int teardown(void **data)
{
    (void)data;
    ensemble_free(&ensemble);
    scratch_close(&scratch);
    return 0;
}

static void assert_whole(const char *name)
{
    assert_true(
        assert_same_files(scratch_path(&scratch, "whole.h5"), scratch_path(&scratch, name)) > 10);
    assert_false(has_parts(name));
}

/* Every run as a run of its own gives it. */
static void runs_are_those_of_their_scenarios(void **data)
{
    (void)data;
    struct ensemble_file f;
    struct error e = {0};
    float values[REPLICATES][TOY_ENSEMBLE_WEEKS][2];
    assert_status(reader_ensemble_open(&f, scratch_path(&scratch, "whole.h5"), &e), STATUS_DONE,
                  &e);
    for (size_t arm = 0; arm < TOY_ENSEMBLE_ARMS; arm++) {
        struct scenario s;
        struct record record;
        struct run_cost cost;
        const struct run_options options = {.quiet = true};
        const struct ensemble_range range = {arm, 1, 0, REPLICATES};
        assert_status(ensemble_scenario(&ensemble, &toy_model, arm, &s, &e), STATUS_DONE, &e);
        s.values[TOY_REPLICATES] = REPLICATES;
        assert_status(run_execute(&s, &options, &record, &cost, &e), STATUS_DONE, &e);
        for (size_t k = 0; k < 2; k++) {
            assert_status(reader_ensemble_series(&f, k, &range, &values[0][0][0], &e), STATUS_DONE,
                          &e);
            assert_memory_equal(values, record_at(&record, k, 0, 0), sizeof values);
        }
        record_free(&record);
        scenario_free(&s);
    }
    reader_ensemble_close(&f);
}

static void same_at_any_number_of_threads(void **data)
{
    (void)data;
    const int threads[] = {2, 3, 8, 16};
    for (unsigned i = 0; i < 4; i++) {
        struct ensemble_outcome outcome;
        struct ensemble_options options = plain;
        options.threads = threads[i];
        options.force = true;
        run_to("threads.h5", &options, &outcome);
        assert_int_equal(outcome.cost.side_by_side, threads[i] <= RUNS ? threads[i] : 1);
        assert_whole("threads.h5");
    }
}

/* Interrupted after any number of weeks, again and again. */
static void resumes_to_the_same_file(void **data)
{
    (void)data;
    for (int weeks = 1; weeks <= RUNS * TOY_ENSEMBLE_WEEKS; weeks += 3) {
        struct ensemble_outcome outcome = {0};
        struct ensemble_options options = plain;
        enum status status = STATUS_INTERRUPTED;
        unsigned times = 0;
        options.threads = 1 + weeks % 3;
        options.force = true;
        for (; status == STATUS_INTERRUPTED; times++) {
            struct ensemble x = ensemble;
            struct error e = {0};
            atomic_store(&looks_left, weeks);
            status = execute(&x, "resumed.h5", &options, &outcome, &e);
            assert_true(has_parts("resumed.h5") == (status == STATUS_INTERRUPTED));
            assert_true(times <= RUNS * TOY_ENSEMBLE_WEEKS);
            options.force = false;
            options.resume = true;
            assert_true(status == STATUS_DONE || status == STATUS_INTERRUPTED);
            error_free(&e);
        }
        atomic_store(&looks_left, 0);
        assert_int_equal(outcome.done, RUNS);
        if (weeks < RUNS * TOY_ENSEMBLE_WEEKS - 8)
            assert_true(times > 1);
        assert_whole("resumed.h5");
        unlink(scratch_path(&scratch, "resumed.h5"));
    }
}

/* Leaves an experiment behind in which some runs are done. */
static void interrupt(const char *name, const struct ensemble_options *options)
{
    struct ensemble x = ensemble;
    struct ensemble_outcome outcome;
    struct ensemble_options own = *options;
    struct error e = {0};
    own.threads = 1;
    atomic_store(&looks_left, 66);
    assert_status(execute(&x, name, &own, &outcome, &e), STATUS_INTERRUPTED, &e);
    atomic_store(&looks_left, 0);
    error_free(&e);
}

static void damaged_parts_are_done_again(void **data)
{
    (void)data;
    struct ensemble_outcome outcome;
    struct ensemble_options options = plain;
    size_t size;
    interrupt("damaged.h5", &options);
    char *folder = parts_folder(scratch_path(&scratch, "damaged.h5"));
    char *first = parts_run(folder, 0), *second = parts_run(folder, 1);
    char *bytes = scratch_read(first, &size);
    bytes[size / 2] ^= 1;
    scratch_write(first, bytes, size);
    scratch_write(second, bytes, 20);
    free(bytes);
    options.resume = true;
    run_to("damaged.h5", &options, &outcome);
    assert_int_equal(outcome.before, 4);
    assert_int_equal(outcome.done, RUNS);
    assert_whole("damaged.h5");
    free(first);
    free(second);
    free(folder);
}

static void refuses_to_mix(void **data)
{
    (void)data;
    struct ensemble x = ensemble;
    struct ensemble_outcome outcome;
    struct ensemble_options options = plain;
    struct error e = {0};
    interrupt("mixed.h5", &options);
    assert_status(execute(&x, "mixed.h5", &options, &outcome, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "an interrupted experiment is there; give --resume");
    error_free(&e);
    options.resume = true;
    options.shard = (struct shard){1, 2};
    assert_status(execute(&x, "mixed.h5", &options, &outcome, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "was begun with another plan, shard or version");
    error_free(&e);
    char other[] = "another plan";
    options.shard = (struct shard){1, 1};
    x.plan = other;
    assert_status(execute(&x, "mixed.h5", &options, &outcome, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "was begun with another plan, shard or version");
    error_free(&e);
    assert_status(execute(&x, "whole.h5", &options, &outcome, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "holds another plan or shard");
    error_free(&e);
    x = ensemble;
    assert_status(execute(&x, "whole.h5", &options, &outcome, &e), STATUS_DONE, &e);
    assert_true(outcome.complete);
    assert_int_equal(outcome.before, RUNS);
    options.resume = false;
    options.force = true;
    assert_status(execute(&x, "mixed.h5", &options, &outcome, &e), STATUS_DONE, &e);
    assert_int_equal(outcome.before, 0);
    assert_whole("mixed.h5");
}

/* --- runs that fail ----------------------------------------------------------------------------
 */

/* The arm "windy" breaks a rule between parameters. */
static struct ensemble broken(char *settings)
{
    static char *list[TOY_ENSEMBLE_ARMS];
    struct ensemble x = ensemble;
    memcpy(list, ensemble.settings, sizeof list);
    list[1] = settings;
    x.settings = list;
    return x;
}

static void failed_runs_are_recorded_and_others_go_on(void **data)
{
    (void)data;
    char settings[] = "walk.step=0.9\nwalk.pull=0.9";
    for (int threads = 1; threads <= 3; threads++) {
        struct ensemble x = broken(settings);
        struct ensemble_outcome outcome;
        struct ensemble_options options = plain;
        struct ensemble_file f;
        struct error e = {0};
        options.threads = threads;
        options.force = true;
        assert_status(execute(&x, "failed.h5", &options, &outcome, &e), STATUS_DONE, &e);
        assert_int_equal(outcome.failed, REPLICATES);
        assert_int_equal(outcome.done, RUNS - REPLICATES);
        assert_contains(outcome.why, "walk.step and walk.pull must be at most 1 together");
        free(outcome.why);
        assert_status(reader_ensemble_open(&f, scratch_path(&scratch, "failed.h5"), &e),
                      STATUS_DONE, &e);
        for (size_t i = 0; i < RUNS; i++) {
            bool failed = i / REPLICATES == 1;
            assert_int_equal(f.state[i], failed ? RUN_FAILED : RUN_DONE);
            assert_true((f.failure[i] != NULL) == failed);
        }
        assert_contains(f.failure[REPLICATES], "walk.step");
        reader_ensemble_close(&f);
    }
}

/* --- shards ------------------------------------------------------------------------------------
 */

static const char *shard_name(unsigned number)
{
    static char name[32];
    snprintf(name, sizeof name, "shard-%u.h5", number);
    return name;
}

static void run_shards(struct ensemble *x, unsigned count)
{
    for (unsigned number = 1; number <= count; number++) {
        struct ensemble_outcome outcome;
        struct ensemble_options options = plain;
        struct error e = {0};
        options.shard = (struct shard){number, count};
        options.threads = 1 + (int)number % 2;
        options.force = true;
        assert_status(execute(x, shard_name(number), &options, &outcome, &e), STATUS_DONE, &e);
        free(outcome.why);
    }
}

static enum status merge(const unsigned *numbers, size_t count, const char *name,
                         struct ensemble_outcome *outcome, struct error *e)
{
    const char *paths[16];
    const struct store_run_options options = {.command = "merge", .replace = true};
    for (size_t i = 0; i < count; i++)
        paths[i] = scratch_path(&scratch, shard_name(numbers[i]));
    return ensemble_merge(paths, count, &options, scratch_path(&scratch, name), outcome, e);
}

static void shards_merge_to_the_whole(void **data)
{
    (void)data;
    const unsigned numbers[] = {5, 2, 3, 1, 4};
    char settings[] = "walk.step=0.9\nwalk.pull=0.9";
    for (unsigned count = 2; count <= 5; count += 3)
        for (int fail = 0; fail <= 1; fail++) {
            struct ensemble x = fail ? broken(settings) : ensemble;
            struct ensemble_outcome outcome;
            struct error e = {0};
            run_shards(&x, count);
            const unsigned two[] = {2, 1};
            assert_status(merge(count == 5 ? numbers : two, count, "merged.h5", &outcome, &e),
                          STATUS_DONE, &e);
            assert_int_equal(outcome.done + outcome.failed, RUNS);
            free(outcome.why);
            if (fail)
                assert_same_files(scratch_path(&scratch, "failed.h5"),
                                  scratch_path(&scratch, "merged.h5"));
            else
                assert_whole("merged.h5");
        }
}

static void assert_refused(const unsigned *numbers, size_t count, const char *why)
{
    struct ensemble_outcome outcome;
    struct error e = {0};
    assert_status(merge(numbers, count, "refused.h5", &outcome, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    assert_false(durable_is_file(scratch_path(&scratch, "refused.h5")));
    error_free(&e);
}

/* But for what a file says of its arms, and where the disk keeps it. */
static void a_shard_takes_its_share_of_the_disk(void **state)
{
    (void)state;
    const struct shard third = {2, 3}, none = {1, 1 << 30};
    assert_between(3 * ensemble_part_bytes(&ensemble, third) /
                       ensemble_part_bytes(&ensemble, plain.shard),
                   1 - 1e-12, 1 + 1e-12);
    double least = ensemble_file_bytes(&ensemble, none);
    assert_between(3 * (ensemble_file_bytes(&ensemble, third) - least) /
                       (ensemble_file_bytes(&ensemble, plain.shard) - least),
                   1 - 1e-6, 1 + 1e-6);
}

static void refuses_shards_that_do_not_fit(void **data)
{
    (void)data;
    const unsigned numbers[] = {1, 2, 3, 3};
    struct ensemble x = ensemble;
    run_shards(&x, 3);
    assert_refused(numbers, 2, "shard 3 of 3 is missing");
    assert_refused(numbers, 1, "2 of 3 shards are missing, first of all shard 2");
    assert_refused(numbers, 4, "is shard 3 of 3, as is");
    struct ensemble_outcome outcome;
    struct ensemble_options options = plain;
    struct error e = {0};
    options.force = true;
    options.shard = (struct shard){3, 4};
    assert_status(execute(&x, "shard-3.h5", &options, &outcome, &e), STATUS_DONE, &e);
    assert_refused(numbers, 3, "is shard 3 of 4, but");
    char other[] = "another plan";
    x.plan = other;
    options.shard = (struct shard){3, 3};
    assert_status(execute(&x, "shard-3.h5", &options, &outcome, &e), STATUS_DONE, &e);
    assert_refused(numbers, 3, "is of another plan than");
    options.shard = (struct shard){1, 1};
    assert_status(execute(&x, "shard-3.h5", &options, &outcome, &e), STATUS_DONE, &e);
    assert_refused(numbers, 3, "is a whole experiment, not a shard of one");
}

/* --- more replicates ---------------------------------------------------------------------------
 */

static enum status until_four(void *context, const struct ensemble *x,
                              const struct store_source *source, size_t *replicates,
                              struct error *e)
{
    enum run_state state;
    char *why = NULL;
    float *values = malloc(ensemble_values(x) * sizeof *values);
    unsigned *asked = context;
    (*asked)++;
    assert_status(source->take(source->context, 2, x->replicates - 1, &state, values, &why, e),
                  STATUS_DONE, e);
    assert_int_equal(state, RUN_DONE);
    free(values);
    *replicates = x->replicates < REPLICATES ? x->replicates + 1 : x->replicates;
    return STATUS_DONE;
}

static void more_replicates_give_the_file_of_as_many(void **data)
{
    (void)data;
    for (int stop = 0; stop < 50; stop += 7) {
        struct ensemble_outcome outcome;
        struct ensemble_options options = plain;
        struct error e = {0};
        unsigned asked = 0;
        options.more = until_four;
        options.context = &asked;
        options.threads = 2;
        struct ensemble x = ensemble;
        x.replicates = 2;
        atomic_store(&looks_left, stop);
        enum status status = execute(&x, "more.h5", &options, &outcome, &e);
        atomic_store(&looks_left, 0);
        if (status == STATUS_INTERRUPTED) {
            options.resume = true;
            x.replicates = 2;
            status = execute(&x, "more.h5", &options, &outcome, &e);
        }
        assert_status(status, STATUS_DONE, &e);
        assert_int_equal(x.replicates, REPLICATES);
        assert_true(asked >= 3 || stop > 0);
        assert_whole("more.h5");
        unlink(scratch_path(&scratch, "more.h5"));
    }
}

/* --- a burn-in that is shared ------------------------------------------------------------------
 */

/* Steps that begin to differ after the burn-in are those of a world whose parameters change then;
 * of the base itself they are as if there were none. */
static void burn_in_is_the_base(void **data)
{
    (void)data;
    struct ensemble_file f, whole;
    struct error e = {0};
    float base[TOY_ENSEMBLE_WEEKS][2], arm[TOY_ENSEMBLE_WEEKS][2];
    const struct ensemble_range first = {0, 1, 1, 1}, second = {1, 1, 1, 1};
    for (int threads = 1; threads <= 3; threads++) {
        struct ensemble x = ensemble;
        struct ensemble_outcome outcome;
        struct ensemble_options options = plain;
        x.arms = 2; /* the third has other ties */
        x.burn_in = 2;
        options.threads = threads;
        options.force = true;
        assert_status(execute(&x, threads == 1 ? "burned.h5" : "again.h5", &options, &outcome, &e),
                      STATUS_DONE, &e);
        assert_int_equal(outcome.done, 2 * REPLICATES);
        if (threads > 1)
            assert_same_files(scratch_path(&scratch, "burned.h5"),
                              scratch_path(&scratch, "again.h5"));
    }
    assert_status(reader_ensemble_open(&f, scratch_path(&scratch, "burned.h5"), &e), STATUS_DONE,
                  &e);
    assert_status(reader_ensemble_open(&whole, scratch_path(&scratch, "whole.h5"), &e), STATUS_DONE,
                  &e);
    assert_int_equal(f.ensemble.burn_in, 2);
    assert_status(reader_ensemble_series(&whole, 0, &first, &base[0][0], &e), STATUS_DONE, &e);
    assert_status(reader_ensemble_series(&f, 0, &first, &arm[0][0], &e), STATUS_DONE, &e);
    assert_memory_equal(base, arm, sizeof base);
    assert_status(reader_ensemble_series(&f, 0, &second, &arm[0][0], &e), STATUS_DONE, &e);
    assert_memory_equal(base, arm, 2 * sizeof base[0]);
    assert_memory_not_equal(base[2], arm[2], 3 * sizeof base[0]);
    reader_ensemble_close(&whole);
    reader_ensemble_close(&f);
}

static void burn_in_resumes_to_the_same_file(void **data)
{
    (void)data;
    for (int weeks = 1; weeks < 30; weeks += 4) {
        struct ensemble x = ensemble;
        struct ensemble_outcome outcome;
        struct ensemble_options options = plain;
        struct error e = {0};
        x.arms = 2;
        x.burn_in = 2;
        options.threads = 1 + weeks % 2;
        options.force = true;
        atomic_store(&looks_left, weeks);
        assert_status(execute(&x, "burn.h5", &options, &outcome, &e), STATUS_INTERRUPTED, &e);
        atomic_store(&looks_left, 0);
        options.force = false;
        options.resume = true;
        assert_status(execute(&x, "burn.h5", &options, &outcome, &e), STATUS_DONE, &e);
        assert_same_files(scratch_path(&scratch, "burned.h5"), scratch_path(&scratch, "burn.h5"));
        unlink(scratch_path(&scratch, "burn.h5"));
        error_free(&e);
    }
}

static void arms_of_other_people_fail_with_a_burn_in(void **data)
{
    (void)data;
    struct ensemble x = ensemble;
    struct ensemble_outcome outcome;
    struct ensemble_options options = plain;
    struct error e = {0};
    x.burn_in = 2;
    assert_status(execute(&x, "others.h5", &options, &outcome, &e), STATUS_DONE, &e);
    assert_int_equal(outcome.failed, REPLICATES);
    assert_contains(outcome.why, "cannot start from the burn-in");
    free(outcome.why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_those_of_their_scenarios),
        cmocka_unit_test(same_at_any_number_of_threads),
        cmocka_unit_test(resumes_to_the_same_file),
        cmocka_unit_test(damaged_parts_are_done_again),
        cmocka_unit_test(refuses_to_mix),
        cmocka_unit_test(failed_runs_are_recorded_and_others_go_on),
        cmocka_unit_test(shards_merge_to_the_whole),
        cmocka_unit_test(a_shard_takes_its_share_of_the_disk),
        cmocka_unit_test(refuses_shards_that_do_not_fit),
        cmocka_unit_test(more_replicates_give_the_file_of_as_many),
        cmocka_unit_test(burn_in_is_the_base),
        cmocka_unit_test(burn_in_resumes_to_the_same_file),
        cmocka_unit_test(arms_of_other_people_fail_with_a_burn_in),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
