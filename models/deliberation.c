/* Deliberation (ODD: submodel E14).  In project meetings people move towards those whose goals are
 * not too far from their own (bounded confidence, Hegselmann and Krause 2002; roles S0
 * section 5.2).
 *
 *     a co-producer meets another one with probability  .1 + .6 facilitator e_P
 *     if |g_j - g| < eps0 + .25 facilitator e_P:         g <- g + mu_g (g_j - g)
 *     the manager who takes part pulls:                  g <- g + w_N e_N (g_m - g)
 *     the catalyst loosens:                              g <- g + N(0, .05 catalyst e_P)
 *
 * Whose project is blocked (framing.c) learns so at a meeting: T <- T - k- T, and ownership falls
 * by .05 of itself.  Without bounds, pull and noise the expected goals are those of DeGroot: they
 * go to their mean at the rate 1 - r mu_g n / (n - 1), r the probability to meet. */
#include "models/submodels.h"

double meeting_probability(const struct params *p, double process_effect)
{
    return clip(p->meetings + p->meetings_facilitator * p->role_facilitator * process_effect, 0, 1);
}

double confidence_bound(const struct params *p, double process_effect)
{
    return p->confidence + p->confidence_facilitator * p->role_facilitator * process_effect;
}

double goal_after_meeting(const struct params *p, double goal, double other, double process_effect,
                          double participation_effect, double noise)
{
    double next = goal;
    if (fabs(other - goal) < confidence_bound(p, process_effect))
        next += p->goals_step * (other - goal);
    next += p->goals_pull * participation_effect * (p->goals_municipality - next);
    next += p->goals_catalyst * p->role_catalyst * process_effect * noise;
    return clip(next, 0, 1);
}

static void learn_of_block(struct town *t, size_t s, size_t v, const struct params *p)
{
    t->volunteer_trust_next[v] = (float)trust_next(p, t->volunteer_trust_next[v], false);
    t->volunteer_ownership_next[v] *= (float)(1 - p->blocked_ownership);
    t->site_blocked[s]++;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double e_P = t->manager_process_effect[s], e_N = t->manager_participation_effect[s];
    double meets = meeting_probability(p, e_P);
    size_t first = t->site_volunteer_first[s];
    uint32_t count = t->site_volunteer_count[s];
    for (size_t v = first; v < first + count; v++) {
        struct stream stream;
        world_stream(&stream, w, t->volunteer_person[v], STREAM_deliberation);
        if (count < 2 || !(stream_uniform(&stream) < meets))
            continue;
        size_t other = first + stream_below(&stream, count - 1);
        other += other >= v;
        t->volunteer_goal_next[v] = (float)goal_after_meeting(
            p, t->volunteer_goal[v], t->volunteer_goal[other], e_P, e_N, stream_normal(&stream));
        t->volunteer_met[v] = 1;
        if (t->volunteer_blocked[v])
            learn_of_block(t, s, v, p);
    }
}

const struct mechanism mechanism_deliberation = {
    .name = "deliberation",
    .equation = "E14",
    .meaning = "co-producers talk about goals and come nearer, or hear that their project is "
               "blocked",
    .source = "hegselmann2002, S0",
    .off = "nobody meets on goals",
    .step = 7,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_process_effect, manager_participation_effect, volunteer_person,
                         volunteer_goal, volunteer_blocked, volunteer_trust, volunteer_ownership),
    .writes = COLUMN_LIST(volunteer_goal, volunteer_met, volunteer_trust, volunteer_ownership,
                          site_blocked),
    .run = run,
};
