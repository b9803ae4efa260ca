#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/corpus.h"
#include "tests/support/toy.h"

static enum status read_bytes(struct scenario *s, const char *text, size_t size, struct error *e)
{
    return scenario_parse(s, &toy_model, text, size, "t.yaml", NULL, NULL, 0, NULL, 0, e);
}

/* Reads a bad scenario; its findings must be these, or hold this when `whole` is false. */
static void check_bad(const char *text, size_t size, const char *findings, bool whole)
{
    struct scenario s;
    struct error e = {0};
    assert_status(read_bytes(&s, text, size, &e), STATUS_BAD_INPUT, &e);
    if (whole)
        assert_string_equal(error_text(&e), findings);
    else
        assert_contains(error_text(&e), findings);
    assert_null(s.values);
    assert_int_equal(s.place_count, 0);
    error_free(&e);
    scenario_free(&s);
}

static void the_corpus_is_refused_as_expected(void **state)
{
    (void)state;
    char *folder = corpus_path("tests/unit/scenarios-bad");
    assert_true(corpus_check(&toy_model, folder) >= 30);
    free(folder);
}

static void every_parameter_is_checked(void **state)
{
    (void)state;
    assert_true(corpus_parameters(&toy_model) > 13 * TOY_PARAMS);
}

static void a_finding_shows_its_line(void **state)
{
    (void)state;
    const char text[] = "# \xc3\xa6\xc3\xb8\nweeks: 3\nwalk:\n\n  pull: -1 # \xc3\xa5\n";
    check_bad(text, sizeof text - 1,
              "t.yaml:5:9: walk.pull is -1, must lie in [0, 1]\n"
              "      pull: -1 # \xc3\xa5\n"
              "            ^\n",
              true);
    const char wide[] = "{title: \"\xc3\xa6\xc3\xb8\t\", seed: x}"; /* characters, not bytes */
    check_bad(wide, sizeof wide - 1,
              "t.yaml:1:22: seed is x, must be a whole number in [0, 9007199254740992]\n"
              "    {title: \"\xc3\xa6\xc3\xb8 \", seed: x}\n"
              "                         ^\n",
              true);
}

static void findings_come_in_the_order_of_the_file(void **state)
{
    (void)state;
    const char text[] = "places: [{walkers: -1}]\nevents: [{week: 0, kind: gust, size: 0}]\n"
                        "off: [x9y]\nweeks: 0\nplaces: 3\n";
    struct scenario s;
    struct error e = {0};
    assert_int_equal(read_bytes(&s, text, sizeof text - 1, &e), STATUS_BAD_INPUT);
    assert_int_equal(e.count, 5);
    const char *at = error_text(&e);
    const char *const order[] = {"t.yaml:1:20: walkers", "t.yaml:2:17: week", "t.yaml:3:7: x9y",
                                 "t.yaml:4:8: weeks",
                                 "t.yaml:5:1: places is given twice, first in line 1"};
    for (size_t i = 0; i < 5; i++) {
        assert_contains(at, order[i]);
        at = strstr(at, order[i]);
    }
    error_free(&e);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, ' ', sizeof text);
    memcpy(text, "{weeks: 3,", 10);
    memcpy(text + 2000, "seed: -1", 8);
    text[sizeof text - 1] = '}';
    struct scenario s;
    struct error e = {0};
    assert_int_equal(read_bytes(&s, text, sizeof text, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "t.yaml:1:2007: seed is -1");
    assert_contains(error_text(&e), "    ...");
    assert_true(strlen(error_text(&e)) < 350);
    const char *source = strstr(error_text(&e), "    ...");
    const char *caret = strchr(source, '\n') + 1;
    assert_int_equal(strchr(caret, '^') - caret, strstr(source, "-1") - source);
    error_free(&e);

    memset(text, 'x', sizeof text);
    memcpy(text, "weeks: ", 7);
    assert_int_equal(read_bytes(&s, text, sizeof text, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "xxx..., must be a whole number");
    assert_true(strlen(error_text(&e)) < 350);
    error_free(&e);
}

static void many_findings_are_counted(void **state)
{
    (void)state;
    char text[4096] = "";
    size_t size = 0;
    for (int i = 0; i < 61; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "unknown%d: 1\n", i);
    struct scenario s;
    struct error e = {0};
    assert_int_equal(read_bytes(&s, text, size, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "t.yaml:50:1: unknown49 is unknown\n");
    assert_null(strstr(error_text(&e), "unknown50"));
    assert_contains(error_text(&e), "^\n... and 11 more\n");
    error_free(&e);
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    check_bad("weeks: 3\n\0", 10, "t.yaml: is a binary file, not a YAML text\n", true);
    check_bad("\x89HDF\r\n\x1a\n\0\0", 10, "t.yaml: is a binary file, not a YAML text\n", true);
    check_bad("a: 1\nb: \xe6\n", 10, "t.yaml: line 2 holds a byte (0xe6) that is not UTF-8 text\n",
              true);
    check_bad("\xff\xfew\0e\0", 6, "binary", false);
    check_bad("\xc0\x80", 2, "line 1 holds a byte (0xc0)", false);
    check_bad("\xed\xa0\x80", 3, "line 1 holds a byte (0xed)", false);
    check_bad("\xf4\x90\x80\x80", 4, "line 1 holds a byte (0xf4)", false);
    check_bad("title: \xe2\x82", 9, "line 1 holds a byte (0xe2)", false);
    check_bad("title: a\x07\n", 10, "t.yaml:1:9: is a control character (0x07), not text\n", false);
    check_bad("title: \"\\0\"\n", 12, "stands for characters that are not text", false);
}

static void nothing_unfolds(void **state)
{
    (void)state;
    char text[4096];
    size_t size = (size_t)snprintf(text, sizeof text, "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n");
    for (char c = 'b'; c <= 'z'; c++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c]\n", c, c, c - 1, c - 1,
                                 c - 1, c - 1, c - 1, c - 1);
    size += (size_t)snprintf(text + size, sizeof text - size, "places: *z\nwalk: *z\n");
    check_bad(text, size, "t.yaml:26:", false);

    const char self[] = "places: &a [*a]\n";
    check_bad(self, sizeof self - 1, "t.yaml:1:13: *a stands for something that holds itself\n",
              false);
    const char none[] = "weeks: *w\n";
    check_bad(none, sizeof none - 1, "*w stands for an anchor that is not there\n", false);
    const char shared[] = "places: [&p {walkers: -1}, *p]\n";
    check_bad(shared, sizeof shared - 1, "t.yaml:1:23: walkers is -1", false);
}

static void aliases_work(void **state)
{
    (void)state;
    const char text[] = "places: [{name: A, walk: &w {step: 0.2}}, {name: B, walk: *w}]\n";
    struct scenario s;
    struct error e = {0};
    assert_status(read_bytes(&s, text, sizeof text - 1, &e), STATUS_DONE, &e);
    assert_close(s.places[1].values[TOY_STEP], 0.2, 0);
    scenario_free(&s);
}

static void deep_and_large_is_refused(void **state)
{
    (void)state;
    const size_t size = (16 << 20) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '\n', size);
    check_bad(text, size, "t.yaml: is larger than 16 MiB, which no scenario is\n", true);
    memset(text, '[', 100000);
    check_bad(text, 100000, "is nested deeper than 64 levels", false);
    memcpy(text, "places: \n", 9);
    for (size_t i = 0; i < 20000; i++)
        memcpy(text + 9 + 5 * i, "- {}\n", 5);
    check_bad(text, 100009, "places has 20000 entries, may have 10000\n", false);
    free(text);
}

/* A valid text with bytes changed at random: never a crash, and what is taken can be written. */
static void changed_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char sound[] =
        "title: \"two \\u00e6\"\noff: [jump, look]\nweeks: 40\nwalk: {step: 0.1, pull: 0.3}\n"
        "places:\n  - {name: North, walkers: 300}\n  - name: 'South'\n    walk.law: normal\n"
        "remark: &r |\n  text\nevents:\n  - {kind: gust, week: 3, size: .1, place: North}\n";
    static const char odd[] = "{}[]:,-&*#?|>'\"%@`~!\n\t 0.e+\\\r\x01\xc3\xa6";
    srand48(7);
    int taken = 0;
    for (int round = 0; round < 4000; round++) {
        char text[sizeof sound];
        memcpy(text, sound, sizeof sound);
        size_t size = round % 4 ? sizeof sound - 1 : (size_t)(drand48() * sizeof sound);
        for (int changes = 1 + (int)(drand48() * 4); changes > 0; changes--)
            text[(size_t)(drand48() * (sizeof sound - 1))] =
                odd[(size_t)(drand48() * (sizeof odd - 1))];
        struct scenario s;
        struct error e = {0};
        enum status status = read_bytes(&s, text, size, &e);
        assert_int_equal(status == STATUS_DONE, e.count == 0);
        assert_true(status == STATUS_DONE || status == STATUS_BAD_INPUT);
        if (status == STATUS_DONE) {
            taken++;
            char *written = scenario_text(&s);
            struct scenario back;
            assert_status(read_bytes(&back, written, strlen(written), &e), STATUS_DONE, &e);
            free(written);
            scenario_free(&back);
        }
        error_free(&e);
        scenario_free(&s);
    }
    assert_true(taken > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_refused_as_expected),
        cmocka_unit_test(every_parameter_is_checked),
        cmocka_unit_test(a_finding_shows_its_line),
        cmocka_unit_test(findings_come_in_the_order_of_the_file),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(many_findings_are_counted),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(nothing_unfolds),
        cmocka_unit_test(aliases_work),
        cmocka_unit_test(deep_and_large_is_refused),
        cmocka_unit_test(changed_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
