/* Output and quality (ODD: submodel E11).
 *
 *     Y = sum of k h (1 - .4 K) (.6 + .4 c) (.75 + .125 (A + 1)) x bonus,
 *         self-initiated hours without the factor in c
 *     all of it times (1 - sd(g) / 2) (1 + .2 q)
 *     Q = 1 - e^{-(Y_prof + (1 + b_pres) Y) / D}
 *
 * Scattered goals (E14) take from the output of a site, what innovations have made of the work of
 * its sector (E15) adds to it.
 * A is the paired professional's attitude, the bonus what the association through which somebody
 * came knows (learning.c; 1 without one).  Professionals produce their client time, less under
 * burnout and cuts; D is all the hours of need at the site, theirs and volunteers'.  Recent hours
 * are an exponential mean over `recent_weeks`.  Also here, because it follows from
 * hours alone: the load of a volunteer. */
#include "models/submodels.h"

double output_of(const struct params *p, double skill, double hours, double hours_self,
                 double conflict, double clarity, double attitude)
{
    double asked = hours * (p->output_unclear + p->output_clarity * clarity);
    return skill * (asked + hours_self) * (1 - p->output_conflict * conflict) *
           (p->output_sceptic + p->output_attitude * (attitude + 1));
}

double output_factor(const struct params *p, double goal_spread, double effectiveness)
{
    return (1 - p->output_scattered * goal_spread) * (1 + p->effect_output * effectiveness);
}

static double professional_output(const struct town *t, size_t s, const struct params *p)
{
    size_t first = t->site_professional_first[s];
    size_t end = first + t->site_professional_count[s];
    double working = 0;
    for (size_t j = first; j < end; j++)
        working += 1 - p->professional_slack * (double)t->professional_burnout[j];
    double cuts = t->municipality_cuts[t->site_municipality[s]];
    return working * p->professional_hours * (1 - cuts / 100);
}

static double bonus_of(const struct town *t, size_t v, const struct params *p)
{
    size_t a = t->volunteer_association[v];
    return a == NOBODY
               ? 1
               : knowledge_bonus(p, t->association_knowledge[a], t->association_coproducers[a]);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double season = t->municipality_season[t->site_municipality[s]];
    double clarity = t->manager_clarity[s];
    float memory = (float)(1 / p->recent_weeks);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    double sum = 0;
    for (size_t v = first; v < end; v++) {
        float hours = t->volunteer_hours[v] + t->volunteer_hours_self[v];
        sum += output_of(p, t->volunteer_skill[v], t->volunteer_hours[v],
                         t->volunteer_hours_self[v], t->volunteer_conflict[v], clarity,
                         t->professional_attitude[t->volunteer_partner[v]]) *
               bonus_of(t, v, p);
        t->volunteer_load[v] = (float)(hours / (t->volunteer_capacity[v] * season));
        t->volunteer_recent_hours_next[v] += memory * (hours - t->volunteer_recent_hours[v]);
    }
    sum *= output_factor(p, t->site_goal_spread[s], t->site_effectiveness[s]);
    double need = p->professional_hours * p->professional_workload * t->site_professional_count[s] +
                  site_demand(t, s);
    double met = professional_output(t, s, p) + (1 + p->presence) * sum;
    t->site_output[s] = (float)sum;
    t->site_quality[s] = (float)(need > 0 ? 1 - exp_of(-met / need) : 1);
}

const struct mechanism mechanism_production = {
    .name = "production",
    .equation = "E11",
    .meaning = "hours become output, and output quality for users",
    .source = "S1",
    .off = "hours give no output and tire nobody",
    .step = 5,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_cuts, municipality_season, municipality_demand,
                         manager_clarity, site_goal_spread, site_effectiveness,
                         professional_attitude, professional_burnout, volunteer_hours,
                         volunteer_hours_self, volunteer_skill, volunteer_conflict,
                         volunteer_partner, volunteer_capacity, volunteer_recent_hours),
    .writes = COLUMN_LIST(site_output, site_quality, volunteer_load, volunteer_recent_hours),
    .run = run,
};
