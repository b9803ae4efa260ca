/* Innovation (ODD: submodel E15).  Ideas come where people differ, a catalyst stirs them and
 * professionals are open; they are carried out where there is a mandate and somebody facilitates
 * (S0 section 5.2, S4).
 *
 *     ideas a week    Poisson(n nu_I diversity (1 + 2 catalyst e_P) openness (1 + avant-garde))
 *                     and one of each tenth conflict that ended constructively (E8)
 *     diversity       min(1, sd(g) / .29)        openness  (1 + mean A) / 2
 *     implemented     lg(-1 + 2 W + facilitator e_P + 1.5 psi [crosses sectors])
 *
 * n is the number of co-producers, avant-garde the share of the site's partner associations that
 * are ahead of the municipality; three ideas in ten cross sectors.  When one is carried out,
 * trust takes one good step for those who were at a project meeting this week.  What follows for
 * sector, mandate and silos is in diffusion.c and silos.c. */
#include "models/submodels.h"

#include <gsl/gsl_randist.h>

double idea_rate(const struct params *p, double goal_spread, double process_effect, double openness,
                 double avant_garde)
{
    double diversity = fmin(1, goal_spread / p->diverse);
    return p->idea_rate * diversity * (1 + p->idea_catalyst * p->role_catalyst * process_effect) *
           openness * (1 + p->avant_garde_ideas * avant_garde);
}

double implementation_probability(const struct params *p, double mandate, double process_effect,
                                  double silos, bool crosses)
{
    return logistic(p->implement_base + p->implement_mandate * mandate +
                    p->implement_facilitator * p->role_facilitator * process_effect +
                    (crosses ? p->implement_silos * silos : 0));
}

/* Of conflicts that ended constructively, those that brought an idea that is new. */
static uint32_t ideas_of_conflict(const struct town *t, size_t s, struct stream *stream)
{
    uint32_t ideas = 0;
    for (uint32_t k = 0; k < t->site_constructive[s]; k++)
        ideas += stream_uniform(stream) < site_params(t, s)->idea_conflict;
    return ideas;
}

/* How open a site's professionals are to volunteers, in [0, 1]. */
static double openness(const struct town *t, size_t s)
{
    size_t first = t->site_professional_first[s], count = t->site_professional_count[s];
    double sum = 0;
    for (size_t j = first; j < first + count; j++)
        sum += (1 + (double)t->professional_attitude[j]) / 2;
    return sum / (double)count;
}

static void celebrate(struct town *t, size_t s, const struct params *p)
{
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++)
        if (t->volunteer_met[v])
            t->volunteer_trust_next[v] = (float)trust_next(p, t->volunteer_trust_next[v], true);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t m = t->site_municipality[s];
    double e_P = t->manager_process_effect[s];
    double rate =
        t->site_volunteer_count[s] * idea_rate(p, t->site_goal_spread[s], e_P, openness(t, s),
                                               site_partner_share(t, s, ROLE_AVANTGARDE));
    struct stream stream;
    gsl_rng r;
    world_stream(&stream, w, s, STREAM_innovation);
    stream_gsl(&r, &stream);
    t->site_ideas[s] = gsl_ran_poisson(&r, rate) + ideas_of_conflict(t, s, &stream);
    for (uint32_t k = 0; k < t->site_ideas[s]; k++) {
        bool crosses = stream_uniform(&stream) < p->idea_crossing;
        double chance = implementation_probability(p, t->municipality_mandate[m], e_P,
                                                   t->municipality_silos[m], crosses);
        bool implemented = stream_uniform(&stream) < chance;
        t->site_innovations[s] += implemented;
        t->site_joint[s] += implemented && crosses;
    }
    if (t->site_innovations[s] > 0)
        celebrate(t, s, p);
}

const struct mechanism mechanism_innovation = {
    .name = "innovation",
    .equation = "E15",
    .meaning = "co-producers have ideas, and some are carried out",
    .source = "S0, S4",
    .off = "nobody has an idea",
    .step = 7,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_mandate, municipality_silos, manager_process_effect,
                         site_goal_spread, site_constructive, association_alive, association_role,
                         association_site, professional_attitude, volunteer_met, volunteer_trust),
    .writes = COLUMN_LIST(site_ideas, site_innovations, site_joint, volunteer_trust),
    .run = run,
};
