/* What reports on targets have in common: words, numbers for people, and the parts that say what
 * the targets are. */
#ifndef SAMSKAB_PROSE_H
#define SAMSKAB_PROSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "analysis/targets.h"

enum { PROSE_TEXT = 64, PROSE_LINE = 600 };

/* Where a report goes, and whether as Markdown. */
struct prose {
    FILE *out;
    bool md;
};

/* Three digits that count, whole numbers whole; "-" for what is not finite.  `text` has room for
 * PROSE_TEXT characters and is returned. */
const char *prose_number(double x, char *text);

/* "s", but for one. */
const char *prose_plural(size_t count);

/* A text as it may stand on one line; "" for NULL. */
const char *prose_quote(const char *text, char *copy, size_t size);

/* How an entry of a list begins. */
const char *prose_item(const struct prose *p);

void prose_heading(const struct prose *p, const char *text);

/* Of a file of targets: the scenario with its settings, as an entry of a list; how each target is
 * read; and what the model has no outcome for. */
void prose_scenario(const struct prose *p, const struct targets *t);
void prose_readings(const struct prose *p, const struct targets *t);
void prose_unmodelled(const struct prose *p, const struct targets *t);

/* The same of settings and of what the model has no outcome for, for programs. */
json_t *prose_settings_json(const struct targets *t);
json_t *prose_unmodelled_json(const struct targets *t);

#endif
