#include "tests/support/same_file.h"

#include <hdf5.h>
#include <stdio.h>

#include "tests/support/check.h"

/* The bytes of a dataset or attribute, strings as their characters. */
static char *bytes_of(hid_t object, bool attribute, size_t *size)
{
    hid_t type = attribute ? H5Aget_type(object) : H5Dget_type(object);
    hid_t space = attribute ? H5Aget_space(object) : H5Dget_space(object);
    size_t count = (size_t)H5Sget_simple_extent_npoints(space);
    bool text = H5Tis_variable_str(type) > 0;
    *size = count * H5Tget_size(type);
    char *bytes = calloc(*size + 1, 1);
    herr_t failed = attribute ? H5Aread(object, type, bytes)
                              : H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
    assert_true(failed >= 0);
    if (text) {
        char **texts = (char **)(void *)bytes, *joined = calloc(1, 1);
        size_t length = 0;
        for (size_t i = 0; i < count; i++) {
            const char *one = texts[i] ? texts[i] : "";
            size_t more = strlen(one) + 1;
            joined = realloc(joined, length + more);
            memcpy(joined + length, one, more);
            length += more;
            H5free_memory(texts[i]);
        }
        free(bytes);
        bytes = joined;
        *size = length;
    }
    H5Sclose(space);
    H5Tclose(type);
    return bytes;
}

static void assert_same(hid_t a, hid_t b, bool attribute, const char *name)
{
    size_t size_a, size_b;
    char *bytes_a = bytes_of(a, attribute, &size_a), *bytes_b = bytes_of(b, attribute, &size_b);
    if (size_a != size_b || memcmp(bytes_a, bytes_b, size_a) != 0)
        fail_msg("%s differs", name);
    free(bytes_a);
    free(bytes_b);
}

/* Ties to dimensions are not compared: their addresses stand in a type of variable length. */
static bool is_tie(const char *name)
{
    return strcmp(name, "DIMENSION_LIST") == 0 || strcmp(name, "REFERENCE_LIST") == 0;
}

static void compare_attributes(hid_t a, hid_t b)
{
    int count = H5Aget_num_attrs(a);
    assert_int_equal(count, H5Aget_num_attrs(b));
    for (int i = 0; i < count; i++) {
        char name[128], other[128];
        hid_t x = H5Aopen_by_idx(a, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, (hsize_t)i, H5P_DEFAULT,
                                 H5P_DEFAULT);
        hid_t y = H5Aopen_by_idx(b, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, (hsize_t)i, H5P_DEFAULT,
                                 H5P_DEFAULT);
        assert_true(x >= 0 && y >= 0);
        H5Aget_name(x, sizeof name, name);
        H5Aget_name(y, sizeof other, other);
        assert_string_equal(name, other);
        if (!is_tie(name))
            assert_same(x, y, true, name);
        H5Aclose(x);
        H5Aclose(y);
    }
}

/* All that must hold of a dataset's storage in files of ours. */
static void check_storage(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    hbool_t times = 1;
    assert_true(H5Pget_obj_track_times(creation, &times) >= 0);
    assert_false(times);
    if (H5Pget_layout(creation) == H5D_CHUNKED) {
        unsigned flags, config;
        size_t none = 0;
        assert_true(H5Pget_filter_by_id2(creation, H5Z_FILTER_FLETCHER32, &flags, &none, NULL, 0,
                                         NULL, &config) >= 0);
    }
    H5Tclose(type);
    H5Pclose(creation);
}

static size_t compare_groups(hid_t a, hid_t b)
{
    H5G_info_t info, other;
    size_t compared = 1;
    assert_true(H5Gget_info(a, &info) >= 0 && H5Gget_info(b, &other) >= 0);
    assert_int_equal(info.nlinks, other.nlinks);
    compare_attributes(a, b);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char name[256], twin[256];
        H5Lget_name_by_idx(a, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name,
                           H5P_DEFAULT);
        H5Lget_name_by_idx(b, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, twin, sizeof twin,
                           H5P_DEFAULT);
        assert_string_equal(name, twin);
        if (strcmp(name, "provenance") == 0)
            continue;
        hid_t x = H5Oopen(a, name, H5P_DEFAULT), y = H5Oopen(b, name, H5P_DEFAULT);
        assert_true(x >= 0 && y >= 0 && H5Iget_type(x) == H5Iget_type(y));
        if (H5Iget_type(x) == H5I_GROUP) {
            compared += compare_groups(x, y);
        } else {
            compare_attributes(x, y);
            check_storage(x);
            assert_same(x, y, false, name);
            compared++;
        }
        H5Oclose(x);
        H5Oclose(y);
    }
    return compared;
}

size_t assert_same_files(const char *one, const char *two)
{
    hid_t a = H5Fopen(one, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t b = H5Fopen(two, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(a >= 0 && b >= 0);
    size_t compared = compare_groups(a, b);
    H5Fclose(a);
    H5Fclose(b);
    return compared;
}
