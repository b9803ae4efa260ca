/* The town at week 0. */
#ifndef SAMSKAB_POPULATION_H
#define SAMSKAB_POPULATION_H

#include "models/town.h"

/* Sizes, allocates and fills the town of w->scenario. */
enum status population_build(struct town *t, struct error *e);

/* Bytes of a town of this scenario while it is built and runs, about: what is reserved and hardly
 * ever used, as rows for more volunteers than there are tasks, is not counted. */
uint64_t population_bytes(const struct scenario *s);

/* Frees what is not a column; safe on a failed build. */
void population_destroy(struct town *t);

#endif
