/* Speed and memory of a run: citizen-weeks a second at one and more threads, seconds of building,
 * bytes a citizen, and what each mechanism of the weekly order takes.
 *
 *     bench_run [THREADS]             the most threads to measure; 2 by default
 *
 * Runs that are compared alternate, and medians stand for them, so that a machine that is busy for
 * a while harms both alike.  Figures are those of this machine, of which the first lines tell. */
#include <stdint.h>

#include "models/coproduction.h"
#include "models/town.h"
#include "sim/scenario.h"
#include "sim/table.h"
#include "tests/bench/measure.h"

enum { RUNS = 5, THREADS_MOST = 64, WARM_UP = 26, PROFILE_WEEKS = 104 };
enum { STREAMED = 1 << 24 }; /* floats in each of three columns, far more than caches hold */

struct town_size {
    const char *what, *inhabitants;
    uint32_t weeks;
};
static const struct town_size sizes[] = {
    {"municipality X", "50000", 104},
    {"a town of 5,000 adults", "6064", 520},
};
enum { SIZES = sizeof sizes / sizeof *sizes };

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

/* Rows of an entity in use now. */
static size_t rows_of(const struct world *w, size_t entity)
{
    size_t rows;
    memcpy(&rows, (const char *)w + w->model->entities[entity].count, sizeof rows);
    return rows;
}

/* Of the rows in use: room for rows that nobody has takes addresses, and no memory. */
static double used_bytes(const struct world *w)
{
    double bytes = 0;
    for (size_t k = 0; k < w->model->column_count; k++) {
        const struct column *c = &w->model->columns[k];
        size_t arrays = c->next == COLUMN_NONE ? 1 : 2;
        bytes += (double)(arrays * column_width(c->type) * rows_of(w, c->entity));
    }
    return bytes;
}

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
    double after = peak_mebibytes();
    printf("memory of %s: room for %.0f bytes a citizen in columns, %.0f of them used in a week,\n"
           "%.0f in ties;\n",
           sizes[0].what, (double)columns_bytes(&coproduction, w) / citizens,
           used_bytes(w) / citizens, (double)network_bytes(&w->ties) / citizens);
    printf("peak of the process %.1f MiB before, %.1f MiB after building, %.1f MiB after a week: "
           "%.0f bytes a citizen\n\n",
           before, built, after, (after - before) * 1048576 / citizens);
    world_close(w);
    return STATUS_DONE;
}

/* --- what each mechanism takes -----------------------------------------------------------------
 */

/* Bytes a second that one thread moves in a plain loop over columns larger than caches. */
static double bandwidth(void)
{
    float *a = malloc(STREAMED * sizeof *a), *b = malloc(STREAMED * sizeof *b);
    float *c = malloc(STREAMED * sizeof *c);
    double best = 0;
    for (size_t k = 0; a && b && c && k < STREAMED; k++)
        a[k] = b[k] = c[k] = (float)k;
    for (size_t run = 0; a && b && c && run < RUNS; run++) {
        double start = processor_seconds();
        for (size_t k = 0; k < STREAMED; k++)
            a[k] = b[k] + 0.5f * c[k];
        double rate = 3. * STREAMED * sizeof *a / (processor_seconds() - start);
        best = a[run] >= 0 && rate > best ? rate : best;
    }
    free(a);
    free(b);
    free(c);
    return best;
}

struct cost {
    const struct mechanism *mechanism;
    double seconds;
    double bytes;
};

static int by_cost(const void *a, const void *b)
{
    return -by_value(&((const struct cost *)a)->seconds, &((const struct cost *)b)->seconds);
}

/* What a mechanism must move this week at least: each column that it reads and each that it writes,
 * once.  Over sites, only those of the citizens who co-produce there. */
static double bytes_moved(const struct world *w, const struct mechanism *mechanism)
{
    const column_id *const lists[] = {mechanism->reads, mechanism->writes};
    double bytes = 0;
    for (size_t k = 0; k < 2; k++)
        for (const column_id *id = lists[k]; id && *id; id++) {
            const struct column *c = &w->model->columns[*id - 1];
            bool some = c->entity == ENTITY_citizen && mechanism->cells == CELL_SITE;
            size_t rows = rows_of(w, some ? ENTITY_volunteer : c->entity);
            bytes += (double)(column_width(c->type) * rows);
        }
    return bytes;
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
        costs[k].bytes += bytes_moved(w, mechanism);
    }
    w->week++;
}

static void add_cost(struct table *table, const char *name, const char *cells,
                     const struct cost *cost, const struct cost *all, const double weeks[2],
                     double rate)
{
    double limit = cost->bytes / rate;
    table_add(table, "%s", name);
    table_add(table, "%s", cells);
    table_add(table, "%.1f", 100 * cost->seconds / all->seconds);
    table_add(table, "%.2f", 1e9 * cost->seconds / weeks[0]);
    table_add(table, "%.1f", 1e9 * cost->seconds / weeks[1]);
    table_add(table, "%.2f", cost->bytes / weeks[0]);
    table_add(table, "%.1f", limit > 0 ? cost->seconds / limit : 0);
}

/* `weeks`: of citizens, and of co-producers. */
static void print_costs(struct cost *costs, size_t count, const double weeks[2], double rate)
{
    static const char *const heads[] = {"mechanism",
                                        "cells",
                                        "share of time, %",
                                        "ns a citizen-week",
                                        "ns a co-producer-week",
                                        "bytes a citizen-week",
                                        "times its limit"};
    struct table table;
    struct cost all = {0};
    for (size_t k = 0; k < count; k++) {
        all.seconds += costs[k].seconds;
        all.bytes += costs[k].bytes;
    }
    qsort(costs, count, sizeof *costs, by_cost);
    table_init(&table, sizeof heads / sizeof *heads, heads);
    for (size_t k = 2; k < table.columns; k++)
        table.right[k] = true;
    for (size_t k = 0; k < count; k++)
        add_cost(&table, costs[k].mechanism->name,
                 coproduction.cell_kinds[costs[k].mechanism->cells], &costs[k], &all, weeks, rate);
    add_cost(&table, "all", "", &all, &all, weeks, rate);
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
                costs[k] = (struct cost){.mechanism = coproduction.schedule[k]};
        step_by_hand(hand, costs);
        world_step(engine);
        volunteer_weeks += week >= WARM_UP ? (double)coproducers_at(hand) : 0;
    }
    if (!status && world_digest(hand) != world_digest(engine))
        status = error_add(e, STATUS_FAILED, "the weeks by hand differ from those of the engine");
    if (!status) {
        double rate = bandwidth();
        const double weeks[2] = {(double)coproduction.persons(s) * PROFILE_WEEKS, volunteer_weeks};
        printf("\nmechanism by mechanism (%s, one thread, weeks %d to %d, processor time);\n"
               "its limit is to move its columns at the %.1f GB/s of a plain loop over memory:\n",
               sizes[0].what, WARM_UP + 1, WARM_UP + PROFILE_WEEKS, rate / 1e9);
        print_costs(costs, coproduction.schedule_count, weeks, rate);
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
