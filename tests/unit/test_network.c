/* Generated networks and edge lists. */
#include <stdio.h>

#include "sim/network.h"
#include "sim/stream.h"
#include "tests/support/check.h"

enum { GROUPS = 20, GROUP_SIZE = 500, AGENTS = GROUPS * GROUP_SIZE };

/* Twenty groups of five hundred, in four homes. */
static void make_groups(struct network_group groups[GROUPS])
{
    for (uint32_t g = 0; g < GROUPS; g++)
        groups[g] = (struct network_group){g * GROUP_SIZE, GROUP_SIZE, g / 5};
}

static const struct network_spec plain = {
    .seed = 1, .purpose = 2, .degree = 8, .rewire = 0.2, .stay = 0.5, .threads = 1};

static struct network small_world(const struct network_spec *spec)
{
    struct network_group groups[GROUPS];
    struct network n;
    struct error e = {0};
    make_groups(groups);
    assert_status(network_small_world(&n, groups, GROUPS, spec, &e), STATUS_DONE, &e);
    return n;
}

static struct network random_ties(const struct network_spec *spec)
{
    struct network_group groups[GROUPS];
    struct network n;
    struct error e = {0};
    make_groups(groups);
    assert_status(network_random(&n, groups, GROUPS, spec, &e), STATUS_DONE, &e);
    return n;
}

static bool tied(const struct network *n, uint32_t a, uint32_t b)
{
    for (uint32_t k = n->start[a]; k < n->start[a + 1]; k++)
        if (n->target[k] == b)
            return true;
    return false;
}

/* Rows in rising order, no loops, none twice, both directions. */
static void check_rows(const struct network *n)
{
    assert_int_equal(n->start[0], 0);
    assert_int_equal(n->start[n->count], 2 * n->ties);
    for (uint32_t i = 0; i < n->count; i++)
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++) {
            assert_true(n->target[k] < n->count);
            assert_true(n->target[k] != i);
            assert_true(k == n->start[i] || n->target[k - 1] < n->target[k]);
            assert_true(tied(n, n->target[k], i));
        }
}

static double mean_degree(const struct network *n)
{
    return 2 * (double)n->ties / (double)n->count;
}

/* Share of the ties for which `size` consecutive agents are one unit, and both ends are in it. */
static double share_within(const struct network *n, uint32_t size)
{
    size_t within = 0;
    for (uint32_t i = 0; i < n->count; i++)
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++)
            within += n->target[k] / size == i / size;
    return (double)within / (2 * (double)n->ties);
}

/* Share of the pairs of neighbours that are tied themselves. */
static double clustering(const struct network *n)
{
    size_t pairs = 0, closed = 0;
    for (uint32_t i = 0; i < n->count; i++)
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++)
            for (uint32_t j = n->start[i]; j < k; j++) {
                pairs++;
                closed += tied(n, n->target[k], n->target[j]);
            }
    return (double)closed / (double)pairs;
}

static void test_small_world_rows(void **state)
{
    (void)state;
    struct network n = small_world(&plain);
    assert_int_equal(n.count, AGENTS);
    assert_null(n.weight);
    check_rows(&n);
    network_free(&n);
}

static void test_degrees(void **state)
{
    (void)state;
    static const double degrees[] = {0, 0.3, 1, 2, 5, 7.5, 8, 12};
    for (size_t k = 0; k < sizeof degrees / sizeof *degrees; k++) {
        struct network_spec spec = plain;
        spec.degree = degrees[k];
        struct network n = small_world(&spec);
        assert_close(mean_degree(&n), degrees[k], 0.01 * degrees[k] + 0.02);
        network_free(&n);
        n = random_ties(&spec);
        check_rows(&n);
        assert_close(mean_degree(&n), degrees[k], 0.01 * degrees[k] + 0.02);
        network_free(&n);
    }
}

static void test_homophily(void **state)
{
    (void)state;
    struct network_spec spec = plain;
    struct network n = small_world(&spec);
    double leaving = spec.rewire * (1 - spec.stay);
    assert_close(share_within(&n, GROUP_SIZE), 1 - leaving, 0.01);
    assert_close(share_within(&n, 5 * GROUP_SIZE), 1, 0);
    network_free(&n);

    spec.stay = 1;
    n = small_world(&spec);
    assert_close(share_within(&n, GROUP_SIZE), 1, 0);
    network_free(&n);

    n = random_ties(&spec);
    assert_close(share_within(&n, GROUP_SIZE), 0.2, 0.02);
    assert_close(share_within(&n, 5 * GROUP_SIZE), 1, 0);
    network_free(&n);
}

/* Watts and Strogatz: C(0) = 3(k-2)/(4(k-1)), and about C(0)(1-p)^3 with rewiring. */
static void test_clustering(void **state)
{
    (void)state;
    struct network_spec spec = plain;
    spec.rewire = 0;
    struct network n = small_world(&spec);
    assert_close(clustering(&n), 3. * 6 / (4 * 7), 1e-12);
    network_free(&n);

    spec.rewire = 0.2;
    n = small_world(&spec);
    double clustered = clustering(&n);
    assert_close(clustered, 3. * 6 / (4 * 7) * 0.512, 0.03);
    network_free(&n);

    n = random_ties(&spec);
    assert_true(clustering(&n) < clustered / 10);
    network_free(&n);
}

/* Four homes whose pulls on each other are 1, 2, 3 times the other's number plus one. */
static void make_borders(struct network_borders *b, double leave[4], double reach[16])
{
    for (size_t m = 0; m < 4; m++) {
        double sum = 0;
        leave[m] = 0.1 * (double)(m + 1);
        for (size_t n = 0; n < 4; n++)
            reach[4 * m + n] = sum += n == m ? 0 : (double)(n + 1);
    }
    *b = (struct network_borders){4, leave, reach};
}

/* Ties between homes m and n, each counted from m. */
static double ties_between(const struct network *n, uint32_t m, uint32_t other)
{
    const uint32_t home = 5 * GROUP_SIZE;
    double ties = 0;
    for (uint32_t i = m * home; i < (m + 1) * home; i++)
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++)
            ties += n->target[k] / home == other;
    return ties;
}

/* Each tie that an agent makes leaves its home with the stated probability and goes to others by
 * their pull; the counts are binomial, four standard errors are allowed. */
static void check_across(const struct network *n, const struct network_borders *b)
{
    const double made = 5 * GROUP_SIZE * plain.degree / 2;
    check_rows(n);
    assert_close(mean_degree(n), plain.degree, 0.1);
    for (uint32_t m = 0; m < 4; m++)
        for (uint32_t o = m + 1; o < 4; o++) {
            double there = b->leave[m] * (o + 1) / b->reach[4 * m + 3];
            double back = b->leave[o] * (m + 1) / b->reach[4 * o + 3];
            double expected = made * (there + back);
            assert_close(ties_between(n, m, o), expected, 4 * sqrt(expected) + 2);
        }
}

static void test_borders(void **state)
{
    (void)state;
    double leave[4], reach[16];
    struct network_borders borders;
    struct network_spec spec = plain;
    make_borders(&borders, leave, reach);
    spec.borders = &borders;
    struct network one = small_world(&spec);
    check_across(&one, &borders);
    spec.threads = 4;
    struct network four = small_world(&spec);
    assert_int_equal(network_digest(&one), network_digest(&four));
    network_free(&one);
    network_free(&four);
    four = random_ties(&spec);
    check_across(&four, &borders);
    network_free(&four);
}

static void test_homes_beyond_the_borders(void **state)
{
    (void)state;
    double leave[4], reach[16];
    struct network_borders borders;
    struct network_group groups[GROUPS];
    struct network n;
    struct error e = {0};
    make_groups(groups);
    make_borders(&borders, leave, reach);
    borders.homes = 3;
    struct network_spec spec = plain;
    spec.borders = &borders;
    assert_status(network_small_world(&n, groups, GROUPS, &spec, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "group 15 has the home 3, must be below 3");
    error_free(&e);
    network_free(&n);
}

/* Odd sizes, among them groups too small for their degree. */
static void test_small_groups(void **state)
{
    (void)state;
    enum { COUNT = 400 };
    struct network_group groups[COUNT];
    uint32_t agents = 0;
    for (uint32_t g = 0; g < COUNT; g++) {
        groups[g] = (struct network_group){agents, g % 7, g / 100};
        agents += g % 7;
    }
    struct network n;
    struct error e = {0};
    assert_status(network_small_world(&n, groups, COUNT, &plain, &e), STATUS_DONE, &e);
    check_rows(&n);
    assert_int_equal(n.count, agents);
    assert_close(mean_degree(&n), 8, 0.3);
    network_free(&n);

    /* A group that is all there is ends up complete. */
    groups[0] = (struct network_group){0, 4, 0};
    assert_status(network_small_world(&n, groups, 1, &plain, &e), STATUS_DONE, &e);
    check_rows(&n);
    assert_int_equal(n.ties, 6);
    network_free(&n);

    groups[0].count = 1;
    assert_status(network_random(&n, groups, 1, &plain, &e), STATUS_DONE, &e);
    assert_int_equal(n.ties, 0);
    network_free(&n);

    assert_status(network_small_world(&n, groups, 0, &plain, &e), STATUS_DONE, &e);
    assert_int_equal(n.count, 0);
    network_free(&n);
}

static void test_seeds(void **state)
{
    (void)state;
    struct network_spec spec = plain;
    struct network n = small_world(&spec);
    uint64_t digest = network_digest(&n);
    network_free(&n);
    for (int k = 0; k < 3; k++) {
        spec = plain;
        spec.seed += k == 0;
        spec.replicate += k == 1;
        spec.purpose += k == 2;
        n = small_world(&spec);
        assert_true(network_digest(&n) != digest);
        network_free(&n);
    }
    n = small_world(&plain);
    assert_true(network_digest(&n) == digest);
    n.target[5] ^= 1;
    assert_true(network_digest(&n) != digest);
    network_free(&n);
}

static void test_bad_specs(void **state)
{
    (void)state;
    static const double bad[] = {-1, NAN, INFINITY, 1e9};
    struct network_group groups[GROUPS];
    struct network n;
    make_groups(groups);
    for (size_t k = 0; k < 4; k++) {
        struct network_spec spec = plain;
        struct error e = {0};
        spec.degree = bad[k];
        assert_status(network_small_world(&n, groups, GROUPS, &spec, &e), STATUS_BAD_INPUT, &e);
        assert_contains(error_text(&e), "a mean degree of ");
        assert_null(n.start);
        error_free(&e);
    }
    struct error e = {0};
    groups[3].first++;
    assert_status(network_small_world(&n, groups, GROUPS, &plain, &e), STATUS_FAILED, &e);
    assert_contains(error_text(&e), "group 3 begins at agent 1501 with 500 agents, must begin at "
                                    "1500");
    error_free(&e);
}

static void test_none(void **state)
{
    (void)state;
    struct network n;
    struct error e = {0};
    assert_status(network_none(&n, 5, &e), STATUS_DONE, &e);
    assert_int_equal(n.count, 5);
    assert_int_equal(network_degree(&n, 4), 0);
    assert_int_equal(network_bytes(&n), 6 * sizeof(uint32_t));
    network_free(&n);
    network_free(&n);
}

/* --- edge lists ------------------------------------------------------------------------------ */

static void parse(struct network *n, size_t count, const char *text)
{
    struct error e = {0};
    assert_status(network_parse(n, count, text, strlen(text), "ties.csv", &e), STATUS_DONE, &e);
    check_rows(n);
}

static void test_parse(void **state)
{
    (void)state;
    static const char *const same[] = {
        "a,b\n3,1\n0,3\n2,3\n1,2\n",
        "a,b\r\n3,1\r\n0,3\r\n2,3\r\n1,2",
        "\xef\xbb\xbf\"a\",\"b\"\n\"3\", 1\n 0 ,\t3\n\n2,\"3\"\n  \n1,2\n\n",
        "a,b\t\n3 ,1 \n0\t,3\t\n2,3\n1, \"2 \" \n",
        "a,b,weight\n1,2,1\n1,3,1.0\n2,3,1e0\n3,0,\"1\"\n",
    };
    static const uint32_t target[] = {3, 2, 3, 1, 3, 0, 1, 2};
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        struct network n;
        parse(&n, 5, same[k]);
        assert_int_equal(n.count, 5);
        assert_int_equal(n.ties, 4);
        assert_null(n.weight);
        assert_memory_equal(n.target, target, sizeof target);
        assert_int_equal(network_degree(&n, 4), 0);
        network_free(&n);
    }
}

static void test_parse_weights(void **state)
{
    (void)state;
    struct network n;
    parse(&n, 3, "a,b,weight\n2,0,.5\n1,0,2\n");
    static const float weight[] = {2, 0.5f, 2, 0.5f};
    assert_non_null(n.weight);
    assert_memory_equal(n.weight, weight, sizeof weight);
    network_free(&n);
}

static void test_parse_nothing(void **state)
{
    (void)state;
    struct network n;
    parse(&n, 3, "a,b\n");
    assert_int_equal(n.ties, 0);
    network_free(&n);
    parse(&n, 0, "a,b,weight");
    assert_int_equal(n.count, 0);
    network_free(&n);
}

/* What a generated network writes reads back as the same. */
static void test_parse_generated(void **state)
{
    (void)state;
    struct network n = small_world(&plain), again;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    fputs("a,b\n", out);
    for (uint32_t i = AGENTS; i-- > 0;)
        for (uint32_t k = n.start[i]; k < n.start[i + 1]; k++)
            if (i < n.target[k])
                fprintf(out, "%u,%u\n", (unsigned)(i % 2 ? i : n.target[k]),
                        (unsigned)(i % 2 ? n.target[k] : i));
    fclose(out);
    parse(&again, AGENTS, text);
    assert_true(network_digest(&n) == network_digest(&again));
    network_free(&n);
    network_free(&again);
    free(text);
}

static void assert_finding(const char *text, size_t size, const char *finding)
{
    struct network n;
    struct error e = {0};
    assert_status(network_parse(&n, 5, text, size, "ties.csv", &e), STATUS_BAD_INPUT, &e);
    assert_string_equal(error_text(&e), finding);
    assert_int_equal(e.count, 1);
    assert_null(n.start);
    error_free(&e);
}

static void test_parse_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *finding;
    } bad[] = {
        {"", "ties.csv:1: the header is '', must be 'a,b' or 'a,b,weight'\n"},
        {"0,1\n1,2\n", "ties.csv:1: the header is '0,1', must be 'a,b' or 'a,b,weight'\n"},
        {"b,a\n", "ties.csv:1: the header is 'b,a', must be 'a,b' or 'a,b,weight'\n"},
        {"a,b,c\n", "ties.csv:1: the header is 'a,b,c', must be 'a,b' or 'a,b,weight'\n"},
        {"\"a,b\n0,1\n", "ties.csv:1: the header is '\"a,b', must be 'a,b' or 'a,b,weight'\n"},
        {"a,b\n0,1\nx,1\n",
         "ties.csv:3: a is 'x', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n0,5\n", "ties.csv:2: b is '5', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n-1,2\n", "ties.csv:2: a is '-1', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n1.0,2\n",
         "ties.csv:2: a is '1.0', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n1,\n", "ties.csv:2: b is '', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n1,99999999999999999999999999999999999999999999999\n",
         "ties.csv:2: b is '9999999999999999999999999999999999999999...', must be a whole number, "
         "at least 0 and below 5\n"},
        {"a,b\n1,4294967297\n",
         "ties.csv:2: b is '4294967297', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n1,\033[31m\n",
         "ties.csv:2: b is '?[31m', must be a whole number, at least 0 and below 5\n"},
        {"a,b\n2,2\n", "ties.csv:2: a and b are both 2, must be two different agents\n"},
        {"a,b\n0,1\n1,2\n1,0\n", "ties.csv:4: the tie of 1 and 0 stands in line 2 already, must "
                                 "stand once in either direction\n"},
        {"a,b\n3,4\n\n3,4\n", "ties.csv:4: the tie of 3 and 4 stands in line 2 already, must stand "
                              "once in either direction\n"},
        {"a,b\n0,1,2\n", "ties.csv:2: '0,1,2' has 3 fields, must have 2 (a,b)\n"},
        {"a,b\n0,1,2,3,4\n", "ties.csv:2: '0,1,2,3,4' has 5 fields, must have 2 (a,b)\n"},
        {"a,b\n0,1,\n", "ties.csv:2: '0,1,' has 3 fields, must have 2 (a,b)\n"},
        {"a,b\n01\n", "ties.csv:2: '01' has 1 field, must have 2 (a,b)\n"},
        {"a,b,weight\n0,1\n", "ties.csv:2: '0,1' has 2 fields, must have 3 (a,b,weight)\n"},
        {"a,b\n\"0,1\n", "ties.csv:2: '\"0,1' has a quote out of place\n"},
        {"a,b\n1,\x7f\n", "ties.csv:2: b is '?', must be a whole number, at least 0 and below 5\n"},
        {"a,b,weight\n0,1,1000000000000000000000000000000000000000000000000000000000000000.5\n",
         "ties.csv:2: weight is '1000000000000000000000000000000000000000...', must be a number "
         "above "
         "0 and at most 3.4e38\n"},
        {"a,b\n\"0\"1,1\n", "ties.csv:2: '\"0\"1,1' has a quote out of place\n"},
#define WEIGHT(value)                                                                              \
    {"a,b,weight\n0,1," value "\n",                                                                \
     "ties.csv:2: weight is '" value "', must be a number above 0 and at most 3.4e38\n"}
        WEIGHT("0"),
        WEIGHT("-1"),
        WEIGHT("nan"),
        WEIGHT("inf"),
        WEIGHT("1e99"),
        WEIGHT("1e-99"),
        WEIGHT("0x1"),
        WEIGHT("1 2"),
        WEIGHT("1e"),
        WEIGHT(""),
#undef WEIGHT
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_finding(bad[k].text, strlen(bad[k].text), bad[k].finding);
    static const char zero[] = "a,b\n0,1\n1,\0002\n";
    assert_finding(zero, sizeof zero - 1, "ties.csv:3: the line holds a zero byte, must be text\n");

    struct network n;
    struct error e = {0};
    assert_status(network_parse(&n, UINT32_MAX, "a,b\n", 4, "t", &e), STATUS_BAD_INPUT, &e);
    assert_string_equal(error_text(&e),
                        "t: 4294967295 agents are too many, must be below 2^32 - 1\n");
    error_free(&e);
}

/* All malformed lines are reported together: twenty written out, the others counted. */
static void test_parse_many_errors(void **state)
{
    (void)state;
    char text[2000] = "a,b\n0,1\n";
    for (int k = 0; k < 25; k++)
        strcat(text, "0,x\n");
    strcat(text, "1,0\n");
    struct network n;
    struct error e = {0};
    assert_status(network_parse(&n, 5, text, strlen(text), "ties.csv", &e), STATUS_BAD_INPUT, &e);
    assert_int_equal(e.count, 21);
    assert_contains(error_text(&e), "ties.csv:3: b is 'x'");
    assert_contains(error_text(&e), "ties.csv:22: b is 'x'");
    assert_null(strstr(error_text(&e), "ties.csv:23:"));
    assert_contains(error_text(&e), "\nties.csv: ... and 6 more\n");
    error_free(&e);

    static const char mixed[] = "a,b\n0,1\n0,0\n1,0\n9,9\n";
    assert_status(network_parse(&n, 5, mixed, strlen(mixed), "f", &e), STATUS_BAD_INPUT, &e);
    assert_int_equal(e.count, 3);
    assert_contains(error_text(&e), "f:3: ");
    assert_contains(error_text(&e), "f:4: ");
    assert_contains(error_text(&e), "f:5: ");
    error_free(&e);
}

/* Any bytes are read without a fault; most are refused. */
static void test_parse_noise(void **state)
{
    (void)state;
    static const char letters[] = "ab,weight\n\r\" 0123456789.-e\0\xff";
    for (uint32_t round = 0; round < 3000; round++) {
        struct stream s;
        stream_open(&s, 1, 0, round, 0, 0);
        size_t size = stream_below(&s, 200);
        char *text = malloc(size + 1);
        assert_non_null(text);
        for (size_t k = 0; k < size; k++)
            text[k] = letters[stream_below(&s, sizeof letters - 1)];
        if (size >= 4 && round % 2)
            memcpy(text, "a,b\n", 4);
        struct network n;
        struct error e = {0};
        if (network_parse(&n, 1000, text, size, "noise", &e) == STATUS_DONE)
            check_rows(&n);
        else
            assert_true(e.count > 0);
        network_free(&n);
        error_free(&e);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_world_rows),
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_homophily),
        cmocka_unit_test(test_clustering),
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_homes_beyond_the_borders),
        cmocka_unit_test(test_small_groups),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_bad_specs),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_weights),
        cmocka_unit_test(test_parse_nothing),
        cmocka_unit_test(test_parse_generated),
        cmocka_unit_test(test_parse_errors),
        cmocka_unit_test(test_parse_many_errors),
        cmocka_unit_test(test_parse_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
