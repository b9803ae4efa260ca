/* Cells shared out to threads: every cell once, from both ends, whoever takes it. */
#include "sim/share.h"

#include <omp.h>

#include "tests/support/check.h"

static void test_both_ends(void **state)
{
    (void)state;
    struct share shares[2];
    share_out(shares, 2, 5);
    size_t cell;
    assert_true(share_take(&shares[1], true, &cell));
    assert_int_equal(cell, 2);
    assert_true(share_take(&shares[1], false, &cell));
    assert_int_equal(cell, 4);
    assert_true(share_take(&shares[1], true, &cell));
    assert_int_equal(cell, 3);
    assert_false(share_take(&shares[1], true, &cell));
    assert_false(share_take(&shares[1], false, &cell));
    assert_true(share_take(&shares[0], false, &cell));
    assert_int_equal(cell, 1);
    assert_true(share_take(&shares[0], true, &cell));
    assert_int_equal(cell, 0);
    assert_false(share_take(&shares[0], true, &cell));
}

static void test_fewer_cells_than_threads(void **state)
{
    (void)state;
    enum { THREADS = 7, CELLS = 3 };
    struct share shares[THREADS];
    share_out(shares, THREADS, CELLS);
    unsigned taken[CELLS] = {0};
    for (size_t k = 0; k < THREADS; k++)
        for (size_t cell; share_take(&shares[k], true, &cell);)
            taken[cell]++;
    for (size_t cell = 0; cell < CELLS; cell++)
        assert_int_equal(taken[cell], 1);
}

/* Everybody takes from everybody's shares, so that both ends meet many times. */
static void test_each_once(void **state)
{
    (void)state;
    enum { THREADS = 4, CELLS = 1000, ROUNDS = 50 };
    static _Atomic unsigned taken[CELLS];
    struct share shares[THREADS];
    for (unsigned round = 1; round <= ROUNDS; round++) {
        share_out(shares, THREADS, CELLS);
#pragma omp parallel num_threads(THREADS)
        for (size_t k = 0, own = (size_t)omp_get_thread_num(); k < THREADS; k++)
            for (size_t cell; share_take(&shares[(own + k) % THREADS], k == 0, &cell);)
                taken[cell]++;
        for (size_t cell = 0; cell < CELLS; cell++)
            assert_int_equal(taken[cell], round);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ends),
        cmocka_unit_test(test_fewer_cells_than_threads),
        cmocka_unit_test(test_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
