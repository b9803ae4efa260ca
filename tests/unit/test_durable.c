/* Files that survive: whole under their final name or not there at all. */
#include "tests/support/check.h"

#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sim/durable.h"
#include "tests/support/scratch_group.h"

/* Names in the scratch folder. */
static size_t files(void)
{
    char **names;
    size_t count;
    struct error e = {0};
    assert_status(durable_names(scratch.folder, &names, &count, &e), STATUS_DONE, &e);
    durable_names_free(names, count);
    return count;
}

static void assert_content(const char *path, const char *text)
{
    size_t size;
    char *bytes = scratch_read(path, &size);
    assert_non_null(bytes);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(bytes, text, size);
    free(bytes);
}

static void writes_and_replaces(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "a.txt");
    struct error e = {0};
    assert_status(durable_write(path, "one", 3, &e), STATUS_DONE, &e);
    assert_content(path, "one");
    assert_status(durable_write(path, "two!", 4, &e), STATUS_DONE, &e);
    assert_content(path, "two!");
    assert_int_equal(files(), 1);
}

static void is_not_there_before_it_is_whole(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "b.txt");
    struct durable d;
    struct error e = {0};
    assert_status(durable_begin(&d, path, &e), STATUS_DONE, &e);
    scratch_write(d.temporary, "half", 4);
    assert_false(durable_is_file(path));
    durable_abandon(&d);
    durable_abandon(&d);
    assert_int_equal(files(), 0);
}

/* A file that came meanwhile is not replaced, and what was written is not lost. */
static void leaves_what_came_meanwhile(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "c.txt");
    struct durable d;
    struct error e = {0};
    assert_status(durable_begin(&d, path, &e), STATUS_DONE, &e);
    scratch_write(d.temporary, "mine", 4);
    scratch_write(path, "theirs", 6);
    assert_status(durable_publish(&d, false, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "meanwhile");
    assert_content(path, "theirs");
    durable_abandon(&d);
    assert_int_equal(files(), 2);
    error_free(&e);
}

static void replaces_what_a_link_points_to(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "real.txt"), *link = scratch_path(&scratch, "link");
    struct stat s;
    struct error e = {0};
    scratch_write(path, "old", 3);
    assert_int_equal(symlink("real.txt", link), 0);
    assert_status(durable_write(link, "new", 3, &e), STATUS_DONE, &e);
    assert_content(path, "new");
    assert_int_equal(lstat(link, &s), 0);
    assert_true(S_ISLNK(s.st_mode));
}

static void refuses(const char *path, bool force, const char *why)
{
    struct error e = {0};
    assert_status(durable_check(path, force, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, 1);
    error_free(&e);
}

static void checks_before_computing(void **data)
{
    (void)data;
    const char *there = scratch_path(&scratch, "there.h5");
    struct error e = {0};
    scratch_write(there, "x", 1);
    assert_status(durable_check(scratch_path(&scratch, "new.h5"), false, &e), STATUS_DONE, &e);
    assert_status(durable_check(there, true, &e), STATUS_DONE, &e);
    refuses(there, false, "there.h5: exists already");
    refuses("", false, "empty");
    refuses(scratch.folder, true, "is a folder");
    refuses(scratch_path(&scratch, "none/a.h5"), true, "No such file or directory");
    refuses(scratch_path(&scratch, "none/"), true, "slash");
    refuses(scratch_path(&scratch, "there.h5/a.h5"), true, "Not a directory");
    refuses("/dev/null", true, "no plain file");
    refuses("-", true, "names no file");
    const char *dangling = scratch_path(&scratch, "dangling.h5");
    assert_int_equal(symlink("nowhere", dangling), 0);
    refuses(dangling, true, "a link to a file that is not there");
    char name[NAME_MAX + 1];
    memset(name, 'a', sizeof name);
    name[NAME_MAX - 11] = '\0';
    refuses(scratch_path(&scratch, name), true, "may have 243 bytes at most");
    name[NAME_MAX - 12] = '\0';
    assert_status(durable_check(scratch_path(&scratch, name), false, &e), STATUS_DONE, &e);
}

/* The outcome of `act` in a process of its own, since it changes what the process may do. */
static int in_child(void (*prepare)(void), int (*act)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prepare();
        _exit(act());
    }
    int state = 0;
    assert_true(child > 0 && waitpid(child, &state, 0) == child);
    assert_true(WIFEXITED(state));
    return WEXITSTATUS(state);
}

static void nobody(void)
{
    if (geteuid() == 0 && setuid(65534) != 0)
        _exit(99);
}

static int check_closed_folder(void)
{
    struct error e = {0};
    enum status status = durable_check(scratch_path(&scratch, "a.h5"), false, &e);
    bool says = strstr(error_text(&e), "Permission denied") != NULL;
    error_free(&e);
    return status == STATUS_BAD_INPUT && says ? 0 : 1;
}

static void folder_without_permission(void **data)
{
    (void)data;
    assert_int_equal(chmod(scratch.folder, 0555), 0);
    assert_int_equal(in_child(nobody, check_closed_folder), 0);
}

static void small_files_only(void)
{
    const struct rlimit limit = {1000, 1000};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(99);
}

static int write_too_much(void)
{
    static char bytes[5000];
    struct error e = {0};
    enum status status = durable_write(scratch_path(&scratch, "big"), bytes, sizeof bytes, &e);
    bool says = strstr(error_text(&e), "cannot be written: File too large") != NULL;
    error_free(&e);
    return status == STATUS_FAILED && says ? 0 : 1;
}

static void full_disk(void **data)
{
    (void)data;
    assert_int_equal(in_child(small_files_only, write_too_much), 0);
    assert_int_equal(files(), 0);
}

static void folders(void **data)
{
    (void)data;
    const char *folder = scratch_path(&scratch, "x.parts");
    struct error e = {0};
    int lock, second;
    assert_status(durable_folder(folder, &e), STATUS_DONE, &e);
    assert_status(durable_folder(folder, &e), STATUS_DONE, &e);
    assert_true(durable_is_folder(folder));
    assert_status(durable_lock(folder, &lock, &e), STATUS_DONE, &e);
    assert_status(durable_lock(folder, &second, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "another run is working there");
    error_free(&e);
    durable_unlock(&lock);
    scratch_write(scratch_path(&scratch, "x.parts/one"), "1", 1);
    scratch_write(scratch_path(&scratch, "x.parts/two"), "2", 1);
    assert_status(durable_remove_folder(folder, &e), STATUS_DONE, &e);
    assert_int_equal(files(), 0);
    assert_status(durable_remove_folder(folder, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "No such file");
    error_free(&e);
}

static void folder_in_place_of_a_file(void **data)
{
    (void)data;
    const char *path = scratch_path(&scratch, "f");
    struct error e = {0};
    scratch_write(path, "x", 1);
    assert_status(durable_folder(path, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "cannot be made a folder");
    error_free(&e);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_and_replaces),
        TEST(is_not_there_before_it_is_whole),
        TEST(leaves_what_came_meanwhile),
        TEST(replaces_what_a_link_points_to),
        TEST(checks_before_computing),
        TEST(folder_without_permission),
        TEST(full_disk),
        TEST(folders),
        TEST(folder_in_place_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
