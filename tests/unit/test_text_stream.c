/* A stream into memory, also where memory is short. */
#include "sim/text_stream.h"
#include "tests/support/check.h"

#include "sim/scenario.h"
#include "tests/support/short_memory.h"
#include "tests/support/toy.h"

static void what_is_written_is_the_text(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *out = text_stream(&text, &size);
    assert_non_null(out);
    fputs("seven", out);
    assert_int_equal(fflush(out), 0);
    assert_string_equal(text, "seven");
    for (int k = 0; k < 3000; k++)
        fprintf(out, " %d", k);
    assert_false(ferror(out));
    assert_int_equal(fclose(out), 0);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(text, "seven 0 1 2 3 ", 14);
    assert_string_equal(text + size - 10, " 2998 2999");
    free(text);
}

static void nothing_written_is_an_empty_text(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *out = text_stream(&text, &size);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "");
    assert_int_equal(size, 0);
    free(text);
}

/* What follows a gap is left out, though there is room for it. */
static void words_without_room_are_missed(void **state)
{
    (void)state;
    static char much[SHORT_MEMORY_LACKS];
    char *text;
    size_t size;
    FILE *out = text_stream(&text, &size);
    fputs("before", out);
    assert_int_equal(fflush(out), 0);
    memory_gets_short();
    assert_true(fwrite(much, 1, sizeof much, out) < sizeof much);
    memory_is_back(state);
    assert_true(ferror(out));
    fputs("behind", out);
    assert_int_equal(fclose(out), EOF);
    assert_string_equal(text, "before");
    free(text);
}

static void a_scenario_is_written_whole_or_not_at_all(void **state)
{
    struct scenario s;
    toy_scenario(&s);
    free(s.title);
    s.title = malloc(SHORT_MEMORY_LACKS + 1);
    assert_non_null(s.title);
    memset(s.title, 'x', SHORT_MEMORY_LACKS);
    s.title[SHORT_MEMORY_LACKS] = '\0';
    memory_gets_short();
    char *text = scenario_text(&s);
    memory_is_back(state);
    assert_null(text);
    text = scenario_text(&s);
    assert_non_null(text);
    assert_contains(text + SHORT_MEMORY_LACKS, "kind: gust");
    free(text);
    toy_scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_the_text),
        cmocka_unit_test(nothing_written_is_an_empty_text),
        cmocka_unit_test_teardown(words_without_room_are_missed, memory_is_back),
        cmocka_unit_test_teardown(a_scenario_is_written_whole_or_not_at_all, memory_is_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
