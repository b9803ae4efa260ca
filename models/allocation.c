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

static double willingness(double motivation, double burnout, double season)
{
    return motivation * (1 - burnout) * season;
}

/* Without a branch, since who is overloaded cannot be guessed: e^0 is 1 to the bit. */
static double under_load(const struct params *p, double willing, double load)
{
    double over = load < 1 ? 0 : load - 1;
    return willing * exp_of(-p->overload * over);
}

double allocation_acceptance(const struct params *p, double motivation, double burnout, double load,
                             double season)
{
    return under_load(p, willingness(motivation, burnout, season), load);
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

/* A site's volunteers while its hours are given out, counted from its first. */
struct round {
    const struct params *p;
    struct stream *s;
    struct offered *offered;
    const float *sum;      /* their recent hours, added up */
    const uint32_t *guide; /* see add_up_recent_hours */
    size_t last_part;      /* of it */
    size_t count;
    unsigned offers, sample;
    double spread, not_spread; /* 1 / (1 - spread) */
    double recent;             /* all their recent hours */
    double parts;              /* of the guide, an hour */
    double habits;             /* 1 / habit */
    uint32_t *taker;           /* of each hour taken so far */
    size_t taken;
};

static size_t least_loaded(const struct round *r, const uint32_t *bits)
{
    size_t best = below_of(bits[0], (uint32_t)r->count);
    double least = r->offered[best].load;
    for (unsigned k = 1; k < r->sample; k++) {
        size_t other = below_of(bits[k], (uint32_t)r->count);
        double load = r->offered[other].load;
        best = load < least ? other : best;
        least = load < least ? load : least;
    }
    return best;
}

/* The first at whom recent hours added up exceed `x`, searched from where the guide says. */
static size_t by_recent_hours(const struct round *r, double x)
{
    size_t last = r->count - 1, part = (size_t)(x * r->parts);
    size_t k = r->guide[part < r->last_part ? part : r->last_part];
    while (k > 0 && r->sum[k - 1] > x)
        k--;
    k += k < last && !(r->sum[k] > x); /* mostly enough, and nothing to be guessed */
    while (k < last && !(r->sum[k] > x))
        k++;
    return k;
}

/* Whoever did it last: an hour of this week, a recent hour, or anybody's base. */
static size_t by_habit(const struct round *r, double u)
{
    double taken = r->p->habit * (double)r->taken;
    double recent = r->p->habit * r->recent;
    double base = r->p->habit_base * (double)r->count;
    double x = u * (taken + recent + base);
    if (x < taken) {
        size_t hour = (size_t)(x * r->habits);
        return r->taker[hour < r->taken ? hour : r->taken - 1];
    }
    if (x < taken + recent)
        return by_recent_hours(r, (x - taken) * r->habits);
    size_t place = (size_t)((x - taken - recent) / r->p->habit_base);
    return place < r->count ? place : r->count - 1;
}

/* Offers an hour once, and says to whom; whether he or she accepts. */
static bool offer(struct round *r, size_t *asked)
{
    const uint32_t *bits = stream_next(r->s, r->sample + 2);
    double u = uniform_of(*bits++);
    if (u < r->spread) {
        *asked = least_loaded(r, bits);
        bits += r->sample;
    } else {
        *asked = by_habit(r, (u - r->spread) * r->not_spread);
    }
    bool accepts = uniform_of(*bits++) < r->offered[*asked].accepts;
    stream_drawn(r->s, bits);
    return accepts;
}

/* Load and acceptance change only with an hour taken. */
static void take(struct round *r, size_t k)
{
    struct offered *o = &r->offered[k];
    o->hours += 1;
    o->load = o->hours / o->time;
    o->accepts =
        o->hours + 1 > (float)r->p->capacity_cap ? 0 : under_load(r->p, o->willing, o->load);
    r->taker[r->taken++] = (uint32_t)k;
}

/* Gives out one hour; whether it was done. */
static bool give_out(struct round *r)
{
    size_t asked = 0;
    unsigned k = 0;
    while (k < r->offers && !offer(r, &asked))
        k++;
    double stays_away = r->p->no_show * (1 - (double)r->offered[asked].motivation);
    if (k == r->offers || stream_uniform(r->s) < stays_away)
        return false;
    take(r, asked);
    return true;
}

static void begin(const struct town *t, size_t first, size_t count, double season)
{
    for (size_t v = first; v < first + count; v++) {
        double willing = willingness(t->volunteer_motivation[v], t->volunteer_burnout[v], season);
        t->offered[v] = (struct offered){
            .accepts = willing,
            .willing = willing,
            .time = t->volunteer_capacity[v] * season,
            .motivation = t->volunteer_motivation[v],
        };
    }
}

static void end(struct town *t, size_t first, size_t count)
{
    for (size_t v = first; v < first + count; v++)
        t->volunteer_hours[v] = t->offered[v].hours;
}

/* Recent hours added up in volunteer_spare_key; and the urn's guide: the row, counted from the
 * first, at which the sum passes each of as many equal parts as the guide has.  Parts are finer
 * than rows, so that few searches go on from where it says. */
static double add_up_recent_hours(struct town *t, size_t first, size_t count, const struct urn *urn)
{
    float *sums = t->volunteer_spare_key + first;
    uint32_t *guide = urn->guide;
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        sum += t->volunteer_recent_hours[first + k];
        sums[k] = (float)sum;
    }
    double parts = share_of((double)urn->size, sum);
    size_t part = 0;
    for (size_t k = 0; k < count; k++) {
        size_t until = (size_t)(sums[k] * parts);
        while (part <= until && part < urn->size)
            guide[part++] = (uint32_t)k;
    }
    while (part < urn->size)
        guide[part++] = (uint32_t)(count - 1);
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
        double recent = add_up_recent_hours(t, first, count, &t->urns[site]);
        double spread =
            clip(p->spread_base + p->spread_process * t->manager_process_effect[site], 0, 1);
        struct round r = {
            .p = p,
            .s = &s,
            .offered = t->offered + first,
            .sum = t->volunteer_spare_key + first,
            .guide = t->urns[site].guide,
            .last_part = t->urns[site].size - 1,
            .count = count,
            .offers = (unsigned)p->offers,
            .sample = (unsigned)p->spread_sample,
            .spread = spread,
            .not_spread = 1 / (1 - spread),
            .recent = recent,
            .parts = share_of((double)t->urns[site].size, recent),
            .habits = 1 / p->habit,
            .taker = t->urns[site].taker,
        };
        begin(t, first, count, t->municipality_season[m]);
        for (size_t k = 0; k < hours; k++)
            done += give_out(&r);
        end(t, first, count);
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
    .writes = COLUMN_LIST(volunteer_hours, volunteer_spare_key, site_hours_demanded,
                          site_hours_offered, site_hours_done, site_hours_unmet, site_unmet_share),
    .run = run,
};
