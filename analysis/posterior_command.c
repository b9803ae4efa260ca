/* The command: from a file of targets to draws in a file and a report. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/posterior.h"
#include "analysis/posterior_parts.h"
#include "analysis/prose.h"
#include "sim/durable.h"
#include "sim/interrupt.h"
#include "sim/progress.h"
#include "sim/text_stream.h"
#include "sim/version.h"

/* --- the draws -------------------------------------------------------------------------------- */

static void write_about(const struct posterior *p, FILE *out)
{
    const struct targets *t = p->targets;
    const struct generation *last = &p->generations[p->generation_count - 1];
    char title[PROSE_LINE], lo[PROSE_TEXT], hi[PROSE_TEXT];
    fprintf(out, "# Posterior draws of free parameters: %s\n",
            prose_quote(t->title ? t->title : "Calibration", title, sizeof title));
    fprintf(out, "# model %s %s, samskab %s%s%s, seed %" PRIu64 ", %zu targets of %s\n",
            t->model->name, t->model->version, version_number, *version_commit ? " " : "",
            version_commit, p->seed, t->count, t->file);
    fprintf(
        out,
        "# %zu draws that tell as much as %.0f of equal weight, within %.6g tolerances (root mean "
        "square over targets), from %zu trials of %zu replicates in %zu generations\n",
        p->count, posterior_effective(p), last->distance, p->trials, t->replicates,
        p->generation_count);
    for (size_t k = 0; k < t->free_count; k++) {
        const struct free_parameter *f = &t->free[k];
        const struct param *param = &t->model->params.rows[f->param];
        param_format(param, f->lo, lo, sizeof lo);
        param_format(param, f->hi, hi, sizeof hi);
        fprintf(out, "# %s (%s): prior %s on [%s, %s]\n", param->key, param->unit,
                f->log ? "log-uniform" : "uniform", lo, hi);
    }
    fputs("# A line is a draw and counts with its weight; weights add up to 1.\n", out);
}

enum status posterior_write(const struct posterior *p, FILE *out)
{
    const struct targets *t = p->targets;
    char text[PROSE_TEXT];
    write_about(p, out);
    for (size_t k = 0; k < t->free_count; k++)
        fprintf(out, "%s,", t->model->params.rows[t->free[k].param].key);
    fputs("weight\n", out);
    for (size_t i = 0; i < p->count; i++) {
        for (size_t k = 0; k < t->free_count; k++) {
            param_format(&t->model->params.rows[t->free[k].param],
                         free_value(&t->free[k], p->draws[i].shares[k]), text, sizeof text);
            fprintf(out, "%s,", text);
        }
        fprintf(out, "%.12g\n", p->draws[i].weight);
    }
    return ferror(out) ? STATUS_FAILED : STATUS_DONE;
}

/* --- what decides the result ------------------------------------------------------------------ */

static void write_setup(const struct targets *t, const struct calibrate_request *request, FILE *out)
{
    fprintf(out, "samskab calibration 1\nprogram %s %s\nmodel %s %s\n", version_number,
            version_commit, t->model->name, t->model->version);
    fprintf(out, "seed %" PRIu64 "\ndraws %zu\ntrials %zu\ndistance %a\nreplicates %zu\n",
            request->seed ? *request->seed : t->seed, request->draws ? request->draws : t->draws,
            request->trials ? request->trials : t->trials, t->distance, t->replicates);
    for (size_t k = 0; k < t->free_count; k++) {
        const struct free_parameter *f = &t->free[k];
        fprintf(out, "free %s %a %a %s\n", t->model->params.rows[f->param].key, f->lo, f->hi,
                f->log ? "log" : "linear");
    }
    for (size_t k = 0; k < t->count; k++) {
        const struct objective *o = &t->list[k];
        fprintf(out, "target %s: %a %a %zu\n", o->expression, o->value, o->tolerance, o->last);
    }
    fprintf(out, "inputs %016" PRIx64 "\n%s", t->inputs, t->resolved);
}

/* --- texts in memory -------------------------------------------------------------------------- */

struct memory {
    char *text;
    size_t size;
    FILE *file;
};

static bool memory_open(struct memory *m)
{
    *m = (struct memory){0};
    m->file = text_stream(&m->text, &m->size);
    return m->file != NULL;
}

static bool memory_close(struct memory *m)
{
    bool good = !ferror(m->file);
    return fclose(m->file) == 0 && good;
}

/* --- the command ------------------------------------------------------------------------------ */

/* sources-posterior.csv for scenarios/targets/sources.yaml. */
static char *default_output(const char *path)
{
    struct stem stem = durable_stem(path);
    return durable_format("%.*s-posterior.csv", stem.length, stem.name);
}

static enum status check_output(const struct calibrate_request *request, struct error *e)
{
    const char *dot = strrchr(request->out, '.');
    if (!dot || strcmp(dot, ".csv") != 0)
        return error_add(
            e, STATUS_BAD_INPUT,
            "%s: draws are written as CSV; give a name that ends in .csv (or --fit for "
            "one best point, as JSON)",
            request->out);
    char *folder = durable_format("%s.parts", request->out);
    if (!folder)
        return error_add(e, STATUS_FAILED, "out of memory");
    bool finished = request->resume && durable_is_folder(folder); /* but not tidied up */
    free(folder);
    return durable_check(request->out, request->force || finished, e);
}

static enum status open_parts(struct posterior_parts *parts, const struct targets *t,
                              const struct calibrate_request *request, struct error *e)
{
    struct memory setup;
    enum status status = STATUS_FAILED;
    if (memory_open(&setup)) {
        write_setup(t, request, setup.file);
        status = memory_close(&setup) ? STATUS_DONE : STATUS_FAILED;
    }
    if (status == STATUS_DONE)
        status = posterior_parts_open(parts, request->out, setup.text, request, e);
    else
        error_add(e, status, "out of memory");
    parts->free_count = t->free_count;
    parts->target_count = t->count;
    free(setup.text);
    return status;
}

static enum status write_draws(const struct posterior *p, const struct calibrate_request *request,
                               struct error *e)
{
    struct memory draws;
    enum status status = STATUS_FAILED;
    if (memory_open(&draws)) {
        status = posterior_write(p, draws.file);
        status = memory_close(&draws) ? status : STATUS_FAILED;
    }
    if (status == STATUS_DONE)
        status = durable_write(request->out, draws.text, draws.size, e);
    else
        error_add(e, status, "out of memory");
    free(draws.text);
    return status;
}

static enum status draw_and_tell(struct posterior *p, const struct targets *t,
                                 const struct calibrate_request *request, FILE *out,
                                 struct error *e)
{
    struct posterior_parts parts = {.lock = -1};
    struct interrupt_handlers old;
    enum status status = posterior_check(t, request, e);
    interrupt_begin(&old);
    if (status == STATUS_DONE)
        status = open_parts(&parts, t, request, e);
    if (status == STATUS_DONE)
        status = posterior_run(p, t, request, &parts, e);
    interrupt_end(&old);
    if (status == STATUS_INTERRUPTED)
        error_add(e, status,
                  "Interrupted; what was done is saved in %s. Go on with:\n"
                  "  samskab calibrate %s -o %s --resume",
                  parts.folder, t->file, request->out);
    if (status == STATUS_DONE)
        status = write_draws(p, request, e);
    if (status == STATUS_DONE &&
        (posterior_print(p, request, request->format, out) != STATUS_DONE || fflush(out) != 0))
        status =
            error_add(e, STATUS_FAILED, "the report cannot be written: %s; the draws are in %s",
                      error_why(), request->out);
    if (status == STATUS_DONE)
        status = posterior_parts_remove(&parts, e);
    posterior_parts_close(&parts);
    return status;
}

static enum status read_and_draw(const struct model *m, const struct calibrate_request *request,
                                 FILE *out, struct error *e)
{
    struct targets *t = calloc(1, sizeof *t);
    struct posterior *p = calloc(1, sizeof *p);
    enum status status =
        t && p ? check_output(request, e) : error_add(e, STATUS_FAILED, "out of memory");
    if (status == STATUS_DONE)
        status = targets_read(t, m, request->path, e);
    if (status == STATUS_DONE)
        status = draw_and_tell(p, t, request, out, e);
    if (p)
        posterior_free(p);
    if (t)
        targets_free(t);
    free(p);
    free(t);
    return status;
}

enum status posterior_calibrate(const struct model *m, const struct calibrate_request *request,
                                FILE *out, struct error *e)
{
    struct calibrate_request own = *request;
    double began = progress_seconds();
    char *name = request->out ? NULL : default_output(request->path), time[32];
    own.out = request->out ? request->out : name;
    enum status status =
        own.out ? read_and_draw(m, &own, out, e) : error_add(e, STATUS_FAILED, "out of memory");
    progress_duration(progress_seconds() - began, time, sizeof time);
    if (status == STATUS_DONE && !request->quiet)
        fprintf(stderr, "\nDone in %s. The draws are in %s, a line each with its weight.\n", time,
                own.out);
    free(name);
    return status;
}
