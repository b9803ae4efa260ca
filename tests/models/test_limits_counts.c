/* Who comes and goes, how hours are shared, what is conserved, and nothing: limiting cases
 * (tests/support/limits_counts.c and limits_hours.c), and that a loss is found.  Seeds are fixed.
 */
#include "tests/support/check.h"

#include "tests/support/limits.h"

static void planted(struct small *s, const char *finding)
{
    struct error e = {0};
    assert_status(s->model.check(&s->town->world, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), finding);
    error_free(&e);
}

static void v18_a_planted_loss_is_found(void **state)
{
    (void)state;
    struct small s;
    struct error e = {0};
    small_model(&s);
    small_open(&s, NULL,
               "municipalities:\n  - {name: Faxe, population.inhabitants: 2000}\n"
               "  - {name: Odense, population.inhabitants: 2000}\n",
               0);
    small_run(&s, 3);
    struct town *t = s.town;
    assert_status(s.model.check(&t->world, &e), STATUS_DONE, &e);
    t->site_hours_done[7] += 1;
    planted(&s, "week 3, site 7: ");
    t->site_hours_done[7] -= 1;
    t->municipality_volunteers[1]++;
    planted(&s, "week 3, municipality 1: ");
    t->municipality_volunteers[1]--;
    t->site_exits[0]++;
    planted(&s, "week 3, municipality 0: ");
    t->site_exits[0]--;
    t->block_exits[1]++;
    planted(&s, "week 3, municipality 1: ");
    t->block_exits[1]--;
    t->municipality_entries[0]++;
    planted(&s, "week 3, municipality 0: ");
    t->municipality_entries[0]--;
    assert_status(s.model.check(&t->world, &e), STATUS_DONE, &e);
    t->citizen_motivation[5] = NAN;
    assert_status(columns_check(&s.model, &t->world, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "citizen.motivation");
    error_free(&e);
    small_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(v6_invitation),
        LIMIT_TEST(v7_bass),
        LIMIT_TEST(v8_turnover),
        LIMIT_TEST(v8_spells),
        LIMIT_TEST(v8_coproducers),
        LIMIT_TEST(v16_gini_of_hours),
        LIMIT_TEST(v17_urn),
        LIMIT_TEST(v18_conserved),
        cmocka_unit_test(v18_a_planted_loss_is_found),
        LIMIT_TEST(v19_nulls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
