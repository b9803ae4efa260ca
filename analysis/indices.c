#include "analysis/indices.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"
#include "analysis/design.h"

/* What a row adds: each statistic is made of sums of these over rows.
 *
 *     SUM, SQUARES, WITHIN, one sum for each replicate      for the variances
 *     A times B, V_i, V_Ti, V_i,l                           for the indices */
enum { SUM, SQUARES, WITHIN, REPLICATE };

struct layout {
    size_t replicates, columns, pairs;
    size_t points; /* that a row adds to the variances */
    size_t product, first, total, second, terms;
};

static struct layout layout_of(const struct indices_data *d, size_t points)
{
    struct layout l = {.replicates = d->replicates, .columns = d->columns, .points = points};
    l.pairs = d->second ? d->columns * (d->columns - 1) / 2 : 0;
    l.product = REPLICATE + l.replicates;
    l.first = l.product + 1;
    l.total = l.first + l.columns;
    l.second = l.total + l.columns;
    l.terms = l.second + l.pairs;
    return l;
}

/* --- terms of a row --------------------------------------------------------------------------- */

static double mean_of(const double *y, size_t n)
{
    double sum = 0;
    for (size_t r = 0; r < n; r++)
        sum += y[r];
    return sum / (double)n;
}

/* One point's part in the variances. */
static void add_point(const struct layout *l, const double *y, double centre, double *term)
{
    double mean = mean_of(y, l->replicates) - centre;
    term[SUM] += mean;
    term[SQUARES] += mean * mean;
    for (size_t r = 0; r < l->replicates; r++) {
        double deviation = y[r] - centre - mean;
        term[WITHIN] += deviation * deviation;
        term[REPLICATE + r] += y[r] - centre;
    }
}

/* (u - v) (x - z) over different replicates; v, z NULL for nothing, and then u, x less `centre`. */
static double product(const struct layout *l, const double *u, const double *v, const double *x,
                      const double *z, double centre)
{
    size_t n = l->replicates;
    double left = 0, right = 0, same = 0;
    for (size_t r = 0; r < n; r++) {
        double a = u[r] - (v ? v[r] : centre), b = x[r] - (z ? z[r] : centre);
        left += a;
        right += b;
        same += a * b;
    }
    return n == 1 ? same : (left * right - same) / ((double)n * (double)(n - 1));
}

static void add_indices(const struct layout *l, const double *row, double centre, double *term)
{
    size_t n = l->replicates, k = l->columns;
    const double *a = row + design_a() * n, *b = row + design_b() * n;
    term[l->product] = product(l, a, NULL, b, NULL, centre);
    for (size_t i = 0; i < k; i++) {
        const double *ab = row + design_ab(i) * n, *ba = row + design_ba(i, k) * n;
        term[l->first + i] = product(l, b, NULL, ab, a, centre);
        term[l->total + i] = product(l, a, ab, a, ab, centre) / 2;
        if (l->pairs > 0) {
            term[l->first + i] = (term[l->first + i] + product(l, a, NULL, ba, b, centre)) / 2;
            term[l->total + i] = (term[l->total + i] + product(l, b, ba, b, ba, centre) / 2) / 2;
        }
        for (size_t j = 0; j < i && l->pairs > 0; j++)
            term[l->second + indices_pair(i, j)] =
                (product(l, ba, NULL, row + design_ab(j) * n, NULL, centre) +
                 product(l, row + design_ba(j, k) * n, NULL, ab, NULL, centre)) /
                2;
    }
}

/* --- statistics ------------------------------------------------------------------------------- */

struct variances {
    double parameters, chance;
};

/* From sums over `rows` rows. */
static struct variances variances_of(const struct layout *l, const double *sum, size_t rows)
{
    double points = (double)(rows * l->points), replicates = (double)l->replicates;
    double between = (sum[SQUARES] - sum[SUM] * sum[SUM] / points) / (points - 1);
    double shared = 0; /* sum of squares of replicates, a point */
    if (l->replicates < 2)
        return (struct variances){between, NAN};
    for (size_t r = 0; r < l->replicates; r++) {
        double deviation = (sum[REPLICATE + r] - sum[SUM]) / points;
        shared += deviation * deviation;
    }
    double rest = (sum[WITHIN] - points * shared) / (points - 1) / (replicates - 1);
    double common = shared / (replicates - 1) - rest / points;
    return (struct variances){between - rest / replicates, common + rest};
}

/* Share of chance; a variance that comes out below 0 counts as 0. */
static double chance_of(struct variances v)
{
    double parameters = fmax(v.parameters, 0), chance = v.chance < 0 ? 0 : v.chance;
    return parameters + chance > 0 ? chance / (parameters + chance) : NAN;
}

/* Statistics: share of chance, S_i, S_Ti, S_il. */
static size_t statistics(const struct layout *l)
{
    return 1 + 2 * l->columns + l->pairs;
}

static void evaluate(const struct layout *l, const double *sum, size_t rows, double *value)
{
    const struct variances v = variances_of(l, sum, rows);
    double scale = v.parameters > 0 ? 1 / (v.parameters * (double)rows) : NAN;
    double *first = value + 1, *total = first + l->columns, *second = total + l->columns;
    value[0] = chance_of(v);
    for (size_t i = 0; i < l->columns; i++) {
        first[i] = sum[l->first + i] * scale;
        total[i] = sum[l->total + i] * scale;
        for (size_t j = 0; j < i && l->pairs > 0; j++) {
            size_t pair = indices_pair(i, j);
            double both = (sum[l->second + pair] - sum[l->product]) * scale;
            second[pair] = both - first[i] - first[j];
        }
    }
}

/* --- resampling ------------------------------------------------------------------------------- */

/* Memory for all of it. */
struct work {
    double *terms;   /* [row][term] */
    double *sum;     /* [term] */
    double *value;   /* [statistic] */
    double *samples; /* [statistic][resample] */
};

static void work_free(struct work *w)
{
    free(w->terms);
    free(w->sum);
    free(w->value);
    free(w->samples);
}

static bool work_init(struct work *w, const struct layout *l, size_t rows, size_t resamples)
{
    w->terms = calloc(rows * l->terms, sizeof(double));
    w->sum = calloc(l->terms, sizeof(double));
    w->value = calloc(statistics(l), sizeof(double));
    w->samples = calloc(statistics(l) * resamples + 1, sizeof(double));
    return w->terms && w->sum && w->value && w->samples;
}

static void add_row(const struct work *w, const struct layout *l, size_t row)
{
    const double *term = w->terms + row * l->terms;
    for (size_t i = 0; i < l->terms; i++)
        w->sum[i] += term[i];
}

static void resample(const struct work *w, const struct layout *l, size_t rows, size_t resamples,
                     uint64_t seed)
{
    for (size_t b = 0; b < resamples; b++) {
        struct stream s;
        chance_open(&s, seed, CHANCE_ROWS, b);
        memset(w->sum, 0, l->terms * sizeof *w->sum);
        for (size_t i = 0; i < rows; i++)
            add_row(w, l, stream_below(&s, (uint32_t)rows));
        evaluate(l, w->sum, rows, w->value);
        for (size_t i = 0; i < statistics(l); i++)
            w->samples[i * resamples + b] = w->value[i];
    }
    memset(w->sum, 0, l->terms * sizeof *w->sum);
    for (size_t i = 0; i < rows; i++)
        add_row(w, l, i);
    evaluate(l, w->sum, rows, w->value);
}

static struct measure statistic(const struct work *w, size_t i, size_t resamples)
{
    return measure_of(w->value[i], w->samples + i * resamples, resamples);
}

static bool indices_init(struct indices *s, const struct layout *l)
{
    *s = (struct indices){.columns = l->columns};
    s->first = calloc(l->columns + 1, sizeof *s->first);
    s->total = calloc(l->columns + 1, sizeof *s->total);
    s->second = l->pairs > 0 ? calloc(l->pairs, sizeof *s->second) : NULL;
    return s->first && s->total && (l->pairs == 0 || s->second);
}

static void take(struct indices *s, const struct work *w, const struct layout *l, size_t resamples)
{
    s->chance = statistic(w, 0, resamples);
    for (size_t i = 0; i < l->columns; i++) {
        s->first[i] = statistic(w, 1 + i, resamples);
        s->total[i] = statistic(w, 1 + l->columns + i, resamples);
    }
    for (size_t i = 0; i < l->pairs; i++)
        s->second[i] = statistic(w, 1 + 2 * l->columns + i, resamples);
}

bool indices_make(struct indices *s, const struct indices_data *d, size_t resamples, uint64_t seed)
{
    const struct layout l = layout_of(d, 2);
    const struct design_request request = {.kind = DESIGN_SALTELLI, .second = d->second};
    size_t size = design_block(&request, d->columns) * d->replicates;
    struct work w;
    bool done = work_init(&w, &l, d->rows, resamples);
    done = indices_init(s, &l) && done;
    for (size_t i = 0; done && i < d->rows; i++)
        s->mean += mean_of(d->y + i * size, 2 * d->replicates) / (double)d->rows;
    for (size_t i = 0; done && i < d->rows; i++) {
        const double *row = d->y + i * size;
        add_point(&l, row, s->mean, w.terms + i * l.terms);
        add_point(&l, row + d->replicates, s->mean, w.terms + i * l.terms);
        add_indices(&l, row, s->mean, w.terms + i * l.terms);
    }
    if (done) {
        resample(&w, &l, d->rows, resamples, seed);
        s->parameters = variances_of(&l, w.sum, d->rows).parameters;
        take(s, &w, &l, resamples);
    } else {
        indices_free(s);
    }
    work_free(&w);
    return done;
}

void indices_free(struct indices *s)
{
    free(s->first);
    free(s->total);
    free(s->second);
    *s = (struct indices){0};
}

bool indices_chance(struct measure *chance, const double *y, size_t blocks, size_t points,
                    size_t replicates, size_t resamples, uint64_t seed)
{
    const struct indices_data d = {.replicates = replicates};
    const struct layout l = layout_of(&d, points);
    struct work w;
    bool done = work_init(&w, &l, blocks, resamples);
    double centre = mean_of(y, blocks * points * replicates);
    for (size_t i = 0; done && i < blocks * points; i++)
        add_point(&l, y + i * replicates, centre, w.terms + i / points * l.terms);
    if (done) {
        resample(&w, &l, blocks, resamples, seed);
        *chance = statistic(&w, 0, resamples);
    }
    work_free(&w);
    return done;
}
