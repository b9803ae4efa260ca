/* What a model and a run file hold, in words: the tables of `samskab params`, `variables`,
 * `schedule` and `info`. */
#ifndef SAMSKAB_DESCRIBE_H
#define SAMSKAB_DESCRIBE_H

#include <stdio.h>

#include "sim/error.h"
#include "sim/model.h"
#include "sim/table.h"

/* Parameters, and texts that a scenario may give, whose key contains `pattern` or is matched by it
 * (with * and ?); all when it is NULL.  STATUS_BAD_INPUT with the nearest key when there is none.
 */
enum status describe_params(const struct model *m, const char *pattern, enum table_format format,
                            FILE *out, struct error *e);

/* Observables, and the columns of every entity. */
enum status describe_variables(const struct model *m, enum table_format format, FILE *out,
                               struct error *e);

/* The week in order. */
enum status describe_schedule(const struct model *m, enum table_format format, FILE *out,
                              struct error *e);

/* A run file, or an experiment, in one screen. */
enum status describe_file(const char *path, const struct model *m, FILE *out, struct error *e);
enum status describe_ensemble(const char *path, FILE *out, struct error *e);

#endif
