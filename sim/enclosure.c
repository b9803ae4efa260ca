#include "sim/enclosure.h"

#include <string.h>

/* The files of this process when it is shut in: like its limits, they are the whole process's. */
enum { IMAGES = 256 };
static struct image {
    const char *path;
    void *bytes;
    size_t size;
} images[IMAGES];
static size_t image_count;

void *enclosure_image(const char *path, size_t *size)
{
    for (size_t i = 0; i < image_count; i++)
        if (strcmp(images[i].path, path) == 0) {
            *size = images[i].size;
            return images[i].bytes;
        }
    return NULL;
}

bool enclosure_copy(FILE *from, FILE *to, bool tame)
{
    char buffer[4096];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, from)) > 0) {
        for (size_t i = 0; tame && i < n; i++) {
            unsigned char c = (unsigned char)buffer[i];
            if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
                buffer[i] = '?';
        }
        if (fwrite(buffer, 1, n, to) != n)
            return false;
    }
    return !ferror(from);
}

void enclosure_free(struct enclosure *x)
{
    if (x->output)
        fclose(x->output);
    if (x->words)
        fclose(x->words);
    x->output = x->words = NULL;
}

#ifndef SAMSKAB_SECCOMP

enum status enclosure_begin(struct enclosure *x, const char *const *paths, size_t count,
                            const struct enclosure_limits *limits, struct error *e)
{
    (void)count;
    *x = (struct enclosure){.child = -1, .name = paths[0], .limits = *limits};
    return error_add(e, STATUS_BAD_INPUT,
                     "%s: cannot be read with --untrusted: this samskab was built without "
                     "libseccomp, which shuts a process in",
                     paths[0]);
}

enum status enclosure_end(struct enclosure *x, struct error *e)
{
    return error_add(e, STATUS_FAILED, "%s: nothing was shut in", x->name);
}

#else

#include <errno.h>
#include <fcntl.h>
#include <omp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/hdf.h"

/* The address sanitizer takes terabytes of addresses, most of which it never uses. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { ADDRESSES_COUNT = 0 };
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { ADDRESSES_COUNT = 0 };
#else
enum { ADDRESSES_COUNT = 1 };
#endif
#else
enum { ADDRESSES_COUNT = 1 };
#endif

/* --- the child --------------------------------------------------------------------------------
 */

/* What a program that only computes asks of the system. */
static bool allow_computing(scmp_filter_ctx filter)
{
    static const int calls[] = {
        SCMP_SYS(read),
        SCMP_SYS(write),
        SCMP_SYS(writev),
        SCMP_SYS(lseek),
        SCMP_SYS(fstat),
        SCMP_SYS(munmap),
        SCMP_SYS(mremap),
        SCMP_SYS(brk),
        SCMP_SYS(madvise),
        SCMP_SYS(futex),
        SCMP_SYS(sched_yield),
        SCMP_SYS(getpid),
        SCMP_SYS(gettid),
        SCMP_SYS(getrusage),
        SCMP_SYS(gettimeofday),
        SCMP_SYS(clock_gettime),
        SCMP_SYS(getrandom),
        SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack),
        SCMP_SYS(exit),
        SCMP_SYS(exit_group),
        SCMP_SYS(sched_getaffinity),
    };
    bool good = true;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    return good;
}

/* Memory that nothing can be executed in; and abort, which ends this process alone. */
static bool allow_memory_and_end(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct scmp_arg_cmp itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, itself) == 0;
}

static bool refuse_all_else(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EACCES));
    bool good = filter && allow_computing(filter) && allow_memory_and_end(filter) &&
                seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return good;
}

static bool limit(__rlimit_resource_t what, rlim_t least, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(what, &now) != 0)
        return false;
    rlim_t hard = most < now.rlim_max ? most : now.rlim_max;
    return setrlimit(what, &(struct rlimit){least < hard ? least : hard, hard}) == 0;
}

static bool set_limits(const struct enclosure_limits *limits)
{
    rlim_t memory = limits->memory;
    for (size_t i = 0; i < image_count; i++)
        memory += images[i].size;
    return (!ADDRESSES_COUNT || limit(RLIMIT_AS, memory, memory)) &&
           limit(RLIMIT_CPU, limits->seconds, limits->seconds + 1) &&
           limit(RLIMIT_FSIZE, limits->output, limits->output) && limit(RLIMIT_CORE, 0, 0) &&
           limit(RLIMIT_NPROC, 0, 0) && limit(RLIMIT_NOFILE, 3, 3);
}

/* Standard input, which is empty, output and error stay open, and nothing else. */
static bool keep_three_files(const struct enclosure *x)
{
    int nothing = open("/dev/null", O_RDONLY);
    const int files[] = {nothing, fileno(x->output), fileno(x->words)};
    int copies[3]; /* above, since these may themselves be among the first three */
    for (int i = 0; i < 3; i++) {
        copies[i] = fcntl(files[i], F_DUPFD, 3);
        if (copies[i] < 0)
            return false;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(copies[i], i) < 0)
            return false;
    closefrom(3);
    return true;
}

/* What reads files or begins threads when it is first used has to be used before. */
static void prepare(void)
{
    tzset();
    omp_set_max_active_levels(0); /* one thread, whatever is asked for */
#pragma omp parallel
    omp_get_thread_num();
}

static enum status shut_in(const struct enclosure *x, struct error *e)
{
    prepare();
    if (!keep_three_files(x) || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !set_limits(&x->limits) ||
        !refuse_all_else())
        return error_fault(e, x->name,
                           "cannot be read with --untrusted, no process can be shut in");
    return STATUS_DONE;
}

/* --- the parent -------------------------------------------------------------------------------
 */

static enum status map(const char *path, struct error *e)
{
    int file;
    enum status status = hdf_open(path, &file, e);
    if (status != STATUS_DONE)
        return status;
    struct stat s;
    void *bytes = MAP_FAILED;
    if (fstat(file, &s) == 0)
        bytes = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        status = error_fault(e, path, "cannot be read");
    else
        images[image_count++] = (struct image){path, bytes, (size_t)s.st_size};
    close(file);
    return status;
}

static void unmap_all(void)
{
    while (image_count > 0) {
        image_count--;
        munmap(images[image_count].bytes, images[image_count].size);
    }
}

static enum status begin_child(struct enclosure *x, struct error *e)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    x->output = tmpfile();
    x->words = tmpfile();
    if (!x->output || !x->words)
        return error_fault(e, x->name, "no temporary file can be made for what is read from it");
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &ends, NULL); /* it is waited for */
    fflush(NULL);
    x->child = fork();
    if (x->child < 0)
        return error_fault(e, x->name, "no process can be begun to read it");
    return x->child == 0 ? shut_in(x, e) : STATUS_DONE;
}

enum status enclosure_begin(struct enclosure *x, const char *const *paths, size_t count,
                            const struct enclosure_limits *limits, struct error *e)
{
    *x = (struct enclosure){
        .child = -1, .name = count == 1 ? paths[0] : "one of these files", .limits = *limits};
    enum status status = STATUS_DONE;
    if (count > IMAGES)
        status = error_add(e, STATUS_BAD_INPUT, "more than %d files", (int)IMAGES);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++)
        status = map(paths[i], e);
    if (status == STATUS_DONE)
        status = begin_child(x, e);
    if (x->child != 0)
        unmap_all();
    if (x->child < 0)
        enclosure_free(x);
    return status;
}

static time_t seconds_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Until the child has ended, or `seconds` are over. */
static bool wait_for(pid_t child, unsigned seconds, int *how)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    time_t last = seconds_now() + (time_t)seconds;
    while (waitpid(child, how, WNOHANG) == 0) {
        const struct timespec left = {.tv_sec = last - seconds_now()};
        if (left.tv_sec <= 0) {
            kill(child, SIGKILL);
            while (waitpid(child, how, 0) < 0 && errno == EINTR)
                continue;
            return false;
        }
        sigtimedwait(&ends, NULL, &left);
    }
    return true;
}

static enum status judge(const struct enclosure *x, int how, struct error *e)
{
    const struct enclosure_limits *l = &x->limits;
    if (WIFEXITED(how) && (WEXITSTATUS(how) == STATUS_DONE || WEXITSTATUS(how) == STATUS_BAD_INPUT))
        return WEXITSTATUS(how) == STATUS_DONE ? STATUS_DONE : STATUS_BAD_INPUT;
    if (WIFEXITED(how))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: cannot be read within the limits of --untrusted (memory %zu MiB, "
                         "output %zu MiB)",
                         x->name, l->memory >> 20, l->output >> 20);
    if (WTERMSIG(how) == SIGXCPU)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: cannot be read within the limits of --untrusted (%u s of a "
                         "processor)",
                         x->name, l->seconds);
    return error_add(e, STATUS_BAD_INPUT,
                     "%s: is broken: the process that read it came to an end (%s); it could open "
                     "no other file",
                     x->name, strsignal(WTERMSIG(how)));
}

enum status enclosure_end(struct enclosure *x, struct error *e)
{
    int how;
    if (!wait_for(x->child, x->limits.wall, &how))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: cannot be read within the limits of --untrusted (%u s)", x->name,
                         x->limits.wall);
    rewind(x->output);
    rewind(x->words);
    return judge(x, how, e);
}

#endif
