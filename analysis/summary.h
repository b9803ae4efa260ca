/* The table that a run ends with: each headline in everyday words, at start and end.
 *
 * A figure is the mean over a year (the first and the last 52 weeks, or half the run each when it
 * is shorter than two years), averaged over replicates; beside it the range in which nine of ten
 * replicates lie. */
#ifndef SAMSKAB_SUMMARY_H
#define SAMSKAB_SUMMARY_H

#include <stdio.h>

#include "sim/error.h"
#include "sim/record.h"

/* A table for each place, or one for all together when there are more than four. */
enum status summary_print(const struct record *r, FILE *out);

#endif
