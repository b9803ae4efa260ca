/* Attention (ODD: submodel E1).  A manager's hours for volunteers are scaled to what there is
 * (Bitterman and Koliba 2020; sizes S1).
 *
 *     d   = a_D s_D + a_G s_G + a_P s_P n_direct + a_A s_P n_assoc + a_N s_N + o n_new
 *           + a_up s_up + h_rec r                                             hours asked for
 *     f   = min(1, H (1 - nu) / d)                                            share there is
 *     e_P = s_P f,  e_N = s_N f                       hands-on works only as far as there is time
 *     e_D = s_D (.3 + .7 f),  e_G = s_G (.3 + .7 f)   written frames keep a part without it
 *
 * The convener plans r = convener share x H (1 - nu) / h_rec recruits a week for a site where all
 * demand is unmet, and as many fewer as less of it is. */
#include "models/submodels.h"

double attention_needed(const struct params *p, double design, double goals, double process,
                        double participation, double direct, double associations, double newcomers,
                        double recruits)
{
    return p->hours_design * design + p->hours_goals * goals + p->hours_direct * process * direct +
           p->hours_association * process * associations + p->hours_participation * participation +
           p->hours_onboarding * newcomers + p->hours_upwards * p->level_upwards +
           p->hours_recruit * recruits;
}

double attention_share(double hours, double needed)
{
    return needed > hours ? hours / needed : 1;
}

static void set(struct town *t, size_t s, double needed, double attention)
{
    const struct params *p = site_params(t, s);
    double frames = p->frame_part + (1 - p->frame_part) * attention;
    t->manager_hours_needed[s] = (float)needed;
    t->manager_hours_used[s] = (float)(needed * attention);
    t->manager_attention[s] = (float)attention;
    t->manager_hours_upwards[s] = (float)(p->hours_upwards * p->level_upwards * attention);
    t->manager_process_effect[s] = (float)(t->manager_process[s] * attention);
    t->manager_participation_effect[s] = (float)(t->manager_participation[s] * attention);
    t->manager_design_effect[s] = (float)(t->manager_design[s] * frames);
    t->manager_goals_effect[s] = (float)(t->manager_goals[s] * frames);
}

static double plan(struct town *t, size_t s)
{
    const struct params *p = site_params(t, s);
    double coordinators = t->municipality_coordinators[t->site_municipality[s]];
    double hours = fmax(0, p->manager_hours + coordinators) * (1 - p->documentation);
    double recruits = p->role_convener * hours / p->hours_recruit * t->site_unmet_share[s];
    t->manager_hours[s] = (float)hours;
    t->manager_recruits_planned[s] = (float)recruits;
    return attention_needed(p, t->manager_design[s], t->manager_goals[s], t->manager_process[s],
                            t->manager_participation[s], t->site_direct[s], site_partners(t, s),
                            t->site_newcomers[s], recruits);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    double needed = plan(t, s);
    set(t, s, needed, attention_share(t->manager_hours[s], needed));
}

static void absent(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    set(t, s, plan(t, s), 1);
}

const struct mechanism mechanism_attention = {
    .name = "attention",
    .equation = "E1",
    .meaning = "managers' hours are scaled to what there is",
    .source = "bitterman2020, S1",
    .off = "attention is unlimited: f = 1",
    .step = 2,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_coordinators, association_alive, association_site,
                         site_unmet_share, site_direct, site_newcomers, manager_design,
                         manager_goals, manager_process, manager_participation),
    .writes =
        COLUMN_LIST(manager_hours, manager_hours_needed, manager_hours_used, manager_hours_upwards,
                    manager_recruits_planned, manager_attention, manager_design_effect,
                    manager_goals_effect, manager_process_effect, manager_participation_effect),
    .run = run,
    .absent = absent,
};
