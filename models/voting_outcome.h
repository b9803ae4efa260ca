/* Outcomes of a participatory budget and whose ballots they hear. */
#ifndef SAMSKAB_VOTING_OUTCOME_H
#define SAMSKAB_VOTING_OUTCOME_H

#include "models/voting.h"

/* Voters of one age class or one sex, and what they got. */
struct voting_group {
    const char *kind, *name; /* "age", "30-44" */
    size_t ballots;
    double share;      /* of all ballots */
    double heard;      /* share of the group with at least one funded project on its ballot */
    double mean_share; /* mean share of a ballot's projects that is funded; blank ballots 0 */
};

enum { VOTING_GROUPS = 14 };

struct voting_outcome {
    enum voting_rule rule;
    double pool;
    uint8_t *funded;
    size_t winners;
    int64_t spent;
    struct voting_group all;
    struct voting_group groups[VOTING_GROUPS];
    size_t group_count;
    int recorded;     /* 1 as recorded in the file, 0 otherwise, -1 not recorded for this */
    double endowment; /* of a voter under equal shares, else 0 */
};

/* Fills spent, winners and groups from the rule, the pool and what is funded.  The first six sexes
 * that occur are told apart. */
void voting_outcome_describe(const struct profile *p, struct voting_outcome *x);

/* Whether the file records an outcome at all. */
bool voting_is_recorded(const struct profile *p);

/* Whether an outcome funds exactly the projects recorded as selected by the rule (1). */
bool voting_as_recorded(const struct profile *p, const uint8_t *funded);

#endif
