/* Sorting, and the Gini coefficient in cases with a known answer (tests/support/limits_hours.c). */
#include "sim/order.h"
#include "sim/stream.h"
#include "tests/support/check.h"
#include "tests/support/limits.h"

enum { COUNT = 100000 };

struct items {
    uint32_t index[COUNT], index_spare[COUNT];
    float key[COUNT], key_spare[COUNT];
};
static struct items items;

static void sort_first(size_t n)
{
    order_sort(items.index, items.key, n, items.index_spare, items.key_spare);
}

/* Sorts n keys and checks order, stability, and that index and key stay together. */
static void check_sort(const float *keys, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        items.index[k] = (uint32_t)k;
        items.key[k] = keys[k];
    }
    sort_first(n);
    static uint8_t seen[COUNT];
    memset(seen, 0, sizeof seen);
    for (size_t k = 0; k < n; k++) {
        assert_true(items.index[k] < n && !seen[items.index[k]]);
        seen[items.index[k]] = 1;
        assert_close((double)items.key[k], (double)keys[items.index[k]], 0);
        if (k == 0)
            continue;
        assert_true(items.key[k - 1] <= items.key[k]);
        if (!(items.key[k - 1] < items.key[k]))
            assert_true(items.index[k - 1] < items.index[k]);
    }
}

static void test_sort(void **state)
{
    (void)state;
    static float keys[COUNT];
    struct stream s;
    stream_open(&s, 3, 0, 0, 0, 0);
    for (size_t k = 0; k < COUNT; k++) /* all magnitudes, many ties */
        keys[k] = (float)exp(60 * stream_uniform(&s) - 30) * (float)stream_below(&s, 3);
    for (size_t n = 0; n < 40; n++)
        check_sort(keys, n);
    check_sort(keys, COUNT);
    for (size_t k = 0; k < COUNT; k++)
        keys[k] = (float)stream_below(&s, 50) / 50;
    check_sort(keys, COUNT);
}

static void test_sort_special(void **state)
{
    (void)state;
    const float same[] = {2, 2, 2, 2};
    check_sort(same, 4);
    const float ends[] = {3.4e38f, 0, 1e-45f, 1, 0, -0.0f, 1.17549435e-38f};
    check_sort(ends, 7);
    const float one_digit[] = {3, 1, 2}; /* few digits differ: an odd number of passes */
    check_sort(one_digit, 3);
}

static void test_gini_few(void **state)
{
    (void)state;
    const float few[] = {1, 2, 3, 4};
    assert_close(gini(few, 4), 0.25, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_sort_special),
        cmocka_unit_test(test_gini_few),
        LIMIT_TEST(v16_gini),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
