/* The limiting cases V1-V20 of the model on large samples, with stated error rates.
 *
 *     limits [FILE.md [SEED]]                 the table as Markdown too; seed 1 by default
 *
 * Statistical comparisons are tested together: with n of them each at the level FAMILY / n
 * (Bonferroni), so that a model that is right fails any with probability FAMILY at most.  A
 * limiting case is no hypothesis: the exit code is 1 when one fails.  Samples, seeds and figures
 * are the same at any number of threads. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/table.h"
#include "sim/version.h"
#include "tests/support/limits.h"

#define ADDRESS(c) &c,
static const struct limit_case *const cases[] = {LIMIT_CASES(ADDRESS)};
#undef ADDRESS

enum { CASES = sizeof cases / sizeof *cases, SCALE = 20 };

static const double family = 0.01; /* chance of any false alarm */

/* Cases side by side; those that work with threads of their own come after the others. */
static void measure(struct limits *all, uint64_t seed)
{
    for (size_t k = 0; k < CASES; k++)
        all[k] = (struct limits){.scale = SCALE, .seed = seed};
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < CASES; k++)
        if (!cases[k]->threads)
            limits_measure(&all[k], cases[k]);
    for (size_t k = 0; k < CASES; k++)
        if (cases[k]->threads)
            limits_measure(&all[k], cases[k]);
}

static bool by_chance(const struct limit *row)
{
    return row->kind == LIMIT_CHANCE || row->kind == LIMIT_DISTRIBUTION;
}

struct summary {
    size_t exact, statistical, skipped, failed;
    double level; /* of one comparison */
};

static struct summary count(const struct limits *all)
{
    struct summary s = {0};
    for (size_t k = 0; k < CASES; k++)
        for (size_t j = 0; j < all[k].count; j++) {
            const struct limit *row = &all[k].rows[j];
            s.skipped += row->kind == LIMIT_SKIPPED;
            s.exact += row->kind == LIMIT_EXACT;
            s.statistical += by_chance(row);
        }
    s.level = family / (double)s.statistical;
    return s;
}

/* A row that has no numbers, and why. */
static void add_skipped(struct table *t, const struct limit *row)
{
    table_add(t, "%s", row->name);
    table_add(t, "%s", row->what);
    for (unsigned k = 0; k < 6; k++)
        table_add(t, "-");
    table_add(t, "skipped");
}

static void add_row(struct table *t, const struct limit *row, struct summary *s)
{
    double allowed = by_chance(row) ? limit_critical(row, s->level) : row->tolerance;
    bool holds = limit_distance(row) <= allowed; /* never for NaN */
    s->failed += !holds;
    table_add(t, "%s", row->name);
    table_add(t, "%s", row->what);
    table_add(t, "%.6g", row->theory);
    table_add(t, "%.6g", row->simulated);
    if (by_chance(row)) {
        table_add(t, "%.2g", row->error);
        table_add(t, "%.2f se", limit_distance(row));
        table_add(t, "%.2f se", allowed);
        table_add(t, "%.2g", limit_detects(row, s->level));
    } else {
        table_add(t, "exact");
        table_add(t, "%.2g", limit_distance(row));
        table_add(t, "%.2g", allowed);
        table_add(t, "-");
    }
    table_add(t, "%s", holds ? "holds" : "FAILS");
}

static struct summary fill(struct table *t, const struct limits *all)
{
    struct summary s = count(all);
    for (size_t k = 0; k < CASES; k++)
        for (size_t j = 0; j < all[k].count; j++)
            if (all[k].rows[j].kind == LIMIT_SKIPPED)
                add_skipped(t, &all[k].rows[j]);
            else
                add_row(t, &all[k].rows[j], &s);
    return s;
}

static void print(const struct table *t, const struct summary *s, uint64_t seed,
                  enum table_format format, FILE *out)
{
    if (format == TABLE_MD)
        fprintf(out, "# Limiting cases\n\nEach with the rest of the model switched off, beside the "
                     "answer that is known for it.\n\n");
    table_print(t, format, out);
    fprintf(out,
            "\n%zu exact comparisons, each within the tolerance under `allowed`: 0, or what "
            "rounding to floats, quantiles in place of a distribution, or weeks in place of "
            "instants can make.  %zu statistical ones (se: standard error), two-sided, each at the "
            "level %.2g (Bonferroni), beyond %.2f standard errors of a normal figure, more where "
            "the error is estimated from few towns (Student's t) or the figure is a "
            "Kolmogorov-Smirnov distance (bound of Dvoretzky, Kiefer and Wolfowitz): when all "
            "cases hold, any of them fails with probability %g at most.  `detects`: the smallest "
            "deviation that would be found with probability 95 %%.  %zu failed, %zu skipped.  "
            "Seed %llu.  Samskab %s %s.\n",
            s->exact, s->statistical, s->level, gsl_cdf_ugaussian_Qinv(s->level / 2), family,
            s->failed, s->skipped, (unsigned long long)seed, version_number, version_commit);
}

static bool read_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return errno == 0 && *text >= '0' && *text <= '9' && !*end && *seed <= UINT64_C(1) << 53;
}

int main(int argc, char **argv)
{
    static const char *const heads[] = {"case",       "quantity", "theory",  "simulated", "se",
                                        "difference", "allowed",  "detects", "verdict"};
    uint64_t seed = 1;
    bool good = argc <= 3 && (argc < 3 || read_seed(argv[2], &seed));
    FILE *file = good && argc > 1 ? fopen(argv[1], "w") : NULL;
    if (!good || (argc > 1 && !file)) {
        fprintf(stderr,
                "usage: %s [FILE.md [SEED]], with a file that can be written and a seed from 0 to "
                "2^53\n",
                argv[0]);
        return 1;
    }
    double start = omp_get_wtime();
    struct limits all[CASES];
    measure(all, seed);
    struct table table;
    table_init(&table, sizeof heads / sizeof *heads, heads);
    for (size_t k = 2; k < 8; k++)
        table.right[k] = true;
    struct summary s = fill(&table, all);
    print(&table, &s, seed, TABLE_TEXT, stdout);
    if (file)
        print(&table, &s, seed, TABLE_MD, file);
    fprintf(stderr, "%.0f s\n", omp_get_wtime() - start);
    bool failed = s.failed > 0 || table.failed;
    if (file && fclose(file) != 0)
        failed = true;
    table_free(&table);
    for (size_t k = 0; k < CASES; k++)
        limits_free(&all[k]);
    return failed;
}
