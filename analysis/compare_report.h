/* What the parts of a comparison's report share. */
#ifndef SAMSKAB_COMPARE_REPORT_H
#define SAMSKAB_COMPARE_REPORT_H

#include "analysis/compare.h"

struct compare_report {
    const struct comparisons *c;
    const struct compare_request *request;
    bool md;
    FILE *out;
};

extern const char compare_note[]; /* what the numbers are not */

static inline const struct arms_outcome *compare_outcome(const struct compare_report *r,
                                                         const struct comparison *p)
{
    return &r->c->arms->outcomes[p->outcome];
}

enum status compare_csv(const struct compare_report *r);
enum status compare_json(const struct compare_report *r);

#endif
