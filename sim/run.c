#include "sim/run.h"

#include <omp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/durable.h"
#include "sim/model.h"
#include "sim/parts.h"
#include "sim/progress.h"
#include "sim/reader.h"
#include "sim/store.h"

/* Larger worlds fill memory and caches: they run one after another, with all threads inside. */
static const uint64_t side_by_side_persons = 300000;
static const uint64_t persons_a_thread = 4000; /* inside a world */

/* All that the replicates of a run share.  What changes while they run is touched in the critical
 * sections only: `files` guards HDF5 (which no two threads may call), the folder and the findings,
 * `progress` the progress and the cost. */
struct job {
    const struct scenario *scenario;
    const struct run_options *options;
    struct record *record;
    struct run_cost *cost;
    struct error *error;
    struct progress progress;
    uint32_t weeks, agents_every, checkpoint_every;
    uint64_t digest;   /* of the scenario */
    uint64_t persons;  /* in a world */
    char *folder;      /* of the parts; NULL when nothing is kept on disk */
    bool folder_there; /* and it is this run's */
    bool resumed;
    int lock;           /* on the folder */
    enum status status; /* worst so far; read and written atomically */
};

/* A replicate at work. */
struct replicate {
    struct job *job;
    uint32_t number;
    struct world *world;
    struct store_origin origin;
};

/* Set by a signal: the one thing that a handler may touch. */
static atomic_int interrupted;

void run_interrupt(void)
{
    atomic_store(&interrupted, 1);
}

static void on_signal(int number)
{
    (void)number;
    run_interrupt();
}

struct handlers {
    struct sigaction interrupt, terminate;
};

/* A second signal of the same kind ends the program at once. */
static void handlers_install(struct handlers *old)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&action.sa_mask);
    atomic_store(&interrupted, 0);
    sigaction(SIGINT, &action, &old->interrupt);
    sigaction(SIGTERM, &action, &old->terminate);
}

static void handlers_restore(const struct handlers *old)
{
    sigaction(SIGINT, &old->interrupt, NULL);
    sigaction(SIGTERM, &old->terminate, NULL);
}

static enum status job_status(struct job *job)
{
    enum status status;
#pragma omp atomic read
    status = job->status;
    return status;
}

/* A fault outweighs an interruption. */
static void job_worse(struct job *job, enum status status)
{
#pragma omp critical(samskab_status)
    if (status != STATUS_DONE &&
        (job->status == STATUS_DONE || job->status == STATUS_INTERRUPTED)) {
#pragma omp atomic write
        job->status = status;
    }
}

static enum status no_memory(struct job *job)
{
    return error_add(job->error, STATUS_FAILED, "out of memory");
}

/* --- parts: all of these are called within the critical section `files` ----------------------- */

/* The folder is made when there is a first part to put into it. */
static enum status need_folder(struct job *job)
{
    if (job->folder_there)
        return STATUS_DONE;
    enum status status = durable_folder(job->folder, job->error);
    if (status == STATUS_DONE)
        status = durable_lock(job->folder, &job->lock, job->error);
    if (status != STATUS_DONE)
        return status;
    char *setup = parts_setup(job->folder);
    status = setup ? store_setup(setup, job->scenario, job->agents_every, job->checkpoint_every,
                                 job->error)
                   : no_memory(job);
    free(setup);
    job->folder_there = status == STATUS_DONE;
    return status;
}

/* Saves the replicate as it is: with its world while it runs, without when it has finished. */
static enum status save(struct replicate *r)
{
    struct job *job = r->job;
    uint32_t week = job->record->weeks_done[r->number];
    bool finished = week == job->weeks;
    enum status status = need_folder(job);
    if (status != STATUS_DONE)
        return status;
    char *path = parts_replicate(job->folder, r->number, week);
    status = path ? store_replicate(path, job->record, r->number, finished ? NULL : r->world,
                                    &r->origin, job->error)
                  : no_memory(job);
    free(path);
    if (status == STATUS_DONE)
        status = parts_prune(job->folder, r->number, 2, job->error);
    return status;
}

static enum status save_agents(struct replicate *r)
{
    struct job *job = r->job;
    enum status status = need_folder(job);
    if (status != STATUS_DONE)
        return status;
    char *path = parts_agents(job->folder, r->number, r->world->week);
    status = path ? store_agents(path, r->world, job->error) : no_memory(job);
    free(path);
    return status;
}

/* Whether all agents that were to be stored up to a week are there and whole. */
static enum status check_agents(const struct replicate *r, uint32_t last, struct error *e)
{
    const struct job *job = r->job;
    enum status status = STATUS_DONE;
    for (uint32_t week = job->agents_every; week > 0 && week <= last && status == STATUS_DONE;
         week += job->agents_every) {
        size_t rows;
        char *path = parts_agents(job->folder, r->number, week);
        status = path ? reader_agents_rows(path, &rows, e)
                      : error_add(e, STATUS_FAILED, "out of memory");
        free(path);
    }
    return status;
}

/* A part that is whole and belongs to this run: its series are in the record. */
static enum status load(struct replicate *r, const char *path, uint32_t week, struct error *e)
{
    struct reader_replicate about;
    enum status status = reader_replicate(path, r->job->record, r->number, week, &about, e);
    if (status == STATUS_DONE)
        status = check_agents(r, week, e);
    if (status != STATUS_DONE)
        return status;
    if (about.origin.scenario != r->job->digest)
        return error_add(e, STATUS_FAILED, "%s: belongs to another scenario", path);
    if (about.finished != (week == r->job->weeks))
        return error_add(e, STATUS_BAD_INPUT, "%s: ends at week %u of %u", path, week,
                         r->job->weeks);
    if (about.finished)
        return STATUS_DONE;
    if (about.origin.traits != r->origin.traits || about.origin.ties != r->origin.ties)
        return error_add(e, STATUS_FAILED,
                         "%s: this machine builds another world than the one that was saved; "
                         "resume with the program and on the machine that began the run",
                         path);
    return reader_state(path, r->world, r->job->record, e);
}

/* The newest part that is whole; a damaged one is passed over for the one before.  Sets *loaded to
 * false when there is none.  A world that is not the one saved is a fault, as is a short memory. */
static enum status load_newest(struct replicate *r, bool finished_only, bool *loaded)
{
    uint32_t *weeks;
    size_t count;
    struct job *job = r->job;
    enum status status = parts_weeks(job->folder, r->number, &weeks, &count, job->error);
    *loaded = false;
    for (size_t i = 0; i < count && !*loaded && status == STATUS_DONE; i++) {
        if (weeks[i] > job->weeks || finished_only != (weeks[i] == job->weeks))
            continue;
        char *path = parts_replicate(job->folder, r->number, weeks[i]);
        struct error e = {0};
        enum status found = path ? load(r, path, weeks[i], &e) : no_memory(job);
        *loaded = found == STATUS_DONE;
        if (found == STATUS_FAILED) {
            error_add(job->error, found, "%.*s", (int)strcspn(error_text(&e), "\n"),
                      error_text(&e));
            status = found;
        }
        error_free(&e);
        free(path);
    }
    free(weeks);
    return status;
}

/* --- one replicate ---------------------------------------------------------------------------- */

static enum status open_world(struct replicate *r, int threads)
{
    struct job *job = r->job;
    struct error e = {0};
    double began = progress_seconds();
    enum status status =
        world_open(&r->world, job->scenario->model, job->scenario, r->number, threads, &e);
    if (status == STATUS_DONE) {
        r->origin.scenario = job->digest;
        r->origin.traits = columns_digest(job->scenario->model, r->world, true, false);
        r->origin.ties = network_digest(&r->world->ties);
    }
    double spent = progress_seconds() - began;
#pragma omp critical(samskab_files)
    if (status != STATUS_DONE)
        error_add(job->error, status, "replicate %u cannot be built: %.*s", r->number + 1,
                  (int)strcspn(error_text(&e), "\n"), error_text(&e));
#pragma omp critical(samskab_progress)
    {
        job->cost->build_seconds += spent;
        if (status == STATUS_DONE)
            job->cost->world_bytes =
                columns_bytes(job->scenario->model, r->world) + network_bytes(&r->world->ties);
    }
    error_free(&e);
    return status;
}

/* A world must be as it was built when a part that failed to load has been laid over it. */
static enum status begin(struct replicate *r, int threads, bool *finished)
{
    struct job *job = r->job;
    enum status status = STATUS_DONE;
    bool loaded = false;
    *finished = false;
    if (job->resumed) {
#pragma omp critical(samskab_files)
        status = load_newest(r, true, finished);
    }
    if (status == STATUS_DONE && !*finished)
        status = open_world(r, threads);
    if (status == STATUS_DONE && !*finished && job->resumed) {
#pragma omp critical(samskab_files)
        status = load_newest(r, false, &loaded);
        if (status == STATUS_DONE && !loaded) { /* some may have been laid over it in vain */
            world_close(r->world);
            r->world = NULL;
            job->record->weeks_done[r->number] = 0;
        }
    }
    if (status == STATUS_DONE && !*finished && !r->world)
        status = open_world(r, threads);
#pragma omp critical(samskab_progress)
    job->progress.work -= job->record->weeks_done[r->number];
    return status;
}

/* In builds for tests: what must hold in every week. */
static enum status check(struct replicate *r)
{
    enum status status = STATUS_DONE;
#ifdef SAMSKAB_CHECKED
    const struct model *m = r->job->scenario->model;
    struct error e = {0};
    status = columns_check(m, r->world, &e);
    if (status == STATUS_DONE && m->check)
        status = m->check(r->world, &e);
    if (status != STATUS_DONE) {
#pragma omp critical(samskab_files)
        error_add(r->job->error, status, "replicate %u, week %u: %s", r->number + 1, r->world->week,
                  error_text(&e));
    }
    error_free(&e);
#else
    (void)r;
#endif
    return status;
}

static bool is_multiple(uint32_t week, uint32_t every)
{
    return every > 0 && week % every == 0;
}

/* What is kept after a week: agents, and a checkpoint when it is time or when the run is to stop.
 * Of a finished replicate, whatever is to be kept is its series. */
static enum status keep(struct replicate *r, bool stop)
{
    const struct job *job = r->job;
    uint32_t week = r->world->week;
    enum status status = STATUS_DONE;
    bool agents = is_multiple(week, job->agents_every);
    bool last = week == job->weeks;
    bool part = is_multiple(week, job->checkpoint_every) || (stop && !last);
    if (!job->folder || (!agents && !part && !last))
        return STATUS_DONE;
#pragma omp critical(samskab_files)
    {
        if (agents)
            status = save_agents(r);
        if (status == STATUS_DONE && (part || (last && job->folder_there)))
            status = save(r);
    }
    return status;
}

static enum status work(struct replicate *r)
{
    struct job *job = r->job;
    enum status status = STATUS_DONE;
    while (status == STATUS_DONE && r->world->week < job->weeks) {
        world_step(r->world);
        record_take(job->record, r->world);
        bool stop = atomic_load(&interrupted) != 0;
        status = check(r);
        if (status == STATUS_DONE)
            status = keep(r, stop);
#pragma omp critical(samskab_progress)
        {
            job->cost->agent_weeks += job->persons;
            progress_week(&job->progress);
        }
        if (status == STATUS_DONE && stop && r->world->week < job->weeks)
            status = STATUS_INTERRUPTED;
        enum status others = job_status(job);
        if (status == STATUS_DONE && others != STATUS_DONE && others != STATUS_INTERRUPTED)
            break; /* another replicate has failed: this one's work would be in vain */
    }
    return status;
}

static void run_replicate(struct job *job, uint32_t number, int threads)
{
    struct replicate r = {.job = job, .number = number};
    bool finished = false;
    if (atomic_load(&interrupted))
        job_worse(job, STATUS_INTERRUPTED);
    if (job_status(job) != STATUS_DONE)
        return;
    enum status status = begin(&r, threads, &finished);
    if (status == STATUS_DONE && !finished)
        status = work(&r);
    world_close(r.world);
#pragma omp critical(samskab_progress)
    progress_replicate(&job->progress);
    job_worse(job, status);
}

/* --- the whole run ---------------------------------------------------------------------------- */

static size_t peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}

/* Replicates that have finished before an interruption are saved too. */
static enum status save_finished(struct job *job)
{
    enum status status = STATUS_DONE;
    for (uint32_t i = 0; i < job->record->replicates && status == STATUS_DONE; i++) {
        struct replicate r = {.job = job, .number = i, .origin = {.scenario = job->digest}};
        if (job->record->weeks_done[i] == job->weeks)
            status = save(&r);
    }
    return status == STATUS_DONE ? need_folder(job) : status;
}

static void compute(struct job *job)
{
    struct run_cost *cost = job->cost;
    uint32_t replicates = (uint32_t)job->record->replicates;
    double began = progress_seconds();
    cost->threads = job->options->threads > 0 ? job->options->threads : omp_get_num_procs();
    bool beside = replicates >= (uint32_t)cost->threads && job->persons < side_by_side_persons;
    cost->side_by_side = beside ? cost->threads : 1;
    int most = 1 + (int)(job->persons / persons_a_thread); /* more would wait for each other */
    int inside = beside ? 1 : cost->threads < most ? cost->threads : most;
    progress_begin(&job->progress, job->options->quiet, (uint64_t)replicates * job->weeks,
                   replicates);
#pragma omp parallel for schedule(dynamic, 1) num_threads(cost->side_by_side)
    for (uint32_t i = 0; i < replicates; i++)
        run_replicate(job, i, inside);
    progress_end(&job->progress);
    cost->step_seconds = progress_seconds() - began - cost->build_seconds / cost->side_by_side;
    if (job->status == STATUS_INTERRUPTED && job->folder)
        job_worse(job, save_finished(job));
}

/* Writes the run file and takes the parts away. */
static enum status finish(struct job *job, double began)
{
    if (!job->options->out)
        return STATUS_DONE;
    double start = progress_seconds();
    job->cost->peak_bytes = peak_bytes();
    job->cost->total_seconds = start - began;
    const struct store_run_options options = {.command = job->options->command,
                                              .cost = job->cost,
                                              .agents_every = job->agents_every,
                                              .parts = job->folder,
                                              .resumed = job->resumed,
                                              .replace = job->options->force};
    enum status status = store_run(job->options->out, job->record, &options, job->error);
    if (status == STATUS_DONE && job->folder_there) {
        status = parts_remove(job->folder, job->error);
        durable_unlock(&job->lock);
    }
    job->cost->output_seconds = progress_seconds() - start;
    return status;
}

static enum status go(struct job *job)
{
    const struct scenario *s = job->scenario;
    double began = progress_seconds();
    struct handlers old;
    memset(job->cost, 0, sizeof *job->cost);
    enum status status = record_init(job->record, s, job->error);
    if (status == STATUS_DONE)
        status = store_scenario_digest(s, &job->digest, job->error);
    if (status != STATUS_DONE)
        return status;
    job->weeks = (uint32_t)job->record->weeks;
    job->persons = s->model->persons ? s->model->persons(s) : 0;
    if (job->agents_every > job->weeks)
        return error_add(job->error, STATUS_BAD_INPUT,
                         "agents are to be stored every %u weeks, but the run has only %u",
                         job->agents_every, job->weeks);
    handlers_install(&old);
    compute(job);
    if (job->status == STATUS_DONE)
        job->status = finish(job, began);
    handlers_restore(&old);
    job->cost->total_seconds = progress_seconds() - began;
    job->cost->peak_bytes = peak_bytes();
    return job->status;
}

/* What a folder of parts means for a run that begins anew. */
static enum status check_folder(const struct job *job)
{
    if (!durable_is_folder(job->folder))
        return STATUS_DONE;
    if (job->options->force)
        return parts_remove(job->folder, job->error);
    return error_add(job->error, STATUS_BAD_INPUT,
                     "%s: an interrupted run is there; go on with `samskab resume %s`, or give "
                     "--force to throw it away",
                     job->folder, job->options->out);
}

enum status run_execute(const struct scenario *s, const struct run_options *options,
                        struct record *record, struct run_cost *cost, struct error *e)
{
    struct job job = {.scenario = s,
                      .options = options,
                      .record = record,
                      .cost = cost,
                      .error = e,
                      .agents_every = options->out ? options->agents_every : 0,
                      .checkpoint_every = options->out ? options->checkpoint_every : 0,
                      .lock = -1};
    memset(record, 0, sizeof *record);
    enum status status = STATUS_DONE;
    if (options->out) {
        status = durable_check(options->out, options->force, e);
        if (status == STATUS_DONE) {
            job.folder = parts_folder(options->out);
            status = job.folder ? check_folder(&job) : no_memory(&job);
        }
    }
    if (status == STATUS_DONE)
        status = go(&job);
    durable_unlock(&job.lock);
    free(job.folder);
    return status;
}

static enum status resume(struct job *job, const char *out, const struct model *m,
                          struct run_options *options, struct scenario *s)
{
    struct run_file setup;
    if (!durable_is_folder(job->folder))
        return error_add(job->error, STATUS_BAD_INPUT,
                         "%s: there is no interrupted run of this name (no folder %s)", out,
                         job->folder);
    enum status status = durable_check(options->out, options->force, job->error);
    if (status == STATUS_DONE)
        status = durable_lock(job->folder, &job->lock, job->error);
    if (status != STATUS_DONE)
        return status;
    char *path = parts_setup(job->folder);
    status = path ? reader_open_setup(&setup, path, job->error) : no_memory(job);
    free(path);
    if (status != STATUS_DONE)
        return status;
    status = reader_scenario(&setup, s, m, NULL, 0, job->error);
    job->agents_every = setup.agents_every;
    job->checkpoint_every =
        options->checkpoint_every > 0 ? options->checkpoint_every : setup.checkpoint_every;
    reader_close(&setup);
    job->folder_there = job->resumed = true;
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
                      .cost = cost,
                      .error = e,
                      .folder = name ? parts_folder(name) : NULL,
                      .lock = -1};
    memset(record, 0, sizeof *record);
    memset(s, 0, sizeof *s);
    own.out = name;
    enum status status = job.folder ? resume(&job, out, m, &own, s) : no_memory(&job);
    durable_unlock(&job.lock);
    free(job.folder);
    free(name);
    return status;
}
