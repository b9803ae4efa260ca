/* Points of a CSV file: a line of keys, then a line of values a point; a column `name` names them,
 * a column `weight` says how much each counts, as draws of a posterior do.  Lines that begin with #
 * are passed over. */
#include <stdlib.h>
#include <string.h>

#include "analysis/plan_reader.h"

enum { CSV_LIMIT = 1 << 30, CELL = 512 };

/* Columns of the file that are no column of the plan. */
#define NAME   SIZE_MAX
#define WEIGHT (SIZE_MAX - 1)

const struct param plan_weight = {
    .key = "weight",
    .unit = "1",
    .kind = PARAM_REAL,
    .lo = 0,
    .hi = 1e9,
    .meaning = "how much a point counts, relative to the others",
};

struct csv {
    struct plan_reader *x;
    struct reader r; /* findings of its own: they have places in this file */
    char *text;
    size_t size, at; /* where reading goes on */
    size_t *columns; /* of the plan, by column of the file; NAME and WEIGHT */
    size_t count;
};

/* One cell from where reading goes on, without the blanks and quotes around it; false behind the
 * last of its line, when reading has moved to the next one. */
static bool next_cell(struct csv *c, bool first, char cell[CELL], size_t *at)
{
    const char *text = c->text;
    if (!first) {
        if (c->at >= c->size || text[c->at] != ',') {
            c->at += strcspn(text + c->at, "\n");
            c->at += c->at < c->size;
            return false;
        }
        c->at++;
    }
    c->at += strspn(text + c->at, " \t");
    bool quoted = text[c->at] == '"';
    c->at += quoted;
    *at = c->at;
    size_t length = strcspn(text + c->at, quoted ? "\"\n" : ",\r\n");
    c->at += length;
    while (!quoted && length > 0 && strchr(" \t", text[*at + length - 1]))
        length--;
    snprintf(cell, CELL, "%.*s", (int)length, text + *at);
    if (quoted)
        c->at += strcspn(text + c->at, ",\n");
    c->at += strspn(text + c->at, "\r");
    return true;
}

/* Moves to a line that holds something; false at the end. */
static bool next_line(struct csv *c)
{
    while (c->at < c->size && (c->text[c->at] == '#' || c->text[c->at] == '\n' ||
                               strncmp(c->text + c->at, "\r\n", 2) == 0)) {
        c->at += strcspn(c->text + c->at, "\n");
        c->at += c->at < c->size;
    }
    return c->at < c->size;
}

static bool read_head(struct csv *c)
{
    char cell[CELL];
    size_t at, before = c->r.findings.count;
    if (!next_line(c)) {
        findings_add(&c->r.findings, FINDINGS_WHOLE, "holds no line of keys");
        return false;
    }
    c->columns = calloc(PLAN_COLUMNS + 1, sizeof *c->columns);
    if (!c->columns) {
        c->r.findings.failed = true;
        return false;
    }
    for (bool first = true; next_cell(c, first, cell, &at); first = false) {
        const struct yaml word = {.kind = YAML_SCALAR, .text = cell, .at = at};
        if (c->count == PLAN_COLUMNS) {
            findings_add(&c->r.findings, at, "more than %d columns", PLAN_COLUMNS);
            return false;
        }
        c->columns[c->count] = c->x->column_count;
        if (strcmp(cell, "name") == 0)
            c->columns[c->count] = NAME;
        else if (strcmp(cell, "weight") == 0)
            c->columns[c->count] = WEIGHT;
        else
            plan_column(c->x, &c->r, cell, &word);
        c->x->weighted = c->x->weighted || c->columns[c->count] == WEIGHT;
        c->count++;
    }
    if (c->x->column_count == 0 && c->r.findings.count == before)
        findings_add(&c->r.findings, FINDINGS_WHOLE, "has no column of a parameter");
    return c->r.findings.count == before;
}

static size_t count_lines(struct csv *c)
{
    size_t start = c->at, count = 0;
    for (; next_line(c); count++) {
        c->at += strcspn(c->text + c->at, "\n");
        c->at += c->at < c->size;
    }
    c->at = start;
    return count;
}

static void check_name(struct csv *c, size_t point, const char *name, size_t at)
{
    if (!*name)
        findings_add(&c->r.findings, at, "name is empty");
    for (size_t i = 0; i < point && point < 10000; i++)
        if (c->x->arms[i].name && strcmp(c->x->arms[i].name, name) == 0)
            findings_add(&c->r.findings, at, "name is that of another point");
    free(c->x->arms[point].name);
    c->x->arms[point].name = reader_copy(&c->r, name);
}

static void read_point(struct csv *c, size_t point)
{
    char cell[CELL];
    size_t at = c->at, cells = 0;
    size_t line = c->at;
    for (bool first = true; next_cell(c, first, cell, &at); first = false, cells++) {
        const struct yaml node = {.kind = YAML_SCALAR, .text = cell, .at = at};
        if (cells >= c->count)
            continue;
        size_t column = c->columns[cells];
        if (column == NAME) {
            check_name(c, point, cell, at);
            continue;
        }
        if (column == WEIGHT) {
            const struct given g = {.key = plan_weight.key, .node = &node};
            reader_number(&c->r, &g, &plan_weight, &c->x->arms[point].weight);
            continue;
        }
        const struct plan_column *it = &c->x->columns[column];
        const struct given g = {.key = it->key, .node = &node};
        reader_number(&c->r, &g, &it->param, &plan_point(c->x, point)[column]);
    }
    if (cells != c->count)
        findings_add(&c->r.findings, line, "has %zu values, must have %zu", cells, c->count);
}

static void read_csv(struct csv *c)
{
    if (!read_head(c))
        return;
    size_t count = count_lines(c);
    if (count == 0)
        findings_add(&c->r.findings, FINDINGS_WHOLE, "holds keys, but no point");
    else if (plan_make_points(c->x, count, FINDINGS_WHOLE))
        for (size_t i = 0; next_line(c) && i < count; i++)
            read_point(c, i);
}

void plan_points(struct plan_reader *x, const struct yaml *node)
{
    struct csv c = {.x = x};
    char quote[READER_QUOTE], why[256];
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        findings_add(&x->r.findings, node->at, "points is %s, must name a CSV file",
                     yaml_describe(node, quote, sizeof quote));
        return;
    }
    char *path = plan_path(x, node->text);
    if (!path)
        return;
    if (reader_file(path, CSV_LIMIT, &c.text, &c.size, why, sizeof why) != STATUS_DONE) {
        findings_add(&x->r.findings, node->at, "points: %s %s", path, why);
    } else if (memchr(c.text, 0, c.size)) {
        findings_add(&x->r.findings, node->at, "points: %s is a binary file, not a text", path);
    } else {
        c.r = (struct reader){.m = x->r.m,
                              .findings = {.name = path, .text = c.text, .size = c.size}};
        read_csv(&c);
        struct error e = {0};
        enum status status = findings_report(&c.r.findings, &e);
        if (status != STATUS_DONE) /* its own report goes along with the plan's */
            findings_add(&x->r.findings, FINDINGS_APART, "%.*s", (int)strlen(error_text(&e)) - 1,
                         error_text(&e));
        error_free(&e);
        findings_free(&c.r.findings);
    }
    free(c.columns);
    free(c.text);
    free(path);
}
