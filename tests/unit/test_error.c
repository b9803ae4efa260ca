#include "tests/support/check.h"

#include <stdio.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty),         cmocka_unit_test(findings_add_up),
        cmocka_unit_test(long_ones_stay_whole), cmocka_unit_test(nobody_need_listen),
        cmocka_unit_test(text_is_no_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
