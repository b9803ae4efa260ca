/* What a sensitivity analysis says, for programs. */
#include <math.h>

#include "analysis/json.h"
#include "analysis/sensitivity.h"
#include "sim/version.h"

static const char *const verdicts[] = {"matters", "unclear", "does not matter"};

/* The indices of a column by their names, as many as the kind has. */
struct named {
    const char *name;
    struct measure value;
};

enum { INDICES = 5 };

static size_t indices_of(const struct sensitivity *s, const struct sensitivity_of *of, size_t k,
                         struct named named[INDICES])
{
    switch (s->kind) {
    case SENSITIVITY_SOBOL:
        named[0] = (struct named){"S1", of->indices.first[k]};
        named[1] = (struct named){"ST", of->indices.total[k]};
        return 2;
    case SENSITIVITY_MORRIS:
        named[0] = (struct named){"mu_star", of->effects.size[k]};
        named[1] = (struct named){"mu", of->effects.direction[k]};
        named[2] = (struct named){"sigma", of->effects.spread[k]};
        named[3] = (struct named){"weight", of->effects.weight[k]};
        named[4] = (struct named){"noise", {of->effects.noise[k], NAN, NAN}};
        return 5;
    case SENSITIVITY_LINES:
        named[0] = (struct named){"SRC", of->lines.linear[k]};
        named[1] = (struct named){"SRRC", of->lines.rank[k]};
        return 2;
    }
    return 0;
}

/* And those of the outcome as a whole. */
static size_t wholes_of(const struct sensitivity *s, const struct sensitivity_of *of,
                        struct named named[INDICES])
{
    size_t count = 0;
    named[count++] = (struct named){"chance", of->chance};
    if (s->kind == SENSITIVITY_SOBOL) {
        named[count++] = (struct named){"mean", {of->indices.mean, NAN, NAN}};
        named[count++] = (struct named){"variance", {of->indices.parameters, NAN, NAN}};
    }
    if (s->kind == SENSITIVITY_LINES) {
        named[count++] = (struct named){"R2", {of->lines.linear_fit, NAN, NAN}};
        named[count++] = (struct named){"R2_ranks", {of->lines.rank_fit, NAN, NAN}};
    }
    return count;
}

/* --- CSV -------------------------------------------------------------------------------------- */

/* What all rows of an outcome share, and where they go. */
struct rows {
    const struct sensitivity *s;
    const struct sensitivity_of *of;
    struct table *t;
};

static void add_row(const struct rows *r, const char *parameter, const char *other,
                    const struct named *x, const char *verdict)
{
    const struct arms *a = r->s->arms;
    table_add(r->t, "%s", a->outcomes[r->of->outcome].name);
    table_add(r->t, "%s", a->outcomes[r->of->outcome].unit);
    table_add(r->t, "%zu", a->first);
    table_add(r->t, "%zu", a->last);
    table_add(r->t, "%zu", r->of->blocks);
    table_add(r->t, "%zu", r->s->replicates);
    table_add(r->t, "%s", parameter);
    table_add(r->t, "%s", other);
    table_add(r->t, "%s", x->name);
    words_exact(r->t, x->value.value);
    words_exact(r->t, x->value.low);
    words_exact(r->t, x->value.high);
    table_add(r->t, "%s", verdict);
}

static void add_outcome(const struct rows *r)
{
    const struct sensitivity *s = r->s;
    struct named named[INDICES];
    for (size_t i = 0, count = wholes_of(s, r->of, named); i < count; i++)
        add_row(r, "", "", &named[i], "");
    for (size_t k = 0; k < s->column_count; k++)
        for (size_t i = 0, count = indices_of(s, r->of, k, named); i < count; i++)
            add_row(r, s->columns[k]->key, "", &named[i], verdicts[r->of->verdicts[k]]);
    for (size_t i = 0; i < s->column_count && r->of->indices.second; i++)
        for (size_t l = 0; l < i; l++) {
            const struct named both = {"S2", r->of->indices.second[indices_pair(i, l)]};
            add_row(r, s->columns[l]->key, s->columns[i]->key, &both, "");
        }
}

enum status sensitivity_csv(const struct sensitivity *s, FILE *out)
{
    static const char *const heads[] = {
        "outcome", "unit",  "first_week", "last_week", "blocks", "replicates", "parameter",
        "other",   "index", "value",      "low",       "high",   "verdict"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    for (size_t i = 0; i < s->count; i++)
        add_outcome(&(struct rows){s, &s->list[i], &t});
    enum status status = table_print(&t, TABLE_CSV, out);
    table_free(&t);
    return status;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *cautions_as_json(unsigned cautions)
{
    static const char *const names[] = {"interval holds zero", "first order above total",
                                        "interval wide", "no more than chance"};
    json_t *list = json_array();
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (cautions & 1u << i)
            json_array_append_new(list, json_string(names[i]));
    return list;
}

static json_t *column_as_json(const struct sensitivity *s, const struct sensitivity_of *of,
                              size_t k)
{
    const struct ensemble_column *c = s->columns[k];
    struct named named[INDICES];
    json_t *object = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o}", "parameter", c->key, "unit",
                               c->unit, "meaning", c->meaning, "from", json_number_of(c->lo), "to",
                               json_number_of(c->hi), "verdict", verdicts[of->verdicts[k]],
                               "cautions", cautions_as_json(of->cautions[k]));
    for (size_t i = 0, count = indices_of(s, of, k, named); i < count; i++)
        json_object_set_new(object, named[i].name, json_measure_of(named[i].value));
    return object;
}

static json_t *pairs_as_json(const struct sensitivity *s, const struct sensitivity_of *of)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->column_count; i++)
        for (size_t l = 0; l < i; l++)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:o}", "parameter", s->columns[l]->key, "other",
                                s->columns[i]->key, "S2",
                                json_measure_of(of->indices.second[indices_pair(i, l)])));
    return list;
}

static json_t *outcome_as_json(const struct sensitivity *s, const struct sensitivity_of *of)
{
    const struct arms_outcome *o = &s->arms->outcomes[of->outcome];
    struct named named[INDICES];
    json_t *parameters = json_array();
    for (size_t i = 0; i < s->column_count; i++)
        json_array_append_new(parameters, column_as_json(s, of, of->order[i]));
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:o}", "outcome", o->name, "meaning", o->words, "unit",
                  o->unit, "blocks", (json_int_t)of->blocks, "blocks_left_out",
                  (json_int_t)of->dropped, "parameters", parameters);
    for (size_t i = 0, count = wholes_of(s, of, named); i < count; i++)
        json_object_set_new(object, named[i].name, json_measure_of(named[i].value));
    if (of->indices.second)
        json_object_set_new(object, "pairs", pairs_as_json(s, of));
    return object;
}

enum status sensitivity_json(const struct sensitivity *s, const struct sensitivity_request *request,
                             FILE *out)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->count; i++)
        json_array_append_new(list, outcome_as_json(s, &s->list[i]));
    json_t *root = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:f, s:o}", "samskab", version_number,
        "title", s->arms->ensemble->title, "design", s->arms->ensemble->design.kind, "points",
        (json_int_t)s->arms->count, "replicates", (json_int_t)s->replicates, "first_week",
        (json_int_t)s->arms->first, "last_week", (json_int_t)s->arms->last, "level", MEASURE_LEVEL,
        "resamples", (json_int_t)request->resamples, "seed", (json_int_t)request->seed, "threshold",
        request->threshold, "outcomes", list);
    return json_print(root, out) ? STATUS_DONE : STATUS_FAILED;
}
