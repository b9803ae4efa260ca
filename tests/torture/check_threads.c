/* Every shipped scenario at {1, 2, 3, 4, 7, 16, 64} threads, with cells shared out as threads
 * become free and dealt beforehand, and once backwards: one digest of all weeks and of the last
 * state. */
#include "tests/support/check.h"

#include "sim/durable.h"
#include "sim/model.h"
#include "tests/support/shipped.h"

static const int threads[] = {1, 2, 3, 4, 7, 16, 64};

enum { THREADS = sizeof threads / sizeof *threads };

static const char *const orders[] = {
    [CELLS_SHARED] = "shared", [CELLS_DEALT] = "dealt", [CELLS_BACKWARDS] = "backwards"};

static unsigned long runs, differ;

static void compare(const struct scenario *s, const char *name, uint64_t one, int count,
                    enum cell_order order)
{
    runs++;
    if (shipped_digest(s, 0, count, order) == one)
        return;
    differ++;
    print_error("%s: other bits at %d threads, cells %s\n", name, count, orders[order]);
}

/* Over a year's end, which has budgets, grants and growth. */
static void test_one_digest(void **state)
{
    (void)state;
    size_t count;
    char **names = shipped_names(&count);
    const struct shipped_size size = {.inhabitants = torture_figure(1500, 6000, 0),
                                      .weeks = torture_figure(53, 105, 105),
                                      .country_weeks = torture_figure(0, 0, 27),
                                      .replicates = 1};
    for (size_t i = 0; i < count; i++) {
        struct scenario s;
        shipped_read(&s, names[i], size);
        uint64_t one = shipped_digest(&s, 0, 1, CELLS_SHARED);
        compare(&s, names[i], one, 1, CELLS_BACKWARDS);
        for (size_t k = 1; k < THREADS; k++) {
            compare(&s, names[i], one, threads[k], CELLS_SHARED);
            compare(&s, names[i], one, threads[k], CELLS_DEALT);
        }
        scenario_free(&s);
    }
    print_message("check-threads: %zu scenarios, %lu runs beside the one on one thread, %lu with "
                  "other bits\n",
                  count, runs, differ);
    durable_names_free(names, count);
    assert_int_equal(differ, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_digest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
