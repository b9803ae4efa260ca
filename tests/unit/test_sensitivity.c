/* Sensitivity: which analysis a design gets, what is left out, screening, warnings, formats. */
#include <jansson.h>

#include "analysis/design.h"
#include "analysis/sensitivity.h"
#include "sim/stream.h"
#include "tests/support/check.h"

enum { MOST_POINTS = 20000, REPLICATES = 3, COLUMNS = 4, OUTCOMES = 2 };

/* An experiment in memory: two numbers, a choice and a number without effect. */
static struct ensemble ensemble;
static struct ensemble_column columns[COLUMNS];
static double values[COLUMNS][MOST_POINTS];
static char *choices[MOST_POINTS];
static struct arm list[MOST_POINTS];
static struct arms arms;
static double *results;
static struct arms_outcome outcomes[OUTCOMES] = {{"hours", "hours done", "h", false},
                                                 {"yearly", "a yearly one", "1", false}};
static char low[] = "low", high[] = "high", path[] = "x.h5", title[] = "Test";
static char keys[COLUMNS][8] = {"big", "small", "rule", "none"}, empty[] = "";

/* 10 big + 3 small + 4 where the rule is high, and big times the rule; chance of deviation 1. */
static double outcome_at(size_t p, double chance)
{
    double rule = strcmp(choices[p], high) == 0;
    return 10 * values[0][p] + 3 * values[1][p] + 4 * rule + 6 * values[0][p] * rule + chance;
}

/* Makes the points; outcome 1 has no value. */
static void make_experiment(const struct design_request *request, const char *kind, double chance)
{
    const struct design_range unit[COLUMNS] = {{0, 1}, {0, 1}, {0, 1}, {0, 1}};
    struct design d;
    struct error e = {0};
    assert_status(design_make(&d, request, unit, COLUMNS, &e), STATUS_DONE, &e);
    results = malloc(d.points * OUTCOMES * REPLICATES * sizeof *results);
    for (size_t p = 0; p < d.points; p++) {
        for (size_t k = 0; k < COLUMNS; k++)
            values[k][p] = d.value[p * COLUMNS + k];
        choices[p] = values[2][p] < 0.5 ? low : high;
        list[p] = (struct arm){
            .path = path, .replicates = REPLICATES, .values = results + p * OUTCOMES * REPLICATES};
        for (size_t r = 0; r < REPLICATES; r++) {
            struct stream s;
            stream_open(&s, 7, (uint32_t)r, (uint32_t)p, 0, 0);
            list[p].values[r] = outcome_at(p, chance * stream_normal(&s));
            list[p].values[REPLICATES + r] = NAN;
        }
    }
    for (size_t k = 0; k < COLUMNS; k++)
        columns[k] = (struct ensemble_column){.key = keys[k],
                                              .unit = empty,
                                              .meaning = empty,
                                              .type = k == 2 ? ENSEMBLE_TEXT : ENSEMBLE_REAL,
                                              .lo = k == 2 ? NAN : 0,
                                              .hi = k == 2 ? NAN : 1,
                                              .values = k == 2 ? NULL : values[k],
                                              .texts = k == 2 ? choices : NULL};
    static char kinds[16];
    snprintf(kinds, sizeof kinds, "%s", kind);
    ensemble = (struct ensemble){
        .title = title,
        .design = {.kind = kinds, .levels = request->levels, .second = request->second},
        .arms = d.points,
        .replicates = REPLICATES,
        .columns = columns,
        .column_count = COLUMNS};
    arms = (struct arms){.list = list,
                         .count = d.points,
                         .outcomes = outcomes,
                         .outcome_count = OUTCOMES,
                         .first = 1,
                         .last = 52,
                         .ensemble = &ensemble};
    design_free(&d);
}

static const struct sensitivity_request usual = {
    .resamples = 200, .seed = 1, .threshold = SENSITIVITY_THRESHOLD};

static char *print(const struct sensitivity *s, enum words_format format)
{
    char *text = NULL;
    size_t size = 0;
    struct sensitivity_request request = usual;
    FILE *out = open_memstream(&text, &size);
    request.format = format;
    assert_int_equal(sensitivity_print(s, &request, out), STATUS_DONE);
    fclose(out);
    return text;
}

static void rows_give_sobol_indices(void **state)
{
    (void)state;
    struct sensitivity s;
    struct error e = {0};
    make_experiment(
        &(struct design_request){DESIGN_SALTELLI, .base = 512, .second = true, .seed = 1},
        "saltelli", 1);
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_DONE, &e);
    assert_int_equal(s.kind, SENSITIVITY_SOBOL);
    assert_int_equal(s.count, 1); /* the other outcome has no values */
    const struct sensitivity_of *of = &s.list[0];
    /* By hand: V of big (10 + 3)^2/12, small 9/12, rule 7^2/4, both 6^2/48. */
    const double parts[] = {169. / 12, 0.75, 49. / 4, 0.75}, v = 27.8333333333;
    assert_close(of->indices.parameters, v, 1.5);
    assert_close(of->indices.first[0].value, parts[0] / v, 0.03);
    assert_close(of->indices.total[2].value, (parts[2] + parts[3]) / v, 0.03);
    assert_close(of->indices.total[3].value, 0, 0.01);
    assert_close(of->chance.value, 1 / (1 + v), 0.01);
    assert_int_equal(of->verdicts[0], VERDICT_MATTERS);
    assert_int_equal(of->verdicts[1], VERDICT_NOT); /* 2.7 % */
    assert_int_equal(of->verdicts[3], VERDICT_NOT);
    assert_int_equal(of->order[0], 0);
    assert_int_equal(of->order[3], 3);
    char *text = print(&s, WORDS_TABLE);
    assert_contains(text, "Test: 4 parameters, 5120 points (512 rows, design saltelli)");
    assert_contains(text, "What matters: big (");
    assert_contains(text, "What does not: small, none.");
    assert_contains(text, "chance makes 3 %");
    free(text);
    text = print(&s, WORDS_CSV);
    assert_contains(text, "\nhours,h,1,52,512,3,big,,ST,");
    assert_contains(text, "\nhours,h,1,52,512,3,big,rule,S2,");
    free(text);
    text = print(&s, WORDS_JSON);
    json_t *root = json_loads(text, 0, NULL);
    json_t *of_hours = json_array_get(json_object_get(root, "outcomes"), 0);
    assert_int_equal(json_array_size(json_object_get(of_hours, "pairs")), 6);
    json_t *first = json_array_get(json_object_get(of_hours, "parameters"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "parameter")), "big");
    json_decref(root);
    free(text);
    sensitivity_free(&s);
    free(results);
}

static void a_run_that_failed_takes_its_row_along(void **state)
{
    (void)state;
    struct sensitivity s;
    struct error e = {0};
    make_experiment(&(struct design_request){DESIGN_SALTELLI, .base = 16, .seed = 1}, "saltelli",
                    8);
    list[6 * 3 + 5].values[1] = NAN;
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_DONE, &e);
    assert_int_equal(s.list[0].blocks, 15);
    char *text = print(&s, WORDS_MD);
    assert_contains(text, "Warning: 1 of 16 rows are left out");
    assert_contains(text, "Warning: 15 rows are few");
    assert_contains(text, "Warning: too few points");
    assert_contains(text, "chance dominates");
    free(text);
    sensitivity_free(&s);
    for (size_t p = 6; p < arms.count; p++)
        list[p].values[0] = NAN;
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "of 16 rows 1 have all values, 4 are needed");
    error_free(&e);
    free(results);
}

static void trajectories_give_effects(void **state)
{
    (void)state;
    struct sensitivity s;
    struct error e = {0};
    make_experiment(&(struct design_request){DESIGN_MORRIS, .base = 200, .levels = 4, .seed = 1},
                    "morris", 0.01);
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_DONE, &e);
    const struct sensitivity_of *of = &s.list[0];
    assert_close(of->effects.size[1].value, 3, 0.01);
    assert_close(of->effects.direction[0].value, 13, 0.9);
    assert_int_equal(of->verdicts[0], VERDICT_MATTERS);
    assert_int_equal(of->verdicts[3], VERDICT_NOT);
    char *text = print(&s, WORDS_TABLE);
    assert_contains(text, "size (mu*)");
    assert_contains(text, "200 trajectories, design morris");
    free(text);
    sensitivity_free(&s);
    values[1][3] += 0.1;
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "no Morris trajectories");
    error_free(&e);
    free(results);
}

static void points_give_lines(void **state)
{
    (void)state;
    struct sensitivity s;
    struct error e = {0};
    make_experiment(&(struct design_request){DESIGN_LATIN, .base = 400, .seed = 1}, "latin", 1);
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_DONE, &e);
    assert_int_equal(s.column_count, 3); /* the choice has no slope */
    const struct sensitivity_of *of = &s.list[0];
    assert_close(of->lines.linear[0].value, sqrt(169. / 12 / 28.17), 0.05);
    assert_true(of->lines.linear_fit < SENSITIVITY_FIT);
    assert_int_equal(of->verdicts[0], VERDICT_UNCLEAR);
    char *text = print(&s, WORDS_TABLE);
    assert_contains(text, "1 column is left out");
    assert_contains(text, "Warning: lines explain less than 70 %");
    free(text);
    sensitivity_free(&s);
    free(results);
}

static void other_designs_are_refused(void **state)
{
    (void)state;
    struct sensitivity s;
    struct error e = {0};
    make_experiment(&(struct design_request){DESIGN_SALTELLI, .base = 8, .seed = 1}, "arms", 1);
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "its design is arms, which `samskab compare` reads");
    error_free(&e);
    strcpy(ensemble.design.kind, "saltelli");
    values[0][3] = 2;
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "not laid out as a saltelli design");
    error_free(&e);
    arms.ensemble = NULL;
    assert_status(sensitivity_make(&s, &arms, &usual, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "x.h5: is a run");
    error_free(&e);
    free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_give_sobol_indices),
        cmocka_unit_test(a_run_that_failed_takes_its_row_along),
        cmocka_unit_test(trajectories_give_effects),
        cmocka_unit_test(points_give_lines),
        cmocka_unit_test(other_designs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
