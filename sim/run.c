#include "sim/run.h"

#include <stdlib.h>
#include <string.h>

#include "sim/durable.h"
#include "sim/interrupt.h"
#include "sim/memory.h"
#include "sim/model.h"
#include "sim/parts.h"
#include "sim/ranks.h"
#include "sim/reader.h"
#include "sim/replicate.h"
#include "sim/split.h"

/* All that the replicates of a run share. */
struct job {
    struct crew crew; /* first, so that a crew is a job */
    const struct scenario *scenario;
    const struct run_options *options;
    struct record *record;
    struct error *error;
    uint32_t weeks, agents_every, checkpoint_every;
    uint64_t digest;  /* of the scenario */
    uint64_t persons; /* in a world */
    int inside;       /* threads of one replicate */
    bool resumed;
};

void run_interrupt(void)
{
    interrupt_now();
}

int run_threads_inside(int threads, uint64_t persons)
{
    static const uint64_t persons_a_thread = 4000; /* more threads would wait for each other */
    uint64_t most = 1 + persons / persons_a_thread;
    return (uint64_t)threads < most ? threads : (int)most;
}

bool run_side_by_side(uint64_t runs, int threads, uint64_t persons)
{
    /* Larger worlds fill memory and caches: they run one after another, all threads inside. */
    static const uint64_t most_persons = 300000;
    return runs >= (uint64_t)threads && persons < most_persons;
}

static enum status no_memory(struct job *job)
{
    return error_add(job->error, STATUS_FAILED, "out of memory");
}

static enum status write_setup(const struct crew *crew, const char *path, struct error *e)
{
    const struct job *job = (const struct job *)crew;
    return store_setup(path, job->scenario, job->agents_every, job->checkpoint_every, e);
}

/* One replicate of the run, not begun. */
static struct replicate replicate_of(struct job *job, uint32_t number)
{
    return (struct replicate){.crew = &job->crew,
                              .scenario = job->scenario,
                              .record = job->record,
                              .row = number,
                              .weeks = job->weeks,
                              .agents_every = job->agents_every,
                              .checkpoint_every = job->checkpoint_every,
                              .digest = job->digest,
                              .persons = job->persons,
                              .resumed = job->resumed,
                              .error = job->error,
                              .origin = {.scenario = job->digest}};
}

static void run_one(struct job *job, uint32_t number, int threads)
{
    struct replicate r = replicate_of(job, number);
    if (crew_agree(&job->crew, interrupt_seen() ? STATUS_INTERRUPTED : STATUS_DONE, NULL))
        crew_worse(&job->crew, STATUS_INTERRUPTED);
    if (crew_status(&job->crew) == STATUS_DONE)
        crew_worse(&job->crew, replicate_run(&r, threads));
}

/* --- the whole run ---------------------------------------------------------------------------- */

/* Replicates that have finished before an interruption are saved too. */
static enum status save_finished(struct job *job)
{
    enum status status = STATUS_DONE;
    for (uint32_t i = 0; i < job->record->replicates && status == STATUS_DONE; i++) {
        struct replicate r = replicate_of(job, i);
        if (job->record->weeks_done[i] == job->weeks)
            status = replicate_save(&r);
    }
    if (status == STATUS_DONE && crew_writes(&job->crew))
        status = crew_folder(&job->crew, job->error);
    return crew_agree(&job->crew, status, job->error);
}

/* How many work at what: replicates side by side, or threads inside of one. */
static void share_out(struct job *job)
{
    struct run_cost *cost = job->crew.cost;
    cost->threads = job->options->threads > 0 ? job->options->threads : ranks_threads();
    cost->ranks = job->crew.shared ? ranks_count() : 1;
    bool beside =
        !job->crew.shared && run_side_by_side(job->record->replicates, cost->threads, job->persons);
    cost->side_by_side = beside ? cost->threads : 1;
    job->inside = beside ? 1 : run_threads_inside(cost->threads, job->persons);
}

static enum status check_memory(const struct job *job)
{
    const struct model *m = job->scenario->model;
    if (!m->bytes)
        return STATUS_DONE;
    double part = job->crew.shared ? split_part(job->scenario) : 1;
    const struct memory_need need = {.world = (uint64_t)(part * (double)m->bytes(job->scenario)),
                                     .persons = (uint64_t)(part * (double)job->persons),
                                     .side_by_side = job->crew.cost->side_by_side};
    return memory_check(&need, memory_free_of_rank(job->crew.shared), job->error);
}

/* Seconds that the run takes, on a machine like the one of tests/bench/README.md: what is shown
 * until the first week is done. */
static double guess(const struct job *job)
{
    static const double build = 1.4e-6, week = 1.2e-7; /* processor seconds a person */
    double persons = (double)job->persons * (double)job->record->replicates;
    return persons * (build + week * job->weeks) / job->crew.cost->threads;
}

/* One after another they are in no team of threads, not even of one: inside of a team every step of
 * a week would make its threads anew. */
static void run_all(struct job *job)
{
    uint32_t replicates = (uint32_t)job->record->replicates;
    if (job->crew.cost->side_by_side == 1) {
        for (uint32_t i = 0; i < replicates; i++)
            run_one(job, i, job->inside);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(job->crew.cost->side_by_side)
    for (uint32_t i = 0; i < replicates; i++)
        run_one(job, i, job->inside);
}

static void compute(struct job *job)
{
    struct run_cost *cost = job->crew.cost;
    uint32_t replicates = (uint32_t)job->record->replicates;
    double began = progress_seconds();
    bool quiet = job->options->quiet || !crew_writes(&job->crew);
    progress_begin(&job->crew.progress, quiet, (uint64_t)replicates * job->weeks, replicates);
    progress_build(&job->crew.progress, job->persons, guess(job), cost->side_by_side);
    run_all(job);
    progress_end(&job->crew.progress);
    cost->step_seconds = progress_seconds() - began - cost->build_seconds / cost->side_by_side;
    if (job->crew.status == STATUS_INTERRUPTED && job->crew.folder)
        crew_worse(&job->crew, save_finished(job));
}

/* Adds up what the ranks sent each other; the most that one of them held. */
static void sum_up(struct job *job)
{
    struct run_cost *cost = job->crew.cost;
    uint64_t all[2 * (size_t)cost->ranks];
    cost->peak_bytes = replicate_peak_bytes();
    if (!job->crew.shared)
        return;
    const uint64_t own[] = {cost->exchanged_bytes, cost->peak_bytes};
    ranks_all_gather(own, sizeof own, all);
    cost->exchanged_bytes = 0;
    for (int rank = 0; rank < cost->ranks; rank++) {
        cost->exchanged_bytes += all[2 * rank];
        if (all[2 * rank + 1] > cost->peak_bytes)
            cost->peak_bytes = (size_t)all[2 * rank + 1];
    }
}

/* Writes the run file and takes the parts away. */
static enum status finish(struct job *job, double began)
{
    sum_up(job);
    if (!job->options->out || !crew_writes(&job->crew))
        return STATUS_DONE;
    double start = progress_seconds();
    job->crew.cost->total_seconds = start - began;
    const struct store_run_options options = {.command = job->options->command,
                                              .cost = job->crew.cost,
                                              .agents_every = job->agents_every,
                                              .parts = job->crew.folder,
                                              .resumed = job->resumed,
                                              .replace = job->options->force};
    enum status status = store_run(job->options->out, job->record, &options, job->error);
    if (status == STATUS_DONE && job->crew.folder_there) {
        (void)parts_remove(job->crew.folder, job->error); /* what is left is told, and no failure */
        durable_unlock(&job->crew.lock);
    }
    job->crew.cost->output_seconds = progress_seconds() - start;
    return status;
}

/* Whether all ranks have read what rank 0 has. */
static enum status check_alike(const struct job *job)
{
    uint64_t digest = job->digest;
    if (job->crew.shared)
        ranks_broadcast(&digest, sizeof digest, 0);
    return digest == job->digest
               ? STATUS_DONE
               : error_add(job->error, STATUS_BAD_INPUT,
                           "rank %d has read another scenario than rank 0; give all ranks the same "
                           "files and options",
                           ranks_rank());
}

static enum status go(struct job *job)
{
    const struct scenario *s = job->scenario;
    double began = progress_seconds();
    struct interrupt_handlers old;
    memset(job->crew.cost, 0, sizeof *job->crew.cost);
    enum status status = record_init(job->record, s, job->error);
    if (status == STATUS_DONE)
        status = store_scenario_digest(s, &job->digest, job->error);
    status = crew_agree(&job->crew, status, job->error);
    if (status == STATUS_DONE)
        status = crew_agree(&job->crew, check_alike(job), job->error);
    if (status != STATUS_DONE)
        return status;
    job->weeks = (uint32_t)job->record->weeks;
    job->persons = s->model->persons ? s->model->persons(s) : 0;
    if (job->agents_every > job->weeks)
        return error_add(job->error, STATUS_BAD_INPUT,
                         "agents are to be stored every %u weeks, but the run has only %u",
                         job->agents_every, job->weeks);
    share_out(job);
    status = crew_agree(&job->crew, check_memory(job), job->error);
    if (status != STATUS_DONE)
        return status;
    interrupt_begin(&old);
    compute(job);
    if (job->crew.status == STATUS_DONE)
        job->crew.status = crew_agree(&job->crew, finish(job, began), job->error);
    interrupt_end(&old);
    job->crew.cost->total_seconds = progress_seconds() - began;
    return job->crew.status;
}

/* What a folder of parts means for a run that begins anew.  Without a setup, which is written first
 * and removed last, there is nothing in it to go on with. */
static enum status check_folder(const struct job *job)
{
    if (!durable_is_folder(job->crew.folder))
        return STATUS_DONE;
    char *setup = parts_setup(job->crew.folder);
    bool useful = !setup || durable_is_file(setup);
    free(setup);
    if (!useful || job->options->force)
        return parts_discard(job->crew.folder, job->error);
    return error_add(job->error, STATUS_BAD_INPUT,
                     "%s: an interrupted run is there; go on with `samskab resume %s`, or give "
                     "--force to throw it away",
                     job->crew.folder, job->options->out);
}

static enum status check_out(const struct job *job)
{
    enum status status = durable_check(job->options->out, job->options->force, job->error);
    return status == STATUS_DONE ? check_folder(job) : status;
}

enum status run_execute(const struct scenario *s, const struct run_options *options,
                        struct record *record, struct run_cost *cost, struct error *e)
{
    struct job job = {
        .scenario = s,
        .options = options,
        .record = record,
        .error = e,
        .agents_every = options->out ? options->agents_every : 0,
        .checkpoint_every = options->out ? options->checkpoint_every : 0,
        .crew = {.cost = cost, .lock = -1, .shared = options->shared, .write_setup = write_setup}};
    memset(record, 0, sizeof *record);
    enum status status = STATUS_DONE;
    if (options->out) {
        job.crew.folder = parts_folder(options->out);
        if (!job.crew.folder)
            status = no_memory(&job);
        else if (crew_writes(&job.crew))
            status = check_out(&job);
    }
    status = crew_agree(&job.crew, status, e);
    if (status == STATUS_DONE)
        status = go(&job);
    durable_unlock(&job.crew.lock);
    free(job.crew.folder);
    return status;
}

/* The series of a run file of the same scenario. */
static enum status take_series(struct record *r, const struct scenario *s,
                               const struct run_file *file, struct error *e)
{
    const struct model *m = s->model;
    enum status status = record_init(r, s, e);
    for (size_t k = 0; k < m->observable_count && status == STATUS_DONE; k++) {
        size_t variable = reader_find(file, m->observables[k].name);
        status = variable < file->variable_count
                     ? reader_series(file, variable, record_at(r, k, 0, 0), e)
                     : error_add(e, STATUS_BAD_INPUT, "%s: has no %s", file->path,
                                 m->observables[k].name);
    }
    for (size_t i = 0; i < r->replicates && status == STATUS_DONE; i++)
        r->weeks_done[i] = (uint32_t)r->weeks;
    return status;
}

/* Whether the run was killed when its file was there already and its parts were not yet removed.
 * Then its series are in the record. */
static bool is_finished(struct job *job, const char *out)
{
    struct run_file file;
    struct scenario same;
    struct error e = {0};
    uint64_t mine = 0, other = 1;
    bool finished = false;
    if (durable_is_file(out) && reader_open(&file, out, &e) == STATUS_DONE) {
        if (file.agents_every == job->agents_every &&
            reader_scenario(&file, &same, job->scenario->model, NULL, 0, &e) == STATUS_DONE) {
            finished = store_scenario_digest(job->scenario, &mine, &e) == STATUS_DONE &&
                       store_scenario_digest(&same, &other, &e) == STATUS_DONE && mine == other &&
                       take_series(job->record, job->scenario, &file, &e) == STATUS_DONE;
            scenario_free(&same);
        }
        reader_close(&file);
    }
    error_free(&e);
    return finished;
}

static enum status read_setup(struct job *job, const struct model *m, struct scenario *s)
{
    struct run_file setup;
    char *path = parts_setup(job->crew.folder);
    enum status status = path ? reader_open_setup(&setup, path, job->error) : no_memory(job);
    free(path);
    if (status != STATUS_DONE)
        return status;
    status = reader_scenario(&setup, s, m, NULL, 0, job->error);
    job->agents_every = setup.agents_every;
    job->checkpoint_every = job->options->checkpoint_every > 0 ? job->options->checkpoint_every
                                                               : setup.checkpoint_every;
    reader_close(&setup);
    return status;
}

static enum status resume(struct job *job, const char *out, const struct model *m,
                          struct scenario *s)
{
    const struct run_options *options = job->options;
    enum status status = STATUS_DONE;
    if (!job->crew.folder)
        status = no_memory(job);
    else if (!durable_is_folder(job->crew.folder))
        status = error_add(job->error, STATUS_BAD_INPUT,
                           "%s: there is no interrupted run of this name (no folder %s)", out,
                           job->crew.folder);
    else if (crew_writes(&job->crew))
        status = durable_lock(job->crew.folder, &job->crew.lock, job->error);
    if (status == STATUS_DONE)
        status = read_setup(job, m, s);
    status = crew_agree(&job->crew, status, job->error);
    if (status != STATUS_DONE)
        return status;
    bool finished = crew_writes(&job->crew) && is_finished(job, options->out);
    if (job->crew.shared)
        ranks_broadcast(&finished, sizeof finished, 0);
    if (finished) {
        memset(job->crew.cost, 0, sizeof *job->crew.cost);
        return crew_writes(&job->crew) ? parts_remove(job->crew.folder, job->error) : STATUS_DONE;
    }
    record_free(job->record);
    if (crew_writes(&job->crew))
        status = durable_check(options->out, options->force, job->error);
    status = crew_agree(&job->crew, status, job->error);
    job->crew.folder_there = job->resumed = true;
    return status == STATUS_DONE ? go(job) : status;
}

enum status run_resume(const char *out, const struct model *m, const struct run_options *options,
                       struct scenario *s, struct record *record, struct run_cost *cost,
                       struct error *e)
{
    struct run_options own = *options;
    char *name = parts_out(out);
    struct job job = {.scenario = s,
                      .options = &own,
                      .record = record,
                      .error = e,
                      .crew = {.cost = cost,
                               .folder = name ? parts_folder(name) : NULL,
                               .lock = -1,
                               .shared = options->shared,
                               .write_setup = write_setup}};
    memset(record, 0, sizeof *record);
    memset(s, 0, sizeof *s);
    own.out = name;
    enum status status = resume(&job, out, m, s);
    durable_unlock(&job.crew.lock);
    free(job.crew.folder);
    free(name);
    return status;
}
