/* What a frontier says, for programs. */
#include <math.h>
#include <stdlib.h>

#include "analysis/frontier.h"
#include "analysis/json.h"
#include "sim/version.h"

/* --- CSV: a row for each measure of each mix -------------------------------------------------- */

/* A mix, and where its rows go. */
struct rows {
    const struct frontier *f;
    size_t mix;
    const char *name;
    struct table *t;
};

static void add_row(const struct rows *r, const char *measure, const char *outcome,
                    const char *scenario, struct measure x)
{
    table_add(r->t, "%zu", r->mix + 1);
    table_add(r->t, "%s", r->name);
    table_add(r->t, "%s", measure);
    table_add(r->t, "%s", outcome);
    table_add(r->t, "%s", scenario);
    words_exact(r->t, x.value);
    words_exact(r->t, x.low);
    words_exact(r->t, x.high);
}

static void add_single(const struct rows *r, const char *measure, double x)
{
    add_row(r, measure, "", "", (struct measure){x, NAN, NAN});
}

static void add_mix(const struct rows *r)
{
    const struct pareto *p = &r->f->pareto;
    size_t k = r->f->plan->count;
    for (size_t o = 0; o < k; o++)
        add_row(r, "mean", r->f->arms->outcomes[o].name, "", p->mean[r->mix * k + o]);
    add_single(r, "unbeaten", p->best[r->mix] ? 1 : 0);
    add_single(r, "unbeaten_share", p->share[r->mix]);
    if (p->rival[r->mix] != PARETO_NONE) {
        add_single(r, "rival", (double)(p->rival[r->mix] + 1));
        add_single(r, "rival_share", p->beaten[r->mix]);
    }
    for (size_t o = 0; o < k && r->f->scenarios > 1; o++) {
        char *scenario = frontier_scenario(r->f, p->worst[r->mix * k + o]);
        add_row(r, "regret", r->f->arms->outcomes[o].name, scenario ? scenario : "",
                p->regret[r->mix * k + o]);
        free(scenario);
    }
    if (r->f->scenarios > 1) {
        add_row(r, "regret_of_range", "", "", p->overall[r->mix]);
        add_single(r, "near_share", p->near[r->mix]);
        add_single(r, "least_regret_share", p->least[r->mix]);
    }
}

enum status frontier_csv(const struct frontier *f, FILE *out)
{
    static const char *const heads[] = {"mix",      "name",  "measure", "outcome",
                                        "scenario", "value", "low",     "high"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    for (size_t i = 0; i < f->mixes; i++) {
        char *name = frontier_mix(f, f->order[i]);
        add_mix(&(struct rows){f, f->order[i], name ? name : "", &t});
        t.failed = t.failed || !name;
        free(name);
    }
    enum status status = table_print(&t, TABLE_CSV, out);
    table_free(&t);
    return status;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *choices_as_json(const struct frontier *f, size_t mix)
{
    json_t *object = json_object();
    for (size_t k = 0; k < f->choice_count; k++) {
        const struct ensemble_column *c = f->choices[k];
        size_t arm = f->mix[mix];
        json_object_set_new(object, c->key,
                            !c->values                   ? json_string(c->texts[arm])
                            : c->type == ENSEMBLE_SWITCH ? json_boolean(c->values[arm] > 0)
                                                         : json_real(c->values[arm]));
    }
    return object;
}

static json_t *regrets_as_json(const struct frontier *f, size_t mix)
{
    json_t *list = json_array();
    size_t k = f->plan->count;
    for (size_t o = 0; o < k; o++) {
        char *scenario = frontier_scenario(f, f->pareto.worst[mix * k + o]);
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o}", "outcome", f->arms->outcomes[o].name,
                                        "scenario", scenario ? scenario : "", "regret",
                                        json_measure_of(f->pareto.regret[mix * k + o])));
        free(scenario);
    }
    return list;
}

static json_t *mix_as_json(const struct frontier *f, size_t mix)
{
    const struct pareto *p = &f->pareto;
    char *name = frontier_mix(f, mix);
    json_t *means = json_array();
    for (size_t o = 0; o < f->plan->count; o++)
        json_array_append_new(means, json_measure_of(p->mean[mix * f->plan->count + o]));
    json_t *object = json_pack(
        "{s:I, s:s, s:o, s:o, s:b, s:f, s:o, s:f}", "mix", (json_int_t)mix + 1, "name",
        name ? name : "", "choices", choices_as_json(f, mix), "means", means, "unbeaten",
        p->best[mix], "unbeaten_share", p->share[mix], "rival",
        p->rival[mix] == PARETO_NONE ? json_null() : json_integer((json_int_t)p->rival[mix] + 1),
        "rival_share", p->beaten[mix]);
    free(name);
    if (f->scenarios < 2)
        return object;
    json_object_set_new(object, "regrets", regrets_as_json(f, mix));
    json_object_set_new(object, "regret_of_range", json_measure_of(p->overall[mix]));
    json_object_set_new(object, "near_share", json_real(p->near[mix]));
    json_object_set_new(object, "least_regret_share", json_real(p->least[mix]));
    return object;
}

static json_t *objectives_as_json(const struct frontier *f)
{
    json_t *list = json_array();
    for (size_t o = 0; o < f->plan->count; o++) {
        const struct arms_outcome *x = &f->arms->outcomes[o];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b}", "outcome", x->name,
                                              "meaning", x->words, "unit", x->unit, "better",
                                              f->plan->objective[o].smaller ? "smaller" : "larger",
                                              "cost", f->plan->objective[o].cost));
    }
    return list;
}

enum status frontier_json(const struct frontier *f, const struct frontier_request *request,
                          FILE *out)
{
    json_t *mixes = json_array(), *scenarios = json_array();
    for (size_t i = 0; i < f->mixes; i++)
        json_array_append_new(mixes, mix_as_json(f, f->order[i]));
    for (size_t i = 0; i < f->scenarios; i++) {
        char *name = frontier_scenario(f, i);
        json_array_append_new(scenarios, json_string(name ? name : ""));
        free(name);
    }
    json_t *root =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:f, s:o, s:o, s:o}", "samskab",
                  version_number, "title", f->arms->ensemble->title, "first_week",
                  (json_int_t)f->arms->first, "last_week", (json_int_t)f->arms->last, "replicates",
                  (json_int_t)f->replicates, "resamples", (json_int_t)request->resamples, "seed",
                  (json_int_t)request->seed, "within_percent", f->plan->within, "objectives",
                  objectives_as_json(f), "scenarios", scenarios, "mixes", mixes);
    return json_print(root, out) ? STATUS_DONE : STATUS_FAILED;
}
