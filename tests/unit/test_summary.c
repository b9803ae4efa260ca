/* The table at the end of a run: means over windows and replicates, spread, sums over places. */
#include "tests/support/check.h"

#include "analysis/summary.h"
#include "tests/support/toy.h"

static struct model model;
static struct observable observables[TOY_OBSERVABLES];

/* A record in which everything is 100 replicate + week / 52 (from 0) + 1000 place. */
static void make_record(struct record *r, struct scenario *s, size_t weeks)
{
    struct error e = {0};
    memcpy(observables, toy_model.observables, sizeof observables);
    model = toy_model;
    model.observables = observables;
    toy_scenario(s);
    s->model = &model;
    toy_scenario_set(s, TOY_WEEKS, (double)weeks);
    toy_scenario_set(s, TOY_REPLICATES, 3);
    assert_status(record_init(r, s, &e), STATUS_DONE, &e);
    for (size_t k = 0; k < r->observables; k++)
        for (size_t i = 0; i < r->replicates; i++)
            for (size_t week = 0; week < weeks; week++)
                for (size_t place = 0; place < r->places; place++)
                    record_at(r, k, i, week)[place] = (float)(100 * i + week / 52 + 1000 * place);
}

static char *summary(const struct record *r)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(summary_print(r, out), STATUS_DONE);
    fclose(out);
    return text;
}

static void means_of_first_and_last_year(void **data)
{
    (void)data;
    struct record r;
    struct scenario s;
    make_record(&r, &s, 3 * 52);
    char *text = summary(&r);
    assert_contains(text, "156 weeks, 3 runs");
    assert_contains(text, "the first and the last 52 weeks");
    assert_contains(text, "\nNorth\n");
    assert_contains(text, "\nSouth\n");
    /* Replicates at 0, 100, 200: the mean, and the 5th and 95th percentile between them. */
    assert_contains(text, "How high walkers are                 100   10.0 to 190         102"
                          "   12.0 to 192\n");
    assert_contains(text, "1,100  1,010 to 1,190       1,102  1,012 to 1,192\n");
    free(text);
    record_free(&r);
    toy_scenario_free(&s);
}

static void short_runs_are_halved(void **data)
{
    (void)data;
    struct record r;
    struct scenario s;
    make_record(&r, &s, 5);
    char *text = summary(&r);
    assert_contains(text, "the first and the last 3 weeks");
    free(text);
    record_free(&r);
    toy_scenario_free(&s);
}

static void what_is_missing_is_left_out(void **data)
{
    (void)data;
    struct record r;
    struct scenario s;
    make_record(&r, &s, 104);
    for (size_t i = 0; i < 3; i++)
        for (size_t week = 0; week < 52; week++)
            record_at(&r, 0, i, week)[0] = NAN;
    record_at(&r, 0, 0, 60)[0] = NAN;
    char *text = summary(&r);
    assert_contains(text, "How high walkers are                   -                       101"
                          "   11.0 to 191\n");
    free(text);
    record_free(&r);
    toy_scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_of_first_and_last_year),
        cmocka_unit_test(short_runs_are_halved),
        cmocka_unit_test(what_is_missing_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
