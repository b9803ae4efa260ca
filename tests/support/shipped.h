/* The scenarios that come with the program, at the size that a check has time for, and how much
 * time that is:
 *
 *     TORTURE=quick (the default; in `make test`), short or long
 *
 * Whatever fails here ends the test program. */
#ifndef SAMSKAB_TESTS_SHIPPED_H
#define SAMSKAB_TESTS_SHIPPED_H

#include <stddef.h>
#include <stdint.h>

#include "sim/model.h"
#include "sim/scenario.h"

/* The one of three figures that belongs to TORTURE. */
unsigned long torture_figure(unsigned long quick, unsigned long some, unsigned long all);

/* Their names without folder and ".yaml", sorted; free with durable_names_free. */
char **shipped_names(size_t *count);

/* What a scenario is changed to; 0 leaves it as it is.  A country (50 municipalities and more),
 * which takes longer than all others together, may be given other weeks. */
struct shipped_size {
    unsigned long inhabitants, weeks, country_weeks, replicates;
};

void shipped_read(struct scenario *s, const char *name, struct shipped_size size);

/* Runs a replicate in this process and gives the digest of all that it observed, week by week, and
 * of the state in which it ends.  */
uint64_t shipped_digest(const struct scenario *s, uint32_t replicate, int threads,
                        enum cell_order order);

#endif
