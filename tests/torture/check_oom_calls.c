/* Allocations of our own that fail on purpose: linked with --wrap into a copy of the program.
 *
 *     OOM_AT    the number of the allocation that fails, from 1; without it none does
 *     OOM_FOR   "once", or "good": that one and all after it
 *     OOM_LOG   gets one line: how many allocations were asked for
 *
 * Only calls in our own objects are wrapped, not those of libraries. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
int __real_vasprintf(char **text, const char *format, va_list args);
FILE *__real_open_memstream(char **text, size_t *size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
int __wrap_vasprintf(char **text, const char *format, va_list args);
int __wrap_asprintf(char **text, const char *format, ...);
FILE *__wrap_open_memstream(char **text, size_t *size);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long calls, at = -1;
static bool for_good;

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("OOM_LOG");
    char line[32];
    int length = snprintf(line, sizeof line, "%ld\n", calls);
    int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (file < 0)
        return;
    if (write(file, line, (size_t)length) != length)
        perror(path);
    close(file);
}

static bool fails(void)
{
    pthread_mutex_lock(&lock);
    if (at < 0) {
        const char *number = getenv("OOM_AT"), *length = getenv("OOM_FOR");
        at = number ? strtol(number, NULL, 10) : 0;
        for_good = length && strcmp(length, "good") == 0;
    }
    calls++;
    bool now = at > 0 && (calls == at || (for_good && calls > at));
    pthread_mutex_unlock(&lock);
    if (now)
        errno = ENOMEM;
    return now;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size)
{
    return fails() ? NULL : __real_strndup(text, size);
}

int __wrap_vasprintf(char **text, const char *format, va_list args)
{
    *text = NULL;
    return fails() ? -1 : __real_vasprintf(text, format, args);
}

int __wrap_asprintf(char **text, const char *format, ...)
{
    *text = NULL;
    if (fails())
        return -1;
    va_list args;
    va_start(args, format);
    int length = __real_vasprintf(text, format, args);
    va_end(args);
    return length;
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
    return fails() ? NULL : __real_open_memstream(text, size);
}
