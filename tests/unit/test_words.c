/* Words and numbers for people: lines, digits that count, formats. */
#include "analysis/words.h"
#include "tests/support/check.h"

#include "tests/support/short_memory.h"

static char *cell(void (*add)(struct table *t))
{
    static const char *const heads[] = {"x"};
    struct table t;
    table_init(&t, 1, heads);
    add(&t);
    char *text = strdup(t.cells[0]);
    table_free(&t);
    return text;
}

static double value, half;

static void add_figure(struct table *t)
{
    words_figure(t, value, half, true);
}

static void add_range(struct table *t)
{
    words_range(t, value - half, value + half);
}

static void digits_follow_from_uncertainty(void **state)
{
    (void)state;
    static const struct {
        double value, half;
        const char *figure, *range;
    } rows[] = {{0.12345, 0.01, "+0.123", "0.113 to 0.133"},
                {-12.3456, 0.25, "-12.35", "-12.60 to -12.10"},
                {12345.6, 120, "+12,346", "12,226 to 12,466"},
                {12345.6, 0.5, "+12345.60", "12345.10 to 12346.10"},
                {2, 1e-12, "+2.000000", "2.000000 to 2.000000"},
                {0.5, NAN, "+0.50", "-"},
                {NAN, 0.1, "-", "-"},
                {5, 0, "+5.00", "5.00 to 5.00"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        value = rows[i].value;
        half = rows[i].half;
        char *figure = cell(add_figure), *range = cell(add_range);
        assert_string_equal(figure, rows[i].figure);
        assert_string_equal(range, rows[i].range);
        free(figure);
        free(range);
    }
}

/* No line is longer than 100 characters, none of the words is lost, and an umlaut is one. */
static void paragraphs_are_broken(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0, words = 0;
    FILE *out = open_memstream(&text, &size);
    struct words w;
    assert_true(words_begin(&w));
    for (int i = 0; i < 200; i++)
        fputs(i % 2 ? "S\u00e6by " : "is a town ", w.stream);
    assert_int_equal(words_print(&w, false, out), STATUS_DONE);
    fclose(out);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        assert_in_range(table_width(line), 1, 100);
        for (char *s = line; (s = strstr(s, "S\u00e6by")); s++)
            words++;
    }
    assert_int_equal(words, 100);
    free(text);
}

/* Half a sentence may say the contrary of the whole. */
static void paragraphs_are_whole_or_not_there(void **state)
{
    static const char much[SHORT_MEMORY_LACKS];
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct words w;
    assert_true(words_begin(&w));
    fputs("It is clear ", w.stream);
    assert_int_equal(fflush(w.stream), 0);
    memory_gets_short();
    fwrite(much, 1, sizeof much, w.stream);
    memory_is_back(state);
    fputs("that it is not.", w.stream);
    assert_int_equal(words_print(&w, false, out), STATUS_FAILED);
    fclose(out);
    assert_string_equal(text, "\n");
    free(text);
}

static void formats_have_names(void **state)
{
    (void)state;
    enum words_format format;
    assert_true(words_format_parse("md", &format) && format == WORDS_MD);
    assert_false(words_format_parse("yaml", &format));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_follow_from_uncertainty),
        cmocka_unit_test(paragraphs_are_broken),
        cmocka_unit_test_teardown(paragraphs_are_whole_or_not_there, memory_is_back),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
