/* Burnout (ODD: submodel E5).  Strain is what demands exceed resources by (Lewig et al. 2007); it
 * fills the burnout that is still possible, and rest empties it, less under load (Homer 1985).
 *
 *     D = .75 load + em + .25 (1 - c) + .3 K
 *     R = .30 e_P + .25 rel + .15 (1 - C) + .10 c
 *     S = max(0, D - R)
 *     B' = B + a_B S (1 - B) - rho_B B max(.15, 1 - load / 1.5)                          per week
 *
 * Fixed point at constant strain: B* = a S / (a S + rho').  Professionals burn out by the same
 * form: their load is the work that clients, cuts and unmet demand bring over their client time,
 * after the relief that volunteers give, and their relatedness the trust of the volunteers paired
 * with them.   */
#include "models/submodels.h"

double burnout_strain(const struct params *p, double load, double clarity, double conflict,
                      double support, double relatedness, double control)
{
    double demands = p->demand_load * load + p->emotional + p->demand_unclear * (1 - clarity) +
                     p->demand_conflict * conflict;
    double resources = p->resource_support * support + p->resource_relatedness * relatedness +
                       p->resource_autonomy * (1 - control) + p->resource_clarity * clarity;
    return fmax(0, demands - resources);
}

double burnout_next(const struct params *p, double burnout, double strain, double load)
{
    double rest = fmax(p->rest_floor, 1 - load / p->rest_load);
    return clip(burnout + p->burnout_rate * strain * (1 - burnout) -
                    p->burnout_rest * burnout * rest,
                0, 1);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        double load = t->volunteer_load[v];
        double strain = burnout_strain(p, load, t->manager_clarity[s], t->volunteer_conflict[v],
                                       t->manager_process_effect[s], t->volunteer_relatedness[v],
                                       t->manager_control[s]);
        t->volunteer_burnout_next[v] =
            (float)burnout_next(p, t->volunteer_burnout_next[v], strain, load);
    }
}

/* Work of a professional over client time: what clients ask for, shared among those whom cuts left,
 * and the site's unmet demand less what volunteers take over. */
static double workload_of(const struct town *t, size_t s, const struct params *p)
{
    double cuts = t->municipality_cuts[t->site_municipality[s]];
    double time = p->professional_hours * t->site_professional_count[s];
    double shifted = t->site_hours_unmet[s] - p->overlap * t->site_output[s];
    return fmax(0, p->professional_workload / (1 - cuts / 100) + share_of(shifted, time));
}

static void professional_run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double load = workload_of(t, s, p);
    size_t first = t->site_professional_first[s];
    size_t end = first + t->site_professional_count[s];
    for (size_t j = first; j < end; j++) {
        uint32_t pairs = t->professional_pairs[j];
        double relatedness = pairs > 0 ? (double)t->professional_bonds[j] / pairs : 0.5;
        double strain =
            burnout_strain(p, load, t->manager_clarity[s], 0, t->manager_process_effect[s],
                           clip(relatedness, 0, 1), t->manager_control[s]);
        t->professional_burnout_next[j] =
            (float)burnout_next(p, t->professional_burnout_next[j], strain, load);
    }
}

const struct mechanism mechanism_burnout = {
    .name = "burnout",
    .equation = "E5",
    .meaning = "demands beyond resources burn volunteers out, rest restores them",
    .source = "lewig2007, homer1985",
    .off = "volunteers' burnout stays as it is",
    .step = 8,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_clarity, manager_control, manager_process_effect, volunteer_load,
                         volunteer_conflict, volunteer_relatedness, volunteer_burnout),
    .writes = COLUMN_LIST(volunteer_burnout),
    .run = run,
};

const struct mechanism mechanism_professional_burnout = {
    .name = "professional_burnout",
    .equation = "E5",
    .meaning = "the same for professionals, relieved by volunteers and loaded by what nobody does",
    .source = "lewig2007, homer1985",
    .off = "professionals' burnout stays as it is",
    .step = 8,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_cuts, manager_clarity, manager_control,
                         manager_process_effect, site_hours_unmet, site_output, professional_pairs,
                         professional_bonds, professional_burnout),
    .writes = COLUMN_LIST(professional_burnout),
    .run = professional_run,
};
