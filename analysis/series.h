/* One number a week out of a record: a series of one place, or of all places together.
 *
 * What is counted (persons, hours, money) adds up over places; what is a share or a score is
 * averaged. */
#ifndef SAMSKAB_SERIES_H
#define SAMSKAB_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/model.h"
#include "sim/record.h"

/* Stands for all places of a run. */
#define SERIES_ALL SIZE_MAX

/* Position of the observable with this name; the model's observable_count when there is none. */
size_t series_find(const struct model *m, const char *name, size_t length);

/* Whether it is counted, so that it adds up over places. */
bool series_adds_up(const struct observable *o);

/* The values of all places in one week as one number; NaN without any. */
double series_together(const struct observable *o, const float *values, size_t places);

/* A week (from 0) of one replicate; NaN where nothing was observed. */
double series_week(const struct record *r, size_t observable, size_t replicate, size_t week,
                   size_t place);

#endif
