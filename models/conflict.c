/* Conflict and mediation (ODD: submodel E8).
 *
 *     starts with hazard  chi0 (1 - .8 c) (1 - T) (1.2 - .6 A) (1 + b_g |g - g_m|)
 *     ends with hazard    m0 + .4 e_P + .1 e_N
 *
 * An end that the manager brought about (the share of the hazard beyond m0) is constructive with
 * probability facilitator share x comp: then T <- T + k+ (1 - T), and an idea arrives (E15).  At
 * constant hazards the share in
 * conflict is chi / (chi + rho) of hazards, or of weekly probabilities 1 - e^-hazard. */
#include "models/submodels.h"

double conflict_start_hazard(const struct params *p, double clarity, double trust, double attitude,
                             double goal)
{
    return p->conflict_start * (1 - p->conflict_clarity * clarity) * (1 - trust) *
           fmax(0, p->conflict_base - p->conflict_attitude * attitude) *
           (1 + p->conflict_goals * fabs(goal - p->goals_municipality));
}

double conflict_end_hazard(const struct params *p, double process_effect,
                           double participation_effect)
{
    return p->conflict_end + p->conflict_process * process_effect +
           p->conflict_participation * participation_effect;
}

static void end_one(struct town *t, size_t s, size_t v, struct stream *stream)
{
    const struct params *p = site_params(t, s);
    double hazard =
        conflict_end_hazard(p, t->manager_process_effect[s], t->manager_participation_effect[s]);
    if (!(stream_uniform(stream) < 1 - exp_of(-hazard)))
        return;
    t->volunteer_conflict_next[v] = 0;
    double mediated = 1 - p->conflict_end / hazard;
    double constructive = mediated * p->role_facilitator * p->competence;
    if (!(stream_uniform(stream) < constructive))
        return;
    t->volunteer_trust_next[v] = (float)trust_next(p, t->volunteer_trust_next[v], true);
    t->site_constructive[s]++;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        struct stream stream;
        world_stream(&stream, w, t->volunteer_person[v], STREAM_conflict);
        if (t->volunteer_conflict[v]) {
            end_one(t, s, v, &stream);
            continue;
        }
        double hazard = conflict_start_hazard(p, t->manager_clarity[s], t->volunteer_trust[v],
                                              t->professional_attitude[t->volunteer_partner[v]],
                                              t->volunteer_goal[v]);
        t->volunteer_conflict_next[v] = stream_uniform(&stream) < 1 - exp_of(-hazard);
    }
}

const struct mechanism mechanism_conflict = {
    .name = "conflict",
    .equation = "E8",
    .meaning = "conflicts start, end, and are mediated",
    .source = "klijn2010",
    .off = "no conflict starts or ends",
    .step = 6,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_clarity, manager_process_effect, manager_participation_effect,
                         professional_attitude, volunteer_person, volunteer_partner,
                         volunteer_conflict, volunteer_trust, volunteer_goal),
    .writes = COLUMN_LIST(volunteer_conflict, volunteer_trust, site_constructive),
    .run = run,
};
