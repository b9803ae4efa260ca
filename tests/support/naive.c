#include "tests/support/naive.h"

#include <stdlib.h>
#include <string.h>

#include "models/events.h"

const struct params *naive_params(const struct naive *n, size_t place)
{
    return (const struct params *)(const void *)n->scenario->places[place].values;
}

struct stream naive_stream(const struct naive *n, size_t agent, uint32_t purpose)
{
    struct stream s;
    stream_open(&s, n->seed, n->replicate, (uint32_t)agent, n->week, purpose);
    return s;
}

/* --- the town at week 0 ------------------------------------------------------------------------ */

static void *room(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    if (!p)
        abort();
    return p;
}

static struct naive_citizen citizen_of(const struct town *t, size_t i)
{
    return (struct naive_citizen){
        .place = t->citizen_municipality[i],
        .age = t->citizen_age[i],
        .sector = t->citizen_sector[i],
        .organised = t->citizen_organised[i] != 0,
        .motives = {t->citizen_motive_values[i], t->citizen_motive_social[i],
                    t->citizen_motive_learning[i], t->citizen_motive_identity[i],
                    t->citizen_motive_career[i], t->citizen_motive_protective[i]},
        .autonomy = (double)t->citizen_autonomy[i],
        .capacity = (double)t->citizen_capacity[i],
        .status = t->citizen_status[i],
        .tenure = t->citizen_tenure[i],
        .left_week = t->citizen_left_week[i],
        .site = t->citizen_site[i],
        .partner = t->citizen_partner[i],
        .association = t->citizen_association[i],
        .conflict = t->citizen_conflict[i] != 0,
        .motivation = t->citizen_motivation[i],
        .burnout = t->citizen_burnout[i],
        .skill = t->citizen_skill[i],
        .trust = t->citizen_trust[i],
        .bond = t->citizen_bond[i],
        .ownership = t->citizen_ownership[i],
        .fit = t->citizen_fit[i],
        .recent_hours = t->citizen_recent_hours[i],
    };
}

static struct naive_site site_of(const struct town *t, size_t s)
{
    return (struct naive_site){
        .place = t->site_municipality[s],
        .sector = t->site_sector[s],
        .professional_first = t->site_professional_first[s],
        .professional_count = t->site_professional_count[s],
        .association_first = t->site_association_first[s],
        .association_count = t->site_association_count[s],
        .expected_volunteers = (double)t->site_expected_volunteers[s],
        .unmet_share = t->site_unmet_share[s],
        .quality = t->site_quality[s],
        .design = t->manager_design[s],
        .goals = t->manager_goals[s],
        .process = t->manager_process[s],
        .participation = t->manager_participation[s],
        .trust_before = t->manager_trust_before[s],
    };
}

static struct naive_place place_of(const struct town *t, size_t m)
{
    return (struct naive_place){
        .citizen_first = t->municipality_citizen_first[m],
        .citizen_count = t->municipality_citizen_count[m],
        .site_first = t->municipality_site_first[m],
        .site_count = t->municipality_site_count[m],
        .mandate = t->municipality_mandate[m],
    };
}

void naive_open(struct naive *n, const struct world *w)
{
    const struct town *t = town_of_const(w);
    *n = (struct naive){
        .scenario = w->scenario,
        .ties = &w->ties,
        .seed = w->seed,
        .replicate = w->replicate,
        .citizens = t->citizens,
        .professionals = t->professionals,
        .sites = t->sites,
        .places = t->municipalities,
        .associations = t->associations,
        .takers_room = 100000,
    };
    n->citizen = room(n->citizens, sizeof *n->citizen);
    n->citizen_before = room(n->citizens, sizeof *n->citizen);
    n->professional = room(n->professionals, sizeof *n->professional);
    n->professional_before = room(n->professionals, sizeof *n->professional);
    n->site = room(n->sites, sizeof *n->site);
    n->site_before = room(n->sites, sizeof *n->site);
    n->place = room(n->places, sizeof *n->place);
    n->place_before = room(n->places, sizeof *n->place);
    n->knowledge = room(n->associations, sizeof *n->knowledge);
    n->entry = room(4 * n->citizens, sizeof *n->entry);
    n->members = room(n->citizens, sizeof *n->members);
    n->takers = room(n->takers_room, sizeof *n->takers);

    for (size_t i = 0; i < n->citizens; i++)
        n->citizen[i] = citizen_of(t, i);
    for (size_t j = 0; j < n->professionals; j++)
        n->professional[j] = (struct naive_professional){
            .site = t->professional_site[j],
            .vulnerability = (double)t->professional_vulnerability[j],
            .attitude = t->professional_attitude[j],
            .burnout = t->professional_burnout[j],
            .fear = t->professional_fear[j],
        };
    for (size_t s = 0; s < n->sites; s++)
        n->site[s] = site_of(t, s);
    for (size_t m = 0; m < n->places; m++)
        n->place[m] = place_of(t, m);
    for (size_t a = 0; a < n->associations; a++)
        n->knowledge[a] = t->association_knowledge[a];
}

void naive_close(struct naive *n)
{
    free(n->citizen);
    free(n->citizen_before);
    free(n->professional);
    free(n->professional_before);
    free(n->site);
    free(n->site_before);
    free(n->place);
    free(n->place_before);
    free(n->knowledge);
    free(n->entry);
    free(n->members);
    free(n->takers);
    *n = (struct naive){0};
}

size_t naive_members(struct naive *n, size_t site)
{
    size_t count = 0;
    for (size_t i = 0; i < n->citizens; i++)
        if (citizen_coproduces((uint8_t)n->citizen_before[i].status) &&
            n->citizen_before[i].site == site)
            n->members[count++] = i;
    return count;
}

/* --- 1, 2: environment and attention (E1, E2, E3) ---------------------------------------------- */

static void environment(struct naive *n, size_t m)
{
    struct naive_place *place = &n->place[m];
    const struct params *p = naive_params(n, m);
    unsigned week_of_year = (n->week - 1) % WEEKS_A_YEAR + 1;
    bool summer = week_of_year >= p->summer_first && week_of_year <= p->summer_last;
    place->season = summer ? 1 - p->summer : 1;
    place->crisis = fmod(n->week, p->election_weeks) == 0;
    place->cuts = place->coordinators = place->mandate_shock = 0;
    place->demand = 1;
    place->turbulence = p->turbulence;
    for (size_t k = 0; k < n->scenario->event_count; k++) {
        const struct event *e = &n->scenario->events[k];
        if ((e->place != SIZE_MAX && e->place != m) || n->week < e->week ||
            n->week >= e->week + e->length)
            continue;
        if (e->kind == EVENT_CUTS) {
            place->cuts += e->size;
            place->crisis |= n->week == e->week;
        } else if (e->kind == EVENT_MANDATE) {
            place->mandate_shock += e->size / e->length;
        } else if (e->kind == EVENT_COORDINATOR) {
            place->coordinators += e->size;
        } else if (e->kind == EVENT_MANAGER_LOST) {
            place->coordinators -= e->size;
        } else if (e->kind == EVENT_DEMAND) {
            place->demand *= e->size;
        } else {
            place->turbulence += e->size;
        }
    }
    place->turbulence = clip(place->turbulence, 0, 0.9);
}

static void attention(struct naive *n, size_t s)
{
    struct naive_site *at = &n->site[s];
    const struct params *p = naive_params(n, at->place);
    double D = (double)at->design, G = (double)at->goals, P = (double)at->process,
           N = (double)at->participation;
    double direct = 0, newcomers = 0;
    size_t count = naive_members(n, s);
    for (size_t k = 0; k < count; k++) {
        const struct naive_citizen *c = &n->citizen_before[n->members[k]];
        direct += c->association == NOBODY;
        newcomers += c->status == CITIZEN_ONBOARDING;
    }
    double hours =
        fmax(0, p->manager_hours + n->place[at->place].coordinators) * (1 - p->documentation);
    double plan = p->role_convener * hours / p->hours_recruit * (double)n->site_before[s].unmet_share;
    double asked = p->hours_design * D + p->hours_goals * G + p->hours_direct * P * direct +
                   p->hours_association * P * (double)at->association_count +
                   p->hours_participation * N + p->hours_onboarding * newcomers +
                   p->hours_upwards * p->level_upwards + p->hours_recruit * plan;
    double f = asked > hours ? hours / asked : 1;
    double frame = p->frame_part + (1 - p->frame_part) * f;
    at->attention = f;
    at->recruits_planned = plan;
    at->hours_upwards = p->hours_upwards * p->level_upwards * f;
    at->process_effect = P * f;
    at->participation_effect = N * f;
    at->design_effect = D * frame;
    at->goals_effect = G * frame;
    at->screen = f * P;

    double by_frames = 1 - exp(-p->clarity_frames * (at->design_effect + at->goals_effect));
    double by_presence =
        1 - exp(-p->clarity_presence *
                (at->process_effect + p->clarity_participation * at->participation_effect));
    double wicked = p->turbulence_effect * n->place[at->place].turbulence;
    at->clarity = 1 - (1 - by_frames * (1 - wicked)) * (1 - p->clarity_reach * by_presence);

    at->control = (1 - p->control_tact * p->competence) *
                  (p->control_design * D + p->control_goals * G + p->control_process * P +
                   p->control_participation * N);
    if ((int)p->evaluation == EVALUATION_CONTROL)
        at->control += p->control_evaluation;
}

/* --- 4: allocation and initiative (E11) -------------------------------------------------------- */

static double load_now(const struct naive *n, size_t i)
{
    const struct naive_citizen *c = &n->citizen[i];
    return c->hours / (c->capacity * n->place[n->site[c->site].place].season);
}

/* The least loaded of a few, drawn with replacement. */
static size_t ask_spread(const struct naive *n, size_t count, const struct params *p,
                         struct stream *s)
{
    size_t best = n->members[stream_below(s, (uint32_t)count)];
    for (unsigned k = 1; k < p->spread_sample; k++) {
        size_t other = n->members[stream_below(s, (uint32_t)count)];
        if (load_now(n, other) < load_now(n, best))
            best = other;
    }
    return best;
}

/* In proportion to recent hours + base, hours taken this week counted: `u` on (0, 1) over first
 * this week's hours in the order of taking, then recent hours and then bases in that of members. */
static size_t ask_habit(const struct naive *n, size_t count, size_t taken, const struct params *p,
                        double u)
{
    double recent = 0;
    for (size_t k = 0; k < count; k++)
        recent += (double)n->citizen_before[n->members[k]].recent_hours;
    double x = u * (p->habit * ((double)taken + recent) + p->habit_base * (double)count);
    for (size_t k = 0; k < taken; k++) {
        if (x < p->habit * (double)(k + 1))
            return n->takers[k];
    }
    x -= p->habit * (double)taken;
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        sum += p->habit * (double)n->citizen_before[n->members[k]].recent_hours;
        if (x < sum)
            return n->members[k];
    }
    x -= p->habit * recent;
    size_t k = 0;
    while (k + 1 < count && x >= p->habit_base * (double)(k + 1))
        k++;
    return n->members[k];
}

static bool give_out_hour(struct naive *n, size_t count, size_t taken, const struct naive_site *at,
                          struct stream *s)
{
    const struct params *p = naive_params(n, at->place);
    double season = n->place[at->place].season;
    double spread = clip(p->spread_base + p->spread_process * at->process_effect, 0, 1);
    for (unsigned k = 0; k < p->offers; k++) {
        double u = stream_uniform(s);
        size_t i = u < spread ? ask_spread(n, count, p, s)
                              : ask_habit(n, count, taken, p, (u - spread) / (1 - spread));
        const struct naive_citizen *c = &n->citizen_before[i];
        double load = load_now(n, i);
        double accepts = (double)c->motivation * (1 - (double)c->burnout) * season;
        if (load >= 1)
            accepts *= exp(-p->overload * (load - 1));
        if (stream_uniform(s) >= accepts || n->citizen[i].hours + 1 > p->capacity_cap)
            continue;
        if (stream_uniform(s) < p->no_show * (1 - (double)c->motivation))
            return false;
        n->citizen[i].hours += 1;
        n->takers[taken] = i;
        return true;
    }
    return false;
}

static void allocate(struct naive *n, size_t site)
{
    struct naive_site *at = &n->site[site];
    const struct params *p = naive_params(n, at->place);
    struct stream s = naive_stream(n, site, STREAM_allocation);
    size_t count = naive_members(n, site);
    at->hours_demanded = p->demand_hours * at->expected_volunteers * n->place[at->place].demand;
    double whole = floor(at->hours_demanded);
    at->hours_offered = whole + (stream_uniform(&s) < at->hours_demanded - whole);
    if (at->hours_offered > (double)n->takers_room)
        abort();
    size_t done = 0;
    for (double k = 0; count > 0 && k < at->hours_offered; k++)
        done += give_out_hour(n, count, done, at, &s);
    at->hours_done = (double)done;
    at->hours_unmet = at->hours_offered - at->hours_done;
    at->unmet_share = at->hours_offered > 0 ? (float)(at->hours_unmet / at->hours_offered) : 0;
    at->hours_self = 0;
    for (size_t k = 0; k < count; k++) {
        const struct naive_citizen *c = &n->citizen_before[n->members[k]];
        struct naive_citizen *now = &n->citizen[n->members[k]];
        double free = c->capacity * (double)c->motivation * (1 - (double)c->burnout) *
                          n->place[at->place].season -
                      now->hours;
        now->hours_self = p->self_initiated * (double)c->ownership * fmax(0, free);
        at->hours_self += now->hours_self;
    }
}

/* --- 5: production, contact, learning (E11, E7) ------------------------------------------------- */

static void produce(struct naive *n, size_t s)
{
    struct naive_site *at = &n->site[s];
    const struct params *p = naive_params(n, at->place);
    const struct naive_place *place = &n->place[at->place];
    size_t count = naive_members(n, s);
    at->output = 0;
    for (size_t k = 0; k < count; k++) {
        const struct naive_citizen *c = &n->citizen_before[n->members[k]];
        struct naive_citizen *now = &n->citizen[n->members[k]];
        double A = (double)n->professional_before[c->partner].attitude;
        double worth = (double)c->skill * (1 - p->output_conflict * c->conflict) *
                       (p->output_sceptic + p->output_attitude * (A + 1));
        at->output += worth * (now->hours * (p->output_unclear + p->output_clarity * at->clarity) +
                               now->hours_self);
        double hours = now->hours + now->hours_self;
        now->load = hours / (c->capacity * place->season);
        now->recent_hours = (float)((double)c->recent_hours +
                                    (hours - (double)c->recent_hours) / p->recent_weeks);
        now->skill = (float)((double)c->skill + p->learning * (1 - (double)c->skill) *
                                                    fmin(1, hours / p->learning_hours) *
                                                    (p->learning_alone +
                                                     (1 - p->learning_alone) * at->attention));
        if (c->association != NOBODY)
            n->knowledge[c->association] +=
                (float)(p->knowledge_growth * (double)c->skill * hours);
    }
    double professionals = 0;
    for (size_t j = at->professional_first; j < at->professional_first + at->professional_count;
         j++)
        professionals += p->professional_hours * (1 - place->cuts / 100) *
                         (1 - p->professional_slack * (double)n->professional_before[j].burnout);
    double need = p->professional_workload * p->professional_hours * (double)at->professional_count +
                  at->hours_demanded;
    at->quality = (float)(1 - exp(-(professionals + (1 + p->presence) * at->output) / need));
}

/* T or T_ij after an experience. */
static float trust_after(const struct params *p, float trust, bool good)
{
    double T = (double)trust;
    return (float)(good ? T + p->trust_gain * (1 - T) : T - p->trust_loss * T);
}

static void contact(struct naive *n, size_t j, const struct naive_site *at, size_t count)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_professional *before = &n->professional_before[j];
    struct stream s = naive_stream(n, j, STREAM_contact);
    double meets = (p->contact_base + p->contact_attitude *
                                          logistic(p->contact_steepness * (double)before->attitude)) *
                   (p->contact_alone + p->contact_participation * at->participation_effect) *
                   fmin(1, (double)count / (double)at->professional_count);
    if (!(stream_uniform(&s) < meets))
        return;
    size_t pairs = 0;
    for (size_t k = 0; k < count; k++)
        pairs += n->citizen_before[n->members[k]].partner == j;
    size_t which = stream_below(&s, (uint32_t)(pairs > 0 ? pairs : count));
    size_t with = SIZE_MAX;
    for (size_t k = 0; k < count && with == SIZE_MAX; k++)
        if ((pairs == 0 || n->citizen_before[n->members[k]].partner == j) && which-- == 0)
            with = n->members[k];
    const struct naive_citizen *c = &n->citizen_before[with];
    bool good = stream_uniform(&s) <
                clip(p->contact_good + p->contact_clarity * at->clarity +
                         p->contact_skill * (double)c->skill +
                         p->contact_motivation * ((double)c->motivation - .5) -
                         p->contact_conflict * c->conflict -
                         p->contact_new * (c->status == CITIZEN_ONBOARDING),
                     0, 1);
    double A = (double)n->professional[j].attitude;
    n->professional[j].attitude =
        (float)(good ? A + p->attitude_gain * (1 - A) : A - p->attitude_loss * (1 + A));
    if (pairs > 0)
        n->citizen[with].bond = trust_after(p, c->bond, good);
}

/* --- 6: trust, promises, conflict (E6, E12, E8) -------------------------------------------------- */

static void trust(struct naive *n, size_t i, const struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct stream s = naive_stream(n, i, STREAM_trust);
    if (!(stream_uniform(&s) <
          p->experience_base + p->experience_participation * at->participation_effect))
        return;
    double x = p->good_base +
               p->good_support * (at->participation_effect + at->process_effect) +
               p->good_clarity * at->clarity -
               p->good_control * at->control * (p->good_autonomy + c->autonomy) -
               p->good_conflict * c->conflict;
    n->citizen[i].trust = trust_after(p, n->citizen[i].trust, stream_uniform(&s) < logistic(x));
}

static void promises(struct naive *n, size_t site, size_t count)
{
    const struct naive_site *at = &n->site[site];
    const struct params *p = naive_params(n, at->place);
    struct stream s = naive_stream(n, site, STREAM_promises);
    double breaks = p->promise_rate * (1 - (double)n->place_before[at->place].mandate) +
                    p->promise_crisis * n->place[at->place].crisis;
    if (!(stream_uniform(&s) < breaks))
        return;
    for (size_t k = 0; k < count; k++) {
        struct naive_citizen *now = &n->citizen[n->members[k]];
        now->trust = (float)((double)now->trust - p->trust_broken * (double)now->trust);
    }
}

static void conflict(struct naive *n, size_t i, const struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct naive_citizen *now = &n->citizen[i];
    struct stream s = naive_stream(n, i, STREAM_conflict);
    if (!c->conflict) {
        double A = (double)n->professional_before[c->partner].attitude;
        double chi = p->conflict_start * (1 - p->conflict_clarity * at->clarity) *
                     (1 - (double)c->trust) * (p->conflict_base - p->conflict_attitude * A);
        now->conflict = stream_uniform(&s) < 1 - exp(-chi);
        return;
    }
    double by_manager = p->conflict_process * at->process_effect +
                        p->conflict_participation * at->participation_effect;
    double hazard = p->conflict_end + by_manager;
    if (!(stream_uniform(&s) < 1 - exp(-hazard)))
        return;
    now->conflict = false;
    if (stream_uniform(&s) < by_manager / hazard * p->role_facilitator * p->competence)
        now->trust = trust_after(p, now->trust, true);
}

/* --- 8: burnout, motivation, ownership, attitude (E5, E4, E12, E7) ------------------------------- */

static double relatedness(const struct naive *n, size_t i, const struct params *p)
{
    double motivation = 0, weights = 0;
    for (uint32_t k = n->ties->start[i]; k < n->ties->start[i + 1]; k++) {
        const struct naive_citizen *friend = &n->citizen_before[n->ties->target[k]];
        double weight = n->ties->weight ? (double)n->ties->weight[k] : 1;
        if (!citizen_volunteers((uint8_t)friend->status))
            continue;
        motivation += weight * (double)friend->motivation;
        weights += weight;
    }
    double A = (double)n->professional_before[n->citizen_before[i].partner].attitude;
    double friends = weights > 0 ? motivation / weights - .5 : 0;
    return clip(.5 + p->rel_professional * A + p->rel_friends * friends, 0, 1);
}

static float burnout_after(const struct params *p, float burnout, double load, bool in_conflict,
                           double rel, const struct naive_site *at)
{
    double demands = p->demand_load * load + p->emotional + p->demand_unclear * (1 - at->clarity) +
                     p->demand_conflict * in_conflict;
    double resources = p->resource_support * at->process_effect + p->resource_relatedness * rel +
                       p->resource_autonomy * (1 - at->control) +
                       p->resource_clarity * at->clarity;
    double strain = fmax(0, demands - resources);
    double rest = fmax(p->rest_floor, 1 - load / p->rest_load);
    double B = (double)burnout;
    return (float)clip(B + p->burnout_rate * strain * (1 - B) - p->burnout_rest * B * rest, 0, 1);
}

static void mind(struct naive *n, size_t i, const struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct naive_citizen *now = &n->citizen[i];
    double rel = relatedness(n, i, p);
    now->burnout = burnout_after(p, c->burnout, now->load, c->conflict, rel, at);

    struct stream s = naive_stream(n, i, STREAM_motivation);
    double M = (double)c->motivation, O = (double)c->ownership, T = (double)c->trust;
    double x = p->b_0 + p->b_fit * ((double)c->fit - .5) + p->b_support * at->process_effect +
               p->b_clarity * at->clarity + p->b_trust * (T - .5) + p->b_relatedness * (rel - .5) +
               p->b_ownership * (O - .5) - p->b_autonomy * c->autonomy * at->control -
               p->b_burnout * (double)c->burnout - p->b_conflict * c->conflict -
               p->b_documentation * p->documentation - p->b_idle * (now->load < p->idle_below) -
               p->b_bore * (1 - exp(-(double)c->tenure / p->bore_weeks)) - p->b_pay * p->paid;
    now->motivation = (float)clip(M + p->motivation_rate * (logistic(x) - M) +
                                      p->motivation_noise * stream_normal(&s),
                                  0, 1);

    double grows = (1 - at->control) *
                   (1 - p->crowd_out * (double)n->site_before[c->site].participation *
                            (1 - p->crowd_tact * p->competence)) *
                   (p->ownership_base + p->ownership_trust * T);
    if ((int)p->initiator == INITIATOR_CITIZENS)
        grows += p->ownership_initiator;
    now->ownership = (float)clip(O + p->ownership_rate * (grows - O), 0, 1);
}

static void professional_mind(struct naive *n, size_t j, const struct naive_site *at, size_t count)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_professional *before = &n->professional_before[j];
    struct naive_professional *now = &n->professional[j];
    double cuts = n->place[at->place].cuts;

    double bonds = 0, pairs = 0;
    for (size_t k = 0; k < count; k++)
        if (n->citizen_before[n->members[k]].partner == j) {
            bonds += (double)n->citizen_before[n->members[k]].bond;
            pairs++;
        }
    double client_time = p->professional_hours * (double)at->professional_count;
    double load = p->professional_workload / (1 - cuts / 100) +
                  (at->hours_unmet - p->overlap * at->output) / client_time;
    now->burnout = burnout_after(p, before->burnout, fmax(0, load), false,
                                 pairs > 0 ? bonds / pairs : .5, at);

    double threat = cuts * before->vulnerability * (1 - p->assurance);
    now->fear = (float)(1 - exp(-threat / p->fear_scale));
    double A = (double)now->attitude;
    A = (double)(float)(A - p->attitude_fear * threat * p->overlap * (1 + A));
    if (at->professional_count > 1) {
        struct stream s = naive_stream(n, j, STREAM_peers);
        size_t other = at->professional_first +
                       stream_below(&s, (uint32_t)at->professional_count - 1);
        if (other >= j)
            other++;
        double apart = (double)n->professional_before[other].attitude - (double)before->attitude;
        if (fabs(apart) < p->attitude_near)
            A += p->attitude_peers * apart;
    }
    now->attitude = (float)clip(A, -1, 1);
}

/* --- 9: exit (E19) -------------------------------------------------------------------------------- */

static void leave(struct naive *n, size_t i, struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct naive_citizen *now = &n->citizen[i];
    struct stream s = naive_stream(n, i, STREAM_exit);
    double mu = p->exit_life + p->exit_motivation * fmax(0, p->exit_motivation_from - (double)c->motivation) +
                p->exit_burnout_slope * p->exit_burnout * fmax(0, (double)c->burnout - p->exit_burnout_from) +
                p->exit_control * fmax(0, c->autonomy * at->control - p->exit_control_from);
    now->tenure = c->tenure + 1;
    if (c->status == CITIZEN_ONBOARDING && now->tenure >= p->onboarding_weeks)
        now->status = CITIZEN_ACTIVE;
    now->leaves = stream_uniform(&s) < 1 - exp(-mu);
    if (!now->leaves)
        return;
    at->exits++;
    if (c->association != NOBODY)
        n->knowledge[c->association] = (float)fmax(
            0, (double)n->knowledge[c->association] - (double)c->skill * (1 - p->doc));
    now->status = (double)now->burnout > p->burned_out ? CITIZEN_RECOVERING : CITIZEN_INACTIVE;
    now->site = now->partner = now->association = NOBODY;
    now->conflict = false;
    now->recent_hours = 0;
    now->tenure = 0;
    now->left_week = n->week + LEFT_OFFSET;
}

/* Volunteers elsewhere leave by gaps over blocks; everybody who does not co-produce rests. */
static void elsewhere(struct naive *n, size_t m)
{
    const struct params *p = naive_params(n, m);
    size_t first = n->place[m].citizen_first, end = first + n->place[m].citizen_count;
    double leaves = 1 - exp_of(-p->exit_life);
    for (size_t block = n->place[m].block_first, from = first; from < end;
         from += BLOCK_SIZE, block++) {
        struct stream s = naive_stream(n, block, STREAM_exit_elsewhere);
        for (size_t i = from; (i += stream_gap(&s, leaves)) < from + BLOCK_SIZE && i < end; i++)
            if (n->citizen_before[i].status == CITIZEN_ELSEWHERE) {
                n->citizen[i].status = CITIZEN_INACTIVE;
                n->citizen[i].left_week = n->week + LEFT_OFFSET;
            }
    }
    for (size_t i = first; i < end; i++) {
        const struct naive_citizen *c = &n->citizen_before[i];
        struct naive_citizen *now = &n->citizen[i];
        if (citizen_coproduces((uint8_t)c->status))
            continue;
        now->burnout = (float)((double)c->burnout - p->burnout_rest * (double)c->burnout);
        if (c->status == CITIZEN_RECOVERING && (double)now->burnout < p->burned_out / 2)
            now->status = CITIZEN_INACTIVE;
    }
}

/* --- 10: mandate and strategies (E12, E17) --------------------------------------------------------- */

static void mandate(struct naive *n, size_t m)
{
    struct naive_place *place = &n->place[m];
    const struct params *p = naive_params(n, m);
    double upwards = 0, unmet = 0, offered = 0;
    for (size_t s = place->site_first; s < place->site_first + place->site_count; s++) {
        upwards += n->site[s].hours_upwards / (double)place->site_count;
        unmet += n->site[s].hours_unmet;
        offered += n->site[s].hours_offered;
    }
    double W = (double)place->mandate;
    place->mandate = (float)clip(W + p->mandate_gain * upwards * (1 - W) - p->mandate_decay * W -
                                     p->mandate_unmet * (offered > 0 ? unmet / offered : 0) -
                                     place->mandate_shock,
                                 0, 1);
}

static void strategy(struct naive *n, size_t s)
{
    struct naive_site *at = &n->site[s];
    const struct params *p = naive_params(n, at->place);
    double stay = 0, in_conflict = 0, burnout = 0, trusting = 0, tenure = 0;
    size_t count = naive_members(n, s);
    for (size_t k = 0; k < count; k++) {
        const struct naive_citizen *c = &n->citizen[n->members[k]];
        if (c->leaves)
            continue;
        stay++;
        in_conflict += c->conflict;
        burnout += (double)c->burnout;
        trusting += (double)c->trust;
        tenure += c->tenure;
    }
    double each = stay > 0 ? 1 / stay : 0;
    float mean_trust = (float)(trusting * each);
    if ((int)p->strategy == STRATEGY_THERMOSTAT) {
        if (in_conflict * each > p->thermostat_conflict || burnout * each > p->thermostat_burnout)
            at->process = (float)clip((double)at->process + p->thermostat_step, 0, 1);
        if (mean_trust < at->trust_before) {
            at->participation = (float)clip((double)at->participation - p->thermostat_step, 0, 1);
            at->goals = (float)clip((double)at->goals - p->thermostat_step, 0, 1);
        }
    } else if ((int)p->strategy == STRATEGY_SITUATIONAL) {
        bool hands_on = tenure * each < p->situational_new ||
                        n->place[at->place].turbulence >= p->situational_turbulence;
        double part = 1 - p->situational_fade * p->letting_go, floor = p->situational_floor;
        at->process = (float)(hands_on ? p->level_process
                                       : fmax((double)at->process * part, floor * p->level_process));
        at->participation = (float)(hands_on ? p->level_participation
                                             : fmax((double)at->participation * part,
                                                    floor * p->level_participation));
    }
    at->trust_before = mean_trust;
}

/* --- the week ------------------------------------------------------------------------------------------ */

static void begin_week(struct naive *n)
{
    n->week++;
    for (size_t i = 0; i < n->citizens; i++) {
        n->citizen[i].hours = n->citizen[i].hours_self = n->citizen[i].load = 0;
        n->citizen[i].leaves = false;
    }
    for (size_t j = 0; j < n->professionals; j++)
        n->professional[j].pairs = 0;
    for (size_t i = 0; i < n->citizens; i++)
        if (citizen_coproduces((uint8_t)n->citizen[i].status))
            n->professional[n->citizen[i].partner].pairs++;
    for (size_t s = 0; s < n->sites; s++)
        n->site[s].exits = 0;
    size_t blocks = 0;
    for (size_t m = 0; m < n->places; m++) {
        n->place[m].block_first = blocks;
        n->place[m].block_count = (n->place[m].citizen_count + BLOCK_SIZE - 1) / BLOCK_SIZE;
        blocks += n->place[m].block_count;
    }
    memcpy(n->citizen_before, n->citizen, n->citizens * sizeof *n->citizen);
    memcpy(n->professional_before, n->professional, n->professionals * sizeof *n->professional);
    memcpy(n->site_before, n->site, n->sites * sizeof *n->site);
    memcpy(n->place_before, n->place, n->places * sizeof *n->place);
}

static void site_week(struct naive *n, size_t s)
{
    struct naive_site *at = &n->site[s];
    allocate(n, s);
    produce(n, s);
    size_t count = naive_members(n, s);
    size_t end = at->professional_first + at->professional_count;
    for (size_t j = at->professional_first; count > 0 && j < end; j++)
        contact(n, j, at, count);
    for (size_t k = 0; k < count; k++)
        trust(n, n->members[k], at);
    promises(n, s, count);
    for (size_t k = 0; k < count; k++)
        conflict(n, n->members[k], at);
    for (size_t k = 0; k < count; k++)
        mind(n, n->members[k], at);
    for (size_t j = at->professional_first; j < end; j++)
        professional_mind(n, j, at, count);
    for (size_t k = 0; k < count; k++)
        leave(n, n->members[k], at);
}

void naive_step(struct naive *n)
{
    begin_week(n);
    for (size_t m = 0; m < n->places; m++)
        environment(n, m);
    for (size_t s = 0; s < n->sites; s++)
        attention(n, s);
    naive_recruit(n);
    for (size_t s = 0; s < n->sites; s++)
        site_week(n, s);
    for (size_t m = 0; m < n->places; m++)
        elsewhere(n, m);
    naive_enrol(n);
    for (size_t m = 0; m < n->places; m++)
        mandate(n, m);
    for (size_t s = 0; n->week % WEEKS_A_QUARTER == 0 && s < n->sites; s++)
        strategy(n, s);
}
