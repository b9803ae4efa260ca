/* Rules that decide a participatory budget: which projects a pool pays for, given the ballots.
 *
 *     greedy            by score, from the highest; what does not fit is passed over
 *     greedy-no-skip    the same, but ends at the first project that does not fit
 *     greedy-threshold  greedy among projects that reach the least score
 *     equalshares       every voter has the same share of the pool.  Buy, again and again, the
 *                       project that costs its supporters least per unit of utility: rho solves
 *                           sum over supporters min(what is left to i, rho u_i) = cost,
 *                       u_i the project's cost (or 1, "cardinality") times the points given.
 *                       Peters, Pierczynski and Skowron 2021
 *     .../add1          equalshares with the endowment pool / voters + 0, 1, 2, ... before the
 * first that overspends the pool; it does not end early where nothing more fits, since a larger
 * endowment may still buy others (as in Wieliczka 2023)
 *     .../add1-integral the same, with endowments rounded down to whole numbers
 *     .../utilitarian   afterwards greedy with what is left
 *     ...-comparison    greedy's outcome where more voters have more funded projects on their
 *                       ballots under it than the other way round (Wieliczka 2023)
 *     phragmen          voters earn money at equal speed; a project is bought once its supporters
 *                       have its cost together; ends at the first that the pool cannot pay.
 *                       Phragmen 1894; Los, Christoff and Grossi 2022
 *
 * Greedy goes by points where ballots have them.  A score below the threshold cannot win under any
 * rule, nor can a project that was withdrawn.
 *
 * Ties: greedy takes the project that stands first in the list (lists are printed by result).
 * Equal shares and Phragmen take the cheaper, then the one with more votes, then the first.
 *
 * Scores, costs and the pool are compared exactly.  Shares of voters are doubles: prices within a
 * part in 1e10 are tied, and supporters can afford what they can but for such a part. */
#ifndef SAMSKAB_VOTING_H
#define SAMSKAB_VOTING_H

#include "models/ballots.h"

enum voting_rule {
    RULE_GREEDY,
    RULE_GREEDY_NO_SKIP,
    RULE_GREEDY_THRESHOLD,
    RULE_SHARES,
    RULE_SHARES_UTILITARIAN,
    RULE_SHARES_ADD1,
    RULE_SHARES_ADD1_INTEGRAL,
    RULE_SHARES_ADD1_UTILITARIAN,
    RULE_SHARES_COMPARISON,
    RULE_SHARES_ADD1_COMPARISON,
    RULE_CARDINALITY,
    RULE_CARDINALITY_UTILITARIAN,
    RULE_CARDINALITY_ADD1,
    RULE_CARDINALITY_ADD1_INTEGRAL,
    RULE_CARDINALITY_ADD1_UTILITARIAN,
    RULE_PHRAGMEN,
    RULES
};

/* Memory that rules work in.  Reserved once, it serves any number of decisions. */
struct voting_room {
    double *budget;        /* [voters] what is left to each; under Phragmen, its load */
    double *bound;         /* [projects] a price that the project has at least */
    double *least;         /* [projects] its price where every supporter has enough */
    uint32_t *order;       /* [projects] candidates by their bound */
    uint32_t *start;       /* [projects] candidates by their least price */
    uint32_t *sequence[2]; /* [projects] what was bought, in order */
    double *price[2];      /* [projects] at what price */
    uint8_t *other;        /* [projects] a second outcome */
    size_t project_room, voter_room;
};

/* How equal shares came about; filled where asked for. */
struct voting_trace {
    double endowment; /* of each voter, in the currency's unit */
    double *paid;     /* [column[project_count]] by the supporters of each project, as in the
                         profile's columns; NULL when not wanted */
    size_t runs;      /* counts of all ballots that it took */
};

/* A zeroed struct is the default. */
struct voting_options {
    double threshold;           /* score below which a project cannot win */
    double step;                /* by which add-one raises endowments; 0 means 1 currency unit */
    struct voting_room *room;   /* NULL: allocated for the decision */
    struct voting_trace *trace; /* NULL: not wanted */
};

/* Decides: funded[c] becomes 1 or 0 for every project.  `pool` is in the currency's unit, in
 * [0, MONEY_MAX]; `p` is indexed.  Does no input or output, and with a room that was reserved it
 * allocates nothing.  STATUS_BAD_INPUT when the pool is out of range or add-one takes more work
 * than VOTING_WORK, STATUS_FAILED when memory is short. */
enum status voting_decide(const struct profile *p, double pool, enum voting_rule rule,
                          const struct voting_options *options, uint8_t *funded, struct error *e);

/* Ballot entries that add-one may look at before it gives up: a minute or two. */
#define VOTING_WORK 5e10

/* The room is zeroed or was reserved before. */
enum status voting_room_reserve(struct voting_room *r, size_t projects, size_t voters,
                                struct error *e);
void voting_room_free(struct voting_room *r);

const char *voting_rule_name(enum voting_rule rule);
const char *voting_rule_text(enum voting_rule rule); /* in a few words */

/* By its name here or in Pabulib: "greedy-custom" is what its files of that name follow,
 * greedy-no-skip, and "greedy-exclusive" is greedy.  Upper case and lower case are the same. */
bool voting_rule_parse(const char *name, enum voting_rule *rule);

/* Money that an outcome takes. */
int64_t voting_spent(const struct profile *p, const uint8_t *funded);

#endif
