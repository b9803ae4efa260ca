#include "analysis/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/frontier.h"
#include "analysis/plan_reader.h"
#include "analysis/series.h"
#include "sim/durable.h"

enum { FILE_LIMIT = 16 << 20, KEPT_MOST = 10000, YEAR = 52 };

static const double most = 1e9; /* of half widths */

/* --- texts, replicates, series -----------------------------------------------------------------
 */

static void read_random(struct plan_reader *x, const struct yaml *root)
{
    const struct yaml *node = yaml_value(root, "random");
    const struct param p = {
        .key = "random", .kind = PARAM_CHOICE, .hi = 1, .choices = "common|independent"};
    double value = 0;
    if (node)
        reader_number(&x->r, &(struct given){.key = "random", .node = node}, &p, &value);
    x->p->independent = value > 0;
}

static bool keep(struct plan_reader *x, size_t observable)
{
    struct ensemble *it = &x->p->ensemble;
    const struct observable *o = &x->r.m->observables[observable];
    struct ensemble_variable *v = &it->variables[it->variable_count++];
    *v = (struct ensemble_variable){
        .name = strdup(o->name), .unit = strdup(o->unit), .meaning = strdup(o->meaning)};
    if (!v->name || !v->unit || !v->meaning)
        x->r.findings.failed = true;
    return !x->r.findings.failed;
}

static void keep_named(struct plan_reader *x, const struct yaml *node)
{
    const struct model *m = x->r.m;
    struct given g = {.key = "keep", .node = node};
    const char *name = given_text(&g);
    char quote[READER_QUOTE], hint[READER_KEY + 32];
    if (!name) {
        reader_complain(&x->r, &g, "keep holds %s, must hold names of weekly series",
                        given_describe(&g, quote, sizeof quote));
        return;
    }
    size_t k = series_find(m, name, strlen(name));
    struct nearest n;
    nearest_start(&n, name);
    for (size_t i = 0; i < m->observable_count; i++)
        nearest_try(&n, m->observables[i].name, strlen(m->observables[i].name));
    if (k == m->observable_count)
        reader_complain(&x->r, &g, "keep names %s, which is no weekly series%s",
                        findings_quote(name, quote, sizeof quote),
                        nearest_hint(&n, hint, sizeof hint));
    else if (ensemble_variable(&x->p->ensemble, name) < x->p->ensemble.variable_count)
        reader_complain(&x->r, &g, "keep names %s twice", name);
    else
        keep(x, k);
}

static void read_keep(struct plan_reader *x, const struct yaml *root)
{
    const struct model *m = x->r.m;
    const struct yaml *list = take_list(&x->r, root, "keep", KEPT_MOST, "names of weekly series");
    x->p->ensemble.variables = calloc(m->observable_count + 1, sizeof *x->p->ensemble.variables);
    if (!x->p->ensemble.variables) {
        x->r.findings.failed = true;
        return;
    }
    if (list && list->count == 0)
        findings_add(&x->r.findings, list->at, "keep is empty; leave it out to keep everything");
    for (size_t i = 0; list && i < list->count && !x->r.findings.failed; i++)
        keep_named(x, list->items[i]);
    for (size_t k = 0; !list && k < m->observable_count; k++)
        if (!keep(x, k))
            return;
}

static void read_numbers(struct plan_reader *x, const struct yaml *root)
{
    const struct model *m = x->r.m;
    const struct param *replicates = &m->params.rows[m->replicates_param];
    const struct param count = {
        .key = "replicates", .kind = PARAM_COUNT, .lo = replicates->lo, .hi = replicates->hi};
    static const struct param burn_in = {
        .key = "burn_in", .kind = PARAM_COUNT, .lo = 1, .hi = READER_WEEKS};
    const struct yaml *node = yaml_value(root, "burn_in");
    x->replicates = take_count(&x->r, root, &count, 0);
    x->p->ensemble.burn_in = take_count(&x->r, root, &burn_in, 0);
    x->burn_in_at = node ? node->at : 0;
}

/* --- until -------------------------------------------------------------------------------------
 */

static void check_kept(struct plan_reader *x, const struct outcome *o, size_t at)
{
    for (size_t k = 0; k < o->count; k++) {
        enum outcome_code code = o->steps[k].code;
        if (code != OUTCOME_MEAN && code != OUTCOME_SUM && code != OUTCOME_LAST &&
            code != OUTCOME_REACHES)
            continue;
        const char *name = x->r.m->observables[o->steps[k].index].name;
        if (ensemble_variable(&x->p->ensemble, name) == x->p->ensemble.variable_count)
            findings_add(&x->r.findings, at, "outcome needs %s, which keep does not name", name);
    }
}

static void read_until_arms(struct plan_reader *x, const struct yaml *node)
{
    const struct yaml *list = yaml_value(node, "arms");
    if (!list || list->kind != YAML_LIST || list->count != 2) {
        findings_add(&x->r.findings, list ? list->at : node->at,
                     "arms must name two arms, of which the means are compared");
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        char quote[READER_QUOTE];
        const struct yaml *name = list->items[i];
        size_t k = 0;
        while (k < x->arm_count && name->kind == YAML_SCALAR &&
               (!x->arms[k].name || strcmp(x->arms[k].name, name->text) != 0))
            k++;
        if (name->kind != YAML_SCALAR || k == x->arm_count)
            findings_add(&x->r.findings, name->at, "arms names %s, which is no arm",
                         yaml_describe(name, quote, sizeof quote));
        x->p->until.arms[i] = k;
    }
}

static void read_until(struct plan_reader *x, const struct yaml *root)
{
    static const char *const keys[] = {"outcome", "arms", "half_width", "at_most", "last"};
    static const struct param at_most = {
        .key = "at_most", .kind = PARAM_COUNT, .lo = 2, .hi = 100000};
    static const struct param last = {
        .key = "last", .kind = PARAM_COUNT, .lo = 1, .hi = READER_WEEKS};
    struct reader *r = &x->r;
    struct plan_until *u = &x->p->until;
    const struct yaml *node = yaml_value(root, "until");
    if (!node || yaml_is_null(node) || !is_mapping(r, node, "until", "an outcome and two arms"))
        return;
    reader_check_keys(r, node, "until", keys, sizeof keys / sizeof *keys);
    u->given = true;
    x->until_at = node->at;
    size_t before = r->findings.count;
    free(take_outcome(r, node, &u->outcome));
    if (r->findings.count == before)
        check_kept(x, &u->outcome, node->at);
    read_until_arms(x, node);
    const struct yaml *half = yaml_value(node, "half_width");
    if (half)
        take_number(r, half, "half_width", 1 / most, most, &u->half_width);
    if (!half || !yaml_value(node, "at_most"))
        findings_add(&r->findings, node->at, "%s is missing; it says when enough is known",
                     half ? "at_most" : "half_width");
    u->at_most = take_count(r, node, &at_most, 2);
    u->last = take_count(r, node, &last, YEAR);
}

static void check_scenario(struct plan_reader *x, const char *key, size_t at)
{
    struct nearest n;
    char quote[READER_QUOTE], hint[READER_KEY + 32];
    nearest_start(&n, key);
    for (size_t k = 0; k < x->column_count; k++) {
        if (x->columns[k].key && strcmp(x->columns[k].key, key) == 0)
            return;
        if (x->columns[k].key)
            nearest_try(&n, x->columns[k].key, strlen(x->columns[k].key));
    }
    findings_add(&x->r.findings, at, "scenarios names %s, which is no key of the design%s",
                 findings_quote(key, quote, sizeof quote), nearest_hint(&n, hint, sizeof hint));
}

/* What `samskab frontier` will ask for is checked before anything is run; the columns of named arms
 * are not known yet. */
static void read_frontier(struct plan_reader *x, const struct yaml *root)
{
    struct frontier_plan plan;
    const struct yaml *node = yaml_value(root, "frontier");
    size_t before = x->r.findings.count;
    frontier_section(&x->r, root, &plan);
    for (size_t k = 0; k < plan.count && x->r.findings.count == before; k++) {
        struct outcome outcome;
        struct outcome_fault fault;
        if (outcome_parse(&outcome, x->r.m, plan.outcomes[k], &fault))
            check_kept(x, &outcome, node->at);
    }
    for (size_t k = 0; k < plan.scenario_count && x->points; k++)
        check_scenario(x, plan.scenarios[k], node->at);
    frontier_plan_free(&plan);
}

static void read_baseline(struct plan_reader *x, const struct yaml *root)
{
    struct ensemble *it = &x->p->ensemble;
    const struct yaml *node = yaml_value(root, "baseline");
    char quote[READER_QUOTE], hint[READER_KEY + 32];
    it->baseline = ENSEMBLE_NONE;
    x->baseline = take_text(&x->r, root, "baseline", NULL);
    if (!x->baseline)
        return;
    struct nearest n;
    nearest_start(&n, x->baseline);
    for (size_t k = 0; k < x->arm_count && it->baseline == ENSEMBLE_NONE; k++) {
        if (!x->arms[k].name)
            continue;
        if (strcmp(x->arms[k].name, x->baseline) == 0)
            it->baseline = k;
        else
            nearest_try(&n, x->arms[k].name, strlen(x->arms[k].name));
    }
    if (it->baseline == ENSEMBLE_NONE)
        findings_add(&x->r.findings, node->at, "baseline is %s, which is no arm%s",
                     findings_quote(x->baseline, quote, sizeof quote),
                     nearest_hint(&n, hint, sizeof hint));
}

/* --- the whole ---------------------------------------------------------------------------------
 */

static void read_root(struct plan_reader *x, const struct yaml *root)
{
    static const char *const keys[] = {"title",  "question", "base",    "settings",
                                       "random", "keep",     "design",  "replicates",
                                       "until",  "baseline", "burn_in", "frontier"};
    struct reader *r = &x->r;
    struct ensemble *it = &x->p->ensemble;
    reader_check_keys(r, root, "a plan", keys, sizeof keys / sizeof *keys);
    char *title = take_text(r, root, "title", NULL);
    char *question = take_text(r, root, "question", NULL);
    char *base = take_text(r, root, "base", NULL);
    it->title = title ? title : reader_copy(r, "");
    it->question = question ? question : reader_copy(r, "");
    x->base = base ? plan_scenario(x, base, yaml_value(root, "base")) : NULL;
    free(base);
    read_random(x, root);
    read_numbers(x, root);
    read_keep(x, root);
    plan_settings(x, yaml_value(root, "settings"), false, &x->common);
    plan_design(x, root);
    read_baseline(x, root);
    read_until(x, root);
    read_frontier(x, root);
}

/* What can be said only when the scenarios are known. */
static void compare_with_scenarios(struct plan_reader *x)
{
    struct findings *f = &x->r.findings;
    const struct ensemble *it = &x->p->ensemble;
    const struct plan_until *u = &x->p->until;
    if (it->burn_in >= it->weeks)
        findings_add(f, x->burn_in_at, "burn_in is %zu weeks, but the runs have only %zu",
                     it->burn_in, it->weeks);
    if (it->arms * it->replicates > PLAN_RUNS)
        findings_add(f, FINDINGS_WHOLE,
                     "comes to %zu runs (%zu %ss, %zu replicates each), may have %d",
                     it->arms * it->replicates, it->arms, it->unit, it->replicates, PLAN_RUNS);
    if (!u->given)
        return;
    size_t longest = outcome_weeks(&u->outcome);
    longest = longest > u->last ? longest : u->last;
    if (longest > it->weeks && outcome_has_window(&u->outcome))
        findings_add(f, x->until_at,
                     "the outcome is of the last %zu weeks, but the runs have only "
                     "%zu",
                     longest, it->weeks);
    if (u->at_most < it->replicates || it->replicates < 2)
        findings_add(f, x->until_at,
                     "replicates is %zu, must lie in [2, %zu]: from there to "
                     "at_most it grows",
                     it->replicates, u->at_most);
}

static bool fill_head(struct plan_reader *x)
{
    struct ensemble *it = &x->p->ensemble;
    const struct model *m = x->r.m;
    it->plan = strndup(x->r.findings.text, x->r.findings.size);
    it->model = strdup(m->name);
    it->model_title = strdup(m->title);
    it->model_version = strdup(m->version);
    it->place = strdup(m->place);
    return it->plan && it->model && it->model_title && it->model_version && it->place;
}

static enum status read_text(struct plan_reader *x, struct error *e)
{
    struct findings *f = &x->r.findings;
    yaml_parse(&x->r.tree, f);
    const struct yaml *root = x->r.tree.root;
    char quote[READER_QUOTE];
    if (!fill_head(x))
        f->failed = true;
    if (root && root->kind == YAML_MAPPING)
        read_root(x, root);
    else if (f->count == 0)
        findings_add(f, root ? root->at : FINDINGS_WHOLE,
                     "a plan is a mapping of keys to values, not %s",
                     root ? yaml_describe(root, quote, sizeof quote) : "empty");
    enum status status = STATUS_DONE;
    if (f->count == 0 && !f->failed) {
        status = plan_arms(x, e);
        if (status == STATUS_DONE)
            compare_with_scenarios(x);
    }
    enum status found = findings_report(f, e);
    return found == STATUS_DONE ? status : found;
}

static void free_reader(struct plan_reader *x)
{
    for (size_t i = 0; x->arms && i < x->arm_count; i++) {
        free(x->arms[i].name);
        free(x->arms[i].scenario);
        free(x->arms[i].settings.text);
    }
    for (size_t k = 0; x->columns && k < x->column_count; k++) {
        free(x->columns[k].key);
        free(x->columns[k].values);
    }
    free(x->arms);
    free(x->columns);
    free(x->points);
    free(x->folder);
    free(x->origin);
    free(x->base);
    free(x->baseline);
    free(x->common.text);
    yaml_free(&x->r.tree);
    findings_free(&x->r.findings);
}

enum status plan_read(struct plan *p, const struct model *m, const char *path, struct error *e)
{
    memset(p, 0, sizeof *p);
    char why[256], *text;
    size_t size = 0;
    enum status status = reader_file(path, FILE_LIMIT, &text, &size, why, sizeof why);
    if (status != STATUS_DONE)
        return error_add(e, status, "%s: %s", path, why);
    const char *slash = strrchr(path, '/');
    struct plan_reader x = {.r = {.m = m, .findings = {.name = path, .text = text, .size = size}},
                            .p = p,
                            .path = path,
                            .folder = strndup(path, slash ? (size_t)(slash - path) + 1 : 0),
                            .origin = durable_format("%s: settings", path)};
    p->model = m;
    status = x.folder && x.origin ? read_text(&x, e)
                                  : error_add(e, STATUS_FAILED, "%s: out of memory", path);
    free_reader(&x);
    free(text);
    if (status != STATUS_DONE)
        plan_free(p);
    return status;
}

void plan_free(struct plan *p)
{
    ensemble_free(&p->ensemble);
    memset(p, 0, sizeof *p);
}
