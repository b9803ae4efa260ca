/* Which municipalities each rank of a shared run has, and how it reads what was saved. */
#include "tests/support/check.h"

#include "models/coproduction.h"
#include "models/demography.h"
#include "sim/reader.h"
#include "sim/split.h"
#include "tests/support/scratch.h"
#include "tests/support/shipped.h"
#include "tests/support/small_town.h"
#include "tests/support/tampered.h"

enum { RANKS_MOST = 120 };

static double persons_at(const struct scenario *s, struct range places)
{
    double sum = 0;
    for (size_t m = places.first; m < places.end; m++)
        sum += demography_of(s, m)->adults;
    return sum;
}

/* All places in order, each once; nobody has more than an equal part and half of two places. */
static void ranks_have_equal_parts_of_denmark(void **state)
{
    (void)state;
    struct scenario s;
    struct range places[RANKS_MOST];
    shipped_read(&s, "denmark", (struct shipped_size){0});
    double all = persons_at(&s, (struct range){0, s.place_count}), largest = 0;
    for (size_t m = 0; m < s.place_count; m++)
        largest = fmax(largest, demography_of(&s, m)->adults);
    for (int ranks = 1; ranks <= RANKS_MOST; ranks++) {
        size_t next = 0;
        split_places(&s, ranks, places);
        for (int rank = 0; rank < ranks; rank++) {
            assert_int_equal(places[rank].first, next);
            assert_true(places[rank].end >= next);
            assert_true(persons_at(&s, places[rank]) <= all / ranks + largest);
            next = places[rank].end;
        }
        assert_int_equal(next, s.place_count);
    }
    scenario_free(&s);
}

/* Two towns that one rank alone shares with nobody. */
static struct world *shared_world(const struct scenario *s)
{
    struct world *w;
    struct error e = {0};
    assert_status(world_open_shared(&w, s->model, s, 0, 1, &e), STATUS_DONE, &e);
    assert_non_null(w->split);
    return w;
}

static void assert_state(const char *path, const struct scenario *s, const struct record *r,
                         enum status status, const char *why)
{
    struct world *w = shared_world(s);
    struct error e = {0};
    assert_status(reader_state(path, w, r, &e), status, &e);
    assert_contains(error_text(&e), why);
    assert_int_equal(e.count, status != STATUS_DONE);
    error_free(&e);
    world_close(w);
}

static void ranks_take_what_is_theirs_from_a_whole_state(void **state)
{
    (void)state;
    struct scratch scratch;
    struct scenario s;
    struct record r;
    struct error e = {0};
    char why[64];
    scratch_open(&scratch);
    small_scenario(&s, "weeks: 3\npopulation.inhabitants: 2000\n"
                       "municipalities: [{name: North}, {name: South}]\n");
    const char *path = scratch_path(&scratch, "part.h5");
    struct world *w = shared_world(&s);
    assert_status(record_init(&r, &s, &e), STATUS_DONE, &e);
    for (unsigned week = 0; week < 2; week++) {
        world_step(w);
        record_take(&r, w);
    }
    const struct store_origin origin = {0};
    assert_status(store_replicate(path, &r, 0, w, &origin, &e), STATUS_DONE, &e);
    assert_state(path, &s, &r, STATUS_DONE, "");

    hid_t file = tamper_open(path);
    tamper_number(file, "state", "citizen", 10);
    tamper_close(file, path);
    snprintf(why, sizeof why, "part.h5: has 10 rows of citizen, must have %zu\n",
             store_rows(s.model, ENTITY_citizen, w));
    assert_state(path, &s, &r, STATUS_BAD_INPUT, why);

    assert_status(store_replicate(path, &r, 0, w, &origin, &e), STATUS_DONE, &e);
    file = tamper_open(path);
    assert_true(H5Ldelete(file, "state/citizen.status", H5P_DEFAULT) >= 0);
    tamper_close(file, path);
    assert_state(path, &s, &r, STATUS_BAD_INPUT, "part.h5: citizen.status is missing\n");
    world_close(w);
    record_free(&r);
    scenario_free(&s);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_have_equal_parts_of_denmark),
        cmocka_unit_test(ranks_take_what_is_theirs_from_a_whole_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
