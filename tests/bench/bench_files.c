/* What is written and read of a run, over the run itself: checkpoint, resumption, output.
 *
 *     bench_files [WEEKS]               520 by default
 *
 * A municipality of 50,000 inhabitants.  After the weeks of a run a state is saved, taken up in a
 * town built anew (which must end with the same bits), and the series are written as a run file.
 * Files go to /tmp; each is on the disk when its time ends. */
#include "models/coproduction.h"
#include "sim/reader.h"
#include "sim/record.h"
#include "sim/scenario.h"
#include "sim/store.h"
#include "sim/table.h"
#include "tests/bench/measure.h"
#include "tests/support/scratch.h"

enum { RUNS = 5, CHECKPOINTS = 10 };

struct files {
    struct scenario scenario;
    struct scratch scratch;
    struct record record;
    struct world *world;
    struct store_origin origin;
    uint32_t weeks;
};

struct part {
    const char *what;
    double times; /* in a run with CHECKPOINTS checkpoints */
    enum status (*run)(struct files *f, struct error *e);
    double wall[RUNS], processor[RUNS];
};

static enum status build(struct files *f, struct error *e)
{
    world_close(f->world);
    return world_open(&f->world, &coproduction, &f->scenario, 0, 1, e);
}

static enum status step(struct files *f, struct error *e)
{
    record_free(&f->record);
    enum status status = record_init_one(&f->record, &f->scenario, 0, 0, e);
    while (status == STATUS_DONE && f->world->week < f->weeks) {
        world_step(f->world);
        record_take(&f->record, f->world);
    }
    return status;
}

static enum status checkpoint(struct files *f, struct error *e)
{
    return store_replicate(scratch_path(&f->scratch, "part.h5"), &f->record, 0, f->world,
                           &f->origin, e);
}

/* The town is built anew before, by another part. */
static enum status take_up(struct files *f, struct error *e)
{
    struct reader_replicate about;
    const char *path = scratch_path(&f->scratch, "part.h5");
    enum status status = reader_replicate(path, &f->record, 0, f->weeks, &about, e);
    return status ? status : reader_state(path, f->world, &f->record, e);
}

static enum status output(struct files *f, struct error *e)
{
    const struct store_run_options options = {.replace = true};
    return store_run(scratch_path(&f->scratch, "run.h5"), &f->record, &options, e);
}

static struct part parts[] = {
    {.what = "building", .times = 1, .run = build},
    {.what = "weeks", .times = 1, .run = step},
    {.what = "checkpoint", .times = CHECKPOINTS, .run = checkpoint},
    {.what = "building again", .run = build},
    {.what = "taking up", .run = take_up},
    {.what = "output", .times = 1, .run = output},
};
enum { PARTS = sizeof parts / sizeof *parts };

static enum status run_parts(struct files *f, size_t run, struct error *e)
{
    uint64_t digest = 0;
    for (size_t k = 0; k < PARTS; k++) {
        double wall = seconds(), processor = processor_seconds();
        enum status status = parts[k].run(f, e);
        parts[k].wall[run] = seconds() - wall;
        parts[k].processor[run] = processor_seconds() - processor;
        if (status != STATUS_DONE)
            return status;
        if (parts[k].run == step)
            digest = world_digest(f->world);
    }
    if (world_digest(f->world) != digest)
        return error_add(e, STATUS_FAILED, "the state taken up is not the one that was saved");
    return STATUS_DONE;
}

static double mebibytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (double)info.st_size / 1048576 : 0;
}

static void print_parts(struct files *f)
{
    static const char *const heads[] = {"part", "wall clock, s", "processor, s", "of the weeks, %",
                                        "of processor time, %"};
    struct table table;
    table_init(&table, sizeof heads / sizeof *heads, heads);
    for (size_t k = 1; k < table.columns; k++)
        table.right[k] = true;
    double weeks = median(parts[1].wall, RUNS), worked = median(parts[1].processor, RUNS);
    for (size_t k = 0; k < PARTS; k++) {
        double wall = median(parts[k].wall, RUNS), processor = median(parts[k].processor, RUNS);
        table_add(&table, "%s", parts[k].what);
        table_add(&table, "%.4f", wall);
        table_add(&table, "%.4f", processor);
        table_add(&table, "%.1f", 100 * wall * parts[k].times / weeks);
        table_add(&table, "%.1f", 100 * processor * parts[k].times / worked);
    }
    printf("%llu citizens, %u weeks, one thread, medians of %d; shares with %d checkpoints;\n"
           "a checkpoint has %.1f MiB, the run file %.1f MiB\n",
           (unsigned long long)coproduction.persons(&f->scenario), f->weeks, RUNS, CHECKPOINTS,
           mebibytes(scratch_path(&f->scratch, "part.h5")),
           mebibytes(scratch_path(&f->scratch, "run.h5")));
    table_print(&table, TABLE_TEXT, stdout);
    table_free(&table);
}

int main(int count, char **words)
{
    const char *weeks = count > 1 ? words[1] : "520";
    const struct setting settings[] = {{"population.inhabitants", "50000", "the benchmark"},
                                       {"weeks", weeks, "the benchmark"}};
    struct files f = {.weeks = (uint32_t)atoi(weeks)};
    struct error e = {0};
    print_machine();
    scratch_open(&f.scratch);
    enum status status = scenario_parse(&f.scenario, &coproduction, "", 0, "benchmark", NULL, NULL,
                                        0, settings, 2, &e);
    for (size_t run = 0; run < RUNS && status == STATUS_DONE; run++)
        status = run_parts(&f, run, &e);
    if (status == STATUS_DONE)
        print_parts(&f);
    fputs(error_text(&e), stderr);
    error_free(&e);
    world_close(f.world);
    record_free(&f.record);
    scenario_free(&f.scenario);
    scratch_close(&f.scratch);
    return status != STATUS_DONE;
}
