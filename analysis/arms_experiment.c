/* Arms of an experiment file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/arms_reading.h"
#include "sim/reader.h"

/* Arms of an experiment are read some at a time, which are as many as this many values hold. */
enum { VALUES_AT_A_TIME = 1 << 20 };

/* An open experiment, the scenario and the series of the arm that is being read, and the series of
 * some arms together. */
struct experiment {
    struct arms_reading *r;
    const struct ensemble_file *f;
    struct scenario s;
    size_t base; /* that `s` is made of; ENSEMBLE_NONE: there is none yet */
    struct record record;
    size_t at_a_time; /* arms */
    float **blocks;   /* by observable: [arm][replicate][week][place]; NULL when not used */
};

/* Headlines that the first file does not hold are left out, when nobody asked for them. */
static enum status drop_outcomes(struct experiment *x)
{
    struct arms *a = x->r->a;
    size_t kept = 0;
    if (a->count > 0 || x->r->request->outcome_count > 0)
        return STATUS_DONE;
    for (size_t k = 0; k < a->outcome_count; k++) {
        const struct ensemble *e = &x->f->ensemble;
        if (ensemble_variable(e, a->outcomes[k].name) == e->variable_count)
            continue;
        a->outcomes[kept] = a->outcomes[k];
        x->r->outcomes[kept++] = x->r->outcomes[k];
    }
    a->outcome_count = kept;
    if (a->outcome_count == 0)
        return error_add(x->r->error, STATUS_BAD_INPUT,
                         "%s: holds none of the headlines; name an --outcome", x->f->path);
    return STATUS_DONE;
}

static enum status open_blocks(struct experiment *x)
{
    const struct ensemble *e = &x->f->ensemble;
    const struct model *m = x->r->m;
    size_t values = e->replicates * e->weeks * e->places;
    x->at_a_time = VALUES_AT_A_TIME / values > 0 ? VALUES_AT_A_TIME / values : 1;
    x->at_a_time = x->at_a_time < e->arms ? x->at_a_time : e->arms;
    x->blocks = calloc(m->observable_count, sizeof *x->blocks);
    enum status status = STATUS_DONE;
    if (!x->blocks)
        return error_add(x->r->error, STATUS_FAILED, "%s: out of memory", x->f->path);
    for (size_t k = 0; k < m->observable_count && status == STATUS_DONE; k++) {
        const char *name = m->observables[k].name;
        if (!arms_use(x->r, k))
            continue;
        x->blocks[k] = malloc(x->at_a_time * values * sizeof **x->blocks);
        if (!x->blocks[k])
            status = error_add(x->r->error, STATUS_FAILED, "%s: out of memory", x->f->path);
        else if (ensemble_variable(e, name) == e->variable_count)
            status = error_add(x->r->error, STATUS_BAD_INPUT,
                               "%s: series %s was not kept; name it under `keep:` in the plan",
                               x->f->path, name);
    }
    return status;
}

static enum status read_blocks(struct experiment *x, size_t arm)
{
    const struct ensemble *e = &x->f->ensemble;
    size_t arms = e->arms - arm < x->at_a_time ? e->arms - arm : x->at_a_time;
    const struct ensemble_range range = {arm, arms, 0, e->replicates};
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->r->m->observable_count && status == STATUS_DONE; k++)
        if (x->blocks[k]) {
            size_t variable = ensemble_variable(e, x->r->m->observables[k].name);
            status = reader_ensemble_series(x->f, variable, &range, x->blocks[k], x->r->error);
        }
    return status;
}

/* Whether some outcome is made of parameters. */
static bool uses_parameters(const struct arms_reading *r)
{
    for (size_t k = 0; k < r->a->outcome_count; k++)
        for (size_t i = 0; i < r->outcomes[k].count; i++)
            if (r->outcomes[k].steps[i].code == OUTCOME_PARAMETER)
                return true;
    return false;
}

/* Whether the settings of an arm have this key. */
static bool is_set(const char *settings, const char *key)
{
    size_t length = strlen(key);
    for (const char *line = settings; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == '=')
            return true;
    }
    return false;
}

/* Makes the scenario of an arm, unless the one that is there does: its values matter to outcomes
 * that name parameters, and of all others its seed. */
static enum status need_scenario(struct experiment *x, size_t arm)
{
    const struct ensemble *e = &x->f->ensemble;
    const struct model *m = x->r->m;
    const char *seed = m->params.rows[m->seed_param].key;
    bool own = is_set(e->settings[arm], seed) || uses_parameters(x->r);
    if (x->base == e->arm_base[arm] && !own)
        return STATUS_DONE;
    scenario_free(&x->s);
    enum status status = ensemble_scenario(e, m, arm, &x->s, x->r->error);
    if (status != STATUS_DONE)
        return status;
    x->base = own ? ENSEMBLE_NONE : e->arm_base[arm];
    x->s.values[m->weeks_param] = (double)x->r->a->last;
    x->s.values[m->replicates_param] = (double)e->replicates;
    if (x->s.place_count != e->places)
        return error_add(x->r->error, STATUS_BAD_INPUT,
                         "%s: %s does not have the places that its scenario states", x->f->path,
                         e->arm_names[arm]);
    return x->record.series ? STATUS_DONE : record_init(&x->record, &x->s, x->r->error);
}

/* From the blocks into the record, which may end earlier. */
static void lay_series(struct experiment *x, size_t position)
{
    const struct ensemble *e = &x->f->ensemble;
    for (size_t k = 0; k < x->r->m->observable_count; k++)
        for (size_t i = 0; i < e->replicates && x->blocks[k]; i++)
            memcpy(record_at(&x->record, k, i, 0),
                   x->blocks[k] + (position * e->replicates + i) * e->weeks * e->places,
                   x->record.weeks * e->places * sizeof **x->blocks);
}

static enum status read_arm(struct experiment *x, size_t i, size_t position)
{
    const struct ensemble *e = &x->f->ensemble;
    enum status status = need_scenario(x, i);
    if (status != STATUS_DONE)
        return status;
    struct arm *arm = arms_add(x->r);
    if (!arm)
        return STATUS_FAILED;
    *arm = (struct arm){.name = strdup(e->arm_names[i]),
                        .label = strdup(e->arm_names[i]),
                        .path = strdup(x->f->path),
                        .seed = (uint64_t)x->s.values[x->r->m->seed_param],
                        .replicates = e->replicates};
    if (!arm->name || !arm->label || !arm->path)
        return error_add(x->r->error, STATUS_FAILED, "%s: out of memory", x->f->path);
    lay_series(x, position);
    status = arms_take(x->r, arm, &x->record);
    for (size_t r = 0; r < e->replicates && status == STATUS_DONE; r++)
        if (x->f->state[i * e->replicates + r] != RUN_DONE) {
            x->r->a->missing++;
            for (size_t k = 0; k < x->r->a->outcome_count; k++)
                arm->values[k * e->replicates + r] = NAN;
        }
    return status;
}

static enum status read_arms(struct experiment *x)
{
    const struct ensemble *e = &x->f->ensemble;
    size_t before = x->r->a->count;
    enum status status = drop_outcomes(x);
    if (status == STATUS_DONE)
        status = arms_fit(x->r, x->f->path, e->weeks);
    if (status == STATUS_DONE)
        status = open_blocks(x);
    for (size_t i = 0; i < e->arms && status == STATUS_DONE; i++) {
        if (i % x->at_a_time == 0)
            status = read_blocks(x, i);
        if (status == STATUS_DONE)
            status = read_arm(x, i, i % x->at_a_time);
    }
    if (before == 0 && e->baseline != ENSEMBLE_NONE)
        x->r->a->baseline = e->baseline;
    return status;
}

enum status arms_experiment(struct arms_reading *r, const char *path)
{
    struct ensemble_file *f = calloc(1, sizeof *f);
    struct experiment x = {.r = r, .f = f, .base = ENSEMBLE_NONE};
    if (!f)
        return error_add(r->error, STATUS_FAILED, "%s: out of memory", path);
    enum status status = reader_ensemble_open(f, path, r->error);
    if (status != STATUS_DONE) {
        free(f);
        return status;
    }
    status = read_arms(&x);
    for (size_t k = 0; k < r->m->observable_count && x.blocks; k++)
        free(x.blocks[k]);
    free(x.blocks);
    record_free(&x.record);
    scenario_free(&x.s);
    if (r->request->path_count == 1) {
        r->a->file = f;
        r->a->ensemble = &f->ensemble;
        return status;
    }
    reader_ensemble_close(f);
    free(f);
    return status;
}
