/* Sealed files that no program of ours writes: texts, numbers, sizes and lists as other libraries
 * store them, or as somebody sets them up to mislead who reads them. */
#include "sim/reader_file.h"
#include "tests/support/tampered_run.h"

static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    assert_true(H5Tset_size(type, size) >= 0 && H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0);
    return type;
}

/* `count` values (0: one that stands alone) as an attribute, in place of the one of this name;
 * NULL: none are written. */
static void put(hid_t object, const char *name, hid_t type, hsize_t count, const void *values)
{
    hid_t space = count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
    if (H5Aexists(object, name) > 0)
        assert_true(H5Adelete(object, name) >= 0);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0 && (!values || H5Awrite(attribute, type, values) >= 0));
    H5Aclose(attribute);
    H5Sclose(space);
}

static void put_text(hid_t object, const char *name, const char *text)
{
    hid_t type = text_type(H5T_VARIABLE);
    put(object, name, type, 0, &text);
    H5Tclose(type);
}

static void put_padded(hid_t object, const char *name, const char *text)
{
    hid_t type = text_type(strlen(text));
    put(object, name, type, 0, text);
    H5Tclose(type);
}

static hid_t within(hid_t file, const char *name)
{
    hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    assert_true(object >= 0);
    return object;
}

/* A variable of this shape of which nothing is written, in place of the one of this name. */
static void declare(hid_t file, const char *name, hid_t type, int rank, const hsize_t *shape)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    if (H5Lexists(file, name, H5P_DEFAULT) > 0)
        assert_true(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    hid_t data = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(data >= 0);
    H5Dclose(data);
    H5Sclose(space);
}

static void write_values(hid_t file, const char *name, hid_t type, const void *values)
{
    hid_t data = H5Dopen2(file, name, H5P_DEFAULT);
    assert_true(H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(data);
}

static void open_tampered(struct run_file *f, hid_t file, const char *path)
{
    struct error e = {0};
    seal_tampered(file, path);
    assert_status(reader_open(f, path, &e), STATUS_DONE, &e);
}

/* --- texts -------------------------------------------------------------------------------------
 */

static void texts_cannot_steer_a_terminal(void **data)
{
    (void)data;
    hid_t file, type = text_type(H5T_VARIABLE);
    struct run_file f;
    const char *path = tamper(&file), *const names[] = {"No\033[2Jrth", "So\177uth"};
    put_text(file, "title", "red\033[31m\tor\n\001\177 not\r");
    write_values(file, "place_name", type, names);
    open_tampered(&f, file, path);
    assert_string_equal(f.title, "red?[31m\tor\n?? not?");
    assert_string_equal(f.place_names[0], "No?[2Jrth");
    assert_string_equal(f.place_names[1], "So?uth");
    reader_close(&f);
    H5Tclose(type);
}

/* As h5py and R write them when told so; a text of varying length that nobody wrote is none. */
static void texts_may_be_padded_or_never_written(void **data)
{
    (void)data;
    hid_t file, type = text_type(H5T_VARIABLE);
    struct run_file f;
    const char *path = tamper(&file);
    put_padded(file, "title", "To the last letter");
    put_padded(file, "model", "toy\0\0");
    put(file, "question", type, 0, NULL);
    open_tampered(&f, file, path);
    assert_string_equal(f.title, "To the last letter");
    assert_string_equal(f.model, "toy");
    assert_string_equal(f.question, "");
    reader_close(&f);
    H5Tclose(type);
}

static void texts_too_long_to_be_true(void **data)
{
    (void)data;
    const hsize_t shape[] = {2, 6, 2};
    hid_t file, space = H5Screate_simple(3, shape, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t type = text_type(((size_t)1 << 26) + 1);
    const char *path = tamper(&file);
    assert_true(H5Pset_attr_phase_change(creation, 0, 0) >= 0);
    hid_t series =
        H5Dcreate2(file, "wordy", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    put(series, "long_name", type, 0, NULL);
    H5Dclose(series);
    refuses_tampered(file, path, "attribute long_name is too long");
    H5Tclose(type);
    H5Pclose(creation);
    H5Sclose(space);
}

static void names_of_places(void **data)
{
    (void)data;
    static const char *const ways[] = {"", ".", "agents/agent_time", "/time"};
    hid_t file, type = text_type(H5T_VARIABLE);
    char why[100];
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *path = tamper(&file);
        put_text(file, "place", ways[i]);
        snprintf(why, sizeof why, "\"%s\" is no name of a variable", ways[i]);
        refuses_tampered(file, path, why);
    }
    const char *path = tamper(&file), *const names[] = {"North", ""};
    write_values(file, "place_name", type, names);
    refuses_tampered(file, path, "place 2 has no name");
    H5Tclose(type);
}

static void names_that_are_too_long(void **data)
{
    (void)data;
    hid_t file;
    char name[300];
    const char *path = tamper(&file);
    snprintf(name, sizeof name, "%0256d", 0);
    assert_true(H5Lcopy(file, "time", file, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
    refuses_tampered(file, path, "has a name that is too long");
    path = tamper(&file);
    name[255] = '\0';
    struct run_file f;
    assert_true(H5Lcopy(file, "time", file, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
    open_tampered(&f, file, path);
    assert_int_equal(f.variable_count, toy_model.observable_count);
    reader_close(&f);
}

/* --- numbers -----------------------------------------------------------------------------------
 */

static void numbers_that_are_none(void **data)
{
    (void)data;
    const uint64_t format[] = {1, 1};
    hid_t file;
    const char *path = tamper(&file);
    assert_true(H5Adelete(file, "format") >= 0);
    refuses_tampered(file, path, "attribute format is missing");
    path = tamper(&file);
    put(file, "format", H5T_NATIVE_UINT64, 2, format);
    refuses_tampered(file, path, "attribute format is no whole number");
    path = tamper(&file);
    put(file, "format", H5T_NATIVE_DOUBLE, 0, &(double){1});
    refuses_tampered(file, path, "attribute format is no whole number");
    path = tamper(&file);
    put(file, "format", H5T_NATIVE_INT8, 0, &(int8_t){HDF_FORMAT});
    struct run_file f;
    open_tampered(&f, file, path);
    reader_close(&f);
}

static void lists_of_numbers(void **data)
{
    (void)data;
    hid_t file;
    struct reader_place root;
    struct error e = {0};
    double values[3] = {7, 8, 9};
    const char *path = tamper(&file);
    put(file, "range", H5T_NATIVE_FLOAT, 3, (const float[]){0, .5, 1});
    put(file, "whole", H5T_NATIVE_INT, 2, (const int[]){0, 1});
    seal_tampered(file, path);
    assert_status(read_begin(&root, path, "samskab run", &e), STATUS_DONE, &e);
    assert_status(read_doubles(&root, "none", values, 3), STATUS_DONE, &e);
    assert_memory_equal(values, ((const double[]){7, 8, 9}), sizeof values);
    assert_status(read_doubles(&root, "range", values, 3), STATUS_DONE, &e);
    assert_memory_equal(values, ((const double[]){0, .5, 1}), sizeof values);
    const char *const names[] = {"range", "whole", "title"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_status(read_doubles(&root, names[i], values, 2), STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), names[i]);
        assert_contains(error_text(&e), "is no list of numbers");
        error_free(&e);
    }
    read_end(&root);
}

static void weeks_of_agents(void **data)
{
    (void)data;
    hid_t file;
    const char *path = tamper(&file);
    write_values(file, "agents/agent_time", H5T_NATIVE_INT, (const int[]){0, 3});
    refuses_tampered(file, path, "agents are stored at week 0 of a run of 6");
    path = tamper(&file);
    write_values(file, "agents/agent_time", H5T_NATIVE_INT, (const int[]){7, 14});
    refuses_tampered(file, path, "agents are stored at week 7 of a run of 6");
}

static const struct run_fact *fact(const struct run_file *f, const char *name)
{
    for (size_t i = 0; i < f->fact_count; i++)
        if (strcmp(f->facts[i].name, name) == 0)
            return &f->facts[i];
    fail_msg("there is no fact %s", name);
    return NULL;
}

/* Only single values are told; what else there may be in the provenance is not. */
static void facts_of_several_values(void **data)
{
    (void)data;
    hid_t file;
    struct run_file f;
    const char *path = tamper(&file);
    hid_t group = within(file, "provenance");
    put(group, "whole", H5T_NATIVE_INT, 2, (const int[]){3, 4});
    put(group, "real", H5T_NATIVE_DOUBLE, 2, (const double[]){.5, .25});
    put(group, "one", H5T_NATIVE_INT, 1, (const int[]){3});
    put(group, "half", H5T_NATIVE_DOUBLE, 1, (const double[]){.5});
    H5Oclose(group);
    open_tampered(&f, file, path);
    assert_string_equal(fact(&f, "whole")->value, "");
    assert_string_equal(fact(&f, "real")->value, "");
    assert_string_equal(fact(&f, "one")->value, "3");
    assert_string_equal(fact(&f, "half")->value, "0.5");
    reader_close(&f);
}

/* --- sizes -------------------------------------------------------------------------------------
 */

/* A few bytes can declare what no memory holds. */
static void sizes_that_are_not_held(void **data)
{
    (void)data;
    const hsize_t endless = (hsize_t)1 << 33, long_one = (hsize_t)1 << 25, many = (hsize_t)1 << 22;
    const hsize_t shape[] = {many, many, 2};
    hid_t file;
    const char *path = tamper(&file);
    declare(file, "replicate", H5T_NATIVE_INT, 1, &endless);
    refuses_tampered(file, path, "replicate is too large");
    path = tamper(&file);
    declare(file, "replicate", H5T_NATIVE_INT, 1, &long_one);
    refuses_tampered(file, path,
                     "replicate is said to be of 1.34e+08 bytes, which it does not hold");
    path = tamper(&file);
    declare(file, "replicate", H5T_NATIVE_INT, 1, &many);
    declare(file, "time", H5T_NATIVE_INT, 1, &many);
    assert_true(H5Ldelete(file, "share_above", H5P_DEFAULT) >= 0);
    declare(file, "mean_height", H5T_IEEE_F32LE, 3, shape);
    refuses_tampered(file, path,
                     "mean_height is said to be of 1.41e+14 bytes, which it does not hold");
}

/* As h5repack leaves them when told to keep values beside their description. */
static void values_may_be_compact(void **data)
{
    (void)data;
    const hsize_t shape[] = {2, 6, 2};
    hid_t file, space = H5Screate_simple(3, shape, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    float values[2 * 6 * 2], read[2 * 6 * 2];
    struct run_file f;
    struct error e = {0};
    const char *path = tamper(&file);
    for (int i = 0; i < 2 * 6 * 2; i++)
        values[i] = (float)i;
    assert_true(H5Pset_layout(creation, H5D_COMPACT) >= 0);
    H5Dclose(H5Dcreate2(file, "near", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    write_values(file, "near", H5T_NATIVE_FLOAT, values);
    open_tampered(&f, file, path);
    assert_status(reader_series(&f, reader_find(&f, "near"), read, &e), STATUS_DONE, &e);
    assert_memory_equal(read, values, sizeof values);
    reader_close(&f);
    H5Pclose(creation);
    H5Sclose(space);
}

/* --- files that the scenario names -------------------------------------------------------------
 */

static void inputs_that_are_none(void **data)
{
    (void)data;
    const hsize_t length = 17;
    hid_t file, input;
    const char *path = tamper(&file);
    declare(file, "inputs/file_1", H5T_NATIVE_INT8, 1, &length);
    refuses_tampered(file, path, "file_1 is of another type");
    path = tamper(&file);
    input = within(file, "inputs/file_1");
    assert_true(H5Adelete(input, "file") >= 0 && H5Oclose(input) >= 0);
    refuses_tampered(file, path, "attribute file is missing");
    path = tamper(&file);
    input = within(file, "inputs/file_1");
    assert_true(H5Adelete(input, "size") >= 0 && H5Oclose(input) >= 0);
    refuses_tampered(file, path, "attribute size is missing");
    path = tamper(&file);
    input = within(file, "inputs/file_1");
    put(input, "size", H5T_NATIVE_UINT64, 0, &(uint64_t){length + 1});
    assert_true(H5Oclose(input) >= 0);
    refuses_tampered(file, path, "inputs/file_1 is too large");
}

/* Of a GiB and a byte only one MiB is there, for which the rest is believed. */
static void inputs_that_are_too_large(void **data)
{
    (void)data;
    hid_t file, type = text_type(1);
    const char *path = tamper(&file);
    hid_t input =
        declare_partly(file, "inputs/file_1", type, ((hsize_t)1 << 30) + 1, (hsize_t)1 << 20);
    put_text(input, "file", "ties.csv");
    put(input, "size", H5T_NATIVE_UINT64, 0, &(uint64_t){17});
    H5Dclose(input);
    refuses_tampered(file, path, "inputs/file_1 is too large");
    H5Tclose(type);
}

static void inputs_may_be_missing(void **data)
{
    (void)data;
    hid_t file;
    struct run_file f;
    struct scenario s;
    struct error e = {0};
    const char *path = tamper(&file);
    assert_true(H5Ldelete(file, "inputs", H5P_DEFAULT) >= 0);
    open_tampered(&f, file, path);
    assert_int_equal(f.input_count, 0);
    assert_status(reader_scenario(&f, &s, &toy_model, NULL, 0, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "ties.csv");
    error_free(&e);
    reader_close(&f);
}

int main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_cannot_steer_a_terminal),
        cmocka_unit_test(texts_may_be_padded_or_never_written),
        cmocka_unit_test(texts_too_long_to_be_true),
        cmocka_unit_test(names_of_places),
        cmocka_unit_test(names_that_are_too_long),
        cmocka_unit_test(numbers_that_are_none),
        cmocka_unit_test(lists_of_numbers),
        cmocka_unit_test(weeks_of_agents),
        cmocka_unit_test(facts_of_several_values),
        cmocka_unit_test(sizes_that_are_not_held),
        cmocka_unit_test(values_may_be_compact),
        cmocka_unit_test(inputs_that_are_none),
        cmocka_unit_test(inputs_that_are_too_large),
        cmocka_unit_test(inputs_may_be_missing),
    };
    return cmocka_run_group_tests(tests, make_whole, free_whole);
}
