#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plan_reader.h"
#include "sim/durable.h"

enum { LINES_MOST = 1 << 20, VALUES_MOST = 10000 };

/* What a walk over a mapping does with each key that has a value, or a list of them. */
struct walk {
    struct plan_reader *x;
    void (*visit)(struct walk *w, const char *key, const struct yaml *word,
                  const struct yaml *node);
    struct plan_lines *lines;
    bool of_arm;
};

static bool is_off(const char *key)
{
    return strncmp(key, "off.", 4) == 0;
}

static bool of_place(const struct model *m, const char *key)
{
    size_t length = strlen(m->places);
    return strncmp(key, m->places, length) == 0 && key[length] == '.';
}

static void walk_one(struct walk *w, const char *key, const struct yaml *word,
                     const struct yaml *node);

static void walk_mapping(struct walk *w, const struct yaml *mapping, const char *prefix)
{
    for (size_t i = 0; i + 1 < mapping->count; i += 2) {
        const struct yaml *word = mapping->items[i];
        char key[READER_KEY];
        int length = snprintf(key, sizeof key, "%s%s%s", prefix, *prefix ? "." : "", word->text);
        if (length >= READER_KEY)
            reader_unknown_key(&w->x->r, &(struct given){.key = key, .node = word}, false);
        else
            walk_one(w, key, word, mapping->items[i + 1]);
    }
}

static void walk_one(struct walk *w, const char *key, const struct yaml *word,
                     const struct yaml *node)
{
    struct reader *r = &w->x->r;
    struct key found = key_find(r->m, key);
    bool off = strcmp(key, "off") == 0, place = strcmp(key, r->m->places) == 0;
    bool holds_keys = off || place || found.kind == KEY_SECTION || of_place(r->m, key);
    char quote[READER_QUOTE];
    if (holds_keys && node->kind == YAML_MAPPING)
        walk_mapping(w, node, key);
    else if (found.kind == KEY_SECTION || off || place)
        reader_complain(r, &(struct given){.key = key, .node = node}, "%s is %s, must hold keys",
                        key, yaml_describe(node, quote, sizeof quote));
    else if (found.kind == KEY_UNKNOWN && !is_off(key) && !of_place(r->m, key))
        reader_unknown_key(r, &(struct given){.key = key, .node = word}, false);
    else
        w->visit(w, key, word, node);
}

/* --- settings ----------------------------------------------------------------------------------
 */

void plan_add_line(struct plan_reader *x, struct plan_lines *lines, const char *key,
                   const char *value)
{
    size_t more = strlen(key) + strlen(value) + 2;
    if (lines->length + more > LINES_MOST) {
        findings_add(&x->r.findings, FINDINGS_WHOLE, "has too many settings for one arm");
        return;
    }
    char *text = realloc(lines->text, lines->length + more + 1);
    if (!text) {
        x->r.findings.failed = true;
        return;
    }
    lines->text = text;
    lines->length += (size_t)snprintf(text + lines->length, more + 1, "%s=%s\n", key, value);
}

static bool is_shared(const struct model *m, size_t param)
{
    return param == m->weeks_param || param == m->seed_param || param == m->replicates_param;
}

/* Whether the mechanism of "off.NAME" is one of the model. */
static bool check_off(struct reader *r, const char *key, const struct yaml *word)
{
    struct nearest n;
    char hint[READER_KEY + 32], quote[READER_QUOTE];
    nearest_start(&n, key + 4);
    for (size_t i = 0; i < r->m->schedule_count; i++) {
        const char *name = r->m->schedule[i]->name;
        if (strcmp(name, key + 4) == 0)
            return true;
        nearest_try(&n, name, strlen(name));
    }
    findings_add(&r->findings, word->at, "off names %s, which is no mechanism%s",
                 findings_quote(key + 4, quote, sizeof quote), nearest_hint(&n, hint, sizeof hint));
    return false;
}

static bool check_value(struct walk *w, const char *key, const struct yaml *word,
                        const struct given *g)
{
    struct reader *r = &w->x->r;
    struct key found = key_find(r->m, key);
    const struct param state = {.key = key, .kind = PARAM_SWITCH, .lo = 0, .hi = 1};
    char quote[READER_QUOTE];
    double value;
    if (is_off(key))
        return check_off(r, key, word) && reader_number(r, g, &state, &value);
    if (w->of_arm && found.kind == KEY_PARAM && is_shared(r->m, found.index))
        findings_add(&r->findings, word->at, "%s is the same in all arms; set it for the plan",
                     key);
    else if (found.kind == KEY_PARAM)
        return reader_number(r, g, &r->m->params.rows[found.index], &value);
    else if (found.kind == KEY_TEXT && r->m->texts[found.index].is_file)
        findings_add(&r->findings, word->at, "%s names a file; name it in a scenario", key);
    else if (!given_text(g))
        reader_complain(r, g, "%s is %s, must be a text or a number", key,
                        given_describe(g, quote, sizeof quote));
    else
        return true;
    return false;
}

static void visit_setting(struct walk *w, const char *key, const struct yaml *word,
                          const struct yaml *node)
{
    struct given g = {.key = key, .node = node};
    if (!check_value(w, key, word, &g))
        return;
    if (strchr(key, '\n') || strchr(key, '=') || strchr(given_text(&g), '\n'))
        reader_complain(&w->x->r, &g, "%s holds a line end or an equals sign", "a setting");
    else
        plan_add_line(w->x, w->lines, key, given_text(&g));
}

/* `off: [NAME, NAME]`, as in a scenario. */
static void settings_off(struct walk *w, const struct yaml *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *node = list->items[i];
        char key[READER_KEY], quote[READER_QUOTE];
        if (node->kind != YAML_SCALAR)
            findings_add(&w->x->r.findings, node->at, "off holds %s, must hold names",
                         yaml_describe(node, quote, sizeof quote));
        else if (snprintf(key, sizeof key, "off.%s", node->text) < READER_KEY &&
                 check_off(&w->x->r, key, node))
            plan_add_line(w->x, w->lines, key, "true");
    }
}

void plan_settings(struct plan_reader *x, const struct yaml *mapping, bool of_arm,
                   struct plan_lines *lines)
{
    struct walk w = {.x = x, .visit = visit_setting, .lines = lines, .of_arm = of_arm};
    char quote[READER_QUOTE];
    if (!mapping || yaml_is_null(mapping))
        return;
    if (mapping->kind != YAML_MAPPING) {
        findings_add(&x->r.findings, mapping->at, "settings is %s, must hold keys of a scenario",
                     yaml_describe(mapping, quote, sizeof quote));
        return;
    }
    for (size_t i = 0; i + 1 < mapping->count; i += 2) {
        const struct yaml *word = mapping->items[i], *node = mapping->items[i + 1];
        if (strcmp(word->text, "off") == 0 && node->kind == YAML_LIST)
            settings_off(&w, node);
        else
            walk_one(&w, word->text, word, node);
    }
}

/* --- columns -----------------------------------------------------------------------------------
 */

static bool describe(struct reader *r, const char *key, const struct yaml *word, struct param *p)
{
    struct key found = key_find(r->m, key);
    if (is_off(key)) {
        *p = (struct param){.key = key, .symbol = "", .unit = "1", .kind = PARAM_SWITCH, .hi = 1};
        p->meaning = "whether the mechanism is switched off";
        return check_off(r, key, word);
    }
    if (found.kind == KEY_SECTION)
        findings_add(&r->findings, word->at, "%s holds keys, as in %s; name one of them", key,
                     key_name(r->m, found.index));
    else if (found.kind != KEY_PARAM)
        reader_unknown_key(r, &(struct given){.key = key, .node = word}, false);
    else if (is_shared(r->m, found.index))
        findings_add(&r->findings, word->at, "%s is the same in all points; set it for the plan",
                     key);
    else
        *p = r->m->params.rows[found.index];
    return found.kind == KEY_PARAM && !is_shared(r->m, found.index);
}

struct plan_column *plan_column(struct plan_reader *x, struct reader *r, const char *key,
                                const struct yaml *word)
{
    struct param p;
    if (!describe(r, key, word, &p))
        return NULL;
    for (size_t k = 0; k < x->column_count; k++)
        if (strcmp(x->columns[k].key, key) == 0) {
            findings_add(&r->findings, word->at, "%s is given twice", key);
            return NULL;
        }
    if (x->column_count == PLAN_COLUMNS) {
        findings_add(&r->findings, word->at, "more than %d parameters", PLAN_COLUMNS);
        return NULL;
    }
    struct plan_column *c = &x->columns[x->column_count];
    *c = (struct plan_column){
        .key = reader_copy(r, key), .param = p, .lo = NAN, .hi = NAN, .at = word->at};
    c->param.key = c->key;
    x->column_count += c->key != NULL;
    return c->key ? c : NULL;
}

static void add_value(struct plan_reader *x, struct plan_column *c, const struct yaml *node)
{
    double value;
    const struct given g = {.key = c->key, .node = node};
    if (!reader_number(&x->r, &g, &c->param, &value))
        return;
    for (size_t k = 0; k < c->count; k++)
        if (c->values[k] == value) {
            reader_complain(&x->r, &g, "%s is listed twice for %s", node->text, c->key);
            return;
        }
    c->values[c->count++] = value;
}

static void visit_listed(struct walk *w, const char *key, const struct yaml *word,
                         const struct yaml *node)
{
    struct reader *r = &w->x->r;
    char quote[READER_QUOTE];
    if (of_place(r->m, key)) {
        findings_add(&r->findings, word->at, "a column stands for all %s", r->m->places);
        return;
    }
    struct plan_column *c = plan_column(w->x, r, key, word);
    if (!c)
        return;
    bool list = node->kind == YAML_LIST;
    if (node->kind == YAML_MAPPING || yaml_is_null(node) || (list && node->count == 0) ||
        (list && node->count > VALUES_MOST)) {
        findings_add(&r->findings, node->at, "%s is %s, must be a list of 1 to %d values", key,
                     list ? "a list of another length" : yaml_describe(node, quote, sizeof quote),
                     VALUES_MOST);
        return;
    }
    c->values = malloc((list ? node->count : 1) * sizeof *c->values);
    if (!c->values)
        r->findings.failed = true;
    for (size_t i = 0; c->values && i < (list ? node->count : 1); i++)
        add_value(w->x, c, list ? node->items[i] : node);
}

void plan_listed(struct plan_reader *x, const struct yaml *mapping)
{
    walk_mapping(&(struct walk){.x = x, .visit = visit_listed}, mapping, "");
}

/* The range that is allowed, or the part of it that is stated. */
static void set_range(struct plan_reader *x, struct plan_column *c, const struct yaml *node)
{
    struct reader *r = &x->r;
    const struct param *p = &c->param;
    double pair[2] = {p->lo, p->hi};
    bool named = p->kind == PARAM_CHOICE || p->kind == PARAM_SWITCH;
    if (p->kind == PARAM_CHOICE) {
        pair[0] = 0;
        pair[1] = 0;
        for (const char *letter = p->choices; *letter; letter++)
            pair[1] += *letter == '|';
    }
    if (node && !yaml_is_null(node)) {
        if (named)
            findings_add(&r->findings, node->at, "%s takes all of its values; it has no range",
                         c->key);
        else if (!take_pair(r, node, c->key, p->lo, p->hi, pair))
            return;
    } else if (!isfinite(pair[0]) || !isfinite(pair[1])) {
        findings_add(&r->findings, c->at,
                     "%s is allowed without bound; state a range, as in "
                     "[0, 1]",
                     c->key);
        return;
    }
    c->lo = pair[0];
    c->hi = pair[1];
}

static void visit_ranged(struct walk *w, const char *key, const struct yaml *word,
                         const struct yaml *node)
{
    if (of_place(w->x->r.m, key)) {
        findings_add(&w->x->r.findings, word->at, "a column stands for all %s", w->x->r.m->places);
        return;
    }
    struct plan_column *c = plan_column(w->x, &w->x->r, key, word);
    if (c)
        set_range(w->x, c, node);
}

void plan_ranged(struct plan_reader *x, const struct yaml *node)
{
    char quote[READER_QUOTE];
    if (node->kind == YAML_MAPPING) {
        walk_mapping(&(struct walk){.x = x, .visit = visit_ranged}, node, "");
        return;
    }
    for (size_t i = 0; node->kind == YAML_LIST && i < node->count; i++) {
        const struct yaml *word = node->items[i];
        struct plan_column *c = NULL;
        if (word->kind != YAML_SCALAR || yaml_is_null(word))
            findings_add(&x->r.findings, word->at, "parameters holds %s, must hold keys",
                         yaml_describe(word, quote, sizeof quote));
        else
            c = plan_column(x, &x->r, word->text, word);
        if (c)
            set_range(x, c, NULL);
    }
    if (node->kind == YAML_SCALAR)
        findings_add(&x->r.findings, node->at,
                     "parameters is %s, must be keys with their ranges, or a list of keys",
                     yaml_describe(node, quote, sizeof quote));
}
