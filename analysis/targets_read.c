#include "analysis/targets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/take.h"
#include "sim/digest.h"
#include "sim/durable.h"

enum { FILE_LIMIT = 16 << 20 };

static const double most = 1e9; /* of values and tolerances */

/* Numbers that a file of targets may state, by their places in struct targets. */
static const struct {
    struct param param;
    size_t offset;
} numbers[] = {
    {{.key = "evaluations", .kind = PARAM_COUNT, .value = 300, .lo = 10, .hi = 1000000},
     offsetof(struct targets, evaluations)},
    {{.key = "starts", .kind = PARAM_COUNT, .value = 3, .lo = 1, .hi = 100},
     offsetof(struct targets, starts)},
    {{.key = "draws", .kind = PARAM_COUNT, .value = 200, .lo = 20, .hi = 10000},
     offsetof(struct targets, draws)},
    {{.key = "trials", .kind = PARAM_COUNT, .value = 4000, .lo = 40, .hi = 10000000},
     offsetof(struct targets, trials)},
    {{.key = "fresh", .kind = PARAM_COUNT, .value = 20, .lo = 2, .hi = TRIAL_REPLICATES},
     offsetof(struct targets, fresh)},
};

static const struct param window = {
    .key = "last", .kind = PARAM_COUNT, .value = 52, .lo = 1, .hi = READER_WEEKS};

struct targets_reader {
    struct reader r; /* its tools for values, findings and suggestions */
    struct targets *t;
    size_t last;             /* window where a target states none */
    size_t at[TARGETS_MOST]; /* places of what sets a target's window */
    size_t at_free[TARGETS_FREE];
};

/* --- the scenario ------------------------------------------------------------------------------
 */

static void add_setting(struct targets_reader *x, const char *key, const struct given *g)
{
    struct targets *t = x->t;
    if (t->setting_count == TARGETS_SETTINGS) {
        reader_complain(&x->r, g, "more than %d settings; write them into a scenario",
                        TARGETS_SETTINGS);
        return;
    }
    struct setting *setting = &t->settings[t->setting_count++];
    setting->origin = t->origin;
    setting->key = reader_copy(&x->r, key);
    setting->value = reader_copy(&x->r, given_text(g));
}

static void read_settings(struct targets_reader *x, const struct yaml *mapping, const char *prefix)
{
    struct reader *r = &x->r;
    for (size_t i = 0; i + 1 < mapping->count; i += 2) {
        const struct yaml *word = mapping->items[i], *node = mapping->items[i + 1];
        char key[READER_KEY], quote[READER_QUOTE];
        int length = snprintf(key, sizeof key, "%s%s%s", prefix, *prefix ? "." : "", word->text);
        struct given g = {.key = key, .node = node};
        struct key found = key_find(r->m, key);
        bool off = strcmp(key, "off") == 0 || strncmp(key, "off.", 4) == 0;
        double value;
        if (length >= READER_KEY || (found.kind == KEY_UNKNOWN && !off))
            reader_unknown_key(r, &(struct given){.key = key, .node = word}, false);
        else if ((found.kind == KEY_SECTION || off) && node->kind == YAML_MAPPING)
            read_settings(x, node, key);
        else if (found.kind == KEY_SECTION || strcmp(key, "off") == 0)
            reader_complain(r, &g, "%s is %s, must hold keys", key,
                            given_describe(&g, quote, sizeof quote));
        else if (found.kind == KEY_PARAM) {
            if (reader_number(r, &g, &r->m->params.rows[found.index], &value))
                add_setting(x, key, &g);
        } else if (given_text(&g))
            add_setting(x, key, &g);
        else
            reader_complain(r, &g, "%s is %s, must be a text", key,
                            given_describe(&g, quote, sizeof quote));
    }
}

static void read_scenario(struct targets_reader *x, const struct yaml *root, const char *path)
{
    struct targets *t = x->t;
    const struct yaml *node = yaml_value(root, "scenario");
    const char *slash = strrchr(path, '/');
    char why[256];
    size_t size = 0;
    t->scenario = take_text(&x->r, root, "scenario", NULL);
    if (!t->scenario) {
        t->scenario_text = reader_copy(&x->r, "");
        return;
    }
    char *file = durable_format("%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, t->scenario);
    if (!file) {
        x->r.findings.failed = true;
        return;
    }
    if (reader_file(file, FILE_LIMIT, &t->scenario_text, &size, why, sizeof why) != STATUS_DONE)
        findings_add(&x->r.findings, node->at, "scenario: %s %s", file, why);
    slash = strrchr(file, '/');
    t->folder = strndup(file, slash ? (size_t)(slash - file) + 1 : 0);
    free(file);
    if (!t->folder)
        x->r.findings.failed = true;
}

/* --- free parameters ---------------------------------------------------------------------------
 */

static bool find_free(struct targets_reader *x, const struct yaml *node, size_t *param)
{
    struct reader *r = &x->r;
    struct given g = {.key = "parameter", .node = node};
    char quote[READER_QUOTE];
    const char *text = given_text(&g);
    struct key found = text ? key_find(r->m, text) : (struct key){KEY_UNKNOWN, 0};
    if (!text)
        reader_complain(r, &g, "parameter is %s, must be the key of a parameter",
                        given_describe(&g, quote, sizeof quote));
    else if (found.kind != KEY_PARAM)
        reader_unknown_key(r, &(struct given){.key = text, .node = node}, false);
    else if (r->m->params.rows[found.index].kind != PARAM_REAL)
        reader_complain(r, &g, "%s is no real number; only those can be fitted", text);
    else {
        for (size_t k = 0; k < x->t->free_count; k++)
            if (x->t->free[k].param == found.index) {
                reader_complain(r, &g, "%s is free twice", text);
                return false;
            }
        *param = found.index;
        return true;
    }
    return false;
}

/* Whether the scale of a range that begins at `lo` is logarithmic. */
static bool is_log(struct reader *r, const struct yaml *scale, double lo)
{
    struct given g = {.key = "scale", .node = scale};
    char quote[READER_QUOTE];
    const char *text = scale ? given_text(&g) : "linear";
    bool log_scale = text && strcmp(text, "log") == 0;
    if (!log_scale && !(text && strcmp(text, "linear") == 0))
        reader_complain(r, &g, "scale is %s, must be linear or log",
                        given_describe(&g, quote, sizeof quote));
    else if (log_scale && !(lo > 0))
        reader_complain(r, &g, "scale is log, but the range begins at %g, must begin above 0", lo);
    return log_scale;
}

static void read_free_one(struct targets_reader *x, const struct yaml *node)
{
    static const char *const keys[] = {"parameter", "range", "scale"};
    struct reader *r = &x->r;
    const struct yaml *name = node, *range = NULL, *scale = NULL;
    if (node->kind != YAML_SCALAR) {
        if (!is_mapping(r, node, "free", "keys of parameters, or mappings with a parameter"))
            return;
        reader_check_keys(r, node, "free", keys, sizeof keys / sizeof *keys);
        name = yaml_value(node, "parameter");
        range = yaml_value(node, "range");
        scale = yaml_value(node, "scale");
        if (!name) {
            findings_add(&r->findings, node->at, "parameter is missing; it says what is free");
            return;
        }
    }
    size_t param;
    if (!find_free(x, name, &param))
        return;
    const struct param *p = &r->m->params.rows[param];
    double pair[2] = {p->lo, p->hi};
    if (range)
        take_pair(r, range, "range", p->lo, p->hi, pair);
    x->at_free[x->t->free_count] = name->at;
    x->t->free[x->t->free_count++] =
        (struct free_parameter){param, pair[0], pair[1], is_log(r, scale, pair[0]), p->value};
}

static void read_free(struct targets_reader *x, const struct yaml *root)
{
    const struct yaml *list = take_list(&x->r, root, "free", TARGETS_FREE, "parameters");
    if (!list && !yaml_value(root, "free"))
        findings_add(&x->r.findings, root->at, "free is missing; it lists parameters to fit");
    for (size_t i = 0; list && i < list->count; i++)
        read_free_one(x, list->items[i]);
}

/* --- targets -----------------------------------------------------------------------------------
 */

static void read_aim(struct targets_reader *x, const struct yaml *node, struct objective *target)
{
    struct reader *r = &x->r;
    const struct yaml *value = yaml_value(node, "value"), *interval = yaml_value(node, "interval");
    const struct yaml *tolerance = yaml_value(node, "tolerance");
    double pair[2] = {0, 1};
    if (interval && (value || tolerance)) {
        findings_add(&r->findings, interval->at,
                     "interval stands in place of value and tolerance, not beside them");
    } else if (interval) {
        take_pair(r, interval, "interval", -most, most, pair);
        target->value = (pair[0] + pair[1]) / 2;
        target->tolerance = (pair[1] - pair[0]) / 2;
        target->lo = pair[0];
        target->hi = pair[1];
    } else if (!value || !tolerance) {
        findings_add(&r->findings, node->at,
                     "%s is missing; a target has a value and a tolerance, "
                     "or an interval",
                     value ? "tolerance" : "value");
    } else {
        take_number(r, value, "value", -most, most, &target->value);
        take_number(r, tolerance, "tolerance", 1 / most, most, &target->tolerance);
        target->lo = target->value - target->tolerance;
        target->hi = target->value + target->tolerance;
    }
}

static void read_target(struct targets_reader *x, const struct yaml *node)
{
    static const char *const keys[] = {"name", "outcome", "value",  "tolerance", "interval",
                                       "last", "unit",    "source", "comment"};
    struct reader *r = &x->r;
    struct targets *t = x->t;
    if (!is_mapping(r, node, "targets", "mappings, each with a name and an outcome"))
        return;
    struct objective *target = &t->list[t->count];
    const struct yaml *last = yaml_value(node, "last");
    reader_check_keys(r, node, "targets", keys, sizeof keys / sizeof *keys);
    target->name = take_text(r, node, "name", "what the target is");
    target->source = take_text(r, node, "source", "who measured it");
    target->unit = take_text(r, node, "unit", NULL);
    target->comment = take_text(r, node, "comment", NULL);
    target->expression = take_outcome(r, node, &target->outcome);
    read_aim(x, node, target);
    target->last = take_count(r, node, &window, x->last);
    x->at[t->count] = last ? last->at : node->at;
    for (size_t k = 0; k < t->count; k++)
        if (target->name && t->list[k].name && strcmp(target->name, t->list[k].name) == 0)
            findings_add(&r->findings, node->at, "name is that of another target");
    t->count++;
}

static void read_targets(struct targets_reader *x, const struct yaml *root)
{
    const struct yaml *list = take_list(&x->r, root, "targets", TARGETS_MOST,
                                        "mappings, each with a name and an outcome");
    if (!yaml_value(root, "targets") || (list && list->count == 0))
        findings_add(&x->r.findings, list ? list->at : root->at,
                     "targets is %s; a calibration needs at least one", list ? "empty" : "missing");
    for (size_t i = 0; list && i < list->count; i++)
        read_target(x, list->items[i]);
}

static void read_unmodelled(struct targets_reader *x, const struct yaml *root)
{
    static const char *const keys[] = {"name", "value", "source", "reason"};
    struct reader *r = &x->r;
    struct targets *t = x->t;
    const struct yaml *list =
        take_list(r, root, "unmodelled", TARGETS_LISTED, "mappings, each with a name and a reason");
    t->unmodelled = calloc((list ? list->count : 0) + 1, sizeof *t->unmodelled);
    if (!t->unmodelled) {
        r->findings.failed = true;
        return;
    }
    for (size_t i = 0; list && i < list->count; i++) {
        const struct yaml *node = list->items[i];
        if (!is_mapping(r, node, "unmodelled", "mappings, each with a name and a reason"))
            continue;
        struct unmodelled *it = &t->unmodelled[t->unmodelled_count++];
        reader_check_keys(r, node, "unmodelled", keys, sizeof keys / sizeof *keys);
        it->name = take_text(r, node, "name", "what the target is");
        it->source = take_text(r, node, "source", "who measured it");
        it->reason = take_text(r, node, "reason", "why the model has no such outcome");
        it->value = take_text(r, node, "value", NULL);
    }
}

/* --- the whole ---------------------------------------------------------------------------------
 */

static void read_root(struct targets_reader *x, const struct yaml *root, const char *path)
{
    static const char *const keys[] = {"title",       "assumed", "scenario", "settings",  "last",
                                       "evaluations", "starts",  "fresh",    "draws",     "trials",
                                       "distance",    "free",    "targets",  "unmodelled"};
    struct targets *t = x->t;
    struct reader *r = &x->r;
    reader_check_keys(r, root, "a file of targets", keys, sizeof keys / sizeof *keys);
    t->title = take_text(r, root, "title", NULL);
    t->assumed = take_text(r, root, "assumed", NULL);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        *(size_t *)((char *)t + numbers[k].offset) =
            take_count(r, root, &numbers[k].param, (size_t)numbers[k].param.value);
    const struct yaml *distance = yaml_value(root, "distance");
    t->distance = 1;
    if (distance)
        take_number(r, distance, "distance", 0, TARGET_LOST, &t->distance);
    x->last = take_count(r, root, &window, (size_t)window.value);
    const struct yaml *settings = yaml_value(root, "settings");
    char quote[READER_QUOTE];
    if (settings && settings->kind == YAML_MAPPING)
        read_settings(x, settings, "");
    else if (settings && !yaml_is_null(settings))
        findings_add(&r->findings, settings->at, "settings is %s, must hold keys of a scenario",
                     yaml_describe(settings, quote, sizeof quote));
    read_scenario(x, root, path);
    read_free(x, root);
    read_targets(x, root);
    read_unmodelled(x, root);
}

/* Of the contents of all files that a scenario names. */
static uint64_t inputs_digest(const struct scenario *s)
{
    uint64_t digest = DIGEST_EMPTY;
    for (size_t i = 0; i <= s->place_count; i++) {
        const struct text_value *texts = i < s->place_count ? s->places[i].texts : s->texts;
        for (size_t k = 0; k < s->model->text_count; k++)
            if (texts[k].content)
                digest = digest_bytes(digest, texts[k].content, texts[k].size);
    }
    return digest;
}

/* What can be said only when the scenario is known: lengths of windows, values before the fit. */
static void compare_with_scenario(struct targets_reader *x, const struct scenario *s)
{
    struct targets *t = x->t;
    const struct model *m = t->model;
    struct findings *f = &x->r.findings;
    t->weeks = (size_t)s->values[m->weeks_param];
    t->replicates = (size_t)s->values[m->replicates_param];
    t->seed = (uint64_t)s->values[m->seed_param];
    t->persons = m->persons ? m->persons(s) : 0;
    t->resolved = scenario_text(s);
    x->r.findings.failed = x->r.findings.failed || !t->resolved;
    t->inputs = inputs_digest(s);
    if (t->replicates > TRIAL_REPLICATES || t->replicates < 2)
        findings_add(f, FINDINGS_WHOLE, "%s is %zu, must lie in [2, %d] here",
                     m->params.rows[m->replicates_param].key, t->replicates, TRIAL_REPLICATES);
    for (size_t k = 0; k < t->count; k++) {
        size_t longest = outcome_weeks(&t->list[k].outcome);
        longest = longest > t->list[k].last ? longest : t->list[k].last;
        if (longest > t->weeks)
            findings_add(f, x->at[k],
                         "the outcome is of the last %zu weeks, but the scenario has "
                         "only %zu",
                         longest, t->weeks);
    }
    for (size_t k = 0; k < t->free_count; k++) {
        struct free_parameter *free_one = &t->free[k];
        const char *key = m->params.rows[free_one->param].key;
        free_one->standard = s->values[free_one->param];
        for (size_t i = 0; i < s->place_count; i++)
            if (s->places[i].values[free_one->param] != free_one->standard) {
                findings_add(f, x->at_free[k],
                             "%s differs between %s of the scenario and cannot "
                             "be free",
                             key, m->places);
                break;
            }
        if (!(free_one->standard >= free_one->lo && free_one->standard <= free_one->hi))
            findings_add(f, x->at_free[k],
                         "%s is %g before the fit, which is outside its range "
                         "[%g, %g] here",
                         key, free_one->standard, free_one->lo, free_one->hi);
    }
}

static enum status read_text(struct targets_reader *x, const char *path, struct error *e)
{
    struct findings *f = &x->r.findings;
    struct targets *t = x->t;
    yaml_parse(&x->r.tree, f);
    const struct yaml *root = x->r.tree.root;
    char quote[READER_QUOTE];
    if (root && root->kind == YAML_MAPPING)
        read_root(x, root, path);
    else if (f->count == 0)
        findings_add(f, root ? root->at : FINDINGS_WHOLE,
                     "a file of targets is a mapping of keys to values, not %s",
                     root ? yaml_describe(root, quote, sizeof quote) : "empty");
    enum status status = STATUS_DONE;
    if (f->count == 0 && !f->failed) {
        struct scenario s;
        status = scenario_parse(&s, t->model, t->scenario_text, strlen(t->scenario_text),
                                t->scenario ? t->scenario : path, t->folder, NULL, 0, t->settings,
                                t->setting_count, e);
        if (status == STATUS_DONE)
            compare_with_scenario(x, &s);
        scenario_free(&s);
    }
    enum status found = findings_report(f, e);
    return found == STATUS_DONE ? status : found;
}

enum status targets_read(struct targets *t, const struct model *m, const char *path,
                         struct error *e)
{
    memset(t, 0, sizeof *t);
    char why[256], *text;
    size_t size = 0;
    enum status status = reader_file(path, FILE_LIMIT, &text, &size, why, sizeof why);
    if (status != STATUS_DONE)
        return error_add(e, status, "%s: %s", path, why);
    struct targets_reader x = {
        .r = {.m = m, .findings = {.name = path, .text = text, .size = size}}, .t = t};
    t->model = m;
    t->file = strdup(path);
    t->origin = durable_format("%s: settings", path);
    t->settings = calloc(TARGETS_SETTINGS, sizeof *t->settings);
    if (t->file && t->origin && t->settings)
        status = read_text(&x, path, e);
    else
        status = error_add(e, STATUS_FAILED, "%s: out of memory", path);
    yaml_free(&x.r.tree);
    findings_free(&x.r.findings);
    free(text);
    if (status != STATUS_DONE)
        targets_free(t);
    return status;
}
