/* The real model, interrupted in some weeks and resumed at other numbers of threads, ends with the
 * same bits as the run that nobody interrupted. */
#include "tests/support/check.h"

#include "models/coproduction.h"
#include "sim/durable.h"
#include "tests/support/corpus.h"
#include "tests/support/interrupted.h"

/* Two municipalities with strategies and shocks, over a summer, so that everything has a state. */
static const char text[] =
    "weeks: 60\nreplicates: 2\nmanagers.strategy: thermostat\nmunicipalities:\n"
    "  - {name: Faxe, population.inhabitants: 1600}\n"
    "  - {name: Odense, population.inhabitants: 1400, managers.strategy: situational}\n"
    "shocks:\n  - {kind: cuts, week: 10, length: 30, size: 15}\n"
    "  - {kind: mandate, week: 20, length: 4, size: 0.3, municipality: Odense}\n";

static int setup(void **data)
{
    *data = state_open(&coproduction, text, "two.yaml");
    return 0;
}

/* Stopped in a week and resumed on other threads it gives the bits of the whole run. */
static void resumes_from(struct state *t, unsigned week, int threads, unsigned checkpoints,
                         unsigned agents)
{
    const char *out = scratch_path(&t->scratch, "out.h5");
    const struct run_options options = {.out = out,
                                        .threads = threads,
                                        .checkpoint_every = checkpoints,
                                        .agents_every = agents,
                                        .quiet = true,
                                        .force = true};
    struct error e = {0};
    uint64_t digest;
    atomic_store(&stop_week, week);
    assert_status(run(t, &options, &digest, &e), STATUS_INTERRUPTED, &e);
    assert_true(durable_is_folder(scratch_path(&t->scratch, "out.h5.parts")));
    atomic_store(&stop_week, 0);
    struct run_options other = {.threads = 5 - threads, .quiet = true, .force = true};
    assert_status(resume(out, &other, &digest, &e), STATUS_DONE, &e);
    if (digest != t->digest)
        fail_msg("interrupted in week %u, other bits", week);
    assert_false(durable_is_folder(scratch_path(&t->scratch, "out.h5.parts")));
    assert_true(durable_is_file(out));
}

/* Before and after quarters, shocks, summer and the year's end, and in the first and last week. */
static void resumes_to_the_same_bits(void **data)
{
    static const unsigned weeks[] = {1, 2, 13, 14, 26, 33, 52, 53, 59};
    struct state *t = *data;
    for (size_t k = 0; k < sizeof weeks / sizeof *weeks; k++)
        resumes_from(t, weeks[k], 1 + (int)k % 4, k % 3 == 0 ? 7 : 0, k % 2 ? 20 : 0);
}

/* Stopped every seven weeks, each time by another number of threads. */
static void resumes_many_times(void **data)
{
    struct state *t = *data;
    const char *out = scratch_path(&t->scratch, "many.h5");
    struct run_options options = {.out = out, .threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    unsigned stops = 0;
    atomic_store(&stop_week, 7);
    enum status status = run(t, &options, &digest, &e);
    while (status == STATUS_INTERRUPTED && stops < 40) {
        stops++;
        atomic_store(&stop_week, 7 * (1 + stops % 9));
        options.threads = 1 + (int)stops % 3;
        status = resume(out, &options, &digest, &e);
    }
    atomic_store(&stop_week, 0);
    assert_status(status, STATUS_DONE, &e);
    assert_true(stops > 3);
    assert_true(digest == t->digest);
}

/* A year's budget by a real election, which the run has read: the file is gone when it resumes. */
static int setup_ballots(void **data)
{
    struct scratch scratch;
    char yaml[2048], *example = corpus_path("scenarios/example-budget.pb");
    size_t size;
    char *ballots = scratch_read(example, &size);
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "ballots.pb");
    scratch_write(path, ballots, size);
    snprintf(yaml, sizeof yaml, "budget.ballots: \"%s\"\n%s", path, text);
    *data = state_open(&coproduction, yaml, "ballots.yaml");
    scratch_close(&scratch);
    free(ballots);
    free(example);
    return 0;
}

static void resumes_across_a_real_budget(void **data)
{
    static const unsigned weeks[] = {51, 52, 53};
    struct state *t = *data;
    for (size_t k = 0; k < sizeof weeks / sizeof *weeks; k++)
        resumes_from(t, weeks[k], 1 + (int)k % 4, k == 0 ? 7 : 0, k == 1 ? 20 : 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, state_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(resumes_to_the_same_bits),
        TEST(resumes_many_times),
        cmocka_unit_test_setup_teardown(resumes_across_a_real_budget, setup_ballots, state_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
