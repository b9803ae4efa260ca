/* Words, numbers and escapes of reports, and the figures that they are made of. */
#include "tests/support/check.h"

#include <stdio.h>

#include "analysis/contrast.h"
#include "analysis/report_answer.h"
#include "analysis/report_data.h"
#include "analysis/report_json.h"
#include "analysis/report_page.h"
#include "models/coproduction.h"
#include "tests/support/town_ensemble.h"

/* --- words ------------------------------------------------------------------------------------ */

/* Which of {1} to {9} a text has, as bits. */
static unsigned slots_of(const char *text)
{
    unsigned bits = 0;
    for (; *text; text++)
        if (text[0] == '{' && text[1] >= '1' && text[1] <= '9' && text[2] == '}')
            bits |= 1u << (text[1] - '0');
    return bits;
}

static void words_are_complete_in_both_languages(void **data)
{
    (void)data;
    for (unsigned i = 0; i < REPORT_WORDS; i++) {
        enum report_word word = (enum report_word)i;
        const char *english = report_word(REPORT_ENGLISH, word);
        const char *danish = report_word(REPORT_DANISH, word);
        if (!*english || !*danish || slots_of(english) != slots_of(danish))
            fail_msg("%s: '%s' and '%s' do not say the same", report_word_name(word), english,
                     danish);
    }
}

static void what_leads_a_summary_has_a_label(void **data)
{
    (void)data;
    for (size_t k = 0; k < coproduction.observable_count; k++) {
        const struct observable *o = &coproduction.observables[k];
        size_t i = 0;
        while (i < report_label_count && strcmp(report_labels[i].series, o->name) != 0)
            i++;
        if (o->headline && i == report_label_count)
            fail_msg("%s has no label", o->name);
    }
}

static void labels_are_of_series(void **data)
{
    (void)data;
    for (size_t i = 0; i < report_label_count; i++) {
        size_t k = 0;
        while (k < coproduction.observable_count &&
               strcmp(coproduction.observables[k].name, report_labels[i].series) != 0)
            k++;
        if (k == coproduction.observable_count || !*report_labels[i].words[REPORT_ENGLISH] ||
            !*report_labels[i].words[REPORT_DANISH])
            fail_msg("%s is no series, or has no words", report_labels[i].series);
        const char *unit = coproduction.observables[k].unit;
        if (strcmp(unit, "1") != 0 && strcmp(report_unit(REPORT_DANISH, unit), unit) == 0)
            fail_msg("%s has no Danish words", unit);
    }
}

static void factors_are_parameters(void **data)
{
    (void)data;
    static const char *const factors[] = {
#define WORD(name, english, danish)
#define UNIT(unit, english, danish)
#define FACTOR(key, english, danish) key,
#include "analysis/report/words.def"
    };
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        if (param_find(coproduction.params, factors[i], strlen(factors[i])) ==
            coproduction.params.count)
            fail_msg("%s is no parameter", factors[i]);
}

static void sentences_are_filled(void **data)
{
    (void)data;
    char *text = report_fill(REPORT_ENGLISH, WORD_say_range, "1 {2}", "3", NULL);
    assert_string_equal(text, "1 {2} to 3 in nine of ten runs");
    free(text);
    text = report_fill(REPORT_DANISH, WORD_say_range, "1", NULL);
    assert_string_equal(text, "1 til {2} i ni af ti kørsler");
    free(text);
}

static void numbers_are_written_as_in_the_language(void **data)
{
    (void)data;
    static const struct {
        enum report_kind kind;
        double value;
        const char *english, *danish;
    } cases[] = {
        {REPORT_AMOUNT, 2709.4, "2,709", "2.709"},
        {REPORT_AMOUNT, 1542280, "1,540,000", "1.540.000"},
        {REPORT_AMOUNT, -1234.5, "−1,234", "−1.234"},
        {REPORT_AMOUNT, 12.34, "12.3", "12,3"},
        {REPORT_AMOUNT, 0, "0.00", "0,00"},
        {REPORT_AMOUNT, -0.0, "0.00", "0,00"},
        {REPORT_SCORE, 0.316, "0.32", "0,32"},
        {REPORT_SCORE, 0.00123, "0.001", "0,001"},
        {REPORT_AMOUNT, 0.00123, "0.0012", "0,0012"},
        {REPORT_SCORE, -0.28, "−0.28", "−0,28"},
        {REPORT_SHARE, 0.424, "42\u00a0%", "42\u00a0%"},
        {REPORT_SHARE, 0.0834, "8.3\u00a0%", "8,3\u00a0%"},
        {REPORT_SHARE, 0, "0\u00a0%", "0\u00a0%"},
        {REPORT_SCORE, NAN, "–", "–"},
        {REPORT_AMOUNT, INFINITY, "–", "–"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        report_number(REPORT_ENGLISH, cases[i].kind, cases[i].value, text, sizeof text);
        assert_string_equal(text, cases[i].english);
        report_number(REPORT_DANISH, cases[i].kind, cases[i].value, text, sizeof text);
        assert_string_equal(text, cases[i].danish);
    }
    report_plain(REPORT_DANISH, 7.4, text, sizeof text);
    assert_string_equal(text, "7,4");
    report_count(REPORT_DANISH, 30403, text, sizeof text);
    assert_string_equal(text, "30.403");
}

/* --- escapes ---------------------------------------------------------------------------------- */

static void nothing_ends_what_it_stands_in(void **data)
{
    (void)data;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_escape("<a href=\"x\">'&", out);
    fclose(out);
    assert_string_equal(text, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    free(text);

    json_t *value = json_string(TOWN_HOSTILE);
    out = open_memstream(&text, &size);
    assert_true(report_json(value, out));
    fclose(out);
    assert_null(strpbrk(text, "<>&"));
    json_t *back = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_true(json_equal(back, value));
    json_decref(back);
    json_decref(value);
    free(text);
}

static void a_slot_without_a_text_is_refused(void **data)
{
    (void)data;
    FILE *out = fopen("/dev/null", "w");
    const struct report_slot slots[] = {{"title", "x", 1}};
    assert_false(report_page(slots, 1, out));
    fclose(out);
}

/* --- figures ---------------------------------------------------------------------------------- */

static void figures_leave_out_what_is_missing(void **data)
{
    (void)data;
    const double values[] = {NAN, 3, 1, NAN, 2};
    struct report_figure f = report_figure(values, 5);
    assert_int_equal(f.runs, 3);
    assert_close(f.mean, 2, 1e-12);
    assert_close(f.low, 1.1, 1e-12);
    assert_close(f.high, 2.9, 1e-12);
    assert_close(f.half, 4.302652729911275 / sqrt(3), 1e-9);
    f = report_figure(values, 1);
    assert_true(f.runs == 0 && isnan(f.mean) && isnan(f.half));
    f = report_figure(values + 1, 1);
    assert_true(f.runs == 1 && f.mean == 3 && isnan(f.half));
}

static struct scratch scratch;
static struct report_data report;

static void open_design(enum town_design design)
{
    struct error e = {0};
    scratch_open(&scratch);
    const char *path = town_ensemble(&scratch, design);
    assert_status(report_data_read(&report, &coproduction, &path, 1, &e), STATUS_DONE, &e);
}

static void close_design(void)
{
    report_data_free(&report);
    scratch_close(&scratch);
}

static void arms_are_compared_with_the_baseline(void **data)
{
    (void)data;
    struct contrast c;
    open_design(TOWN_ARMS);
    assert_int_equal(report.arm_count, 3);
    assert_int_equal(report.baseline, 1);
    assert_int_equal(report.areas, 3);
    assert_int_equal(report.window, 52);
    assert_int_equal(report.missing, 2);
    assert_int_equal(report.failed, 1);
    size_t k = report_find(&report, "coproducers");
    assert_true(k < report.outcome_count);
    /* Six hours more at 2 each; all places together are one and a half times the first. */
    assert_true(report_difference(&report, 0, 0, k, &c));
    assert_true(c.paired);
    assert_close(c.difference, -18, 1e-3);
    assert_true(report_difference(&report, 2, 1, k, &c));
    assert_close(c.difference, 12, 1e-3);
    assert_int_equal(c.arm_count, 3);
    /* From the mean of the first year to that of the last are 58 weeks. */
    const struct report_cell *cell = report_cell(&report, 0, 1, k);
    assert_close(cell->end[0] - cell->start[0], 5.8, 1e-3);
    assert_close(cell->end[4] - cell->end[0], 4, 1e-3);
    assert_close(cell->mean[1] - cell->mean[0], 0.1 * (double)report.stride, 1e-3);
    close_design();
}

static void points_have_factors_and_no_paths(void **data)
{
    (void)data;
    open_design(TOWN_LATIN);
    assert_int_equal(report.arm_count, 40);
    assert_int_equal(report.areas, 1);
    assert_int_equal(report.factor_count, 3);
    assert_string_equal(report.factors[0].key, "budget.pool");
    assert_null(report.factors[0].texts);
    assert_string_equal(report.factors[2].texts[1], "equal-shares");
    assert_null(report_cell(&report, 0, 0, 0)->mean);
    close_design();
}

static char *answer(enum report_language language)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_facts(&report, language, out);
    report_answer(&report, language, out);
    report_assumptions(&report, language, out);
    fclose(out);
    return text;
}

static void the_answer_names_differences_and_what_is_missing(void **data)
{
    (void)data;
    open_design(TOWN_ARMS);
    char *text = answer(REPORT_ENGLISH);
    assert_contains(text, "2 of 15 runs are missing: 1 failed, 1 have not been run");
    assert_contains(text, "hands-off, compared with as &lt;b&gt;usual&lt;/b&gt; &amp; so on");
    assert_contains(text, "managers&#39; hours for volunteers: 2 instead of 8");
    assert_contains(text, "People who co-produce: down by 18.0 people");
    assert_contains(text, "This is no forecast");
    assert_contains(text, "same random numbers, run by run");
    free(text);
    text = answer(REPORT_DANISH);
    assert_contains(text, "Borgere, der samskaber: ned med 18,0 personer");
    assert_contains(text, "Dette er ikke en prognose");
    free(text);
    close_design();
}

static void one_run_claims_nothing(void **data)
{
    (void)data;
    open_design(TOWN_SINGLE);
    char *text = answer(REPORT_ENGLISH);
    assert_contains(text, "in the one run that there is");
    assert_contains(text, "There is one run only");
    assert_null(strstr(text, "nine of ten"));
    free(text);
    close_design();
}

static void a_design_is_answered_by_range_and_factor(void **data)
{
    (void)data;
    open_design(TOWN_LATIN);
    char *text = answer(REPORT_ENGLISH);
    assert_contains(text, "40 points of a design");
    assert_contains(
        text, "to 303 people over the design. Chance leaves a point sure to about ±2.94 people");
    assert_contains(text, "It goes most closely with pool of the participatory budget");
    free(text);
    close_design();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_complete_in_both_languages),
        cmocka_unit_test(what_leads_a_summary_has_a_label),
        cmocka_unit_test(labels_are_of_series),
        cmocka_unit_test(factors_are_parameters),
        cmocka_unit_test(sentences_are_filled),
        cmocka_unit_test(numbers_are_written_as_in_the_language),
        cmocka_unit_test(nothing_ends_what_it_stands_in),
        cmocka_unit_test(a_slot_without_a_text_is_refused),
        cmocka_unit_test(figures_leave_out_what_is_missing),
        cmocka_unit_test(arms_are_compared_with_the_baseline),
        cmocka_unit_test(points_have_factors_and_no_paths),
        cmocka_unit_test(the_answer_names_differences_and_what_is_missing),
        cmocka_unit_test(one_run_claims_nothing),
        cmocka_unit_test(a_design_is_answered_by_range_and_factor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
