/* Environment (ODD: step 1).  What the week brings from outside: season, elections, and the shocks
 * that the scenario lets happen.
 *
 * Volunteers' time falls by `summer` in the summer weeks of every year (S1); the run begins in the
 * first week of January.  A municipality is in crisis in the week of an election and in the week in
 * which cuts begin: then promises break (E12).
 * Of shocks that overlap, cuts (to 90 % at most), coordinators, turbulence and veterans who leave
 * add up, demand multiplies. */
#include "models/submodels.h"

#include "models/events.h"

static void calm(struct town *t, size_t m)
{
    t->municipality_cuts[m] = 0;
    t->municipality_crisis[m] = 0;
    t->municipality_season[m] = 1;
    t->municipality_demand[m] = 1;
    t->municipality_turbulence[m] = (float)town_params(t, m)->turbulence;
    t->municipality_coordinators[m] = 0;
    t->municipality_mandate_shock[m] = 0;
    t->municipality_veterans[m] = 0;
}

static void apply(struct town *t, size_t m, const struct event *event, uint32_t week)
{
    switch ((enum event_of_town)event->kind) {
    case EVENT_CUTS:
        t->municipality_cuts[m] += (float)event->size;
        if (week == event->week)
            t->municipality_crisis[m] = 1;
        break;
    case EVENT_MANDATE:
        t->municipality_mandate_shock[m] += (float)(event->size / event->length);
        break;
    case EVENT_COORDINATOR:
        t->municipality_coordinators[m] += (float)event->size;
        break;
    case EVENT_MANAGER_LOST:
        t->municipality_coordinators[m] -= (float)event->size;
        break;
    case EVENT_DEMAND:
        t->municipality_demand[m] *= (float)event->size;
        break;
    case EVENT_TURBULENCE:
        t->municipality_turbulence[m] =
            (float)clip(t->municipality_turbulence[m] + event->size, 0, 0.9);
        break;
    case EVENT_VETERANS:
        t->municipality_veterans[m] = (float)clip(t->municipality_veterans[m] + event->size, 0, 1);
        break;
    case EVENT_KINDS:
        break;
    }
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    uint32_t week = w->week + 1;
    uint32_t of_year = w->week % WEEKS_A_YEAR + 1;

    calm(t, m);
    if (of_year >= p->summer_first && of_year <= p->summer_last)
        t->municipality_season[m] = (float)(1 - p->summer);
    if (week % (uint32_t)p->election_weeks == 0)
        t->municipality_crisis[m] = 1;
    for (size_t k = 0; k < w->scenario->event_count; k++) {
        const struct event *event = &w->scenario->events[k];
        bool here = event->place == SIZE_MAX || event->place == m;
        if (here && week >= event->week && week - event->week < event->length)
            apply(t, m, event, week);
    }
    t->municipality_cuts[m] = fminf(t->municipality_cuts[m], 90);
}

static void absent(struct world *w, size_t m)
{
    calm(town_of(w), m);
}

const struct mechanism mechanism_environment = {
    .name = "environment",
    .equation = "",
    .meaning = "season, elections and the shocks of the scenario",
    .source = "S1",
    .off = "no season, no election, no shock",
    .step = 1,
    .cells = CELL_MUNICIPALITY,
    .writes = COLUMN_LIST(municipality_cuts, municipality_crisis, municipality_season,
                          municipality_demand, municipality_turbulence, municipality_coordinators,
                          municipality_mandate_shock, municipality_veterans),
    .run = run,
    .absent = absent,
};
