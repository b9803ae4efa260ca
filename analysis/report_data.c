#include "analysis/report_data.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/contrast.h"
#include "analysis/series.h"
#include "sim/scenario.h"

enum { YEAR = 52 };

/* --- figures ---------------------------------------------------------------------------------- */

size_t report_find(const struct report_data *d, const char *series)
{
    size_t k = 0;
    while (k < d->outcome_count && strcmp(d->outcomes[k].label->series, series) != 0)
        k++;
    return k;
}

/* Sorts what is known of `values` into `known`; how many those are. */
static size_t sort_known(const double *values, size_t count, double *known)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            known[length++] = values[i];
    gsl_sort(known, 1, length);
    return length;
}

struct report_figure report_figure(const double *values, size_t replicates)
{
    struct report_figure f = {.mean = NAN, .low = NAN, .high = NAN, .half = NAN};
    double *known = malloc((replicates + 1) * sizeof *known);
    if (!known)
        return f;
    f.runs = sort_known(values, replicates, known);
    if (f.runs > 0) {
        f.mean = gsl_stats_mean(known, 1, f.runs);
        f.low = gsl_stats_quantile_from_sorted_data(known, 1, f.runs, 0.05);
        f.high = gsl_stats_quantile_from_sorted_data(known, 1, f.runs, 0.95);
    }
    if (f.runs > 1)
        f.half = gsl_cdf_tdist_Pinv(0.975, (double)(f.runs - 1)) * gsl_stats_sd(known, 1, f.runs) /
                 sqrt((double)f.runs);
    free(known);
    return f;
}

bool report_paired(const struct report_data *d, size_t arm, size_t base)
{
    return d->arms[arm].seed == d->arms[base].seed &&
           d->arms[arm].replicates == d->arms[base].replicates;
}

bool report_difference(const struct report_data *d, size_t arm, size_t area, size_t outcome,
                       struct contrast *c)
{
    const struct report_arm *x = &d->arms[arm], *y = &d->arms[d->baseline];
    const double *of_arm = report_cell(d, arm, area, outcome)->end;
    const double *of_base = report_cell(d, d->baseline, area, outcome)->end;
    double *values = malloc((x->replicates + y->replicates) * sizeof *values);
    if (!values)
        return false;
    struct contrast_data data = {.arm = values,
                                 .base = values + x->replicates,
                                 .paired = report_paired(d, arm, d->baseline)};
    double *base = values + x->replicates;
    for (size_t i = 0; i < x->replicates; i++)
        if (!isnan(of_arm[i]) && !(data.paired && isnan(of_base[i])))
            values[data.arm_count++] = of_arm[i];
    for (size_t i = 0; i < y->replicates; i++)
        if (!isnan(of_base[i]) && !(data.paired && isnan(of_arm[i])))
            base[data.base_count++] = of_base[i];
    bool good = data.arm_count > 0 && data.base_count > 0;
    if (good)
        contrast_make(c, &data);
    free(values);
    return good;
}

/* --- reduction -------------------------------------------------------------------------------- */

/* The week of one run: of a place, or of all together (area 0 where there are several). */
static double week_value(const struct report_data *d, size_t outcome, size_t area,
                         const float *places)
{
    const struct observable *o = &d->model->observables[d->outcomes[outcome].observable];
    return area == 0 ? series_together(o, places, d->place_count) : (double)places[area - 1];
}

/* Mean of what is known in the weeks [first, end). */
static double window_mean(const double *weeks, size_t first, size_t end)
{
    double sum = 0;
    size_t count = 0;
    for (size_t week = first; week < end; week++)
        if (!isnan(weeks[week])) {
            sum += weeks[week];
            count++;
        }
    return count > 0 ? sum / (double)count : NAN;
}

/* Percentiles over runs at each point of time; `points` is [point][replicate]. */
static void take_path(const struct report_data *d, struct report_cell *cell, const double *points,
                      size_t replicates)
{
    for (size_t i = 0; i < d->points && cell->mean; i++) {
        struct report_figure f = report_figure(points + i * replicates, replicates);
        cell->mean[i] = f.mean;
        cell->low[i] = f.low;
        cell->high[i] = f.high;
    }
}

/* Each place at the end, in the mean of the runs. */
static void take_places(const struct report_data *d, struct report_cell *cell, const float *series,
                        size_t replicates, double *weeks)
{
    for (size_t place = 0; cell->places && place < d->place_count; place++) {
        double sum = 0, runs = 0;
        for (size_t r = 0; r < replicates; r++) {
            for (size_t week = 0; week < d->weeks; week++)
                weeks[week] = (double)series[(r * d->weeks + week) * d->place_count + place];
            double end = window_mean(weeks, d->weeks - d->window, d->weeks);
            sum += isnan(end) ? 0 : end;
            runs += !isnan(end);
        }
        cell->places[place] = runs > 0 ? sum / runs : NAN;
    }
}

/* All that is made of one outcome in one arm, from its series [replicate][week][place]. */
enum status report_data_take(struct report_data *d, size_t arm, size_t outcome, const float *series,
                             struct error *e)
{
    size_t replicates = d->arms[arm].replicates;
    errno = 0;
    double *weeks = malloc(d->weeks * sizeof *weeks);
    double *points = malloc(d->points * replicates * sizeof *points);
    for (size_t area = 0; weeks && points && area < d->areas; area++) {
        struct report_cell *cell = &d->arms[arm].cells[area * d->outcome_count + outcome];
        for (size_t r = 0; r < replicates; r++) {
            for (size_t week = 0; week < d->weeks; week++)
                weeks[week] =
                    week_value(d, outcome, area, series + (r * d->weeks + week) * d->place_count);
            cell->start[r] = window_mean(weeks, 0, d->window);
            cell->end[r] = window_mean(weeks, d->weeks - d->window, d->weeks);
            for (size_t i = 0; i < d->points; i++) {
                size_t first = i * d->stride, end = first + d->stride;
                points[i * replicates + r] =
                    window_mean(weeks, first, end < d->weeks ? end : d->weeks);
            }
        }
        take_path(d, cell, points, replicates);
        take_places(d, cell, series, replicates, weeks);
    }
    bool good = weeks && points && errno != ENOMEM; /* no figure for want of memory */
    free(weeks);
    free(points);
    return good ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
}

/* --- sizes ------------------------------------------------------------------------------------ */

static void set_times(struct report_data *d)
{
    static const size_t strides[] = {1, 2, 4, 13, 26, 52};
    size_t paths = d->outcome_count * d->areas * d->arm_count * 3;
    d->window = d->weeks >= 2 * YEAR ? YEAR : (d->weeks + 1) / 2;
    for (size_t i = 0; i < sizeof strides / sizeof *strides; i++) {
        d->stride = strides[i];
        d->points = (d->weeks + d->stride - 1) / d->stride;
        if (paths * d->points <= REPORT_NUMBERS)
            return;
    }
}

enum status report_data_begin(struct report_data *d, const struct report_shape *shape,
                              struct error *e)
{
    bool named = strcmp(d->kind, "arms") == 0;
    d->compared = d->arm_count <= (named ? REPORT_NAMED : REPORT_ARMS);
    d->place_count = shape->places;
    d->areas =
        shape->places == 1 || shape->places > REPORT_PLACES || !d->compared ? 1 : shape->places + 1;
    d->places = calloc(shape->places, sizeof *d->places);
    d->outcomes = calloc(report_label_count, sizeof *d->outcomes);
    bool good = d->places && d->outcomes;
    for (size_t i = 0; good && i < shape->places; i++)
        good = (d->places[i] = strdup(shape->place_names[i])) != NULL;
    for (size_t i = 0; good && i < report_label_count; i++) {
        const struct report_label *label = &report_labels[i];
        size_t k = series_find(d->model, label->series, strlen(label->series));
        bool fits = label->leads || d->arm_count * report_label_count <= REPORT_FIGURES;
        if (fits && k < d->model->observable_count && shape->has(shape->file, label->series))
            d->outcomes[d->outcome_count++] =
                (struct report_outcome){.observable = k, .label = label};
    }
    if (good)
        set_times(d);
    return good ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
}

/* Of all places together, as long as a page can take them all. */
static bool shows_places(const struct report_data *d, size_t area)
{
    return area == 0 && d->compared && d->place_count > 1 &&
           d->arm_count * d->outcome_count * d->place_count <= REPORT_NUMBERS;
}

static bool cell_init(struct report_cell *c, size_t replicates, size_t points, size_t places)
{
    if (places > 0 && !(c->places = calloc(places, sizeof *c->places)))
        return false;
    c->start = malloc(replicates * sizeof *c->start);
    c->end = malloc(replicates * sizeof *c->end);
    for (size_t r = 0; c->start && c->end && r < replicates; r++)
        c->start[r] = c->end[r] = NAN;
    if (points == 0)
        return c->start && c->end;
    c->mean = calloc(points, sizeof *c->mean);
    c->low = calloc(points, sizeof *c->low);
    c->high = calloc(points, sizeof *c->high);
    return c->start && c->end && c->mean && c->low && c->high;
}

enum status report_data_arm(const struct report_data *d, struct report_arm *arm, struct error *e)
{
    size_t count = d->areas * d->outcome_count;
    bool good = (arm->cells = calloc(count + 1, sizeof *arm->cells)) != NULL;
    for (size_t i = 0; good && i < count; i++)
        good = cell_init(&arm->cells[i], arm->replicates, d->compared ? d->points : 0,
                         shows_places(d, i / d->outcome_count) ? d->place_count : 0);
    return good ? STATUS_DONE : error_add(e, STATUS_FAILED, "out of memory");
}

/* Where the places lie, told by the first scenario that knows. */
static bool locate(struct report_data *d, const struct scenario *s)
{
    if (!d->model->locate || d->where || s->place_count != d->place_count)
        return true;
    d->where = calloc(d->place_count, sizeof *d->where);
    for (size_t i = 0; d->where && i < d->place_count; i++)
        d->model->locate(s, i, &d->where[i].x_km, &d->where[i].y_km, &d->where[i].persons);
    return d->where != NULL;
}

bool report_data_scenario(struct report_data *d, struct report_arm *arm, const struct scenario *s)
{
    size_t size = d->model->params.count * sizeof *arm->values;
    arm->seed = (uint64_t)s->values[d->model->seed_param];
    arm->values = malloc(size);
    if (arm->values)
        memcpy(arm->values, s->place_count > 0 ? s->places[0].values : s->values, size);
    return arm->values && locate(d, s);
}

/* --- after reading ---------------------------------------------------------------------------- */

/* Outcomes of which nothing is known anywhere are left out. */
static bool is_known(const struct report_data *d, size_t outcome)
{
    for (size_t arm = 0; arm < d->arm_count; arm++)
        for (size_t r = 0; r < d->arms[arm].replicates; r++)
            if (!isnan(report_cell(d, arm, 0, outcome)->end[r]))
                return true;
    return false;
}

static void free_cell(struct report_cell *c)
{
    free(c->start);
    free(c->end);
    free(c->mean);
    free(c->low);
    free(c->high);
    free(c->places);
    memset(c, 0, sizeof *c);
}

void report_data_drop_unknown(struct report_data *d)
{
    size_t kept = 0, before = d->outcome_count;
    for (size_t k = 0; k < before; k++) {
        bool known = is_known(d, k);
        for (size_t arm = 0; arm < d->arm_count; arm++)
            for (size_t area = 0; area < d->areas; area++) {
                struct report_cell *cells = d->arms[arm].cells + area * before;
                if (!known)
                    free_cell(&cells[k]);
                else if (kept < k) {
                    cells[kept] = cells[k];
                    memset(&cells[k], 0, sizeof cells[k]);
                }
            }
        if (known)
            d->outcomes[kept++] = d->outcomes[k];
    }
    for (size_t arm = 0; arm < d->arm_count; arm++)
        for (size_t area = 1; area < d->areas; area++)
            for (size_t k = 0; k < kept; k++)
                d->arms[arm].cells[area * kept + k] = d->arms[arm].cells[area * before + k];
    d->outcome_count = kept;
}

static void arm_free(struct report_data *d, struct report_arm *arm)
{
    for (size_t i = 0; arm->cells && i < d->areas * d->outcome_count; i++)
        free_cell(&arm->cells[i]);
    report_agents_free(&arm->agents);
    free(arm->cells);
    free(arm->values);
    free(arm->name);
    free(arm->path);
    free(arm->digest);
    free(arm->command);
    free(arm->source);
}

static void factor_free(struct report_factor *f, size_t arms)
{
    for (size_t i = 0; f->texts && i < arms; i++)
        free(f->texts[i]);
    free(f->texts);
    free(f->values);
    free(f->key);
    free(f->unit);
}

void report_data_free(struct report_data *d)
{
    for (size_t i = 0; d->arms && i < d->arm_count; i++)
        arm_free(d, &d->arms[i]);
    for (size_t i = 0; d->places && i < d->place_count; i++)
        free(d->places[i]);
    for (size_t i = 0; d->factors && i < d->factor_count; i++)
        factor_free(&d->factors[i], d->arm_count);
    free(d->arms);
    free(d->places);
    free(d->where);
    free(d->outcomes);
    free(d->factors);
    free(d->title);
    free(d->question);
    free(d->model_version);
    free(d->kind);
    free(d->indices);
    memset(d, 0, sizeof *d);
}
