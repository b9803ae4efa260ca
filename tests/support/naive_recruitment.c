/* Recruitment, matching and enrolment (E9, E10) of the second implementation. */
#include "tests/support/naive.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>

/* What work in a sector offers to each motive (values, social, learning, identity, career,
 * protective). */
static const double offers[SECTORS][MOTIVES] = {
    {.30, .20, .15, .15, .10, .10}, /* child care */
    {.25, .15, .25, .10, .15, .10}, /* school */
    {.35, .30, .05, .10, .05, .15}, /* elderly */
    {.40, .10, .20, .10, .10, .10}, /* integration and social */
    {.10, .35, .15, .25, .05, .10}, /* culture and leisure */
    {.20, .15, .30, .20, .10, .05}, /* green and technical */
};

static void add(struct naive *n, size_t person, size_t site, double fit)
{
    if (n->entries == 4 * n->citizens)
        abort();
    n->entry[n->entries++] = (struct naive_entry){person, site, fit};
}

/* Half the sector's, half the task's own: squares of exponential draws, as shares. */
static void new_task(unsigned sector, struct stream *s, double *task)
{
    double own[MOTIVES], all = 0;
    for (int k = 0; k < MOTIVES; k++) {
        double e = -log_of(stream_uniform(s));
        own[k] = e * e;
        all += own[k];
    }
    for (int k = 0; k < MOTIVES; k++)
        task[k] = (offers[sector][k] + own[k] / all) / 2;
}

static double cosine(const double *a, const double *b)
{
    double ab = 0, aa = 0, bb = 0;
    for (int k = 0; k < MOTIVES; k++) {
        ab += a[k] * b[k];
        aa += a[k] * a[k];
        bb += b[k] * b[k];
    }
    return ab / (sqrt(aa) * sqrt(bb));
}

/* E10: fit of the task that the person takes. */
static double match(const struct naive *n, size_t person, size_t site, struct stream *s)
{
    const struct params *p = naive_params(n, n->site[site].place);
    double screen = n->site[site].screen;
    double shown = 1 + p->candidates * screen;
    double whole = floor(shown);
    if (stream_uniform(s) < shown - whole)
        whole++;
    double sd = p->matching_noise * (1 - p->matching_screen * screen);
    double best = 0, best_seen = -INFINITY;
    for (double k = 0; k < whole; k++) {
        double task[MOTIVES];
        new_task(n->site[site].sector, s, task);
        double fit = cosine(n->citizen[person].motives, task);
        double seen = fit + sd * stream_normal(s);
        if (seen > best_seen) {
            best_seen = seen;
            best = fit;
        }
    }
    return best;
}

static bool accepts(const struct naive *n, size_t person, double fit, double age_gap,
                    struct stream *s)
{
    const struct naive_citizen *c = &n->citizen_before[person];
    const struct params *p = naive_params(n, c->place);
    double probability = p->p_acc * (fit / p->fit_mean) * (1 - (double)c->burnout) *
                         exp_of(-fabs(age_gap) / p->age_homophily);
    return stream_uniform(s) < probability;
}

/* One friend or stranger is asked by citizen i. */
static void ask(struct naive *n, size_t i)
{
    struct stream s = naive_stream(n, i, STREAM_answer);
    const struct naive_citizen *inviter = &n->citizen_before[i];
    const struct naive_place *home = &n->place[inviter->place];
    uint32_t friends = n->ties->start[i + 1] - n->ties->start[i];
    bool friend = stream_uniform(&s) < naive_params(n, inviter->place)->friend_share && friends > 0;
    size_t asked = friend ? n->ties->target[n->ties->start[i] + stream_below(&s, friends)]
                          : home->citizen_first + stream_below(&s, (uint32_t)home->citizen_count);
    const struct naive_citizen *invitee = &n->citizen_before[asked];
    if (invitee->status != CITIZEN_INACTIVE)
        return;
    if (inviter->site == NOBODY) {
        double fit = naive_params(n, invitee->place)->fit_mean;
        if (accepts(n, asked, fit, (double)inviter->age - invitee->age, &s))
            add(n, asked, SIZE_MAX, fit);
        return;
    }
    size_t site = inviter->site;
    if (n->site[site].place != invitee->place) {
        const struct naive_place *other = &n->place[invitee->place];
        site = other->site_first + stream_below(&s, (uint32_t)other->site_count);
    }
    double fit = match(n, asked, site, &s);
    if (accepts(n, asked, fit, (double)inviter->age - invitee->age, &s))
        add(n, asked, site, fit);
}

/* Citizens [first, end) of a block.  By gaps at the rate of an ambassador with all motivation and
 * trust, thinned. */
static void invite(struct naive *n, size_t block, size_t first, size_t end, const struct params *p)
{
    double most = clip(p->invite * p->ambassador, 0, 1);
    if (most == 0)
        return;
    struct stream s = naive_stream(n, block, STREAM_invitation);
    for (size_t i = first; (i += stream_gap(&s, most)) < end; i++) {
        double u = stream_uniform(&s) * most;
        const struct naive_citizen *c = &n->citizen_before[i];
        if (c->status != CITIZEN_ACTIVE && c->status != CITIZEN_ELSEWHERE)
            continue;
        double rate = p->invite * (double)c->motivation * (.5 + .5 * (double)c->trust);
        if (c->status == CITIZEN_ACTIVE && c->tenure > p->ambassador_weeks &&
            (double)c->motivation > p->ambassador_motivation)
            rate *= p->ambassador;
        if (u < rate)
            ask(n, i);
    }
}

/* Without an invitation: in co-production at a site of the person's sector, or elsewhere. */
static void start_alone(struct naive *n, size_t block, size_t first, size_t end,
                        const struct params *p)
{
    double rate = clip(p->spontaneous * (1 + p->campaign), 0, 1);
    struct stream s = naive_stream(n, block, STREAM_spontaneous);
    for (size_t i = first; (i += stream_gap(&s, rate)) < end; i++) {
        const struct naive_citizen *c = &n->citizen_before[i];
        if (c->status != CITIZEN_INACTIVE)
            continue;
        struct stream own = naive_stream(n, i, STREAM_spontaneous);
        own.counter.v[0] = 1u << 31; /* the second half of the stream is the person's */
        if (!(stream_uniform(&own) < p->spontaneous_coproduction)) {
            add(n, i, SIZE_MAX, p->fit_mean);
            continue;
        }
        const struct naive_place *home = &n->place[c->place];
        size_t sites[1024];
        uint32_t count = 0;
        for (size_t k = home->site_first; k < home->site_first + home->site_count; k++)
            if (n->site[k].sector == c->sector && count < 1024)
                sites[count++] = k;
        size_t site = sites[stream_below(&own, count)];
        add(n, i, site, match(n, i, site, &own));
    }
}

/* The convener of a site asks inactive citizens, at most a hundred a recruit. */
static void convene(struct naive *n, size_t site)
{
    const struct naive_site *at = &n->site[site];
    const struct naive_place *home = &n->place[at->place];
    double mean = at->recruits_planned * at->attention;
    if (!(mean > 0))
        return;
    struct stream s = naive_stream(n, site, STREAM_convening);
    gsl_rng r;
    stream_gsl(&r, &s);
    unsigned recruits = gsl_ran_poisson(&r, mean);
    for (unsigned k = 0; k < recruits; k++)
        for (unsigned asked = 0; asked < 100; asked++) {
            size_t i = home->citizen_first + stream_below(&s, (uint32_t)home->citizen_count);
            if (n->citizen_before[i].status != CITIZEN_INACTIVE)
                continue;
            double fit = match(n, i, site, &s);
            if (accepts(n, i, fit, 0, &s)) {
                add(n, i, site, fit);
                break;
            }
        }
}

void naive_recruit(struct naive *n)
{
    n->entries = 0;
    size_t block = 0;
    for (size_t m = 0; m < n->places; m++) {
        const struct params *p = naive_params(n, m);
        size_t first = n->place[m].citizen_first, end = first + n->place[m].citizen_count;
        for (; first < end; first += BLOCK_SIZE, block++) {
            size_t stop = first + BLOCK_SIZE < end ? first + BLOCK_SIZE : end;
            invite(n, block, first, stop, p);
            start_alone(n, block, first, stop, p);
        }
    }
    for (size_t s = 0; s < n->sites; s++)
        convene(n, s);
}

/* Begins at a site: with the professional who had the fewest volunteers at the start of the week,
 * newcomers of this week counted. */
static void place(struct naive *n, struct naive_citizen *c, const struct naive_entry *entry)
{
    const struct naive_site *at = &n->site[entry->site];
    const struct params *p = naive_params(n, at->place);
    struct stream s = naive_stream(n, entry->person, STREAM_enrolment);
    size_t partner = at->professional_first;
    for (size_t j = partner; j < at->professional_first + at->professional_count; j++)
        if (n->professional[j].pairs < n->professional[partner].pairs)
            partner = j;
    n->professional[partner].pairs++;
    bool through = stream_uniform(&s) < p->through_association;
    if ((through || c->organised) && at->partners > 0)
        c->association = (uint32_t)at->partner[stream_below(&s, (uint32_t)at->partners)];
    c->status = CITIZEN_ONBOARDING;
    c->site = (uint32_t)entry->site;
    c->partner = (uint32_t)partner;
    c->fit = (float)entry->fit;
}

/* Tasks at a site that none of those who stay and none of this week's newcomers has. */
static bool has_open_task(struct naive *n, size_t site)
{
    const struct naive_site *at = &n->site[site];
    const struct params *p = naive_params(n, at->place);
    double demanded = p->demand_hours * at->expected_volunteers * n->place[at->place].demand;
    double tasks = floor(demanded / p->task_hours);
    for (size_t i = 0; i < n->citizens; i++)
        tasks -= n->citizen[i].site == site;
    return tasks > 0;
}

void naive_enrol(struct naive *n)
{
    for (size_t k = 0; k < n->entries; k++) {
        struct naive_citizen *c = &n->citizen[n->entry[k].person];
        const struct params *p = naive_params(n, c->place);
        size_t site = n->entry[k].site;
        if (c->status != CITIZEN_INACTIVE || (site != SIZE_MAX && !has_open_task(n, site)))
            continue;
        c->status = CITIZEN_ELSEWHERE;
        c->motivation = (float)p->initial_motivation;
        c->skill = (float)fmax(p->skill_start, p->skill_kept * (double)c->skill);
        c->trust = c->bond = (float)p->initial_trust;
        c->tenure = 0;
        c->recent_hours = 0;
        c->conflict = false;
        if (site != SIZE_MAX)
            place(n, c, &n->entry[k]);
    }
}
