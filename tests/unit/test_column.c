/* Columns: allocation, bounds, digest. */
#include "sim/column.h"
#include "tests/support/check.h"
#include "tests/support/short_memory.h"
#include "tests/support/toy.h"

/* A toy world without a scenario: ten walkers in two places. */
static struct toy toy_new(void)
{
    struct toy t = {.world = {.model = &toy_model}};
    t.places = t.place_capacity = 2;
    t.walkers = t.walker_capacity = 10;
    t.trace_capacity = 3;
    struct error e = {0};
    assert_status(columns_allocate(&toy_model, &t.world, &e), STATUS_DONE, &e);
    return t;
}

static const struct column *column(enum toy_column id)
{
    return &toy_model.columns[id - 1];
}

static void test_types(void **state)
{
    (void)state;
    assert_int_equal(column_width(COLUMN_F32), 4);
    assert_int_equal(column_width(COLUMN_U8), 1);
    assert_int_equal(column_width(COLUMN_U16), 2);
    assert_int_equal(column_width(COLUMN_U32), 4);
    assert_string_equal(column_type_name(COLUMN_F32), "float32");
    assert_string_equal(column_type_name(COLUMN_U8), "uint8");
    assert_string_equal(column_type_name(COLUMN_U16), "uint16");
    assert_string_equal(column_type_name(COLUMN_U32), "uint32");
    assert_string_equal(column_role_name(COLUMN_TRAIT), "trait");
    assert_string_equal(column_role_name(COLUMN_STATE), "state");
    assert_string_equal(column_role_name(COLUMN_DERIVED), "derived");
}

static void test_allocate(void **state)
{
    (void)state;
    struct toy t = toy_new();
    assert_non_null(t.walker_height_next);
    assert_null(t.roster_walker); /* capacity 0 */
    for (size_t k = 0; k < toy_model.column_count; k++) {
        const struct column *c = &toy_model.columns[k];
        for (size_t row = 0; row < 2 && column_now(c, &t); row++)
            assert_close(column_value(c, &t, row), 0, 0);
    }
    for (size_t row = 0; row < 10; row++)
        assert_close((double)t.walker_height_next[row], 0, 0);
    /* wind, gusts, crowd; place, stride, two heights, mean, jumps; heights of traces */
    assert_int_equal(columns_bytes(&toy_model, &t.world), 2 * (4 + 2 + 4) + 10 * (1 + 5 * 4) + 12);
    columns_free(&toy_model, &t.world);
    assert_null(t.walker_height);
    assert_null(t.walker_height_next);
    columns_free(&toy_model, &t.world);
}

static void test_value(void **state)
{
    (void)state;
    struct toy t = toy_new();
    t.walker_height[3] = 0.25f;
    t.walker_place[4] = 200;
    t.place_gusts[1] = 60000;
    t.walker_jumps[9] = 4000000000;
    assert_ptr_equal(column_now(column(TOY_WALKER_HEIGHT), &t), t.walker_height);
    assert_close(column_value(column(TOY_WALKER_HEIGHT), &t, 3), 0.25, 0);
    assert_close(column_value(column(TOY_WALKER_PLACE), &t, 4), 200, 0);
    assert_close(column_value(column(TOY_PLACE_GUSTS), &t, 1), 60000, 0);
    assert_close(column_value(column(TOY_WALKER_JUMPS), &t, 9), 4e9, 0);
    columns_free(&toy_model, &t.world);
}

static void test_too_large(void **state)
{
    (void)state;
    struct toy t = {.world = {.model = &toy_model}};
    struct error e = {0};
    t.walker_capacity = SIZE_MAX / 2;
    t.place_capacity = 1;
    assert_status(columns_allocate(&toy_model, &t.world, &e), STATUS_FAILED, &e);
    assert_int_equal(e.count, 1);
    assert_null(t.place_wind); /* what was there already is freed */
    error_free(&e);

    t.walker_capacity = SIZE_MAX / 64; /* fits an address, but no memory */
    assert_status(columns_allocate(&toy_model, &t.world, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "memory is short: ");
    assert_contains(error_text(&e), " bytes for 288230376151711743 rows of walker.place");
    assert_null(t.place_wind);
    error_free(&e);

    t.walker_capacity = 1;
    t.roster_capacity = SIZE_MAX / 3; /* of four bytes each */
    assert_status(columns_allocate(&toy_model, &t.world, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "rows of roster.walker are more than memory can address");
    error_free(&e);
}

static void test_check(void **state)
{
    (void)state;
    struct toy t = toy_new();
    struct error e = {0};
    t.world.week = 7;
    t.walker_height[9] = 1;
    assert_status(columns_check(&toy_model, &t.world, &e), STATUS_DONE, &e);

    t.walker_height[4] = 1.5f;
    t.walker_height[5] = NAN;
    t.walker_stride[2] = NAN;
    t.walker_jumps[1] = 65536;
    t.walker_mean[0] = -INFINITY;
    assert_status(columns_check(&toy_model, &t.world, &e), STATUS_FAILED, &e);
    assert_string_equal(
        error_text(&e),
        "walker.stride of row 2 is nan after week 7, must lie in [0, 1] (1)\n"
        "walker.height of row 4 is 1.5 after week 7, must lie in [0, 1] (1)\n"
        "walker.mean of row 0 is -inf after week 7, must lie in [0, 1] (1)\n"
        "walker.jumps of row 1 is 65536 after week 7, must lie in [0, 65535] (1)\n");
    error_free(&e);

    t.walkers = 1; /* rows beyond the count are nobody's */
    t.walker_mean[0] = 0;
    assert_status(columns_check(&toy_model, &t.world, &e), STATUS_DONE, &e);
    t.traces = 4;
    assert_status(columns_check(&toy_model, &t.world, &e), STATUS_FAILED, &e);
    assert_string_equal(error_text(&e), "trace has 4 rows after week 7, must have at most 3\n");
    error_free(&e);
    columns_free(&toy_model, &t.world);
}

/* Bounds that a float cannot hold exactly, and whole numbers. */
static void test_check_rounding(void **state)
{
    (void)state;
    struct toy t = toy_new();
    struct model m = toy_model;
    struct column columns[16];
    struct error e = {0};
    memcpy(columns, toy_model.columns, toy_model.column_count * sizeof *columns);
    m.columns = columns;
    columns[TOY_WALKER_HEIGHT - 1].lo = 0.65;
    columns[TOY_WALKER_HEIGHT - 1].hi = 0.7;
    columns[TOY_WALKER_PLACE - 1].lo = 2;
    columns[TOY_WALKER_PLACE - 1].hi = 3;
    for (size_t k = 0; k < t.walkers; k++) {
        t.walker_height[k] = k % 2 ? 0.65f : 0.7f;
        t.walker_place[k] = k % 2 ? 2 : 3;
    }
    assert_status(columns_check(&m, &t.world, &e), STATUS_DONE, &e);
    t.walker_place[0] = 4;
    t.walker_height[1] = nextafterf(0.65f, 0);
    assert_status(columns_check(&m, &t.world, &e), STATUS_FAILED, &e);
    assert_int_equal(e.count, 2);
    error_free(&e);
    columns_free(&toy_model, &t.world);
}

static void test_digest(void **state)
{
    (void)state;
    struct toy t = toy_new();
    uint64_t all = columns_digest(&toy_model, &t.world, true, true);
    uint64_t traits = columns_digest(&toy_model, &t.world, true, false);
    uint64_t states = columns_digest(&toy_model, &t.world, false, true);
    assert_true(all != traits && all != states && traits != states);

    t.walker_mean[0] = 1; /* derived */
    t.walker_height_next[0] = 1;
    assert_true(columns_digest(&toy_model, &t.world, true, true) == all);
    t.walker_height[9] = 1e-30f; /* state */
    assert_true(columns_digest(&toy_model, &t.world, true, true) != all);
    assert_true(columns_digest(&toy_model, &t.world, true, false) == traits);
    assert_true(columns_digest(&toy_model, &t.world, false, true) != states);
    t.walker_height[9] = 0;
    t.walker_place[9] = 1; /* trait */
    assert_true(columns_digest(&toy_model, &t.world, true, false) != traits);
    assert_true(columns_digest(&toy_model, &t.world, false, true) == states);
    t.walker_place[9] = 0;
    t.traces = 1; /* a row more */
    assert_true(columns_digest(&toy_model, &t.world, false, true) != states);
    t.traces = 0;
    assert_true(columns_digest(&toy_model, &t.world, true, true) == all);
    columns_free(&toy_model, &t.world);
}

static void test_state_digest(void **state)
{
    (void)state;
    struct toy t = toy_new();
    uint64_t states = columns_state_digest(&toy_model, &t.world);
    t.walker_mean[0] = 1;  /* derived */
    t.walker_place[9] = 1; /* trait */
    assert_true(columns_state_digest(&toy_model, &t.world) == states);
    for (size_t k = 0; k < t.walkers; k++) { /* in every lane, and in the rest that fills none */
        t.walker_height[k] = 1e-30f;
        assert_true(columns_state_digest(&toy_model, &t.world) != states);
        t.walker_height[k] = 0;
    }
    t.walker_height[2] = 1; /* the same value in two lanes */
    uint64_t one = columns_state_digest(&toy_model, &t.world);
    t.walker_height[2] = 0;
    t.walker_height[4] = 1;
    assert_true(columns_state_digest(&toy_model, &t.world) != one);
    t.walker_height[4] = 0;
    t.traces = 1; /* a row more */
    assert_true(columns_state_digest(&toy_model, &t.world) != states);
    t.traces = 0;
    assert_true(columns_state_digest(&toy_model, &t.world) == states);
    columns_free(&toy_model, &t.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),  cmocka_unit_test(test_allocate),
        cmocka_unit_test(test_value),  cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_check),  cmocka_unit_test(test_check_rounding),
        cmocka_unit_test(test_digest), cmocka_unit_test(test_state_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
