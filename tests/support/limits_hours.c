/* Limiting cases of how hours are shared, of what is conserved, and of nothing. */
#include <gsl/gsl_cdf.h>

#include "sim/order.h"
#include "tests/support/check.h"
#include "tests/support/limits.h"

enum { INHABITANTS = 4000 };

/* --- V16 -------------------------------------------------------------------------------------- */

struct keys {
    size_t size;
    uint32_t *index, *index_spare;
    float *key, *key_spare;
};

static struct keys keys_of(size_t n)
{
    struct keys k = {n, malloc(n * sizeof *k.index), malloc(n * sizeof *k.index_spare),
                     malloc(n * sizeof *k.key), malloc(n * sizeof *k.key_spare)};
    assert_true(k.index && k.index_spare && k.key && k.key_spare);
    for (size_t i = 0; i < n; i++)
        k.index[i] = (uint32_t)i;
    return k;
}

static void keys_free(struct keys *k)
{
    free(k->index);
    free(k->index_spare);
    free(k->key);
    free(k->key_spare);
}

static double gini_of_first(struct keys *k, size_t n)
{
    order_sort(k->index, k->key, n, k->index_spare, k->key_spare);
    return gini(k->key, n);
}

static void gini_of_few(struct limits *l, struct keys *k)
{
    struct worst equal = {0}, nothing = {0}, one = {0};
    for (size_t n = 1; n < 2000; n = 3 * n + 1) {
        for (size_t i = 0; i < n; i++)
            k->key[i] = 0.3f;
        worst_add(&equal, gini_of_first(k, n), 0);
        for (size_t i = 0; i < n; i++)
            k->key[i] = 0;
        worst_add(&nothing, gini_of_first(k, n), 0);
        k->key[n / 2] = 5;
        worst_add(&one, gini_of_first(k, n), ((double)n - 1) / (double)n);
    }
    worst_add(&nothing, gini(NULL, 0), 0);
    limits_worst(l, &equal, 1e-12, "Gini: all have the same");
    limits_worst(l, &nothing, 0, "Gini: nobody has anything");
    limits_worst(l, &one, 1e-12, "Gini: one has everything");
}

/* At the midpoints of equal shares of the distribution, the tail beyond the last one missing; and
 * for draws, where n G / (n - 1) of exponentials is a mean of n - 1 independent uniforms. */
static void gini_of_many(struct limits *l, struct keys *k)
{
    double n = (double)k->size;
    for (size_t i = 0; i < k->size; i++)
        k->key[i] = (float)gsl_cdf_exponential_Pinv(((double)i + 0.5) / n, 1);
    limits_exact(l, gini_of_first(k, k->size), 0.5, 1e-4, "Gini: exponential, at quantiles");

    struct worst lognormal = {0};
    for (unsigned tenth = 2; tenth <= 12; tenth += 2) {
        double sigma = tenth / 10.0;
        for (size_t i = 0; i < k->size; i++)
            k->key[i] = (float)gsl_cdf_lognormal_Pinv(((double)i + 0.5) / n, -1, sigma);
        worst_add(&lognormal, gini_of_first(k, k->size),
                  2 * gsl_cdf_ugaussian_P(sigma / sqrt(2)) - 1);
    }
    limits_worst(l, &lognormal, 5e-4, "Gini: lognormal, at quantiles");

    struct stream s;
    stream_open(&s, l->seed, 0, 0, 0, 1);
    for (size_t i = 0; i < k->size; i++)
        k->key[i] = (float)-log(stream_uniform(&s));
    limits_chance(l, gini_of_first(k, k->size), 0.5 * (n - 1) / n, sqrt(1 / (12 * n)),
                  "Gini: exponential, drawn");
}

static void gini_alone(struct limits *l)
{
    struct keys k = keys_of((size_t)100000 * l->scale);
    gini_of_few(l, &k);
    gini_of_many(l, &k);
    keys_free(&k);
}

const struct limit_case v16_gini = {.name = "V16", .measure = gini_alone};

static double equal(double u)
{
    (void)u;
    return 2.5;
}

static double one_holder(double u)
{
    return u > 0.9995 ? 400 : 0;
}

static double exponential(double u)
{
    return gsl_cdf_exponential_Pinv(u, 3);
}

static double lognormal(double u)
{
    return gsl_cdf_lognormal_Pinv(u, 0.5, 0.6);
}

/* The hours that a town observes, in four known shapes: quantiles of the distribution at (k + .5) /
 * n make the coefficient exact up to the tail beyond the last one, .002 at 1,600 persons. */
static void gini_case(struct limits *l, const char *shape, double (*quantile)(double),
                      double theory, double tolerance)
{
    struct small s;
    small_model(&s);
    limits_open(l, &s, "", INHABITANTS,
                "volunteers.initial.volunteers: 0.5\nvolunteers.initial.coproducers: 0.5\n");
    struct town *t = s.town;
    double people = (double)t->municipality_coproducers[0], k = 0;
    assert_true(people > 1000 && people < 2000);
    for (size_t i = 0; i < t->citizens; i++)
        if (citizen_coproduces(t->citizen_status[i]))
            t->citizen_recent_hours[i] = (float)quantile((k++ + 0.5) / people);
    small_run(&s, 1);
    limits_exact(l, small_observed(&s, "hours_gini"),
                 quantile == one_holder ? (people - 1) / people : theory, tolerance,
                 "Gini of a town's hours: %s", shape);
    small_close(&s);
}

static void gini_of_hours(struct limits *l)
{
    gini_case(l, "equal", equal, 0, 1e-6);
    gini_case(l, "one has all", one_holder, 1, 1e-6);
    gini_case(l, "exponential", exponential, 0.5, 0.002);
    gini_case(l, "lognormal", lognormal, 2 * gsl_cdf_ugaussian_P(0.6 / sqrt(2)) - 1, 0.002);
}

const struct limit_case v16_gini_of_hours = {.name = "V16", .measure = gini_of_hours};

/* --- V17 -------------------------------------------------------------------------------------- */

/* Squared deviations of the shares of m hours from 1 / n, over what a Polya urn gives: the shares
 * settle at Dirichlet(.2) of variance v = (1/n)(1 - 1/n) / (.2 n + 1), and m draws from them add
 * their own, v (m + .2 n) / m; without habit hours fall on everybody alike, multinomial, 1 / m.
 * Sites and weeks are independent. */
static struct sample allocation_case(const struct limits *l, const char *yaml, double habit)
{
    enum { HOURS = 160, WEEKS = 400 };
    struct small s;
    small_model(&s);
    limits_open(l, &s, "allocation", INHABITANTS, yaml);
    struct town *t = s.town;
    double *values = s.scenario.places[0].values;
    values[PARAM_capacity_cap] = 1e6; /* nobody is ever full: beyond what a scenario may say */
    for (size_t i = 0; i < t->citizens; i++) {
        t->citizen_motivation[i] = 1;
        t->citizen_burnout[i] = 0;
        t->citizen_capacity[i] = 20;
    }
    for (size_t site = 0; site < t->sites; site++) {
        assert_true(t->site_expected_volunteers[site] > HOURS);
        t->site_expected_volunteers[site] = HOURS;
    }
    struct sample ratio = {0};
    for (unsigned week = 0; week < WEEKS * l->scale; week++) {
        small_run(&s, 1);
        for (size_t site = 0; site < t->sites; site++) {
            double n = t->site_volunteer_count[site], squares = 0, done = 0;
            size_t first = t->site_volunteer_first[site];
            for (size_t v = first; v < first + t->site_volunteer_count[site]; v++) {
                double share = (double)t->volunteer_hours[v] / HOURS;
                squares += (share - 1 / n) * (share - 1 / n) / n;
                done += (double)t->volunteer_hours[v];
            }
            if (n < 3) /* nothing to share */
                continue;
            assert_close(done, HOURS, 0);
            double urn = habit > 0 ? (HOURS + 0.2 * n) / HOURS / (0.2 * n + 1) : 1.0 / HOURS;
            sample_add(&ratio, squares / (1 / n * (1 - 1 / n) * urn));
        }
    }
    small_close(&s);
    assert_true(ratio.n >= WEEKS * l->scale);
    return ratio;
}

#define FEW                                                                                        \
    "volunteers.initial.volunteers: 0.1\nvolunteers.initial.coproducers: 0.02\n"                   \
    "demand.hours: 1\ndemand.volunteers: 1\nallocation.overload: 0\nallocation.offers: 1\n"

#define SURE                                                                                       \
    FEW "allocation.spread: 0\nmanagers.process_management: 0\nallocation.habit_base: 0.2\n"

/* Given to the least loaded of as many as there are places, hours differ by chance of the sample
 * only: far below the multinomial, of which a fifth is asked. */
static void urn(struct limits *l)
{
    struct sample habit = allocation_case(l, SURE "allocation.habit: 1\n", 1);
    struct sample alike = allocation_case(l, SURE "allocation.habit: 0\n", 0);
    struct sample spread = allocation_case(l, FEW "allocation.spread: 1\n", 0);
    assert_true(4 * sample_error(&habit) < 0.1);
    limits_sample(l, &habit, 1, "hours by habit: variance over that of Dirichlet(.2)");
    limits_sample(l, &alike, 1, "hours without habit: variance over the multinomial");
    limits_exact(l, spread.mean, 0, 0.2, "hours to the least loaded: over the multinomial");
}

const struct limit_case v17_urn = {.name = "V17", .measure = urn};

/* --- V18 -------------------------------------------------------------------------------------- */

struct books {
    double volunteers, coproducers; /* at the start */
    double came, left, co_came, co_left, offered, spent;
    struct worst people, hours, money;
    size_t findings; /* of what the model itself checks in a week */
};

static void check_week(const struct small *s, struct books *b)
{
    const struct town *t = s->town;
    struct error e = {0};
    b->findings += s->model.check(&t->world, &e) != STATUS_DONE;
    fputs(error_text(&e), stderr);
    error_free(&e);
    b->came += small_observed(s, "entries");
    b->left += small_observed(s, "exits");
    b->co_came += small_observed(s, "coproducer_entries");
    b->co_left += small_observed(s, "coproducer_exits");
    worst_add(&b->people, small_observed(s, "volunteers"), b->volunteers + b->came - b->left);
    worst_add(&b->people, small_observed(s, "coproducers"),
              b->coproducers + b->co_came - b->co_left);
    double offered = small_observed(s, "hours_offered");
    b->offered += offered;
    worst_add(&b->hours, small_observed(s, "hours_done") + small_observed(s, "hours_unmet"),
              offered);
    assert_close(small_observed(s, "hours_demanded"), offered,
                 (double)t->sites); /* whole hours: less than one a site off */
    if (t->municipality_budget_money[0] > 0) {
        b->spent += t->municipality_budget_spent[0];
        worst_add(&b->money, (double)t->municipality_budget_spent[0] + t->municipality_carried[0],
                  t->municipality_budget_money[0]);
    }
}

static void books_case(struct limits *l, struct small *s, unsigned weeks, const char *town)
{
    struct books b = {.volunteers = s->town->municipality_volunteers[0],
                      .coproducers = s->town->municipality_coproducers[0]};
    for (unsigned week = 0; week < weeks; week++) {
        small_run(s, 1);
        check_week(s, &b);
    }
    assert_true(b.came > 0 && b.left > 0 && b.co_came > 0 && b.co_left > 0 && b.offered > 1000);
    assert_true(b.spent > 0);
    small_close(s);
    limits_worst(l, &b.people, 0, "%s: people who volunteer", town);
    limits_worst(l, &b.hours, 0, "%s: hours done and unmet", town);
    limits_worst(l, &b.money, 0, "%s: money spent and carried", town);
    limits_exact(l, (double)b.findings, 0, 0, "%s: findings of the weekly check, %u weeks", town,
                 weeks);
}

static void conserved(struct limits *l)
{
    struct small s;
    small_model(&s);
    limits_open(l, &s, NULL, INHABITANTS, "managers.strategy: thermostat\n");
    books_case(l, &s, 60, "thermostat");
    if (l->scale == 1)
        return;
    char seed[64];
    snprintf(seed, sizeof seed, "seed: %llu\n", (unsigned long long)l->seed);
    small_model(&s);
    small_open(&s, NULL, seed, 0);
    books_case(l, &s, (unsigned)s.p->weeks, "all defaults");
}

const struct limit_case v18_conserved = {.name = "V18", .measure = conserved};

/* --- V19 -------------------------------------------------------------------------------------- */

static void no_volunteers(struct limits *l)
{
    static const char *const names[] = {
        "volunteers", "coproducers", "hours_done", "hours_self_initiated",
        "output",     "entries",     "exits"};
    struct small s;
    small_model(&s);
    limits_open(l, &s,
                "environment attention clarity control matching allocation self_initiative "
                "production contact learning trust promises conflict relatedness burnout "
                "professional_burnout motivation ownership fear peers exits exits_elsewhere "
                "recovery mandate strategies",
                INHABITANTS,
                "volunteers.initial.volunteers: 0\nvolunteers.initial.coproducers: 0\n"
                "professionals.attitude.peers: 0\n");
    struct worst none = {0}, unmet = {0}, attitude = {0};
    double before = 0;
    for (unsigned week = 0; week < 30 * l->scale; week++) {
        small_run(&s, 1);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            worst_add(&none, small_observed(&s, names[k]), 0);
        assert_true(small_observed(&s, "hours_unmet") > 0);
        assert_between(small_observed(&s, "quality"), 0.3, 0.7); /* of professionals alone */
        assert_true(isnan(small_observed(&s, "motivation")));    /* the mean of nobody */
        worst_add(&unmet, small_observed(&s, "hours_unmet"), small_observed(&s, "hours_offered"));
        if (week > 0) /* nobody to change one's mind about */
            worst_add(&attitude, small_observed(&s, "attitude"), before);
        before = small_observed(&s, "attitude");
    }
    small_close(&s);
    limits_worst(l, &none, 0, "no volunteers: people, hours, output");
    limits_worst(l, &unmet, 0, "no volunteers: hours unmet, of those offered");
    limits_worst(l, &attitude, 0, "no volunteers: attitude, as in the week before");
}

#define NO_LEVELS                                                                                  \
    "managers.network_design: 0\nmanagers.goals_and_frames: 0\n"                                   \
    "managers.process_management: 0\nmanagers.participation: 0\n"

static void no_steering(struct limits *l)
{
    struct small s;
    struct worst none = {0};
    small_model(&s);
    limits_open(l, &s, NULL, INHABITANTS, NO_LEVELS);
    for (unsigned week = 0; week < 20 * l->scale; week++) {
        small_run(&s, 1);
        worst_add(&none, small_observed(&s, "control"), 0);
        worst_add(&none, small_observed(&s, "clarity"), 0);
        worst_add(&none, small_observed(&s, "process"), 0);
    }
    small_close(&s);
    limits_worst(l, &none, 0, "no steering: control, clarity, process");
    small_model(&s);
    limits_open(l, &s, NULL, INHABITANTS, NO_LEVELS "managers.evaluation: control\n");
    small_run(&s, 2);
    limits_exact(l, small_observed(&s, "control"), s.p->control_evaluation, 1e-6,
                 "no steering: control, of evaluation alone");
    small_close(&s);
}

/* No demand, no work. */
static void no_demand(struct limits *l)
{
    struct small s;
    struct worst none = {0};
    small_model(&s);
    limits_open(l, &s, NULL, INHABITANTS, "demand.hours: 0\nvolunteers.self_initiated: 0\n");
    small_run(&s, 10);
    worst_add(&none, small_observed(&s, "hours_offered"), 0);
    worst_add(&none, small_observed(&s, "output"), 0);
    worst_add(&none, small_observed(&s, "hours_gini"), 0);
    assert_true(small_observed(&s, "coproducers") > 0);
    small_close(&s);
    limits_worst(l, &none, 0, "no demand: hours, output, Gini");
}

static void nulls(struct limits *l)
{
    no_volunteers(l);
    no_steering(l);
    no_demand(l);
}

const struct limit_case v19_nulls = {.name = "V19", .measure = nulls};
