#include "analysis/weighted.h"

#include <math.h>
#include <stdlib.h>

static double total(const double *w, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += w[i];
    return sum;
}

double weighted_effective(const double *w, size_t count)
{
    double sum = total(w, count), squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += w[i] * w[i];
    return sum * sum / squares;
}

double weighted_mean(const double *x, const double *w, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += w[i] * x[i];
    return sum / total(w, count);
}

double weighted_covariance(const double *x, const double *y, const double *w, size_t count)
{
    double mean_x = weighted_mean(x, w, count), mean_y = weighted_mean(y, w, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += w[i] * (x[i] - mean_x) * (y[i] - mean_y);
    return sum / total(w, count);
}

double weighted_correlation(const double *x, const double *y, const double *w, size_t count)
{
    double scale =
        sqrt(weighted_covariance(x, x, w, count)) * sqrt(weighted_covariance(y, y, w, count));
    return scale > 0 ? weighted_covariance(x, y, w, count) / scale : 0;
}

/* --- in order --------------------------------------------------------------------------------- */

struct item {
    double x, w, v; /* weights among those of x and of y */
};

static int by_size(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    return (x->w > y->w) - (x->w < y->w);
}

bool weighted_quantile(const double *x, const double *w, size_t count, double p, double *found)
{
    struct item *items = calloc(count, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){x[i], w[i], 0};
    qsort(items, count, sizeof *items, by_size);
    double goal = p * total(w, count), below = 0, before = 0, at = items[0].w / 2;
    size_t i = 0;
    while (at < goal && i + 1 < count) {
        below += items[i++].w;
        before = at;
        at = below + items[i].w / 2;
    }
    *found = items[i].x;
    if (i > 0 && at > goal) /* it lies between the last two */
        *found -= (items[i].x - items[i - 1].x) * (at - goal) / (at - before);
    free(items);
    return true;
}

bool weighted_kolmogorov(const double *x, const double *w, size_t count, const double *y,
                         size_t y_count, double *distance)
{
    struct item *items = calloc(count + y_count, sizeof *items);
    if (!items)
        return false;
    double sum = total(w, count), in_x = 0, in_y = 0;
    *distance = 0;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){x[i], w[i] / sum, 0};
    for (size_t i = 0; i < y_count; i++)
        items[count + i] = (struct item){y[i], 0, 1 / (double)y_count};
    qsort(items, count + y_count, sizeof *items, by_size);
    for (size_t i = 0; i < count + y_count; i++) {
        in_x += items[i].w;
        in_y += items[i].v;
        if (i + 1 == count + y_count || items[i + 1].x > items[i].x)
            *distance = fmax(*distance, fabs(in_x - in_y));
    }
    free(items);
    return true;
}

double kolmogorov_chance(double distance, double n, double m)
{
    static const int terms = 100;
    static const double small = 0.2; /* of z, below which the sum is 1 to a part in 1e12 */
    double z = distance * sqrt(n * m / (n + m)), sum = 0;
    if (z < small)
        return 1;
    for (int k = 1; k <= terms; k++)
        sum += (k % 2 ? 2 : -2) * exp(-2 * k * k * z * z);
    return fmin(fmax(sum, 0), 1);
}
