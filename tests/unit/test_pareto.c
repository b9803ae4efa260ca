/* Frontiers and regret, worked out by hand, and how sure they are. */
#include "analysis/pareto.h"
#include "sim/stream.h"
#include "tests/support/check.h"

enum { RESAMPLES = 500 };

/* More hours are better, less burnout is, and cost. */
static const struct pareto_objective objectives[] = {{false, false}, {true, false}, {true, true}};

static void beating_needs_all_and_one(void **state)
{
    (void)state;
    const double a[] = {5, 1, 10}, worse[] = {5, 2, 10}, other[] = {6, 2, 10};
    assert_true(pareto_beats(a, worse, objectives, 3));
    assert_false(pareto_beats(worse, a, objectives, 3));
    assert_false(pareto_beats(a, a, objectives, 3));
    assert_false(pareto_beats(a, other, objectives, 3));
    assert_false(pareto_beats(other, a, objectives, 3));
    assert_true(pareto_beats(other, worse, objectives, 3));
}

/* Four mixes in two scenarios, hours and cost, one replicate:
 *
 *     mix   hours in 0, 1   mean   cost
 *     0     10      2        6      1        cheap
 *     1     20      8       14      5        good in scenario 0
 *     2     12     12       12      4        good in 1
 *     3      9      9        9      4        beaten by 2 */
static void frontier_and_regret_by_hand(void **state)
{
    (void)state;
    static const struct pareto_objective two[] = {{false, false}, {true, true}};
    static const double y[] = {10, 1, 2, 1, 20, 5, 8, 5, 12, 4, 12, 4, 9, 4, 9, 4};
    const struct pareto_data d = {y, two, 4, 2, 2, 1, true, 25};
    struct pareto p;
    assert_true(pareto_make(&p, &d, RESAMPLES, 1));
    const bool best[] = {true, true, true, false};
    const double regret[] = {10, 4, 8, 11}, near[] = {0, 0.5, 0.5, 0.5};
    const size_t worst[] = {0, 1, 0, 0};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(p.best[i], best[i]);
        assert_close(p.share[i], best[i], 1e-9);
        assert_close(p.regret[2 * i].value, regret[i], 1e-12);
        assert_int_equal(p.worst[2 * i], worst[i]);
        assert_close(p.overall[i].value, regret[i] / 18, 1e-12); /* hours range from 2 to 20 */
        assert_close(p.near[i], near[i], 1e-12);
        assert_close(p.least[i], i == 1, 1e-9);
    }
    assert_close(p.mean[2].value, 14, 1e-12);
    assert_int_equal(p.rival[0], PARETO_NONE);
    assert_int_equal(p.rival[3], 2);
    assert_close(p.beaten[3], 1, 1e-9);
    pareto_free(&p);
}

/* Mix 1 has 1 more of the hours than mix 0, with a standard deviation of 4 over 16 replicates: its
 * resampled mean is above in Phi(1) = 84 % of resamples, on the average of samples; of one sample
 * whose difference is exactly one standard error, in 84 % of its resamples. */
static void shares_are_those_of_resamples(void **state)
{
    (void)state;
    enum { REPLICATES = 16 };
    const struct pareto_objective hours = {false, false};
    double y[2][REPLICATES];
    for (size_t r = 0; r < REPLICATES; r++) {
        double z = normal_quantile(((double)r + 0.5) / REPLICATES);
        y[0][r] = 100 * (double)r;
        y[1][r] = y[0][r] + 1 + 4 * z / 0.963; /* .963: the deviation of these z */
    }
    const struct pareto_data paired = {y[0], &hours, 2, 1, 1, REPLICATES, true, 5};
    const struct pareto_data apart = {y[0], &hours, 2, 1, 1, REPLICATES, false, 5};
    struct pareto p;
    assert_true(pareto_make(&p, &paired, 4000, 1));
    assert_close(p.share[1], 0.841, 0.03);
    assert_close(p.share[0] + p.share[1], 1, 1e-9);
    assert_close(p.least[1], p.share[1], 1e-9);
    pareto_free(&p);
    assert_true(pareto_make(&p, &apart, 4000, 1)); /* replicates differ far more than mixes */
    assert_close(p.share[1], 0.5, 0.05);
    pareto_free(&p);
}

static void resamples_follow_from_their_seed(void **state)
{
    (void)state;
    const struct pareto_objective hours = {false, false};
    const double y[] = {1, 5, 3, 2, 4, 4, 9, 1};
    const struct pareto_data d = {y, &hours, 2, 1, 1, 4, true, 5};
    const uint64_t seeds[] = {1, 1, 2};
    struct pareto p[3];
    for (size_t i = 0; i < 3; i++)
        assert_true(pareto_make(&p[i], &d, RESAMPLES, seeds[i]));
    assert_true(p[0].share[0] == p[1].share[0] && p[0].mean[1].low == p[1].mean[1].low);
    assert_true(p[0].share[0] != p[2].share[0]);
    for (size_t i = 0; i < 3; i++)
        pareto_free(&p[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beating_needs_all_and_one),
        cmocka_unit_test(frontier_and_regret_by_hand),
        cmocka_unit_test(shares_are_those_of_resamples),
        cmocka_unit_test(resamples_follow_from_their_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
