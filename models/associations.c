/* Life of associations (ODD: submodel E13).  They grow older, larger or smaller, close down, and
 * are founded (S0: half are older than 25 years; sizes assumptions).
 *
 *     growth   ln members <- ln members + N(0, .1), at least one member, each year (Gibrat)
 *     deaths   h0 + h_fin clip(-reserve / 15, 0, 1) + h_small [fewer than 3 active]
 *              with a fifth of members active; probability 1 - e^-h a year
 *     births   Poisson(b x number at the start) a year for reasons outside the model, and with
 *              probability .5 a year one by each group of five tied co-producers who own the
 *              programme (O > .5), are active and without an association, where demand is unmet
 *
 * With b and h0 alone the number is Poisson of mean b / h0, and median age ln 2 / h0.
 *
 * One in ten of those founded for outside reasons takes an empty place of a partner, if there is
 * one.  A group speaks through the one of its members with the lowest number; what it founds
 * becomes a partner of that one's site if it has a place for one, and those of the group who are
 * there belong to it.  When a partner closes down, the co-producers who came through it stay
 * without one. There are rows for twice the number at the start, and no more associations than
 * that. */
#include <gsl/gsl_randist.h>

#include "models/submodels.h"

double association_first_autonomy(const struct params *p, enum association_role role)
{
    double more = role == ROLE_ALTERNATIVE ? p->alternative_autonomy : 0;
    return clip(p->association_autonomy + more, 0, 1);
}

double association_hazard(const struct params *p, double reserve, double members)
{
    bool small = p->active_share * members < p->active_least;
    return p->death_base + p->death_debt * clip(-reserve / p->debt_scale, 0, 1) +
           (small ? p->death_small : 0);
}

/* --- partners of a site ----------------------------------------------------------------------- */

uint32_t site_partners(const struct town *t, size_t site)
{
    uint32_t partners = 0;
    size_t first = t->site_association_first[site];
    for (size_t a = first; a < first + t->site_association_count[site]; a++)
        partners += site_has_partner(t, site, a);
    return partners;
}

double site_partner_share(const struct town *t, size_t site, enum association_role role)
{
    double partners = 0, of_role = 0;
    size_t first = t->site_association_first[site];
    for (size_t a = first; a < first + t->site_association_count[site]; a++) {
        bool partner = site_has_partner(t, site, a);
        partners += partner;
        of_role += partner && t->association_role[a] == role;
    }
    return share_of(of_role, partners);
}

void association_count_coproducers(struct town *t, size_t m)
{
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++)
        t->association_coproducers[a] = 0;
    struct coproducers all = coproducers_begin(t, m);
    for (size_t i; (i = coproducers_next(&all, t->citizen_status)) < all.end;)
        if (t->citizen_association[i] != NOBODY)
            t->association_coproducers[t->citizen_association[i]]++;
}

/* --- growth ----------------------------------------------------------------------------------- */

static void growth_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++) {
        if (!t->association_alive[a])
            continue;
        struct stream s;
        world_stream(&s, w, a, STREAM_association_growth);
        double times = exp_of(p->members_growth * stream_normal(&s));
        t->association_members[a] = (float)clip(t->association_members[a] * times, 1, 1e7);
        t->association_age[a] = fminf(t->association_age[a] + 1, 2000);
    }
}

/* --- deaths ----------------------------------------------------------------------------------- */

static void close_down(struct town *t, size_t a)
{
    t->association_alive[a] = t->association_written[a] = t->association_paid[a] = 0;
    t->association_site[a] = NOBODY;
    t->association_members[a] = t->association_age[a] = t->association_autonomy[a] = 0;
    t->association_capacity[a] = t->association_reserve[a] = t->association_knowledge[a] = 0;
}

static void deaths_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++) {
        if (!t->association_alive[a])
            continue;
        struct stream s;
        world_stream(&s, w, a, STREAM_association_deaths);
        double hazard = association_hazard(p, t->association_reserve[a], t->association_members[a]);
        if (stream_uniform(&s) < 1 - exp_of(-hazard))
            close_down(t, a);
    }
    first = t->municipality_citizen_first[m];
    for (size_t i = first; i < first + t->municipality_citizen_count[m]; i++)
        if (t->citizen_association[i] != NOBODY && !t->association_alive[t->citizen_association[i]])
            t->citizen_association[i] = NOBODY;
}

/* --- births ----------------------------------------------------------------------------------- */

void association_found(struct town *t, size_t a, size_t site, double median, double spread,
                       struct stream *s)
{
    const struct params *p = town_params(t, t->association_municipality[a]);
    const double roles[] = {p->role_avantgarde, p->role_complement, p->role_alternative};
    double u = stream_uniform(s);
    uint8_t role = 0;
    while (role < ROLE_REPLACEMENT && u >= roles[role])
        u -= roles[role++];
    uint32_t sector = stream_below(s, SECTORS);
    double members = median * exp_of(spread * stream_normal(s));
    t->association_alive[a] = 1;
    t->association_site[a] = (uint32_t)site;
    t->association_role[a] = role;
    t->association_sector[a] = site == NOBODY ? (uint8_t)sector : t->site_sector[site];
    t->association_members[a] = (float)clip(members, p->members_least, p->members_most);
    t->association_autonomy[a] = (float)association_first_autonomy(p, role);
    t->association_reserve[a] = (float)p->initial_reserve;
    t->association_age[a] = t->association_capacity[a] = t->association_knowledge[a] = 0;
    t->association_written[a] = t->association_paid[a] = 0;
}

static size_t free_row(const struct town *t, size_t first, size_t end)
{
    while (first < end && t->association_alive[first])
        first++;
    return first < end ? first : NOBODY;
}

/* A row outside those kept for partners, and one of those only if there is no other. */
static size_t free_row_of_municipality(const struct town *t, size_t m)
{
    size_t first = t->municipality_association_first[m], others = first;
    size_t end = first + t->municipality_association_count[m];
    size_t first_site = t->municipality_site_first[m];
    for (size_t s = first_site; s < first_site + t->municipality_site_count[m]; s++)
        others += t->site_association_count[s];
    size_t row = free_row(t, others, end);
    return row == NOBODY ? free_row(t, first, others) : row;
}

static size_t free_row_of_site(const struct town *t, size_t site)
{
    size_t first = t->site_association_first[site], rows = t->site_association_count[site];
    bool place = site_partners(t, site) < rows / ASSOCIATION_ROOM;
    return place ? free_row(t, first, first + rows) : NOBODY;
}

static void found(struct town *t, size_t a, size_t site)
{
    const struct params *p = town_params(t, t->association_municipality[a]);
    struct stream s;
    world_stream(&s, &t->world, a, STREAM_newborn);
    association_found(t, a, site, p->newborn_members, p->newborn_spread, &s);
}

/* Whether a citizen would found an association with friends of the same kind. */
static bool owns(const struct town *t, size_t i, const struct params *p)
{
    return t->citizen_status[i] == CITIZEN_ACTIVE && !t->citizen_organised[i] &&
           t->citizen_association[i] == NOBODY &&
           (double)t->citizen_ownership[i] > p->group_ownership &&
           t->site_unmet_share[t->citizen_site[i]] > 0;
}

static bool friend_owns(const struct town *t, size_t i, size_t friend, const struct params *p)
{
    return t->citizen_municipality[friend] == t->citizen_municipality[i] && owns(t, friend, p);
}

/* Whether somebody speaks for a group: nobody in it has a lower number. */
static bool speaks(const struct town *t, size_t i, const struct params *p)
{
    const struct network *ties = &t->world.ties;
    double group = 1;
    for (uint32_t k = ties->start[i]; k < ties->start[i + 1]; k++) {
        if (!friend_owns(t, i, ties->target[k], p))
            continue;
        if (ties->target[k] < i)
            return false;
        group++;
    }
    return group >= p->group_size;
}

static void found_by_group(struct town *t, size_t m, size_t i, const struct params *p)
{
    const struct network *ties = &t->world.ties;
    size_t site = t->citizen_site[i], a = free_row_of_site(t, site);
    if (a == NOBODY) {
        a = free_row_of_municipality(t, m);
        if (a != NOBODY)
            found(t, a, NOBODY);
        return;
    }
    found(t, a, site);
    for (uint32_t k = ties->start[i]; k < ties->start[i + 1]; k++) {
        size_t friend = ties->target[k];
        if (friend_owns(t, i, friend, p) && t->citizen_site[friend] == site)
            t->citizen_association[friend] = (uint32_t)a;
    }
    t->citizen_association[i] = (uint32_t)a;
}

/* A site with an empty place of a partner, searched from a random one on. */
static size_t site_with_place(const struct town *t, size_t m, struct stream *s)
{
    uint32_t sites = t->municipality_site_count[m], start = stream_below(s, sites);
    for (uint32_t k = 0; k < sites; k++) {
        size_t site = t->municipality_site_first[m] + (start + k) % sites;
        if (free_row_of_site(t, site) != NOBODY)
            return site;
    }
    return NOBODY;
}

static void found_from_outside(struct town *t, size_t m, struct stream *s)
{
    bool partner = stream_uniform(s) < town_params(t, m)->newborn_partner;
    size_t site = partner ? site_with_place(t, m, s) : NOBODY;
    size_t a = site == NOBODY ? free_row_of_municipality(t, m) : free_row_of_site(t, site);
    if (a != NOBODY)
        found(t, a, site);
}

static void births_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    size_t first = t->municipality_citizen_first[m];
    for (size_t i = first; i < first + t->municipality_citizen_count[m]; i++) {
        if (!owns(t, i, p) || !speaks(t, i, p))
            continue;
        struct stream s;
        world_stream(&s, w, i, STREAM_groups);
        if (stream_uniform(&s) < p->group_founds)
            found_by_group(t, m, i, p);
    }
    double at_the_start = t->municipality_association_count[m] / (double)ASSOCIATION_ROOM;
    if (!(p->births > 0))
        return;
    struct stream s;
    gsl_rng r;
    world_stream(&s, w, m, STREAM_association_births);
    stream_gsl(&r, &s);
    for (unsigned k = gsl_ran_poisson(&r, p->births * at_the_start); k > 0; k--)
        found_from_outside(t, m, &s);
}

/* --- mechanisms ------------------------------------------------------------------------------- */

const struct mechanism mechanism_association_growth = {
    .name = "association_growth",
    .equation = "E13",
    .meaning = "associations grow older, larger or smaller",
    .source = "S0",
    .off = "associations keep their age and their members",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(association_alive, association_members, association_age),
    .writes = COLUMN_LIST(association_members, association_age),
    .run = growth_run,
};

const struct mechanism mechanism_association_deaths = {
    .name = "association_deaths",
    .equation = "E13",
    .meaning = "associations close down, sooner when small or in debt",
    .source = "S0",
    .off = "no association closes down",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(association_alive, association_members, association_reserve,
                         citizen_association),
    .writes = COLUMN_LIST(association_alive, association_site, association_members, association_age,
                          association_capacity, association_reserve, association_written,
                          association_paid, association_autonomy, association_knowledge,
                          citizen_association),
    .run = deaths_run,
};

const struct mechanism mechanism_association_births = {
    .name = "association_births",
    .equation = "E13",
    .meaning = "groups of co-producers who own the programme found associations, and so do others",
    .source = "S0",
    .off = "no association is founded",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(association_alive, association_site, citizen_status, citizen_association,
                         citizen_site, citizen_ownership, site_unmet_share, citizen_municipality),
    .reads_tied = COLUMN_LIST(citizen_municipality),
    .writes = COLUMN_LIST(association_alive, association_site, association_sector, association_role,
                          association_members, association_age, association_capacity,
                          association_reserve, association_written, association_paid,
                          association_autonomy, association_knowledge, citizen_association),
    .run = births_run,
};
