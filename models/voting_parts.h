/* Pieces that the voting rules share; inside of models/voting*.c. */
#ifndef SAMSKAB_VOTING_PARTS_H
#define SAMSKAB_VOTING_PARTS_H

#include <math.h>

#include "models/voting.h"

#define VOTING_TIE 1e-10 /* parts by which tied prices may differ */

/* One decision. */
struct ballot_count {
    const struct profile *p;
    int64_t pool;
    double threshold; /* in points */
    double step;
    bool by_cost; /* utility is cost, else 1 */
    struct voting_room *room;
    struct voting_trace *trace;
    double work; /* ballot entries looked at */
    size_t runs;
};

/* Whether a project may win at all. */
static inline bool voting_eligible(const struct ballot_count *v, size_t c)
{
    return !v->p->projects[c].withdrawn &&
           (double)v->p->score[c] >= v->threshold * SCORE_UNIT - 0.5;
}

/* Order of projects whose prices are tied: the cheaper, the more voted for, the first. */
static inline bool voting_precedes(const struct profile *p, uint32_t a, uint32_t b)
{
    if (p->projects[a].cost != p->projects[b].cost)
        return p->projects[a].cost < p->projects[b].cost;
    if (p->votes[a] != p->votes[b])
        return p->votes[a] > p->votes[b];
    return a < b;
}

static inline bool voting_less(double x, double y)
{
    return x < y * (1 - VOTING_TIE);
}

/* Fills room->order with the candidates that have supporters, sets their bounds to 0, and returns
 * how many they are. */
size_t voting_candidates(const struct ballot_count *v, const uint8_t *taken);

/* Sorts candidates by their bounds.  They are nearly sorted as a rule. */
void voting_sort(const struct ballot_count *v, size_t count);

/* Adds projects to those funded by score, from the highest, as long as they fit; with `stops` ends
 * at the first that does not. */
void voting_greedy(const struct ballot_count *v, bool stops, uint8_t *funded);

/* Equal shares of endowment pool / voters; with `grows` add-one.  `funded` is all 0 before. */
enum status voting_shares(struct ballot_count *v, bool grows, bool integral, uint8_t *funded,
                          struct error *e);

void voting_phragmen(struct ballot_count *v, uint8_t *funded);

#endif
