#include "analysis/report_json.h"

#include <math.h>
#include <string.h>

#include "analysis/contrast.h"
#include "analysis/series.h"

enum { MOST_RUNS = 20000 }; /* single runs that a page shows */

/* Whole numbers without a point, which is shorter. */
static json_t *number(double x)
{
    if (!isfinite(x))
        return json_null();
    return x == floor(x) && fabs(x) < 1e15 ? json_integer((json_int_t)x) : json_real(x);
}

static json_t *numbers(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, number(values[i]));
    return list;
}

static json_t *spread(const struct report_spread *s)
{
    return numbers((const double[]){s->mean, s->low, s->high}, 3);
}

/* --- cells ------------------------------------------------------------------------------------ */

static json_t *cell_as_json(const struct report_data *d, size_t arm, size_t area, size_t outcome)
{
    const struct report_cell *cell = report_cell(d, arm, area, outcome);
    struct report_figure start = report_figure(cell->start, d->arms[arm].replicates),
                         end = report_figure(cell->end, d->arms[arm].replicates);
    if (end.runs == 0)
        return json_null();
    if (!d->compared)
        return numbers((const double[]){end.mean, end.half}, 2);
    return numbers(
        (const double[]){start.mean, start.low, start.high, end.mean, end.low, end.high, end.half},
        7);
}

static json_t *runs_as_json(const struct report_data *d, size_t arm, size_t area, size_t outcome)
{
    return numbers(report_cell(d, arm, area, outcome)->end, d->arms[arm].replicates);
}

/* Points at which nothing is known are left out; "at" then says which are there. */
static json_t *path_as_json(const struct report_data *d, size_t arm, size_t area, size_t outcome)
{
    const struct report_cell *cell = report_cell(d, arm, area, outcome);
    json_t *at = json_array(), *mean = json_array(), *low = json_array(), *high = json_array();
    for (size_t i = 0; cell->mean && i < d->points; i++) {
        if (isnan(cell->mean[i]))
            continue;
        json_array_append_new(at, json_integer((json_int_t)i));
        json_array_append_new(mean, number(cell->mean[i]));
        json_array_append_new(low, number(cell->low[i]));
        json_array_append_new(high, number(cell->high[i]));
    }
    bool whole = json_array_size(at) == d->points;
    json_t *path = json_pack("{s:o, s:o, s:o}", "m", mean, "l", low, "h", high);
    if (!whole)
        json_object_set(path, "at", at);
    json_decref(at);
    return path;
}

static json_t *difference_as_json(const struct report_data *d, size_t arm, size_t area,
                                  size_t outcome)
{
    struct contrast c;
    if (arm == d->baseline || !report_difference(d, arm, area, outcome, &c))
        return json_null();
    return numbers((const double[]){c.difference, c.low, c.high, c.superiority}, 4);
}

/* One value a cell, as [arm][area][outcome]. */
static json_t *all_cells(const struct report_data *d,
                         json_t *(*make)(const struct report_data *d, size_t arm, size_t area,
                                         size_t outcome))
{
    json_t *arms = json_array();
    for (size_t i = 0; i < d->arm_count; i++) {
        json_t *areas = json_array();
        for (size_t area = 0; area < d->areas; area++) {
            json_t *outcomes = json_array();
            for (size_t k = 0; k < d->outcome_count; k++)
                json_array_append_new(outcomes, make(d, i, area, k));
            json_array_append_new(areas, outcomes);
        }
        json_array_append_new(arms, areas);
    }
    return arms;
}

/* --- lists ------------------------------------------------------------------------------------ */

static json_t *areas_as_json(const struct report_data *d, enum report_language language)
{
    json_t *areas = json_array();
    json_array_append_new(
        areas,
        json_string(d->place_count == 1 ? d->places[0] : report_word(language, WORD_all_places)));
    for (size_t i = 1; i < d->areas; i++)
        json_array_append_new(areas, json_string(d->places[i - 1]));
    return areas;
}

static json_t *arms_as_json(const struct report_data *d)
{
    json_t *arms = json_array();
    for (size_t i = 0; i < d->arm_count; i++)
        json_array_append_new(arms, json_pack("{s:s, s:I}", "name", d->arms[i].name, "runs",
                                              (json_int_t)d->arms[i].replicates));
    return arms;
}

static json_t *outcomes_as_json(const struct report_data *d, enum report_language language)
{
    static const char *const kinds[] = {"amount", "share", "score"};
    json_t *list = json_array();
    for (size_t k = 0; k < d->outcome_count; k++) {
        const struct report_outcome *o = &d->outcomes[k];
        const struct observable *of = &d->model->observables[o->observable];
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:o}", "name", of->name, "label",
                      o->label->words[language], "unit", report_unit(language, of->unit), "kind",
                      kinds[o->label->kind], "people", strcmp(of->unit, "persons") == 0, "sums",
                      series_adds_up(of), "lo", number(of->lo), "hi", number(of->hi)));
    }
    return list;
}

static json_t *factors_as_json(const struct report_data *d, enum report_language language)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->factor_count; i++) {
        const struct report_factor *f = &d->factors[i];
        json_t *values = json_array();
        for (size_t k = 0; k < d->arm_count; k++)
            json_array_append_new(values,
                                  f->texts ? json_string(f->texts[k]) : number(f->values[k]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:o}", "key", f->key, "label",
                                              report_factor(language, f->key), "unit",
                                              report_unit(language, f->unit), "named",
                                              f->texts != NULL, "values", values));
    }
    return list;
}

/* --- people ----------------------------------------------------------------------------------- */

static json_t *sites_as_json(const struct report_agents *a)
{
    json_t *sites = json_array();
    for (size_t i = 0; i < a->site_count; i++) {
        const struct report_site *s = &a->sites[i];
        json_array_append_new(sites,
                              json_pack("[I, I, I, o, o, o]", (json_int_t)s->site + 1,
                                        (json_int_t)s->people, (json_int_t)s->direct,
                                        number(s->burnout), number(s->trust), number(s->hours)));
    }
    return sites;
}

static json_t *agents_as_json(const struct report_agents *a)
{
    if (!a->stored)
        return json_null();
    json_t *lorenz = json_array(), *groups = json_array(), *links = json_array();
    for (size_t i = 0; i < REPORT_LORENZ; i++)
        json_array_append_new(lorenz, spread(&a->lorenz[i]));
    for (size_t i = 0; i < REPORT_GROUPS; i++)
        json_array_append_new(groups,
                              json_pack("[o, o, o, o]", spread(&a->groups[i].hours),
                                        spread(&a->groups[i].burnout), spread(&a->groups[i].later),
                                        spread(&a->groups[i].left)));
    for (size_t i = 0; i < a->link_count; i++)
        json_array_append_new(links, json_pack("[I, I, I]", (json_int_t)a->links[i].association + 1,
                                               (json_int_t)a->links[i].site,
                                               (json_int_t)a->links[i].people));
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:o}", "lorenz", lorenz, "groups", groups,
                     "lag", (json_int_t)a->lag, "week", (json_int_t)a->week, "site_total",
                     (json_int_t)a->site_total, "sites", sites_as_json(a), "links", links);
}

static json_t *all_agents(const struct report_data *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->arm_count; i++)
        json_array_append_new(list, agents_as_json(&d->arms[i].agents));
    return list;
}

static json_t *words_as_json(enum report_language language)
{
    json_t *words = json_object();
    for (unsigned i = 0; i < REPORT_WORDS; i++)
        json_object_set_new(words, report_word_name((enum report_word)i),
                            json_string(report_word(language, (enum report_word)i)));
    return words;
}

static json_t *indices_as_json(const struct report_data *d)
{
    json_t *list = json_array();
    for (size_t k = 0; k < d->outcome_count; k++) {
        json_t *of = json_array();
        for (size_t i = 0; i < d->factor_count; i++) {
            const struct report_index *x = &d->indices[k * d->factor_count + i];
            if (isfinite(x->share))
                json_array_append_new(
                    of,
                    numbers((const double[]){(double)x->factor, x->first, x->first_low,
                                             x->first_high, x->share, x->share_low, x->share_high},
                            7));
        }
        json_array_append_new(list, of);
    }
    return list;
}

/* --- places ----------------------------------------------------------------------------------- */

/* Where they lie and how many live there, and [arm][outcome][place]. */
static json_t *places_as_json(const struct report_data *d)
{
    if (!d->where || !d->arms[0].cells[0].places)
        return json_null();
    json_t *names = json_array(), *where = json_array(), *values = json_array();
    for (size_t i = 0; i < d->place_count; i++) {
        const struct report_place *p = &d->where[i];
        json_array_append_new(names, json_string(d->places[i]));
        json_array_append_new(where, numbers((const double[]){p->x_km, p->y_km, p->persons}, 3));
    }
    for (size_t arm = 0; arm < d->arm_count; arm++) {
        json_t *outcomes = json_array();
        for (size_t k = 0; k < d->outcome_count; k++)
            json_array_append_new(outcomes,
                                  numbers(report_cell(d, arm, 0, k)->places, d->place_count));
        json_array_append_new(values, outcomes);
    }
    return json_pack("{s:o, s:o, s:o}", "names", names, "where", where, "values", values);
}

/* --- all -------------------------------------------------------------------------------------- */

static size_t count_runs(const struct report_data *d)
{
    size_t runs = 0;
    for (size_t i = 0; i < d->arm_count; i++)
        runs += d->arms[i].replicates * d->areas * d->outcome_count;
    return runs;
}

json_t *report_as_json(const struct report_data *d, enum report_language language)
{
    json_t *root =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "language", report_language_code(language),
                  "kind", d->kind, "weeks", (json_int_t)d->weeks, "window", (json_int_t)d->window,
                  "stride", (json_int_t)d->stride, "points", (json_int_t)d->points, "baseline",
                  (json_int_t)d->baseline);
    if (!root)
        return NULL;
    json_object_set_new(root, "areas", areas_as_json(d, language));
    json_object_set_new(root, "arms", arms_as_json(d));
    json_object_set_new(root, "outcomes", outcomes_as_json(d, language));
    json_object_set_new(root, "factors", factors_as_json(d, language));
    json_object_set_new(root, "cells", all_cells(d, cell_as_json));
    json_object_set_new(root, "runs",
                        d->compared && count_runs(d) <= MOST_RUNS ? all_cells(d, runs_as_json)
                                                                  : json_null());
    json_object_set_new(root, "paths", d->compared ? all_cells(d, path_as_json) : json_null());
    json_object_set_new(root, "differences",
                        d->compared && d->arm_count > 1 ? all_cells(d, difference_as_json)
                                                        : json_null());
    json_object_set_new(root, "indices", d->indices ? indices_as_json(d) : json_null());
    json_object_set_new(root, "agents", all_agents(d));
    json_object_set_new(root, "places", places_as_json(d));
    json_object_set_new(root, "words", words_as_json(language));
    return root;
}
