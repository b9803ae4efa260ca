/* The folder of parts and what is in it: names, damaged parts of runs, what may be removed. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sim/durable.h"
#include "sim/parts.h"
#include "sim/result.h"
#include "tests/support/scratch_group.h"

enum { VALUES = 3, HEAD = 56, FORMAT = 8, ENSEMBLE = 16, RUN = 24, STATE = 32, SIZE = 40 };

static const float values[VALUES] = {1.5f, -2, 0};

static const char *write_part(enum run_state state, const char *why)
{
    const struct result it = {.ensemble = 7, .run = 3, .state = state, .count = VALUES};
    const char *path = scratch_path(&scratch, "run.part");
    struct error e = {0};
    assert_status(result_write(path, &it, values, why, &e), STATUS_DONE, &e);
    return path;
}

static void parts_of_runs_read_back(void **data)
{
    (void)data;
    float got[VALUES];
    char *why;
    struct error e = {0};
    struct result it = {.ensemble = 7, .run = 3, .count = VALUES};
    const char *path = write_part(RUN_DONE, NULL);
    assert_status(result_read(path, &it, got, &why, &e), STATUS_DONE, &e);
    assert_int_equal(it.state, RUN_DONE);
    assert_memory_equal(got, values, sizeof values);
    assert_null(why);
    assert_status(result_read(path, &it, NULL, NULL, &e), STATUS_DONE, &e);

    path = write_part(RUN_FAILED, "it blew away");
    assert_status(result_read(path, &it, got, &why, &e), STATUS_DONE, &e);
    assert_int_equal(it.state, RUN_FAILED);
    assert_string_equal(why, "it blew away");
    free(why);
    assert_status(result_read(path, &it, got, NULL, &e), STATUS_DONE, &e);

    char *much = malloc(100000);
    assert_non_null(much);
    memset(much, 'x', 99999);
    much[99999] = '\0';
    path = write_part(RUN_FAILED, much);
    assert_status(result_read(path, &it, got, &why, &e), STATUS_DONE, &e);
    assert_int_equal(strlen(why), 65536);
    free(why);
    free(much);
}

static void assert_damaged(const char *path)
{
    struct result it = {.ensemble = 7, .run = 3, .count = VALUES};
    struct error e = {0};
    float got[VALUES];
    char *why;
    assert_status(result_read(path, &it, got, &why, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "run.part: is damaged or of another experiment\n");
    assert_null(why);
    error_free(&e);
}

/* Every byte counts, and so does their number. */
static void damaged_parts_are_refused(void **data)
{
    (void)data;
    for (int failed = 0; failed <= 1; failed++) {
        const char *path = write_part(failed ? RUN_FAILED : RUN_DONE, "it blew away");
        size_t size;
        char *bytes = scratch_read(path, &size);
        assert_non_null(bytes);
        assert_int_equal(size, HEAD + (failed ? strlen("it blew away") : sizeof values));
        for (size_t i = 0; i < size; i++) {
            bytes[i] ^= 0x10;
            scratch_write(path, bytes, size);
            assert_damaged(path);
            bytes[i] ^= 0x10;
        }
        for (size_t less = 0; less < size; less++) {
            scratch_write(path, bytes, less);
            assert_damaged(path);
        }
        static const size_t words[] = {FORMAT, ENSEMBLE, RUN, STATE, SIZE};
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            char changed[256];
            memcpy(changed, bytes, size);
            memset(changed + words[k], 0x7f, 8);
            scratch_write(path, changed, size);
            assert_damaged(path);
        }
        free(bytes);
    }
    struct result it = {.ensemble = 7, .run = 3, .count = VALUES};
    struct error e = {0};
    assert_status(result_read(scratch_path(&scratch, "none"), &it, NULL, NULL, &e),
                  STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "none: cannot be read: No such file or directory\n");
    error_free(&e);
}

/* Another run of the ensemble, or the same of another. */
static void parts_belong_to_one_run(void **data)
{
    (void)data;
    const char *path = write_part(RUN_DONE, NULL);
    const struct result others[] = {{.ensemble = 8, .run = 3, .count = VALUES},
                                    {.ensemble = 7, .run = 4, .count = VALUES},
                                    {.ensemble = 7, .run = 3, .count = VALUES + 1}};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        struct result it = others[k];
        struct error e = {0};
        assert_status(result_read(path, &it, NULL, NULL, &e), STATUS_BAD_INPUT, &e);
        error_free(&e);
    }
}

static const char *make_folder(const char *name, const char *const *files)
{
    const char *folder = scratch_path(&scratch, name);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (; *files; files++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", name, *files);
        scratch_write(scratch_path(&scratch, path), "x", 1);
    }
    return folder;
}

static const char *const mixed[] = {"setup.h5",
                                    "run-0000001.part",
                                    "run-0000004.part",
                                    "run-0000099.part",
                                    "run-0000002.part.77.tmp",
                                    "run-x.part",
                                    "run-0000003.par",
                                    "replicate-00000-00052.h5",
                                    "replicate-00000-00104.h5",
                                    "replicate-00002-00104.h5",
                                    "replicate-00077-00104.h5",
                                    "replicate-00003-00104.h5.12.tmp",
                                    "replicate-00003-.h5",
                                    "replicate-00003-00104",
                                    "agents-00001-00052.h5",
                                    NULL};

static void names_say_what_is_there(void **data)
{
    (void)data;
    enum { RUNS = 5 };
    static const uint8_t done[RUNS] = {0, 1, 0, 0, 1}, begun[RUNS] = {1, 0, 1, 0, 0};
    uint8_t finished[RUNS] = {0}, started[RUNS] = {0};
    struct error e = {0};
    uint32_t *weeks;
    size_t count;
    const char *folder = make_folder("mixed.parts", mixed);
    assert_status(parts_runs(folder, RUNS, finished, started, &e), STATUS_DONE, &e);
    assert_memory_equal(finished, done, sizeof done);
    assert_memory_equal(started, begun, sizeof begun);

    assert_status(parts_weeks(folder, 0, &weeks, &count, &e), STATUS_DONE, &e);
    assert_int_equal(count, 2);
    assert_int_equal(weeks[0], 104);
    assert_int_equal(weeks[1], 52);
    free(weeks);
    assert_status(parts_weeks(folder, 3, &weeks, &count, &e), STATUS_DONE, &e);
    assert_int_equal(count, 0);
    free(weeks);

    assert_status(parts_prune(folder, 0, 1, &e), STATUS_DONE, &e);
    assert_false(durable_is_file(scratch_path(&scratch, "mixed.parts/replicate-00000-00052.h5")));
    assert_true(durable_is_file(scratch_path(&scratch, "mixed.parts/replicate-00000-00104.h5")));
    assert_status(parts_remove(folder, &e), STATUS_DONE, &e);
    assert_false(durable_is_folder(folder));

    assert_status(parts_runs(folder, RUNS, finished, started, &e), STATUS_FAILED, &e);
    error_free(&e);
    assert_status(parts_weeks(folder, 0, &weeks, &count, &e), STATUS_FAILED, &e);
    error_free(&e);
    assert_status(parts_prune(folder, 0, 1, &e), STATUS_FAILED, &e);
    error_free(&e);
}

/* As when somebody has put a folder in its place. */
static void what_cannot_be_removed_is_told_once(void **data)
{
    (void)data;
    static const char *const files[] = {"replicate-00000-00156.h5", NULL};
    static const char *const stuck[] = {"stuck.parts/replicate-00000-00104.h5",
                                        "stuck.parts/replicate-00000-00052.h5"};
    struct error e = {0};
    uint32_t *weeks;
    size_t count;
    const char *folder = make_folder("stuck.parts", files);
    for (unsigned k = 0; k < 2; k++)
        assert_int_equal(mkdir(scratch_path(&scratch, stuck[k]), 0700), 0);
    assert_status(parts_prune(folder, 0, 1, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "replicate-00000-00104.h5: cannot be removed: ");
    assert_int_equal(e.count, 1);
    error_free(&e);
    assert_status(parts_weeks(folder, 0, &weeks, &count, &e), STATUS_DONE, &e);
    assert_int_equal(count, 3);
    free(weeks);
}

static void what_is_no_part_is_not_removed(void **data)
{
    (void)data;
    static const char *const files[] = {"run-0000001.part", "thesis.tex", NULL};
    struct error e = {0};
    const char *folder = make_folder("own.parts", files);
    assert_status(parts_discard(folder, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e),
                    "own.parts: is not removed, since thesis.tex in it is no part of a run\n");
    error_free(&e);
    assert_true(durable_is_file(scratch_path(&scratch, "own.parts/thesis.tex")));
    assert_true(durable_is_file(scratch_path(&scratch, "own.parts/run-0000001.part")));
}

static void a_folder_names_its_run_file(void **data)
{
    (void)data;
    static const char *const pairs[][2] = {{"a/out.h5.parts", "a/out.h5"},
                                           {"out.h5.parts//", "out.h5"},
                                           {"out.h5", "out.h5"},
                                           {".parts", ".parts"},
                                           {"/", "/"}};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        char *out = parts_out(pairs[k][0]);
        assert_string_equal(out, pairs[k][1]);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_runs_read_back),
        cmocka_unit_test(damaged_parts_are_refused),
        cmocka_unit_test(parts_belong_to_one_run),
        cmocka_unit_test(names_say_what_is_there),
        cmocka_unit_test(what_cannot_be_removed_is_told_once),
        cmocka_unit_test(what_is_no_part_is_not_removed),
        cmocka_unit_test(a_folder_names_its_run_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
