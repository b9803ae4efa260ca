/* Limiting cases of associations and of goals: founding and closing alone, and meetings alone. */
#include "tests/support/check.h"

#include "models/submodels.h"
#include "tests/support/limits.h"

enum { INHABITANTS = 4000 };

/* --- V10: births and deaths ------------------------------------------------------------------- */

#define FOUNDING_AND_CLOSING                                                                       \
    "associations: {death: 0.1, births: 0.1, death_small: 0, death_debt: 0}\n"                     \
    "volunteers.initial.coproducers: 0\n"

enum { FIRST_NUMBER = 43, BURN_IN = 60, SAMPLES = 25, APART = 40, OLD = 7 };

/* The yearly life of associations of the first municipality, without the weeks between. */
static void pass_year(struct small *s)
{
    s->town->world.week += 52;
    mechanism_association_growth.run(&s->town->world, 0);
    mechanism_association_deaths.run(&s->town->world, 0);
    mechanism_association_births.run(&s->town->world, 0);
}

struct living {
    struct sample number, squares;
    double old, all;
};

static void count_living(const struct town *t, double mean, struct living *o)
{
    double alive = 0;
    for (size_t a = 0; a < t->associations; a++) {
        alive += t->association_alive[a];
        o->old += t->association_alive[a] && t->association_age[a] >= OLD;
    }
    o->all += alive;
    sample_add(&o->number, alive);
    sample_add(&o->squares, (alive - mean) * (alive - mean));
}

/* Immigration b a year and a hazard d of death alone: the number is Poisson of mean b / (1 - e^-d),
 * and a share e^{-d k} of all is aged k years and more, so that half are older than ln 2 / d, 6.93
 * years.  Samples lie 40 years, four lifetimes, apart (e^-4 = .02 of their covariance is left); the
 * error of the variance is that of a Poisson's. */
static void immigration_and_death(struct limits *l)
{
    enum { TOWNS = 25 };
    const double d = 0.1, b = 0.1 * FIRST_NUMBER, mean = b / (1 - exp(-d));
    struct living o = {0};
    struct small s;
    small_model(&s);
    limits_open(l, &s, "", INHABITANTS, FOUNDING_AND_CLOSING);
    for (uint32_t k = 0; k < TOWNS * l->scale; k++) {
        if (k > 0)
            small_again(&s, k);
        for (unsigned year = 1; year <= BURN_IN + SAMPLES * APART; year++) {
            pass_year(&s);
            if (year > BURN_IN && year % APART == 0)
                count_living(s.town, mean, &o);
        }
    }
    assert_close((double)s.town->associations, 2 * FIRST_NUMBER, 0); /* rows for so many */
    small_close(&s);
    double n = o.number.n;
    limits_chance(l, o.number.mean, mean, sqrt(mean / n), "associations: their number");
    limits_chance(l, o.squares.mean, mean, sqrt((mean + 2 * mean * mean) / n),
                  "associations: its variance");
    limits_share(l, o.old, o.all, exp(-d * OLD), "associations: share older than the median, %d",
                 OLD);
    limits_exact(l, mean, b / d, 0.06 * mean, "associations: years beside instants");
}

const struct limit_case v10_associations = {.name = "V10", .measure = immigration_and_death};

/* --- V11, V12: goals -------------------------------------------------------------------------- */

/* Half of all adults co-produce at sites of some 25, nobody comes or goes, takes part or stirs. */
#define CROWD                                                                                      \
    "sites.per_thousand: 20\nvolunteers.initial.volunteers: 0.5\n"                                 \
    "volunteers.initial.coproducers: 0.5\nmanagers.participation: 0\n"
#define FACILITATED "managers.roles: {convener: 0, facilitator: 1, catalyst: 0}\n"

struct halves {
    struct sample means, gaps; /* beyond what they are expected to be */
};

static void count_halves(const struct town *t, double meets, unsigned weeks, struct halves *o)
{
    const struct params *p = town_params(t, 0);
    for (size_t k = 0; k < t->sites; k++) {
        double sum[2] = {0}, count[2] = {0};
        size_t first = t->site_volunteer_first[k], end = first + t->site_volunteer_count[k];
        for (size_t v = first; v < end; v++) {
            size_t i = t->volunteer_person[v];
            sum[i % 2] += (double)t->citizen_goal[i];
            count[i % 2]++;
        }
        double n = (double)(end - first), start = (0.4 * count[0] + 0.6 * count[1]) / n;
        double rate = 1 - meets * p->goals_step * n / (n - 1);
        double gap = sum[1] / count[1] - sum[0] / count[0];
        sample_add(&o->means, (sum[0] + sum[1]) / n - start);
        sample_add(&o->gaps, gap - 0.2 * pow(rate, weeks));
    }
}

/* Half of a site's people want .6 and half .4: all listen to each other.  In expectation their mean
 * stays and the difference of the halves falls by r mu n / (n - 1) a week.  Sites are independent.
 */
static void degroot(struct limits *l)
{
    enum { WEEKS = 6 };
    const double meets = 0.1 + 0.6 * 0.5;
    struct halves o = {0};
    struct small s;
    small_model(&s);
    limits_open(l, &s, "deliberation", INHABITANTS,
                CROWD FACILITATED "managers.process_management: 0.5\ngoals.confidence: 0.3\n");
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        for (size_t i = 0; i < s.town->citizens; i++)
            s.town->citizen_goal[i] = i % 2 ? 0.6f : 0.4f;
        small_run(&s, WEEKS);
        count_halves(s.town, meets, WEEKS, &o);
    }
    small_close(&s);
    assert_true(o.means.n > 50 * l->scale);
    assert_true(sample_error(&o.gaps) < 0.2 * 0.01);
    limits_sample(l, &o.means, 0, "goals without bounds: shift of a site's mean");
    limits_sample(l, &o.gaps, 0, "goals without bounds: difference of halves beyond DeGroot's");
}

const struct limit_case v11_degroot = {.name = "V11", .measure = degroot};

static double widest_of(const struct town *t, size_t site)
{
    double least = 1, most = 0;
    size_t first = t->site_volunteer_first[site];
    for (size_t v = first; v < first + t->site_volunteer_count[site]; v++) {
        double g = (double)t->citizen_goal[t->volunteer_person[v]];
        least = fmin(least, g);
        most = fmax(most, g);
    }
    return most - least;
}

/* Share of sites whose goals lie within .0001 after 500 weeks, begun anywhere from 0 to 1. */
static double share_agreed(const struct limits *l, const char *yaml)
{
    enum { WEEKS = 500 };
    double agreed = 0, sites = 0;
    struct small s;
    small_model(&s);
    limits_open(l, &s, "deliberation", INHABITANTS, yaml);
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        for (size_t i = 0; i < s.town->citizens; i++)
            s.town->citizen_goal[i] = (float)(i * 7919 % 1000) / 999;
        small_run(&s, WEEKS);
        for (size_t k = 0; k < s.town->sites; k++)
            agreed += widest_of(s.town, k) < 1e-4;
        sites += (double)s.town->sites;
    }
    small_close(&s);
    return agreed / sites;
}

/* People who listen as far as .65 agree at every site wherever they began, people who listen as far
 * as .1 at none. */
static void consensus(struct limits *l)
{
    double far = share_agreed(l, CROWD FACILITATED
                              "managers.process_management: 1\ngoals.confidence: 0.4\n");
    double near = share_agreed(l, CROWD "managers.process_management: 0\ngoals.confidence: 0.1\n");
    limits_exact(l, far, 1, 0, "bounds of .65: share of sites that agree");
    limits_exact(l, near, 0, 0, "bounds of .1: share of sites that agree");
}

const struct limit_case v12_consensus = {.name = "V12", .measure = consensus};
