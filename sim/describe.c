#include "sim/describe.h"

#include <fnmatch.h>
#include <string.h>

#include "sim/scenario_reader.h"

static enum status finish(struct table *t, enum table_format format, FILE *out, struct error *e)
{
    enum status status = table_print(t, format, out);
    bool memory = t->failed;
    table_free(t);
    if (status != STATUS_DONE)
        error_add(e, status, memory ? "out of memory" : "the table cannot be written");
    return status;
}

static bool is_wanted(const char *key, const char *pattern)
{
    return !pattern || strstr(key, pattern) || fnmatch(pattern, key, 0) == 0;
}

static enum status no_match(const struct model *m, const char *pattern, struct error *e)
{
    struct nearest n;
    char hint[256];
    nearest_start(&n, pattern);
    for (size_t i = 0; key_name(m, i); i++)
        nearest_try(&n, key_name(m, i), strlen(key_name(m, i)));
    return error_add(e, STATUS_BAD_INPUT, "no parameter's name contains \"%s\"%s", pattern,
                     nearest_hint(&n, hint, sizeof hint));
}

static void add_param(struct table *t, const struct param *p)
{
    char value[128], range[256];
    param_format(p, p->value, value, sizeof value);
    param_range(p, range, sizeof range);
    table_add(t, "%s", p->key);
    table_add(t, "%s", p->symbol);
    table_add(t, "%s", p->unit);
    table_add(t, "%s", value);
    table_add(t, "%s", range);
    table_add(t, "%s", p->level == PARAM_RUN ? "run" : "place");
    table_add(t, "%s", p->meaning);
    table_add(t, "%s", p->source);
}

static void add_text(struct table *t, const struct text_key *k)
{
    table_add(t, "%s", k->key);
    table_add(t, "%s", "");
    table_add(t, "%s", "");
    table_add(t, "%s", "");
    table_add(t, "%s", k->is_file ? "name of a file" : "text");
    table_add(t, "%s", k->level == PARAM_RUN ? "run" : "place");
    table_add(t, "%s", k->meaning);
    table_add(t, "%s", "");
}

enum status describe_params(const struct model *m, const char *pattern, enum table_format format,
                            FILE *out, struct error *e)
{
    static const char *const heads[] = {"name",  "symbol", "unit",    "default",
                                        "range", "level",  "meaning", "source"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.wrapped = 6;
    for (size_t i = 0; i < m->params.count; i++)
        if (is_wanted(m->params.rows[i].key, pattern))
            add_param(&t, &m->params.rows[i]);
    for (size_t i = 0; i < m->text_count; i++)
        if (is_wanted(m->texts[i].key, pattern))
            add_text(&t, &m->texts[i]);
    if (t.count == 0 && !t.failed) {
        table_free(&t);
        return no_match(m, pattern, e);
    }
    return finish(&t, format, out, e);
}

enum status describe_variables(const struct model *m, enum table_format format, FILE *out,
                               struct error *e)
{
    static const char *const heads[] = {"of", "name", "unit", "type", "role", "meaning"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.wrapped = 5;
    for (size_t i = 0; i < m->observable_count; i++) {
        const struct observable *o = &m->observables[i];
        table_add(&t, "%s", m->place);
        table_add(&t, "%s", o->name);
        table_add(&t, "%s", o->unit);
        table_add(&t, "float32");
        table_add(&t, "weekly series");
        table_add(&t, "%s", o->meaning);
    }
    for (size_t i = 0; i < m->column_count; i++) {
        const struct column *c = &m->columns[i];
        table_add(&t, "%s", m->entities[c->entity].name);
        table_add(&t, "%s", c->name);
        table_add(&t, "%s", c->unit);
        table_add(&t, "%s", column_type_name(c->type));
        table_add(&t, "%s", column_role_name(c->role));
        table_add(&t, "%s", c->meaning);
    }
    return finish(&t, format, out, e);
}

/* "person.mood, site.clarity" of a list of columns; cut when it does not fit. */
static void columns_text(const struct model *m, const column_id *ids, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (; ids && *ids && length < size; ids++) {
        const struct column *c = &m->columns[*ids - 1];
        int more = snprintf(text + length, size - length, "%s%s.%s", length ? ", " : "",
                            m->entities[c->entity].name, c->name);
        length += more > 0 ? (size_t)more : 0;
    }
}

static void print_filled(const char *head, const char *text, size_t width, FILE *out)
{
    size_t column = 14, at = 0;
    fprintf(out, "    %-10s", head);
    while (text[at]) {
        size_t word = strcspn(text + at, " ");
        char copy[256];
        snprintf(copy, sizeof copy, "%.*s", (int)word, text + at);
        if (column > 14 && column + 1 + table_width(copy) > width) {
            fprintf(out, "\n%14s", "");
            column = 14;
        }
        column += (size_t)fprintf(out, "%s%.*s", column > 14 ? " " : "", (int)word, text + at);
        at += word;
        at += text[at] == ' ';
    }
    fputc('\n', out);
}

static void print_mechanism(const struct model *m, const struct mechanism *mechanism, FILE *out)
{
    char text[4096];
    size_t terminal = table_terminal(out), width = terminal > 40 ? terminal : 100;
    fprintf(out, "\n  %s", mechanism->name);
    if (*mechanism->equation)
        fprintf(out, " (%s)", mechanism->equation);
    fprintf(out, ", over every %s", m->cell_kinds[mechanism->cells]);
    if (mechanism->every > 1)
        fprintf(out, ", every %u weeks", mechanism->every);
    fputc('\n', out);
    print_filled("what", mechanism->meaning, width, out);
    columns_text(m, mechanism->reads, text, sizeof text);
    print_filled("reads", *text ? text : "nothing", width, out);
    columns_text(m, mechanism->writes, text, sizeof text);
    print_filled("writes", *text ? text : "only what is observed", width, out);
    if (mechanism->off)
        print_filled("when off", mechanism->off, width, out);
    if (mechanism->source && *mechanism->source)
        print_filled("source", mechanism->source, width, out);
}

static void print_schedule(const struct model *m, FILE *out)
{
    unsigned step = 0;
    fprintf(out, "%s: one week, in order\n", m->title);
    for (size_t i = 0; i < m->schedule_count; i++) {
        const struct mechanism *mechanism = m->schedule[i];
        if (mechanism->step != step)
            fprintf(out, "\nStep %u\n", mechanism->step);
        step = mechanism->step;
        print_mechanism(m, mechanism, out);
    }
}

static enum status table_schedule(const struct model *m, enum table_format format, FILE *out,
                                  struct error *e)
{
    static const char *const heads[] = {"step",  "mechanism", "equation", "over",     "every",
                                        "reads", "writes",    "meaning",  "when_off", "source"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    for (size_t i = 0; i < m->schedule_count; i++) {
        const struct mechanism *mechanism = m->schedule[i];
        char text[4096];
        table_add(&t, "%u", mechanism->step);
        table_add(&t, "%s", mechanism->name);
        table_add(&t, "%s", mechanism->equation);
        table_add(&t, "%s", m->cell_kinds[mechanism->cells]);
        table_add(&t, "%u", mechanism->every > 1 ? mechanism->every : 1);
        columns_text(m, mechanism->reads, text, sizeof text);
        table_add(&t, "%s", text);
        columns_text(m, mechanism->writes, text, sizeof text);
        table_add(&t, "%s", text);
        table_add(&t, "%s", mechanism->meaning);
        table_add(&t, "%s", mechanism->off ? mechanism->off : "");
        table_add(&t, "%s", mechanism->source ? mechanism->source : "");
    }
    return finish(&t, format, out, e);
}

enum status describe_schedule(const struct model *m, enum table_format format, FILE *out,
                              struct error *e)
{
    if (format != TABLE_TEXT)
        return table_schedule(m, format, out, e);
    print_schedule(m, out);
    return ferror(out) ? error_add(e, STATUS_FAILED, "the schedule cannot be written")
                       : STATUS_DONE;
}
