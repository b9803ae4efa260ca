#include "analysis/report_page.h"

#include <stdlib.h>
#include <string.h>

/* The files of report/ and the chart library, each as bytes: page_html, page_css, page_js, library,
 * licence. */
#include "report_files.inc"

static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void report_escape(const char *text, FILE *out)
{
    for (; *text; text++) {
        const char *other = reference(*text);
        if (other)
            fputs(other, out);
        else
            fputc(*text, out);
    }
}

/* Within a text of JSON, which is where these characters can stand, \u says the same. */
bool report_json(const json_t *value, FILE *out)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(5) | JSON_ENCODE_ANY);
    for (const char *c = text; c && *c; c++)
        if (*c == '<' || *c == '>' || *c == '&')
            fprintf(out, "\\u%04x", (unsigned)*c);
        else
            fputc(*c, out);
    bool good = text != NULL;
    free(text);
    return good && !ferror(out);
}

static const char *const own_names[] = {"style", "program", "library"};

/* The text of a slot; false when there is none of this name. */
static bool find_slot(const struct report_slot *slots, size_t count, const char *name,
                      size_t length, struct report_slot *found)
{
    const struct report_slot own[] = {
        {own_names[0], (const char *)page_css, sizeof page_css},
        {own_names[1], (const char *)page_js, sizeof page_js},
        {own_names[2], (const char *)library, sizeof library},
    };
    for (size_t i = 0; i < sizeof own / sizeof *own + count; i++) {
        const struct report_slot *slot = i < count ? &slots[i] : &own[i - count];
        if (strlen(slot->name) == length && memcmp(slot->name, name, length) == 0) {
            *found = *slot;
            return true;
        }
    }
    return false;
}

bool report_page(const struct report_slot *slots, size_t count, FILE *out)
{
    const char *at = (const char *)page_html, *end = at + sizeof page_html;
    while (at < end) {
        const char *open = memmem(at, (size_t)(end - at), "{{", 2);
        const char *close = open ? memmem(open, (size_t)(end - open), "}}", 2) : NULL;
        if (!close) {
            fwrite(at, 1, (size_t)(end - at), out);
            break;
        }
        fwrite(at, 1, (size_t)(open - at), out);
        struct report_slot slot;
        size_t length = (size_t)(close - open) - 2;
        if (length == strlen("licence") && memcmp(open + 2, "licence", length) == 0) {
            for (size_t i = 0; i < sizeof licence; i++) {
                const char one[] = {(char)licence[i], '\0'};
                report_escape(one, out);
            }
        } else if (find_slot(slots, count, open + 2, length, &slot)) {
            fwrite(slot.text, 1, slot.length, out);
        } else {
            return false;
        }
        at = close + 2;
    }
    return !ferror(out);
}
