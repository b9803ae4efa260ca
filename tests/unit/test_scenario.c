#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/short_memory.h"
#include "tests/support/toy.h"

/* Reads a text that must be a sound scenario. */
static void read_sound(struct scenario *s, const char *text, const struct setting *settings,
                       size_t count)
{
    struct error e = {0};
    assert_status(scenario_parse(s, &toy_model, text, strlen(text), "t.yaml", NULL, NULL, 0,
                                 settings, count, &e),
                  STATUS_DONE, &e);
    assert_string_equal(error_text(&e), "");
    error_free(&e);
}

static void check_texts(const struct text_value *a, const struct text_value *b)
{
    for (size_t k = 0; k < TOY_TEXTS; k++) {
        assert_int_equal(a[k].text != NULL, b[k].text != NULL);
        if (a[k].text)
            assert_string_equal(a[k].text, b[k].text);
        assert_int_equal(a[k].size, b[k].size);
        if (a[k].content)
            assert_memory_equal(a[k].content, b[k].content, a[k].size + 1);
    }
}

static void check_same(const struct scenario *a, const struct scenario *b)
{
    const size_t bytes = TOY_PARAMS * sizeof(double);
    assert_memory_equal(a->values, b->values, bytes);
    check_texts(a->texts, b->texts);
    assert_memory_equal(a->off, b->off, TOY_MECHANISMS);
    assert_int_equal(a->title != NULL, b->title != NULL);
    if (a->title)
        assert_string_equal(a->title, b->title);
    assert_int_equal(a->place_count, b->place_count);
    for (size_t i = 0; i < a->place_count; i++) {
        assert_string_equal(a->places[i].name, b->places[i].name);
        assert_memory_equal(a->places[i].values, b->places[i].values, bytes);
        assert_memory_equal(a->places[i].given, b->places[i].given, TOY_PARAMS);
        check_texts(a->places[i].texts, b->places[i].texts);
    }
    assert_int_equal(a->event_count, b->event_count);
    for (size_t i = 0; i < a->event_count; i++) {
        assert_int_equal(a->events[i].kind, b->events[i].kind);
        assert_int_equal(a->events[i].week, b->events[i].week);
        assert_int_equal(a->events[i].length, b->events[i].length);
        assert_int_equal(a->events[i].place, b->events[i].place);
        assert_memory_equal(&a->events[i].size, &b->events[i].size, sizeof(double));
    }
}

/* Writes, reads back, and compares; what is written twice is the same text. */
static void check_round_trip(const struct scenario *s)
{
    char *text = scenario_text(s);
    assert_non_null(text);
    struct scenario back;
    read_sound(&back, text, NULL, 0);
    check_same(s, &back);
    char *again = scenario_text(&back);
    assert_string_equal(text, again);
    free(text);
    free(again);
    scenario_free(&back);
}

static void nothing_means_the_defaults(void **state)
{
    (void)state;
    const char *const texts[] = {"",
                                 "\n\n",
                                 "# only a word\n",
                                 "---\n",
                                 "{}\n",
                                 "null\n",
                                 "walk:\noff:\nplaces:\nevents: []\n",
                                 "walk: ~\noff: null\nplaces: ~\nevents: ~\ntitle: ~\n",
                                 "title: \"\"\nplaces: []\noff: []\nwalk: {}\n",
                                 "\xef\xbb\xbf# marked\r\n"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct scenario s;
        read_sound(&s, texts[k], NULL, 0);
        for (size_t i = 0; i < TOY_PARAMS; i++) {
            assert_close(s.values[i], toy_model.params.rows[i].value, 0);
            assert_int_equal(s.given[i], 0);
            assert_close(s.places[0].values[i], s.values[i], 0);
        }
        assert_int_equal(s.place_count, 1);
        assert_string_equal(s.places[0].name, "Place 1");
        assert_string_equal(s.file, "t.yaml");
        assert_null(s.title);
        check_round_trip(&s);
        scenario_free(&s);
    }
}

static void no_file_means_the_defaults(void **state)
{
    (void)state;
    struct scenario s;
    struct error e = {0};
    assert_status(scenario_read(&s, &toy_model, NULL, NULL, 0, &e), STATUS_DONE, &e);
    assert_close(scenario_value(&s, TOY_WEEKS), 12, 0);
    scenario_free(&s);
    scenario_free(&s);
    memset(&s, 0, sizeof s);
    scenario_free(&s);
}

static void nested_and_dotted_are_the_same(void **state)
{
    (void)state;
    const char *const texts[] = {"walk:\n  step: 0.25\n  law: normal\n",
                                 "walk.step: 0.25\nwalk.law: normal\n",
                                 "walk: {step: 0.25}\nwalk.law: \"normal\"\n",
                                 "{\"walk\": {\"step\": 0.25, \"law\": \"normal\"}}",
                                 "walk: {step: &a 0.25, law: normal}\n",
                                 "walk:\r\n  step: 0.25\r\n  law: normal\r\n"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct scenario s;
        read_sound(&s, texts[k], NULL, 0);
        assert_close(s.values[TOY_STEP], 0.25, 0);
        assert_close(s.values[TOY_LAW], TOY_NORMAL, 0);
        assert_int_equal(s.given[TOY_STEP], 1);
        assert_int_equal(s.given[TOY_PULL], 0);
        scenario_free(&s);
    }
}

static const char everything[] =
    "title: \"Two \\\"quoted\\\" \\\\ places: # \\t\\n\\u00e6\"\n"
    "question: |\n  More than\n  one line?\n"
    "off: [jump, look]\n"
    "remark: \"for all\"\n"
    "places:\n"
    "  - {name: North, walkers: 300, walk.step: 0.123456789012345678}\n"
    "  - name: \"St. \\u00c5by: #1\"\n"
    "    walk: {law: normal, jumps: false, pull: 0.3}\n"
    "    remark: 'its own ''word'''\n"
    "  -\n"
    "seed: 9007199254740991\n"
    "weeks: 40\n"
    "walk: {step: 0.1, pull: 0.33333333333333331}\n"
    "events:\n"
    "  - {kind: gust, week: 3, length: 4, size: .1, place: \"St. \\u00c5by: #1\"}\n"
    "  - {kind: gust, week: 65535, size: 5e-1}\n";

static void places_differ_where_they_say_so(void **state)
{
    (void)state;
    struct scenario s;
    read_sound(&s, everything, NULL, 0);
    assert_int_equal(s.place_count, 3);
    assert_close(s.places[0].values[TOY_WALKERS], 300, 0);
    assert_close(s.places[1].values[TOY_WALKERS], 100, 0);
    assert_close(s.places[0].values[TOY_PULL], 1. / 3, 0); /* given below the places */
    assert_close(s.places[1].values[TOY_PULL], 0.3, 0);
    assert_close(s.places[2].values[TOY_WEEKS], 40, 0);
    assert_int_equal(s.places[0].given[TOY_WALKERS], 1);
    assert_int_equal(s.places[0].given[TOY_PULL], 0);
    assert_string_equal(s.places[1].name, "St. \xc3\x85"
                                          "by: #1");
    assert_string_equal(s.places[2].name, "Place 3");
    assert_string_equal(s.places[0].texts[TOY_REMARK].text, "for all");
    assert_string_equal(s.places[1].texts[TOY_REMARK].text, "its own 'word'");
    assert_string_equal(s.question, "More than\none line?\n");
    assert_int_equal(s.off[TOY_JUMP], 1);
    assert_int_equal(s.off[TOY_LOOK], 1);
    assert_int_equal(s.off[TOY_WALK], 0);
    assert_int_equal(s.event_count, 2);
    assert_int_equal(s.events[0].place, 1);
    assert_int_equal(s.events[0].length, 4);
    assert_int_equal(s.events[1].length, 1);
    assert_true(s.events[1].place == SIZE_MAX);
    scenario_free(&s);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct scenario s;
    read_sound(&s, everything, NULL, 0);
    check_round_trip(&s);
    scenario_free(&s);
}

/* Any values of their ranges come back to the same bits. */
static void random_values_read_back(void **state)
{
    (void)state;
    srand48(1);
    for (int round = 0; round < 200; round++) {
        struct scenario s;
        read_sound(&s, "places: [{walkers: 3}, {walk.law: normal}]", NULL, 0);
        for (size_t i = 0; i < TOY_PARAMS; i++) {
            const struct param *p = &toy_model.params.rows[i];
            double value = p->lo + drand48() * (p->hi - p->lo) * (i == TOY_STEP ? .1 : .5);
            if (p->kind != PARAM_REAL)
                value = floor(value);
            toy_scenario_set(&s, (enum toy_param)i, value);
        }
        s.places[0].values[TOY_PULL] = drand48() / 3;
        s.places[0].given[TOY_PULL] = 1;
        check_round_trip(&s);
        scenario_free(&s);
    }
}

static void settings_override_the_file(void **state)
{
    (void)state;
    const struct setting settings[] = {
        {"walk.pull", "0.4", "--set"},
        {"weeks", "7", "--weeks"},
        {"places.North.walkers", "5", "--set"},
        {"places.St. \xc3\x85"
         "by: #1.walk.step",
         "0.2", "--set"},
        {"off.jump", "false", "--set"},
        {"off.walk", "true", "--set"},
        {"title", "another", "--set"},
        {"places.North.remark", "said late", "--set"},
        {"weeks", "8", "--set"},
    };
    struct scenario s;
    read_sound(&s, everything, settings, sizeof settings / sizeof *settings);
    assert_close(s.values[TOY_WEEKS], 8, 0);
    assert_close(s.places[2].values[TOY_WEEKS], 8, 0);
    assert_close(s.places[1].values[TOY_PULL], 0.4, 0); /* though the place said 0.3 */
    assert_int_equal(s.places[1].given[TOY_PULL], 0);
    assert_close(s.places[0].values[TOY_WALKERS], 5, 0);
    assert_close(s.places[1].values[TOY_WALKERS], 100, 0);
    assert_close(s.places[1].values[TOY_STEP], 0.2, 0);
    assert_int_equal(s.off[TOY_JUMP], 0);
    assert_int_equal(s.off[TOY_WALK], 1);
    assert_string_equal(s.title, "another");
    assert_string_equal(s.places[0].texts[TOY_REMARK].text, "said late");
    assert_string_equal(s.places[1].texts[TOY_REMARK].text, "its own 'word'");
    check_round_trip(&s);
    scenario_free(&s);

    const struct setting remark = {"remark", "for everybody", "--set"};
    read_sound(&s, everything, &remark, 1);
    assert_string_equal(s.places[1].texts[TOY_REMARK].text, "for everybody");
    scenario_free(&s);
}

static void settings_are_checked_alike(void **state)
{
    (void)state;
    static const struct {
        struct setting setting;
        const char *finding;
    } cases[] = {
        {{"weeks", "soon", "--weeks"},
         "--weeks soon: weeks is soon, must be a whole number in [1, 65535] (week)\n"},
        {{"walk.step", "7", "--set"}, "--set walk.step=7: walk.step is 7, must lie in [0, 1]\n"},
        {{"walk.stp", "0.1", "--set"},
         "--set walk.stp=0.1: walk.stp is unknown; did you mean walk.step?\n"},
        {{"walk", "1", "--set"},
         "--set walk=1: walk holds keys, as in walk.step; it has no value of its own\n"},
        {{"walk.step", "", "--set"},
         "--set walk.step=: walk.step is empty, must be a number in [0, 1]\n"},
        {{"walk.step", "0,5", "--set"},
         "--set walk.step=0,5: walk.step is 0,5, must be a number "
         "in [0, 1]; write a point, not a comma\n"},
        {{"off.walks", "true", "--set"},
         "--set off.walks=true: walks is no mechanism that can be "
         "switched off; did you mean walk?\n"},
        {{"off.settle", "true", "--set"},
         "--set off.settle=true: settle is book-keeping and cannot be switched off\n"},
        {{"off.walk", "2", "--set"}, "--set off.walk=2: off.walk is 2, must be true or false\n"},
        {{"off", "walk", "--set"},
         "--set off=walk: off is a list; it is set in the file, or by off.NAME=true\n"},
        {{"places.North.weeks", "3", "--set"},
         "--set places.North.weeks=3: weeks holds for the whole run and cannot differ between "
         "places\n"},
        {{"places.East.walkers", "3", "--set"},
         "--set places.East.walkers=3: places.East.walkers names none of the places and their "
         "keys\n"},
        {{"places", "3", "--set"},
         "--set places=3: places is a list; one of them is set by places.NAME.KEY\n"},
        {{"", "3", "--set"}, "--set =3: an empty key is unknown\n"},
        {{"walk.step", "0.9", "--set"},
         "--set walk.step=0.9: walk.step is 0.9, but walk.step and walk.pull must be at most 1 "
         "together\n"},
        {{"ties.file", "nowhere.csv", "--set"},
         "--set ties.file=nowhere.csv: ties.file is nowhere.csv, which is not there\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scenario s;
        struct error e = {0};
        const char *text = "places: [{name: North}]";
        assert_status(scenario_parse(&s, &toy_model, text, strlen(text), "t.yaml", NULL, NULL, 0,
                                     &cases[i].setting, 1, &e),
                      STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), cases[i].finding);
        assert_null(s.values);
        error_free(&e);
        scenario_free(&s);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void files_are_read_beside_the_scenario(void **state)
{
    (void)state;
    char folder[] = "/tmp/samskab-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64], ties[64];
    snprintf(path, sizeof path, "%s/s.yaml", folder);
    snprintf(ties, sizeof ties, "%s/ties.csv", folder);
    write_file(path, "weeks: 3\nties: {file: ties.csv}\nwalkers: 4\n");

    struct scenario s;
    struct error e = {0};
    assert_int_equal(scenario_read(&s, &toy_model, path, NULL, 0, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "s.yaml:2:14: ties.file is ties.csv, which is not there\n");
    error_free(&e);

    assert_int_equal(mkdir(ties, 0700), 0);
    assert_int_equal(scenario_read(&s, &toy_model, path, NULL, 0, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "ties.file is ties.csv, which is a folder, not a file\n");
    error_free(&e);
    assert_int_equal(rmdir(ties), 0);

    write_file(ties, "a,b\n0,1\n1,2\n");
    assert_status(scenario_read(&s, &toy_model, path, NULL, 0, &e), STATUS_DONE, &e);
    assert_string_equal(s.texts[TOY_TIES].content, "a,b\n0,1\n1,2\n");
    assert_int_equal(s.texts[TOY_TIES].size, 12);
    assert_string_equal(s.texts[TOY_TIES].text, "ties.csv");
    assert_ptr_equal(s.places[0].texts[TOY_TIES].content, s.texts[TOY_TIES].content);
    scenario_free(&s);

    assert_int_equal(unlink(ties), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(scenario_read(&s, &toy_model, path, NULL, 0, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "s.yaml: is not there\n");
    error_free(&e);
    assert_int_equal(scenario_read(&s, &toy_model, folder, NULL, 0, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), ": is a folder, not a file\n");
    error_free(&e);
    assert_int_equal(rmdir(folder), 0);
}

static void contents_at_hand_need_no_disk(void **state)
{
    (void)state;
    const struct scenario_input inputs[] = {{"other", "x", 1}, {"no/such.csv", "a,b\n0,1\n", 8}};
    const char *text = "ties.file: no/such.csv\nwalkers: 4\n";
    struct scenario s;
    struct error e = {0};
    assert_status(scenario_parse(&s, &toy_model, text, strlen(text), "t.yaml", "/nowhere", inputs,
                                 2, NULL, 0, &e),
                  STATUS_DONE, &e);
    assert_string_equal(s.texts[TOY_TIES].content, "a,b\n0,1\n");
    assert_int_equal(s.texts[TOY_TIES].size, 8);
    scenario_free(&s);
}

/* A scenario that names a file, of which this is at hand; it fails so. */
static void read_with(const struct scenario_input *input, enum status expected, struct error *e)
{
    static const char text[] = "ties.file: ties.csv\n";
    struct scenario s;
    assert_status(
        scenario_parse(&s, &toy_model, text, sizeof text - 1, "t.yaml", NULL, input, 1, NULL, 0, e),
        expected, e);
}

static void an_empty_file_at_hand_is_a_file(void **state)
{
    (void)state;
    const struct scenario_input input = {"ties.csv", NULL, 0};
    struct error e = {0};
    read_with(&input, STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "ties.csv");
    assert_null(strstr(error_text(&e), "is not there"));
    error_free(&e);
}

static void a_file_at_hand_may_be_too_large_for_memory(void **state)
{
    (void)state;
    const struct scenario_input input = {"ties.csv", "", PTRDIFF_MAX};
    struct error e = {0};
    read_with(&input, STATUS_FAILED, &e);
    assert_contains(error_text(&e), "t.yaml: out of memory\n");
    error_free(&e);
}

static void the_model_has_the_last_word(void **state)
{
    (void)state;
    const struct scenario_input input = {"ties.csv", "a,b\n0,4\n", 8};
    const char *text = "ties.file: ties.csv\nwalkers: 4\n";
    struct scenario s;
    struct error e = {0};
    assert_status(
        scenario_parse(&s, &toy_model, text, strlen(text), "t.yaml", NULL, &input, 1, NULL, 0, &e),
        STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "ties.csv");
    assert_null(s.values);
    error_free(&e);
    scenario_free(&s);
}

/* A model may give texts that no scenario could: a terminal does not act on what is written. */
static void control_characters_are_written_as_escapes(void **state)
{
    (void)state;
    struct scenario s;
    toy_scenario(&s);
    free(s.title);
    s.title = strdup("a\x01\x1f \x7f");
    char *text = scenario_text(&s);
    assert_contains(text, "title: \"a\\x01\\x1f \\x7f\"\n");
    free(text);
    toy_scenario_free(&s);
}

static void writing_to_a_full_disk_fails(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    setvbuf(full, NULL, _IONBF, 0);
    struct scenario s;
    read_sound(&s, "", NULL, 0);
    assert_int_equal(scenario_write(&s, full), STATUS_FAILED);
    fclose(full);
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_means_the_defaults),
        cmocka_unit_test(no_file_means_the_defaults),
        cmocka_unit_test(nested_and_dotted_are_the_same),
        cmocka_unit_test(places_differ_where_they_say_so),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(random_values_read_back),
        cmocka_unit_test(settings_override_the_file),
        cmocka_unit_test(settings_are_checked_alike),
        cmocka_unit_test(files_are_read_beside_the_scenario),
        cmocka_unit_test(contents_at_hand_need_no_disk),
        cmocka_unit_test(an_empty_file_at_hand_is_a_file),
        cmocka_unit_test(a_file_at_hand_may_be_too_large_for_memory),
        cmocka_unit_test(the_model_has_the_last_word),
        cmocka_unit_test(control_characters_are_written_as_escapes),
        cmocka_unit_test(writing_to_a_full_disk_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
