/* Motivation (ODD: submodel E4).  Motivation follows what supports and what thwarts it (Clary and
 * Snyder 1998; Forner et al. 2023; Oostlander et al. 2013; Frey and Jegen 2001).
 *
 *     M' = M + lambda (lg(x) - M) + sd_M e,   e ~ N(0, 1)                                per week
 *     x  = b0 + b_phi (phi - .5) + b_S e_P + b_c c + b_T (T - .5) + b_R (rel - .5) + b_O (O - .5)
 *          - b_U alpha C - b_B B - b_K K - b_nu nu - b_idle [load < .2] - b_bore bore - b_pay pay
 *     bore = 1 - e^{-tenure / 104}
 *
 * With frozen inputs it is an AR(1) process of mean lg(x), variance sd^2 / (2 lambda - lambda^2)
 * and autocorrelation (1 - lambda)^k. */
#include "models/submodels.h"

double motivation_drive(const struct params *p, const struct motives *m)
{
    double boredom = 1 - exp_of(-m->tenure / p->bore_weeks);
    return p->b_0 + p->b_fit * (m->fit - 0.5) + p->b_support * m->support +
           p->b_clarity * m->clarity + p->b_trust * (m->trust - 0.5) +
           p->b_relatedness * (m->relatedness - 0.5) + p->b_ownership * (m->ownership - 0.5) -
           p->b_autonomy * m->autonomy * m->control - p->b_burnout * m->burnout -
           p->b_conflict * m->conflict - p->b_documentation * p->documentation -
           (m->load < p->idle_below ? p->b_idle : 0) - p->b_bore * boredom - p->b_pay * p->paid;
}

double motivation_next(const struct params *p, double motivation, double drive, double noise)
{
    return clip(motivation + p->motivation_rate * (logistic(drive) - motivation) +
                    p->motivation_noise * noise,
                0, 1);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        struct motives m = {
            .fit = t->volunteer_fit[v],
            .support = t->manager_process_effect[s],
            .clarity = t->manager_clarity[s],
            .trust = t->volunteer_trust[v],
            .relatedness = t->volunteer_relatedness[v],
            .ownership = t->volunteer_ownership[v],
            .autonomy = t->volunteer_autonomy[v],
            .control = t->manager_control[s],
            .burnout = t->volunteer_burnout[v],
            .conflict = t->volunteer_conflict[v],
            .load = t->volunteer_load[v],
            .tenure = t->volunteer_tenure[v],
        };
        struct stream stream;
        world_stream(&stream, w, t->volunteer_person[v], STREAM_motivation);
        t->volunteer_motivation_next[v] = (float)motivation_next(
            p, t->volunteer_motivation_next[v], motivation_drive(p, &m), stream_normal(&stream));
    }
}

const struct mechanism mechanism_motivation = {
    .name = "motivation",
    .equation = "E4",
    .meaning = "motivation follows what supports and what thwarts it",
    .source = "clary1998, forner2023, oostlander2013, frey2001",
    .off = "motivation stays as it is",
    .step = 8,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_process_effect, manager_clarity, manager_control, volunteer_person,
                         volunteer_fit, volunteer_trust, volunteer_relatedness, volunteer_ownership,
                         volunteer_autonomy, volunteer_burnout, volunteer_conflict, volunteer_load,
                         volunteer_tenure, volunteer_motivation),
    .writes = COLUMN_LIST(volunteer_motivation),
    .run = run,
};
