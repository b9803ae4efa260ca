/* Tables: widths in characters, quoting of every format, and numbers for people. */
#include "tests/support/check.h"

#include "sim/table.h"
#include "tests/support/terminal.h"

/* The table as text, to be freed. */
static char *printed(enum table_format format, const char *const *cells, size_t count)
{
    static const char *const heads[] = {"name", "n", "what"};
    struct table t;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    table_init(&t, 3, heads);
    t.right[1] = true;
    for (size_t i = 0; i < count; i++)
        table_add(&t, "%s", cells[i]);
    assert_int_equal(table_print(&t, format, out), STATUS_DONE);
    fclose(out);
    table_free(&t);
    return text;
}

static void assert_printed(enum table_format format, const char *const *cells, size_t count,
                           const char *expected)
{
    char *text = printed(format, cells, count);
    assert_string_equal(text, expected);
    free(text);
}

static const char *const cells[] = {"Køge", "7", "a|b", "Faxe", "1234", "say \"x\", y"};

static void columns_align_in_characters(void **data)
{
    (void)data;
    assert_printed(TABLE_TEXT, cells, 6,
                   "name     n  what\n"
                   "----  ----  ----------\n"
                   "Køge     7  a|b\n"
                   "Faxe  1234  say \"x\", y\n");
}

static void quotes_in_every_format(void **data)
{
    (void)data;
    assert_printed(TABLE_CSV, cells, 6,
                   "name,n,what\nKøge,7,a|b\nFaxe,1234,\"say \"\"x\"\", y\"\n");
    assert_printed(TABLE_YAML, cells, 6,
                   "- name: \"Køge\"\n  n: \"7\"\n  what: \"a|b\"\n"
                   "- name: \"Faxe\"\n  n: \"1234\"\n  what: \"say \\\"x\\\", y\"\n");
    assert_printed(TABLE_MD, cells, 6,
                   "| name | n | what |\n|---|--:|---|\n| Køge | 7 | a\\|b |\n"
                   "| Faxe | 1234 | say \"x\", y |\n");
}

static void lines_and_backslashes_are_escaped(void **data)
{
    (void)data;
    static const char *const odd[] = {"a\\b", "1", "two\nlines"};
    assert_printed(TABLE_YAML, odd, 3, "- name: \"a\\\\b\"\n  n: \"1\"\n  what: \"two\\nlines\"\n");
    assert_printed(TABLE_MD, odd, 3,
                   "| name | n | what |\n|---|--:|---|\n| a\\b | 1 | two lines |\n");
    assert_printed(TABLE_CSV, odd, 3, "name,n,what\na\\b,1,\"two\nlines\"\n");
}

/* A table of which one column is broken, on a terminal of so many columns. */
static void on_terminal(unsigned short columns, size_t wrapped, const char *what,
                        char text[TERMINAL_TEXT])
{
    static const char *const heads[] = {"name", "n", "what"};
    struct terminal terminal;
    struct table t;
    terminal_open(&terminal, columns);
    FILE *out = fdopen(dup(terminal.file), "w");
    assert_non_null(out);
    table_init(&t, 3, heads);
    t.wrapped = wrapped;
    table_add(&t, "%s", wrapped == 0 ? what : "Faxe");
    table_add(&t, "%s", "7");
    table_add(&t, "%s", wrapped == 2 ? what : "x");
    assert_int_equal(table_print(&t, TABLE_TEXT, out), STATUS_DONE);
    fclose(out);
    table_free(&t);
    terminal_close(&terminal, text);
}

static void a_column_is_broken_to_fit_a_terminal(void **data)
{
    (void)data;
    static const char long_words[] = "people who co-produce with the municipality every week";
    char text[TERMINAL_TEXT];
    on_terminal(42, 2, long_words, text);
    assert_string_equal(text, "name  n  what\n"
                              "----  -  ---------------------------------\n"
                              "Faxe  7  people who co-produce with the\n"
                              "         municipality every week\n");
    on_terminal(42, 0, long_words, text); /* columns behind it are not told again */
    assert_string_equal(text, "name                               n  what\n"
                              "---------------------------------  -  ----\n"
                              "people who co-produce with the     7  x\n"
                              "municipality every week\n");
    on_terminal(10, 2, long_words, text); /* no narrower than can be read */
    assert_contains(text, "Faxe  7  people who co-produce\n");
    on_terminal(10, 2, "short", text);
    assert_contains(text, "Faxe  7  short\n");
    on_terminal(10, 3, long_words, text);
    assert_contains(text, "Faxe  7  x\n");
    on_terminal(120, 2, long_words, text);
    assert_contains(text, long_words);
}

static void without_rows(void **data)
{
    (void)data;
    assert_printed(TABLE_TEXT, NULL, 0, "name  n  what\n----  -  ----\n");
    assert_printed(TABLE_CSV, NULL, 0, "name,n,what\n");
    assert_printed(TABLE_YAML, NULL, 0, "");
}

static void more_cells_than_first_fit(void **data)
{
    (void)data;
    const char *many[999];
    for (size_t i = 0; i < 999; i++)
        many[i] = "x";
    char *text = printed(TABLE_CSV, many, 999);
    assert_int_equal(strlen(text), strlen("name,n,what\n") + 333 * strlen("x,x,x\n"));
    free(text);
}

static void formats_have_names(void **data)
{
    (void)data;
    enum table_format format;
    assert_true(table_format_parse("md", &format) && format == TABLE_MD);
    assert_true(table_format_parse("table", &format) && format == TABLE_TEXT);
    assert_false(table_format_parse("cvs", &format));
    assert_false(table_format_parse("", &format));
}

static void numbers_for_people(void **data)
{
    (void)data;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0.00"},           {0.1234, "0.12"},      {-0.5, "-0.50"},  {0.0012, "0.0012"},
        {9.99, "9.99"},        {9.996, "10.0"},       {12.34, "12.3"},  {99.96, "100"},
        {123.4, "123"},        {999.4, "999"},        {999.6, "1,000"}, {1234567, "1,234,567"},
        {-12345.6, "-12,346"}, {-123456, "-123,456"}, {NAN, "-"},       {INFINITY, "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        table_number(cases[i].value, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_align_in_characters),
        cmocka_unit_test(quotes_in_every_format),
        cmocka_unit_test(lines_and_backslashes_are_escaped),
        cmocka_unit_test(a_column_is_broken_to_fit_a_terminal),
        cmocka_unit_test(without_rows),
        cmocka_unit_test(more_cells_than_first_fit),
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(numbers_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
