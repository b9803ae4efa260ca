/* Room for a site's allocation: who did each of the hours given out so far this week. */
#ifndef SAMSKAB_ALLOCATION_H
#define SAMSKAB_ALLOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "models/town.h"

/* What allocation holds of a volunteer while the hours of a week are given out. */
struct offered {
    double load;    /* hours of this week so far over those the person can give */
    double accepts; /* probability that the next one is accepted */
    double willing; /* the same without any load */
    double time;    /* hours that the person can give this week */
    float hours;
    float motivation;
};

struct urn {
    uint32_t *taker; /* [size] rows of the working set */
    uint32_t *guide; /* [size] into recent hours added up, see allocation.c */
    size_t size;     /* most hours that the site can be asked for in a week */
};

/* Most hours that a site may be asked for in any week of its scenario. */
size_t allocation_size(const struct town *t, size_t site);

#endif
