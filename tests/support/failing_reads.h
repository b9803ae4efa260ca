/* A disk that fails when it is read: this program's pread, and that of its libraries. */
#ifndef SAMSKAB_TESTS_FAILING_READS_H
#define SAMSKAB_TESTS_FAILING_READS_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A read fails, as do all that follow; the file ends there; the read is interrupted, once. */
enum failing { FAILS, ENDS, IS_INTERRUPTED };

static struct {
    enum failing how;
    int left; /* reads that go well before that; -1: all do */
    int gone_wrong;
} reads = {.left = -1};

/* Of what it has taken, libhdf5 loses some when it cannot read; that is not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5\n";
}

static inline void reads_fail(enum failing how, int after)
{
    reads.how = how;
    reads.left = after;
    reads.gone_wrong = 0;
}

/* Whether any has gone wrong; from now on all go well. */
static inline int reads_recover(void)
{
    reads.left = -1;
    return reads.gone_wrong > 0;
}

ssize_t pread(int file, void *bytes, size_t size, off_t at)
{
    if (reads.left != 0) {
        reads.left -= reads.left > 0;
        return syscall(SYS_pread64, file, bytes, size, at);
    }
    reads.gone_wrong++;
    reads.left -= reads.how == IS_INTERRUPTED;
    errno = reads.how == FAILS ? EIO : EINTR;
    return reads.how == ENDS ? 0 : -1;
}

#endif
