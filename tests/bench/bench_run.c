/* Speed and memory of a run: citizen-weeks a second at one and more threads, seconds of building,
 * bytes a citizen, and what each mechanism of the weekly order takes.
 *
 *     bench_run [THREADS]             the most threads to measure; 2 by default
 *
 * Runs that are compared alternate, and medians stand for them, so that a machine that is busy for
 * a while harms both alike.  Figures are those of this machine, of which the first lines tell. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "models/coproduction.h"
#include "sim/scenario.h"
#include "sim/table.h"
#include "sim/version.h"

enum { RUNS = 5, THREADS_MOST = 64, WARM_UP = 26, PROFILE_WEEKS = 104 };

struct town_size {
    const char *what, *inhabitants;
    uint32_t weeks;
};
static const struct town_size sizes[] = {
    {"municipality X", "50000", 104},
    {"a town of 5,000 adults", "6064", 520},
};
enum { SIZES = sizeof sizes / sizeof *sizes };

static double seconds_by(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double seconds(void)
{
    return seconds_by(CLOCK_MONOTONIC);
}

/* Of all threads; what others do on the machine does not count. */
static double processor_seconds(void)
{
    return seconds_by(CLOCK_PROCESS_CPUTIME_ID);
}

static double peak_mebibytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts `x`. */
static double median(double *x, size_t count)
{
    qsort(x, count, sizeof *x, by_value);
    return count % 2 ? x[count / 2] : (x[count / 2 - 1] + x[count / 2]) / 2;
}

/* --- the machine -------------------------------------------------------------------------------
 */

static void print_processor(void)
{
    FILE *info = fopen("/proc/cpuinfo", "r");
    char line[512] = "", name[512] = "unknown";
    while (info && fgets(line, sizeof line, info))
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':')) {
            snprintf(name, sizeof name, "%s", strchr(line, ':') + 2);
            name[strcspn(name, "\n")] = '\0';
            break;
        }
    if (info)
        fclose(info);
    printf("processor  %s\n", name);
}

static void print_machine(void)
{
    char day[32] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(day, sizeof day, "%Y-%m-%d", &utc);
    print_processor();
#ifdef __clang__
    printf("compiler   clang %s\n", __clang_version__);
#else
    printf("compiler   gcc %s\n", __VERSION__);
#endif
    printf("samskab    %s %s, %s\n\n", version_number, version_commit, day);
}

/* --- speed -------------------------------------------------------------------------------------
 */

struct timing {
    double build[RUNS], step[RUNS], processor[RUNS];
};

static enum status read_size(struct scenario *s, const struct town_size *size, struct error *e)
{
    const struct setting settings[] = {
        {"population.inhabitants", size->inhabitants, "the benchmark"}};
    return scenario_parse(s, &coproduction, "", 0, "benchmark", NULL, NULL, 0, settings, 1, e);
}

static enum status time_one(const struct scenario *s, uint32_t weeks, int threads,
                            struct timing *timing, size_t run, struct error *e)
{
    struct world *w = NULL;
    double start = seconds();
    enum status status = world_open(&w, &coproduction, s, 0, threads, e);
    if (status)
        return status;
    double built = seconds(), processor = processor_seconds();
    for (uint32_t week = 0; week < weeks; week++)
        world_step(w);
    timing->build[run] = built - start;
    timing->step[run] = seconds() - built;
    timing->processor[run] = processor_seconds() - processor;
    world_close(w);
    return STATUS_DONE;
}

static void add_speed(struct table *table, const struct town_size *size, uint64_t citizens,
                      int threads, struct timing *t, double *first_rate)
{
    double rate = (double)citizens * size->weeks / median(t->step, RUNS);
    if (threads == 1)
        *first_rate = rate;
    table_add(table, "%s", size->what);
    table_add(table, "%llu", (unsigned long long)citizens);
    table_add(table, "%u", size->weeks);
    table_add(table, "%d", threads);
    table_add(table, "%.2f", rate / 1e6);
    table_add(table, "%.2f", (double)citizens * size->weeks / t->step[0] / 1e6);
    table_add(table, "%.2f", (double)citizens * size->weeks / median(t->processor, RUNS) / 1e6);
    table_add(table, "%.2f", rate / *first_rate);
    table_add(table, "%.3f", median(t->build, RUNS));
}

static enum status speed_of(struct table *table, const struct town_size *size, int most,
                            struct error *e)
{
    struct timing timings[THREADS_MOST + 1];
    struct scenario s;
    enum status status = read_size(&s, size, e);
    for (size_t k = 0; k < RUNS && !status; k++)
        for (int threads = 1; threads <= most && !status; threads *= 2)
            status = time_one(&s, size->weeks, threads, &timings[threads], k, e);
    double first_rate = 0;
    for (int threads = 1; threads <= most && !status; threads *= 2)
        add_speed(table, size, coproduction.persons(&s), threads, &timings[threads], &first_rate);
    scenario_free(&s);
    return status;
}

static const char *const speed_heads[] = {
    "millions of citizen-weeks", "citizens", "weeks",      "threads", "a second", "best of 5",
    "a processor second",        "over one", "building, s"};

static enum status speed(int most, struct error *e)
{
    struct table table;
    table_init(&table, sizeof speed_heads / sizeof *speed_heads, speed_heads);
    for (size_t k = 1; k < table.columns; k++)
        table.right[k] = true;
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < SIZES && !status; k++)
        status = speed_of(&table, &sizes[k], most, e);
    if (!status)
        table_print(&table, TABLE_TEXT, stdout);
    table_free(&table);
    return status;
}

/* --- memory ------------------------------------------------------------------------------------
 */

static enum status memory(const struct scenario *s, struct error *e)
{
    double before = peak_mebibytes();
    struct world *w = NULL;
    enum status status = world_open(&w, &coproduction, s, 0, 1, e);
    if (status)
        return status;
    double citizens = (double)coproduction.persons(s);
    double built = peak_mebibytes();
    world_step(w);
    printf("memory of %s: %.0f bytes a citizen in columns, %.0f in ties;\n", sizes[0].what,
           (double)columns_bytes(&coproduction, w) / citizens,
           (double)network_bytes(&w->ties) / citizens);
    printf("peak of the process %.1f MiB before, %.1f MiB after building, %.1f MiB after a week: "
           "%.0f bytes a citizen\n\n",
           before, built, peak_mebibytes(), (peak_mebibytes() - before) * 1048576 / citizens);
    world_close(w);
    return STATUS_DONE;
}

/* --- what each mechanism takes -----------------------------------------------------------------
 */

struct cost {
    const struct mechanism *mechanism;
    double seconds;
};

static int by_cost(const void *a, const void *b)
{
    return -by_value(&((const struct cost *)a)->seconds, &((const struct cost *)b)->seconds);
}

/* One week by hand: each mechanism over all its cells before the next one. */
static void step_by_hand(struct world *w, struct cost *costs)
{
    const struct model *m = w->model;
    for (size_t k = 0; k < m->schedule_count; k++) {
        const struct mechanism *mechanism = m->schedule[k];
        if (!mechanism_due(mechanism, w->week))
            continue;
        size_t cells = m->cells(w, mechanism->cells);
        double start = processor_seconds();
        for (size_t cell = 0; cell < cells; cell++)
            mechanism->run(w, cell);
        costs[k].seconds += processor_seconds() - start;
    }
    w->week++;
}

static void print_costs(struct cost *costs, size_t count, double citizen_weeks,
                        double volunteer_weeks)
{
    static const char *const heads[] = {"mechanism", "cells", "share of time, %",
                                        "ns a citizen-week", "ns a co-producer-week"};
    struct table table;
    double all = 0;
    for (size_t k = 0; k < count; k++)
        all += costs[k].seconds;
    qsort(costs, count, sizeof *costs, by_cost);
    table_init(&table, sizeof heads / sizeof *heads, heads);
    for (size_t k = 2; k < table.columns; k++)
        table.right[k] = true;
    for (size_t k = 0; k <= count; k++) {
        double took = k < count ? costs[k].seconds : all;
        table_add(&table, "%s", k < count ? costs[k].mechanism->name : "all");
        table_add(&table, "%s",
                  k < count ? coproduction.cell_kinds[costs[k].mechanism->cells] : "");
        table_add(&table, "%.1f", 100 * took / all);
        table_add(&table, "%.2f", 1e9 * took / citizen_weeks);
        table_add(&table, "%.1f", 1e9 * took / volunteer_weeks);
    }
    table_print(&table, TABLE_TEXT, stdout);
    table_free(&table);
}

static size_t coproducers_at(const struct world *w)
{
    for (size_t k = 0; k < w->model->observable_count; k++)
        if (strcmp(w->model->observables[k].name, "coproducers") == 0)
            return (size_t)w->observed[k];
    return 0;
}

/* By hand the bits must be those of the engine, or the times would be of something else. */
static enum status profile(const struct scenario *s, struct error *e)
{
    struct world *hand = NULL, *engine = NULL;
    struct cost *costs = calloc(coproduction.schedule_count, sizeof *costs);
    enum status status =
        costs ? world_open(&hand, &coproduction, s, 0, 1, e)
              : error_add(e, STATUS_FAILED, "memory is short: for the times of mechanisms");
    if (!status)
        status = world_open(&engine, &coproduction, s, 0, 1, e);
    double volunteer_weeks = 0;
    for (uint32_t week = 0; week < WARM_UP + PROFILE_WEEKS && !status; week++) {
        if (week == WARM_UP)
            for (size_t k = 0; k < coproduction.schedule_count; k++)
                costs[k] = (struct cost){coproduction.schedule[k], 0};
        step_by_hand(hand, costs);
        world_step(engine);
        volunteer_weeks += week >= WARM_UP ? (double)coproducers_at(hand) : 0;
    }
    if (!status && world_digest(hand) != world_digest(engine))
        status = error_add(e, STATUS_FAILED, "the weeks by hand differ from those of the engine");
    if (!status) {
        printf("\nmechanism by mechanism (%s, one thread, weeks %d to %d, processor time):\n",
               sizes[0].what, WARM_UP + 1, WARM_UP + PROFILE_WEEKS);
        print_costs(costs, coproduction.schedule_count,
                    (double)coproduction.persons(s) * PROFILE_WEEKS, volunteer_weeks);
    }
    world_close(engine);
    world_close(hand);
    free(costs);
    return status;
}

int main(int argc, char **argv)
{
    struct error e = {0};
    int most = argc > 1 ? atoi(argv[1]) : 2;
    if (argc > 2 || most < 1 || most > THREADS_MOST) {
        fprintf(stderr, "usage: %s [THREADS], from 1 to %d\n", argv[0], THREADS_MOST);
        return 1;
    }
    print_machine();
    struct scenario s;
    enum status status = read_size(&s, &sizes[0], &e);
    if (!status)
        status = memory(&s, &e);
    if (!status)
        status = speed(most, &e);
    if (!status)
        status = profile(&s, &e);
    scenario_free(&s);
    fputs(error_text(&e), stderr);
    error_free(&e);
    return status != STATUS_DONE;
}
