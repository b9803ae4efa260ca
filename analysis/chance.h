/* What analyses draw random numbers for, once: designs and resampling.
 *
 * They take a replicate number that no run has, so that they share no draw with a model. */
#ifndef SAMSKAB_CHANCE_H
#define SAMSKAB_CHANCE_H

#include "sim/stream.h"

enum chance {
    CHANCE_LATIN,     /* order and place within its stratum, by column */
    CHANCE_SOBOL,     /* shift, by column */
    CHANCE_MORRIS,    /* start, directions and order, by trajectory */
    CHANCE_BOOTSTRAP, /* which values are resampled */
    CHANCE_ROWS,      /* which rows, trajectories or points are, by resample */
    CHANCE_CANDIDATE, /* ancestor, step and seed of a trial of a calibration */
    CHANCE_PREDICTIVE /* which draws of a posterior are simulated anew, and their seeds */
};

/* Opens the stream of a purpose for one of its items. */
static inline void chance_open(struct stream *s, uint64_t seed, enum chance purpose, size_t item)
{
    stream_open(s, seed, UINT32_MAX, (uint32_t)item, 0, purpose);
}

#endif
