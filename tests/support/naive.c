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

/* --- the town at week 0 ------------------------------------------------------------------------
 */

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
        .goal = (double)t->citizen_goal[i],
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
    for (size_t a = 0; a < n->associations; a++) {
        if (!t->association_alive[a] || t->association_site[a] == NOBODY)
            continue;
        struct naive_site *at = &n->site[t->association_site[a]];
        at->partner[at->partners++] = a;
        at->replacement += t->association_role[a] == ROLE_REPLACEMENT;
    }
    for (size_t s = 0; s < n->sites; s++)
        n->site[s].replacement /= n->site[s].partners > 0 ? (double)n->site[s].partners : 1;
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

/* --- 1, 2: environment and attention (E1, E2, E3) ----------------------------------------------
 */

static void environment(struct naive *n, size_t m)
{
    struct naive_place *place = &n->place[m];
    const struct params *p = naive_params(n, m);
    unsigned week_of_year = (n->week - 1) % WEEKS_A_YEAR + 1;
    bool summer = week_of_year >= p->summer_first && week_of_year <= p->summer_last;
    place->season = summer ? naive_kept(1 - p->summer) : 1;
    place->crisis = fmod(n->week, p->election_weeks) == 0;
    place->cuts = place->coordinators = place->mandate_shock = place->veterans = 0;
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
        } else if (e->kind == EVENT_TURBULENCE) {
            place->turbulence += e->size;
        } else {
            place->veterans += e->size;
        }
    }
    place->cuts = fmin(place->cuts, 90);
    place->turbulence = naive_kept(clip(place->turbulence, 0, 0.9));
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
    double plan =
        p->role_convener * hours / p->hours_recruit * (double)n->site_before[s].unmet_share;
    double asked = p->hours_design * D + p->hours_goals * G + p->hours_direct * P * direct +
                   p->hours_association * P * (double)at->partners + p->hours_participation * N +
                   p->hours_onboarding * newcomers + p->hours_upwards * p->level_upwards +
                   p->hours_recruit * plan;
    double f = asked > hours ? hours / asked : 1;
    double frame = p->frame_part + (1 - p->frame_part) * f;
    at->attention = naive_kept(f);
    at->recruits_planned = naive_kept(plan);
    at->hours_upwards = naive_kept(p->hours_upwards * p->level_upwards * f);
    at->process_effect = naive_kept(P * f);
    at->participation_effect = naive_kept(N * f);
    at->design_effect = naive_kept(D * frame);
    at->goals_effect = naive_kept(G * frame);
    at->screen = naive_kept(f * P);

    double by_frames = 1 - exp(-p->clarity_frames * (at->design_effect + at->goals_effect));
    double by_presence =
        1 - exp(-p->clarity_presence *
                (at->process_effect + p->clarity_participation * at->participation_effect));
    double wicked = p->turbulence_effect * n->place[at->place].turbulence;
    at->clarity =
        naive_kept(1 - (1 - by_frames * (1 - wicked)) * (1 - p->clarity_reach * by_presence));

    at->control = (1 - p->control_tact * p->competence) *
                  (p->control_design * D + p->control_goals * G + p->control_process * P +
                   p->control_participation * N);
    if ((int)p->evaluation == EVALUATION_CONTROL)
        at->control += p->control_evaluation;
    at->control = naive_kept(at->control);
}

/* --- 9: volunteering elsewhere and rest (E19, E5) -----------------------------------------------
 */

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
        if (now->burnout < 1e-4f)
            now->burnout = 0; /* of what is less nothing is left */
        if (c->status == CITIZEN_RECOVERING && (double)now->burnout < p->burned_out / 2)
            now->status = CITIZEN_INACTIVE;
    }
}

/* --- 10: mandate and strategies (E12, E17)
 * --------------------------------------------------------- */

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
        at->process =
            (float)(hands_on ? p->level_process
                             : fmax((double)at->process * part, floor * p->level_process));
        at->participation = (float)(hands_on ? p->level_participation
                                             : fmax((double)at->participation * part,
                                                    floor * p->level_participation));
    }
    at->trust_before = mean_trust;
}

/* --- the week
 * ------------------------------------------------------------------------------------------ */

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

void naive_step(struct naive *n)
{
    begin_week(n);
    for (size_t m = 0; m < n->places; m++)
        environment(n, m);
    for (size_t s = 0; s < n->sites; s++)
        attention(n, s);
    naive_recruit(n);
    for (size_t s = 0; s < n->sites; s++)
        naive_site_week(n, s);
    for (size_t m = 0; m < n->places; m++)
        elsewhere(n, m);
    naive_enrol(n);
    for (size_t m = 0; m < n->places; m++)
        mandate(n, m);
    for (size_t s = 0; n->week % WEEKS_A_QUARTER == 0 && s < n->sites; s++)
        strategy(n, s);
}
