#include "sim/scenario_reader.h"

#include <stdlib.h>
#include <string.h>

enum { SCENARIO_LIMIT = 16 << 20 }; /* bytes of a scenario */

static bool make_run(struct reader *r, const char *name)
{
    struct scenario *s = r->s;
    const struct model *m = r->m;
    s->model = m;
    s->file = strdup(name);
    s->values = calloc(m->params.count + 1, sizeof *s->values);
    s->given = calloc(m->params.count + 1, 1);
    s->texts = calloc(m->text_count + 1, sizeof *s->texts);
    s->off = calloc(m->schedule_count + 1, 1);
    r->refused = calloc(m->params.count + 1, 1);
    if (!s->file || !s->values || !s->given || !s->texts || !s->off || !r->refused)
        return false;
    for (size_t i = 0; i < m->params.count; i++)
        s->values[i] = m->params.rows[i].value;
    return true;
}

/* A scenario without any key; what a text without content stands for. */
static const struct yaml nothing = {.kind = YAML_MAPPING};

static void read_tree(struct reader *r)
{
    const struct yaml *root = r->tree.root ? r->tree.root : &nothing;
    if (yaml_is_null(root))
        root = &nothing;
    if (root->kind != YAML_MAPPING) {
        char quote[READER_QUOTE];
        findings_add(&r->findings, root->at, "a scenario is a mapping of keys to values, not %s",
                     yaml_describe(root, quote, sizeof quote));
        root = &nothing;
    }
    struct target run = reader_run(r);
    reader_mapping(r, root, "", &run);
    const struct yaml *places = NULL, *events = NULL;
    for (size_t i = 0; i + 1 < root->count; i += 2) {
        const char *key = root->items[i]->text;
        struct given g = {.key = key, .node = root->items[i + 1]};
        if (strcmp(key, "title") == 0)
            reader_title(r, &g, &r->s->title);
        else if (strcmp(key, "question") == 0)
            reader_title(r, &g, &r->s->question);
        else if (strcmp(key, "off") == 0)
            reader_off(r, g.node);
        else if (strcmp(key, r->m->places) == 0)
            places = g.node;
        else if (strcmp(key, r->m->events) == 0)
            events = g.node;
    }
    reader_places(r, places);
    reader_events(r, events);
}

/* Reads the text of r->findings into the scenario, step by step. */
static void read_text(struct reader *r)
{
    struct findings *f = &r->findings;
    if (!make_run(r, f->name)) {
        f->failed = true;
        return;
    }
    if (f->size > SCENARIO_LIMIT) {
        findings_add(f, FINDINGS_WHOLE, "is larger than %d MiB, which no scenario is",
                     SCENARIO_LIMIT >> 20);
        return;
    }
    yaml_parse(&r->tree, f);
    bool is_whole = f->count == 0 || r->tree.root;
    if (f->failed || !is_whole)
        return;
    read_tree(r);
    if (f->failed)
        return;
    reader_settings(r);
    reader_load(r);
    reader_rules(r);
}

enum status scenario_parse(struct scenario *s, const struct model *m, const char *text, size_t size,
                           const char *name, const char *folder,
                           const struct scenario_input *inputs, size_t input_count,
                           const struct setting *settings, size_t setting_count, struct error *e)
{
    memset(s, 0, sizeof *s);
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3; /* the mark that some editors put before UTF-8 */
        size -= 3;
    }
    struct reader r = {.s = s,
                       .m = m,
                       .findings = {.name = name, .text = text, .size = size},
                       .folder = folder,
                       .inputs = inputs,
                       .input_count = input_count,
                       .settings = settings,
                       .setting_count = setting_count};
    read_text(&r);
    enum status status = findings_report(&r.findings, e);
    if (status == STATUS_DONE && m->prepare)
        status = m->prepare(s, e);
    findings_free(&r.findings);
    yaml_free(&r.tree);
    reader_table_free(&r);
    free(r.place_nodes);
    free(r.refused);
    if (status != STATUS_DONE)
        scenario_free(s);
    return status;
}

enum status scenario_read(struct scenario *s, const struct model *m, const char *path,
                          const struct setting *settings, size_t setting_count, struct error *e)
{
    if (!path)
        return scenario_parse(s, m, "", 0, "defaults", NULL, NULL, 0, settings, setting_count, e);

    memset(s, 0, sizeof *s);
    char why[256];
    size_t size = 0;
    char *text;
    enum status status = reader_file(path, SCENARIO_LIMIT, &text, &size, why, sizeof why);
    if (status != STATUS_DONE)
        return error_add(e, status, "%s: %s", path, why);
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    char *folder = strndup(path, length);
    if (!folder)
        status = error_add(e, STATUS_FAILED, "%s: out of memory", path);
    else
        status =
            scenario_parse(s, m, text, size, path, folder, NULL, 0, settings, setting_count, e);
    free(folder);
    free(text);
    return status;
}

double scenario_value(const struct scenario *s, size_t param)
{
    return s->values[param];
}

static void free_texts(struct text_value *texts, size_t count, const struct text_value *shared)
{
    for (size_t k = 0; texts && k < count; k++) {
        if (shared && texts[k].text == shared[k].text)
            continue; /* a place's that is the run's */
        free(texts[k].text);
        free(texts[k].content);
    }
}

void scenario_free(struct scenario *s)
{
    const struct model *m = s->model;
    if (m && m->forget && s->places)
        m->forget(s);
    for (size_t i = 0; s->places && i < s->place_count; i++) {
        struct place *p = &s->places[i];
        free_texts(p->texts, m->text_count, s->texts);
        free(p->name);
        free(p->where);
        free(p->values);
        free(p->given);
        free(p->texts);
    }
    if (m)
        free_texts(s->texts, m->text_count, NULL);
    free(s->places);
    free(s->events);
    free(s->file);
    free(s->title);
    free(s->question);
    free(s->values);
    free(s->given);
    free(s->texts);
    free(s->off);
    memset(s, 0, sizeof *s);
}
