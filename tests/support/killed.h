/* Programs that are killed at some moment, without a chance to tidy up. */
#ifndef SAMSKAB_TESTS_KILLED_H
#define SAMSKAB_TESTS_KILLED_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/reader.h"
#include "sim/stream.h"
#include "tests/support/check.h"

enum { KILLED_WORDS = 24, KILLED = -9 };

static inline void killed_sleep(double seconds)
{
    struct timespec left = {.tv_sec = (time_t)seconds,
                            .tv_nsec = (long)(1e9 * (seconds - (double)(time_t)seconds))};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

/* Runs the program under test with these words (the last one NULL) and kills it after so many
 * seconds; never, when they are negative.  KILLED when that was before it ended, else its exit
 * code.  What it says goes to the file `log`. */
static inline int killed_run(const char *const *words, double seconds, const char *log)
{
    char *copy[KILLED_WORDS + 2] = {getenv("SAMSKAB")};
    size_t count = 1;
    assert_non_null(copy[0]);
    for (; words[count - 1]; count++) {
        assert_true(count <= KILLED_WORDS);
        copy[count] = strdup(words[count - 1]);
        assert_non_null(copy[count]);
    }
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (out >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
            execv(copy[0], copy);
        _exit(127);
    }
    if (seconds >= 0) {
        killed_sleep(seconds);
        kill(child, SIGKILL);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    while (count > 1)
        free(copy[--count]);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return KILLED;
    if (WIFSIGNALED(status))
        fail_msg("the program ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

/* Prints what the program has said, and fails. */
static inline void killed_fail(const char *what, int code, const char *log)
{
    char text[2048] = "";
    FILE *file = fopen(log, "r");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
    }
    fail_msg("%s: exit code %d: %s", what, code, text);
}

/* The digest that a run file or an experiment names, as text, to be freed. */
static inline char *killed_digest(const char *path)
{
    struct run_file file;
    struct error e = {0};
    assert_status(reader_open(&file, path, &e), STATUS_DONE, &e);
    char *digest = strdup(file.digest);
    reader_close(&file);
    assert_non_null(digest);
    return digest;
}

#endif
