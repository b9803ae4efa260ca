#include "tests/support/check.h"

#include <stdio.h>

#include "sim/findings.h"

static void starts_empty(void **state)
{
    (void)state;
    struct error e = {0};
    assert_string_equal(error_text(&e), "");
    assert_int_equal(e.count, 0);
    error_free(&e);
    error_free(&e);
}

static void findings_add_up(void **state)
{
    (void)state;
    struct error e = {0};
    assert_int_equal(error_add(&e, STATUS_BAD_INPUT, "%s is %d", "a", 1), STATUS_BAD_INPUT);
    assert_int_equal(error_add(&e, STATUS_FAILED, "disk"), STATUS_FAILED);
    assert_string_equal(error_text(&e), "a is 1\ndisk\n");
    assert_int_equal(e.count, 2);
    assert_int_equal(e.status, STATUS_BAD_INPUT);
    error_free(&e);
    assert_string_equal(error_text(&e), "");
    assert_int_equal(e.status, STATUS_DONE);
}

static void long_ones_stay_whole(void **state)
{
    (void)state;
    struct error e = {0};
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 20; i++)
        error_add(&e, STATUS_BAD_INPUT, "%s", text);
    assert_int_equal(strlen(error_text(&e)), 20 * sizeof text);
    assert_int_equal(e.length, 20 * sizeof text);
    assert_int_equal(error_text(&e)[sizeof text - 1], '\n');
    error_free(&e);
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_int_equal(error_add(NULL, STATUS_FAILED, "%d", 1), STATUS_FAILED);
}

static void text_is_no_format(void **state)
{
    (void)state;
    struct error e = {0};
    error_add(&e, STATUS_BAD_INPUT, "%s", "100%n%s");
    assert_string_equal(error_text(&e), "100%n%s\n");
    error_free(&e);
}

/* A carriage return inside of a line is a blank, and nothing behind the text is shown. */
static void a_carriage_return_ends_no_line(void **state)
{
    (void)state;
    struct error e = {0};
    char text[600];
    memset(text, 'y', sizeof text);
    memset(text + 210, 'z', sizeof text - 210); /* what is not of the text */
    text[1] = '\r';
    struct findings f = {.name = "f", .text = text, .size = 210};
    findings_add(&f, 200, "is wrong");
    assert_int_equal(findings_report(&f, &e), STATUS_BAD_INPUT);
    assert_non_null(strstr(error_text(&e), "f:1:201: is wrong\n    ...yyy"));
    assert_null(strchr(error_text(&e), 'z'));
    error_free(&e);
    findings_free(&f);

    memcpy(text, "a\rb: 1\r\n", 8);
    f = (struct findings){.name = "f", .text = text, .size = 8};
    findings_add(&f, 2, "is wrong");
    findings_add(&f, 7, "lacks its end");
    assert_int_equal(findings_report(&f, &e), STATUS_BAD_INPUT);
    assert_string_equal(error_text(&e), "f:1:3: is wrong\n    a b: 1\n      ^\n"
                                        "f:1:8: lacks its end\n    a b: 1 \n           ^\n");
    error_free(&e);
    findings_free(&f);
}

/* What is complained of may be missing only for want of memory. */
static void where_memory_is_short_nothing_else_is_said(void **state)
{
    (void)state;
    struct error e = {0};
    struct findings f = {.name = "plan.yaml", .failed = true};
    findings_add(&f, FINDINGS_WHOLE, "is empty");
    assert_int_equal(findings_report(&f, &e), STATUS_FAILED);
    assert_string_equal(error_text(&e), "plan.yaml: out of memory\n");
    error_free(&e);
    findings_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_memory_is_short_nothing_else_is_said),
        cmocka_unit_test(starts_empty),
        cmocka_unit_test(findings_add_up),
        cmocka_unit_test(long_ones_stay_whole),
        cmocka_unit_test(nobody_need_listen),
        cmocka_unit_test(text_is_no_format),
        cmocka_unit_test(a_carriage_return_ends_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
