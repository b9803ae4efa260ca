/* A table of texts, printed for a terminal, as CSV, as YAML or as Markdown.
 *
 *     struct table t;
 *     table_init(&t, 3, (const char *const[]){"name", "unit", "meaning"});
 *     table_add(&t, "%s", name);                 cell by cell, row by row
 *     table_print(&t, TABLE_TEXT, stdout);
 *     table_free(&t);
 *
 * Widths count characters, not bytes of UTF-8.  A memory that is short is told once, by
 * table_print. */
#ifndef SAMSKAB_TABLE_H
#define SAMSKAB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/error.h"

enum table_format { TABLE_TEXT, TABLE_CSV, TABLE_YAML, TABLE_MD };

enum { TABLE_COLUMNS = 40 };

struct table {
    size_t columns;
    const char *const *heads;
    bool right[TABLE_COLUMNS]; /* columns of numbers stand to the right */
    size_t wrapped;            /* column that is broken to fit a terminal; `columns` for none */
    char **cells;              /* row by row */
    size_t count, size;
    bool failed;
};

/* `heads` must stay while the table is in use; at most TABLE_COLUMNS columns. */
void table_init(struct table *t, size_t columns, const char *const *heads);
void table_add(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* YAML is a list of rows, each a mapping from heads to texts. */
enum status table_print(const struct table *t, enum table_format format, FILE *out);
void table_free(struct table *t);

/* A field of CSV (RFC 4180), quoted when it has to be. */
void table_csv_field(const char *text, FILE *out);

/* "table", "csv", "yaml" or "md"; false for anything else. */
bool table_format_parse(const char *name, enum table_format *format);

/* A number for people, about three digits that count: "1,234", "123", "12.3", "0.12", "0.0012". */
void table_number(double value, char *text, size_t size);

/* Characters of a UTF-8 text. */
size_t table_width(const char *text);

/* Columns of the terminal behind `out`; 0 when it is none. */
size_t table_terminal(FILE *out);

#endif
