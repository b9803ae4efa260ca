/* Initiative of one's own (ODD: submodel E11).  Who owns the programme fills free time with
 * initiatives (S1):
 *
 *     self-initiated hours = self O max(0, L M (1 - B) season - h),  with h at most the weekly cap
 *
 * A project whose goal lies outside the municipality's frame is not begun (framing.c). */
#include "models/submodels.h"

double self_initiated_hours(const struct params *p, double ownership, double capacity,
                            double motivation, double burnout, double season, double hours)
{
    double free = capacity * motivation * (1 - burnout) * season - hours;
    double allowed = p->capacity_cap - hours;
    return clip(p->self_initiated * ownership * free, 0, allowed > 0 ? allowed : 0);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double season = t->municipality_season[t->site_municipality[s]];
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    double sum = 0;
    for (size_t v = first; v < end; v++) {
        if (t->volunteer_blocked[v])
            continue;
        double hours = self_initiated_hours(p, t->volunteer_ownership[v], t->volunteer_capacity[v],
                                            t->volunteer_motivation[v], t->volunteer_burnout[v],
                                            season, t->volunteer_hours[v]);
        t->volunteer_hours_self[v] = (float)hours;
        sum += hours;
    }
    t->site_hours_self[s] = (float)sum;
}

const struct mechanism mechanism_self_initiative = {
    .name = "self_initiative",
    .equation = "E11",
    .meaning = "volunteers who own the programme do more on their own initiative",
    .source = "S1",
    .off = "nobody does anything unasked",
    .step = 4,
    .cells = CELL_SITE,
    .reads =
        COLUMN_LIST(municipality_season, volunteer_ownership, volunteer_capacity,
                    volunteer_motivation, volunteer_burnout, volunteer_hours, volunteer_blocked),
    .writes = COLUMN_LIST(volunteer_hours_self, site_hours_self),
    .run = run,
};
