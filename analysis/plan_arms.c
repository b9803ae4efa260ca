#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/plan_reader.h"
#include "sim/digest.h"
#include "sim/durable.h"

enum { BROKEN_SHOWN = 20 };

char *plan_path(struct plan_reader *x, const char *name)
{
    char *path = durable_format("%s%s", *name == '/' ? "" : x->folder, name);
    if (!path)
        x->r.findings.failed = true;
    return path;
}

char *plan_scenario(struct plan_reader *x, const char *name, const struct yaml *node)
{
    char *path = plan_path(x, name);
    if (path && !durable_is_file(path))
        findings_add(&x->r.findings, node->at, "scenario %s is %s", path,
                     access(path, F_OK) == 0 ? "a folder or a device, not a file" : "not there");
    return path;
}

static enum status no_memory(const struct plan_reader *x, struct error *e)
{
    return error_add(e, STATUS_FAILED, "%s: out of memory", x->path);
}

/* A copy of a text, or of nothing. */
static char *copy_of(const char *text)
{
    return strdup(text ? text : "");
}

/* --- scenarios that arms build on --------------------------------------------------------------
 */

static enum status add_input(struct plan_reader *x, const struct text_value *text, struct error *e)
{
    struct ensemble *it = &x->p->ensemble;
    for (size_t k = 0; k < it->input_count; k++) {
        const struct scenario_input *input = &it->inputs[k];
        if (strcmp(input->text, text->text) != 0)
            continue;
        if (input->size == text->size && memcmp(input->content, text->content, text->size) == 0)
            return STATUS_DONE;
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: its scenarios name two different files %s; give one another name",
                         x->path, text->text);
    }
    struct scenario_input *more = realloc(it->inputs, (it->input_count + 1) * sizeof *it->inputs);
    if (!more)
        return no_memory(x, e);
    it->inputs = more;
    char *content = malloc(text->size + 1);
    if (!content)
        return no_memory(x, e);
    memcpy(content, text->content, text->size + 1);
    more[it->input_count++] =
        (struct scenario_input){.text = strdup(text->text), .content = content, .size = text->size};
    return more[it->input_count - 1].text ? STATUS_DONE : no_memory(x, e);
}

static enum status add_inputs(struct plan_reader *x, const struct scenario *s, struct error *e)
{
    enum status status = STATUS_DONE;
    for (size_t level = 0; level <= s->place_count; level++)
        for (size_t k = 0; k < s->model->text_count && status == STATUS_DONE; k++) {
            const struct text_value *text =
                level == 0 ? &s->texts[k] : &s->places[level - 1].texts[k];
            if (text->content)
                status = add_input(x, text, e);
        }
    return status;
}

/* What all arms share is the first scenario's. */
static enum status take_shape(struct plan_reader *x, const struct scenario *s, struct error *e)
{
    struct ensemble *it = &x->p->ensemble;
    const struct model *m = s->model;
    it->weeks = (size_t)s->values[m->weeks_param];
    if (x->replicates == 0)
        x->replicates = (size_t)s->values[m->replicates_param];
    it->replicates = x->replicates;
    it->places = s->place_count;
    it->place_names = calloc(s->place_count + 1, sizeof *it->place_names);
    for (size_t i = 0; it->place_names && i < s->place_count; i++) {
        it->place_names[i] = strdup(s->places[i].name);
        if (!it->place_names[i])
            return no_memory(x, e);
    }
    return it->place_names ? STATUS_DONE : no_memory(x, e);
}

static enum status differ(const struct plan_reader *x, const char *file, const char *what,
                          struct error *e)
{
    return error_add(e, STATUS_BAD_INPUT,
                     "%s: %s has other %s than the first scenario; they must "
                     "be the same in all arms",
                     x->path, file, what);
}

static enum status check_shape(const struct plan_reader *x, const struct scenario *s,
                               const char *file, double seed, struct error *e)
{
    const struct ensemble *it = &x->p->ensemble;
    const struct model *m = s->model;
    if (s->values[m->weeks_param] != (double)it->weeks)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: %s has %g weeks, the first scenario %zu; set weeks for all under "
                         "settings",
                         x->path, file, s->values[m->weeks_param], it->weeks);
    if (s->values[m->seed_param] != seed)
        return differ(x, file, "random numbers (seed)", e);
    if (s->place_count != it->places)
        return differ(x, file, m->places, e);
    for (size_t i = 0; i < it->places; i++)
        if (strcmp(s->places[i].name, it->place_names[i]) != 0)
            return differ(x, file, m->places, e);
    return STATUS_DONE;
}

/* A scenario with the settings of all arms, as a base of the ensemble. */
static enum status add_base(struct plan_reader *x, const char *file, struct scenario *first,
                            struct error *e)
{
    struct ensemble *it = &x->p->ensemble;
    struct scenario s = {0};
    size_t count = 0;
    char *lines = copy_of(x->common.text);
    struct setting *settings = lines ? ensemble_cut(lines, x->origin, &count) : NULL;
    enum status status =
        settings ? scenario_read(&s, x->r.m, file, settings, count, e) : no_memory(x, e);
    free(settings);
    free(lines);
    if (status == STATUS_DONE)
        status = it->base_count == 0
                     ? take_shape(x, &s, e)
                     : check_shape(x, &s, file, first->values[x->r.m->seed_param], e);
    if (status == STATUS_DONE)
        status = add_inputs(x, &s, e);
    if (status == STATUS_DONE) {
        char **more = realloc(it->bases, (it->base_count + 1) * sizeof *it->bases);
        if (more)
            it->bases = more;
        char *text = more ? scenario_text(&s) : NULL;
        if (text)
            it->bases[it->base_count++] = text;
        else
            status = no_memory(x, e);
    }
    if (status == STATUS_DONE && it->base_count == 1)
        *first = s; /* the caller's now */
    else
        scenario_free(&s);
    return status;
}

static bool same_file(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The base of the plan is the first one, whether an arm builds on it alone or not. */
static enum status add_bases(struct plan_reader *x, struct scenario *first, struct error *e)
{
    struct ensemble *it = &x->p->ensemble;
    it->arm_base = calloc(x->arm_count + 1, sizeof *it->arm_base);
    if (!it->arm_base)
        return no_memory(x, e);
    enum status status = add_base(x, x->base, first, e);
    for (size_t i = 0; i < x->arm_count && status == STATUS_DONE; i++) {
        const char *file = x->arms[i].scenario;
        if (!file || same_file(file, x->base))
            continue;
        size_t k = 0;
        while (k < i && !same_file(x->arms[k].scenario, file))
            k++;
        it->arm_base[i] = k < i ? it->arm_base[k] : it->base_count;
        if (k == i)
            status = add_base(x, file, first, e);
    }
    return status;
}

/* --- points ------------------------------------------------------------------------------------
 */

static bool is_switch_off(const struct plan_column *c)
{
    return strncmp(c->key, "off.", 4) == 0;
}

/* The value that a column has in the base. */
static double base_value(const struct plan_column *c, const struct scenario *s)
{
    if (!is_switch_off(c)) {
        size_t index = key_find(s->model, c->key).index;
        return s->place_count == 1 ? s->places[0].values[index] : s->values[index];
    }
    for (size_t k = 0; k < s->model->schedule_count; k++)
        if (strcmp(s->model->schedule[k]->name, c->key + 4) == 0)
            return s->off[k];
    return 0;
}

static void fill_from_base(struct plan_reader *x, const struct scenario *s)
{
    for (size_t i = 0; i < x->arm_count; i++)
        for (size_t k = 0; k < x->column_count; k++)
            if (isnan(plan_point(x, i)[k]))
                plan_point(x, i)[k] = base_value(&x->columns[k], s);
}

static void write_points(struct plan_reader *x)
{
    for (size_t i = 0; i < x->arm_count; i++)
        for (size_t k = 0; k < x->column_count; k++) {
            char value[READER_KEY];
            param_format(&x->columns[k].param, plan_point(x, i)[k], value, sizeof value);
            plan_add_line(x, &x->arms[i].settings, x->columns[k].key, value);
        }
}

static void lay_point(const struct plan_reader *x, size_t point, double *values)
{
    const double *given = x->points + point * x->column_count;
    for (size_t k = 0; k < x->column_count; k++)
        if (!is_switch_off(&x->columns[k]))
            values[key_find(x->r.m, x->columns[k].key).index] = given[k];
}

/* The first rule that a point breaks; NULL when it keeps all. */
static const struct param_rule *broken_rule(const struct plan_reader *x, const struct scenario *s,
                                            size_t point, double *values)
{
    const struct model *m = s->model;
    for (size_t place = 0; place <= s->place_count; place++) {
        const double *base = place == 0 ? s->values : s->places[place - 1].values;
        memcpy(values, base, m->params.count * sizeof *values);
        lay_point(x, point, values);
        for (size_t k = 0; k < m->rule_count; k++)
            if (!m->rules[k].holds(values))
                return &m->rules[k];
    }
    return NULL;
}

static enum status check_points(struct plan_reader *x, const struct scenario *s, struct error *e)
{
    double *values = malloc((x->r.m->params.count + 1) * sizeof *values);
    size_t broken = 0;
    if (!values)
        return no_memory(x, e);
    for (size_t i = 0; i < x->arm_count; i++) {
        const struct param_rule *rule = broken_rule(x, s, i, values);
        if (rule && !x->strict && x->p->broken++ == 0)
            x->p->broken_rule = rule->text;
        if (rule && x->strict && ++broken <= BROKEN_SHOWN)
            error_add(e, STATUS_BAD_INPUT, "%s: point %zu (%s): %s", x->path, i + 1,
                      x->arms[i].name, rule->text);
    }
    free(values);
    if (broken > BROKEN_SHOWN)
        error_add(e, STATUS_BAD_INPUT, "... and %zu more points", broken - BROKEN_SHOWN);
    return broken > 0 ? STATUS_BAD_INPUT : STATUS_DONE;
}

/* --- columns of the ensemble -------------------------------------------------------------------
 */

static enum ensemble_type type_of(const struct param *p)
{
    static const enum ensemble_type types[] = {[PARAM_REAL] = ENSEMBLE_REAL,
                                               [PARAM_COUNT] = ENSEMBLE_WHOLE,
                                               [PARAM_CHOICE] = ENSEMBLE_TEXT,
                                               [PARAM_SWITCH] = ENSEMBLE_SWITCH};
    return types[p->kind];
}

/* A column behind the others, with room for values or texts. */
static struct ensemble_column *new_column(struct ensemble *it, const struct param *p)
{
    struct ensemble_column *more = realloc(it->columns, (it->column_count + 1) * sizeof *more);
    if (!more)
        return NULL;
    it->columns = more;
    struct ensemble_column *c = &more[it->column_count++];
    *c = (struct ensemble_column){.key = strdup(p->key),
                                  .unit = copy_of(p->unit),
                                  .meaning = copy_of(p->meaning),
                                  .type = type_of(p),
                                  .lo = NAN,
                                  .hi = NAN};
    if (c->type == ENSEMBLE_TEXT)
        c->texts = calloc(it->arms + 1, sizeof *c->texts);
    else
        c->values = calloc(it->arms + 1, sizeof *c->values);
    return c->key && c->unit && c->meaning && (c->texts || c->values) ? c : NULL;
}

static bool set_value(struct ensemble_column *c, const struct param *p, size_t arm, double value)
{
    char text[READER_KEY];
    if (c->values) {
        c->values[arm] = value;
        return true;
    }
    param_format(p, value, text, sizeof text);
    c->texts[arm] = strdup(text);
    return c->texts[arm] != NULL;
}

static enum status columns_of_points(struct plan_reader *x, struct error *e)
{
    for (size_t k = 0; k < x->column_count; k++) {
        const struct plan_column *from = &x->columns[k];
        struct ensemble_column *c = new_column(&x->p->ensemble, &from->param);
        if (!c)
            return no_memory(x, e);
        if (c->type != ENSEMBLE_TEXT) {
            c->lo = from->lo;
            c->hi = from->hi;
        }
        for (size_t i = 0; i < x->arm_count; i++)
            if (!set_value(c, &from->param, i, plan_point(x, i)[k]))
                return no_memory(x, e);
    }
    struct ensemble_column *c = x->weighted ? new_column(&x->p->ensemble, &plan_weight) : NULL;
    if (x->weighted && !c)
        return no_memory(x, e);
    for (size_t i = 0; c && i < x->arm_count; i++)
        c->values[i] = x->arms[i].weight;
    return STATUS_DONE;
}

/* Value `index` of an arm: parameters, then mechanisms that are off. */
static double value_of(const struct scenario *s, size_t index)
{
    size_t params = s->model->params.count;
    if (index >= params)
        return s->off[index - params];
    return s->place_count == 1 ? s->places[0].values[index] : s->values[index];
}

static enum status column_of_arms(struct plan_reader *x, const double *values, size_t index,
                                  struct error *e)
{
    const struct model *m = x->r.m;
    char key[READER_KEY];
    struct param off = {.key = key, .unit = "1", .kind = PARAM_SWITCH, .hi = 1};
    size_t count = m->params.count + m->schedule_count;
    off.meaning = "whether the mechanism is switched off";
    if (index >= m->params.count)
        snprintf(key, sizeof key, "off.%s", m->schedule[index - m->params.count]->name);
    const struct param *p = index < m->params.count ? &m->params.rows[index] : &off;
    struct ensemble_column *c = new_column(&x->p->ensemble, p);
    if (!c)
        return no_memory(x, e);
    for (size_t i = 0; i < x->arm_count; i++)
        if (!set_value(c, p, i, values[i * count + index]))
            return no_memory(x, e);
    return STATUS_DONE;
}

/* All arms are read in full: what is wrong in one is found before anything is computed. */
static enum status columns_of_arms(struct plan_reader *x, const struct scenario *first,
                                   struct error *e)
{
    const struct model *m = x->r.m;
    size_t count = m->params.count + m->schedule_count;
    double *values = malloc((x->arm_count * count + 1) * sizeof *values);
    enum status status = values ? STATUS_DONE : no_memory(x, e);
    for (size_t i = 0; i < x->arm_count && values; i++) {
        struct scenario s;
        struct error why = {0};
        enum status found = ensemble_scenario(&x->p->ensemble, m, i, &s, &why);
        if (found != STATUS_DONE)
            error_add(e, found, "%s: arm %s: %.*s", x->path, x->p->ensemble.arm_names[i],
                      (int)strcspn(error_text(&why), "\n"), error_text(&why));
        error_free(&why);
        if (found == STATUS_DONE)
            found =
                check_shape(x, &s, x->p->ensemble.arm_names[i], first->values[m->seed_param], e);
        for (size_t k = 0; k < count && found == STATUS_DONE; k++)
            values[i * count + k] = value_of(&s, k);
        status = status == STATUS_DONE ? found : status;
        scenario_free(&s);
    }
    for (size_t k = 0; k < count && status == STATUS_DONE; k++) {
        bool varies = false;
        for (size_t i = 1; i < x->arm_count; i++)
            varies = varies || values[i * count + k] != values[k];
        if (varies && k != m->replicates_param)
            status = column_of_arms(x, values, k, e);
    }
    free(values);
    return status;
}

/* --- the ensemble ------------------------------------------------------------------------------
 */

/* An arm with chance of its own has a seed of its own. */
static void give_seed(struct plan_reader *x, const struct scenario *s, size_t arm)
{
    const struct model *m = s->model;
    const struct param *p = &m->params.rows[m->seed_param];
    const uint64_t key[] = {(uint64_t)s->values[m->seed_param], arm};
    char value[READER_KEY];
    if (!x->p->independent || arm == 0)
        return;
    param_format(p, (double)(digest_bytes(DIGEST_EMPTY, key, sizeof key) % (1ULL << 52)), value,
                 sizeof value);
    plan_add_line(x, &x->arms[arm].settings, p->key, value);
}

static enum status move_arms(struct plan_reader *x, struct error *e)
{
    struct ensemble *it = &x->p->ensemble;
    it->arm_names = calloc(x->arm_count + 1, sizeof *it->arm_names);
    it->settings = calloc(x->arm_count + 1, sizeof *it->settings);
    it->arms = x->arm_count;
    for (size_t i = 0; it->arm_names && it->settings && i < x->arm_count; i++) {
        it->arm_names[i] = x->arms[i].name;
        x->arms[i].name = NULL;
        it->settings[i] = copy_of(x->arms[i].settings.text);
        if (!it->arm_names[i] || !it->settings[i])
            return no_memory(x, e);
    }
    return it->arm_names && it->settings ? STATUS_DONE : no_memory(x, e);
}

enum status plan_arms(struct plan_reader *x, struct error *e)
{
    struct scenario first = {0};
    enum status status = add_bases(x, &first, e);
    if (status == STATUS_DONE && x->points) {
        fill_from_base(x, &first);
        status = check_points(x, &first, e);
        if (status == STATUS_DONE)
            write_points(x);
    }
    if (status == STATUS_DONE)
        status = move_arms(x, e);
    if (status == STATUS_DONE)
        status = x->points ? columns_of_points(x, e) : columns_of_arms(x, &first, e);
    struct ensemble *it = &x->p->ensemble;
    for (size_t i = 0; i < x->arm_count && status == STATUS_DONE && x->p->independent; i++) {
        give_seed(x, &first, i);
        char *settings = copy_of(x->arms[i].settings.text);
        if (!settings)
            status = no_memory(x, e);
        free(it->settings[i]);
        it->settings[i] = settings;
    }
    scenario_free(&first);
    return status;
}
