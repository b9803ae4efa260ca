/* Our elementary functions against those of libm and GSL. */
#include <gsl/gsl_cdf.h>

#include "sim/maths.h"
#include "tests/support/check.h"

static void test_exp(void **state)
{
    (void)state;
    for (double x = -699.97; x < 700; x += 0.0137)
        assert_close(exp_of(x) / exp(x), 1, 1e-9);
    for (double x = 1e-300; x < 1; x *= 7)
        assert_close(exp_of(x), exp(x), 1e-9);
    assert_close(exp_of(0), 1, 0);
    assert_close(exp_of(1000), exp_of(700), 0);
    assert_close(exp_of(-1000), exp_of(-700), 0);
    assert_true(isfinite(exp_of(INFINITY)));
}

static void test_log(void **state)
{
    (void)state;
    for (double x = 1e-307; x < 1e307; x *= 1.0137)
        assert_close(log_of(x) / log(x), 1, 1e-9);
    for (double x = 0.4; x < 2.5; x += 1.37e-5)
        assert_close(log_of(x), log(x), 1e-9 * fabs(log(x)) + 1e-300);
    assert_close(log_of(1), 0, 0);
    assert_close(log_of(1 + 0x1p-52) / 0x1p-52, 1, 1e-9);
    assert_close(log_of(0x1p-33) / log(0x1p-33), 1, 1e-9);
}

static void test_logistic(void **state)
{
    (void)state;
    for (double x = -40; x <= 40; x += 0.01) {
        assert_close(logistic(x), 1 / (1 + exp(-x)), 1e-9);
        assert_close(logistic(x) + logistic(-x), 1, 1e-9);
    }
    assert_close(logistic(0), 0.5, 0);
    assert_between(logistic(1e9), 0, 1);
    assert_between(logistic(-1e9), 0, 1);
}

static void test_clip(void **state)
{
    (void)state;
    assert_close(clip(0.3, 0, 1), 0.3, 0);
    assert_close(clip(-0.3, 0, 1), 0, 0);
    assert_close(clip(1.3, 0, 1), 1, 0);
    assert_close(clip(INFINITY, -1, 1), 1, 0);
    assert_close(clip(-INFINITY, -1, 1), -1, 0);
    assert_close(clip(NAN, -1, 1), -1, 0);
}

static void test_normal_quantile(void **state)
{
    (void)state;
    for (double p = 1e-5; p < 1 - 1e-5; p += 1.3e-5)
        assert_close(normal_quantile(p), gsl_cdf_ugaussian_Pinv(p), 1e-6);
    for (double p = 0x1p-33; p < 0.5; p *= 1.7) {
        assert_close(normal_quantile(p), gsl_cdf_ugaussian_Pinv(p), 1e-6);
        assert_close(normal_quantile(1 - p), gsl_cdf_ugaussian_Qinv(p), 1e-6);
    }
    for (double p = 1e-200; p < 1e-10; p *= 1e10)
        assert_close(normal_quantile(p) / gsl_cdf_ugaussian_Pinv(p), 1, 1e-6);
    assert_close(normal_quantile(0.5), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_logistic),
        cmocka_unit_test(test_clip),
        cmocka_unit_test(test_normal_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
