/* The model a second time, serial and naive: written from its description, to be compared with
 * models/ person by person.
 *
 *     struct naive n;
 *     naive_open(&n, world);            what stands in the built town at week 0 is copied
 *     naive_step(&n);                   one week; world_step(world) must come to the same
 *     naive_close(&n);
 *
 * Every citizen, professional and site is a struct, there is no working set, and each submodel goes
 * over all of them: what it reads stands in the copy of the start of the week, `before`.  It draws
 * from the same streams in the same order of draws; equations are written out anew and share no
 * function with models/ but the table of parameters, the lists of names and sim/maths.h.
 * Arithmetic is in double, and rounded to float where the model keeps a value in a column. */
#ifndef SAMSKAB_TESTS_NAIVE_H
#define SAMSKAB_TESTS_NAIVE_H

#include "models/town.h"

struct naive_citizen {
    size_t place;
    unsigned age, sector;
    bool organised;
    double motives[MOTIVES];
    double autonomy, capacity, goal;

    unsigned status, tenure, left_week;
    uint32_t site, partner, association;
    bool conflict;
    float motivation, burnout, skill, trust, bond, ownership, fit, recent_hours;

    double hours, hours_self, load, relatedness; /* of this week */
    bool leaves;
};

struct naive_professional {
    size_t site;
    double vulnerability;
    float attitude, burnout, fear;
    unsigned pairs;
};

enum { NAIVE_PARTNERS = 20 };

/* A site with its manager.  Its partner associations stay: E13 is not part of this. */
struct naive_site {
    size_t place;
    unsigned sector;
    size_t professional_first, professional_count;
    size_t partners, partner[NAIVE_PARTNERS];
    double replacement; /* share of them in the municipality's place */
    double expected_volunteers;

    float unmet_share, quality;
    float design, goals, process, participation, trust_before; /* sigma_D, G, P, N */

    /* of this week */
    double attention, hours_upwards, recruits_planned;                        /* f */
    double design_effect, goals_effect, process_effect, participation_effect; /* e_D ... */
    double clarity, control, screen;
    double hours_demanded, hours_offered, hours_done, hours_unmet, hours_self, output;
    size_t exits;
};

struct naive_place {
    size_t citizen_first, citizen_count, site_first, site_count, block_first, block_count;
    float mandate;
    double cuts, season, demand, turbulence, coordinators, mandate_shock,
        veterans; /* of this week */
    bool crisis;
};

/* Somebody who accepted this week. */
struct naive_entry {
    size_t person, site; /* SIZE_MAX: elsewhere */
    double fit;
};

struct naive {
    const struct scenario *scenario;
    const struct network *ties;
    uint64_t seed;
    uint32_t replicate;
    uint32_t week; /* the one that runs, from 1 */
    size_t citizens, professionals, sites, places, associations, entries;
    struct naive_citizen *citizen, *citizen_before;
    struct naive_professional *professional, *professional_before;
    struct naive_site *site, *site_before;
    struct naive_place *place, *place_before;
    float *knowledge;          /* by association */
    struct naive_entry *entry; /* room for 4 a citizen */
    size_t *members, *takers;  /* room for a citizen each, and for the hours of a site */
    size_t takers_room;
};

/* Copies the town of a world in which no week has run.  Ends the program when memory is short. */
void naive_open(struct naive *n, const struct world *w);
void naive_step(struct naive *n);
void naive_close(struct naive *n);

/* Parameters of a place. */
const struct params *naive_params(const struct naive *n, size_t place);

/* Opens the stream of this week for an agent. */
struct stream naive_stream(const struct naive *n, size_t agent, uint32_t purpose);

/* As a column of floats keeps it.  Without this, a draw that falls within 1e-7 of where it turns
 * would turn differently once in some millions of draws. */
static inline double naive_kept(double x)
{
    return (double)(float)x;
}

/* Co-producers of a site at the start of the week, in the order of citizens, into n->members; how
 * many there are. */
size_t naive_members(struct naive *n, size_t site);

/* Steps 3 and 9, naive_recruitment.c: who accepts this week, and their start. */
void naive_recruit(struct naive *n);
void naive_enrol(struct naive *n);

/* Steps 4 to 9 at a site, naive_site.c. */
void naive_site_week(struct naive *n, size_t s);

#endif
