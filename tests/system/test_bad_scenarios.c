/* Bad scenarios of the real model, each with the findings that it must give (tests/system/bad), and
 * for every parameter of the table values that it must refuse. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "models/coproduction.h"
#include "sim/scenario.h"
#include "tests/support/corpus.h"

static void the_corpus_is_refused_as_expected(void **state)
{
    (void)state;
    char *folder = corpus_path("tests/system/bad");
    assert_true(corpus_check(&coproduction, folder) >= 60);
    free(folder);
}

static void every_parameter_is_checked(void **state)
{
    (void)state;
    assert_true(corpus_parameters(&coproduction) > 10 * coproduction.params.count);
}

/* Defaults lie in their ranges and keep the rules: a scenario of them alone is sound. */
static void every_default_is_allowed(void **state)
{
    (void)state;
    const struct param_table params = coproduction.params;
    struct scenario s;
    struct error e = {0};
    assert_status(scenario_read(&s, &coproduction, NULL, NULL, 0, &e), STATUS_DONE, &e);
    for (size_t i = 0; i < params.count; i++)
        if (!param_allows(&params.rows[i], s.values[i]))
            fail_msg("%s: its default %g is not allowed", params.rows[i].key, s.values[i]);
    scenario_free(&s);
}

/* A key is found by its name, stands once, and is no section of other keys. */
static void keys_are_unambiguous(void **state)
{
    (void)state;
    const struct param_table params = coproduction.params;
    for (size_t i = 0; i < params.count; i++) {
        const char *key = params.rows[i].key;
        if (param_find(params, key, strlen(key)) != i)
            fail_msg("%s stands twice", key);
        for (size_t k = 0; k < params.count; k++)
            if (strncmp(params.rows[k].key, key, strlen(key)) == 0 &&
                params.rows[k].key[strlen(key)] == '.')
                fail_msg("%s is a value and the section of %s", key, params.rows[k].key);
    }
}

/* A breach of a rule is reported with the value of a parameter. */
static void rules_are_about_parameters(void **state)
{
    (void)state;
    const struct param_table params = coproduction.params;
    for (size_t k = 0; k < coproduction.rule_count; k++) {
        const char *key = coproduction.rules[k].key;
        if (param_find(params, key, strlen(key)) == params.count)
            fail_msg("%s is the key of a rule and no parameter", key);
    }
}

/* Both ends of every range can be written and read back to the same bits. */
static void ranges_read_back(void **state)
{
    (void)state;
    const struct param_table params = coproduction.params;
    for (size_t i = 0; i < params.count; i++) {
        const struct param *p = &params.rows[i];
        const double ends[] = {p->lo, p->hi, p->value};
        for (size_t k = 0; k < 3; k++) {
            char text[64];
            double back = NAN;
            param_format(p, ends[k], text, sizeof text);
            assert_true(param_parse(p, text, &back));
            assert_memory_equal(&back, &ends[k], sizeof back);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_refused_as_expected),
        cmocka_unit_test(every_parameter_is_checked),
        cmocka_unit_test(every_default_is_allowed),
        cmocka_unit_test(keys_are_unambiguous),
        cmocka_unit_test(rules_are_about_parameters),
        cmocka_unit_test(ranges_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
