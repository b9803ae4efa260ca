/* Professionals' attitude beyond contact (ODD: submodel E7).
 *
 *     fear of cuts:  A <- A - phi_F x vul overlap (1 + r) (1 - assurance)(1 + A)
 *                    x in per cent (S1), r the share of the site's partner associations whose role
 *                    is to replace the municipality (S0)
 *     peers:         one random colleague of the site; if |dA| < eps_A: A <- A + w_A dA
 *                    (bounded confidence, Hegselmann and Krause 2002)
 *
 * The level of fear itself, F = 1 - e^{-x vul (1 - assurance) / 10}, is observed and has no effect
 * of its own. */
#include "models/submodels.h"

double attitude_after_fear(const struct params *p, double attitude, double cuts,
                           double vulnerability, double replacement)
{
    double overlap = p->overlap * (1 + p->replacement_overlap * replacement);
    return attitude -
           p->attitude_fear * cuts * vulnerability * overlap * (1 - p->assurance) * (1 + attitude);
}

double fear_level(const struct params *p, double cuts, double vulnerability)
{
    return 1 - exp_of(-cuts * vulnerability * (1 - p->assurance) / p->fear_scale);
}

static void fear_run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double cuts = t->municipality_cuts[t->site_municipality[s]];
    double replacement = site_partner_share(t, s, ROLE_REPLACEMENT);
    size_t first = t->site_professional_first[s];
    size_t end = first + t->site_professional_count[s];
    for (size_t j = first; j < end; j++) {
        double vulnerability = t->professional_vulnerability[j];
        t->professional_fear[j] = (float)fear_level(p, cuts, vulnerability);
        t->professional_attitude_next[j] = (float)attitude_after_fear(
            p, t->professional_attitude_next[j], cuts, vulnerability, replacement);
    }
}

static void peers_run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_professional_first[s];
    uint32_t count = t->site_professional_count[s];
    if (count < 2)
        return;
    for (size_t j = first; j < first + count; j++) {
        struct stream stream;
        world_stream(&stream, w, j, STREAM_peers);
        size_t other = first + stream_below(&stream, count - 1);
        other += other >= j;
        double difference = (double)t->professional_attitude[other] - t->professional_attitude[j];
        if (fabs(difference) < p->attitude_near)
            t->professional_attitude_next[j] = (float)clip(
                t->professional_attitude_next[j] + p->attitude_peers * difference, -1, 1);
    }
}

const struct mechanism mechanism_fear = {
    .name = "fear",
    .equation = "E7",
    .meaning = "cuts make professionals fear for their work and turn against volunteers",
    .source = "S1, handy2008",
    .off = "cuts frighten nobody",
    .step = 8,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_cuts, professional_vulnerability, professional_attitude,
                         association_alive, association_site, association_role),
    .writes = COLUMN_LIST(professional_fear, professional_attitude),
    .run = fear_run,
};

const struct mechanism mechanism_peers = {
    .name = "peers",
    .equation = "E7",
    .meaning = "colleagues whose attitudes are near move towards each other",
    .source = "hegselmann2002",
    .off = "colleagues do not talk about it",
    .step = 8,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(professional_attitude),
    .writes = COLUMN_LIST(professional_attitude),
    .run = peers_run,
};
