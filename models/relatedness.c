/* Relatedness (ODD: submodel E4).  People stay where others are glad that they are there (S0, S1).
 *
 *     rel = clip(.5 + .35 A_j + .15 (mean M of active friends - .5))
 *
 * A_j is the paired professional's attitude; friends are those who volunteer anywhere, weighted by
 * the tie; without any the last term is 0. */
#include "models/submodels.h"

/* Without a branch, since who volunteers cannot be guessed: others count 0 times. */
static double friends_motivation(const struct town *t, size_t person)
{
    const struct network *ties = &t->world.ties;
    double sum = 0, weights = 0;
    for (uint32_t k = ties->start[person]; k < ties->start[person + 1]; k++) {
        size_t friend = ties->target[k];
        double volunteers = citizen_volunteers(t->citizen_status[friend]);
        double weight = ties->weight ? volunteers * (double)ties->weight[k] : volunteers;
        sum += weight * (double)t->citizen_motivation[friend];
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0.5;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        double attitude = t->professional_attitude[t->volunteer_partner[v]];
        double friends = friends_motivation(t, t->volunteer_person[v]) - 0.5;
        t->volunteer_relatedness[v] =
            (float)clip(0.5 + p->rel_professional * attitude + p->rel_friends * friends, 0, 1);
    }
}

static void absent(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++)
        t->volunteer_relatedness[v] = 0.5f;
}

const struct mechanism mechanism_relatedness = {
    .name = "relatedness",
    .equation = "E4",
    .meaning = "volunteers feel related to their professional and their friends",
    .source = "S0, S1",
    .off = "relatedness is neutral: rel = .5",
    .step = 8,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(volunteer_person, volunteer_partner, professional_attitude, citizen_status,
                         citizen_motivation),
    .writes = COLUMN_LIST(volunteer_relatedness),
    .reads_tied = COLUMN_LIST(citizen_status, citizen_motivation),
    .run = run,
    .absent = absent,
};
