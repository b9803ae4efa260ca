#include "sim/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct error *e, size_t more)
{
    size_t need = e->length + more + 2; /* newline and end of string */
    if (need <= e->size)
        return true;
    size_t size = need < 256 ? 256 : 2 * need;
    char *text = realloc(e->text, size);
    if (!text)
        return false;
    e->text = text;
    e->size = size;
    return true;
}

enum status error_add(struct error *e, enum status status, const char *format, ...)
{
    if (!e)
        return status;
    if (e->count++ == 0)
        e->status = status;

    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0 || !reserve(e, (size_t)length)) {
        e->truncated = true;
        return status;
    }
    va_start(args, format);
    vsnprintf(e->text + e->length, (size_t)length + 1, format, args);
    va_end(args);
    e->length += (size_t)length;
    e->text[e->length++] = '\n';
    e->text[e->length] = '\0';
    return status;
}

enum status error_pass_on(struct error *e, enum status status, const struct error *from)
{
    const char *text = error_text(from);
    return error_add(e, status, "%.*s", (int)strcspn(text, "\n"), text);
}

enum status error_fault(struct error *e, const char *path, const char *what)
{
    int code = errno;
    return error_add(e, STATUS_FAILED, "%s: %s: %s", path, what, strerror(code));
}

enum status error_blame(int code)
{
    static const int users[] = {ENOENT, EACCES, EPERM,        ENOTDIR, EISDIR,
                                ELOOP,  ENXIO,  ENAMETOOLONG, EINVAL};
    for (size_t k = 0; k < sizeof users / sizeof *users; k++)
        if (code == users[k])
            return STATUS_BAD_INPUT;
    return STATUS_FAILED;
}

const char *error_why(void)
{
    /* ENOTTY is what a stream leaves that is no terminal: it says nothing. */
    return errno && errno != ENOTTY ? strerror(errno) : "memory is short, or nobody reads it";
}

const char *error_text(const struct error *e)
{
    if (e->text)
        return e->text;
    return e->truncated ? "out of memory\n" : "";
}

void error_free(struct error *e)
{
    free(e->text);
    memset(e, 0, sizeof *e);
}
