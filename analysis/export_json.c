/* The document of an export:
 *
 *     {"kind", "title", "question", ..., "provenance": {...}, "scenario": "...",
 *      "dimensions": {"replicate": [1, ...], "week": [1, ...], "<place>": ["Faxe", ...]},
 *      "series": {"<name>": {"unit", "meaning", "dimensions": [...], "values": [[[...]]]}}}
 *
 * An experiment has "plan" in place of "scenario", a first dimension "arm" with the names of arms,
 * "baseline" and "design" ({"kind", "columns": {"<key>": {"unit", "meaning", "values": [...]}}}),
 * and "status" and "failures" of its runs.
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

static void put_provenance(const struct exporter *x, const char **comma)
{
    const char *inner = "";
    begin("provenance", comma, x->out);
    fputs("{", x->out);
    for (size_t i = 0; i < x->fact_count; i++)
        put_member(x->facts[i].name, x->facts[i].value, &inner, x->out);
    fputs("}", x->out);
}

static void put_head(const struct exporter *x, const char **comma)
{
    fputs("{", x->out);
    put_member("kind", x->is_ensemble ? "samskab experiment" : "samskab run", comma, x->out);
    put_member("title", x->title, comma, x->out);
    put_member("question", x->question, comma, x->out);
    put_member("model", x->model_name, comma, x->out);
    put_member("model_version", x->model_version, comma, x->out);
    put_member("written_by", x->source, comma, x->out);
    put_member("digest", x->digest, comma, x->out);
    put_provenance(x, comma);
    if (x->is_ensemble)
        put_member("plan", x->ensemble.ensemble.plan, comma, x->out);
    else
        put_member("scenario", x->file.scenario, comma, x->out);
}

/* --- design of an experiment ------------------------------------------------------------------ */

static void put_column(const struct exporter *x, const struct ensemble_column *c,
                       const char **comma)
{
    char text[EXPORT_NUMBER];
    const char *inner = "";
    begin(c->key, comma, x->out);
    fputs("{", x->out);
    put_member("unit", c->unit, &inner, x->out);
    put_member("meaning", c->meaning, &inner, x->out);
    begin("values", &inner, x->out);
    for (size_t arm = 0; arm < x->arms; arm++) {
        const char *value = export_setting(c, arm, text);
        fputs(arm > 0 ? ", " : "[", x->out);
        if (c->type == ENSEMBLE_TEXT)
            put_text(value, x->out);
        else
            put_value(value, x->out);
    }
    fputs("]}", x->out);
}

static void put_states(const struct exporter *x, const char **comma)
{
    begin("status", comma, x->out);
    for (size_t arm = 0; arm < x->arms; arm++)
        for (size_t r = 0; r < x->replicates; r++) {
            fputs(r > 0 ? ", " : arm > 0 ? "],\n[" : "[[", x->out);
            put_text(export_state(x, arm, r), x->out);
        }
    fputs("]]", x->out);
    begin("failures", comma, x->out);
    const char *between = "[";
    for (size_t i = 0; i < x->arms * x->replicates; i++) {
        if (!x->ensemble.failure[i])
            continue;
        fprintf(x->out, "%s{\"%s\": %zu, \"replicate\": %zu, \"why\": ", between,
                x->ensemble.ensemble.unit, i / x->replicates + 1, i % x->replicates + 1);
        put_text(x->ensemble.failure[i], x->out);
        fputs("}", x->out);
        between = ",\n";
    }
    fputs(*between == '[' ? "[]" : "]", x->out);
}

static void put_design(const struct exporter *x, const char **comma)
{
    const struct ensemble *y = &x->ensemble.ensemble;
    const char *inner = "", *columns = "";
    if (y->baseline < y->arms)
        put_member("baseline", y->arm_names[y->baseline], comma, x->out);
    begin("design", comma, x->out);
    fputs("{", x->out);
    put_member("kind", y->design.kind, &inner, x->out);
    begin("columns", &inner, x->out);
    fputs("{", x->out);
    for (size_t k = 0; k < y->column_count; k++)
        put_column(x, &y->columns[k], &columns);
    fputs("}}", x->out);
    put_states(x, comma);
}

/* --- series ----------------------------------------------------------------------------------- */

/* Brackets before the value of a cell: as many as dimensions that begin there. */
static const char *before(const struct exporter *x, const size_t at[4])
{
    if (at[3] > 0)
        return ", ";
    if (at[2] > 0)
        return "], [";
    if (at[1] > 0)
        return "]],\n[[";
    if (at[0] > 0)
        return "]]],\n[[[";
    return x->is_ensemble ? "[[[[" : "[[[";
}

static void put_block(const struct exporter *x, struct export_arms arms, const float *values)
{
    char text[EXPORT_NUMBER];
    for (size_t i = 0; i < arms.count; i++)
        for (size_t r = 0; r < x->replicates && !ferror(x->out); r++)
            for (size_t week = 0; week < x->weeks; week++)
                for (size_t place = 0; place < x->places; place++) {
                    fputs(before(x, (const size_t[]){arms.first + i, r, week, place}), x->out);
                    put_value(export_real(*values++, text), x->out);
                }
}

static enum status put_one(struct exporter *x, size_t chosen, float *values, const char **comma)
{
    const struct run_variable v = export_variable(x, x->chosen[chosen]);
    const char *const names[] = {x->is_ensemble ? x->ensemble.ensemble.unit : "", "replicate",
                                 "week", x->place};
    const char *inner = "";
    size_t most = export_batch(x, 1);
    enum status status = STATUS_DONE;
    begin(v.name, comma, x->out);
    fputs("{", x->out);
    put_member("unit", v.unit, &inner, x->out);
    put_member("meaning", v.meaning, &inner, x->out);
    put_dimensions(x->is_ensemble ? names : names + 1, x->is_ensemble ? 4 : 3, &inner, x->out);
    begin("values", &inner, x->out);
    for (size_t arm = 0; arm < x->arms && status == STATUS_DONE; arm += most) {
        const struct export_arms arms = {arm, x->arms - arm < most ? x->arms - arm : most};
        status = export_series(x, chosen, arms, values);
        if (status == STATUS_DONE)
            put_block(x, arms, values);
    }
    fputs(x->is_ensemble ? "]]]]}" : "]]]}", x->out);
    return status;
}

static enum status put_series(struct exporter *x)
{
    size_t each = export_batch(x, 1) * x->replicates * x->weeks * x->places;
    float *values = malloc((each + 1) * sizeof *values);
    if (!values)
        return export_no_memory(x);
    const char *comma = "";
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->chosen_count && status == STATUS_DONE; k++)
        status = put_one(x, k, values, &comma);
    free(values);
    return status;
}

static enum status series_document(struct exporter *x)
{
    const char *comma = "", *inner = "";
    put_head(x, &comma);
    begin("dimensions", &comma, x->out);
    fputs("{", x->out);
    if (x->is_ensemble) {
        begin(x->ensemble.ensemble.unit, &inner, x->out);
        put_names(x->ensemble.ensemble.arm_names, x->arms, x->out);
    }
    begin("replicate", &inner, x->out);
    put_counting(x->replicates, x->out);
    begin("week", &inner, x->out);
    put_counting(x->weeks, x->out);
    begin(x->place, &inner, x->out);
    put_names(x->place_names, x->places, x->out);
    fputs("}", x->out);
    if (x->is_ensemble)
        put_design(x, &comma);
    begin("series", &comma, x->out);
    fputs("{", x->out);
    enum status status = put_series(x);
    fputs("}}\n", x->out);
    return status;
}

/* --- agents ----------------------------------------------------------------------------------- */

/* All agents of a column at one week. */
static void put_agents(const struct exporter *x, const struct reader_column *c,
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

static enum status put_agent_column(struct exporter *x, const struct reader_column *c,
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

static enum status put_columns(struct exporter *x, union export_value *values)
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
        status = put_agent_column(x, c, values);
        fputs("}", x->out);
    }
    return status;
}

static enum status agents_document(struct exporter *x)
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

enum status export_json(struct exporter *x)
{
    return x->request->agents ? agents_document(x) : series_document(x);
}
