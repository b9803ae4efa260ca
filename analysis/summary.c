#include "analysis/summary.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/series.h"
#include "sim/model.h"
#include "sim/table.h"

enum { YEAR = 52, MOST_TABLES = 4 };

/* Some weeks of one place, or of SERIES_ALL. */
struct window {
    size_t place, first, weeks;
};

/* The mean of a replicate over the window; NaN when it has no value there. */
static double window_mean(const struct record *r, size_t k, size_t replicate,
                          const struct window *w)
{
    double sum = 0;
    size_t count = 0;
    for (size_t week = w->first; week < w->first + w->weeks; week++) {
        double value = series_week(r, k, replicate, week, w->place);
        if (isnan(value))
            continue;
        sum += value;
        count++;
    }
    return count > 0 ? sum / (double)count : NAN;
}

/* Mean and, when there are several replicates, their spread: a cell each. */
static void add_figure(struct table *t, const struct record *r, size_t k, const struct window *w,
                       double *means)
{
    size_t count = 0;
    for (size_t i = 0; i < r->replicates; i++) {
        double mean = window_mean(r, k, i, w);
        if (!isnan(mean))
            means[count++] = mean;
    }
    if (count == 0) {
        table_add(t, "-");
        if (r->replicates > 1)
            table_add(t, "%s", "");
        return;
    }
    char mean[32], low[32], high[32];
    gsl_sort(means, 1, count);
    table_number(gsl_stats_mean(means, 1, count), mean, sizeof mean);
    table_number(gsl_stats_quantile_from_sorted_data(means, 1, count, 0.05), low, sizeof low);
    table_number(gsl_stats_quantile_from_sorted_data(means, 1, count, 0.95), high, sizeof high);
    table_add(t, "%s", mean);
    if (r->replicates > 1)
        table_add(t, "%s to %s", low, high);
}

/* Units that a reader need not be told: the words say what the number is. */
static const char *shown_unit(const char *unit)
{
    return strcmp(unit, "1") == 0 ? "" : unit;
}

static enum status print_place(const struct record *r, size_t place, double *means, FILE *out)
{
    const struct model *m = r->scenario->model;
    static const char *const several[] = {
        "", "unit", "at the start", "90 % of runs", "at the end", "90 % of runs"};
    static const char *const one[] = {"", "unit", "at the start", "at the end"};
    size_t weeks = r->weeks >= 2 * YEAR ? YEAR : (r->weeks + 1) / 2;
    const struct window start = {place, 0, weeks}, end = {place, r->weeks - weeks, weeks};
    struct table t;
    table_init(&t, r->replicates > 1 ? 6 : 4, r->replicates > 1 ? several : one);
    for (size_t i = 2; i < t.columns; i++)
        t.right[i] = true;
    for (size_t k = 0; k < m->observable_count; k++) {
        const struct observable *o = &m->observables[k];
        if (!o->headline)
            continue;
        table_add(&t, "%s", o->plain ? o->plain : o->meaning);
        table_add(&t, "%s", shown_unit(o->unit));
        add_figure(&t, r, k, &start, means);
        add_figure(&t, r, k, &end, means);
    }
    enum status status = table_print(&t, TABLE_TEXT, out);
    table_free(&t);
    return status;
}

static void print_head(const struct record *r, FILE *out)
{
    size_t weeks = r->weeks >= 2 * YEAR ? YEAR : (r->weeks + 1) / 2;
    const char *title = r->scenario->title;
    fprintf(out, "%s\n", title && *title ? title : r->scenario->model->title);
    if (r->replicates > 1)
        fprintf(out,
                "%zu weeks, %zu runs that differ by chance only; nine of ten lie in the range "
                "beside a figure.\n",
                r->weeks, r->replicates);
    else
        fprintf(out, "%zu weeks, 1 run.\n", r->weeks);
    fprintf(out, "Start and end are means over the first and the last %zu week%s.\n", weeks,
            weeks > 1 ? "s" : "");
}

enum status summary_print(const struct record *r, FILE *out)
{
    double *means = malloc((r->replicates + 1) * sizeof *means);
    enum status status = means ? STATUS_DONE : STATUS_FAILED;
    bool together = r->places > MOST_TABLES;
    print_head(r, out);
    for (size_t i = 0; i < (together ? 1 : r->places) && status == STATUS_DONE; i++) {
        if (together)
            fprintf(out, "\nAll %zu places: counts and hours are sums, all else means\n\n",
                    r->places);
        else
            fprintf(out, "\n%s\n\n", r->scenario->places[i].name);
        status = print_place(r, together ? SERIES_ALL : i, means, out);
    }
    free(means);
    return ferror(out) ? STATUS_FAILED : status;
}
