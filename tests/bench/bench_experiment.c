/* What an experiment takes over its runs done one by one.
 *
 *     bench_experiment [RUNS] [THREADS]        60 and 2 by default
 *
 * A town of 5,000 inhabitants for five years.  The runs of the one side are computed in memory and
 * forgotten, RUNS / THREADS on each thread; the other side is the experiment with all that makes it
 * safe: parts, and the file.  Both alternate.  Processor time tells what the experiment adds where
 * others use the machine too. */
#include <omp.h>
#include <unistd.h>

#include "analysis/plan.h"
#include "models/coproduction.h"
#include "sim/ensemble_run.h"
#include "sim/progress.h"
#include "tests/bench/measure.h"

enum { ROUNDS = 5, ARMS = 3 };

static const char text[] = "settings: {population.inhabitants: 5000, weeks: 260}\n"
                           "replicates: %d\n"
                           "design: {grid: {volunteers.initial.volunteers: [0.3, 0.32, 0.34]}}\n";

struct times {
    double wall[ROUNDS], processor[ROUNDS];
};

/* One run in memory; its series are forgotten. */
static enum status run_alone(const struct ensemble *x, size_t run, struct error *e)
{
    struct scenario s;
    struct record record = {0};
    struct world *w = NULL;
    enum status status = ensemble_scenario(x, &coproduction, run % x->arms, &s, e);
    if (status == STATUS_DONE)
        status = record_init_one(&record, &s, run / x->arms, run, e);
    if (status == STATUS_DONE)
        status = world_open(&w, &coproduction, &s, (uint32_t)(run / x->arms), 1, e);
    while (status == STATUS_DONE && w->week < x->weeks) {
        world_step(w);
        record_take(&record, w);
    }
    world_close(w);
    record_free(&record);
    scenario_free(&s);
    return status;
}

static enum status one_by_one(const struct ensemble *x, int threads, struct error *e)
{
    enum status worst = STATUS_DONE;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (size_t run = 0; run < ensemble_runs(x); run++) {
        struct error own = {0};
        enum status status = run_alone(x, run, &own);
#pragma omp critical
        if (status != STATUS_DONE)
            worst = error_add(e, status, "%s", error_text(&own));
        error_free(&own);
    }
    return worst;
}

static enum status together(struct ensemble *x, int threads, const char *out, struct error *e)
{
    struct ensemble_outcome outcome;
    const struct ensemble_options options = {
        .out = out, .threads = threads, .shard = {1, 1}, .quiet = true, .force = true};
    enum status status = ensemble_execute(x, &coproduction, &options, &outcome, e);
    free(outcome.why);
    return status;
}

static enum status measure(struct ensemble *x, int threads, const char *out, struct error *e)
{
    struct times alone, experiment;
    enum status status = STATUS_DONE;
    for (int k = 0; k < ROUNDS && status == STATUS_DONE; k++) {
        double wall = progress_seconds(), processor = processor_seconds();
        status = one_by_one(x, threads, e);
        alone.wall[k] = progress_seconds() - wall;
        alone.processor[k] = processor_seconds() - processor;
        wall = progress_seconds();
        processor = processor_seconds();
        if (status == STATUS_DONE)
            status = together(x, threads, out, e);
        experiment.wall[k] = progress_seconds() - wall;
        experiment.processor[k] = processor_seconds() - processor;
    }
    if (status != STATUS_DONE)
        return status;
    size_t runs = ensemble_runs(x);
    double wall = median(alone.wall, ROUNDS), processor = median(alone.processor, ROUNDS);
    printf("%zu runs of a town of 5,000 for %zu weeks, %d threads, medians of %d\n", runs, x->weeks,
           threads, ROUNDS);
    printf("                     wall clock, s  processor, s  runs a minute\n");
    printf("one by one           %13.2f  %12.2f  %13.1f\n", wall, processor,
           60 * (double)runs / wall);
    double wall_both = median(experiment.wall, ROUNDS),
           processor_both = median(experiment.processor, ROUNDS);
    printf("experiment           %13.2f  %12.2f  %13.1f\n", wall_both, processor_both,
           60 * (double)runs / wall_both);
    printf("over one by one, %%   %13.1f  %12.1f\n", 100 * (wall_both / wall - 1),
           100 * (processor_both / processor - 1));
    return STATUS_DONE;
}

int main(int count, char **words)
{
    int runs = count > 1 ? atoi(words[1]) : 60, threads = count > 2 ? atoi(words[2]) : 2;
    char folder[] = "/tmp/samskab-bench-XXXXXX", path[64], out[64], plan_text[512];
    struct error e = {0};
    struct plan plan = {0};
    if (runs < ARMS || threads < 1 || !mkdtemp(folder)) {
        fputs("bench_experiment [RUNS] [THREADS]\n", stderr);
        return 2;
    }
    snprintf(path, sizeof path, "%s/plan.yaml", folder);
    snprintf(out, sizeof out, "%s/out.h5", folder);
    snprintf(plan_text, sizeof plan_text, text, runs / ARMS);
    FILE *file = fopen(path, "w");
    enum status status = file && fputs(plan_text, file) >= 0 && fclose(file) == 0
                             ? plan_read(&plan, &coproduction, path, &e)
                             : error_add(&e, STATUS_FAILED, "%s: cannot be written", path);
    if (status == STATUS_DONE)
        status = measure(&plan.ensemble, threads, out, &e);
    fputs(error_text(&e), stderr);
    error_free(&e);
    plan_free(&plan);
    unlink(path);
    unlink(out);
    rmdir(folder);
    return (int)status;
}
