/* How time and memory grow with people: from a town of 5,000 to a country of a million adults.
 *
 *     scaling [MOST] [THREADS]          most inhabitants, 1,200,000 by default; 1 thread
 *
 * Towns up to 50,000 inhabitants are one municipality, larger countries are made of municipalities
 * of 50,000.  Each size runs three times, the sizes in turn; least squares on logarithms of the
 * medians give the exponent b of y = a n^b: 1 is growth in proportion. */
#include <math.h>

#include "models/coproduction.h"
#include "sim/scenario.h"
#include "sim/table.h"
#include "tests/bench/measure.h"

enum { ROUNDS = 3, LARGEST = 50000, WEEKS = 52 }; /* a year: with all that happens once in one */

static const unsigned inhabitants[] = {6064, 12128, 24256, 50000, 100000, 200000, 400000, 1200000};
enum { SIZES = sizeof inhabitants / sizeof *inhabitants };

struct size {
    double citizens, ties, peak;        /* in MiB, of the process */
    double build[ROUNDS], week[ROUNDS]; /* processor seconds */
    double wall[ROUNDS];                /* of a week */
};

static enum status read_country(struct scenario *s, unsigned people, struct error *e)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return error_add(e, STATUS_FAILED, "memory is short: for a scenario");
    fputs("municipalities:\n", out);
    unsigned count = people > LARGEST ? people / LARGEST : 1;
    for (unsigned k = 0; k < count; k++)
        fprintf(out, "  - name: Place %u\n    population: {inhabitants: %u}\n", k + 1,
                people / count);
    fclose(out);
    enum status status =
        scenario_parse(s, &coproduction, text, length, "benchmark", NULL, NULL, 0, NULL, 0, e);
    free(text);
    return status;
}

static enum status run(struct size *size, unsigned people, int threads, size_t round,
                       struct error *e)
{
    struct scenario s;
    struct world *w = NULL;
    enum status status = read_country(&s, people, e);
    double start = processor_seconds();
    if (!status)
        status = world_open(&w, &coproduction, &s, 0, threads, e);
    if (!status) {
        size->citizens = (double)coproduction.persons(&s);
        size->ties = (double)w->ties.ties;
        size->build[round] = processor_seconds() - start;
        double wall = seconds();
        start = processor_seconds();
        for (uint32_t week = 0; week < WEEKS; week++)
            world_step(w);
        size->week[round] = (processor_seconds() - start) / WEEKS;
        size->wall[round] = (seconds() - wall) / WEEKS;
        if (round == 0) /* the sizes rise, and so does the peak */
            size->peak = peak_mebibytes();
    }
    world_close(w);
    scenario_free(&s);
    return status;
}

/* The exponent of y = a n^b by least squares on logarithms. */
static double exponent(const double *n, const double *y, size_t count)
{
    double mean_x = 0, mean_y = 0, products = 0, squares = 0;
    for (size_t k = 0; k < count; k++) {
        mean_x += log(n[k]) / (double)count;
        mean_y += log(y[k]) / (double)count;
    }
    for (size_t k = 0; k < count; k++) {
        products += (log(n[k]) - mean_x) * (log(y[k]) - mean_y);
        squares += (log(n[k]) - mean_x) * (log(n[k]) - mean_x);
    }
    return products / squares;
}

static void print_sizes(struct size *sizes, size_t count, int threads, double base)
{
    static const char *const heads[] = {
        "citizens",          "ties",           "building, s",          "us a citizen", "a week, ms",
        "ns a citizen-week", "wall clock, ms", "peak, bytes a citizen"};
    struct table table;
    double n[SIZES], build[SIZES], week[SIZES];
    table_init(&table, sizeof heads / sizeof *heads, heads);
    for (size_t k = 0; k < table.columns; k++)
        table.right[k] = true;
    for (size_t k = 0; k < count; k++) {
        n[k] = sizes[k].citizens;
        build[k] = median(sizes[k].build, ROUNDS);
        week[k] = median(sizes[k].week, ROUNDS);
        table_add(&table, "%.0f", n[k]);
        table_add(&table, "%.0f", sizes[k].ties);
        table_add(&table, "%.3f", build[k]);
        table_add(&table, "%.2f", 1e6 * build[k] / n[k]);
        table_add(&table, "%.3f", 1e3 * week[k]);
        table_add(&table, "%.1f", 1e9 * week[k] / n[k]);
        table_add(&table, "%.3f", 1e3 * median(sizes[k].wall, ROUNDS));
        table_add(&table, "%.0f", (sizes[k].peak - base) * 1048576 / n[k]);
    }
    printf("%d thread%s, %d weeks, processor time, medians of %d\n", threads,
           threads > 1 ? "s" : "", WEEKS, ROUNDS);
    table_print(&table, TABLE_TEXT, stdout);
    table_free(&table);
    printf("exponents over people: building %.3f, a week %.3f\n", exponent(n, build, count),
           exponent(n, week, count));
    printf("growth of a citizen-week from the smallest to the largest: %.2f\n",
           week[count - 1] / n[count - 1] / (week[0] / n[0]));
}

int main(int count, char **words)
{
    unsigned most = count > 1 ? (unsigned)atoi(words[1]) : inhabitants[SIZES - 1];
    int threads = count > 2 ? atoi(words[2]) : 1;
    struct size sizes[SIZES];
    struct error e = {0};
    size_t used = 0;
    while (used < SIZES && inhabitants[used] <= most)
        used++;
    if (used < 2 || threads < 1) {
        fprintf(stderr, "usage: %s [MOST, at least %u] [THREADS]\n", words[0], inhabitants[1]);
        return 1;
    }
    print_machine();
    double base = peak_mebibytes();
    enum status status = STATUS_DONE;
    for (size_t round = 0; round < ROUNDS && !status; round++)
        for (size_t k = 0; k < used && !status; k++)
            status = run(&sizes[k], inhabitants[k], threads, round, &e);
    if (!status)
        print_sizes(sizes, used, threads, base);
    fputs(error_text(&e), stderr);
    error_free(&e);
    return status != STATUS_DONE;
}
