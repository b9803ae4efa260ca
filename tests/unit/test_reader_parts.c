/* Parts of a run that are laid over the wrong replicate, or say what cannot be. */
#include "tests/support/check.h"

#include "sim/reader.h"
#include "tests/support/scratch_group.h"
#include "tests/support/tampered.h"
#include "tests/support/toy.h"

enum { WALKERS = 430, WEEK = 3 };

/* A world of the toy after so many weeks, and what it has observed. */
struct saved {
    struct scenario scenario;
    struct record record;
    struct world *world;
    const char *path; /* of its part */
};

static void begin(struct saved *s)
{
    struct error e = {0};
    toy_scenario(&s->scenario);
    assert_status(record_init(&s->record, &s->scenario, &e), STATUS_DONE, &e);
    assert_status(world_open(&s->world, &toy_model, &s->scenario, 0, 1, &e), STATUS_DONE, &e);
}

static void end(struct saved *s)
{
    world_close(s->world);
    record_free(&s->record);
    toy_scenario_free(&s->scenario);
}

static void save(struct saved *s, unsigned weeks)
{
    const struct store_origin origin = {1, 2, 3};
    struct error e = {0};
    begin(s);
    for (unsigned week = 0; week < weeks; week++) {
        world_step(s->world);
        record_take(&s->record, s->world);
    }
    s->path = scratch_path(&scratch, "part.h5");
    assert_status(store_replicate(s->path, &s->record, 0, s->world, &origin, &e), STATUS_DONE, &e);
}

static void refuses_series(const struct saved *s, struct record *r, uint32_t replicate,
                           uint32_t week)
{
    struct reader_replicate about;
    struct error e = {0};
    assert_status(reader_replicate(s->path, r, replicate, week, &about, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "part.h5: holds replicate 1 after week 3\n");
    assert_int_equal(e.count, 1);
    assert_int_equal(r->weeks_done[replicate], 0);
    assert_true(isnan(*record_at(r, 0, replicate, 0)));
    error_free(&e);
}

static void a_part_of_another_replicate_is_refused(void **data)
{
    (void)data;
    struct saved s, other;
    save(&s, WEEK);
    begin(&other);
    refuses_series(&s, &other.record, 1, WEEK);
    refuses_series(&s, &other.record, 0, WEEK + 1);
    other.record.part = 7;
    refuses_series(&s, &other.record, 0, WEEK);
    end(&other);
    end(&s);
}

static void a_part_of_a_longer_run_is_refused(void **data)
{
    (void)data;
    struct saved s;
    struct scenario shorter;
    struct record r;
    struct error e = {0};
    save(&s, WEEK);
    toy_scenario(&shorter);
    toy_scenario_set(&shorter, TOY_WEEKS, WEEK - 1);
    assert_status(record_init(&r, &shorter, &e), STATUS_DONE, &e);
    refuses_series(&s, &r, 0, WEEK);
    record_free(&r);
    toy_scenario_free(&shorter);
    end(&s);
}

/* Before its first week as after any other; of entities that have no rows there is nothing. */
static void a_state_reads_back(void **data)
{
    (void)data;
    for (unsigned weeks = 0; weeks <= WEEK; weeks += WEEK) {
        struct saved s, again;
        struct reader_replicate about;
        struct error e = {0};
        save(&s, weeks);
        begin(&again);
        assert_status(reader_replicate(s.path, &again.record, 0, weeks, &about, &e), STATUS_DONE,
                      &e);
        assert_false(about.finished);
        assert_int_equal(about.origin.ties, 3);
        assert_int_equal(again.record.weeks_done[0], weeks);
        assert_status(reader_state(s.path, again.world, &again.record, &e), STATUS_DONE, &e);
        assert_int_equal(again.world->week, weeks);
        assert_true(world_state_digest(again.world) == world_state_digest(s.world));
        for (size_t k = 0; k < toy_model.observable_count && weeks > 0; k++)
            assert_close(again.world->observed[k], s.world->observed[k], 0);
        end(&again);
        end(&s);
    }
}

static void more_rows_than_the_world_has_room_for_are_refused(void **data)
{
    (void)data;
    static const uint64_t rows[] = {WALKERS + 1, UINT64_MAX};
    static const char *const why[] = {
        "part.h5: has 431 rows of walker, at most 430 fit\n",
        "part.h5: has 18446744073709551615 rows of walker, at most 430 fit\n"};
    for (unsigned k = 0; k < 2; k++) {
        struct saved s;
        struct error e = {0};
        save(&s, WEEK);
        hid_t file = tamper_open(s.path);
        tamper_number(file, "state", "walker", rows[k]);
        tamper_close(file, s.path);
        assert_status(reader_state(s.path, s.world, &s.record, &e), STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), why[k]);
        assert_int_equal(e.count, 1);
        assert_int_equal(store_rows(&toy_model, TOY_WALKER, s.world), WALKERS);
        error_free(&e);
        end(&s);
    }
}

static void agents_that_nobody_can_count_are_refused(void **data)
{
    (void)data;
    static const uint64_t counts[] = {UINT32_MAX + 1ULL, UINT64_MAX};
    const char *path = scratch_path(&scratch, "agents.h5");
    struct saved s;
    struct error e = {0};
    size_t rows;
    begin(&s);
    assert_status(store_agents(path, s.world, &e), STATUS_DONE, &e);
    assert_status(reader_agents_rows(path, &rows, &e), STATUS_DONE, &e);
    assert_int_equal(rows, WALKERS);
    for (unsigned k = 0; k < 2; k++) {
        struct reader_agents agents;
        hid_t file = tamper_open(path);
        tamper_number(file, ".", "rows", counts[k]);
        tamper_close(file, path);
        assert_status(reader_agents_open(&agents, path, &toy_model, &e), STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), "agents.h5: holds too many agents\n");
        assert_int_equal(e.count, 1);
        reader_agents_close(&agents);
        error_free(&e);
    }
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_of_another_replicate_is_refused),
        cmocka_unit_test(a_part_of_a_longer_run_is_refused),
        cmocka_unit_test(a_state_reads_back),
        cmocka_unit_test(more_rows_than_the_world_has_room_for_are_refused),
        cmocka_unit_test(agents_that_nobody_can_count_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
