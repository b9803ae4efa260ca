/* Places from a table: a line each, a column a key.
 *
 *     name,walk.speed,map
 *     North,2.5,
 *     South,,south.txt                an empty cell: what holds for the run
 *
 * Lines that begin with # are remarks. */
#include "sim/scenario_reader.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_LIMIT = 16 << 20 }; /* bytes of a table */

static struct given at_line(const struct reader *r, struct cell *cell, const char *key,
                            const char *text, size_t line)
{
    *cell = (struct cell){r->table.name, text, line};
    return (struct given){.key = key, .cell = cell};
}

/* The next line that says something, cut off in place; NULL behind the last. */
static char *next_line(char **text, size_t *number)
{
    while (*text && **text) {
        char *line = *text, *end = strchr(line, '\n');
        *text = end ? end + 1 : NULL;
        ++*number;
        if (end)
            *end = '\0';
        line[strcspn(line, "\r")] = '\0';
        if (*line && *line != '#')
            return line;
    }
    return NULL;
}

static size_t count_lines(const char *text, size_t size)
{
    size_t count = 1;
    for (size_t i = 0; i < size; i++)
        count += text[i] == '\n';
    return count;
}

static size_t count_fields(const char *line)
{
    size_t count = 1;
    for (; *line; line++)
        count += *line == ',';
    return count;
}

static void split(char *line, const char **fields, size_t count)
{
    for (size_t k = 0; k < count; k++)
        fields[k] = strsep(&line, ",");
}

/* What a column is for. */
static void read_head(struct reader *r, size_t column, size_t line)
{
    const struct places_table *t = &r->table;
    const char *head = t->heads[column];
    struct cell cell;
    struct given g = at_line(r, &cell, head, head, line);
    char quote[READER_QUOTE];
    for (size_t k = 0; k < column; k++)
        if (strcmp(t->heads[k], head) == 0) {
            reader_complain(r, &g, "the column %s is given twice",
                            findings_quote(head, quote, sizeof quote));
            return;
        }
    struct key key = key_find(r->m, head);
    if (key.kind == KEY_PARAM)
        reader_refuses_place(r, &g, r->m->params.rows[key.index].level);
    else if (key.kind == KEY_TEXT)
        reader_refuses_place(r, &g, r->m->texts[key.index].level);
    else if (strcmp(head, "name") == 0)
        r->table.name_column = column;
    else
        reader_unknown_key(r, &g, true);
}

static bool read_heads(struct reader *r, char *text, size_t line)
{
    struct places_table *t = &r->table;
    t->columns = count_fields(text);
    t->heads = calloc(t->columns, sizeof *t->heads);
    if (!t->heads) {
        r->findings.failed = true;
        return false;
    }
    size_t before = r->findings.count;
    t->name_column = t->columns;
    split(text, t->heads, t->columns);
    for (size_t k = 0; k < t->columns && !reader_has_enough(r); k++)
        read_head(r, k, line);
    struct cell cell;
    struct given g = at_line(r, &cell, "name", "", line);
    if (t->name_column == t->columns && !reader_has_enough(r))
        reader_complain(r, &g, "the header has no column `name`");
    return r->findings.count == before; /* else no line means anything */
}

static void read_line(struct reader *r, char *text, size_t line)
{
    struct places_table *t = &r->table;
    size_t fields = count_fields(text);
    struct cell cell;
    struct given g = at_line(r, &cell, "", text, line);
    if (fields != t->columns) {
        reader_complain(r, &g, "has %zu fields, must have %zu as the header has", fields,
                        t->columns);
        return;
    }
    if (t->count == READER_ROWS) {
        reader_complain(r, &g, "is one more than the %d %s that there may be", READER_ROWS,
                        r->m->places);
        return;
    }
    t->lines[t->count] = line;
    split(text, t->cells + t->count++ * t->columns, t->columns);
}

/* The table's text, from what is at hand or from the scenario's folder; false, and a finding, when
 * there is none. */
static bool load(struct reader *r, const struct given *g)
{
    struct text_value file = {.text = g->node->text};
    char why[256];
    reader_find_file(r, &file, g, TABLE_LIMIT, why, sizeof why);
    char quote[READER_QUOTE];
    r->table.content = file.content;
    if (*why)
        reader_complain(r, g, "%s.table is %s, which %s", r->m->places,
                        findings_quote(r->table.name, quote, sizeof quote), why);
    return file.content;
}

/* Programs of offices save tables in other encodings, too. */
static bool check_encoding(struct reader *r, const char *text, size_t size)
{
    size_t breach = findings_breach(text, size);
    if (breach == size)
        return true;
    struct cell cell;
    struct given g = at_line(r, &cell, "", "", count_lines(text, breach));
    reader_complain(r, &g, "holds a byte (0x%02x) that is not UTF-8 text",
                    (unsigned)(unsigned char)text[breach]);
    return false;
}

static bool read_content(struct reader *r)
{
    struct places_table *t = &r->table;
    char *text = t->content;
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    size_t size = strlen(text);
    if (!check_encoding(r, text, size))
        return false;
    size_t most = count_lines(text, size), number = 0;
    char *line = next_line(&text, &number);
    struct cell cell;
    struct given g = at_line(r, &cell, "", "", number > 0 ? number : 1);
    if (!line) {
        reader_complain(r, &g, "the table is empty");
        return false;
    }
    if (!read_heads(r, line, number))
        return false;
    t->cells = calloc(most * t->columns, sizeof *t->cells);
    t->lines = calloc(most, sizeof *t->lines);
    if (!t->cells || !t->lines) {
        r->findings.failed = true;
        return false;
    }
    size_t before = r->findings.count;
    while ((line = next_line(&text, &number)))
        read_line(r, line, number);
    cell.line = number;
    if (t->count == 0 && r->findings.count == before)
        reader_complain(r, &g, "the table has none of the %s", r->m->places);
    return t->count > 0;
}

bool reader_table(struct reader *r, const struct yaml *node)
{
    struct given g = {.key = "table", .node = yaml_value(node, "table")};
    const char *text = given_text(&g);
    char quote[READER_QUOTE];
    for (size_t i = 0; i + 1 < node->count; i += 2)
        if (strcmp(node->items[i]->text, "table") != 0)
            findings_add(&r->findings, node->items[i]->at,
                         "%s is unknown in %s, which are a list, or name a file as in {table: "
                         "FILE.csv}",
                         findings_quote(node->items[i]->text, quote, sizeof quote), r->m->places);
    if (!text) {
        reader_complain(r, &g, "table is %s, must name a file",
                        given_describe(&g, quote, sizeof quote));
        return false;
    }
    r->table.name = text;
    return load(r, &g) && read_content(r);
}

const char *reader_cell(const struct reader *r, size_t place, const char *key, struct cell *cell)
{
    const struct places_table *t = &r->table;
    for (size_t k = 0; place < t->count && k < t->columns; k++) {
        const char *text = t->cells[place * t->columns + k];
        if (strcmp(t->heads[k], key) != 0 || !*text)
            continue;
        *cell = (struct cell){t->name, text, t->lines[place]};
        return text;
    }
    return NULL;
}

void reader_row(struct reader *r, size_t place, struct target *to)
{
    const struct places_table *t = &r->table;
    for (size_t k = 0; k < t->columns; k++) {
        const char *text = t->cells[place * t->columns + k];
        struct cell cell;
        struct given g = at_line(r, &cell, t->heads[k], text, t->lines[place]);
        struct key key = key_find(r->m, t->heads[k]);
        if (!*text)
            continue;
        if (key.kind == KEY_PARAM)
            reader_param(r, &g, key.index, to);
        else if (key.kind == KEY_TEXT)
            reader_text(r, &g, key.index, to);
    }
}

void reader_table_free(struct reader *r)
{
    free(r->table.content);
    free(r->table.heads);
    free(r->table.cells);
    free(r->table.lines);
}
