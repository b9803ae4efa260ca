/* Trust in the manager (ODD: submodel E6).  Trust grows by small steps and falls by large ones.
 *
 *     with probability .25 + .5 e_N an experience,
 *     good with probability lg(.8 + e_N + e_P + .8 c - 2.5 C (.5 + alpha) - K):
 *         T <- T + k+ (1 - T), else T <- T - k- T
 *
 * At success probability p it settles at T* = p k+ / (p k+ + (1 - p) k-). */
#include "models/submodels.h"

double trust_odds(const struct params *p, double process_effect, double participation_effect,
                  double clarity, double control, double autonomy, double conflict)
{
    return p->good_base + p->good_support * (participation_effect + process_effect) +
           p->good_clarity * clarity - p->good_control * control * (p->good_autonomy + autonomy) -
           p->good_conflict * conflict;
}

double trust_next(const struct params *p, double trust, bool good)
{
    return good ? trust + p->trust_gain * (1 - trust) : trust - p->trust_loss * trust;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double e_P = t->manager_process_effect[s], e_N = t->manager_participation_effect[s];
    double experience = clip(p->experience_base + p->experience_participation * e_N, 0, 1);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        struct stream stream;
        world_stream(&stream, w, t->volunteer_person[v], STREAM_trust);
        if (!(stream_uniform(&stream) < experience))
            continue;
        double odds = trust_odds(p, e_P, e_N, t->manager_clarity[s], t->manager_control[s],
                                 t->volunteer_autonomy[v], t->volunteer_conflict[v]);
        bool good = stream_uniform(&stream) < logistic(odds);
        t->volunteer_trust_next[v] = (float)trust_next(p, t->volunteer_trust_next[v], good);
    }
}

const struct mechanism mechanism_trust = {
    .name = "trust",
    .equation = "E6",
    .meaning = "experiences with the manager build and break trust",
    .source = "klijn2010",
    .off = "trust in the manager does not learn from experience",
    .step = 6,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_process_effect, manager_participation_effect, manager_clarity,
                         manager_control, volunteer_person, volunteer_autonomy, volunteer_conflict,
                         volunteer_trust),
    .writes = COLUMN_LIST(volunteer_trust),
    .run = run,
};
