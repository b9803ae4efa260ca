/* Strategies of managers (ODD: submodel E17), once a quarter.
 *
 *     static        levels stay as they are
 *     thermostat    s_P += .1 if conflict > .1 or mean B > .4;  s_N and s_G -= .1 if trust fell
 *     situational   hands-on levels as at first while the network is new (mean tenure below a year)
 * or turbulence is high; else they fade by fade x letting go, down to a floor
 *
 * A new strategy is one function here and one choice of managers.strategy. */
#include "models/submodels.h"

static void keep(struct town *t, size_t s)
{
    (void)t;
    (void)s;
}

static float moved(float level, double by)
{
    return (float)clip(level + by, 0, 1);
}

static void thermostat(struct town *t, size_t s)
{
    const struct params *p = site_params(t, s);
    double people = t->site_stay_count[s];
    double trust = share_of(t->site_trust_sum[s], people);
    if (share_of(t->site_conflict_count[s], people) > p->thermostat_conflict ||
        share_of(t->site_burnout_sum[s], people) > p->thermostat_burnout)
        t->manager_process[s] = moved(t->manager_process[s], p->thermostat_step);
    if (people > 0 && trust < t->manager_trust_before[s]) {
        t->manager_participation[s] = moved(t->manager_participation[s], -p->thermostat_step);
        t->manager_goals[s] = moved(t->manager_goals[s], -p->thermostat_step);
    }
    if (people > 0)
        t->manager_trust_before[s] = (float)clip(trust, 0, 1);
}

static void situational(struct town *t, size_t s)
{
    const struct params *p = site_params(t, s);
    double tenure = share_of(t->site_tenure_sum[s], t->site_stay_count[s]);
    double turbulence = t->municipality_turbulence[t->site_municipality[s]];
    double kept = 1 - p->situational_fade * p->letting_go;
    double process = p->level_process, participation = p->level_participation;
    if (tenure >= p->situational_new && turbulence < p->situational_turbulence) {
        process = fmax(p->situational_floor * process, kept * t->manager_process[s]);
        participation =
            fmax(p->situational_floor * participation, kept * t->manager_participation[s]);
    }
    t->manager_process[s] = (float)process;
    t->manager_participation[s] = (float)participation;
}

static void (*const strategies[])(struct town *t, size_t s) = {
    [STRATEGY_STATIC] = keep,
    [STRATEGY_THERMOSTAT] = thermostat,
    [STRATEGY_SITUATIONAL] = situational,
};

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    strategies[(int)site_params(t, s)->strategy](t, s);
}

const struct mechanism mechanism_strategies = {
    .name = "strategies",
    .equation = "E17",
    .meaning = "managers change their levels of steering",
    .source = "S0",
    .off = "levels stay as they are",
    .step = 10,
    .cells = CELL_SITE,
    .every = WEEKS_A_QUARTER,
    .reads = COLUMN_LIST(municipality_turbulence, site_stay_count, site_conflict_count,
                         site_burnout_sum, site_trust_sum, site_tenure_sum, manager_goals,
                         manager_process, manager_participation, manager_trust_before),
    .writes =
        COLUMN_LIST(manager_goals, manager_process, manager_participation, manager_trust_before),
    .run = run,
};
