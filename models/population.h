/* The town at week 0. */
#ifndef SAMSKAB_POPULATION_H
#define SAMSKAB_POPULATION_H

#include "models/town.h"

/* Sizes, allocates and fills the town of w->scenario. */
enum status population_build(struct town *t, struct error *e);

/* Frees what is not a column; safe on a failed build. */
void population_destroy(struct town *t);

#endif
