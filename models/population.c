/* Initialisation (ODD: element 5).  The town at week 0, made of streams, so that the same seed and
 * replicate make the same town.
 *
 * Citizens are numbered municipality by municipality, within that district by district, and within
 * that by an order in which neighbours are alike in age and education: friendships are made along
 * that order (network.h), and people who are near are near in memory. */
#include "models/population.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "models/allocation.h"
#include "models/borders.h"
#include "models/budget_box.h"
#include "models/demography.h"
#include "models/enrolment.h"
#include "models/submodels.h"
#include "models/texts.h"
#include "sim/split.h"

/* --- sizes ------------------------------------------------------------------------------------ */

static size_t sites_of(const struct params *p, uint32_t adults)
{
    size_t sites = (size_t)(p->site_density * adults / 1000 + 0.5);
    return sites < SECTORS ? SECTORS : sites;
}

static size_t professionals_of(const struct params *p, uint32_t adults, size_t sites)
{
    size_t professionals = (size_t)(p->professional_density * adults / 1000 + 0.5);
    return professionals < sites ? sites : professionals;
}

static size_t associations_of(const struct params *p, uint32_t inhabitants)
{
    size_t associations = (size_t)(inhabitants / p->inhabitants_per_association + 0.5);
    return associations < 1 ? 1 : associations;
}

static size_t blocks_of(uint32_t adults)
{
    return (adults + BLOCK_SIZE - 1) / BLOCK_SIZE;
}

static void size_up(struct town *t)
{
    const struct scenario *scenario = t->world.scenario;
    for (size_t m = 0; m < scenario->place_count; m++) {
        const struct params *p = town_params(t, m);
        const struct demography *d = demography_of(scenario, m);
        size_t sites = sites_of(p, d->adults);
        t->citizens += d->adults;
        t->sites += sites;
        t->professionals += professionals_of(p, d->adults, sites);
        t->associations += ASSOCIATION_ROOM * associations_of(p, d->inhabitants);
        t->blocks += blocks_of(d->adults);
    }
    t->municipalities = scenario->place_count;
    t->managers = t->sites;
    t->citizens_room = t->citizens;
    t->volunteers_room = t->citizens; /* pages that are never used cost nothing */
    t->sites_room = t->managers_room = t->sites;
    t->professionals_room = t->professionals;
    t->associations_room = t->associations;
    t->municipalities_room = t->municipalities;
    t->blocks_room = t->blocks;
}

/* Rows in which somebody stands: volunteers as many as there are tasks, others as many as there is
 * room for. */
static double rows_used(const struct town *t, size_t entity)
{
    size_t room;
    memcpy(&room, (const char *)t + t->world.model->entities[entity].capacity, sizeof room);
    if (entity != ENTITY_volunteer)
        return (double)room;
    double volunteers = 0;
    for (size_t m = 0; m < t->municipalities; m++) {
        const struct params *p = town_params(t, m);
        volunteers += demography_of(t->world.scenario, m)->adults *
                      fmax(p->demand_volunteers, p->initial_coproducers);
    }
    return volunteers;
}

/* Ties as they are drawn, in both directions as they are kept, and where the row of each begins. */
static double network_bytes_of(const struct town *t)
{
    const struct params *p = town_params(t, 0);
    double ties = (double)t->citizens * p->network_degree / 2;
    return sizeof(uint32_t) *
           (ceil(p->network_degree / 2) * (double)t->citizens + 2 * ties + (double)t->citizens);
}

uint64_t population_bytes(const struct scenario *s)
{
    const struct model *model = s->model;
    struct town t = {.world = {.model = model, .scenario = s}};
    size_up(&t);
    double bytes = network_bytes_of(&t);
    for (size_t k = 0; k < model->column_count; k++) {
        const struct column *c = &model->columns[k];
        double arrays = c->next == COLUMN_NONE ? 1 : 2;
        bytes += arrays * (double)column_width(c->type) * rows_used(&t, c->entity);
    }
    for (size_t m = 0; m < t.municipalities; m++)
        bytes += budget_box_bytes(town_params(&t, m), demography_of(s, m)->adults);
    bytes += (double)t.blocks * BLOCK_ENTRIES * sizeof *t.block_entries;
    bytes += (double)t.sites * SITE_RECRUITS * sizeof *t.site_recruits;
    bytes += (double)t.associations * APPLICATIONS_MOST * sizeof *t.applications;
    return (uint64_t)bytes;
}

/* --- people ----------------------------------------------------------------------------------- */

struct person {
    uint32_t district;
    float position; /* along the order of likeness, in years */
    uint32_t draw;  /* number in the order of the table; decides ties */
    uint8_t age, female, educated;
};

static int by_likeness(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    if (x->district != y->district)
        return x->district < y->district ? -1 : 1;
    if (x->position < y->position || x->position > y->position)
        return x->position < y->position ? -1 : 1;
    return x->draw < y->draw ? -1 : x->draw > y->draw;
}

static uint32_t districts_of(const struct params *p, uint32_t adults)
{
    uint32_t districts = (uint32_t)(adults / p->district_size + 0.5);
    return districts < 1 ? 1 : districts;
}

static struct person draw_person(const struct town *t, const struct params *p,
                                 const struct age_band *band, bool female, uint32_t districts,
                                 uint32_t draw)
{
    struct stream s;
    stream_open(&s, t->world.seed, t->world.replicate, draw, 0, STREAM_ages);
    struct person person = {.draw = draw, .female = female};
    person.age = (uint8_t)(band->youngest + stream_below(&s, band->oldest - band->youngest + 1));
    person.district = stream_below(&s, districts);
    person.educated = stream_uniform(&s) < p->educated;
    person.position = (float)(person.age + p->education_likeness * person.educated +
                              p->age_likeness * stream_normal(&s));
    return person;
}

/* Everybody who lives in a municipality, in the order of the table. */
static void draw_people(const struct town *t, size_t m, struct person *persons)
{
    const struct params *p = town_params(t, m);
    const struct demography *d = demography_of(t->world.scenario, m);
    uint32_t districts = districts_of(p, d->adults);
    uint32_t first = t->municipality_citizen_first[m], count = 0;
    for (size_t b = 1; b < AGE_BANDS; b++)
        for (uint32_t k = 0; k < d->men[b] + d->women[b]; k++) {
            persons[count] =
                draw_person(t, p, &age_bands[b], k >= d->men[b], districts, first + count);
            count++;
        }
}

static void settle(struct town *t, size_t m, struct person *persons, uint32_t first_district)
{
    uint32_t first = t->municipality_citizen_first[m], count = t->municipality_citizen_count[m];
    qsort(persons, count, sizeof *persons, by_likeness);
    for (uint32_t k = 0; k < count; k++) {
        size_t i = first + k;
        t->citizen_age[i] = persons[k].age;
        t->citizen_female[i] = persons[k].female;
        t->citizen_educated[i] = persons[k].educated;
        t->citizen_district[i] = (uint16_t)(first_district + persons[k].district);
        t->citizen_municipality[i] = (uint16_t)m;
    }
}

/* The people of a municipality, who settle where this process works at it; how many live in each of
 * its districts must be known for all. */
static enum status people(struct town *t, size_t m, uint32_t first_district, uint32_t *inhabitants,
                          struct error *e)
{
    uint32_t adults = t->municipality_citizen_count[m];
    struct person *persons = malloc(adults * sizeof *persons);
    if (!persons)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes for the people of '%s'",
                         adults * sizeof *persons, t->world.scenario->places[m].name);
    draw_people(t, m, persons);
    for (uint32_t k = 0; k < adults; k++)
        inhabitants[first_district + persons[k].district]++;
    if (m >= t->world.places.first && m < t->world.places.end)
        settle(t, m, persons, first_district);
    free(persons);
    return STATUS_DONE;
}

/* Six motives on the simplex, in parts of 255. */
static void motives(struct town *t, size_t i, const struct params *p)
{
    uint8_t *const columns[MOTIVES] = {t->citizen_motive_values,   t->citizen_motive_social,
                                       t->citizen_motive_learning, t->citizen_motive_identity,
                                       t->citizen_motive_career,   t->citizen_motive_protective};
    struct stream s;
    gsl_rng r;
    stream_open(&s, t->world.seed, t->world.replicate, (uint32_t)i, 0, STREAM_motives);
    stream_gsl(&r, &s);
    double alpha[MOTIVES], theta[MOTIVES];
    for (size_t k = 0; k < MOTIVES; k++)
        alpha[k] = p->motive_concentration;
    gsl_ran_dirichlet(&r, MOTIVES, alpha, theta);
    for (size_t k = 0; k < MOTIVES; k++)
        columns[k][i] = (uint8_t)(255 * theta[k] + 0.5);
}

static void traits(struct town *t, size_t i, const struct params *p)
{
    struct stream s;
    gsl_rng r;
    stream_open(&s, t->world.seed, t->world.replicate, (uint32_t)i, 0, STREAM_traits);
    stream_gsl(&r, &s);
    t->citizen_sector[i] = (uint8_t)stream_below(&s, SECTORS);
    t->citizen_marginalised[i] = stream_uniform(&s) < p->marginalised;
    t->citizen_organised[i] = stream_uniform(&s) < p->organised;
    double capacity = p->capacity_median * exp(p->capacity_spread * stream_normal(&s));
    t->citizen_capacity[i] = (float)clip(capacity, 0.5, 20);
    t->citizen_autonomy[i] = (float)gsl_ran_beta(&r, p->autonomy_shape, p->autonomy_shape);
}

static void goal(struct town *t, size_t i, const struct params *p)
{
    struct stream s;
    stream_open(&s, t->world.seed, t->world.replicate, (uint32_t)i, 0, STREAM_goals);
    t->citizen_goal[i] = (float)clip(p->goals_mean + p->goals_spread * stream_normal(&s), 0, 1);
}

/* --- sites, professionals, associations --------------------------------------------------------
 */

static double initial_mandate(const struct params *p)
{
    bool political = (int)p->initiator == INITIATOR_POLITICIANS;
    return clip(p->initial_mandate + (political ? p->mandate_initiator : 0), 0, 1);
}

static void lay_out_municipality(struct town *t, size_t m, uint32_t *citizen, uint32_t *site,
                                 uint32_t *professional, uint32_t *association, uint32_t *block)
{
    const struct params *p = town_params(t, m);
    const struct demography *d = demography_of(t->world.scenario, m);
    uint32_t sites = (uint32_t)sites_of(p, d->adults);
    uint32_t professionals = (uint32_t)professionals_of(p, d->adults, sites);
    uint32_t associations = (uint32_t)associations_of(p, d->inhabitants);

    t->municipality_citizen_first[m] = *citizen;
    t->municipality_citizen_count[m] = d->adults;
    t->municipality_site_first[m] = *site;
    t->municipality_site_count[m] = sites;
    t->municipality_professional_first[m] = *professional;
    t->municipality_professional_count[m] = professionals;
    t->municipality_block_first[m] = *block;
    t->municipality_block_count[m] = (uint32_t)blocks_of(d->adults);
    t->municipality_mandate[m] = (float)initial_mandate(p);
    t->municipality_delegated[m] = (float)p->delegated;
    t->municipality_silos[m] = (float)p->silos_initial;
    t->municipality_efficacy[m] = (float)p->efficacy_base;

    for (uint32_t k = 0; k < t->municipality_block_count[m]; k++, ++*block) {
        uint32_t left = d->adults - k * BLOCK_SIZE;
        t->block_first[*block] = *citizen + k * BLOCK_SIZE;
        t->block_count[*block] = left < BLOCK_SIZE ? left : BLOCK_SIZE;
        t->block_municipality[*block] = (uint16_t)m;
    }
    for (uint32_t k = 0; k < sites; k++, ++*site) {
        size_t s = *site;
        t->site_sector[s] = (uint8_t)(k % SECTORS);
        t->site_municipality[s] = (uint16_t)m;
        t->site_professional_first[s] =
            *professional + (uint32_t)((uint64_t)professionals * k / sites);
        t->site_professional_count[s] = (uint32_t)((uint64_t)professionals * (k + 1) / sites) -
                                        (uint32_t)((uint64_t)professionals * k / sites);
        t->site_expected_volunteers[s] = (float)(p->demand_volunteers * d->adults / sites);
        double short_of = 1 - p->initial_coproducers / p->demand_volunteers;
        t->site_unmet_share[s] = (float)clip(short_of, 0, 1);
        t->site_goal_spread[s] = (float)p->goals_spread;
        t->manager_design[s] = (float)p->level_design;
        t->manager_goals[s] = (float)p->level_goals;
        t->manager_process[s] = (float)p->level_process;
        t->manager_participation[s] = (float)p->level_participation;
        t->manager_trust_before[s] = (float)p->initial_trust;
        uint32_t per_site = (uint32_t)(p->partners + 0.5);
        uint32_t rows = per_site * (k + 1) <= associations ? ASSOCIATION_ROOM * per_site : 0;
        t->site_association_first[s] =
            *association + (rows > 0 ? rows * k : ASSOCIATION_ROOM * associations);
        t->site_association_count[s] = rows;
    }
    t->municipality_association_first[m] = *association;
    t->municipality_association_count[m] = ASSOCIATION_ROOM * associations;
    *citizen += d->adults;
    *professional += professionals;
    *association += ASSOCIATION_ROOM * associations;
}

static void lay_out(struct town *t)
{
    uint32_t citizen = 0, site = 0, professional = 0, association = 0, block = 0;
    for (size_t m = 0; m < t->municipalities; m++) {
        uint32_t first_association = association;
        lay_out_municipality(t, m, &citizen, &site, &professional, &association, &block);
        for (uint32_t a = first_association; a < association; a++)
            t->association_municipality[a] = (uint16_t)m;
    }
    for (size_t s = 0; s < t->sites; s++) {
        for (uint32_t k = 0; k < t->site_professional_count[s]; k++)
            t->professional_site[t->site_professional_first[s] + k] = (uint32_t)s;
    }
}

static void professional(struct town *t, size_t j)
{
    const struct params *p = site_params(t, t->professional_site[j]);
    struct stream s;
    stream_open(&s, t->world.seed, t->world.replicate, (uint32_t)j, 0, STREAM_professionals);
    bool vulnerable = stream_uniform(&s) < p->vulnerable;
    double exposure = stream_uniform(&s);
    double attitude = clip(p->attitude_mean + p->attitude_spread * stream_normal(&s), -1, 1);
    bool own_initiative = (int)p->initiator == INITIATOR_EMPLOYEES;
    if (stream_uniform(&s) < p->involved || own_initiative)
        attitude += p->attitude_involved * (1 - attitude);
    bool spanner = stream_uniform(&s) < p->spanners;
    t->professional_spanner[j] = (float)(spanner ? 0.5 + 0.5 * stream_uniform(&s) : 0);
    t->professional_vulnerability[j] = (float)(vulnerable ? 0.5 + 0.5 * exposure : 0.5 * exposure);
    t->professional_attitude[j] = t->professional_attitude_next[j] = (float)attitude;
    t->professional_burnout[j] = t->professional_burnout_next[j] = (float)p->initial_burnout;
}

/* An association that has lived on: its age, agreement and payment are as in a steady state. */
static void association(struct town *t, size_t a, size_t site)
{
    const struct params *p = town_params(t, t->association_municipality[a]);
    struct stream s;
    stream_open(&s, t->world.seed, t->world.replicate, (uint32_t)a, 0, STREAM_associations);
    association_found(t, a, site, p->members_median, p->members_spread, &s);
    t->association_age[a] =
        (float)clip(-log_of(stream_uniform(&s)) / log(2) * p->association_half_age, 0, 1000);
    t->association_paid[a] = stream_uniform(&s) < p->pay_begins / (p->pay_begins + p->pay_ends);
    double begins = agreement_probability(p, t->association_sector[a], t->association_paid[a],
                                          t->association_members[a], p->level_goals);
    t->association_written[a] = stream_uniform(&s) < begins / (begins + p->agreement_lapse);
}

/* The first half of the rows kept for a site's partners, and of the others, is taken. */
static void associations(struct town *t)
{
    struct range own = world_rows(&t->world, ENTITY_association);
    struct range sites = world_rows(&t->world, ENTITY_site);
    for (size_t a = own.first; a < own.end; a++)
        t->association_site[a] = NOBODY;
    for (size_t s = sites.first; s < sites.end; s++)
        for (uint32_t k = 0; k < t->site_association_count[s] / ASSOCIATION_ROOM; k++)
            association(t, t->site_association_first[s] + k, s);
    for (size_t m = t->world.places.first; m < t->world.places.end; m++) {
        size_t first = t->municipality_association_first[m];
        size_t end = first + t->municipality_association_count[m];
        size_t first_site = t->municipality_site_first[m];
        for (size_t s = first_site; s < first_site + t->municipality_site_count[m]; s++)
            first += t->site_association_count[s];
        for (size_t a = first; a < first + (end - first) / ASSOCIATION_ROOM; a++)
            association(t, a, NOBODY);
    }
}

/* --- the first volunteers ------------------------------------------------------------------------
 */

static void start_skill(struct town *t, size_t i, const struct params *p)
{
    double learned = pow(1 - p->learning * p->learning_alone, t->citizen_tenure[i]);
    t->citizen_skill[i] = (float)(1 - (1 - p->skill_start) * learned);
}

static void start_coproducer(struct town *t, size_t i, const struct params *p, struct stream *s)
{
    size_t m = t->citizen_municipality[i];
    uint32_t sector = t->citizen_sector[i];
    uint32_t count = (t->municipality_site_count[m] - sector + SECTORS - 1) / SECTORS;
    size_t site = t->municipality_site_first[m] + sector + SECTORS * stream_below(s, count);
    enrolment_place(t, i, site, matching_choose(t, i, site, s), s);
    if (t->citizen_tenure[i] >= p->onboarding_weeks)
        t->citizen_status[i] = CITIZEN_ACTIVE;
    start_skill(t, i, p);
    size_t a = t->citizen_association[i];
    if (a != NOBODY)
        t->association_knowledge[a] +=
            (float)(knowledge_brought(p, t->citizen_skill[i], p->demand_hours) *
                    t->citizen_tenure[i]);
    t->citizen_burnout[i] = (float)p->initial_burnout;
    t->citizen_ownership[i] = (float)p->initial_ownership;
}

/* Whoever is inactive left at a time that fits a steady state in which `volunteers` are active. */
static void start_inactive(struct town *t, size_t i, const struct params *p, struct stream *s)
{
    double entry = p->exit_life * p->initial_volunteers / (1 - p->initial_volunteers);
    double weeks = entry > 0 ? -log_of(stream_uniform(s)) / entry : INFINITY;
    t->citizen_left_week[i] = weeks < LEFT_OFFSET ? (uint16_t)(LEFT_OFFSET - weeks) : 0;
}

static void start(struct town *t, size_t i)
{
    const struct params *p = town_params(t, t->citizen_municipality[i]);
    struct stream s;
    stream_open(&s, t->world.seed, t->world.replicate, (uint32_t)i, 0, STREAM_start);
    t->citizen_ownership[i] = (float)p->initial_ownership;
    t->citizen_efficacy[i] = (float)p->efficacy_base;
    t->citizen_trust[i] = t->citizen_bond[i] = (float)p->initial_trust;
    t->citizen_site[i] = t->citizen_partner[i] = t->citizen_association[i] = NOBODY;
    double u = stream_uniform(&s);
    double weeks = -log_of(stream_uniform(&s)) / p->exit_life;
    if (u >= p->initial_volunteers) {
        start_inactive(t, i, p, &s);
        return;
    }
    enrolment_begin(t, i, p);
    t->citizen_tenure[i] = (uint16_t)clip(weeks, 0, 2600);
    if (u < p->initial_coproducers)
        start_coproducer(t, i, p, &s);
}

/* --- ties
 * ----------------------------------------------------------------------------------------- */

/* The districts, of which those that nobody drew are no group. */
static struct network_group *groups_of(const struct town *t, const uint32_t *inhabitants,
                                       size_t *count)
{
    uint32_t district = 0, first = 0;
    struct network_group *groups = calloc(UINT16_MAX, sizeof *groups);
    *count = 0;
    for (size_t m = 0; groups && m < t->municipalities; m++) {
        uint32_t here = districts_of(town_params(t, m), t->municipality_citizen_count[m]);
        for (uint32_t end = district + here; district < end; first += inhabitants[district++])
            if (inhabitants[district] > 0)
                groups[(*count)++] = (struct network_group){
                    .first = first, .count = inhabitants[district], .home = (uint32_t)m};
    }
    return groups;
}

/* For all ranks that share the town. */
static enum status draw_friendships(struct town *t, const uint32_t *inhabitants,
                                    enum network_kind kind, struct error *e)
{
    const struct params *p = town_params(t, 0);
    size_t count;
    struct network_borders borders = {0};
    struct network_group *groups = groups_of(t, inhabitants, &count);
    enum status status = groups ? borders_init(&borders, t, e)
                                : error_add(e, STATUS_FAILED, "memory is short: for the districts");
    status = split_agree(&t->world, status, e);
    struct network_spec spec = {
        .seed = t->world.seed,
        .replicate = t->world.replicate,
        .purpose = STREAM_friends,
        .degree = p->network_degree,
        .rewire = p->network_rewire,
        .stay = p->network_stay,
        .borders = borders.homes > 0 ? &borders : NULL,
        .shares = split_shares(&t->world),
        .threads = t->world.threads,
    };
    if (!status)
        status = kind == NETWORK_RANDOM
                     ? network_random(&t->world.ties, groups, count, &spec, e)
                     : network_small_world(&t->world.ties, groups, count, &spec, e);
    borders_free(&borders);
    free(groups);
    return status;
}

static enum status friendships(struct town *t, const uint32_t *inhabitants, struct error *e)
{
    const struct text_value *file = &t->world.scenario->texts[TEXT_NETWORK_FILE];
    enum network_kind kind = (enum network_kind)town_params(t, 0)->network_kind;
    if (file->content)
        return network_parse(&t->world.ties, t->citizens, file->content, file->size, file->text, e);
    if (kind == NETWORK_NONE)
        return network_none(&t->world.ties, t->citizens, e);
    return draw_friendships(t, inhabitants, kind, e);
}

/* --- all together
 * ----------------------------------------------------------------------------------- */

static enum status rooms(struct town *t, struct error *e)
{
    t->block_entries = calloc(t->blocks * BLOCK_ENTRIES, sizeof *t->block_entries);
    t->site_recruits = calloc(t->sites * SITE_RECRUITS, sizeof *t->site_recruits);
    t->urns = calloc(t->sites, sizeof *t->urns);
    t->applications = calloc(t->associations * APPLICATIONS_MOST, sizeof *t->applications);
    t->offered = calloc(t->volunteers_room, sizeof *t->offered);
    if (!t->block_entries || !t->site_recruits || !t->urns || !t->applications || !t->offered)
        return error_add(e, STATUS_FAILED, "memory is short: for what is going on at %zu sites",
                         t->sites);
    t->boxes = calloc(t->municipalities, sizeof *t->boxes);
    if (!t->boxes)
        return error_add(e, STATUS_FAILED, "memory is short: for %zu budgets", t->municipalities);
    for (size_t m = t->world.places.first; m < t->world.places.end; m++)
        if (budget_box_reserve(&t->boxes[m], t, m, e))
            return STATUS_FAILED;
    struct range sites = world_rows(&t->world, ENTITY_site);
    for (size_t s = sites.first; s < sites.end; s++) {
        t->urns[s].size = allocation_size(t, s);
        t->urns[s].taker = calloc(t->urns[s].size, sizeof *t->urns[s].taker);
        t->urns[s].guide = calloc(t->urns[s].size, sizeof *t->urns[s].guide);
        if (!t->urns[s].taker || !t->urns[s].guide)
            return error_add(e, STATUS_FAILED, "memory is short: for %zu hours at a site",
                             t->urns[s].size);
    }
    return STATUS_DONE;
}

static enum status everybody(struct town *t, uint32_t *inhabitants, struct error *e)
{
    enum status status = STATUS_DONE;
    uint32_t districts = 0;
    for (size_t m = 0; m < t->municipalities; m++) {
        uint32_t here = districts_of(town_params(t, m), t->municipality_citizen_count[m]);
        if (districts + here > UINT16_MAX)
            return error_add(e, STATUS_BAD_INPUT,
                             "more than %d districts; population.district_size is too small",
                             UINT16_MAX);
        if (!status)
            status = people(t, m, districts, inhabitants, e);
        districts += here;
    }
    int threads = t->world.threads;
    struct range own = world_rows(&t->world, ENTITY_citizen);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t i = own.first; i < own.end; i++) {
        const struct params *p = town_params(t, t->citizen_municipality[i]);
        motives(t, i, p);
        traits(t, i, p);
        goal(t, i, p);
    }
    return status;
}

/* Everything but friendships, of the municipalities that this process works at. */
static enum status inhabit(struct town *t, uint32_t *inhabitants, struct error *e)
{
    enum status status = columns_allocate(t->world.model, &t->world, e);
    if (status)
        return status;
    lay_out(t);
    status = rooms(t, e);
    if (!status)
        status = everybody(t, inhabitants, e);
    if (status)
        return status;
    struct range own = world_rows(&t->world, ENTITY_professional);
    for (size_t j = own.first; j < own.end; j++)
        professional(t, j);
    associations(t);
    own = world_rows(&t->world, ENTITY_citizen);
    for (size_t i = own.first; i < own.end; i++) {
        start(t, i);
        size_t m = t->citizen_municipality[i];
        t->municipality_volunteers[m] += citizen_volunteers(t->citizen_status[i]);
        t->municipality_coproducers[m] += citizen_coproduces(t->citizen_status[i]);
    }
    return STATUS_DONE;
}

enum status population_build(struct town *t, struct error *e)
{
    size_up(t);
    uint32_t *inhabitants = calloc(UINT16_MAX, sizeof *inhabitants); /* of each district */
    enum status status = inhabitants
                             ? inhabit(t, inhabitants, e)
                             : error_add(e, STATUS_FAILED, "memory is short: for the districts");
    status = split_agree(&t->world, status, e);
    if (!status)
        status = friendships(t, inhabitants, e);
    free(inhabitants);
    return status;
}

void population_destroy(struct town *t)
{
    for (size_t s = 0; t->urns && s < t->sites; s++) {
        free(t->urns[s].guide);
        free(t->urns[s].taker);
    }
    for (size_t m = 0; t->boxes && m < t->municipalities; m++)
        budget_box_free(&t->boxes[m]);
    free(t->boxes);
    free(t->applications);
    free(t->offered);
    free(t->urns);
    free(t->site_recruits);
    free(t->block_entries);
}
