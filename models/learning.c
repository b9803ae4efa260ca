/* Learning by doing (ODD: submodel E11).
 *
 *     k' = k + l (1 - k) min(1, h / 2) (.5 + .5 f)
 *
 * The knowledge of the association through which somebody came grows by .01 k h; whoever leaves
 * takes k (1 - doc) along (S1).  At full hours and attention k_t = 1 - (1 - k0)(1 - l)^t. */
#include "models/submodels.h"

double learning_next(const struct params *p, double skill, double hours, double attention)
{
    double practice = clip(hours / p->learning_hours, 0, 1);
    double guidance = p->learning_alone + (1 - p->learning_alone) * attention;
    return skill + p->learning * (1 - skill) * practice * guidance;
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
        size_t a = t->citizen_association[t->volunteer_person[v]];
        if (a != NOBODY)
            t->association_knowledge[a] +=
                (float)(p->knowledge_growth * t->volunteer_skill[v] * hours);
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
    .reads = COLUMN_LIST(manager_attention, citizen_association, volunteer_person, volunteer_hours,
                         volunteer_hours_self, volunteer_skill),
    .writes = COLUMN_LIST(volunteer_skill, association_knowledge),
    .run = run,
};
