/* What a calibration says: tables for people, JSON for programs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/calibrate.h"
#include "analysis/json.h"
#include "analysis/prose.h"
#include "sim/table.h"
#include "sim/version.h"

bool calibrate_format_parse(const char *name, enum calibrate_format *format)
{
    static const char *const names[] = {"table", "json", "md"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(name, names[k]) == 0) {
            *format = (enum calibrate_format)k;
            return true;
        }
    return false;
}

struct report {
    const struct calibration *c;
    const struct calibrate_request *request;
    enum table_format format;
    struct prose prose;
};

/* --- words ------------------------------------------------------------------------------------ */

static void add_interval(struct table *t, struct interval i)
{
    char mean[PROSE_TEXT], lo[PROSE_TEXT], hi[PROSE_TEXT];
    if (isfinite(i.half))
        table_add(t, "%s [%s, %s]", prose_number(i.mean, mean), prose_number(i.mean - i.half, lo),
                  prose_number(i.mean + i.half, hi));
    else
        table_add(t, "%s", prose_number(i.mean, mean));
}

static const struct param *param_of(const struct calibration *c, size_t k)
{
    return &c->targets->model->params.rows[c->targets->free[k].param];
}

static size_t targets_moved(const struct calibration *c, size_t parameter)
{
    size_t moved = 0;
    for (size_t k = 0; k < c->targets->count; k++)
        moved += calibration_moves(c, parameter, k);
    return moved;
}

static size_t targets_met(const struct calibration *c, const struct interval *outcomes)
{
    size_t met = 0;
    for (size_t k = 0; k < c->targets->count; k++)
        met += calibration_met(&c->targets->list[k], outcomes[k]);
    return met;
}

/* --- parts ------------------------------------------------------------------------------------ */

static void print_head(const struct report *r)
{
    const struct calibration *c = r->c;
    const struct targets *t = c->targets;
    char title[PROSE_LINE], command[PROSE_LINE], a[PROSE_TEXT], b[PROSE_TEXT], x[PROSE_TEXT],
        y[PROSE_TEXT];
    prose_quote(t->title ? t->title : "Calibration", title, sizeof title);
    fprintf(r->prose.out, r->prose.md ? "# %s\n\n" : "%s\n", title);
    if (r->prose.md && r->request->command)
        fprintf(r->prose.out, "Written by `%s`, samskab %s%s%s.\n\n",
                prose_quote(r->request->command, command, sizeof command), version_number,
                *version_commit ? " " : "", version_commit);
    if (!c->fitted) {
        fprintf(r->prose.out,
                "Compared with %zu target%s of %s; nothing was fitted. %zu met; sum of "
                "squared deviations %s.\n",
                t->count, prose_plural(t->count), t->file, targets_met(c, c->before),
                prose_number(c->fresh_loss_before, a));
        return;
    }
    fprintf(r->prose.out,
            "%zu parameter%s fitted to %zu target%s of %s: %zu evaluations of %zu "
            "replicates, %zu simplices.\n%sTargets met: %zu before, %zu at the fit. Sum of squared "
            "deviations: from %s to %s on the replicates of the fit, from %s to %s on %zu fresh "
            "ones.\n",
            t->free_count, prose_plural(t->free_count), t->count, prose_plural(t->count), t->file,
            c->evaluations, t->replicates, c->starts, r->prose.md ? "\n" : "",
            targets_met(c, c->before), targets_met(c, c->after), prose_number(c->loss_before, a),
            prose_number(c->loss_after, b), prose_number(c->fresh_loss_before, x),
            prose_number(c->fresh_loss_after, y), t->fresh);
}

static enum status print_parameters(const struct report *r)
{
    static const char *const heads[] = {"parameter", "symbol", "unit",       "default",
                                        "fitted",    "range",  "at a bound", "moves targets"};
    const struct calibration *c = r->c;
    struct table t;
    prose_heading(&r->prose, "Parameters");
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.right[3] = t.right[4] = true;
    for (size_t k = 0; k < c->targets->free_count; k++) {
        const struct free_parameter *p = &c->targets->free[k];
        char before[PROSE_TEXT], lo[PROSE_TEXT], hi[PROSE_TEXT], list[PROSE_LINE] = "";
        param_format(param_of(c, k), p->standard, before, sizeof before);
        param_format(param_of(c, k), p->lo, lo, sizeof lo);
        param_format(param_of(c, k), p->hi, hi, sizeof hi);
        table_add(&t, "%s", param_of(c, k)->key);
        table_add(&t, "%s", param_of(c, k)->symbol);
        table_add(&t, "%s", param_of(c, k)->unit);
        table_add(&t, "%s", before);
        table_add(&t, "%.4g", c->values[k]);
        table_add(&t, "[%s, %s]", lo, hi);
        table_add(&t, "%s", calibration_at_bound(c, k) ? "yes" : "no");
        for (size_t i = 0; i < c->targets->count; i++)
            if (calibration_moves(c, k, i))
                snprintf(list + strlen(list), sizeof list - strlen(list), "%s%zu",
                         *list ? ", " : "", i + 1);
        table_add(&t, "%s%s", *list ? list : "none",
                  targets_moved(c, k) == 1 ? " (serves this one only)" : "");
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    return status;
}

static enum status print_targets(const struct report *r)
{
    static const char *const heads[] = {"no",        "target", "source",     "unit", "value",
                                        "tolerance", "before", "at the fit", "met"};
    static const char *const check_heads[] = {"no",    "target",    "source",    "unit",
                                              "value", "tolerance", "simulated", "met"};
    const struct calibration *c = r->c;
    struct table t;
    char text[PROSE_LINE], x[PROSE_TEXT];
    prose_heading(&r->prose, "Targets");
    table_init(&t, c->fitted ? 9 : 8, c->fitted ? heads : check_heads);
    t.right[0] = t.right[4] = t.right[5] = true;
    t.wrapped = 1;
    for (size_t k = 0; k < c->targets->count; k++) {
        const struct objective *o = &c->targets->list[k];
        table_add(&t, "%zu", k + 1);
        table_add(&t, "%s", prose_quote(o->name, text, sizeof text));
        table_add(&t, "%s", prose_quote(o->source, text, sizeof text));
        table_add(&t, "%s", prose_quote(o->unit, text, sizeof text));
        table_add(&t, "%s", prose_number(o->value, x));
        table_add(&t, "%s", prose_number(o->tolerance, x));
        add_interval(&t, c->before[k]);
        if (c->fitted)
            add_interval(&t, c->after[k]);
        table_add(&t, "%s",
                  calibration_met(o, c->fitted ? c->after[k] : c->before[k]) ? "yes" : "no");
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    return status;
}

/* Parameters in rows, targets by number in columns. */
static enum status print_sensitivities(const struct report *r)
{
    const struct calibration *c = r->c;
    size_t count = c->targets->count;
    char numbers[TARGETS_MOST][8];
    const char *heads[TARGETS_MOST + 1] = {"parameter \\ target"};
    struct table t;
    prose_heading(&r->prose, "Sensitivities at the fit");
    for (size_t k = 0; k < count; k++) {
        snprintf(numbers[k], sizeof numbers[k], "%u", (unsigned)(k + 1) % 1000);
        heads[k + 1] = numbers[k];
    }
    table_init(&t, count + 1, heads);
    for (size_t k = 0; k < count; k++)
        t.right[k + 1] = true;
    for (size_t p = 0; p < c->targets->free_count; p++) {
        table_add(&t, "%s", param_of(c, p)->key);
        for (size_t k = 0; k < count; k++)
            if (isfinite(c->moves[p][k].mean))
                table_add(&t, "%+.2f%s", c->moves[p][k].mean,
                          calibration_moves(c, p, k) ? " *" : "  ");
            else
                table_add(&t, "-  ");
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    fprintf(r->prose.out,
            "\nChange of an outcome, in tolerances of its target, when the parameter rises by a "
            "tenth of its range\n(central differences with the same replicates on both sides). "
            "*: a quarter of a tolerance or more, and\nthe 95 %% interval excludes none.\n");
    return status;
}

static void print_assumed(const struct report *r)
{
    const struct calibration *c = r->c;
    const struct targets *t = c->targets;
    const char *item = prose_item(&r->prose);
    char text[PROSE_LINE];
    prose_heading(&r->prose, "What is assumed");
    prose_scenario(&r->prose, t);
    fprintf(r->prose.out,
            "%sSimulated figures are means over %zu fresh replicates (seed %llu), with "
            "95 %% intervals over replicates: chance only.\n",
            item, t->fresh, (unsigned long long)c->fresh_seed);
    fprintf(r->prose.out,
            "%sA target is met when the mean lies within its tolerance. Tolerances are "
            "judgements about the sources; they weigh the targets.\n",
            item);
    if (t->assumed)
        fprintf(r->prose.out, "%s%s\n", item, prose_quote(t->assumed, text, sizeof text));
    if (!c->fitted)
        return;
    fprintf(r->prose.out,
            "%sThe fit used seed %llu, the same replicates at every point, and ranges as "
            "listed; parameters that are not listed kept their values.\n",
            item, (unsigned long long)c->seed);
    fprintf(r->prose.out,
            "%sThe minimum is local and the surface noisy: other values within the ranges "
            "may do as well. Where parameters outnumber the targets that they move, they are not "
            "identified.\n",
            item);
}

static void print_scenario(const struct report *r)
{
    const struct calibration *c = r->c;
    prose_heading(&r->prose, "As lines of a scenario");
    if (r->prose.md)
        fputs("```yaml\n", r->prose.out);
    for (size_t k = 0; k < c->targets->free_count; k++)
        fprintf(r->prose.out, "%s%s: %.4g\n", r->prose.md ? "" : "  ", param_of(c, k)->key,
                c->values[k]);
    if (r->prose.md)
        fputs("```\n", r->prose.out);
}

static enum status print_tables(const struct report *r)
{
    enum status status = STATUS_DONE;
    print_head(r);
    if (r->c->fitted)
        status = print_parameters(r);
    if (status == STATUS_DONE)
        status = print_targets(r);
    if (status == STATUS_DONE && r->c->fitted)
        status = print_sensitivities(r);
    prose_readings(&r->prose, r->c->targets);
    prose_unmodelled(&r->prose, r->c->targets);
    print_assumed(r);
    if (r->c->fitted)
        print_scenario(r);
    return status;
}

/* --- for programs ----------------------------------------------------------------------------- */

static json_t *interval(struct interval i)
{
    return json_pack("{s:o, s:o, s:o}", "mean", json_number_of(i.mean), "low",
                     json_number_of(i.mean - i.half), "high", json_number_of(i.mean + i.half));
}

static json_t *parameter_as_json(const struct calibration *c, size_t k)
{
    const struct free_parameter *p = &c->targets->free[k];
    const struct param *param = param_of(c, k);
    json_t *moves = json_array();
    for (size_t i = 0; c->fitted && i < c->targets->count; i++)
        json_array_append_new(
            moves, json_pack("{s:s, s:o, s:b}", "target", c->targets->list[i].name, "change",
                             interval(c->moves[k][i]), "moves", calibration_moves(c, k, i)));
    return json_pack("{s:s, s:s, s:f, s:o, s:[f, f], s:o, s:o}", "key", param->key, "unit",
                     param->unit, "default", p->standard, "fitted",
                     c->fitted ? json_number_of(c->values[k]) : json_null(), "range", p->lo, p->hi,
                     "at_bound", c->fitted ? json_boolean(calibration_at_bound(c, k)) : json_null(),
                     "sensitivities", moves);
}

static json_t *target_as_json(const struct calibration *c, size_t k)
{
    const struct objective *o = &c->targets->list[k];
    struct interval now = c->fitted ? c->after[k] : c->before[k];
    return json_pack("{s:s, s:s, s:i, s:s?, s:s, s:f, s:f, s:o, s:o, s:b, s:s?}", "name", o->name,
                     "outcome", o->expression, "last_weeks", (int)o->last, "unit", o->unit,
                     "source", o->source, "value", o->value, "tolerance", o->tolerance, "before",
                     interval(c->before[k]), "fit", c->fitted ? interval(now) : json_null(), "met",
                     calibration_met(o, now), "comment", o->comment);
}

static json_t *as_json(const struct calibration *c)
{
    const struct targets *t = c->targets;
    json_t *parameters = json_array(), *list = json_array();
    for (size_t k = 0; k < t->free_count; k++)
        json_array_append_new(parameters, parameter_as_json(c, k));
    for (size_t k = 0; k < t->count; k++)
        json_array_append_new(list, target_as_json(c, k));
    json_t *fit =
        c->fitted
            ? json_pack("{s:I, s:I, s:I, s:f, s:f}", "evaluations", (json_int_t)c->evaluations,
                        "replicates", (json_int_t)t->replicates, "simplices", (json_int_t)c->starts,
                        "loss_before", c->loss_before, "loss", c->loss_after)
            : json_null();
    return json_pack("{s:s, s:s, s:s?, s:s?, s:o, s:I, s:I, s:I, s:o, s:f, s:o, s:o, s:o, s:o}",
                     "samskab", version_number, "targets_file", t->file, "title", t->title,
                     "scenario", t->scenario, "settings", prose_settings_json(t), "seed",
                     (json_int_t)c->seed, "fresh_seed", (json_int_t)c->fresh_seed,
                     "fresh_replicates", (json_int_t)t->fresh, "fit", fit, "fresh_loss_before",
                     c->fresh_loss_before, "fresh_loss",
                     c->fitted ? json_number_of(c->fresh_loss_after) : json_null(), "parameters",
                     parameters, "targets", list, "unmodelled", prose_unmodelled_json(t));
}

enum status calibration_print(const struct calibration *c, const struct calibrate_request *request,
                              enum calibrate_format format, FILE *out)
{
    const struct report r = {.c = c,
                             .request = request,
                             .format = format == CALIBRATE_MD ? TABLE_MD : TABLE_TEXT,
                             .prose = {.out = out, .md = format == CALIBRATE_MD}};
    enum status status = STATUS_DONE;
    if (format != CALIBRATE_JSON)
        status = print_tables(&r);
    else if (!json_print(as_json(c), out))
        status = STATUS_FAILED;
    return ferror(out) ? STATUS_FAILED : status;
}
