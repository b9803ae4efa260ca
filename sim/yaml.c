#include "sim/yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_ANCHORS = 1000 };

struct anchor {
    char *name;
    struct yaml *node;
};

struct reading {
    struct yaml_tree *tree;
    struct findings *f;
    struct yaml *stack[MAX_DEPTH]; /* lists and mappings that are open */
    size_t depth;
    struct anchor anchors[MAX_ANCHORS];
    size_t anchor_count;
    size_t last; /* place of the last node that had one */
    bool ended;  /* the first document */
};

static bool check_bytes(struct findings *f)
{
    if (memchr(f->text, 0, f->size)) {
        findings_add(f, FINDINGS_WHOLE, "is a binary file, not a YAML text");
        return false;
    }
    size_t breach = findings_breach(f->text, f->size);
    if (breach < f->size) {
        size_t line, column;
        findings_position(f, breach, &line, &column);
        findings_add(f, FINDINGS_WHOLE, "line %zu holds a byte (0x%02x) that is not UTF-8 text",
                     line, (unsigned)(unsigned char)f->text[breach]);
        return false;
    }
    for (size_t i = 0; i < f->size; i++)
        if ((unsigned char)f->text[i] < ' ' && !strchr("\t\n\r", f->text[i])) {
            findings_add(f, i, "is a control character (0x%02x), not text",
                         (unsigned)(unsigned char)f->text[i]);
            return false;
        }
    return true;
}

/* Where a mark points; what is empty has no place of its own: the one before is its key's. */
static size_t place(const struct reading *r, const struct fy_mark *mark)
{
    return mark && mark->input_pos <= r->f->size ? mark->input_pos : r->last;
}

static struct yaml *new_node(struct reading *r, enum yaml_kind kind, struct fy_event *event)
{
    struct yaml *node = calloc(1, sizeof *node);
    if (!node) {
        r->f->failed = true;
        return NULL;
    }
    r->last = place(r, fy_event_start_mark(event));
    node->kind = kind;
    node->at = r->last;
    node->made_before = r->tree->made;
    r->tree->made = node;
    return node;
}

/* Appends to the list or mapping that is open, or makes the root. */
static bool append(struct reading *r, struct yaml *node)
{
    if (r->depth == 0) {
        r->tree->root = node;
        return true;
    }
    struct yaml *top = r->stack[r->depth - 1];
    if (top->kind == YAML_MAPPING && top->count % 2 == 0 && node->kind != YAML_SCALAR) {
        findings_add(r->f, node->at, "a key must be a word, not a list or a mapping");
        return false;
    }
    if (top->count == top->room) {
        size_t room = top->room ? 2 * top->room : 8;
        struct yaml **items = realloc(top->items, room * sizeof(struct yaml *));
        if (!items) {
            r->f->failed = true;
            return false;
        }
        top->items = items;
        top->room = room;
    }
    top->items[top->count++] = node;
    return true;
}

static char *copy_token(struct reading *r, struct fy_token *token)
{
    size_t length = 0;
    const char *text = token ? fy_token_get_text(token, &length) : "";
    char *copy = malloc(length + 1);
    if (!copy || !text) {
        r->f->failed = true;
        free(copy);
        return NULL;
    }
    /* Only escapes can give NUL, and libfyaml where a text ends with an empty block. */
    if (fy_token_scalar_style(token) != FYSS_DOUBLE_QUOTED)
        length = strnlen(text, length);
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (memchr(copy, 0, length) || findings_breach(copy, length) < length) {
        findings_add(r->f, r->last, "stands for characters that are not text");
        free(copy);
        return NULL;
    }
    return copy;
}

/* Remembers the node under its anchor, when it has one. */
static bool anchored(struct reading *r, struct yaml *node, struct fy_token *token)
{
    if (!token)
        return true;
    if (r->anchor_count == MAX_ANCHORS) {
        findings_add(r->f, node->at, "more than %d anchors", MAX_ANCHORS);
        return false;
    }
    char *name = copy_token(r, token);
    if (name)
        r->anchors[r->anchor_count++] = (struct anchor){name, node};
    return name != NULL;
}

static bool on_scalar(struct reading *r, struct fy_event *event)
{
    struct yaml *node = new_node(r, YAML_SCALAR, event);
    if (!node)
        return false;
    struct fy_token *value = event->scalar.value;
    node->quoted = value && fy_token_scalar_style(value) != FYSS_PLAIN;
    if (node->quoted && node->at > 0 && strchr("\"'", r->f->text[node->at - 1]))
        node->at--; /* libfyaml points behind the quote */
    node->text = copy_token(r, value);
    return node->text && anchored(r, node, event->scalar.anchor) && append(r, node);
}

static bool on_start(struct reading *r, struct fy_event *event)
{
    bool list = event->type == FYET_SEQUENCE_START;
    struct yaml *node = new_node(r, list ? YAML_LIST : YAML_MAPPING, event);
    if (!node)
        return false;
    struct fy_token *anchor = list ? event->sequence_start.anchor : event->mapping_start.anchor;
    if (!anchored(r, node, anchor) || !append(r, node))
        return false;
    if (r->depth == MAX_DEPTH) {
        findings_add(r->f, node->at, "is nested deeper than %d levels", MAX_DEPTH);
        return false;
    }
    node->open = true;
    r->stack[r->depth++] = node;
    return true;
}

static int by_key(const void *a, const void *b)
{
    const struct yaml *x = **(struct yaml * *const *)a, *y = **(struct yaml * *const *)b;
    int order = strcmp(x->text, y->text);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Lines are counted from the start of the text, which takes time: for the first findings only. */
static void report_twin(struct reading *r, const struct yaml *first, const struct yaml *key)
{
    char quote[64], where[64] = "";
    if (r->f->count < FINDINGS_SHOWN) {
        size_t line, column;
        findings_position(r->f, first->at, &line, &column);
        snprintf(where, sizeof where, ", first in line %zu", line);
    }
    findings_add(r->f, key->at, "%s is given twice%s",
                 findings_quote(key->text, quote, sizeof quote), where);
}

/* Reports keys that stand twice in a mapping, and takes all but the first away. */
static bool drop_twins(struct reading *r, struct yaml *mapping)
{
    size_t pairs = mapping->count / 2;
    if (pairs < 2)
        return true;
    struct yaml ***sorted = malloc(pairs * sizeof *sorted);
    if (!sorted) {
        r->f->failed = true;
        return false;
    }
    for (size_t i = 0; i < pairs; i++)
        sorted[i] = &mapping->items[2 * i];
    qsort(sorted, pairs, sizeof *sorted, by_key);
    const struct yaml *first = *sorted[0];
    for (size_t i = 1; i < pairs; i++) {
        struct yaml *key = *sorted[i];
        if (strcmp(key->text, first->text) != 0) {
            first = key;
            continue;
        }
        report_twin(r, first, key);
        *sorted[i] = NULL;
    }
    free(sorted);
    size_t kept = 0;
    for (size_t i = 0; i < pairs; i++)
        if (mapping->items[2 * i]) {
            mapping->items[kept++] = mapping->items[2 * i];
            mapping->items[kept++] = mapping->items[2 * i + 1];
        }
    mapping->count = kept;
    return true;
}

static bool on_end(struct reading *r)
{
    struct yaml *node = r->stack[--r->depth];
    node->open = false;
    return node->kind == YAML_LIST || drop_twins(r, node);
}

static bool on_alias(struct reading *r, struct fy_event *event)
{
    size_t behind = place(r, fy_event_start_mark(event));
    r->last = behind - (behind > 0); /* libfyaml points behind the asterisk */
    char *name = copy_token(r, event->alias.anchor);
    if (!name)
        return false;
    struct yaml *node = NULL;
    for (size_t i = 0; i < r->anchor_count; i++)
        if (strcmp(r->anchors[i].name, name) == 0)
            node = r->anchors[i].node;
    char quote[64];
    if (!node)
        findings_add(r->f, r->last, "*%s stands for an anchor that is not there",
                     findings_quote(name, quote, sizeof quote));
    else if (node->open)
        findings_add(r->f, r->last, "*%s stands for something that holds itself",
                     findings_quote(name, quote, sizeof quote));
    free(name);
    return node && !node->open && append(r, node);
}

static bool on_event(struct reading *r, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (r->ended)
            findings_add(r->f, place(r, fy_event_start_mark(event)),
                         "begins a second document; one file holds one");
        return !r->ended;
    case FYET_DOCUMENT_END:
        r->ended = true;
        return true;
    case FYET_SCALAR:
        return on_scalar(r, event);
    case FYET_ALIAS:
        return on_alias(r, event);
    case FYET_MAPPING_START:
    case FYET_SEQUENCE_START:
        return on_start(r, event);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_end(r);
    default:
        return true;
    }
}

/* Whether the line of `at`, or the one after, is indented by a tab: the commonest slip. */
static bool tab_nearby(const struct findings *f, size_t at, size_t *tab)
{
    size_t start = at < f->size ? at : f->size;
    while (start > 0 && f->text[start - 1] != '\n')
        start--;
    for (int line = 0; line < 2; line++) {
        size_t blanks = start;
        while (blanks < f->size && f->text[blanks] == ' ')
            blanks++;
        *tab = blanks;
        if (blanks < f->size && f->text[blanks] == '\t')
            return true;
        const char *newline = memchr(f->text + start, '\n', f->size - start);
        if (!newline)
            return false;
        start = (size_t)(newline - f->text) + 1;
    }
    return false;
}

static void report_syntax(struct reading *r, struct fy_diag *diag)
{
    void *previous = NULL;
    const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &previous);
    size_t at = place(r, first ? fy_token_start_mark(first->fyt) : NULL), tab;
    if (tab_nearby(r->f, at, &tab))
        findings_add(r->f, tab, "is indented by a tab; YAML indents by spaces");
    else
        findings_add(r->f, at, "is not YAML: %s", first ? first->msg : "cannot be read");
}

static struct fy_diag *open_diag(void)
{
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&config);
    if (diag)
        fy_diag_set_collect_errors(diag, true);
    return diag;
}

static void parse_events(struct reading *r)
{
    struct fy_diag *diag = open_diag();
    struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag};
    struct fy_parser *parser = diag ? fy_parser_create(&config) : NULL;
    if (!parser || fy_parser_set_string(parser, r->f->text, r->f->size)) {
        r->f->failed = true;
        goto out;
    }
    struct fy_event *event;
    bool sound = true;
    while (sound && (event = fy_parser_parse(parser)) != NULL) {
        sound = on_event(r, event);
        fy_parser_event_free(parser, event);
    }
    if (sound && fy_parser_get_stream_error(parser)) {
        report_syntax(r, diag);
        sound = false;
    }
    if (!sound)
        r->tree->root = NULL;
out:
    if (parser)
        fy_parser_destroy(parser);
    if (diag)
        fy_diag_destroy(diag);
}

void yaml_parse(struct yaml_tree *t, struct findings *f)
{
    memset(t, 0, sizeof *t);
    if (f->size == 0 || !check_bytes(f))
        return;
    struct reading *r = calloc(1, sizeof *r);
    if (!r) {
        f->failed = true;
        return;
    }
    r->tree = t;
    r->f = f;
    parse_events(r);
    for (size_t i = 0; i < r->anchor_count; i++)
        free(r->anchors[i].name);
    free(r);
}

void yaml_free(struct yaml_tree *t)
{
    while (t->made) {
        struct yaml *node = t->made;
        t->made = node->made_before;
        free(node->text);
        free(node->items);
        free(node);
    }
    memset(t, 0, sizeof *t);
}

const struct yaml *yaml_value(const struct yaml *mapping, const char *key)
{
    for (size_t i = 0; i + 1 < mapping->count; i += 2)
        if (strcmp(mapping->items[i]->text, key) == 0)
            return mapping->items[i + 1];
    return NULL;
}

bool yaml_is_null(const struct yaml *node)
{
    if (node->kind != YAML_SCALAR || node->quoted)
        return false;
    return node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

const char *yaml_describe(const struct yaml *node, char *out, size_t size)
{
    if (node->kind == YAML_LIST)
        return "a list";
    if (node->kind == YAML_MAPPING)
        return "a mapping";
    if (node->text[0] == '\0')
        return "empty";
    return findings_quote(node->text, out, size);
}
