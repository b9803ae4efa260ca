#include "analysis/arms_reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/series.h"
#include "sim/durable.h"
#include "sim/reader.h"

enum { YEAR = 52 };

/* --- outcomes --------------------------------------------------------------------------------- */

static enum status add_outcome(struct arms_reading *r, const char *text)
{
    struct arms *a = r->a;
    struct outcome_fault fault;
    for (size_t k = 0; k < a->outcome_count; k++)
        if (strcmp(a->outcomes[k].name, text) == 0)
            return error_add(r->error, STATUS_BAD_INPUT, "outcome %.200s is given twice", text);
    if (!outcome_parse(&r->outcomes[a->outcome_count], r->m, text, &fault))
        return error_add(r->error, STATUS_BAD_INPUT, "outcome %.200s %s", text, fault.why);
    struct arms_outcome *o = &a->outcomes[a->outcome_count++];
    *o = (struct arms_outcome){.name = text, .words = text, .unit = ""};
    size_t k = series_find(r->m, text, strlen(text));
    if (k < r->m->observable_count) {
        const struct observable *observable = &r->m->observables[k];
        o->words = observable->plain ? observable->plain : observable->meaning;
        o->unit = observable->unit;
        o->crosses_zero = observable->lo < 0;
    }
    return STATUS_DONE;
}

static enum status add_outcomes(struct arms_reading *r)
{
    const struct arms_request *request = r->request;
    size_t most = request->outcome_count > 0 ? request->outcome_count : r->m->observable_count;
    r->a->outcomes = calloc(most, sizeof *r->a->outcomes);
    r->outcomes = calloc(most, sizeof *r->outcomes);
    if (!r->a->outcomes || !r->outcomes)
        return error_add(r->error, STATUS_FAILED, "out of memory");
    enum status worst = STATUS_DONE;
    for (size_t k = 0; k < request->outcome_count; k++) {
        enum status status = add_outcome(r, request->outcomes[k]);
        worst = worst == STATUS_DONE ? status : worst;
    }
    for (size_t k = 0; request->outcome_count == 0 && k < r->m->observable_count; k++)
        if (r->m->observables[k].headline)
            add_outcome(r, r->m->observables[k].name);
    return worst;
}

/* --- the window ------------------------------------------------------------------------------- */

enum status arms_fit(struct arms_reading *r, const char *path, size_t weeks)
{
    struct arms *a = r->a;
    size_t at = r->request->at, last = r->request->last;
    if (at > weeks)
        return error_add(r->error, STATUS_BAD_INPUT, "%s: has %zu weeks, none is week %zu", path,
                         weeks, at);
    if (r->weeks == 0)
        r->weeks = weeks;
    if (at == 0 && weeks != r->weeks)
        return error_add(r->error, STATUS_BAD_INPUT,
                         "%s: has %zu weeks, %s has %zu; compare them at one week, --at %zu or "
                         "before",
                         path, weeks, a->list[0].path, r->weeks,
                         weeks < r->weeks ? weeks : r->weeks);
    if (last > weeks)
        return error_add(r->error, STATUS_BAD_INPUT, "%s: has %zu weeks, no mean of %zu", path,
                         weeks, last);
    if (last == 0)
        last = weeks >= 2 * YEAR ? YEAR : (weeks + 1) / 2;
    a->last = at > 0 ? at : weeks;
    a->first = at > 0 ? at : weeks - last + 1;
    for (size_t k = 0; k < a->outcome_count; k++)
        if (outcome_weeks(&r->outcomes[k]) > a->last)
            return error_add(r->error, STATUS_BAD_INPUT,
                             "outcome %.200s looks back over %zu weeks, must be %zu at most",
                             a->outcomes[k].name, outcome_weeks(&r->outcomes[k]), a->last);
    return STATUS_DONE;
}

/* --- what outcomes are made of ---------------------------------------------------------------- */

bool arms_use(const struct arms_reading *r, size_t observable)
{
    for (size_t k = 0; k < r->a->outcome_count; k++)
        for (size_t i = 0; i < r->outcomes[k].count; i++) {
            const struct outcome_step *step = &r->outcomes[k].steps[i];
            if (step->code >= OUTCOME_MEAN && step->code <= OUTCOME_REACHES &&
                step->index == observable)
                return true;
        }
    return false;
}

struct arm *arms_add(struct arms_reading *r)
{
    struct arms *a = r->a;
    if (a->count == r->room) {
        size_t room = r->room ? 2 * r->room : 16;
        struct arm *list = realloc(a->list, room * sizeof *list);
        if (!list) {
            error_add(r->error, STATUS_FAILED, "out of memory");
            return NULL;
        }
        a->list = list;
        r->room = room;
    }
    a->list[a->count] = (struct arm){0};
    return &a->list[a->count++];
}

enum status arms_take(const struct arms_reading *r, struct arm *arm, const struct record *record)
{
    const struct arms *a = r->a;
    arm->values = malloc(a->outcome_count * arm->replicates * sizeof *arm->values);
    if (!arm->values)
        return error_add(r->error, STATUS_FAILED, "%s: out of memory", arm->path);
    for (size_t k = 0; k < a->outcome_count; k++)
        for (size_t i = 0; i < arm->replicates; i++)
            arm->values[k * arm->replicates + i] =
                outcome_value(&r->outcomes[k], record, i, a->last - a->first + 1);
    return STATUS_DONE;
}

/* "more" for runs/more.h5. */
static char *file_name(const char *path)
{
    struct stem stem = durable_stem(path);
    return strndup(stem.name, (size_t)stem.length);
}

/* --- a run file ------------------------------------------------------------------------------- */

/* Lays a series of the file into the record, which may end earlier. */
static enum status read_series(const struct arms_reading *r, const struct run_file *f,
                               struct record *record, size_t observable, float *values)
{
    const char *name = r->m->observables[observable].name;
    size_t variable = reader_find(f, name);
    if (variable == f->variable_count)
        return error_add(r->error, STATUS_BAD_INPUT, "%s: has no series %s; run it again", f->path,
                         name);
    enum status status = reader_series(f, variable, values, r->error);
    for (size_t i = 0; status == STATUS_DONE && i < f->replicates; i++)
        memcpy(record_at(record, observable, i, 0), values + i * f->weeks * f->places,
               record->weeks * f->places * sizeof *values);
    return status;
}

static enum status read_record(const struct arms_reading *r, const struct run_file *f,
                               struct scenario *s, struct record *record)
{
    if (s->place_count != f->places || (size_t)s->values[r->m->weeks_param] != f->weeks ||
        (size_t)s->values[r->m->replicates_param] != f->replicates)
        return error_add(r->error, STATUS_BAD_INPUT,
                         "%s: its series do not have the size that its scenario states", f->path);
    s->values[r->m->weeks_param] = (double)r->a->last;
    enum status status = record_init(record, s, r->error);
    float *values = malloc(f->replicates * f->weeks * f->places * sizeof *values);
    if (status == STATUS_DONE && !values)
        status = error_add(r->error, STATUS_FAILED, "%s: out of memory", f->path);
    for (size_t k = 0; k < r->m->observable_count && status == STATUS_DONE; k++)
        if (arms_use(r, k))
            status = read_series(r, f, record, k, values);
    free(values);
    return status;
}

static enum status read_open_file(struct arms_reading *r, const struct run_file *f, struct arm *arm)
{
    struct scenario s;
    struct record record = {0};
    arm->path = strdup(f->path);
    arm->name = strcmp(f->title, r->m->title) == 0 ? file_name(f->path) : strdup(f->title);
    arm->replicates = f->replicates;
    if (!arm->path || !arm->name)
        return error_add(r->error, STATUS_FAILED, "%s: out of memory", f->path);
    enum status status = arms_fit(r, f->path, f->weeks);
    if (status != STATUS_DONE)
        return status;
    status = reader_scenario(f, &s, r->m, NULL, 0, r->error);
    if (status != STATUS_DONE)
        return status;
    arm->seed = (uint64_t)s.values[r->m->seed_param];
    status = read_record(r, f, &s, &record);
    if (status == STATUS_DONE)
        status = arms_take(r, arm, &record);
    record_free(&record);
    scenario_free(&s);
    return status;
}

static enum status read_file(struct arms_reading *r, const char *path)
{
    struct run_file f;
    enum status status = reader_open(&f, path, r->error);
    if (status != STATUS_DONE)
        return status;
    struct arm *arm = arms_add(r);
    status = arm ? read_open_file(r, &f, arm) : STATUS_FAILED;
    reader_close(&f);
    return status;
}

/* --- names ------------------------------------------------------------------------------------ */

static bool are_distinct(const struct arms *a)
{
    for (size_t i = 0; i < a->count; i++) {
        if (*a->list[i].name == '\0')
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(a->list[i].name, a->list[j].name) == 0)
                return false;
    }
    return true;
}

/* Names by the file; of an experiment's arm with its own name after it. */
static enum status set_names(struct arms *a, char *(*name_of)(const char *path), struct error *e)
{
    for (size_t i = 0; i < a->count; i++) {
        struct arm *arm = &a->list[i];
        char *file = name_of(arm->path);
        char *name = file && arm->label ? durable_format("%s: %s", file, arm->label) : file;
        if (name != file)
            free(file);
        if (!name)
            return error_add(e, STATUS_FAILED, "out of memory");
        free(arm->name);
        arm->name = name;
    }
    return STATUS_DONE;
}

static enum status tell_apart(struct arms *a, struct error *e)
{
    enum status status = STATUS_DONE;
    if (a->ensemble)
        return status;
    if (!are_distinct(a))
        status = set_names(a, file_name, e);
    if (status == STATUS_DONE && !are_distinct(a))
        status = set_names(a, strdup, e);
    if (status == STATUS_DONE && !are_distinct(a))
        status = error_add(e, STATUS_BAD_INPUT, "the same file is given twice");
    return status;
}

enum status arms_read(struct arms *a, const struct model *m, const struct arms_request *request,
                      struct error *e)
{
    struct arms_reading r = {.a = a, .m = m, .request = request, .error = e};
    memset(a, 0, sizeof *a);
    enum status status = add_outcomes(&r);
    for (size_t i = 0; i < request->path_count && status == STATUS_DONE; i++) {
        bool is_ensemble;
        status = reader_is_ensemble(request->paths[i], &is_ensemble, e);
        if (status == STATUS_DONE)
            status = (is_ensemble ? arms_experiment : read_file)(&r, request->paths[i]);
    }
    if (status == STATUS_DONE)
        status = tell_apart(a, e);
    free(r.outcomes);
    if (status != STATUS_DONE)
        arms_free(a);
    return status;
}

void arms_free(struct arms *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->list[i].name);
        free(a->list[i].path);
        free(a->list[i].label);
        free(a->list[i].values);
    }
    free(a->list);
    free(a->outcomes);
    if (a->file) {
        reader_ensemble_close(a->file);
        free(a->file);
    }
    memset(a, 0, sizeof *a);
}
