/* Progress: a bar on a terminal, a line a minute elsewhere, and figures for people. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/progress.h"
#include "tests/support/terminal.h"

/* What `work` writes to stderr, on a terminal that calls itself `term`, or to a pipe. */
static void told(const char *term, void (*work)(void), char text[TERMINAL_TEXT])
{
    struct terminal t;
    int before = dup(STDERR_FILENO), ends[2];
    ssize_t got = 0;
    assert_int_equal(pipe(ends), 0);
    if (term) {
        assert_int_equal(setenv("TERM", term, 1), 0);
        terminal_open(&t, 80);
    }
    dup2(term ? t.file : ends[1], STDERR_FILENO);
    work();
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    close(ends[1]);
    if (term)
        terminal_close(&t, text);
    else
        got = read(ends[0], text, TERMINAL_TEXT - 1);
    if (!term)
        text[got] = '\0';
    close(ends[0]);
}

/* A minute and more after the last line. */
static void long_after(struct progress *p)
{
    p->drawn -= 100;
}

static void half_of_it(void)
{
    struct progress p;
    progress_begin(&p, false, 4, 2);
    progress_week(&p);
    p.began -= 10;
    long_after(&p);
    progress_week(&p);
    progress_replicate(&p);
    progress_end(&p);
}

static void a_bar_on_a_terminal(void **state)
{
    (void)state;
    char text[TERMINAL_TEXT];
    unsetenv("NO_COLOR");
    told("xterm", half_of_it, text);
    assert_string_equal(text,
                        "\r[==============              ]  50 %   0 weeks/s   0 of 2 replicates   "
                        "0:10 left \033[K\r\033[K");
}

static void a_line_elsewhere(void **state)
{
    (void)state;
    static const char line[] = "50 % done   0 weeks/s   0 of 2 replicates   0:10 left\n";
    char text[TERMINAL_TEXT];
    told(NULL, half_of_it, text);
    assert_string_equal(text, line);
    told("dumb", half_of_it, text);
    assert_string_equal(text, line);
    setenv("NO_COLOR", "1", 1);
    told("xterm", half_of_it, text);
    assert_string_equal(text, line);
    setenv("NO_COLOR", "", 1);
    told("xterm", half_of_it, text);
    assert_contains(text, "\033[K");
    unsetenv("NO_COLOR");
    unsetenv("TERM");
    struct progress p;
    progress_begin(&p, false, 4, 2);
    assert_false(p.bar);
}

static void nothing_when_quiet_or_without_work(void)
{
    struct progress p;
    progress_begin(&p, true, 4, 2);
    progress_build(&p, 1000, 100, 1);
    long_after(&p);
    progress_week(&p);
    progress_end(&p);
    progress_begin(&p, false, 0, 0);
    long_after(&p);
    progress_replicate(&p);
    progress_end(&p);
}

static void says_nothing(void **state)
{
    (void)state;
    char text[TERMINAL_TEXT];
    told(NULL, nothing_when_quiet_or_without_work, text);
    assert_string_equal(text, "");
}

/* Two replicates are built beside each other in 8 seconds each; then each week takes 2 seconds. */
static void a_country(void)
{
    struct progress p;
    progress_begin(&p, false, 10, 2);
    progress_build(&p, 4801813, 310, 2);
    p.began -= 10;
    progress_built(&p, 8);
    for (int week = 0; week < 2; week++)
        progress_week(&p);
    long_after(&p);
    progress_week(&p);
    progress_end(&p);
}

static void building_is_told_from_the_start(void **state)
{
    (void)state;
    char text[TERMINAL_TEXT];
    told(NULL, a_country, text);
    assert_string_equal(text, "0 % done   building 4,801,813 persons   about 5:10 left\n"
                              "30 % done   0 weeks/s   0 of 2 replicates   0:18 left\n");
}

static void a_quick_one(void)
{
    struct progress p;
    progress_begin(&p, false, 10, 2);
    progress_build(&p, 1000, 2, 0);
    progress_built(&p, 8);
    assert_close(p.built, 0, 0);
    progress_step(&p, 12, "sorting");
    assert_int_equal(p.done, 10);
    p.weeks_each = 5;
    p.unit = "trials";
    long_after(&p);
    progress_step(&p, 5, "sorting");
    progress_end(&p);
}

static void other_work_has_words_of_its_own(void **state)
{
    (void)state;
    char text[TERMINAL_TEXT];
    told(NULL, a_quick_one, text);
    assert_contains(text, "50 % done   sorting   ");
    assert_false(strstr(text, "building"));
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0:00"},       {7.4, "0:07"},     {59.6, "1:00"},         {3599.4, "59:59"},
                 {3600, "1:00:00"}, {3723, "1:02:03"}, {1e300, "277777:46:39"}};
    char text[32];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        progress_duration(cases[k].seconds, text, sizeof text);
        assert_string_equal(text, cases[k].text);
    }
}

static void thousands(void **state)
{
    (void)state;
    static const struct {
        double value;
        unsigned size;
        const char *text;
    } cases[] = {{0, 32, "0"},
                 {-0.4, 32, "0"},
                 {999, 32, "999"},
                 {1000, 32, "1,000"},
                 {-1234567, 32, "-1,234,567"},
                 {1234567, 6, "1,23"},
                 {-5, 1, ""}};
    char text[32];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        progress_thousands(cases[k].value, text, cases[k].size);
        assert_string_equal(text, cases[k].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_on_a_terminal),
        cmocka_unit_test(a_line_elsewhere),
        cmocka_unit_test(says_nothing),
        cmocka_unit_test(building_is_told_from_the_start),
        cmocka_unit_test(other_work_has_words_of_its_own),
        cmocka_unit_test(durations),
        cmocka_unit_test(thousands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
