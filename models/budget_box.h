/* Room for a municipality's participatory budget: its ballots, and who proposed what. */
#ifndef SAMSKAB_BUDGET_BOX_H
#define SAMSKAB_BUDGET_BOX_H

#include "models/town.h"
#include "models/voting.h"

struct budget_box {
    struct profile profile; /* of this year */
    struct voting_room room;
    uint8_t *funded;    /* [projects_room] */
    uint32_t *proposer; /* [projects_room] citizen of each project */
    uint32_t *voter;    /* [voters_room] citizen of each ballot */
    double *weight;     /* [voters_room] running sums; only with real ballots */
    size_t projects_room, voters_room;
    bool held; /* this year */
};

/* Makes room for the largest year that a municipality may have.  Pages that are never used cost
 * nothing. */
enum status budget_box_reserve(struct budget_box *box, const struct town *t, size_t municipality,
                               struct error *e);

/* Bytes of it that a year with many voters uses. */
double budget_box_bytes(const struct params *p, double adults);

/* Adds the ballot of a citizen: projects with their points, which are 1 where NULL. */
void budget_box_cast(struct budget_box *box, size_t person, const uint32_t *projects,
                     const double *points, size_t count);

/* The year's money without what was carried over, in whole DKK. */
double budget_income(const struct town *t, size_t municipality);

/* Safe on a zeroed or half-reserved box. */
void budget_box_free(struct budget_box *box);

#endif
