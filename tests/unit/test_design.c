/* Designs: strata, known points of Sobol's sequence, the layout of Saltelli's blocks, the steps of
 * Morris' trajectories, and what is refused. */
#include "analysis/design.h"
#include "tests/support/check.h"

enum { MOST_COLUMNS = 60 };

static struct design_range unit[MOST_COLUMNS];

static int set_up(void **state)
{
    (void)state;
    for (size_t k = 0; k < MOST_COLUMNS; k++)
        unit[k] = (struct design_range){0, 1};
    return 0;
}

static struct design made(struct design_request request, size_t columns)
{
    struct design d;
    struct error e = {0};
    assert_status(design_make(&d, &request, unit, columns, &e), STATUS_DONE, &e);
    return d;
}

static double at(const struct design *d, size_t point, size_t column)
{
    return d->value[point * d->columns + column];
}

/* Whether so many values, `step` apart, have one in each stratum. */
static bool stratified(const double *value, size_t step, size_t count)
{
    size_t *found = calloc(count, sizeof *found), full = 0;
    for (size_t i = 0; i < count; i++)
        if (value[i * step] > 0 && value[i * step] < 1)
            full += found[(size_t)(value[i * step] * (double)count)]++ == 0;
    free(found);
    return full == count;
}

static void hypercube_has_one_value_in_each_stratum(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 2, 7, 100, 1000};
    for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
        struct design d =
            made((struct design_request){DESIGN_LATIN, .base = sizes[n], .seed = 3}, MOST_COLUMNS);
        assert_int_equal(d.points, sizes[n]);
        for (size_t k = 0; k < d.columns; k++)
            assert_true(stratified(d.value + k, d.columns, d.points));
        design_free(&d);
    }
}

/* Columns are ordered independently: over 1,000 points a correlation has a standard error of
 * 1 / sqrt(999), and none of the 45 is beyond four of them. */
static void hypercube_columns_are_independent(void **state)
{
    (void)state;
    struct design d = made((struct design_request){DESIGN_LATIN, .base = 1000, .seed = 8}, 10);
    for (size_t a = 0; a < 10; a++)
        for (size_t b = 0; b < a; b++) {
            double sum = 0;
            for (size_t i = 0; i < d.points; i++)
                sum += (at(&d, i, a) - 0.5) * (at(&d, i, b) - 0.5);
            assert_close(12 * sum / 1000, 0, 4 / sqrt(999));
        }
    design_free(&d);
}

/* A column more leaves those before it as they are; another seed changes them. */
static void hypercube_follows_from_seed_and_column(void **state)
{
    (void)state;
    struct design a = made((struct design_request){DESIGN_LATIN, .base = 50, .seed = 1}, 4);
    struct design b = made((struct design_request){DESIGN_LATIN, .base = 50, .seed = 1}, 5);
    struct design c = made((struct design_request){DESIGN_LATIN, .base = 50, .seed = 2}, 4);
    size_t same = 0;
    for (size_t i = 0; i < 50; i++)
        for (size_t k = 0; k < 4; k++) {
            assert_true(at(&a, i, k) == at(&b, i, k));
            same += at(&a, i, k) == at(&c, i, k);
        }
    assert_int_equal(same, 0);
    design_free(&a);
    design_free(&b);
    design_free(&c);
}

/* Sum of two numbers in [0, 1) digit by digit without carry, on 32 digits. */
static double without_carry(double a, double b)
{
    return (double)((uint32_t)(a * 0x1p32) ^ (uint32_t)(b * 0x1p32)) * 0x1p-32;
}

/* The sequence of Bratley and Fox (1988), algorithm 659, with its first point 0: what is left of
 * the points when the shift, which is point 0, is taken away. */
static void sobol_points_are_known(void **state)
{
    (void)state;
    static const double known[8][2] = {{0, 0},         {0.5, 0.5},     {0.75, 0.25},
                                       {0.25, 0.75},   {0.375, 0.375}, {0.875, 0.875},
                                       {0.625, 0.125}, {0.125, 0.625}};
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct design d = made((struct design_request){DESIGN_SOBOL, .base = 8, .seed = seed}, 2);
        for (size_t i = 0; i < 8; i++)
            for (size_t k = 0; k < 2; k++)
                assert_true(without_carry(at(&d, i, k), at(&d, 0, k)) == known[i][k]);
        design_free(&d);
    }
}

/* Every column of the first 2^m points has one in each stratum; the first two columns have one in
 * each rectangle of 2^a by 2^(m - a) strata. */
static void sobol_keeps_its_strata(void **state)
{
    (void)state;
    struct design d =
        made((struct design_request){DESIGN_SOBOL, .base = 64, .seed = 5}, DESIGN_SOBOL_COLUMNS);
    for (size_t k = 0; k < d.columns; k++)
        assert_true(stratified(d.value + k, d.columns, 64));
    for (unsigned a = 0; a <= 6; a++) {
        bool found[64] = {false};
        for (size_t i = 0; i < 64; i++) {
            size_t row = (size_t)(at(&d, i, 0) * (1u << a));
            size_t column = (size_t)(at(&d, i, 1) * (1u << (6 - a)));
            size_t cell = row << (6 - a) | column;
            assert_false(found[cell]);
            found[cell] = true;
        }
    }
    design_free(&d);
}

/* Over seeds a point is uniform: mean 1/2 and mean square 1/3, of 2,000 seeds, within four standard
 * errors, sqrt(1/12/2000) and sqrt(4/45/2000). */
static void sobol_points_are_uniform_over_seeds(void **state)
{
    (void)state;
    double sum = 0, squares = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct design d = made((struct design_request){DESIGN_SOBOL, .base = 4, .seed = seed}, 3);
        sum += at(&d, 3, 2);
        squares += at(&d, 3, 2) * at(&d, 3, 2);
        design_free(&d);
    }
    assert_close(sum / 2000, 1. / 2, 4 * sqrt(1. / 12 / 2000));
    assert_close(squares / 2000, 1. / 3, 4 * sqrt(4. / 45 / 2000));
}

/* A and B are the halves of one design; the others are made of them. */
static void check_saltelli(size_t columns, bool second, size_t base)
{
    struct design d =
        made((struct design_request){DESIGN_SALTELLI, .base = base, .second = second, .seed = 9},
             columns);
    size_t block = second ? 2 * columns + 2 : columns + 2;
    assert_int_equal(design_block(&d.request, columns), block);
    assert_int_equal(d.points, base * block);
    for (size_t row = 0; row < base; row++)
        for (size_t k = 0; k < columns; k++) {
            double a = at(&d, row * block + design_a(), k);
            double b = at(&d, row * block + design_b(), k);
            assert_true(a != b);
            for (size_t i = 0; i < columns; i++) {
                assert_true(at(&d, row * block + design_ab(i), k) == (i == k ? b : a));
                if (second)
                    assert_true(at(&d, row * block + design_ba(i, columns), k) == (i == k ? a : b));
            }
        }
    for (size_t k = 0; k < columns; k++) {
        assert_true(stratified(d.value + k, block * columns, base));
        assert_true(stratified(d.value + columns + k, block * columns, base));
    }
    design_free(&d);
}

static void saltelli_blocks_mix_two_halves(void **state)
{
    (void)state;
    check_saltelli(1, false, 8);
    check_saltelli(3, true, 64);
    check_saltelli(20, false, 32);
    check_saltelli(21, true, 50);
    check_saltelli(MOST_COLUMNS, false, 10);
}

/* Up to 20 columns the halves are Sobol's sequence in twice as many. */
static void saltelli_takes_the_sequence_where_it_can(void **state)
{
    (void)state;
    struct design s = made((struct design_request){DESIGN_SALTELLI, .base = 16, .seed = 4}, 20);
    struct design q = made((struct design_request){DESIGN_SOBOL, .base = 16, .seed = 4}, 40);
    for (size_t row = 0; row < 16; row++)
        for (size_t k = 0; k < 20; k++) {
            assert_true(at(&s, row * 22, k) == at(&q, row, k));
            assert_true(at(&s, row * 22 + 1, k) == at(&q, row, 20 + k));
        }
    design_free(&s);
    design_free(&q);
}

/* Neighbours differ in one column, each column once in a trajectory, by delta. */
static void check_trajectories(const struct design *d)
{
    unsigned levels = d->request.levels;
    double delta = levels / (2. * (levels - 1));
    size_t block = d->columns + 1;
    for (size_t t = 0; t < d->points / block; t++) {
        bool moved[MOST_COLUMNS] = {false};
        for (size_t step = 0; step < d->columns; step++) {
            size_t changes = 0;
            for (size_t k = 0; k < d->columns; k++) {
                double from = at(d, t * block + step, k), to = at(d, t * block + step + 1, k);
                double level = to * (levels - 1);
                assert_close(level, round(level), 1e-9);
                assert_between(to, 0, 1);
                if (from == to)
                    continue;
                assert_close(fabs(to - from), delta, 1e-12);
                assert_false(moved[k]);
                moved[k] = true;
                changes++;
            }
            assert_int_equal(changes, 1);
        }
    }
}

static void morris_moves_one_column_at_a_time(void **state)
{
    (void)state;
    for (unsigned levels = 2; levels <= 8; levels += 2) {
        const struct design_request r = {DESIGN_MORRIS, .base = 12, .levels = levels, .seed = 2};
        struct design d = made(r, 9);
        assert_int_equal(d.points, 120);
        check_trajectories(&d);
        design_free(&d);
    }
}

/* Starts are uniform on the grid, and every column is as often first to move: 4,000 trajectories,
 * counts within four standard errors of a binomial. */
static void morris_is_uniform(void **state)
{
    (void)state;
    enum { TRAJECTORIES = 4000 };
    struct design d = made(
        (struct design_request){DESIGN_MORRIS, .base = TRAJECTORIES, .levels = 4, .seed = 6}, 5);
    double level[4] = {0}, first[5] = {0};
    for (size_t t = 0; t < TRAJECTORIES; t++) {
        level[lround(3 * at(&d, t * 6, 2))]++;
        for (size_t k = 0; k < 5; k++)
            first[k] += at(&d, t * 6, k) != at(&d, t * 6 + 1, k);
    }
    for (size_t l = 0; l < 4; l++)
        assert_close(level[l] / TRAJECTORIES, 0.25, 4 * sqrt(0.25 * 0.75 / TRAJECTORIES));
    for (size_t k = 0; k < 5; k++)
        assert_close(first[k] / TRAJECTORIES, 0.2, 4 * sqrt(0.2 * 0.8 / TRAJECTORIES));
    design_free(&d);
}

/* Squared distances between points of different trajectories, added up. */
static double spread(const struct design *d)
{
    size_t block = d->columns + 1;
    double sum = 0;
    for (size_t i = 0; i < d->points; i++)
        for (size_t j = 0; j < i - i % block; j++)
            for (size_t k = 0; k < d->columns; k++)
                sum += pow(at(d, i, k) - at(d, j, k), 2);
    return sum;
}

static void morris_chooses_trajectories_far_apart(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct design_request r = {DESIGN_MORRIS, .base = 6, .levels = 4, .seed = seed};
        struct design plain = made(r, 4);
        r.candidates = 200;
        struct design chosen = made(r, 4);
        check_trajectories(&chosen);
        assert_true(spread(&chosen) > 1.1 * spread(&plain));
        r.base = 200;
        struct design all = made(r, 4);
        for (size_t t = 0; t < 6; t++) { /* each is one of the candidates */
            size_t found = 0;
            for (size_t c = 0; c < 200; c++)
                found +=
                    memcmp(chosen.value + t * 20, all.value + c * 20, 20 * sizeof(double)) == 0;
            assert_true(found > 0);
        }
        design_free(&plain);
        design_free(&chosen);
        design_free(&all);
    }
}

static void points_lie_in_their_ranges(void **state)
{
    (void)state;
    static const struct design_range ranges[] = {{-3, -1}, {0.1, 0.3}, {1e6, 2e6}};
    for (enum design_kind kind = DESIGN_LATIN; kind <= DESIGN_MORRIS; kind++) {
        const struct design_request r = {kind, .base = 64, .levels = 6, .seed = 7};
        struct design d, u = made(r, 3);
        struct error e = {0};
        assert_status(design_make(&d, &r, ranges, 3, &e), STATUS_DONE, &e);
        for (size_t i = 0; i < d.points * 3; i++) {
            const struct design_range *range = &ranges[i % 3];
            assert_between(d.value[i], range->lo, range->hi);
            assert_close((d.value[i] - range->lo) / (range->hi - range->lo), u.value[i], 1e-9);
        }
        design_free(&d);
        design_free(&u);
    }
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct design_request request;
        size_t columns;
        const char *why;
    } bad[] = {
        {{DESIGN_SOBOL, .base = 8}, 41, "a Sobol' sequence of 41 parameters"},
        {{DESIGN_LATIN, .base = 8}, 0, "a design of 0 parameters"},
        {{DESIGN_LATIN, .base = 8}, 1001, "a design of 1001 parameters"},
        {{DESIGN_LATIN, .base = 0}, 3, "0 points, must be in [1, "},
        {{DESIGN_SALTELLI, .base = 1}, 3, "1 rows of a Saltelli design, must be in [2, "},
        {{DESIGN_SALTELLI, .base = SIZE_MAX, .second = true}, 3, "rows of a Saltelli design"},
        {{DESIGN_MORRIS, .base = 1, .levels = 4}, 3, "1 trajectories"},
        {{DESIGN_MORRIS, .base = 4, .levels = 5}, 3, "levels is 5, must be an even number"},
        {{DESIGN_MORRIS, .base = 4}, 3, "levels is 0"},
        {{DESIGN_MORRIS, .base = 4, .levels = 4, .candidates = 3}, 3, "candidates is 3"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct error e = {0};
        struct design d;
        enum status status = design_make(&d, &bad[k].request, unit, bad[k].columns, &e);
        assert_status(status, STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), bad[k].why);
        assert_null(d.value);
        error_free(&e);
    }
}

static void empty_ranges_are_refused(void **state)
{
    (void)state;
    static const struct design_range bad[][2] = {
        {{0, 1}, {2, 2}}, {{0, 1}, {2, 1}}, {{0, 1}, {NAN, 1}}, {{0, 1}, {0, INFINITY}}};
    const struct design_request r = {DESIGN_LATIN, .base = 8};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct error e = {0};
        struct design d;
        assert_status(design_make(&d, &r, bad[k], 2, &e), STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), "parameter 2 of the design holds no values");
        error_free(&e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hypercube_has_one_value_in_each_stratum),
        cmocka_unit_test(hypercube_columns_are_independent),
        cmocka_unit_test(hypercube_follows_from_seed_and_column),
        cmocka_unit_test(sobol_points_are_known),
        cmocka_unit_test(sobol_keeps_its_strata),
        cmocka_unit_test(sobol_points_are_uniform_over_seeds),
        cmocka_unit_test(saltelli_blocks_mix_two_halves),
        cmocka_unit_test(saltelli_takes_the_sequence_where_it_can),
        cmocka_unit_test(morris_moves_one_column_at_a_time),
        cmocka_unit_test(morris_is_uniform),
        cmocka_unit_test(morris_chooses_trajectories_far_apart),
        cmocka_unit_test(points_lie_in_their_ranges),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(empty_ranges_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
