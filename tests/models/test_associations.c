/* The life of associations (E13) and what they know (E11): closed forms, money that adds up, and
 * what happens to the co-producers who came through them.  Statistical tolerances are stated at
 * each; seeds are fixed. */
#include "tests/support/check.h"

#include "models/submodels.h"
#include "tests/support/limits.h"
#include "tests/support/sample.h"
#include "tests/support/small_town.h"

enum { YEAR = 52 };

/* The yearly mechanisms of the first municipality, without the weeks between. */
static void pass_year(struct small *s, const struct mechanism *const *yearly, size_t count)
{
    s->town->world.week += YEAR;
    for (size_t k = 0; k < count; k++)
        yearly[k]->run(&s->town->world, 0);
}

static double living(const struct town *t)
{
    double alive = 0;
    for (size_t a = 0; a < t->associations; a++)
        alive += t->association_alive[a];
    return alive;
}

/* --- births ----------------------------------------------------------------------------------- */

/* More come than there is room for: rows are filled, and no others. */
static void never_more_than_the_rows(void **state)
{
    (void)state;
    static const struct mechanism *const yearly[] = {&mechanism_association_births};
    struct small s;
    small_model(&s);
    small_open(&s, "", SMALL_TOWN "associations.births: 0.5\nassociations.newborn.spread: 2\n", 0);
    for (unsigned year = 0; year < 5; year++)
        pass_year(&s, yearly, 1);
    const struct town *t = s.town;
    assert_close(living(t), (double)t->associations, 0);
    size_t young = 0;
    for (size_t a = 0; a < t->associations; a++) {
        assert_true((double)t->association_members[a] >= 3);
        young += t->association_age[a] <= 0;
        if (t->association_age[a] <= 0) /* of those who were not a group */
            assert_int_equal(t->association_site[a], NOBODY);
    }
    assert_int_equal(young, t->associations / 2);
    small_close(&s);
}

/* --- groups ----------------------------------------------------------------------------------- */

/* Everybody owns the programme, and the partners are gone: every group founds one at once, at most
 * two a site, whose founders are active there, unorganised, and tied to the one who spoke. */
static void groups_found_partners(void **state)
{
    (void)state;
    static const struct mechanism *const yearly[] = {&mechanism_association_births};
    struct small s;
    small_model(&s);
    small_open(&s, "",
               "population.inhabitants: 20000\nvolunteers.initial.coproducers: 0.3\n"
               "demand.volunteers: 0.5\nassociations: {births: 0, group: 3, group_founds: 1}\n",
               0);
    struct town *t = s.town;
    for (size_t i = 0; i < t->citizens; i++)
        t->citizen_ownership[i] = 1;
    for (size_t k = 0; k < t->sites; k++)
        for (uint32_t a = 0; a < t->site_association_count[k]; a++)
            t->association_alive[t->site_association_first[k] + a] = 0;
    mechanism_association_deaths.run(&t->world, 0);
    for (size_t i = 0; i < t->citizens; i++)
        assert_int_equal(t->citizen_association[i], NOBODY);
    double others = living(t);
    pass_year(&s, yearly, 1);
    size_t founders = 0, partners = 0;
    for (size_t k = 0; k < t->sites; k++) {
        assert_true(site_partners(t, k) <= 2);
        partners += site_partners(t, k);
    }
    for (size_t i = 0; i < t->citizens; i++) {
        size_t a = t->citizen_association[i];
        if (a == NOBODY)
            continue;
        founders++;
        assert_int_equal(t->citizen_status[i], CITIZEN_ACTIVE);
        assert_false(t->citizen_organised[i]);
        assert_true(site_has_partner(t, t->citizen_site[i], a));
        assert_int_equal(t->association_sector[a], t->site_sector[t->citizen_site[i]]);
        assert_close((double)t->association_age[a], 0, 0);
    }
    assert_true(partners > 0 && founders >= partners && living(t) >= others + (double)partners);

    for (size_t i = 0; i < t->citizens; i++) /* nobody owns it: no group */
        t->citizen_ownership[i] = 0.5f;
    double before = living(t);
    pass_year(&s, yearly, 1);
    assert_close(living(t), before, 0);
    small_close(&s);
}

/* --- money ------------------------------------------------------------------------------------ */

static void check_books(const struct town *t, size_t a, double members, bool paid, double operating,
                        double reserve)
{
    double projects = 54. * t->association_projects[a];
    double income = 0.1 * members + operating + projects + (paid ? 30 : 0);
    double costs = 1 + 0.15 * members;
    assert_close((double)t->association_income[a], income, 1e-5 * income + 0.002);
    assert_close((double)t->association_reserve[a],
                 fmin(reserve + income - costs - projects, costs), 1e-4 * costs + 0.002);
    assert_close((double)t->association_capacity[a], 0.12 * t->association_projects[a], 1e-6);
}

/* Of 800,000 DKK a quarter are three grants of 60,000 and 20,000 that are kept, and what the
 * municipality gives is what associations get: whole DKK by members are left. */
static void money_is_given_or_kept(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "grants",
               SMALL_TOWN "associations.dues_noise: 0\nassociations.application_hours: 20\n", 0);
    struct town *t = s.town;
    double members = 0;
    for (size_t a = 0; a < t->associations; a++)
        members += (double)t->association_members[a];
    small_run(&s, YEAR);
    double given = 0, projects = 0;
    for (size_t a = 0; a < t->associations; a++) {
        if (!t->association_alive[a])
            continue;
        double share = floor(600000 * (double)t->association_members[a] / members);
        given += share + 60000. * t->association_projects[a];
        projects += t->association_projects[a];
        check_books(t, a, (double)t->association_members[a], t->association_paid[a], share / 1000,
                    10);
    }
    assert_close(projects, 3, 0);
    assert_int_equal(t->municipality_grants_pot[0], 800000);
    assert_close(t->municipality_grants_given[0], given, 2);
    assert_int_equal(t->municipality_grants_given[0] + t->municipality_grants_kept[0], 800000);
    assert_true(t->municipality_grants_kept[0] >= 20000 && t->municipality_grants_kept[0] < 20100);

    struct error e = {0};
    assert_status(s.model.check(&t->world, &e), STATUS_DONE, &e);
    t->municipality_grants_kept[0]--;
    assert_int_equal(s.model.check(&t->world, &e), STATUS_FAILED);
    assert_contains(error_text(&e), "for grants");
    error_free(&e);
    t->municipality_grants_kept[0]++;
    small_close(&s);
}

struct winners {
    double most;              /* grants to one association */
    struct sample size, rest; /* ln members of those with a grant, and of those without */
};

static struct winners winners_of(const char *yaml)
{
    struct small s;
    struct winners w = {0};
    small_model(&s);
    small_open(&s, "grants", yaml, 0);
    small_run(&s, 3 * YEAR);
    const struct town *t = s.town;
    for (size_t a = 0; a < t->associations; a++) {
        if (!t->association_alive[a])
            continue;
        w.most = fmax(w.most, t->association_projects[a]);
        sample_add(t->association_projects[a] > 0 ? &w.size : &w.rest,
                   log((double)t->association_members[a]));
    }
    small_close(&s);
    return w;
}

static double winners_lead(const struct winners *w)
{
    return (w->size.mean - w->rest.mean) / hypot(sample_error(&w->size), sample_error(&w->rest));
}

/* Where an application costs nothing and scores are blind each sends one, and who wins is not
 * larger than who does not, by four standard errors; else the large win, and some win often. */
static void blind_grants_go_to_anybody(void **state)
{
    (void)state;
    struct winners blind = winners_of("population.inhabitants: 60000\n"
                                      "associations: {application_hours: 0, score_capacity: 0,\n"
                                      "               score_members: 0}\n");
    struct winners seeing = winners_of("population.inhabitants: 60000\n");
    assert_close(blind.most, 1, 0);
    assert_close(blind.size.n, floor(0.25 * 0.2 * 60000 / 60), 0);
    assert_close(winners_lead(&blind), 0, 4);
    assert_true(seeing.most > 3 && seeing.size.n < blind.size.n / 2);
    assert_true(winners_lead(&seeing) > 8);
}

/* --- agreements ------------------------------------------------------------------------------- */

/* Two states each: a share g / (g + .25) written and .03 / .18 paid, within four standard errors,
 * where written agreements depend on the sector and on goals (.4 above the middle) alone. */
static void agreements_in_steady_state(void **state)
{
    (void)state;
    static const struct mechanism *const yearly[] = {&mechanism_formalisation};
    struct small s;
    small_model(&s);
    small_open(&s, "",
               "population.inhabitants: 200000\nmanagers.goals_and_frames: 0.9\n"
               "associations: {agreement.paid: 0, agreement.size: 0, agreement.goals: 1,\n"
               "               agreement.child_care: -3, agreement.school: -2,\n"
               "               agreement.other: -1}\n",
               0);
    struct town *t = s.town;
    for (size_t a = 0; a < t->associations; a++)
        t->association_written[a] = t->association_paid[a] = 0;
    for (unsigned year = 0; year < 60; year++)
        pass_year(&s, yearly, 1);
    double here[3] = {0}, written[3] = {0}, paid = 0, all = 0;
    for (size_t a = 0; a < t->associations; a++) {
        if (!t->association_alive[a])
            continue;
        unsigned kind = t->association_sector[a] < 2 ? t->association_sector[a] : 2;
        here[kind]++;
        written[kind] += t->association_written[a];
        paid += t->association_paid[a];
        all++;
    }
    for (unsigned kind = 0; kind < 3; kind++) {
        double g = 1 / (1 + exp(2.6 - kind)), share = g / (g + 0.25);
        assert_true(here[kind] > 200);
        assert_close(written[kind] / here[kind], share, 4 * sqrt(share * (1 - share) / here[kind]));
    }
    assert_close(paid / all, 1. / 6, 4 * sqrt(5. / 36 / all));
    small_close(&s);
}

/* --- withdrawal ------------------------------------------------------------------------------- */

static void full_control(struct world *w, size_t site)
{
    town_of(w)->manager_control[site] = 1;
}

/* Under full control a partner of autonomy .2 (.4 beside the municipality) goes with .016 (.012) a
 * week: partners that are left, and the half of their co-producers who left, within four standard
 * errors; nobody belongs to what is no partner, and people are conserved (checked every week). */
static void partners_run_away_from_control(void **state)
{
    (void)state;
    enum { WEEKS = 40 };
    struct small s;
    small_model(&s);
    small_freeze(&s, "control", full_control);
    small_open(&s, "control withdrawal",
               "population.inhabitants: 60000\nsites.per_thousand: 6\n"
               "associations: {autonomy: 0.2, autonomy_alternative: 0.2}\n",
               0);
    struct town *t = s.town;
    double partners = 0, left = 0, expected = 0, variance = 0, people = 0, gone = 0;
    uint32_t *first = malloc(t->citizens * sizeof *first);
    memcpy(first, t->citizen_association, t->citizens * sizeof *first);
    for (size_t a = 0; a < t->associations; a++) {
        if (t->association_site[a] == NOBODY)
            continue;
        double stays = pow(t->association_role[a] == ROLE_ALTERNATIVE ? 0.988 : 0.984, WEEKS);
        partners++;
        expected += stays;
        variance += stays * (1 - stays);
    }
    double withdrawn = 0;
    for (unsigned week = 0; week < WEEKS; week++) {
        small_run(&s, 1);
        withdrawn += small_observed(&s, "association_exits");
    }
    for (size_t k = 0; k < t->sites; k++)
        left += site_partners(t, k);
    assert_true(partners > 400);
    assert_close(left + withdrawn, partners, 0);
    assert_close(left, expected, 4 * sqrt(variance));
    for (size_t i = 0; i < t->citizens; i++) {
        size_t a = t->citizen_association[i];
        if (a != NOBODY)
            assert_true(site_has_partner(t, t->citizen_site[i], a));
        if (first[i] == NOBODY || a != NOBODY)
            continue;
        people++;
        gone += !citizen_coproduces(t->citizen_status[i]);
    }
    assert_true(people > 200);
    assert_close(gone / people, 0.5, 4 * sqrt(0.25 / people));
    free(first);
    small_close(&s);
}

/* --- knowledge and veterans ------------------------------------------------------------------- */

/* A third of a site's co-producers, rounded, leave: none of them served shorter than one who stays;
 * each takes (1 - doc) .01 k h x tenure along, and all of a stock that is smaller. */
static void veterans_take_their_knowledge(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "environment veterans",
               SMALL_TOWN "associations.documented: 0.4\n"
                          "shocks: [{kind: veterans, week: 2, size: 0.3333333}]\n",
               0);
    struct town *t = s.town;
    double *stock = malloc(t->associations * sizeof *stock);
    uint8_t *was = malloc(t->citizens);
    uint32_t *site = malloc(t->citizens * sizeof *site);
    small_run(&s, 1);
    for (size_t i = 0; i < t->citizens; i++)
        t->citizen_recent_hours[i] = 2;
    for (size_t a = 0; a < t->associations; a++)
        t->association_knowledge[a] = (float)(stock[a] = a % 3 > 0 ? 100 : 0.01);
    memcpy(was, t->citizen_status, t->citizens);
    memcpy(site, t->citizen_site, t->citizens * sizeof *site);
    uint16_t *tenure = malloc(t->citizens * sizeof *tenure);
    uint32_t *through = malloc(t->citizens * sizeof *through);
    memcpy(tenure, t->citizen_tenure, t->citizens * sizeof *tenure);
    memcpy(through, t->citizen_association, t->citizens * sizeof *through);
    small_run(&s, 1);
    unsigned *fewest = malloc(t->sites * sizeof *fewest), *most = calloc(t->sites, sizeof *most);
    double *left = calloc(t->sites, sizeof *left), *all = calloc(t->sites, sizeof *all);
    memset(fewest, 0xff, t->sites * sizeof *fewest);
    for (size_t i = 0; i < t->citizens; i++) {
        if (!citizen_coproduces(was[i]))
            continue;
        size_t k = site[i];
        all[k]++;
        if (citizen_coproduces(t->citizen_status[i])) {
            most[k] = tenure[i] > most[k] ? tenure[i] : most[k];
            continue;
        }
        left[k]++;
        fewest[k] = tenure[i] < fewest[k] ? tenure[i] : fewest[k];
        if (through[i] != NOBODY)
            stock[through[i]] -= 0.6 * 0.01 * (double)t->citizen_skill[i] * 2 * tenure[i];
    }
    for (size_t k = 0; k < t->sites; k++) {
        assert_true(all[k] > 20);
        assert_close(left[k], floor(all[k] / 3 + 0.5), 0);
        assert_true(fewest[k] >= most[k]);
    }
    size_t lost = 0, emptied = 0;
    for (size_t a = 0; a < t->associations; a++) {
        assert_close((double)t->association_knowledge[a], fmax(0, stock[a]), 1e-3);
        lost += stock[a] < 99 && stock[a] > 1;
        emptied += stock[a] < 0;
    }
    assert_true(lost > 0 && emptied > 0);
    free(stock);
    free(was);
    free(site);
    free(tenure);
    free(through);
    free(fewest);
    free(most);
    free(left);
    free(all);
    small_close(&s);
}

/* Twins but for what is known: with as much as 1,000 h a co-producer everybody who came through an
 * association does 1.2 times as much, others as much. */
static void knowledge_makes_output(void **state)
{
    (void)state;
    double output[2];
    for (unsigned known = 0; known < 2; known++) {
        struct small s;
        small_model(&s);
        small_open(&s, "allocation production", SMALL_TOWN "associations.share_of_volunteers: 1\n",
                   0);
        for (size_t a = 0; a < s.town->associations; a++)
            s.town->association_knowledge[a] = known ? 1e6f : 0;
        small_run(&s, 1);
        output[known] = small_observed(&s, "output");
        small_close(&s);
    }
    assert_true(output[0] > 0);
    assert_close(output[1] / output[0], 1.2, 1e-5);
}

/* --- roles ------------------------------------------------------------------------------------ */

/* Where all partners are in the municipality's place cuts hurt twice as much. */
static void replacement_frightens(void **state)
{
    (void)state;
    struct small s;
    small_model(&s);
    small_open(&s, "environment fear",
               SMALL_TOWN "shocks: [{kind: cuts, week: 1, length: 2, size: 40}]\n", 0);
    struct town *t = s.town;
    size_t first = t->site_association_first[0];
    for (size_t a = 0; a < t->associations; a++)
        t->association_role[a] = ROLE_COMPLEMENT;
    t->association_role[first] = ROLE_REPLACEMENT;
    assert_close(site_partner_share(t, 0, ROLE_REPLACEMENT), 0.5, 0);
    assert_close(site_partner_share(t, 0, ROLE_AVANTGARDE), 0, 0);
    t->association_role[first + 1] = ROLE_REPLACEMENT;
    t->association_alive[first + 2] = 1; /* no partner, whatever its role */
    assert_close(site_partner_share(t, 0, ROLE_REPLACEMENT), 1, 0);
    double steps[2] = {0};
    for (size_t j = 0; j < t->professionals; j++)
        t->professional_attitude[j] = 0;
    small_run(&s, 1);
    for (size_t k = 0; k < 2; k++) {
        size_t j = t->site_professional_first[k];
        steps[k] = (double)t->professional_attitude[j] / (double)t->professional_vulnerability[j];
        assert_true(steps[k] < 0);
    }
    assert_close(steps[0] / steps[1], 2, 1e-4);
    t->association_alive[first] = t->association_alive[first + 1] = 0;
    assert_int_equal(site_partners(t, 0), 0);
    assert_close(site_partner_share(t, 0, ROLE_REPLACEMENT), 0, 0);
    small_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(v10_associations),
        cmocka_unit_test(never_more_than_the_rows),
        cmocka_unit_test(groups_found_partners),
        cmocka_unit_test(money_is_given_or_kept),
        cmocka_unit_test(blind_grants_go_to_anybody),
        cmocka_unit_test(agreements_in_steady_state),
        cmocka_unit_test(partners_run_away_from_control),
        cmocka_unit_test(veterans_take_their_knowledge),
        cmocka_unit_test(knowledge_makes_output),
        cmocka_unit_test(replacement_frightens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
