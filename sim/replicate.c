#include "sim/replicate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/durable.h"
#include "sim/interrupt.h"
#include "sim/model.h"
#include "sim/parts.h"
#include "sim/ranks.h"
#include "sim/reader.h"
#include "sim/split.h"

enum status crew_status(const struct crew *crew)
{
    enum status status;
#pragma omp atomic read
    status = crew->status;
    return status;
}

void crew_worse(struct crew *crew, enum status status)
{
#pragma omp critical(samskab_status)
    if (status != STATUS_DONE &&
        (crew->status == STATUS_DONE || crew->status == STATUS_INTERRUPTED)) {
#pragma omp atomic write
        crew->status = status;
    }
}

bool crew_writes(const struct crew *crew)
{
    return !crew->shared || ranks_rank() == 0;
}

enum status crew_agree(const struct crew *crew, enum status status, struct error *e)
{
    return crew->shared ? ranks_agree(status, e) : status;
}

static enum status no_memory(struct error *e)
{
    return error_add(e, STATUS_FAILED, "out of memory");
}

static uint32_t week_of(const struct replicate *r)
{
    return r->record->weeks_done[r->row];
}

/* The number of the replicate in its scenario, and of its parts. */
static uint32_t number_of(const struct replicate *r)
{
    return (uint32_t)(r->record->first + r->row);
}

static uint32_t part_of(const struct replicate *r)
{
    return (uint32_t)(r->record->part + r->row);
}

/* --- parts: all of these are called within the critical section `files` ----------------------- */

enum status crew_folder(struct crew *crew, struct error *e)
{
    if (crew->folder_there)
        return STATUS_DONE;
    enum status status = durable_folder(crew->folder, e);
    if (status == STATUS_DONE && crew->lock < 0) /* held when what follows has failed before */
        status = durable_lock(crew->folder, &crew->lock, e);
    if (status != STATUS_DONE)
        return status;
    char *setup = parts_setup(crew->folder);
    status = setup ? crew->write_setup(crew, setup, e) : no_memory(e);
    free(setup);
    crew->folder_there = status == STATUS_DONE;
    return status;
}

/* Writes a part from the world, or from what is left of it. */
struct part {
    char *path;
    enum status (*write)(const struct replicate *r, const char *path);
    void (*help)(const struct world *w);
    const struct world *world; /* NULL: nothing of it is wanted */
};

static enum status write_series(const struct replicate *r, const char *path)
{
    const struct world *w = week_of(r) == r->weeks ? NULL : r->world;
    return store_replicate(path, r->record, (uint32_t)r->row, w, &r->origin, r->error);
}

static enum status write_agents(const struct replicate *r, const char *path)
{
    return store_agents(path, r->world, r->error);
}

/* Of those who share the replicate one writes, while the others give what they hold. */
static enum status save(struct replicate *r, const struct part *part)
{
    struct crew *crew = r->crew;
    bool writes = crew_writes(crew);
    enum status status = part->path ? STATUS_DONE : no_memory(r->error);
    if (status == STATUS_DONE && writes)
        status = crew_folder(crew, r->error);
    status = crew_agree(crew, status, r->error);
    if (status != STATUS_DONE)
        return status;
    crew->folder_there = true;
    if (writes)
        status = part->write(r, part->path);
    else if (part->world)
        part->help(part->world);
    return status;
}

enum status replicate_save(struct replicate *r)
{
    struct crew *crew = r->crew;
    uint32_t week = week_of(r);
    const struct part part = {.path = parts_replicate(crew->folder, part_of(r), week),
                              .write = write_series,
                              .help = store_replicate_help,
                              .world = week == r->weeks ? NULL : r->world};
    enum status status = save(r, &part);
    free(part.path);
    if (status == STATUS_DONE && crew_writes(crew) && (r->checkpoint_every > 0 || r->resumed))
        status = parts_prune(crew->folder, part_of(r), 2, r->error);
    return crew_agree(crew, status, r->error);
}

static enum status save_agents(struct replicate *r)
{
    const struct part part = {.path = parts_agents(r->crew->folder, part_of(r), r->world->week),
                              .write = write_agents,
                              .help = store_agents_help,
                              .world = r->world};
    enum status status = save(r, &part);
    free(part.path);
    return crew_agree(r->crew, status, r->error);
}

/* Whether all agents that were to be stored up to a week are there and whole. */
static enum status check_agents(const struct replicate *r, uint32_t last, struct error *e)
{
    enum status status = STATUS_DONE;
    for (uint32_t week = r->agents_every; week > 0 && week <= last && status == STATUS_DONE;
         week += r->agents_every) {
        size_t rows;
        char *path = parts_agents(r->crew->folder, part_of(r), week);
        status = path ? reader_agents_rows(path, &rows, e)
                      : error_add(e, STATUS_FAILED, "out of memory");
        free(path);
    }
    return status;
}

/* Whether a part is whole and belongs to this run: then its series are in the record. */
static enum status load_series(struct replicate *r, const char *path, uint32_t week, bool *finished,
                               struct error *e)
{
    struct reader_replicate about;
    enum status status = reader_replicate(path, r->record, (uint32_t)r->row, week, &about, e);
    if (status == STATUS_DONE)
        status = check_agents(r, week, e);
    if (status != STATUS_DONE)
        return status;
    *finished = about.finished;
    if (about.origin.scenario != r->digest)
        return error_add(e, STATUS_FAILED, "%s: belongs to another scenario", path);
    if (about.finished != (week == r->weeks))
        return error_add(e, STATUS_BAD_INPUT, "%s: ends at week %u of %u", path, week, r->weeks);
    if (!about.finished &&
        (about.origin.traits != r->origin.traits || about.origin.ties != r->origin.ties))
        return error_add(e, STATUS_FAILED,
                         "%s: this machine builds another world than the one that was saved; "
                         "resume with the program and on the machine that began the run",
                         path);
    return STATUS_DONE;
}

static enum status load(struct replicate *r, const char *path, uint32_t week, struct error *e)
{
    bool finished = false;
    enum status status = load_series(r, path, week, &finished, e);
    status = crew_agree(r->crew, status, e);
    if (status != STATUS_DONE || finished)
        return status;
    return reader_state(path, r->world, r->record, e);
}

/* The weeks after which it was saved, newest first: what the one who writes finds. */
static enum status weeks_of(const struct replicate *r, uint32_t **weeks, size_t *count)
{
    enum status status = parts_weeks(r->crew->folder, part_of(r), weeks, count, r->error);
    status = crew_agree(r->crew, status, r->error);
    if (!r->crew->shared || status != STATUS_DONE)
        return status;
    size_t mine = *count;
    ranks_broadcast(count, sizeof *count, 0);
    uint32_t *same = *count > mine ? realloc(*weeks, *count * sizeof *same) : *weeks;
    status = crew_agree(r->crew, same ? STATUS_DONE : no_memory(r->error), r->error);
    *weeks = same ? same : *weeks;
    if (status == STATUS_DONE)
        ranks_broadcast(*weeks, *count * sizeof **weeks, 0);
    return status;
}

/* The newest part that is whole; a damaged one is passed over for the one before.  Sets *loaded to
 * false when there is none.  A world that is not the one saved is a fault, as is a short memory. */
static enum status load_newest(struct replicate *r, bool finished_only, bool *loaded)
{
    uint32_t *weeks;
    size_t count;
    struct crew *crew = r->crew;
    enum status status = weeks_of(r, &weeks, &count);
    *loaded = false;
    for (size_t i = 0; i < count && !*loaded && status == STATUS_DONE; i++) {
        if (weeks[i] > r->weeks || finished_only != (weeks[i] == r->weeks))
            continue;
        char *path = parts_replicate(crew->folder, part_of(r), weeks[i]);
        struct error e = {0};
        enum status found = crew_agree(crew, path ? STATUS_DONE : no_memory(&e), &e);
        if (found == STATUS_DONE)
            found = load(r, path, weeks[i], &e);
        *loaded = found == STATUS_DONE;
        if (found == STATUS_FAILED) {
            error_pass_on(r->error, found, &e);
            status = found;
        }
        error_free(&e);
        free(path);
    }
    free(weeks);
    return status;
}

/* --- one replicate ---------------------------------------------------------------------------- */

enum status replicate_open(struct replicate *r, int threads)
{
    struct error e = {0};
    double began = progress_seconds();
    enum status (*open)(struct world * *w, const struct model *m, const struct scenario *s,
                        uint32_t replicate, int threads, struct error *e) =
        r->crew->shared ? world_open_shared : world_open;
    enum status status =
        open(&r->world, r->scenario->model, r->scenario, number_of(r), threads, &e);
    if (status == STATUS_DONE) {
        r->origin.scenario = r->digest;
        r->origin.traits = split_columns_digest(r->world, true, false);
        r->origin.ties = split_network_digest(r->world);
    }
    double spent = progress_seconds() - began;
    r->broken = status != STATUS_DONE;
#pragma omp critical(samskab_files)
    if (r->broken)
        error_add(r->error, status, "replicate %u cannot be built: %.*s", number_of(r) + 1,
                  (int)strcspn(error_text(&e), "\n"), error_text(&e));
#pragma omp critical(samskab_progress)
    {
        r->crew->cost->build_seconds += spent;
        progress_built(&r->crew->progress, spent);
        if (status == STATUS_DONE)
            r->crew->cost->world_bytes =
                columns_bytes(r->scenario->model, r->world) + network_bytes(&r->world->ties);
    }
    error_free(&e);
    return status;
}

static enum status not_same(struct replicate *r)
{
    r->broken = true;
#pragma omp critical(samskab_files)
    error_add(r->error, STATUS_BAD_INPUT,
              "it cannot start from the burn-in: its parameters build another world (other people, "
              "ties or sizes) than the base's");
    return STATUS_BAD_INPUT;
}

/* Takes the state of another world over. */
static enum status branch(struct replicate *r)
{
    const struct model *m = r->scenario->model;
    const struct world *from = r->branch->world;
    struct world *w = r->world;
    uint64_t traits = columns_digest(m, from, true, false);
    if (r->origin.traits != traits || r->origin.ties != network_digest(&from->ties) ||
        !world_adopt(w, from))
        return not_same(r);
    struct record *to = r->record;
    size_t size = w->week * to->places * sizeof *to->series;
    for (size_t k = 0; k < to->observables; k++)
        memcpy(record_at(to, k, r->row, 0), record_at(r->branch->record, k, 0, 0), size);
    to->weeks_done[r->row] = w->week;
    return STATUS_DONE;
}

/* A world must be as it was built when a part that failed to load has been laid over it. */
static enum status begin(struct replicate *r, int threads, bool *finished)
{
    enum status status = STATUS_DONE;
    bool loaded = false;
    *finished = false;
    if (r->resumed) {
#pragma omp critical(samskab_files)
        status = load_newest(r, true, finished);
    }
    if (status == STATUS_DONE && !*finished)
        status = replicate_open(r, threads);
    if (status == STATUS_DONE && !*finished && r->resumed) {
#pragma omp critical(samskab_files)
        status = load_newest(r, false, &loaded);
        if (status == STATUS_DONE && !loaded) { /* some may have been laid over it in vain */
            world_close(r->world);
            r->world = NULL;
            r->record->weeks_done[r->row] = 0;
        }
    }
    if (status == STATUS_DONE && !*finished && !r->world)
        status = replicate_open(r, threads);
    if (status == STATUS_DONE && r->branch && r->world && r->world->week == 0)
        status = branch(r);
#pragma omp critical(samskab_progress)
    r->crew->progress.work -= r->record->weeks_done[r->row];
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
    uint32_t week = r->world->week;
    enum status status = STATUS_DONE;
    bool agents = is_multiple(week, r->agents_every);
    bool last = week == r->weeks;
    bool part = is_multiple(week, r->checkpoint_every) || (stop && !last);
    if (!r->crew->folder || (!agents && !part && !last))
        return STATUS_DONE;
    if (last && r->crew->finish)
        return r->crew->finish(r);
#pragma omp critical(samskab_files)
    {
        if (agents)
            status = save_agents(r);
        if (status == STATUS_DONE && (part || (last && r->crew->folder_there)))
            status = replicate_save(r);
    }
    return status;
}

/* Whether one of those who work at it is to stop. */
static bool is_to_stop(struct replicate *r)
{
    enum status status = interrupt_seen() ? STATUS_INTERRUPTED : STATUS_DONE;
    return crew_agree(r->crew, status, r->error) == STATUS_INTERRUPTED;
}

static enum status work(struct replicate *r)
{
    enum status status = STATUS_DONE;
    while (status == STATUS_DONE && r->world->week < r->weeks) {
        world_step(r->world);
        record_take(r->record, r->world);
        bool stop = is_to_stop(r);
        status = keep(r, stop);
#pragma omp critical(samskab_progress)
        {
            r->crew->cost->agent_weeks += r->persons;
            progress_week(&r->crew->progress);
        }
        if (status == STATUS_DONE && stop && r->world->week < r->weeks)
            status = STATUS_INTERRUPTED;
        enum status others = crew_status(r->crew);
        if (status == STATUS_DONE && others != STATUS_DONE && others != STATUS_INTERRUPTED)
            break; /* another replicate has failed: this one's work would be in vain */
    }
    return status;
}

enum status replicate_run(struct replicate *r, int threads)
{
    bool finished = false;
    enum status status = begin(r, threads, &finished);
    if (status == STATUS_DONE && !finished)
        status = work(r);
    uint64_t exchanged = r->world ? split_bytes(r->world) : 0;
    world_close(r->world);
    r->world = NULL;
#pragma omp critical(samskab_progress)
    {
        r->crew->cost->exchanged_bytes += exchanged;
        progress_replicate(&r->crew->progress);
    }
    return status;
}

size_t replicate_peak_bytes(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage); /* fails for other addresses and processes only */
    return (size_t)usage.ru_maxrss * 1024;
}
