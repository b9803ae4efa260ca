/* Seals on a disk that fails while it is read. */
#include "tests/support/check.h"

#include "sim/hdf.h"
#include "tests/support/failing_reads.h"
#include "tests/support/scratch_group.h"

/* Reads of a file of this size: its head, its seal, and twice its bytes. */
enum { SIZE = 300000, READS = 4 };

static const char damaged_disk[] = "sealed.h5: cannot be read: Input/output error\n";

/* It begins as HDF5 files do, which is all that is looked at here. */
static const char *sealed(void)
{
    static char bytes[SIZE] = "\x89HDF\r\n\x1a\n";
    const char *path = scratch_path(&scratch, "sealed.h5");
    struct error e = {0};
    scratch_write(path, bytes, sizeof bytes);
    assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
    return path;
}

/* What is said when the read after so many others goes wrong. */
static void assert_found(enum failing how, int after, enum status status, const char *words)
{
    const char *path = sealed();
    struct error e = {0};
    reads_fail(how, after);
    enum status found = hdf_check(path, &e);
    assert_int_equal(reads_recover(), after < READS);
    assert_status(found, status, &e);
    assert_contains(error_text(&e), words);
    assert_int_equal(e.count, status != STATUS_DONE);
    error_free(&e);
}

static void a_disk_that_fails_is_not_taken_for_a_bad_file(void **data)
{
    (void)data;
    for (int after = 0; after < READS; after++)
        assert_found(FAILS, after, STATUS_FAILED, damaged_disk);
    assert_found(FAILS, READS, STATUS_DONE, "");
}

static void interrupted_reads_are_tried_again(void **data)
{
    (void)data;
    for (int after = 0; after <= READS; after++)
        assert_found(IS_INTERRUPTED, after, STATUS_DONE, "");
}

/* As when another program cuts it off meanwhile. */
static void a_file_that_becomes_shorter_is_refused(void **data)
{
    (void)data;
    assert_found(ENDS, 0, STATUS_BAD_INPUT, "sealed.h5: is no file of samskab");
    assert_found(ENDS, 1, STATUS_BAD_INPUT, "sealed.h5: has no seal: it was cut short");
    assert_found(ENDS, 2, STATUS_FAILED, damaged_disk);
    assert_found(ENDS, 3, STATUS_FAILED, damaged_disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_fails_is_not_taken_for_a_bad_file),
        cmocka_unit_test(interrupted_reads_are_tried_again),
        cmocka_unit_test(a_file_that_becomes_shorter_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
