/* Findings about a text: collected in any order, reported in the order of their places.
 *
 *     faxe.yaml:12:12: recruitment.p_acc is 1.7, must lie in [0.3, 0.65] (share)
 *             p_acc: 1.7
 *                    ^
 *
 * A place is an offset in bytes; lines and columns (characters, from 1) are counted only for what
 * is shown. */
#ifndef SAMSKAB_FINDINGS_H
#define SAMSKAB_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* Places of findings that have none in the text. */
#define FINDINGS_WHOLE (SIZE_MAX - 1) /* about the text as a whole; "faxe.yaml: ..." */
#define FINDINGS_APART SIZE_MAX       /* about something else, which the finding itself names */

enum { FINDINGS_SHOWN = 50 }; /* more than that are only counted */

struct finding {
    size_t at;
    size_t order; /* in which it was added */
    char *text;
};

struct findings {
    const char *name; /* of the text, for messages */
    const char *text;
    size_t size;
    struct finding *list;
    size_t count, room;
    bool failed; /* for a reason of the machine, not of the text */
};

/* Adds one, printf-style, without a newline. */
void findings_add(struct findings *f, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Line and column of a place. */
void findings_position(const struct findings *f, size_t at, size_t *line, size_t *column);

/* Writes them to `e` in order and returns what they amount to. */
enum status findings_report(struct findings *f, struct error *e);

void findings_free(struct findings *f);

/* Offset of the first byte of a text that is not UTF-8; `size` when all is. */
size_t findings_breach(const char *text, size_t size);

/* Whether a text is UTF-8, so that it can be written and read back, and has no control characters,
 * which a terminal would obey, but for ends of lines and tabs. */
bool findings_is_plain(const char *text);

/* Copies a text for a message: control characters become '?', a long one is cut and ends in "...".
 * Returns `out`. */
const char *findings_quote(const char *text, char *out, size_t size);

#endif
