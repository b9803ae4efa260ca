/* Projects and the ballots cast on them: what a participatory budget is decided from.
 *
 *     projects    0 .. project_count-1, in the order of their list
 *     ballots     rows: voter i named entries first[i] .. first[i+1]-1 (project and points)
 *     supporters  columns: project c has column[c] .. column[c+1]-1, by voter; made of the rows
 *
 * A profile is read from a .pb file (models/pb_read.h) or filled by a run.  A run reserves once for
 * the largest year, fills the rows, and calls profile_index, which allocates nothing.
 *
 * Money is a whole number of ten-thousandths of the currency's unit, so that sums of decimal costs
 * are exact.  Points are 1 for an approval, the points given for cumulative and scoring ballots,
 * and m, m-1, ... for the ranks of ordinal ones. */
#ifndef SAMSKAB_BALLOTS_H
#define SAMSKAB_BALLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum { MONEY_UNIT = 10000 };      /* parts of a currency's unit */
#define MONEY_MAX      1e12       /* of one project or pool, in the currency's unit */
#define NOT_KNOWN      UINT32_MAX /* of a voter's sex or place */
#define SCORE_UNIT     1000000    /* parts of a point in sums, which are exact too */
#define COST_WITHDRAWN 999999999  /* the cost by which Pabulib marks a project as withdrawn */

enum vote_type { VOTE_APPROVAL, VOTE_CHOOSE_ONE, VOTE_CUMULATIVE, VOTE_SCORING, VOTE_ORDINAL };

/* Texts may be NULL. */
struct project {
    const char *id, *name, *category, *beneficiaries;
    int64_t cost;
    int selected;   /* as recorded: 1 funded, 0 not, others by the file's comment; -1 no record */
    bool withdrawn; /* cannot win */
};

/* What a .pb file says of its election; texts are NULL and numbers NaN where it says nothing. */
struct election {
    const char *description, *country, *unit, *subunit, *instance, *currency, *rule, *comment;
    enum vote_type vote_type;
    double budget;
    size_t budget_line; /* where it stands */
    double threshold;   /* score below which a project cannot win */
    double max_length, default_score;
};

struct profile {
    struct election election;
    size_t project_count, voter_count, entry_count;

    struct project *projects;
    size_t *first;           /* [voter_count + 1] */
    uint32_t *entry_project; /* [entry_count] */
    double *entry_points;    /* [entry_count] */
    int16_t *age;            /* [voter_count] years; -1 not known */
    uint32_t *sex, *place;   /* [voter_count] into sexes and places; NOT_KNOWN */
    const char **sexes, **places;
    size_t sex_count, place_count;

    /* Derived by profile_index. */
    int64_t *votes;      /* [project_count] ballots that support it: with points above 0 */
    int64_t *score;      /* [project_count] points in 1/SCORE_UNIT; votes where all points are 1 */
    size_t *column;      /* [project_count + 1] */
    uint32_t *supporter; /* [column[project_count]] voters with points above 0, rising */
    double *support;     /* [column[project_count]] their points */

    size_t project_room, voter_room, entry_room;
    char *texts; /* that ids, names and labels lie in */
};

/* Makes room for at least so many; keeps what is there.  `p` is zeroed or was reserved before. */
enum status profile_reserve(struct profile *p, size_t projects, size_t voters, size_t entries,
                            struct error *e);

/* Counts votes and scores and sorts supporters by project.  Rows must be within their ranges and
 * name no project twice. */
void profile_index(struct profile *p);

/* Safe on a zeroed profile and after a failed reserve or read. */
void profile_free(struct profile *p);

/* An amount in the currency's unit as money, to the nearest part; it must be in [0, MONEY_MAX]. */
int64_t money_of(double amount);

/* Money in the currency's unit. */
double money_amount(int64_t money);

#endif
