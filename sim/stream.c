#include "sim/stream.h"

#ifdef SAMSKAB_CHECKED
void (*stream_watch)(const struct stream *s);
#endif

static void set(void *state, unsigned long seed)
{
    stream_open(state, seed, 0, 0, 0, 0);
}

static unsigned long get(void *state)
{
    return stream_bits(state);
}

static double get_double(void *state)
{
    return stream_uniform(state);
}

static const gsl_rng_type philox = {
    .name = "philox4x32-10",
    .max = UINT32_MAX,
    .min = 0,
    .size = sizeof(struct stream),
    .set = set,
    .get = get,
    .get_double = get_double,
};

void stream_gsl(gsl_rng *r, struct stream *s)
{
    r->type = &philox;
    r->state = s;
}
