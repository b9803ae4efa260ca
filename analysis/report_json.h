/* What the pictures of a report are drawn from, as JSON:
 *
 *     {"areas": [...], "arms": [...], "outcomes": [...], "factors": [...],
 *      "cells": [arm][area][outcome] = [start, low, high, end, low, high, half width of the
 *                                       95 % interval of the end],
                                      of points: [end, half width],
 *      "runs": [arm][area][outcome] = [end of each run],
 *      "paths": [arm][area][outcome] = {"m": [...], "l": [...], "h": [...], "at": [points]},
 *      "differences": [arm][area][outcome] = [difference to the baseline, low, high, superiority],
 *      "indices": [outcome] = [[factor, first order, low, high, share, low, high], ...],
 *      "agents": [arm] = {...}, "words": {...}}
 *
 * null stands for what is not known. */
#ifndef SAMSKAB_REPORT_JSON_H
#define SAMSKAB_REPORT_JSON_H

#include <jansson.h>

#include "analysis/report_data.h"

/* NULL when memory is short. */
json_t *report_as_json(const struct report_data *d, enum report_language language);

#endif
