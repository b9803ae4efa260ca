/* What innovations bring (ODD: submodel E15), for the sector and for the mandate.
 *
 *     q <- q + .05 (1 - q) x innovations a site of the sector - .005 q
 *     W <- W + .02 x innovations a site - .02 (1 - risk shared) x failures a site      (in E12)
 *
 * q is the effectiveness of a sector in its municipality.  Gains are shares of the sites, so that a
 * large town has no more of them than a small one, and what was new becomes the usual
 * (assumption). */
#include "models/submodels.h"

double effectiveness_next(const struct params *p, double effectiveness, double innovations)
{
    return clip(effectiveness + p->effect_gain * innovations * (1 - effectiveness) -
                    p->effect_fade * effectiveness,
                0, 1);
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    size_t first = t->municipality_site_first[m], count = t->municipality_site_count[m];
    double sites[SECTORS] = {0}, innovations[SECTORS] = {0}, wins = 0, failures = 0;
    for (size_t s = first; s < first + count; s++) {
        sites[t->site_sector[s]]++;
        innovations[t->site_sector[s]] += t->site_innovations[s];
        wins += t->site_innovations[s];
        failures += t->site_ideas[s] - t->site_innovations[s];
    }
    for (size_t s = first; s < first + count; s++) {
        uint8_t sector = t->site_sector[s];
        t->site_effectiveness[s] = (float)effectiveness_next(p, t->site_effectiveness[s],
                                                             innovations[sector] / sites[sector]);
    }
    t->municipality_mandate_won[m] =
        (float)((p->mandate_win * wins - p->mandate_failure * (1 - p->risk_shared) * failures) /
                (double)count);
}

static void absent(struct world *w, size_t m)
{
    town_of(w)->municipality_mandate_won[m] = 0;
}

const struct mechanism mechanism_diffusion = {
    .name = "diffusion",
    .equation = "E15",
    .meaning = "innovations make their sector more effective and win a mandate",
    .source = "S4",
    .off = "innovations stay without effect on sector and mandate",
    .step = 7,
    .cells = CELL_MUNICIPALITY,
    .reads = COLUMN_LIST(site_ideas, site_innovations, site_effectiveness),
    .writes = COLUMN_LIST(site_effectiveness, municipality_mandate_won),
    .run = run,
    .absent = absent,
};
