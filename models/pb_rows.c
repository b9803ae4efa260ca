/* Rows and fields of a .pb file, numbers, and tables of names. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/pb_parts.h"

enum { FIELDS_MAX = 4096 }; /* of one row */

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* How many bytes there are before the first that is no text, which a NUL is not either. */
static size_t text_length(const char *bytes, size_t size)
{
    size_t length = findings_breach(bytes, size);
    const char *nul = memchr(bytes, '\0', length);
    return nul ? (size_t)(nul - bytes) : length;
}

/* Finds bytes that are no text, one on each line. */
static void check_text(struct pb_rows *r)
{
    for (size_t at = r->at; r->findings.count < PB_FINDINGS;) {
        at += text_length(r->text + at, r->size - at);
        if (at == r->size)
            return;
        pb_find(r, at, "byte 0x%02x is no text; a .pb file is text in UTF-8",
                (unsigned char)r->text[at]);
        while (at < r->size && r->text[at] != '\n')
            at++;
    }
}

enum status pb_rows_begin(struct pb_rows *r, const char *text, size_t size, const char *name,
                          struct error *e)
{
    memset(r, 0, sizeof *r);
    r->findings = (struct findings){.name = name, .text = text, .size = size};
    r->text = text;
    r->size = size;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r->at = 3;
    check_text(r);
    r->room = malloc(size + 2);
    if (!r->room)
        return error_add(e, STATUS_FAILED, "%s: out of memory", name);
    return STATUS_DONE;
}

static bool add_field(struct pb_rows *r, const char *text, size_t at)
{
    if (r->count == FIELDS_MAX) {
        pb_find(r, at, "a row has more than %d fields", FIELDS_MAX);
        return false;
    }
    if (r->count == r->fields_size) {
        size_t size = r->fields_size ? 2 * r->fields_size : 16;
        struct pb_field *fields = realloc(r->fields, size * sizeof *fields);
        if (!fields) {
            r->failed = true;
            return false;
        }
        r->fields = fields;
        r->fields_size = size;
    }
    r->fields[r->count++] = (struct pb_field){text, at};
    return true;
}

/* Copies a field in quotes, of which the first has been read. */
static bool read_quoted(struct pb_rows *r, size_t at)
{
    for (;;) {
        const char *quote = memchr(r->text + r->at, '"', r->size - r->at);
        if (!quote) {
            pb_find(r, at, "this quote is never closed; the rest of the file was not read");
            r->at = r->size;
            return false;
        }
        size_t length = (size_t)(quote - (r->text + r->at));
        memcpy(r->room + r->used, r->text + r->at, length);
        r->used += length;
        r->at += length + 1;
        if (r->at == r->size || r->text[r->at] != '"')
            break;
        r->room[r->used++] = '"';
        r->at++;
    }
    while (r->at < r->size && blank(r->text[r->at]))
        r->at++;
    if (r->at < r->size && r->text[r->at] != ';' && r->text[r->at] != '\n') {
        pb_find(r, r->at, "text follows a closing quote; quotes inside of one are doubled");
        while (r->at < r->size && r->text[r->at] != ';' && r->text[r->at] != '\n')
            r->at++;
    }
    return true;
}

static void read_plain(struct pb_rows *r)
{
    size_t start = r->at;
    while (r->at < r->size && r->text[r->at] != ';' && r->text[r->at] != '\n')
        r->at++;
    memcpy(r->room + r->used, r->text + start, r->at - start);
    r->used += r->at - start;
}

/* One field, up to what ends it. */
static bool read_field(struct pb_rows *r)
{
    while (r->at < r->size && blank(r->text[r->at]))
        r->at++;
    size_t at = r->at, start = r->used;
    if (r->at < r->size && r->text[r->at] == '"') {
        r->at++;
        if (!read_quoted(r, at))
            return false;
    } else {
        read_plain(r);
    }
    while (r->used > start && blank(r->room[r->used - 1]))
        r->used--;
    while (start < r->used && (blank(r->room[start]) || r->room[start] == '\n'))
        start++;
    r->room[r->used++] = '\0';
    for (char *c = r->room + start; *c; c++)
        *c = *c == '\n' || *c == '\r' ? ' ' : *c;
    return add_field(r, r->room + start, at);
}

static bool read_row(struct pb_rows *r)
{
    r->count = 0;
    r->row_at = r->at;
    for (;;) {
        if (!read_field(r))
            return false;
        if (r->at == r->size)
            return true;
        if (r->text[r->at++] == '\n')
            return true;
    }
}

bool pb_rows_next(struct pb_rows *r)
{
    while (r->at < r->size && r->findings.count < PB_FINDINGS) {
        if (!read_row(r))
            return false;
        for (size_t k = 0; k < r->count; k++)
            if (r->fields[k].text[0] != '\0')
                return true;
    }
    return false;
}

void pb_rows_end(struct pb_rows *r)
{
    findings_free(&r->findings);
    free(r->room);
    free(r->fields);
    memset(r, 0, sizeof *r);
}

struct pb_shown pb_show(const char *text)
{
    struct pb_shown shown = {""};
    findings_quote(text, shown.text, sizeof shown.text);
    return shown;
}

bool pb_number(const char *text, bool comma, double *value)
{
    char copy[64];
    size_t length = strlen(text), digits = 0, points = 0;
    if (length == 0 || length >= sizeof copy)
        return false;
    for (size_t k = 0; k < length; k++) {
        char c = text[k] == ',' && comma ? '.' : text[k];
        bool sign = k == 0 && (c == '-' || c == '+');
        digits += c >= '0' && c <= '9';
        points += c == '.';
        if (!sign && c != '.' && !(c >= '0' && c <= '9'))
            return false;
        copy[k] = c;
    }
    copy[length] = '\0';
    if (digits == 0 || points > 1)
        return false;
    *value = strtod(copy, NULL);
    return isfinite(*value);
}

/* --- names ------------------------------------------------------------------------------------ */

static uint64_t hash_of(const char *name, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (size_t k = 0; k < length; k++)
        hash = (hash ^ (unsigned char)name[k]) * 0x100000001b3ULL;
    return hash ^ hash >> 29;
}

/* The slot that has a name, or the free one where it would be. */
static size_t slot_of(const struct pb_names *n, const char *name, size_t length)
{
    size_t at = hash_of(name, length) & (n->slot_count - 1);
    while (n->slots[at] != 0) {
        const char *other = n->names[n->slots[at] - 1];
        if (strncmp(other, name, length) == 0 && other[length] == '\0')
            break;
        at = (at + 1) & (n->slot_count - 1);
    }
    return at;
}

uint32_t pb_names_find(const struct pb_names *n, const char *name, size_t length)
{
    if (n->slot_count == 0)
        return NOT_KNOWN;
    uint32_t number = n->slots[slot_of(n, name, length)];
    return number ? number - 1 : NOT_KNOWN;
}

static bool widen(struct pb_names *n)
{
    size_t slot_count = n->slot_count ? 2 * n->slot_count : 64;
    const char **names = realloc(n->names, slot_count / 2 * sizeof *names);
    if (names)
        n->names = names;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (!names || !slots) {
        free(slots);
        return false;
    }
    free(n->slots);
    n->slots = slots;
    n->slot_count = slot_count;
    for (size_t k = 0; k < n->count; k++)
        slots[slot_of(n, names[k], strlen(names[k]))] = (uint32_t)k + 1;
    return true;
}

bool pb_names_add(struct pb_names *n, const char *name)
{
    if (2 * n->count >= n->slot_count && !widen(n))
        return false;
    n->names[n->count] = name;
    n->slots[slot_of(n, name, strlen(name))] = (uint32_t)++n->count;
    return true;
}

void pb_names_free(struct pb_names *n)
{
    free(n->names);
    free(n->slots);
    memset(n, 0, sizeof *n);
}
