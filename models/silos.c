/* Silos (ODD: submodel E15).  Joint success and front-line co-creators, who span boundaries, open
 * the municipality's silos; documentation and cuts close them (S4).
 *
 *     psi <- psi + (.05 joint innovations a site + .05 spanning) (1 - psi)
 *                - (.02 nu (1 + [evaluation = control]) + .0005 x) psi
 *
 * spanning is the mean over professionals of skill x (1 + A) / 2: a skill that is used as far as
 * its owner is for volunteers.  nu is the share of hours lost to documentation, x the cuts in per
 * cent.  All sizes are assumptions. */
#include "models/submodels.h"

double silos_next(const struct params *p, double silos, double joint, double spanning, double cuts)
{
    double controlled = (int)p->evaluation == EVALUATION_CONTROL ? 1 + p->silos_evaluation : 1;
    double opening = p->silos_success * joint + p->silos_spanners * spanning;
    double closing = p->silos_documentation * p->documentation * controlled + p->silos_cuts * cuts;
    return clip(silos + opening * (1 - silos) - closing * silos, 0, 1);
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    size_t first_site = t->municipality_site_first[m], sites = t->municipality_site_count[m];
    double joint = 0, spanning = 0;
    for (size_t s = first_site; s < first_site + sites; s++)
        joint += t->site_joint[s];
    size_t first = t->municipality_professional_first[m];
    size_t count = t->municipality_professional_count[m];
    for (size_t j = first; j < first + count; j++)
        spanning += (double)t->professional_spanner[j] * (1 + t->professional_attitude[j]) / 2;
    t->municipality_silos[m] =
        (float)silos_next(town_params(t, m), t->municipality_silos[m], joint / (double)sites,
                          spanning / (double)count, t->municipality_cuts[m]);
}

const struct mechanism mechanism_silos = {
    .name = "silos",
    .equation = "E15",
    .meaning = "joint success and spanners open silos; documentation and cuts close them",
    .source = "S4",
    .off = "silos stay as they are",
    .step = 7,
    .cells = CELL_MUNICIPALITY,
    .reads = COLUMN_LIST(municipality_cuts, municipality_silos, site_joint, professional_attitude),
    .writes = COLUMN_LIST(municipality_silos),
    .run = run,
};
