/* The engine on the toy model: order of the week, switches, streams. */
#include "sim/model.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

static struct scenario scenario;

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

static struct toy *open_toy(uint32_t replicate)
{
    struct world *w;
    struct error e = {0};
    assert_status(world_open(&w, scenario.model, &scenario, replicate, 1, &e), STATUS_DONE, &e);
    return (struct toy *)w;
}

static struct toy *open_and_step(uint32_t replicate, int weeks)
{
    struct toy *t = open_toy(replicate);
    for (int week = 0; week < weeks; week++)
        world_step(&t->world);
    return t;
}

static void close_toy(struct toy *t)
{
    world_close(&t->world);
}

static void test_open(void **state)
{
    (void)state;
    toy_scenario_set(&scenario, TOY_SEED, 0x1.23456789abcdep52);
    struct toy *t = open_toy(5);
    assert_int_equal(t->world.week, 0);
    assert_int_equal(t->world.replicate, 5);
    assert_true(t->world.seed == 0x123456789abcde);
    assert_int_equal(t->world.threads, 1);
    assert_int_equal(t->walkers, 430);
    assert_int_equal(t->world.ties.count, 430);
    for (size_t k = 0; k < 4; k++)
        assert_close((double)t->world.observed[k], 0, 0);
    close_toy(t);
    world_close(NULL);
}

static void test_open_fails(void **state)
{
    (void)state;
    static char bad[] = "a,b\n1,1\n";
    scenario.texts[TOY_TIES] = (struct text_value){"ties.csv", bad, sizeof bad - 1};
    struct world *w = (struct world *)&scenario;
    struct error e = {0};
    assert_status(world_open(&w, &toy_model, &scenario, 0, 1, &e), STATUS_BAD_INPUT, &e);
    assert_null(w);
    assert_contains(error_text(&e), "ties.csv:2: a and b are both 1");
    error_free(&e);
}

static void test_repeats(void **state)
{
    (void)state;
    struct toy *a = open_and_step(0, 6), *b = open_and_step(0, 6), *other = open_and_step(1, 6);
    assert_int_equal(a->world.week, 6);
    assert_true(world_digest(&a->world) == world_digest(&b->world));
    assert_true(world_digest(&a->world) != world_digest(&other->world));
    uint64_t digest = world_digest(&a->world);
    a->world.observed[3] += 0.5f;
    assert_true(world_digest(&a->world) != digest);
    a->world.observed[3] = b->world.observed[3];
    a->walker_height[429] = nextafterf(a->walker_height[429], 2);
    assert_true(world_digest(&a->world) != digest);
    close_toy(a);
    toy_scenario_set(&scenario, TOY_SEED, 2);
    a = open_and_step(0, 6);
    assert_true(world_digest(&a->world) != digest);
    close_toy(a);
    close_toy(b);
    close_toy(other);
}

/* --- order of the week ------------------------------------------------------------------------ */

static char written[64];

static void write_down(char letter, size_t cell)
{
    size_t n = strlen(written);
    assert_true(n + 2 < sizeof written);
    written[n] = letter;
    written[n + 1] = (char)('0' + cell);
    written[n + 2] = '\0';
}

#define DEFINE_WRITER(name, letter)                                                                \
    static void name(struct world *w, size_t cell)                                                 \
    {                                                                                              \
        (void)w;                                                                                   \
        write_down(letter, cell);                                                                  \
    }
DEFINE_WRITER(run_a, 'a')
DEFINE_WRITER(run_b, 'b')
DEFINE_WRITER(run_c, 'c')
DEFINE_WRITER(run_d, 'd')
DEFINE_WRITER(absent_b, 'x')

static void test_order(void **state)
{
    (void)state;
    const column_id none[] = {0};
    struct mechanism a = {.name = "a", .cells = TOY_PLACE, .run = run_a, .writes = none};
    struct mechanism b = a, c = a, d = a;
    b.run = run_b;
    b.absent = absent_b;
    c.run = run_c;
    c.every = 2;
    d.run = run_d;
    d.cells = TOY_WORLD;
    const struct mechanism *const schedule[] = {&a, &b, &c, &d};
    struct model m = toy_model;
    m.schedule = schedule;
    m.schedule_count = 4;
    scenario.model = &m;
    struct toy *t = open_toy(0);

    world_step(&t->world); /* a cell goes through the group; c waits for its second week */
    assert_string_equal(written, "a0b0a1b1d0");
    written[0] = '\0';
    world_step(&t->world);
    assert_string_equal(written, "a0b0c0a1b1c1d0");
    written[0] = '\0';
    b.waits = 1;
    world_step(&t->world);
    assert_string_equal(written, "a0a1b0b1d0");
    written[0] = '\0';
    scenario.off[0] = scenario.off[1] = 1;
    world_step(&t->world);
    assert_string_equal(written, "x0c0x1c1d0");
    close_toy(t);
}

static void test_groups(void **state)
{
    (void)state;
    static const size_t end[TOY_MECHANISMS] = {1, 3, 3, 5, 5, 6, 8, 8, 9};
    for (size_t k = 0; k < TOY_MECHANISMS; k++)
        assert_int_equal(model_group_end(&toy_model, k), end[k]);
}

/* More mechanisms in a row than one group holds all run, in order. */
static uint32_t runs;

static void count_run(struct world *w, size_t cell)
{
    (void)w;
    runs += cell == 0;
}

static void test_long_schedule(void **state)
{
    (void)state;
    enum { MANY = 300 };
    static const struct mechanism *schedule[MANY];
    static uint8_t off[MANY];
    struct mechanism a = {.name = "a", .cells = TOY_PLACE, .run = count_run};
    for (size_t k = 0; k < MANY; k++)
        schedule[k] = &a;
    struct model m = toy_model;
    m.schedule = schedule;
    m.schedule_count = MANY;
    scenario.model = &m;
    struct toy *t = open_toy(0);
    t->world.off = off;
    runs = 0;
    world_step(&t->world);
    assert_int_equal(runs, MANY);
    close_toy(t);
}

static void test_every(void **state)
{
    (void)state;
    static const size_t traces[] = {0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3};
    struct toy *t = open_toy(0);
    for (size_t week = 0; week < 12; week++) {
        world_step(&t->world);
        assert_int_equal(t->traces, traces[week]);
    }
    struct mechanism yearly = {.every = 52}, weekly = {.every = 0};
    assert_true(mechanism_due(&yearly, 51) && mechanism_due(&yearly, 103));
    assert_false(mechanism_due(&yearly, 0) || mechanism_due(&yearly, 52));
    assert_true(mechanism_due(&weekly, 0) && mechanism_due(&weekly, 1));
    close_toy(t);
}

static void test_event(void **state)
{
    (void)state;
    struct toy *t = open_toy(0);
    for (uint32_t week = 1; week <= 8; week++) {
        world_step(&t->world);
        assert_close((double)t->place_wind[0], week >= 3 && week <= 5 ? 0.25 : 0, 0);
        assert_close((double)t->place_wind[1], 0, 0);
    }
    assert_int_equal(t->place_gusts[0], 3);
    assert_int_equal(t->place_gusts[1], 0);
    close_toy(t);
}

/* --- switches --------------------------------------------------------------------------------- */

static void test_off(void **state)
{
    (void)state;
    scenario.off[TOY_WALK] = scenario.off[TOY_JUMP] = 1;
    struct toy *t = open_toy(0);
    float before[430];
    memcpy(before, t->walker_height, sizeof before);
    for (int week = 0; week < 5; week++)
        world_step(&t->world);
    assert_memory_equal(t->walker_height, before, sizeof before);
    close_toy(t);

    scenario.off[TOY_LOOK] = 1; /* absent: each sees itself */
    t = open_and_step(0, 1);
    assert_memory_equal(t->walker_mean, before, sizeof before);
    close_toy(t);
}

/* Switching a mechanism off leaves the draws of all others as they were. */
static void test_off_leaves_draws(void **state)
{
    (void)state;
    struct toy *full = open_and_step(0, 1);
    scenario.off[TOY_WALK] = 1;
    struct toy *still = open_and_step(0, 1);
    scenario.off[TOY_WALK] = 0;
    scenario.off[TOY_JUMP] = 1;
    struct toy *grounded = open_and_step(0, 1);

    size_t jumpers = 0;
    for (size_t i = 0; i < full->walkers; i++) {
        assert_int_equal(full->walker_jumps[i], still->walker_jumps[i]);
        jumpers += full->walker_jumps[i];
        double same = full->walker_jumps[i] ? (double)still->walker_height[i]
                                            : (double)grounded->walker_height[i];
        assert_close((double)full->walker_height[i], same, 0);
    }
    assert_between((double)jumpers, 5, 50);
    close_toy(full);
    close_toy(still);
    close_toy(grounded);
}

static void test_observed(void **state)
{
    (void)state;
    struct toy *t = open_and_step(0, 3);
    double sum = 0;
    for (size_t i = 300; i < 430; i++)
        sum += (double)t->walker_height[i];
    assert_close((double)t->world.observed[TOY_OBSERVABLES + TOY_MEAN_HEIGHT], sum / 130, 1e-6);
    assert_close((double)t->world.observed[TOY_SHARE_ABOVE], (double)t->place_crowd[0], 0);
    assert_true(t->world.observed[TOY_MEAN_HEIGHT] > t->world.observed[TOY_OBSERVABLES]);
    close_toy(t);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_open),   TEST(test_open_fails),       TEST(test_repeats),  TEST(test_order),
        TEST(test_groups), TEST(test_long_schedule),    TEST(test_every),    TEST(test_event),
        TEST(test_off),    TEST(test_off_leaves_draws), TEST(test_observed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
