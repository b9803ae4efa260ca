#include "sim/scenario_reader.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SUGGESTIONS = 200 }; /* findings after which nothing more is suggested: it takes time */

char *reader_copy(struct reader *r, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        r->findings.failed = true;
    return copy;
}

const char *key_name(const struct model *m, size_t i)
{
    if (i < m->params.count)
        return m->params.rows[i].key;
    return i - m->params.count < m->text_count ? m->texts[i - m->params.count].key : NULL;
}

struct key key_find(const struct model *m, const char *key)
{
    size_t length = strlen(key);
    struct key found = {KEY_UNKNOWN, 0};
    const char *name;
    for (size_t i = 0; (name = key_name(m, i)) != NULL; i++) {
        if (strncmp(name, key, length) != 0)
            continue;
        if (name[length] == '\0' && i < m->params.count)
            return (struct key){KEY_PARAM, i};
        if (name[length] == '\0')
            return (struct key){KEY_TEXT, i - m->params.count};
        if (name[length] == '.' && found.kind == KEY_UNKNOWN)
            found = (struct key){KEY_SECTION, i};
    }
    return found;
}

const char *given_text(const struct given *g)
{
    if (g->setting)
        return g->setting->value;
    if (g->cell)
        return g->cell->text;
    return g->node->kind == YAML_SCALAR && !yaml_is_null(g->node) ? g->node->text : NULL;
}

const char *given_describe(const struct given *g, char *text, size_t size)
{
    if (g->node)
        return yaml_describe(g->node, text, size);
    const char *value = given_text(g);
    return value[0] ? findings_quote(value, text, size) : "empty";
}

const char *reader_origin(const struct given *g, char *text, size_t size)
{
    char key[READER_QUOTE], value[READER_QUOTE];
    text[0] = '\0';
    if (g->cell)
        snprintf(text, size, "%s:%zu: ", findings_quote(g->cell->file, value, sizeof value),
                 g->cell->line);
    if (!g->setting)
        return text;
    findings_quote(g->setting->value, value, sizeof value);
    if (strcmp(g->setting->origin, "--set") == 0)
        snprintf(text, size, "--set %s=%s: ", findings_quote(g->setting->key, key, sizeof key),
                 value);
    else
        snprintf(text, size, "%s %s: ", g->setting->origin, value);
    return text;
}

bool reader_has_enough(const struct reader *r)
{
    return r->findings.count >= READER_FINDINGS;
}

void reader_complain(struct reader *r, const struct given *g, const char *format, ...)
{
    char *message = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&message, format, args);
    va_end(args);
    if (length < 0) {
        r->findings.failed = true;
        return;
    }
    char origin[3 * READER_QUOTE];
    findings_add(&r->findings, g->node ? g->node->at : FINDINGS_APART, "%s%s",
                 reader_origin(g, origin, sizeof origin), message);
    free(message);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance (insert, delete, replace, swap of neighbours; case does not count). */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][READER_KEY + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            bool same = strncasecmp(&a[i - 1], &b[j - 1], 1) == 0;
            now[j] = least(last[j - 1] + !same, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[m];
}

void nearest_start(struct nearest *n, const char *word)
{
    size_t length = strlen(word);
    n->word = word;
    n->distance = (length + 2) / 3 < 3 ? (length + 2) / 3 + 1 : 4; /* this far is not near */
    n->best[0] = '\0';
}

void nearest_try(struct nearest *n, const char *candidate, size_t length)
{
    size_t word = strlen(n->word);
    if (word == 0 || word >= READER_KEY || length >= READER_KEY)
        return;
    size_t distance = word > length ? word - length : length - word;
    if (distance < n->distance)
        distance = edit_distance(n->word, word, candidate, length);
    if (length > word + 1 && candidate[length - word - 1] == '.' &&
        strncasecmp(candidate + length - word, n->word, word) == 0)
        distance = 0; /* the right name, given outside its section */
    if (distance < n->distance) {
        n->distance = distance;
        memcpy(n->best, candidate, length);
        n->best[length] = '\0';
    }
}

const char *nearest_hint(const struct nearest *n, char *text, size_t size)
{
    text[0] = '\0';
    if (n->best[0])
        snprintf(text, size, "; did you mean %s?", n->best);
    return text;
}

static bool may_differ(const struct model *m, size_t i)
{
    enum param_level level =
        i < m->params.count ? m->params.rows[i].level : m->texts[i - m->params.count].level;
    return level == PARAM_PLACE;
}

void reader_unknown_key(struct reader *r, const struct given *g, bool in_place)
{
    const struct model *m = r->m;
    struct nearest n;
    nearest_start(&n, g->key);
    const char *name;
    bool search = r->findings.count < SUGGESTIONS;
    for (size_t i = 0; search && (name = key_name(m, i)) != NULL; i++) {
        if (in_place && !may_differ(m, i))
            continue;
        for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
            nearest_try(&n, name, (size_t)(dot - name));
        nearest_try(&n, name, strlen(name));
    }
    const char *const run[] = {"title", "question", "off", m->places, m->events};
    for (size_t i = 0; search && !in_place && i < sizeof run / sizeof *run; i++)
        nearest_try(&n, run[i], strlen(run[i]));
    if (search && in_place)
        nearest_try(&n, "name", strlen("name"));

    char key[READER_QUOTE], hint[READER_KEY + 32];
    reader_complain(r, g, "%s is unknown%s",
                    g->key[0] ? findings_quote(g->key, key, sizeof key) : "an empty key",
                    nearest_hint(&n, hint, sizeof hint));
}

/* "must lie in", or what else is wrong with the value. */
static const char *what_must(const struct param *p, bool parsed, double value)
{
    if (p->kind == PARAM_CHOICE || p->kind == PARAM_SWITCH)
        return "must be";
    bool inside = parsed && value >= p->lo && value <= p->hi;
    if (parsed && !inside)
        return "must lie in";
    return p->kind == PARAM_COUNT ? "must be a whole number in" : "must be a number in";
}

static bool has_decimal_comma(const struct param *p, const char *text)
{
    char with_point[READER_QUOTE];
    const char *comma = strchr(text, ',');
    double value;
    if (!comma || p->kind != PARAM_REAL || strlen(text) >= sizeof with_point)
        return false;
    memcpy(with_point, text, strlen(text) + 1);
    with_point[comma - text] = '.';
    return param_parse(p, with_point, &value);
}

bool reader_number(struct reader *r, const struct given *g, const struct param *p, double *value)
{
    const char *text = given_text(g);
    double number = 0;
    bool parsed = text && param_parse(p, text, &number);
    if (parsed && param_allows(p, number)) {
        *value = number;
        return true;
    }
    char range[512], quote[READER_QUOTE];
    param_range(p, range, sizeof range);
    reader_complain(r, g, "%s is %s, %s %s%s", g->key, given_describe(g, quote, sizeof quote),
                    what_must(p, parsed, number), range,
                    text && has_decimal_comma(p, text) ? "; write a point, not a comma" : "");
    return false;
}

bool reader_refuses_place(struct reader *r, const struct given *g, enum param_level level)
{
    if (level == PARAM_PLACE)
        return false;
    reader_complain(r, g, "%s holds for the whole run and cannot differ between %s", g->key,
                    r->m->places);
    return true;
}

void reader_param(struct reader *r, const struct given *g, size_t index, struct target *t)
{
    const struct param *p = &r->m->params.rows[index];
    if (t->is_place && reader_refuses_place(r, g, p->level))
        return;
    if (t->given[index] && !g->setting) {
        reader_complain(r, g, "%s is given twice", g->key);
        return;
    }
    if (reader_number(r, g, p, &t->values[index]))
        t->given[index] = 1;
    else
        r->refused[index] = 1;
}

static bool is_text(struct reader *r, const struct given *g)
{
    if (given_text(g) || yaml_is_null(g->node))
        return true;
    char quote[READER_QUOTE];
    reader_complain(r, g, "%s is %s, must be a text", g->key,
                    given_describe(g, quote, sizeof quote));
    return false;
}

void reader_title(struct reader *r, const struct given *g, char **text)
{
    if (!is_text(r, g))
        return;
    const char *value = given_text(g);
    char quote[READER_QUOTE];
    if (value && !findings_is_plain(value)) {
        reader_complain(r, g, "%s is %s, must be a text in UTF-8 without control characters",
                        g->key, given_describe(g, quote, sizeof quote));
        return;
    }
    free(*text);
    *text = value && *value ? reader_copy(r, value) : NULL;
}

void reader_text(struct reader *r, const struct given *g, size_t index, struct target *t)
{
    if (t->is_place && reader_refuses_place(r, g, r->m->texts[index].level))
        return;
    if (t->texts[index].text && !g->setting)
        reader_complain(r, g, "%s is given twice", g->key);
    else
        reader_title(r, g, &t->texts[index].text);
}

static bool is_read_elsewhere(const struct model *m, const char *key, bool in_place)
{
    if (in_place)
        return strcmp(key, "name") == 0;
    return strcmp(key, "title") == 0 || strcmp(key, "question") == 0 || strcmp(key, "off") == 0 ||
           strcmp(key, m->places) == 0 || strcmp(key, m->events) == 0;
}

static void read_section(struct reader *r, const struct given *g, size_t example, struct target *t)
{
    char quote[READER_QUOTE];
    if (g->node->kind == YAML_MAPPING)
        reader_mapping(r, g->node, g->key, t);
    else if (!yaml_is_null(g->node))
        reader_complain(r, g, "%s is %s, must hold keys, as in %s", g->key,
                        given_describe(g, quote, sizeof quote), key_name(r->m, example));
}

void reader_mapping(struct reader *r, const struct yaml *mapping, const char *prefix,
                    struct target *t)
{
    for (size_t i = 0; i + 1 < mapping->count && !reader_has_enough(r); i += 2) {
        const struct yaml *word = mapping->items[i];
        if (!*prefix && is_read_elsewhere(r->m, word->text, t->is_place))
            continue;
        char key[READER_KEY];
        int length = snprintf(key, sizeof key, "%s%s%s", prefix, *prefix ? "." : "", word->text);
        struct given g = {.key = key, .node = mapping->items[i + 1]};
        struct key found = key_find(r->m, key);
        if (length >= READER_KEY)
            found.kind = KEY_UNKNOWN;
        if (found.kind == KEY_PARAM)
            reader_param(r, &g, found.index, t);
        else if (found.kind == KEY_TEXT)
            reader_text(r, &g, found.index, t);
        else if (found.kind == KEY_SECTION)
            read_section(r, &g, found.index, t);
        else
            reader_unknown_key(r, &(struct given){.key = key, .node = word}, t->is_place);
    }
}

struct target reader_run(struct reader *r)
{
    return (struct target){r->s->values, r->s->given, r->s->texts, false};
}

struct target reader_place(struct reader *r, size_t place)
{
    struct place *p = &r->s->places[place];
    return (struct target){p->values, p->given, p->texts, true};
}
