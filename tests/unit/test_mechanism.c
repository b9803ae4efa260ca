/* The test of every mechanism: the toy model passes it, and models that lie are found out. */
#include "tests/support/check.h"
#include "tests/support/mechanism_test.h"
#include "tests/support/toy.h"

static struct scenario scenario;
static struct model liar;
static struct mechanism lie;
static const struct mechanism *schedule[TOY_MECHANISMS];

static int set_up(void **state)
{
    (void)state;
    toy_scenario(&scenario);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    toy_scenario_free(&scenario);
    return 0;
}

static struct world *fresh(int threads)
{
    struct world *w;
    struct error e = {0};
    assert_status(world_open(&w, scenario.model, &scenario, 0, threads, &e), STATUS_DONE, &e);
    return w;
}

/* Makes the toy model with one mechanism that is to be changed. */
static void lie_about(enum toy_mechanism position)
{
    liar = toy_model;
    memcpy(schedule, toy_model.schedule, sizeof schedule);
    lie = *toy_model.schedule[position];
    schedule[position] = &lie;
    liar.schedule = schedule;
    scenario.model = &liar;
}

static void test_toy(void **state)
{
    (void)state;
    mechanism_test(&toy_model, fresh, 9);
}

static void assert_found(const char *finding)
{
    struct error e = {0};
    assert_status(mechanism_verify(&liar, fresh, 9, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), finding);
    error_free(&e);
}

static void test_undeclared_write(void **state)
{
    (void)state;
    lie_about(TOY_JUMP);
    lie.writes = (const column_id[]){TOY_WALKER_HEIGHT, 0};
    assert_found("jump writes walker.jumps in week 1 and does not declare it");
}

static void test_undeclared_write_of_next(void **state)
{
    (void)state;
    lie_about(TOY_WALK);
    lie.writes = (const column_id[]){0};
    assert_found("walk writes walker.height in week 1 and does not declare it");
}

static void test_undeclared_read_of_others(void **state)
{
    (void)state;
    lie_about(TOY_LOOK);
    lie.reads_tied = (const column_id[]){TOY_PLACE_CROWD, 0};
    assert_found("look reads place.crowd of others and not at all");
    assert_found("look reads place.crowd of those who are tied, who have none");
}

static void test_undeclared_write_in_absence(void **state)
{
    (void)state;
    lie_about(TOY_LOOK);
    lie.absent = toy_model.schedule[TOY_SETTLE]->run;
    assert_found("look writes walker.height in week 1 and does not declare it");
}

static void sink(struct world *w, size_t cell)
{
    (void)cell;
    ((struct toy *)w)->walker_height[7] = w->week == 2 ? NAN : 0;
}

static void test_bound(void **state)
{
    (void)state;
    lie_about(TOY_JUMP);
    lie.run = sink;
    lie.off = NULL;
    assert_found("walker.height of row 7 is nan after week 3, must lie in [0, 1]");
}

static void test_missing_wait(void **state)
{
    (void)state;
    lie_about(TOY_SETTLE);
    lie.waits = 0;
    assert_found("with mechanisms one by one");
}

static void rewire(struct world *w, size_t cell)
{
    (void)cell;
    w->ties.target[0] = w->ties.target[1];
}

static void test_ties(void **state)
{
    (void)state;
    lie_about(TOY_LEAVE_TRACE);
    lie.run = rewire;
    assert_found("the ties are not the same after 9 weeks");
}

/* Reads what another cell of the same step writes. */
static void copy_last(struct world *w, size_t cell)
{
    struct toy *t = (struct toy *)w;
    t->place_crowd[cell] = cell > 0 ? t->place_crowd[cell - 1] : t->walker_height[0];
}

static void test_order_of_cells(void **state)
{
    (void)state;
    lie_about(TOY_CROWD);
    lie.run = copy_last;
    assert_found("with cells in falling order");
}

static void count_threads(struct world *w, size_t cell)
{
    ((struct toy *)w)->place_crowd[cell] = 1 / (float)w->threads;
}

static void test_threads(void **state)
{
    (void)state;
    lie_about(TOY_CROWD);
    lie.run = count_threads;
    assert_found("place.crowd of row 0 is 1 after week 1, and 0.5 at 2 threads");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_toy),
        TEST(test_undeclared_write),
        TEST(test_undeclared_write_of_next),
        TEST(test_undeclared_write_in_absence),
        TEST(test_undeclared_read_of_others),
        TEST(test_bound),
        TEST(test_missing_wait),
        TEST(test_ties),
        TEST(test_order_of_cells),
        TEST(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
