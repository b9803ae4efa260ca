/* A library to preload that lets calls on files fail on purpose, and can write down what was
 * called.
 *
 *     FAULT_ROOT   only files below this folder count
 *     FAULT_LOG    gets one line: how many calls counted
 *     FAULT_AT     the number of the call that fails, from 1; without it none does
 *     FAULT_FOR    "once", or "good": that one and all after it
 *     FAULT_KIND   "ENOSPC", "EIO"; "short": half of what was to be written is, all else works;
 *                  "kill": the process is killed before the call; "stop": it gets SIGTERM;
 *                  "vanish": the folder FAULT_ROOT is renamed away before it
 *     FAULT_WAIT   milliseconds that a sync takes, as on a disk
 *     FAULT_TRACE  gets every call that changes a file with its bytes, for tests/support/disk.h
 *
 * Calls that count: open, write, pwrite, ftruncate, fsync, fdatasync, rename, close, mkdir.  A
 * stream that fopen opens for writing writes through here as well. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    bool ready;
    char root[PATH_MAX];
    size_t root_length;
    long at, calls, wait;
    bool for_good;
    char kind[16];
    int trace;
    pid_t owner;
} state;
static char *names[FILES]; /* of the open files that count */

static long number(const char *name)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : 0;
}

static void begin(void)
{
    if (state.ready)
        return;
    state.ready = true;
    const char *root = getenv("FAULT_ROOT"), *kind = getenv("FAULT_KIND");
    const char *length = getenv("FAULT_FOR"), *trace = getenv("FAULT_TRACE");
    if (!root || !realpath(root, state.root))
        state.root[0] = '\0';
    state.root_length = strlen(state.root);
    state.at = number("FAULT_AT");
    state.wait = number("FAULT_WAIT");
    state.for_good = length && strcmp(length, "good") == 0;
    snprintf(state.kind, sizeof state.kind, "%s", kind ? kind : "ENOSPC");
    state.trace = -1;
    state.owner = getpid();
    if (trace)
        state.trace =
            (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND, 0666);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_LOG");
    if (!path || !state.ready || state.owner != getpid())
        return;
    char line[32];
    int length = snprintf(line, sizeof line, "%ld\n", state.calls);
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file >= 0 && syscall(SYS_write, file, line, (size_t)length) == length)
        syscall(SYS_close, file);
}

/* The path from the root of the file system; of a file that is not there yet, too. */
static bool resolve(const char *path, char out[PATH_MAX])
{
    char folder[PATH_MAX], copy[PATH_MAX];
    if (strlen(path) >= PATH_MAX)
        return false;
    strcpy(copy, path);
    char *slash = strrchr(copy, '/');
    const char *last = slash ? slash + 1 : copy;
    if (slash)
        *slash = '\0';
    if (!realpath(slash ? (*copy ? copy : "/") : ".", folder))
        return false;
    return snprintf(out, PATH_MAX, "%s/%s", folder, last) < PATH_MAX;
}

static bool counts(const char *path, char out[PATH_MAX])
{
    return state.root_length > 0 && resolve(path, out) &&
           strncmp(out, state.root, state.root_length) == 0;
}

static void vanish(void)
{
    char away[PATH_MAX + 8];
    snprintf(away, sizeof away, "%s.away", state.root);
    syscall(SYS_rename, state.root, away);
}

/* Whether the call that comes now is to fail; errno says how.  `halves`: may be cut short. */
static bool fails(bool halves, bool *half)
{
    state.calls++;
    if (half)
        *half = false;
    if (state.at == 0 || state.calls < state.at || (!state.for_good && state.calls > state.at))
        return false;
    if (strcmp(state.kind, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (strcmp(state.kind, "stop") == 0)
        return kill(getpid(), SIGTERM) != 0;
    if (strcmp(state.kind, "vanish") == 0) {
        if (state.calls == state.at)
            vanish();
        return false;
    }
    if (strcmp(state.kind, "short") == 0) {
        if (halves && half)
            *half = true;
        return false;
    }
    errno = strcmp(state.kind, "EIO") == 0 ? EIO : ENOSPC;
    return true;
}

/* One record: a line of words, and after it the bytes of a write. */
static void trace(const void *bytes, size_t size, const char *format, ...)
{
    if (state.trace < 0)
        return;
    char line[3 * PATH_MAX];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (syscall(SYS_write, state.trace, line, (size_t)length) != length ||
        (size > 0 && syscall(SYS_write, state.trace, bytes, size) != (long)size))
        abort();
}

static const char *below_root(const char *path)
{
    return path + state.root_length + 1;
}

#define locked(type, expression)                                                                   \
    do {                                                                                           \
        pthread_mutex_lock(&lock);                                                                 \
        begin();                                                                                   \
        type result_ = expression;                                                                 \
        int code_ = errno;                                                                         \
        pthread_mutex_unlock(&lock);                                                               \
        errno = code_;                                                                             \
        return result_;                                                                            \
    } while (0)

static int try_open(const char *path, int flags, mode_t mode)
{
    char full[PATH_MAX];
    bool mine = counts(path, full);
    if (mine && fails(false, NULL))
        return -1;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (file < 0 || file >= FILES)
        return file;
    free(names[file]);
    names[file] = mine ? strdup(full) : NULL;
    if (mine && flags & O_CREAT)
        trace(NULL, 0, "create %s\n", below_root(full));
    if (mine && flags & O_TRUNC)
        trace(NULL, 0, "truncate 0 %s\n", below_root(full));
    return file;
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    locked(int, try_open(path, flags, mode));
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    locked(int, try_open(path, flags, mode));
}

static const char *name_of(int file)
{
    return file >= 0 && file < FILES ? names[file] : NULL;
}

static ssize_t try_write(int file, const void *bytes, size_t size, off_t at, bool moves)
{
    bool half = false;
    const char *name = name_of(file);
    if (name && fails(true, &half))
        return -1;
    if (half && size > 1)
        size /= 2;
    if (name && moves)
        at = (off_t)syscall(SYS_lseek, file, 0, SEEK_CUR);
    ssize_t done = moves ? syscall(SYS_write, file, bytes, size)
                         : syscall(SYS_pwrite64, file, bytes, size, at);
    if (name && done > 0)
        trace(bytes, (size_t)done, "write %lld %zd %s\n", (long long)at, done, below_root(name));
    return done;
}

ssize_t write(int file, const void *bytes, size_t size)
{
    locked(ssize_t, try_write(file, bytes, size, 0, true));
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at)
{
    locked(ssize_t, try_write(file, bytes, size, at, false));
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at)
{
    locked(ssize_t, try_write(file, bytes, size, at, false));
}

static int try_truncate(int file, off_t size)
{
    const char *name = name_of(file);
    if (name && fails(false, NULL))
        return -1;
    int result = (int)syscall(SYS_ftruncate, file, size);
    if (name && result == 0)
        trace(NULL, 0, "truncate %lld %s\n", (long long)size, below_root(name));
    return result;
}

int ftruncate(int file, off_t size)
{
    locked(int, try_truncate(file, size));
}

int ftruncate64(int file, off64_t size)
{
    locked(int, try_truncate(file, size));
}

/* Instead of a disk it waits as long as it is told, without holding up other threads. */
static void wait_for_disk(void)
{
    pthread_mutex_lock(&lock);
    begin();
    struct timespec left = {.tv_sec = state.wait / 1000, .tv_nsec = state.wait % 1000 * 1000000};
    pthread_mutex_unlock(&lock);
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static int try_sync(int file)
{
    const char *name = name_of(file);
    if (name && fails(false, NULL))
        return -1;
    if (name)
        trace(NULL, 0, "sync %s\n", strlen(name) > state.root_length ? below_root(name) : ".");
    return 0;
}

int fsync(int file)
{
    wait_for_disk();
    locked(int, try_sync(file));
}

int fdatasync(int file)
{
    wait_for_disk();
    locked(int, try_sync(file));
}

static int try_close(int file)
{
    bool failed = name_of(file) && fails(false, NULL);
    int code = errno;
    if (file >= 0 && file < FILES) {
        free(names[file]);
        names[file] = NULL;
    }
    int result = (int)syscall(SYS_close, file);
    if (failed)
        errno = code;
    return failed ? -1 : result;
}

int close(int file)
{
    locked(int, try_close(file));
}

static int try_rename(const char *from, const char *to, unsigned flags)
{
    char source[PATH_MAX], target[PATH_MAX];
    bool mine = counts(from, source) && counts(to, target);
    if (mine && fails(false, NULL))
        return -1;
    int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
    if (mine && result == 0)
        trace(NULL, 0, "rename %s %s\n", below_root(source), below_root(target));
    return result;
}

int rename(const char *from, const char *to)
{
    locked(int, try_rename(from, to, 0));
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    (void)from_folder;
    (void)to_folder;
    locked(int, try_rename(from, to, flags));
}

static int try_mkdir(const char *path, mode_t mode)
{
    char full[PATH_MAX];
    bool mine = counts(path, full);
    if (mine && fails(false, NULL))
        return -1;
    int result = mkdirat(AT_FDCWD, path, mode);
    if (mine && result == 0)
        trace(NULL, 0, "mkdir %s\n", below_root(full));
    return result;
}

int mkdir(const char *path, mode_t mode)
{
    locked(int, try_mkdir(path, mode));
}

/* Taking away is not made to fail, but it is written down. */
static int try_unlink(const char *path)
{
    char full[PATH_MAX];
    bool mine = counts(path, full);
    int result = unlinkat(AT_FDCWD, path, 0);
    if (mine && result == 0)
        trace(NULL, 0, "unlink %s\n", below_root(full));
    return result;
}

int unlink(const char *path)
{
    locked(int, try_unlink(path));
}

static int try_rmdir(const char *path)
{
    char full[PATH_MAX];
    bool mine = counts(path, full);
    int result = unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
    if (mine && result == 0)
        trace(NULL, 0, "rmdir %s\n", below_root(full));
    return result;
}

int rmdir(const char *path)
{
    locked(int, try_rmdir(path));
}

/* Streams for writing are made to come through here. */
static ssize_t stream_write(void *cookie, const char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) { /* as the C library does */
        ssize_t now = write((int)(intptr_t)cookie, bytes + done, size - done);
        if (now < 0)
            return 0;
        done += (size_t)now;
    }
    return (ssize_t)done;
}

static int stream_close(void *cookie)
{
    return close((int)(intptr_t)cookie);
}

static FILE *open_stream(const char *path, const char *mode)
{
    static FILE *(*real)(const char *, const char *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fopen");
    if (mode[0] != 'w')
        return real(path, mode);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return file < 0
               ? NULL
               : fopencookie((void *)(intptr_t)file, mode,
                             (cookie_io_functions_t){.write = stream_write, .close = stream_close});
}

FILE *fopen(const char *path, const char *mode)
{
    return open_stream(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return open_stream(path, mode);
}
