#include "sim/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SHOWN = 100 }; /* bytes of a source line that are shown */

void findings_add(struct findings *f, size_t at, const char *format, ...)
{
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 16;
        struct finding *list = realloc(f->list, room * sizeof *list);
        if (!list) {
            f->failed = true;
            return;
        }
        f->list = list;
        f->room = room;
    }
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0) {
        f->failed = true;
        return;
    }
    f->list[f->count] = (struct finding){at, f->count, text};
    f->count++;
}

/* The first byte of the line in which `at` lies. */
static size_t line_start(const struct findings *f, size_t at)
{
    while (at > 0 && f->text[at - 1] != '\n')
        at--;
    return at;
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80; /* of a character in UTF-8 */
}

static size_t characters(const char *text, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += !continues(text[i]);
    return n;
}

void findings_position(const struct findings *f, size_t at, size_t *line, size_t *column)
{
    at = at < f->size ? at : f->size;
    size_t start = line_start(f, at);
    *line = 1;
    for (size_t i = 0; i < start; i++)
        *line += f->text[i] == '\n';
    *column = 1 + characters(f->text + start, at - start);
}

/* Adds one finding with its source line and a caret below the place. */
static void show_line(const struct findings *f, const struct finding *it, struct error *e)
{
    size_t line, column;
    findings_position(f, it->at, &line, &column);
    size_t at = it->at < f->size ? it->at : f->size;
    size_t start = line_start(f, at);
    size_t end = start;
    while (end < f->size && f->text[end] != '\n')
        end++;
    if (end > at && f->text[end - 1] == '\r')
        end--;
    const char *before = "";
    if (at - start > LINE_SHOWN * 3 / 4) {
        start = at - LINE_SHOWN / 2;
        before = "...";
    }
    while (start < at && continues(f->text[start]))
        start++;
    if (end - start > LINE_SHOWN)
        end = start + LINE_SHOWN;
    while (end > start && end < f->size && continues(f->text[end]))
        end--;

    char source[LINE_SHOWN + 1];
    memcpy(source, f->text + start, end - start);
    source[end - start] = '\0';
    for (char *c = source; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    int indent = (int)(strlen(before) + characters(f->text + start, at - start));
    error_add(e, STATUS_BAD_INPUT, "%s:%zu:%zu: %s\n    %s%s\n    %*s^", f->name, line, column,
              it->text, before, source, indent, "");
}

static int by_place(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

enum status findings_report(struct findings *f, struct error *e)
{
    if (f->failed) /* what was found may be missing only since there was no memory for it */
        return error_add(e, STATUS_FAILED, "%s: out of memory", f->name);
    if (f->count > 1)
        qsort(f->list, f->count, sizeof *f->list, by_place);
    for (size_t i = 0; i < f->count && i < FINDINGS_SHOWN; i++) {
        const struct finding *it = &f->list[i];
        if (it->at == FINDINGS_APART)
            error_add(e, STATUS_BAD_INPUT, "%s", it->text);
        else if (it->at == FINDINGS_WHOLE)
            error_add(e, STATUS_BAD_INPUT, "%s: %s", f->name, it->text);
        else
            show_line(f, it, e);
    }
    if (f->count > FINDINGS_SHOWN)
        error_add(e, STATUS_BAD_INPUT, "... and %zu more", f->count - FINDINGS_SHOWN);
    return f->count ? STATUS_BAD_INPUT : STATUS_DONE;
}

void findings_free(struct findings *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->list[i].text);
    free(f->list);
    memset(f, 0, sizeof *f);
}

/* Length of the character of UTF-8 at `text`; 0 when it is none. */
static size_t utf8_length(const unsigned char *text, size_t size)
{
    unsigned char c = text[0];
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : 4;
    if ((n == 4 && (c < 0xf0 || c > 0xf4)) || n > size)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && text[1] < 0xa0) || (c == 0xed && text[1] > 0x9f) ||
        (c == 0xf0 && text[1] < 0x90) || (c == 0xf4 && text[1] > 0x8f))
        return 0;
    return n;
}

size_t findings_breach(const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t n = utf8_length((const unsigned char *)text + i, size - i);
        if (n == 0)
            return i;
        i += n;
    }
    return size;
}

/* Those of ASCII, and in UTF-8 U+0080 to U+009F. */
static bool is_control(const char *at)
{
    const unsigned char c = (unsigned char)at[0], next = c ? (unsigned char)at[1] : 0;
    return c < ' ' || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0);
}

bool findings_is_plain(const char *text)
{
    size_t size = strlen(text);
    if (findings_breach(text, size) < size)
        return false;
    for (; *text; text++)
        if (is_control(text) && *text != '\n' && *text != '\t')
            return false;
    return true;
}

const char *findings_quote(const char *text, char *out, size_t size)
{
    size_t length = strlen(text);
    bool cut = length >= size;
    if (cut) {
        length = size - 4;
        while (length > 0 && continues(text[length]))
            length--;
    }
    for (size_t i = 0; i < length; i++)
        out[i] = is_control(text + i) ? '?' : text[i];
    memcpy(out + length, cut ? "..." : "", cut ? 4 : 1);
    return out;
}
