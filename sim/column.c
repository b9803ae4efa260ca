#include "sim/column.h"

#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/model.h"

size_t column_width(enum column_type type)
{
    switch (type) {
    case COLUMN_F32:
        return sizeof(float);
    case COLUMN_U8:
        return sizeof(uint8_t);
    case COLUMN_U16:
        return sizeof(uint16_t);
    case COLUMN_U32:
        return sizeof(uint32_t);
    }
    abort();
}

const char *column_type_name(enum column_type type)
{
    switch (type) {
    case COLUMN_F32:
        return "float32";
    case COLUMN_U8:
        return "uint8";
    case COLUMN_U16:
        return "uint16";
    case COLUMN_U32:
        return "uint32";
    }
    abort();
}

const char *column_role_name(enum column_role role)
{
    switch (role) {
    case COLUMN_TRAIT:
        return "trait";
    case COLUMN_STATE:
        return "state";
    case COLUMN_DERIVED:
        return "derived";
    }
    abort();
}

/* The world holds pointers of many types at these offsets: read and written as bytes. */
static void *pointer_at(const void *world, size_t offset)
{
    void *p;
    memcpy(&p, (const char *)world + offset, sizeof p);
    return p;
}

static void pointer_set(void *world, size_t offset, void *p)
{
    memcpy((char *)world + offset, &p, sizeof p);
}

static size_t size_at(const void *world, size_t offset)
{
    size_t n;
    memcpy(&n, (const char *)world + offset, sizeof n);
    return n;
}

static size_t rows_of(const struct model *m, const struct column *c, const void *world)
{
    return size_at(world, m->entities[c->entity].count);
}

static size_t capacity_of(const struct model *m, const struct column *c, const void *world)
{
    return size_at(world, m->entities[c->entity].capacity);
}

void *column_now(const struct column *c, const void *world)
{
    return pointer_at(world, c->now);
}

double column_value(const struct column *c, const void *world, size_t row)
{
    const void *array = column_now(c, world);
    switch (c->type) {
    case COLUMN_F32:
        return (double)((const float *)array)[row];
    case COLUMN_U8:
        return (double)((const uint8_t *)array)[row];
    case COLUMN_U16:
        return (double)((const uint16_t *)array)[row];
    case COLUMN_U32:
        return (double)((const uint32_t *)array)[row];
    }
    abort();
}

/* Zeroed by the system, so that rows that are never used take no memory; `bytes` above 0 and not
 * near SIZE_MAX. */
static void *array_new(size_t bytes)
{
    return calloc(1, bytes);
}

static enum status column_allocate(const struct model *m, const struct column *c, struct world *w,
                                   struct error *e)
{
    size_t capacity = capacity_of(m, c, w);
    size_t width = column_width(c->type);
    const char *entity = m->entities[c->entity].name;
    if (capacity == 0)
        return STATUS_DONE;
    if (capacity > SIZE_MAX / width)
        return error_add(e, STATUS_FAILED, "%zu rows of %s.%s are more than memory can address",
                         capacity, entity, c->name);

    const size_t offsets[] = {c->now, c->next};
    for (size_t k = 0; k < 2; k++) {
        if (offsets[k] == COLUMN_NONE)
            continue;
        void *array = array_new(capacity * width);
        if (!array)
            return error_add(e, STATUS_FAILED,
                             "memory is short: %zu bytes for %zu rows of %s.%s (%zu bytes for all "
                             "columns)",
                             capacity * width, capacity, entity, c->name, columns_bytes(m, w));
        pointer_set(w, offsets[k], array);
    }
    return STATUS_DONE;
}

enum status columns_allocate(const struct model *m, struct world *w, struct error *e)
{
    for (size_t k = 0; k < m->column_count; k++) {
        enum status status = column_allocate(m, &m->columns[k], w, e);
        if (status) {
            columns_free(m, w);
            return status;
        }
    }
    return STATUS_DONE;
}

static void array_free(struct world *w, size_t offset)
{
    if (offset == COLUMN_NONE)
        return;
    free(pointer_at(w, offset));
    pointer_set(w, offset, NULL);
}

void columns_free(const struct model *m, struct world *w)
{
    for (size_t k = 0; k < m->column_count; k++) {
        array_free(w, m->columns[k].now);
        array_free(w, m->columns[k].next);
    }
}

/* The first of some rows whose value does not lie within [lo, hi]; their end when there is none. */
#define DEFINE_FIRST_OUTSIDE(name, type)                                                           \
    static size_t name(const type *value, struct range rows, type lo, type hi)                     \
    {                                                                                              \
        size_t row = rows.first;                                                                   \
        while (row < rows.end && value[row] >= lo && value[row] <= hi)                             \
            row++;                                                                                 \
        return row;                                                                                \
    }
DEFINE_FIRST_OUTSIDE(first_outside_float, float)
DEFINE_FIRST_OUTSIDE(first_outside_u8, uint8_t)
DEFINE_FIRST_OUTSIDE(first_outside_u16, uint16_t)
DEFINE_FIRST_OUTSIDE(first_outside_u32, uint32_t)

/* A bound as a whole number; bounds wider than the type are those of the type. */
static uint32_t whole(double bound, uint32_t most)
{
    return bound > 0 ? bound < most ? (uint32_t)bound : most : 0;
}

/* Bounds are rounded to the column's type: 0.65 as a float lies below the double 0.65. */
static size_t first_outside(const struct column *c, const void *world, struct range rows)
{
    const void *array = column_now(c, world);
    switch (c->type) {
    case COLUMN_F32:
        return first_outside_float(array, rows, (float)c->lo, (float)c->hi);
    case COLUMN_U8:
        return first_outside_u8(array, rows, (uint8_t)whole(c->lo, UINT8_MAX),
                                (uint8_t)whole(c->hi, UINT8_MAX));
    case COLUMN_U16:
        return first_outside_u16(array, rows, (uint16_t)whole(c->lo, UINT16_MAX),
                                 (uint16_t)whole(c->hi, UINT16_MAX));
    case COLUMN_U32:
        return first_outside_u32(array, rows, whole(c->lo, UINT32_MAX), whole(c->hi, UINT32_MAX));
    }
    abort();
}

enum status columns_check(const struct model *m, const struct world *w, struct error *e)
{
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        const struct entity *entity = &m->entities[c->entity];
        size_t rows = rows_of(m, c, w);
        size_t capacity = capacity_of(m, c, w);
        if (rows > capacity) {
            status =
                error_add(e, STATUS_FAILED, "%s has %zu rows after week %u, must have at most %zu",
                          entity->name, rows, (unsigned)w->week, capacity);
            continue;
        }
        struct range own = world_rows(w, c->entity);
        size_t row = first_outside(c, w, own);
        if (row < own.end)
            status = error_add(e, STATUS_FAILED,
                               "%s.%s of row %zu is %.9g after week %u, must lie in [%g, %g] (%s)",
                               entity->name, c->name, row, column_value(c, w, row),
                               (unsigned)w->week, c->lo, c->hi, c->unit);
    }
    return status;
}

size_t columns_bytes(const struct model *m, const struct world *w)
{
    size_t bytes = 0;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        size_t arrays = c->next == COLUMN_NONE ? 1 : 2;
        bytes += arrays * column_width(c->type) * capacity_of(m, c, w);
    }
    return bytes;
}

uint64_t columns_digest(const struct model *m, const struct world *w, bool traits, bool states)
{
    uint64_t digest = DIGEST_EMPTY;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        bool wanted = (c->role == COLUMN_TRAIT && traits) || (c->role == COLUMN_STATE && states);
        if (!wanted || m->entities[c->entity].transient)
            continue;
        size_t rows = rows_of(m, c, w);
        digest = digest_bytes(digest, &rows, sizeof rows);
        digest = digest_bytes(digest, column_now(c, w), rows * column_width(c->type));
    }
    return digest;
}

/* Goes on from a digest in four lanes, which the processor works on side by side, of eight bytes at
 * a time.  A lane's step can be undone, so that no change of one word is lost. */
static uint64_t digest_lanes(uint64_t digest, const void *data, size_t size)
{
    enum { LANES = 4, ROTATED = 29 };
    const uint64_t prime = 0x9e3779b185ebca87ULL; /* odd, of many bits */
    const unsigned char *at = data;
    uint64_t lane[LANES] = {digest, digest, digest, digest};
    while (size > 0) {
        uint64_t word[LANES] = {0};
        size_t taken = size < sizeof word ? size : sizeof word;
        if (taken == sizeof word)
            memcpy(word, at, sizeof word);
        else
            memcpy(word, at, taken);
        for (size_t k = 0; k < LANES; k++) {
            uint64_t mixed = (lane[k] ^ word[k]) * prime;
            lane[k] = mixed << ROTATED | mixed >> (64 - ROTATED);
        }
        at += taken;
        size -= taken;
    }
    return digest_bytes(digest, lane, sizeof lane);
}

uint64_t column_state_digest(uint64_t digest, const struct column *c, const void *values,
                             size_t rows)
{
    digest = digest_bytes(digest, &rows, sizeof rows);
    return digest_lanes(digest, values, rows * column_width(c->type));
}

uint64_t columns_state_digest(const struct model *m, const struct world *w)
{
    uint64_t digest = DIGEST_EMPTY;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        if (c->role != COLUMN_STATE || m->entities[c->entity].transient)
            continue;
        digest = column_state_digest(digest, c, column_now(c, w), rows_of(m, c, w));
    }
    return digest;
}
