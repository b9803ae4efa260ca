/* A small town of the real model, most of it switched off: what a limiting case is tried on.
 *
 *     struct small s;
 *     small_model(&s);
 *     small_freeze(&s, "control", freeze);      after control, each week: sets columns by hand
 *     small_open(&s, "trust", SMALL_TOWN "trust.gain: 0.05\n", 0);
 *     small_run(&s, 100);                       only trust, and book-keeping
 *     ... s.town->citizen_trust[i] ...
 *     small_close(&s);
 *
 * Whatever fails here fails the test. */
#ifndef SAMSKAB_TESTS_SMALL_TOWN_H
#define SAMSKAB_TESTS_SMALL_TOWN_H

#include "models/coproduction.h"
#include "models/schedule.h"
#include "models/town.h"

#define SMALL_TOWN "population.inhabitants: 4000\n"

enum { SMALL_FREEZES = 2 };

struct small {
    struct model model;
    const struct mechanism *schedule[SCHEDULE_COUNT + SMALL_FREEZES];
    struct mechanism frozen[SMALL_FREEZES];
    size_t freezes;
    struct scenario scenario;
    const struct params *p; /* of the first municipality */
    struct town *town;
};

void small_model(struct small *s);

/* Lets `run` set columns of each site, right after a mechanism that runs over sites. */
void small_freeze(struct small *s, const char *after, void (*run)(struct world *, size_t site));

/* Reads the scenario `yaml`, with every mechanism off that can be and is not named in `only` (names
 * with a blank between them; NULL: nothing is off), and builds its world on one thread. */
void small_open(struct small *s, const char *only, const char *yaml, uint32_t replicate);

/* Another replicate of the same scenario. */
void small_again(struct small *s, uint32_t replicate);

void small_run(struct small *s, unsigned weeks);
void small_close(struct small *s);

/* A world at week 0 of the scenario `yaml`, to be closed by the caller. */
struct world *small_world(const struct scenario *s, int threads);
void small_scenario(struct scenario *s, const char *yaml);

/* Position of an observable of the model. */
size_t small_observable(const char *name);

/* What the first municipality observed last. */
double small_observed(const struct small *s, const char *name);

#endif
