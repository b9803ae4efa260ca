#include "tests/torture/failing_calls.h"

#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *word(const struct failing_calls *f, const char *what)
{
    char name[32];
    snprintf(name, sizeof name, "%s_%s", f->kind, what);
    return getenv(name);
}

static bool says(const struct failing_calls *f, const char *what, const char *expected)
{
    const char *value = word(f, what);
    return value && strcmp(value, expected) == 0;
}

/* Whether no chain of functions like this one has led to a call. */
static bool is_new_path(struct failing_calls *f)
{
    enum { DEPTH = 24 };
    void *chain[DEPTH];
    unsigned long hash = 14695981039346656037u;
    int depth = backtrace(chain, DEPTH);
    for (int k = 0; k < depth; k++)
        hash = (hash ^ (unsigned long)chain[k]) * 1099511628211u;
    hash += hash == 0;
    size_t at = hash % FAILING_PATHS;
    for (size_t tries = 0; tries < FAILING_PATHS; tries++, at = (at + 1) % FAILING_PATHS) {
        if (f->paths[at] == hash)
            return false;
        if (f->paths[at] == 0) {
            f->paths[at] = hash;
            return true;
        }
    }
    return false;
}

bool failing_calls_next(struct failing_calls *f)
{
    pthread_mutex_lock(&lock);
    if (f->at < 0) {
        const char *number = word(f, "AT");
        f->at = number ? strtol(number, NULL, 10) : 0;
        f->for_good = says(f, "FOR", "good");
        f->by_path = says(f, "OF", "paths");
    }
    bool counts = !f->by_path || is_new_path(f);
    f->calls += counts;
    bool now = f->at > 0 && ((counts && f->calls == f->at) || (f->for_good && f->calls >= f->at));
    pthread_mutex_unlock(&lock);
    return now;
}

void failing_calls_tell(const struct failing_calls *f)
{
    const char *path = word(f, "LOG");
    char line[32];
    int length = snprintf(line, sizeof line, "%ld\n", f->calls);
    int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (file < 0)
        return;
    if (write(file, line, (size_t)length) != length)
        perror(path);
    close(file);
}
