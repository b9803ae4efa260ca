/* How time and memory grow with people, ties, weeks, replicates and threads, and what a continent
 * would take.
 *
 *     scaling [MOST] [THREADS]     most inhabitants, 4,800,000 by default; most threads: all
 *
 * Towns up to 50,000 inhabitants are one municipality, larger countries are made of municipalities
 * of 50,000.  Every trial runs in a process of its own, whose peak of memory is its own; the trials
 * of a table run in turn, three rounds of them, and medians count.  An exponent b of y = a x^b is
 * that of least squares on logarithms, with its standard error: 1 is growth in proportion. */
#include <gsl/gsl_fit.h>
#include <math.h>
#include <omp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/coproduction.h"
#include "sim/scenario.h"
#include "sim/table.h"
#include "tests/bench/measure.h"

enum { ROUNDS = 3, LARGEST = 50000, MOST_TRIALS = 10 };
enum { YEAR = 52 }; /* weeks: with all that happens once in one */

static const double BYTES_A_MEBIBYTE = 1048576;

struct trial {
    unsigned inhabitants;
    double degree; /* friends */
    unsigned weeks, replicates;
    int threads; /* side by side when there are several replicates, else inside of one */
};

/* What a trial took; seconds are of the processor where nothing else is said. */
struct outcome {
    double citizens, ties; /* of a replicate */
    double build, weeks;   /* seconds; of several replicates all is in `weeks` */
    double build_wall, weeks_wall;
    double peak; /* bytes of the process beyond those that it began with */
    bool done;
};

/* --- one trial --------------------------------------------------------------------------------
 */

static enum status read_country(struct scenario *s, const struct trial *trial, struct error *e)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return error_add(e, STATUS_FAILED, "memory is short: for a scenario");
    unsigned count = trial->inhabitants > LARGEST ? trial->inhabitants / LARGEST : 1;
    fprintf(out, "network.degree: %g\nmunicipalities:\n", trial->degree);
    for (unsigned k = 0; k < count; k++)
        fprintf(out, "  - name: Place %u\n    population: {inhabitants: %u}\n", k + 1,
                trial->inhabitants / count);
    fclose(out);
    enum status status =
        scenario_parse(s, &coproduction, text, length, "benchmark", NULL, NULL, 0, NULL, 0, e);
    free(text);
    return status;
}

static enum status run_world(struct outcome *outcome, const struct scenario *s, uint32_t replicate,
                             const struct trial *trial, int threads, struct error *e)
{
    struct world *w = NULL;
    double processor = processor_seconds(), wall = seconds();
    enum status status = world_open(&w, &coproduction, s, replicate, threads, e);
    outcome->build = processor_seconds() - processor;
    outcome->build_wall = seconds() - wall;
    processor = processor_seconds();
    wall = seconds();
    for (unsigned week = 0; !status && week < trial->weeks; week++)
        world_step(w);
    outcome->weeks = processor_seconds() - processor;
    outcome->weeks_wall = seconds() - wall;
    if (!status)
        outcome->ties = (double)w->ties.ties;
    world_close(w);
    return status;
}

/* Several replicates, side by side; what they took is not taken apart. */
static enum status run_worlds(struct outcome *outcome, const struct scenario *s,
                              const struct trial *trial, struct error *e)
{
    enum status worst = STATUS_DONE;
    double processor = processor_seconds(), wall = seconds();
#pragma omp parallel for schedule(dynamic, 1) num_threads(trial->threads)
    for (unsigned i = 0; i < trial->replicates; i++) {
        struct error mine = {0};
        struct outcome its;
        enum status status = run_world(&its, s, i, trial, 1, &mine);
#pragma omp critical(scaling)
        if (status)
            worst = error_add(e, status, "%s", error_text(&mine));
        error_free(&mine);
    }
    outcome->weeks = processor_seconds() - processor;
    outcome->weeks_wall = seconds() - wall;
    return worst;
}

static enum status measure_here(struct outcome *outcome, const struct trial *trial, struct error *e)
{
    struct scenario s;
    double before = peak_mebibytes();
    enum status status = read_country(&s, trial, e);
    if (status)
        return status;
    outcome->citizens = (double)coproduction.persons(&s);
    status = trial->replicates == 1 ? run_world(outcome, &s, 0, trial, trial->threads, e)
                                    : run_worlds(outcome, &s, trial, e);
    outcome->peak = (peak_mebibytes() - before) * BYTES_A_MEBIBYTE;
    outcome->done = status == STATUS_DONE;
    scenario_free(&s);
    return status;
}

/* In a process of its own. */
static struct outcome measure(const struct trial *trial)
{
    struct outcome outcome = {0};
    int ends[2];
    if (pipe(ends) != 0)
        return outcome;
    pid_t child = fork();
    if (child == 0) {
        struct error e = {0};
        close(ends[0]);
        if (measure_here(&outcome, trial, &e))
            fputs(error_text(&e), stderr);
        error_free(&e);
        _exit(write(ends[1], &outcome, sizeof outcome) == sizeof outcome ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &outcome, sizeof outcome) != sizeof outcome)
        outcome.done = false;
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    return outcome;
}

/* The medians of what each trial took. */
static bool measure_all(const struct trial *trials, size_t count, struct outcome *outcomes)
{
    static const size_t parts[] = {offsetof(struct outcome, build), offsetof(struct outcome, weeks),
                                   offsetof(struct outcome, build_wall),
                                   offsetof(struct outcome, weeks_wall),
                                   offsetof(struct outcome, peak)};
    struct outcome all[MOST_TRIALS][ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t k = 0; k < count; k++) {
            all[k][round] = measure(&trials[k]);
            if (!all[k][round].done)
                return false;
        }
    for (size_t k = 0; k < count; k++) {
        outcomes[k] = all[k][0];
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            double values[ROUNDS], middle;
            for (size_t round = 0; round < ROUNDS; round++)
                memcpy(&values[round], (char *)&all[k][round] + parts[p], sizeof *values);
            middle = median(values, ROUNDS);
            memcpy((char *)&outcomes[k] + parts[p], &middle, sizeof middle);
        }
    }
    return true;
}

/* --- fits --------------------------------------------------------------------------------------
 */

struct line {
    double at_zero, slope, slope_error;
};

static struct line fit(const double *x, const double *y, size_t count)
{
    struct line line;
    double cov00, cov01, cov11, squares;
    gsl_fit_linear(x, 1, y, 1, count, &line.at_zero, &line.slope, &cov00, &cov01, &cov11, &squares);
    line.slope_error = sqrt(cov11);
    return line;
}

/* The exponent of y = a x^b. */
static struct line fit_exponent(const double *x, const double *y, size_t count)
{
    double log_x[MOST_TRIALS], log_y[MOST_TRIALS];
    for (size_t k = 0; k < count; k++) {
        log_x[k] = log(x[k]);
        log_y[k] = log(y[k]);
    }
    return fit(log_x, log_y, count);
}

/* The share s of the work that more threads do not shorten: T(n) / T(1) = s + (1 - s) / n (Amdahl
 * 1967), by least squares through (1, 1). */
static double fit_serial(const double *threads, const double *wall, size_t count)
{
    double products = 0, squares = 0;
    for (size_t k = 1; k < count; k++) {
        double kept = 1 - 1 / threads[k];
        products += kept * (wall[k] / wall[0] - 1 / threads[k]);
        squares += kept * kept;
    }
    return products / squares;
}

static void print_exponent(const char *what, const double *x, const double *y, size_t count)
{
    struct line line = fit_exponent(x, y, count);
    printf("%s grows with exponent %.3f (standard error %.3f)\n", what, line.slope,
           line.slope_error);
}

/* --- tables ------------------------------------------------------------------------------------
 */

static void begin_table(struct table *t, const char *title, const char *const *heads, size_t count)
{
    printf("\n%s\n", title);
    table_init(t, count, heads);
    for (size_t k = 0; k < count; k++)
        t->right[k] = true;
}

static void end_table(struct table *t)
{
    table_print(t, TABLE_TEXT, stdout);
    table_free(t);
}

/* What the next larger thing is told from. */
struct country {
    double bytes;   /* a citizen */
    double seconds; /* of the processor a citizen-week, in the largest */
    double share;   /* citizens an inhabitant */
};

static bool over_people(unsigned most, struct country *country)
{
    static const unsigned inhabitants[] = {6064,   12128,  24256,   50000,  100000,
                                           200000, 400000, 1200000, 4800000};
    static const char *const heads[] = {"citizens",       "ties",       "building, s",
                                        "us a citizen",   "a week, ms", "ns a citizen-week",
                                        "peak, a citizen"};
    enum { SIZES = sizeof inhabitants / sizeof *inhabitants };
    struct trial trials[SIZES] = {0};
    struct outcome outcomes[SIZES];
    double n[SIZES], build[SIZES], week[SIZES], peak[SIZES];
    size_t count = 0;
    for (; count < SIZES && inhabitants[count] <= most; count++)
        trials[count] = (struct trial){inhabitants[count], 8, YEAR, 1, 1};
    if (!measure_all(trials, count, outcomes))
        return false;
    struct table t;
    begin_table(&t, "people: one thread, 52 weeks, 8 friends each", heads,
                sizeof heads / sizeof *heads);
    for (size_t k = 0; k < count; k++) {
        const struct outcome *o = &outcomes[k];
        n[k] = o->citizens;
        build[k] = o->build;
        week[k] = o->weeks / YEAR;
        peak[k] = o->peak;
        table_add(&t, "%.0f", n[k]);
        table_add(&t, "%.0f", o->ties);
        table_add(&t, "%.3f", build[k]);
        table_add(&t, "%.2f", 1e6 * build[k] / n[k]);
        table_add(&t, "%.3f", 1e3 * week[k]);
        table_add(&t, "%.1f", 1e9 * week[k] / n[k]);
        table_add(&t, "%.0f", peak[k] / n[k]);
    }
    end_table(&t);
    print_exponent("building", n, build, count);
    print_exponent("a week", n, week, count);
    printf("a citizen-week costs %.2f times as much in the largest as in the smallest\n",
           week[count - 1] / n[count - 1] / (week[0] / n[0]));
    struct line memory = fit(n, peak, count);
    printf("memory is %.1f MiB and %.0f bytes a citizen (standard error %.1f)\n",
           memory.at_zero / BYTES_A_MEBIBYTE, memory.slope, memory.slope_error);
    country->bytes = memory.slope;
    country->seconds = week[count - 1] / n[count - 1];
    country->share = n[count - 1] / trials[count - 1].inhabitants;
    return true;
}

static bool over_ties(void)
{
    static const double degrees[] = {0, 2, 4, 8, 16, 32};
    static const char *const heads[] = {"friends", "ties", "building, s", "a week, ms",
                                        "peak, MiB"};
    enum { COUNT = sizeof degrees / sizeof *degrees };
    struct trial trials[COUNT];
    struct outcome outcomes[COUNT];
    double ties[COUNT], build[COUNT], week[COUNT], peak[COUNT];
    for (size_t k = 0; k < COUNT; k++)
        trials[k] = (struct trial){LARGEST, degrees[k], YEAR, 1, 1};
    if (!measure_all(trials, COUNT, outcomes))
        return false;
    struct table t;
    begin_table(&t, "ties: a municipality of 50,000 inhabitants, one thread, 52 weeks", heads,
                sizeof heads / sizeof *heads);
    for (size_t k = 0; k < COUNT; k++) {
        ties[k] = outcomes[k].ties;
        build[k] = outcomes[k].build;
        week[k] = outcomes[k].weeks / YEAR;
        peak[k] = outcomes[k].peak;
        table_add(&t, "%g", degrees[k]);
        table_add(&t, "%.0f", ties[k]);
        table_add(&t, "%.3f", build[k]);
        table_add(&t, "%.3f", 1e3 * week[k]);
        table_add(&t, "%.1f", peak[k] / BYTES_A_MEBIBYTE);
    }
    end_table(&t);
    struct line of_build = fit(ties, build, COUNT), of_week = fit(ties, week, COUNT),
                of_peak = fit(ties, peak, COUNT);
    printf("a tie adds %.0f ns (standard error %.0f) to building, %.2f ns (%.2f) to a week and "
           "%.1f bytes (%.1f) at the peak;\nwithout any, a week takes %.3f ms\n",
           1e9 * of_build.slope, 1e9 * of_build.slope_error, 1e9 * of_week.slope,
           1e9 * of_week.slope_error, of_peak.slope, of_peak.slope_error, 1e3 * of_week.at_zero);
    return true;
}

static bool over_weeks(void)
{
    static const unsigned weeks[] = {26, 52, 104, 260, 520, 1040};
    static const char *const heads[] = {"weeks", "all weeks, s", "a week, ms", "peak, MiB"};
    enum { COUNT = sizeof weeks / sizeof *weeks };
    struct trial trials[COUNT];
    struct outcome outcomes[COUNT];
    double x[COUNT], y[COUNT];
    for (size_t k = 0; k < COUNT; k++)
        trials[k] = (struct trial){12128, 8, weeks[k], 1, 1};
    if (!measure_all(trials, COUNT, outcomes))
        return false;
    struct table t;
    begin_table(&t, "weeks: a town of 12,128 inhabitants, one thread", heads,
                sizeof heads / sizeof *heads);
    for (size_t k = 0; k < COUNT; k++) {
        x[k] = weeks[k];
        y[k] = outcomes[k].weeks;
        table_add(&t, "%u", weeks[k]);
        table_add(&t, "%.3f", y[k]);
        table_add(&t, "%.3f", 1e3 * y[k] / x[k]);
        table_add(&t, "%.1f", outcomes[k].peak / BYTES_A_MEBIBYTE);
    }
    end_table(&t);
    print_exponent("the time of all weeks", x, y, COUNT);
    return true;
}

static bool over_replicates(int threads)
{
    static const unsigned replicates[] = {2, 4, 8, 16, 32, 64};
    static const char *const heads[] = {"replicates", "processor, s", "wall clock, s",
                                        "runs a minute", "peak, MiB"};
    enum { COUNT = sizeof replicates / sizeof *replicates };
    struct trial trials[COUNT];
    struct outcome outcomes[COUNT];
    double x[COUNT], y[COUNT];
    char title[128];
    for (size_t k = 0; k < COUNT; k++)
        trials[k] = (struct trial){6064, 8, 2 * YEAR, replicates[k], threads};
    if (!measure_all(trials, COUNT, outcomes))
        return false;
    struct table t;
    snprintf(title, sizeof title,
             "replicates: a town of 6,064 inhabitants, 104 weeks, %d side by side", threads);
    begin_table(&t, title, heads, sizeof heads / sizeof *heads);
    for (size_t k = 0; k < COUNT; k++) {
        const struct outcome *o = &outcomes[k];
        double wall = o->weeks_wall;
        x[k] = replicates[k];
        y[k] = o->weeks;
        table_add(&t, "%u", replicates[k]);
        table_add(&t, "%.3f", y[k]);
        table_add(&t, "%.3f", wall);
        table_add(&t, "%.0f", 60 * x[k] / wall);
        table_add(&t, "%.1f", o->peak / BYTES_A_MEBIBYTE);
    }
    end_table(&t);
    print_exponent("processor time", x, y, COUNT);
    return true;
}

/* Of one size: how weeks get shorter, and the share that does not. */
static bool over_threads(unsigned inhabitants, unsigned weeks, int most)
{
    static const char *const heads[] = {"threads", "building, s", "a week, ms", "over one",
                                        "processor, ms a week"};
    struct trial trials[MOST_TRIALS] = {0};
    struct outcome outcomes[MOST_TRIALS];
    double threads[MOST_TRIALS], wall[MOST_TRIALS];
    size_t count = 0;
    char title[128];
    for (int n = 1; n <= most && count < MOST_TRIALS; n *= 2)
        trials[count++] = (struct trial){inhabitants, 8, weeks, 1, n};
    if (!measure_all(trials, count, outcomes))
        return false;
    struct table t;
    snprintf(title, sizeof title, "threads: %u inhabitants, %u weeks", inhabitants, weeks);
    begin_table(&t, title, heads, sizeof heads / sizeof *heads);
    for (size_t k = 0; k < count; k++) {
        const struct outcome *o = &outcomes[k];
        threads[k] = trials[k].threads;
        wall[k] = o->weeks_wall;
        table_add(&t, "%d", trials[k].threads);
        table_add(&t, "%.3f", o->build_wall);
        table_add(&t, "%.3f", 1e3 * o->weeks_wall / weeks);
        table_add(&t, "%.2f", wall[0] / wall[k]);
        table_add(&t, "%.3f", 1e3 * o->weeks / weeks);
    }
    end_table(&t);
    if (count > 1)
        printf("T(n) / T(1) = s + (1 - s) / n with s = %.3f\n", fit_serial(threads, wall, count));
    return true;
}

/* The European Union's 450 million for ten years, on nodes of a common size, a rank a core: so a
 * rank has no more citizens than the largest country above. */
static void print_continent(const struct country *c)
{
    enum { CORES = 128, GIBIBYTES = 512, WEEKS = 520 };
    static const double inhabitants = 450e6;
    static const double dear = 1.5; /* ranks wait for each other and share a bandwidth: assumed */
    const double citizens = inhabitants * c->share;
    const double work = citizens * WEEKS * c->seconds * dear;
    const double memory = citizens * c->bytes / (1024 * BYTES_A_MEBIBYTE);
    printf("\nthe European Union: %.0f million inhabitants, %.0f million citizens, %d weeks\n"
           "memory %.0f GiB; work %.0f core-hours, if a citizen-week costs %g times that of the "
           "largest country\nabove because ranks wait for each other and share a bandwidth\n",
           inhabitants / 1e6, citizens / 1e6, WEEKS, memory, work / 3600, dear);
    for (int nodes = 1; nodes <= 16; nodes *= 4)
        printf("%2d nodes of %d cores and %d GiB: %.1f minutes of computing, %.0f %% of memory\n",
               nodes, CORES, GIBIBYTES, work / 60 / nodes / CORES,
               100 * memory / nodes / GIBIBYTES);
}

int main(int count, char **words)
{
    unsigned most = count > 1 ? (unsigned)atoi(words[1]) : 4800000;
    int threads = count > 2 ? atoi(words[2]) : omp_get_num_procs();
    struct country country;
    if (most < 200000 || threads < 1) {
        fprintf(stderr, "usage: %s [MOST, at least 200000] [THREADS]\n", words[0]);
        return 1;
    }
    print_machine();
    if (!over_people(most, &country) || !over_ties() || !over_weeks() ||
        !over_replicates(threads) || !over_threads(6064, 10 * YEAR, threads) ||
        !over_threads(LARGEST, 2 * YEAR, threads) || !over_threads(400000, YEAR, threads))
        return 1;
    print_continent(&country);
    return 0;
}
