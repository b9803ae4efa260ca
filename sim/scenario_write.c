#include "sim/scenario_reader.h"

#include <stdlib.h>
#include <string.h>

#include "sim/text_stream.h"

/* A text in double quotes, so that it reads back whatever it holds. */
static void write_quoted(FILE *out, const char *text)
{
    putc('"', out);
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c == '\n')
            fputs("\\n", out);
        else if (*c == '\t')
            fputs("\\t", out);
        else if ((unsigned char)*c < ' ' || *c == 0x7f)
            fprintf(out, "\\x%02x", (unsigned)(unsigned char)*c);
        else
            putc(*c, out);
    }
    putc('"', out);
}

static void write_text(FILE *out, const char *key, const char *text)
{
    if (!text)
        return;
    fprintf(out, "%s: ", key);
    write_quoted(out, text);
    putc('\n', out);
}

/* What is written: the run's values, or those of a place that differ. */
struct level {
    const struct scenario *s;
    const struct place *place; /* NULL: the run */
};

static bool is_written(const struct level *l, size_t key)
{
    const struct model *m = l->s->model;
    if (key < m->params.count)
        return !l->place || l->place->given[key];
    size_t k = key - m->params.count;
    if (!l->place)
        return l->s->texts[k].text != NULL;
    return l->place->texts[k].text && l->place->texts[k].text != l->s->texts[k].text;
}

static void write_value(FILE *out, const struct level *l, size_t key)
{
    const struct model *m = l->s->model;
    char text[READER_KEY];
    if (key < m->params.count) {
        const double *values = l->place ? l->place->values : l->s->values;
        param_format(&m->params.rows[key], values[key], text, sizeof text);
        fprintf(out, " %s\n", text);
        return;
    }
    const struct text_value *texts = l->place ? l->place->texts : l->s->texts;
    putc(' ', out);
    write_quoted(out, texts[key - m->params.count].text);
    putc('\n', out);
}

/* Whether an earlier key that is written begins with the same words. */
static bool is_begun(const struct level *l, size_t key, size_t length)
{
    const char *name = key_name(l->s->model, key);
    for (size_t i = 0; i < key; i++) {
        const char *other = key_name(l->s->model, i);
        if (is_written(l, i) && strncmp(other, name, length) == 0 && other[length] == '.')
            return true;
    }
    return false;
}

/* Writes all keys that share the first `shared` bytes of `prefix`, one level of nesting a dot. */
static void write_keys(FILE *out, const struct level *l, const char *prefix, size_t shared,
                       int indent)
{
    const char *name;
    for (size_t i = 0; (name = key_name(l->s->model, i)) != NULL; i++) {
        if (!is_written(l, i) || strncmp(name, prefix, shared) != 0)
            continue;
        const char *dot = strchr(name + shared, '.');
        size_t length = dot ? (size_t)(dot - name) : strlen(name);
        if (dot && is_begun(l, i, length))
            continue;
        fprintf(out, "%*s%.*s:", indent, "", (int)(length - shared), name + shared);
        if (!dot) {
            write_value(out, l, i);
            continue;
        }
        putc('\n', out);
        write_keys(out, l, name, length + 1, indent + 2);
    }
}

static void write_off(const struct scenario *s, FILE *out)
{
    const char *before = "off: [";
    for (size_t i = 0; i < s->model->schedule_count; i++)
        if (s->off[i]) {
            fprintf(out, "%s%s", before, s->model->schedule[i]->name);
            before = ", ";
        }
    if (*before == ',')
        fputs("]\n", out);
}

static void write_events(const struct scenario *s, FILE *out)
{
    if (s->event_count)
        fprintf(out, "%s:\n", s->model->events);
    for (size_t i = 0; i < s->event_count; i++) {
        const struct event *event = &s->events[i];
        const struct param plain = {.kind = PARAM_REAL};
        char size[READER_QUOTE];
        param_format(&plain, event->size, size, sizeof size);
        fprintf(out, "  - kind: %s\n    week: %u\n    length: %u\n    size: %s\n",
                s->model->event_kinds[event->kind].name, (unsigned)event->week,
                (unsigned)event->length, size);
        if (event->place == SIZE_MAX)
            continue;
        fprintf(out, "    %s: ", s->model->place);
        write_quoted(out, s->places[event->place].name);
        putc('\n', out);
    }
}

enum status scenario_write(const struct scenario *s, FILE *out)
{
    write_text(out, "title", s->title);
    write_text(out, "question", s->question);
    write_keys(out, &(struct level){s, NULL}, "", 0, 0);
    write_off(s, out);
    fprintf(out, "%s:\n", s->model->places);
    for (size_t i = 0; i < s->place_count; i++) {
        fputs("  - name: ", out);
        write_quoted(out, s->places[i].name);
        putc('\n', out);
        write_keys(out, &(struct level){s, &s->places[i]}, "", 0, 4);
    }
    write_events(s, out);
    return ferror(out) ? STATUS_FAILED : STATUS_DONE;
}

char *scenario_text(const struct scenario *s)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = text_stream(&text, &size);
    if (!out)
        return NULL;
    scenario_write(s, out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
