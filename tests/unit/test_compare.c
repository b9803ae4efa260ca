/* Comparing arms: pairing, what is left out, correction over all, margins, and the words for it. */
#include <jansson.h>

#include "analysis/compare.h"
#include "tests/support/check.h"

enum { REPLICATES = 10, OUTCOMES = 2 };

/* Sleep with two drugs (Student 1908), and a second outcome that both arms have alike. */
static double second_drug[OUTCOMES * REPLICATES] = {
    1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
static double first_drug[OUTCOMES * REPLICATES] = {
    0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};

static struct arms_outcome outcomes[OUTCOMES] = {{"sleep", "hours of sleep", "h", false},
                                                 {"dreams, \"all\"", "dreams", "1", false}};

static char names[2][8] = {"second", "first"}, paths[2][8] = {"2.h5", "1.h5"};

static struct arms make_arms(struct arm list[2])
{
    double *const values[] = {second_drug, first_drug};
    for (size_t i = 0; i < 2; i++)
        list[i] = (struct arm){.name = names[i],
                               .path = paths[i],
                               .seed = 1,
                               .replicates = REPLICATES,
                               .values = values[i]};
    return (struct arms){.list = list,
                         .count = 2,
                         .outcomes = outcomes,
                         .outcome_count = OUTCOMES,
                         .first = 53,
                         .last = 104};
}

static char *print(const struct comparisons *c, const struct compare_request *request)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(compare_print(c, request, out), STATUS_DONE);
    fclose(out);
    return text;
}

static void same_seed_is_paired(void **state)
{
    (void)state;
    struct error e = {0};
    struct arm list[2];
    struct comparisons c;
    const struct arms arms = make_arms(list);
    const struct compare_request request = {.seed = 1};
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    assert_int_equal(c.count, 2);
    assert_true(c.list[0].contrast.paired);
    assert_close(c.list[0].contrast.p, 0.002833, 5e-7);
    assert_close(c.list[0].corrected, 2 * 0.002833, 1e-6); /* Holm: the smaller of two */
    assert_close(c.list[1].corrected, 1, 0);
    assert_close(c.list[0].percent, -100 * 1.58 / 2.33, 1e-9);
    assert_close(c.list[0].detect, 1.58, 1e-9);
    assert_true(compare_is_clear(&c.list[0]) && !compare_is_clear(&c.list[1]));
    assert_true(isnan(c.list[0].p_equivalent) && !compare_is_equivalent(&c.list[0]));
    compare_free(&c);
    list[1].seed = 2;
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    assert_false(c.list[0].contrast.paired);
    assert_close(c.list[0].contrast.p, 0.07939, 5e-6);
    compare_free(&c);
}

static void pairs_without_a_value_are_left_out(void **state)
{
    (void)state;
    struct error e = {0};
    struct arm list[2];
    struct comparisons c;
    const struct arms arms = make_arms(list);
    const struct compare_request request = {.seed = 1};
    const double kept = first_drug[2], other = second_drug[5];
    first_drug[2] = second_drug[5] = NAN;
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    assert_int_equal(c.list[0].contrast.arm_count, 8);
    assert_int_equal(c.list[0].contrast.base_count, 8);
    assert_close(c.list[0].contrast.difference, -(15.8 - 1.3 - 1.0) / 8, 1e-12);
    char *text = print(&c, &request);
    assert_contains(text, "Some replicates have no value and are left out: sleep.");
    free(text);
    compare_free(&c);
    list[1].seed = 2;
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    assert_int_equal(c.list[0].contrast.arm_count, 9);
    compare_free(&c);
    first_drug[2] = kept;
    second_drug[5] = other;
}

static void amounts_and_margins(void **state)
{
    (void)state;
    struct error e = {0};
    struct arm list[2];
    struct comparisons c;
    struct compare_amount amount;
    const struct arms arms = make_arms(list);
    struct compare_request request = {.seed = 1};
    assert_true(compare_amount_parse("12.5", &amount) && !amount.percent && amount.value == 12.5);
    assert_true(compare_amount_parse("5%", &amount) && amount.percent && amount.value == 5);
    const char *const wrong[] = {"", "%", "-1", "0", "5 %", "5%%", "nan", "inf", "x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(compare_amount_parse(wrong[i], &amount));
    compare_amount_parse("3", &request.margin);
    compare_amount_parse("50%", &request.detect);
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    assert_close(c.list[0].margin, 3, 0);
    assert_close(c.list[0].detect, 2.33 / 2, 1e-12);
    assert_int_equal(c.list[0].replicates, contrast_replicates(&c.list[0].contrast, 1.165));
    assert_true(compare_is_equivalent(&c.list[0])); /* -1.58 +- 1.8331 * .38896 is within 3 */
    char *text = print(&c, &request);
    assert_contains(text, "hours of sleep (-67.8 %). The same in");
    free(text);
    compare_free(&c);
}

static void bad_requests_are_told(void **state)
{
    (void)state;
    struct error e = {0};
    struct arm list[2];
    struct comparisons c;
    struct arms arms = make_arms(list);
    const struct compare_request wrong = {.seed = 1, .baseline = "frist"}, fine = {.seed = 1};
    assert_status(compare_make(&c, &arms, &wrong, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "did you mean first?");
    error_free(&e);
    list[1].replicates = 1;
    assert_status(compare_make(&c, &arms, &fine, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "1.h5: has one replicate");
    error_free(&e);
    arms.count = 1;
    assert_status(compare_make(&c, &arms, &fine, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "nothing to compare");
    error_free(&e);
}

static void a_table_says_what_is_clear(void **state)
{
    (void)state;
    struct error e = {0};
    struct arm list[2];
    struct comparisons c;
    const struct arms arms = make_arms(list);
    struct compare_request request = {.seed = 1, .baseline = "first"};
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    char *text = print(&c, &request);
    assert_contains(text, "second against first (10 replicates of each, paired by common random");
    assert_contains(text, "(+211 %). The same in every replicate: 1 outcome.");
    assert_contains(text, "Means of weeks 53 to 104.");
    assert_contains(text, "hours of sleep  h         0.75  2.33       +1.58   0.70 to 2.46");
    free(text);
    outcomes[0].crosses_zero = true; /* per cent of it mean nothing */
    compare_free(&c);
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    request.format = WORDS_MD;
    text = print(&c, &request);
    assert_contains(text, "Clearly higher: hours of sleep (+1.58).");
    assert_contains(text, "| hours of sleep | h | 0.75 | 2.33 | +1.58 | 0.70 to 2.46 | - | 95 % |");
    free(text);
    outcomes[0].crosses_zero = false;
    compare_free(&c);
}

static void programs_get_all_digits(void **state)
{
    (void)state;
    struct error e = {0};
    struct arm list[2];
    struct comparisons c;
    const struct arms arms = make_arms(list);
    struct compare_request request = {.seed = 1, .format = WORDS_CSV};
    assert_status(compare_make(&c, &arms, &request, &e), STATUS_DONE, &e);
    char *text = print(&c, &request);
    assert_contains(text, "outcome,unit,baseline,arm,first_week,last_week,paired,");
    assert_contains(text, "\nsleep,h,second,first,53,104,yes,10,10,2.33,0.75,-1.58,-2.4598857");
    assert_contains(text, "\n\"dreams, \"\"all\"\"\",1,second,first,");
    free(text);
    request.format = WORDS_JSON;
    text = print(&c, &request);
    json_t *root = json_loads(text, 0, NULL), *list_of = json_object_get(root, "comparisons");
    assert_non_null(root);
    assert_int_equal(json_array_size(list_of), 2);
    json_t *one = json_array_get(list_of, 0);
    assert_close(json_number_value(json_object_get(one, "difference")), -1.58, 1e-12);
    assert_close(json_number_value(json_object_get(json_object_get(one, "interval"), "low")),
                 -2.4598858, 5e-8);
    assert_true(json_is_true(json_object_get(one, "clear")));
    assert_true(json_is_null(json_object_get(json_array_get(list_of, 1), "effect")));
    json_decref(root);
    free(text);
    compare_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_is_paired),
        cmocka_unit_test(pairs_without_a_value_are_left_out),
        cmocka_unit_test(amounts_and_margins),
        cmocka_unit_test(bad_requests_are_told),
        cmocka_unit_test(a_table_says_what_is_clear),
        cmocka_unit_test(programs_get_all_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
