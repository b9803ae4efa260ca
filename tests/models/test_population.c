/* The town at week 0: its people are those of the table, its shares those of the scenario, and
 * friends are alike; and tables of a user's own are read or refused with a clear sentence. */
#include "tests/support/check.h"

#include <stdio.h>

#include "models/demography.h"
#include "models/submodels.h"
#include "tests/support/corpus.h"
#include "tests/support/sample.h"
#include "tests/support/scratch.h"
#include "tests/support/small_town.h"

enum { FAXE = 320, SEXES = 2, OLDEST = 130 };

static const char faxe[] = "municipalities:\n  - {name: Faxe}\n";

static size_t band_of(unsigned age)
{
    size_t b = 0;
    while (b + 1 < AGE_BANDS && age > age_bands[b].oldest)
        b++;
    return b;
}

/* --- counts ----------------------------------------------------------------------------------- */

static void count_adults(const struct town *t, uint32_t counts[SEXES][AGE_BANDS])
{
    memset(counts, 0, SEXES * sizeof counts[0]);
    for (size_t i = 0; i < t->citizens; i++)
        counts[t->citizen_female[i]][band_of(t->citizen_age[i])]++;
}

/* The row of Faxe in scenarios/population.csv, read without the model's reader. */
static void faxe_of_table(uint32_t counts[SEXES][AGE_BANDS])
{
    char *path = corpus_path("scenarios/population.csv");
    size_t size;
    char *text = scratch_read(path, &size);
    assert_non_null(text);
    char *row = strstr(text, "\n320,Faxe,");
    assert_non_null(row);
    row = strchr(row, 'F');
    for (unsigned skip = 0; skip < 6; skip++) /* name, region, place, area, inhabitants */
        row = strchr(row, ',') + 1;
    for (size_t sex = 0; sex < SEXES; sex++)
        for (size_t b = 0; b < AGE_BANDS; b++, row += *row == ',')
            counts[sex][b] = (uint32_t)strtoul(row, &row, 10);
    free(text);
    free(path);
}

static void faxe_is_as_in_the_table(void **state)
{
    (void)state;
    uint32_t table[SEXES][AGE_BANDS], town[SEXES][AGE_BANDS];
    struct small s;
    small_model(&s);
    small_open(&s, NULL, faxe, 0);
    faxe_of_table(table);
    count_adults(s.town, town);
    uint32_t adults = 0;
    for (size_t sex = 0; sex < SEXES; sex++)
        for (size_t b = 1; b < AGE_BANDS; b++) {
            assert_int_equal(town[sex][b], table[sex][b]);
            adults += table[sex][b];
        }
    assert_int_equal(adults, s.town->citizens);
    assert_int_equal(town[0][0] + town[1][0], 0); /* nobody below 16 */
    assert_int_equal(s.model.persons(&s.scenario), adults);
    for (size_t i = 0; i < s.town->citizens; i++)
        assert_between(s.town->citizen_age[i], 16, 99);
    small_close(&s);
}

/* Against Statistics Denmark's own figures by single years of age, where they are at hand. */
static void faxe_is_as_statistics_denmark_has_it(void **state)
{
    (void)state;
    const char *data = getenv("SAMSKAB_DATA");
    char *folder = data ? strdup(data) : corpus_path("../shared/data"), *path;
    assert_true(asprintf(&path, "%s/population/folk1a_2020q1_age_sex.csv", folder) > 0);
    FILE *file = fopen(path, "r");
    free(folder);
    free(path);
    if (!file) {
        print_message(
            "skipped: no figures of Statistics Denmark; SAMSKAB_DATA names their folder\n");
        skip();
    }
    uint32_t figures[SEXES][AGE_BANDS] = {{0}}, table[SEXES][AGE_BANDS];
    char line[256];
    unsigned code, age, men, women, years = 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%u,%u,%u,%u", &code, &age, &men, &women) == 4 && code == FAXE &&
            age < OLDEST) {
            figures[0][band_of(age)] += men;
            figures[1][band_of(age)] += women;
            years++;
        }
    fclose(file);
    assert_true(years > 90);
    faxe_of_table(table);
    assert_memory_equal(figures, table, sizeof table);
}

/* A town of another size keeps the ages: every band within a person. */
static void a_scaled_town_keeps_its_ages(void **state)
{
    (void)state;
    uint32_t table[SEXES][AGE_BANDS], town[SEXES][AGE_BANDS], all = 0;
    struct small s;
    small_model(&s);
    small_open(&s, NULL, "municipalities:\n  - {name: faxe, population.inhabitants: 5000}\n", 0);
    faxe_of_table(table);
    count_adults(s.town, town);
    for (size_t k = 0; k < SEXES * AGE_BANDS; k++)
        all += table[k / AGE_BANDS][k % AGE_BANDS];
    for (size_t sex = 0; sex < SEXES; sex++)
        for (size_t b = 1; b < AGE_BANDS; b++)
            assert_close(town[sex][b], 5000.0 * table[sex][b] / all, 1);
    assert_int_equal(demography_of(&s.scenario, 0)->inhabitants, 5000);
    small_close(&s);
}

/* --- shares and traits ------------------------------------------------------------------------ */

/* A share of `n` independent draws, within four standard errors. */
static void assert_share(double count, double n, double share)
{
    assert_close(count / n, share, 4 * sqrt(share * (1 - share) / n));
}

static void shares_are_those_of_the_scenario(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, NULL, faxe, 0);
    const struct town *t = s.town;
    const struct params *p = s.p;
    double n = (double)t->citizens, educated = 0, marginalised = 0, organised = 0, year = 0;
    struct sample logs = {0}, autonomy = {0};
    for (size_t i = 0; i < t->citizens; i++) {
        educated += t->citizen_educated[i];
        marginalised += t->citizen_marginalised[i];
        organised += t->citizen_organised[i];
        year += citizen_volunteers(t->citizen_status[i]) ||
                t->citizen_left_week[i] + WEEKS_A_YEAR > LEFT_OFFSET;
        assert_between((double)t->citizen_capacity[i], 0.5, 20);
        sample_add(&logs, log((double)t->citizen_capacity[i]));
        sample_add(&autonomy, (double)t->citizen_autonomy[i]);
    }
    assert_share(t->municipality_volunteers[0], n, p->initial_volunteers);
    assert_share(t->municipality_coproducers[0], n, p->initial_coproducers);
    assert_share(educated, n, p->educated);
    assert_share(marginalised, n, p->marginalised);
    assert_share(organised, n, p->organised);
    /* Capacity: logarithms cut at .5 and 20 h, which moves mean and spread by less than .01. */
    assert_close(logs.mean, log(p->capacity_median), 0.01 + 4 * sample_error(&logs));
    assert_close(sqrt(sample_variance(&logs)), p->capacity_spread, 0.02);
    /* Beta(a, a): mean 1/2, variance 1 / (4 (2 a + 1)), the latter within 5 %. */
    double variance = 1 / (4 * (2 * p->autonomy_shape + 1));
    assert_close(autonomy.mean, 0.5, 4 * sqrt(variance / n));
    assert_close(sample_variance(&autonomy), variance, 0.05 * variance);
    /* Who is inactive left as in a steady state of entry: 1 - (1 - v) e^{-52 entry}, to a week. */
    double entry = p->exit_life * p->initial_volunteers / (1 - p->initial_volunteers);
    double within = 1 - (1 - p->initial_volunteers) * exp(-entry * WEEKS_A_YEAR);
    assert_close(year / n, within, 4 * sqrt(within * (1 - within) / n) + entry);
    small_close(&s);
}

static void coproducers_have_a_place(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, NULL, faxe, 0);
    const struct town *t = s.town;
    struct sample fit = {0};
    double fresh = 0;
    for (size_t i = 0; i < t->citizens; i++) {
        size_t site = t->citizen_site[i], partner = t->citizen_partner[i];
        bool here = citizen_coproduces(t->citizen_status[i]);
        assert_int_equal(here, site != NOBODY && partner != NOBODY);
        if (!here)
            continue;
        assert_int_equal(t->site_municipality[site], t->citizen_municipality[i]);
        assert_int_equal(t->site_sector[site], t->citizen_sector[i]);
        assert_int_equal(t->professional_site[partner], site);
        if (t->citizen_association[i] != NOBODY)
            assert_int_equal(t->association_site[t->citizen_association[i]], site);
        if (t->citizen_organised[i] && t->site_association_count[site] > 0)
            assert_true(t->citizen_association[i] != NOBODY);
        fresh += t->citizen_status[i] == CITIZEN_ONBOARDING;
        sample_add(&fit, (double)t->citizen_fit[i]);
    }
    /* Tenures as in a steady state: new with probability 1 - e^{-mu w}, w weeks of onboarding. */
    double is_new = 1 - exp(-s.p->exit_life * s.p->onboarding_weeks);
    assert_share(fresh, fit.n, is_new);
    print_message("mean fit of the first co-producers is %.3f, fit_mean is %.2f\n", fit.mean,
                  s.p->fit_mean);
    assert_close(fit.mean, s.p->fit_mean, 0.1);
    small_close(&s);
}

/* Associations as in a steady state, each share and the mean of ln members within four standard
 * errors: half are older than the half age, .03 / (.03 + .15) are paid, and of those with a written
 * agreement as many as their own probabilities say.  Only the first half of the rows is taken. */
static void associations_are_as_many_and_as_old_as_stated(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, NULL, "population.inhabitants: 200000\n", 0);
    const struct town *t = s.town;
    double n = 0, old = 0, roles[4] = {0}, paid = 0, written = 0, expected = 0;
    struct sample members = {0};
    for (size_t a = 0; a < t->associations; a++) {
        if (!t->association_alive[a]) {
            assert_int_equal(t->association_site[a], NOBODY);
            continue;
        }
        n++;
        double begins = agreement_probability(s.p, t->association_sector[a], t->association_paid[a],
                                              (double)t->association_members[a], s.p->level_goals);
        expected += begins / (begins + s.p->agreement_lapse);
        written += t->association_written[a];
        paid += t->association_paid[a];
        sample_add(&members, log((double)t->association_members[a]));
        assert_close((double)t->association_autonomy[a],
                     t->association_role[a] == ROLE_ALTERNATIVE ? 0.9 : 0.8, 1e-6);
        old += (double)t->association_age[a] > s.p->association_half_age;
        roles[t->association_role[a]]++;
        size_t site = t->association_site[a];
        if (site != NOBODY)
            assert_int_equal(t->association_sector[a], t->site_sector[site]);
    }
    assert_close(n, 200000 / s.p->inhabitants_per_association, 1);
    assert_close((double)t->associations, 2 * n, 0);
    for (size_t k = 0; k < t->sites; k++)
        assert_close(site_partners(t, k), s.p->partners, 0);
    assert_share(paid, n, s.p->pay_begins / (s.p->pay_begins + s.p->pay_ends));
    assert_share(written, n, expected / n);
    assert_close(members.mean, log(s.p->members_median), 4 * sample_error(&members));
    assert_close(sample_variance(&members), 1, 4 * sqrt(2 / n));
    assert_share(old, n, 0.5);
    assert_share(roles[0], n, s.p->role_avantgarde);
    assert_share(roles[1], n, s.p->role_complement);
    assert_share(roles[2], n, s.p->role_alternative);
    assert_share(roles[3], n, s.p->role_replacement);
    assert_close((double)t->sites, s.p->site_density * (double)t->citizens / 1000, 1);
    assert_close((double)t->professionals, s.p->professional_density * (double)t->citizens / 1000,
                 1);
    small_close(&s);
}

/* --- friends ---------------------------------------------------------------------------------- */

struct likeness {
    double degree, age_gap, same_education, same_district;
};

static struct likeness likeness_of_friends(const char *yaml)
{
    struct small s;
    small_model(&s);
    small_open(&s, NULL, yaml, 0);
    const struct town *t = s.town;
    const struct network *ties = &t->world.ties;
    struct likeness sum = {0};
    double n = 0;
    for (size_t i = 0; i < t->citizens; i++)
        for (uint32_t k = ties->start[i]; k < ties->start[i + 1]; k++, n++) {
            size_t j = ties->target[k];
            sum.age_gap += fabs((double)t->citizen_age[i] - t->citizen_age[j]);
            sum.same_education += t->citizen_educated[i] == t->citizen_educated[j];
            sum.same_district += t->citizen_district[i] == t->citizen_district[j];
        }
    sum.age_gap /= n;
    sum.same_education /= n;
    sum.same_district /= n;
    sum.degree = n / (double)t->citizens;
    small_close(&s);
    return sum;
}

/* Ties of chance join ages 25 years apart on average; friends of the small world are far nearer,
 * mostly of one district, and more often of one education. */
static void friends_are_alike(void **state)
{
    (void)state;
    struct likeness friends = likeness_of_friends(faxe);
    struct likeness chance =
        likeness_of_friends("network.kind: random\nmunicipalities:\n  - {name: Faxe}\n");
    assert_close(friends.degree, 8, 0.1);
    assert_close(chance.degree, 8, 0.1);
    assert_true(friends.age_gap < 0.6 * chance.age_gap);
    assert_true(friends.same_district > 0.85 && chance.same_district < 0.2);
    assert_true(friends.same_education > chance.same_education + 0.02);

    struct likeness near = likeness_of_friends(
        "network.rewire: 0\nnetwork.age_likeness: 0\nmunicipalities:\n  - {name: Faxe}\n");
    assert_true(near.age_gap < friends.age_gap && near.same_district > 0.999);
    assert_true(near.same_education > friends.same_education);
}

/* --- tables of a user's own ------------------------------------------------------------------- */

#define HEADER                                                                                     \
    "name,men_0_15,men_16_19,men_20_29,men_30_39,men_40_49,men_50_59,men_60_69,men_70_79,"         \
    "men_80_89,men_90_plus,women_0_15,women_16_19,women_20_29,women_30_39,women_40_49,"            \
    "women_50_59,women_60_69,women_70_79,women_80_89,women_90_plus\n"
/* The same from the last to the first. */
#define TURNED                                                                                     \
    "women_90_plus,women_80_89,women_70_79,women_60_69,women_50_59,women_40_49,women_30_39,"       \
    "women_20_29,women_16_19,women_0_15,men_90_plus,men_80_89,men_70_79,men_60_69,men_50_59,"      \
    "men_40_49,men_30_39,men_20_29,men_16_19,men_0_15,name\n"
#define PEOPLE ",100,50,101,102,103,104,105,106,20,1,90,51,111,112,113,114,115,116,30,2\n"

/* Reads a scenario whose table is `table`, with these municipalities. */
static enum status read_table(const char *table, const char *places, struct scenario *s,
                              struct error *e)
{
    struct scratch scratch;
    char yaml[1024];
    scratch_open(&scratch);
    scratch_write(scratch_path(&scratch, "mine.csv"), table, strlen(table));
    snprintf(yaml, sizeof yaml, "population.table: mine.csv\n%s", places);
    enum status status = scenario_parse(s, &coproduction, yaml, strlen(yaml), "mine.yaml",
                                        scratch.folder, NULL, 0, NULL, 0, e);
    scratch_close(&scratch);
    return status;
}

static void a_table_of_ones_own_is_taken(void **state)
{
    (void)state;
    struct scenario s;
    struct error e = {0};
    const char *const tables[] = {
        "# of my own\n\n" HEADER "Nowhere" PEOPLE "Elsewhere" PEOPLE,
        "\xef\xbb\xbf" HEADER "Elsewhere" PEOPLE "Nowhere" PEOPLE, /* as spreadsheets write it */
        TURNED "2,30,116,115,114,113,112,111,51,90,1,20,106,105,104,103,102,101,50,100,Nowhere\n",
    };
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
        assert_status(read_table(tables[k], "municipalities:\n  - {name: Nowhere}\n", &s, &e),
                      STATUS_DONE, &e);
        const struct demography *d = demography_of(&s, 0);
        assert_int_equal(d->men[2], 101);
        assert_int_equal(d->women[9], 2);
        assert_int_equal(d->adults, 692 + 764);
        assert_int_equal(d->inhabitants, 692 + 764 + 190);
        scenario_free(&s);
    }
}

static void assert_refused(const char *table, const char *places, const char *finding)
{
    struct scenario s;
    struct error e = {0};
    assert_status(read_table(table, places, &s, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), finding);
    error_free(&e);
    scenario_free(&s);
}

static void bad_tables_are_refused_with_line_and_value(void **state)
{
    (void)state;
    static const char here[] = "municipalities:\n  - {name: Nowhere}\n";
    assert_refused("name,men_0_15\nNowhere,3\n", here,
                   "mine.csv:1: the header has no column `women_90_plus`");
    assert_refused("men_0_15\n3\n", here, "mine.csv:1: the header has no column `name`");
    assert_refused(HEADER "Nowhere,100,50,-101,102,103,104,105,106,20,1,90,51,111,112,113,114,115,"
                          "116,30,2\n",
                   here, "mine.csv:2: men_20_29 is '-101', must be a whole number in [0, ");
    assert_refused(HEADER "# a remark\nNowhere,100,50,101,102,1e3,104,105,106,20,1,90,51,111,112,"
                          "113,114,115,116,30,2.5\n",
                   here, "mine.csv:3: women_90_plus is '2.5', must be a whole number");
    /* All bad lines together, and all bad values of each. */
    assert_refused(HEADER
                   "A,x,50,101,102,-3,104,105,106,20,1,90,51,111,112,113,114,115,116,30,2\n"
                   "B,1,50,101,102,103,104,105,106,20,y,90,51,111,112,113,114,115,116,30,2\n",
                   here,
                   "mine.csv:2: men_0_15 is 'x', must be a whole number in [0, 10000000] "
                   "(persons)\nmine.csv:2: men_40_49 is '-3', must be a whole number in "
                   "[0, 10000000] (persons)\nmine.csv:3: men_90_plus is 'y', must be");
    assert_refused(HEADER "Nowhere,100,50\n", here, "mine.csv:2: men_20_29 is '', must be");
    assert_refused(HEADER "Nowhere,100,99999999999999999999,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n",
                   here, "mine.csv:2: men_16_19 is '99999999999999999999', must be");
    assert_refused(HEADER PEOPLE, here, "mine.csv:2: name is '', must have 1 to 63 bytes");
    assert_refused(HEADER "Nowhere" PEOPLE, "municipalities:\n  - {name: Faxe}\n",
                   "municipality 'Faxe' is not in the population table");
    assert_refused(HEADER "Nowhere,1,2,3,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n", here,
                   "'Nowhere' has 21 inhabitants aged 16 and over; the model needs at least 1000");
    assert_refused(HEADER, here, "mine.csv: the table has no municipality");
    assert_refused("", here, "mine.csv");
}

static void unknown_municipalities_are_named(void **state)
{
    (void)state;
    static const char text[] = "municipalities:\n  - {name: Atlantis}\n";
    struct scenario s;
    struct error e = {0};
    assert_status(scenario_parse(&s, &coproduction, text, sizeof text - 1, "lost.yaml", NULL, NULL,
                                 0, NULL, 0, &e),
                  STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "lost.yaml: municipality 'Atlantis' is not in the population "
                                    "table; give its population.inhabitants");
    error_free(&e);
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faxe_is_as_in_the_table),
        cmocka_unit_test(faxe_is_as_statistics_denmark_has_it),
        cmocka_unit_test(a_scaled_town_keeps_its_ages),
        cmocka_unit_test(shares_are_those_of_the_scenario),
        cmocka_unit_test(coproducers_have_a_place),
        cmocka_unit_test(associations_are_as_many_and_as_old_as_stated),
        cmocka_unit_test(friends_are_alike),
        cmocka_unit_test(a_table_of_ones_own_is_taken),
        cmocka_unit_test(bad_tables_are_refused_with_line_and_value),
        cmocka_unit_test(unknown_municipalities_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
