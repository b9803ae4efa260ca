#include "sim/text_stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1024 };

struct target {
    char **text;
    size_t *size, room;
    bool failed; /* once, so that nothing follows a gap */
};

static bool make_room(struct target *t, size_t needed)
{
    if (needed <= t->room)
        return true;
    char *more = realloc(*t->text, 2 * needed);
    if (!more)
        return false;
    *t->text = more;
    t->room = 2 * needed;
    return true;
}

static ssize_t take(void *cookie, const char *bytes, size_t count)
{
    struct target *t = cookie;
    t->failed = t->failed || !make_room(t, *t->size + count + 1);
    if (t->failed)
        return 0;
    memcpy(*t->text + *t->size, bytes, count);
    *t->size += count;
    (*t->text)[*t->size] = '\0';
    return (ssize_t)count;
}

static int end(void *cookie)
{
    struct target *t = cookie;
    int result = t->failed ? EOF : 0;
    free(t);
    return result;
}

FILE *text_stream(char **text, size_t *size)
{
    struct target *t = calloc(1, sizeof *t);
    FILE *stream = NULL;
    *text = calloc(FIRST_ROOM, 1);
    *size = 0;
    if (t && *text) {
        *t = (struct target){.text = text, .size = size, .room = FIRST_ROOM};
        stream = fopencookie(t, "w", (cookie_io_functions_t){.write = take, .close = end});
    }
    if (stream)
        return stream;
    free(t);
    free(*text);
    *text = NULL;
    return NULL;
}
