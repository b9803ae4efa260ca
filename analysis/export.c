#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/export_parts.h"
#include "sim/durable.h"
#include "sim/findings.h"
#include "sim/scenario_reader.h"

enum { NAME = 128, HINT = 256 };

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

enum status export_no_memory(struct export *x)
{
    return error_add(x->error, STATUS_FAILED, "%s: out of memory", x->request->path);
}

/* --- values ----------------------------------------------------------------------------------- */

const char *export_real(float value, char *text)
{
    *text = '\0';
    if (!isfinite(value))
        return text;
    double wide = (double)value;
    bool whole = floor(wide) == wide && fabs(wide) < 1e7;
    if (whole && (wide != 0 || !signbit(wide))) {
        snprintf(text, EXPORT_NUMBER, "%ld", (long)wide);
        return text;
    }
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

bool export_is_place(const struct export *x, const struct reader_column *c)
{
    return !c->real && strcmp(c->name, x->file.place) == 0;
}

enum status export_series(struct export *x, float **values)
{
    const struct run_file *f = &x->file;
    size_t each = f->replicates * f->weeks * f->places;
    *values = malloc((x->chosen_count * each + 1) * sizeof **values);
    if (!*values)
        return export_no_memory(x);
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->chosen_count && status == STATUS_DONE; k++)
        status = reader_series(f, x->chosen[k], *values + k * each, x->error);
    if (status == STATUS_DONE)
        return status;
    free(*values);
    *values = NULL;
    return status;
}

enum status export_agents(struct export *x, size_t replicate, size_t week,
                          union export_value *values)
{
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->chosen_count && status == STATUS_DONE; k++)
        status = reader_column(&x->file, &x->agents.list[x->chosen[k]], replicate, week,
                               values + k * x->file.agents, x->error);
    return status;
}

/* --- what is chosen --------------------------------------------------------------------------- */

static size_t names_count(const struct export *x)
{
    return x->request->agents ? x->agents.count : x->file.variable_count;
}

static const char *name_of(const struct export *x, size_t i)
{
    return x->request->agents ? x->agents.list[i].name : x->file.variables[i].name;
}

static enum status choose_one(struct export *x, const char *name)
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
static enum status choose_list(struct export *x, const char *list)
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

static enum status choose(struct export *x)
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

/* Options that mean nothing to the format, and numbers that the file does not have. */
static enum status check_request(const struct export *x)
{
    const struct export_request *request = x->request;
    const struct run_file *f = &x->file;
    if (request->format != EXPORT_GRAPHML) {
        if (request->replicate > 0 || request->week != EXPORT_ANY)
            return error_add(x->error, STATUS_BAD_INPUT,
                             "--replicate and --week choose a network; they go with --format "
                             "graphml");
        return STATUS_DONE;
    }
    if (request->series_count > 0)
        return error_add(x->error, STATUS_BAD_INPUT,
                         "--series goes with --format csv and json: a network has no series");
    if (request->replicate > f->replicates)
        return error_add(x->error, STATUS_BAD_INPUT, "%s: has %zu replicates, no number %lu",
                         f->path, f->replicates, (unsigned long)request->replicate);
    if (request->week != EXPORT_ANY && request->week > f->weeks)
        return error_add(x->error, STATUS_BAD_INPUT, "%s: has %zu weeks, no week %lu", f->path,
                         f->weeks, (unsigned long)request->week);
    return STATUS_DONE;
}

/* --- where to --------------------------------------------------------------------------------- */

static enum status write_format(struct export *x)
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
static enum status write_file(struct export *x)
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

enum status export_file(const struct model *m, const struct export_request *request, FILE *stream,
                        struct error *e)
{
    struct export x = {.request = request, .model = m, .out = stream, .error = e};
    enum status status =
        request->out ? durable_check(request->out, request->force, e) : STATUS_DONE;
    if (status != STATUS_DONE)
        return status;
    status = reader_open(&x.file, request->path, e);
    if (status != STATUS_DONE)
        return status;
    status = check_request(&x);
    if (status == STATUS_DONE && request->agents && request->format != EXPORT_GRAPHML)
        status = reader_columns_open(&x.agents, &x.file, e);
    if (status == STATUS_DONE)
        status = choose(&x);
    if (status == STATUS_DONE)
        status = request->out ? write_file(&x) : write_format(&x);
    free(x.chosen);
    reader_columns_close(&x.agents);
    reader_close(&x.file);
    return status;
}
