/* What every shipped scenario gives, to the last bit and in figures, against what it gave before.
 *
 *     check_baseline           compares with tests/torture/baseline.csv (TORTURE=long: with
 *                              baseline-full.csv, every scenario as it is shipped, but countries
 *                              for two years)
 *     check_baseline write     writes that file anew and reports how results have changed
 *
 * Whoever changes results says so under "Results change" in CHANGELOG.md, in a line that names the
 * file's fingerprint.  Where the system's mathematical library gives other digits than the one with
 * which the file was written, bits are not compared but means, within four standard errors. */
#include "tests/support/check.h"

#include <gsl/gsl_version.h>
#include <stdio.h>

#include "analysis/contrast.h"
#include "analysis/series.h"
#include "models/coproduction.h"
#include "sim/digest.h"
#include "sim/durable.h"
#include "sim/record.h"
#include "sim/run.h"
#include "tests/support/corpus.h"
#include "tests/support/scratch.h"
#include "tests/support/shipped.h"

enum { REPLICATES = 4, SCENARIOS = 256, NAME = 64, YEAR = 52 };

static const char *const outcomes[] = {
    "volunteers", "coproducers", "motivation",    "burnout",       "trust",
    "ownership",  "attitude",    "output",        "hours_unmet",   "quality",
    "mandate",    "innovations", "manager_hours", "budget_turnout"};

enum { OUTCOMES = sizeof outcomes / sizeof *outcomes };

struct line {
    char name[NAME];
    uint64_t digest;
    double values[OUTCOMES][REPLICATES]; /* means of the last year */
};

struct baseline {
    size_t count;
    uint64_t library, fingerprint;
    struct line lines[SCENARIOS];
};

static struct baseline before, now;

/* The digits that the mathematical library gives here: people are made with its help and GSL's. */
static uint64_t library(void)
{
    uint64_t digest = digest_bytes(DIGEST_EMPTY, GSL_VERSION, sizeof GSL_VERSION);
    for (int k = 1; k <= 1000; k++) {
        volatile double x = k * 0x1.3p-5;
        const double values[] = {exp(x), exp(-x), log(x), pow(x, 0.37), pow(0.93, x), sqrt(x)};
        digest = digest_bytes(digest, values, sizeof values);
    }
    return digest;
}

static uint64_t fingerprint(const struct baseline *b)
{
    uint64_t digest = DIGEST_EMPTY;
    for (size_t i = 0; i < b->count; i++) {
        digest = digest_bytes(digest, b->lines[i].name, strlen(b->lines[i].name));
        digest = digest_bytes(digest, &b->lines[i].digest, sizeof b->lines[i].digest);
    }
    return digest;
}

/* --- computing -------------------------------------------------------------------------------- */

static double last_year(const struct record *r, size_t observable, size_t replicate)
{
    double sum = 0, count = 0;
    for (size_t week = r->weeks > YEAR ? r->weeks - YEAR : 0; week < r->weeks; week++) {
        double value = series_week(r, observable, replicate, week, SERIES_ALL);
        if (isnan(value))
            continue;
        sum += value;
        count++;
    }
    return sum / count;
}

static void compute_line(struct line *line, const char *name, struct shipped_size size)
{
    const struct run_options options = {.quiet = true, .threads = 2};
    struct scenario s;
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    shipped_read(&s, name, size);
    assert_status(run_execute(&s, &options, &record, &cost, &e), STATUS_DONE, &e);
    snprintf(line->name, sizeof line->name, "%s", name);
    line->digest = record_digest(&record);
    for (size_t k = 0; k < OUTCOMES; k++) {
        size_t observable = series_find(&coproduction, outcomes[k], strlen(outcomes[k]));
        assert_true(observable < coproduction.observable_count);
        for (size_t r = 0; r < REPLICATES; r++)
            line->values[k][r] = last_year(&record, observable, r);
    }
    record_free(&record);
    scenario_free(&s);
}

static void compute(struct baseline *b)
{
    const struct shipped_size size = {.inhabitants = torture_figure(1500, 1500, 0),
                                      .weeks = torture_figure(106, 106, 0),
                                      .country_weeks = 106,
                                      .replicates = REPLICATES};
    char **names = shipped_names(&b->count);
    assert_true(b->count <= SCENARIOS);
    for (size_t i = 0; i < b->count; i++) {
        if (size.inhabitants == 0)
            fprintf(stderr, "%zu of %zu: %s\n", i + 1, b->count, names[i]);
        compute_line(&b->lines[i], names[i], size);
    }
    durable_names_free(names, b->count);
    b->library = library();
    b->fingerprint = fingerprint(b);
}

/* --- the file --------------------------------------------------------------------------------- */

static char *baseline_path(void)
{
    return corpus_path(torture_figure(0, 0, 1) ? "tests/torture/baseline-full.csv"
                                               : "tests/torture/baseline.csv");
}

static int write_file(const struct baseline *b, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return 1;
    fprintf(file, "# fingerprint %016llx, mathematics %016llx\nscenario,digest,outcome",
            (unsigned long long)b->fingerprint, (unsigned long long)b->library);
    for (unsigned r = 0; r < REPLICATES; r++)
        fprintf(file, ",r%u", r + 1);
    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < OUTCOMES; k++) {
            fprintf(file, "\n%s,%016llx,%s", b->lines[i].name,
                    (unsigned long long)b->lines[i].digest, outcomes[k]);
            for (unsigned r = 0; r < REPLICATES; r++)
                fprintf(file, ",%.9g", b->lines[i].values[k][r]);
        }
    fputc('\n', file);
    return fclose(file) != 0;
}

/* One line of the file; false when it is no such line. */
static bool read_row(struct baseline *b, char *text)
{
    unsigned long long digest;
    char name[NAME], outcome[NAME];
    int used;
    if (sscanf(text, "%63[^,],%llx,%63[^,],%n", name, &digest, outcome, &used) != 3)
        return false;
    if (b->count == 0 || strcmp(b->lines[b->count - 1].name, name) != 0) {
        if (b->count == SCENARIOS)
            return false;
        struct line *line = &b->lines[b->count++];
        memcpy(line->name, name, sizeof name);
        line->digest = digest;
    }
    size_t k = 0;
    while (k < OUTCOMES && strcmp(outcomes[k], outcome) != 0)
        k++;
    if (k == OUTCOMES)
        return true; /* an outcome of another version */
    char *at = text + used;
    for (size_t r = 0; r < REPLICATES; r++, at += *at == ',')
        b->lines[b->count - 1].values[k][r] = strtod(at, &at);
    return true;
}

static bool read_file(struct baseline *b, const char *path)
{
    unsigned long long print, digits;
    char text[1024];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    bool good = fgets(text, sizeof text, file) &&
                sscanf(text, "# fingerprint %llx, mathematics %llx", &print, &digits) == 2 &&
                fgets(text, sizeof text, file);
    while (good && fgets(text, sizeof text, file))
        good = read_row(b, text);
    fclose(file);
    if (good) {
        b->fingerprint = print;
        b->library = digits;
    }
    return good;
}

/* --- comparing -------------------------------------------------------------------------------- */

/* All replicates of all scenarios that both have, as parts of the scenario's mean before. */
static struct contrast contrast_of(size_t outcome)
{
    static double old[SCENARIOS * REPLICATES], new[SCENARIOS * REPLICATES];
    size_t count = 0;
    for (size_t i = 0; i < before.count; i++)
        for (size_t j = 0; j < now.count; j++) {
            const double *a = before.lines[i].values[outcome], *b = now.lines[j].values[outcome];
            double mean = 0;
            for (size_t r = 0; r < REPLICATES; r++)
                mean += a[r] / REPLICATES;
            if (strcmp(before.lines[i].name, now.lines[j].name) != 0 || !(fabs(mean) > 1e-9))
                continue;
            for (size_t r = 0; r < REPLICATES; r++)
                if (!isnan(b[r])) {
                    old[count] = a[r] / mean;
                    new[count++] = b[r] / mean;
                }
        }
    const struct contrast_data data = {new, old, count, count, true};
    struct contrast c;
    contrast_make(&c, &data);
    return c;
}

/* Whether they are the same, differ, or cannot be told apart: equivalent means within 2 %. */
static void report(FILE *out)
{
    static const double margin = 0.02;
    double p[OUTCOMES];
    for (size_t k = 0; k < OUTCOMES; k++)
        p[k] = contrast_of(k).p;
    assert_true(contrast_holm(p, OUTCOMES));
    fprintf(out, "%-16s %10s %23s %10s\n", "outcome", "change", "95 % interval", "verdict");
    for (size_t k = 0; k < OUTCOMES; k++) {
        struct contrast c = contrast_of(k);
        double equivalent = contrast_equivalence(&c, margin);
        const char *verdict = c.difference == 0 && !(c.error > 0) ? "the same"
                              : equivalent < 0.05                 ? "equivalent within 2 %"
                                                                  : "not told apart";
        if (p[k] < 0.05)
            verdict = equivalent < 0.05 ? "differs, by less than 2 %" : "differs";
        fprintf(out, "%-16s %+9.3f%% [%+9.3f%%, %+9.3f%%] %s\n", outcomes[k], 100 * c.difference,
                100 * c.low, 100 * c.high, verdict);
    }
}

static size_t other_digests(FILE *out)
{
    size_t others = 0;
    for (size_t j = 0; j < now.count; j++) {
        size_t i = 0;
        while (i < before.count && strcmp(before.lines[i].name, now.lines[j].name) != 0)
            i++;
        if (i < before.count && before.lines[i].digest == now.lines[j].digest)
            continue;
        others++;
        fprintf(out, "%s %s\n", now.lines[j].name,
                i < before.count ? "gives other bits" : "is new");
    }
    return others;
}

/* --- as a test -------------------------------------------------------------------------------- */

/* The file is whole, and CHANGELOG.md tells of it. */
static void test_is_declared(void **state)
{
    (void)state;
    char words[64], *path = baseline_path(), *log = corpus_path("CHANGELOG.md");
    size_t size;
    char *text = scratch_read(log, &size);
    assert_true(read_file(&before, path));
    assert_true(fingerprint(&before) == before.fingerprint);
    assert_non_null(text);
    snprintf(words, sizeof words, "baseline %016llx", (unsigned long long)before.fingerprint);
    char *section = strstr(text, "Results change");
    if (!section || !strstr(section, words))
        fail_msg("CHANGELOG.md has no line with '%s' under 'Results change'", words);
    free(text);
    free(log);
    free(path);
}

static void test_is_kept(void **state)
{
    (void)state;
    compute(&now);
    bool bits = now.library == before.library;
    size_t others = bits ? other_digests(stderr) : 0;
    if (others > 0) {
        report(stderr);
        fail_msg("%zu of %zu scenarios give other results than tests/torture/baseline*.csv; if "
                 "that is meant, `make baseline`, and say it in CHANGELOG.md",
                 others, now.count);
    }
    assert_int_equal(now.count, before.count);
    for (size_t k = 0; k < OUTCOMES; k++) {
        struct contrast c = contrast_of(k);
        if (!(fabs(c.difference) <= 4 * c.error + 1e-7))
            fail_msg("%s has changed by %.3g%%", outcomes[k], 100 * c.difference);
    }
    print_message("check-baseline: %zu scenarios, %d outcomes, %d replicates: %s\n", now.count,
                  OUTCOMES, REPLICATES,
                  bits ? "the same bits"
                       : "the same means; another mathematical library, bits not compared");
}

static int write_anew(void)
{
    char *path = baseline_path();
    bool there = read_file(&before, path);
    compute(&now);
    int failed = write_file(&now, path);
    if (there && other_digests(stdout) > 0)
        report(stdout);
    printf("%s: %zu scenarios\nA line for CHANGELOG.md, under \"Results change\", ends with: "
           "baseline %016llx\n",
           path, now.count, (unsigned long long)now.fingerprint);
    free(path);
    return failed;
}

int main(int count, char **words)
{
    if (count == 2 && strcmp(words[1], "write") == 0)
        return write_anew();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_declared),
                                       cmocka_unit_test(test_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
