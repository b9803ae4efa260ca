/* Limiting cases of who comes and who goes: recruitment and exit on a real small town, the rest
 * off. */
#include "tests/support/check.h"
#include "tests/support/limits.h"

enum { INHABITANTS = 4000 };

/* Everybody is asked alike: no friends, one age, and newcomers as keen as anybody. */
#define COMPLETE_GRAPH                                                                             \
    "network.kind: none\nvolunteers.recruitment.friends: 0\nvolunteers.initial.coproducers: 0\n"   \
    "volunteers.recruitment.motivation: 1\ntrust.initial: 1\n"                                     \
    "volunteers.recruitment.ambassador: 1\nvolunteers.recruitment.invite: 0.06\n"                  \
    "volunteers.recruitment.p_acc: 0.65\nvolunteers.recruitment.spontaneous_coproduction: 0\n"

/* Invitation's chance of a week that is accepted by whom it reaches: .06 x .65. */
static const double beta = 0.039;

static void of_one_age(struct small *s)
{
    memset(s->town->citizen_age, 40, s->town->citizens);
}

static double share_of_volunteers(const struct small *s)
{
    return small_observed(s, "volunteers") / small_observed(s, "population");
}

/* --- V6, V7 ----------------------------------------------------------------------------------- */

/* Both maps count twice whom two ask in one week.  Asked by each of n i volunteers with probability
 * beta / n a person begins with probability 1 - e^{-beta i}, up to 1 / n: against this chance means
 * of towns are held, and against it the map, whose difference is of arithmetic.  In towns of n
 * persons chance itself moves the mean by about 1 / n, a hundredth of the standard error. */
enum { TOWNS = 25, ENDS = 4 };

static void invitation(struct limits *l)
{
    static const unsigned ends[ENDS] = {20, 50, 90, 250};
    struct sample difference[ENDS] = {{0}}, expected[ENDS] = {{0}};
    struct worst map_beside = {0};
    struct small s;
    small_model(&s);
    limits_open(l, &s, "invitation", INHABITANTS * l->scale,
                COMPLETE_GRAPH "volunteers.initial.volunteers: 0.1\n");
    for (uint32_t town = 0; town < TOWNS; town++) {
        if (town > 0)
            small_again(&s, town);
        of_one_age(&s);
        double map = (double)s.town->municipality_volunteers[0] / (double)s.town->citizens;
        double exact = map;
        for (unsigned week = 0, k = 0; k < ENDS; week++) {
            if (week == ends[k]) {
                sample_add(&difference[k], share_of_volunteers(&s) - exact);
                sample_add(&expected[k], exact);
                worst_add(&map_beside, exact, map);
                k++;
            }
            small_run(&s, 1);
            map += beta * map * (1 - map);
            exact += (1 - exp(-beta * exact)) * (1 - exact);
        }
    }
    assert_true(share_of_volunteers(&s) > 0.98);
    small_close(&s);
    limits_worst(l, &map_beside, 0.008, "invitation: chance of being asked beside the map");
    for (unsigned k = 0; k < ENDS; k++) {
        struct sample share = difference[k]; /* each town from its own first share */
        share.mean += expected[k].mean;
        assert_true(sample_error(&share) < 0.004);
        limits_sample(l, &share, expected[k].mean, "invitation: share after %u weeks", ends[k]);
    }
}

const struct limit_case v6_invitation = {.name = "V6", .measure = invitation};

static double bass(double p, double q, double t)
{
    return (1 - exp(-(p + q) * t)) / (1 + q / p * exp(-(p + q) * t));
}

/* F = (1 - e^{-(p + q) t}) / (1 + (q / p) e^{-(p + q) t}) from an empty town.  Weeks instead of
 * instants shift it by at most .009, and with it that nobody is counted twice by at most .012. */
static void campaign(struct limits *l)
{
    static const unsigned ends[ENDS] = {20, 60, 110, 300};
    const double p = 0.001 * (1 + 2);
    struct sample share[ENDS] = {{0}};
    struct worst map_beside = {0}, exact_beside = {0};
    struct small s;
    small_model(&s);
    limits_open(l, &s, "invitation spontaneous_entry", INHABITANTS * l->scale,
                COMPLETE_GRAPH "volunteers.initial.volunteers: 0\n"
                               "volunteers.recruitment.spontaneous: 0.001\n"
                               "volunteers.recruitment.campaign: 2\n");
    for (uint32_t town = 0; town < TOWNS; town++) {
        if (town > 0)
            small_again(&s, town);
        of_one_age(&s);
        assert_int_equal(s.town->municipality_volunteers[0], 0);
        for (unsigned k = 0, week = 0; k < ENDS; week = ends[k++]) {
            small_run(&s, ends[k] - week);
            sample_add(&share[k], share_of_volunteers(&s));
        }
    }
    small_close(&s);
    double map = 0, exact = 0;
    for (unsigned week = 0, k = 0; k < ENDS; week++) {
        if (week == ends[k]) {
            assert_true(sample_error(&share[k]) < 0.006);
            limits_sample(l, &share[k], exact, "campaign: share after %u weeks", week);
            k++;
        }
        worst_add(&map_beside, map, bass(p, beta, week));
        worst_add(&exact_beside, exact, bass(p, beta, week));
        map += (p + beta * map) * (1 - map);
        exact += (1 - (1 - p) * exp(-beta * exact)) * (1 - exact);
    }
    limits_worst(l, &map_beside, 0.009, "campaign: the map in weeks beside Bass");
    limits_worst(l, &exact_beside, 0.012, "campaign: chance of beginning beside Bass");
}

const struct limit_case v7_bass = {.name = "V7", .measure = campaign};

/* --- V8 --------------------------------------------------------------------------------------- */

#define COMING_AND_GOING                                                                           \
    "volunteers.initial.coproducers: 0\nvolunteers.initial.volunteers: 0.25\n"                     \
    "volunteers.recruitment.spontaneous: 0.001\nvolunteers.recruitment.campaign: 2\n"              \
    "volunteers.recruitment.spontaneous_coproduction: 0\nexit.life: 0.009\n"

static const double life = 0.009, enter = 0.003; /* a week */

static double leave(void)
{
    return 1 - exp(-life);
}

enum { GROUP = 50 };

struct turnover {
    double n, active, year;
    struct sample squares;
};

static void count_active(const struct small *s, double share, struct turnover *o)
{
    const struct town *t = s->town;
    o->n += (double)t->citizens;
    o->active += small_observed(s, "volunteers");
    o->year += small_observed(s, "volunteered_year");
    for (size_t first = 0; first + GROUP <= t->citizens; first += GROUP) {
        double count = 0;
        for (size_t i = first; i < first + GROUP; i++)
            count += t->citizen_status[i] == CITIZEN_ELSEWHERE;
        sample_add(&o->squares, (count - GROUP * share) * (count - GROUP * share));
    }
}

/* With constant entry l = .003 and exit m = 1 - e^-.009 a person is a two-state chain: share
 * l / (l + m), counts of groups of 50 persons binomial, and 1 - (1 - share) (1 - l)^52 of all at
 * some time of a year (e^{-l T} but for .0002).  Snapshots 500 weeks apart are nearly independent
 * ((1 - l - m)^500 = .002).  The error of the variance follows from the binomial's fourth moment.
 */
static void turnover(struct limits *l)
{
    enum { SNAPSHOTS = 24, APART = 500, YEAR = 52 };
    struct small s;
    small_model(&s);
    limits_open(l, &s, "spontaneous_entry exits_elsewhere", INHABITANTS, COMING_AND_GOING);
    double share = enter / (enter + leave()), inactive = (1 - share) * pow(1 - enter, YEAR);
    struct turnover o = {0};
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        for (unsigned k = 0; k < SNAPSHOTS; k++) {
            small_run(&s, APART);
            count_active(&s, share, &o);
        }
    }
    small_close(&s);
    double spread = share * (1 - share), binomial = GROUP * spread;
    double fourth = binomial * (1 + 3 * (GROUP - 2) * spread);
    limits_share(l, o.active, o.n, share, "coming and going: share who volunteer");
    limits_chance(l, o.squares.mean, binomial, sqrt((fourth - binomial * binomial) / o.squares.n),
                  "coming and going: variance of counts among %d", GROUP);
    limits_share(l, o.year, o.n, 1 - inactive, "coming and going: share within a year");
    limits_exact(l, inactive, (1 - share) * exp(-enter * YEAR), 5e-4,
                 "coming and going: none within a year, weeks beside instants");
}

const struct limit_case v8_turnover = {.name = "V8", .measure = turnover};

/* Spells that begin in the first weeks of a town, and how long they last: at [a] those of more than
 * a weeks. */
enum { BEGIN = 500, LONGEST = 200 };

struct spells {
    double begun, lasting[LONGEST + 1];
    uint16_t *began; /* of each citizen the week in which, 0: not yet */
    uint8_t *before;
};

static void follow(struct small *s, struct spells *p, unsigned week)
{
    const struct town *t = s->town;
    memcpy(p->before, t->citizen_status, t->citizens);
    small_run(s, 1);
    for (size_t i = 0; i < t->citizens; i++) {
        bool now = t->citizen_status[i] == CITIZEN_ELSEWHERE;
        bool then = p->before[i] == CITIZEN_ELSEWHERE;
        if (now && !then && week <= BEGIN) {
            p->began[i] = (uint16_t)week;
            p->begun++;
        } else if (p->began[i] > 0 && now && week - p->began[i] <= LONGEST) {
            p->lasting[week - p->began[i]]++;
        } else if (!now || (!then && week > BEGIN)) {
            p->began[i] = 0;
        }
    }
}

/* Spells are exponential (in weeks: geometric): of all that begin, (1 - m)^a last more than a
 * weeks; at four ages, and as the largest distance over all ages up to 200 weeks. */
static void spells(struct limits *l)
{
    static const unsigned ages[] = {1, 20, 80, LONGEST};
    struct small s;
    small_model(&s);
    limits_open(l, &s, "spontaneous_entry exits_elsewhere", INHABITANTS, COMING_AND_GOING);
    size_t citizens = s.town->citizens;
    struct spells p = {.before = malloc(citizens)};
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        p.began = calloc(citizens, sizeof *p.began);
        assert_non_null(p.began);
        for (unsigned week = 1; week <= BEGIN + LONGEST + 1; week++)
            follow(&s, &p, week);
        free(p.began);
    }
    free(p.before);
    small_close(&s);
    assert_true(p.begun > 3000 * l->scale);
    for (unsigned k = 0; k < sizeof ages / sizeof *ages; k++)
        limits_share(l, p.lasting[ages[k]], p.begun, pow(1 - leave(), ages[k]),
                     "spells: last more than %u weeks", ages[k]);
    double distance = 0;
    for (unsigned age = 1; age <= LONGEST; age++)
        distance = fmax(distance, fabs(p.lasting[age] / p.begun - pow(1 - leave(), age)));
    limits_distribution(l, distance, p.begun, "spells: Kolmogorov-Smirnov distance, %d weeks",
                        LONGEST);
}

const struct limit_case v8_spells = {.name = "V8", .measure = spells};

/* The same for co-producers, whose exit has more causes: with motivation full, no burnout and no
 * control only life is left.  Person-weeks are independent. */
static void coproducers(struct limits *l)
{
    struct small s;
    small_model(&s);
    limits_open(l, &s, "exits", INHABITANTS,
                "volunteers.initial.volunteers: 0.5\nexit.life: 0.009\n"
                "volunteers.initial.coproducers: 0.5\nvolunteers.initial.burnout: 0\n"
                "volunteers.recruitment.motivation: 1\n");
    double weeks = 0, left = 0;
    for (uint32_t town = 0; town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        for (unsigned week = 0; week < 200; week++) {
            small_run(&s, 1);
            weeks += (double)s.town->volunteers;
            left += small_observed(&s, "coproducer_exits");
        }
    }
    small_close(&s);
    limits_share(l, left, weeks, leave(), "co-producers who leave within a week");
}

const struct limit_case v8_coproducers = {.name = "V8", .measure = coproducers};
