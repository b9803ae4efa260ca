/* Counter-based random streams: every draw is a pure function of what it is for.
 *
 *     key     = seed                                   (64 bits)
 *     counter = block | agent | week, purpose | replicate   (4 x 32 bits)
 *
 * so that the draws of one agent, week and purpose are the same whoever else draws, at any number
 * of threads and in any order, and switching one process off leaves the draws of all others as they
 * were (common random numbers across scenarios).  The generator is Philox4x32-10 of Salmon, Moraes,
 * Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", from Random123.
 *
 * A purpose is an entry of the model's own list, so that two cannot share a counter; weeks and
 * purposes have 16 bits each, agents and replicates 32. */
#ifndef SAMSKAB_STREAM_H
#define SAMSKAB_STREAM_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

#include "sim/maths.h"

enum { STREAM_WEEKS = 65536, STREAM_PURPOSES = 65536 };

/* Most streams are drawn from once or twice: the first block is computed alone, further ones eight
 * at a time, which costs no more than two alone. */
enum { STREAM_AHEAD = 8, STREAM_WORDS = 4 * STREAM_AHEAD };

struct stream {
    philox4x32_ctr_t counter; /* v[0] is the next block within the stream */
    philox4x32_key_t key;
    uint32_t word[2 * STREAM_WORDS]; /* the last `left` of these are drawn and unused */
    unsigned left;
    bool begun;
};

#ifdef SAMSKAB_CHECKED
/* In the library that the tests see: told of every block before it is drawn, unless it is NULL. */
extern void (*stream_watch)(const struct stream *s);
#endif

/* Opens the stream of (seed, replicate, agent, week, purpose) at its beginning. */
static inline void stream_open(struct stream *s, uint64_t seed, uint32_t replicate, uint32_t agent,
                               uint32_t week, uint32_t purpose)
{
    s->key.v[0] = (uint32_t)seed;
    s->key.v[1] = (uint32_t)(seed >> 32);
    s->counter.v[0] = 0;
    s->counter.v[1] = agent;
    s->counter.v[2] = week | purpose << 16;
    s->counter.v[3] = replicate;
    s->left = 0;
    s->begun = false;
}

/* Computes STREAM_AHEAD blocks more; at most STREAM_WORDS words may be left. */
void stream_read_ahead(struct stream *s);

/* The next 32 random bits. */
static inline uint32_t stream_bits(struct stream *s)
{
    if (s->left == 0 && s->begun)
        stream_read_ahead(s);
    if (s->left == 0) {
#ifdef SAMSKAB_CHECKED
        if (stream_watch)
            stream_watch(s);
#endif
        philox4x32_ctr_t block = philox4x32(s->counter, s->key);
        memcpy(s->word + 2 * STREAM_WORDS - 4, block.v, sizeof block.v);
        s->counter.v[0]++;
        s->left = 4;
        s->begun = true;
    }
    return s->word[2 * STREAM_WORDS - s->left--];
}

/* For loops that draw much: the next `count` times 32 bits, at most STREAM_WORDS.  They count as
 * drawn up to where stream_drawn says. */
static inline const uint32_t *stream_next(struct stream *s, unsigned count)
{
    if (s->left < count)
        stream_read_ahead(s);
    return s->word + 2 * STREAM_WORDS - s->left;
}

static inline void stream_drawn(struct stream *s, const uint32_t *end)
{
    s->left = (unsigned)(s->word + 2 * STREAM_WORDS - end);
}

/* Uniform on (0, 1), never 0 and never 1: 32 random bits and a half, exact in double. */
static inline double uniform_of(uint32_t bits)
{
    return ((double)bits + 0.5) * 0x1p-32;
}

static inline double stream_uniform(struct stream *s)
{
    return uniform_of(stream_bits(s));
}

/* Uniform on {0, ..., n - 1}; n in [1, 2^32).  Its bias is below n / 2^32. */
static inline uint32_t below_of(uint32_t bits, uint32_t n)
{
    return (uint32_t)(((uint64_t)bits * n) >> 32);
}

static inline uint32_t stream_below(struct stream *s, uint32_t n)
{
    return below_of(stream_bits(s), n);
}

/* Standard normal, by inversion: one uniform a draw, so that a draw more or less shifts nothing. */
static inline double stream_normal(struct stream *s)
{
    return normal_quantile(stream_uniform(s));
}

/* Failures before the first success at probability p in (0, 1]: how many agents to skip until the
 * next to whom a rare event happens.  At most 2^31.  For p < 1 many draws may share
 * log_failure = log_of(1 - p). */
static inline uint32_t stream_gap_by(struct stream *s, double log_failure)
{
    double gap = log_of(stream_uniform(s)) / log_failure;
    return gap >= 0 && gap < 0x1p31 ? (uint32_t)gap : (uint32_t)1 << 31; /* -inf at a p of 0 */
}

static inline uint32_t stream_gap(struct stream *s, double p)
{
    return p >= 1 ? 0 : stream_gap_by(s, log_of(1 - p));
}

/* A gsl_rng that draws from `s`, so that GSL's distributions work on a stream:
 *
 *     struct stream s;  gsl_rng r;
 *     stream_open(&s, seed, replicate, agent, week, purpose);
 *     stream_gsl(&r, &s);
 *     double x = gsl_ran_beta(&r, 3, 3);
 *
 * Nothing is allocated; `r` is good as long as `s` is. */
void stream_gsl(gsl_rng *r, struct stream *s);

#endif
