/* Calls of libhdf5 that fail on purpose, as failing_calls.h says of HDF5: linked with --wrap into a
 * copy of the program.  Those that only close, or set what is not looked at afterwards, are left
 * alone; a file that cannot be closed is closed all the same.  The Makefile takes the names of the
 * functions from the lines that begin with CALL. */
#include <hdf5.h>
#include <hdf5_hl.h>

#include "tests/torture/failing_calls.h"

static struct failing_calls hdf5 = {.kind = "HDF5", .at = -1};

__attribute__((destructor)) static void tell(void)
{
    failing_calls_tell(&hdf5);
}

static bool fails(void)
{
    bool now = failing_calls_next(&hdf5);
    if (now)
        H5Eclear2(H5E_DEFAULT);
    return now;
}

/* clang-format off */
#define CALL(type, name, failure, takes, gives)                                                    \
    type __real_##name takes;                                                                      \
    type __wrap_##name takes;                                                                      \
    type __wrap_##name takes { return fails() ? (failure) : __real_##name gives; }

CALL(hid_t, H5Acreate2, -1, (hid_t o, const char *n, hid_t t, hid_t s, hid_t c, hid_t a), (o, n, t, s, c, a))
CALL(hid_t, H5Aopen, -1, (hid_t o, const char *n, hid_t a), (o, n, a))
CALL(hid_t, H5Aget_type, -1, (hid_t a), (a))
CALL(hid_t, H5Aget_space, -1, (hid_t a), (a))
CALL(hid_t, H5Dcreate2, -1, (hid_t o, const char *n, hid_t t, hid_t s, hid_t l, hid_t c, hid_t a), (o, n, t, s, l, c, a))
CALL(hid_t, H5Dget_create_plist, -1, (hid_t d), (d))
CALL(hid_t, H5Dget_space, -1, (hid_t d), (d))
CALL(hid_t, H5Dget_type, -1, (hid_t d), (d))
CALL(hid_t, H5Fcreate, -1, (const char *n, unsigned f, hid_t c, hid_t a), (n, f, c, a))
CALL(hid_t, H5Fopen, -1, (const char *n, unsigned f, hid_t a), (n, f, a))
CALL(hid_t, H5Gcreate2, -1, (hid_t o, const char *n, hid_t l, hid_t c, hid_t a), (o, n, l, c, a))
CALL(hid_t, H5LTopen_file_image, -1, (void *b, size_t n, unsigned f), (b, n, f))
CALL(hid_t, H5Oopen, -1, (hid_t o, const char *n, hid_t a), (o, n, a))
CALL(hid_t, H5Pcreate, -1, (hid_t c), (c))
CALL(hid_t, H5Screate, -1, (H5S_class_t c), (c))
CALL(hid_t, H5Screate_simple, -1, (int r, const hsize_t *d, const hsize_t *m), (r, d, m))
CALL(hid_t, H5Tcopy, -1, (hid_t t), (t))
CALL(herr_t, H5Aread, -1, (hid_t a, hid_t t, void *b), (a, t, b))
CALL(herr_t, H5Awrite, -1, (hid_t a, hid_t t, const void *b), (a, t, b))
CALL(herr_t, H5Dread, -1, (hid_t d, hid_t t, hid_t m, hid_t f, hid_t p, void *b), (d, t, m, f, p, b))
CALL(herr_t, H5Dwrite, -1, (hid_t d, hid_t t, hid_t m, hid_t f, hid_t p, const void *b), (d, t, m, f, p, b))
CALL(herr_t, H5DSset_scale, -1, (hid_t d, const char *n), (d, n))
CALL(herr_t, H5DSattach_scale, -1, (hid_t d, hid_t s, unsigned i), (d, s, i))
CALL(herr_t, H5Fclose, (__real_H5Fclose(f), -1), (hid_t f), (f))
CALL(herr_t, H5Gget_info, -1, (hid_t g, H5G_info_t *i), (g, i))
CALL(herr_t, H5Lget_info, -1, (hid_t o, const char *n, H5L_info_t *i, hid_t a), (o, n, i, a))
CALL(herr_t, H5Pset_chunk, -1, (hid_t p, int r, const hsize_t *d), (p, r, d))
CALL(herr_t, H5Pset_deflate, -1, (hid_t p, unsigned l), (p, l))
CALL(herr_t, H5Pset_fill_value, -1, (hid_t p, hid_t t, const void *v), (p, t, v))
CALL(herr_t, H5Pset_fletcher32, -1, (hid_t p), (p))
CALL(herr_t, H5Pset_shuffle, -1, (hid_t p), (p))
CALL(herr_t, H5Sselect_hyperslab, -1, (hid_t s, H5S_seloper_t o, const hsize_t *a, const hsize_t *t, const hsize_t *n, const hsize_t *b), (s, o, a, t, n, b))
CALL(herr_t, H5Tconvert, -1, (hid_t a, hid_t b, size_t n, void *x, void *y, hid_t p), (a, b, n, x, y, p))
CALL(herr_t, H5Tset_cset, -1, (hid_t t, H5T_cset_t c), (t, c))
CALL(herr_t, H5Tset_size, -1, (hid_t t, size_t n), (t, n))
CALL(htri_t, H5Aexists, -1, (hid_t o, const char *n), (o, n))
CALL(htri_t, H5Aexists_by_name, -1, (hid_t o, const char *p, const char *n, hid_t a), (o, p, n, a))
CALL(htri_t, H5Lexists, -1, (hid_t o, const char *n, hid_t a), (o, n, a))
CALL(htri_t, H5Tis_variable_str, -1, (hid_t t), (t))
CALL(int, H5Pget_nfilters, -1, (hid_t p), (p))
CALL(int, H5Sget_simple_extent_ndims, -1, (hid_t s), (s))
CALL(int, H5Sget_simple_extent_dims, -1, (hid_t s, hsize_t *d, hsize_t *m), (s, d, m))
CALL(int, H5Aget_num_attrs, -1, (hid_t o), (o))
CALL(hssize_t, H5Sget_simple_extent_npoints, -1, (hid_t s), (s))
CALL(ssize_t, H5Lget_name_by_idx, -1, (hid_t o, const char *g, H5_index_t i, H5_iter_order_t r, hsize_t n, char *b, size_t s, hid_t a), (o, g, i, r, n, b, s, a))
CALL(ssize_t, H5Aget_name_by_idx, -1, (hid_t o, const char *g, H5_index_t i, H5_iter_order_t r, hsize_t n, char *b, size_t s, hid_t a), (o, g, i, r, n, b, s, a))
CALL(size_t, H5Tget_size, 0, (hid_t t), (t))
CALL(H5I_type_t, H5Iget_type, H5I_BADID, (hid_t i), (i))
CALL(H5T_class_t, H5Tget_class, H5T_NO_CLASS, (hid_t t), (t))
CALL(H5D_layout_t, H5Pget_layout, H5D_LAYOUT_ERROR, (hid_t p), (p))
