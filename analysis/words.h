/* Words and numbers for people: paragraphs that are broken into lines, notes, cells of tables. */
#ifndef SAMSKAB_WORDS_H
#define SAMSKAB_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/error.h"
#include "sim/table.h"

/* What an answer is printed as. */
enum words_format { WORDS_TABLE, WORDS_CSV, WORDS_JSON, WORDS_MD };

/* "table", "csv", "json" or "md"; false for anything else. */
bool words_format_parse(const char *name, enum words_format *format);

/* A paragraph that is being written, to `stream`. */
struct words {
    FILE *stream;
    char *text;
    size_t size;
};

/* False when memory is short. */
bool words_begin(struct words *w);

/* Ends it: broken into lines of 100 characters for a terminal, in one line for Markdown.  Where
 * memory was short it is STATUS_FAILED, and nothing of it is printed. */
enum status words_print(struct words *w, bool md, FILE *out);

/* A paragraph; with `md` an item of a list. */
void words_note(bool md, FILE *out, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "s" unless there is one. */
const char *words_plural(size_t count);

/* Cells: a number of about three digits, with its sign on request; one with as many decimals as an
 * uncertainty of `half` leaves; a range, with as many as its own width does; a p value; a share as
 * a percentage; a count.  "-" for what is not known, and for a count of none. */
void words_number(struct table *t, double x, bool sign);
void words_figure(struct table *t, double x, double half, bool sign);
void words_range(struct table *t, double low, double high);
void words_p(struct table *t, double p);
void words_share(struct table *t, double share);
void words_count(struct table *t, size_t count);

/* For programs: all digits; nothing for what is not known. */
void words_exact(struct table *t, double x);

#endif
