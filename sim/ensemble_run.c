#include "sim/ensemble_run.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "sim/desk.h"
#include "sim/durable.h"
#include "sim/flush.h"
#include "sim/interrupt.h"
#include "sim/memory.h"
#include "sim/model.h"
#include "sim/parts.h"
#include "sim/ranks.h"
#include "sim/reader.h"
#include "sim/replicate.h"
#include "sim/result.h"

enum { CACHED = 512 }; /* arms up to which their scenarios are kept; more are read for each run */

/* What its runs share.  `state` is written by the thread that has the run, `scenarios` within the
 * critical section `scenarios`. */
struct ensemble_job {
    struct crew crew; /* first, so that a crew is a job */
    struct ensemble *x;
    const struct model *m;
    const struct ensemble_options *options;
    struct ensemble_outcome *outcome;
    struct error *error;
    uint64_t identity;           /* ensemble_digest */
    size_t runs;                 /* room in the lists that follow */
    uint8_t *state;              /* enum run_state, by run */
    uint8_t *begun;              /* whether there is a checkpoint, by run */
    struct scenario **scenarios; /* by arm; NULL where not read yet */
    size_t *kept;                /* observables that are kept, by variable */
    uint64_t persons, bytes;     /* of the largest world, as far as arms were looked at */
    struct flush flush;
    struct desk desk; /* hands out runs, or replicates when runs share a burn-in */
    bool resumed;
    bool spread; /* over ranks */
    bool leads;  /* this is the rank that does what is done once */
};

static enum status no_memory(struct error *e)
{
    return error_add(e, STATUS_FAILED, "out of memory");
}

/* What all ranks make of their statuses. */
static enum status agree(struct ensemble_job *job, enum status status)
{
    return job->spread ? ranks_agree(status, job->error) : status;
}

/* What rank 0 has, all have. */
static void share(const struct ensemble_job *job, void *bytes, size_t size)
{
    if (job->spread)
        ranks_broadcast(bytes, size, 0);
}

/* --- scenarios ---------------------------------------------------------------------------------
 */

/* The scenario of an arm; own is true when the caller must give it back. */
static enum status take_scenario(struct ensemble_job *job, size_t arm, struct scenario **s,
                                 bool *own, struct error *e)
{
    enum status status = STATUS_DONE;
    *own = job->x->arms > CACHED;
    *s = NULL;
#pragma omp critical(samskab_scenarios)
    if (!*own)
        *s = job->scenarios[arm];
    if (*s)
        return STATUS_DONE;
    *s = calloc(1, sizeof **s);
    if (!*s)
        return no_memory(e);
    status = ensemble_scenario(job->x, job->m, arm, *s, e);
    if (status != STATUS_DONE) {
        free(*s);
        *s = NULL;
        return status;
    }
    if (!*own) {
#pragma omp critical(samskab_scenarios)
        {
            *own = job->scenarios[arm] != NULL; /* another thread was faster */
            if (!*own)
                job->scenarios[arm] = *s;
        }
    }
    return STATUS_DONE;
}

static void give_back(struct scenario *s, bool own)
{
    if (!s || !own)
        return;
    scenario_free(s);
    free(s);
}

/* --- parts -------------------------------------------------------------------------------------
 */

static enum status write_setup(const struct crew *crew, const char *path, struct error *e)
{
    const struct ensemble_job *job = (const struct ensemble_job *)crew;
    return store_ensemble_setup(path, job->identity, job->options->shard, e);
}

static struct result result_of(const struct ensemble_job *job, size_t run)
{
    return (struct result){.ensemble = job->identity, .run = run, .count = ensemble_values(job->x)};
}

/* The checkpoint of a run goes only when what takes its place is on the disk. */
static enum status replace_checkpoint(const struct ensemble_job *job, size_t run, const char *path,
                                      struct error *e)
{
    enum status status = durable_sync(path, e);
    if (status == STATUS_DONE)
        status = durable_sync(job->crew.folder, e);
    return status == STATUS_DONE ? parts_prune(job->crew.folder, (uint32_t)run, 0, e) : status;
}

/* Makes what came of a run safe. */
static enum status put_result(struct ensemble_job *job, size_t run, enum run_state state,
                              const float *values, const char *why, struct error *e)
{
    struct result it = result_of(job, run);
    char *path = parts_run(job->crew.folder, run);
    it.state = state;
    enum status status = path ? result_write(path, &it, values, why, e) : no_memory(e);
    if (status == STATUS_DONE && job->begun[run]) {
        status = replace_checkpoint(job, run, path, e);
    } else if (status == STATUS_DONE) {
        flush_add(&job->flush, path);
        status = flush_status(&job->flush);
    }
    if (status == STATUS_DONE) {
        job->state[run] = (uint8_t)state;
        desk_tell(&job->desk, (struct desk_news){run, (uint64_t)state});
    }
    free(path);
    return status;
}

/* The first line of what was found.  Where nothing was, a fault of the disk has stopped this run
 * that flush_end will tell. */
static void pass_on(struct error *to, enum status status, const struct error *from)
{
    if (from->count == 0)
        return;
#pragma omp critical(samskab_files)
    error_pass_on(to, status, from);
}

/* A run that has finished: of its record, what is kept. */
static enum status finish_run(struct replicate *r)
{
    struct ensemble_job *job = (struct ensemble_job *)r->crew;
    const struct ensemble *x = job->x;
    size_t block = x->weeks * x->places;
    float *values = malloc((ensemble_values(x) + 1) * sizeof *values);
    struct error e = {0};
    for (size_t k = 0; values && k < x->variable_count; k++)
        memcpy(values + k * block, record_at(r->record, job->kept[k], 0, 0),
               block * sizeof *values);
    enum status status =
        values ? put_result(job, r->record->part, RUN_DONE, values, NULL, &e) : no_memory(&e);
    free(values);
    if (status != STATUS_DONE)
        pass_on(r->error, status, &e);
    error_free(&e);
    return status;
}

/* What came of a run that was done, for the file. */
static enum status take_result(void *context, size_t arm, size_t replicate, enum run_state *state,
                               float *values, char **why, struct error *e)
{
    struct ensemble_job *job = context;
    size_t run = ensemble_run(job->x, arm, replicate);
    *state = (enum run_state)job->state[run];
    if (*state == RUN_MISSING)
        return STATUS_DONE;
    struct result it = result_of(job, run);
    char *path = parts_run(job->crew.folder, run);
    enum status status = path ? result_read(path, &it, values, why, e) : no_memory(e);
    free(path);
    return status;
}

/* --- one run -----------------------------------------------------------------------------------
 */

/* Records the failure of a run that cannot be done, and passes on what is a fault of disk or
 * memory, with which the same run may be done another time. */
static enum status conclude(struct ensemble_job *job, size_t run, enum status status, bool broken,
                            struct error *e)
{
    if (status == STATUS_DONE || status == STATUS_INTERRUPTED)
        return status;
    if (!broken || status == STATUS_FAILED) {
        pass_on(job->error, status, e);
        return status;
    }
    struct error other = {0};
    char *why = strndup(error_text(e), strlen(error_text(e)) - (error_text(e)[0] != '\0'));
    status = why ? put_result(job, run, RUN_FAILED, NULL, why, &other) : no_memory(&other);
    if (status != STATUS_DONE)
        pass_on(job->error, status, &other);
    error_free(&other);
    free(why);
    return status;
}

static void run_one(struct ensemble_job *job, size_t run, const struct branch *branch, int threads)
{
    struct ensemble *x = job->x;
    size_t arm = run % x->arms, replicate = run / x->arms;
    struct scenario *s;
    struct record record = {0};
    struct error e = {0};
    bool own = false, broken = true;
    if (interrupt_seen())
        crew_worse(&job->crew, STATUS_INTERRUPTED);
    if (crew_status(&job->crew) != STATUS_DONE)
        return;
    enum status status = take_scenario(job, arm, &s, &own, &e);
    if (status == STATUS_DONE)
        status = record_init_one(&record, s, replicate, run, &e);
    if (status == STATUS_DONE) {
        struct replicate r = {.crew = &job->crew,
                              .scenario = s,
                              .record = &record,
                              .weeks = (uint32_t)x->weeks,
                              .digest = job->identity,
                              .persons = job->persons,
                              .resumed = job->begun[run],
                              .branch = branch,
                              .error = &e,
                              .origin = {.scenario = job->identity}};
        status = replicate_run(&r, threads);
        broken = r.broken;
    } else {
#pragma omp critical(samskab_progress)
        {
            job->crew.progress.work -= x->weeks;
            progress_replicate(&job->crew.progress);
        }
    }
    crew_worse(&job->crew, conclude(job, run, status, broken, &e));
    record_free(&record);
    give_back(s, own);
    error_free(&e);
}

/* --- runs that share a burn-in -----------------------------------------------------------------
 */

static bool wanted(const struct ensemble_job *job, size_t run)
{
    return shard_has(job->options->shard, run) && job->state[run] == RUN_MISSING;
}

/* The base of one replicate, run until its arms begin. */
static enum status burn_in(struct ensemble_job *job, struct replicate *r, int threads)
{
    enum status status = replicate_open(r, threads);
    while (status == STATUS_DONE && r->world->week < job->x->burn_in) {
        world_step(r->world);
        record_take(r->record, r->world);
#pragma omp critical(samskab_progress)
        {
            job->crew.cost->agent_weeks += r->persons;
            progress_week(&job->crew.progress);
        }
        if (interrupt_seen())
            status = STATUS_INTERRUPTED;
    }
    return status;
}

/* All runs of a replicate, from one state of the base. */
static void run_replicate(struct ensemble_job *job, size_t replicate, int threads)
{
    struct ensemble *x = job->x;
    struct scenario base = {0};
    struct record record = {0};
    struct error e = {0};
    struct replicate r = {.crew = &job->crew,
                          .scenario = &base,
                          .record = &record,
                          .weeks = (uint32_t)x->weeks,
                          .persons = job->persons,
                          .error = &e};
    enum status status = ensemble_base(x, job->m, 0, &base, &e);
    if (status == STATUS_DONE)
        status = record_init_one(&record, &base, replicate, 0, &e);
    if (status == STATUS_DONE)
        status = burn_in(job, &r, threads);
    const struct branch branch = {r.world, &record};
    for (size_t arm = 0; arm < x->arms; arm++) {
        size_t run = ensemble_run(x, arm, replicate);
        if (!wanted(job, run))
            continue;
        if (status == STATUS_DONE)
            run_one(job, run, &branch, threads);
        else
            crew_worse(&job->crew, conclude(job, run, status, true, &e));
    }
    world_close(r.world);
    record_free(&record);
    scenario_free(&base);
    error_free(&e);
}

/* --- all runs ----------------------------------------------------------------------------------
 */

static size_t count_wanted(const struct ensemble_job *job)
{
    size_t count = 0;
    for (size_t run = 0; run < ensemble_runs(job->x); run++)
        count += wanted(job, run);
    return count;
}

static bool wants_run(void *context, size_t run)
{
    const struct ensemble_job *job = context;
    return wanted(job, run);
}

static bool wants_replicate(void *context, size_t replicate)
{
    const struct ensemble_job *job = context;
    for (size_t arm = 0; arm < job->x->arms; arm++)
        if (wanted(job, ensemble_run(job->x, arm, replicate)))
            return true;
    return false;
}

/* Another rank has finished a run. */
static void hear(void *context, const struct desk_news *news)
{
    struct ensemble_job *job = context;
    job->state[news->about] = (uint8_t)news->what;
#pragma omp critical(samskab_progress)
    {
        job->crew.progress.done += job->x->weeks + job->x->burn_in / job->x->arms;
        progress_replicate(&job->crew.progress);
    }
}

/* How many work at what, in each rank. */
static int share_out(struct ensemble_job *job, size_t count)
{
    struct run_cost *cost = job->crew.cost;
    int threads = job->spread ? ranks_threads() : omp_get_num_procs();
    size_t pieces = job->x->burn_in > 0 ? job->x->replicates : count;
    cost->ranks = job->spread ? ranks_count() : 1;
    cost->threads = job->options->threads > 0 ? job->options->threads : threads;
    bool beside = run_side_by_side(pieces / (size_t)cost->ranks, cost->threads, job->persons);
    cost->side_by_side = beside ? cost->threads : 1;
    return beside ? 1 : run_threads_inside(cost->threads, job->persons);
}

/* Whether the worlds fit that are there at a time; a run from a burn-in has two. */
static enum status check_memory(const struct ensemble_job *job)
{
    const struct memory_need need = {.world = job->bytes * (job->x->burn_in > 0 ? 2 : 1),
                                     .persons = job->persons,
                                     .side_by_side = job->crew.cost->side_by_side};
    return memory_check(&need, memory_free_of_rank(job->spread), job->error);
}

/* Pieces one after another, as long as all goes well. */
static void take_pieces(struct ensemble_job *job, int inside)
{
    size_t piece;
    while (crew_status(&job->crew) == STATUS_DONE && desk_next(&job->desk, &piece))
        if (job->x->burn_in > 0)
            run_replicate(job, piece, inside);
        else
            run_one(job, piece, NULL, inside);
    if (crew_status(&job->crew) != STATUS_DONE)
        desk_stop(&job->desk);
}

static void compute(struct ensemble_job *job)
{
    const struct ensemble *x = job->x;
    bool burns = x->burn_in > 0;
    size_t count = count_wanted(job);
    double began = progress_seconds();
    int inside = share_out(job, count);
    uint64_t work = (uint64_t)count * x->weeks + x->burn_in * x->replicates;
    job->desk = (struct desk){.spread = job->spread,
                              .count = burns ? x->replicates : ensemble_runs(x),
                              .wanted = burns ? wants_replicate : wants_run,
                              .hear = hear,
                              .context = job};
    progress_begin(&job->crew.progress, job->options->quiet, work, (uint32_t)count);
    job->crew.progress.unit = "runs";
    job->crew.progress.weeks_each = (double)x->weeks;
    crew_worse(&job->crew, agree(job, check_memory(job)));
    crew_worse(&job->crew, agree(job, desk_open(&job->desk, job->error)));
    if (job->crew.cost->side_by_side == 1) { /* in no team of threads, see sim/run.c */
        take_pieces(job, inside);
    } else {
#pragma omp parallel num_threads(job->crew.cost->side_by_side)
        take_pieces(job, inside);
    }
    desk_close(&job->desk);
    progress_end(&job->crew.progress);
    job->crew.cost->step_seconds += progress_seconds() - began;
}

/* Room for more runs than there were. */
static enum status grow(struct ensemble_job *job)
{
    size_t runs = ensemble_runs(job->x);
    uint8_t *state = realloc(job->state, runs + 1);
    if (!state)
        return no_memory(job->error);
    job->state = state;
    uint8_t *begun = realloc(job->begun, runs + 1);
    if (!begun)
        return no_memory(job->error);
    job->begun = begun;
    memset(job->state + job->runs, RUN_MISSING, runs - job->runs);
    memset(job->begun + job->runs, 0, runs - job->runs);
    job->runs = runs;
    return STATUS_DONE;
}

/* What was done before, of the runs that there are now.  Who did it may have been killed before it
 * was on the disk. */
static enum status look_back(struct ensemble_job *job)
{
    size_t runs = ensemble_runs(job->x);
    uint8_t *finished = calloc(runs + 1, 1);
    enum status status = finished ? STATUS_DONE : no_memory(job->error);
    if (status == STATUS_DONE)
        status = parts_runs(job->crew.folder, runs, finished, job->begun, job->error);
    for (size_t run = 0; run < runs && status == STATUS_DONE; run++) {
        if (!finished[run] || !wanted(job, run))
            continue;
        struct result it = result_of(job, run);
        struct error ignored = {0};
        char *path = parts_run(job->crew.folder, run);
        if (!path)
            status = no_memory(job->error);
        else if (result_read(path, &it, NULL, NULL, &ignored) == STATUS_DONE) {
            job->state[run] = (uint8_t)it.state;
            job->outcome->before++;
            flush_add(&job->flush, path);
        }
        error_free(&ignored);
        free(path);
    }
    free(finished);
    return status;
}

/* What rank 0 knows of runs that were done before, or that have begun. */
static enum status share_past(struct ensemble_job *job)
{
    enum status status = grow(job);
    if (status == STATUS_DONE && job->resumed && job->leads)
        status = look_back(job);
    status = agree(job, status);
    if (status == STATUS_DONE) {
        share(job, job->state, job->runs);
        share(job, job->begun, job->runs);
    }
    return status;
}

/* Runs, and more replicates as long as they are asked for. */
static enum status compute_all(struct ensemble_job *job)
{
    const struct ensemble_options *options = job->options;
    const struct store_source source = {.take = take_result, .context = job};
    for (;;) {
        enum status status = share_past(job);
        if (status != STATUS_DONE)
            return status;
        compute(job);
        size_t replicates = job->x->replicates;
        status = agree(job, crew_status(&job->crew));
        if (status == STATUS_DONE && options->more && job->leads)
            status = options->more(options->context, job->x, &source, &replicates, job->error);
        status = agree(job, status);
        share(job, &replicates, sizeof replicates);
        if (status != STATUS_DONE || replicates <= job->x->replicates)
            return status;
        job->x->replicates = replicates;
    }
}

/* What all ranks took together is known to rank 0. */
static enum status add_up_cost(struct ensemble_job *job)
{
    struct run_cost *cost = job->crew.cost;
    cost->peak_bytes = replicate_peak_bytes();
    if (!job->spread)
        return STATUS_DONE;
    size_t count = (size_t)ranks_count();
    struct run_cost *all = malloc(count * sizeof *all);
    enum status status = agree(job, all ? STATUS_DONE : no_memory(job->error));
    if (status == STATUS_DONE)
        ranks_all_gather(cost, sizeof *cost, all);
    for (size_t i = 1; i < count && status == STATUS_DONE && job->leads; i++) {
        cost->build_seconds += all[i].build_seconds;
        cost->agent_weeks += all[i].agent_weeks;
        if (all[i].peak_bytes > cost->peak_bytes)
            cost->peak_bytes = all[i].peak_bytes;
    }
    free(all);
    return status;
}

static enum status count_up(struct ensemble_job *job)
{
    struct ensemble_outcome *outcome = job->outcome;
    enum status status = STATUS_DONE;
    for (size_t run = 0; run < ensemble_runs(job->x) && status == STATUS_DONE; run++) {
        enum run_state state;
        outcome->done += job->state[run] == RUN_DONE;
        outcome->failed += job->state[run] == RUN_FAILED;
        if (job->state[run] == RUN_FAILED && !outcome->why)
            status = take_result(job, run % job->x->arms, run / job->x->arms, &state, NULL,
                                 &outcome->why, job->error);
    }
    return status;
}

/* Writes the file and takes the parts away. */
static enum status finish(struct ensemble_job *job, double began)
{
    struct run_cost *cost = job->crew.cost;
    const struct store_source source = {.take = take_result, .context = job};
    double start = progress_seconds();
    cost->total_seconds = start - began;
    const struct store_run_options options = {.command = job->options->command,
                                              .cost = cost,
                                              .resumed = job->resumed,
                                              .replace = job->options->force};
    enum status status = store_ensemble(job->options->out, job->x, job->options->shard, &source,
                                        &options, job->error);
    if (status == STATUS_DONE)
        (void)parts_remove(job->crew.folder, job->error); /* what is left is told, and no failure */
    if (status == STATUS_DONE)
        durable_unlock(&job->crew.lock);
    cost->output_seconds = progress_seconds() - start;
    return status;
}

/* --- before and after --------------------------------------------------------------------------
 */

static void look_at_size(struct ensemble_job *job, const struct scenario *s)
{
    uint64_t persons = job->m->persons ? job->m->persons(s) : 0;
    uint64_t bytes = job->m->bytes ? job->m->bytes(s) : 0;
    job->persons = persons > job->persons ? persons : job->persons;
    job->bytes = bytes > job->bytes ? bytes : job->bytes;
}

/* What is wrong with it is told of its runs. */
static void look_at_arm(struct ensemble_job *job, size_t arm)
{
    struct error ignored = {0};
    struct scenario *s;
    bool own;
    if (take_scenario(job, arm, &s, &own, &ignored) == STATUS_DONE)
        look_at_size(job, s);
    give_back(s, own);
    error_free(&ignored);
}

static enum status prepare(struct ensemble_job *job)
{
    const struct ensemble *x = job->x;
    const struct model *m = job->m;
    struct scenario s = {0};
    job->kept = calloc(x->variable_count + 1, sizeof *job->kept);
    job->scenarios = calloc(x->arms <= CACHED ? x->arms + 1 : 1, sizeof *job->scenarios);
    if (!job->kept || !job->scenarios)
        return no_memory(job->error);
    for (size_t k = 0; k < x->variable_count; k++) {
        size_t i = 0;
        while (i < m->observable_count && strcmp(m->observables[i].name, x->variables[k].name) != 0)
            i++;
        if (i == m->observable_count)
            return error_add(job->error, STATUS_BAD_INPUT, "%s is no weekly series of %s",
                             x->variables[k].name, m->name);
        job->kept[k] = i;
    }
    enum status status = ensemble_base(x, m, 0, &s, job->error);
    if (status == STATUS_DONE)
        look_at_size(job, &s);
    scenario_free(&s);
    for (size_t arm = 0; status == STATUS_DONE && x->arms <= CACHED && arm < x->arms; arm++)
        look_at_arm(job, arm);
    return status;
}

/* Whether an experiment that is there is this one. */
static enum status check_setup(struct ensemble_job *job)
{
    struct shard shard;
    uint64_t identity = 0;
    char *path = parts_setup(job->crew.folder);
    if (!path)
        return no_memory(job->error);
    enum status status = STATUS_DONE;
    if (durable_is_file(path)) {
        status = reader_ensemble_setup(path, &identity, &shard, job->error);
        if (status == STATUS_DONE &&
            (identity != job->identity || shard.number != job->options->shard.number ||
             shard.count != job->options->shard.count))
            status =
                error_add(job->error, STATUS_BAD_INPUT,
                          "%s: was begun with another plan, shard or version of samskab; go on "
                          "with those, or give --force to throw it away",
                          job->crew.folder);
    } else { /* stopped before it was written: nothing is there yet, and the folder may not last */
        status = durable_folder(job->crew.folder, job->error);
        if (status == STATUS_DONE)
            status = write_setup(&job->crew, path, job->error);
    }
    free(path);
    return status;
}

/* Opens the folder of parts: a new one, or that of an interrupted experiment. */
static enum status open_folder(struct ensemble_job *job)
{
    const struct ensemble_options *options = job->options;
    struct error *e = job->error;
    bool there = durable_is_folder(job->crew.folder);
    enum status status = STATUS_DONE;
    if (there && options->force && !options->resume) {
        status = parts_discard(job->crew.folder, e);
        there = false;
    } else if (there && !options->resume) {
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: an interrupted experiment is there; give --resume to go on with it, "
                         "or --force to throw it away",
                         job->crew.folder);
    }
    if (status != STATUS_DONE)
        return status;
    if (!there)
        return crew_folder(&job->crew, e);
    status = durable_lock(job->crew.folder, &job->crew.lock, e);
    if (status == STATUS_DONE)
        status = check_setup(job);
    job->crew.folder_there = job->resumed = status == STATUS_DONE;
    return status;
}

/* Whether this rank sees the folder that rank 0 has opened. */
static enum status find_folder(struct ensemble_job *job)
{
    struct shard shard;
    uint64_t identity = 0;
    struct error e = {0};
    char *path = parts_setup(job->crew.folder);
    enum status status = path ? reader_ensemble_setup(path, &identity, &shard, &e) : no_memory(&e);
    if (status == STATUS_FAILED)
        error_pass_on(job->error, status, &e);
    else if (status != STATUS_DONE || identity != job->identity)
        status = error_add(job->error, STATUS_BAD_INPUT,
                           "%s: is not seen from here; write to a folder that all ranks share",
                           job->crew.folder);
    job->crew.folder_there = status == STATUS_DONE;
    error_free(&e);
    free(path);
    return status;
}

/* Rank 0 opens the folder, which then is there for all. */
static enum status enter_folder(struct ensemble_job *job)
{
    enum status status = agree(job, job->leads ? open_folder(job) : STATUS_DONE);
    if (status == STATUS_DONE && !job->leads)
        status = find_folder(job);
    status = agree(job, status);
    share(job, &job->resumed, sizeof job->resumed);
    return status;
}

static enum status go(struct ensemble_job *job)
{
    double began = progress_seconds();
    struct interrupt_handlers old;
    enum status status = enter_folder(job);
    if (status != STATUS_DONE)
        return status;
    enum status flushed = flush_begin(&job->flush, job->crew.folder, job->error);
    bool flushing = flushed == STATUS_DONE;
    interrupt_begin(&old);
    status = agree(job, flushed);
    if (status == STATUS_DONE)
        status = compute_all(job);
    if (flushing)
        flushed = flush_end(&job->flush, job->error);
    if (status == STATUS_DONE || status == STATUS_INTERRUPTED)
        status = flushed == STATUS_DONE ? status : flushed;
    status = agree(job, status);
    if (status == STATUS_DONE)
        status = add_up_cost(job);
    if (status == STATUS_DONE && job->leads)
        status = count_up(job);
    if (status == STATUS_DONE && job->leads)
        status = finish(job, began);
    interrupt_end(&old);
    job->crew.cost->total_seconds = progress_seconds() - began;
    return status;
}

/* The file is there already: that of this experiment, when it is to be resumed, is all there is to
 * do; folders of parts that a killed process left behind are taken away. */
static enum status check_done(struct ensemble_job *job, bool *done)
{
    struct ensemble_file f;
    char identity[32];
    *done = false;
    if (!job->options->resume || job->options->force || !durable_is_file(job->options->out))
        return STATUS_DONE;
    enum status status = reader_ensemble_open(&f, job->options->out, job->error);
    if (status != STATUS_DONE)
        return status;
    snprintf(identity, sizeof identity, "%016llx", (unsigned long long)job->identity);
    *done = strcmp(f.identity, identity) == 0 && f.shard.number == job->options->shard.number &&
            f.shard.count == job->options->shard.count;
    if (!*done)
        status = error_add(job->error, STATUS_BAD_INPUT,
                           "%s: holds another plan or shard, or is of another version of samskab; "
                           "give another name with -o, or --force to replace it",
                           job->options->out);
    for (size_t run = 0; *done && run < ensemble_runs(&f.ensemble); run++) {
        job->outcome->done += f.state[run] == RUN_DONE;
        job->outcome->failed += f.state[run] == RUN_FAILED;
    }
    if (*done)
        job->x->replicates = f.ensemble.replicates;
    job->outcome->before = job->outcome->done + job->outcome->failed;
    job->outcome->complete = *done;
    reader_ensemble_close(&f);
    if (*done && durable_is_folder(job->crew.folder))
        status = parts_discard(job->crew.folder, job->error);
    return status;
}

/* Ranks that run other programs, or have read another plan, must not work together. */
static enum status check_identity(struct ensemble_job *job)
{
    uint64_t first = job->identity;
    share(job, &first, sizeof first);
    enum status status = STATUS_DONE;
    if (first != job->identity)
        status = error_add(job->error, STATUS_BAD_INPUT,
                           "has another plan or version of samskab than rank 0");
    return agree(job, status);
}

/* Whether the file can be written, or is there already. */
static enum status check_file(struct ensemble_job *job, bool *done)
{
    enum status status = check_done(job, done);
    if (status != STATUS_DONE || *done)
        return status;
    status = durable_check(job->options->out, job->options->force, job->error);
    if (status == STATUS_DONE)
        status = ensemble_fits(job->x, job->options->shard, job->options->out, job->error);
    return status;
}

static enum status execute(struct ensemble_job *job)
{
    bool done = false;
    enum status status = check_identity(job);
    if (status == STATUS_DONE)
        status = agree(job, job->leads ? check_file(job, &done) : STATUS_DONE);
    share(job, &done, sizeof done);
    if (status != STATUS_DONE || done)
        return status;
    status = agree(job, prepare(job));
    return status == STATUS_DONE ? go(job) : status;
}

enum status ensemble_execute(struct ensemble *x, const struct model *m,
                             const struct ensemble_options *options,
                             struct ensemble_outcome *outcome, struct error *e)
{
    bool spread = options->spread && ranks_count() > 1;
    struct ensemble_job job = {.spread = spread,
                               .leads = !spread || ranks_rank() == 0,
                               .crew = {.cost = &outcome->cost,
                                        .folder = parts_folder(options->out),
                                        .lock = -1,
                                        .write_setup = write_setup,
                                        .finish = finish_run},
                               .x = x,
                               .m = m,
                               .options = options,
                               .outcome = outcome,
                               .error = e,
                               .identity = ensemble_digest(x)};
    memset(outcome, 0, sizeof *outcome);
    enum status status = agree(&job, job.crew.folder ? STATUS_DONE : no_memory(e));
    if (status == STATUS_DONE)
        status = execute(&job);
    durable_unlock(&job.crew.lock);
    for (size_t i = 0; job.scenarios && x->arms <= CACHED && i < x->arms; i++)
        give_back(job.scenarios[i], true);
    free(job.scenarios);
    free(job.state);
    free(job.begun);
    free(job.kept);
    free(job.crew.folder);
    return status;
}

/* --- sizes -------------------------------------------------------------------------------------
 */

double ensemble_part_bytes(const struct ensemble *x, struct shard shard)
{
    static const double block = 4096; /* in which disks give room */
    double values = (double)ensemble_values(x) * sizeof(float);
    return (double)ensemble_runs(x) / shard.count * (values + block);
}

double ensemble_file_bytes(const struct ensemble *x, struct shard shard)
{
    static const double bytes_a_value = 3, bytes_an_arm = 300;
    double values = (double)ensemble_values(x) * (double)ensemble_runs(x) / shard.count;
    return bytes_a_value * values + bytes_an_arm * (double)x->arms + 1e5;
}

enum status ensemble_fits(const struct ensemble *x, struct shard shard, const char *out,
                          struct error *e)
{
    size_t room = durable_free(out);
    double need = ensemble_part_bytes(x, shard) + ensemble_file_bytes(x, shard);
    if (room == SIZE_MAX || need <= (double)room)
        return STATUS_DONE;
    return error_add(
        e, STATUS_BAD_INPUT,
        "%s: needs about %.1f GB while it works, but only %.1f GB are free on its disk; "
        "keep fewer series (keep), or have fewer runs",
        out, need / 1e9, (double)room / 1e9);
}
