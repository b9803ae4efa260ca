/* Rules of participatory budgets, and the reader of .pb files. */
#include "tests/support/check.h"

#include <dirent.h>
#include <stdio.h>

#include "models/pb_read.h"
#include "models/voting.h"
#include "tests/support/corpus.h"
#include "tests/support/limits.h"

/* --- made by hand ----------------------------------------------------------------------------- */

static void read_text(struct profile *p, const char *text)
{
    struct error e = {0};
    assert_status(pb_read(p, text, strlen(text), "test.pb", &e), STATUS_DONE, &e);
    error_free(&e);
}

/* An election without what is always the same: projects "id;cost\n", ballots "1,2|3|...". */
static void make(struct profile *p, const char *projects, const char *ballots)
{
    char text[8192];
    int used = snprintf(text, sizeof text,
                        "META\nkey;value\nbudget;100\nvote_type;approval\nPROJECTS\n"
                        "project_id;cost\n%sVOTES\nvoter_id;vote\n0;",
                        projects);
    int voter = 0;
    for (const char *c = ballots; *c; c++)
        used += *c == '|' ? snprintf(text + used, sizeof text - (size_t)used, "\n%d;", ++voter)
                          : snprintf(text + used, sizeof text - (size_t)used, "%c", *c);
    snprintf(text + used, sizeof text - (size_t)used, "\n");
    read_text(p, text);
}

/* The ids of what a rule funds, in the order of the list, with blanks between. */
static void assert_winners(const struct profile *p, double pool, enum voting_rule rule,
                           double threshold, const char *expected)
{
    uint8_t funded[64];
    char found[512] = "";
    struct error e = {0};
    struct voting_options options = {.threshold = threshold};
    assert_true(p->project_count <= sizeof funded);
    assert_status(voting_decide(p, pool, rule, &options, funded, &e), STATUS_DONE, &e);
    for (size_t c = 0; c < p->project_count; c++) {
        size_t used = strlen(found);
        if (funded[c])
            snprintf(found + used, sizeof found - used, "%s%s", used ? " " : "", p->projects[c].id);
    }
    if (strcmp(found, expected) != 0)
        print_error("%s with a pool of %g:\n", voting_rule_name(rule), pool);
    assert_string_equal(found, expected);
}

static void test_greedy(void **state)
{
    (void)state;
    struct profile p;
    make(&p, "a;50\nb;60\nc;40\n", "a,b|a,b,c|a");
    assert_winners(&p, 100, RULE_GREEDY, 0, "a c");
    assert_winners(&p, 100, RULE_GREEDY_NO_SKIP, 0, "a");
    assert_winners(&p, 100, RULE_GREEDY_THRESHOLD, 2, "a");
    assert_winners(&p, 110, RULE_GREEDY_THRESHOLD, 2, "a b");
    assert_winners(&p, 0, RULE_GREEDY, 0, "");
    profile_free(&p);
    make(&p, "a;60\nb;50\n", "a|b"); /* equal votes: the first in the list */
    assert_winners(&p, 100, RULE_GREEDY, 0, "a");
    profile_free(&p);
    make(&p, "a;0,10\nb;0,20\nc;0.3\n", "a,b,c"); /* what doubles cannot sum exactly */
    assert_winners(&p, 0.6, RULE_GREEDY, 0, "a b c");
    assert_winners(&p, 0.3, RULE_GREEDY_NO_SKIP, 0, "a b");
    profile_free(&p);
}

static void test_equal_shares(void **state)
{
    (void)state;
    struct profile p;
    make(&p, "a;5\nb;5\n", "a,b|a,b|a,b"); /* to the last third of a coin */
    assert_winners(&p, 10, RULE_SHARES, 0, "a b");
    profile_free(&p);
    make(&p, "a;60\nb;10\n", "a,b|a,b|a,b|a,b|a,b|a||||");
    assert_int_equal(p.voter_count, 10);
    assert_winners(&p, 100, RULE_SHARES, 0, "a");
    assert_winners(&p, 100, RULE_CARDINALITY, 0, "b");
    assert_winners(&p, 100, RULE_SHARES_UTILITARIAN, 0, "a b");
    assert_winners(&p, 100, RULE_SHARES_COMPARISON, 0, "a b");
    assert_winners(&p, 100, RULE_CARDINALITY_ADD1, 0, "a b");
    assert_winners(&p, 100, RULE_SHARES_UTILITARIAN, 6, "a");
    profile_free(&p);
    make(&p, "a;6\nb;8\nc;3\n", "a|a|a|b|b,c"); /* of the 4 left b is too dear, and c is not */
    assert_winners(&p, 10, RULE_SHARES, 0, "a");
    assert_winners(&p, 10, RULE_SHARES_UTILITARIAN, 0, "a c");
    profile_free(&p);
    make(&p, "a;30\nb;20\n", "a,b|a,b"); /* tied: both cost half a coin for each of worth */
    assert_winners(&p, 30, RULE_SHARES, 0, "b");
    profile_free(&p);
}

/* 10 / 3 + 1 buys a alone; from whole numbers 4 buys nothing and 5 more than the pool. */
static void test_add1_integral(void **state)
{
    (void)state;
    struct profile p;
    make(&p, "a;4.2\nb;9\n", "a|b|b");
    assert_winners(&p, 10, RULE_SHARES, 0, "");
    assert_winners(&p, 10, RULE_SHARES_ADD1, 0, "a");
    assert_winners(&p, 10, RULE_SHARES_ADD1_INTEGRAL, 0, "");
    assert_winners(&p, 10, RULE_SHARES_ADD1_UTILITARIAN, 0, "a");
    profile_free(&p);
}

/* Prices 60/6, 10/5 and 20/2: b at 2, c at 10 (the cheaper of two), a at (60 + 5 * 2) / 6. */
static void test_phragmen(void **state)
{
    (void)state;
    struct profile p;
    make(&p, "a;60\nb;10\nc;20\n", "a,b|a,b|a,b|a,b|a,b|a|c|c");
    assert_winners(&p, 90, RULE_PHRAGMEN, 0, "a b c");
    assert_winners(&p, 89, RULE_PHRAGMEN, 0, "b c");
    assert_winners(&p, 10, RULE_PHRAGMEN, 0, "b");
    assert_winners(&p, 9, RULE_PHRAGMEN, 0, "");
    profile_free(&p);
    make(&p, "a;6\nb;6\nc;5\n", "a,b|a,b|a,b|c"); /* a at 2, b at 4, c at 5 */
    assert_winners(&p, 12, RULE_PHRAGMEN, 0, "a b");
    assert_winners(&p, 11, RULE_PHRAGMEN, 0, "a"); /* c would fit, but b is first */
    profile_free(&p);
}

static void test_points(void **state)
{
    (void)state;
    struct profile p;
    read_text(&p, "\xef\xbb\xbfMETA\r\nkey;value\r\nbudget;1000,5\r\nvote_type;cumulative\r\n"
                  "max_sum_points;10\r\nmin_project_score_threshold;4\r\nrule;Greedy\r\n\r\n"
                  "PROJECTS\r\nproject_id ; COST; name; selected; target\r\n"
                  "a; 700; \"A \"\"pond\"\"; with reeds\"; 1;\r\nb;600;Path;0;\"youth,seniors\"\r\n"
                  "VOTES\r\nvoter_id;points;vote;age;sex;district\r\n"
                  "1;2.5,6;a,b;35;F;North\r\n2;3;a;30-39;M;\r\n3;;;;;\r\n");
    assert_int_equal(p.project_count, 2);
    assert_int_equal(p.voter_count, 3);
    assert_string_equal(p.projects[0].name, "A \"pond\"; with reeds");
    assert_string_equal(p.projects[1].beneficiaries, "youth,seniors");
    assert_int_equal(p.projects[0].selected, 1);
    assert_close(p.election.budget, 1000.5, 0);
    assert_close(p.election.threshold, 4, 0);
    assert_int_equal(p.score[0], 5500000);
    assert_int_equal(p.score[1], 6000000);
    assert_int_equal(p.votes[0], 2);
    assert_int_equal(p.age[1], 34);
    assert_int_equal(p.age[2], -1);
    assert_string_equal(p.sexes[p.sex[0]], "F");
    assert_string_equal(p.places[p.place[0]], "North");
    assert_true(p.place[1] == NOT_KNOWN);
    assert_winners(&p, 1000.5, RULE_GREEDY, p.election.threshold, "b");
    assert_winners(&p, 1300, RULE_GREEDY, 5.75, "b");
    profile_free(&p);
}

static void test_ballot_types(void **state)
{
    (void)state;
    struct profile p;
    static const char ordinal[] = "META\nkey;value\nbudget;9\nvote_type;ordinal\nmax_length;2\n"
                                  "PROJECTS\nproject_id;cost\na;1\nb;1\nc;1\n"
                                  "VOTES\nvoter_id;vote\n1;c,a\n2;b\n3;c,b\n";
    static const char scoring[] = "META\nkey;value\nbudget;9\nvote_type;scoring\ndefault_score;1\n"
                                  "PROJECTS\nproject_id;cost\na;1\nb;1\nc;1\n"
                                  "VOTES\nvoter_id;vote;points\n1;c,a;5,-2\n2;b;0.1\n";
    read_text(&p, ordinal);
    assert_int_equal(p.score[0], 1 * SCORE_UNIT);
    assert_int_equal(p.score[1], 3 * SCORE_UNIT);
    assert_int_equal(p.score[2], 4 * SCORE_UNIT);
    profile_free(&p);
    read_text(&p, scoring);
    assert_int_equal(p.score[0], -1 * SCORE_UNIT);
    assert_int_equal(p.score[1], 1100000);
    assert_int_equal(p.score[2], 6 * SCORE_UNIT);
    assert_int_equal(p.votes[0], 0); /* points against a project are no support */
    profile_free(&p);
}

static void test_names(void **state)
{
    (void)state;
    enum voting_rule rule;
    for (enum voting_rule k = 0; k < RULES; k++) {
        assert_true(voting_rule_parse(voting_rule_name(k), &rule));
        assert_int_equal(rule, k);
        assert_true(strlen(voting_rule_text(k)) > 0);
    }
    assert_true(voting_rule_parse("Greedy-Custom", &rule));
    assert_int_equal(rule, RULE_GREEDY_NO_SKIP);
    assert_false(voting_rule_parse("unknown", &rule));
    assert_false(voting_rule_parse("", &rule));
}

/* --- drawn at random -------------------------------------------------------------------------- */

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)((*state >> 33) % below);
}

/* Up to 12 projects and 30 voters, costs from 1 to `dearest`; with `points` ballots give 1 to 5.
 * Returns the pool. */
static double draw_profile(struct profile *p, uint64_t *state, bool points, uint32_t dearest)
{
    struct error e = {0};
    uint32_t projects = 1 + draw(state, 12), voters = 1 + draw(state, 30);
    assert_status(profile_reserve(p, 12, 30, 360, &e), STATUS_DONE, &e);
    p->project_count = projects;
    p->voter_count = p->entry_count = 0;
    p->election.default_score = NAN;
    double all = 0;
    for (uint32_t c = 0; c < projects; c++) {
        double cost = 1 + draw(state, dearest);
        p->projects[c] = (struct project){.id = "x", .cost = money_of(cost), .selected = -1};
        all += cost;
    }
    for (uint32_t i = 0; i < voters; i++) {
        for (uint32_t c = 0; c < projects; c++) {
            if (draw(state, 4) != 0)
                continue;
            p->entry_project[p->entry_count] = c;
            p->entry_points[p->entry_count++] = points ? 1 + draw(state, 5) : 1;
        }
        p->age[i] = -1;
        p->sex[i] = p->place[i] = NOT_KNOWN;
        p->first[++p->voter_count] = p->entry_count;
    }
    profile_index(p);
    return floor(all * (1 + draw(state, 100)) / 100);
}

/* What every rule must keep, and that a room used before changes nothing. */
static void test_rules_keep_to_the_pool(void **state)
{
    (void)state;
    struct profile p = {0};
    struct voting_room room = {0};
    struct error e = {0};
    uint64_t seed = 1;
    assert_status(voting_room_reserve(&room, 12, 30, &e), STATUS_DONE, &e);
    for (int round = 0; round < 400; round++) {
        double pool = draw_profile(&p, &seed, round % 2, 20000);
        double threshold = draw(&seed, 4);
        for (enum voting_rule rule = 0; rule < RULES; rule++) {
            uint8_t funded[12], again[12];
            struct voting_options own = {.threshold = threshold};
            struct voting_options shared = {.threshold = threshold, .room = &room};
            assert_status(voting_decide(&p, pool, rule, &own, funded, &e), STATUS_DONE, &e);
            assert_status(voting_decide(&p, pool, rule, &shared, again, &e), STATUS_DONE, &e);
            assert_memory_equal(funded, again, p.project_count);
            assert_true(voting_spent(&p, funded) <= money_of(pool));
            for (size_t c = 0; c < p.project_count; c++)
                assert_true(!funded[c] || (double)p.score[c] >= threshold * SCORE_UNIT);
        }
    }
    voting_room_free(&room);
    profile_free(&p);
}

/* Priceability: supporters pay exactly the cost, and no one more than the endowment. */
static void test_shares_are_paid(void **state)
{
    (void)state;
    static const enum voting_rule rules[] = {RULE_SHARES, RULE_SHARES_ADD1,
                                             RULE_SHARES_ADD1_INTEGRAL, RULE_CARDINALITY,
                                             RULE_CARDINALITY_ADD1};
    struct profile p = {0};
    struct error e = {0};
    uint64_t seed = 2;
    size_t bought = 0;
    for (int round = 0; round < 500; round++) {
        double pool = draw_profile(&p, &seed, round % 2, 20000), paid[360], by[30] = {0};
        uint8_t funded[12];
        struct voting_trace trace = {.paid = paid};
        struct voting_options options = {.trace = &trace};
        enum voting_rule rule = rules[round % 5];
        assert_status(voting_decide(&p, pool, rule, &options, funded, &e), STATUS_DONE, &e);
        assert_true(trace.endowment * (double)p.voter_count >= (pool - 30) * (1 - 1e-12));
        for (size_t c = 0; c < p.project_count; c++) {
            double sum = 0, cost = funded[c] ? money_amount(p.projects[c].cost) : 0;
            for (size_t k = p.column[c]; k < p.column[c + 1]; k++) {
                assert_true(paid[k] >= 0);
                by[p.supporter[k]] += paid[k];
                sum += paid[k];
            }
            assert_close(sum, cost, 1e-9 * cost);
            bought += funded[c];
        }
        for (size_t i = 0; i < p.voter_count; i++)
            assert_true(by[i] <= trace.endowment * (1 + 1e-9));
    }
    assert_true(bought > 500);
    profile_free(&p);
}

/* Equal shares as they are written down: sorts supporters, looks at every project every time. */
static void count_naively(const struct profile *p, double endowment, bool by_cost, uint8_t *funded)
{
    double left[30];
    memset(funded, 0, p->project_count);
    for (size_t i = 0; i < p->voter_count; i++)
        left[i] = endowment;
    for (;;) {
        size_t best = SIZE_MAX;
        double least = INFINITY, price = 0;
        for (size_t c = 0; c < p->project_count; c++) {
            double cost = money_amount(p->projects[c].cost), lo = 0, hi = 1e12, all = 0;
            for (size_t k = p->column[c]; k < p->column[c + 1]; k++)
                all += left[p->supporter[k]];
            if (funded[c] || p->votes[c] == 0 || all < cost * (1 - 1e-10))
                continue;
            for (int step = 0; step < 100; step++) { /* bisection for the price of a point */
                double q = (lo + hi) / 2, sum = 0;
                for (size_t k = p->column[c]; k < p->column[c + 1]; k++)
                    sum += fmin(left[p->supporter[k]], q * p->support[k]);
                *(sum < cost * (1 - 1e-14) ? &lo : &hi) = q;
            }
            double rho = hi / (by_cost ? cost : 1);
            bool tied = best != SIZE_MAX && fabs(rho - least) < 1e-10 * least;
            bool ahead =
                tied &&
                (p->projects[c].cost < p->projects[best].cost ||
                 (p->projects[c].cost == p->projects[best].cost && p->votes[c] > p->votes[best]));
            if (tied ? ahead : rho < least) {
                best = c;
                least = rho;
                price = hi;
            }
        }
        if (best == SIZE_MAX)
            return;
        funded[best] = 1;
        for (size_t k = p->column[best]; k < p->column[best + 1]; k++)
            left[p->supporter[k]] -= fmin(left[p->supporter[k]], price * p->support[k]);
    }
}

static void test_shares_against_naive(void **state)
{
    (void)state;
    struct profile p = {0};
    struct error e = {0};
    uint64_t seed = 3;
    for (int round = 0; round < 300; round++) {
        double pool = draw_profile(&p, &seed, round % 2, 20000);
        uint8_t funded[12], naive[12];
        for (int by_cost = 0; by_cost < 2; by_cost++) {
            assert_status(
                voting_decide(&p, pool, by_cost ? RULE_SHARES : RULE_CARDINALITY, NULL, funded, &e),
                STATUS_DONE, &e);
            count_naively(&p, pool / (double)p.voter_count, by_cost, naive);
            assert_memory_equal(funded, naive, p.project_count);
        }
    }
    profile_free(&p);
}

/* The endowments that add-one leaves out give nothing else: the same as counting all of them. */
static void test_add1_against_every_step(void **state)
{
    (void)state;
    struct profile p = {0};
    struct error e = {0};
    uint64_t seed = 4;
    size_t steps = 0, runs = 0;
    for (int round = 0; round < 150; round++) {
        double pool = draw_profile(&p, &seed, round % 2, 2500),
               start = pool / (double)p.voter_count;
        bool integral = round % 3 == 0;
        uint8_t funded[12], kept[12], next[12];
        struct voting_trace trace = {0};
        struct voting_options options = {.trace = &trace};
        enum voting_rule rule = integral ? RULE_SHARES_ADD1_INTEGRAL : RULE_SHARES_ADD1;
        assert_status(voting_decide(&p, pool, rule, &options, funded, &e), STATUS_DONE, &e);
        count_naively(&p, start, true, kept);
        for (double at = integral ? floor(start) + 1 : start + 1;; at += 1, steps++) {
            count_naively(&p, at, true, next);
            if (voting_spent(&p, next) > money_of(pool))
                break;
            memcpy(kept, next, p.project_count);
            bool all = true;
            for (size_t c = 0; c < p.project_count; c++)
                all = all && (kept[c] || p.votes[c] == 0);
            if (all)
                break;
        }
        assert_memory_equal(funded, kept, p.project_count);
        runs += trace.runs;
    }
    assert_true(runs * 4 < steps);
    profile_free(&p);
}

/* Half of 900 million steps, of which nearly none has to be counted. */
static void test_add1_leaps(void **state)
{
    (void)state;
    struct profile p;
    struct error e = {0};
    uint8_t funded[3];
    struct voting_trace trace = {0};
    struct voting_options options = {.trace = &trace};
    make(&p, "a;900000000\nb;900000001\nc;3\n", "a,c|b");
    assert_status(voting_decide(&p, 9e8, RULE_SHARES_ADD1, &options, funded, &e), STATUS_DONE, &e);
    assert_true(!funded[0] && !funded[1] && funded[2]);
    assert_true(trace.endowment == 9e8);
    assert_true(trace.runs < 1000);
    assert_status(voting_decide(&p, -1, RULE_GREEDY, NULL, funded, &e), STATUS_BAD_INPUT, &e);
    assert_status(voting_decide(&p, NAN, RULE_GREEDY, NULL, funded, &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "the pool is -1, must lie in [0, 1e+12]");
    error_free(&e);
    profile_free(&p);
}

/* --- files ------------------------------------------------------------------------------------ */

static int is_pb(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 3 && strcmp(entry->d_name + length - 3, ".pb") == 0;
}

/* The next finding of a text, without the file's name; the source lines below are passed over. */
static bool next_finding(const char **text, const char *path, char *line, size_t size)
{
    while (**text) {
        size_t length = strcspn(*text, "\n");
        const char *start = *text;
        *text += length + ((*text)[length] == '\n');
        if (*start == ' ')
            continue;
        size_t skip = strncmp(start, path, strlen(path)) == 0 ? strlen(path) + 1 : 0;
        skip += start[skip] == ' ';
        snprintf(line, size, "%.*s", (int)(length - skip), start + skip);
        return true;
    }
    return false;
}

static void check_bad(const char *path)
{
    char expected_path[4096], wanted[1024], found[1024];
    struct profile p;
    struct error e = {0};
    snprintf(expected_path, sizeof expected_path, "%.*s.expected", (int)(strlen(path) - 3), path);
    FILE *expected = fopen(expected_path, "r");
    assert_non_null(expected);
    assert_status(pb_read_file(&p, path, &e), STATUS_BAD_INPUT, &e);
    const char *text = error_text(&e);
    while (fgets(wanted, sizeof wanted, expected)) {
        wanted[strcspn(wanted, "\n")] = '\0';
        assert_true(next_finding(&text, path, found, sizeof found));
        assert_string_equal(found, wanted);
    }
    assert_false(next_finding(&text, path, found, sizeof found));
    fclose(expected);
    error_free(&e);
    profile_free(&p);
}

static void test_malformed(void **state)
{
    (void)state;
    char *folder = corpus_path("tests/models/pb-bad");
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_pb, alphasort);
    assert_true(count >= 40);
    for (int k = 0; k < count; k++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[k]->d_name);
        check_bad(path);
        free(entries[k]);
    }
    free(entries);
    free(folder);
}

/* Whatever bytes stand there, reading ends with ballots or with findings. */
static void test_broken_bytes(void **state)
{
    (void)state;
    static const char seed_text[] =
        "META\nkey;value\nbudget;100\nvote_type;cumulative\nmax_sum_points;9\nnum_votes;2\n"
        "PROJECTS\nproject_id;cost;name;selected\na;60;\"Po\"\"nd\";1\nb;50;Path;0\n"
        "VOTES\nvoter_id;age;sex;vote;points\n1;30;F;a,b;2,3\n2;20-29;M;a;1\n";
    static const char bytes[] = ";\n\",.\r -09aMx\0\xff\xc3\xef";
    uint64_t seed = 5;
    size_t read = 0, refused = 0;
    for (int round = 0; round < 20000; round++) {
        size_t size = sizeof seed_text - 1;
        char *text = malloc(size);
        memcpy(text, seed_text, size);
        for (uint32_t k = draw(&seed, 4); k > 0; k--)
            text[draw(&seed, (uint32_t)size)] = bytes[draw(&seed, sizeof bytes - 1)];
        if (draw(&seed, 4) == 0)
            size = draw(&seed, (uint32_t)size);
        struct profile p;
        struct error e = {0};
        char *exact = malloc(size + 1); /* so that a sanitizer sees a byte too far */
        memcpy(exact, text, size);
        exact = realloc(exact, size ? size : 1);
        enum status status = pb_read(&p, exact, size, "x.pb", &e);
        assert_true(status == STATUS_DONE ? e.count == 0 && p.voter_count > 0
                                          : status == STATUS_BAD_INPUT && e.count > 0);
        *(status == STATUS_DONE ? &read : &refused) += 1;
        error_free(&e);
        profile_free(&p);
        free(exact);
        free(text);
    }
    assert_true(read > 1000 && refused > 1000);
}

static void test_example(void **state)
{
    (void)state;
    char *path = corpus_path("scenarios/example-budget.pb");
    struct profile p;
    struct error e = {0};
    assert_status(pb_read_file(&p, path, &e), STATUS_DONE, &e);
    assert_int_equal(p.voter_count, 60);
    assert_int_equal(p.sex_count, 2);
    assert_int_equal(p.place_count, 3);
    assert_winners(&p, p.election.budget, RULE_SHARES_ADD1, 0, "1 2 5 7 9 10 11");
    profile_free(&p);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(v15_example),
        cmocka_unit_test(test_greedy),
        cmocka_unit_test(test_equal_shares),
        cmocka_unit_test(test_add1_integral),
        cmocka_unit_test(test_phragmen),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_ballot_types),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_rules_keep_to_the_pool),
        cmocka_unit_test(test_shares_are_paid),
        cmocka_unit_test(test_shares_against_naive),
        cmocka_unit_test(test_add1_against_every_step),
        cmocka_unit_test(test_add1_leaps),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_broken_bytes),
        LIMIT_TEST(v15_recorded),
        cmocka_unit_test(test_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
