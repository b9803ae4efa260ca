/* Numbers for JSON, which has neither NaN nor infinity. */
#ifndef SAMSKAB_JSON_H
#define SAMSKAB_JSON_H

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "analysis/measure.h"

static inline json_t *json_number_of(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static inline json_t *json_range_of(double low, double high)
{
    return json_pack("{s:o, s:o}", "low", json_number_of(low), "high", json_number_of(high));
}

static inline json_t *json_measure_of(struct measure x)
{
    return json_pack("{s:o, s:o, s:o}", "value", json_number_of(x.value), "low",
                     json_number_of(x.low), "high", json_number_of(x.high));
}

/* Writes it and lets it go; false on failure, also when it could not be made. */
static inline bool json_print(json_t *root, FILE *out)
{
    bool good = root && json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0 &&
                fputc('\n', out) != EOF;
    json_decref(root);
    return good;
}

#endif
