/* Ownership (ODD: submodel E12).  Responsibility grows where people are trusted and not controlled,
 * and is laid down when the manager takes part (S1).
 *
 *     O' = O + .03 [(1 - C)(1 - crowd s_N (1 - comp/2))(.4 + .6 T) + .2 [civil initiator] - O] */
#include "models/submodels.h"

double ownership_next(const struct params *p, double ownership, double control,
                      double participation, double trust)
{
    double crowded = p->crowd_out * participation * (1 - p->crowd_tact * p->competence);
    double goal = (1 - control) * (1 - crowded) * (p->ownership_base + p->ownership_trust * trust) +
                  ((int)p->initiator == INITIATOR_CITIZENS ? p->ownership_initiator : 0);
    return clip(ownership + p->ownership_rate * (goal - ownership), 0, 1);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++)
        t->volunteer_ownership_next[v] =
            (float)ownership_next(p, t->volunteer_ownership_next[v], t->manager_control[s],
                                  t->manager_participation[s], t->volunteer_trust[v]);
}

const struct mechanism mechanism_ownership = {
    .name = "ownership",
    .equation = "E12",
    .meaning = "ownership grows where people are trusted and not controlled",
    .source = "S1, S0",
    .off = "ownership stays as it is",
    .step = 8,
    .cells = CELL_SITE,
    .reads =
        COLUMN_LIST(manager_control, manager_participation, volunteer_trust, volunteer_ownership),
    .writes = COLUMN_LIST(volunteer_ownership),
    .run = run,
};
