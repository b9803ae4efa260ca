/* Differences between arms, against published values, values worked out by hand, exact bootstrap
 * distributions and coverage. */
#include "analysis/contrast.h"
#include "sim/stream.h"
#include "tests/support/check.h"

/* Extra hours of sleep with two drugs, ten patients each (Student 1908); R's data set `sleep`. */
static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

#define DATA(x, y, is_paired)                                                                      \
    ((struct contrast_data){.arm = (x),                                                            \
                            .base = (y),                                                           \
                            .arm_count = sizeof(x) / sizeof *(x),                                  \
                            .base_count = sizeof(y) / sizeof *(y),                                 \
                            .paired = (is_paired)})

/* R: t.test(first, second, paired = TRUE) gives t = -4.0621, df = 9, p-value = 0.002833 and the
 * interval -2.4598858 to -0.7001142. */
static void paired_as_in_r(void **state)
{
    (void)state;
    struct contrast c;
    contrast_make(&c, &DATA(first, second, true));
    assert_close(c.arm, 0.75, 1e-12);
    assert_close(c.base, 2.33, 1e-12);
    assert_close(c.difference, -1.58, 1e-12);
    assert_close(c.difference / c.error, -4.0621, 5e-5);
    assert_close(c.freedom, 9, 0);
    assert_close(c.p, 0.002833, 5e-7);
    assert_close(c.low, -2.4598858, 5e-8);
    assert_close(c.high, -0.7001142, 5e-8);
    assert_close(c.effect, -4.0621 / sqrt(10), 5e-5);
    assert_close(c.superiority, 0.05, 1e-12); /* one of ten pairs is equal */
}

/* R: t.test(first, second) gives t = -1.8608, df = 17.776, p-value = 0.07939 and the interval
 * -3.3654832 to 0.2054832; wilcox.test(first, second) gives W = 25.5, of 100 pairs. */
static void welch_as_in_r(void **state)
{
    (void)state;
    struct contrast c;
    contrast_make(&c, &DATA(first, second, false));
    assert_close(c.difference / c.error, -1.8608, 5e-5);
    assert_close(c.freedom, 17.776, 5e-4);
    assert_close(c.p, 0.07939, 5e-6);
    assert_close(c.low, -3.3654832, 5e-8);
    assert_close(c.high, 0.2054832, 5e-8);
    assert_close(c.superiority, 0.255, 1e-12);
    assert_close(c.effect, -1.58 / c.spread, 1e-12);
}

/* By hand: {1, 2} against {1, 5, 6} has 1 < 5, 1 < 6, 2 < 5, 2 < 6, 2 > 1 and one tie. */
static void superiority_counts_ties_half(void **state)
{
    (void)state;
    const double a[] = {1, 2}, b[] = {1, 5, 6};
    struct contrast c;
    contrast_make(&c, &DATA(a, b, false));
    assert_close(c.superiority, 1.5 / 6, 1e-12);
    assert_close(c.freedom, 2.3965, 5e-5); /* (1/4 + 7/3)^2 / (1/16 + (7/3)^2 / 2), by hand */
    assert_close(c.error, sqrt(0.25 + 7. / 3), 1e-12);
}

/* Where nothing varies the difference is certain, even when rounding makes it look uneven. */
static void equal_values_leave_no_doubt(void **state)
{
    (void)state;
    const double a[] = {0.3, 0.1 + 0.2, 0.3}, b[] = {0.3, 0.3, 0.3}, d[] = {7.3, 7.3, 7.3};
    struct contrast c;
    contrast_make(&c, &DATA(a, b, true));
    assert_close(c.p, 1, 0);
    assert_close(contrast_equivalence(&c, 0.01), 0, 0);
    assert_true(isnan(c.effect));
    assert_int_equal(contrast_replicates(&c, 0), 0);
    for (int paired = 0; paired < 2; paired++) {
        contrast_make(&c, &DATA(d, b, paired));
        assert_close(c.p, 0, 0);
        assert_close(c.low, 7, 1e-12);
        assert_close(c.high, 7, 1e-12);
        assert_close(contrast_equivalence(&c, 6.9), 1, 0);
        assert_close(contrast_equivalence(&c, 7.1), 0, 0);
        assert_int_equal(contrast_replicates(&c, c.difference), 2);
    }
}

static void one_value_tells_nothing(void **state)
{
    (void)state;
    const double a[] = {4}, b[] = {1, 2};
    double low, high;
    struct contrast c;
    const struct contrast_data data = DATA(a, b, false);
    contrast_make(&c, &data);
    assert_close(c.difference, 2.5, 0);
    assert_true(isnan(c.p) && isnan(c.low) && isnan(c.superiority) && isnan(c.effect));
    assert_true(isnan(contrast_equivalence(&c, 10)));
    assert_int_equal(contrast_replicates(&c, 1), 0);
    assert_true(contrast_bootstrap(&data, 1, &low, &high));
    assert_true(isnan(low) && isnan(high));
}

/* Equivalent at the level .05 where the interval at .90 lies within the margin: for the paired
 * data, -1.58 +- 1.8331 * .38896. */
static void equivalence_is_the_interval_at_ninety(void **state)
{
    (void)state;
    struct contrast c;
    contrast_make(&c, &DATA(first, second, true));
    double half = 1.833113 * c.error;
    assert_close(contrast_equivalence(&c, 1.58 + half), 0.05, 1e-6);
    assert_true(contrast_equivalence(&c, 1.57 + half) > 0.05);
    assert_true(contrast_equivalence(&c, 1.59 + half) < 0.05);
    assert_close(contrast_equivalence(&c, 1.58), 0.5, 1e-12);
}

/* R: p.adjust(c(.01, .04, .03, .005), "holm") gives .03 .06 .06 .02. */
static void holm_as_in_r(void **state)
{
    (void)state;
    double p[] = {0.01, NAN, 0.04, 0.03, NAN, 0.005}, one[] = {0.7, 0.6}, none = 0;
    assert_true(contrast_holm(p, 6));
    assert_close(p[0], 0.03, 1e-12);
    assert_close(p[2], 0.06, 1e-12);
    assert_close(p[3], 0.06, 1e-12);
    assert_close(p[5], 0.02, 1e-12);
    assert_true(isnan(p[1]) && isnan(p[4]));
    assert_true(contrast_holm(one, 2));
    assert_close(one[0], 1, 0);
    assert_close(one[1], 1, 0);
    assert_true(contrast_holm(&none, 0));
}

/* R: power.t.test(n = 20, delta = 1, sd = 1) gives power = 0.8689528.  Cohen (1988): 64 a group for
 * d = .5 at 80 %; G*Power: 34 pairs for d_z = .5. */
static void power_as_in_tables(void **state)
{
    (void)state;
    struct contrast c = {.spread = 2, .paired = false};
    assert_close(contrast_power(1, 20, false), 0.8689528, 1e-4);
    assert_close(contrast_power(0, 15, true), 0.05, 1e-4);
    assert_int_equal(contrast_replicates(&c, 1), 64);
    assert_int_equal(contrast_replicates(&c, -1), 64);
    c.paired = true;
    assert_int_equal(contrast_replicates(&c, 1), 34);
    assert_close(contrast_power(0.1, 1000, true), contrast_power(0.1, 1001, true), 1e-3);
    assert_int_equal(contrast_replicates(&c, 1e-5), 0); /* more than a million */
    assert_int_equal(contrast_replicates(&c, 0), 0);
    assert_int_equal(contrast_replicates(&c, NAN), 0);
}

/* All 6^6 resamples of six values, each as likely: their mean has a bias of .1039 and an
 * acceleration of .0812, and shares of .0656 and .9951 below the bounds 1.1333 and 5.9167.  10,000
 * resamples give those within four standard errors of a quantile, .041 and .361. */
static void bootstrap_as_exact_for_one_sample(void **state)
{
    (void)state;
    const double x[] = {0.3, 0.7, 1.2, 1.9, 3.8, 8.1}, zero[6] = {0};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        double low, high;
        assert_true(contrast_bootstrap(&DATA(x, zero, true), seed, &low, &high));
        assert_close(low, 1.1333, 0.041);
        assert_close(high, 5.9167, 0.361);
    }
}

/* All 5^5 4^4 resamples of two samples: bias .0405, acceleration .0345, shares .0392 and .9857,
 * bounds .170 and 7.765; four standard errors are .121 and .288. */
static void bootstrap_as_exact_for_two_samples(void **state)
{
    (void)state;
    const double x[] = {3.0, 3.9, 5.7, 4.1, 12.4}, y[] = {2.1, 0.4, 1.3, 6.2};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        double low, high;
        assert_true(contrast_bootstrap(&DATA(x, y, false), seed, &low, &high));
        assert_close(low, 0.170, 0.121);
        assert_close(high, 7.765, 0.288);
    }
}

static void bootstrap_follows_from_its_seed(void **state)
{
    (void)state;
    double low[3], high[3];
    const uint64_t seeds[] = {1, 1, 2};
    for (size_t k = 0; k < 3; k++)
        assert_true(contrast_bootstrap(&DATA(first, second, true), seeds[k], &low[k], &high[k]));
    assert_true(low[0] == low[1] && high[0] == high[1]);
    assert_true(low[0] != low[2] || high[0] != high[2]);
}

/* Of 500 samples of n differences that are normal with mean 1.  Student's interval covers 95 %.
 * The bootstrap's is that of a known variance with n in place of n - 1: it covers what Student's t
 * with n - 1 degrees does within 1.96 sqrt((n - 1) / n), 92.9 % for 20 and 94.3 % for 60.  Within
 * four standard errors. */
static void check_coverage(size_t n, double expected, uint64_t seed)
{
    enum { SAMPLES = 500, MOST = 60 };
    double arm[MOST], base[MOST];
    size_t student = 0, resampled = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        struct stream s;
        double low, high;
        struct contrast c;
        const struct contrast_data data = {arm, base, n, n, true};
        stream_open(&s, seed, 0, i, 0, 0);
        for (size_t k = 0; k < n; k++) {
            base[k] = 10 * stream_normal(&s);
            arm[k] = base[k] + 1 + stream_normal(&s);
        }
        contrast_make(&c, &data);
        assert_true(contrast_bootstrap(&data, i, &low, &high));
        student += c.low <= 1 && 1 <= c.high;
        resampled += low <= 1 && 1 <= high;
    }
    assert_close((double)student / SAMPLES, 0.95, 4 * sqrt(0.95 * 0.05 / SAMPLES));
    assert_close((double)resampled / SAMPLES, expected,
                 4 * sqrt(expected * (1 - expected) / SAMPLES));
}

static void intervals_cover(void **state)
{
    (void)state;
    check_coverage(20, 0.929, 1);
    check_coverage(60, 0.943, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paired_as_in_r),
        cmocka_unit_test(welch_as_in_r),
        cmocka_unit_test(superiority_counts_ties_half),
        cmocka_unit_test(equal_values_leave_no_doubt),
        cmocka_unit_test(one_value_tells_nothing),
        cmocka_unit_test(equivalence_is_the_interval_at_ninety),
        cmocka_unit_test(holm_as_in_r),
        cmocka_unit_test(power_as_in_tables),
        cmocka_unit_test(bootstrap_as_exact_for_one_sample),
        cmocka_unit_test(bootstrap_as_exact_for_two_samples),
        cmocka_unit_test(bootstrap_follows_from_its_seed),
        cmocka_unit_test(intervals_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
