/* Which municipalities each rank of a shared run has. */
#include "tests/support/check.h"

#include "models/coproduction.h"
#include "models/demography.h"
#include "sim/split.h"
#include "tests/support/shipped.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_have_equal_parts_of_denmark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
