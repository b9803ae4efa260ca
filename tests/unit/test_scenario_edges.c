/* The reader of scenarios at its edges: the last that it takes and the first that it refuses. */
#include "tests/support/check.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "sim/scenario.h"
#include "sim/scenario_reader.h"
#include "tests/support/scratch.h"
#include "tests/support/short_memory.h"
#include "tests/support/terminal.h"
#include "tests/support/toy.h"

static struct scratch scratch;
static bool no_answer; /* of the system about an open file */

/* Takes the place of that of the C library, which fails on broken disks only. */
int fstat(int file, struct stat *about)
{
    int (*real)(int, struct stat *);
    *(void **)&real = dlsym(RTLD_NEXT, "fstat");
    errno = EIO;
    return no_answer ? -1 : real(file, about);
}

static int set_up(void **state)
{
    (void)state;
    scratch_open(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

static enum status parse(struct scenario *s, const char *text, const struct setting *settings,
                         size_t count, struct error *e)
{
    return scenario_parse(s, &toy_model, text, strlen(text), "t.yaml", scratch.folder, NULL, 0,
                          settings, count, e);
}

static void takes(const char *text)
{
    struct scenario s;
    struct error e = {0};
    assert_status(parse(&s, text, NULL, 0, &e), STATUS_DONE, &e);
    scenario_free(&s);
}

static void refuses(const char *text, const char *why)
{
    struct scenario s;
    struct error e = {0};
    assert_status(parse(&s, text, NULL, 0, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    error_free(&e);
}

static void setting_refused(const char *text, const char *key, const char *value, const char *why)
{
    const struct setting setting = {key, value, "--set"};
    struct scenario s;
    struct error e = {0};
    assert_status(parse(&s, text, &setting, 1, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    error_free(&e);
}

/* Refuses a text without saying this. */
static void refuses_without(const char *text, const char *not_said)
{
    struct scenario s;
    struct error e = {0};
    assert_status(parse(&s, text, NULL, 0, &e), STATUS_BAD_INPUT, &e);
    assert_null(strstr(error_text(&e), not_said));
    error_free(&e);
}

static void setting_taken(struct scenario *s, const char *text, const char *key, const char *value)
{
    const struct setting setting = {key, value, "--set"};
    struct error e = {0};
    assert_status(parse(s, text, &setting, 1, &e), STATUS_DONE, &e);
}

/* --- texts -------------------------------------------------------------------------------------
 */

static void characters_of_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"\xc2\xa0",     "\xe0\xa0\x80",     "\xed\x9f\xbf",
                                       "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80zzz",          "\xc1\xbf",         "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",     "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80", "\xe2\x28\xa1",     "\xe2\x82z"};
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        char text[64];
        struct scenario s;
        struct error e = {0};
        snprintf(text, sizeof text, "weeks: 3\ntitle: a%sb\n", good[k]);
        assert_status(parse(&s, text, NULL, 0, &e), STATUS_DONE, &e);
        assert_memory_equal(s.title + 1, good[k], strlen(good[k]));
        scenario_free(&s);
    }
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char text[64], why[64];
        snprintf(text, sizeof text, "weeks: 3\ntitle: a%sb\n", bad[k]);
        snprintf(why, sizeof why, "t.yaml: line 2 holds a byte (0x%02x) that is not UTF-8 text",
                 (unsigned)(unsigned char)bad[k][0]);
        refuses(text, why);
    }
}

static void texts_that_a_terminal_would_act_on(void **state)
{
    (void)state;
    struct scenario s, back;
    struct error e = {0};
    assert_status(parse(&s, "title: \"a\\nb\\tc\\\\\"\n", NULL, 0, &e), STATUS_DONE, &e);
    assert_string_equal(s.title, "a\nb\tc\\");
    char *text = scenario_text(&s);
    assert_null(strchr(text, '\t'));
    assert_status(parse(&back, text, NULL, 0, &e), STATUS_DONE, &e);
    assert_string_equal(back.title, s.title);
    free(text);
    scenario_free(&s);
    scenario_free(&back);
    static const char *const bad[] = {"\\x7f", "\\x01", "\\e", "\\r", "\\u0080", "\\u009f"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char title[64];
        snprintf(title, sizeof title, "title: \"a%sb\"\n", bad[k]);
        refuses(title, "must be a text in UTF-8 without control characters");
    }
    refuses("weeks: \"1\\x7f2\"\n", "weeks is 1?2, must be a whole number");
    refuses("weeks: 1\x7f"
            "2\n",
            "\n    weeks: 1 2\n");
}

/* A long line is cut before and behind, and never inside of a character. */
static void long_lines_of_wide_characters(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        char text[2048];
        size_t used = (size_t)sprintf(text, "{title: \"%.*s", (int)shift, "xxx");
        for (int k = 0; k < 200; k++)
            used += (size_t)sprintf(text + used, "\xe2\x82\xac");
        used += (size_t)sprintf(text + used, "\", seed: -1, question: \"");
        for (int k = 0; k < 200; k++)
            used += (size_t)sprintf(text + used, "\xe2\x82\xac");
        sprintf(text + used, "\"}\n");
        struct scenario s;
        struct error e = {0};
        assert_int_equal(parse(&s, text, NULL, 0, &e), STATUS_BAD_INPUT);
        for (const char *c = error_text(&e); *c; c++) {
            if (((unsigned char)*c & 0xc0) == 0x80)
                fail_msg("begins inside of a character: %s", error_text(&e));
            if ((unsigned char)*c == 0xe2) {
                assert_memory_equal(c, "\xe2\x82\xac", 3);
                c += 2;
            }
        }
        error_free(&e);
        used = (size_t)sprintf(text, "seed: %.*s", (int)shift, "xxx");
        for (int k = 0; k < 40; k++)
            used += (size_t)sprintf(text + used, "\xe2\x82\xac");
        refuses(text, "\xac..., must be a whole number");
    }
}

static void anchors_have_a_number(void **state)
{
    (void)state;
    char *text = malloc(40000);
    for (int count = 1000; count <= 1001; count++) {
        size_t used = (size_t)sprintf(text, "remark: &a x\nplaces:\n");
        for (int k = 1; k < count; k++)
            used += (size_t)sprintf(text + used, "  - {name: &n%d p%d}\n", k, k);
        if (count == 1000)
            takes(text);
        else
            refuses(text, "more than 1000 anchors");
    }
    free(text);
    refuses("places: &a [{name: x}]\n*a : 2\n", "a key must be a word");
}

static void long_keys_are_no_keys(void **state)
{
    (void)state;
    char text[1024], key[300];
    memset(key, 'k', sizeof key);
    key[299] = '\0';
    snprintf(text, sizeof text, "%s: 1\n", key);
    refuses(text, "kkk... is unknown\n");
    snprintf(text, sizeof text, "walk: {%s: 1}\n", key);
    refuses(text, "t.yaml:1:8: walk.kkk");
    refuses("events: [{week: 1, kind: gust, size: 0.1, \"\": 1}]\n",
            "an empty key is unknown in events");
    refuses("off: [\"\"]\n", "an empty name is no mechanism");
    snprintf(text, sizeof text, "off: [%s]\n", key);
    refuses(text, "kkk... is no mechanism that can be switched off\n");
}

static void long_words_are_not_suggested(void **state)
{
    (void)state;
    char word[READER_KEY + 1], hint[READER_KEY + 32];
    memset(word, 'x', sizeof word);
    memcpy(word + READER_KEY - 5, ".walk", 6);
    struct nearest n;
    nearest_start(&n, "walk");
    nearest_try(&n, word, READER_KEY);
    assert_string_equal(nearest_hint(&n, hint, sizeof hint), "");
    nearest_try(&n, word + 1, READER_KEY - 1);
    assert_contains(nearest_hint(&n, hint, sizeof hint), "x.walk?");
}

/* --- much that is wrong ------------------------------------------------------------------------
 */

/* `count` lines of "NAME<number>: 1" behind a text. */
static char *with_keys(const char *text, const char *name, int count)
{
    char *all = malloc(strlen(text) + (size_t)count * (strlen(name) + 12) + 1);
    assert_non_null(all);
    char *at = all + sprintf(all, "%s", text);
    for (int k = 0; k < count; k++)
        at += sprintf(at, "%s%d: 1\n", name, k);
    return all;
}

static void nothing_is_suggested_where_much_is_unknown(void **state)
{
    (void)state;
    static const char *const places = "places: [{name: North, walkerz: 3}]\n";
    char *text = with_keys(places, "u", 199);
    refuses(text, "t.yaml:1:24: walkerz is unknown; did you mean walkers?\n");
    free(text);
    text = with_keys(places, "u", 200);
    refuses(text, "t.yaml:1:24: walkerz is unknown\n");
    free(text);
    text = with_keys("", "seed", 201);
    refuses(text, "seed0 is unknown; did you mean seed?\n");
    refuses(text, "... and 151 more\n");
    free(text);
}

/* A text can name the same long mapping thousands of times; what is read of it is bounded. */
static void a_text_that_is_all_wrong_is_read_no_further(void **state)
{
    (void)state;
    char *text = with_keys("places:\n- &all\n  walk: {step: 0.9, pull: 0.9}\n", "  u", 2000);
    text = realloc(text, strlen(text) + 32);
    assert_non_null(text);
    strcat(text, "- *all\n- *all\n");
    refuses(text, "t.yaml:4:3: u0 is unknown\n");
    refuses(text, "... and 950 more\n");
    free(text);
}

/* Where a key stood first is said for the first fifty in the order of the alphabet. */
static void many_keys_given_twice(void **state)
{
    (void)state;
    char text[2048];
    size_t used = 0;
    for (int k = 0; k < 100; k++)
        used += (size_t)sprintf(text + used, "k%d: 1\nk%d: 1\n", k, k);
    refuses(text, "t.yaml:4:1: k1 is given twice, first in line 3\n");
    refuses(text, "t.yaml:20:1: k9 is given twice\n");
}

static void long_numbers_with_a_comma(void **state)
{
    (void)state;
    refuses("walk.step: 0,5\n", "write a point, not a comma");
    char text[128];
    snprintf(text, sizeof text, "walk.step: 0,%080d\n", 5);
    refuses_without(text, "comma");
    refuses("walk.step: inf\n", "walk.step is inf, must lie in [0, 1]");
    refuses("walk.step: -INF\n", "walk.step is -INF, must lie in [0, 1]");
    refuses("walk.step: +.nan\n", "walk.step is +.nan, must lie in [0, 1]");
}

/* --- places and events -------------------------------------------------------------------------
 */

static void names_of_places(void **state)
{
    (void)state;
    char name[256], text[512];
    memset(name, 'n', sizeof name);
    name[200] = '\0';
    snprintf(text, sizeof text, "places: [{name: %s}]\n", name);
    takes(text);
    name[200] = 'n';
    name[201] = '\0';
    snprintf(text, sizeof text, "places: [{name: %s}]\n", name);
    refuses(text, "must be a text of one line, at most 200 bytes");
    refuses("places: [{name: \" x\"}]\n", "must be a text of one line");
    refuses("places: [{name: \"x \"}]\n", "must be a text of one line");
    refuses("places: [{name: \"x\\x7fy\"}]\n", "name is x?y, must be a text of one line");
}

static void many_events_of_nowhere(void **state)
{
    (void)state;
    char *text = malloc(10000);
    size_t used = (size_t)sprintf(text, "places: [{name: North}]\nevents:\n");
    for (int k = 1; k <= 60; k++)
        used += (size_t)sprintf(text + used,
                                "  - {week: %d, kind: gust, size: 0.1, place: Nort%d}\n", k, k);
    refuses(text, "place is Nort50, which is none of the places; did you mean North?");
    refuses(text, "... and 10 more");
    free(text);
}

static const char *table(const char *content)
{
    scratch_text(&scratch, "places.csv", content);
    return "places: {table: places.csv}\n";
}

static void tables_of_places(void **state)
{
    (void)state;
    struct scenario s;
    struct error e = {0};
    const char *text = table("\xef\xbb\xbf# two\r\n\r\nname,walkers,remark\r\n\nNorth,30,windy\r\n"
                             "# and\nSouth,,");
    assert_status(parse(&s, text, NULL, 0, &e), STATUS_DONE, &e);
    assert_int_equal(s.place_count, 2);
    assert_string_equal(s.places[0].texts[TOY_REMARK].text, "windy");
    assert_null(s.places[1].texts[TOY_REMARK].text);
    assert_close(s.places[0].values[TOY_WALKERS], 30, 0);
    assert_string_equal(s.places[1].name, "South");
    assert_string_equal(s.places[1].where, "places.csv:7");
    scenario_free(&s);

    refuses(table("name,ties.file\nNorth,x\n"),
            "places.csv:1: ties.file holds for the whole run and cannot differ between places");
    refuses(table("name,walkers\n"), "places.csv:1: the table has none of the places");
    refuses(table("# only words\n"), "places.csv:1: the table is empty");
    refuses(table(""), "places.csv:1: the table is empty");
    refuses("places: {table: }\n", "table is empty, must name a file");
    refuses("places: {table: [a]}\n", "table is a list, must name a file");
    setting_refused(table("name,walk.step\nNorth,0.9\n"), "walk.pull", "0.9",
                    "walk.step and walk.pull must be at most 1 together");
    refuses(table("name,a\x1b[1m,a\x1b[1m\n"), "places.csv:1: the column a?[1m is given twice\n");
    refuses(table("name\nNorth\nN\xf8rre\n"),
            "places.csv:3: holds a byte (0xf8) that is not UTF-8 text\n");
    refuses(table("name\nNorth\xc3"), "places.csv:2: holds a byte (0xc3)");
    refuses(table("name,walkers\nNorth\n"), "places.csv:2: has 1 fields, must have 2");
    refuses_without(table("name,walkers\nNorth\n"), "none of the places");
    char *rows = malloc(200000);
    size_t used = (size_t)sprintf(rows, "x0");
    for (int k = 1; k < 2000; k++)
        used += (size_t)sprintf(rows + used, ",x%d", k);
    refuses(table(rows), "places.csv:1: x0 is unknown\n");
    refuses(table(rows), "... and 950 more\n");
    used = (size_t)sprintf(rows, "name\n");
    for (int k = 0; k <= 10000; k++)
        used += (size_t)sprintf(rows + used, "p%d\n", k);
    refuses(table(rows), "places.csv:10002: is one more than the 10000 places that there may be");
    free(rows);
}

/* --- settings ----------------------------------------------------------------------------------
 */

static void settings_of_every_kind(void **state)
{
    (void)state;
    struct scenario s;
    setting_taken(&s, "question: Why?\n", "question", "How high?");
    assert_string_equal(s.question, "How high?");
    scenario_free(&s);
    setting_taken(&s, "off: [jump]\n", "off.jump", "false");
    assert_int_equal(s.off[TOY_JUMP], 0);
    scenario_free(&s);
    setting_taken(&s, "", "off.observe", "false"); /* it cannot be off, so that nothing is asked */
    scenario_free(&s);
    setting_taken(&s, "places: [{name: A.b}, {name: A}]\n", "places.A.b.walk.step", "0.3");
    assert_close(s.places[0].values[TOY_STEP], 0.3, 0);
    assert_close(s.places[1].values[TOY_STEP], 0.1, 0);
    scenario_free(&s);
    setting_refused("", "off.observe", "true",
                    "observe is book-keeping and cannot be switched off");
    setting_refused("", "off", "jump", "off is a list; it is set in the file, or by off.NAME=true");
    setting_refused("", "events", "1", "events is a list; it is set in the file\n");
    setting_refused("", "places", "1", "one of them is set by places.NAME.KEY");
    setting_refused("", "places.Nowhere.walk.step", "1", "names none of the places and their keys");
    setting_refused("", "places.\x1b[1m", "1", ": places.?[1m names none of the places");
    setting_refused("", "title", "S\xf8rbyen",
                    "must be a text in UTF-8 without control characters");
    setting_refused("", "remark", "\xff", "must be a text in UTF-8 without control characters");
    setting_refused("", "placesx", "1", "placesx is unknown; did you mean places?");
    setting_refused("", "walk", "1", "walk holds keys, as in walk.step");
}

/* A place whose name was refused cannot be set, and the longest name that fits is meant. */
static void settings_of_places_by_name(void **state)
{
    (void)state;
    setting_refused("places: [{name: [x]}]\n", "places.x.walkers", "3",
                    "places.x.walkers names none of the places and their keys");
    struct scenario s;
    setting_taken(&s, "places: [{name: Nor}, {name: North}]\n", "places.North.walkers", "3");
    assert_close(s.places[0].values[TOY_WALKERS], 100, 0);
    assert_close(s.places[1].values[TOY_WALKERS], 3, 0);
    scenario_free(&s);
}

/* A rule that a value of one place breaks is reported there, also where a setting gave it. */
static void rules_in_places(void **state)
{
    (void)state;
    static const char *const text =
        "places:\n  - {name: North}\n  - name: South\n    walk:\n      step: 0.6\n";
    setting_refused(text, "places.South.walk.pull", "0.5",
                    "walk.step is 0.6 for South, but walk.step and walk.pull");
    setting_refused(text, "places.South.walk.step", "0.9",
                    "--set places.South.walk.step=0.9: walk.step is 0.9 for South, but");
    setting_refused("places:\n  - {name: North, walk.pull: 0.5}\n", "walk.step", "0.6",
                    "walk.step is 0.6 for North, but");
    setting_refused("walk.step: 0.6\n", "walk.pull", "0.5", "walk.step is 0.6, but");
    static const char *const both = "walk: {step: 0.6, pull: 0.6}\nplaces:\n"
                                    "  - {name: North, walk.step: 0.7}\n  - {name: South}\n";
    refuses(both, "t.yaml:1:14: walk.step is 0.6, but");
    refuses(both, "t.yaml:3:30: walk.step is 0.7 for North, but");
    refuses_without(both, "for South");
    refuses(table("name,walk.pull\nNorth,0.95\n"), "places.csv:2: walk.step is 0.1 for North, but");
    refuses(table("name,walk.step,walk.pull\nNorth,0.3,\nSouth,,0.95\n"),
            "places.csv:3: walk.step is 0.1 for South, but");
    table("name,walk.pull\nNorth,0.9\n");
    refuses("places: {table: places.csv}\nwalk.step: 0.6\n",
            "t.yaml:2:12: walk.step is 0.6 for North, but");
}

/* A breach is found and reported also in a text in which something else is wrong. */
static void rules_in_odd_texts(void **state)
{
    (void)state;
    refuses("\"\": 1\nwalk: {step: 0.9, pull: 0.9}\n", "t.yaml:2:14: walk.step is 0.9, but");
    refuses("walk: 3\nwalk.step: 0.9\nwalk.pull: 0.9\n", "t.yaml:2:12: walk.step is 0.9, but");
    setting_refused("places: [word]\n", "places.Place 1.walk.pull", "0.95",
                    "--set places.Place 1.walk.pull=0.95: walk.step is 0.1 for Place 1, but");
    setting_refused("", "walk.pull", "0.95", "--set walk.pull=0.95: walk.step is 0.1, but");
    setting_refused("[1]\n", "walk.pull", "0.95", "--set walk.pull=0.95: walk.step is 0.1, but");
}

/* --- files -------------------------------------------------------------------------------------
 */

static void files_of_any_length(void **state)
{
    (void)state;
    enum { TIES = 20000 };
    char *ties = malloc(16 * TIES), *at = ties;
    at += sprintf(at, "a,b\n");
    for (int k = 0; k + 1 < TIES; k++)
        at += sprintf(at, "%d,%d\n", k, k + 1);
    scratch_text(&scratch, "long.csv", ties);
    takes("ties.file: long.csv\nwalkers: 20000\n");
    free(ties);
    refuses("ties.file: long.csv/x\n", "which cannot be read: Not a directory");
    scratch_write(scratch_path(&scratch, "binary.csv"), "a,b\n\0001,2\n", 10);
    refuses("ties.file: binary.csv\n", "ties.file is binary.csv, which is a binary file");
    if (access("/proc/self/mem", R_OK) == 0)
        refuses("ties.file: /proc/self/mem\n", "which cannot be read: Input/output error");
}

static void files_that_do_not_fit_into_memory(void **state)
{
    const char *path = scratch_text(&scratch, "large.csv", "a,b\n0,1\n");
    static const char *const text = "ties.file: large.csv\nwalkers: 4\n";
    takes(text);
    assert_int_equal(truncate(path, SHORT_MEMORY_LACKS), 0);
    struct scenario s;
    struct error e = {0};
    memory_gets_short();
    enum status status = parse(&s, text, NULL, 0, &e);
    memory_is_back(state);
    assert_status(status, STATUS_FAILED, &e);
    assert_contains(error_text(&e), "t.yaml: out of memory\n");
    error_free(&e);
}

static void scenarios_that_are_too_long(void **state)
{
    (void)state;
    struct scenario s;
    struct error e = {0};
    const char *path = scratch_text(&scratch, "long.yaml", "weeks: 3\n");
    assert_int_equal(truncate(path, (16 << 20) + 1), 0);
    assert_status(scenario_read(&s, &toy_model, path, NULL, 0, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "long.yaml: is larger than 16 MiB");
    error_free(&e);

    /* What has no length until it is read: a pipe. */
    const char *pipe = scratch_path(&scratch, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        char line[4096];
        signal(SIGPIPE, SIG_DFL);
        memset(line, '#', sizeof line);
        FILE *out = fopen(pipe, "w");
        for (int k = 0; out && k <= 4096; k++)
            fwrite(line, 1, sizeof line, out);
        _exit(0);
    }
    assert_status(scenario_read(&s, &toy_model, pipe, NULL, 0, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "pipe: is larger than 16 MiB");
    error_free(&e);
    waitpid(child, NULL, 0);
}

/* What somebody types is a scenario as well. */
static void scenarios_from_a_terminal(void **state)
{
    (void)state;
    struct terminal t;
    terminal_open(&t, 80);
    const char typed[] = "weeks: 7\n\4"; /* Ctrl-D: that is all */
    assert_int_equal(write(t.master, typed, sizeof typed - 1), sizeof typed - 1);
    struct scenario s;
    struct error e = {0};
    char said[TERMINAL_TEXT];
    assert_status(scenario_read(&s, &toy_model, ttyname(t.file), NULL, 0, &e), STATUS_DONE, &e);
    assert_close(s.values[TOY_WEEKS], 7, 0);
    scenario_free(&s);
    terminal_close(&t, said);
}

static void files_that_cannot_be_asked(void **state)
{
    (void)state;
    struct scenario s;
    struct error e = {0};
    const char *path = scratch_text(&scratch, "asked.yaml", "weeks: 3\n");
    no_answer = true;
    assert_status(scenario_read(&s, &toy_model, path, NULL, 0, &e), STATUS_FAILED, &e);
    no_answer = false;
    assert_contains(error_text(&e), "asked.yaml: cannot be read: Input/output error\n");
    error_free(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_of_utf8),
        cmocka_unit_test(texts_that_a_terminal_would_act_on),
        cmocka_unit_test(long_lines_of_wide_characters),
        cmocka_unit_test(anchors_have_a_number),
        cmocka_unit_test(long_keys_are_no_keys),
        cmocka_unit_test(long_words_are_not_suggested),
        cmocka_unit_test(nothing_is_suggested_where_much_is_unknown),
        cmocka_unit_test(a_text_that_is_all_wrong_is_read_no_further),
        cmocka_unit_test(many_keys_given_twice),
        cmocka_unit_test(long_numbers_with_a_comma),
        cmocka_unit_test(names_of_places),
        cmocka_unit_test(many_events_of_nowhere),
        cmocka_unit_test(tables_of_places),
        cmocka_unit_test(settings_of_every_kind),
        cmocka_unit_test(settings_of_places_by_name),
        cmocka_unit_test(rules_in_places),
        cmocka_unit_test(rules_in_odd_texts),
        cmocka_unit_test(files_of_any_length),
        cmocka_unit_test_teardown(files_that_do_not_fit_into_memory, memory_is_back),
        cmocka_unit_test(scenarios_that_are_too_long),
        cmocka_unit_test(scenarios_from_a_terminal),
        cmocka_unit_test(files_that_cannot_be_asked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
