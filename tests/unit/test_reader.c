/* Files from outside: damaged, cut short, of another kind, or made to lead elsewhere. */
#include "tests/support/tampered_run.h"

static void reads_what_was_written(void **data)
{
    (void)data;
    struct run_file f;
    struct error e = {0};
    float values[2 * 6 * 2];
    assert_status(reader_open(&f, scratch_path(&scratch, "run.h5"), &e), STATUS_DONE, &e);
    assert_int_equal(f.replicates, 2);
    assert_int_equal(f.weeks, 6);
    assert_int_equal(f.places, 2);
    assert_string_equal(f.place_names[1], "Süd");
    assert_int_equal(f.variable_count, toy_model.observable_count);
    assert_string_equal(f.variables[0].name, "mean_height");
    assert_string_equal(f.variables[0].meaning, "mean height of the walkers");
    assert_int_equal(reader_find(&f, "share_above"), 1);
    assert_int_equal(reader_find(&f, "nothing"), f.variable_count);
    assert_int_equal(f.input_count, 1);
    assert_string_equal(f.inputs[0].text, "ties.csv");
    assert_string_equal(f.inputs[0].content, "a,b\n0,1\n1,2\n7,49\n");
    assert_int_equal(f.agent_weeks, 2);
    assert_int_equal(f.agents, 50);
    assert_int_equal(f.agents_every, 3);
    assert_true(f.fact_count > 5);
    assert_status(reader_series(&f, 0, values, &e), STATUS_DONE, &e);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_between((double)values[i], 0, 1);
    reader_close(&f);
}

static void cut_short(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "cut.h5");
    for (size_t size = 0; size < whole_size - HDF_SEAL; size += 1 + size / 20) {
        scratch_write(path, whole, size);
        refuses(path, size == 0 ? "is empty" : size < 8 ? "no file of samskab" : "");
    }
    scratch_write(path, whole, whole_size - HDF_SEAL - 1);
    refuses(path, "has no seal");
}

/* As a program that changed the file leaves it, and as one of a former version wrote it. */
static void without_seal(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "bare.h5");
    struct error e = {0};
    scratch_write(path, whole, whole_size - HDF_SEAL);
    refuses(path, "has no seal");
    assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
    assert_status(read_all(path, &e), STATUS_DONE, &e);
    size_t size;
    char *again = scratch_read(path, &size);
    assert_int_equal(size, whole_size);
    assert_memory_equal(again, whole, size);
    free(again);
    scratch_write(path, whole, whole_size - HDF_SEAL + 16);
    refuses(path, "has the seal of a former version");
}

/* The seal is what sha256sum says of the bytes before it. */
static void seal_is_sha256(void **data)
{
    (void)data;
    static const char text[] = "abc";
    static const unsigned char digest[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41,
                                           0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03,
                                           0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff,
                                           0x61, 0xf2, 0x00, 0x15, 0xad}; /* FIPS 180-4, example of
                                                                             one block */
    const char *path = scratch_path(&scratch, "abc");
    struct error e = {0};
    scratch_write(path, text, 3);
    assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
    size_t size;
    char *sealed = scratch_read(path, &size);
    assert_int_equal(size, 3 + HDF_SEAL);
    assert_memory_equal(sealed, "abcsamskab", 11);
    assert_memory_equal(sealed + 3 + 8, digest, sizeof digest);
    free(sealed);
}

static void flipped_bits(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "flipped.h5");
    for (size_t at = 8; at < whole_size - HDF_SEAL; at += 97) {
        whole[at] = (char)(whole[at] ^ (1 << at % 8));
        scratch_write(path, whole, whole_size);
        whole[at] = (char)(whole[at] ^ (1 << at % 8));
        refuses(path, "is damaged");
    }
}

static void no_run_file(void **data)
{
    (void)data;
    const char *text = scratch_path(&scratch, "text"), *pipe = scratch_path(&scratch, "pipe");
    const char *other = scratch_path(&scratch, "other.h5");
    struct error e = {0};
    scratch_write(text, "title: a scenario\n", 18);
    refuses(text, "is no file of samskab");
    refuses(scratch.folder, "is a folder");
    refuses(scratch_path(&scratch, "none.h5"), "No such file or directory");
    refuses("/dev/null", "is no plain file");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    refuses(pipe, "is no plain file");
    hid_t file = H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0 && H5Fclose(file) >= 0);
    refuses(other, "has no seal");
    assert_status(hdf_seal(other, &e), STATUS_DONE, &e);
    refuses(other, "not of samskab");
    assert_false(reader_is_run(text));
    assert_false(reader_is_run(scratch.folder));
    assert_true(reader_is_run(other));
    assert_int_equal(reader_size(text), 18);
    assert_int_equal(reader_size(scratch_path(&scratch, "none.h5")), 0);
}

static hid_t space_of_series(void)
{
    const hsize_t shape[] = {2, 6, 2};
    return H5Screate_simple(3, shape, NULL);
}

static void links_to_elsewhere(void **data)
{
    (void)data;
    hid_t file;
    const char *path = tamper(&file);
    assert_true(H5Lcreate_external("other.h5", "/x", file, "outside", H5P_DEFAULT, H5P_DEFAULT) >=
                0);
    refuses_tampered(file, path, "outside is a link to elsewhere");

    path = tamper(&file);
    assert_true(H5Ldelete(file, "time", H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/replicate", file, "time", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    refuses_tampered(file, path, "time is a link to elsewhere");
}

static void values_elsewhere(void **data)
{
    (void)data;
    hid_t file, space = space_of_series(), creation = H5Pcreate(H5P_DATASET_CREATE);
    const char *path = tamper(&file);
    assert_true(H5Pset_external(creation, "/etc/passwd", 0, 2 * 6 * 2 * 4) >= 0);
    H5Dclose(H5Dcreate2(file, "stolen", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    refuses_tampered(file, path, "stolen lie outside");
    H5Pclose(creation);

    path = tamper(&file);
    creation = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_virtual(creation, space, "other.h5", "/x", space) >= 0);
    H5Dclose(
        H5Dcreate2(file, "virtual", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    refuses_tampered(file, path, "virtual lie outside");
    H5Pclose(creation);
    H5Sclose(space);
}

static void unknown_filter(void **data)
{
    (void)data;
    const hsize_t chunk[] = {1, 6, 2};
    hid_t file, space = space_of_series(), creation = H5Pcreate(H5P_DATASET_CREATE);
    const char *path = tamper(&file);
    H5Pset_chunk(creation, 3, chunk);
    assert_true(H5Pset_scaleoffset(creation, H5Z_SO_FLOAT_DSCALE, 3) >= 0);
    H5Dclose(H5Dcreate2(file, "packed", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    refuses_tampered(file, path, "packed in an unknown way");
    H5Pclose(creation);
    H5Sclose(space);
}

static void wrong_shapes_and_types(void **data)
{
    (void)data;
    const hsize_t shape[] = {2, 7, 2};
    hid_t file, space = H5Screate_simple(3, shape, NULL), right = space_of_series();
    const char *path = tamper(&file);
    H5Dclose(
        H5Dcreate2(file, "longer", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    refuses_tampered(file, path, "dimension 2 of longer is 7 long, must be 6");

    path = tamper(&file);
    H5Dclose(
        H5Dcreate2(file, "wide", H5T_IEEE_F64LE, right, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    refuses_tampered(file, path, "wide is of another type");

    path = tamper(&file);
    assert_true(H5Ldelete(file, "time", H5P_DEFAULT) >= 0);
    refuses_tampered(file, path, "time is missing");

    path = tamper(&file);
    assert_true(H5Ldelete(file, "replicate", H5P_DEFAULT) >= 0);
    H5Gclose(H5Gcreate2(file, "replicate", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    refuses_tampered(file, path, "replicate is no variable");

    path = tamper(&file);
    assert_true(H5Adelete(file, "scenario") >= 0);
    refuses_tampered(file, path, "scenario is missing");

    path = tamper(&file);
    hid_t attribute = H5Aopen(file, "format", H5P_DEFAULT);
    const uint64_t format = 99;
    assert_true(H5Awrite(attribute, H5T_NATIVE_UINT64, &format) >= 0);
    H5Aclose(attribute);
    refuses_tampered(file, path, "has format 99");
    H5Sclose(space);
    H5Sclose(right);
}

/* What is fine in itself may still be no file of this kind, or of another model. */
static void another_kind(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "run.h5");
    struct run_file f;
    struct scenario s;
    struct error e = {0};
    assert_status(reader_open_setup(&f, path, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "is of the kind \"samskab run\", not \"samskab setup\"");
    error_free(&e);
    size_t rows;
    assert_status(reader_agents_rows(path, &rows, &e), STATUS_BAD_INPUT, &e);
    error_free(&e);

    struct model other = toy_model;
    other.name = "other";
    assert_status(reader_open(&f, path, &e), STATUS_DONE, &e);
    assert_status(reader_scenario(&f, &s, &other, NULL, 0, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "is of model toy, not of other");
    error_free(&e);
    reader_close(&f);
    reader_close(&f);
}

int main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written), cmocka_unit_test(cut_short),
        cmocka_unit_test(without_seal),           cmocka_unit_test(seal_is_sha256),
        cmocka_unit_test(flipped_bits),           cmocka_unit_test(no_run_file),
        cmocka_unit_test(links_to_elsewhere),     cmocka_unit_test(values_elsewhere),
        cmocka_unit_test(unknown_filter),         cmocka_unit_test(wrong_shapes_and_types),
        cmocka_unit_test(another_kind),
    };
    return cmocka_run_group_tests(tests, make_whole, free_whole);
}
