/* Random streams: known answers, independence by key, and the distributions drawn from them. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "sim/stream.h"
#include "tests/support/check.h"

enum { DRAWS = 200000 };

/* The known-answer vectors of Random123 for philox4x32-10: counter, key, result. */
static const struct {
    uint32_t counter[4], key[2], result[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void test_known_answers(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        struct stream s = {.left = 0};
        for (size_t j = 0; j < 4; j++)
            s.counter.v[j] = known[k].counter[j];
        s.key.v[0] = known[k].key[0];
        s.key.v[1] = known[k].key[1];
        for (size_t j = 0; j < 4; j++)
            assert_int_equal(stream_bits(&s), known[k].result[j]);
    }
}

/* Where seed, replicate, agent, week and purpose stand in key and counter. */
static void test_layout(void **state)
{
    (void)state;
    struct stream s;
    stream_open(&s, 0x299f31d0a4093822, 0x03707344, 0x85a308d3, 0x8a2e, 0x1319);
    s.counter.v[0] = 0x243f6a88;
    for (size_t j = 0; j < 4; j++)
        assert_int_equal(stream_bits(&s), known[2].result[j]);
    assert_int_equal(s.counter.v[0], 0x243f6a89);
}

/* Blocks computed ahead are those that Random123 gives one by one, however they are taken: word by
 * word, or some at a time of which only a part is used. */
static void test_read_ahead(void **state)
{
    (void)state;
    struct stream s, some;
    stream_open(&s, 0x299f31d0a4093822, 7, 9, 11, 13);
    stream_open(&some, 0x299f31d0a4093822, 7, 9, 11, 13);
    philox4x32_ctr_t counter = s.counter;
    unsigned taken = 0, take = 0;
    for (unsigned k = 0; k < 40 * STREAM_WORDS; k++) {
        philox4x32_ctr_t at = counter;
        at.v[0] = k / 4;
        uint32_t expected = philox4x32(at, s.key).v[k % 4];
        assert_int_equal(stream_bits(&s), expected);
        if (k == taken + take) {
            taken += take;
            take = taken % (STREAM_WORDS + 1);
            take = take > 0 ? take : 1;
            stream_drawn(&some, stream_next(&some, STREAM_WORDS) + take);
        }
        assert_int_equal(some.word[2 * STREAM_WORDS - some.left - (taken + take - k)], expected);
    }
}

static uint64_t first_bits(uint64_t seed, uint32_t replicate, uint32_t agent, uint32_t week,
                           uint32_t purpose)
{
    struct stream s;
    stream_open(&s, seed, replicate, agent, week, purpose);
    uint64_t high = stream_bits(&s);
    return high << 32 | stream_bits(&s);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* No two of many neighbouring streams begin alike, over every pair of their five coordinates. */
static void test_streams_differ(void **state)
{
    (void)state;
    enum { SIDE = 6, COUNT = SIDE * SIDE * SIDE * SIDE * SIDE };
    uint64_t *bits = malloc(COUNT * sizeof *bits);
    assert_non_null(bits);
    size_t n = 0;
    static const uint32_t corner[SIDE] = {0, 1, 2, 255, 65534, 65535};
    for (size_t a = 0; a < SIDE; a++)
        for (size_t b = 0; b < SIDE; b++)
            for (size_t c = 0; c < SIDE; c++)
                for (size_t d = 0; d < SIDE; d++)
                    for (size_t f = 0; f < SIDE; f++)
                        bits[n++] =
                            first_bits(corner[a], corner[b], corner[c], corner[d], corner[f]);
    qsort(bits, n, sizeof *bits, compare);
    for (size_t k = 1; k < n; k++)
        assert_true(bits[k] != bits[k - 1]);
    free(bits);
}

/* What one stream draws does not depend on how much another one drew. */
static void test_order_of_draws(void **state)
{
    (void)state;
    struct stream a, b, again;
    stream_open(&a, 7, 0, 1, 2, 3);
    stream_open(&again, 7, 0, 1, 2, 3);
    stream_open(&b, 7, 0, 2, 2, 3);
    for (int k = 0; k < 100; k++) {
        uint32_t expected = stream_bits(&again);
        for (int j = 0; j < k % 7; j++)
            stream_bits(&b);
        assert_int_equal(stream_bits(&a), expected);
    }
}

static void test_uniform(void **state)
{
    (void)state;
    struct stream s;
    stream_open(&s, 1, 0, 0, 1, 0);
    double sum = 0, squares = 0;
    for (int k = 0; k < DRAWS; k++) {
        double u = stream_uniform(&s);
        assert_true(u > 0 && u < 1);
        sum += u;
        squares += u * u;
    }
    double mean = sum / DRAWS;
    assert_close(mean, 0.5, 5 * sqrt(1. / 12 / DRAWS));
    assert_close(squares / DRAWS - mean * mean, 1. / 12, 1e-3);

    /* The least and the most that 32 bits can give. */
    assert_true(uniform_of(0) > 0);
    assert_true(uniform_of(UINT32_MAX) < 1);
}

static void test_below(void **state)
{
    (void)state;
    struct stream s;
    stream_open(&s, 1, 0, 0, 1, 1);
    size_t count[7] = {0};
    for (int k = 0; k < DRAWS; k++) {
        uint32_t value = stream_below(&s, 7);
        assert_true(value < 7);
        count[value]++;
    }
    double chi = 0, expected = DRAWS / 7.;
    for (size_t k = 0; k < 7; k++)
        chi += pow((double)count[k] - expected, 2) / expected;
    assert_true(gsl_cdf_chisq_Q(chi, 6) > 1e-4);
}

static void test_normal(void **state)
{
    (void)state;
    struct stream s;
    stream_open(&s, 1, 0, 0, 1, 2);
    double sum = 0, squares = 0, beyond = 0;
    for (int k = 0; k < DRAWS; k++) {
        double x = stream_normal(&s);
        sum += x;
        squares += x * x;
        beyond += fabs(x) > 1.959963984540054;
    }
    assert_close(sum / DRAWS, 0, 5 / sqrt(DRAWS));
    assert_close(squares / DRAWS, 1, 5 * sqrt(2. / DRAWS));
    assert_close(beyond / DRAWS, 0.05, 5 * sqrt(0.05 * 0.95 / DRAWS));
}

static void test_gap(void **state)
{
    (void)state;
    enum { BINS = 30 };
    const double p = 0.1;
    struct stream s;
    stream_open(&s, 1, 0, 0, 1, 3);
    size_t count[BINS + 1] = {0};
    double sum = 0;
    for (int k = 0; k < DRAWS; k++) {
        uint32_t gap = stream_gap(&s, p);
        sum += gap;
        count[gap < BINS ? gap : BINS]++;
    }
    assert_close(sum / DRAWS, (1 - p) / p, 5 * sqrt(1 - p) / p / sqrt(DRAWS));
    double chi = 0;
    for (int k = 0; k <= BINS; k++) {
        double share = k < BINS ? p * pow(1 - p, k) : pow(1 - p, BINS);
        chi += pow((double)count[k] - share * DRAWS, 2) / (share * DRAWS);
    }
    assert_true(gsl_cdf_chisq_Q(chi, BINS) > 1e-4);
    assert_int_equal(stream_gap(&s, 1), 0);
    assert_int_equal(stream_gap(&s, 1e-300), (uint32_t)1 << 31);
    assert_int_equal(stream_gap(&s, 1e-14), (uint32_t)1 << 31);
}

static void test_gsl(void **state)
{
    (void)state;
    struct stream s;
    gsl_rng r;
    stream_open(&s, 1, 0, 0, 1, 4);
    stream_gsl(&r, &s);
    double sum = 0, squares = 0;
    for (int k = 0; k < DRAWS; k++) {
        double x = gsl_ran_beta(&r, 3, 3);
        sum += x;
        squares += x * x;
    }
    double mean = sum / DRAWS, variance = squares / DRAWS - mean * mean;
    assert_close(mean, 0.5, 5 * sqrt(1. / 28 / DRAWS));
    assert_close(variance, 1. / 28, 1e-3);

    sum = squares = 0;
    for (int k = 0; k < DRAWS; k++) {
        double x = gsl_ran_poisson(&r, 4);
        sum += x;
        squares += x * x;
    }
    mean = sum / DRAWS;
    assert_close(mean, 4, 5 * 2 / sqrt(DRAWS));
    assert_close(squares / DRAWS - mean * mean, 4, 0.1);
}

/* A gsl_rng draws the stream's own bits, and its names and range are right. */
static void test_gsl_bits(void **state)
{
    (void)state;
    struct stream s, same;
    gsl_rng r;
    stream_open(&s, 5, 4, 3, 2, 1);
    stream_open(&same, 5, 4, 3, 2, 1);
    stream_gsl(&r, &s);
    assert_string_equal(gsl_rng_name(&r), "philox4x32-10");
    assert_int_equal(gsl_rng_max(&r), UINT32_MAX);
    assert_int_equal(gsl_rng_min(&r), 0);
    for (int k = 0; k < 9; k++)
        assert_int_equal(gsl_rng_get(&r), stream_bits(&same));
    assert_close(gsl_rng_uniform(&r), stream_uniform(&same), 0);
    gsl_rng_set(&r, 9);
    stream_open(&same, 9, 0, 0, 0, 0);
    assert_int_equal(gsl_rng_get(&r), stream_bits(&same));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_read_ahead),
        cmocka_unit_test(test_streams_differ),
        cmocka_unit_test(test_order_of_draws),
        cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_gsl),
        cmocka_unit_test(test_gsl_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
