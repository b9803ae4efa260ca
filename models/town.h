/* The world of co-production: citizens, professionals, sites with their managers, associations and
 * municipalities, as columns (models/columns.def), and the names by which mechanisms reach them. */
#ifndef SAMSKAB_TOWN_H
#define SAMSKAB_TOWN_H

#include <endian.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sim/model.h"
#include "sim/scenario.h"
#include "sim/stream.h"

/* The parameters as a struct of doubles, in the order of models/params.def. */
struct params {
#define REAL(name, ...) double name;
#define COUNT           REAL
#define CHOICE          REAL
#define RUN_REAL        REAL
#define RUN_COUNT       REAL
#define RUN_CHOICE      REAL
#include "models/params.def"
#undef REAL
#undef COUNT
#undef CHOICE
#undef RUN_REAL
#undef RUN_COUNT
#undef RUN_CHOICE
};

/* The position of each parameter in the table. */
enum param_position {
#define REAL(name, ...) PARAM_##name,
#define COUNT           REAL
#define CHOICE          REAL
#define RUN_REAL        REAL
#define RUN_COUNT       REAL
#define RUN_CHOICE      REAL
#include "models/params.def"
#undef REAL
#undef COUNT
#undef CHOICE
#undef RUN_REAL
#undef RUN_COUNT
#undef RUN_CHOICE
    PARAM_POSITIONS
};

enum strategy { STRATEGY_STATIC, STRATEGY_THERMOSTAT, STRATEGY_SITUATIONAL };
enum evaluation { EVALUATION_DIALOGUE, EVALUATION_CONTROL };
enum network_kind { NETWORK_SMALL_WORLD, NETWORK_RANDOM, NETWORK_NONE };
enum initiator {
    INITIATOR_POLITICIANS,
    INITIATOR_OFFICIALS,
    INITIATOR_EMPLOYEES,
    INITIATOR_CITIZENS
};

/* What random numbers are drawn for. */
enum stream_purpose {
#define STREAM(name, meaning) STREAM_##name,
#include "models/streams.def"
#undef STREAM
    STREAM_POSITIONS
};

/* Kinds of cells over which mechanisms run. */
enum cell_kind { CELL_WORLD, CELL_MUNICIPALITY, CELL_SITE, CELL_BLOCK, CELL_KINDS };

enum association_role { ROLE_AVANTGARDE, ROLE_COMPLEMENT, ROLE_ALTERNATIVE, ROLE_REPLACEMENT };

enum status_of_citizen {
    CITIZEN_INACTIVE,
    CITIZEN_RECOVERING,
    CITIZEN_ELSEWHERE, /* volunteers outside co-production */
    CITIZEN_ONBOARDING,
    CITIZEN_ACTIVE
};

static inline bool citizen_coproduces(uint8_t status)
{
    return status >= CITIZEN_ONBOARDING;
}

static inline bool citizen_volunteers(uint8_t status)
{
    return status >= CITIZEN_ELSEWHERE;
}

enum { SECTORS = 6, MOTIVES = 6, BLOCK_SIZE = 4096, BLOCK_ENTRIES = 1024, SITE_RECRUITS = 256 };
enum { WEEKS_A_YEAR = 52, WEEKS_A_QUARTER = 13, LEFT_OFFSET = 2000 };

#define NOBODY UINT32_MAX

/* Rows of the table of associations for each that there is at the start. */
enum { ASSOCIATION_ROOM = 2, APPLICATIONS_MOST = 10 };

/* Position of each column in the model's list, plus 1, as mechanisms declare them. */
enum town_column {
    COLUMN_BEFORE_FIRST,
#define TRAIT(entity, name, ...) entity##_##name,
#define STATE                    TRAIT
#define STATE2                   TRAIT
#define DERIVED                  TRAIT
#include "models/columns.def"
#undef TRAIT
#undef STATE
#undef STATE2
#undef DERIVED
};

enum town_entity {
#define ENTITY(name, ...) ENTITY_##name,
#include "models/columns.def"
#undef ENTITY
    ENTITY_POSITIONS
};

/* Somebody who is about to begin. */
struct entry {
    uint32_t person;
    uint32_t site; /* NOBODY: elsewhere */
    float fit;
};

/* An association's application for a project grant. */
struct application {
    double score;
    uint32_t association;
};

/* The world.  Entities are counted under their plural, t->citizens, and have room for
 * t->citizens_room; column `motivation` of `volunteer` is the array t->volunteer_motivation, and
 * t->volunteer_motivation_next where it has one. */
struct town {
    struct world world;
#define ENTITY(name, plural, ...) size_t plural, plural##_room;
#include "models/columns.def"
#undef ENTITY
#define u8                              uint8_t
#define u16                             uint16_t
#define u32                             uint32_t
#define f32                             float
#define TRAIT(entity, name, type, ...)  type *entity##_##name;
#define STATE                           TRAIT
#define DERIVED                         TRAIT
#define STATE2(entity, name, type, ...) type *entity##_##name, *entity##_##name##_next;
#include "models/columns.def"
#undef TRAIT
#undef STATE
#undef STATE2
#undef DERIVED
#undef u8
#undef u16
#undef u32
#undef f32
    struct entry *block_entries;      /* [block][BLOCK_ENTRIES] */
    struct entry *site_recruits;      /* [site][SITE_RECRUITS] */
    struct application *applications; /* [association][APPLICATIONS_MOST] */
    struct budget_box *boxes;         /* one a municipality, see budget_box.h */
    struct urn *urns;                 /* one a site: room for allocation, see allocation.h */
    struct offered *offered;          /* [volunteer] the same */
};

static inline struct town *town_of(struct world *w)
{
    return (struct town *)w;
}

static inline const struct town *town_of_const(const struct world *w)
{
    return (const struct town *)w;
}

/* A walk over the co-producers among citizens [at, end), in order.  Who co-produces cannot be
 * guessed, so that a branch a citizen would cost more than the look at 64 of them at once. */
struct coproducers {
    size_t at, end; /* not looked at yet */
    uint64_t found; /* of the 64 before `at` */
};

/* Bit k is set when the k-th of eight statuses is one of co-production. */
static inline uint64_t coproducers_of_eight(const uint8_t *status)
{
    uint64_t eight;
    memcpy(&eight, status, sizeof eight);
    eight = le64toh(eight) + 0x0101010101010101 * (0x80 - CITIZEN_ONBOARDING);
    return (eight & 0x8080808080808080) * 0x0002040810204081 >> 56;
}

/* The next one, or `end` when there is none. */
static inline size_t coproducers_next(struct coproducers *c, const uint8_t *status)
{
    while (c->found == 0 && c->at + 64 <= c->end) {
        for (unsigned k = 0; k < 8; k++)
            c->found |= coproducers_of_eight(status + c->at + 8 * k) << 8 * k;
        c->at += 64;
    }
    if (c->found != 0) {
        size_t next = c->at - 64 + (size_t)__builtin_ctzll(c->found);
        c->found &= c->found - 1;
        return next;
    }
    while (c->at < c->end)
        if (citizen_coproduces(status[c->at++]))
            return c->at - 1;
    return c->end;
}

/* Those of a municipality. */
static inline struct coproducers coproducers_begin(const struct town *t, size_t municipality)
{
    size_t first = t->municipality_citizen_first[municipality];
    return (struct coproducers){first, first + t->municipality_citizen_count[municipality], 0};
}

/* The parameters in force in a municipality. */
static inline const struct params *town_params(const struct town *t, size_t municipality)
{
    return (const struct params *)(const void *)t->world.scenario->places[municipality].values;
}

/* Those in force at a site. */
static inline const struct params *site_params(const struct town *t, size_t site)
{
    return town_params(t, t->site_municipality[site]);
}

/* Hours a week that the municipality asks of the site's volunteers. */
static inline double site_demand(const struct town *t, size_t site)
{
    return site_params(t, site)->demand_hours * (double)t->site_expected_volunteers[site] *
           (double)t->municipality_demand[t->site_municipality[site]];
}

/* Whether the association of a row is a partner of the site. */
static inline bool site_has_partner(const struct town *t, size_t site, size_t association)
{
    return t->association_alive[association] && t->association_site[association] == site;
}

/* Share of a whole that may be empty. */
static inline double share_of(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

#endif
