#include "tests/support/check.h"

#include <float.h>
#include <stdlib.h>

#include "sim/maths.h"
#include "sim/param.h"

static const struct param real = {"a.b", "x", "h/week", PARAM_REAL, PARAM_RUN,   .5,
                                  .3,    .65, NULL,     "a share",  "assumption"};
static const struct param pure = {"a", "x", "1",  PARAM_REAL, PARAM_RUN,   0,
                                  -1,  1e9, NULL, "a number", "assumption"};
static const struct param whole = {"a.bc", "n",  "week", PARAM_COUNT, PARAM_RUN,   3,
                                   1,      5200, NULL,   "a count",   "assumption"};
static const struct param choice = {"a.choice",  "", "1", PARAM_CHOICE,          PARAM_RUN,
                                    0,           0,  2,   "left|leftmost|right", "a choice",
                                    "assumption"};
static const struct param toggle = {"a.switch", "", "1",  PARAM_SWITCH, PARAM_RUN,   0,
                                    0,          1,  NULL, "a switch",   "assumption"};

static void finds_whole_keys_only(void **state)
{
    (void)state;
    const struct param rows[] = {real, whole, choice};
    const struct param_table table = {rows, 3};
    assert_int_equal(param_find(table, "a.b", 3), 0);
    assert_int_equal(param_find(table, "a.bc", 4), 1);
    assert_int_equal(param_find(table, "a.bc", 3), 0);
    assert_int_equal(param_find(table, "a.choice.more", 8), 2);
    assert_int_equal(param_find(table, "a", 1), 3);
    assert_int_equal(param_find(table, "", 0), 3);
    assert_int_equal(param_find(table, "a.bcd", 5), 3);
}

static void ranges_include_their_ends(void **state)
{
    (void)state;
    assert_true(param_allows(&real, .3));
    assert_true(param_allows(&real, .65));
    assert_false(param_allows(&real, .3 - 1e-15));
    assert_false(param_allows(&real, .65 + 1e-15));
    assert_false(param_allows(&real, NAN));
    assert_true(param_allows(&whole, 5200));
    assert_false(param_allows(&whole, 1.5));
    assert_false(param_allows(&whole, 0));
    assert_false(param_allows(&toggle, .5));
    struct param open = real;
    open.lo = -INFINITY;
    open.hi = INFINITY;
    assert_false(param_allows(&open, INFINITY));
    assert_false(param_allows(&open, -INFINITY));
    assert_true(param_allows(&open, DBL_MAX));
}

static void says_ranges_in_words(void **state)
{
    (void)state;
    char text[64];
    param_range(&real, text, sizeof text);
    assert_string_equal(text, "[0.3, 0.65] (h/week)");
    param_range(&pure, text, sizeof text);
    assert_string_equal(text, "[-1, 1000000000]");
    param_range(&whole, text, sizeof text);
    assert_string_equal(text, "[1, 5200] (week)");
    param_range(&choice, text, sizeof text);
    assert_string_equal(text, "one of left, leftmost, right");
    param_range(&toggle, text, sizeof text);
    assert_string_equal(text, "true or false");
    char small[12];
    param_range(&choice, small, sizeof small);
    assert_string_equal(small, "one of left");
    param_range(&real, small, sizeof small);
    assert_string_equal(small, "[0.3, 0.65]");
}

static void check_text(const struct param *p, double value, const char *expected)
{
    char text[64];
    param_format(p, value, text, sizeof text);
    assert_string_equal(text, expected);
}

static void says_values_shortly(void **state)
{
    (void)state;
    check_text(&real, .1, "0.1");
    check_text(&real, 1. / 3, "0.3333333333333333");
    check_text(&real, 100000, "100000");
    check_text(&real, 9007199254740992, "9007199254740992");
    check_text(&real, 1e300, "1e+300");
    check_text(&real, -0.0, "-0");
    check_text(&choice, 0, "left");
    check_text(&choice, 2, "right");
    check_text(&choice, 3, "3");
    check_text(&toggle, 1, "true");
    check_text(&toggle, 0, "false");
}

static void numbers_read_back_to_the_same_bits(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252U;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value = maths_from_bits(bits), back = 0;
        if (!isfinite(value))
            continue;
        char text[64];
        param_format(&pure, value, text, sizeof text);
        assert_true(param_parse(&pure, text, &back));
        assert_true(maths_to_bits(back) == bits);
    }
    const double ends[] = {DBL_MAX, -DBL_MAX, DBL_MIN, DBL_TRUE_MIN, -0.0, 1e15, 1e15 + 1, 1e22};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[64];
        double back = 0;
        param_format(&pure, ends[i], text, sizeof text);
        assert_true(param_parse(&pure, text, &back));
        assert_true(maths_to_bits(back) == maths_to_bits(ends[i]));
    }
}

static void reads_numbers(void **state)
{
    (void)state;
    const char *const good[] = {"1", "-1", "+1", ".5", "1.", "1e3", "1E-3", "-.5e+2", "007"};
    const double values[] = {1, -1, 1, .5, 1, 1000, .001, -50, 7};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = NAN;
        assert_true(param_parse(&real, good[i], &value));
        assert_close(value, values[i], 1e-15);
    }
    const char *const bad[] = {"",   ".",  "-",  "e3",  "1e",    "1e+",      "0x10", "1,5",  "1_0",
                               "1 ", " 1", "1h", "--1", "1.2.3", "infinity", "true", "1e3.5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value;
        assert_false(param_parse(&real, bad[i], &value));
    }
}

static void reads_what_no_range_allows(void **state)
{
    (void)state;
    double value = 0;
    assert_true(param_parse(&real, ".nan", &value) && isnan(value));
    assert_true(param_parse(&real, "-.inf", &value) && value < 0 && isinf(value));
    assert_true(param_parse(&real, "1e999", &value) && isinf(value));
    assert_true(param_parse(&whole, "1.5", &value));
    assert_false(param_allows(&whole, value));
}

static void reads_names(void **state)
{
    (void)state;
    double value = -1;
    assert_true(param_parse(&choice, "left", &value));
    assert_close(value, 0, 0);
    assert_true(param_parse(&choice, "leftmost", &value));
    assert_close(value, 1, 0);
    assert_true(param_parse(&choice, "right", &value));
    assert_close(value, 2, 0);
    assert_false(param_parse(&choice, "lef", &value));
    assert_false(param_parse(&choice, "leftm", &value));
    assert_false(param_parse(&choice, "left|leftmost", &value));
    assert_false(param_parse(&choice, "", &value));
    assert_false(param_parse(&choice, "1", &value));
    assert_true(param_parse(&toggle, "True", &value));
    assert_close(value, 1, 0);
    assert_true(param_parse(&toggle, "false", &value));
    assert_close(value, 0, 0);
    assert_false(param_parse(&toggle, "yes", &value));
    assert_false(param_parse(&toggle, "1", &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_whole_keys_only),
        cmocka_unit_test(ranges_include_their_ends),
        cmocka_unit_test(says_ranges_in_words),
        cmocka_unit_test(says_values_shortly),
        cmocka_unit_test(numbers_read_back_to_the_same_bits),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(reads_what_no_range_allows),
        cmocka_unit_test(reads_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
