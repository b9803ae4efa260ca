/* Limiting cases of participatory budgets: who votes, and what the rules of counting decide. */
#include <dirent.h>
#include <stdio.h>

#include "models/pb_read.h"
#include "models/submodels.h"
#include "models/voting.h"
#include "tests/support/check.h"
#include "tests/support/corpus.h"
#include "tests/support/limits.h"

#define BUDGET "participatory_budget"

/* --- V14 -------------------------------------------------------------------------------------- */

/* d ln p / d ln pool, by differences of both sides over 1e-3, which are right to 1e-7. */
static double elasticity_at(const struct params *p, double efficacy, double habit, bool organised,
                            bool marginalised)
{
    const double h = 1e-3;
    struct params more = *p, less = *p;
    more.pool *= exp(h);
    less.pool *= exp(-h);
    return (log(turnout_probability(&more, efficacy, habit, organised, marginalised)) -
            log(turnout_probability(&less, efficacy, habit, organised, marginalised))) /
           (2 * h);
}

/* With E and z frozen it is (1 - p) b_st s / (1 + s), s = delta Pi / Pi0. */
static void elasticity(struct limits *l)
{
    static const double pools[] = {2, 42, 300, 1000}, powers[] = {0.1, 0.7, 1};
    struct small s;
    struct worst worst = {0};
    small_model(&s);
    limits_open(l, &s, BUDGET, 4000, "budget.codesign: 0.5\nbudget.outreach: 0.4\n");
    for (size_t k = 0; k < 4; k++)
        for (size_t j = 0; j < 3; j++)
            for (unsigned who = 0; who < 4; who++) {
                struct params p = *s.p;
                p.pool = pools[k];
                p.delegated = powers[j];
                double efficacy = 0.2 + 0.2 * who, habit = 0.3 * who;
                bool organised = who & 1, marginalised = who & 2;
                double vote = turnout_probability(&p, efficacy, habit, organised, marginalised);
                double stake = p.delegated * p.pool / p.stake_scale;
                worst_add(&worst, elasticity_at(&p, efficacy, habit, organised, marginalised),
                          (1 - vote) * 0.25 * stake / (1 + stake));
            }
    small_close(&s);
    limits_worst(l, &worst, 1e-6, "turnout: elasticity to the pool");
}

const struct limit_case v14_elasticity = {.name = "V14", .measure = elasticity};

/* Whoever votes does so with the probability whose elasticity that is; in the first budget E and z
 * are as they began.  Votes are independent. */
static void turnout_at(struct limits *l, double pool)
{
    enum { INHABITANTS = 150000, YEAR = 52 };
    double mean = 0, variance = 0, voted = 0, n = 0;
    char yaml[64];
    struct small s;
    small_model(&s);
    snprintf(yaml, sizeof yaml, "network.kind: none\nbudget.pool: %g\n", pool);
    limits_open(l, &s, BUDGET, INHABITANTS, yaml);
    double efficacy = s.p->efficacy_base;
    for (uint32_t town = 0; 4 * town < l->scale; town++) {
        if (town > 0)
            small_again(&s, town);
        const struct town *t = s.town;
        for (size_t i = 0; i < t->citizens; i++) {
            double vote = turnout_probability(s.p, efficacy, 0, t->citizen_organised[i],
                                              t->citizen_marginalised[i]);
            mean += vote;
            variance += vote * (1 - vote);
        }
        small_run(&s, YEAR - 1);
        assert_true(isnan(small_observed(&s, "budget_turnout")));
        small_run(&s, 1);
        n += (double)t->citizens;
        voted += small_observed(&s, "budget_turnout") * (double)t->citizens;
    }
    small_close(&s);
    assert_true(4 * sqrt(variance) / n < 0.005);
    limits_chance(l, voted / n, mean / n, sqrt(variance) / n,
                  "turnout: share who vote at %g DKK a head", pool);
}

static void turnout(struct limits *l)
{
    turnout_at(l, 4);
    turnout_at(l, 42);
    turnout_at(l, 1000);
}

const struct limit_case v14_turnout = {.name = "V14", .measure = turnout};

/* --- V15 -------------------------------------------------------------------------------------- */

static size_t decided_otherwise(const struct profile *p, double pool, enum voting_rule rule,
                                double threshold, const bool *expected)
{
    uint8_t *funded = calloc(p->project_count, 1);
    struct error e = {0};
    struct voting_options options = {.threshold = threshold};
    assert_status(voting_decide(p, pool, rule, &options, funded, &e), STATUS_DONE, &e);
    size_t otherwise = 0;
    for (size_t c = 0; c < p->project_count; c++)
        otherwise += funded[c] != expected[c];
    free(funded);
    return otherwise;
}

/* Counted by hand. */
static void example(struct limits *l)
{
    static const char text[] =
        "META\nkey;value\nbudget;2500\nvote_type;approval\nPROJECTS\nproject_id;cost\n"
        "1;600\n2;800\n4;1400\n5;1000\n7;1200\nVOTES\nvoter_id;vote\n"
        "1;1,2,4\n2;1,2\n3;2,4,5\n4;5,7\n5;1,4,7\n6;1,7\n7;5\n8;4\n9;2,4,5\n10;4,5\n";
    static const struct {
        enum voting_rule rule;
        const char *words;
        bool funded[5]; /* of projects 1, 2, 4, 5, 7 */
    } outcomes[] = {
        {RULE_GREEDY, "greedy funds 4 and 5", {false, false, true, true, false}},
        {RULE_SHARES, "equal shares fund 4", {false, false, true, false, false}},
        {RULE_SHARES_ADD1, "with add-one 1 and 4", {true, false, true, false, false}},
    };
    struct profile p;
    struct error e = {0};
    assert_status(pb_read(&p, text, sizeof text - 1, "example.pb", &e), STATUS_DONE, &e);
    assert_int_equal(p.project_count, 5);
    for (size_t k = 0; k < sizeof outcomes / sizeof *outcomes; k++)
        limits_exact(l,
                     (double)decided_otherwise(&p, p.election.budget, outcomes[k].rule, 0,
                                               outcomes[k].funded),
                     0, 0, "projects otherwise than by hand: %s", outcomes[k].words);
    profile_free(&p);
}

const struct limit_case v15_example = {.name = "V15", .measure = example};

static int is_pb(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 3 && strcmp(entry->d_name + length - 3, ".pb") == 0;
}

struct elections {
    size_t files, recorded, projects, otherwise;
};

static void add_election(struct elections *all, const char *path)
{
    struct profile p;
    struct error e = {0};
    enum voting_rule rule;
    assert_status(pb_read_file(&p, path, &e), STATUS_DONE, &e);
    all->files++;
    if (p.election.rule && voting_rule_parse(p.election.rule, &rule) &&
        p.projects[0].selected >= 0) {
        bool *selected = calloc(p.project_count, sizeof *selected);
        for (size_t c = 0; c < p.project_count; c++)
            selected[c] = p.projects[c].selected == 1;
        size_t otherwise =
            decided_otherwise(&p, p.election.budget, rule, p.election.threshold, selected);
        if (otherwise > 0)
            print_error("%s: %zu projects otherwise than recorded\n", path, otherwise);
        all->recorded++;
        all->projects += p.project_count;
        all->otherwise += otherwise;
        free(selected);
    }
    profile_free(&p);
}

/* A real election whose rule is known and whose outcome is recorded has exactly that outcome. */
static void recorded(struct limits *l)
{
    const char *data = getenv("SAMSKAB_DATA");
    char *beside = corpus_path("../shared/data"), folder[4096];
    struct dirent **entries = NULL;
    struct elections all = {0};
    snprintf(folder, sizeof folder, "%s/pb", data ? data : beside);
    free(beside);
    int count = scandir(folder, &entries, is_pb, alphasort);
    for (int k = 0; k < count; k++) {
        char path[8192];
        snprintf(path, sizeof path, "%s/%s", folder, entries[k]->d_name);
        add_election(&all, path);
        free(entries[k]);
    }
    free(entries);
    if (count <= 0) {
        limits_skip(l, "no real elections; SAMSKAB_DATA names the folder with pb/ in it");
        return;
    }
    assert_true(all.recorded > 0);
    limits_exact(l, (double)all.otherwise, 0, 0,
                 "projects otherwise than recorded, of %zu in %zu real elections", all.projects,
                 all.recorded);
}

const struct limit_case v15_recorded = {.name = "V15", .measure = recorded};
