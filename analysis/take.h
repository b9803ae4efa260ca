/* What readers of plans and of files of targets have in common: values of a mapping, each checked,
 * each with a finding at its place when it is not allowed. */
#ifndef SAMSKAB_TAKE_H
#define SAMSKAB_TAKE_H

#include "sim/scenario_reader.h"

/* The entries of a list; NULL, and a finding, when it is none or longer than `limit`; NULL when it
 * is not there.  `what` says what it must hold. */
const struct yaml *take_list(struct reader *r, const struct yaml *root, const char *key,
                             size_t limit, const char *what);

/* Whether an entry of a list is a mapping; a finding when not. */
bool is_mapping(struct reader *r, const struct yaml *node, const char *list, const char *what);

/* A text of a mapping, to be freed.  What is needed and is not there is a finding: `missing` says
 * what it is for; NULL when it may be missing. */
char *take_text(struct reader *r, const struct yaml *mapping, const char *key, const char *missing);

/* A real number within [lo, hi]. */
bool take_number(struct reader *r, const struct yaml *node, const char *key, double lo, double hi,
                 double *value);

/* A whole number of a mapping by its descriptor, `otherwise` when it is not there. */
size_t take_count(struct reader *r, const struct yaml *mapping, const struct param *p,
                  size_t otherwise);

/* Two rising numbers within [lo, hi]. */
bool take_pair(struct reader *r, const struct yaml *node, const char *key, double lo, double hi,
               double *pair);

/* An outcome (analysis/outcome.h) under "outcome", and its text, to be freed; a finding points at
 * what is wrong in it. */
struct outcome;
char *take_outcome(struct reader *r, const struct yaml *mapping, struct outcome *outcome);

#endif
