/* Innovation (E15): how many ideas, how many of them carried out, and what follows for trust,
 * sector, mandate and silos. */
#include "tests/support/check.h"

#include "models/submodels.h"
#include "tests/support/sample.h"
#include "tests/support/small_town.h"

#define CROWD                                                                                      \
    SMALL_TOWN "sites.per_thousand: 4\nvolunteers.initial.volunteers: 0.5\n"                       \
               "volunteers.initial.coproducers: 0.5\nmandate.initial: 0.5\n"                       \
               "innovation.ideas: 0.05\ninnovation.crossing: 0.4\n"

/* Goals, attitudes, mandate and silos stand still: ideas are Poisson at the stated rate, the share
 * carried out a mixture of two probabilities.  Four standard errors. */
static void ideas_come_and_are_carried_out(void **state)
{
    (void)state;
    enum { WEEKS = 200 };
    struct small s;
    small_model(&s);
    small_open(&s, "innovation", CROWD, 0);
    struct town *t = s.town;
    const struct params *p = s.p;
    double expected = 0, ideas = 0, innovations = 0, joint = 0;
    small_run(&s, 1); /* after which the spread of goals is the measured one */
    for (unsigned week = 0; week < WEEKS; week++) {
        small_run(&s, 1);
        for (size_t k = 0; k < t->sites; k++) {
            double open = 0;
            size_t count = t->site_professional_count[k];
            for (size_t j = 0; j < count; j++)
                open += 1 + (double)t->professional_attitude[t->site_professional_first[k] + j];
            expected += t->site_volunteer_count[k] * 0.05 *
                        fmin(1, (double)t->site_goal_spread[k] / p->diverse) *
                        (1 + p->idea_catalyst * p->role_catalyst * 0.5) * open / 2 / (double)count *
                        (1 + site_partner_share(t, k, ROLE_AVANTGARDE));
            ideas += t->site_ideas[k];
            innovations += t->site_innovations[k];
            joint += t->site_joint[k];
        }
    }
    assert_true(expected > 2000);
    assert_close(ideas, expected, 4 * sqrt(expected));
    double at_home = 1 / (1 + exp(1 - 2 * 0.5 - p->role_facilitator * 0.5));
    double across =
        1 /
        (1 + exp(1 - 2 * 0.5 - p->role_facilitator * 0.5 - p->implement_silos * p->silos_initial));
    double share = 0.6 * at_home + 0.4 * across;
    assert_close(innovations / ideas, share, 4 * sqrt(share * (1 - share) / ideas));
    assert_close(joint / ideas, 0.4 * across, 4 * sqrt(0.4 * across / ideas));
    small_close(&s);
}

/* Who was at a meeting gains trust in a week of success; nobody else does. */
static void success_is_shared_by_those_who_met(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "deliberation innovation", CROWD, 0);
    struct town *t = s.town;
    size_t gained = 0;
    small_run(&s, 1);
    for (size_t v = 0; v < t->volunteers; v++) {
        bool won =
            t->volunteer_met[v] && t->site_innovations[t->citizen_site[t->volunteer_person[v]]] > 0;
        assert_close((double)t->citizen_trust[t->volunteer_person[v]],
                     won ? 0.5 + s.p->trust_gain * 0.5 : 0.5, 1e-6);
        gained += won;
    }
    assert_true(gained > 0);
    small_close(&s);
}

static size_t mean_by_sector(const struct town *t, uint8_t sector, double *mean)
{
    size_t sites = 0;
    *mean = 0;
    for (size_t k = 0; k < t->sites; k++)
        if (t->site_sector[k] == sector) {
            sites++;
            *mean += t->site_innovations[k];
        }
    *mean /= (double)sites;
    return sites;
}

/* All sites of a sector gain from what one of them does; the mandate gains by successes and loses
 * by failures, shares of the sites. */
static void sector_and_mandate_gain(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "innovation diffusion mandate",
               CROWD "mandate: {decay: 0, gain: 0, unmet: 0, risk_shared: 0.25}\n", 0);
    struct town *t = s.town;
    const struct params *p = s.p;
    double effectiveness[SECTORS] = {0}, mandate = 0.5, all = 0;
    for (unsigned week = 0; week < 20; week++) {
        small_run(&s, 1);
        double won = 0;
        for (size_t k = 0; k < t->sites; k++) {
            double failures = t->site_ideas[k] - t->site_innovations[k];
            won += 0.02 * t->site_innovations[k] - 0.02 * 0.75 * failures;
            all += t->site_innovations[k];
        }
        mandate += won / (double)t->sites;
        for (uint8_t sector = 0; sector < SECTORS; sector++) {
            double mean, *q = &effectiveness[sector];
            mean_by_sector(t, sector, &mean);
            *q += p->effect_gain * mean * (1 - *q) - p->effect_fade * *q;
        }
        for (size_t k = 0; k < t->sites; k++)
            assert_close((double)t->site_effectiveness[k], effectiveness[t->site_sector[k]], 1e-5);
        assert_close((double)t->municipality_mandate[0], mandate, 1e-5);
    }
    double mean;
    assert_true(mean_by_sector(t, 0, &mean) > 1); /* or nothing was shared */
    assert_true(all > 100);
    small_close(&s);
}

/* Without success and spanners silos close at the stated rate, and faster under control. */
static void silos_close_by_documentation(void **state)
{
    (void)state;
    static const char *const evaluation[] = {"dialogue", "control"};
    for (unsigned k = 0; k < 2; k++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 CROWD "professionals.spanners: 0\nmanagers.documentation: 0.5\n"
                       "managers.evaluation: %s\n",
                 evaluation[k]);
        struct small s;
        small_model(&s);
        small_open(&s, "silos", yaml, 0);
        small_run(&s, 52);
        assert_close(small_observed(&s, "silo_permeability"),
                     0.3 * pow(1 - 0.02 * 0.5 * (k + 1), 52), 1e-5);
        small_close(&s);
    }
}

/* Professionals who span boundaries open them to where opening and closing balance. */
static void spanners_open_silos(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "silos", CROWD "professionals.spanners: 1\nprofessionals.attitude.mean: 0.2\n",
               0);
    double spanning = 0;
    const struct town *t = s.town;
    for (size_t j = 0; j < t->professionals; j++)
        spanning += (double)t->professional_spanner[j] * (1 + (double)t->professional_attitude[j]) /
                    2 / (double)t->professionals;
    assert_between(spanning, 0.4, 0.5); /* skill evenly in .5 to 1, attitude .2 */
    small_run(&s, 600);
    double opening = 0.05 * spanning, closing = 0.02 * s.p->documentation;
    assert_close(small_observed(&s, "silo_permeability"), opening / (opening + closing), 1e-4);
    small_close(&s);
}

/* Who took the initiative: politicians bring a mandate, employees the will of all professionals. */
static void initiative_matters(void **state)
{
    (void)state;
    static const char *const routes[] = {"officials", "politicians", "employees", "citizens"};
    double mandate[4], attitude[4], ownership[4];
    for (unsigned k = 0; k < 4; k++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, CROWD "tasks.initiator: %s\n", routes[k]);
        struct small s;
        small_model(&s);
        small_open(&s, "ownership", yaml, 0);
        small_run(&s, 20);
        mandate[k] = small_observed(&s, "mandate");
        attitude[k] = small_observed(&s, "attitude");
        ownership[k] = small_observed(&s, "ownership");
        small_close(&s);
    }
    assert_close(mandate[1] - mandate[0], 0.1, 1e-6);
    assert_close(mandate[2] - mandate[0], 0, 0);
    assert_close(attitude[2], attitude[0] + 0.15 * (1 - attitude[0]), 1e-4);
    assert_close(attitude[3] - attitude[0], 0, 0);
    assert_true(ownership[3] > ownership[0] + 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideas_come_and_are_carried_out),
        cmocka_unit_test(success_is_shared_by_those_who_met),
        cmocka_unit_test(sector_and_mandate_gain),
        cmocka_unit_test(silos_close_by_documentation),
        cmocka_unit_test(spanners_open_silos),
        cmocka_unit_test(initiative_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
