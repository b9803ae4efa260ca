#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/export_parts.h"
#include "sim/durable.h"
#include "sim/findings.h"
#include "sim/scenario_reader.h"

enum { NAME = 128, HINT = 256, BATCH_VALUES = 1 << 24 };

bool export_format_parse(const char *name, enum export_format *format)
{
    static const char *const names[] = {"csv", "json", "graphml"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(name, names[k]) == 0) {
            *format = (enum export_format)(EXPORT_CSV + k);
            return true;
        }
    return false;
}

enum status export_no_memory(struct exporter *x)
{
    return error_add(x->error, STATUS_FAILED, "%s: out of memory", x->request->path);
}

/* --- values ----------------------------------------------------------------------------------- */

/* What is no number, or a whole one; false when `value` is another. */
static bool put_plain(double value, char *text)
{
    *text = '\0';
    if (!isfinite(value))
        return true;
    bool whole = floor(value) == value && fabs(value) < 1e7 && !(value == 0 && signbit(value));
    if (whole)
        snprintf(text, EXPORT_NUMBER, "%ld", (long)value);
    return whole;
}

const char *export_double(double value, char *text)
{
    if (put_plain(value, text))
        return text;
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, EXPORT_NUMBER, "%.*g", digits, value);
        if (!(strtod(text, NULL) < value) && !(strtod(text, NULL) > value))
            break;
    }
    return text;
}

const char *export_real(float value, char *text)
{
    double wide = (double)value;
    if (put_plain(wide, text))
        return text;
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, EXPORT_NUMBER, "%.*g", digits, wide);
        if (!(strtof(text, NULL) < value) && !(strtof(text, NULL) > value))
            break;
    }
    return text;
}

const char *export_whole(uint32_t value, char *text)
{
    *text = '\0';
    if (value != UINT32_MAX)
        snprintf(text, EXPORT_NUMBER, "%lu", (unsigned long)value);
    return text;
}

bool export_is_place(const struct exporter *x, const struct reader_column *c)
{
    return !c->real && strcmp(c->name, x->file.place) == 0;
}

struct run_variable export_variable(const struct exporter *x, size_t i)
{
    if (!x->is_ensemble)
        return x->file.variables[i];
    const struct ensemble_variable *v = &x->ensemble.ensemble.variables[i];
    return (struct run_variable){v->name, v->unit, v->meaning};
}

enum status export_series(struct exporter *x, size_t chosen, struct export_arms arms, float *values)
{
    if (!x->is_ensemble)
        return reader_series(&x->file, x->chosen[chosen], values, x->error);
    const struct ensemble_range range = {arms.first, arms.count, 0, x->replicates};
    return reader_ensemble_series(&x->ensemble, x->chosen[chosen], &range, values, x->error);
}

size_t export_batch(const struct exporter *x, size_t series)
{
    size_t each = (series + 1) * x->replicates * x->weeks * x->places;
    size_t arms = BATCH_VALUES / each;
    return arms < 1 ? 1 : arms > x->arms ? x->arms : arms;
}

const char *export_setting(const struct ensemble_column *c, size_t arm, char *text)
{
    return c->type == ENSEMBLE_TEXT ? c->texts[arm] : export_double(c->values[arm], text);
}

const char *export_state(const struct exporter *x, size_t arm, size_t replicate)
{
    static const char *const names[] = {
        [RUN_MISSING] = "not_run", [RUN_DONE] = "done", [RUN_FAILED] = "failed"};
    return names[x->ensemble.state[arm * x->replicates + replicate]];
}

enum status export_agents(struct exporter *x, size_t replicate, size_t week,
                          union export_value *values)
{
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->chosen_count && status == STATUS_DONE; k++)
        status = reader_column(&x->file, &x->agents.list[x->chosen[k]], replicate, week,
                               values + k * x->file.agents, x->error);
    return status;
}

/* --- what is chosen --------------------------------------------------------------------------- */

static size_t names_count(const struct exporter *x)
{
    return x->request->agents ? x->agents.count : x->variable_count;
}

static const char *name_of(const struct exporter *x, size_t i)
{
    return x->request->agents ? x->agents.list[i].name : export_variable(x, i).name;
}

static enum status choose_one(struct exporter *x, const char *name)
{
    struct nearest nearest;
    char hint[HINT], shown[NAME];
    size_t i = 0, count = names_count(x);
    while (i < count && strcmp(name_of(x, i), name) != 0)
        i++;
    if (i < count) {
        for (size_t k = 0; k < x->chosen_count; k++)
            if (x->chosen[k] == i)
                return STATUS_DONE;
        x->chosen[x->chosen_count++] = i;
        return STATUS_DONE;
    }
    nearest_start(&nearest, name);
    for (i = 0; i < count; i++)
        nearest_try(&nearest, name_of(x, i), strlen(name_of(x, i)));
    return error_add(x->error, STATUS_BAD_INPUT, "%s: holds no %s %s%s", x->request->path,
                     x->request->agents ? "column of agents" : "series",
                     findings_quote(name, shown, sizeof shown),
                     nearest_hint(&nearest, hint, sizeof hint));
}

/* A name, or several with commas between them. */
static enum status choose_list(struct exporter *x, const char *list)
{
    enum status status = STATUS_DONE;
    char *copy = strdup(list), *rest = copy, *name;
    if (!copy)
        return export_no_memory(x);
    while ((name = strsep(&rest, ",")) != NULL) {
        enum status one = choose_one(x, name);
        status = status == STATUS_DONE ? one : status;
    }
    free(copy);
    return status;
}

static enum status choose(struct exporter *x)
{
    const struct export_request *request = x->request;
    x->chosen = malloc((names_count(x) + 1) * sizeof *x->chosen);
    if (!x->chosen)
        return export_no_memory(x);
    if (request->series_count == 0)
        while (x->chosen_count < names_count(x)) {
            x->chosen[x->chosen_count] = x->chosen_count;
            x->chosen_count++;
        }
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < request->series_count; k++) {
        enum status one = choose_list(x, request->series[k]);
        status = status == STATUS_DONE ? one : status;
    }
    return status;
}

static enum status refuse(const struct exporter *x, const char *why)
{
    return error_add(x->error, STATUS_BAD_INPUT, "%s", why);
}

/* Options that mean nothing to the format or to the kind of file. */
static enum status check_options(const struct exporter *x)
{
    const struct export_request *request = x->request;
    bool network = request->format == EXPORT_GRAPHML;
    if (!network && (request->replicate > 0 || request->week != EXPORT_ANY || request->arm))
        return refuse(x, "--arm, --replicate and --week choose a network; they go with --format "
                         "graphml");
    if (network && request->series_count > 0)
        return refuse(x, "--series goes with --format csv and json: a network has no series");
    if (x->is_ensemble && request->agents && !network)
        return refuse(x, "--agents: an experiment stores no agents; run one of its arms with "
                         "--agents WEEKS");
    if (!x->is_ensemble && request->arm)
        return refuse(x, "--arm: a run file has no arms");
    return STATUS_DONE;
}

/* Numbers that the file does not have. */
static enum status check_numbers(const struct exporter *x)
{
    const struct export_request *request = x->request;
    if (request->replicate > x->replicates)
        return error_add(x->error, STATUS_BAD_INPUT, "%s: has %zu replicates, no number %lu",
                         request->path, x->replicates, (unsigned long)request->replicate);
    if (request->week != EXPORT_ANY && request->week > x->weeks)
        return error_add(x->error, STATUS_BAD_INPUT, "%s: has %zu weeks, no week %lu",
                         request->path, x->weeks, (unsigned long)request->week);
    return STATUS_DONE;
}

/* --- where to --------------------------------------------------------------------------------- */

static enum status write_format(struct exporter *x)
{
    switch (x->request->format) {
    case EXPORT_CSV:
        return export_csv(x);
    case EXPORT_JSON:
        return export_json(x);
    case EXPORT_GRAPHML:
        return export_graphml(x);
    case EXPORT_NONE:
        break;
    }
    return STATUS_BAD_INPUT;
}

/* Written beside and renamed when whole. */
static enum status write_file(struct exporter *x)
{
    struct durable d;
    enum status status = durable_begin(&d, x->request->out, x->error);
    if (status != STATUS_DONE)
        return status;
    x->out = fopen(d.temporary, "we");
    if (!x->out) {
        status = error_add(x->error, STATUS_FAILED, "%s: cannot be created: %s", d.temporary,
                           strerror(errno));
    } else {
        status = write_format(x);
        bool bad = ferror(x->out) != 0;
        if ((fclose(x->out) != 0 || bad) && status == STATUS_DONE)
            status = error_add(x->error, STATUS_FAILED, "%s: cannot be written: %s",
                               x->request->out, strerror(errno));
    }
    if (status == STATUS_DONE)
        status = durable_publish(&d, x->request->force, x->error);
    durable_abandon(&d);
    return status;
}

/* --- the file --------------------------------------------------------------------------------- */

static enum status open_run(struct exporter *x)
{
    enum status status = reader_open(&x->file, x->request->path, x->error);
    if (status != STATUS_DONE)
        return status;
    const struct run_file *f = &x->file;
    x->title = f->title;
    x->question = f->question;
    x->model_name = f->model;
    x->model_version = f->model_version;
    x->source = f->source;
    x->digest = f->digest;
    x->place = f->place;
    x->arms = 1;
    x->replicates = f->replicates;
    x->weeks = f->weeks;
    x->places = f->places;
    x->place_names = f->place_names;
    x->facts = f->facts;
    x->fact_count = f->fact_count;
    x->variable_count = f->variable_count;
    return status;
}

static enum status open_ensemble(struct exporter *x)
{
    enum status status = reader_ensemble_open(&x->ensemble, x->request->path, x->error);
    if (status != STATUS_DONE)
        return status;
    const struct ensemble_file *f = &x->ensemble;
    const struct ensemble *y = &f->ensemble;
    x->title = y->title;
    x->question = y->question;
    x->model_name = y->model;
    x->model_version = y->model_version;
    x->source = f->source;
    x->digest = f->digest;
    x->place = y->place;
    x->arms = y->arms;
    x->replicates = y->replicates;
    x->weeks = y->weeks;
    x->places = y->places;
    x->place_names = y->place_names;
    x->facts = f->facts;
    x->fact_count = f->fact_count;
    x->variable_count = y->variable_count;
    return status;
}

static void close_file(struct exporter *x)
{
    free(x->chosen);
    reader_columns_close(&x->agents);
    if (x->is_ensemble)
        reader_ensemble_close(&x->ensemble);
    else
        reader_close(&x->file);
}

enum status export_file(const struct model *m, const struct export_request *request, FILE *stream,
                        struct error *e)
{
    struct exporter x = {.request = request, .model = m, .out = stream, .error = e};
    enum status status =
        request->out ? durable_check(request->out, request->force, e) : STATUS_DONE;
    if (status != STATUS_DONE)
        return status;
    status = reader_is_ensemble(request->path, &x.is_ensemble, e);
    if (status == STATUS_DONE)
        status = x.is_ensemble ? open_ensemble(&x) : open_run(&x);
    if (status != STATUS_DONE)
        return status;
    status = check_options(&x);
    if (status == STATUS_DONE)
        status = check_numbers(&x);
    if (status == STATUS_DONE && request->agents && request->format != EXPORT_GRAPHML)
        status = reader_columns_open(&x.agents, &x.file, e);
    if (status == STATUS_DONE && request->format != EXPORT_GRAPHML)
        status = choose(&x);
    if (status == STATUS_DONE)
        status = request->out ? write_file(&x) : write_format(&x);
    close_file(&x);
    return status;
}
