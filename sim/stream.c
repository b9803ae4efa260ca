#include "sim/stream.h"

#ifdef SAMSKAB_CHECKED
void (*stream_watch)(const struct stream *s);
#endif

#ifdef __SSE2__
#include <emmintrin.h>

/* Two blocks side by side, a word in the lower half of each of a register's two halves; what the
 * upper halves hold does not matter. */
struct pair {
    __m128i v[4];
};

static inline void pair_round(struct pair *b, __m128i key0, __m128i key1)
{
    __m128i product0 = _mm_mul_epu32(b->v[0], _mm_set1_epi64x(PHILOX_M4x32_0));
    __m128i product1 = _mm_mul_epu32(b->v[2], _mm_set1_epi64x(PHILOX_M4x32_1));
    b->v[0] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product1, 32), b->v[1]), key0);
    b->v[2] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product0, 32), b->v[3]), key1);
    b->v[1] = product1;
    b->v[3] = product0;
}

/* Two times four words, as they are drawn. */
static inline void pair_store(const struct pair *b, uint32_t *word)
{
    __m128i low = _mm_unpacklo_epi32(b->v[0], b->v[1]);  /* words 0 and 1 of the first block */
    __m128i high = _mm_unpacklo_epi32(b->v[2], b->v[3]); /* words 2 and 3 of it */
    __m128i low2 = _mm_unpackhi_epi32(b->v[0], b->v[1]); /* of the second one */
    __m128i high2 = _mm_unpackhi_epi32(b->v[2], b->v[3]);
    _mm_storeu_si128((__m128i *)(void *)word, _mm_unpacklo_epi64(low, high));
    _mm_storeu_si128((__m128i *)(void *)(word + 4), _mm_unpacklo_epi64(low2, high2));
}

static void blocks(const struct stream *s, uint32_t *word)
{
    enum { PAIRS = STREAM_AHEAD / 2 };
    struct pair b[PAIRS];
    for (uint32_t k = 0; k < PAIRS; k++) {
        uint32_t first = s->counter.v[0] + 2 * k;
        b[k].v[0] = _mm_set_epi64x(first + 1, first);
        for (size_t j = 1; j < 4; j++)
            b[k].v[j] = _mm_set1_epi64x(s->counter.v[j]);
    }
    uint32_t key0 = s->key.v[0], key1 = s->key.v[1];
    for (unsigned round = 0; round < philox4x32_rounds; round++) {
        for (size_t k = 0; k < PAIRS; k++)
            pair_round(&b[k], _mm_set1_epi64x(key0), _mm_set1_epi64x(key1));
        key0 += PHILOX_W32_0;
        key1 += PHILOX_W32_1;
    }
    for (size_t k = 0; k < PAIRS; k++)
        pair_store(&b[k], word + 8 * k);
}
#else
static void blocks(const struct stream *s, uint32_t *word)
{
    philox4x32_ctr_t counter = s->counter;
    for (size_t k = 0; k < STREAM_AHEAD; k++) {
        philox4x32_ctr_t block = philox4x32(counter, s->key);
        memcpy(word + 4 * k, block.v, sizeof block.v);
        counter.v[0]++;
    }
}
#endif

void stream_read_ahead(struct stream *s)
{
#ifdef SAMSKAB_CHECKED
    struct stream ahead = *s;
    for (unsigned k = 0; stream_watch && k < STREAM_AHEAD; k++, ahead.counter.v[0]++)
        stream_watch(&ahead);
#endif
    memmove(s->word, s->word + STREAM_WORDS, STREAM_WORDS * sizeof *s->word);
    blocks(s, s->word + STREAM_WORDS);
    s->counter.v[0] += STREAM_AHEAD;
    s->left += STREAM_WORDS;
}

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
