/* Reading of an edge list.  All malformed lines are reported together. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/network.h"

enum {
    FINDINGS_MAX = 20, /* that are written out */
    FIELDS_MAX = 3,
    SHOWN_MAX = 40 /* characters of a malformed value that are shown */
};

struct edge {
    uint32_t a, b;
    float weight;
    size_t line;
    size_t earlier; /* line that has the same tie; 0 when there is none */
};

struct field {
    const char *text;
    size_t length;
};

struct reader {
    const char *name;
    struct error *e;
    size_t findings;
    enum status status;
    size_t agents;
    size_t columns; /* 2 or 3, as the header says */
    struct edge *edges;
    size_t count, size;
};

__attribute__((format(printf, 3, 4))) static void find(struct reader *r, size_t line,
                                                       const char *format, ...)
{
    char text[512];
    r->status = STATUS_BAD_INPUT;
    if (r->findings++ >= FINDINGS_MAX)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_add(r->e, STATUS_BAD_INPUT, "%s:%zu: %s", r->name, line, text);
}

/* A value as it may be shown on a terminal. */
struct shown {
    char text[SHOWN_MAX + 4];
};

static struct shown show(struct field f)
{
    struct shown s;
    size_t n = f.length < SHOWN_MAX ? f.length : SHOWN_MAX;
    for (size_t k = 0; k < n; k++) {
        unsigned char c = (unsigned char)f.text[k];
        s.text[k] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
    }
    strcpy(s.text + n, f.length > n ? "..." : "");
    return s;
}

static struct field trimmed(const char *text, size_t length)
{
    while (length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return (struct field){text, length};
}

/* Takes the quotes off; what is quoted twice inside stays, no value of ours holds a quote. */
static bool unquote(struct field *f)
{
    if (f->length == 0 || f->text[0] != '"')
        return true;
    if (f->length < 2 || f->text[f->length - 1] != '"')
        return false;
    *f = trimmed(f->text + 1, f->length - 2);
    return true;
}

/* Splits a line at its commas; the number of fields, of which the first FIELDS_MAX are given, or 0
 * when a quote is not closed. */
static size_t split(struct field line, struct field fields[FIELDS_MAX])
{
    size_t n = 0;
    for (size_t at = 0; at <= line.length;) {
        size_t begin = at;
        bool quoted = false;
        for (; at < line.length && (quoted || line.text[at] != ','); at++)
            if (line.text[at] == '"')
                quoted = !quoted;
        struct field f = trimmed(line.text + begin, at - begin);
        if (quoted || !unquote(&f))
            return 0;
        if (n < FIELDS_MAX)
            fields[n] = f;
        n++;
        at++;
    }
    return n;
}

static bool field_is(struct field f, const char *word)
{
    return f.length == strlen(word) && memcmp(f.text, word, f.length) == 0;
}

static void read_header(struct reader *r, struct field line)
{
    struct field f[FIELDS_MAX];
    size_t n = split(line, f);
    bool known = (n == 2 || n == 3) && field_is(f[0], "a") && field_is(f[1], "b") &&
                 (n == 2 || field_is(f[2], "weight"));
    if (known)
        r->columns = n;
    else
        find(r, 1, "the header is '%s', must be 'a,b' or 'a,b,weight'", show(line).text);
}

static bool read_agent(struct field f, size_t agents, uint32_t *agent)
{
    uint64_t value = 0;
    for (size_t k = 0; k < f.length; k++) {
        if (f.text[k] < '0' || f.text[k] > '9' || value > UINT32_MAX)
            return false;
        value = 10 * value + (uint64_t)(f.text[k] - '0');
    }
    *agent = (uint32_t)value;
    return f.length > 0 && value < agents;
}

static bool read_weight(struct field f, float *weight)
{
    char text[64], *end;
    if (f.length == 0 || f.length >= sizeof text)
        return false;
    memcpy(text, f.text, f.length);
    text[f.length] = '\0';
    if (strspn(text, "+-.0123456789eE") != f.length)
        return false;
    *weight = (float)strtod(text, &end);
    return *end == '\0' && *weight > 0 && isfinite(*weight);
}

static bool edge_add(struct reader *r, struct edge edge)
{
    if (r->count == r->size) {
        size_t size = r->size ? 2 * r->size : 1024;
        struct edge *edges = realloc(r->edges, size * sizeof *edges);
        if (!edges || r->count > UINT32_MAX / 2 - 1) {
            r->edges = edges ? edges : r->edges;
            r->status =
                error_add(r->e, STATUS_FAILED, "%s:%zu: memory is short: more than %zu ties",
                          r->name, edge.line, r->count);
            return false;
        }
        r->edges = edges;
        r->size = size;
    }
    r->edges[r->count++] = edge;
    return true;
}

/* Reads one tie; false when reading cannot go on. */
static bool read_tie(struct reader *r, struct field line, size_t number)
{
    const char *names[] = {"a", "b", "weight"};
    struct field f[FIELDS_MAX] = {{0}};
    struct edge edge = {.weight = 1, .line = number};
    if (memchr(line.text, '\0', line.length)) {
        find(r, number, "the line holds a zero byte, must be text");
        return true;
    }
    size_t n = split(line, f);
    if (n == 0) {
        find(r, number, "'%s' has a quote out of place", show(line).text);
        return true;
    }
    if (n != r->columns) {
        find(r, number, "'%s' has %zu field%s, must have %zu (%s)", show(line).text, n,
             n == 1 ? "" : "s", r->columns, r->columns == 2 ? "a,b" : "a,b,weight");
        return true;
    }
    uint32_t *ends[] = {&edge.a, &edge.b};
    for (size_t k = 0; k < 2; k++) {
        if (!read_agent(f[k], r->agents, ends[k])) {
            find(r, number, "%s is '%s', must be a whole number, at least 0 and below %zu",
                 names[k], show(f[k]).text, r->agents);
            return true;
        }
    }
    if (edge.a == edge.b) {
        find(r, number, "a and b are both %" PRIu32 ", must be two different agents", edge.a);
        return true;
    }
    if (n == 3 && !read_weight(f[2], &edge.weight)) {
        find(r, number, "weight is '%s', must be a number above 0 and at most 3.4e38",
             show(f[2]).text);
        return true;
    }
    return edge_add(r, edge);
}

static void read_lines(struct reader *r, const char *text, size_t size)
{
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size -= 3;
    }
    const char *end = text + size;
    for (size_t number = 1; text < end || number == 1; number++) {
        const char *stop = size ? memchr(text, '\n', (size_t)(end - text)) : NULL;
        size_t length = (size_t)((stop ? stop : end) - text);
        struct field line = trimmed(text, length && text[length - 1] == '\r' ? length - 1 : length);
        if (number == 1)
            read_header(r, line);
        else if (line.length > 0 && !read_tie(r, line, number))
            return;
        if (r->columns == 0 || !stop)
            return;
        text = stop + 1;
    }
}

/* Rows of the edges at each agent.  `edge` holds 2 x count positions, the two of an edge in the row
 * of either end. */
struct rows {
    uint32_t *start, *edge;
};

/* Fills `to` with the edges in the order of `order` (NULL: of the file), each put into the row of
 * the end that lies across from the row it is met in. */
static void rows_fill(const struct reader *r, const struct rows *order, uint32_t *cursor,
                      uint32_t *to)
{
    if (!order) {
        for (uint32_t k = 0; k < r->count; k++) {
            to[cursor[r->edges[k].a]++] = k;
            to[cursor[r->edges[k].b]++] = k;
        }
        return;
    }
    for (uint32_t i = 0; i < r->agents; i++)
        for (uint32_t k = order->start[i]; k < order->start[i + 1]; k++) {
            const struct edge *edge = &r->edges[order->edge[k]];
            to[cursor[edge->a ^ edge->b ^ i]++] = order->edge[k];
        }
}

/* Marks each edge whose tie stands in an earlier line, and reports it. */
static void find_twice(struct reader *r, const struct network *n, const uint32_t *edge)
{
    for (uint32_t i = 0; i < r->agents; i++)
        for (uint32_t k = n->start[i] + 1; k < n->start[i + 1]; k++)
            if (n->target[k] == n->target[k - 1])
                r->edges[edge[k]].earlier = r->edges[edge[k - 1]].line;
    for (size_t k = 0; k < r->count; k++)
        if (r->edges[k].earlier)
            find(r, r->edges[k].line,
                 "the tie of %" PRIu32 " and %" PRIu32
                 " stands in line %zu already, must stand once in either direction",
                 r->edges[k].a, r->edges[k].b, r->edges[k].earlier);
}

static bool any_weight(const struct reader *r)
{
    for (size_t k = 0; k < r->count; k++)
        if (r->edges[k].weight < 1 || r->edges[k].weight > 1)
            return true;
    return false;
}

/* From edges in the order of the file to rows in rising order: filling rows in the order of other
 * rows sorts them. */
static void rows_sort(struct reader *r, struct network *n, struct rows *by_file,
                      struct rows *sorted, uint32_t *cursor)
{
    for (size_t k = 0; k < r->count; k++) {
        n->start[r->edges[k].a + 1]++;
        n->start[r->edges[k].b + 1]++;
    }
    for (size_t i = 0; i < r->agents; i++)
        n->start[i + 1] += n->start[i];
    by_file->start = sorted->start = n->start;

    memcpy(cursor, n->start, r->agents * sizeof *cursor);
    rows_fill(r, NULL, cursor, by_file->edge);
    memcpy(cursor, n->start, r->agents * sizeof *cursor);
    rows_fill(r, by_file, cursor, sorted->edge);

    for (uint32_t i = 0; i < r->agents; i++)
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++) {
            const struct edge *edge = &r->edges[sorted->edge[k]];
            n->target[k] = edge->a ^ edge->b ^ i;
        }
}

static enum status rows_build(struct reader *r, struct network *n)
{
    size_t entries = 2 * r->count + 1; /* never 0 */
    struct rows by_file = {.edge = malloc(entries * sizeof *by_file.edge)};
    struct rows sorted = {.edge = malloc(entries * sizeof *sorted.edge)};
    uint32_t *cursor = malloc((r->agents + 1) * sizeof *cursor);
    bool weighted = any_weight(r);
    enum status status = network_none(n, r->agents, r->e);
    if (status)
        goto out;
    n->target = malloc(entries * sizeof *n->target);
    n->weight = weighted ? malloc(entries * sizeof *n->weight) : NULL;
    if (!by_file.edge || !sorted.edge || !cursor || !n->target || (weighted && !n->weight)) {
        status =
            error_add(r->e, STATUS_FAILED, "memory is short: %zu ties of %s", r->count, r->name);
        goto out;
    }
    n->ties = r->count;
    rows_sort(r, n, &by_file, &sorted, cursor);
    find_twice(r, n, sorted.edge);
    for (size_t k = 0; weighted && k < 2 * r->count; k++)
        n->weight[k] = r->edges[sorted.edge[k]].weight;
    status = r->status;

out:
    free(by_file.edge);
    free(sorted.edge);
    free(cursor);
    return status;
}

enum status network_parse(struct network *n, size_t count, const char *text, size_t size,
                          const char *name, struct error *e)
{
    memset(n, 0, sizeof *n);
    struct reader r = {.name = name, .e = e, .agents = count};
    if (count > UINT32_MAX - 1)
        return error_add(e, STATUS_BAD_INPUT, "%s: %zu agents are too many, must be below 2^32 - 1",
                         name, count);
    read_lines(&r, text, size);
    enum status status = r.status;
    if (status != STATUS_FAILED && r.columns > 0)
        status = rows_build(&r, n);
    if (r.findings > FINDINGS_MAX)
        error_add(e, STATUS_BAD_INPUT, "%s: ... and %zu more", name, r.findings - FINDINGS_MAX);
    if (status)
        network_free(n);
    free(r.edges);
    return status;
}
