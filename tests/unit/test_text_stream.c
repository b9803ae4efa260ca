/* A stream into memory, also where memory is short. */
#include "sim/text_stream.h"
#include "tests/support/check.h"

#include <sys/resource.h>

#include "sim/scenario.h"
#include "tests/support/toy.h"

enum { MUCH = 8 << 20 };

/* Under the address sanitizer, too, memory that is not to be had gives NULL. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* No more addresses are given from now on, or as many as before. */
static struct rlimit before;

static void shorten_memory(void)
{
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit none = {0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
}

static int give_memory_back(void **state)
{
    (void)state;
    return setrlimit(RLIMIT_AS, &before);
}

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
    static char much[MUCH];
    char *text;
    size_t size;
    FILE *out = text_stream(&text, &size);
    fputs("before", out);
    assert_int_equal(fflush(out), 0);
    shorten_memory();
    assert_true(fwrite(much, 1, sizeof much, out) < sizeof much);
    give_memory_back(state);
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
    s.title = malloc(MUCH + 1);
    assert_non_null(s.title);
    memset(s.title, 'x', MUCH);
    s.title[MUCH] = '\0';
    shorten_memory();
    char *text = scenario_text(&s);
    give_memory_back(state);
    assert_null(text);
    text = scenario_text(&s);
    assert_non_null(text);
    assert_contains(text + MUCH, "kind: gust");
    free(text);
    toy_scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_the_text),
        cmocka_unit_test(nothing_written_is_an_empty_text),
        cmocka_unit_test_teardown(words_without_room_are_missed, give_memory_back),
        cmocka_unit_test_teardown(a_scenario_is_written_whole_or_not_at_all, give_memory_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
