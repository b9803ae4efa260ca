/* Mandate (ODD: submodel E12).  A mandate from politicians is won by leading upwards, is forgotten,
 * and is lost by unmet demand and shocks (S4).
 *
 *     W' = W + k_W h_up (1 - W) + won - d_W W - k_u unmet - shock
 *
 * h_up is the mean over the municipality's managers, unmet the share of all offered hours that
 * nobody did, won what innovations bring less what failures cost (diffusion.c). */
#include "models/submodels.h"

double mandate_next(const struct params *p, double mandate, double hours_upwards, double unmet,
                    double won, double shock)
{
    return clip(mandate + p->mandate_gain * hours_upwards * (1 - mandate) + won -
                    p->mandate_decay * mandate - p->mandate_unmet * unmet - shock,
                0, 1);
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    size_t first = t->municipality_site_first[m], count = t->municipality_site_count[m];
    double upwards = 0, offered = 0, unmet = 0;
    for (size_t s = first; s < first + count; s++) {
        upwards += t->manager_hours_upwards[s];
        offered += t->site_hours_offered[s];
        unmet += t->site_hours_unmet[s];
    }
    t->municipality_mandate[m] = (float)mandate_next(
        town_params(t, m), t->municipality_mandate[m], upwards / (double)count,
        share_of(unmet, offered), t->municipality_mandate_won[m], t->municipality_mandate_shock[m]);
}

const struct mechanism mechanism_mandate = {
    .name = "mandate",
    .equation = "E12",
    .meaning = "leading upwards wins a mandate; unmet demand, time and shocks lose it",
    .source = "S4",
    .off = "the mandate stays as it is",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .reads =
        COLUMN_LIST(manager_hours_upwards, site_hours_offered, site_hours_unmet,
                    municipality_mandate_won, municipality_mandate_shock, municipality_mandate),
    .writes = COLUMN_LIST(municipality_mandate),
    .run = run,
};
