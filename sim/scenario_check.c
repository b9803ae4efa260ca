#include "sim/scenario_reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* When `key` begins with "places.NAME.", gives the place and what follows.  Names may hold dots, so
 * the longest that fits is meant. */
static const char *after_place(const struct reader *r, const char *key, size_t *place)
{
    size_t head = strlen(r->m->places);
    if (strncmp(key, r->m->places, head) != 0 || key[head] != '.')
        return NULL;
    const char *rest = NULL;
    for (size_t i = 0; i < r->s->place_count; i++) {
        const char *name = r->s->places[i].name;
        size_t length = name ? strlen(name) : 0;
        if (length && strncmp(key + head + 1, name, length) == 0 && key[head + 1 + length] == '.' &&
            key + head + 2 + length > rest) {
            *place = i;
            rest = key + head + 2 + length;
        }
    }
    return rest;
}

static bool is_off_key(const char *key)
{
    return strncmp(key, "off.", 4) == 0;
}

static void set_off(struct reader *r, const struct given *g)
{
    const struct param state = {.key = g->key, .kind = PARAM_SWITCH, .lo = 0, .hi = 1};
    double off;
    if (reader_number(r, g, &state, &off))
        reader_switch_off(r, g, g->key + 4, off > 0);
}

/* A value for the run holds for every place, whatever it states for itself. */
static void set_param(struct reader *r, const struct given *g, size_t index, struct target *t)
{
    reader_param(r, g, index, t);
    for (size_t i = 0; !t->is_place && i < r->s->place_count; i++) {
        r->s->places[i].values[index] = t->values[index];
        r->s->places[i].given[index] = 0;
    }
}

static void set_text(struct reader *r, const struct given *g, size_t index, struct target *t)
{
    reader_text(r, g, index, t);
    for (size_t i = 0; !t->is_place && i < r->s->place_count; i++) {
        free(r->s->places[i].texts[index].text);
        r->s->places[i].texts[index].text = NULL;
    }
}

static void unknown_setting(struct reader *r, const struct given *g, bool in_place)
{
    const struct model *m = r->m;
    size_t head = strlen(m->places);
    char quote[READER_QUOTE];
    if (key_find(m, g->key).kind == KEY_SECTION)
        reader_complain(r, g, "%s holds keys, as in %s; it has no value of its own", g->key,
                        key_name(m, key_find(m, g->key).index));
    else if (strcmp(g->key, "off") == 0 || strcmp(g->key, m->events) == 0)
        reader_complain(r, g, "%s is a list; it is set in the file%s", g->key,
                        *g->key == 'o' ? ", or by off.NAME=true" : "");
    else if (strcmp(g->key, m->places) == 0)
        reader_complain(r, g, "%s is a list; one of them is set by %s.NAME.KEY", g->key, g->key);
    else if (strncmp(g->key, m->places, head) == 0 && g->key[head] == '.')
        reader_complain(r, g, "%s names none of the %s and their keys",
                        findings_quote(g->key, quote, sizeof quote), m->places);
    else
        reader_unknown_key(r, g, in_place);
}

static void apply_setting(struct reader *r, const struct setting *setting)
{
    struct given g = {.key = setting->key, .setting = setting};
    size_t place = SIZE_MAX;
    const char *rest = after_place(r, setting->key, &place);
    if (rest)
        g.key = rest;
    struct target t = rest ? reader_place(r, place) : reader_run(r);
    struct key found = key_find(r->m, g.key);
    if (!rest && is_off_key(g.key))
        set_off(r, &g);
    else if (!rest && strcmp(g.key, "title") == 0)
        reader_title(r, &g, &r->s->title);
    else if (!rest && strcmp(g.key, "question") == 0)
        reader_title(r, &g, &r->s->question);
    else if (found.kind == KEY_PARAM)
        set_param(r, &g, found.index, &t);
    else if (found.kind == KEY_TEXT)
        set_text(r, &g, found.index, &t);
    else
        unknown_setting(r, &g, rest != NULL);
}

void reader_settings(struct reader *r)
{
    for (size_t i = 0; i < r->setting_count; i++)
        apply_setting(r, &r->settings[i]);
}

/* The value of a dotted key in a mapping, however it is nested there. */
static const struct yaml *find_node(const struct yaml *mapping, const char *key)
{
    for (size_t i = 0; i + 1 < mapping->count; i += 2) {
        const char *word = mapping->items[i]->text;
        const struct yaml *value = mapping->items[i + 1];
        size_t length = strlen(word);
        if (strcmp(word, key) == 0)
            return value;
        if (length && strncmp(word, key, length) == 0 && key[length] == '.' &&
            value->kind == YAML_MAPPING) {
            const struct yaml *found = find_node(value, key + length + 1);
            if (found)
                return found;
        }
    }
    return NULL;
}

bool reader_who_gave(const struct reader *r, size_t place, const char *key, struct given *g,
                     struct cell *cell)
{
    *g = (struct given){.key = key};
    for (size_t i = r->setting_count; i-- > 0;) {
        size_t set_place = SIZE_MAX;
        const char *rest = after_place(r, r->settings[i].key, &set_place);
        bool here = !rest || set_place == place;
        if (here && strcmp(rest ? rest : r->settings[i].key, key) == 0) {
            g->setting = &r->settings[i];
            return true;
        }
    }
    if (place != SIZE_MAX && reader_cell(r, place, key, cell)) {
        g->cell = cell;
        return true;
    }
    const struct yaml *node = place == SIZE_MAX ? NULL : r->place_nodes[place];
    if (node && node->kind == YAML_MAPPING)
        g->node = find_node(node, key);
    if (!g->node && r->tree.root && r->tree.root->kind == YAML_MAPPING)
        g->node = find_node(r->tree.root, key);
    return g->node != NULL;
}

static bool is_of_key(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Whether `text` holds `word` and not only as a part of another key. */
static bool holds_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
        bool begins = at == text || !(is_of_key(at[-1]) || at[-1] == '.');
        bool ends = !is_of_key(at[length]) && !(at[length] == '.' && is_of_key(at[length + 1]));
        if (begins && ends)
            return true;
    }
    return false;
}

/* Whether the words of a rule name this key: in full, or beside the rule's own key as ".catalyst",
 * or all of its section as "roles.*". */
static bool mentions(const struct param_rule *rule, const char *key)
{
    if (strcmp(rule->key, key) == 0 || holds_word(rule->text, key))
        return true;
    const char *last = strrchr(key, '.');
    size_t section = last ? (size_t)(last - key) : 0;
    if (!last || strncmp(rule->key, key, section + 1) != 0)
        return false;
    char all[READER_KEY];
    snprintf(all, sizeof all, "%.*s.*", (int)section, key);
    return strstr(rule->text, all) || holds_word(rule->text, last);
}

/* Whether one of the parameters that a rule names is marked in `flags`. */
static bool touches(const struct reader *r, const struct param_rule *rule, const uint8_t *flags)
{
    for (size_t i = 0; i < r->m->params.count; i++)
        if (flags[i] && mentions(rule, r->m->params.rows[i].key))
            return true;
    return false;
}

static void report_rule(struct reader *r, const struct param_rule *rule, size_t place,
                        const double *values)
{
    struct param_table params = r->m->params;
    struct given g;
    struct cell cell;
    bool given = reader_who_gave(r, place, rule->key, &g, &cell);
    for (size_t i = 0; !given && i < params.count; i++)
        given = mentions(rule, params.rows[i].key) &&
                reader_who_gave(r, place, params.rows[i].key, &g, &cell);

    size_t index = param_find(params, rule->key, strlen(rule->key));
    char value[READER_QUOTE];
    param_format(&params.rows[index], values[index], value, sizeof value);
    const char *name = place == SIZE_MAX ? "" : r->s->places[place].name;
    const char *of = place == SIZE_MAX ? "" : " for ";
    if (given)
        reader_complain(r, &g, "%s is %s%s%s, but %s", rule->key, value, of, name, rule->text);
    else
        findings_add(&r->findings, FINDINGS_WHOLE, "%s is %s%s%s, but %s", rule->key, value, of,
                     name, rule->text);
}

void reader_rules(struct reader *r)
{
    const struct scenario *s = r->s;
    for (size_t k = 0; k < r->m->rule_count; k++) {
        const struct param_rule *rule = &r->m->rules[k];
        if (touches(r, rule, r->refused))
            continue;
        bool holds = rule->holds(s->values);
        if (!holds)
            report_rule(r, rule, SIZE_MAX, s->values);
        for (size_t i = 0; i < s->place_count && !reader_has_enough(r); i++)
            if (!rule->holds(s->places[i].values) &&
                (holds || touches(r, rule, s->places[i].given)))
                report_rule(r, rule, i, s->places[i].values);
    }
}
