/* Steps 4 to 9 of the week at a site, of the second implementation: allocation, production and
 * learning (E11), contact and attitude (E7), trust (E6), promises and ownership (E12), conflict
 * (E8), motivation (E4), burnout (E5), exit (E19). */
#include <stdlib.h>

#include "tests/support/naive.h"

/* --- 4: allocation and initiative (E11) --------------------------------------------------------
 */

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
        double own = p->self_initiated * (double)c->ownership * fmax(0, free);
        now->hours_self = naive_kept(fmin(own, fmax(0, p->capacity_cap - (double)now->hours)));
        at->hours_self += now->hours_self;
    }
}

/* --- 5: production, contact, learning (E11, E7) -------------------------------------------------
 */

/* How many times more somebody does by what the association knows and its people share. */
static double bonus(const struct naive *n, const struct naive_citizen *c, size_t count,
                    const struct params *p)
{
    double people = 0;
    if (c->association == NOBODY)
        return 1;
    for (size_t k = 0; k < count; k++)
        people += n->citizen_before[n->members[k]].association == c->association;
    double knowledge = (double)n->knowledge[c->association] / people;
    return 1 + p->knowledge_gain - p->knowledge_gain * exp(-knowledge / p->knowledge_scale);
}

static double output(const struct naive *n, size_t i, const struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i], *now = &n->citizen[i];
    double A = (double)n->professional_before[c->partner].attitude;
    double worth = (double)c->skill * (1 - p->output_conflict * c->conflict) *
                   (p->output_sceptic + p->output_attitude * (A + 1));
    return worth *
           (now->hours * (p->output_unclear + p->output_clarity * at->clarity) + now->hours_self);
}

static void produce(struct naive *n, size_t s)
{
    struct naive_site *at = &n->site[s];
    const struct params *p = naive_params(n, at->place);
    const struct naive_place *place = &n->place[at->place];
    size_t count = naive_members(n, s);
    at->output = 0;
    for (size_t k = 0; k < count; k++) /* all before any of them adds to what is known */
        at->output +=
            output(n, n->members[k], at) * bonus(n, &n->citizen_before[n->members[k]], count, p);
    for (size_t k = 0; k < count; k++) {
        const struct naive_citizen *c = &n->citizen_before[n->members[k]];
        struct naive_citizen *now = &n->citizen[n->members[k]];
        double hours = now->hours + now->hours_self;
        now->load = naive_kept(hours / (c->capacity * place->season));
        now->recent_hours =
            (float)((double)c->recent_hours + (hours - (double)c->recent_hours) / p->recent_weeks);
        now->skill =
            (float)((double)c->skill +
                    p->learning * (1 - (double)c->skill) * fmin(1, hours / p->learning_hours) *
                        (p->learning_alone + (1 - p->learning_alone) * at->attention));
        if (c->association != NOBODY)
            n->knowledge[c->association] += (float)(p->knowledge_growth * (double)c->skill * hours);
    }
    double professionals = 0;
    for (size_t j = at->professional_first; j < at->professional_first + at->professional_count;
         j++)
        professionals += p->professional_hours * (1 - place->cuts / 100) *
                         (1 - p->professional_slack * (double)n->professional_before[j].burnout);
    double need =
        p->professional_workload * p->professional_hours * (double)at->professional_count +
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
    double meets = (p->contact_base + p->contact_attitude * logistic(p->contact_steepness *
                                                                     (double)before->attitude)) *
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
    bool good = stream_uniform(&s) < clip(p->contact_good + p->contact_clarity * at->clarity +
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

/* --- 6: trust, promises, conflict (E6, E12, E8) --------------------------------------------------
 */

static void trust(struct naive *n, size_t i, const struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct stream s = naive_stream(n, i, STREAM_trust);
    if (!(stream_uniform(&s) <
          p->experience_base + p->experience_participation * at->participation_effect))
        return;
    double x = p->good_base + p->good_support * (at->participation_effect + at->process_effect) +
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
                     (1 - (double)c->trust) * (p->conflict_base - p->conflict_attitude * A) *
                     (1 + p->conflict_goals * fabs(c->goal - p->goals_municipality));
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

/* --- 8: burnout, motivation, ownership, attitude (E5, E4, E12, E7) -------------------------------
 */

static double relatedness(const struct naive *n, size_t i, const struct params *p)
{
    double motivation = 0, weights = 0;
    for (uint32_t k = n->ties->start[i]; k < n->ties->start[i + 1]; k++) {
        const struct naive_citizen *friend = &n->citizen_before[n->ties->target[k]];
        double weight = n->ties->weight ? (double)n->ties->weight[k] : 1;
        if (!citizen_volunteers((uint8_t) friend->status))
            continue;
        motivation += weight * (double)friend->motivation;
        weights += weight;
    }
    double A = (double)n->professional_before[n->citizen_before[i].partner].attitude;
    double friends = weights > 0 ? motivation / weights - .5 : 0;
    return naive_kept(clip(.5 + p->rel_professional * A + p->rel_friends * friends, 0, 1));
}

static float burnout_after(const struct params *p, float burnout, double load, bool in_conflict,
                           double rel, const struct naive_site *at)
{
    double demands = p->demand_load * load + p->emotional + p->demand_unclear * (1 - at->clarity) +
                     p->demand_conflict * in_conflict;
    double resources = p->resource_support * at->process_effect + p->resource_relatedness * rel +
                       p->resource_autonomy * (1 - at->control) + p->resource_clarity * at->clarity;
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
    now->motivation = (float)clip(
        M + p->motivation_rate * (logistic(x) - M) + p->motivation_noise * stream_normal(&s), 0, 1);

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
    now->burnout =
        burnout_after(p, before->burnout, fmax(0, load), false, pairs > 0 ? bonds / pairs : .5, at);

    double threat = cuts * before->vulnerability * (1 - p->assurance);
    now->fear = (float)(1 - exp(-threat / p->fear_scale));
    double A = (double)now->attitude;
    double overlap = p->overlap + p->overlap * p->replacement_overlap * at->replacement;
    A = (double)(float)(A - p->attitude_fear * threat * overlap * (1 + A));
    if (at->professional_count > 1) {
        struct stream s = naive_stream(n, j, STREAM_peers);
        size_t other =
            at->professional_first + stream_below(&s, (uint32_t)at->professional_count - 1);
        if (other >= j)
            other++;
        double apart = (double)n->professional_before[other].attitude - (double)before->attitude;
        if (fabs(apart) < p->attitude_near)
            A += p->attitude_peers * apart;
    }
    now->attitude = (float)clip(A, -1, 1);
}

/* --- 9: exit (E19)
 * -------------------------------------------------------------------------------- */

static void leave(struct naive *n, size_t i, struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct naive_citizen *now = &n->citizen[i];
    now->leaves = true;
    at->exits++;
    if (c->association != NOBODY) {
        double put_in = p->knowledge_growth * (double)c->skill * (double)c->recent_hours;
        float *stock = &n->knowledge[c->association];
        *stock = (float)fmax(0, (double)*stock - (1 - p->doc) * put_in * c->tenure);
    }
    now->status = (double)now->burnout > p->burned_out ? CITIZEN_RECOVERING : CITIZEN_INACTIVE;
    now->site = now->partner = now->association = NOBODY;
    now->conflict = false;
    now->recent_hours = 0;
    now->tenure = 0;
    now->left_week = n->week + LEFT_OFFSET;
}

static void stay_or_leave(struct naive *n, size_t i, struct naive_site *at)
{
    const struct params *p = naive_params(n, at->place);
    const struct naive_citizen *c = &n->citizen_before[i];
    struct naive_citizen *now = &n->citizen[i];
    struct stream s = naive_stream(n, i, STREAM_exit);
    double mu = p->exit_life +
                p->exit_motivation * fmax(0, p->exit_motivation_from - (double)c->motivation) +
                p->exit_burnout_slope * p->exit_burnout *
                    fmax(0, (double)c->burnout - p->exit_burnout_from) +
                p->exit_control * fmax(0, c->autonomy * at->control - p->exit_control_from);
    now->tenure = c->tenure + 1;
    if (c->status == CITIZEN_ONBOARDING && now->tenure >= p->onboarding_weeks)
        now->status = CITIZEN_ACTIVE;
    if (stream_uniform(&s) < 1 - exp(-mu))
        leave(n, i, at);
}

/* A shock: one after the other, whoever of those who stay has been there longest, the last in
 * order among equals. */
static void veterans(struct naive *n, struct naive_site *at, size_t count)
{
    double share = fmin(1, n->place[at->place].veterans);
    for (double k = floor(naive_kept(share) * (double)count + .5); k > 0; k--) {
        size_t oldest = SIZE_MAX;
        for (size_t l = 0; l < count; l++) {
            size_t i = n->members[l];
            if (!n->citizen[i].leaves &&
                (oldest == SIZE_MAX ||
                 n->citizen_before[i].tenure >= n->citizen_before[oldest].tenure))
                oldest = i;
        }
        if (oldest == SIZE_MAX)
            return;
        leave(n, oldest, at);
    }
}

/* --- all of them -------------------------------------------------------------------------------
 */

void naive_site_week(struct naive *n, size_t s)
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
        stay_or_leave(n, n->members[k], at);
    veterans(n, at, count);
}
