/* The document of an export:
 *
 *     {"kind", "title", "question", ..., "provenance": {...}, "scenario": "...",
 *      "dimensions": {"replicate": [1, ...], "week": [1, ...], "<place>": ["Faxe", ...]},
 *      "series": {"<name>": {"unit", "meaning", "dimensions": [...], "values": [[[...]]]}}}
 *
 * Values are written as they come, since a document of them all in memory would be many times the
 * file. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/export_parts.h"

/* --- pieces ----------------------------------------------------------------------------------- */

static void put_text(const char *text, FILE *out)
{
    json_t *value = json_string(text);
    if (!value) /* what is not UTF-8 */
        value = json_string("?");
    json_dumpf(value, out, JSON_ENCODE_ANY);
    json_decref(value);
}

/* A member of an object, after a comma where it is not the first. */
static void begin(const char *name, const char **comma, FILE *out)
{
    fputs(*comma, out);
    *comma = ",\n";
    put_text(name, out);
    fputs(": ", out);
}

static void put_member(const char *name, const char *text, const char **comma, FILE *out)
{
    begin(name, comma, out);
    put_text(text ? text : "", out);
}

static void put_counting(size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%zu", i > 0 ? ", " : "[", i + 1);
    fputs(count > 0 ? "]" : "[]", out);
}

static void put_names(char *const *names, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "[", out);
        put_text(names[i], out);
    }
    fputs(count > 0 ? "]" : "[]", out);
}

static void put_value(const char *number, FILE *out)
{
    fputs(*number ? number : "null", out);
}

static void put_dimensions(const char *const *names, size_t count, const char **comma, FILE *out)
{
    begin("dimensions", comma, out);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "[", out);
        put_text(names[i], out);
    }
    fputs("]", out);
}

/* --- head ------------------------------------------------------------------------------------- */

static void put_provenance(const struct run_file *f, const char **comma, FILE *out)
{
    const char *inner = "";
    begin("provenance", comma, out);
    fputs("{", out);
    for (size_t i = 0; i < f->fact_count; i++)
        put_member(f->facts[i].name, f->facts[i].value, &inner, out);
    fputs("}", out);
}

static void put_head(const struct export *x, const char **comma)
{
    const struct run_file *f = &x->file;
    fputs("{", x->out);
    put_member("kind", "samskab run", comma, x->out);
    put_member("title", f->title, comma, x->out);
    put_member("question", f->question, comma, x->out);
    put_member("model", f->model, comma, x->out);
    put_member("model_version", f->model_version, comma, x->out);
    put_member("written_by", f->source, comma, x->out);
    put_member("digest", f->digest, comma, x->out);
    put_provenance(f, comma, x->out);
    put_member("scenario", f->scenario, comma, x->out);
}

/* --- series ----------------------------------------------------------------------------------- */

static void put_block(const struct run_file *f, const float *values, FILE *out)
{
    char text[EXPORT_NUMBER];
    for (size_t r = 0; r < f->replicates && !ferror(out); r++)
        for (size_t week = 0; week < f->weeks; week++)
            for (size_t place = 0; place < f->places; place++) {
                bool first = place == 0;
                fputs(!first ? ", " : week > 0 ? "], [" : r > 0 ? "]],\n[[" : "[[[", out);
                put_value(export_real(*values++, text), out);
            }
    fputs("]]]", out);
}

static enum status put_series(struct export *x)
{
    const struct run_file *f = &x->file;
    const char *const names[] = {"replicate", "week", f->place};
    size_t each = f->replicates * f->weeks * f->places;
    float *values;
    enum status status = export_series(x, &values);
    if (status != STATUS_DONE)
        return status;
    const char *comma = "";
    for (size_t k = 0; k < x->chosen_count; k++) {
        const struct run_variable *v = &f->variables[x->chosen[k]];
        const char *inner = "";
        begin(v->name, &comma, x->out);
        fputs("{", x->out);
        put_member("unit", v->unit, &inner, x->out);
        put_member("meaning", v->meaning, &inner, x->out);
        put_dimensions(names, 3, &inner, x->out);
        begin("values", &inner, x->out);
        put_block(f, values + k * each, x->out);
        fputs("}", x->out);
    }
    free(values);
    return STATUS_DONE;
}

static enum status series_document(struct export *x)
{
    const struct run_file *f = &x->file;
    const char *comma = "", *inner = "";
    put_head(x, &comma);
    begin("dimensions", &comma, x->out);
    fputs("{", x->out);
    begin("replicate", &inner, x->out);
    put_counting(f->replicates, x->out);
    begin("week", &inner, x->out);
    put_counting(f->weeks, x->out);
    begin(f->place, &inner, x->out);
    put_names(f->place_names, f->places, x->out);
    fputs("}", x->out);
    begin("series", &comma, x->out);
    fputs("{", x->out);
    enum status status = put_series(x);
    fputs("}}\n", x->out);
    return status;
}

/* --- agents ----------------------------------------------------------------------------------- */

/* All agents of a column at one week. */
static void put_agents(const struct export *x, const struct reader_column *c,
                       const union export_value *values)
{
    char text[EXPORT_NUMBER];
    for (size_t i = 0; i < x->file.agents; i++) {
        fputs(i > 0 ? ", " : "[", x->out);
        if (export_is_place(x, c) && values[i].whole < x->file.places)
            put_text(x->file.place_names[values[i].whole], x->out);
        else
            put_value(c->real ? export_real(values[i].real, text)
                              : export_whole(values[i].whole, text),
                      x->out);
    }
    fputs(x->file.agents > 0 ? "]" : "[]", x->out);
}

static enum status put_column(struct export *x, const struct reader_column *c,
                              union export_value *values)
{
    const struct run_file *f = &x->file;
    size_t weeks = c->trait ? 1 : f->agent_weeks;
    enum status status = STATUS_DONE;
    fputs("[", x->out);
    for (size_t r = 0; r < f->replicates && status == STATUS_DONE; r++) {
        fputs(r > 0 ? ",\n" : "", x->out);
        fputs(c->trait ? "" : "[", x->out);
        for (size_t week = 0; week < weeks && status == STATUS_DONE; week++) {
            status = reader_column(f, c, r, week, values, x->error);
            fputs(week > 0 ? ", " : "", x->out);
            if (status == STATUS_DONE)
                put_agents(x, c, values);
        }
        fputs(c->trait ? "" : "]", x->out);
    }
    fputs("]", x->out);
    return status;
}

static enum status put_columns(struct export *x, union export_value *values)
{
    const char *const moving[] = {"replicate", "week", x->agents.entity};
    const char *const fixed[] = {"replicate", x->agents.entity};
    const char *comma = "";
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->chosen_count && status == STATUS_DONE; k++) {
        const struct reader_column *c = &x->agents.list[x->chosen[k]];
        const char *inner = "";
        begin(c->name, &comma, x->out);
        fputs("{", x->out);
        put_member("unit", c->unit, &inner, x->out);
        put_member("meaning", c->meaning, &inner, x->out);
        put_dimensions(c->trait ? fixed : moving, c->trait ? 2 : 3, &inner, x->out);
        begin("values", &inner, x->out);
        status = put_column(x, c, values);
        fputs("}", x->out);
    }
    return status;
}

static enum status agents_document(struct export *x)
{
    const struct run_file *f = &x->file;
    union export_value *values = malloc((f->agents + 1) * sizeof *values);
    if (!values)
        return export_no_memory(x);
    const char *comma = "", *inner = "";
    put_head(x, &comma);
    begin("dimensions", &comma, x->out);
    fputs("{", x->out);
    begin("replicate", &inner, x->out);
    put_counting(f->replicates, x->out);
    begin("week", &inner, x->out);
    for (size_t i = 0; i < f->agent_weeks; i++)
        fprintf(x->out, "%s%lu", i > 0 ? ", " : "[", (unsigned long)x->agents.weeks[i]);
    fprintf(x->out, "],\n\"%s\": %zu}", x->agents.entity, f->agents);
    begin("agents", &comma, x->out);
    fputs("{", x->out);
    enum status status = put_columns(x, values);
    fputs("}}\n", x->out);
    free(values);
    return status;
}

enum status export_json(struct export *x)
{
    return x->request->agents ? agents_document(x) : series_document(x);
}
