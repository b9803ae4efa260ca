/* What replicates that work side by side share, and where they begin. */
#include "tests/support/check.h"

#include <string.h>

#include "sim/durable.h"
#include "sim/model.h"
#include "sim/replicate.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

static enum status full(const struct crew *crew, const char *path, struct error *e)
{
    (void)crew;
    return error_add(e, STATUS_FAILED, "%s: No space left on device", path);
}

/* When the first part cannot be written, those who come next hear that too, and not that somebody
 * else is at work in the folder: it is their own crew that holds it. */
static void everybody_hears_why_the_folder_cannot_be_used(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    struct crew crew = {
        .folder = (char *)scratch_path(&scratch, "parts"), .lock = -1, .write_setup = full};
    for (int again = 0; again < 3; again++) {
        struct error e = {0};
        assert_int_equal(crew_folder(&crew, &e), STATUS_FAILED);
        assert_non_null(strstr(error_text(&e), "No space left"));
        assert_null(strstr(error_text(&e), "another run"));
        assert_false(crew.folder_there);
        error_free(&e);
    }
    durable_unlock(&crew.lock);
    scratch_close(&scratch);
}

/* What failed first stays the reason, whatever else comes to an end because of it. */
static void a_fault_outweighs_an_interruption(void **state)
{
    (void)state;
    struct crew crew = {0};
    crew_worse(&crew, STATUS_INTERRUPTED);
    crew_worse(&crew, STATUS_DONE);
    assert_int_equal(crew_status(&crew), STATUS_INTERRUPTED);
    crew_worse(&crew, STATUS_FAILED);
    crew_worse(&crew, STATUS_INTERRUPTED);
    assert_int_equal(crew_status(&crew), STATUS_FAILED);
}

/* --- one replicate of the toy ----------------------------------------------------------------- */

enum { WEEKS = 6, BURN_IN = 4, WALKERS = 430 };

struct alone {
    struct scratch scratch;
    struct scenario scenario;
    struct record record;
    struct run_cost cost;
    struct crew crew;
    struct replicate replicate;
    struct error error;
};

static enum status write_nothing(const struct crew *crew, const char *path, struct error *e)
{
    (void)crew;
    (void)path;
    (void)e;
    return STATUS_DONE;
}

static int begin(void **state)
{
    struct alone *a = calloc(1, sizeof *a);
    scratch_open(&a->scratch);
    toy_scenario(&a->scenario);
    toy_scenario_set(&a->scenario, TOY_WEEKS, WEEKS);
    assert_status(record_init_one(&a->record, &a->scenario, 0, 0, &a->error), STATUS_DONE,
                  &a->error);
    a->crew = (struct crew){.cost = &a->cost,
                            .folder = (char *)scratch_path(&a->scratch, "parts"),
                            .lock = -1,
                            .write_setup = write_nothing};
    a->replicate = (struct replicate){.crew = &a->crew,
                                      .scenario = &a->scenario,
                                      .record = &a->record,
                                      .weeks = WEEKS,
                                      .persons = WALKERS,
                                      .error = &a->error};
    *state = a;
    return 0;
}

static int end(void **state)
{
    struct alone *a = *state;
    durable_unlock(&a->crew.lock);
    record_free(&a->record);
    toy_scenario_free(&a->scenario);
    scratch_close(&a->scratch);
    error_free(&a->error);
    free(a);
    return 0;
}

/* The world of the same scenario after some weeks, and what was observed. */
static struct world *burn_in(const struct alone *a, struct record *record)
{
    struct world *w;
    struct error e = {0};
    assert_status(record_init_one(record, &a->scenario, 0, 0, &e), STATUS_DONE, &e);
    assert_status(world_open(&w, &toy_model, &a->scenario, 0, 1, &e), STATUS_DONE, &e);
    for (unsigned week = 0; week < BURN_IN; week++) {
        world_step(w);
        record_take(record, w);
    }
    return w;
}

static void nobody_shares_parts_that_are_not_there(void **state)
{
    struct alone *a = *state;
    a->crew.shared = a->replicate.resumed = true;
    assert_status(replicate_run(&a->replicate, 1), STATUS_FAILED, &a->error);
    assert_contains(error_text(&a->error), "parts: cannot be read: No such file or directory\n");
    assert_int_equal(a->error.count, 1);
    assert_int_equal(a->cost.agent_weeks, 0);
}

static void a_burn_in_is_gone_on_with(void **state)
{
    struct alone *a = *state;
    struct record record;
    struct world *w = burn_in(a, &record);
    const struct branch branch = {w, &record};
    assert_status(replicate_run(&a->replicate, 1), STATUS_DONE, &a->error);
    uint64_t digest = record_digest(&a->record);
    a->cost.agent_weeks = 0;
    a->replicate.branch = &branch;
    assert_status(replicate_run(&a->replicate, 1), STATUS_DONE, &a->error);
    assert_int_equal(a->cost.agent_weeks, (WEEKS - BURN_IN) * WALKERS);
    assert_true(record_digest(&a->record) == digest);
    world_close(w);
    record_free(&record);
}

/* Of the same people, but with more written down than there is room for here. */
static void a_burn_in_that_does_not_fit_is_refused(void **state)
{
    struct alone *a = *state;
    struct record record;
    struct world *w = burn_in(a, &record);
    const struct branch branch = {w, &record};
    struct toy *toy = (struct toy *)w;
    size_t traces = toy->traces;
    toy->traces = TOY_TRACES + 1;
    a->replicate.branch = &branch;
    assert_status(replicate_run(&a->replicate, 1), STATUS_BAD_INPUT, &a->error);
    assert_contains(error_text(&a->error), "it cannot start from the burn-in");
    assert_int_equal(a->error.count, 1);
    assert_true(a->replicate.broken);
    toy->traces = traces;
    world_close(w);
    record_free(&record);
}

static void what_has_finished_does_not_begin_from_the_burn_in(void **state)
{
    struct alone *a = *state;
    struct record record;
    struct world *w = burn_in(a, &record);
    const struct branch branch = {w, &record};
    a->replicate.checkpoint_every = WEEKS;
    assert_status(replicate_run(&a->replicate, 1), STATUS_DONE, &a->error);
    uint64_t digest = record_digest(&a->record);
    memset(a->record.series, 0,
           a->record.observables * WEEKS * a->record.places * sizeof *a->record.series);
    a->cost.agent_weeks = 0;
    a->replicate.branch = &branch;
    a->replicate.resumed = true;
    assert_status(replicate_run(&a->replicate, 1), STATUS_DONE, &a->error);
    assert_int_equal(a->cost.agent_weeks, 0);
    assert_true(record_digest(&a->record) == digest);
    world_close(w);
    record_free(&record);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_hears_why_the_folder_cannot_be_used),
        cmocka_unit_test(a_fault_outweighs_an_interruption),
        TEST(nobody_shares_parts_that_are_not_there),
        TEST(a_burn_in_is_gone_on_with),
        TEST(a_burn_in_that_does_not_fit_is_refused),
        TEST(what_has_finished_does_not_begin_from_the_burn_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
