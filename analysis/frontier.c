#include "analysis/frontier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/experiment.h"
#include "sim/durable.h"
#include "sim/reader.h"
#include "sim/text_stream.h"

enum { PLAN_LIMIT = 16 << 20, VALUE = 128 };

static enum status no_memory(struct error *e)
{
    return error_add(e, STATUS_FAILED, "out of memory");
}

/* --- columns ---------------------------------------------------------------------------------- */

static bool is_named(const struct frontier_plan *plan, const char *key)
{
    for (size_t k = 0; k < plan->scenario_count; k++)
        if (strcmp(plan->scenarios[k], key) == 0)
            return true;
    return false;
}

static enum status check_scenarios(const struct frontier *f, struct error *e)
{
    const struct ensemble *x = f->arms->ensemble;
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < f->plan->scenario_count; i++) {
        struct nearest n;
        char hint[READER_KEY + 32];
        size_t k = 0;
        nearest_start(&n, f->plan->scenarios[i]);
        while (k < x->column_count && strcmp(x->columns[k].key, f->plan->scenarios[i]) != 0) {
            nearest_try(&n, x->columns[k].key, strlen(x->columns[k].key));
            k++;
        }
        if (k == x->column_count)
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: scenarios names %.200s, which is no column of the design%s",
                               f->arms->list[0].path, f->plan->scenarios[i],
                               nearest_hint(&n, hint, sizeof hint));
    }
    return status;
}

static enum status split_columns(struct frontier *f, struct error *e)
{
    const struct ensemble *x = f->arms->ensemble;
    f->choices = calloc(x->column_count + 1, sizeof *f->choices);
    f->world = calloc(x->column_count + 1, sizeof *f->world);
    if (!f->choices || !f->world)
        return no_memory(e);
    for (size_t k = 0; k < x->column_count; k++) {
        if (is_named(f->plan, x->columns[k].key))
            f->world[f->world_count++] = &x->columns[k];
        else
            f->choices[f->choice_count++] = &x->columns[k];
    }
    return check_scenarios(f, e);
}

static bool are_alike(const struct ensemble_column *const *columns, size_t count, size_t arm,
                      size_t other)
{
    for (size_t k = 0; k < count; k++) {
        const struct ensemble_column *c = columns[k];
        if (c->values ? c->values[arm] != c->values[other]
                      : strcmp(c->texts[arm], c->texts[other]) != 0)
            return false;
    }
    return true;
}

/* Position among the arms of the list that are alike; adds it when there is none. */
static size_t place_of(const struct ensemble_column *const *columns, size_t count, size_t arm,
                       size_t *list, size_t *length)
{
    for (size_t i = 0; i < *length; i++)
        if (are_alike(columns, count, arm, list[i]))
            return i;
    list[*length] = arm;
    return (*length)++;
}

/* --- cells ------------------------------------------------------------------------------------ */

/* Arms whose differences no column shows are mixes of their own, when there is one scenario. */
static size_t mix_of(struct frontier *f, size_t arm)
{
    if (f->world_count == 0) {
        f->mix[f->mixes] = arm;
        return f->mixes++;
    }
    return place_of(f->choices, f->choice_count, arm, f->mix, &f->mixes);
}

static enum status fill_cells(struct frontier *f, const size_t *mix, const size_t *scenario,
                              struct error *e)
{
    const struct arms *a = f->arms;
    f->cell = malloc((f->mixes * f->scenarios + 1) * sizeof *f->cell);
    if (!f->cell)
        return no_memory(e);
    for (size_t i = 0; i < f->mixes * f->scenarios; i++)
        f->cell[i] = PARETO_NONE;
    for (size_t i = 0; i < a->count; i++) {
        size_t *cell = &f->cell[mix[i] * f->scenarios + scenario[i]];
        if (*cell != PARETO_NONE)
            return error_add(e, STATUS_BAD_INPUT,
                             "%s: %.200s and %.200s are the same mix in the same scenario",
                             a->list[i].path, a->list[*cell].name, a->list[i].name);
        *cell = i;
    }
    for (size_t i = 0; i < f->mixes * f->scenarios; i++)
        if (f->cell[i] == PARETO_NONE)
            return error_add(e, STATUS_BAD_INPUT,
                             "%s: the mix of %.200s was not run in the scenario of %.200s; a grid "
                             "runs each in each",
                             a->list[0].path, a->list[f->mix[i / f->scenarios]].name,
                             a->list[f->scenario[i % f->scenarios]].name);
    return STATUS_DONE;
}

static enum status sort_arms(struct frontier *f, struct error *e)
{
    size_t count = f->arms->count;
    size_t *mix = malloc((count + 1) * sizeof *mix);
    size_t *scenario = malloc((count + 1) * sizeof *scenario);
    f->mix = malloc((count + 1) * sizeof *f->mix);
    f->scenario = malloc((count + 1) * sizeof *f->scenario);
    enum status status = STATUS_DONE;
    if (!mix || !scenario || !f->mix || !f->scenario)
        status = no_memory(e);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
        mix[i] = mix_of(f, i);
        scenario[i] = place_of(f->world, f->world_count, i, f->scenario, &f->scenarios);
    }
    if (status == STATUS_DONE && f->mixes > FRONTIER_MIXES)
        status = error_add(e, STATUS_BAD_INPUT, "%s: has %zu mixes, may have %d",
                           f->arms->list[0].path, f->mixes, FRONTIER_MIXES);
    if (status == STATUS_DONE)
        status = fill_cells(f, mix, scenario, e);
    free(mix);
    free(scenario);
    return status;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Whether all arms have all outcomes in a replicate; `lacks` becomes one that some arm has not. */
static bool is_whole(const struct frontier *f, size_t replicate, size_t *lacks)
{
    for (size_t i = 0; i < f->arms->count; i++)
        for (size_t k = 0; k < f->plan->count; k++)
            if (!isfinite(arms_values(&f->arms->list[i], k)[replicate])) {
                *lacks = k;
                return false;
            }
    return true;
}

static bool are_paired(const struct arms *a)
{
    for (size_t i = 1; i < a->count; i++)
        if (a->list[i].seed != a->list[0].seed)
            return false;
    return true;
}

/* y[mix][scenario][objective][replicate] of the replicates that are whole. */
static enum status gather(struct frontier *f, double **y, struct error *e)
{
    size_t replicates = f->arms->ensemble->replicates, lacks = 0;
    size_t *used = malloc((replicates + 1) * sizeof *used);
    *y = malloc((f->mixes * f->scenarios * f->plan->count * replicates + 1) * sizeof **y);
    enum status status = used && *y ? STATUS_DONE : no_memory(e);
    for (size_t r = 0; r < replicates && status == STATUS_DONE; r++)
        if (is_whole(f, r, &lacks))
            used[f->replicates++] = r;
    f->dropped = replicates - f->replicates;
    if (status == STATUS_DONE && f->replicates == 0)
        status = error_add(e, STATUS_BAD_INPUT,
                           "%s: in every replicate some arm has no value of %.200s; runs may be "
                           "missing, or it has none in weeks %zu to %zu",
                           f->arms->list[0].path, f->arms->outcomes[lacks].name, f->arms->first,
                           f->arms->last);
    double *next = *y;
    for (size_t cell = 0; cell < f->mixes * f->scenarios && status == STATUS_DONE; cell++)
        for (size_t k = 0; k < f->plan->count; k++)
            for (size_t r = 0; r < f->replicates; r++)
                *next++ = arms_values(&f->arms->list[f->cell[cell]], k)[used[r]];
    free(used);
    return status;
}

/* Whether mix `a` is shown before `b`: unbeaten ones first, then by cost, or by the first outcome.
 */
static bool is_before(const struct frontier *f, size_t a, size_t b)
{
    size_t k = f->plan->objective[f->plan->count - 1].cost ? f->plan->count - 1 : 0;
    if (f->pareto.best[a] != f->pareto.best[b])
        return f->pareto.best[a];
    double x = f->pareto.mean[a * f->plan->count + k].value;
    double y = f->pareto.mean[b * f->plan->count + k].value;
    return f->plan->objective[k].smaller ? x < y : x > y;
}

static enum status sort_mixes(struct frontier *f, struct error *e)
{
    f->order = malloc((f->mixes + 1) * sizeof *f->order);
    if (!f->order)
        return no_memory(e);
    for (size_t i = 0; i < f->mixes; i++) {
        size_t at = i;
        for (; at > 0 && is_before(f, i, f->order[at - 1]); at--)
            f->order[at] = f->order[at - 1];
        f->order[at] = i;
    }
    return STATUS_DONE;
}

enum status frontier_make(struct frontier *f, const struct arms *arms,
                          const struct frontier_plan *plan, const struct frontier_request *request,
                          struct error *e)
{
    double *y = NULL;
    *f = (struct frontier){.arms = arms, .plan = plan};
    enum status status = split_columns(f, e);
    if (status == STATUS_DONE)
        status = sort_arms(f, e);
    if (status == STATUS_DONE)
        status = gather(f, &y, e);
    const struct pareto_data d = {.y = y,
                                  .objective = plan->objective,
                                  .mixes = f->mixes,
                                  .scenarios = f->scenarios,
                                  .objectives = plan->count,
                                  .replicates = f->replicates,
                                  .paired = are_paired(arms),
                                  .within = plan->within};
    if (status == STATUS_DONE && !pareto_make(&f->pareto, &d, request->resamples, request->seed))
        status = no_memory(e);
    if (status == STATUS_DONE)
        status = sort_mixes(f, e);
    free(y);
    if (status != STATUS_DONE)
        frontier_free(f);
    return status;
}

void frontier_free(struct frontier *f)
{
    pareto_free(&f->pareto);
    free(f->choices);
    free(f->world);
    free(f->mix);
    free(f->scenario);
    free(f->cell);
    free(f->order);
    *f = (struct frontier){0};
}

/* --- names ------------------------------------------------------------------------------------ */

void frontier_value(const struct ensemble_column *column, size_t arm, char *text, size_t size)
{
    if (!column->values)
        snprintf(text, size, "%s", column->texts[arm]);
    else if (column->type == ENSEMBLE_SWITCH)
        snprintf(text, size, "%s", column->values[arm] > 0 ? "true" : "false");
    else
        snprintf(text, size, "%g", column->values[arm]);
}

static char *name_of(const struct frontier *f, const struct ensemble_column *const *columns,
                     size_t count, size_t arm)
{
    char *name = NULL, value[VALUE];
    size_t size = 0;
    if (count == 0)
        return strdup(f->arms->list[arm].name);
    FILE *stream = text_stream(&name, &size);
    if (!stream)
        return NULL;
    for (size_t k = 0; k < count; k++) {
        frontier_value(columns[k], arm, value, sizeof value);
        fprintf(stream, "%s%s %s", k > 0 ? ", " : "", columns[k]->key, value);
    }
    if (fclose(stream) == 0)
        return name;
    free(name);
    return NULL;
}

char *frontier_mix(const struct frontier *f, size_t mix)
{
    bool is_named_arm = strcmp(f->arms->ensemble->design.kind, "arms") == 0 && f->world_count == 0;
    return name_of(f, f->choices, is_named_arm ? 0 : f->choice_count, f->mix[mix]);
}

char *frontier_scenario(const struct frontier *f, size_t scenario)
{
    return name_of(f, f->world, f->world_count, f->scenario[scenario]);
}

/* --- the command ------------------------------------------------------------------------------ */

/* The section of a text that is a plan. */
static enum status read_section(struct frontier_plan *plan, const struct model *m, const char *path,
                                const char *text, size_t size, struct error *e)
{
    struct reader r = {.m = m, .findings = {.name = path, .text = text, .size = size}};
    yaml_parse(&r.tree, &r.findings);
    if (r.tree.root && r.tree.root->kind == YAML_MAPPING)
        frontier_section(&r, r.tree.root, plan);
    if (plan->count == 0 && r.findings.count == 0)
        findings_add(&r.findings, FINDINGS_WHOLE,
                     "has no `frontier:` that names outcomes to maximise or minimise");
    enum status status = findings_report(&r.findings, e);
    yaml_free(&r.tree);
    findings_free(&r.findings);
    return status;
}

static enum status read_plan(struct frontier_plan *plan, const struct model *m, const char *path,
                             struct error *e)
{
    char why[256], *text;
    size_t size = 0;
    enum status status = reader_file(path, PLAN_LIMIT, &text, &size, why, sizeof why);
    if (status != STATUS_DONE)
        return error_add(e, status, "%s: %s", path, why);
    status = read_section(plan, m, path, text, size, e);
    free(text);
    return status;
}

/* The plan that an experiment was made from. */
static enum status read_own_plan(struct frontier_plan *plan, const struct model *m,
                                 const char *path, struct error *e)
{
    struct ensemble_file file;
    enum status status = reader_ensemble_open(&file, path, e);
    if (status != STATUS_DONE)
        return status;
    const char *text = file.ensemble.plan;
    status = read_section(plan, m, path, text, strlen(text), e);
    reader_ensemble_close(&file);
    return status;
}

static enum status answer(const struct model *m, const struct frontier_plan *plan, const char *path,
                          const struct frontier_request *request, FILE *out, struct error *e)
{
    const struct arms_request wanted = {.paths = &path,
                                        .path_count = 1,
                                        .outcomes = (const char *const *)plan->outcomes,
                                        .outcome_count = plan->count,
                                        .last = plan->last};
    struct arms arms;
    struct frontier f;
    enum status status = arms_read(&arms, m, &wanted, e);
    if (status != STATUS_DONE)
        return status;
    if (arms.ensemble)
        status = frontier_make(&f, &arms, plan, request, e);
    else
        status = error_add(e, STATUS_BAD_INPUT, "%s: is a run, must be an experiment", path);
    if (status == STATUS_DONE) {
        if (frontier_print(&f, request, out) != STATUS_DONE || fflush(out) != 0)
            status = error_add(e, STATUS_FAILED, "the frontier cannot be written: %s", error_why());
        frontier_free(&f);
    }
    arms_free(&arms);
    return status;
}

enum status frontier(const struct model *m, const struct frontier_request *request, FILE *out,
                     struct error *e)
{
    struct frontier_plan plan = {0};
    bool is_file = reader_is_run(request->path);
    char *path = is_file         ? strdup(request->path)
                 : request->file ? strdup(request->file)
                                 : experiment_output(request->path, (struct shard){1, 1});
    enum status status = !path     ? no_memory(e)
                         : is_file ? read_own_plan(&plan, m, request->path, e)
                                   : read_plan(&plan, m, request->path, e);
    const struct experiment_request experiment = {.path = request->path,
                                                  .out = path,
                                                  .command = request->command,
                                                  .threads = request->threads,
                                                  .quiet = request->quiet};
    if (status == STATUS_DONE && !is_file)
        status = experiment_need(m, &experiment, out, e);
    if (status == STATUS_DONE)
        status = answer(m, &plan, path, request, out, e);
    frontier_plan_free(&plan);
    free(path);
    return status;
}
