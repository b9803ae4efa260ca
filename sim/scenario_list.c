#include "sim/scenario_reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PLACE_NAME = 200 }; /* bytes of the longest name of a place */

/* Mechanisms that are off */

void reader_switch_off(struct reader *r, const struct given *g, const char *name, bool off)
{
    const struct model *m = r->m;
    struct nearest n;
    nearest_start(&n, name);
    char quote[READER_QUOTE], hint[READER_KEY + 32];
    bool known = false;
    for (size_t i = 0; i < m->schedule_count; i++) {
        const struct mechanism *mechanism = m->schedule[i];
        if (mechanism->off)
            nearest_try(&n, mechanism->name, strlen(mechanism->name));
        if (strcmp(mechanism->name, name) != 0)
            continue;
        known = true;
        if (mechanism->off) {
            r->s->off[i] = off;
        } else if (off) {
            reader_complain(r, g, "%s is book-keeping and cannot be switched off", name);
            return;
        }
    }
    if (!known)
        reader_complain(r, g, "%s is no mechanism that can be switched off%s",
                        name[0] ? findings_quote(name, quote, sizeof quote) : "an empty name",
                        nearest_hint(&n, hint, sizeof hint));
}

void reader_off(struct reader *r, const struct yaml *node)
{
    struct given g = {.key = "off", .node = node};
    char quote[READER_QUOTE];
    if (node->kind != YAML_LIST) {
        if (!yaml_is_null(node))
            reader_complain(r, &g, "off is %s, must be a list of mechanisms, as in [%s]",
                            given_describe(&g, quote, sizeof quote),
                            r->m->schedule_count ? r->m->schedule[0]->name : "");
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        g.node = node->items[i];
        const char *name = given_text(&g);
        if (name)
            reader_switch_off(r, &g, name, true);
        else
            reader_complain(r, &g, "off holds %s, must hold names of mechanisms",
                            given_describe(&g, quote, sizeof quote));
    }
}

/* Places */

static bool make_places(struct reader *r, size_t count)
{
    struct scenario *s = r->s;
    size_t params = r->m->params.count, texts = r->m->text_count;
    s->places = calloc(count, sizeof *s->places);
    r->place_nodes = calloc(count, sizeof *r->place_nodes);
    if (!s->places || !r->place_nodes)
        return false;
    s->place_count = count;
    for (size_t i = 0; i < count; i++) {
        struct place *p = &s->places[i];
        p->values = malloc((params + 1) * sizeof *p->values);
        p->given = calloc(params + 1, 1);
        p->texts = calloc(texts + 1, sizeof *p->texts);
        if (!p->values || !p->given || !p->texts)
            return false;
        memcpy(p->values, s->values, params * sizeof *p->values);
    }
    return true;
}

static bool is_good_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > PLACE_NAME || name[0] == ' ' || name[length - 1] == ' ')
        return false;
    return findings_is_plain(name) && !strpbrk(name, "\n\t");
}

/* Who gave a place its name; NULL when nobody did. */
static struct given *given_name(const struct reader *r, size_t i, struct given *g,
                                struct cell *cell)
{
    *g = (struct given){.key = "name"};
    if (r->table.count > 0) {
        const struct places_table *t = &r->table;
        *cell = (struct cell){t->name, t->cells[i * t->columns + t->name_column], t->lines[i]};
        g->cell = cell;
        return g;
    }
    const struct yaml *node = r->place_nodes[i];
    g->node = node && node->kind == YAML_MAPPING ? yaml_value(node, "name") : NULL;
    return g->node ? g : NULL;
}

static void name_place(struct reader *r, size_t i)
{
    struct place *p = &r->s->places[i];
    struct given g;
    struct cell cell;
    if (!given_name(r, i, &g, &cell)) {
        if (asprintf(&p->name, "%s %zu", r->m->place, i + 1) < 0) {
            p->name = NULL;
            r->findings.failed = true;
        } else {
            p->name[0] = (char)toupper((unsigned char)p->name[0]);
        }
        return;
    }
    const char *text = given_text(&g);
    char quote[READER_QUOTE];
    if (g.cell && asprintf(&p->where, "%s:%zu", cell.file, cell.line) < 0) {
        p->where = NULL;
        r->findings.failed = true;
    }
    if (text && is_good_name(text))
        p->name = reader_copy(r, text);
    else
        reader_complain(r, &g, "name is %s, must be a text of one line, at most %d bytes",
                        given_describe(&g, quote, sizeof quote), PLACE_NAME);
}

static int by_name(const void *a, const void *b)
{
    const struct place *x = *(const struct place *const *)a, *y = *(const struct place *const *)b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x > y) - (x < y);
}

static void check_names(struct reader *r)
{
    struct scenario *s = r->s;
    const struct place **sorted = malloc(s->place_count * sizeof *sorted);
    if (!sorted) {
        r->findings.failed = true;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < s->place_count; i++)
        if (s->places[i].name)
            sorted[count++] = &s->places[i];
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t k = 1; k < count; k++) {
        if (strcmp(sorted[k - 1]->name, sorted[k]->name) != 0)
            continue;
        size_t i = (size_t)(sorted[k] - s->places);
        struct given g;
        struct cell cell;
        char quote[READER_QUOTE];
        if (!given_name(r, i, &g, &cell))
            g.node = r->place_nodes[i];
        reader_complain(r, &g, "name is %s, which another of the %s has already",
                        findings_quote(sorted[k]->name, quote, sizeof quote), r->m->places);
    }
    free(sorted);
}

static bool is_list(struct reader *r, const struct given *g, const char *what)
{
    char quote[READER_QUOTE];
    if (g->node->kind != YAML_LIST) {
        reader_complain(r, g, "%s is %s, must be a list of %s", g->key,
                        given_describe(g, quote, sizeof quote), what);
        return false;
    }
    if (g->node->count > READER_ROWS)
        reader_complain(r, g, "%s has %zu entries, may have %d", g->key, g->node->count,
                        READER_ROWS);
    return g->node->count <= READER_ROWS;
}

static void places_of_table(struct reader *r)
{
    if (!make_places(r, r->table.count)) {
        r->findings.failed = true;
        return;
    }
    for (size_t i = 0; i < r->table.count; i++) {
        struct target t = reader_place(r, i);
        name_place(r, i);
        reader_row(r, i, &t);
    }
    check_names(r);
}

void reader_places(struct reader *r, const struct yaml *node)
{
    struct given g = {.key = r->m->places, .node = node};
    if (node && node->kind == YAML_MAPPING && yaml_value(node, "table")) {
        if (reader_table(r, node)) {
            places_of_table(r);
            return;
        }
        node = NULL;
    }
    if (node && (yaml_is_null(node) || !is_list(r, &g, "mappings, each with a name")))
        node = NULL;
    size_t count = node && node->count ? node->count : 1;
    if (!make_places(r, count)) {
        r->findings.failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct yaml *item = node && node->count ? node->items[i] : NULL;
        r->place_nodes[i] = item;
        name_place(r, i);
        if (!item || yaml_is_null(item))
            continue;
        g.node = item;
        struct target t = reader_place(r, i);
        char quote[READER_QUOTE];
        if (item->kind == YAML_MAPPING)
            reader_mapping(r, item, "", &t);
        else
            reader_complain(r, &g, "%s holds %s, must hold mappings, as in {name: %s}", g.key,
                            given_describe(&g, quote, sizeof quote),
                            item->kind == YAML_SCALAR ? quote : r->s->places[i].name);
    }
    check_names(r);
}

/* Events */

static size_t read_kind(struct reader *r, const struct yaml *event)
{
    const struct model *m = r->m;
    const struct yaml *node = yaml_value(event, "kind");
    struct given g = {.key = "kind", .node = node ? node : event};
    if (!node) {
        reader_complain(r, &g, "kind is missing; it says what happens");
        return m->event_kind_count;
    }
    const char *text = given_text(&g);
    char quote[READER_QUOTE], hint[READER_KEY + 32];
    struct nearest n;
    nearest_start(&n, text ? text : "");
    for (size_t i = 0; i < m->event_kind_count; i++) {
        if (text && strcmp(m->event_kinds[i].name, text) == 0)
            return i;
        nearest_try(&n, m->event_kinds[i].name, strlen(m->event_kinds[i].name));
    }
    char kinds[512] = "";
    for (size_t i = 0, used = 0; i < m->event_kind_count && used < sizeof kinds; i++)
        used += (size_t)snprintf(kinds + used, sizeof kinds - used, "%s%s", i ? ", " : "",
                                 m->event_kinds[i].name);
    reader_complain(r, &g, "kind is %s, must be one of %s%s",
                    given_describe(&g, quote, sizeof quote), kinds,
                    nearest_hint(&n, hint, sizeof hint));
    return m->event_kind_count;
}

static uint32_t read_week(struct reader *r, const struct yaml *event, const char *key, bool needed)
{
    const struct param week = {
        .key = key, .unit = "week", .kind = PARAM_COUNT, .lo = 1, .hi = READER_WEEKS};
    const struct yaml *node = yaml_value(event, key);
    struct given g = {.key = key, .node = node ? node : event};
    double value = 1;
    if (node)
        reader_number(r, &g, &week, &value);
    else if (needed)
        reader_complain(r, &g, "%s is missing; weeks count from 1", key);
    return (uint32_t)value;
}

static double read_size(struct reader *r, const struct yaml *event, const struct event_kind *kind)
{
    const struct param size = {
        .key = "size", .unit = kind->unit, .kind = PARAM_REAL, .lo = kind->lo, .hi = kind->hi};
    const struct yaml *node = yaml_value(event, "size");
    struct given g = {.key = "size", .node = node ? node : event};
    double value = kind->lo;
    char range[READER_QUOTE];
    if (node) {
        reader_number(r, &g, &size, &value);
    } else if (kind->lo < kind->hi) {
        param_range(&size, range, sizeof range);
        reader_complain(r, &g, "size is missing; for %s it lies in %s", kind->name, range);
    }
    return value;
}

static size_t read_event_place(struct reader *r, const struct yaml *event)
{
    const struct yaml *node = yaml_value(event, r->m->place);
    if (!node)
        return SIZE_MAX;
    struct given g = {.key = r->m->place, .node = node};
    const char *text = given_text(&g);
    struct nearest n;
    nearest_start(&n, text ? text : "");
    for (size_t i = 0; i < r->s->place_count; i++) {
        const char *name = r->s->places[i].name;
        if (text && name && strcmp(name, text) == 0)
            return i;
        if (name && r->findings.count < FINDINGS_SHOWN)
            nearest_try(&n, name, strlen(name));
    }
    char quote[READER_QUOTE], hint[READER_KEY + 32];
    reader_complain(r, &g, "%s is %s, which is none of the %s%s", g.key,
                    given_describe(&g, quote, sizeof quote), r->m->places,
                    nearest_hint(&n, hint, sizeof hint));
    return SIZE_MAX;
}

void reader_check_keys(struct reader *r, const struct yaml *mapping, const char *where,
                       const char *const *keys, size_t count)
{
    for (size_t i = 0; i + 1 < mapping->count; i += 2) {
        const char *word = mapping->items[i]->text;
        struct nearest n;
        nearest_start(&n, word);
        size_t k = 0;
        while (k < count && strcmp(keys[k], word) != 0) {
            nearest_try(&n, keys[k], strlen(keys[k]));
            k++;
        }
        char quote[READER_QUOTE], hint[READER_KEY + 32];
        if (k == count)
            findings_add(&r->findings, mapping->items[i]->at, "%s is unknown in %s%s",
                         *word ? findings_quote(word, quote, sizeof quote) : "an empty key", where,
                         nearest_hint(&n, hint, sizeof hint));
    }
}

void reader_events(struct reader *r, const struct yaml *node)
{
    struct given g = {.key = r->m->events, .node = node};
    if (!node || yaml_is_null(node) || !is_list(r, &g, "mappings, each with a kind and a week") ||
        node->count == 0)
        return;
    r->s->events = calloc(node->count, sizeof *r->s->events);
    if (!r->s->events) {
        r->findings.failed = true;
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml *item = node->items[i];
        struct event *event = &r->s->events[r->s->event_count++];
        g.node = item;
        char quote[READER_QUOTE];
        if (item->kind != YAML_MAPPING) {
            reader_complain(r, &g, "%s holds %s, must hold mappings with a kind and a week", g.key,
                            given_describe(&g, quote, sizeof quote));
            continue;
        }
        const char *const keys[] = {"kind", "week", "length", "size", r->m->place};
        reader_check_keys(r, item, r->m->events, keys, sizeof keys / sizeof *keys);
        event->kind = read_kind(r, item);
        event->week = read_week(r, item, "week", true);
        event->length = read_week(r, item, "length", false);
        if (event->kind < r->m->event_kind_count)
            event->size = read_size(r, item, &r->m->event_kinds[event->kind]);
        event->place = read_event_place(r, item);
    }
}
