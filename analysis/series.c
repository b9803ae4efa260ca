#include "analysis/series.h"

#include <math.h>
#include <string.h>

size_t series_find(const struct model *m, const char *name, size_t length)
{
    size_t k = 0;
    while (k < m->observable_count && (strncmp(m->observables[k].name, name, length) != 0 ||
                                       m->observables[k].name[length] != '\0'))
        k++;
    return k;
}

bool series_adds_up(const struct observable *o)
{
    static const char *const sums[] = {"persons", "persons/week", "h",  "h/week",
                                       "hours",   "hours/week",   "DKK"};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (strcmp(o->unit, sums[i]) == 0)
            return true;
    return false;
}

double series_together(const struct observable *o, const float *values, size_t places)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < places; i++)
        if (!isnan(values[i])) {
            sum += (double)values[i];
            count++;
        }
    if (count == 0)
        return NAN;
    return series_adds_up(o) ? sum : sum / (double)count;
}

double series_week(const struct record *r, size_t observable, size_t replicate, size_t week,
                   size_t place)
{
    const float *values = record_at(r, observable, replicate, week);
    if (place != SERIES_ALL)
        return (double)values[place];
    return series_together(&r->scenario->model->observables[observable], values, r->places);
}
