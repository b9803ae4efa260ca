/* Contact between professionals and volunteers (ODD: submodels E7 and E6).  Prejudice falls by
 * working together (Pettigrew and Tropp 2006; five years from "what for?" to "when can we get
 * more?", S1).
 *
 *     contact with probability (.14 + .32 lg(3A)) (.6 + .8 e_N) min(1, n / n_prof)
 *     good with probability    clip(.52 + .25 c + .22 k + .15 (M - .5) - .3 K - .1 [new])
 *     A <- A + eta+ (1 - A), else A <- A - eta- (1 + A)
 *
 * A professional works with one of the volunteers paired with him or her, or where there is none
 * with any at the site.  The paired volunteer's trust T_ij takes the step of E6 on the same
 * outcome.      */
#include "models/submodels.h"

double contact_probability(const struct params *p, double attitude, double participation_effect,
                           double volunteers, double professionals)
{
    double open = p->contact_base + p->contact_attitude * logistic(p->contact_steepness * attitude);
    double led = p->contact_alone + p->contact_participation * participation_effect;
    double met = volunteers < professionals ? volunteers / professionals : 1;
    return clip(open * led * met, 0, 1);
}

double contact_good_probability(const struct params *p, double clarity, double skill,
                                double motivation, double conflict, bool newcomer)
{
    return clip(p->contact_good + p->contact_clarity * clarity + p->contact_skill * skill +
                    p->contact_motivation * (motivation - 0.5) - p->contact_conflict * conflict -
                    (newcomer ? p->contact_new : 0),
                0, 1);
}

double attitude_after_contact(const struct params *p, double attitude, bool good)
{
    return good ? attitude + p->attitude_gain * (1 - attitude)
                : attitude - p->attitude_loss * (1 + attitude);
}

/* Lists the site's rows in the order of their professionals, in volunteer_spare_row. */
static void list_pairs(struct town *t, size_t s)
{
    uint32_t first = t->site_volunteer_first[s];
    size_t end = first + t->site_volunteer_count[s];
    size_t first_professional = t->site_professional_first[s];
    size_t end_professional = first_professional + t->site_professional_count[s];
    uint32_t place = first;
    for (size_t j = first_professional; j < end_professional; j++) {
        t->professional_pair_first[j] = place;
        place += t->professional_pairs[j];
        t->professional_pairs[j] = 0;
    }
    for (size_t v = first; v < end; v++) {
        size_t j = t->volunteer_partner[v];
        t->volunteer_spare_row[t->professional_pair_first[j] + t->professional_pairs[j]++] =
            (uint32_t)v;
    }
}

static void work_together(struct town *t, size_t s, size_t j, struct stream *stream)
{
    const struct params *p = site_params(t, s);
    uint32_t pairs = t->professional_pairs[j];
    size_t v =
        pairs > 0
            ? t->volunteer_spare_row[t->professional_pair_first[j] + stream_below(stream, pairs)]
            : t->site_volunteer_first[s] + stream_below(stream, t->site_volunteer_count[s]);
    bool newcomer = t->volunteer_status[v] == CITIZEN_ONBOARDING;
    bool good =
        stream_uniform(stream) <
        contact_good_probability(p, t->manager_clarity[s], t->volunteer_skill[v],
                                 t->volunteer_motivation[v], t->volunteer_conflict[v], newcomer);
    t->professional_attitude_next[j] =
        (float)attitude_after_contact(p, t->professional_attitude_next[j], good);
    if (pairs > 0)
        t->volunteer_bond_next[v] = (float)trust_next(p, t->volunteer_bond_next[v], good);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    if (t->site_volunteer_count[s] == 0)
        return;
    list_pairs(t, s);
    size_t first = t->site_professional_first[s];
    size_t end = first + t->site_professional_count[s];
    for (size_t j = first; j < end; j++) {
        struct stream stream;
        world_stream(&stream, w, j, STREAM_contact);
        double meets =
            contact_probability(p, t->professional_attitude[j], t->manager_participation_effect[s],
                                t->site_volunteer_count[s], t->site_professional_count[s]);
        if (stream_uniform(&stream) < meets)
            work_together(t, s, j, &stream);
    }
}

const struct mechanism mechanism_contact = {
    .name = "contact",
    .equation = "E7",
    .meaning = "professionals work with volunteers and change their minds",
    .source = "pettigrew2006, S1",
    .off = "professionals and volunteers do not meet",
    .step = 5,
    .cells = CELL_SITE,
    .reads =
        COLUMN_LIST(manager_clarity, manager_participation_effect, volunteer_partner,
                    volunteer_status, volunteer_skill, volunteer_motivation, volunteer_conflict,
                    volunteer_bond, professional_attitude, professional_pairs),
    .writes = COLUMN_LIST(professional_attitude, professional_pairs, professional_pair_first,
                          volunteer_bond, volunteer_spare_row),
    .run = run,
};
