#include "models/coproduction.h"

#include <stdlib.h>

#include "models/demography.h"
#include "models/events.h"
#include "models/population.h"
#include "models/real_ballots.h"
#include "models/schedule.h"
#include "models/submodels.h"
#include "models/texts.h"

/* --- tables ------------------------------------------------------------------------------------
 */

#define ROW(id, place, sign, measure, type, where, number, lowest, highest, options, words,        \
            origin)                                                                                \
    {.key = place,                                                                                 \
     .symbol = sign,                                                                               \
     .unit = measure,                                                                              \
     .kind = type,                                                                                 \
     .level = where,                                                                               \
     .value = number,                                                                              \
     .lo = lowest,                                                                                 \
     .hi = highest,                                                                                \
     .choices = options,                                                                           \
     .meaning = words,                                                                             \
     .source = origin},
#define REAL(id, key, symbol, unit, value, lo, hi, meaning, source)                                \
    ROW(id, key, symbol, unit, PARAM_REAL, PARAM_PLACE, value, lo, hi, NULL, meaning, source)
#define COUNT(id, key, symbol, unit, value, lo, hi, meaning, source)                               \
    ROW(id, key, symbol, unit, PARAM_COUNT, PARAM_PLACE, value, lo, hi, NULL, meaning, source)
#define CHOICE(id, key, symbol, value, hi, choices, meaning, source)                               \
    ROW(id, key, symbol, "1", PARAM_CHOICE, PARAM_PLACE, value, 0, hi, choices, meaning, source)
#define RUN_REAL(id, key, symbol, unit, value, lo, hi, meaning, source)                            \
    ROW(id, key, symbol, unit, PARAM_REAL, PARAM_RUN, value, lo, hi, NULL, meaning, source)
#define RUN_COUNT(id, key, symbol, unit, value, lo, hi, meaning, source)                           \
    ROW(id, key, symbol, unit, PARAM_COUNT, PARAM_RUN, value, lo, hi, NULL, meaning, source)
#define RUN_CHOICE(id, key, symbol, value, hi, choices, meaning, source)                           \
    ROW(id, key, symbol, "1", PARAM_CHOICE, PARAM_RUN, value, 0, hi, choices, meaning, source)
static const struct param params[] = {
#include "models/params.def"
};
#undef ROW
#undef REAL
#undef COUNT
#undef CHOICE
#undef RUN_REAL
#undef RUN_COUNT
#undef RUN_CHOICE

_Static_assert(sizeof(struct params) == PARAM_POSITIONS * sizeof(double),
               "a set of parameters is an array of doubles");

#define ENTITY(name_, plural, transient_, meaning_)                                                \
    {.name = #name_,                                                                               \
     .meaning = meaning_,                                                                          \
     .count = offsetof(struct town, plural),                                                       \
     .capacity = offsetof(struct town, plural##_room),                                             \
     .transient = transient_},
static const struct entity entities[] = {
#include "models/columns.def"
};
#undef ENTITY

#define TYPE_f32 COLUMN_F32
#define TYPE_u8  COLUMN_U8
#define TYPE_u16 COLUMN_U16
#define TYPE_u32 COLUMN_U32
#define ROW(entity_, name_, type_, role_, unit_, lo_, hi_, meaning_, next_)                        \
    {.name = #name_,                                                                               \
     .entity = ENTITY_##entity_,                                                                   \
     .type = TYPE_##type_,                                                                         \
     .role = role_,                                                                                \
     .unit = unit_,                                                                                \
     .lo = lo_,                                                                                    \
     .hi = hi_,                                                                                    \
     .meaning = meaning_,                                                                          \
     .now = offsetof(struct town, entity_##_##name_),                                              \
     .next = next_},
#define TRAIT(entity, name, type, unit, lo, hi, meaning)                                           \
    ROW(entity, name, type, COLUMN_TRAIT, unit, lo, hi, meaning, COLUMN_NONE)
#define STATE(entity, name, type, unit, lo, hi, meaning)                                           \
    ROW(entity, name, type, COLUMN_STATE, unit, lo, hi, meaning, COLUMN_NONE)
#define DERIVED(entity, name, type, unit, lo, hi, meaning)                                         \
    ROW(entity, name, type, COLUMN_DERIVED, unit, lo, hi, meaning, COLUMN_NONE)
#define STATE2(entity, name, type, unit, lo, hi, meaning)                                          \
    ROW(entity, name, type, COLUMN_STATE, unit, lo, hi, meaning,                                   \
        offsetof(struct town, entity##_##name##_next))
static const struct column columns[] = {
#include "models/columns.def"
};
#undef ROW
#undef TRAIT
#undef STATE
#undef DERIVED
#undef STATE2

#define OBSERVABLE(name_, unit_, lo_, hi_, headline_, meaning_, plain_)                            \
    {.name = #name_,                                                                               \
     .unit = unit_,                                                                                \
     .meaning = meaning_,                                                                          \
     .headline = headline_,                                                                        \
     .plain = plain_,                                                                              \
     .lo = lo_,                                                                                    \
     .hi = hi_},
static const struct observable observables[] = {
#include "models/observables.def"
};
#undef OBSERVABLE

#define TIE(entity, column_, other, name_, meaning_)                                               \
    {.name = #name_,                                                                               \
     .from = ENTITY_##entity,                                                                      \
     .column = entity##_##column_ - 1,                                                             \
     .to = ENTITY_##other,                                                                         \
     .meaning = meaning_},
#define TWIN(entity, other, name_, meaning_)                                                       \
    {.name = #name_,                                                                               \
     .from = ENTITY_##entity,                                                                      \
     .column = MODEL_TWIN,                                                                         \
     .to = ENTITY_##other,                                                                         \
     .meaning = meaning_},
static const struct tie ties[] = {
#include "models/ties.def"
};
#undef TIE
#undef TWIN

#define EVENT(id, name_, unit_, lo_, hi_, meaning_)                                                \
    {.name = name_, .unit = unit_, .lo = lo_, .hi = hi_, .meaning = meaning_},
static const struct event_kind event_kinds[] = {EVENTS(EVENT)};
#undef EVENT

static const struct text_key texts[TEXT_POSITIONS] = {
    [TEXT_POPULATION_TABLE] = {"population.table", PARAM_RUN, true,
                               "inhabitants by municipality, sex and age, in the form of "
                               "scenarios/population.csv, instead of that table"},
    [TEXT_NETWORK_FILE] = {"network.file", PARAM_RUN, true,
                           "friendships as an edge list: a header a,b or a,b,weight, then a tie a "
                           "line between citizens numbered from 0"},
    [TEXT_BUDGET_BALLOTS] =
        {"budget.ballots", PARAM_PLACE, true,
         "a real election in the .pb format (pabulib.org/format): its projects, "
         "at costs scaled to the pool, and for every voter the ballot of one "
         "of its voters"},
};

static const char *const cell_kinds[CELL_KINDS] = {
    [CELL_WORLD] = "world",
    [CELL_MUNICIPALITY] = "municipality",
    [CELL_SITE] = "site",
    [CELL_BLOCK] = "block",
};

/* --- rules between parameters
 * --------------------------------------------------------------------- */

static const struct params *named(const double *values)
{
    return (const struct params *)(const void *)values;
}

static bool roles_add_up(const double *values)
{
    const struct params *p = named(values);
    return fabs(p->role_convener + p->role_facilitator + p->role_catalyst - 1) < 1e-6;
}

static bool association_roles_add_up(const double *values)
{
    const struct params *p = named(values);
    return fabs(p->role_avantgarde + p->role_complement + p->role_alternative +
                p->role_replacement - 1) < 1e-6;
}

static bool coproducers_are_volunteers(const double *values)
{
    const struct params *p = named(values);
    return p->initial_coproducers <= p->initial_volunteers;
}

static bool summer_begins_before_it_ends(const double *values)
{
    const struct params *p = named(values);
    return p->summer_first <= p->summer_last;
}

static bool sites_have_professionals(const double *values)
{
    const struct params *p = named(values);
    return p->professional_density >= p->site_density;
}

static const struct param_rule rules[] = {
    {"managers.roles.convener, .facilitator and .catalyst must add up to 1",
     "managers.roles.convener", roles_add_up},
    {"associations.roles.* must add up to 1", "associations.roles.avant_garde",
     association_roles_add_up},
    {"volunteers.initial.coproducers must not exceed volunteers.initial.volunteers",
     "volunteers.initial.coproducers", coproducers_are_volunteers},
    {"season.first_week must not come after season.last_week", "season.first_week",
     summer_begins_before_it_ends},
    {"professionals.per_thousand must not be below sites.per_thousand: a site has a professional",
     "professionals.per_thousand", sites_have_professionals},
};

/* --- what the engine calls
 * ------------------------------------------------------------------------- */

static enum status prepare(struct scenario *s, struct error *e)
{
    enum status status = demography_prepare(s, e);
    return status ? status : real_ballots_prepare(s, e);
}

static void forget(struct scenario *s)
{
    real_ballots_forget(s);
    demography_forget(s);
}

static enum status build(struct world *w, struct error *e)
{
    return population_build(town_of(w), e);
}

static void destroy(struct world *w)
{
    population_destroy(town_of(w));
}

static size_t cells(const struct world *w, unsigned kind)
{
    const struct town *t = town_of_const(w);
    switch ((enum cell_kind)kind) {
    case CELL_MUNICIPALITY:
        return t->municipalities;
    case CELL_SITE:
        return t->sites;
    case CELL_BLOCK:
        return t->blocks;
    case CELL_WORLD:
    case CELL_KINDS:
        break;
    }
    return 1;
}

/* The first row of an entity that belongs to municipality m or a later one. */
static size_t first_row(const struct town *t, size_t entity, size_t m)
{
    bool beyond = m == t->municipalities;
    switch ((enum town_entity)entity) {
    case ENTITY_citizen:
        return beyond ? t->citizens : t->municipality_citizen_first[m];
    case ENTITY_professional:
        return beyond ? t->professionals : t->municipality_professional_first[m];
    case ENTITY_site:
    case ENTITY_manager:
        return beyond ? t->sites : t->municipality_site_first[m];
    case ENTITY_association:
        return beyond ? t->associations : t->municipality_association_first[m];
    case ENTITY_block:
        return beyond ? t->blocks : t->municipality_block_first[m];
    case ENTITY_municipality:
    case ENTITY_volunteer:
    case ENTITY_POSITIONS:
        break;
    }
    return m;
}

static struct range rows(const struct world *w, size_t entity, struct range places)
{
    const struct town *t = town_of_const(w);
    return (struct range){first_row(t, entity, places.first), first_row(t, entity, places.end)};
}

static const size_t cell_entities[CELL_KINDS] = {
    [CELL_WORLD] = MODEL_WORLD,
    [CELL_MUNICIPALITY] = ENTITY_municipality,
    [CELL_SITE] = ENTITY_site,
    [CELL_BLOCK] = ENTITY_block,
};

/* People, hours and money are conserved (V18): who volunteers now is who did, and came, and did not
 * leave; every hour offered is done or not; a budget's money is spent or carried, and
 * that for grants given or kept. */
static enum status check(const struct world *w, struct error *e)
{
    const struct town *t = town_of_const(w);
    for (size_t m = w->places.first; m < w->places.end; m++) {
        uint64_t left = 0;
        size_t first = t->municipality_site_first[m];
        for (size_t s = first; s < first + t->municipality_site_count[m]; s++)
            left += t->site_exits[s];
        first = t->municipality_block_first[m];
        for (size_t b = first; b < first + t->municipality_block_count[m]; b++)
            left += t->block_exits[b];
        uint64_t came = t->municipality_volunteers_before[m] + t->municipality_entries[m];
        if (came != t->municipality_volunteers[m] + left)
            return error_add(
                e, STATUS_FAILED,
                "week %u, municipality %zu: %u volunteered and %u began, but %u do and "
                "%llu left",
                w->week, m, t->municipality_volunteers_before[m], t->municipality_entries[m],
                t->municipality_volunteers[m], (unsigned long long)left);
    }
    for (size_t m = w->places.first; m < w->places.end; m++)
        if (t->municipality_budget_money[m] > 0 &&
            t->municipality_budget_money[m] - t->municipality_budget_spent[m] !=
                t->municipality_carried[m])
            return error_add(e, STATUS_FAILED,
                             "week %u, municipality %zu: of %u DKK %u are spent, but %u carried",
                             w->week, m, t->municipality_budget_money[m],
                             t->municipality_budget_spent[m], t->municipality_carried[m]);
    for (size_t m = w->places.first; m < w->places.end; m++)
        if (t->municipality_grants_pot[m] - t->municipality_grants_given[m] !=
            t->municipality_grants_kept[m])
            return error_add(e, STATUS_FAILED,
                             "week %u, municipality %zu: of %u DKK for grants %u are given, but %u "
                             "kept",
                             w->week, m, t->municipality_grants_pot[m],
                             t->municipality_grants_given[m], t->municipality_grants_kept[m]);
    struct range sites = world_rows(w, ENTITY_site);
    for (size_t s = sites.first; s < sites.end; s++)
        if (t->site_hours_offered[s] - t->site_hours_done[s] - t->site_hours_unmet[s] != 0)
            return error_add(e, STATUS_FAILED,
                             "week %u, site %zu: %g h offered, but %g h done and %g h unmet",
                             w->week, s, (double)t->site_hours_offered[s],
                             (double)t->site_hours_done[s], (double)t->site_hours_unmet[s]);
    return STATUS_DONE;
}

static uint64_t persons(const struct scenario *s)
{
    uint64_t sum = 0;
    for (size_t k = 0; k < s->place_count; k++)
        sum += demography_of(s, k)->adults;
    return sum;
}

static void locate(const struct scenario *s, size_t place, double *x_km, double *y_km,
                   double *persons)
{
    const struct demography *d = demography_of(s, place);
    *x_km = d->x_km;
    *y_km = d->y_km;
    *persons = d->adults;
}

/* Rows of associations are kept for those that may be founded. */
static bool exists(const struct world *w, size_t entity, size_t row)
{
    return entity != ENTITY_association || town_of_const(w)->association_alive[row];
}

const struct model coproduction = {
    .name = "co-production",
    .title = "Motivation, burnout and trust in co-production networks under metagovernance",
    .version = "1",
    .place = "municipality",
    .places = "municipalities",
    .events = "shocks",
    .params = {params, PARAM_POSITIONS},
    .rules = rules,
    .rule_count = sizeof rules / sizeof *rules,
    .texts = texts,
    .text_count = TEXT_POSITIONS,
    .event_kinds = event_kinds,
    .event_kind_count = sizeof event_kinds / sizeof *event_kinds,
    .entities = entities,
    .entity_count = sizeof entities / sizeof *entities,
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns,
    .cell_kinds = cell_kinds,
    .cell_kind_count = CELL_KINDS,
    .schedule = schedule,
    .schedule_count = SCHEDULE_COUNT,
    .observables = observables,
    .observable_count = sizeof observables / sizeof *observables,
    .ties = ties,
    .tie_count = sizeof ties / sizeof *ties,
    .network_tie = "friends",
    .world_size = sizeof(struct town),
    .saved_entity = ENTITY_citizen,
    .weeks_param = PARAM_weeks,
    .seed_param = PARAM_seed,
    .replicates_param = PARAM_replicates,
    .prepare = prepare,
    .forget = forget,
    .build = build,
    .destroy = destroy,
    .cells = cells,
    .cell_entities = cell_entities,
    .rows = rows,
    .check = check,
    .persons = persons,
    .bytes = population_bytes,
    .locate = locate,
    .exists = exists,
};
