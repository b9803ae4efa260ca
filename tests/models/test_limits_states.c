/* Limiting cases of the states of persons: one mechanism at a time on a real small town, its inputs
 * frozen, against the answer in closed form.  Statistical tolerances are four standard errors,
 * stated at each; seeds are fixed, so that a case always gives the same figure. */
#include "tests/support/check.h"

#include "models/submodels.h"
#include "tests/support/sample.h"
#include "tests/support/small_town.h"

/* Half of all adults co-produce, nobody comes or goes. */
#define CROWD SMALL_TOWN "volunteers.initial.volunteers: 0.5\nvolunteers.initial.coproducers: 0.5\n"

static double logit_inverse(double x)
{
    return 1 / (1 + exp(-x));
}

/* --- V1 --------------------------------------------------------------------------------------- */

/* e_P = s_P min(1, H (1 - nu) / d) exactly: to the last bits of a float, 1e-6 of the value.  In the
 * whole model, with a manager who has too little time and with one who has plenty. */
static void attention_case(const char *yaml, bool scarce)
{
    struct small s;
    small_model(&s);
    small_open(&s, NULL, yaml, 0);
    const struct town *t = s.town;
    const struct params *p = s.p;
    unsigned without = 0, sites = 0;
    for (unsigned week = 0; week < 6; week++) {
        float unmet[64], process[64], design[64];
        assert_true(t->sites <= 64);
        for (size_t k = 0; k < t->sites; k++) {
            unmet[k] = t->site_unmet_share[k];
            process[k] = t->manager_process[k];
            design[k] = t->manager_design[k];
        }
        small_run(&s, 1);
        for (size_t k = 0; k < t->sites; k++, sites++) {
            double hours = p->manager_hours * (1 - p->documentation);
            double recruits = p->role_convener * hours / p->hours_recruit * (double)unmet[k];
            double sigma_P = (double)process[k];
            double needed = p->hours_design * (double)design[k] +
                            p->hours_goals * (double)t->manager_goals[k] +
                            p->hours_direct * sigma_P * t->site_direct[k] +
                            p->hours_association * sigma_P * site_partners(t, k) +
                            p->hours_participation * (double)t->manager_participation[k] +
                            p->hours_onboarding * t->site_newcomers[k] +
                            p->hours_upwards * p->level_upwards + p->hours_recruit * recruits;
            double f = hours < needed ? hours / needed : 1;
            without += hours < needed;
            assert_close((double)t->manager_hours_needed[k], needed, 1e-6 * needed);
            assert_close((double)t->manager_process_effect[k], sigma_P * f, 1e-6);
            assert_close((double)t->manager_participation_effect[k],
                         (double)t->manager_participation[k] * f, 1e-6);
            assert_close((double)t->manager_design_effect[k],
                         (double)design[k] * (p->frame_part + (1 - p->frame_part) * f), 1e-6);
            assert_true((double)t->manager_hours_used[k] <= hours * (1 + 1e-6));
        }
    }
    assert_int_equal(without, scarce ? sites : 0);
    small_close(&s);
}

static void v1_attention(void **state)
{
    (void)state;
    attention_case(CROWD "managers.process_management: 0.7\n", true);
    attention_case(SMALL_TOWN "managers.hours: 74\nmanagers.documentation: 0\n"
                              "managers.process_management: 0.6\nmanagers.participation: 0.2\n"
                              "managers.network_design: 0.9\n",
                   false);
}

/* --- V2 --------------------------------------------------------------------------------------- */

static void motivated(struct town *t)
{
    for (size_t i = 0; i < t->citizens; i++) {
        t->citizen_fit[i] = 0.4f;
        t->citizen_trust[i] = 0.6f;
    }
}

/* AR(1) around lg(x): mean, variance sd^2 / (2 lambda - lambda^2), autocorrelation
 * (1 - lambda)^k.  Persons are independent, and snapshots 80 weeks apart nearly so ((1 - .08)^80 =
 * .001).  With n values: mean within 4 sd / sqrt(n), variance within 4 sqrt(2 / n) of itself (2 %
 * at n = 80,000), autocorrelation r within 4 sqrt((1 + r^2) / n), its variance being known. */
static void v2_motivation_is_autoregressive(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "motivation",
               CROWD "motivation.boredom: 0\nmotivation.rate: 0.08\nmotivation.noise: 0.02\n"
                     "managers.process_management: 0.3\nvolunteers.initial.burnout: 0.2\n",
               0);
    struct town *t = s.town;
    const struct params *p = s.p;
    motivated(t);
    double x = p->b_0 + p->b_fit * -0.1 + p->b_support * 0.3 + p->b_clarity * 1 + p->b_trust * 0.1 +
               p->b_ownership * (p->initial_ownership - 0.5) - p->b_burnout * 0.2 -
               p->b_documentation * p->documentation - p->b_idle - p->b_pay * p->paid;
    double mean = logit_inverse(x);
    double variance = 0.02 * 0.02 / (2 * 0.08 - 0.08 * 0.08);
    assert_between(mean, 0.3, 0.75); /* far from the bounds, that nothing is clipped */

    enum { SNAPSHOTS = 50, APART = 80, LAGS = 3 };
    static const unsigned lags[LAGS] = {1, 5, 20};
    struct sample values = {0}, deviations = {0}, products[LAGS] = {{0}};
    float *before = malloc(t->citizens * sizeof *before);
    small_run(&s, 200);
    for (unsigned k = 0; k < SNAPSHOTS; k++) {
        memcpy(before, t->citizen_motivation, t->citizens * sizeof *before);
        unsigned done = 0;
        for (unsigned lag = 0; lag < LAGS; lag++) {
            small_run(&s, lags[lag] - done);
            done = lags[lag];
            for (size_t v = 0; v < t->volunteers; v++) {
                size_t i = t->volunteer_person[v];
                sample_add(&products[lag],
                           ((double)before[i] - mean) * ((double)t->citizen_motivation[i] - mean));
            }
        }
        small_run(&s, APART - done);
        for (size_t v = 0; v < t->volunteers; v++) {
            double m = (double)t->citizen_motivation[t->volunteer_person[v]];
            sample_add(&values, m);
            sample_add(&deviations, (m - mean) * (m - mean));
        }
    }
    assert_true(values.n > 70000);
    assert_close(values.mean, mean, 4 * sqrt(variance / values.n));
    assert_close(deviations.mean, variance, 4 * variance * sqrt(2 / values.n));
    for (unsigned lag = 0; lag < LAGS; lag++) {
        double r = pow(1 - 0.08, lags[lag]);
        assert_close(products[lag].mean / variance, r, 4 * sqrt((1 + r * r) / values.n));
    }
    free(before);
    small_close(&s);
}

/* --- V3 --------------------------------------------------------------------------------------- */

static void led(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->manager_clarity[site] = 0.4f;
    t->manager_control[site] = 0.5f;
    t->manager_process_effect[site] = 0.1f;
}

static void loaded(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    size_t first = t->site_volunteer_first[site];
    for (size_t v = first; v < first + t->site_volunteer_count[site]; v++) {
        t->volunteer_load[v] = 0.4f * (float)(t->volunteer_person[v] % 5);
        t->volunteer_relatedness[v] = 0.3f;
    }
}

/* B* + (B0 - B*) (1 - aS - rho')^t, where what gain and rest leave a week is q = 1 - aS - rho'. */
static double burnout_at(const struct params *p, double strain, double load, double t)
{
    double gain = p->burnout_rate * strain;
    double rest = p->burnout_rest * fmax(p->rest_floor, 1 - load / p->rest_load);
    double fixed = gain / (gain + rest);
    return fixed + (p->initial_burnout - fixed) * pow(1 - gain - rest, t);
}

/* Nothing is random: floats of 6e-8 that a contraction by at least .01 a week cannot pile up beyond
 * 3e-8 / .01 give the tolerance of 3e-6. */
static void v3_burnout_fills_up_to_its_fixed_point(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", led);
    small_freeze(&s, "relatedness", loaded);
    small_open(&s, "burnout professional_burnout",
               CROWD "burnout.demand.load: 0.75\nburnout.demand.emotional: 0.25\n"
                     "trust.initial: 0.5\nprofessionals.workload: 1.2\n",
               0);
    struct town *t = s.town;
    const struct params *p = s.p;
    unsigned week = 0;
    static const unsigned ends[] = {1, 10, 60, 1500};
    for (size_t k = 0; k < 4; k++) {
        small_run(&s, ends[k] - week);
        week = ends[k];
        assert_true(t->volunteers > 1000);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            double load = (double)(0.4f * (float)(i % 5));
            double strain = 0.75 * load + 0.25 + p->demand_unclear * 0.6 -
                            (p->resource_support * 0.1 + p->resource_relatedness * 0.3 +
                             p->resource_autonomy * 0.5 + p->resource_clarity * 0.4);
            assert_true(strain > 0);
            assert_close((double)t->citizen_burnout[i], burnout_at(p, strain, load, week), 3e-6);
        }
        double strain = 0.75 * 1.2 + 0.25 + p->demand_unclear * 0.6 -
                        (p->resource_support * 0.1 + p->resource_relatedness * 0.5 +
                         p->resource_autonomy * 0.5 + p->resource_clarity * 0.4);
        for (size_t j = 0; j < t->professionals; j++)
            assert_close((double)t->professional_burnout[j], burnout_at(p, strain, 1.2, week),
                         3e-6);
    }
    /* At rest for ever, the fixed point is reached. */
    assert_close(burnout_at(p, 1, 1, 1500), burnout_at(p, 1, 1, 1e6), 1e-6);
    small_close(&s);
}

/* --- V4 --------------------------------------------------------------------------------------- */

static void unsure(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->manager_clarity[site] = 0.5f;
    t->manager_process_effect[site] = 0.25f;
    t->manager_participation_effect[site] = 0.5f;
}

/* At success probability p trust settles at T* = p k+ / (p k+ + (1 - p) k-), with the second moment
 * of the recursion.  Persons are independent, snapshots 150 weeks apart nearly so (an experience in
 * every other week takes .93 of the distance: .93^75 = .004).  Both moments within four standard
 * errors of the sample, about .001 at n = 80,000; so too the odds of E6, since p enters both. */
static void v4_trust_settles(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", unsure);
    small_open(&s, "trust",
               CROWD "trust.gain: 0.06\ntrust.loss: 0.09\ntrust.experience: 0.25\n"
                     "trust.experience_participation: 0.5\ntrust.good: -0.5\n"
                     "trust.good_support: 1\ntrust.good_clarity: 0.8\n",
               0);
    struct town *t = s.town;
    double p = logit_inverse(-0.5 + 0.75 + 0.8 * 0.5), up = 0.06, down = 0.09;
    double fixed = p * up / (p * up + (1 - p) * down);
    double square = (2 * p * (1 - up) * up * fixed + p * up * up) /
                    (1 - p * (1 - up) * (1 - up) - (1 - p) * (1 - down) * (1 - down));
    struct sample first = {0}, second = {0};
    small_run(&s, 400);
    for (unsigned k = 0; k < 30; k++) {
        small_run(&s, 150);
        for (size_t v = 0; v < t->volunteers; v++) {
            double trust = (double)t->citizen_trust[t->volunteer_person[v]];
            sample_add(&first, trust);
            sample_add(&second, trust * trust);
        }
    }
    assert_true(first.n > 45000);
    assert_close(first.mean, fixed, 4 * sample_error(&first));
    assert_close(second.mean, square, 4 * sample_error(&second));
    assert_true(4 * sample_error(&first) < 0.002);
    small_close(&s);
}

/* How often there is an experience at all: the first week's share of persons whose trust moved, and
 * of those whose trust rose, within four standard errors of a share. */
static void v4_experiences_come_as_often_as_stated(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", unsure);
    small_open(&s, "trust",
               CROWD "trust.experience: 0.25\ntrust.experience_participation: 0.5\n"
                     "trust.good: -0.5\ntrust.good_support: 1\ntrust.good_clarity: 0.8\n",
               0);
    struct town *t = s.town;
    double moved = 0, rose = 0, n = 0;
    for (unsigned week = 0; week < 20; week++) {
        float *before = malloc(t->citizens * sizeof *before);
        memcpy(before, t->citizen_trust, t->citizens * sizeof *before);
        small_run(&s, 1);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            n++;
            moved += t->citizen_trust[i] < before[i] || t->citizen_trust[i] > before[i];
            rose += t->citizen_trust[i] > before[i];
        }
        free(before);
    }
    double p = logit_inverse(0.65);
    assert_close(moved / n, 0.5, 4 * sqrt(0.25 / n));
    assert_close(rose / moved, p, 4 * sqrt(p * (1 - p) / moved));
    small_close(&s);
}

/* --- V5 --------------------------------------------------------------------------------------- */

/* E A_t = A* + (A0 - A*) (1 - rs)^t with s = eta+ p + eta- (1 - p) and A* = (eta+ p - eta- (1 - p))
 * / s.  Contact does not depend on attitude here (contact.attitude 0) and there are more volunteers
 * than professionals at every site, so that r is the same for all.  Professionals are independent:
 * mean within four standard errors of the sample (.005 at 1,300 professionals). */
static void v5_attitude_under_contact(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "contact",
               "population.inhabitants: 8000\nvolunteers.initial.volunteers: 0.5\n"
               "volunteers.initial.coproducers: 0.5\nprofessionals.per_thousand: 200\n"
               "professionals.attitude.mean: -0.4\nprofessionals.attitude.spread: 0\n"
               "professionals.attitude.gain: 0.03\nprofessionals.attitude.loss: 0.02\n"
               "contact.attitude: 0\ncontact.base: 0.5\ncontact.without_manager: 0.8\n"
               "contact.participation: 0.4\nmanagers.participation: 0.5\ncontact.good: 0.7\n"
               "contact.good_clarity: 0\ncontact.good_skill: 0\ncontact.good_motivation: 0\n"
               "contact.good_new: 0\n",
               0);
    struct town *t = s.town;
    double r = 0.5 * (0.8 + 0.4 * 0.5), p = 0.7;
    double rate = 0.03 * p + 0.02 * (1 - p);
    double fixed = (0.03 * p - 0.02 * (1 - p)) / rate;
    static const unsigned ends[] = {5, 25, 100, 600};
    for (size_t k = 0, week = 0; k < 4; week = ends[k++]) {
        small_run(&s, ends[k] - (unsigned)week);
        struct sample attitude = {0};
        for (size_t j = 0; j < t->professionals; j++)
            sample_add(&attitude, (double)t->professional_attitude[j]);
        for (size_t site = 0; site < t->sites; site++)
            assert_true(t->site_volunteer_count[site] >= t->site_professional_count[site]);
        double expected = fixed + (-0.4 - fixed) * pow(1 - r * rate, ends[k]);
        assert_true(attitude.n > 1200);
        assert_close(attitude.mean, expected, 4 * sample_error(&attitude));
        assert_true(4 * sample_error(&attitude) < 0.02);
    }
    small_close(&s);
}

/* --- V9 --------------------------------------------------------------------------------------- */

static void mediated(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->manager_clarity[site] = 0.25f;
    t->manager_process_effect[site] = 0.1f;
    t->manager_participation_effect[site] = 0.2f;
}

/* At constant hazards the share in conflict is a / (a + b) of the weekly probabilities a = 1 -
 * e^-chi and b = 1 - e^-rho; with weeks as short as these chi / (chi + rho) is within .01 of it.  A
 * manager without competence leaves trust as it is.  Persons are independent, snapshots 40 weeks
 * apart nearly so ((1 - a - b)^40 = .003): four standard errors of a share, .007 at n = 80,000. */
static void v9_share_in_conflict(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", mediated);
    small_open(&s, "conflict",
               CROWD "conflict.start: 0.1\nconflict.end: 0.04\nconflict.process: 0.4\n"
                     "conflict.participation: 0.1\nmanagers.competence: 0\ntrust.initial: 0.3\n"
                     "professionals.attitude.mean: -0.5\nprofessionals.attitude.spread: 0\n"
                     "conflict.goals: 0\n",
               0);
    struct town *t = s.town;
    const struct params *p = s.p;
    double chi = 0.1 * (1 - p->conflict_clarity * 0.25) * 0.7 *
                 (p->conflict_base + p->conflict_attitude * 0.5);
    double rho = 0.04 + 0.4 * 0.1 + 0.1 * 0.2;
    double a = 1 - exp(-chi), b = 1 - exp(-rho), share = a / (a + b);
    assert_close(share, chi / (chi + rho), 0.01);
    double n = 0, in_conflict = 0, started = 0, ended = 0, without = 0, with = 0;
    small_run(&s, 60);
    uint8_t *before = malloc(t->citizens);
    for (unsigned k = 0; k < 50; k++) {
        small_run(&s, 39);
        memcpy(before, t->citizen_conflict, t->citizens);
        small_run(&s, 1);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            n++;
            in_conflict += t->citizen_conflict[i];
            with += before[i];
            without += !before[i];
            started += !before[i] && t->citizen_conflict[i];
            ended += before[i] && !t->citizen_conflict[i];
        }
    }
    free(before);
    assert_true(n > 70000);
    assert_close(in_conflict / n, share, 4 * sqrt(share * (1 - share) / n));
    assert_close(started / without, a, 4 * sqrt(a * (1 - a) / without));
    assert_close(ended / with, b, 4 * sqrt(b * (1 - b) / with));
    small_close(&s);
}

/* --- V13 -------------------------------------------------------------------------------------- */

static void busy(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    size_t first = t->site_volunteer_first[site];
    for (size_t v = first; v < first + t->site_volunteer_count[site]; v++)
        t->volunteer_hours[v] = t->volunteer_person[v] % 2 ? 3 : 0.5f;
}

static void unattended(struct world *w, size_t site)
{
    town_of(w)->manager_attention[site] = 0;
}

/* k_t = 1 - (1 - k0) (1 - l)^t where hours are full and attention is there; at a quarter of the
 * hours l is a quarter, without attention the part that one learns alone.  Nothing is random:
 * rounding of floats, 3e-6. */
static void learning_case(bool attended)
{
    struct small s;
    small_model(&s);
    if (!attended)
        small_freeze(&s, "attention", unattended);
    small_freeze(&s, "allocation", busy);
    small_open(&s, "learning",
               CROWD "learning.rate: 0.04\nlearning.hours: 2\nlearning.alone: 0.5\n", 0);
    struct town *t = s.town;
    for (size_t i = 0; i < t->citizens; i++)
        t->citizen_skill[i] = 0.4f;
    for (unsigned week = 1; week <= 60; week++) {
        small_run(&s, 1);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            double rate = 0.04 * (i % 2 ? 1 : 0.25) * (attended ? 1 : 0.5);
            assert_close((double)t->citizen_skill[i], 1 - 0.6 * pow(1 - rate, week), 3e-6);
        }
    }
    small_close(&s);
}

static void v13_learning(void **state)
{
    (void)state;
    learning_case(true);
    learning_case(false);
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
               CROWD "managers.participation: 0.5\nmanagers.competence: 0.5\ntrust.initial: 0.6\n"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v1_attention),
        cmocka_unit_test(v2_motivation_is_autoregressive),
        cmocka_unit_test(v3_burnout_fills_up_to_its_fixed_point),
        cmocka_unit_test(v4_trust_settles),
        cmocka_unit_test(v4_experiences_come_as_often_as_stated),
        cmocka_unit_test(v5_attitude_under_contact),
        cmocka_unit_test(v9_share_in_conflict),
        cmocka_unit_test(v13_learning),
        cmocka_unit_test(ownership_and_mandate_settle),
        cmocka_unit_test(colleagues_come_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
