/* Structure of the network (ODD: submodel E18), once a year: who co-produces together.
 *
 *     active ties     friendships in which both co-produce; half of one across a border
 *     clustering      closed pairs of a co-producer's co-producing friends over all such pairs
 *     assortativity   correlation of the numbers of co-producing friends at both ends of a tie
 *     members         Gini coefficient of co-producers over the partner associations
 *
 * Assortativity is that of Newman (2002); the Gini is sum |x_i - x_j| / (2 n^2 mean). */
#include "models/submodels.h"

static bool coproduces(const struct town *t, size_t person)
{
    return citizen_coproduces(t->citizen_status[person]);
}

static uint32_t active_degree(const struct town *t, size_t person)
{
    const struct network *ties = &t->world.ties;
    uint32_t degree = 0;
    for (uint32_t k = ties->start[person]; k < ties->start[person + 1]; k++)
        degree += coproduces(t, ties->target[k]);
    return degree;
}

static bool are_friends(const struct network *ties, uint32_t a, uint32_t b)
{
    uint32_t lo = ties->start[a], hi = ties->start[a + 1];
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (ties->target[middle] < b)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < ties->start[a + 1] && ties->target[lo] == b;
}

/* Pairs of co-producing friends of a person who are friends themselves. */
static uint32_t closed_pairs(const struct town *t, size_t person)
{
    const struct network *ties = &t->world.ties;
    uint32_t closed = 0;
    for (uint32_t k = ties->start[person]; k < ties->start[person + 1]; k++)
        for (uint32_t l = k + 1; coproduces(t, ties->target[k]) && l < ties->start[person + 1]; l++)
            closed += coproduces(t, ties->target[l]) &&
                      are_friends(ties, ties->target[k], ties->target[l]);
    return closed;
}

static void friendships(struct town *t, size_t m)
{
    const struct network *ties = &t->world.ties;
    size_t first = t->municipality_citizen_first[m];
    size_t end = first + t->municipality_citizen_count[m];
    double ends = 0, sum = 0, squares = 0, products = 0, closed = 0, pairs = 0;
    for (size_t i = first; i < end; i++) {
        if (!coproduces(t, i))
            continue;
        double degree = active_degree(t, i);
        ends += degree;
        sum += degree * degree;
        squares += degree * degree * degree;
        pairs += degree * (degree - 1) / 2;
        closed += closed_pairs(t, i);
        for (uint32_t k = ties->start[i]; k < ties->start[i + 1]; k++)
            if (coproduces(t, ties->target[k]))
                products += degree * active_degree(t, ties->target[k]);
    }
    double mean = share_of(sum, ends);
    double variance = share_of(squares, ends) - mean * mean;
    double covariance = share_of(products, ends) - mean * mean;
    t->municipality_active_ties[m] = (uint32_t)(ends / 2);
    t->municipality_clustering[m] = (float)share_of(closed, pairs);
    t->municipality_assortativity[m] = variance > 0 ? (float)clip(covariance / variance, -1, 1) : 0;
}

static bool is_partner(const struct town *t, size_t a)
{
    return t->association_alive[a] && t->association_site[a] != NOBODY;
}

static void associations(struct town *t, size_t m)
{
    size_t first_site = t->municipality_site_first[m];
    size_t last_site = first_site + t->municipality_site_count[m] - 1;
    size_t first = t->site_association_first[first_site];
    size_t end = t->site_association_first[last_site] + t->site_association_count[last_site];
    association_count_coproducers(t, m);
    double partners = 0, people = 0, differences = 0;
    uint32_t active = 0;
    for (size_t a = first; a < end; a++) {
        if (!is_partner(t, a))
            continue;
        partners++;
        people += t->association_coproducers[a];
        active += t->association_coproducers[a] > 0;
        for (size_t b = first; b < a; b++)
            if (is_partner(t, b))
                differences +=
                    2 * fabs((double)t->association_coproducers[a] - t->association_coproducers[b]);
    }
    t->municipality_partner_associations[m] = active;
    t->municipality_members_gini[m] = (float)share_of(differences, 2 * partners * people);
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    friendships(t, m);
    associations(t, m);
}

const struct mechanism mechanism_structure = {
    .name = "structure",
    .equation = "E18",
    .meaning = "how co-producers are tied to each other and to associations",
    .source = "newman2002",
    .step = 11,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .waits = 1, /* friends over the border may have begun by a budget this week */
    .reads = COLUMN_LIST(citizen_status, citizen_association, association_alive, association_site),
    .writes = COLUMN_LIST(association_coproducers, municipality_partner_associations,
                          municipality_members_gini, municipality_active_ties,
                          municipality_clustering, municipality_assortativity),
    .reads_anywhere = COLUMN_LIST(citizen_status), /* friends of friends too */
    .run = run,
};
