/* Limiting cases of the states of persons: one mechanism at a time on a real small town, its inputs
 * frozen, against the answer in closed form. */
#include "tests/support/check.h"
#include "tests/support/limits.h"

#include "models/submodels.h"

enum { INHABITANTS = 4000 };

/* Half of all adults co-produce, nobody comes or goes. */
#define CROWD "volunteers.initial.volunteers: 0.5\nvolunteers.initial.coproducers: 0.5\n"

/* Rounding of floats: 6e-8 a week, which a contraction by at least .01 a week cannot pile up beyond
 * 3e-8 / .01. */
static const double rounding = 3e-6;

static double logit_inverse(double x)
{
    return 1 / (1 + exp(-x));
}

/* --- V1 --------------------------------------------------------------------------------------- */

/* e_P = s_P min(1, H (1 - nu) / d) exactly: to the last bits of a float, 1e-6 of the value.  In the
 * whole model, with a manager who has too little time and with one who has plenty. */
static void attention_case(struct limits *l, const char *yaml, bool scarce)
{
    enum { SITES = 64, WEEKS = 6 };
    struct small s;
    small_model(&s);
    limits_open(l, &s, NULL, INHABITANTS, yaml);
    const struct town *t = s.town;
    const struct params *p = s.p;
    unsigned without = 0, sites = 0;
    struct worst hours_needed = {0}, effects = {0};
    assert_true(t->sites <= SITES);
    for (unsigned week = 0; week < WEEKS * l->scale; week++) {
        float unmet[SITES], process[SITES], design[SITES];
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
            worst_add(&hours_needed, (double)t->manager_hours_needed[k] / needed, 1);
            worst_add(&effects, (double)t->manager_process_effect[k], sigma_P * f);
            worst_add(&effects, (double)t->manager_participation_effect[k],
                      (double)t->manager_participation[k] * f);
            worst_add(&effects, (double)t->manager_design_effect[k],
                      (double)design[k] * (p->frame_part + (1 - p->frame_part) * f));
            assert_true((double)t->manager_hours_used[k] <= hours * (1 + 1e-6));
        }
    }
    assert_int_equal(without, scarce ? sites : 0);
    const char *manager = scarce ? "too little time" : "time in plenty";
    limits_worst(l, &hours_needed, 1e-6, "%s: hours needed over their sum", manager);
    limits_worst(l, &effects, 1e-6, "%s: levels in effect", manager);
    small_close(&s);
}

static void attention(struct limits *l)
{
    attention_case(l, CROWD "managers.process_management: 0.7\n", true);
    attention_case(l,
                   "managers.hours: 74\nmanagers.documentation: 0\n"
                   "managers.process_management: 0.6\nmanagers.participation: 0.2\n"
                   "managers.network_design: 0.9\n",
                   false);
}

const struct limit_case v1_attention = {.name = "V1", .measure = attention};

/* --- V2 --------------------------------------------------------------------------------------- */

enum { SNAPSHOTS = 50, APART = 80, LAGS = 3 };
static const unsigned lags[LAGS] = {1, 5, 20};

/* What is seen of motivation around its theoretical mean. */
struct wandering {
    double mean;
    struct sample values, deviations, products[LAGS];
};

static void snapshot(struct small *s, struct wandering *m, float *before)
{
    const struct town *t = s->town;
    memcpy(before, t->citizen_motivation, t->citizens * sizeof *before);
    unsigned done = 0;
    for (unsigned lag = 0; lag < LAGS; lag++) {
        small_run(s, lags[lag] - done);
        done = lags[lag];
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            sample_add(&m->products[lag], ((double)before[i] - m->mean) *
                                              ((double)t->citizen_motivation[i] - m->mean));
        }
    }
    small_run(s, APART - done);
    for (size_t v = 0; v < t->volunteers; v++) {
        double value = (double)t->citizen_motivation[t->volunteer_person[v]];
        sample_add(&m->values, value);
        sample_add(&m->deviations, (value - m->mean) * (value - m->mean));
    }
}

static void motivated(struct town *t)
{
    for (size_t i = 0; i < t->citizens; i++) {
        t->citizen_fit[i] = 0.4f;
        t->citizen_trust[i] = 0.6f;
    }
}

/* AR(1) around lg(x): mean, variance sd^2 / (2 lambda - lambda^2), autocorrelation
 * (1 - lambda)^k.  Persons are independent, and snapshots 80 weeks apart nearly so ((1 - .08)^80 =
 * .001).  Of n values the mean has the error sd / sqrt(n), the variance sqrt(2 / n) of itself, the
 * autocorrelation r sqrt((1 + r^2) / n), the variance being known. */
static void motivation(struct limits *l)
{
    const double rate = 0.08, noise = 0.02;
    struct small s;
    small_model(&s);
    limits_open(l, &s, "motivation", INHABITANTS,
                CROWD "motivation.boredom: 0\nmotivation.rate: 0.08\nmotivation.noise: 0.02\n"
                      "managers.process_management: 0.3\nvolunteers.initial.burnout: 0.2\n");
    const struct params *p = s.p;
    double x = p->b_0 + p->b_fit * -0.1 + p->b_support * 0.3 + p->b_clarity * 1 + p->b_trust * 0.1 +
               p->b_ownership * (p->initial_ownership - 0.5) - p->b_burnout * 0.2 -
               p->b_documentation * p->documentation - p->b_idle - p->b_pay * p->paid;
    double variance = noise * noise / (2 * rate - rate * rate);
    struct wandering m = {.mean = logit_inverse(x)};
    assert_between(m.mean, 0.3, 0.75); /* far from the bounds, that nothing is clipped */
    float *before = malloc(s.town->citizens * sizeof *before);
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        motivated(s.town);
        small_run(&s, 200);
        for (unsigned k = 0; k < SNAPSHOTS; k++)
            snapshot(&s, &m, before);
    }
    free(before);
    small_close(&s);
    double n = m.values.n;
    assert_true(n > 70000 * l->scale);
    limits_chance(l, m.values.mean, m.mean, sqrt(variance / n), "motivation: mean");
    limits_chance(l, m.deviations.mean, variance, variance * sqrt(2 / n), "motivation: variance");
    for (unsigned lag = 0; lag < LAGS; lag++) {
        double r = pow(1 - rate, lags[lag]);
        limits_chance(l, m.products[lag].mean / variance, r, sqrt((1 + r * r) / n),
                      "motivation: autocorrelation at lag %u", lags[lag]);
    }
}

const struct limit_case v2_motivation = {.name = "V2", .measure = motivation};

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

static double strain_of(const struct params *p, double load, double relatedness)
{
    return 0.75 * load + 0.25 + p->demand_unclear * 0.6 -
           (p->resource_support * 0.1 + p->resource_relatedness * relatedness +
            p->resource_autonomy * 0.5 + p->resource_clarity * 0.4);
}

/* B* + (B0 - B*) (1 - aS - rho')^t, where what gain and rest leave a week is q = 1 - aS - rho'. */
static double burnout_at(const struct params *p, double strain, double load, double t)
{
    double gain = p->burnout_rate * strain;
    double rest = p->burnout_rest * fmax(p->rest_floor, 1 - load / p->rest_load);
    double fixed = gain / (gain + rest);
    return fixed + (p->initial_burnout - fixed) * pow(1 - gain - rest, t);
}

static void burnout(struct limits *l)
{
    static const unsigned ends[] = {1, 10, 60, 1500};
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", led);
    small_freeze(&s, "relatedness", loaded);
    limits_open(l, &s, "burnout professional_burnout", INHABITANTS,
                CROWD "burnout.demand.load: 0.75\nburnout.demand.emotional: 0.25\n"
                      "trust.initial: 0.5\nprofessionals.workload: 1.2\n");
    struct town *t = s.town;
    const struct params *p = s.p;
    unsigned week = 0;
    for (size_t k = 0; k < 4; k++) {
        struct worst volunteers = {0}, professionals = {0};
        small_run(&s, ends[k] - week);
        week = ends[k];
        double when = k == 3 ? (double)INFINITY : week; /* at last the fixed point */
        assert_true(t->volunteers > 1000);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            double load = (double)(0.4f * (float)(i % 5));
            double strain = strain_of(p, load, 0.3);
            assert_true(strain > 0);
            worst_add(&volunteers, (double)t->citizen_burnout[i],
                      burnout_at(p, strain, load, when));
        }
        double strain = strain_of(p, 1.2, 0.5);
        for (size_t j = 0; j < t->professionals; j++)
            worst_add(&professionals, (double)t->professional_burnout[j],
                      burnout_at(p, strain, 1.2, when));
        limits_worst(l, &volunteers, rounding, "burnout of volunteers in week %u%s", week,
                     k == 3 ? " (fixed point)" : "");
        limits_worst(l, &professionals, rounding, "burnout of professionals in week %u%s", week,
                     k == 3 ? " (fixed point)" : "");
    }
    small_close(&s);
}

const struct limit_case v3_burnout = {.name = "V3", .measure = burnout};

/* --- V4 --------------------------------------------------------------------------------------- */

static void unsure(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->manager_clarity[site] = 0.5f;
    t->manager_process_effect[site] = 0.25f;
    t->manager_participation_effect[site] = 0.5f;
}

#define UNSURE                                                                                     \
    CROWD "trust.experience: 0.25\ntrust.experience_participation: 0.5\ntrust.good: -0.5\n"        \
          "trust.good_support: 1\ntrust.good_clarity: 0.8\n"

/* Of an experience being good: -.5 + (.25 + .5) + .8 x .5. */
static const double good_odds = 0.65;

/* At success probability p trust settles at T* = p k+ / (p k+ + (1 - p) k-), with the second moment
 * of the recursion.  Persons are independent, snapshots 150 weeks apart nearly so (an experience in
 * every other week takes .93 of the distance: .96^150 = .004). */
static void trust(struct limits *l)
{
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", unsure);
    limits_open(l, &s, "trust", INHABITANTS, UNSURE "trust.gain: 0.06\ntrust.loss: 0.09\n");
    double p = logit_inverse(good_odds), up = 0.06, down = 0.09;
    double fixed = p * up / (p * up + (1 - p) * down);
    double square = (2 * p * (1 - up) * up * fixed + p * up * up) /
                    (1 - p * (1 - up) * (1 - up) - (1 - p) * (1 - down) * (1 - down));
    struct sample first = {0}, second = {0};
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        const struct town *t = s.town;
        small_run(&s, 400);
        for (unsigned k = 0; k < 30; k++) {
            small_run(&s, 150);
            for (size_t v = 0; v < t->volunteers; v++) {
                double value = (double)t->citizen_trust[t->volunteer_person[v]];
                sample_add(&first, value);
                sample_add(&second, value * value);
            }
        }
    }
    small_close(&s);
    assert_true(first.n > 45000 * l->scale);
    assert_true(4 * sample_error(&first) < 0.002);
    limits_sample(l, &first, fixed, "trust: mean");
    limits_sample(l, &second, square, "trust: second moment");
}

const struct limit_case v4_trust = {.name = "V4", .measure = trust};

/* How often there is an experience at all: persons whose trust moved within a week, and of those
 * the ones whose trust rose. */
static void experiences(struct limits *l)
{
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", unsure);
    limits_open(l, &s, "trust", INHABITANTS, UNSURE);
    const struct town *t = s.town;
    double moved = 0, rose = 0, n = 0;
    float *before = malloc(t->citizens * sizeof *before);
    for (unsigned week = 0; week < 20 * l->scale; week++) {
        memcpy(before, t->citizen_trust, t->citizens * sizeof *before);
        small_run(&s, 1);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            n++;
            moved += t->citizen_trust[i] < before[i] || t->citizen_trust[i] > before[i];
            rose += t->citizen_trust[i] > before[i];
        }
    }
    free(before);
    small_close(&s);
    limits_share(l, moved, n, 0.5, "trust: person-weeks with an experience");
    limits_share(l, rose, moved, logit_inverse(good_odds), "trust: experiences that are good");
}

const struct limit_case v4_experiences = {.name = "V4", .measure = experiences};

/* --- V5 --------------------------------------------------------------------------------------- */

enum { MOMENTS = 4 };

static void add_attitudes(const struct town *t, struct sample *attitude)
{
    for (size_t j = 0; j < t->professionals; j++)
        sample_add(attitude, (double)t->professional_attitude[j]);
    for (size_t site = 0; site < t->sites; site++)
        assert_true(t->site_volunteer_count[site] >= t->site_professional_count[site]);
}

/* E A_t = A* + (A0 - A*) (1 - rs)^t with s = eta+ p + eta- (1 - p) and A* = (eta+ p - eta- (1 - p))
 * / s.  Contact does not depend on attitude here (contact.attitude 0) and there are more volunteers
 * than professionals at every site, so that r is the same for all.  Professionals are independent.
 */
static void attitude(struct limits *l)
{
    static const unsigned ends[MOMENTS] = {5, 25, 100, 600};
    struct small s;
    small_model(&s);
    limits_open(l, &s, "contact", 2 * INHABITANTS,
                "volunteers.initial.volunteers: 0.5\n"
                "volunteers.initial.coproducers: 0.5\nprofessionals.per_thousand: 200\n"
                "professionals.attitude.mean: -0.4\nprofessionals.attitude.spread: 0\n"
                "professionals.attitude.gain: 0.03\nprofessionals.attitude.loss: 0.02\n"
                "contact.attitude: 0\ncontact.base: 0.5\ncontact.without_manager: 0.8\n"
                "contact.participation: 0.4\nmanagers.participation: 0.5\ncontact.good: 0.7\n"
                "contact.good_clarity: 0\ncontact.good_skill: 0\ncontact.good_motivation: 0\n"
                "contact.good_new: 0\n");
    const double r = 0.5 * (0.8 + 0.4 * 0.5), p = 0.7;
    double rate = 0.03 * p + 0.02 * (1 - p);
    double fixed = (0.03 * p - 0.02 * (1 - p)) / rate;
    struct sample attitudes[MOMENTS] = {{0}};
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        for (size_t k = 0, week = 0; k < MOMENTS; week = ends[k++]) {
            small_run(&s, ends[k] - (unsigned)week);
            add_attitudes(s.town, &attitudes[k]);
        }
    }
    small_close(&s);
    for (size_t k = 0; k < MOMENTS; k++) {
        assert_true(attitudes[k].n > 1200 * l->scale);
        assert_true(4 * sample_error(&attitudes[k]) < 0.02);
        limits_sample(l, &attitudes[k], fixed + (-0.4 - fixed) * pow(1 - r * rate, ends[k]),
                      "attitude: mean after %u weeks", ends[k]);
    }
}

const struct limit_case v5_attitude = {.name = "V5", .measure = attitude};

/* --- V9 --------------------------------------------------------------------------------------- */

static void mediated(struct world *w, size_t site)
{
    struct town *t = town_of(w);
    t->manager_clarity[site] = 0.25f;
    t->manager_process_effect[site] = 0.1f;
    t->manager_participation_effect[site] = 0.2f;
}

struct conflicts {
    double n, in_conflict, started, ended, without, with;
};

static void count_conflicts(struct small *s, struct conflicts *c, uint8_t *before)
{
    const struct town *t = s->town;
    memcpy(before, t->citizen_conflict, t->citizens);
    small_run(s, 1);
    for (size_t v = 0; v < t->volunteers; v++) {
        size_t i = t->volunteer_person[v];
        c->n++;
        c->in_conflict += t->citizen_conflict[i];
        c->with += before[i];
        c->without += !before[i];
        c->started += !before[i] && t->citizen_conflict[i];
        c->ended += before[i] && !t->citizen_conflict[i];
    }
}

/* At constant hazards the share in conflict is a / (a + b) of the weekly probabilities a = 1 -
 * e^-chi and b = 1 - e^-rho; with weeks as short as these chi / (chi + rho) is within .01 of it.  A
 * manager without competence leaves trust as it is.  Persons are independent, snapshots 40 weeks
 * apart nearly so ((1 - a - b)^40 = .003). */
static void conflict(struct limits *l)
{
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", mediated);
    limits_open(l, &s, "conflict", INHABITANTS,
                CROWD "conflict.start: 0.1\nconflict.end: 0.04\nconflict.process: 0.4\n"
                      "conflict.participation: 0.1\nmanagers.competence: 0\ntrust.initial: "
                      "0.3\nconflict.goals: 0\n"
                      "professionals.attitude.mean: -0.5\nprofessionals.attitude.spread: 0\n");
    const struct params *p = s.p;
    double chi = 0.1 * (1 - p->conflict_clarity * 0.25) * 0.7 *
                 (p->conflict_base + p->conflict_attitude * 0.5);
    double rho = 0.04 + 0.4 * 0.1 + 0.1 * 0.2;
    double a = 1 - exp(-chi), b = 1 - exp(-rho), share = a / (a + b);
    struct conflicts c = {0};
    uint8_t *before = malloc(s.town->citizens);
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        small_run(&s, 60);
        for (unsigned k = 0; k < 50; k++) {
            small_run(&s, 39);
            count_conflicts(&s, &c, before);
        }
    }
    free(before);
    small_close(&s);
    assert_true(c.n > 70000 * l->scale);
    limits_exact(l, share, chi / (chi + rho), 0.01, "conflict: chances of a week beside hazards");
    limits_share(l, c.in_conflict, c.n, share, "conflict: share of persons");
    limits_share(l, c.started, c.without, a, "conflict: begins within a week");
    limits_share(l, c.ended, c.with, b, "conflict: ends within a week");
}

const struct limit_case v9_conflict = {.name = "V9", .measure = conflict};

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
 * hours l is a quarter, without attention the part that one learns alone. */
static void learning_case(struct limits *l, bool attended)
{
    enum { WEEKS = 60 };
    struct small s;
    struct worst full = {0}, quarter = {0};
    small_model(&s);
    if (!attended)
        small_freeze(&s, "attention", unattended);
    small_freeze(&s, "allocation", busy);
    limits_open(l, &s, "learning", INHABITANTS,
                CROWD "learning.rate: 0.04\nlearning.hours: 2\nlearning.alone: 0.5\n");
    struct town *t = s.town;
    for (size_t i = 0; i < t->citizens; i++)
        t->citizen_skill[i] = 0.4f;
    for (unsigned week = 1; week <= WEEKS; week++) {
        small_run(&s, 1);
        for (size_t v = 0; v < t->volunteers; v++) {
            size_t i = t->volunteer_person[v];
            double rate = 0.04 * (i % 2 ? 1 : 0.25) * (attended ? 1 : 0.5);
            worst_add(i % 2 ? &full : &quarter, (double)t->citizen_skill[i],
                      1 - 0.6 * pow(1 - rate, week));
        }
    }
    small_close(&s);
    const char *how = attended ? "with attention" : "alone";
    limits_worst(l, &full, rounding, "skill %s, full hours, %d weeks", how, WEEKS);
    limits_worst(l, &quarter, rounding, "skill %s, a quarter of the hours, %d weeks", how, WEEKS);
}

static void learning(struct limits *l)
{
    learning_case(l, true);
    learning_case(l, false);
}

const struct limit_case v13_learning = {.name = "V13", .measure = learning};
