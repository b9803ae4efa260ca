/* Allocation of tasks (ODD: submodel E11).  Each demanded hour is offered at most four times:
 *
 *     with probability spread = .05 + .8 e_P   to the least loaded of four random volunteers,
 *     else in proportion to recent hours + .2  (ask whoever did it last; hours taken this week
 *                                               count at once, which makes it a Polya urn),
 *     accepted with probability  M (1 - B) season (1 if load < 1, else e^{-1.5 (load - 1)});
 *     who accepts fails to show up with probability .05 (1 - M), and the hour stays undone.
 *
 * Load is hours over the time that the season leaves.  S0 section 3 on fiery souls; Homer 1985. */
#include "models/allocation.h"

#include "models/events.h"
#include "models/submodels.h"

double allocation_acceptance(const struct params *p, double motivation, double burnout, double load,
                             double season)
{
    double willing = motivation * (1 - burnout) * season;
    return load < 1 ? willing : willing * exp_of(-p->overload * (load - 1));
}

size_t allocation_size(const struct town *t, size_t site)
{
    const struct params *p = site_params(t, site);
    const struct scenario *scenario = t->world.scenario;
    double most = 1;
    for (size_t k = 0; k < scenario->event_count; k++)
        if (scenario->events[k].kind == EVENT_DEMAND)
            most *= fmax(1, scenario->events[k].size);
    return (size_t)(most * p->demand_hours * t->site_expected_volunteers[site]) + 2;
}

/* A site's volunteers while its hours are given out. */
struct round {
    struct town *t;
    const struct params *p;
    struct stream *s;
    size_t first, count;
    double season;
    double spread;
    double recent;   /* their recent hours, added up */
    uint32_t *taker; /* of each hour taken so far */
    size_t taken;
};

static double load_of(const struct round *r, size_t v)
{
    return r->t->volunteer_hours[v] / (r->t->volunteer_capacity[v] * r->season);
}

static size_t least_loaded(const struct round *r)
{
    size_t best = r->first + stream_below(r->s, (uint32_t)r->count);
    double least = load_of(r, best);
    for (unsigned k = 1; k < r->p->spread_sample; k++) {
        size_t other = r->first + stream_below(r->s, (uint32_t)r->count);
        double load = load_of(r, other);
        if (load < least) {
            best = other;
            least = load;
        }
    }
    return best;
}

/* The first row at which recent hours added up exceed `x`, searched from where the guide says. */
static size_t by_recent_hours(const struct round *r, double x)
{
    const float *sum = r->t->volunteer_spare_key + r->first;
    const uint32_t *guide = r->t->volunteer_spare_row + r->first;
    double place = x / r->recent * (double)r->count;
    size_t k = guide[place < (double)(r->count - 1) ? (size_t)place : r->count - 1];
    while (k > 0 && sum[k - 1] > x)
        k--;
    while (k < r->count - 1 && !(sum[k] > x))
        k++;
    return r->first + k;
}

/* Whoever did it last: an hour of this week, a recent hour, or anybody's base. */
static size_t by_habit(const struct round *r, double u)
{
    double taken = r->p->habit * (double)r->taken;
    double recent = r->p->habit * r->recent;
    double base = r->p->habit_base * (double)r->count;
    double x = u * (taken + recent + base);
    if (x < taken)
        return r->taker[(size_t)(x / taken * (double)r->taken)];
    if (x < taken + recent)
        return by_recent_hours(r, (x - taken) / r->p->habit);
    size_t place = (size_t)((x - taken - recent) / r->p->habit_base);
    return r->first + (place < r->count ? place : r->count - 1);
}

/* Offers one hour; whether it was done. */
static bool offer(struct round *r)
{
    struct town *t = r->t;
    for (unsigned k = 0; k < r->p->offers; k++) {
        double u = stream_uniform(r->s);
        size_t v = u < r->spread ? least_loaded(r) : by_habit(r, (u - r->spread) / (1 - r->spread));
        double motivation = t->volunteer_motivation[v];
        double willing = allocation_acceptance(r->p, motivation, t->volunteer_burnout[v],
                                               load_of(r, v), r->season);
        if (!(stream_uniform(r->s) < willing) ||
            t->volunteer_hours[v] + 1 > (float)r->p->capacity_cap)
            continue;
        if (stream_uniform(r->s) < r->p->no_show * (1 - motivation))
            return false;
        t->volunteer_hours[v] += 1;
        r->taker[r->taken++] = (uint32_t)v;
        return true;
    }
    return false;
}

/* Recent hours added up in volunteer_spare_key; and the guide in volunteer_spare_row: the row,
 * counted from the first, at which the sum passes each of `count` equal parts. */
static double add_up_recent_hours(struct town *t, size_t first, size_t count)
{
    double sum = 0;
    for (size_t v = first; v < first + count; v++) {
        sum += t->volunteer_recent_hours[v];
        t->volunteer_spare_key[v] = (float)sum;
    }
    size_t k = 0;
    for (size_t part = 0; part < count; part++) {
        double x = sum * (double)part / (double)count;
        while (k < count - 1 && !(t->volunteer_spare_key[first + k] > x))
            k++;
        t->volunteer_spare_row[first + part] = (uint32_t)k;
    }
    return sum;
}

static void run(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, site);
    size_t m = t->site_municipality[site];
    struct stream s;
    world_stream(&s, w, site, STREAM_allocation);

    double demanded = site_demand(t, site);
    size_t hours = (size_t)demanded;
    hours += stream_uniform(&s) < demanded - (double)hours;
    if (hours > t->urns[site].size)
        hours = t->urns[site].size;

    size_t first = t->site_volunteer_first[site], count = t->site_volunteer_count[site];
    size_t done = 0;
    if (count > 0) {
        struct round r = {
            .t = t,
            .p = p,
            .s = &s,
            .first = first,
            .count = count,
            .season = t->municipality_season[m],
            .spread =
                clip(p->spread_base + p->spread_process * t->manager_process_effect[site], 0, 1),
            .recent = add_up_recent_hours(t, first, count),
            .taker = t->urns[site].taker,
        };
        for (size_t k = 0; k < hours; k++)
            done += offer(&r);
    }
    t->site_hours_demanded[site] = (float)demanded;
    t->site_hours_offered[site] = (float)hours;
    t->site_hours_done[site] = (float)done;
    t->site_hours_unmet[site] = (float)(hours - done);
    t->site_unmet_share[site] = hours > 0 ? (float)(hours - done) / (float)hours : 0;
}

const struct mechanism mechanism_allocation = {
    .name = "allocation",
    .equation = "E11",
    .meaning = "demanded hours are offered to volunteers, most to whoever did them last",
    .source = "S0, homer1985",
    .off = "nothing is asked of volunteers",
    .step = 4,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_season, municipality_demand, manager_process_effect,
                         volunteer_capacity, volunteer_motivation, volunteer_burnout,
                         volunteer_recent_hours),
    .writes =
        COLUMN_LIST(volunteer_hours, volunteer_spare_key, volunteer_spare_row, site_hours_demanded,
                    site_hours_offered, site_hours_done, site_hours_unmet, site_unmet_share),
    .run = run,
};
