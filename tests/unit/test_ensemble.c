/* Files of experiments: what is written reads back, and equal ensembles are equal files. */
#include "tests/support/check.h"

#include <hdf5.h>

#include "sim/describe.h"
#include "sim/durable.h"
#include "sim/ensemble_run.h"
#include "sim/hdf.h"
#include "sim/reader.h"
#include "tests/support/failing_reads.h"
#include "tests/support/scratch.h"
#include "tests/support/tampered.h"
#include "tests/support/toy.h"
#include "tests/support/toy_ensemble.h"

enum { REPLICATES = 4 };

static struct scratch scratch;
static struct ensemble ensemble;

static int setup(void **data)
{
    (void)data;
    scratch_open(&scratch);
    toy_ensemble(&ensemble, REPLICATES);
    return 0;
}

static int teardown(void **data)
{
    (void)data;
    ensemble_free(&ensemble);
    scratch_close(&scratch);
    return 0;
}

/* A file that says it is one shard and holds the runs of another. */
static const char *write_runs(const char *name, const struct ensemble *x, struct shard shard,
                              struct shard held)
{
    struct toy_ensemble_runs runs = {x, held};
    const struct store_source source = {.take = toy_ensemble_take, .context = &runs};
    const struct store_run_options options = {.command = name, .replace = true};
    const char *path = scratch_path(&scratch, name);
    struct error e = {0};
    assert_status(store_ensemble(path, x, shard, &source, &options, &e), STATUS_DONE, &e);
    return path;
}

static const char *write_file(const char *name, const struct ensemble *x, struct shard shard)
{
    return write_runs(name, x, shard, shard);
}

static void head_and_columns_read_back(void **data)
{
    (void)data;
    struct ensemble_file f;
    struct error e = {0};
    const char *path = write_file("whole.h5", &ensemble, (struct shard){1, 1});
    bool is;
    assert_status(reader_is_ensemble(path, &is, &e), STATUS_DONE, &e);
    assert_true(is);
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_DONE, &e);
    const struct ensemble *x = &f.ensemble;
    assert_true(ensemble_digest(x) == ensemble_digest(&ensemble));
    assert_string_equal(x->title, "Three winds");
    assert_string_equal(x->question, "Does it blow?");
    assert_string_equal(x->unit, "arm");
    assert_string_equal(x->design.kind, "arms");
    assert_int_equal(x->design.base, 7);
    assert_true(x->design.second);
    assert_int_equal(x->replicates, REPLICATES);
    assert_int_equal(x->baseline, 1);
    assert_string_equal(x->arm_names[2], "wild");
    assert_string_equal(x->place_names[1], "Süd");
    assert_int_equal(x->column_count, 4);
    for (size_t k = 0; k < x->column_count; k++) {
        assert_string_equal(x->columns[k].key, ensemble.columns[k].key);
        assert_string_equal(x->columns[k].meaning, ensemble.columns[k].meaning);
        assert_int_equal(x->columns[k].type, ensemble.columns[k].type);
        for (size_t i = 0; i < x->arms && x->columns[k].values; i++)
            assert_close(x->columns[k].values[i], ensemble.columns[k].values[i], 0);
    }
    assert_close(x->columns[0].lo, 0.01, 0);
    assert_close(x->columns[0].hi, 0.1, 0);
    assert_true(isnan(x->columns[1].lo));
    assert_string_equal(x->columns[3].texts[2], "normal");
    assert_int_equal(f.shard.count, 1);
    assert_true(f.fact_count > 3);
    reader_ensemble_close(&f);
}

static void runs_read_back(void **data)
{
    (void)data;
    struct ensemble_file f;
    struct error e = {0};
    float values[2][REPLICATES - 1][TOY_ENSEMBLE_WEEKS][2];
    const char *path = write_file("whole.h5", &ensemble, (struct shard){1, 1});
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_DONE, &e);
    size_t variable = ensemble_variable(&f.ensemble, "share_above");
    assert_int_equal(variable, 1);
    assert_int_equal(ensemble_variable(&f.ensemble, "nothing"), 2);
    const struct ensemble_range range = {1, 2, 1, REPLICATES - 1};
    assert_status(reader_ensemble_series(&f, variable, &range, &values[0][0][0][0], &e),
                  STATUS_DONE, &e);
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r < REPLICATES - 1; r++)
            for (size_t week = 0; week < TOY_ENSEMBLE_WEEKS; week++)
                for (size_t place = 0; place < 2; place++) {
                    size_t run = ensemble_run(&ensemble, 1 + i, 1 + r);
                    float value = values[i][r][week][place];
                    if (i == 1 && r == 0)
                        assert_true(isnan(value));
                    else
                        assert_close(value, toy_ensemble_value(run, 1, week, place), 0);
                }
    for (size_t i = 0; i < ensemble_runs(&ensemble); i++) {
        bool failed = i == 2 * REPLICATES + 1;
        assert_int_equal(f.state[i], failed ? RUN_FAILED : RUN_DONE);
        if (failed)
            assert_string_equal(f.failure[i], "it blew away");
        else
            assert_null(f.failure[i]);
    }
    reader_ensemble_close(&f);
}

static void scenarios_of_arms_read_back(void **data)
{
    (void)data;
    struct ensemble_file f;
    struct scenario s;
    struct error e = {0};
    const char *path = write_file("whole.h5", &ensemble, (struct shard){1, 1});
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_DONE, &e);
    const double steps[] = {0.01, 0.02, 0.1};
    for (size_t i = 0; i < TOY_ENSEMBLE_ARMS; i++) {
        assert_status(ensemble_scenario(&f.ensemble, &toy_model, i, &s, &e), STATUS_DONE, &e);
        assert_close(s.places[0].values[TOY_STEP], steps[i], 0);
        assert_int_equal(s.off[TOY_JUMP], i == 1);
        assert_true((s.texts[TOY_TIES].content != NULL) == (i == 2));
        scenario_free(&s);
    }
    reader_ensemble_close(&f);
}

/* Many runs of few values, and few of many: blocks of arms, and blocks of replicates of one arm. */
static void blocks_of_any_size_hold_every_run(void **data)
{
    (void)data;
    const size_t weeks[] = {1, 200, 20000, 40000}, replicates[] = {1, 3, 7};
    for (unsigned i = 0; i < 4; i++)
        for (unsigned k = 0; k < 3; k++) {
            struct ensemble x = ensemble;
            struct ensemble_file f;
            struct error e = {0};
            x.weeks = weeks[i];
            x.replicates = replicates[k];
            const char *path = write_file("blocks.h5", &x, (struct shard){1, 1});
            assert_status(reader_ensemble_open(&f, path, &e), STATUS_DONE, &e);
            float *values = malloc(2 * x.weeks * sizeof *values);
            for (size_t run = 0; run < ensemble_runs(&x); run++) {
                const struct ensemble_range range = {run % x.arms, 1, run / x.arms, 1};
                if (f.state[range.arm * x.replicates + range.replicate] != RUN_DONE)
                    continue;
                assert_status(reader_ensemble_series(&f, 1, &range, values, &e), STATUS_DONE, &e);
                for (size_t v = 0; v < 2 * x.weeks; v += 1 + x.weeks / 7)
                    assert_close(values[v], toy_ensemble_value(run, 1, v / 2, v % 2), 0);
            }
            free(values);
            reader_ensemble_close(&f);
        }
}

static void equal_ensembles_are_equal_but_for_provenance(void **data)
{
    (void)data;
    struct ensemble_file a, b;
    struct error e = {0};
    const char *one = write_file("one.h5", &ensemble, (struct shard){1, 1});
    const char *two = write_file("two.h5", &ensemble, (struct shard){1, 1});
    const char *part = write_file("part.h5", &ensemble, (struct shard){2, 3});
    assert_status(reader_ensemble_open(&a, one, &e), STATUS_DONE, &e);
    assert_status(reader_ensemble_open(&b, two, &e), STATUS_DONE, &e);
    assert_string_equal(a.digest, b.digest);
    assert_string_equal(a.identity, b.identity);
    reader_ensemble_close(&b);
    assert_status(reader_ensemble_open(&b, part, &e), STATUS_DONE, &e);
    assert_string_not_equal(a.digest, b.digest);
    assert_string_equal(a.identity, b.identity);
    assert_int_equal(b.shard.number, 2);
    assert_int_equal(b.shard.count, 3);
    for (size_t arm = 0; arm < TOY_ENSEMBLE_ARMS; arm++)
        for (size_t r = 0; r < REPLICATES; r++)
            assert_int_equal(b.state[arm * REPLICATES + r],
                             shard_has(b.shard, ensemble_run(&ensemble, arm, r)) ? RUN_DONE
                                                                                 : RUN_MISSING);
    reader_ensemble_close(&a);
    reader_ensemble_close(&b);
}

static void refuses_what_is_none(void **data)
{
    (void)data;
    struct ensemble_file f;
    struct run_file run;
    struct error e = {0};
    const char *path = scratch_path(&scratch, "bad.h5");
    write_file("bad.h5", &ensemble, (struct shard){1, 1});
    assert_status(reader_open(&run, path, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "is of the kind \"samskab experiment\"");
    error_free(&e);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Ldelete(file, "status", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "has no seal");
    error_free(&e);
    assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "status is missing");
    error_free(&e);
    scratch_write(path, "text", 4);
    bool is;
    assert_status(reader_is_ensemble(path, &is, &e), STATUS_DONE, &e);
    assert_false(is);
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_BAD_INPUT, &e);
    error_free(&e);
}

/* Opens an experiment of this name, into which something was written, and hears why not. */
static void refuses_changed(hid_t file, const char *path, const char *why)
{
    struct ensemble_file f;
    struct error e = {0};
    tamper_close(file, path);
    assert_status(reader_ensemble_open(&f, path, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), path);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, 1);
    error_free(&e);
}

static void refuses_shards_that_are_none(void **data)
{
    (void)data;
    static const char *const texts[] = {"0/3", "4/3", "0/0", "3", "third", "-1/3", " ", "/3"};
    const char *path = write_file("shards.h5", &ensemble, (struct shard){2, 3});
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        hid_t file = tamper_open(path);
        tamper_text(file, "shard", texts[k]);
        refuses_changed(file, path, "attribute shard is none");
    }
}

static void refuses_runs_that_have_become_nothing(void **data)
{
    (void)data;
    uint8_t states[TOY_ENSEMBLE_ARMS * REPLICATES] = {[5] = RUN_FAILED + 1};
    const char *path = write_file("states.h5", &ensemble, (struct shard){1, 1});
    hid_t file = tamper_open(path), status = H5Dopen2(file, "status", H5P_DEFAULT);
    assert_true(H5Dwrite(status, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, states) >= 0);
    H5Dclose(status);
    refuses_changed(file, path, "status holds what is none");
}

/* Otherwise it would be taken for a run, and something else be complained of. */
static void a_disk_that_fails_says_nothing_of_the_kind(void **data)
{
    (void)data;
    const char *path = write_file("broken.h5", &ensemble, (struct shard){1, 1});
    bool is = false;
    int after = 0;
    for (; !is; after++) {
        struct error e = {0};
        reads_fail(FAILS, after);
        enum status status = reader_is_ensemble(path, &is, &e);
        bool failed = reads_recover();
        assert_status(status, failed ? STATUS_FAILED : STATUS_DONE, &e);
        assert_int_equal(is, !failed);
        assert_int_equal(e.count, failed);
        if (failed)
            assert_contains(error_text(&e), "Input/output error");
        error_free(&e);
    }
    assert_true(after > 4);
}

/* What `samskab info` says of a file, to be freed. */
static char *described(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    struct error e = {0};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_status(describe_file(path, &toy_model, out, &e), STATUS_DONE, &e);
    fclose(out);
    return text;
}

static void is_described_in_one_screen(void **data)
{
    (void)data;
    static const char *const words[] = {
        "title        Three winds\n",
        "question     Does it blow?\n",
        "design       arms\n",
        "arms         3: calm, windy, wild\n",
        "baseline     windy\n",
        "replicates   4\n",
        "runs         12: 11 done, 1 failed\n",
        "failed       wild, replicate 2: it blew away\n",
        "weeks        5\n",
    };
    char *text = described(write_file("told.h5", &ensemble, (struct shard){1, 1}));
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        assert_contains(text, words[k]);
    free(text);
    text = described(write_file("told-2.h5", &ensemble, (struct shard){2, 5}));
    assert_contains(text, "runs         12: 3 done, 0 failed, 9 not in this shard (2 of 5)\n");
    free(text);
}

static void a_shard_without_one_of_its_runs_is_not_merged(void **data)
{
    (void)data;
    const struct shard first = {1, 2}, second = {2, 2};
    const struct store_run_options options = {.command = "merge"};
    struct ensemble_outcome outcome;
    struct error e = {0};
    char *one = strdup(write_file("first.h5", &ensemble, first));
    char *two = strdup(write_runs("second.h5", &ensemble, second, first));
    const char *paths[] = {two, one}, *out = scratch_path(&scratch, "merged.h5");
    assert_status(ensemble_merge(paths, 2, &options, out, &outcome, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "second.h5: lacks run 4\n");
    assert_false(durable_is_file(out));
    error_free(&e);
    free(one);
    free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_and_columns_read_back),
        cmocka_unit_test(runs_read_back),
        cmocka_unit_test(scenarios_of_arms_read_back),
        cmocka_unit_test(blocks_of_any_size_hold_every_run),
        cmocka_unit_test(equal_ensembles_are_equal_but_for_provenance),
        cmocka_unit_test(refuses_what_is_none),
        cmocka_unit_test(refuses_shards_that_are_none),
        cmocka_unit_test(refuses_runs_that_have_become_nothing),
        cmocka_unit_test(a_disk_that_fails_says_nothing_of_the_kind),
        cmocka_unit_test(is_described_in_one_screen),
        cmocka_unit_test(a_shard_without_one_of_its_runs_is_not_merged),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
