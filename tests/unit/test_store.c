/* Run files: what is in them, and that two equal runs differ in their provenance alone. */
#include "tests/support/check.h"

#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sim/durable.h"
#include "sim/reader.h"
#include "sim/run.h"
#include "sim/store.h"
#include "tests/support/same_file.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

enum { WEEKS = 6, EVERY = 2 };

static struct scratch scratch;
static struct scenario scenario;
static struct record record;

static const char *write_run(const char *name, int threads, struct record *r)
{
    const struct run_options options = {.out = scratch_path(&scratch, name),
                                        .command = name,
                                        .threads = threads,
                                        .agents_every = EVERY,
                                        .quiet = true};
    struct run_cost cost;
    struct error e = {0};
    assert_status(run_execute(&scenario, &options, r, &cost, &e), STATUS_DONE, &e);
    return options.out;
}

static int setup(void **data)
{
    (void)data;
    static const char text[] = "title: Zwei Orte\nweeks: 6\nreplicates: 2\nplaces:\n"
                               "  - {name: North, walkers: 30, walk: {law: normal}}\n"
                               "  - {name: Süd, walkers: 20}\nties: {file: ties.csv}\n";
    static const char ties[] = "a,b\n0,1\n1,2\n7,49\n";
    const struct scenario_input input = {"ties.csv", ties, sizeof ties - 1};
    struct error e = {0};
    scratch_open(&scratch);
    assert_status(scenario_parse(&scenario, &toy_model, text, sizeof text - 1, "two", NULL, &input,
                                 1, NULL, 0, &e),
                  STATUS_DONE, &e);
    write_run("run.h5", 1, &record);
    return 0;
}

static int teardown(void **data)
{
    (void)data;
    record_free(&record);
    scenario_free(&scenario);
    scratch_close(&scratch);
    return 0;
}

static hid_t open_file(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void series_are_those_of_the_record(void **data)
{
    (void)data;
    struct run_file f;
    struct error e = {0};
    char digest[32];
    size_t values = record.replicates * record.weeks * record.places;
    float *series = malloc(values * sizeof *series);
    assert_status(reader_open(&f, scratch_path(&scratch, "run.h5"), &e), STATUS_DONE, &e);
    assert_int_equal(f.variable_count, record.observables);
    for (size_t k = 0; k < record.observables; k++) {
        assert_string_equal(f.variables[k].name, toy_model.observables[k].name);
        assert_string_equal(f.variables[k].unit, toy_model.observables[k].unit);
        assert_status(reader_series(&f, k, series, &e), STATUS_DONE, &e);
        assert_memory_equal(series, record_at(&record, k, 0, 0), values * sizeof *series);
    }
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)record_digest(&record));
    assert_string_equal(f.digest, digest);
    assert_string_equal(f.title, "Zwei Orte");
    reader_close(&f);
    free(series);
}

/* Every agent of every replicate as a world has it that is stepped by hand. */
/* Weeks and replicates are counted from 1, places from 0. */
static void dimensions_are_counted(void **data)
{
    (void)data;
    static const struct {
        const char *name;
        int32_t first, count;
    } axes[] = {{"time", 1, WEEKS}, {"replicate", 1, 2}, {"place", 0, 2}};
    hid_t file = open_file(scratch_path(&scratch, "run.h5"));
    for (size_t k = 0; k < sizeof axes / sizeof *axes; k++) {
        int32_t values[WEEKS];
        hid_t axis = H5Dopen2(file, axes[k].name, H5P_DEFAULT), space = H5Dget_space(axis);
        assert_int_equal(H5Sget_simple_extent_npoints(space), axes[k].count);
        assert_true(H5Dread(axis, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
        for (int32_t i = 0; i < axes[k].count; i++)
            assert_int_equal(values[i], axes[k].first + i);
        H5Sclose(space);
        H5Dclose(axis);
    }
    H5Fclose(file);
}

static void agents_are_those_of_the_world(void **data)
{
    (void)data;
    enum { WALKERS = 50, TIMES = WEEKS / EVERY };
    static float heights[2][TIMES][WALKERS];
    static float strides[2][WALKERS];
    int32_t times[TIMES];
    hid_t file = open_file(scratch_path(&scratch, "run.h5"));
    hid_t height = H5Dopen2(file, "agents/height", H5P_DEFAULT);
    hid_t stride = H5Dopen2(file, "agents/stride", H5P_DEFAULT);
    hid_t time = H5Dopen2(file, "agents/agent_time", H5P_DEFAULT);
    assert_true(H5Dread(height, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, heights) >= 0);
    assert_true(H5Dread(stride, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, strides) >= 0);
    assert_true(H5Dread(time, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, times) >= 0);
    for (uint32_t r = 0; r < 2; r++) {
        struct world *w;
        struct error e = {0};
        assert_status(world_open(&w, &toy_model, &scenario, r, 1, &e), STATUS_DONE, &e);
        const struct toy *t = (const struct toy *)w;
        assert_int_equal(t->walkers, WALKERS);
        for (unsigned k = 0; k < TIMES; k++) {
            for (unsigned week = 0; week < EVERY; week++)
                world_step(w);
            assert_int_equal(times[k], w->week);
            assert_memory_equal(heights[r][k], t->walker_height, sizeof heights[r][k]);
        }
        assert_memory_equal(strides[r], t->walker_stride, sizeof strides[r]);
        world_close(w);
    }
    H5Dclose(height);
    H5Dclose(stride);
    H5Dclose(time);
    H5Fclose(file);
}

static void attribute_is(hid_t object, const char *name, const char *expected)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    assert_true(attribute >= 0);
    hid_t type = H5Aget_type(attribute);
    char *text = NULL;
    assert_true(H5Tis_variable_str(type) > 0);
    assert_true(H5Aread(attribute, type, &text) >= 0);
    assert_string_equal(text, expected);
    H5free_memory(text);
    H5Tclose(type);
    H5Aclose(attribute);
}

static double number_of(hid_t object, const char *name)
{
    double value = NAN;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    assert_true(attribute >= 0);
    assert_true(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) >= 0);
    H5Aclose(attribute);
    return value;
}

static void parameters_are_all_there(void **data)
{
    (void)data;
    hid_t file = open_file(scratch_path(&scratch, "run.h5"));
    hid_t group = H5Gopen2(file, "parameters", H5P_DEFAULT);
    H5G_info_t info;
    assert_true(H5Gget_info(group, &info) >= 0);
    assert_int_equal(info.nlinks, toy_model.params.count);
    for (size_t i = 0; i < toy_model.params.count; i++) {
        const struct param *p = &toy_model.params.rows[i];
        double values[2] = {NAN, NAN};
        hid_t dataset = H5Dopen2(group, p->key, H5P_DEFAULT);
        assert_true(dataset >= 0);
        assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >=
                    0);
        bool by_place = p->level == PARAM_PLACE;
        assert_close(values[0], by_place ? scenario.places[0].values[i] : scenario.values[i], 0);
        if (by_place)
            assert_close(values[1], scenario.places[1].values[i], 0);
        bool is_default = values[0] == p->value && (!by_place || values[1] == p->value);
        assert_close(number_of(dataset, "is_default"), is_default, 0);
        assert_close(number_of(dataset, "default"), p->value, 0);
        attribute_is(dataset, "units", p->unit);
        attribute_is(dataset, "long_name", p->meaning);
        attribute_is(dataset, "source", p->source);
        H5Dclose(dataset);
    }
    H5Gclose(group);
    H5Fclose(file);
}

/* xarray would read a unit of exactly "hours" as a span of time, in nanoseconds. */
static void units_that_xarray_would_change(void **data)
{
    (void)data;
    struct observable observables[TOY_OBSERVABLES];
    struct model model = toy_model;
    struct record other = record;
    struct scenario changed = scenario;
    struct run_file f;
    struct error e = {0};
    memcpy(observables, toy_model.observables, sizeof observables);
    observables[0].unit = "hours";
    observables[1].unit = "hours/week";
    model.observables = observables;
    changed.model = &model;
    other.scenario = &changed;
    const char *path = scratch_path(&scratch, "hours.h5");
    const struct store_run_options options = {0};
    assert_status(store_run(path, &other, &options, &e), STATUS_DONE, &e);
    assert_status(reader_open(&f, path, &e), STATUS_DONE, &e);
    assert_string_equal(f.variables[0].unit, "h");
    assert_string_equal(f.variables[1].unit, "hours/week");
    assert_int_equal(f.agent_weeks, 0);
    reader_close(&f);
}

static void equal_runs_differ_in_provenance_alone(void **data)
{
    (void)data;
    struct record again;
    write_run("again.h5", 3, &again);
    record_free(&again);
    hid_t a = open_file(scratch_path(&scratch, "run.h5"));
    hid_t b = open_file(scratch_path(&scratch, "again.h5"));
    hid_t x = H5Gopen2(a, "provenance", H5P_DEFAULT), y = H5Gopen2(b, "provenance", H5P_DEFAULT);
    attribute_is(x, "command", "run.h5");
    attribute_is(y, "command", "again.h5");
    H5Gclose(x);
    H5Gclose(y);
    H5Fclose(a);
    H5Fclose(b);
    assert_true(
        assert_same_files(scratch_path(&scratch, "run.h5"), scratch_path(&scratch, "again.h5")) >
        toy_model.params.count + 10);
}

/* --- faults ------------------------------------------------------------------------------------
 */

/* In a process that may write files of `limit` bytes only. */
static int store_with_limit(size_t limit, const char *path)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit most = {limit, limit};
        const struct store_run_options options = {0};
        struct error e = {0};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &most) != 0)
            _exit(99);
        enum status status = store_run(path, &record, &options, &e);
        bool says = strstr(error_text(&e), "File too large") != NULL && e.count == 1;
        _exit(status == STATUS_DONE ? 0 : status == STATUS_FAILED && says ? 1 : 98);
    }
    int state = 0;
    assert_true(child > 0 && waitpid(child, &state, 0) == child);
    assert_true(WIFEXITED(state));
    return WEXITSTATUS(state);
}

/* Wherever the disk is full, nothing is left behind, and nothing crashes. */
static void full_disk(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "full.h5");
    struct stat whole;
    const struct store_run_options options = {0};
    struct error e = {0};
    char **names;
    size_t before, after;
    assert_status(store_run(path, &record, &options, &e), STATUS_DONE, &e);
    assert_int_equal(stat(path, &whole), 0);
    assert_int_equal(unlink(path), 0);
    assert_status(durable_names(scratch.folder, &names, &before, &e), STATUS_DONE, &e);
    durable_names_free(names, before);
    size_t size = (size_t)whole.st_size;
    for (size_t limit = 0; limit < size; limit += size / 16) {
        assert_int_equal(store_with_limit(limit, path), 1);
        assert_status(durable_names(scratch.folder, &names, &after, &e), STATUS_DONE, &e);
        durable_names_free(names, after);
        assert_int_equal(after, before);
    }
    assert_int_equal(store_with_limit(size - 1, path), 1);
    assert_int_equal(store_with_limit(size + 4096, path), 0);
}

int main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_are_those_of_the_record),
        cmocka_unit_test(dimensions_are_counted),
        cmocka_unit_test(agents_are_those_of_the_world),
        cmocka_unit_test(parameters_are_all_there),
        cmocka_unit_test(units_that_xarray_would_change),
        cmocka_unit_test(equal_runs_differ_in_provenance_alone),
        cmocka_unit_test(full_disk),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
