/* State as columns: what an entity carries, declared once.
 *
 * An entity is a struct of arrays inside the world.  The declaration of a column drives allocation,
 * checks, checkpoint, output and the tables of the manual; offsets tell the engine where in the
 * model's world the count and the arrays stand, so that it needs to know no entity by name. */
#ifndef SAMSKAB_COLUMN_H
#define SAMSKAB_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum column_type { COLUMN_F32, COLUMN_U8, COLUMN_U16, COLUMN_U32 };

enum column_role {
    COLUMN_TRAIT,  /* fixed by initialisation */
    COLUMN_STATE,  /* evolves; saved in a checkpoint */
    COLUMN_DERIVED /* computed anew every week */
};

enum {
    COLUMN_NONE = 0
}; /* offset of an array that a column does not have; 0 is the world's base */

struct column {
    const char *name;
    size_t entity; /* position in the model's list of entities */
    enum column_type type;
    enum column_role role;
    const char *unit;
    double lo, hi; /* bounds that hold after every week */
    const char *meaning;
    size_t now;  /* offset of the array in the world */
    size_t next; /* offset of the array of next week's values; COLUMN_NONE when it has none */
};

struct entity {
    const char *name;    /* "person" */
    const char *meaning; /* one sentence */
    size_t count;        /* offset of its size_t count in the world */
    size_t capacity;     /* offset of the size_t number of rows to allocate */
    bool transient;      /* rebuilt every week from other columns: not saved, not output */
};

/* Bytes of one value. */
size_t column_width(enum column_type type);

/* "float32", "uint8", ... */
const char *column_type_name(enum column_type type);

/* "trait", "state", "derived". */
const char *column_role_name(enum column_role role);

/* The array of a column in this world. */
void *column_now(const struct column *c, const void *world);

/* One value as a number. */
double column_value(const struct column *c, const void *world, size_t row);

struct model;
struct world;

/* Allocates and zeroes the arrays of every column of every entity whose capacity the model has set.
 * Fails with STATUS_FAILED when memory is short.  */
enum status columns_allocate(const struct model *m, struct world *w, struct error *e);

/* Frees what columns_allocate gave; safe on a world that was only zeroed. */
void columns_free(const struct model *m, struct world *w);

/* Whether every value of every column lies within its bounds; writes a finding for the first of
 * each column that does not. */
enum status columns_check(const struct model *m, const struct world *w, struct error *e);

/* Bytes that the columns of this world take. */
size_t columns_bytes(const struct model *m, const struct world *w);

/* A digest of every saved column's bits (FNV-1a of 64 bits), optionally of one role only. */
uint64_t columns_digest(const struct model *m, const struct world *w, bool traits, bool states);

/* The same of states alone, ten times as quick and with other bits: for every checkpoint.  It goes
 * on column by column, from DIGEST_EMPTY. */
uint64_t column_state_digest(uint64_t digest, const struct column *c, const void *values,
                             size_t rows);
uint64_t columns_state_digest(const struct model *m, const struct world *w);

#endif
