/* A child that is shut in: what it can, what it cannot, and what its parent says of its end. */
#include "tests/support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5_hl.h>
#include <omp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/enclosure.h"
#include "sim/hdf.h"
#include "tests/support/scratch.h"

static struct scratch scratch;
static const char *file;   /* to be read */
static const char *secret; /* which nobody shut in may read */

static const struct enclosure_limits usual = {
    .memory = (size_t)1 << 30, .seconds = 20, .wall = 60, .output = 1 << 16};

static const hsize_t shape[] = {4};

/* An HDF5 file that leads to another one by a link, and to its bytes. */
static void make_files(void)
{
    static const int values[] = {41, 42, 43, 44};
    hid_t space = H5Screate_simple(1, shape, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t id = H5Fcreate(secret, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5LTmake_dataset_int(id, "x", 1, shape, values) >= 0);
    H5Fclose(id);
    id = H5Fcreate(file, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5LTmake_dataset_int(id, "own", 1, shape, values) >= 0);
    assert_true(H5Lcreate_external(secret, "/x", id, "link", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Pset_external(creation, secret, 0, sizeof values) >= 0);
    H5Dclose(H5Dcreate2(id, "bytes", H5T_NATIVE_INT, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Fclose(id);
    H5Pclose(creation);
    H5Sclose(space);
}

static int setup(void **data)
{
    (void)data;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    signal(SIGXFSZ, SIG_IGN); /* as the program does */
    scratch_open(&scratch);
    file = scratch_path(&scratch, "file.h5");
    secret = scratch_path(&scratch, "secret.h5");
    make_files();
    return 0;
}

static int teardown(void **data)
{
    (void)data;
    scratch_close(&scratch);
    return 0;
}

#ifdef SAMSKAB_SECCOMP

/* Runs `work` shut in; its result is the child's, "fails" when it gives a number but 0. */
static enum status shut_in(int (*work)(void), const struct enclosure_limits *limits,
                           struct enclosure *x, struct error *e)
{
    assert_status(enclosure_begin(x, &file, 1, limits, e), STATUS_DONE, e);
    if (x->child == 0) {
        int result = work();
        _exit(fflush(stdout) == 0 ? result : STATUS_FAILED);
    }
    return enclosure_end(x, e);
}

static void succeeds(int (*work)(void))
{
    struct enclosure x;
    struct error e = {0};
    enum status status = shut_in(work, &usual, &x, &e);
    if (status != STATUS_DONE)
        enclosure_copy(x.output, stdout, true);
    assert_status(status, STATUS_DONE, &e);
    enclosure_free(&x);
}

static void ends(int (*work)(void), const struct enclosure_limits *limits, const char *why)
{
    struct enclosure x;
    struct error e = {0};
    assert_status(shut_in(work, limits, &x, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), file);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, 1);
    error_free(&e);
    enclosure_free(&x);
}

#define REFUSED(call) (errno = 0, refused((call) == -1 && errno == EACCES, #call))

static int refused(bool is, const char *what)
{
    if (!is)
        printf("not refused: %s\n", what);
    return is ? 0 : STATUS_FAILED;
}

static int open_files(void)
{
    return REFUSED(open(file, O_RDONLY)) | REFUSED(open("/dev/null", O_WRONLY)) |
           REFUSED(creat(scratch_path(&scratch, "new"), 0600)) | REFUSED(openat(0, "x", O_RDONLY)) |
           REFUSED(unlink(file)) | REFUSED(rename(file, secret)) | REFUSED(link(file, "x")) |
           REFUSED(truncate(file, 0)) | REFUSED(mkdir("x", 0700)) | REFUSED(chdir("/")) |
           REFUSED(access(file, R_OK)) | REFUSED(chmod(file, 0777));
}

static int begin_others(void)
{
    char *const words[] = {"true", NULL};
    int ends[2];
    return REFUSED(fork()) | REFUSED(vfork()) | REFUSED(execv("/bin/true", words)) |
           REFUSED(socket(AF_INET, SOCK_STREAM, 0)) | REFUSED(socket(AF_UNIX, SOCK_STREAM, 0)) |
           REFUSED(pipe(ends)) | REFUSED(dup(1)) | REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL)) |
           REFUSED(kill(getppid(), 0)) | REFUSED(setrlimit(RLIMIT_CPU, &(struct rlimit){0, 0}));
}

static int run_own_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return refused(page != MAP_FAILED, "plain memory") | REFUSED(mprotect(page, 4096, PROT_EXEC)) |
           refused(mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED,
                   "memory to execute");
}

static int count_threads(void)
{
    int threads = 0;
#pragma omp parallel num_threads(4)
    threads = omp_get_num_threads();
    return threads == 1 ? 0 : STATUS_FAILED;
}

static void nothing_else_can_be_reached(void **data)
{
    (void)data;
    succeeds(open_files);
    succeeds(begin_others);
    succeeds(run_own_code);
    succeeds(count_threads);
}

static hid_t open_image(void)
{
    size_t size;
    void *image = enclosure_image(file, &size);
    return image ? H5LTopen_file_image(image, size,
                                       H5LT_FILE_IMAGE_DONT_COPY | H5LT_FILE_IMAGE_DONT_RELEASE)
                 : H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT);
}

/* A bit for each dataset whose values can be read. */
static int readable(void)
{
    static const char *const names[] = {"own", "link", "bytes"};
    int found = 0, values[4];
    hid_t id = open_image();
    for (int i = 0; id >= 0 && i < 3; i++)
        if (H5LTread_dataset_int(id, names[i], values) >= 0)
            found |= 1 << i;
    return found;
}

static int reads_only_its_own(void)
{
    return readable() == 1 ? 0 : STATUS_FAILED;
}

static void hdf5_reads_no_other_file(void **data)
{
    (void)data;
    size_t size;
    assert_int_equal(readable(), 7); /* so that it is the walls that stop it */
    succeeds(reads_only_its_own);
    assert_null(enclosure_image(file, &size));
}

#ifndef __SANITIZE_ADDRESS__ /* it takes all addresses there are */
static int take_memory(void)
{
    char *volatile bytes = malloc((size_t)2 << 30); /* volatile: not to be optimised away */
    return bytes ? STATUS_DONE : STATUS_FAILED;
}
#endif

static int take_time(void)
{
    for (volatile unsigned i = 0; i < 2; i ^= 1)
        continue;
    return 0;
}

static int wait_for_ever(void)
{
    omp_lock_t lock;
    omp_init_lock(&lock);
    omp_set_lock(&lock);
    omp_set_lock(&lock);
    return 0;
}

static int print_much(void)
{
    for (int i = 0; i < 1 << 17; i++)
        putchar('x');
    return fflush(stdout) == 0 ? 0 : STATUS_FAILED;
}

static int crash(void)
{
    abort();
}

static int end_oddly(void)
{
    return 77;
}

static void limits_hold(void **data)
{
    (void)data;
    struct enclosure_limits l = usual;
    l.seconds = l.wall = 1;
#ifndef __SANITIZE_ADDRESS__
    ends(take_memory, &usual, "within the limits of --untrusted (memory 1024 MiB");
#endif
    ends(wait_for_ever, &l, "within the limits of --untrusted (1 s)");
    l.wall = 60;
    ends(take_time, &l, "within the limits of --untrusted (1 s of a processor)");
    ends(print_much, &usual, "within the limits of --untrusted");
    ends(crash, &usual, "came to an end (Aborted)");
    ends(end_oddly, &usual, "within the limits");
}

static int print_something(void)
{
    fputs("a\033[31m\tb\r\n", stdout);
    fputs("words", stderr);
    return 0;
}

static void what_is_printed_comes_out(void **data)
{
    (void)data;
    struct enclosure x;
    struct error e = {0};
    char *text = NULL;
    size_t size = 0;
    assert_status(shut_in(print_something, &usual, &x, &e), STATUS_DONE, &e);
    FILE *out = open_memstream(&text, &size);
    assert_true(enclosure_copy(x.output, out, true));
    assert_true(enclosure_copy(x.words, out, true));
    rewind(x.output);
    assert_true(enclosure_copy(x.output, out, false));
    fclose(out);
    assert_string_equal(text, "a?[31m\tb\r\nwordsa\033[31m\tb\r\n");
    free(text);
    enclosure_free(&x);
}

static void refuses_before(const char *path, const char *why)
{
    struct enclosure x;
    struct error e = {0};
    assert_status(enclosure_begin(&x, &path, 1, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    assert_int_equal(x.child, -1);
    error_free(&e);
}

static void what_is_no_file_is_refused_before(void **data)
{
    (void)data;
    const char *text = scratch_path(&scratch, "text");
    scratch_write(text, "a: b\n", 5);
    refuses_before(text, "is no file of samskab");
    refuses_before(scratch.folder, "is a folder");
    refuses_before("/dev/null", "is no plain file");
    refuses_before(scratch_path(&scratch, "none"), "No such file");
}

#else

static void says_that_it_cannot(void **data)
{
    (void)data;
    struct enclosure x;
    struct error e = {0};
    assert_status(enclosure_begin(&x, &file, 1, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "built without libseccomp");
    assert_int_equal(x.child, -1);
    error_free(&e);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef SAMSKAB_SECCOMP
        cmocka_unit_test(nothing_else_can_be_reached),
        cmocka_unit_test(hdf5_reads_no_other_file),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(what_is_printed_comes_out),
        cmocka_unit_test(what_is_no_file_is_refused_before),
#else
        cmocka_unit_test(says_that_it_cannot),
#endif
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
