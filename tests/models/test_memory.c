/* What is said before a run that does not fit into memory. */
#include "tests/support/check.h"

#include "models/coproduction.h"
#include "models/population.h"
#include "sim/memory.h"
#include "sim/network.h"
#include "sim/scenario.h"

static const uint64_t gibi = (uint64_t)1 << 30;

static void what_fits_is_allowed(void **state)
{
    (void)state;
    struct error e = {0};
    const struct memory_need need = {.world = gibi, .persons = 1000, .side_by_side = 2};
    assert_status(memory_check(&need, 2 * gibi, &e), STATUS_DONE, &e);
    assert_status(memory_check(&need, UINT64_MAX, &e), STATUS_DONE, &e);
    assert_int_equal(e.count, 0);
}

static void what_would_fit_is_said(void **state)
{
    (void)state;
    struct error e = {0};
    const struct memory_need country = {.world = gibi, .persons = 4801813, .side_by_side = 1};
    assert_status(memory_check(&country, gibi / 4, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "the run needs about 1.00 GiB and 0.25 GiB are free; about "
                                    "1,200,453 of its 4,801,813 persons would fit");
    error_free(&e);
    const struct memory_need many = {.world = gibi, .persons = 1000, .side_by_side = 8};
    assert_status(memory_check(&many, 3 * gibi + 5, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "needs about 8.00 GiB and 3.00 GiB are free; 3 instead of 8 "
                                    "fit side by side: give --threads 3");
    error_free(&e);
}

static void this_machine_has_some(void **state)
{
    (void)state;
    assert_true(memory_free() > 1 << 20);
}

/* The estimate has every column of those who are there, and the ties. */
static void the_estimate_is_near(void **state)
{
    (void)state;
    static const char text[] = "municipalities:\n  - {name: Faxe}\n  - {name: Aarhus}\n";
    struct scenario s;
    struct world *w;
    struct error e = {0};
    assert_status(scenario_parse(&s, &coproduction, text, sizeof text - 1, "two.yaml", NULL, NULL,
                                 0, NULL, 0, &e),
                  STATUS_DONE, &e);
    double estimate = (double)population_bytes(&s);
    assert_status(world_open(&w, &coproduction, &s, 0, 1, &e), STATUS_DONE, &e);
    double reserved = (double)columns_bytes(&coproduction, w) + (double)network_bytes(&w->ties);
    assert_true(estimate > 0.5 * reserved && estimate < 1.5 * reserved);
    world_close(w);
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_allowed),
        cmocka_unit_test(what_would_fit_is_said),
        cmocka_unit_test(this_machine_has_some),
        cmocka_unit_test(the_estimate_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
