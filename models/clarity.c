/* Clarity of tasks (ODD: submodel E2).  Frames and presence make tasks clear; turbulence undoes the
 * clarity of frames (S0 section 5.1).
 *
 *     c_s = 1 - e^{-1.5 (e_D + e_G)}          by frames
 *     c_a = 1 - e^{-1.2 (e_P + .7 e_N)}       by presence
 *     c   = 1 - (1 - c_s (1 - tau)) (1 - .8 c_a) */
#include "models/submodels.h"

double clarity_of_tasks(const struct params *p, double design_effect, double goals_effect,
                        double process_effect, double participation_effect, double turbulence)
{
    double by_frames = 1 - exp_of(-p->clarity_frames * (design_effect + goals_effect));
    double by_presence =
        1 - exp_of(-p->clarity_presence *
                   (process_effect + p->clarity_participation * participation_effect));
    double calm = 1 - p->turbulence_effect * turbulence;
    return 1 - (1 - by_frames * calm) * (1 - p->clarity_reach * by_presence);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    t->manager_clarity[s] = (float)clarity_of_tasks(
        site_params(t, s), t->manager_design_effect[s], t->manager_goals_effect[s],
        t->manager_process_effect[s], t->manager_participation_effect[s],
        t->municipality_turbulence[t->site_municipality[s]]);
}

static void absent(struct world *w, size_t s)
{
    town_of(w)->manager_clarity[s] = 1;
}

const struct mechanism mechanism_clarity = {
    .name = "clarity",
    .equation = "E2",
    .meaning = "frames and presence make tasks clear, turbulence unclear",
    .source = "S0",
    .off = "all is clear: c = 1",
    .step = 2,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_turbulence, manager_design_effect, manager_goals_effect,
                         manager_process_effect, manager_participation_effect),
    .writes = COLUMN_LIST(manager_clarity),
    .run = run,
    .absent = absent,
};
