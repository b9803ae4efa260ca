/* What a posterior says: tables for people, JSON for programs. */
#include <math.h>
#include <string.h>

#include "analysis/json.h"
#include "analysis/posterior.h"
#include "analysis/prose.h"
#include "sim/table.h"
#include "sim/version.h"

static const double few = 50;             /* draws of equal weight, for a 95 % interval */
static const double seldom_within = 0.05; /* share of replicates */

struct report {
    const struct posterior *p;
    const struct calibrate_request *request;
    enum table_format format;
    struct prose prose;
};

/* --- words ------------------------------------------------------------------------------------ */

static const struct param *param_of(const struct posterior *p, size_t k)
{
    return &p->targets->model->params.rows[p->targets->free[k].param];
}

static double last_distance(const struct posterior *p)
{
    return p->generations[p->generation_count - 1].distance;
}

static const char *const ends[] = {
    [POSTERIOR_REACHED] = "the distance that was asked for is reached",
    [POSTERIOR_RARE] = "fewer than one trial in a hundred was near enough",
    [POSTERIOR_STUCK] = "distances no longer fell",
    [POSTERIOR_SPENT] = "the trials were spent",
};

static const char *const end_names[] = {
    [POSTERIOR_REACHED] = "reached",
    [POSTERIOR_RARE] = "rare",
    [POSTERIOR_STUCK] = "stuck",
    [POSTERIOR_SPENT] = "spent",
};

static void add_number(struct table *t, double x)
{
    char text[PROSE_TEXT];
    table_add(t, "%s", prose_number(x, text));
}

static void add_interval(struct table *t, double lo, double hi)
{
    char a[PROSE_TEXT], b[PROSE_TEXT];
    table_add(t, "[%s, %s]", prose_number(lo, a), prose_number(hi, b));
}

/* --- parts ------------------------------------------------------------------------------------ */

static void print_head(const struct report *r)
{
    const struct posterior *p = r->p;
    const struct targets *t = p->targets;
    char title[PROSE_LINE], command[PROSE_LINE], text[PROSE_TEXT];
    prose_quote(t->title ? t->title : "Calibration", title, sizeof title);
    fprintf(r->prose.out, r->prose.md ? "# %s: posterior\n\n" : "%s: posterior\n", title);
    if (r->prose.md && r->request->command)
        fprintf(r->prose.out, "Written by `%s`, samskab %s%s%s.\n\n",
                prose_quote(r->request->command, command, sizeof command), version_number,
                *version_commit ? " " : "", version_commit);
    fprintf(
        r->prose.out,
        "%zu draws of %zu parameter%s, which tell as much as %.0f of equal weight, given %zu "
        "target%s of %s:\n%zu trials of %zu replicates in %zu generations. The draws lie within "
        "%s tolerances of the targets (root mean\nsquare); it ended because %s.\n",
        p->count, t->free_count, prose_plural(t->free_count), posterior_effective(p), t->count,
        prose_plural(t->count), t->file, p->trials, t->replicates, p->generation_count,
        prose_number(last_distance(p), text), ends[p->end]);
}

static enum status print_parameters(const struct report *r)
{
    static const char *const heads[] = {"parameter",     "symbol",      "unit",
                                        "default",       "prior",       "mean",
                                        "95 % interval", "narrower by", "like the prior"};
    const struct posterior *p = r->p;
    struct table t;
    prose_heading(&r->prose, "Parameters");
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.right[3] = t.right[5] = t.right[7] = true;
    for (size_t k = 0; k < p->targets->free_count; k++) {
        const struct free_parameter *f = &p->targets->free[k];
        const struct learnt *l = &p->learnt[k];
        char before[PROSE_TEXT], lo[PROSE_TEXT], hi[PROSE_TEXT];
        param_format(param_of(p, k), f->standard, before, sizeof before);
        param_format(param_of(p, k), f->lo, lo, sizeof lo);
        param_format(param_of(p, k), f->hi, hi, sizeof hi);
        table_add(&t, "%s", param_of(p, k)->key);
        table_add(&t, "%s", param_of(p, k)->symbol);
        table_add(&t, "%s", param_of(p, k)->unit);
        table_add(&t, "%s", before);
        table_add(&t, "[%s, %s]%s", lo, hi, f->log ? " log" : "");
        add_number(&t, l->mean);
        add_interval(&t, l->lo, l->hi);
        table_add(&t, "%.0f %%", 100 * l->contraction);
        table_add(&t, "%s", l->alike ? "yes" : "no");
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    return status;
}

static void print_alike(const struct report *r, size_t k)
{
    const struct learnt *l = &r->p->learnt[k];
    char a[PROSE_TEXT], b[PROSE_TEXT];
    fprintf(r->prose.out,
            "%s%s: posterior and prior are alike (interval narrower by %.0f %%; greatest distance "
            "of their distributions %s, which chance exceeds with probability %s). The targets say "
            "little of it%s: do not read its draws as measured.\n",
            prose_item(&r->prose), param_of(r->p, k)->key, 100 * l->contraction,
            prose_number(l->distance, a), prose_number(l->chance, b),
            r->p->end == POSTERIOR_REACHED ? "" : ", or too few trials were made");
}

static size_t count_alike(const struct posterior *p)
{
    size_t alike = 0;
    for (size_t k = 0; k < p->targets->free_count; k++)
        alike += p->learnt[k].alike;
    return alike;
}

static void print_warnings(const struct report *r)
{
    const struct posterior *p = r->p;
    char a[PROSE_TEXT], b[PROSE_TEXT];
    bool short_of = p->end != POSTERIOR_REACHED, thin = posterior_effective(p) < few;
    if (count_alike(p) == 0 && !short_of && !thin)
        return;
    prose_heading(&r->prose, "Warnings");
    for (size_t k = 0; k < p->targets->free_count; k++)
        if (p->learnt[k].alike)
            print_alike(r, k);
    if (short_of)
        fprintf(r->prose.out,
                "%sThe draws lie within %s tolerances, not within the %s that were asked for: %s. "
                "Either targets contradict each other or the model, or more trials are needed.\n",
                prose_item(&r->prose), prose_number(last_distance(p), a),
                prose_number(p->targets->distance, b), ends[p->end]);
    if (thin)
        fprintf(r->prose.out,
                "%sThe draws tell no more than %.0f of equal weight: intervals are rough. Ask for "
                "more with --draws.\n",
                prose_item(&r->prose), posterior_effective(p));
}

static enum status print_correlations(const struct report *r)
{
    const struct posterior *p = r->p;
    size_t count = p->targets->free_count;
    char numbers[TARGETS_FREE][8];
    const char *heads[TARGETS_FREE + 1] = {"parameter"};
    struct table t;
    if (count < 2)
        return STATUS_DONE;
    prose_heading(&r->prose, "Correlations of draws");
    for (size_t k = 0; k < count; k++) {
        snprintf(numbers[k], sizeof numbers[k], "%u", (unsigned)(k + 1) % 1000);
        heads[k + 1] = numbers[k];
    }
    table_init(&t, count + 1, heads);
    for (size_t i = 0; i < count; i++) {
        t.right[i + 1] = true;
        table_add(&t, "%zu  %s", i + 1, param_of(p, i)->key);
        for (size_t k = 0; k < count; k++)
            if (i == k)
                table_add(&t, "1");
            else
                table_add(&t, "%+.2f", p->correlation[i][k]);
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    return status;
}

static enum status print_predictions(const struct report *r)
{
    static const char *const heads[] = {"no",        "target",    "source",       "unit",  "value",
                                        "tolerance", "simulated", "95 % of runs", "within"};
    const struct posterior *p = r->p;
    struct table t;
    char text[PROSE_LINE];
    size_t missed = 0;
    prose_heading(&r->prose, "Posterior predictive check");
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.right[0] = t.right[4] = t.right[5] = t.right[6] = t.right[8] = true;
    t.wrapped = 1;
    for (size_t k = 0; k < p->targets->count; k++) {
        const struct objective *o = &p->targets->list[k];
        const struct predicted *predicted = &p->predicted[k];
        missed += predicted->within < seldom_within;
        table_add(&t, "%zu", k + 1);
        table_add(&t, "%s", prose_quote(o->name, text, sizeof text));
        table_add(&t, "%s", prose_quote(o->source, text, sizeof text));
        table_add(&t, "%s", prose_quote(o->unit, text, sizeof text));
        add_number(&t, o->value);
        add_number(&t, o->tolerance);
        add_number(&t, predicted->mean);
        add_interval(&t, predicted->lo, predicted->hi);
        table_add(&t, "%.0f %%%s", 100 * predicted->within,
                  predicted->within < seldom_within ? " !" : "  ");
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    fprintf(
        r->prose.out,
        "\n%zu runs: one fresh replicate for each of %zu draws, taken by weight. Within: share of "
        "them within the tolerance.\n",
        p->count, p->count);
    if (missed > 0)
        fprintf(r->prose.out,
                "!: in fewer than one run of twenty: the draws do not meet %s together with the "
                "others.\n",
                missed == 1 ? "this one" : "these");
    return status;
}

static enum status print_generations(const struct report *r)
{
    static const char *const heads[] = {"generation", "within", "trials", "near enough",
                                        "effective draws"};
    const struct posterior *p = r->p;
    struct table t;
    prose_heading(&r->prose, "How it went");
    table_init(&t, sizeof heads / sizeof *heads, heads);
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        t.right[k] = true;
    for (size_t k = 0; k < p->generation_count; k++) {
        const struct generation *g = &p->generations[k];
        table_add(&t, "%zu", k + 1);
        if (isfinite(g->distance))
            add_number(&t, g->distance);
        else
            table_add(&t, "(prior)");
        table_add(&t, "%zu", g->trials);
        table_add(&t, "%.0f %%", 100 * (double)p->count / (double)g->trials);
        table_add(&t, "%.0f", g->effective);
    }
    enum status status = table_print(&t, r->format, r->prose.out);
    table_free(&t);
    return status;
}

static void print_assumed(const struct report *r)
{
    const struct posterior *p = r->p;
    const char *item = prose_item(&r->prose);
    char text[PROSE_LINE];
    prose_heading(&r->prose, "What is assumed");
    prose_scenario(&r->prose, p->targets);
    fprintf(r->prose.out,
            "%sPriors are even over the ranges (log: over their logarithms), independent, and "
            "nothing where a rule between parameters is broken. Parameters that are not listed "
            "kept their values.\n"
            "%sTolerances are judgements about the sources; they weigh the targets and decide how "
            "wide the posterior is.\n"
            "%sApproximate: a draw is kept when the mean of its replicates lies near the targets, "
            "not by a likelihood. Seed %llu.\n",
            item, item, item, (unsigned long long)p->seed);
    if (p->targets->assumed)
        fprintf(r->prose.out, "%s%s\n", item, prose_quote(p->targets->assumed, text, sizeof text));
}

static enum status print_tables(const struct report *r)
{
    print_head(r);
    enum status status = print_parameters(r);
    print_warnings(r);
    if (status == STATUS_DONE)
        status = print_correlations(r);
    if (status == STATUS_DONE)
        status = print_predictions(r);
    if (status == STATUS_DONE)
        status = print_generations(r);
    prose_readings(&r->prose, r->p->targets);
    prose_unmodelled(&r->prose, r->p->targets);
    print_assumed(r);
    return status;
}

/* --- for programs ----------------------------------------------------------------------------- */

static json_t *parameter_as_json(const struct posterior *p, size_t k)
{
    const struct free_parameter *f = &p->targets->free[k];
    const struct param *param = param_of(p, k);
    const struct learnt *l = &p->learnt[k];
    json_t *correlations = json_object();
    for (size_t i = 0; i < p->targets->free_count; i++)
        if (i != k)
            json_object_set_new(correlations, param_of(p, i)->key,
                                json_number_of(p->correlation[k][i]));
    return json_pack(
        "{s:s, s:s, s:f, s:[f, f], s:s, s:o, s:o, s:o, s:[o, o], s:[o, o], s:o, s:o, "
        "s:o, s:b, s:o}",
        "key", param->key, "unit", param->unit, "default", f->standard, "range", f->lo, f->hi,
        "scale", f->log ? "log" : "linear", "mean", json_number_of(l->mean), "standard_deviation",
        json_number_of(l->deviation), "median", json_number_of(l->median), "interval",
        json_number_of(l->lo), json_number_of(l->hi), "prior_interval", json_number_of(l->prior_lo),
        json_number_of(l->prior_hi), "contraction", json_number_of(l->contraction),
        "kolmogorov_distance", json_number_of(l->distance), "kolmogorov_probability",
        json_number_of(l->chance), "like_the_prior", l->alike, "correlations", correlations);
}

static json_t *target_as_json(const struct posterior *p, size_t k)
{
    const struct objective *o = &p->targets->list[k];
    const struct predicted *predicted = &p->predicted[k];
    return json_pack("{s:s, s:s, s:i, s:s?, s:s, s:f, s:f, s:o, s:[o, o], s:o, s:s?}", "name",
                     o->name, "outcome", o->expression, "last_weeks", (int)o->last, "unit", o->unit,
                     "source", o->source, "value", o->value, "tolerance", o->tolerance, "mean",
                     json_number_of(predicted->mean), "interval", json_number_of(predicted->lo),
                     json_number_of(predicted->hi), "within", json_number_of(predicted->within),
                     "comment", o->comment);
}

static json_t *generation_as_json(const struct generation *g)
{
    return json_pack("{s:o, s:I, s:o}", "distance", json_number_of(g->distance), "trials",
                     (json_int_t)g->trials, "effective_draws", json_number_of(g->effective));
}

static json_t *as_json(const struct posterior *p)
{
    const struct targets *t = p->targets;
    json_t *parameters = json_array(), *list = json_array(), *generations = json_array();
    for (size_t k = 0; k < t->free_count; k++)
        json_array_append_new(parameters, parameter_as_json(p, k));
    for (size_t k = 0; k < t->count; k++)
        json_array_append_new(list, target_as_json(p, k));
    for (size_t k = 0; k < p->generation_count; k++)
        json_array_append_new(generations, generation_as_json(&p->generations[k]));
    return json_pack(
        "{s:s, s:s, s:s?, s:s?, s:o, s:I, s:I, s:o, s:I, s:I, s:o, s:f, s:s, s:o, s:o, "
        "s:o, s:o}",
        "samskab", version_number, "targets_file", t->file, "title", t->title, "scenario",
        t->scenario, "settings", prose_settings_json(t), "seed", (json_int_t)p->seed, "draws",
        (json_int_t)p->count, "effective_draws", json_number_of(posterior_effective(p)), "trials",
        (json_int_t)p->trials, "replicates", (json_int_t)t->replicates, "distance",
        json_number_of(last_distance(p)), "distance_asked", t->distance, "ended", end_names[p->end],
        "parameters", parameters, "targets", list, "generations", generations, "unmodelled",
        prose_unmodelled_json(t));
}

enum status posterior_print(const struct posterior *p, const struct calibrate_request *request,
                            enum calibrate_format format, FILE *out)
{
    const struct report r = {.p = p,
                             .request = request,
                             .format = format == CALIBRATE_MD ? TABLE_MD : TABLE_TEXT,
                             .prose = {.out = out, .md = format == CALIBRATE_MD}};
    enum status status = STATUS_DONE;
    if (format != CALIBRATE_JSON)
        status = print_tables(&r);
    else if (!json_print(as_json(p), out))
        status = STATUS_FAILED;
    return ferror(out) ? STATUS_FAILED : status;
}
