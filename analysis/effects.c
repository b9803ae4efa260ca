#include "analysis/effects.h"

#include <stdlib.h>

#include "analysis/chance.h"

enum { SIZE, DIRECTION, SPREAD, WEIGHT, STATISTICS };

/* An elementary effect, and the variance that chance gives it. */
struct effect {
    double value, variance;
};

/* Memory: effects [trajectory][column], and statistics [statistic][column][resample]. */
struct work {
    struct effect *effects;
    double *samples;
    double *value; /* [statistic][column] */
};

/* The column in which two points differ; `columns` when they do in none or in several. */
static size_t moved(const double *from, const double *to, size_t columns)
{
    size_t which = columns, count = 0;
    for (size_t i = 0; i < columns; i++)
        if (from[i] != to[i]) {
            which = i;
            count++;
        }
    return count == 1 ? which : columns;
}

bool effects_steps(size_t *column, double *step, const double *x, size_t trajectories,
                   size_t columns, unsigned levels)
{
    double delta = levels / (2. * (levels - 1));
    for (size_t i = 0; i < trajectories * columns; i++)
        step[i] = 0;
    for (size_t t = 0; t < trajectories; t++)
        for (size_t i = 0; i < columns; i++) {
            const double *from = x + (t * (columns + 1) + i) * columns, *to = from + columns;
            size_t which = moved(from, to, columns);
            if (which == columns || step[t * columns + which] != 0)
                return false;
            column[t * columns + i] = which;
            step[t * columns + which] = to[which] > from[which] ? delta : -delta;
        }
    return true;
}

/* From the differences of the replicates of two points. */
static struct effect effect_of(const double *from, const double *to, double step, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t r = 0; r < n; r++)
        sum += (to[r] - from[r]) / step;
    double mean = sum / (double)n;
    for (size_t r = 0; r < n; r++) {
        double deviation = (to[r] - from[r]) / step - mean;
        squares += deviation * deviation;
    }
    return (struct effect){mean, n > 1 ? squares / (double)(n - 1) / (double)n : 0};
}

static void find_effects(const struct effects_data *d, struct effect *effects)
{
    size_t k = d->columns, n = d->replicates;
    for (size_t t = 0; t < d->trajectories; t++)
        for (size_t i = 0; i < k; i++) {
            const double *from = d->y + (t * (k + 1) + i) * n;
            size_t column = d->column[t * k + i];
            effects[t * k + column] = effect_of(from, from + n, d->step[t * k + column], n);
        }
}

/* Of one column over the trajectories in `rows`. */
static void evaluate_column(const struct effects_data *d, const struct effect *effects,
                            const uint32_t *rows, size_t column, double *value)
{
    double n = (double)d->trajectories, sum = 0, sizes = 0, squares = 0, chance = 0;
    for (size_t t = 0; t < d->trajectories; t++) {
        const struct effect *x = &effects[rows[t] * d->columns + column];
        sum += x->value;
        sizes += fabs(x->value);
        chance += x->variance;
    }
    for (size_t t = 0; t < d->trajectories; t++) {
        double deviation = effects[rows[t] * d->columns + column].value - sum / n;
        squares += deviation * deviation;
    }
    value[SIZE * d->columns + column] = sizes / n;
    value[DIRECTION * d->columns + column] = sum / n;
    value[SPREAD * d->columns + column] = sqrt(fmax(squares / (n - 1) - chance / n, 0));
}

static void evaluate(const struct effects_data *d, const struct effect *effects,
                     const uint32_t *rows, double *value)
{
    double all = 0;
    for (size_t i = 0; i < d->columns; i++) {
        evaluate_column(d, effects, rows, i, value);
        all += value[i] * value[i];
    }
    for (size_t i = 0; i < d->columns; i++)
        value[WEIGHT * d->columns + i] = value[i] * value[i] / all;
}

/* --- resampling ------------------------------------------------------------------------------- */

static void resample(const struct effects_data *d, const struct work *w, uint32_t *rows,
                     size_t resamples, uint64_t seed)
{
    size_t statistics = STATISTICS * d->columns;
    for (size_t b = 0; b < resamples; b++) {
        struct stream s;
        chance_open(&s, seed, CHANCE_ROWS, b);
        for (size_t t = 0; t < d->trajectories; t++)
            rows[t] = stream_below(&s, (uint32_t)d->trajectories);
        evaluate(d, w->effects, rows, w->value);
        for (size_t i = 0; i < statistics; i++)
            w->samples[i * resamples + b] = w->value[i];
    }
    for (size_t t = 0; t < d->trajectories; t++)
        rows[t] = (uint32_t)t;
    evaluate(d, w->effects, rows, w->value);
}

/* mu* of an effect that is chance alone: a half-normal mean. */
static double noise_of(const struct effects_data *d, const struct effect *effects, size_t column)
{
    static const double half_normal = 0.79788456080286536; /* sqrt(2/pi) */
    double variance = 0;
    for (size_t t = 0; t < d->trajectories; t++)
        variance += effects[t * d->columns + column].variance / (double)d->trajectories;
    return d->replicates > 1 ? half_normal * sqrt(variance) : NAN;
}

static void take(struct effects *x, const struct effects_data *d, const struct work *w,
                 size_t resamples)
{
    struct measure *const lists[STATISTICS] = {x->size, x->direction, x->spread, x->weight};
    for (size_t k = 0; k < STATISTICS; k++)
        for (size_t i = 0; i < d->columns; i++) {
            size_t at = k * d->columns + i;
            lists[k][i] = measure_of(w->value[at], w->samples + at * resamples, resamples);
        }
    for (size_t i = 0; i < d->columns; i++)
        x->noise[i] = noise_of(d, w->effects, i);
}

static bool effects_init(struct effects *x, size_t columns)
{
    *x = (struct effects){.columns = columns};
    x->size = calloc(columns + 1, sizeof *x->size);
    x->direction = calloc(columns + 1, sizeof *x->direction);
    x->spread = calloc(columns + 1, sizeof *x->spread);
    x->weight = calloc(columns + 1, sizeof *x->weight);
    x->noise = calloc(columns + 1, sizeof *x->noise);
    return x->size && x->direction && x->spread && x->weight && x->noise;
}

bool effects_make(struct effects *x, const struct effects_data *d, size_t resamples, uint64_t seed)
{
    struct work w = {calloc(d->trajectories * d->columns + 1, sizeof *w.effects),
                     calloc(STATISTICS * d->columns * resamples + 1, sizeof *w.samples),
                     calloc(STATISTICS * d->columns + 1, sizeof *w.value)};
    uint32_t *rows = calloc(d->trajectories + 1, sizeof *rows);
    bool done = effects_init(x, d->columns) && w.effects && w.samples && w.value && rows;
    if (done) {
        find_effects(d, w.effects);
        resample(d, &w, rows, resamples, seed);
        take(x, d, &w, resamples);
    } else {
        effects_free(x);
    }
    free(w.effects);
    free(w.samples);
    free(w.value);
    free(rows);
    return done;
}

void effects_free(struct effects *x)
{
    free(x->size);
    free(x->direction);
    free(x->spread);
    free(x->weight);
    free(x->noise);
    *x = (struct effects){0};
}
