/* Runs of the toy model: interrupted anywhere and resumed, they end with the same bits. */
#include "tests/support/check.h"

#include "sim/durable.h"
#include "sim/hdf.h"
#include "sim/parts.h"
#include "sim/reader.h"
#include "tests/support/interrupted.h"
#include "tests/support/tampered.h"
#include "tests/support/toy.h"

enum { WEEKS = 9 };

static const char text[] = "title: Two places\nweeks: 9\nreplicates: 3\nplaces:\n"
                           "  - {name: North, walkers: 300}\n  - {name: Süd, walkers: 130}\n"
                           "events:\n  - {kind: gust, week: 3, length: 3, size: 0.1}\n";

static int setup(void **data)
{
    *data = state_open(&toy_model, text, "two");
    return 0;
}

/* Three replicates: on 2 and 3 threads side by side, on 4 and 8 with the threads inside. */
static void same_at_any_number_of_threads(void **data)
{
    struct state *t = *data;
    for (int threads = 1; threads <= 8; threads++) {
        const struct run_options options = {.threads = threads, .quiet = true};
        struct error e = {0};
        uint64_t digest;
        assert_status(run(t, &options, &digest, &e), STATUS_DONE, &e);
        assert_true(digest == t->digest);
    }
}

static void side_by_side_when_there_are_enough(void **data)
{
    struct state *t = *data;
    for (int threads = 1; threads <= 4; threads++) {
        const struct run_options options = {.threads = threads, .quiet = true};
        struct record record;
        struct run_cost cost;
        struct error e = {0};
        assert_status(run_execute(&t->scenario, &options, &record, &cost, &e), STATUS_DONE, &e);
        assert_int_equal(cost.threads, threads);
        assert_int_equal(cost.side_by_side, threads <= 3 ? threads : 1);
        assert_int_equal(cost.agent_weeks, 430 * 3 * WEEKS);
        assert_true(cost.world_bytes > 430);
        record_free(&record);
    }
}

static void resumes_to_the_same_bits(void **data)
{
    struct state *t = *data;
    for (unsigned week = 1; week < WEEKS; week++)
        for (int threads = 1; threads <= 4; threads++) {
            const char *out = scratch_path(&t->scratch, "out.h5");
            const struct run_options options = {.out = out,
                                                .threads = threads,
                                                .checkpoint_every = week % 3,
                                                .agents_every = 2,
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
            assert_true(digest == t->digest);
            assert_false(durable_is_folder(scratch_path(&t->scratch, "out.h5.parts")));
        }
}

/* Stopped again and again, a few weeks each time; the folder may be named instead of the file. */
static void resumes_many_times(void **data)
{
    struct state *t = *data;
    const char *out = scratch_path(&t->scratch, "many.h5");
    const char *folder = scratch_path(&t->scratch, "many.h5.parts/");
    struct run_options options = {.out = out, .threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    atomic_store(&stop_week, 2);
    enum status status = run(t, &options, &digest, &e);
    for (unsigned i = 1; i < 60 && status == STATUS_INTERRUPTED; i++) {
        assert_false(durable_is_file(out));
        atomic_store(&stop_week, 1 + i % WEEKS);
        status = resume(i % 2 ? folder : out, &options, &digest, &e);
    }
    assert_status(status, STATUS_DONE, &e);
    assert_true(digest == t->digest);
    assert_true(durable_is_file(out));
    atomic_store(&stop_week, 0);
}

/* Leaves parts behind in which replicate 1 has checkpoints after weeks 4 and 5. */
static const char *interrupted_run(struct state *t, const char *name)
{
    const char *out = scratch_path(&t->scratch, name);
    const struct run_options options = {
        .out = out, .threads = 1, .checkpoint_every = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    atomic_store(&stop_week, 5);
    assert_status(run(t, &options, &digest, &e), STATUS_INTERRUPTED, &e);
    atomic_store(&stop_week, 0);
    error_free(&e);
    return out;
}

static void damage(const char *path)
{
    size_t size;
    char *bytes = scratch_read(path, &size);
    assert_non_null(bytes);
    bytes[size / 2] = (char)(bytes[size / 2] ^ 0x40);
    scratch_write(path, bytes, size);
    free(bytes);
}

static void cut_seal(const char *path)
{
    size_t size;
    char *bytes = scratch_read(path, &size);
    assert_true(bytes && size > HDF_SEAL);
    scratch_write(path, bytes, size - HDF_SEAL);
    free(bytes);
}

/* Resumes to the bits of a run that nobody interrupts, with so many weeks of replicate 1 anew. */
static void resumes_with_weeks_anew(const struct state *t, const char *out, uint64_t again)
{
    const struct run_options options = {.threads = 2, .quiet = true};
    struct record record;
    struct scenario s;
    struct run_cost cost;
    struct error e = {0};
    assert_status(run_resume(out, &model, &options, &s, &record, &cost, &e), STATUS_DONE, &e);
    assert_true(record_digest(&record) == t->digest);
    assert_int_equal(cost.agent_weeks, 430 * (again + 2 * WEEKS));
    record_free(&record);
    scenario_free(&s);
    assert_int_equal(unlink(out), 0);
}

/* Resuming without a newest checkpoint takes the one before, and without both the beginning. */
static void falls_back_from_damage(void **data)
{
    struct state *t = *data;
    for (unsigned damaged = 1; damaged <= 2; damaged++) {
        const char *out = interrupted_run(t, "damaged.h5");
        char *folder = parts_folder(out);
        for (unsigned i = 0; i < damaged; i++) {
            char *part = parts_replicate(folder, 0, 5 - i);
            assert_true(durable_is_file(part));
            (i == 0 ? cut_seal : damage)(part);
            free(part);
        }
        resumes_with_weeks_anew(t, out, damaged == 1 ? WEEKS - 4 : WEEKS);
        free(folder);
    }
}

/* Agents that are damaged or gone are computed anew with their replicate. */
static void replaces_damaged_agents(void **data)
{
    struct state *t = *data;
    const char *out = scratch_path(&t->scratch, "agents.h5");
    const struct run_options options = {
        .out = out, .threads = 1, .checkpoint_every = 1, .agents_every = 2, .quiet = true};
    struct error e = {0};
    struct run_file f;
    uint64_t digest;
    atomic_store(&stop_week, 5);
    assert_status(run(t, &options, &digest, &e), STATUS_INTERRUPTED, &e);
    atomic_store(&stop_week, 0);
    char *folder = parts_folder(out);
    char *part = parts_agents(folder, 0, 2);
    damage(part);
    assert_status(resume(out, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
    assert_status(reader_open(&f, out, &e), STATUS_DONE, &e);
    assert_int_equal(f.agent_weeks, WEEKS / 2);
    reader_close(&f);
    free(part);
    free(folder);
}

static void refuses_another_world(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "world.h5");
    const struct run_options options = {.threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    /* As if on another machine: what was saved as traits is not what is built. */
    struct model changed = toy_model;
    struct column columns[16];
    memcpy(columns, toy_model.columns, toy_model.column_count * sizeof *columns);
    columns[TOY_WALKER_HEIGHT - 1].role = COLUMN_TRAIT;
    changed.columns = columns;
    struct scenario s;
    struct record record;
    struct run_cost cost;
    assert_status(run_resume(out, &changed, &options, &s, &record, &cost, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e),
                    "this machine builds another world than the one that was saved");
    record_free(&record);
    scenario_free(&s);
    error_free(&e);
    assert_status(resume(out, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
}

/* The newest checkpoint of replicate 1, to be freed. */
static char *newest(const char *out)
{
    char *folder = parts_folder(out), *part = parts_replicate(folder, 0, 5);
    free(folder);
    return part;
}

/* The same people with other friends are another world, too. */
static void refuses_a_world_with_other_ties(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "ties.h5");
    const struct run_options options = {.threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    char *part = newest(out);
    hid_t file = tamper_open(part);
    tamper_number(file, ".", "ties", 1);
    tamper_close(file, part);
    assert_status(resume(out, &options, &digest, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e),
                    "replicate-00000-00005.h5: this machine builds another world than the one "
                    "that was saved");
    assert_int_equal(e.count, 1);
    error_free(&e);
    assert_int_equal(unlink(part), 0);
    resumes_with_weeks_anew(t, out, WEEKS - 4);
    free(part);
}

/* Without its world it is said to have finished, four weeks too early. */
static void passes_over_a_checkpoint_without_its_world(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "early.h5");
    char *part = newest(out);
    hid_t file = tamper_open(part);
    assert_true(H5Adelete(file, "world") >= 0);
    tamper_close(file, part);
    resumes_with_weeks_anew(t, out, WEEKS - 4);
    free(part);
}

/* Nothing is saved of a replicate of which the agents could not be: they would be missed. */
static void agents_that_cannot_be_saved_end_the_run(void **data)
{
    struct state *t = *data;
    const char *out = scratch_path(&t->scratch, "full.h5");
    const char *agents = scratch_path(&t->scratch, "full.h5.parts/agents-00000-00002.h5");
    const struct run_options options = {
        .out = out, .threads = 1, .checkpoint_every = 1, .agents_every = 2, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    atomic_store(&stop_week, 1);
    assert_status(run(t, &options, &digest, &e), STATUS_INTERRUPTED, &e);
    atomic_store(&stop_week, 0);
    error_free(&e);
    assert_int_equal(mkdir(agents, 0700), 0);
    assert_status(resume(out, &options, &digest, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), agents);
    assert_contains(error_text(&e), "Is a directory\n");
    error_free(&e);
    assert_false(durable_is_file(out));
    assert_false(
        durable_is_file(scratch_path(&t->scratch, "full.h5.parts/replicate-00000-00002.h5")));
    assert_int_equal(rmdir(agents), 0);
    assert_status(resume(out, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
}

/* Lays the checkpoint of replicate 1 after week `from` of one run over that of another after `to`.
 */
static void lay_over(const char *one, uint32_t from, const char *other, uint32_t to)
{
    char *folders[] = {parts_folder(one), parts_folder(other)};
    char *parts[] = {parts_replicate(folders[0], 0, from), parts_replicate(folders[1], 0, to)};
    size_t size;
    char *bytes = scratch_read(parts[0], &size);
    assert_non_null(bytes);
    scratch_write(parts[1], bytes, size);
    free(bytes);
    for (size_t k = 0; k < 2; k++) {
        free(folders[k]);
        free(parts[k]);
    }
}

static void passes_over_a_checkpoint_under_a_wrong_name(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "named.h5");
    const struct run_options options = {.threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    lay_over(out, 4, out, 6);     /* it is from week 4 */
    lay_over(out, 4, out, WEEKS); /* a replicate that is done has no world */
    lay_over(out, 5, out, WEEKS + 3);
    assert_status(resume(out, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
}

static void refuses_the_checkpoint_of_another_scenario(void **data)
{
    struct state *t = *data;
    struct state *other = state_open(&toy_model,
                                     "title: Two places\nweeks: 9\nreplicates: 3\n"
                                     "places:\n  - {name: North, walkers: 300}\n"
                                     "  - {name: Süd, walkers: 131}\n",
                                     "other");
    const char *out = interrupted_run(t, "one.h5"), *of_other = interrupted_run(other, "two.h5");
    const struct run_options options = {.threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    lay_over(of_other, 5, out, 5);
    assert_status(resume(out, &options, &digest, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "belongs to another scenario");
    error_free(&e);
    lay_over(out, 4, out, 5);
    assert_status(resume(out, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
    void *open = other;
    state_close(&open);
}

static void keeps_two_checkpoints(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "kept.h5");
    char *folder = parts_folder(out);
    uint32_t *weeks;
    size_t count;
    struct error e = {0};
    assert_status(parts_weeks(folder, 0, &weeks, &count, &e), STATUS_DONE, &e);
    assert_int_equal(count, 2);
    assert_int_equal(weeks[0], 5);
    assert_int_equal(weeks[1], 4);
    free(weeks);
    assert_status(parts_remove(folder, &e), STATUS_DONE, &e);
    free(folder);
}

static void overwrites_only_by_force(void **data)
{
    struct state *t = *data;
    const char *out = scratch_path(&t->scratch, "there.h5");
    struct run_options options = {.out = out, .threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    scratch_write(out, "mine", 4);
    assert_status(run(t, &options, &digest, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "exists already");
    size_t size;
    char *bytes = scratch_read(out, &size);
    assert_int_equal(size, 4);
    free(bytes);
    error_free(&e);
    options.force = true;
    assert_status(run(t, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(reader_is_run(out));
}

static void interrupted_runs_are_not_lost(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "lost.h5");
    struct run_options options = {.out = out, .threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    assert_status(run(t, &options, &digest, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "an interrupted run is there");
    error_free(&e);
    /* What is not of samskab is not removed with it. */
    const char *folder = scratch_path(&t->scratch, "lost.h5.parts");
    const char *note = scratch_path(&t->scratch, "lost.h5.parts/note.txt");
    scratch_write(note, "x", 1);
    options.force = true;
    assert_status(run(t, &options, &digest, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "note.txt");
    error_free(&e);
    assert_int_equal(unlink(note), 0);
    /* Nor is anything while another run works there. */
    int lock;
    assert_status(durable_lock(folder, &lock, &e), STATUS_DONE, &e);
    assert_status(run(t, &options, &digest, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "another run is working there");
    assert_true(durable_is_file(scratch_path(&t->scratch, "lost.h5.parts/setup.h5")));
    error_free(&e);
    durable_unlock(&lock);
    assert_status(run(t, &options, &digest, &e), STATUS_DONE, &e);
    assert_false(durable_is_folder(folder));
}

static void resume_without_parts(void **data)
{
    struct state *t = *data;
    const struct run_options options = {.threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    assert_status(resume(scratch_path(&t->scratch, "none.h5"), &options, &digest, &e),
                  STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "no interrupted run");
    error_free(&e);
}

/* Killed when the run file was there already and its parts were not yet removed. */
static void resume_of_a_finished_run(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "whole.h5");
    const struct run_options beside = {
        .out = scratch_path(&t->scratch, "other.h5"), .threads = 1, .quiet = true};
    const struct run_options options = {.out = out, .threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    size_t size, later;
    assert_status(run(t, &beside, &digest, &e), STATUS_DONE, &e);
    assert_int_equal(rename(beside.out, out), 0);
    char *bytes = scratch_read(out, &size);
    assert_status(resume(out, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
    assert_false(durable_is_folder(scratch_path(&t->scratch, "whole.h5.parts")));
    char *same = scratch_read(out, &later);
    assert_int_equal(size, later);
    assert_memory_equal(bytes, same, size);
    free(bytes);
    free(same);
}

/* Another file under the name of an interrupted run is not taken for it. */
static void resume_beside_another_file(void **data)
{
    struct state *t = *data;
    const char *out = interrupted_run(t, "beside.h5");
    const struct run_options options = {.out = out, .threads = 1, .quiet = true};
    struct error e = {0};
    uint64_t digest;
    scratch_write(out, "mine", 4);
    assert_status(resume(out, &options, &digest, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "exists already");
    assert_true(durable_is_folder(scratch_path(&t->scratch, "beside.h5.parts")));
    error_free(&e);
}

/* Killed when the folder had just been made, or when nothing but it was left: nothing is lost. */
static void begins_over_an_empty_folder(void **data)
{
    struct state *t = *data;
    const struct run_options options = {
        .out = scratch_path(&t->scratch, "empty.h5"), .threads = 1, .quiet = true};
    const char *parts = scratch_path(&t->scratch, "empty.h5.parts");
    struct error e = {0};
    uint64_t digest;
    assert_int_equal(mkdir(parts, 0700), 0);
    assert_status(run(t, &options, &digest, &e), STATUS_DONE, &e);
    assert_true(digest == t->digest);
    assert_false(durable_is_folder(parts));
}

static void agents_longer_than_the_run(void **data)
{
    struct state *t = *data;
    const struct run_options options = {.out = scratch_path(&t->scratch, "long.h5"),
                                        .threads = 1,
                                        .agents_every = WEEKS + 1,
                                        .quiet = true};
    struct error e = {0};
    uint64_t digest;
    assert_status(run(t, &options, &digest, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "every 10 weeks");
    error_free(&e);
}

/* A scenario out of a run file is the run's. */
static void runs_again_from_its_file(void **data)
{
    struct state *t = *data;
    const char *out = scratch_path(&t->scratch, "first.h5");
    const struct run_options options = {.out = out, .threads = 2, .quiet = true};
    struct run_file file;
    struct scenario s;
    struct error e = {0};
    uint64_t digest;
    assert_status(run(t, &options, &digest, &e), STATUS_DONE, &e);
    assert_status(reader_open(&file, out, &e), STATUS_DONE, &e);
    assert_status(reader_scenario(&file, &s, &model, NULL, 0, &e), STATUS_DONE, &e);
    reader_close(&file);

    struct record record;
    struct run_cost cost;
    const struct run_options memory = {.threads = 1, .quiet = true};
    assert_status(run_execute(&s, &memory, &record, &cost, &e), STATUS_DONE, &e);
    assert_true(record_digest(&record) == t->digest);
    record_free(&record);
    scenario_free(&s);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, state_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(same_at_any_number_of_threads),
        TEST(side_by_side_when_there_are_enough),
        TEST(resumes_to_the_same_bits),
        TEST(resumes_many_times),
        TEST(falls_back_from_damage),
        TEST(replaces_damaged_agents),
        TEST(refuses_another_world),
        TEST(refuses_a_world_with_other_ties),
        TEST(passes_over_a_checkpoint_without_its_world),
        TEST(agents_that_cannot_be_saved_end_the_run),
        TEST(keeps_two_checkpoints),
        TEST(overwrites_only_by_force),
        TEST(interrupted_runs_are_not_lost),
        TEST(resume_without_parts),
        TEST(resume_of_a_finished_run),
        TEST(resume_beside_another_file),
        TEST(begins_over_an_empty_folder),
        TEST(passes_over_a_checkpoint_under_a_wrong_name),
        TEST(refuses_the_checkpoint_of_another_scenario),
        TEST(agents_longer_than_the_run),
        TEST(runs_again_from_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
