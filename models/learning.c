/* Learning by doing (ODD: submodel E11).
 *
 *     k' = k + l (1 - k) min(1, h / 2) (.5 + .5 f)
 *
 * At full hours and attention k_t = 1 - (1 - k0)(1 - l)^t.
 *
 * The knowledge of the association through which somebody came grows by .01 k h.  Whoever leaves
 * takes along about what he or she has put in and nobody wrote down, .01 k h x tenure (1 - doc)
 * with h recent hours, as far as the stock goes (S1; exit.c).  What is known makes the
 * association's n co-producers do more: output is multiplied by 1 + .2 (1 - e^{-stock / (5 n)})
 * (production.c). */
#include "models/submodels.h"

double learning_next(const struct params *p, double skill, double hours, double attention)
{
    double practice = clip(hours / p->learning_hours, 0, 1);
    double guidance = p->learning_alone + (1 - p->learning_alone) * attention;
    return skill + p->learning * (1 - skill) * practice * guidance;
}

double knowledge_brought(const struct params *p, double skill, double hours)
{
    return p->knowledge_growth * skill * hours;
}

double knowledge_taken(const struct params *p, double skill, double hours, double tenure)
{
    return knowledge_brought(p, skill, hours) * tenure * (1 - p->doc);
}

double knowledge_bonus(const struct params *p, double knowledge, double coproducers)
{
    double each = share_of(knowledge, coproducers);
    return 1 + p->knowledge_gain * (1 - exp_of(-each / p->knowledge_scale));
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double attention = t->manager_attention[s];
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        double hours = t->volunteer_hours[v] + t->volunteer_hours_self[v];
        t->volunteer_skill_next[v] =
            (float)learning_next(p, t->volunteer_skill_next[v], hours, attention);
        size_t a = t->volunteer_association[v];
        if (a != NOBODY)
            t->association_knowledge[a] +=
                (float)knowledge_brought(p, t->volunteer_skill[v], hours);
    }
}

const struct mechanism mechanism_learning = {
    .name = "learning",
    .equation = "E11",
    .meaning = "volunteers and associations learn by doing",
    .source = "S1",
    .off = "nobody learns",
    .step = 5,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_attention, volunteer_association, volunteer_hours,
                         volunteer_hours_self, volunteer_skill),
    .writes = COLUMN_LIST(volunteer_skill, association_knowledge),
    .run = run,
};
