#include "models/borders.h"

#include <stdlib.h>
#include <string.h>

#include "models/demography.h"
#include "sim/maths.h"

/* What one citizen of n pulls at those of m. */
static double nearness(const struct params *p, const struct demography *m,
                       const struct demography *n)
{
    double distance =
        sqrt((m->x_km - n->x_km) * (m->x_km - n->x_km) + (m->y_km - n->y_km) * (m->y_km - n->y_km));
    return exp_of(-p->network_decay * log_of(fmax(distance, p->network_near)));
}

static void fill(struct network_borders *b, const struct town *t)
{
    const struct params *p = town_params(t, 0);
    double pulled = 0;
    for (size_t m = 0; m < b->homes; m++) {
        const struct demography *here = demography_of(t->world.scenario, m);
        double sum = 0;
        for (size_t n = 0; n < b->homes; n++) {
            const struct demography *there = demography_of(t->world.scenario, n);
            sum += n == m ? 0 : there->adults * nearness(p, here, there);
            b->reach[m * b->homes + n] = sum;
        }
        b->leave[m] = sum;
        pulled += here->adults * sum;
    }
    for (size_t m = 0; m < b->homes; m++)
        b->leave[m] = clip(p->network_across * b->leave[m] * (double)t->citizens / pulled, 0, 1);
}

enum status borders_init(struct network_borders *b, const struct town *t, struct error *e)
{
    memset(b, 0, sizeof *b);
    if (t->municipalities < 2 || !(town_params(t, 0)->network_across > 0))
        return STATUS_DONE;
    size_t homes = t->municipalities;
    b->leave = malloc(homes * sizeof *b->leave);
    b->reach = malloc(homes * homes * sizeof *b->reach);
    if (!b->leave || !b->reach) {
        borders_free(b);
        return error_add(e, STATUS_FAILED,
                         "memory is short: %zu bytes for the borders of %zu places",
                         (homes + 1) * homes * sizeof *b->reach, homes);
    }
    b->homes = homes;
    fill(b, t);
    return STATUS_DONE;
}

void borders_free(struct network_borders *b)
{
    free(b->leave);
    free(b->reach);
    memset(b, 0, sizeof *b);
}
