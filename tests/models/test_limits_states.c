/* The states of persons where the answer is known: limiting cases (tests/support/limits_states.c),
 * and what settles without chance.  Seeds are fixed, so that a case always gives the same figure.
 */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/limits.h"

static void led(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->manager_control[site] = 0.5f;
}

/* --- what settles without chance -------------------------------------------------------------- */

/* E12 with frozen inputs, to the rounding of floats (3e-6, as in V3): ownership goes to
 * (1 - C)(1 - crowding)(.4 + .6 T) at its rate; the mandate, with h hours of leading upwards and no
 * demand, to k h / (k h + d). */
static void ownership_and_mandate_settle(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", led);
    small_open(&s, "ownership mandate",
               SMALL_TOWN
               "volunteers.initial.volunteers: 0.5\nvolunteers.initial.coproducers: 0.5\n"
               "managers.participation: 0.5\nmanagers.competence: 0.5\ntrust.initial: 0.6\n"
               "managers.leading_upwards: 0.75\nmanagers.attention.upwards: 2\n"
               "mandate.gain: 0.01\nmandate.decay: 0.005\nmandate.initial: 0.2\n",
               0);
    const struct town *t = s.town;
    const struct params *p = s.p;
    double owned = 0.5 * (1 - p->crowd_out * 0.5 * (1 - p->crowd_tact * 0.5)) *
                   (p->ownership_base + p->ownership_trust * 0.6);
    double won = 0.01 * 2 * 0.75, mandate = won / (won + 0.005);
    for (unsigned week = 1; week <= 300; week++) {
        small_run(&s, 1);
        assert_close((double)t->municipality_mandate[0],
                     mandate + (0.2 - mandate) * pow(1 - won - 0.005, week), 3e-6);
        double ownership =
            owned + (p->initial_ownership - owned) * pow(1 - p->ownership_rate, week);
        for (size_t v = 0; v < t->volunteers; v++)
            assert_close((double)t->citizen_ownership[t->volunteer_person[v]], ownership, 3e-6);
    }
    small_close(&s);
}

/* Among colleagues who all listen to each other attitudes come together without leaving the range
 * they began in; where nobody listens (a reach of 0) nothing moves. */
static void colleagues_come_together(void **state)
{
    (void)state;
    static const char *const near[] = {"2", "0"};
    for (size_t k = 0; k < 2; k++) {
        char yaml[256];
        snprintf(yaml, sizeof yaml,
                 SMALL_TOWN "professionals.attitude.near: %s\nprofessionals.attitude.peers: 0.1\n",
                 near[k]);
        struct small s;
        small_model(&s);
        small_open(&s, "peers", yaml, 0);
        const struct town *t = s.town;
        for (size_t site = 0; site < t->sites; site++)
            assert_true(t->site_professional_count[site] >= 10);
        float *before = malloc(t->professionals * sizeof *before);
        memcpy(before, t->professional_attitude, t->professionals * sizeof *before);
        small_run(&s, 400);
        for (size_t site = 0; site < t->sites; site++) {
            size_t first = t->site_professional_first[site];
            size_t end = first + t->site_professional_count[site];
            float lo = 1, hi = -1;
            for (size_t j = first; j < end; j++) {
                lo = fminf(lo, before[j]);
                hi = fmaxf(hi, before[j]);
            }
            for (size_t j = first; j < end; j++) {
                float now = t->professional_attitude[j];
                assert_true(now >= lo && now <= hi);
                if (k == 0)
                    assert_close((double)now, (double)t->professional_attitude[first], 1e-5);
                else
                    assert_close((double)now, (double)before[j], 0);
            }
        }
        free(before);
        small_close(&s);
    }
}

/* Two are colleagues: each moves towards the other by the stated share of what lies between them.
 */
static void two_colleagues_are_enough(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "peers",
               SMALL_TOWN "professionals.attitude.near: 2\nprofessionals.attitude.peers: 0.1\n", 0);
    struct town *t = s.town;
    for (size_t site = 0; site < t->sites; site++)
        t->site_professional_count[site] = site % 2 ? 1 : 2;
    size_t pair = t->site_professional_first[0], single = t->site_professional_first[1];
    t->professional_attitude[pair] = -0.5f;
    t->professional_attitude[pair + 1] = 0.5f;
    t->professional_attitude[single] = 0.25f;
    small_run(&s, 1);
    assert_close((double)t->professional_attitude[pair], -0.4, 1e-6);
    assert_close((double)t->professional_attitude[pair + 1], 0.4, 1e-6);
    assert_close((double)t->professional_attitude[single], 0.25, 0);
    small_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(v1_attention),
        LIMIT_TEST(v2_motivation),
        LIMIT_TEST(v3_burnout),
        LIMIT_TEST(v4_trust),
        LIMIT_TEST(v4_experiences),
        LIMIT_TEST(v5_attitude),
        LIMIT_TEST(v9_conflict),
        LIMIT_TEST(v13_learning),
        cmocka_unit_test(ownership_and_mandate_settle),
        cmocka_unit_test(colleagues_come_together),
        cmocka_unit_test(two_colleagues_are_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
