/* Broken promises (ODD: submodels E6 and E12).  What is promised on a weak mandate is often not
 * kept (S4): at each site with probability
 *
 *     .01 (1 - W), + .1 in the week of an election or in which cuts begin,
 *
 * a promise breaks, and T <- T - k_br T for all volunteers of the site. */
#include "models/submodels.h"

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t m = t->site_municipality[s];
    double rate = p->promise_rate * (1 - t->municipality_mandate[m]) +
                  (t->municipality_crisis[m] ? p->promise_crisis : 0);
    struct stream stream;
    world_stream(&stream, w, s, STREAM_promises);
    bool broken = stream_uniform(&stream) < rate;
    t->site_broken[s] = broken;
    if (!broken)
        return;
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++)
        t->volunteer_trust_next[v] *= (float)(1 - p->trust_broken);
}

const struct mechanism mechanism_promises = {
    .name = "promises",
    .equation = "E12",
    .meaning = "promises made on a weak mandate break",
    .source = "S4",
    .off = "all promises are kept",
    .step = 6,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_mandate, municipality_crisis, volunteer_trust),
    .writes = COLUMN_LIST(site_broken, volunteer_trust),
    .run = run,
};
