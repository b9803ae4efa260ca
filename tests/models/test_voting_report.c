/* What `samskab budget` says, to the letter, of elections small enough to be decided by hand. */
#include "tests/support/check.h"

#include <stdio.h>

#include "models/voting_report.h"
#include "tests/support/scratch.h"

/* Greedy takes the pond, passes the path over and takes the bench, as the file records.  Equal
 * shares of 250 buy the pond (200 of each of three), and nothing more. */
#define ELECTION(budget, pond, path, bench, rest)                                                  \
    "META\nkey;value\ndescription;A town\nbudget;" budget "\nvote_type;approval\n" rest            \
    "PROJECTS\nproject_id;cost;name;category;selected\n"                                           \
    "a;" pond ";Pond;water;1\nb;" path ";\"Path, paved\";roads;0\nc;" bench ";Bench;;1\n"          \
    "VOTES\nvoter_id;age;sex;vote\n1;16;F;a,b\n2;30;M;a\n3;44;F;a,c\n4;80;M;b\n"
#define TOWN ELECTION("1000", "600", "500", "300.5", "rule;greedy\ncurrency;EUR\n")

static struct scratch scratch;

static int setup(void **state)
{
    (void)state;
    scratch_open(&scratch);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

/* What is said of an election, to be freed. */
static char *said(const char *election, struct voting_request request)
{
    char *text = NULL;
    size_t size = 0;
    struct error e = {0};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    request.path = scratch_text(&scratch, "town.pb", election);
    assert_status(voting_report(&request, out, &e), STATUS_DONE, &e);
    fclose(out);
    return text;
}

static void says(const char *election, struct voting_request request, const char *expected)
{
    char *text = said(election, request);
    assert_string_equal(text, expected);
    free(text);
}

static void holds(const char *election, struct voting_request request, const char *part)
{
    char *text = said(election, request);
    assert_contains(text, part);
    free(text);
}

static void refuses(const char *election, struct voting_request request, const char *why)
{
    char *text = NULL;
    size_t size = 0;
    struct error e = {0};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    request.path = scratch_text(&scratch, "town.pb", election);
    assert_status(voting_report(&request, out, &e), STATUS_BAD_INPUT, &e);
    fclose(out);
    assert_contains(error_text(&e), why);
    assert_string_equal(text, "");
    error_free(&e);
    free(text);
}

/* --- for people ------------------------------------------------------------------------------- */

static void one_outcome(void **state)
{
    (void)state;
    says(TOWN, (struct voting_request){0},
         "A town\n"
         "ballots      4 (approval) on 3 projects\n"
         "rule         greedy: by score; what does not fit is passed over (the rule of the file)\n"
         "pool         1,000 EUR\n"
         "spent        900.50 (90.0 %), left 99.50\n"
         "winners      2 of 3, as recorded in the file\n"
         "left out     25.0 % of voters have nothing on their ballot funded\n"
         "mean share   62.5 % of a ballot's projects are funded\n"
         "\n"
         "winner    cost  votes  name\n"
         "------  ------  -----  -----\n"
         "a          600      3  Pond\n"
         "c       300.50      1  Bench\n"
         "\n"
         "group               ballots   share  with one funded  of a ballot funded\n"
         "-----  -----------  -------  ------  ---------------  ------------------\n"
         "age    0-17               1  25.0 %          100.0 %              50.0 %\n"
         "age    30-44              2  50.0 %          100.0 %             100.0 %\n"
         "age    75 and over        1  25.0 %            0.0 %               0.0 %\n"
         "sex    F                  2  50.0 %          100.0 %              75.0 %\n"
         "sex    M                  2  50.0 %           50.0 %              50.0 %\n");
}

static void another_rule_is_not_held_against_the_record(void **state)
{
    (void)state;
    const struct voting_request shares = {.rule = "EqualShares"};
    char *text = said(TOWN, shares);
    assert_contains(text, "rule         equalshares: ");
    assert_contains(text, "spent        600 (60.0 %), left 400\nwinners      1 of 3\n");
    assert_contains(text, "endowment    250 EUR a voter\n");
    assert_null(strstr(text, "the rule of the file"));
    assert_null(strstr(text, "recorded"));
    free(text);
    holds(ELECTION("1000", "600", "500", "300.5", "rule;greedy-no-skip\n"),
          (struct voting_request){0}, "winners      1 of 3, NOT as recorded in the file\n");
}

/* Below one unit of money, and with nothing to spend. */
static void small_pools(void **state)
{
    (void)state;
    const char *cents = ELECTION("1", "0.6", "0.5", "0.3", "rule;greedy\n");
    holds(cents, (struct voting_request){0}, "spent        0.90 (90.0 %), left 0.10\n");
    holds(cents, (struct voting_request){.pools = "0.9"}, "spent        0.90 (100.0 %), left 0\n");
    holds(TOWN, (struct voting_request){.pools = "0"}, "spent        0 (0.0 %), left 0\n");
}

static void points_and_thresholds_are_shown(void **state)
{
    (void)state;
    says("META\nkey;value\nbudget;100\nvote_type;cumulative\nmax_sum_points;10\n"
         "min_project_score_threshold;2\nPROJECTS\nproject_id;cost\n1;60\n2;50\n"
         "VOTES\nvoter_id;vote;points\n1;1,2;7,3\n2;2;5\n",
         (struct voting_request){.rule = "greedy"},
         "ballots      2 (cumulative) on 2 projects\n"
         "threshold    2: a project with less cannot win\n"
         "rule         greedy: by score; what does not fit is passed over\n"
         "pool         100 \n"
         "spent        50 (50.0 %), left 50\n"
         "winners      1 of 2\n"
         "left out     0.0 % of voters have nothing on their ballot funded\n"
         "mean share   75.0 % of a ballot's projects are funded\n"
         "\n"
         "winner  cost  votes  points  name\n"
         "------  ----  -----  ------  ----\n"
         "2         50      2       8  \n");
}

static void pools_beside_each_other(void **state)
{
    (void)state;
    says(TOWN, (struct voting_request){.pools = "0,.5,1x,2e3"},
         "A town\n"
         "ballots      4 (approval) on 3 projects\n"
         "\n"
         "rule     pool  winners     spent    left  left out  mean share  against the first\n"
         "------  -----  -------  --------  ------  --------  ----------  -----------------\n"
         "greedy      0        0         0       0   100.0 %       0.0 %  \n"
         "greedy   0.50        0         0    0.50   100.0 %       0.0 %  \n"
         "greedy  1,000        2    900.50   99.50    25.0 %      62.5 %  +a +c\n"
         "greedy  2,000        3  1,400.50  599.50     0.0 %     100.0 %  +a +b +c\n"
         "\n"
         "greedy: as recorded in the file\n"
         "\n"
         "with one funded                   0   0.50    1,000    2,000\n"
         "---------------  -----------  -----  -----  -------  -------\n"
         "age              0-17         0.0 %  0.0 %  100.0 %  100.0 %\n"
         "age              30-44        0.0 %  0.0 %  100.0 %  100.0 %\n"
         "age              75 and over  0.0 %  0.0 %    0.0 %  100.0 %\n"
         "sex              F            0.0 %  0.0 %  100.0 %  100.0 %\n"
         "sex              M            0.0 %  0.0 %   50.0 %  100.0 %\n");
    holds(TOWN, (struct voting_request){.pools = "1,2,3,4,5,6"}, "sex              M");
    holds(TOWN, (struct voting_request){.pools = "1,2,3,4,5,6,7"},
          "\nAge and sex under each of them: --format json\n");
}

static void rules_beside_each_other(void **state)
{
    (void)state;
    char *text = said(TOWN, (struct voting_request){.compare = true});
    assert_contains(text, "\ngreedy                                    1,000        2  900.50  "
                          "99.50    25.0 %      62.5 %  \n"
                          "greedy-no-skip                            1,000        1     600    "
                          "400    25.0 %      50.0 %  -c\n");
    assert_contains(text, "\nphragmen  ");
    assert_null(strstr(text, "greedy-threshold"));
    free(text);
    const char *threshold =
        ELECTION("1000", "600", "500", "300.5", "min_project_score_threshold;2\n");
    text = said(threshold, (struct voting_request){.compare = true});
    assert_contains(text, "\nthreshold    2: ");
    assert_contains(text, "\ngreedy-threshold ");
    assert_null(strstr(text, "as recorded"));
    free(text);
}

static void long_changes_are_cut(void **state)
{
    (void)state;
    char text[1024] = "META\nkey;value\nbudget;14\nvote_type;approval\nrule;greedy\n"
                      "PROJECTS\nproject_id;cost\n";
    for (int k = 1; k <= 14; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d;1\n", k);
    strcat(text, "VOTES\nvoter_id;vote\n1;1,2\n");
    holds(text, (struct voting_request){.pools = "12,1x"}, "+13 +14\n");
    holds(text, (struct voting_request){.pools = "0,12"},
          " +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12\n");
    holds(text, (struct voting_request){.pools = "0,13"},
          " +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12 and 1 more\n");
}

/* 63 letters of a project's key are shown. */
static void long_keys_are_cut(void **state)
{
    (void)state;
    char text[512], key[65], part[80];
    memset(key, 'k', 64);
    for (int letters = 63; letters <= 64; letters++) {
        key[letters] = '\0';
        snprintf(text, sizeof text,
                 "META\nkey;value\nbudget;1\nvote_type;approval\nrule;greedy\n"
                 "PROJECTS\nproject_id;cost\n%s;1\nVOTES\nvoter_id;vote\n1;%s\n",
                 key, key);
        snprintf(part, sizeof part, "\n%.*s%s ", letters == 63 ? 63 : 60, key,
                 letters == 63 ? "" : "...");
        holds(text, (struct voting_request){0}, part);
        key[letters] = 'k';
    }
}

/* --- for programs ----------------------------------------------------------------------------- */

static void json_has_all_outcomes(void **state)
{
    (void)state;
    char *text = said(TOWN, (struct voting_request){.format = VOTING_JSON, .pools = "1x,2x"});
    assert_contains(text, "\"rule\": \"greedy\",\n  \"currency\": \"EUR\",\n  \"pool\": 1000.0,\n"
                          "  \"winners\": [\n    \"a\",\n    \"c\"\n  ],\n  \"spent\": 900.5,\n"
                          "  \"left\": 99.5,\n  \"projects\": 3,\n  \"ballots\": 4,\n"
                          "  \"excluded\": 0.25,\n  \"mean_share\": 0.625,\n"
                          "  \"endowment\": 0.0,\n  \"as_recorded\": true,\n");
    assert_contains(text, "\"kind\": \"sex\",\n      \"name\": \"M\",\n      \"ballots\": 2,\n"
                          "      \"share\": 0.5,\n      \"with_one_funded\": 0.5,\n"
                          "      \"mean_share\": 0.5\n");
    const char *all = strstr(text, "\"outcomes\": [");
    assert_non_null(all);
    assert_contains(all, "\"pool\": 1000.0");
    assert_contains(all, "\"pool\": 2000.0");
    assert_contains(all, "\"as_recorded\": null");
    free(text);
    text = said(ELECTION("1000", "600", "500", "300.5", "rule;phragmen\n"),
                (struct voting_request){.format = VOTING_JSON});
    assert_contains(text, "\"currency\": null");
    assert_contains(text, "\"as_recorded\": false");
    assert_null(strstr(text, "outcomes"));
    free(text);
}

static void csv_has_every_project(void **state)
{
    (void)state;
    says(TOWN, (struct voting_request){.format = VOTING_CSV, .pools = "0.5,1x"},
         "rule,pool,project_id,name,category,cost,votes,score,funded,selected\n"
         "greedy,0.5,a,Pond,water,600,3,3,0,1\n"
         "greedy,0.5,b,\"Path, paved\",roads,500,2,2,0,0\n"
         "greedy,0.5,c,Bench,,300.5,1,1,0,1\n"
         "greedy,1000,a,Pond,water,600,3,3,1,1\n"
         "greedy,1000,b,\"Path, paved\",roads,500,2,2,0,0\n"
         "greedy,1000,c,Bench,,300.5,1,1,1,1\n");
    holds("META\nkey;value\nbudget;9\nvote_type;approval\nPROJECTS\nproject_id;cost\n1;5\n"
          "VOTES\nvoter_id;vote\n1;1\n",
          (struct voting_request){.format = VOTING_CSV, .rule = "phragmen"},
          "\nphragmen,9,1,,,5,1,1,1,\n");
}

static void formats_have_names(void **state)
{
    (void)state;
    enum voting_format format = VOTING_TABLE;
    assert_true(voting_format_parse("csv", &format));
    assert_int_equal(format, VOTING_CSV);
    assert_true(voting_format_parse("json", &format));
    assert_int_equal(format, VOTING_JSON);
    assert_true(voting_format_parse("table", &format));
    assert_int_equal(format, VOTING_TABLE);
    assert_false(voting_format_parse("md", &format));
}

/* --- what is refused -------------------------------------------------------------------------- */

static void rules_must_be_known(void **state)
{
    (void)state;
    refuses(TOWN, (struct voting_request){.rule = "lottery"},
            "--rule is lottery, must be one of greedy, greedy-no-skip, ");
    refuses(ELECTION("1000", "600", "500", "300.5", ""), (struct voting_request){0},
            "town.pb: META names no rule; choose one with --rule");
    refuses(ELECTION("1000", "600", "500", "300.5", "rule;lottery\n"), (struct voting_request){0},
            "the rule in META is lottery, must be one of greedy");
    holds(ELECTION("1000", "600", "500", "300.5", "rule;lottery\n"),
          (struct voting_request){.rule = "greedy"}, "winners      2 of 3\n");
}

static void pools_must_be_amounts(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "-1",   "nan",    "0x1", "0X1", "0xx", "1x2", "1,,2",
                                      "1000,", "1e99", "1.1e9x", "x",   "1 ",  ",1",  "1;2", "inf"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char why[160];
        snprintf(why, sizeof why, "--pool is %s, must be amounts in [0, 1e+12]", bad[k]);
        refuses(TOWN, (struct voting_request){.pools = bad[k]}, why);
    }
    holds(TOWN, (struct voting_request){.pools = "0x"}, "pool         0 EUR\n");
    holds(TOWN, (struct voting_request){.pools = "0x,1e9x"}, "1,000,000,000,000");
    char many[80] = "1";
    for (int k = 1; k < 32; k++)
        strcat(many, ",1");
    holds(TOWN, (struct voting_request){.pools = many}, "greedy     1");
    strcat(many, ",1");
    refuses(TOWN, (struct voting_request){.pools = many}, "--pool has more than 32 amounts");
}

static void files_that_cannot_be_written(void **state)
{
    (void)state;
    static const enum voting_format formats[] = {VOTING_TABLE, VOTING_JSON, VOTING_CSV};
    for (size_t k = 0; k < 3; k++) {
        FILE *full = fopen("/dev/full", "w");
        struct error e = {0};
        if (!full)
            skip();
        const struct voting_request request = {.path = scratch_text(&scratch, "town.pb", TOWN),
                                               .format = formats[k]};
        assert_status(voting_report(&request, full, &e), STATUS_FAILED, &e);
        assert_contains(error_text(&e), "the outcome cannot be written: ");
        error_free(&e);
        fclose(full);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_outcome),
        cmocka_unit_test(another_rule_is_not_held_against_the_record),
        cmocka_unit_test(small_pools),
        cmocka_unit_test(points_and_thresholds_are_shown),
        cmocka_unit_test(pools_beside_each_other),
        cmocka_unit_test(rules_beside_each_other),
        cmocka_unit_test(long_changes_are_cut),
        cmocka_unit_test(long_keys_are_cut),
        cmocka_unit_test(json_has_all_outcomes),
        cmocka_unit_test(csv_has_every_project),
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(rules_must_be_known),
        cmocka_unit_test(pools_must_be_amounts),
        cmocka_unit_test(files_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
