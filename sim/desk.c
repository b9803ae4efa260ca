#include "sim/desk.h"

#include <string.h>
#include <time.h>

#include "sim/ranks.h"

enum kind { ASKS, TELLS, STOPS, LEAVES };

/* What goes to rank 0, and back as an answer. */
struct letter {
    uint64_t kind;
    struct desk_news news;
};

static const uint64_t nothing = UINT64_MAX; /* in place of a piece */

static bool at_desk(const struct desk *d)
{
    return !d->spread || ranks_rank() == 0;
}

static uint64_t hand_out(struct desk *d)
{
    pthread_mutex_lock(&d->lock);
    while (d->next < d->count && !d->closed && !d->wanted(d->context, d->next))
        d->next++;
    uint64_t piece = d->next < d->count && !d->closed ? d->next++ : nothing;
    pthread_mutex_unlock(&d->lock);
    return piece;
}

static void close_down(struct desk *d)
{
    pthread_mutex_lock(&d->lock);
    d->closed = true;
    pthread_mutex_unlock(&d->lock);
}

static void answer(struct desk *d, struct letter letter, int from)
{
    switch (letter.kind) {
    case ASKS:
        letter.news.about = hand_out(d);
        ranks_send(&letter, sizeof letter, from);
        break;
    case TELLS:
        d->hear(d->context, &letter.news);
        break;
    case STOPS:
        close_down(d);
        break;
    }
}

/* Answers until every other rank has left. */
static void *serve(void *data)
{
    static const struct timespec nap = {0, 300000};
    struct desk *d = data;
    int from, here = ranks_count() - 1;
    while (here > 0) {
        struct letter letter;
        if (!ranks_receive(&letter, sizeof letter, &from)) {
            nanosleep(&nap, NULL);
            continue;
        }
        answer(d, letter, from);
        here -= letter.kind == LEAVES;
    }
    return NULL;
}

enum status desk_open(struct desk *d, struct error *e)
{
    d->next = 0;
    d->closed = d->served = false;
    pthread_mutex_init(&d->lock, NULL);
    if (!d->spread || ranks_rank() > 0 || ranks_count() == 1)
        return STATUS_DONE;
    int code = pthread_create(&d->thread, NULL, serve, d);
    d->served = code == 0;
    return d->served ? STATUS_DONE
                     : error_add(e, STATUS_FAILED, "a thread cannot be made: %s", strerror(code));
}

bool desk_next(struct desk *d, size_t *piece)
{
    struct letter letter = {.kind = ASKS};
    int from;
    if (at_desk(d)) {
        letter.news.about = hand_out(d);
    } else { /* one question at a time, so that nobody takes another's answer */
        pthread_mutex_lock(&d->lock);
        ranks_send(&letter, sizeof letter, 0);
        ranks_wait(&letter, sizeof letter, &from);
        pthread_mutex_unlock(&d->lock);
    }
    *piece = (size_t)letter.news.about;
    return letter.news.about != nothing;
}

/* To rank 0, from another. */
static void write_to(const struct desk *d, enum kind kind, struct desk_news news)
{
    const struct letter letter = {.kind = kind, .news = news};
    if (!at_desk(d))
        ranks_send(&letter, sizeof letter, 0);
}

void desk_tell(struct desk *d, struct desk_news news)
{
    write_to(d, TELLS, news);
}

void desk_stop(struct desk *d)
{
    close_down(d);
    write_to(d, STOPS, (struct desk_news){0});
}

void desk_close(struct desk *d)
{
    write_to(d, LEAVES, (struct desk_news){0});
    if (d->served)
        pthread_join(d->thread, NULL);
    pthread_mutex_destroy(&d->lock);
}
