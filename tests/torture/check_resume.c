/* Runs that are killed (SIGKILL) and resumed end with the bits of a run that nobody killed:
 *
 *     small scenarios, killed in every week, with checkpoints every 1, 3, 5 and 13 weeks, resumed
 * at another number of threads; a large one, killed at random moments again and again until it is
 * done.
 *
 * Processes that compute are forks, since threads do not outlive a fork. */
#include "tests/support/check.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

#include "models/coproduction.h"
#include "sim/durable.h"
#include "sim/progress.h"
#include "sim/run.h"
#include "tests/support/corpus.h"
#include "tests/support/killed.h"
#include "tests/support/scratch.h"
#include "tests/support/shipped.h"

static struct model model; /* the real one, whose process dies in a week */
static uint32_t death;     /* week; 0: never */
static unsigned long kills, anew, resumed;

static size_t cells_and_die(const struct world *w, unsigned kind)
{
    if (w->week + 1 == death)
        raise(SIGKILL);
    return coproduction.cells(w, kind);
}

/* What a fork tells its parent, in memory that both see. */
static struct told {
    enum status status;
    uint64_t digest;
    char why[512];
} * told;

/* Runs (or resumes, when `s` is NULL) in a fork; KILLED when it died, else 0. */
static int in_fork(struct scenario *s, const struct run_options *options, uint32_t week)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct scenario own;
        struct record record;
        struct run_cost cost;
        struct error e = {0};
        death = week;
        told->status = s ? run_execute(s, options, &record, &cost, &e)
                         : run_resume(options->out, &model, options, &own, &record, &cost, &e);
        told->digest = told->status == STATUS_DONE ? record_digest(&record) : 0;
        snprintf(told->why, sizeof told->why, "%s", error_text(&e));
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), SIGKILL);
    return WIFSIGNALED(status) ? KILLED : 0;
}

static void kill_in_week(struct scenario *s, struct scratch *scratch, const char *name,
                         uint32_t week, uint64_t whole)
{
    static const uint32_t every[] = {3, 1, 5, 13};
    const char *out = scratch_path(scratch, "killed.h5");
    const char *parts = scratch_path(scratch, "killed.h5.parts");
    const struct run_options options = {.out = out,
                                        .threads = 1 + (int)week % 4,
                                        .checkpoint_every = every[week / 4 % 4],
                                        .agents_every = week % 3 == 0 ? 10 : 0,
                                        .quiet = true,
                                        .force = true};
    struct run_options other = options;
    other.threads = 4 - (int)week % 4;
    assert_int_equal(in_fork(s, &options, week), KILLED);
    kills++;
    bool there = durable_is_folder(parts);
    *(there ? &resumed : &anew) += 1;
    assert_int_equal(in_fork(there ? NULL : s, &other, 0), 0);
    if (told->status != STATUS_DONE || told->digest != whole)
        fail_msg("%s: killed in week %u: %s", name, week,
                 told->status == STATUS_DONE ? "other bits" : told->why);
    assert_true(durable_is_file(out));
    assert_false(durable_is_folder(parts));
}

/* Of two replicates one may have finished, another not begun. */
static void test_every_week(void **state)
{
    (void)state;
    struct scratch scratch;
    size_t count, tried = 0;
    char **names = shipped_names(&count);
    const struct shipped_size size = {.inhabitants = 1500,
                                      .weeks = torture_figure(54, 54, 106),
                                      .replicates = torture_figure(1, 2, 2)};
    size_t step = torture_figure(count, 8, 4);
    const struct run_options in_memory = {.threads = 1, .quiet = true};
    scratch_open(&scratch);
    for (size_t i = step / 2; i < count; i += step, tried++) {
        struct scenario s;
        shipped_read(&s, names[i], size);
        s.model = &model;
        assert_int_equal(in_fork(&s, &in_memory, 0), 0);
        assert_int_equal(told->status, STATUS_DONE);
        uint64_t whole = told->digest;
        for (uint32_t week = 1; week <= size.weeks; week++)
            kill_in_week(&s, &scratch, names[i], week, whole);
        s.model = &coproduction;
        scenario_free(&s);
    }
    print_message(
        "check-resume: %zu scenarios killed in each of %lu weeks: %lu kills, %lu resumed, "
        "%lu begun anew, no other bits\n",
        tried, size.weeks, kills, resumed, anew);
    scratch_close(&scratch);
    durable_names_free(names, count);
}

/* --- a large one ------------------------------------------------------------------------------ */

static double uniform(struct stream *s, double most)
{
    return most * stream_uniform(s);
}

/* It is there and right; and is taken away for the next round. */
static void finished(const char *out, const char *whole)
{
    char *digest = killed_digest(out);
    assert_string_equal(digest, whole);
    free(digest);
    assert_int_equal(unlink(out), 0);
}

static void test_random_kills(void **state)
{
    (void)state;
    struct scratch scratch;
    struct stream chance;
    char *scenario = corpus_path("scenarios/faxe.yaml"), inhabitants[64], weeks[16];
    snprintf(inhabitants, sizeof inhabitants, "population.inhabitants=%lu",
             torture_figure(3000, 20000, 36600));
    snprintf(weeks, sizeof weeks, "%lu", torture_figure(60, 520, 520));
    scratch_open(&scratch);
    stream_open(&chance, 20, 0, 0, 0, 0);
    const char *out = scratch_path(&scratch, "out.h5"), *log = scratch_path(&scratch, "log");
    const char *setup = scratch_path(&scratch, "out.h5.parts/setup.h5");
    const char *parts = scratch_path(&scratch, "out.h5.parts");
    const char *words[] = {"run",
                           scenario,
                           "--set",
                           inhabitants,
                           "--weeks",
                           weeks,
                           "--replicates",
                           "3",
                           "--checkpoint-every",
                           "9",
                           "--threads",
                           "2",
                           "--quiet",
                           "--force",
                           "-o",
                           out,
                           NULL};
    const char *again[] = {"resume", out, "--threads", "3", "--quiet", NULL};
    double began = progress_seconds();
    int code = killed_run(words, -1, log);
    if (code != 0)
        killed_fail("an undisturbed run", code, log);
    double most = fmax(0.2, (progress_seconds() - began) / 10);
    char *whole = killed_digest(out);
    assert_int_equal(unlink(out), 0);

    unsigned long enough = torture_figure(20, 200, 1000), done = 0, runs = 0, fresh = 0,
                  unfinished = 0;
    while (done < enough) {
        bool there = durable_is_file(setup);
        if (!there && durable_is_file(out)) { /* killed between its last deeds */
            finished(out, whole);
            runs++;
            unfinished = 0;
        }
        fresh += !there;
        code = killed_run(there ? again : words, uniform(&chance, most), log);
        if (code == KILLED) {
            done++;
            if (++unfinished % 50 == 0) /* a busy machine */
                most *= 1.5;
            continue;
        }
        if (code != 0)
            killed_fail(there ? "resumed" : "begun", code, log);
        assert_false(durable_is_folder(parts));
        finished(out, whole);
        runs++;
        unfinished = 0;
    }
    /* What was cut off last is finished too. */
    bool there = durable_is_file(setup);
    if (there || !durable_is_file(out)) {
        code = killed_run(there ? again : words, -1, log);
        if (code != 0)
            killed_fail("the last one", code, log);
    }
    finished(out, whole);
    print_message("check-resume: %lu random kills of %lu finished runs, %lu of them begun anew, no "
                  "other bits\n",
                  done, runs + 1, fresh);
    free(whole);
    free(scenario);
    scratch_close(&scratch);
}

int main(void)
{
    model = coproduction;
    model.cells = cells_and_die;
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED)
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_week),
                                       cmocka_unit_test(test_random_kills)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
