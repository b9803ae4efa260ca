/* Plans of experiments: what a good one comes to, and what a bad one is told. */
#include "tests/support/check.h"

#include <stdio.h>

#include "analysis/design.h"
#include "analysis/plan.h"
#include "tests/support/corpus.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

static struct scratch scratch;
static struct plan plan;

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

static const struct ensemble *read_good(const char *text)
{
    struct error e = {0};
    scratch_text(&scratch, "plan.yaml", text);
    assert_status(plan_read(&plan, &toy_model, scratch_path(&scratch, "plan.yaml"), &e),
                  STATUS_DONE, &e);
    return &plan.ensemble;
}

static enum status read_one(const struct model *m, const char *path, struct error *e)
{
    struct plan p;
    enum status status = plan_read(&p, m, path, e);
    plan_free(&p);
    return status;
}

static void the_corpus_is_refused_as_expected(void **state)
{
    (void)state;
    char *folder = corpus_path("tests/unit/plans-bad");
    assert_true(corpus_check_with(read_one, &toy_model, folder) >= 70);
    free(folder);
}

/* The value that an arm has for a parameter, in its first place. */
static double value_in(const struct ensemble *x, size_t arm, size_t param)
{
    struct scenario s;
    struct error e = {0};
    assert_status(ensemble_scenario(x, &toy_model, arm, &s, &e), STATUS_DONE, &e);
    double value = toy_model.params.rows[param].level == PARAM_PLACE ? s.places[0].values[param]
                                                                     : s.values[param];
    scenario_free(&s);
    return value;
}

static void arms_by_name(void **state)
{
    (void)state;
    scratch_text(&scratch, "base.yaml", "walkers: 30\nties.file: ties.csv\n");
    scratch_text(&scratch, "other.yaml", "walkers: 40\nwalk.law: normal\n");
    scratch_text(&scratch, "ties.csv", "a,b\n0,1\n");
    const struct ensemble *x = read_good(
        "title: T\nquestion: Q\nbase: base.yaml\nsettings: {weeks: 7, walk: {step: .2}}\n"
        "replicates: 3\nkeep: [share_above]\nbaseline: two\ndesign:\n  arms:\n"
        "    - {name: one}\n    - {name: two, settings: {walk.pull: 0.3, off: [jump]}}\n"
        "    - {name: three, scenario: other.yaml}\n    - {name: four, scenario: base.yaml}\n");
    assert_string_equal(x->title, "T");
    assert_string_equal(x->question, "Q");
    assert_string_equal(x->unit, "arm");
    assert_string_equal(x->design.kind, "arms");
    assert_int_equal(x->arms, 4);
    assert_int_equal(x->replicates, 3);
    assert_int_equal(x->weeks, 7);
    assert_int_equal(x->places, 1);
    assert_int_equal(x->baseline, 1);
    assert_int_equal(x->base_count, 2);
    assert_int_equal(x->arm_base[2], 1);
    assert_int_equal(x->arm_base[3], 0);
    assert_int_equal(x->variable_count, 1);
    assert_string_equal(x->variables[0].name, "share_above");
    assert_int_equal(x->input_count, 1);
    assert_close(value_in(x, 1, TOY_PULL), 0.3, 0);
    assert_close(value_in(x, 1, TOY_WALKERS), 30, 0);
    assert_close(value_in(x, 2, TOY_WALKERS), 40, 0);
    assert_close(value_in(x, 2, TOY_STEP), 0.2, 0);
    /* Columns are what differs: walkers, pull, law, and whether jumping is off. */
    static const char *const keys[] = {"walkers", "walk.pull", "walk.law", "off.jump"};
    assert_int_equal(x->column_count, 4);
    for (size_t k = 0; k < 4; k++)
        assert_string_equal(x->columns[k].key, keys[k]);
    assert_close(x->columns[0].values[2], 40, 0);
    assert_close(x->columns[1].values[1], 0.3, 0);
    assert_string_equal(x->columns[2].texts[2], "normal");
    assert_close(x->columns[3].values[1], 1, 0);
    assert_true(isnan(x->columns[0].lo));
    plan_free(&plan);
}

static void a_grid_has_all_combinations(void **state)
{
    (void)state;
    const struct ensemble *x =
        read_good("design:\n  grid:\n    walk: {step: [0.1, 0.2], law: [uniform, normal]}\n"
                  "    off.jump: [false, true]\n    walkers: 10\n");
    assert_string_equal(x->unit, "point");
    assert_int_equal(x->arms, 8);
    assert_int_equal(x->replicates, 2);
    assert_int_equal(x->variable_count, TOY_OBSERVABLES);
    assert_int_equal(x->column_count, 4);
    assert_string_equal(x->arm_names[0], "step=0.1 law=uniform jump=false walkers=10");
    assert_string_equal(x->arm_names[7], "step=0.2 law=normal jump=true walkers=10");
    for (size_t i = 0; i < 8; i++) {
        assert_close(x->columns[0].values[i], i < 4 ? 0.1 : 0.2, 0);
        assert_string_equal(x->columns[1].texts[i], i / 2 % 2 ? "normal" : "uniform");
        assert_close(x->columns[2].values[i], i % 2 ? 1 : 0, 0);
        assert_close(value_in(x, i, TOY_STEP), i < 4 ? 0.1 : 0.2, 0);
        assert_close(value_in(x, i, TOY_WALKERS), 10, 0);
    }
    plan_free(&plan);
}

static void one_at_a_time_keeps_the_rest(void **state)
{
    (void)state;
    const struct ensemble *x = read_good("settings: {walk.pull: 0.15}\ndesign:\n  one_at_a_time:\n"
                                         "    walk.step: [0.05, 0.2]\n    walk.pull: [0.3]\n"
                                         "baseline: base\n");
    static const double steps[] = {0.1, 0.05, 0.2, 0.1}, pulls[] = {0.15, 0.15, 0.15, 0.3};
    assert_int_equal(x->arms, 4);
    assert_int_equal(x->baseline, 0);
    assert_string_equal(x->arm_names[1], "step=0.05");
    assert_string_equal(x->arm_names[3], "pull=0.3");
    for (size_t i = 0; i < 4; i++) {
        assert_close(x->columns[0].values[i], steps[i], 0);
        assert_close(x->columns[1].values[i], pulls[i], 0);
        assert_close(value_in(x, i, TOY_PULL), pulls[i], 0);
    }
    plan_free(&plan);
}

/* Points are those of the design, bit for bit, in files and in scenarios. */
static void samples_are_those_of_the_design(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct design_request request;
    } cases[] = {
        {"latin: {points: 20, seed: 5, ", {.kind = DESIGN_LATIN, .base = 20, .seed = 5}},
        {"sobol: {points: 16, ", {.kind = DESIGN_SOBOL, .base = 16, .seed = 1}},
        {"saltelli: {base: 8, second: true, ",
         {.kind = DESIGN_SALTELLI, .base = 8, .second = true, .seed = 1}},
        {"morris: {trajectories: 5, candidates: 20, ",
         {.kind = DESIGN_MORRIS, .base = 5, .levels = 4, .candidates = 20, .seed = 1}},
    };
    const struct design_range ranges[] = {{0.1, 0.3}, {0, 100}};
    for (size_t i = 0; i < 4; i++) {
        char text[256];
        struct design d;
        struct error e = {0};
        snprintf(text, sizeof text,
                 "design:\n  %sparameters: {walk.step: [0.1, 0.3], ties.degree: }}\n",
                 cases[i].text);
        const struct ensemble *x = read_good(text);
        assert_status(design_make(&d, &cases[i].request, ranges, 2, &e), STATUS_DONE, &e);
        assert_int_equal(x->arms, d.points);
        assert_int_equal(x->design.base, cases[i].request.base);
        assert_int_equal(x->design.seed, cases[i].request.seed);
        assert_int_equal(x->design.second, cases[i].request.second);
        assert_int_equal(x->design.levels, cases[i].request.levels);
        assert_close(x->columns[0].lo, 0.1, 0);
        assert_close(x->columns[1].hi, 100, 0);
        assert_string_equal(x->arm_names[4], "5");
        for (size_t k = 0; k < d.points; k++) {
            assert_close(x->columns[0].values[k], d.value[2 * k], 0);
            assert_close(x->columns[1].values[k], d.value[2 * k + 1], 0);
            assert_close(value_in(x, k, TOY_STEP), d.value[2 * k], 0);
        }
        design_free(&d);
        plan_free(&plan);
    }
}

/* Whole numbers, choices and switches take each of their values equally often. */
static void classes_are_taken_equally_often(void **state)
{
    (void)state;
    const struct ensemble *x =
        read_good("design:\n  latin: {points: 120, parameters: {walkers: [10, 13], walk.law: , "
                  "walk.jumps: , off.jump: }}\n");
    unsigned walkers[4] = {0}, normal = 0, jumps = 0, off = 0;
    for (size_t i = 0; i < 120; i++) {
        assert_between(x->columns[0].values[i], 10, 13);
        walkers[(size_t)x->columns[0].values[i] - 10]++;
        normal += strcmp(x->columns[1].texts[i], "normal") == 0;
        jumps += x->columns[2].values[i] > 0;
        off += x->columns[3].values[i] > 0;
    }
    for (unsigned k = 0; k < 4; k++)
        assert_int_equal(walkers[k], 30);
    assert_int_equal(normal, 60);
    assert_int_equal(jumps, 60);
    assert_int_equal(off, 60);
    plan_free(&plan);
}

static void points_of_a_file(void **state)
{
    (void)state;
    scratch_text(&scratch, "points.csv",
                 "# by hand\r\nname , walk.step,\"walk.law\"\r\n\"a, b\", 0.1,normal\r\n"
                 "c,.25 , uniform\n\n");
    const struct ensemble *x = read_good("design: {points: points.csv}\nbaseline: c\n");
    assert_int_equal(x->arms, 2);
    assert_int_equal(x->baseline, 1);
    assert_string_equal(x->arm_names[0], "a, b");
    assert_close(x->columns[0].values[1], 0.25, 0);
    assert_string_equal(x->columns[1].texts[0], "normal");
    assert_close(value_in(x, 0, TOY_LAW), TOY_NORMAL, 0);
    plan_free(&plan);
    scratch_text(&scratch, "points.csv", "walk.step\n0.1\n0.2");
    x = read_good("design: {points: points.csv}\n");
    assert_string_equal(x->arm_names[1], "2");
    plan_free(&plan);
}

static double seed_of(const struct ensemble *x, size_t arm)
{
    return value_in(x, arm, TOY_SEED);
}

static void chance_is_common_unless_told_otherwise(void **state)
{
    (void)state;
    static const char design[] =
        "settings: {seed: 4}\ndesign: {grid: {walk.step: [0.1, 0.2, 0.3]}}\n";
    char text[256];
    const struct ensemble *x = read_good(design);
    for (size_t i = 0; i < 3; i++)
        assert_close(seed_of(x, i), 4, 0);
    plan_free(&plan);
    snprintf(text, sizeof text, "random: independent\n%s", design);
    x = read_good(text);
    assert_close(seed_of(x, 0), 4, 0);
    assert_true(seed_of(x, 1) != 4 && seed_of(x, 1) != seed_of(x, 2));
    plan_free(&plan);
}

static void points_that_break_a_rule_are_counted(void **state)
{
    (void)state;
    read_good("design: {latin: {points: 100, parameters: [walk.step, walk.pull]}}\n");
    assert_between((double)plan.broken, 30, 70);
    assert_contains(plan.broken_rule, "must be at most 1 together");
    plan_free(&plan);
}

static void until_is_read(void **state)
{
    (void)state;
    read_good("replicates: 4\nsettings: {weeks: 60}\ndesign: {arms: [{name: a}, {name: b}]}\n"
              "until: {outcome: mean_height, arms: [b, a], half_width: 0.01, at_most: 50}\n"
              "burn_in: 20\n");
    assert_true(plan.until.given);
    assert_int_equal(plan.until.arms[0], 1);
    assert_int_equal(plan.until.arms[1], 0);
    assert_close(plan.until.half_width, 0.01, 0);
    assert_int_equal(plan.until.at_most, 50);
    assert_int_equal(plan.until.last, 52);
    assert_int_equal(plan.ensemble.burn_in, 20);
    plan_free(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_refused_as_expected),
        cmocka_unit_test(arms_by_name),
        cmocka_unit_test(a_grid_has_all_combinations),
        cmocka_unit_test(one_at_a_time_keeps_the_rest),
        cmocka_unit_test(samples_are_those_of_the_design),
        cmocka_unit_test(classes_are_taken_equally_often),
        cmocka_unit_test(points_of_a_file),
        cmocka_unit_test(chance_is_common_unless_told_otherwise),
        cmocka_unit_test(points_that_break_a_rule_are_counted),
        cmocka_unit_test(until_is_read),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
