/* Real elections as the ballots of a run (E16): the file's own outcome where everybody votes,
 * ballots of every type as they stand in the file, scaled costs, and runs that need the file only
 * once.  Statistical tolerances are four standard errors; seeds are fixed. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/pb_read.h"
#include "models/real_ballots.h"
#include "models/submodels.h"
#include "sim/digest.h"
#include "tests/support/corpus.h"
#include "tests/support/scratch.h"
#include "tests/support/small_town.h"

#define BUDGET "participatory_budget"

/* Log-odds of 11 at least: of 100,000 people one or two stay at home. */
#define EVERYBODY                                                                                  \
    "budget.vote: 5\nbudget.codesign: 1\nbudget.delegated: 1\nbudget.vote_codesign: 3\n"           \
    "budget.outreach: 1\nbudget.vote_outreach: 3\n"

#define FILE_OF(type, columns, rest)                                                               \
    "META\nkey;value\nbudget;1000\nvote_type;" type "\n" rest "VOTES\nvoter_id;vote" columns "\n"
#define THREE_PROJECTS "PROJECTS\nproject_id;cost\n1;500\n2;300\n3;400\n"

enum { YEAR = 52 };

/* Opens a small town with these ballots; the file is gone when the run begins. */
static void open_with(struct small *s, const char *only, const char *ballots, const char *yaml)
{
    struct scratch scratch;
    char text[4096];
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "ballots.pb");
    scratch_write(path, ballots, strlen(ballots));
    snprintf(text, sizeof text, "budget.ballots: \"%s\"\n%s", path, yaml);
    small_model(s);
    small_open(s, only, text, 0);
    scratch_close(&scratch);
}

static void open_file(struct small *s, const char *path, const char *yaml)
{
    char text[8192];
    snprintf(text, sizeof text, "budget.ballots: \"%s\"\n%s", path, yaml);
    small_model(s);
    small_open(s, BUDGET, text, 0);
}

static void read_example(struct profile *p, char **path)
{
    struct error e = {0};
    *path = corpus_path("scenarios/example-budget.pb");
    assert_status(pb_read_file(p, *path, &e), STATUS_DONE, &e);
}

/* --- the file's own outcome ------------------------------------------------------------------- */

static void check_votes(const struct profile *year, const struct profile *file)
{
    double n = (double)year->voter_count;
    for (size_t c = 0; c < file->project_count; c++) {
        double share = (double)file->votes[c] / (double)file->voter_count;
        assert_close((double)year->votes[c], n * share, 4 * sqrt(n * share * (1 - share)));
    }
}

/* The example's outcome under greedy hangs on no tie, and one voter in sixty lies between projects
 * that compete: seven standard errors of 80,000 ballots. */
static void everybody_votes_and_the_file_decides(void **state)
{
    (void)state;
    struct small s;
    struct profile file;
    struct error e = {0};
    char *path;
    uint8_t funded[12];
    read_example(&file, &path);
    assert_status(voting_decide(&file, 400000, RULE_GREEDY, NULL, funded, &e), STATUS_DONE, &e);
    open_file(&s, path, "population.inhabitants: 100000\nbudget.pool: 4\n" EVERYBODY);
    for (uint32_t replicate = 0; replicate < 3; replicate++) {
        small_again(&s, replicate);
        const struct budget_box *box = &s.town->boxes[0];
        small_run(&s, YEAR);
        assert_true(small_observed(&s, "budget_turnout") > 0.9999);
        assert_close(small_observed(&s, "budget_proposals"), 12, 0);
        assert_close(small_observed(&s, "budget_money"), 400000, 0);
        for (size_t c = 0; c < 12; c++)
            assert_close(money_amount(box->profile.projects[c].cost),
                         floor(money_amount(file.projects[c].cost) + 0.5), 0);
        check_votes(&box->profile, &file);
        assert_memory_equal(box->funded, funded, 12);
        assert_close(small_observed(&s, "budget_spent"), 398000, 0);
    }
    small_close(&s);
    profile_free(&file);
    free(path);
}

/* Who votes is decided before anybody sees a ballot: the same people as without the file. */
static void the_file_does_not_change_who_votes(void **state)
{
    (void)state;
    struct small with, without;
    struct profile file;
    char *path;
    read_example(&file, &path);
    open_file(&with, path, SMALL_TOWN);
    small_model(&without);
    small_open(&without, BUDGET, SMALL_TOWN, 0);
    small_run(&with, YEAR);
    small_run(&without, YEAR);
    const struct budget_box *a = &with.town->boxes[0], *b = &without.town->boxes[0];
    assert_true(a->profile.voter_count > 100);
    assert_int_equal(a->profile.voter_count, b->profile.voter_count);
    assert_memory_equal(a->voter, b->voter, a->profile.voter_count * sizeof *a->voter);
    small_close(&with);
    small_close(&without);
    profile_free(&file);
    free(path);
}

/* --- costs ------------------------------------------------------------------------------------ */

/* 168,000 DKK for a file of 1,000: times 168, in whole kroner; what is carried changes no cost. */
static void costs_are_scaled_to_the_money(void **state)
{
    (void)state;
    static const double costs[] = {84000, 50401, 1, 167999999832};
    struct small s;
    open_with(
        &s, BUDGET,
        FILE_OF("approval", "",
                "PROJECTS\nproject_id;cost\n1;500\n2;300.005\n3;0.001\n4;999999999\n") "1;1,4\n2;2,"
                                                                                       "4\n3;3,4\n",
        SMALL_TOWN);
    const struct budget_box *box = &s.town->boxes[0];
    double carried = 0;
    for (unsigned year = 0; year < 4; year++) {
        small_run(&s, YEAR);
        assert_close(small_observed(&s, "budget_money"), 168000 + carried, 0);
        for (size_t c = 0; c < 4; c++)
            assert_close(money_amount(box->profile.projects[c].cost), costs[c], 0);
        assert_true(box->funded[0] && box->funded[1] && box->funded[2]);
        assert_false(box->funded[3]); /* withdrawn */
        carried = s.town->municipality_carried[0];
        assert_close(carried, (168000 - 84000 - 50401 - 1) * (year + 1.0), 0);
    }
    small_close(&s);
}

/* A quarter of the file's voters is below its threshold, and of any other number of voters too. */
static void the_threshold_is_a_share_of_the_voters(void **state)
{
    (void)state;
    struct small s;
    open_with(&s, BUDGET,
              FILE_OF("approval", "",
                      "min_project_score_threshold;2\n" THREE_PROJECTS) "1;1\n2;1\n3;1\n4;2\n",
              SMALL_TOWN);
    small_run(&s, YEAR);
    const struct budget_box *box = &s.town->boxes[0];
    assert_true(box->profile.voter_count > 100);
    assert_true(box->profile.votes[1] > 2);
    assert_true(box->funded[0] && !box->funded[1] && !box->funded[2]);
    assert_close(real_ballots_threshold(real_ballots_of(&s.scenario, 0), 100), 50, 0);
    small_close(&s);
}

/* --- ballots ---------------------------------------------------------------------------------- */

/* The ballot of the file that a voter of the year cast; its voters cast different ones. */
static size_t ballot_cast(const struct profile *year, size_t voter, const struct profile *file)
{
    size_t first = year->first[voter], count = year->first[voter + 1] - first;
    for (size_t i = 0; i < file->voter_count; i++) {
        size_t from = file->first[i];
        if (file->first[i + 1] - from == count &&
            memcmp(&year->entry_project[first], &file->entry_project[from],
                   count * sizeof *file->entry_project) == 0 &&
            memcmp(&year->entry_points[first], &file->entry_points[from],
                   count * sizeof *file->entry_points) == 0)
            return i;
    }
    fail_msg("voter %zu casts a ballot that is not in the file", voter);
    return 0;
}

/* Projects, points, and scores that the tool would count on the same ballots. */
static void ballots_of_every_type_are_cast(void **state)
{
    (void)state;
    static const char *const files[] = {
        FILE_OF("approval", "", THREE_PROJECTS) "1;1\n2;1,2\n3;2,3\n4;3,1,2\n",
        FILE_OF("choose-1", "", THREE_PROJECTS) "1;1\n2;2\n3;3\n",
        FILE_OF("cumulative", ";points",
                "max_sum_points;5\n" THREE_PROJECTS) "1;1,2;3,2\n2;2;5\n3;3,1;1,4\n",
        FILE_OF("scoring", ";points",
                "default_score;-1\n" THREE_PROJECTS) "1;1,2,3;2,0,-2\n2;2;1.5\n3;3,1;1,-1\n",
        FILE_OF("ordinal", "", "max_length;3\n" THREE_PROJECTS) "1;1,2,3\n2;2\n3;3,2\n",
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        struct small s;
        struct profile file;
        struct error e = {0};
        size_t cast[4] = {0};
        assert_status(pb_read(&file, files[k], strlen(files[k]), "ballots.pb", &e), STATUS_DONE,
                      &e);
        open_with(&s, BUDGET, files[k], SMALL_TOWN);
        small_run(&s, YEAR);
        const struct profile *year = &s.town->boxes[0].profile;
        double n = (double)year->voter_count, share = 1 / (double)file.voter_count;
        for (size_t i = 0; i < year->voter_count; i++)
            cast[ballot_cast(year, i, &file)]++;
        for (size_t i = 0; i < file.voter_count; i++)
            assert_close((double)cast[i], n * share, 4 * sqrt(n * share * (1 - share)));
        for (size_t c = 0; c < 3; c++) {
            double score = 0;
            for (size_t i = 0; i < file.voter_count; i++) {
                double points = k == 3 ? -1 : 0; /* of a project that a ballot does not name */
                for (size_t j = file.first[i]; j < file.first[i + 1]; j++)
                    points = file.entry_project[j] == c ? file.entry_points[j] : points;
                score += points * (double)cast[i];
            }
            assert_close((double)year->score[c] / SCORE_UNIT, score, 0);
        }
        small_close(&s);
        profile_free(&file);
    }
}

/* Everybody casts the only ballot.  It gives points to projects 1 and 2, of which 1 is funded, and
 * none to 3, which is funded too: the hit is a half. */
static void hits_count_projects_with_points(void **state)
{
    (void)state;
    struct small s;
    open_with(&s, BUDGET,
              FILE_OF("scoring", ";points",
                      "PROJECTS\nproject_id;cost\n1;500\n2;600\n3;400\n") "1;1,2,3;3,2,0\n",
              SMALL_TOWN EVERYBODY);
    const struct town *t = s.town;
    small_run(&s, YEAR);
    const struct budget_box *box = &t->boxes[0];
    assert_true(box->funded[0] && !box->funded[1] && box->funded[2]);
    assert_close(small_observed(&s, "budget_excluded"), 0, 0);
    float e = (float)efficacy_after_vote(s.p, (double)(float)0.45, 0.5);
    for (size_t k = 0; k < box->profile.voter_count; k++)
        assert_close((double)t->citizen_efficacy[box->voter[k]], (double)e, 1e-7);
    small_close(&s);
}

/* --- proposers -------------------------------------------------------------------------------- */

/* A file of so many projects of 1 in a budget of 1,000 that all can be funded. */
static char *many_projects(size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fputs("META\nkey;value\nbudget;1000\nvote_type;approval\nPROJECTS\nproject_id;cost\n", out);
    for (size_t c = 0; c < count; c++)
        fprintf(out, "%zu;1\n", c + 1);
    fputs("VOTES\nvoter_id;vote\n1;1,2,3\n", out);
    fclose(out);
    return text;
}

enum kind_of_person { ORGANISED, MARGINALISED, KINDS };

/* Checks the share of proposers of each kind; with `uniform` against equal weights. */
static void check_proposers(const char *yaml, bool uniform)
{
    enum { PROJECTS = 1000 };
    struct small s;
    char *file = many_projects(PROJECTS);
    open_with(&s, BUDGET, file, yaml);
    const struct town *t = s.town;
    double all = 0, of[KINDS] = {0}, drawn[KINDS] = {0};
    for (size_t i = 0; i < t->citizens; i++) {
        bool o = t->citizen_organised[i], m = t->citizen_marginalised[i];
        double weight = uniform ? 1 : (o ? 3 : 1) * (m ? 0.4 : 1);
        all += weight;
        of[ORGANISED] += o ? weight : 0;
        of[MARGINALISED] += m ? weight : 0;
    }
    small_run(&s, YEAR);
    const struct budget_box *box = &t->boxes[0];
    for (size_t c = 0; c < PROJECTS; c++) {
        assert_true(box->proposer[c] < t->citizens);
        drawn[ORGANISED] += t->citizen_organised[box->proposer[c]];
        drawn[MARGINALISED] += t->citizen_marginalised[box->proposer[c]];
    }
    for (int k = 0; k < KINDS; k++) {
        double share = of[k] / all, error = 4 * sqrt(PROJECTS * share * (1 - share));
        assert_close(drawn[k], PROJECTS * share, error);
    }
    assert_close(small_observed(&s, "budget_proposals"), PROJECTS, 0);
    assert_close(small_observed(&s, "budget_organised_share"), drawn[ORGANISED] / PROJECTS, 1e-6);
    assert_close(small_observed(&s, "budget_marginal_share"), drawn[MARGINALISED] / PROJECTS, 1e-6);
    small_close(&s);
    free(file);
}

static void proposers_are_drawn_by_their_probability(void **state)
{
    (void)state;
    check_proposers(SMALL_TOWN, false);
}

static void where_nobody_would_propose_all_are_as_likely(void **state)
{
    (void)state;
    check_proposers(SMALL_TOWN "budget.propose: 0\n", true);
}

static void proposers_of_winners_begin_to_coproduce(void **state)
{
    (void)state;
    struct small s;
    char *file = many_projects(200);
    open_with(&s, NULL, file, SMALL_TOWN "budget.winner_active: 1\n");
    small_run(&s, YEAR - 1);
    size_t inactive = 0, began = 0, people = s.town->citizens;
    uint8_t *before = malloc(people);
    memcpy(before, s.town->citizen_status, people);
    small_run(&s, 1);
    for (size_t c = 0; c < 200; c++) {
        uint32_t person = s.town->boxes[0].proposer[c];
        inactive += before[person] == CITIZEN_INACTIVE;
        began += before[person] == CITIZEN_INACTIVE &&
                 citizen_coproduces(s.town->citizen_status[person]);
    }
    assert_true(inactive > 50 && began > inactive / 2);
    free(before);
    free(file);
    small_close(&s);
}

/* --- nothing, everywhere, always -------------------------------------------------------------- */

static uint64_t digest_after(const char *path, const char *yaml, int threads)
{
    struct scenario s;
    char text[8192];
    snprintf(text, sizeof text, "%s%s%s%s", path ? "budget.ballots: \"" : "", path ? path : "",
             path ? "\"\n" : "", yaml);
    small_scenario(&s, text);
    struct world *w = small_world(&s, threads);
    for (unsigned week = 0; week < 2 * YEAR + 6; week++)
        world_step(w);
    uint64_t digest = world_digest(w);
    world_close(w);
    scenario_free(&s);
    return digest;
}

/* Limiting case: what is not held does not depend on its ballots. */
static void switched_off_or_without_a_pool_it_is_as_without_a_file(void **state)
{
    (void)state;
    char *path = corpus_path("scenarios/example-budget.pb");
    static const char off[] = SMALL_TOWN "off: [participatory_budget]\n";
    static const char poor[] = SMALL_TOWN "budget.pool: 0\n";
    assert_true(digest_after(path, off, 1) == digest_after(NULL, off, 1));
    assert_true(digest_after(path, poor, 1) == digest_after(NULL, poor, 1));
    assert_true(digest_after(path, SMALL_TOWN, 1) != digest_after(NULL, SMALL_TOWN, 1));
    free(path);
}

/* Two municipalities share the run's file, one has its own, and each its own rule. */
static void the_same_bits_at_any_number_of_threads(void **state)
{
    (void)state;
    struct scratch scratch;
    char *path = corpus_path("scenarios/example-budget.pb"), yaml[4096];
    static const char own[] =
        FILE_OF("cumulative", ";points", THREE_PROJECTS) "1;1,2;3,2\n2;2;5\n3;3,1;1,4\n";
    scratch_open(&scratch);
    const char *mine = scratch_path(&scratch, "mine.pb");
    scratch_write(mine, own, strlen(own));
    snprintf(yaml, sizeof yaml,
             "municipalities:\n"
             "  - {name: Faxe, population.inhabitants: 4000}\n"
             "  - {name: Odense, population.inhabitants: 2500, budget.pool: 400,\n"
             "     budget.rule: equal-shares-add-one}\n"
             "  - {name: Vejle, population.inhabitants: 2500, budget.ballots: \"%s\"}\n",
             mine);
    uint64_t digest = digest_after(path, yaml, 1);
    assert_true(digest == digest_after(path, yaml, 2));
    assert_true(digest == digest_after(path, yaml, 4));
    scratch_close(&scratch);
    free(path);
}

static void municipalities_share_a_file_or_have_their_own(void **state)
{
    (void)state;
    struct scenario s;
    struct scratch scratch;
    char *path = corpus_path("scenarios/example-budget.pb"), yaml[4096];
    static const char own[] = FILE_OF("choose-1", "", THREE_PROJECTS) "1;1\n2;2\n";
    scratch_open(&scratch);
    const char *mine = scratch_path(&scratch, "mine.pb");
    scratch_write(mine, own, strlen(own));
    snprintf(yaml, sizeof yaml,
             "budget.ballots: \"%s\"\nmunicipalities:\n"
             "  - {name: Faxe, budget.ballots: \"%s\"}\n  - name: Odense\n  - name: Vejle\n"
             "  - {name: Greve, budget.ballots: \"%s\"}\n",
             path, mine, mine);
    small_scenario(&s, yaml);
    assert_int_equal(real_ballots_of(&s, 0)->profile.project_count, 3);
    assert_int_equal(real_ballots_of(&s, 0)->longest, 1);
    assert_int_equal(real_ballots_of(&s, 1)->profile.project_count, 12);
    assert_int_equal(real_ballots_of(&s, 1)->longest, 4);
    assert_ptr_equal(real_ballots_of(&s, 2), real_ballots_of(&s, 1));
    assert_ptr_equal(real_ballots_of(&s, 3), real_ballots_of(&s, 0));
    scenario_free(&s);
    scratch_close(&scratch);
    free(path);
}

/* A run file keeps files by name: one in the scenario's folder and another of that name, which a
 * setting looks for in the working one, could not both be kept. */
static void two_files_of_one_name_are_refused(void **state)
{
    (void)state;
    static const char yaml[] = "budget.ballots: mine.pb\nmunicipalities:\n  - name: Faxe\n";
    static const char ballots[] = FILE_OF("choose-1", "", THREE_PROJECTS) "1;1\n2;2\n";
    const struct setting same = {"municipalities.Faxe.budget.ballots", "mine.pb", "--set"};
    struct scratch here, there;
    struct scenario s;
    struct error e = {0};
    char *working = getcwd(NULL, 0);
    scratch_open(&here);
    scratch_open(&there);
    scratch_write(scratch_path(&here, "mine.pb"), ballots, strlen(ballots));
    scratch_write(scratch_path(&there, "mine.pb"), ballots, strlen(ballots) - strlen("2;2\n"));
    assert_int_equal(chdir(there.folder), 0);
    assert_status(scenario_parse(&s, &coproduction, yaml, strlen(yaml), "mine.yaml", here.folder,
                                 NULL, 0, &same, 1, &e),
                  STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "budget.ballots is mine.pb, but another file of that name");
    error_free(&e);
    scratch_write(scratch_path(&there, "mine.pb"), ballots, strlen(ballots));
    assert_status(scenario_parse(&s, &coproduction, yaml, strlen(yaml), "mine.yaml", here.folder,
                                 NULL, 0, &same, 1, &e),
                  STATUS_DONE, &e);
    scenario_free(&s);
    assert_int_equal(chdir(working), 0);
    scratch_close(&here);
    scratch_close(&there);
    free(working);
}

/* --- a real one ------------------------------------------------------------------------------- */

static void a_real_election_is_held(void **state)
{
    (void)state;
    const char *data = getenv("SAMSKAB_DATA");
    char *beside = corpus_path("../shared/data"), path[4096];
    snprintf(path, sizeof path, "%s/pb/Poland_Warszawa_2023_Wesola.pb", data ? data : beside);
    free(beside);
    if (access(path, R_OK) != 0) {
        print_message("skipped: no real elections; SAMSKAB_DATA names the folder with pb/ in it\n");
        skip();
    }
    struct small s;
    open_file(&s, path, "population.inhabitants: 26000\nbudget.pool: 150\n");
    const struct profile *file = &real_ballots_of(&s.scenario, 0)->profile;
    const struct budget_box *box = &s.town->boxes[0];
    for (unsigned year = 0; year < 3; year++) {
        small_run(&s, YEAR);
        const struct profile *now = &box->profile;
        double scale = 150 * 26000 / file->election.budget;
        assert_close(small_observed(&s, "budget_proposals"), (double)file->project_count, 0);
        assert_true(small_observed(&s, "budget_spent") > 0);
        assert_true(now->voter_count > 1000);
        for (size_t c = 0; c < now->project_count; c++) {
            double cost = money_amount(file->projects[c].cost) * scale;
            assert_close(money_amount(now->projects[c].cost), cost, 0.5 + 1e-6);
        }
        check_votes(now, file);
    }
    small_close(&s);
    assert_true(digest_after(path, SMALL_TOWN, 1) == digest_after(path, SMALL_TOWN, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_votes_and_the_file_decides),
        cmocka_unit_test(the_file_does_not_change_who_votes),
        cmocka_unit_test(costs_are_scaled_to_the_money),
        cmocka_unit_test(the_threshold_is_a_share_of_the_voters),
        cmocka_unit_test(ballots_of_every_type_are_cast),
        cmocka_unit_test(hits_count_projects_with_points),
        cmocka_unit_test(proposers_are_drawn_by_their_probability),
        cmocka_unit_test(where_nobody_would_propose_all_are_as_likely),
        cmocka_unit_test(proposers_of_winners_begin_to_coproduce),
        cmocka_unit_test(switched_off_or_without_a_pool_it_is_as_without_a_file),
        cmocka_unit_test(the_same_bits_at_any_number_of_threads),
        cmocka_unit_test(municipalities_share_a_file_or_have_their_own),
        cmocka_unit_test(two_files_of_one_name_are_refused),
        cmocka_unit_test(a_real_election_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
