/* Weighted statistics against numbers that can be worked out by hand. */
#include "tests/support/check.h"

#include "analysis/weighted.h"
#include "sim/stream.h"

static const double even[] = {1, 1, 1, 1};

static void equal_weights_tell_as_much_as_there_are(void **state)
{
    (void)state;
    const double uneven[] = {0.5, 0.5, 0, 0};
    assert_close(weighted_effective(even, 4), 4, 1e-12);
    assert_close(weighted_effective(uneven, 4), 2, 1e-12);
}

/* x is 1, 1, 1, 5: a weight of 3 is the same as three of 1. */
static void a_weight_counts_as_often(void **state)
{
    (void)state;
    const double x[] = {1, 5}, y[] = {2, 10}, w[] = {3, 1};
    assert_close(weighted_mean(x, w, 2), 2, 1e-12);
    assert_close(weighted_covariance(x, x, w, 2), 3, 1e-12);
    assert_close(weighted_covariance(x, y, w, 2), 6, 1e-12);
    assert_close(weighted_correlation(x, y, w, 2), 1, 1e-12);
}

static void what_does_not_vary_correlates_with_nothing(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4}, y[] = {7, 7, 7, 7};
    assert_close(weighted_correlation(x, y, even, 4), 0, 0);
}

static double quantile(const double *x, const double *w, size_t count, double p)
{
    double found;
    assert_true(weighted_quantile(x, w, count, p, &found));
    return found;
}

static double kolmogorov(const double *x, const double *w, size_t count, const double *y,
                         size_t y_count)
{
    double distance;
    assert_true(weighted_kolmogorov(x, w, count, y, y_count, &distance));
    return distance;
}

/* Numbers stand at 1/8, 3/8, 5/8 and 7/8. */
static void quantiles_lie_between_numbers(void **state)
{
    (void)state;
    const double x[] = {40, 10, 30, 20}, w[] = {0, 1, 3, 0};
    assert_close(quantile(x, even, 4, 0.5), 25, 1e-9);
    assert_close(quantile(x, even, 4, 0.375), 20, 1e-9);
    assert_close(quantile(x, even, 4, 0.01), 10, 1e-9);
    assert_close(quantile(x, even, 4, 0.99), 40, 1e-9);
    /* 10 at an eighth, 20 at a quarter, 30 at five eighths */
    assert_close(quantile(x, w, 4, 0.4375), 25, 1e-9);
    assert_close(quantile(x, w, 1, 0.3), 40, 1e-9);
}

static void distances_of_distributions_are_the_greatest(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4}, y[] = {3, 4, 5, 6}, w[] = {1, 0, 0, 1};
    assert_close(kolmogorov(x, even, 4, x, 4), 0, 1e-12);
    assert_close(kolmogorov(x, even, 4, y, 4), 0.5, 1e-12);
    assert_close(kolmogorov(x, w, 4, x, 4), 0.25, 1e-12);
}

/* Critical values of Smirnov's table: 5 % at 1.3581, 1 % at 1.6276, 50 % at 0.8276. */
static void chance_is_that_of_smirnov(void **state)
{
    (void)state;
    double n = 200, scale = sqrt(2 / n);
    assert_close(kolmogorov_chance(1.3581 * scale, n, n), 0.05, 1e-4);
    assert_close(kolmogorov_chance(1.6276 * scale, n, n), 0.01, 1e-4);
    assert_close(kolmogorov_chance(0.8276 * scale, n, n), 0.5, 1e-4);
    assert_close(kolmogorov_chance(0, n, n), 1, 0);
    assert_close(kolmogorov_chance(1, n, n), 0, 1e-9);
}

/* Of 400 pairs of samples of 100 from one distribution 5 % are told apart at 5 %, at most: the rule
 * errs towards chance.  Four standard errors of 5 % over 400 are .044. */
static void samples_of_one_distribution_are_seldom_told_apart(void **state)
{
    (void)state;
    enum { PAIRS = 400, SIZE = 100 };
    double x[SIZE], y[SIZE], w[SIZE];
    size_t apart = 0;
    struct stream s;
    stream_open(&s, 5, 0, 0, 0, 0);
    for (size_t i = 0; i < PAIRS; i++) {
        for (size_t k = 0; k < SIZE; k++) {
            x[k] = stream_uniform(&s);
            y[k] = stream_uniform(&s);
            w[k] = 1;
        }
        apart += kolmogorov_chance(kolmogorov(x, w, SIZE, y, SIZE), SIZE, SIZE) < 0.05;
    }
    assert_between((double)apart / PAIRS, 0.005, 0.094);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_weights_tell_as_much_as_there_are),
        cmocka_unit_test(a_weight_counts_as_often),
        cmocka_unit_test(what_does_not_vary_correlates_with_nothing),
        cmocka_unit_test(quantiles_lie_between_numbers),
        cmocka_unit_test(distances_of_distributions_are_the_greatest),
        cmocka_unit_test(chance_is_that_of_smirnov),
        cmocka_unit_test(samples_of_one_distribution_are_seldom_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
