/* Comparison of arms with a baseline, outcome by outcome: how large a difference is, and how sure.
 *
 * Arms of the same seed have common random numbers and are paired by the number of the replicate;
 * others are compared as independent samples (analysis/contrast.h).  A difference is called clear
 * when its p, corrected by Holm for all comparisons that are made together, is below .05. */
#ifndef SAMSKAB_COMPARE_H
#define SAMSKAB_COMPARE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/arms.h"
#include "analysis/contrast.h"
#include "analysis/words.h"

enum { COMPARE_TABLES = 50 }; /* arms that are shown as tables */

/* An amount in the unit of the outcome, or in per cent of the baseline's mean. */
struct compare_amount {
    bool given, percent;
    double value;
};

struct compare_request {
    struct arms_request arms;
    const char *baseline; /* name or file of an arm; NULL: the first */
    struct compare_amount margin, detect;
    uint64_t seed; /* of the bootstrap */
    enum words_format format;
};

/* One arm against the baseline on one outcome. */
struct comparison {
    size_t arm, outcome;
    struct contrast contrast;
    double boot_low, boot_high;
    double percent;              /* difference in per cent of the baseline */
    double corrected;            /* p by Holm */
    double margin, p_equivalent; /* NaN without a margin */
    double detect;               /* difference that replicates are counted for */
    size_t replicates;           /* that it needs; 0: more than CONTRAST_MOST, or unknown */
};

/* What came of it: for each arm but the baseline, in order, the outcomes that have values. */
struct comparisons {
    const struct arms *arms;
    size_t baseline;
    struct comparison *list;
    size_t count;
};

enum status compare_make(struct comparisons *c, const struct arms *arms,
                         const struct compare_request *request, struct error *e);
void compare_free(struct comparisons *c);

bool compare_is_clear(const struct comparison *c);
bool compare_is_equivalent(const struct comparison *c);

enum status compare_print(const struct comparisons *c, const struct compare_request *request,
                          FILE *out);

/* "12.5" or "5%", above 0.  False for anything else. */
bool compare_amount_parse(const char *text, struct compare_amount *amount);

/* The command: reads, compares and prints to `out`. */
enum status compare(const struct model *m, const struct compare_request *request, FILE *out,
                    struct error *e);

#endif
