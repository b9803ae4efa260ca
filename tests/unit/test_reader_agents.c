/* The agents of a run file, column by column. */
#include "tests/support/check.h"

#include <hdf5_hl.h>

#include "sim/reader_agents.h"
#include "sim/run.h"
#include "tests/support/scratch.h"
#include "tests/support/short_memory.h"
#include "tests/support/tampered.h"
#include "tests/support/toy.h"

enum { REPLICATES = 2, NORTH = 30, AGENTS = 50, STORED = 2 };

static struct scratch scratch;

/* A run of two places for six weeks. */
static void write_run(const char *name, uint32_t agents_every)
{
    static const char text[] = "weeks: 6\nreplicates: 2\nplaces:\n  - {name: North, walkers: 30}\n"
                               "  - {name: South, walkers: 20}\n";
    const struct run_options options = {.out = scratch_path(&scratch, name),
                                        .threads = 1,
                                        .agents_every = agents_every,
                                        .quiet = true,
                                        .force = true};
    struct scenario s;
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    assert_status(
        scenario_parse(&s, &toy_model, text, sizeof text - 1, "two", NULL, NULL, 0, NULL, 0, &e),
        STATUS_DONE, &e);
    assert_status(run_execute(&s, &options, &record, &cost, &e), STATUS_DONE, &e);
    record_free(&record);
    scenario_free(&s);
}

static int setup(void **data)
{
    (void)data;
    scratch_open(&scratch);
    write_run("run.h5", 3);
    write_run("bare.h5", 0);
    return 0;
}

static int teardown(void **data)
{
    (void)data;
    scratch_close(&scratch);
    return 0;
}

static void open_run(struct run_file *f, const char *name)
{
    struct error e = {0};
    assert_status(reader_open(f, scratch_path(&scratch, name), &e), STATUS_DONE, &e);
}

static void open_columns(struct reader_columns *c, const struct run_file *f)
{
    struct error e = {0};
    assert_status(reader_columns_open(c, f, &e), STATUS_DONE, &e);
}

static const struct reader_column *find(const struct reader_columns *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->list[i].name, name) == 0)
            return &c->list[i];
    fail_msg("there is no column %s", name);
    return NULL;
}

static void refuses_columns(const struct run_file *f, enum status status, const char *why)
{
    struct reader_columns c;
    struct error e = {0};
    assert_status(reader_columns_open(&c, f, &e), status, &e);
    assert_contains(error_text(&e), f->path);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, 1);
    assert_true(c.count == 0 && !c.weeks && !c.entity);
    error_free(&e);
}

static void refuses_column(const struct run_file *f, const struct reader_column *c, const char *why)
{
    float values[AGENTS];
    struct error e = {0};
    assert_status(reader_column(f, c, 0, 0, values, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), f->path);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, 1);
    error_free(&e);
}

static void columns_say_what_they_are(void **data)
{
    (void)data;
    const struct {
        const char *name;
        bool trait, real;
    } columns[] = {{"place", true, false},
                   {"stride", true, true},
                   {"height", false, true},
                   {"jumps", false, false}};
    struct run_file f;
    struct reader_columns c;
    open_run(&f, "run.h5");
    open_columns(&c, &f);
    assert_string_equal(c.entity, "walker");
    assert_int_equal(c.weeks[0], 3);
    assert_int_equal(c.weeks[1], 6);
    assert_int_equal(c.count, 4);
    for (size_t k = 0; k < 4; k++) {
        const struct reader_column *column = find(&c, columns[k].name);
        assert_int_equal(column->trait, columns[k].trait);
        assert_int_equal(column->real, columns[k].real);
    }
    assert_string_equal(find(&c, "height")->meaning, "where it is");
    reader_columns_close(&c);
    reader_close(&f);
}

static void values_are_those_of_a_replicate_and_a_week(void **data)
{
    (void)data;
    struct run_file f;
    struct reader_columns c;
    struct error e = {0};
    uint32_t places[AGENTS];
    float heights[REPLICATES][STORED][AGENTS], strides[STORED][AGENTS];
    open_run(&f, "run.h5");
    open_columns(&c, &f);
    for (size_t week = 0; week < STORED; week++) {
        assert_status(reader_column(&f, find(&c, "stride"), 0, week, strides[week], &e),
                      STATUS_DONE, &e);
        for (size_t r = 0; r < REPLICATES; r++)
            assert_status(reader_column(&f, find(&c, "height"), r, week, heights[r][week], &e),
                          STATUS_DONE, &e);
    }
    assert_memory_equal(strides[0], strides[1], sizeof strides[0]);
    assert_memory_not_equal(heights[0][0], heights[0][1], sizeof heights[0][0]);
    assert_memory_not_equal(heights[0][0], heights[1][0], sizeof heights[0][0]);
    assert_status(reader_column(&f, find(&c, "place"), 1, 0, places, &e), STATUS_DONE, &e);
    for (size_t i = 0; i < AGENTS; i++)
        assert_int_equal(places[i], i >= NORTH);
    reader_columns_close(&c);
    reader_close(&f);
}

static void lies_along(hid_t file, const char *column, unsigned dimension, const char *axis)
{
    hid_t values = H5Dopen2(file, column, H5P_DEFAULT), scale = H5Dopen2(file, axis, H5P_DEFAULT);
    assert_int_equal(H5DSis_attached(values, scale, dimension), 1);
    assert_int_equal(H5DSget_num_scales(values, dimension), 1);
    H5Dclose(scale);
    H5Dclose(values);
}

/* As the file says it to others. */
static void columns_lie_along_axes_with_names(void **data)
{
    (void)data;
    hid_t file = H5Fopen(scratch_path(&scratch, "run.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    lies_along(file, "agents/place", 0, "replicate");
    lies_along(file, "agents/place", 1, "agents/walker");
    lies_along(file, "agents/height", 0, "replicate");
    lies_along(file, "agents/height", 1, "agents/agent_time");
    lies_along(file, "agents/height", 2, "agents/walker");
    H5Fclose(file);
}

/* A list that another program has put beside the columns is none of them. */
static void a_list_beside_them_is_no_column(void **data)
{
    (void)data;
    const hsize_t length = 4;
    struct run_file f;
    struct reader_columns c;
    write_run("listed.h5", 3);
    const char *path = scratch_path(&scratch, "listed.h5");
    hid_t file = tamper_open(path), space = H5Screate_simple(1, &length, NULL);
    H5Dclose(H5Dcreate2(file, "agents/note", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT,
                        H5P_DEFAULT));
    H5Sclose(space);
    tamper_close(file, path);
    open_run(&f, "listed.h5");
    open_columns(&c, &f);
    assert_int_equal(c.count, 4);
    reader_columns_close(&c);
    reader_close(&f);
}

static void runs_without_agents_have_no_columns(void **data)
{
    (void)data;
    struct run_file f;
    open_run(&f, "bare.h5");
    refuses_columns(&f, STATUS_BAD_INPUT, "holds no agents; run again with --agents WEEKS");
    f.agent_weeks = STORED; /* as if there had been some when it was opened */
    refuses_columns(&f, STATUS_BAD_INPUT, "agents is missing");
    reader_close(&f);
}

static void more_weeks_than_memory_holds_are_a_fault(void **data)
{
    (void)data;
    struct run_file f;
    open_run(&f, "run.h5");
    f.agent_weeks = SIZE_MAX / 64;
    refuses_columns(&f, STATUS_FAILED, "out of memory");
    reader_close(&f);
}

/* Columns of one run are not those of another. */
static void columns_of_another_run_are_missing(void **data)
{
    (void)data;
    struct run_file f, other;
    struct reader_columns c;
    write_run("fewer.h5", 3);
    const char *path = scratch_path(&scratch, "fewer.h5");
    hid_t file = tamper_open(path);
    assert_true(H5Ldelete(file, "agents/height", H5P_DEFAULT) >= 0);
    tamper_close(file, path);
    open_run(&f, "run.h5");
    open_columns(&c, &f);
    open_run(&other, "fewer.h5");
    refuses_column(&other, find(&c, "height"), "height is missing");
    reader_close(&other);
    open_run(&other, "bare.h5");
    refuses_column(&other, find(&c, "height"), "agents is missing");
    reader_close(&other);
    reader_columns_close(&c);
    reader_close(&f);
}

int main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_say_what_they_are),
        cmocka_unit_test(values_are_those_of_a_replicate_and_a_week),
        cmocka_unit_test(columns_lie_along_axes_with_names),
        cmocka_unit_test(a_list_beside_them_is_no_column),
        cmocka_unit_test(runs_without_agents_have_no_columns),
        cmocka_unit_test(more_weeks_than_memory_holds_are_a_fault),
        cmocka_unit_test(columns_of_another_run_are_missing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
