#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/design.h"
#include "analysis/plan_reader.h"
#include "sim/durable.h"

enum { NAME = 1024 };

/* --- points ------------------------------------------------------------------------------------
 */

double *plan_point(struct plan_reader *x, size_t point)
{
    return x->points + point * x->column_count;
}

bool plan_make_points(struct plan_reader *x, size_t count, size_t at)
{
    if (count > PLAN_ARMS) {
        findings_add(&x->r.findings, at, "comes to %zu points, may have %d", count, PLAN_ARMS);
        return false;
    }
    x->arms = calloc(count + 1, sizeof *x->arms);
    x->points = calloc(count * x->column_count + 1, sizeof *x->points);
    if (!x->arms || !x->points) {
        x->r.findings.failed = true;
        return false;
    }
    x->arm_count = count;
    for (size_t i = 0; i < count; i++)
        x->arms[i].at = at;
    return true;
}

/* The last word of a key, or all of it when that word stands for another column too. */
static const char *short_name(const struct plan_reader *x, size_t column)
{
    const char *key = x->columns[column].key, *dot = strrchr(key, '.');
    const char *name = dot ? dot + 1 : key;
    for (size_t k = 0; k < x->column_count; k++) {
        const char *other = x->columns[k].key;
        size_t length = strlen(other), tail = strlen(name);
        if (k != column && length >= tail && strcmp(other + length - tail, name) == 0)
            return key;
    }
    return name;
}

/* Adds "name=value" to the name of a point. */
static void name_by(struct plan_reader *x, size_t point, size_t column)
{
    const struct plan_column *c = &x->columns[column];
    char value[READER_KEY], *name;
    param_format(&c->param, plan_point(x, point)[column], value, sizeof value);
    const char *before = x->arms[point].name ? x->arms[point].name : "";
    name = durable_format("%s%s%s=%s", before, *before ? " " : "", short_name(x, column), value);
    free(x->arms[point].name);
    x->arms[point].name = name;
    if (!name)
        x->r.findings.failed = true;
}

static void number_points(struct plan_reader *x)
{
    for (size_t i = 0; i < x->arm_count; i++) {
        x->arms[i].name = durable_format("%zu", i + 1);
        if (!x->arms[i].name)
            x->r.findings.failed = true;
    }
}

/* --- designs of listed values ------------------------------------------------------------------
 */

static bool has_values(const struct plan_reader *x)
{
    for (size_t k = 0; k < x->column_count; k++)
        if (x->columns[k].count == 0)
            return false;
    return x->column_count > 0;
}

static bool take_listed(struct plan_reader *x, const struct yaml *node, const char *kind)
{
    char quote[READER_QUOTE];
    if (node->kind == YAML_MAPPING && node->count > 0) {
        plan_listed(x, node);
        return has_values(x);
    }
    findings_add(&x->r.findings, node->at, "%s is %s, must hold keys with lists of values", kind,
                 node->kind == YAML_MAPPING ? "empty" : yaml_describe(node, quote, sizeof quote));
    return false;
}

static void read_grid(struct plan_reader *x, const struct yaml *node)
{
    size_t count = 1;
    if (!take_listed(x, node, "grid"))
        return;
    for (size_t k = 0; k < x->column_count && count <= PLAN_ARMS; k++)
        count *= x->columns[k].count;
    if (!plan_make_points(x, count, node->at))
        return;
    for (size_t i = 0; i < count; i++) {
        size_t rest = i;
        for (size_t k = x->column_count; k-- > 0;) {
            const struct plan_column *c = &x->columns[k];
            plan_point(x, i)[k] = c->values[rest % c->count];
            rest /= c->count;
        }
        for (size_t k = 0; k < x->column_count; k++)
            name_by(x, i, k);
    }
}

/* The base has no values of its own here: they are filled in when its scenario is known. */
static void read_one_at_a_time(struct plan_reader *x, const struct yaml *node)
{
    size_t count = 1, point = 1;
    if (!take_listed(x, node, "one_at_a_time"))
        return;
    for (size_t k = 0; k < x->column_count; k++)
        count += x->columns[k].count;
    if (!plan_make_points(x, count, node->at))
        return;
    for (size_t i = 0; i < count * x->column_count; i++)
        x->points[i] = NAN;
    x->arms[0].name = reader_copy(&x->r, "base");
    for (size_t k = 0; k < x->column_count; k++)
        for (size_t v = 0; v < x->columns[k].count; v++) {
            plan_point(x, point)[k] = x->columns[k].values[v];
            name_by(x, point++, k);
        }
}

/* --- designs over ranges -----------------------------------------------------------------------
 */

/* A number that a design needs; what it is called differs between designs. */
static const struct {
    const char *kind, *count;
    enum design_kind design;
    const char *keys[8];
} samples[] = {
    {"latin", "points", DESIGN_LATIN, {"points", "seed", "parameters"}},
    {"sobol", "points", DESIGN_SOBOL, {"points", "seed", "parameters"}},
    {"saltelli", "base", DESIGN_SALTELLI, {"base", "second", "seed", "parameters"}},
    {"morris",
     "trajectories",
     DESIGN_MORRIS,
     {"trajectories", "levels", "candidates", "seed", "parameters"}},
};

enum { SAMPLES = sizeof samples / sizeof *samples };

static bool is_whole(const struct plan_column *c)
{
    return c->param.kind != PARAM_REAL;
}

/* Whole numbers fall into classes of equal width; on the grid of Morris they are rounded. */
static double settle(const struct plan_column *c, enum design_kind kind, double value)
{
    if (!is_whole(c))
        return value;
    return fmin(kind == DESIGN_MORRIS ? floor(value + 0.5) : floor(value), c->hi);
}

static void sample_points(struct plan_reader *x, const struct design_request *request, size_t at)
{
    struct findings *f = &x->r.findings;
    struct design_range *ranges = calloc(x->column_count + 1, sizeof *ranges);
    struct design d = {0};
    struct error e = {0};
    size_t points = 0;
    if (!ranges) {
        f->failed = true;
        return;
    }
    for (size_t k = 0; k < x->column_count; k++) {
        const struct plan_column *c = &x->columns[k];
        bool classes = is_whole(c) && request->kind != DESIGN_MORRIS;
        ranges[k] = (struct design_range){c->lo, c->hi + (classes ? 1 : 0)};
    }
    enum status status = design_size(request, x->column_count, &points, &e);
    if (status == STATUS_DONE && plan_make_points(x, points, at))
        status = design_make(&d, request, ranges, x->column_count, &e);
    if (status != STATUS_DONE)
        findings_add(f, at, "%.*s", (int)strcspn(error_text(&e), "\n"), error_text(&e));
    for (size_t i = 0; d.value && i < points; i++)
        for (size_t k = 0; k < x->column_count; k++)
            plan_point(x, i)[k] = settle(&x->columns[k], request->kind, d.value[i * d.columns + k]);
    number_points(x);
    design_free(&d);
    error_free(&e);
    free(ranges);
}

static bool has_ranges(const struct plan_reader *x)
{
    for (size_t k = 0; k < x->column_count; k++)
        if (!(x->columns[k].lo <= x->columns[k].hi))
            return false;
    return x->column_count > 0;
}

static bool take_switch(struct reader *r, const struct yaml *mapping, const char *key)
{
    const struct param p = {.key = key, .kind = PARAM_SWITCH, .lo = 0, .hi = 1};
    const struct yaml *node = yaml_value(mapping, key);
    double value = 0;
    if (node)
        reader_number(r, &(struct given){.key = key, .node = node}, &p, &value);
    return value > 0;
}

static void read_sample(struct plan_reader *x, const struct yaml *node, size_t which)
{
    static const struct param seed = {.key = "seed", .kind = PARAM_COUNT, .hi = 9007199254740992};
    static const struct param levels = {
        .key = "levels", .kind = PARAM_COUNT, .lo = 2, .hi = DESIGN_LEVELS};
    static const struct param candidates = {
        .key = "candidates", .kind = PARAM_COUNT, .hi = DESIGN_CANDIDATES};
    const struct param base = {
        .key = samples[which].count, .kind = PARAM_COUNT, .lo = 1, .hi = PLAN_ARMS};
    struct reader *r = &x->r;
    struct ensemble_design *d = &x->p->ensemble.design;
    size_t keys = 0;
    while (samples[which].keys[keys])
        keys++;
    if (!is_mapping(r, node, samples[which].kind, "keys"))
        return;
    reader_check_keys(r, node, samples[which].kind, samples[which].keys, keys);
    const struct yaml *parameters = yaml_value(node, "parameters");
    if (!parameters)
        findings_add(&r->findings, node->at, "parameters is missing; it says what varies");
    else
        plan_ranged(x, parameters);
    if (!yaml_value(node, base.key))
        findings_add(&r->findings, node->at, "%s is missing; it says how large the design is",
                     base.key);
    size_t before = r->findings.count;
    d->base = take_count(r, node, &base, 0);
    d->seed = take_count(r, node, &seed, 1);
    if (samples[which].design == DESIGN_MORRIS) {
        d->levels = take_count(r, node, &levels, 4);
        d->candidates = take_count(r, node, &candidates, 0);
    }
    d->second = samples[which].design == DESIGN_SALTELLI && take_switch(r, node, "second");
    const struct design_request request = {.kind = samples[which].design,
                                           .base = (size_t)d->base,
                                           .second = d->second,
                                           .levels = (unsigned)d->levels,
                                           .candidates = (size_t)d->candidates,
                                           .seed = d->seed};
    if (d->base > 0 && r->findings.count == before && has_ranges(x))
        sample_points(x, &request, node->at);
    else if (parameters && x->column_count == 0 && r->findings.count == 0)
        findings_add(&r->findings, parameters->at, "parameters is empty");
}

/* --- named arms --------------------------------------------------------------------------------
 */

static void read_arm(struct plan_reader *x, const struct yaml *node)
{
    static const char *const keys[] = {"name", "scenario", "settings"};
    struct reader *r = &x->r;
    if (!is_mapping(r, node, "arms", "mappings, each with a name"))
        return;
    struct plan_arm *arm = &x->arms[x->arm_count++];
    reader_check_keys(r, node, "arms", keys, sizeof keys / sizeof *keys);
    arm->at = node->at;
    arm->name = take_text(r, node, "name", "what the arm is called");
    char *scenario = take_text(r, node, "scenario", NULL);
    arm->scenario = scenario ? plan_scenario(x, scenario, yaml_value(node, "scenario")) : NULL;
    if (scenario)
        arm->at = yaml_value(node, "scenario")->at;
    free(scenario);
    plan_settings(x, yaml_value(node, "settings"), true, &arm->settings);
    for (size_t i = 0; arm->name && i + 1 < x->arm_count; i++)
        if (x->arms[i].name && strcmp(x->arms[i].name, arm->name) == 0)
            findings_add(&r->findings, yaml_value(node, "name")->at, "name is that of another arm");
}

static void read_arms(struct plan_reader *x, const struct yaml *design)
{
    const struct yaml *list = take_list(&x->r, design, "arms", 10000, "mappings, each with a name");
    if (!list || list->count == 0) { /* what is no list has been complained about */
        const struct yaml *arms = yaml_value(design, "arms");
        if (list || yaml_is_null(arms))
            findings_add(&x->r.findings, arms->at, "arms is empty");
        return;
    }
    x->arms = calloc(list->count + 1, sizeof *x->arms);
    if (!x->arms)
        x->r.findings.failed = true;
    for (size_t i = 0; x->arms && i < list->count; i++)
        read_arm(x, list->items[i]);
}

/* --- the design --------------------------------------------------------------------------------
 */

static void read_kind(struct plan_reader *x, const struct yaml *design, const char *kind,
                      const struct yaml *node)
{
    x->strict = true;
    if (strcmp(kind, "arms") == 0)
        read_arms(x, design);
    else if (strcmp(kind, "grid") == 0)
        read_grid(x, node);
    else if (strcmp(kind, "one_at_a_time") == 0)
        read_one_at_a_time(x, node);
    else if (strcmp(kind, "points") == 0)
        plan_points(x, node);
    for (size_t k = 0; k < SAMPLES; k++)
        if (strcmp(kind, samples[k].kind) == 0) {
            x->strict = false;
            read_sample(x, node, k);
        }
    if (strcmp(kind, "points") == 0 && x->arms && !x->arms[0].name)
        number_points(x);
}

void plan_design(struct plan_reader *x, const struct yaml *root)
{
    static const char *const kinds[] = {"arms",  "grid",     "one_at_a_time", "latin",
                                        "sobol", "saltelli", "morris",        "points"};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct reader *r = &x->r;
    const struct yaml *design = yaml_value(root, "design");
    const char *kind = NULL;
    if (!design) {
        findings_add(&r->findings, root->at,
                     "design is missing; it says which arms or points there are");
        return;
    }
    if (!is_mapping(r, design, "design",
                    "one of arms, grid, one_at_a_time, latin, sobol, "
                    "saltelli, morris, points"))
        return;
    reader_check_keys(r, design, "design", kinds, KINDS);
    for (size_t k = 0; k < KINDS; k++) {
        if (!yaml_value(design, kinds[k]))
            continue;
        if (kind)
            findings_add(&r->findings, yaml_value(design, kinds[k])->at,
                         "%s stands beside %s; a plan has one design", kinds[k], kind);
        else
            kind = kinds[k];
    }
    if (!kind) {
        if (design->count == 0)
            findings_add(&r->findings, design->at, "design is empty");
        return;
    }
    x->p->ensemble.design.kind = reader_copy(r, kind);
    x->p->ensemble.unit = reader_copy(r, strcmp(kind, "arms") == 0 ? "arm" : "point");
    x->columns = calloc(PLAN_COLUMNS, sizeof *x->columns);
    if (x->columns)
        read_kind(x, design, kind, yaml_value(design, kind));
    else
        r->findings.failed = true;
}
