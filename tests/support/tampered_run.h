/* A run file of the toy model changed by hand, as anybody can, and sealed, as can whoever knows
 * how: what the tests of the reader share. */
#ifndef SAMSKAB_TESTS_TAMPERED_RUN_H
#define SAMSKAB_TESTS_TAMPERED_RUN_H

#include <hdf5.h>

#include "sim/hdf.h"
#include "sim/reader.h"
#include "sim/run.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"
#include "tests/support/tampered.h"
#include "tests/support/toy.h"

static struct scratch scratch;
static char *whole; /* bytes of a run file */
static size_t whole_size;

static inline int make_whole(void **data)
{
    (void)data;
    static const char text[] = "weeks: 6\nreplicates: 2\nplaces:\n  - {name: North, walkers: 30}\n"
                               "  - {name: Süd, walkers: 20}\nties: {file: ties.csv}\n";
    static const char ties[] = "a,b\n0,1\n1,2\n7,49\n";
    const struct scenario_input input = {"ties.csv", ties, sizeof ties - 1};
    struct scenario s;
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    scratch_open(&scratch);
    assert_status(
        scenario_parse(&s, &toy_model, text, sizeof text - 1, "two", NULL, &input, 1, NULL, 0, &e),
        STATUS_DONE, &e);
    const struct run_options options = {
        .out = scratch_path(&scratch, "run.h5"), .threads = 1, .agents_every = 3, .quiet = true};
    assert_status(run_execute(&s, &options, &record, &cost, &e), STATUS_DONE, &e);
    record_free(&record);
    scenario_free(&s);
    whole = scratch_read(options.out, &whole_size);
    assert_non_null(whole);
    return 0;
}

static inline int free_whole(void **data)
{
    (void)data;
    free(whole);
    scratch_close(&scratch);
    return 0;
}

/* Opens, reads every series, and closes. */
static inline enum status read_all(const char *path, struct error *e)
{
    struct run_file f;
    enum status status = reader_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    status = read_every_series(&f, e);
    reader_close(&f);
    return status;
}

static inline void refuses(const char *path, const char *why)
{
    struct error e = {0};
    assert_status(read_all(path, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), path);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, 1);
    error_free(&e);
}

/* Opens a copy of the run file. */
static inline const char *tamper(hid_t *file)
{
    const char *path = scratch_path(&scratch, "tampered.h5");
    scratch_write(path, whole, whole_size);
    *file = tamper_open(path);
    return path;
}

/* Ends the change with a seal. */
static inline void seal_tampered(hid_t file, const char *path)
{
    struct error e = {0};
    assert_true(H5Fclose(file) >= 0);
    refuses(path, "has no seal");
    assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
}

static inline void refuses_tampered(hid_t file, const char *path, const char *why)
{
    seal_tampered(file, path);
    refuses(path, why);
}

/* A list of `length` values, of which only the first `part` are there, in place of the variable of
 * this name. */
static inline hid_t declare_partly(hid_t file, const char *name, hid_t type, hsize_t length,
                                   hsize_t part)
{
    hid_t space = H5Screate_simple(1, &length, NULL), memory = H5Screate_simple(1, &part, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    void *values = calloc(part, H5Tget_size(type));
    assert_true(H5Pset_chunk(creation, 1, &part) >= 0);
    assert_true(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    hid_t list = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(H5Sselect_hyperslab(space, H5S_SELECT_SET, &(hsize_t){0}, NULL, &part, NULL) >= 0);
    assert_true(H5Dwrite(list, type, memory, space, H5P_DEFAULT, values) >= 0);
    free(values);
    H5Pclose(creation);
    H5Sclose(memory);
    H5Sclose(space);
    return list;
}

#endif
