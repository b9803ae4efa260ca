/* What `samskab budget` shows of an election: who wins under a rule, what it costs, whose ballots
 * were heard, and how that changes with the rule and with the pool. */
#ifndef SAMSKAB_VOTING_REPORT_H
#define SAMSKAB_VOTING_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/error.h"

enum voting_format { VOTING_TABLE, VOTING_JSON, VOTING_CSV };

struct voting_request {
    const char *path;  /* a .pb file */
    const char *rule;  /* NULL: the one that META names */
    const char *pools; /* amounts, or parts of META's budget such as 0.5x, with commas; NULL: 1x */
    bool compare;      /* all rules */
    enum voting_format format;
};

/* Reads, decides and writes to `out`.
 *
 *     JSON   an object: winners (ids), spent, left, excluded (share of voters with nothing funded),
 *            mean_share, recorded, groups; of more than one outcome the object is the first, and
 *            `outcomes` has all of them
 *     CSV    one line for each outcome and project */
enum status voting_report(const struct voting_request *request, FILE *out, struct error *e);

/* "table", "json" or "csv"; false for anything else. */
bool voting_format_parse(const char *name, enum voting_format *format);

#endif
