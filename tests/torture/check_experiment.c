/* An experiment that is killed (SIGKILL) at random moments, whole and in shards, with changing
 * numbers of threads, goes on each time: a run that has finished stays as it is to the last byte
 * until the file is there, and the file is the one of an experiment that nobody killed. */
#include "tests/support/check.h"

#include <stdio.h>

#include "sim/digest.h"
#include "sim/durable.h"
#include "tests/support/corpus.h"
#include "tests/support/killed.h"
#include "tests/support/scratch.h"
#include "tests/support/shipped.h"

enum { ARMS = 3, REPLICATES = 30, SHARDS = 3, RUNS = ARMS * REPLICATES };

static const char plan[] = "replicates: 30\nkeep: [volunteers, output, burnout]\n"
                           "settings: {population.inhabitants: 1500, weeks: 30}\n"
                           "design:\n  arms:\n    - {name: as is}\n"
                           "    - {name: many, settings: {volunteers.initial.volunteers: 0.5}}\n"
                           "    - {name: none burn out, settings: {off: [burnout]}}\n";

/* The finished runs of one shard, as they were seen first. */
struct seen {
    uint64_t digest[RUNS]; /* 0: not yet */
    size_t count;
};

static struct stream chance;
static unsigned long kills, rounds, looked_at;

/* The experiment of a digest, which is opened as such. */
static char *digest_of(const char *path)
{
    struct ensemble_file file;
    struct error e = {0};
    assert_status(reader_ensemble_open(&file, path, &e), STATUS_DONE, &e);
    for (size_t k = 0; k < file.ensemble.arms * file.ensemble.replicates; k++)
        assert_int_equal(file.state[k], RUN_DONE);
    char *digest = strdup(file.digest);
    reader_ensemble_close(&file);
    assert_non_null(digest);
    return digest;
}

/* Every run that was there is there, and is what it was. */
static void look(struct seen *seen, const char *parts)
{
    struct error e = {0};
    char **names;
    size_t count, found = 0;
    if (!durable_is_folder(parts)) {
        assert_int_equal(seen->count, 0);
        return;
    }
    assert_status(durable_names(parts, &names, &count, &e), STATUS_DONE, &e);
    for (size_t k = 0; k < count; k++) {
        unsigned run;
        int end = 0;
        if (sscanf(names[k], "run-%u.part%n", &run, &end) != 1 || names[k][end] != '\0' || end == 0)
            continue;
        assert_true(run < RUNS);
        char *path = durable_format("%s/%s", parts, names[k]);
        size_t size;
        char *bytes = scratch_read(path, &size);
        assert_non_null(bytes);
        uint64_t digest = digest_bytes(DIGEST_EMPTY, bytes, size);
        if (seen->digest[run] != 0 && seen->digest[run] != digest)
            fail_msg("run %u has changed", run);
        seen->count += seen->digest[run] == 0;
        seen->digest[run] = digest;
        found++;
        free(bytes);
        free(path);
    }
    durable_names_free(names, count);
    looked_at += found;
    if (found != seen->count)
        fail_msg("%zu of %zu finished runs are left", found, seen->count);
}

/* One shard, killed until it is done. */
static void shard_to_its_end(struct scratch *s, const char *file, unsigned number, unsigned count)
{
    static double most = 0.15;
    char shard[16], threads[8], out[64];
    snprintf(shard, sizeof shard, "%u/%u", number, count);
    snprintf(out, sizeof out, "part-%u-of-%u.h5", number, count);
    const char *path = scratch_path(s, out), *log = scratch_path(s, "log");
    snprintf(out, sizeof out, "part-%u-of-%u.h5.parts", number, count);
    const char *parts = scratch_path(s, out);
    const char *words[] = {"experiment", file,        "-o",    path,      "--shard", shard,
                           "--resume",   "--threads", threads, "--quiet", NULL};
    struct seen seen = {0};
    unsigned long tries = 0;
    for (int code = KILLED; code != 0;) {
        snprintf(threads, sizeof threads, "%u", 1 + stream_below(&chance, 4));
        code = killed_run(words, most * stream_uniform(&chance), log);
        if (code != 0 && code != KILLED)
            killed_fail("the experiment", code, log);
        kills += code == KILLED;
        if (code == KILLED && !durable_is_file(path))
            look(&seen, parts);
        most *= ++tries % 100 == 0 ? 1.5 : 1; /* on a busy machine */
    }
    assert_false(durable_is_folder(parts));
}

/* Names of the files of all shards, which are removed. */
static void forget(struct scratch *s, unsigned count)
{
    for (unsigned k = 1; k <= count; k++) {
        char out[64];
        snprintf(out, sizeof out, "part-%u-of-%u.h5", k, count);
        assert_int_equal(unlink(scratch_path(s, out)), 0);
    }
}

static void test_nothing_lost(void **state)
{
    (void)state;
    struct scratch s;
    scratch_open(&s);
    stream_open(&chance, 21, 0, 0, 0, 0);
    const char *file = scratch_path(&s, "plan.yaml"), *whole = scratch_path(&s, "whole.h5");
    const char *merged = scratch_path(&s, "merged.h5"), *log = scratch_path(&s, "log");
    const char *undisturbed[] = {"experiment", file, "-o", whole, "--quiet", NULL};
    const char *merge[] = {"merge",
                           scratch_path(&s, "part-1-of-3.h5"),
                           scratch_path(&s, "part-2-of-3.h5"),
                           scratch_path(&s, "part-3-of-3.h5"),
                           "-o",
                           merged,
                           "--force",
                           "--quiet",
                           NULL};
    scratch_write(file, plan, strlen(plan));
    int code = killed_run(undisturbed, -1, log);
    if (code != 0)
        killed_fail("undisturbed", code, log);
    char *digest = digest_of(whole);

    for (unsigned long enough = torture_figure(20, 300, 3000); kills < enough; rounds++) {
        unsigned count = rounds % 2 ? SHARDS : 1;
        for (unsigned k = 1; k <= count; k++)
            shard_to_its_end(&s, file, k, count);
        if (count > 1 && (code = killed_run(merge, -1, log)) != 0)
            killed_fail("merge", code, log);
        char *now = digest_of(count > 1 ? merged : scratch_path(&s, "part-1-of-1.h5"));
        assert_string_equal(now, digest);
        free(now);
        forget(&s, count);
    }
    print_message(
        "check-experiment: %lu kills of %lu experiments, finished runs looked at %lu times: "
        "none lost, doubled or changed\n",
        kills, rounds, looked_at);
    free(digest);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
