/* Recruitment (ODD: submodel E9).  Most people come because somebody asked them (S0).
 *
 *     invites with probability  i M (.5 + .5 T)           an active volunteer; ambassadors 3 x that
 *                               (co-producers of more than a year with M > .7)
 *     one friend (share .8) or stranger, who if inactive
 *     accepts with probability  p_acc (phi / .55) (1 - B) e^{-age gap / 40}
 *     without invitation        p0 (1 + campaign)
 *     a convener                Poisson(convener hours / h_rec) accepted personal invitations
 *
 * Who is asked by a co-producer is offered a task at the same site (in another municipality, at a
 * site of that one); who is asked by another volunteer is offered that one's own activity, of mean
 * fit.  Volunteers elsewhere keep the motivation and the trust that they began with: what moves
 * them is outside the model.  Rare events are found by geometric gaps over blocks of citizens, at
 * the rate of the keenest, and thinned: the same draws whoever is active. */
#include "models/submodels.h"

#include <gsl/gsl_randist.h>

double invitation_probability(const struct params *p, double motivation, double trust,
                              bool ambassador)
{
    double keen = p->invite * motivation * (0.5 + 0.5 * trust);
    return clip(ambassador ? p->ambassador * keen : keen, 0, 1);
}

double acceptance_probability(const struct params *p, double fit, double burnout, double age_gap)
{
    return clip(p->p_acc * fit / p->fit_mean * (1 - burnout) * exp_of(-age_gap / p->age_homophily),
                0, 1);
}

double skill_of_newcomer(const struct params *p, double before)
{
    return fmax(p->skill_start, p->skill_kept * before);
}

static size_t random_site(const struct town *t, size_t municipality, struct stream *s)
{
    return t->municipality_site_first[municipality] +
           stream_below(s, t->municipality_site_count[municipality]);
}

/* A site of the person's own sector; sites stand in turn for the sectors (population.c). */
size_t recruitment_site(const struct town *t, size_t person, struct stream *s)
{
    size_t municipality = t->citizen_municipality[person];
    uint32_t sector = t->citizen_sector[person];
    uint32_t count = (t->municipality_site_count[municipality] - sector + SECTORS - 1) / SECTORS;
    return t->municipality_site_first[municipality] + sector + SECTORS * stream_below(s, count);
}

enum { INVITERS = 32 };

static void add_entry(struct town *t, size_t block, size_t person, size_t site, double fit)
{
    if (t->block_entries_count[block] < BLOCK_ENTRIES)
        t->block_entries[block * BLOCK_ENTRIES + t->block_entries_count[block]++] =
            (struct entry){(uint32_t)person, (uint32_t)site, (float)fit};
}

static size_t choose_invitee(const struct town *t, size_t inviter, struct stream *s)
{
    size_t m = t->citizen_municipality[inviter];
    const struct network *ties = &t->world.ties;
    uint32_t degree = network_degree(ties, inviter);
    bool friend = stream_uniform(s) < town_params(t, m)->friend_share;
    if (friend && degree > 0)
        return ties->target[ties->start[inviter] + stream_below(s, degree)];
    return t->municipality_citizen_first[m] + stream_below(s, t->municipality_citizen_count[m]);
}

static void invite_one(struct town *t, size_t block, size_t inviter)
{
    struct stream s;
    world_stream(&s, &t->world, inviter, STREAM_answer);
    size_t invitee = choose_invitee(t, inviter, &s);
    if (t->citizen_status[invitee] != CITIZEN_INACTIVE)
        return;
    size_t m = t->citizen_municipality[invitee];
    const struct params *p = town_params(t, m);
    size_t site = t->citizen_site[inviter];
    if (site != NOBODY && t->site_municipality[site] != m)
        site = random_site(t, m, &s);
    double fit = site == NOBODY ? p->fit_mean : matching_choose(t, invitee, site, &s);
    double age_gap = fabs((double)t->citizen_age[inviter] - t->citizen_age[invitee]);
    if (stream_uniform(&s) < acceptance_probability(p, fit, t->citizen_burnout[invitee], age_gap))
        add_entry(t, block, invitee, site, fit);
}

/* Probability that somebody invites this week. */
static double keenness(const struct town *t, const struct params *p, size_t i)
{
    uint8_t status = t->citizen_status[i];
    if (status != CITIZEN_ELSEWHERE && status != CITIZEN_ACTIVE)
        return 0;
    bool ambassador = status == CITIZEN_ACTIVE && t->citizen_tenure[i] > p->ambassador_weeks &&
                      t->citizen_motivation[i] > p->ambassador_motivation;
    return invitation_probability(p, t->citizen_motivation[i], t->citizen_trust[i], ambassador);
}

static void invitation_run(struct world *w, size_t b)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, t->block_municipality[b]);
    double keenest = clip(p->invite * p->ambassador, 0, 1);
    t->block_entries_count[b] = 0;
    if (!(keenest > 0))
        return;
    struct stream s;
    world_stream(&s, w, b, STREAM_invitation);
    size_t end = t->block_first[b] + t->block_count[b];
    double log_failure = log_of(1 - keenest);
    size_t i = t->block_first[b] + stream_gap_by(&s, log_failure);
    while (i < end) {
        /* Some at a time: what is drawn does not wait for who volunteers, which is a guess. */
        size_t asked[INVITERS], count = 0;
        double mark[INVITERS];
        for (; count < INVITERS && i < end; count++) {
            asked[count] = i;
            mark[count] = stream_uniform(&s) * keenest;
            i += 1 + stream_gap_by(&s, log_failure);
        }
        for (size_t k = 0; k < count; k++)
            if (mark[k] < keenness(t, p, asked[k]))
                invite_one(t, b, asked[k]);
    }
}

static void invitation_absent(struct world *w, size_t b)
{
    town_of(w)->block_entries_count[b] = 0;
}

static void spontaneous_run(struct world *w, size_t b)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, t->block_municipality[b]);
    double rate = clip(p->spontaneous * (1 + p->campaign), 0, 1);
    struct stream s;
    world_stream(&s, w, b, STREAM_spontaneous);
    size_t end = t->block_first[b] + t->block_count[b];
    for (size_t i = t->block_first[b] + stream_gap(&s, rate); i < end;
         i += 1 + stream_gap(&s, rate)) {
        if (t->citizen_status[i] != CITIZEN_INACTIVE)
            continue;
        struct stream own;
        world_stream(&own, w, i, STREAM_spontaneous);
        own.counter.v[0] = 1u << 31; /* apart from the stream of the block of the same number */
        if (stream_uniform(&own) < p->spontaneous_coproduction) {
            size_t site = recruitment_site(t, i, &own);
            add_entry(t, b, i, site, matching_choose(t, i, site, &own));
        } else {
            add_entry(t, b, i, NOBODY, p->fit_mean);
        }
    }
}

/* One accepted personal invitation: people are asked until one accepts, but not for ever. */
static void convene_one(struct town *t, size_t site, struct stream *s)
{
    enum { TRIES = 100 };
    size_t m = t->site_municipality[site];
    const struct params *p = town_params(t, m);
    for (unsigned k = 0; k < TRIES; k++) {
        size_t person =
            t->municipality_citizen_first[m] + stream_below(s, t->municipality_citizen_count[m]);
        if (t->citizen_status[person] != CITIZEN_INACTIVE)
            continue;
        double fit = matching_choose(t, person, site, s);
        if (stream_uniform(s) < acceptance_probability(p, fit, t->citizen_burnout[person], 0)) {
            t->site_recruits[site * SITE_RECRUITS + t->site_recruits_count[site]++] =
                (struct entry){(uint32_t)person, (uint32_t)site, (float)fit};
            return;
        }
    }
}

static void convening_run(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->site_recruits_count[site] = 0;
    double mean = t->manager_recruits_planned[site] * (double)t->manager_attention[site];
    if (!(mean > 0))
        return;
    struct stream s;
    gsl_rng r;
    world_stream(&s, w, site, STREAM_convening);
    stream_gsl(&r, &s);
    unsigned recruits = gsl_ran_poisson(&r, mean);
    for (unsigned k = 0; k < recruits && k < SITE_RECRUITS; k++)
        convene_one(t, site, &s);
}

static void convening_absent(struct world *w, size_t site)
{
    town_of(w)->site_recruits_count[site] = 0;
}

const struct mechanism mechanism_invitation = {
    .name = "invitation",
    .equation = "E9",
    .meaning = "volunteers invite friends and strangers",
    .source = "S0",
    .off = "nobody invites",
    .step = 3,
    .cells = CELL_BLOCK,
    .reads = COLUMN_LIST(citizen_status, citizen_site, citizen_motivation, citizen_trust,
                         citizen_burnout, citizen_tenure, manager_screen, citizen_age,
                         citizen_municipality, citizen_motive_values, citizen_motive_social,
                         citizen_motive_learning, citizen_motive_identity, citizen_motive_career,
                         citizen_motive_protective),
    .writes = COLUMN_LIST(block_entries_count),
    .reads_tied =
        COLUMN_LIST(citizen_status, citizen_burnout, citizen_age, citizen_municipality,
                    citizen_motive_values, citizen_motive_social, citizen_motive_learning,
                    citizen_motive_identity, citizen_motive_career, citizen_motive_protective),
    .reads_anywhere = COLUMN_LIST(manager_screen),
    .run = invitation_run,
    .absent = invitation_absent,
};

const struct mechanism mechanism_spontaneous_entry = {
    .name = "spontaneous_entry",
    .equation = "E9",
    .meaning = "people begin to volunteer without an invitation",
    .source = "S0",
    .off = "nobody begins without an invitation",
    .step = 3,
    .cells = CELL_BLOCK,
    .reads = COLUMN_LIST(citizen_status, manager_screen),
    .writes = COLUMN_LIST(block_entries_count),
    .run = spontaneous_run,
};

const struct mechanism mechanism_convening = {
    .name = "convening",
    .equation = "E9",
    .meaning = "managers and coordinators invite people to where demand is unmet",
    .source = "S1",
    .off = "managers do not recruit",
    .step = 3,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(citizen_status, citizen_burnout, manager_recruits_planned,
                         manager_attention, manager_screen),
    .writes = COLUMN_LIST(site_recruits_count),
    .run = convening_run,
    .absent = convening_absent,
};
