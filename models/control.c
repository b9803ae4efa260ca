/* Perceived control (ODD: submodel E3).  Every instrument is felt as control, less so from a
 * competent manager (S0; Oostlander et al. 2013).
 *
 *     C = (1 - comp/2) (w_D s_D + w_G s_G + w_P s_P + w_N s_N) + w_E [evaluation = control]
 *
 * Rules bind with their nominal level even when nobody has time, support counts with the effective
 * one (E1): that is the trap of steering without attention. */
#include "models/submodels.h"

double control_perceived(const struct params *p, double design, double goals, double process,
                         double participation)
{
    double felt = p->control_design * design + p->control_goals * goals +
                  p->control_process * process + p->control_participation * participation;
    double evaluated = (int)p->evaluation == EVALUATION_CONTROL ? p->control_evaluation : 0;
    return (1 - p->control_tact * p->competence) * felt + evaluated;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    t->manager_control[s] =
        (float)control_perceived(site_params(t, s), t->manager_design[s], t->manager_goals[s],
                                 t->manager_process[s], t->manager_participation[s]);
}

static void absent(struct world *w, size_t s)
{
    town_of(w)->manager_control[s] = 0;
}

const struct mechanism mechanism_control = {
    .name = "control",
    .equation = "E3",
    .meaning = "steering is felt as control",
    .source = "S0, oostlander2013",
    .off = "nothing is felt as control: C = 0",
    .step = 2,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_design, manager_goals, manager_process, manager_participation),
    .writes = COLUMN_LIST(manager_control),
    .run = run,
    .absent = absent,
};
