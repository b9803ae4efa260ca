/* The reader of ballots at its edges: the last that it takes and the first that it refuses. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "models/pb_read.h"
#include "tests/support/scratch.h"

#define HEAD     "META\nkey;value\nbudget;100\n"
#define APPROVAL HEAD "vote_type;approval\n"
#define TWO      "PROJECTS\nproject_id;cost\na;60\nb;50\n"
#define VOTE     "VOTES\nvoter_id;vote\n1;a\n"

static void takes(struct profile *p, const char *text)
{
    struct error e = {0};
    assert_status(pb_read(p, text, strlen(text), "t.pb", &e), STATUS_DONE, &e);
}

static void refuses(const char *text, const char *why)
{
    struct profile p;
    struct error e = {0};
    assert_status(pb_read(&p, text, strlen(text), "t.pb", &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), why);
    error_free(&e);
    profile_free(&p);
}

static void limits_of_meta(void **state)
{
    (void)state;
    static const char *const refused[][2] = {
        {"min_length;1.5", "min_length is 1.5, must be a whole number in [0, 1000000000]"},
        {"max_length;-1", "max_length is -1, must be a whole number in [0, 1000000000]"},
        {"num_votes;10000000000",
         "num_votes is 10000000000, must be a whole number in [0, 1000000000]"},
        {"min_project_score_threshold;-0.1", "must be a number in [0, 1000000000]"},
        {"min_points;-1000001", "min_points is -1000001, must be a number in [-1000000, 1000000]"},
        {"max_sum_cost;1000000000001", "must be a number in [0, 1e+12]"},
        {"default_score;soon", "default_score is soon, must be a number in [-1000000, 1000000]"},
    };
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        char text[256];
        snprintf(text, sizeof text, APPROVAL "%s\n" TWO VOTE, refused[k][0]);
        refuses(text, refused[k][1]);
    }
    struct profile p;
    takes(&p, APPROVAL "min_length;\nmax_length;2.0\ndefault_score;-1000000\n" TWO VOTE);
    assert_close(p.election.max_length, 2, 0);
    profile_free(&p);
}

/* Ranks get 3, 2, 1 points of three projects, or 2, 1 where two may be ranked. */
static void points_of_ranks(void **state)
{
    (void)state;
    static const char *const most[] = {"", "max_length;7\n"};
    for (size_t k = 0; k < 2; k++) {
        char text[512];
        struct profile p;
        snprintf(text, sizeof text,
                 HEAD "vote_type;ordinal\nscoring_fn;borda\n%s" TWO "c;10\n"
                      "VOTES\nvoter_id;vote\n1;\" a ,b, c\"\n",
                 most[k]);
        takes(&p, text);
        assert_int_equal(p.entry_count, 3);
        for (size_t i = 0; i < 3; i++)
            assert_close((double)p.entry_points[i], 3 - (double)i, 0);
        profile_free(&p);
    }
    struct profile p;
    takes(&p, HEAD "vote_type;ordinal\nmax_length;2\n" TWO "c;10\n"
                   "VOTES\nvoter_id;vote\n1;c,a\n");
    assert_close((double)p.entry_points[0], 2, 0);
    assert_close((double)p.entry_points[1], 1, 0);
    profile_free(&p);
    refuses(HEAD "vote_type;ordinal\nmax_length;1\n" TWO "VOTES\nvoter_id;vote\n1;b,a\n",
            "max_length");
    takes(&p, HEAD "vote_type;ordinal\n" TWO "VOTES\nvoter_id;vote;points\n1;b,a;5,4\n");
    assert_close((double)p.entry_points[0], 5, 0);
    profile_free(&p);
}

static void points_of_ballots(void **state)
{
    (void)state;
    refuses(HEAD "vote_type;scoring\n" TWO "VOTES\nvoter_id;vote;points\n1;a;1000001\n", "1000001");
    refuses(HEAD "vote_type;scoring\n" TWO "VOTES\nvoter_id;vote;points\n1;a,b;1\n",
            "1 points for 2 projects");
    refuses(APPROVAL TWO "VOTES\nvoter_id;vote\n1;\"a, x\"\n", "t.pb:11:3: vote names project x");
    char text[512];
    snprintf(text, sizeof text, APPROVAL TWO "VOTES\nvoter_id;vote\n1;%0100d\n", 7);
    refuses(text, "vote names project 00000");
}

static void costs_of_projects(void **state)
{
    (void)state;
    struct profile p;
    takes(&p, APPROVAL "PROJECTS\nproject_id;cost\na;0.0000001\n" VOTE);
    assert_int_equal(p.projects[0].cost, 1);
    profile_free(&p);
    char *text = malloc(8000);
    for (int count = 100; count <= 102; count += 2) {
        size_t used = (size_t)sprintf(text, "%sPROJECTS\nproject_id;cost\na;1\n", APPROVAL);
        for (int k = 1; k < count; k++)
            used += (size_t)sprintf(text + used, "p%d;1000000000000\n", k);
        strcpy(text + used, VOTE);
        if (count == 100)
            takes(&p, text), profile_free(&p);
        else
            refuses(text, "the projects cost more than 1e14 together");
    }
    free(text);
}

static void ages(void **state)
{
    (void)state;
    static const char *const bad[] = {"151", "-1", "30-20", "a-b", "20-", "-20", "140-170", "nan"};
    struct profile p;
    takes(&p, APPROVAL TWO "VOTES\nvoter_id;age;vote\n1;150;a\n2;18-29;a\n3;;a\n4;0;b\n");
    assert_int_equal(p.age[0], 150);
    assert_int_equal(p.age[1], 23);
    assert_int_equal(p.age[2], -1);
    assert_int_equal(p.age[3], 0);
    profile_free(&p);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char text[256], why[64];
        snprintf(text, sizeof text, APPROVAL TWO "VOTES\nvoter_id;age;vote\n1;%s;a\n", bad[k]);
        snprintf(why, sizeof why, "t.pb:11:3: age is %s, must be years in [0, 150]", bad[k]);
        refuses(text, why);
    }
}

/* A row may be long, and a file wrong in every line, but there is an end to both. */
static void rows_without_end(void **state)
{
    (void)state;
    enum { FIELDS = 4096, LINES = 1100 };
    char *text = calloc(1, 3 * FIELDS);
    for (size_t more = 0; more < 2; more++) {
        memset(text, 0, (size_t)3 * FIELDS);
        strcpy(text, APPROVAL TWO "VOTES\nvoter_id;vote");
        memset(text + strlen(text), ';', FIELDS - 2 + more);
        strcat(text, "\n1;a\n");
        refuses(text, more ? "t.pb:10:4109: a row has more than 4096 fields" : "t.pb:11");
    }
    strcpy(text, APPROVAL);
    for (size_t k = 0; k < LINES; k++)
        strcat(text, "\x80\n");
    refuses(text, "... and 950 more");
    free(text);
    refuses("META\nkey;value\n" TWO VOTE, "META has no budget");
    refuses("META\nkey;value\n" TWO VOTE, "META has no vote_type");
}

static void files(void **state)
{
    (void)state;
    struct scratch scratch;
    struct profile p;
    struct error e = {0};
    scratch_open(&scratch);
    assert_status(pb_read_file(&p, scratch_path(&scratch, "none.pb"), &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "none.pb: No such file or directory");
    error_free(&e);
    assert_status(pb_read_file(&p, scratch.folder, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "Is a directory");
    error_free(&e);
    if (access("/proc/self/mem", R_OK) == 0) {
        assert_status(pb_read_file(&p, "/proc/self/mem", &e), STATUS_FAILED, &e);
        assert_contains(error_text(&e), "/proc/self/mem: Input/output error");
        error_free(&e);
    }
    const char *path = scratch_text(&scratch, "large.pb", APPROVAL TWO VOTE);
    assert_status(pb_read_file(&p, path, &e), STATUS_DONE, &e);
    profile_free(&p);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_meta),
        cmocka_unit_test(points_of_ranks),
        cmocka_unit_test(points_of_ballots),
        cmocka_unit_test(costs_of_projects),
        cmocka_unit_test(ages),
        cmocka_unit_test(rows_without_end),
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
