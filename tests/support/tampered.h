/* Files of ours that somebody opens, changes by hand and seals again. */
#ifndef SAMSKAB_TESTS_TAMPERED_H
#define SAMSKAB_TESTS_TAMPERED_H

#include <hdf5.h>

#include "sim/hdf.h"
#include "sim/reader.h"
#include "tests/support/check.h"

static inline hid_t tamper_open(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static inline void tamper_close(hid_t file, const char *path)
{
    struct error e = {0};
    assert_true(H5Fclose(file) >= 0);
    assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
}

/* What can be read of a run file week by week. */
static inline enum status read_every_series(const struct run_file *f, struct error *e)
{
    enum status status = STATUS_DONE;
    float *values = malloc(f->replicates * f->weeks * f->places * sizeof *values);
    for (size_t i = 0; i < f->variable_count && status == STATUS_DONE; i++)
        status = reader_series(f, i, values, e);
    free(values);
    return status;
}

/* Attributes that are there already get another value. */
static inline void tamper_number(hid_t file, const char *object, const char *name, uint64_t value)
{
    hid_t at = H5Oopen(file, object, H5P_DEFAULT), attribute = H5Aopen(at, name, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_UINT64, &value) >= 0);
    H5Aclose(attribute);
    H5Oclose(at);
}

static inline void tamper_text(hid_t file, const char *name, const char *text)
{
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
    assert_true(H5Tset_size(type, strlen(text) + 1) >= 0);
    assert_true(H5Adelete(file, name) >= 0);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, text) >= 0);
    H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
}

#endif
