/* A disk that fails while a file is read whose seal holds: every read fails in turn, once or with
 * all after it, and the machine is blamed, not the file. */
#include <errno.h>
#include <sys/syscall.h>

#include "tests/support/tampered_run.h"

static size_t reads;   /* so far */
static size_t failing; /* the number of the one that fails; 0: none does */
static bool for_good;  /* as do all after it */

/* Asked by sanitizers: libhdf5 forgets what it had of an object of which the rest cannot be read.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

/* Calls of ours and of libhdf5 come here. */
ssize_t pread(int file, void *bytes, size_t size, off_t at)
{
    reads++;
    if (failing == 0 || reads < failing || (reads > failing && !for_good))
        return syscall(SYS_pread64, file, bytes, size, at);
    errno = EIO;
    return -1;
}

/* Reads it with the read of this number failing, if there are so many. */
static enum status read_failing(const char *path, size_t number, struct error *e)
{
    reads = 0;
    failing = number;
    enum status status = read_all(path, e);
    failing = 0;
    return status;
}

/* Lets every read fail of a file of which `status` and `words` are said when none does; how many
 * were not got over. */
static size_t fail_each(const char *path, enum status status, const char *words)
{
    struct error e = {0};
    size_t refused = 0;
    reads = 0;
    assert_status(hdf_check(path, &e), STATUS_DONE, &e); /* test_hdf tries its reads */
    bool more = true;
    for (size_t number = reads + 1; more; number++) {
        enum status found = read_failing(path, number, &e);
        more = reads >= number;
        if (found == STATUS_FAILED) {
            assert_contains(error_text(&e), path);
            assert_contains(error_text(&e), "cannot be read: Input/output error\n");
            refused++;
        } else {
            assert_status(found, status, &e);
            assert_contains(error_text(&e), words);
        }
        assert_int_equal(e.count, found != STATUS_DONE);
        error_free(&e);
    }
    return refused;
}

static void the_disk_is_blamed(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "run.h5");
    for_good = false;
    assert_true(fail_each(path, STATUS_DONE, "") > 40);
    for_good = true;
    assert_true(fail_each(path, STATUS_DONE, "") > 40);
}

/* libhdf5 says that it holds nothing. */
static void the_disk_is_blamed_for_what_a_large_variable_lacks(void **data)
{
    (void)data;
    static const char another[] = "dimension 1 of mean_height is 2 long, must be 33554432";
    hid_t file;
    const char *path = tamper(&file);
    H5Dclose(declare_partly(file, "replicate", H5T_NATIVE_INT, (hsize_t)1 << 25, (hsize_t)1 << 18));
    seal_tampered(file, path);
    for_good = false;
    assert_true(fail_each(path, STATUS_BAD_INPUT, another) > 20);
}

int main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_disk_is_blamed),
        cmocka_unit_test(the_disk_is_blamed_for_what_a_large_variable_lacks),
    };
    return cmocka_run_group_tests(tests, make_whole, free_whole);
}
