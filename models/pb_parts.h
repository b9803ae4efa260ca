/* Pieces of the reader of .pb files; inside of models/pb_*.c. */
#ifndef SAMSKAB_PB_PARTS_H
#define SAMSKAB_PB_PARTS_H

#include "models/pb_read.h"
#include "sim/findings.h"

/* A field of a row. */
struct pb_field {
    const char *text; /* trimmed, without its quotes; ends in a NUL */
    size_t at;        /* where it begins in the file */
};

/* Rows of fields, one after another. */
struct pb_rows {
    struct findings findings;
    const char *text;
    size_t size, at; /* what is read, and how far */
    char *room;      /* that fields are copied to; as large as the file */
    size_t used;
    struct pb_field *fields;
    size_t count, fields_size;
    size_t row_at; /* where the row begins */
    bool failed;   /* memory is short */
};

enum status pb_rows_begin(struct pb_rows *r, const char *text, size_t size, const char *name,
                          struct error *e);

/* The next row that has anything in it; false at the end, and when reading had better stop. */
bool pb_rows_next(struct pb_rows *r);
void pb_rows_end(struct pb_rows *r);

/* printf-style finding; those after the first thousand are dropped and reading stops. */
#define PB_FINDINGS 1000
#define pb_find(r, at, ...)                                                                        \
    do {                                                                                           \
        if ((r)->findings.count < PB_FINDINGS)                                                     \
            findings_add(&(r)->findings, at, __VA_ARGS__);                                         \
    } while (0)

/* A text for a message. */
struct pb_shown {
    char text[44];
};
struct pb_shown pb_show(const char *text);

/* A number with a decimal point, or with `comma` a decimal comma too; false when it is none. */
bool pb_number(const char *text, bool comma, double *value);

/* Names and their numbers 0, 1, 2, ...; names must stay. */
struct pb_names {
    const char **names;
    uint32_t *slots; /* number + 1 */
    size_t count, slot_count;
};

/* The number of a name; NOT_KNOWN when there is none. */
uint32_t pb_names_find(const struct pb_names *n, const char *name, size_t length);

/* Adds a name that is not there; false when memory is short. */
bool pb_names_add(struct pb_names *n, const char *name);
void pb_names_free(struct pb_names *n);

#endif
