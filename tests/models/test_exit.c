/* Leaving and coming back (E19). */
#include "tests/support/check.h"

#include "models/submodels.h"
#include "tests/support/small_town.h"

/* Cells are computed at the same time, so each writes its own rows only. */
static void those_of_one_block_recover(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "recovery", "population.inhabitants: 40000\n", 0);
    struct town *t = s.town;
    for (size_t i = 0; i < t->citizens; i++) {
        t->citizen_status[i] = CITIZEN_RECOVERING;
        t->citizen_burnout[i] = 0.1f;
    }
    size_t end = t->block_first[0] + t->block_count[0];
    assert_true(end < t->citizens);
    mechanism_recovery.run(&t->world, 0);
    for (size_t i = 0; i < t->citizens; i++) {
        double rested = i < end ? 0.1 * (1 - s.p->burnout_rest) : 0.1;
        assert_int_equal(t->citizen_status[i], i < end ? CITIZEN_INACTIVE : CITIZEN_RECOVERING);
        assert_close(t->citizen_burnout[i], rested, 1e-7);
    }
    small_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(those_of_one_block_recover)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
