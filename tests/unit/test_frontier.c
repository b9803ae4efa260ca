/* Frontiers: mixes and scenarios out of arms, what the section of a plan may say, what is told. */
#include <jansson.h>

#include "analysis/frontier.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { ARMS = 6, REPLICATES = 3, OUTCOMES = 2 };

/* Three doses of help and a rule that goes with them, in calm and in wind. */
static double help[ARMS] = {1, 2, 3, 1, 2, 3}, wind[ARMS] = {0, 0, 0, 5, 5, 5};
static char *rules[ARMS];
static char calm[] = "calm", strict[] = "strict", loose[] = "loose", path[] = "x.h5", empty[] = "";
static char title[] = "Help", grid[] = "grid", help_key[] = "help", wind_key[] = "wind",
            rule_key[] = "rule", hours_name[] = "hours", pay_name[] = "pay", typo[] = "wnid";
static char *wind_keys[] = {wind_key}, *typo_keys[] = {typo};
static double values[ARMS][OUTCOMES * REPLICATES];
static struct arm list[ARMS];
static struct ensemble_column columns[3];
static struct ensemble ensemble;
static struct arms arms;
static struct arms_outcome outcomes[] = {{"hours", "hours done", "h", false},
                                         {"pay", "what it costs", "DKK", false}};
static struct frontier_plan plan;

static const struct frontier_request usual = {.resamples = 200, .seed = 1};

/* More help, more hours in calm, but not in wind; 2 costs as much as 3. */
static int set_up(void **state)
{
    (void)state;
    static const double hours[ARMS] = {10, 16, 20, 8, 12, 6}, pay[ARMS] = {1, 4, 4, 1, 4, 4};
    for (size_t i = 0; i < ARMS; i++) {
        rules[i] = help[i] > 1 ? strict : loose;
        for (size_t r = 0; r < REPLICATES; r++) {
            values[i][r] = hours[i] + 0.1 * (double)r;
            values[i][REPLICATES + r] = pay[i];
        }
        list[i] = (struct arm){
            .name = calm, .path = path, .seed = 1, .replicates = REPLICATES, .values = values[i]};
    }
    columns[0] = (struct ensemble_column){.key = help_key, .unit = empty, .values = help};
    columns[1] = (struct ensemble_column){
        .key = rule_key, .unit = empty, .type = ENSEMBLE_TEXT, .texts = rules};
    columns[2] = (struct ensemble_column){.key = wind_key, .unit = empty, .values = wind};
    ensemble = (struct ensemble){.title = title,
                                 .design = {.kind = grid},
                                 .arms = ARMS,
                                 .replicates = REPLICATES,
                                 .columns = columns,
                                 .column_count = 3};
    arms = (struct arms){.list = list,
                         .count = ARMS,
                         .outcomes = outcomes,
                         .outcome_count = OUTCOMES,
                         .first = 1,
                         .last = 5,
                         .ensemble = &ensemble};
    plan = (struct frontier_plan){.outcomes = {hours_name, pay_name},
                                  .objective = {{false, false}, {true, true}},
                                  .count = 2,
                                  .scenarios = wind_keys,
                                  .scenario_count = 1,
                                  .within = 10};
    return 0;
}

static char *print(const struct frontier *f, enum words_format format)
{
    char *text = NULL;
    size_t size = 0;
    struct frontier_request request = usual;
    FILE *out = open_memstream(&text, &size);
    request.format = format;
    assert_int_equal(frontier_print(f, &request, out), STATUS_DONE);
    fclose(out);
    return text;
}

static void arms_become_mixes_and_scenarios(void **state)
{
    (void)state;
    struct frontier f;
    struct error e = {0};
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_DONE, &e);
    assert_int_equal(f.mixes, 3);
    assert_int_equal(f.scenarios, 2);
    assert_int_equal(f.cell[1 * 2 + 1], 4);
    const bool best[] = {true, true, false}; /* means 9, 14, 13 at 1, 4, 4 */
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(f.pareto.best[i], best[i]);
    assert_int_equal(f.pareto.rival[2], 1);
    assert_close(f.pareto.regret[2 * 2].value, 6, 1e-12); /* in wind */
    assert_int_equal(f.pareto.worst[2 * 2], 1);
    assert_int_equal(f.order[0], 0); /* the cheap one before */
    char *name = frontier_mix(&f, 1), *scenario = frontier_scenario(&f, 1);
    assert_string_equal(name, "help 2, rule strict");
    assert_string_equal(scenario, "wind 5");
    free(name);
    free(scenario);
    char *text = print(&f, WORDS_TABLE);
    assert_contains(text, "Of 3 mixes 2 are not beaten");
    assert_contains(text, "is help 2, rule strict");
    assert_contains(text, "2 (100 %)");
    free(text);
    text = print(&f, WORDS_CSV);
    assert_contains(text, "\n3,\"help 3, rule strict\",regret,hours,wind 5,6,");
    free(text);
    text = print(&f, WORDS_JSON);
    json_t *root = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(root, "mixes")), 3);
    json_decref(root);
    free(text);
    frontier_free(&f);
}

/* Without scenarios each arm is a mix. */
static void one_world_has_no_regret(void **state)
{
    (void)state;
    struct frontier f;
    struct error e = {0};
    plan.scenario_count = 0;
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_DONE, &e);
    assert_int_equal(f.mixes, ARMS);
    assert_int_equal(f.scenarios, 1);
    char *text = print(&f, WORDS_MD);
    assert_contains(text, "Of 6 mixes 2 are not beaten"); /* 10 for 1, 20 for 4 */
    assert_null(strstr(text, "regret"));
    free(text);
    frontier_free(&f);
}

static void replicates_with_a_failed_run_are_left_out(void **state)
{
    (void)state;
    struct frontier f;
    struct error e = {0};
    values[4][1] = NAN;
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_DONE, &e);
    assert_int_equal(f.replicates, 2);
    assert_close(f.pareto.mean[0].value, 9.1, 1e-12); /* replicates 0 and 2 */
    char *text = print(&f, WORDS_TABLE);
    assert_contains(text, "1 replicate is left out");
    free(text);
    frontier_free(&f);
    for (size_t r = 0; r < REPLICATES; r++)
        values[r][REPLICATES + r] = NAN;
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "in every replicate some arm has no value of pay");
    error_free(&e);
}

static void designs_that_do_not_cross_are_refused(void **state)
{
    (void)state;
    struct frontier f;
    struct error e = {0};
    help[5] = 4;
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "was not run in the scenario of");
    error_free(&e);
    help[5] = 2;
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "are the same mix in the same scenario");
    error_free(&e);
    help[5] = 3;
    plan.scenarios = typo_keys;
    assert_status(frontier_make(&f, &arms, &plan, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "did you mean wind?");
    error_free(&e);
}

/* --- the section ------------------------------------------------------------------------------ */

static enum status read(const char *text, struct frontier_plan *read_plan, struct error *e)
{
    struct reader r = {.m = &toy_model,
                       .findings = {.name = "plan.yaml", .text = text, .size = strlen(text)}};
    yaml_parse(&r.tree, &r.findings);
    frontier_section(&r, r.tree.root, read_plan);
    enum status status = findings_report(&r.findings, e);
    yaml_free(&r.tree);
    findings_free(&r.findings);
    return status;
}

static void a_section_is_read(void **state)
{
    (void)state;
    struct frontier_plan p;
    struct error e = {0};
    assert_status(read("frontier:\n  maximise: [mean_height]\n  minimise: [share_above]\n"
                       "  cost: walk.step * 3\n  scenarios: [walk.law]\n  last: 7\n",
                       &p, &e),
                  STATUS_DONE, &e);
    assert_int_equal(p.count, 3);
    assert_string_equal(p.outcomes[2], "walk.step * 3");
    assert_true(!p.objective[0].smaller && p.objective[1].smaller && p.objective[2].cost);
    assert_string_equal(p.scenarios[0], "walk.law");
    assert_int_equal(p.last, 7);
    assert_close(p.within, 5, 0);
    frontier_plan_free(&p);
    assert_status(read("title: nothing of it\n", &p, &e), STATUS_DONE, &e);
    assert_int_equal(p.count, 0);
    frontier_plan_free(&p);
}

static void wrong_sections_are_told(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"frontier: 3\n", "frontier holds 3, must hold outcomes"},
        {"frontier: {cost: mean_height}\n", "names no outcome to maximise or minimise"},
        {"frontier: {maximise: [mean_hieght]}\n", "did you mean mean_height?"},
        {"frontier: {maximise: [mean_height], minimise: [mean_height]}\n",
         "names mean_height twice"},
        {"frontier: {maximise: mean_height}\n", "must be a list of outcomes"},
        {"frontier: {maximise: [[1]]}\n", "maximise holds a list, must hold outcomes"},
        {"frontier: {maximise: [mean_height], within: 200}\n", "within is 200, must lie in"},
        {"frontier: {maximise: [mean_height], scenario: []}\n", "did you mean scenarios?"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct frontier_plan p;
        struct error e = {0};
        assert_status(read(wrong[i][0], &p, &e), STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), wrong[i][1]);
        error_free(&e);
        frontier_plan_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(arms_become_mixes_and_scenarios, set_up),
        cmocka_unit_test_setup(one_world_has_no_regret, set_up),
        cmocka_unit_test_setup(replicates_with_a_failed_run_are_left_out, set_up),
        cmocka_unit_test_setup(designs_that_do_not_cross_are_refused, set_up),
        cmocka_unit_test(a_section_is_read),
        cmocka_unit_test(wrong_sections_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
