/* The reader of scenarios with models unlike the toy: other rules, files, events, none of some. */
#include "tests/support/check.h"

#include "sim/scenario.h"
#include "tests/support/scratch_group.h"
#include "tests/support/short_memory.h"
#include "tests/support/toy.h"

static enum status parse(struct scenario *s, const struct model *m, const char *text,
                         const struct setting *setting, struct error *e)
{
    return scenario_parse(s, m, text, strlen(text), "t.yaml", scratch.folder, NULL, 0, setting,
                          setting != NULL, e);
}

static void takes(struct scenario *s, const struct model *m, const char *text)
{
    struct error e = {0};
    assert_status(parse(s, m, text, NULL, &e), STATUS_DONE, &e);
}

static void refuses(const struct model *m, const char *text, const struct setting *setting,
                    const char *why)
{
    struct scenario s;
    struct error e = {0};
    assert_status(parse(&s, m, text, setting, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    error_free(&e);
}

/* --- rules -------------------------------------------------------------------------------------
 */

static bool never(const double *values)
{
    (void)values;
    return false;
}

/* A breach is reported where a key is given that the words of the rule name; else of the whole. */
static void a_rule_is_reported_where_it_is_broken(void **state)
{
    (void)state;
    static const struct {
        const char *words, *text, *finding;
    } cases[] = {
        {"walk.pull must be so", "walk.pull: 0.3\n", "t.yaml:1:12: seed is 1, but walk.pull must"},
        {"it must be as walk.pull", "walk.pull: 0.3\n", "t.yaml:1:12: seed is 1, but it must"},
        {"so must walk.pull.", "walk.pull: 0.3\n", "t.yaml:1:12: seed is 1, but so"},
        {"so must walk.* be", "walk.pull: 0.3\n", "t.yaml: seed is 1, but so must walk.* be\n"},
        {"side_walk.pull must", "walk.pull: 0.3\n", "t.yaml: seed is 1, but side_walk.pull must\n"},
        {"a.walk.pull must", "walk.pull: 0.3\n", "t.yaml: seed is 1, but a.walk.pull must\n"},
        {"walk.pulls must", "walk.pull: 0.3\n", "t.yaml: seed is 1, but walk.pulls must\n"},
        {"walk.pull.a must", "walk.pull: 0.3\n", "t.yaml: seed is 1, but walk.pull.a must\n"},
        {"walk.pulls and walk.pull must", "walk.pull: 0.3\n", "t.yaml:1:12: seed is 1, but"},
        {"it must not be", "walk.pull: 0.3\n", "t.yaml: seed is 1, but it must not be\n"},
        {"it must not be", "weeks: 3\nseed: 2\n", "t.yaml:2:7: seed is 2, but it must not be\n"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const struct param_rule rule = {cases[k].words, "seed", never};
        struct model m = toy_model;
        m.rules = &rule;
        m.rule_count = 1;
        refuses(&m, cases[k].text, NULL, cases[k].finding);
    }
}

static bool never_and_memory_is_short(const double *values)
{
    memory_gets_short();
    return never(values);
}

/* What cannot be said for lack of memory is no fault of the text. */
static void memory_may_be_short_for_what_is_wrong(void **state)
{
    char *words = malloc(SHORT_MEMORY_LACKS + 1);
    assert_non_null(words);
    memset(words, 'w', SHORT_MEMORY_LACKS);
    words[SHORT_MEMORY_LACKS] = '\0';
    const struct param_rule rule = {words, "seed", never_and_memory_is_short};
    struct model m = toy_model;
    m.rules = &rule;
    m.rule_count = 1;
    static const char *const texts[] = {"seed: 2\n", "weeks: 3\n"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct scenario s;
        struct error e = {0};
        enum status status = parse(&s, &m, texts[k], NULL, &e);
        memory_is_back(state);
        assert_status(status, STATUS_FAILED, &e);
        assert_string_equal(error_text(&e), "t.yaml: out of memory\n");
        error_free(&e);
    }
    free(words);
}

/* --- files -------------------------------------------------------------------------------------
 */

/* A run file keeps files by their names: two of one name, one where the command is given and one
 * beside the scenario, must be the same. */
static void two_files_of_one_name_must_be_the_same(void **state)
{
    (void)state;
    struct text_key texts[TOY_TEXTS];
    memcpy(texts, toy_model.texts, sizeof texts);
    texts[TOY_REMARK].is_file = true;
    struct model m = toy_model;
    m.texts = texts;
    m.prepare = NULL;
    char before[4096];
    const char *folder = scratch_path(&scratch, "elsewhere");
    assert_int_equal(mkdir(folder, 0700), 0);
    scratch_text(&scratch, "same", "one");
    scratch_text(&scratch, "other", "one");
    scratch_text(&scratch, "longer", "one");
    scratch_text(&scratch, "elsewhere/same", "one");
    scratch_text(&scratch, "elsewhere/other", "two");
    scratch_text(&scratch, "elsewhere/longer", "three");
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);

    struct scenario s;
    struct error e = {0};
    const struct setting same = {"ties.file", "same", "--set"};
    assert_status(parse(&s, &m, "remark: same\n", &same, &e), STATUS_DONE, &e);
    assert_string_equal(s.texts[TOY_REMARK].content, "one");
    scenario_free(&s);
    assert_status(parse(&s, &m, "remark: longer\n", &same, &e), STATUS_DONE, &e);
    scenario_free(&s);
    const struct setting other = {"ties.file", "other", "--set"};
    refuses(&m, "remark: other\n", &other,
            "t.yaml:1:9: remark is other, but another file of that name is read too\n");
    refuses(&m, "places: [{name: North}, {name: South, remark: other}]\n", &other,
            "t.yaml:1:47: remark is other, but another file of that name is read too\n");
    const struct setting longer = {"places.North.remark", "longer", "--set"};
    refuses(&m, "remark: longer\nplaces: [{name: North}]\n", &longer,
            "--set places.North.remark=longer: remark is longer, but another file");
    assert_int_equal(chdir(before), 0);
}

/* --- what a model may have or lack -------------------------------------------------------------
 */

static void a_model_need_not_look_at_its_scenarios(void **state)
{
    (void)state;
    struct model m = toy_model;
    m.prepare = NULL;
    m.forget = NULL;
    struct scenario s;
    takes(&s, &m, "weeks: 3\n");
    assert_close(s.values[TOY_WEEKS], 3, 0);
    scenario_free(&s);
    assert_null(s.values);
}

static void a_model_without_mechanisms_has_none_to_switch_off(void **state)
{
    (void)state;
    struct model m = toy_model;
    m.schedule_count = 0;
    refuses(&m, "off: walk\n", NULL, "t.yaml:1:6: off is walk, must be a list of mechanisms");
    refuses(&m, "off: [walk]\n", NULL,
            "t.yaml:1:7: walk is no mechanism that can be switched off\n");
}

static void events_need_a_size_only_where_it_can_differ(void **state)
{
    (void)state;
    const struct event_kind kinds[] = {{"gust", "1", 0, 0.5, ""}, {"calm", "1", 0, 0, ""}};
    struct model m = toy_model;
    m.event_kinds = kinds;
    m.event_kind_count = 2;
    struct scenario s;
    takes(&s, &m, "events: [{kind: calm, week: 2}]\n");
    assert_int_equal(s.events[0].kind, 1);
    assert_close(s.events[0].size, 0, 0);
    scenario_free(&s);
    refuses(&m, "events: [{kind: gust, week: 2}]\n", NULL, "size is missing; for gust it lies in");
    refuses(&m, "events: [{kind: calm, week: 2, size: 1}]\n", NULL, "size is 1, must lie in");
}

/* More kinds than a message has room for: those that fit are named. */
static void many_kinds_of_events(void **state)
{
    (void)state;
    enum { KINDS = 60 };
    struct event_kind kinds[KINDS];
    char names[KINDS][16];
    for (int k = 0; k < KINDS; k++) {
        snprintf(names[k], sizeof names[k], "happening %d", k);
        kinds[k] = (struct event_kind){names[k], "1", 0, 0, ""};
    }
    struct model m = toy_model;
    m.event_kinds = kinds;
    m.event_kind_count = KINDS;
    refuses(&m, "events: [{kind: zzz, week: 2}]\n", NULL,
            "kind is zzz, must be one of happening 0, happening 1,");
    refuses(&m, "events: [{kind: happenin 59, week: 2}]\n", NULL, "; did you mean happening 59?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_is_reported_where_it_is_broken),
        cmocka_unit_test_teardown(memory_may_be_short_for_what_is_wrong, memory_is_back),
        cmocka_unit_test(two_files_of_one_name_must_be_the_same),
        cmocka_unit_test(a_model_need_not_look_at_its_scenarios),
        cmocka_unit_test(a_model_without_mechanisms_has_none_to_switch_off),
        cmocka_unit_test(events_need_a_size_only_where_it_can_differ),
        cmocka_unit_test(many_kinds_of_events),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
