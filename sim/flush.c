#include "sim/flush.h"

#include <stdlib.h>
#include <string.h>

#include "sim/durable.h"

static void take_note(struct flush *f, enum status status, const struct error *e)
{
    pthread_mutex_lock(&f->lock);
    if (f->status == STATUS_DONE && status != STATUS_DONE) {
        f->status = status;
        error_pass_on(&f->error, status, e);
    }
    pthread_mutex_unlock(&f->lock);
}

static void sync_all(struct flush *f, char **paths, size_t count)
{
    struct error e = {0};
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < count; i++) {
        if (status == STATUS_DONE)
            status = durable_sync(paths[i], &e);
        free(paths[i]);
    }
    if (status == STATUS_DONE && count > 0)
        status = durable_sync(f->folder, &e);
    take_note(f, status, &e);
    error_free(&e);
    free(paths);
}

static void *work(void *data)
{
    struct flush *f = data;
    bool last = false;
    while (!last) {
        pthread_mutex_lock(&f->lock);
        while (f->count == 0 && !f->ending)
            pthread_cond_wait(&f->changed, &f->lock);
        char **paths = f->paths;
        size_t count = f->count;
        last = f->ending;
        f->paths = NULL;
        f->count = f->room = 0;
        pthread_mutex_unlock(&f->lock);
        sync_all(f, paths, count);
    }
    return NULL;
}

enum status flush_begin(struct flush *f, const char *folder, struct error *e)
{
    memset(f, 0, sizeof *f);
    f->folder = folder;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    int code = pthread_create(&f->thread, NULL, work, f);
    return code == 0 ? STATUS_DONE
                     : error_add(e, STATUS_FAILED, "a thread cannot be made: %s", strerror(code));
}

static bool remember(struct flush *f, const char *path)
{
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 64;
        char **more = realloc(f->paths, room * sizeof *more);
        if (!more)
            return false;
        f->paths = more;
        f->room = room;
    }
    f->paths[f->count] = strdup(path);
    return f->paths[f->count] && ++f->count;
}

void flush_add(struct flush *f, const char *path)
{
    pthread_mutex_lock(&f->lock);
    bool known = remember(f, path);
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->lock);
    if (known)
        return;
    struct error e = {0};
    take_note(f, durable_sync(path, &e), &e);
    error_free(&e);
}

enum status flush_status(struct flush *f)
{
    pthread_mutex_lock(&f->lock);
    enum status status = f->status;
    pthread_mutex_unlock(&f->lock);
    return status;
}

enum status flush_end(struct flush *f, struct error *e)
{
    pthread_mutex_lock(&f->lock);
    f->ending = true;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    if (f->status != STATUS_DONE && !(e && e->count > 0)) /* one fault of a disk is told once */
        error_pass_on(e, f->status, &f->error);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->changed);
    error_free(&f->error);
    return f->status;
}
