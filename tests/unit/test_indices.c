/* Sobol' indices and the split between parameters and chance, on functions whose indices are known:
 * Ishigami's, Sobol's g, a linear one, and the same with chance on top. */
#include "analysis/design.h"
#include "analysis/indices.h"
#include "sim/stream.h"
#include "tests/support/check.h"

enum { MOST = 8, RESAMPLES = 200 };

static const double pi = 3.14159265358979323846;

/* Functions of points of the unit cube. */
static double ishigami(const double *u, size_t k)
{
    (void)k;
    double x = pi * (2 * u[0] - 1), y = pi * (2 * u[1] - 1), z = pi * (2 * u[2] - 1);
    return sin(x) + 7 * sin(y) * sin(y) + 0.1 * z * z * z * z * sin(x);
}

static const double g_a[MOST] = {0, 1, 4.5, 9, 99, 99, 99, 99};

static double sobol_g(const double *u, size_t k)
{
    double product = 1;
    for (size_t i = 0; i < k; i++)
        product *= (fabs(4 * u[i] - 2) + g_a[i]) / (1 + g_a[i]);
    return product;
}

/* Coefficients 1, 2, 3, ... far from 0. */
static double linear(const double *u, size_t k)
{
    double sum = 1000;
    for (size_t i = 0; i < k; i++)
        sum += (double)(i + 1) * u[i];
    return sum;
}

/* u_0 + 2 u_1 and nothing of u_2: V = 5/12. */
static double two_of_three(const double *u, size_t k)
{
    (void)k;
    return u[0] + 2 * u[1];
}

/* Chance on top of a function: common to all points of a replicate, and of each run. */
struct noise {
    double common, own;
    uint64_t seed;
    size_t replicates;
};

static double *run_all(const struct design *d, double (*f)(const double *u, size_t k),
                       const struct noise *noise)
{
    double *y = malloc(d->points * noise->replicates * sizeof *y);
    for (size_t p = 0; p < d->points; p++)
        for (size_t r = 0; r < noise->replicates; r++) {
            struct stream common, own;
            stream_open(&common, noise->seed, (uint32_t)r, 0, 0, 0);
            stream_open(&own, noise->seed, (uint32_t)r, (uint32_t)p, 0, 1);
            y[p * noise->replicates + r] = f(d->value + p * d->columns, d->columns) +
                                           noise->common * stream_normal(&common) +
                                           noise->own * stream_normal(&own);
        }
    return y;
}

static struct indices indices_of(double (*f)(const double *u, size_t k), size_t k, size_t rows,
                                 bool second, const struct noise *noise, uint64_t seed)
{
    const struct design_range unit[MOST] = {{0, 1}, {0, 1}, {0, 1}, {0, 1},
                                            {0, 1}, {0, 1}, {0, 1}, {0, 1}};
    const struct design_request request = {
        .kind = DESIGN_SALTELLI, .base = rows, .second = second, .seed = seed};
    struct design d;
    struct indices s;
    struct error e = {0};
    assert_status(design_make(&d, &request, unit, k, &e), STATUS_DONE, &e);
    double *y = run_all(&d, f, noise);
    const struct indices_data data = {y, rows, k, noise->replicates, second};
    assert_true(indices_make(&s, &data, RESAMPLES, 1));
    free(y);
    design_free(&d);
    return s;
}

static const struct noise quiet = {.replicates = 1};

/* Ishigami and Homma (1990) with a = 7, b = .1: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2. */
static void indices_of_ishigami(void **state)
{
    (void)state;
    const double v = 49. / 8 + 0.1 * pow(pi, 4) / 5 + 0.01 * pow(pi, 8) / 18 + 0.5;
    const double v1 = 0.5 * pow(1 + 0.1 * pow(pi, 4) / 5, 2), v2 = 49. / 8;
    const double v13 = 0.01 * pow(pi, 8) * 8 / 225;
    for (int second = 0; second < 2; second++) {
        struct indices s = indices_of(ishigami, 3, 2048, second, &quiet, 1);
        assert_close(s.mean, 3.5, 0.05);
        assert_close(s.parameters, v, 0.3);
        assert_close(s.first[0].value, v1 / v, 0.02);
        assert_close(s.first[1].value, v2 / v, 0.02);
        assert_close(s.first[2].value, 0, 0.02);
        assert_close(s.total[0].value, (v1 + v13) / v, 0.02);
        assert_close(s.total[1].value, v2 / v, 0.02);
        assert_close(s.total[2].value, v13 / v, 0.02);
        assert_true(isnan(s.chance.value));
        if (second) {
            assert_close(s.second[indices_pair(0, 2)].value, v13 / v, 0.03);
            assert_close(s.second[indices_pair(1, 0)].value, 0, 0.03);
            assert_close(s.second[indices_pair(2, 1)].value, 0, 0.03);
        } else {
            assert_null(s.second);
        }
        indices_free(&s);
    }
}

/* V_i = 1 / (3 (1 + a_i)^2); all products of them are the interactions. */
static void indices_of_sobol_g(void **state)
{
    (void)state;
    double all = 1, part[MOST];
    for (size_t i = 0; i < MOST; i++) {
        part[i] = 1 / (3 * (1 + g_a[i]) * (1 + g_a[i]));
        all *= 1 + part[i];
    }
    struct indices s = indices_of(sobol_g, MOST, 2048, true, &quiet, 2);
    for (size_t i = 0; i < MOST; i++) {
        assert_close(s.first[i].value, part[i] / (all - 1), 0.02);
        assert_close(s.total[i].value, part[i] * all / (1 + part[i]) / (all - 1), 0.02);
    }
    assert_close(s.second[indices_pair(0, 1)].value, part[0] * part[1] / (all - 1), 0.03);
    indices_free(&s);
}

/* Shares i^2 / 14, nothing together; also far from 0. */
static void indices_of_a_line(void **state)
{
    (void)state;
    struct indices s = indices_of(linear, 3, 512, true, &quiet, 3);
    for (size_t i = 0; i < 3; i++) {
        double share = (double)((i + 1) * (i + 1)) / 14;
        assert_close(s.first[i].value, share, 0.01);
        assert_close(s.total[i].value, share, 0.01);
        assert_true(measure_spans(s.total[i], share));
        for (size_t l = 0; l < i; l++)
            assert_close(s.second[indices_pair(i, l)].value, 0, 0.01);
    }
    indices_free(&s);
}

/* Rounding aside, what all points of a replicate have in common changes no index. */
static void common_chance_changes_no_index(void **state)
{
    (void)state;
    const struct noise common = {.common = 30, .seed = 5, .replicates = 3};
    struct indices a = indices_of(ishigami, 3, 128, true, &quiet, 4);
    struct indices b = indices_of(ishigami, 3, 128, true, &common, 4);
    for (size_t i = 0; i < 3; i++) {
        assert_close(b.first[i].value, a.first[i].value, 1e-9);
        assert_close(b.total[i].value, a.total[i].value, 1e-9);
        assert_close(b.total[i].low, a.total[i].low, 1e-9);
        assert_close(b.second[i].value, a.second[i].value, 1e-9);
    }
    assert_between(b.chance.value, 0.9, 1);
    indices_free(&a);
    indices_free(&b);
}

/* Mean over designs, and its standard error. */
struct average {
    double sum, squares;
    size_t count;
};

static void average_add(struct average *a, double x)
{
    a->sum += x;
    a->squares += x * x;
    a->count++;
}

static void check_average(const struct average *a, double expected)
{
    double n = (double)a->count, mean = a->sum / n;
    double error = sqrt((a->squares / n - mean * mean) / (n - 1));
    assert_close(mean, expected, 4 * error);
    assert_true(4 * error < 0.1); /* so that a bias would show */
}

/* Runs of which chance makes 70 %, with common random numbers in part: the mean over 40 designs is
 * that of what parameters do, S_T of a parameter without effect is 0, and chance has its share.
 * Without taking chance off, that S_T would be near 0.37. */
static void chance_leaves_no_bias(void **state)
{
    (void)state;
    enum { DESIGNS = 40 };
    const double v = 5. / 12;
    struct noise noise = {.common = sqrt(v / 3), .own = sqrt(2 * v), .replicates = 4};
    struct average first[3] = {0}, total[3] = {0}, second = {0}, chance = {0};
    for (uint64_t seed = 1; seed <= DESIGNS; seed++) {
        noise.seed = seed;
        struct indices s = indices_of(two_of_three, 3, 128, true, &noise, seed);
        for (size_t i = 0; i < 3; i++) {
            average_add(&first[i], s.first[i].value);
            average_add(&total[i], s.total[i].value);
        }
        average_add(&second, s.second[indices_pair(0, 1)].value);
        average_add(&chance, s.chance.value);
        indices_free(&s);
    }
    const double share[] = {0.2, 0.8, 0};
    for (size_t i = 0; i < 3; i++) {
        check_average(&first[i], share[i]);
        check_average(&total[i], share[i]);
    }
    check_average(&second, 0);
    assert_close(chance.sum / DESIGNS, (1. / 3 + 2) / (1 + 1. / 3 + 2), 0.03);
}

/* By hand: {1, 2} and {4, 7} have mean squares 16, 4 and 1, so 7.5 of parameters, 2.5 of chance. */
static void split_by_hand(void **state)
{
    (void)state;
    const double y[] = {1, 2, 4, 7}, flat[] = {3, 3, 3, 3}, one[] = {1, 5, 2};
    struct measure chance;
    assert_true(indices_chance(&chance, y, 2, 1, 2, 0, 1));
    assert_close(chance.value, 0.25, 1e-12);
    assert_true(indices_chance(&chance, flat, 2, 1, 2, RESAMPLES, 1));
    assert_true(isnan(chance.value) && isnan(chance.low));
    assert_true(indices_chance(&chance, one, 3, 1, 1, RESAMPLES, 1));
    assert_true(isnan(chance.value));
}

/* Where nothing varies there is nothing to share out. */
static double constant(const double *u, size_t k)
{
    (void)u;
    (void)k;
    return 4;
}

static void no_variance_has_no_indices(void **state)
{
    (void)state;
    struct indices s = indices_of(constant, 3, 16, true, &quiet, 1);
    assert_true(isnan(s.first[0].value) && isnan(s.total[1].low) && isnan(s.second[0].value));
    assert_close(s.mean, 4, 1e-12);
    indices_free(&s);
}

/* Of 100 designs with 128 rows the interval of each index holds the true one in 90 or more: nominal
 * are 95, and rows of Sobol's sequence, more even than independent ones, only widen that. */
static void intervals_cover(void **state)
{
    (void)state;
    enum { DESIGNS = 100 };
    const double share[] = {1. / 14, 4. / 14, 9. / 14};
    size_t first[3] = {0}, total[3] = {0};
    for (uint64_t seed = 1; seed <= DESIGNS; seed++) {
        struct indices s = indices_of(linear, 3, 128, false, &quiet, seed);
        for (size_t i = 0; i < 3; i++) {
            first[i] += measure_spans(s.first[i], share[i]);
            total[i] += measure_spans(s.total[i], share[i]);
            assert_true(measure_half(s.total[i]) < 0.25);
        }
        indices_free(&s);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_in_range(first[i], 90, DESIGNS);
        assert_in_range(total[i], 90, DESIGNS);
    }
}

static void intervals_follow_from_their_seed(void **state)
{
    (void)state;
    const double y[] = {1, 2, 4, 7, 3, 2, 9, 1, 6, 6, 2, 8};
    const uint64_t seeds[] = {1, 1, 2};
    struct measure x[3];
    for (size_t i = 0; i < 3; i++)
        assert_true(indices_chance(&x[i], y, 6, 1, 2, RESAMPLES, seeds[i]));
    assert_true(x[0].low == x[1].low && x[0].high == x[1].high);
    assert_true(x[0].low != x[2].low || x[0].high != x[2].high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_of_ishigami),
        cmocka_unit_test(indices_of_sobol_g),
        cmocka_unit_test(indices_of_a_line),
        cmocka_unit_test(common_chance_changes_no_index),
        cmocka_unit_test(chance_leaves_no_bias),
        cmocka_unit_test(split_by_hand),
        cmocka_unit_test(no_variance_has_no_indices),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(intervals_follow_from_their_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
