/* Posteriors that can be worked out: a normal mean, one at the end of its range, and none at all;
 * and that neither threads nor interruptions change a bit. */
#include "tests/support/check.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdio.h>

#include "analysis/posterior.h"
#include "sim/interrupt.h"
#include "sim/stream.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

/* The toy with one mechanism, whose outcome is normal around a parameter:
 *
 *     mean_height = step + NOISE z          share_above = pull + NOISE z'
 *
 * With a range that is wide enough, a target v with tolerance t, R replicates and draws within a
 * distance of e, step is known to be v with variance NOISE^2 / R + (e t)^2 / 3: a normal mean, seen
 * through a window that is even. */
static const double noise = 0.1;

static atomic_size_t runs, stop_after; /* 0: never */

static void normal_run(struct world *w, size_t cell)
{
    const double *values = w->scenario->places[cell].values;
    struct stream s;
    stream_open(&s, w->seed, w->replicate, (uint32_t)cell, 0, TOY_STREAM_WALK);
    float *observed = w->observed + cell * TOY_OBSERVABLES;
    observed[TOY_MEAN_HEIGHT] = (float)(values[TOY_STEP] + noise * stream_normal(&s));
    observed[TOY_SHARE_ABOVE] = (float)(values[TOY_PULL] + noise * stream_normal(&s));
    if (atomic_fetch_add(&runs, 1) + 1 == atomic_load(&stop_after))
        interrupt_now();
}

static const struct mechanism normal = {
    .name = "normal",
    .equation = "",
    .meaning = "Outcomes that are normal around parameters",
    .source = "",
    .step = 5,
    .cells = TOY_PLACE,
    .reads = (const column_id[]){0},
    .writes = (const column_id[]){0},
    .run = normal_run,
};

static const struct mechanism *const schedule[] = {&normal};
static struct model model;
static struct scratch scratch;

#define SETTINGS                                                                                   \
    "title: Normal\nsettings: {walkers: 3, weeks: 1, replicates: 4, walk.step: 0.3, "              \
    "walk.pull: 0.1}\nlast: 1\n"
#define HEIGHT(value)                                                                              \
    "targets:\n  - {name: height, outcome: mean_height, value: " value                             \
    ", tolerance: 0.05, source: S0}\n"

static int set_up(void **state)
{
    (void)state;
    model = toy_model;
    model.schedule = schedule;
    model.schedule_count = 1;
    atomic_store(&runs, 0);
    atomic_store(&stop_after, 0);
    scratch_open(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

static const char *file_of(const char *text)
{
    return scratch_text(&scratch, "t.yaml", text);
}

static struct targets targets;
static struct posterior result;

static void run(const char *text)
{
    struct error e = {0};
    const struct calibrate_request request = {.quiet = true};
    assert_status(targets_read(&targets, &model, file_of(text), &e), STATUS_DONE, &e);
    assert_status(posterior_run(&result, &targets, &request, NULL, &e), STATUS_DONE, &e);
}

static void forget(void)
{
    posterior_free(&result);
    targets_free(&targets);
}

/* Four standard errors of a mean and of a standard deviation of draws with deviation `sd`. */
static double near_mean(double sd)
{
    return 4 * sd / sqrt(posterior_effective(&result));
}

static double near_deviation(double sd)
{
    return 4 * sd / sqrt(2 * posterior_effective(&result));
}

/* e = 1: the deviation is sqrt(.05^2 + .05^2 / 3) = .0577.  A single fresh replicate adds its own
 * noise: sqrt(.0577^2 + .1^2) = .1155; 34 % of them lie within half a tenth. */
static void a_normal_mean_is_known_as_well_as_it_should(void **state)
{
    (void)state;
    double sd = sqrt(0.0025 + 0.0025 / 3), run_sd = sqrt(sd * sd + noise * noise);
    run(SETTINGS "draws: 1000\ntrials: 20000\nfree: [{parameter: walk.step, range: [0, 0.9]}]\n" //
        HEIGHT("0.45"));
    const struct learnt *l = &result.learnt[0];
    const struct predicted *p = &result.predicted[0];
    assert_int_equal(result.end, POSTERIOR_REACHED);
    assert_true(result.generation_count >= 3);
    assert_true(posterior_effective(&result) > 500);
    assert_close(result.generations[result.generation_count - 1].distance, 1, 1e-12);
    assert_close(l->mean, 0.45, near_mean(sd));
    assert_close(l->median, 0.45, 1.25 * near_mean(sd));
    assert_close(l->deviation, sd, near_deviation(sd));
    /* The quantile of a normal at 2.5 % has a standard error of 2.7 times the mean's. */
    assert_close(l->lo, 0.45 - 1.96 * sd, 2.7 * near_mean(sd));
    assert_close(l->hi, 0.45 + 1.96 * sd, 2.7 * near_mean(sd));
    assert_false(l->alike);
    assert_between(l->contraction, 0.65, 0.8);
    assert_true(l->chance < 1e-6);
    assert_close(p->mean, 0.45, near_mean(run_sd));
    assert_close(p->hi - p->lo, 2 * 1.96 * run_sd, 2 * 2.7 * near_mean(run_sd));
    assert_close(p->within, 0.335, 4 * sqrt(0.335 * 0.665 / 1000));
    forget();
}

/* The target lies at the end of the range: half of a normal is left.  Weights must make good for
 * steps that left the range; without them too few draws lie at its end. */
static void the_end_of_a_range_is_drawn_as_often_as_it_should(void **state)
{
    (void)state;
    run(SETTINGS "draws: 1000\ntrials: 50000\ndistance: 0.5\n"
                 "free: [{parameter: walk.step, range: [0.1, 0.9]}]\n" //
        HEIGHT("0.1"));
    double sd = sqrt(0.0025 + 0.000625 / 3), mean = sd * sqrt(2 / acos(-1));
    double half_sd = sd * sqrt(1 - 2 / acos(-1));
    assert_int_equal(result.end, POSTERIOR_REACHED);
    assert_close(result.learnt[0].mean, 0.1 + mean, near_mean(half_sd));
    assert_close(result.learnt[0].deviation, half_sd, 1.5 * near_deviation(half_sd));
    forget();
}

/* Two parameters, each with its target, and one without: known, known, and not; and no correlation
 * (four standard errors of none). */
static void what_no_target_tells_of_stays_as_it_was(void **state)
{
    (void)state;
    run(SETTINGS "draws: 500\ntrials: 20000\n"
                 "free:\n"
                 "  - {parameter: walk.step, range: [0, 0.5]}\n"
                 "  - {parameter: walk.pull, range: [0, 0.5]}\n"
                 "  - {parameter: ties.degree, range: [1, 100], scale: log}\n"
                 "targets:\n"
                 "  - {name: a, outcome: mean_height, value: 0.3, tolerance: 0.05, source: S0}\n"
                 "  - {name: b, outcome: share_above, value: 0.2, tolerance: 0.05, source: S0}\n");
    const struct learnt *none = &result.learnt[2];
    assert_false(result.learnt[0].alike);
    assert_false(result.learnt[1].alike);
    assert_true(none->alike);
    assert_between(none->contraction, -0.1, 0.1);
    assert_true(none->chance > 0.001);
    /* log10 is even on [0, 2]: 2 / sqrt(12) = .577 */
    assert_close(log10(none->median), 1, 2 * near_mean(0.577));
    assert_close(log10(none->prior_hi / none->prior_lo), 1.9, 0.05);
    assert_close(result.correlation[0][1], 0, near_mean(1));
    assert_close(result.correlation[2][2], 1, 1e-12);
    forget();
}

/* A target that all values meet leaves the prior, and the report says so. */
static void no_information_is_warned_of(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    const struct calibrate_request request = {0};
    run(SETTINGS "draws: 400\nfree: [{parameter: walk.pull, range: [0, 0.6]}]\n" //
        HEIGHT("0.3"));
    const struct learnt *l = &result.learnt[0];
    assert_true(l->alike);
    assert_close(l->mean, 0.3, near_mean(0.6 / sqrt(12)));
    assert_close(l->deviation, 0.6 / sqrt(12), near_deviation(0.6 / sqrt(12)));
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(posterior_print(&result, &request, CALIBRATE_MD, out), STATUS_DONE);
    fclose(out);
    assert_contains(text, "# Normal: posterior\n");
    assert_contains(text, "## Warnings");
    assert_contains(text, "- walk.pull: posterior and prior are alike");
    free(text);
    forget();
}

/* step + pull may be 1 at most, which halves the square: each has density 2 (1 - x). */
static void the_prior_is_nothing_where_a_rule_is_broken(void **state)
{
    (void)state;
    run(SETTINGS "draws: 500\nfree: [walk.step, walk.pull]\n"
                 "targets:\n"
                 "  - {name: any, outcome: 0 * mean_height, value: 0, tolerance: 1, source: S0}\n");
    double sd = sqrt(1. / 18);
    for (size_t i = 0; i < result.count; i++)
        assert_true(result.draws[i].shares[0] + result.draws[i].shares[1] <= 1);
    for (size_t k = 0; k < 2; k++) {
        assert_true(result.learnt[k].alike);
        assert_close(result.learnt[k].mean, 1. / 3, near_mean(sd));
    }
    assert_close(result.correlation[0][1], -0.5, near_mean(1));
    forget();
}

/* Two targets of one outcome exclude each other: it ends, and says why. */
static void targets_that_contradict_each_other_end(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    const struct calibrate_request request = {0};
    run(SETTINGS "draws: 50\ntrials: 1000\nfree: [{parameter: walk.step, range: [0, 0.9]}]\n"
                 "targets:\n"
                 "  - {name: a, outcome: mean_height, value: 0.2, tolerance: 0.02, source: S0}\n"
                 "  - {name: b, outcome: mean_height, value: 0.6, tolerance: 0.02, source: S0}\n");
    assert_true(result.end == POSTERIOR_SPENT || result.end == POSTERIOR_RARE);
    /* Few trials are left for the last generation, and enough: none is made in vain. */
    size_t spent = 0;
    for (size_t k = 0; k < result.generation_count; k++)
        spent += result.generations[k].trials;
    assert_int_equal(result.trials, spent);
    assert_between((double)spent, 500, 1000);
    assert_true(result.generations[result.generation_count - 1].distance > 10);
    assert_close(result.learnt[0].mean, 0.4, 0.1);
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(posterior_print(&result, &request, CALIBRATE_TABLE, out), STATUS_DONE);
    fclose(out);
    assert_contains(text, "not within the 1 that were asked for");
    assert_contains(text, "in fewer than one run of twenty");
    free(text);
    forget();
}

static void too_few_trials_are_refused(void **state)
{
    (void)state;
    struct error e = {0};
    const struct calibrate_request request = {.quiet = true, .draws = 100, .trials = 150};
    assert_status(
        targets_read(&targets, &model, file_of(SETTINGS "free: [walk.step]\n" HEIGHT("0.3")), &e),
        STATUS_DONE, &e);
    assert_int_equal(posterior_run(&result, &targets, &request, NULL, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "must be at least twice the 100 draws");
    error_free(&e);
    forget();
}

/* --- files, threads, interruptions ------------------------------------------------------------ */

static const char file_text[] = SETTINGS
    "draws: 60\ntrials: 4000\n"
    "free: [{parameter: walk.step, range: [0, 0.5]}, {parameter: walk.pull, range: [0, 0.5]}]\n" //
    HEIGHT("0.3");

/* The command; its report is thrown away. */
static enum status command(struct calibrate_request request, const char *text, struct error *e)
{
    request.path = file_of(text);
    request.quiet = true;
    request.format = CALIBRATE_JSON;
    FILE *out = fopen("/dev/null", "w");
    enum status status = posterior_calibrate(&model, &request, out, e);
    fclose(out);
    return status;
}

/* The draws of a command that must go well, to be freed. */
static char *draws_of(struct calibrate_request request, const char *name)
{
    struct error e = {0};
    size_t size;
    request.out = scratch_path(&scratch, name);
    assert_status(command(request, file_text, &e), STATUS_DONE, &e);
    char *text = scratch_read(request.out, &size);
    assert_non_null(text);
    return text;
}

static bool exists(const char *name)
{
    return access(scratch_path(&scratch, name), F_OK) == 0;
}

static void threads_change_nothing(void **state)
{
    (void)state;
    const uint64_t seven = 7;
    char *one = draws_of((struct calibrate_request){.threads = 1}, "one.csv");
    for (int threads = 2; threads <= 8; threads *= 2) {
        char *many =
            draws_of((struct calibrate_request){.threads = threads, .force = true}, "many.csv");
        assert_string_equal(one, many);
        free(many);
    }
    char *other = draws_of((struct calibrate_request){.seed = &seven}, "other.csv");
    assert_string_not_equal(one, other);
    assert_false(exists("one.csv.parts"));
    free(one);
    free(other);
}

static void a_file_of_draws_says_what_it_is(void **state)
{
    (void)state;
    char *text = draws_of((struct calibrate_request){.threads = 2}, "d.csv"), *end;
    assert_contains(text, "# Posterior draws of free parameters: Normal\n");
    assert_contains(text, "# walk.step (1): prior uniform on [0, 0.5]\n");
    const char *at = strstr(text, "\nwalk.step,walk.pull,weight\n");
    assert_non_null(at);
    at = strchr(at + 1, '\n') + 1;
    size_t lines = 0;
    double sum = 0;
    for (; *at; at = end + 1, lines++) {
        assert_between(strtod(at, &end), 0, 0.5);
        assert_int_equal(*end, ',');
        assert_between(strtod(end + 1, &end), 0, 0.5);
        assert_int_equal(*end, ',');
        sum += strtod(end + 1, &end);
        assert_int_equal(*end, '\n');
    }
    assert_int_equal(lines, 60);
    assert_close(sum, 1, 1e-9);
    free(text);
}

/* Interrupted after so many runs, again and again, on changing numbers of threads, until it is
 * done. */
static void interruptions_change_nothing(void **state)
{
    (void)state;
    char *straight = draws_of((struct calibrate_request){.threads = 2}, "straight.csv");
    size_t all = atomic_load(&runs), interrupted = 0, size;
    enum status status = STATUS_INTERRUPTED;
    for (size_t after = all / 7; status == STATUS_INTERRUPTED; after += 3) {
        struct error e = {0};
        atomic_store(&runs, 0);
        atomic_store(&stop_after, after);
        status = command((struct calibrate_request){.threads = 1 + (int)(after % 3),
                                                    .resume = true,
                                                    .out = scratch_path(&scratch, "cut.csv")},
                         file_text, &e);
        assert_true(status == STATUS_DONE || status == STATUS_INTERRUPTED);
        if (status == STATUS_INTERRUPTED) {
            assert_contains(error_text(&e), "--resume");
            assert_false(exists("cut.csv"));
            assert_true(exists("cut.csv.parts"));
            interrupted++;
        }
        error_free(&e);
    }
    assert_between((double)interrupted, 5, 8);
    char *cut = scratch_read(scratch_path(&scratch, "cut.csv"), &size);
    assert_string_equal(straight, cut);
    assert_false(exists("cut.csv.parts"));
    free(straight);
    free(cut);
}

static void interrupt_once(const char *name)
{
    struct error e = {0};
    atomic_store(&runs, 0);
    atomic_store(&stop_after, 400);
    assert_status(
        command((struct calibrate_request){.out = scratch_path(&scratch, name)}, file_text, &e),
        STATUS_INTERRUPTED, &e);
    error_free(&e);
    atomic_store(&stop_after, 0);
}

/* The first of the parts with trials. */
static const char *first_part(const char *folder)
{
    static char path[600];
    char line[512];
    snprintf(line, sizeof line, "ls %s/trials-* | head -1", scratch_path(&scratch, folder));
    FILE *out = popen(line, "r");
    assert_non_null(fgets(path, sizeof path, out));
    pclose(out);
    path[strcspn(path, "\n")] = '\0';
    return path;
}

/* A part with a bit turned over is computed again. */
static void a_damaged_part_is_passed_over(void **state)
{
    (void)state;
    char *straight = draws_of((struct calibrate_request){.threads = 1}, "straight.csv");
    interrupt_once("cut.csv");
    size_t size;
    const char *path = first_part("cut.csv.parts");
    char *part = scratch_read(path, &size);
    part[size / 2] ^= 1;
    scratch_write(path, part, size);
    char *again = draws_of((struct calibrate_request){.resume = true}, "cut.csv");
    assert_string_equal(straight, again);
    free(straight);
    free(again);
    free(part);
}

static void parts_of_another_calibration_are_refused(void **state)
{
    (void)state;
    struct error e = {0};
    const char *out = scratch_path(&scratch, "cut.csv");
    const uint64_t seed = 9;
    interrupt_once("cut.csv");
    assert_int_equal(command((struct calibrate_request){.out = out}, file_text, &e),
                     STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "go on with --resume");
    error_free(&e);
    assert_int_equal(command((struct calibrate_request){.out = out, .resume = true, .seed = &seed},
                             file_text, &e),
                     STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "other targets, ranges, draws, trials, scenario");
    error_free(&e);
    assert_status(command((struct calibrate_request){.out = out, .force = true}, file_text, &e),
                  STATUS_DONE, &e);
    assert_int_equal(command((struct calibrate_request){.out = out}, file_text, &e),
                     STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "exists already");
    error_free(&e);
    assert_int_equal(command((struct calibrate_request){.out = "x.json"}, file_text, &e),
                     STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "ends in .csv");
    error_free(&e);
}

static void json_holds_what_the_tables_say(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    const struct calibrate_request request = {0};
    run(file_text);
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(posterior_print(&result, &request, CALIBRATE_JSON, out), STATUS_DONE);
    fclose(out);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    json_t *step = json_array_get(json_object_get(root, "parameters"), 0);
    json_t *pull = json_array_get(json_object_get(root, "parameters"), 1);
    json_t *target = json_array_get(json_object_get(root, "targets"), 0);
    assert_string_equal(json_string_value(json_object_get(root, "ended")), "reached");
    assert_close(json_number_value(json_object_get(step, "mean")), result.learnt[0].mean, 1e-12);
    assert_true(json_is_false(json_object_get(step, "like_the_prior")));
    assert_true(json_is_true(json_object_get(pull, "like_the_prior")));
    assert_close(json_number_value(json_object_get(target, "within")), result.predicted[0].within,
                 1e-12);
    assert_int_equal(json_array_size(json_object_get(root, "generations")),
                     result.generation_count);
    json_decref(root);
    free(text);
    forget();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_normal_mean_is_known_as_well_as_it_should),
        TEST(the_end_of_a_range_is_drawn_as_often_as_it_should),
        TEST(what_no_target_tells_of_stays_as_it_was),
        TEST(no_information_is_warned_of),
        TEST(the_prior_is_nothing_where_a_rule_is_broken),
        TEST(targets_that_contradict_each_other_end),
        TEST(too_few_trials_are_refused),
        TEST(threads_change_nothing),
        TEST(a_file_of_draws_says_what_it_is),
        TEST(interruptions_change_nothing),
        TEST(a_damaged_part_is_passed_over),
        TEST(parts_of_another_calibration_are_refused),
        TEST(json_holds_what_the_tables_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
