/* Elementary effects and regression, on functions whose effects are known. */
#include "analysis/design.h"
#include "analysis/effects.h"
#include "analysis/regression.h"
#include "sim/stream.h"
#include "tests/support/check.h"

enum { COLUMNS = 4, RESAMPLES = 500, LEVELS = 4, MOST = 600 };

static const struct design_range ranges[COLUMNS] = {{0, 1}, {10, 20}, {-1, 1}, {5, 6}};

/* Over whole ranges: 3, -2, 4 u_0 u_2 on top, and nothing. */
static double rule(const double *x)
{
    double u0 = x[0], u1 = (x[1] - 10) / 10, u2 = (x[2] + 1) / 2;
    return 7 + 3 * u0 - 2 * u1 + 4 * u0 * u2;
}

static struct effects effects_of(size_t trajectories, size_t replicates, double noise,
                                 uint64_t seed)
{
    const struct design_request request = {
        .kind = DESIGN_MORRIS, .base = trajectories, .levels = LEVELS, .seed = seed};
    static size_t column[MOST * COLUMNS];
    static double step[MOST * COLUMNS];
    struct design d;
    struct effects x;
    struct error e = {0};
    assert_status(design_make(&d, &request, ranges, COLUMNS, &e), STATUS_DONE, &e);
    double *y = malloc(d.points * replicates * sizeof *y);
    for (size_t p = 0; p < d.points; p++)
        for (size_t r = 0; r < replicates; r++) {
            struct stream s;
            stream_open(&s, seed, (uint32_t)r, (uint32_t)p, 0, 0);
            y[p * replicates + r] = rule(d.value + p * COLUMNS) + noise * stream_normal(&s);
        }
    assert_true(effects_steps(column, step, d.value, trajectories, COLUMNS, LEVELS));
    const struct effects_data data = {y, column, step, trajectories, COLUMNS, replicates};
    assert_true(effects_make(&x, &data, RESAMPLES, 1));
    free(y);
    design_free(&d);
    return x;
}

/* The other factor of the product is uniform over the levels but for the steps: its mean is 1/2. */
static void effects_are_those_of_the_rule(void **state)
{
    (void)state;
    struct effects x = effects_of(MOST, 1, 0, 1);
    assert_close(x.direction[1].value, -2, 1e-9);
    assert_close(x.size[1].value, 2, 1e-9);
    assert_close(x.spread[1].value, 0, 1e-6);
    assert_close(x.size[3].value, 0, 1e-12);
    assert_close(x.size[3].high, 0, 1e-12);
    assert_close(x.direction[0].value, 5, 4 * 1.5 / sqrt(MOST)); /* 3 + 4 u, sd below 1.5 */
    assert_close(x.direction[2].value, 2, 4 * 1.5 / sqrt(MOST));
    /* u is 0, 1/3, 2/3, 1 alike: 4 u has the standard deviation 4 sqrt(5)/6. */
    assert_close(x.spread[0].value, 4 * sqrt(5. / 36), 0.1);
    assert_true(measure_spans(x.direction[0], 5) && isnan(x.noise[0]));
    double sum = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        sum += x.weight[i].value;
    assert_close(sum, 1, 1e-12);
    effects_free(&x);
}

/* With chance, sigma of a straight effect stays 0 and mu* of no effect is what `noise` says. */
static void chance_is_taken_off(void **state)
{
    (void)state;
    struct effects x = effects_of(MOST, 4, 1, 2);
    double delta = LEVELS / (2. * (LEVELS - 1));
    double error = sqrt(2. / 4) / delta; /* of an effect: two means of four, over the step */
    assert_close(x.noise[3], sqrt(2 / 3.14159265358979) * error, 0.02);
    assert_close(x.size[3].value, x.noise[3], 4 * error / sqrt(MOST));
    assert_close(x.direction[1].value, -2, 4 * error / sqrt(MOST));
    assert_true(x.spread[1].value < 0.4 && x.spread[3].value < 0.4); /* .97 if it were not */
    effects_free(&x);
}

static void other_points_are_no_trajectories(void **state)
{
    (void)state;
    size_t column[2];
    double step[2];
    const double good[] = {0, 0, 1, 0, 1, 1}, twice[] = {0, 0, 1, 0, 0, 0},
                 both[] = {0, 0, 1, 1, 1, 0}, none[] = {0, 0, 0, 0, 1, 0};
    assert_true(effects_steps(column, step, good, 1, 2, 2));
    assert_int_equal(column[1], 1);
    assert_close(step[1], 1, 0);
    assert_false(effects_steps(column, step, twice, 1, 2, 2));
    assert_false(effects_steps(column, step, both, 1, 2, 2));
    assert_false(effects_steps(column, step, none, 1, 2, 2));
}

/* A line is explained wholly; b_i^2 are the shares, and a column that stands still has none. */
static void regression_of_a_line(void **state)
{
    (void)state;
    enum { POINTS = 1000 };
    static double x[POINTS * 3], y[POINTS], z[POINTS];
    struct design d;
    struct error e = {0};
    const struct design_request request = {.kind = DESIGN_LATIN, .base = POINTS, .seed = 4};
    assert_status(design_make(&d, &request, ranges, 2, &e), STATUS_DONE, &e);
    for (size_t i = 0; i < POINTS; i++) {
        x[3 * i] = d.value[2 * i];
        x[3 * i + 1] = d.value[2 * i + 1];
        x[3 * i + 2] = 0.1;
        y[i] = 3 * x[3 * i] - 0.4 * x[3 * i + 1]; /* over ranges: 3 and -4 */
        z[i] = exp(8 * y[i]);
    }
    struct regression g;
    assert_true(regression_make(&g, &(struct regression_data){x, y, POINTS, 3}, RESAMPLES, 1));
    assert_close(g.linear_fit, 1, 1e-9);
    assert_close(g.linear[0].value, 0.6, 0.03);
    assert_close(g.linear[1].value, -0.8, 0.03);
    assert_true(measure_spans(g.linear[0], 0.6));
    assert_true(isnan(g.linear[2].value) && isnan(g.rank[2].low));
    double straight = g.rank_fit;
    assert_true(straight > 0.95);
    regression_free(&g);
    /* Bent, but rising throughout: lines fail, ranks are those of before. */
    assert_true(regression_make(&g, &(struct regression_data){x, z, POINTS, 3}, RESAMPLES, 1));
    assert_true(g.linear_fit < 0.5);
    assert_close(g.rank_fit, straight, 1e-9);
    regression_free(&g);
    design_free(&d);
}

/* R: summary(lm(scale(dist) ~ scale(speed), cars)) gives .8068949 and R^2 .6510794. */
static void regression_as_in_r(void **state)
{
    (void)state;
    static const double speed[] = {4,  4,  7,  7,  8,  9,  10, 10, 10, 11, 11, 12, 12,
                                   12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15,
                                   16, 16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20,
                                   20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25};
    static const double dist[] = {2,  10, 4,  22, 16, 10, 18, 26, 34, 17,  28, 14, 20,
                                  24, 28, 26, 34, 34, 46, 26, 36, 60, 80,  20, 26, 54,
                                  32, 40, 32, 40, 50, 42, 56, 76, 84, 36,  46, 68, 32,
                                  48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85};
    struct regression g;
    assert_true(regression_make(&g, &(struct regression_data){speed, dist, 50, 1}, RESAMPLES, 1));
    assert_close(g.linear[0].value, 0.8068949, 5e-8);
    assert_close(g.linear_fit, 0.6510794, 5e-8);
    assert_close(g.rank[0].value, 0.8303568, 5e-8); /* cor(method = "spearman") */
    regression_free(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effects_are_those_of_the_rule),
        cmocka_unit_test(chance_is_taken_off),
        cmocka_unit_test(other_points_are_no_trajectories),
        cmocka_unit_test(regression_of_a_line),
        cmocka_unit_test(regression_as_in_r),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
