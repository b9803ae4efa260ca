#include "sim/split.h"

#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/ranks.h"
#include "sim/scenario.h"

/* Agents in the order of the ranks that they are of, or are told to: those of rank k begin at
 * first[k]. */
struct audience {
    uint32_t *agents;
    size_t *first; /* [ranks + 1] */
};

/* What the columns of others are older than. */
enum { OLD_TIED = 1, OLD_ANYWHERE = 2 };

struct split {
    int ranks, rank;
    struct range *places;         /* [ranks] */
    struct range *agents;         /* [ranks] rows of the saved entity */
    struct ranks_block *out, *in; /* [ranks] */
    struct audience told, heard;  /* own agents with ties to others; others with ties to own */
    char *told_values, *heard_values;
    char *packed, *unpacked;       /* parcels */
    size_t *parcels, *all_parcels; /* [ranks], [ranks][ranks] */
    uint8_t *old;                  /* [column] */
    char *whole;                   /* room for a column of all rows; at rank 0 */
    uint64_t ties;                 /* digest of all ties */
    uint64_t bytes;                /* sent */
};

/* --- who has which places --------------------------------------------------------------------- */

static double persons_of(const struct scenario *s, size_t place)
{
    double x, y, persons;
    s->model->locate(s, place, &x, &y, &persons);
    return persons;
}

/* A place goes to the rank in whose equal part of all persons its middle lies. */
void split_places(const struct scenario *s, int ranks, struct range *places)
{
    double all = 0, before = 0;
    size_t place = 0;
    for (size_t k = 0; k < s->place_count; k++)
        all += persons_of(s, k);
    for (int rank = 0; rank < ranks; rank++) {
        places[rank].first = place;
        for (; place < s->place_count; place++) {
            double here = persons_of(s, place);
            if (rank + 1 < ranks && (before + here / 2) * ranks >= all * (rank + 1))
                break;
            before += here;
        }
        places[rank].end = place;
    }
}

double split_part(const struct scenario *s)
{
    struct range places[(size_t)ranks_count()];
    double own = 0, all = 0;
    split_places(s, ranks_count(), places);
    for (size_t k = 0; k < s->place_count; k++) {
        double here = persons_of(s, k);
        all += here;
        own += k >= places[ranks_rank()].first && k < places[ranks_rank()].end ? here : 0;
    }
    return own / all;
}

static enum status no_memory(const struct world *w, struct error *e)
{
    return error_add(e, STATUS_FAILED, "memory is short: for what %d ranks exchange of %zu places",
                     ranks_count(), w->scenario->place_count);
}

static struct range rows_of(const struct world *w, size_t entity, int rank)
{
    return w->model->rows(w, entity, w->split->places[rank]);
}

static enum status init(struct world *w, struct error *e)
{
    struct split *split = calloc(1, sizeof *split);
    w->split = split;
    if (!split)
        return no_memory(w, e);
    split->ranks = ranks_count();
    split->rank = ranks_rank();
    size_t ranks = (size_t)split->ranks;
    split->places = calloc(ranks, sizeof *split->places);
    split->agents = calloc(ranks, sizeof *split->agents);
    split->out = calloc(ranks, sizeof *split->out);
    split->in = calloc(ranks, sizeof *split->in);
    split->parcels = calloc(ranks, sizeof *split->parcels);
    split->all_parcels = calloc(ranks * ranks, sizeof *split->all_parcels);
    split->told.first = calloc(ranks + 1, sizeof *split->told.first);
    split->heard.first = calloc(ranks + 1, sizeof *split->heard.first);
    split->old = malloc(w->model->column_count);
    if (!split->places || !split->agents || !split->out || !split->in || !split->parcels ||
        !split->all_parcels || !split->told.first || !split->heard.first || !split->old)
        return no_memory(w, e);
    memset(split->old, OLD_TIED | OLD_ANYWHERE, w->model->column_count);
    split_places(w->scenario, split->ranks, split->places);
    w->places = split->places[split->rank];
    return STATUS_DONE;
}

enum status split_open(struct world *w, enum status status, struct error *e)
{
    return ranks_agree(status == STATUS_DONE ? init(w, e) : status, e);
}

const struct range *split_shares(struct world *w)
{
    for (int rank = 0; w->split && rank < w->split->ranks; rank++)
        w->split->agents[rank] = rows_of(w, w->model->saved_entity, rank);
    return w->split ? w->split->agents : NULL;
}

void split_close(struct split *split)
{
    if (!split)
        return;
    free(split->places);
    free(split->agents);
    free(split->out);
    free(split->in);
    free(split->told.agents);
    free(split->told.first);
    free(split->heard.agents);
    free(split->heard.first);
    free(split->told_values);
    free(split->heard_values);
    free(split->whole);
    free(split->packed);
    free(split->unpacked);
    free(split->parcels);
    free(split->all_parcels);
    free(split->old);
    free(split);
}

/* --- who is tied to whom ---------------------------------------------------------------------- */

/* The rank of an agent, looked for from `rank` on. */
static int rank_of(const struct range *agents, uint32_t agent, int rank)
{
    while (agent >= agents[rank].end)
        rank++;
    return rank;
}

/* Visits, agent by agent of this rank, each other rank that it has ties to: counts them in
 * first[rank + 1] at first, then lists them at first[rank]. */
static void tell(const struct world *w, struct audience *told)
{
    const struct range *agents = w->split->agents;
    const struct network *ties = &w->ties;
    const struct range own = agents[w->split->rank];
    for (size_t i = own.first; i < own.end; i++) {
        int last = -1, rank = 0;
        for (uint32_t k = ties->start[i]; k < ties->start[i + 1]; k++) {
            rank = rank_of(agents, ties->target[k], rank);
            if (rank == last || rank == w->split->rank)
                continue;
            last = rank;
            if (told->agents)
                told->agents[told->first[rank]++] = (uint32_t)i;
            else
                told->first[rank + 1]++;
        }
    }
}

/* The same from the other side: every agent of another rank that one of this rank has ties to. */
static void hear(const struct world *w, uint8_t *tied, struct audience *heard)
{
    const struct range *agents = w->split->agents;
    const struct network *ties = &w->ties;
    const struct range own = agents[w->split->rank];
    for (uint32_t k = ties->start[own.first]; k < ties->start[own.end]; k++)
        tied[ties->target[k]] = 1;
    for (int rank = 0; rank < w->split->ranks; rank++) {
        for (size_t i = agents[rank].first; i < agents[rank].end; i++) {
            if (!tied[i] || rank == w->split->rank)
                continue;
            if (heard->agents)
                heard->agents[heard->first[rank]++] = (uint32_t)i;
            else
                heard->first[rank + 1]++;
        }
    }
}

/* From numbers at first[1] on to where each rank's part begins, and room for all. */
static bool audience_reserve(struct audience *a, int ranks)
{
    for (int rank = 0; rank < ranks; rank++)
        a->first[rank + 1] += a->first[rank];
    a->agents = malloc((a->first[ranks] + 1) * sizeof *a->agents);
    return a->agents != NULL;
}

/* After listing, first[k] is where the part of rank k ends. */
static void audience_rewind(struct audience *a, int ranks)
{
    memmove(a->first + 1, a->first, (size_t)ranks * sizeof *a->first);
    a->first[0] = 0;
}

static bool find_tied(struct world *w, uint8_t *tied)
{
    struct split *split = w->split;
    tell(w, &split->told);
    hear(w, tied, &split->heard);
    if (!audience_reserve(&split->told, split->ranks) ||
        !audience_reserve(&split->heard, split->ranks))
        return false;
    tell(w, &split->told);
    hear(w, tied, &split->heard);
    audience_rewind(&split->told, split->ranks);
    audience_rewind(&split->heard, split->ranks);
    static const size_t widest = sizeof(uint32_t);
    split->told_values = malloc((split->told.first[split->ranks] + 1) * widest);
    split->heard_values = malloc((split->heard.first[split->ranks] + 1) * widest);
    return split->told_values && split->heard_values;
}

/* Room for the parcels of any mechanism; pages that are never used take no memory. */
static bool parcels_reserve(struct world *w)
{
    const struct model *m = w->model;
    size_t room = 1;
    for (size_t k = 0; k < m->schedule_count; k++) {
        const struct parcels *parcels = m->schedule[k]->parcels;
        size_t here = parcels ? parcels->size * parcels->room(w) : 0;
        room = here > room ? here : room;
    }
    w->split->packed = malloc(room);
    w->split->unpacked = malloc(room);
    return w->split->packed && w->split->unpacked;
}

/* --- what crosses borders --------------------------------------------------------------------- */

static void exchange(struct split *split)
{
    for (int rank = 0; rank < split->ranks; rank++)
        split->bytes += rank == split->rank ? 0 : split->out[rank].size;
    ranks_exchange(split->out, split->in);
}

/* Blocks of values of each rank's agents, between ranks in both directions. */
static void set_blocks(struct ranks_block *blocks, const struct audience *a, char *values,
                       size_t width, int ranks)
{
    for (int rank = 0; rank < ranks; rank++)
        blocks[rank] = (struct ranks_block){values + a->first[rank] * width,
                                            (a->first[rank + 1] - a->first[rank]) * width};
}

static void gather(char *values, const char *array, const struct audience *a, size_t count,
                   size_t width)
{
    for (size_t k = 0; k < count; k++)
        memcpy(values + k * width, array + a->agents[k] * width, width);
}

static void scatter(char *array, const char *values, const struct audience *a, size_t count,
                    size_t width)
{
    for (size_t k = 0; k < count; k++)
        memcpy(array + a->agents[k] * width, values + k * width, width);
}

/* The values of all who are tied across a border. */
static void share_tied(struct world *w, size_t column)
{
    struct split *split = w->split;
    const struct column *c = &w->model->columns[column];
    size_t width = column_width(c->type);
    gather(split->told_values, column_now(c, w), &split->told, split->told.first[split->ranks],
           width);
    set_blocks(split->out, &split->told, split->told_values, width, split->ranks);
    set_blocks(split->in, &split->heard, split->heard_values, width, split->ranks);
    exchange(split);
    scatter(column_now(c, w), split->heard_values, &split->heard, split->heard.first[split->ranks],
            width);
    split->old[column] &= (uint8_t)~OLD_TIED;
}

/* Blocks of this rank's rows for all others that want them, and of theirs, in an array of all. */
static void set_all_blocks(const struct world *w, size_t entity, const char *own, char *all,
                           size_t width, bool to_all)
{
    const struct split *split = w->split;
    struct range mine = rows_of(w, entity, split->rank);
    for (int rank = 0; rank < split->ranks; rank++) {
        struct range theirs = rows_of(w, entity, rank);
        bool out = rank != split->rank && (to_all || rank == 0);
        bool in = rank != split->rank && (to_all || split->rank == 0);
        split->out[rank] = (struct ranks_block){(char *)(uintptr_t)own + mine.first * width,
                                                out ? (mine.end - mine.first) * width : 0};
        split->in[rank] = (struct ranks_block){in ? all + theirs.first * width : NULL,
                                               in ? (theirs.end - theirs.first) * width : 0};
    }
}

/* The values of all rows, told to everybody. */
static void share_all(struct world *w, size_t column)
{
    const struct column *c = &w->model->columns[column];
    char *array = column_now(c, w);
    set_all_blocks(w, c->entity, array, array, column_width(c->type), true);
    exchange(w->split);
    w->split->old[column] = 0;
}

/* The digest of all rows' bytes that goes on from `digest`: each rank adds its own in turn. */
static uint64_t pass_on(const struct split *split, uint64_t digest, const void *bytes, size_t size)
{
    for (int rank = 0; rank < split->ranks; rank++) {
        if (rank == split->rank)
            digest = digest_bytes(digest, bytes, size);
        ranks_broadcast(&digest, sizeof digest, rank);
    }
    return digest;
}

/* What network_digest gives where all rows are: starts are those of all rows. */
static uint64_t digest_ties(const struct world *w)
{
    const struct network *n = &w->ties;
    const struct split *split = w->split;
    if (!n->partial)
        return network_digest(n);
    struct range own = rows_of(w, w->model->saved_entity, split->rank);
    const uint64_t sizes[] = {n->count, n->ties, false};
    uint64_t digest = digest_bytes(DIGEST_EMPTY, sizes, sizeof sizes);
    uint32_t before = 0;
    for (int rank = 0; rank < split->ranks; rank++) {
        if (rank == split->rank)
            for (size_t i = own.first; i < own.end; i++) {
                uint32_t start = before + n->start[i];
                digest = digest_bytes(digest, &start, sizeof start);
            }
        before += rank == split->rank ? n->start[n->count] : 0;
        ranks_broadcast(&digest, sizeof digest, rank);
        ranks_broadcast(&before, sizeof before, rank);
    }
    digest = digest_bytes(digest, &before, sizeof before);
    return pass_on(split, digest, n->target, n->start[n->count] * sizeof *n->target);
}

/* --- what is told once -------------------------------------------------------------------------
 */

static struct range rows_of_all(const struct world *w, size_t entity)
{
    return w->model->rows(w, entity, (struct range){0, w->scenario->place_count});
}

/* Room for the longest column, where columns are brought together; pages are taken when used. */
static bool whole_reserve(struct world *w)
{
    const struct model *m = w->model;
    size_t room = 1;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        if (m->entities[c->entity].transient)
            continue;
        size_t here = rows_of_all(w, c->entity).end * column_width(c->type);
        room = here > room ? here : room;
    }
    w->split->whole = w->split->rank == 0 ? malloc(room) : NULL;
    return w->split->rank != 0 || w->split->whole;
}

static enum status meet(struct world *w, struct error *e)
{
    uint8_t *tied = calloc(w->ties.count + 1, sizeof *tied);
    bool done = tied && find_tied(w, tied) && parcels_reserve(w) && whole_reserve(w);
    free(tied);
    return done ? STATUS_DONE : no_memory(w, e);
}

/* Rows of ties as they come, agent by agent of those who are heard of. */
struct heard_rows {
    uint32_t *degree; /* [told or heard agents] */
    uint32_t *target;
    size_t *first; /* [ranks + 1] of each rank's part of the targets */
};

static void heard_rows_free(struct heard_rows *r)
{
    free(r->degree);
    free(r->target);
    free(r->first);
}

/* From degrees to room for the targets. */
static bool heard_rows_reserve(struct heard_rows *r, const struct audience *a, int ranks)
{
    r->first = calloc((size_t)ranks + 1, sizeof *r->first);
    if (!r->first)
        return false;
    for (int rank = 0; rank < ranks; rank++) {
        r->first[rank + 1] = r->first[rank];
        for (size_t k = a->first[rank]; k < a->first[rank + 1]; k++)
            r->first[rank + 1] += r->degree[k];
    }
    r->target = malloc((r->first[ranks] + 1) * sizeof *r->target);
    return r->target != NULL;
}

static void set_row_blocks(struct ranks_block *blocks, const struct heard_rows *r, int ranks)
{
    for (int rank = 0; rank < ranks; rank++)
        blocks[rank] = (struct ranks_block){
            r->target + r->first[rank], (r->first[rank + 1] - r->first[rank]) * sizeof *r->target};
}

/* Own rows and those that were heard, in the order of agents: a place in each row's turn. */
static bool merge_rows(struct world *w, const struct heard_rows *heard)
{
    struct network *n = &w->ties;
    const struct audience *a = &w->split->heard;
    size_t others = a->first[w->split->ranks], next = 0;
    size_t entries = n->start[n->count] + heard->first[w->split->ranks];
    const uint32_t *theirs = heard->target;
    uint32_t *target = malloc((entries + 1) * sizeof *target), to = 0, from = 0;
    if (!target)
        return false;
    for (size_t i = 0; i < n->count; i++) {
        uint32_t end = n->start[i + 1], own = end - from;
        memcpy(target + to, n->target + from, own * sizeof *target);
        n->start[i] = to;
        to += own;
        from = end;
        if (next < others && a->agents[next] == i) {
            memcpy(target + to, theirs, heard->degree[next] * sizeof *target);
            theirs += heard->degree[next];
            to += heard->degree[next++];
        }
    }
    n->start[n->count] = to;
    free(n->target);
    n->target = target;
    return true;
}

/* Gives everybody who is tied across a border to the ranks on the other side, with all ties. */
static enum status share_rows(struct world *w, struct error *e)
{
    struct split *split = w->split;
    struct heard_rows told = {0}, heard = {0};
    const struct audience *mine = &split->told, *theirs = &split->heard;
    size_t width = sizeof *told.degree;
    told.degree = malloc((mine->first[split->ranks] + 1) * width);
    heard.degree = malloc((theirs->first[split->ranks] + 1) * width);
    bool ready = told.degree && heard.degree;
    for (size_t k = 0; ready && k < mine->first[split->ranks]; k++)
        told.degree[k] = network_degree(&w->ties, mine->agents[k]);
    ready = ready && heard_rows_reserve(&told, mine, split->ranks);
    enum status status = ranks_worst(ready ? STATUS_DONE : STATUS_FAILED);
    if (status == STATUS_DONE) {
        uint32_t *at = told.target;
        for (size_t k = 0; k < mine->first[split->ranks]; k++) {
            memcpy(at, w->ties.target + w->ties.start[mine->agents[k]], told.degree[k] * width);
            at += told.degree[k];
        }
        set_blocks(split->out, mine, (char *)told.degree, width, split->ranks);
        set_blocks(split->in, theirs, (char *)heard.degree, width, split->ranks);
        exchange(split);
        ready = heard_rows_reserve(&heard, theirs, split->ranks);
        status = ranks_worst(ready ? STATUS_DONE : STATUS_FAILED);
    }
    if (status == STATUS_DONE) {
        set_row_blocks(split->out, &told, split->ranks);
        set_row_blocks(split->in, &heard, split->ranks);
        exchange(split);
        status = merge_rows(w, &heard) ? STATUS_DONE : STATUS_FAILED;
    }
    heard_rows_free(&told);
    heard_rows_free(&heard);
    return status == STATUS_DONE ? status : no_memory(w, e);
}

enum status split_meet(struct world *w, enum status built, struct error *e)
{
    const struct model *m = w->model;
    if (built == STATUS_DONE)
        (void)split_shares(w);
    enum status status = ranks_agree(built == STATUS_DONE ? meet(w, e) : built, e);
    if (status != STATUS_DONE)
        return status;
    for (size_t k = 0; k < m->column_count; k++)
        if (m->columns[k].entity == m->saved_entity && m->columns[k].role == COLUMN_TRAIT)
            share_tied(w, k);
    w->split->ties = digest_ties(w);
    return w->ties.partial ? ranks_agree(share_rows(w, e), e) : STATUS_DONE;
}

enum status split_agree(const struct world *w, enum status status, struct error *e)
{
    return w->split ? ranks_agree(status, e) : status;
}

/* --- every week --------------------------------------------------------------------------------
 */

/* How many parcels each rank has for each: parcels[k] are this rank's for rank k. */
static size_t pack(struct world *w, const struct parcels *parcels)
{
    struct split *split = w->split;
    size_t count = 0;
    for (int rank = 0; rank < split->ranks; rank++) {
        char *into = split->packed + count * parcels->size;
        const struct range *places = &split->places[rank];
        bool own = rank == split->rank;
        split->parcels[rank] = own ? 0 : parcels->pack(w, places->first, places->end, into);
        split->out[rank] = (struct ranks_block){into, split->parcels[rank] * parcels->size};
        count += split->parcels[rank];
    }
    return count;
}

static void deliver(struct world *w, const struct parcels *parcels)
{
    struct split *split = w->split;
    size_t ranks = (size_t)split->ranks, came = 0;
    pack(w, parcels);
    ranks_all_gather(split->parcels, ranks * sizeof *split->parcels, split->all_parcels);
    for (size_t rank = 0; rank < ranks; rank++) {
        size_t count = split->all_parcels[rank * ranks + (size_t)split->rank];
        split->in[rank] =
            (struct ranks_block){split->unpacked + came * parcels->size, count * parcels->size};
        came += count;
    }
    exchange(split);
    parcels->take(w, split->unpacked, came);
}

static void prepare(struct world *w, const struct mechanism *mechanism)
{
    const struct split *split = w->split;
    for (const column_id *id = mechanism->reads_anywhere; id && *id; id++)
        if (split->old[*id - 1] & OLD_ANYWHERE)
            share_all(w, *id - 1u);
    for (const column_id *id = mechanism->reads_tied; id && *id; id++)
        if (split->old[*id - 1] & OLD_TIED)
            share_tied(w, *id - 1u);
    if (mechanism->parcels)
        deliver(w, mechanism->parcels);
}

void split_before(struct world *w, size_t first, size_t end)
{
    for (size_t k = first; w->split && k < end; k++)
        if (!w->off[k] && mechanism_due(w->model->schedule[k], w->week))
            prepare(w, w->model->schedule[k]);
}

void split_after(struct world *w, size_t first, size_t end)
{
    for (size_t k = first; w->split && k < end; k++)
        for (const column_id *id = w->model->schedule[k]->writes;
             mechanism_due(w->model->schedule[k], w->week) && *id; id++)
            w->split->old[*id - 1] = OLD_TIED | OLD_ANYWHERE;
}

void split_observed(struct world *w)
{
    struct split *split = w->split;
    size_t size = w->model->observable_count * sizeof *w->observed;
    if (!split)
        return;
    for (int rank = 0; rank < split->ranks; rank++) {
        struct range theirs = split->places[rank];
        bool other = rank != split->rank;
        split->out[rank] =
            (struct ranks_block){w->observed + w->places.first * w->model->observable_count,
                                 other ? (w->places.end - w->places.first) * size : 0};
        split->in[rank] =
            (struct ranks_block){w->observed + theirs.first * w->model->observable_count,
                                 other ? (theirs.end - theirs.first) * size : 0};
    }
    exchange(split);
}

/* --- the whole ---------------------------------------------------------------------------------
 */

const void *split_whole(const struct world *w, size_t column)
{
    const struct split *split = w->split;
    const struct column *c = &w->model->columns[column];
    if (!split)
        return column_now(c, w);
    size_t width = column_width(c->type);
    set_all_blocks(w, c->entity, column_now(c, w), split->whole, width, false);
    ranks_exchange(split->out, split->in);
    if (split->rank != 0)
        return NULL;
    struct range own = rows_of(w, c->entity, 0);
    memcpy(split->whole + own.first * width, (char *)column_now(c, w) + own.first * width,
           (own.end - own.first) * width);
    return split->whole;
}

void split_take(struct world *w, size_t column, const void *values)
{
    const struct column *c = &w->model->columns[column];
    struct range own = world_rows(w, c->entity);
    size_t width = column_width(c->type);
    memcpy((char *)column_now(c, w) + own.first * width, (const char *)values + own.first * width,
           (own.end - own.first) * width);
}

uint64_t split_columns_digest(const struct world *w, bool traits, bool states)
{
    const struct model *m = w->model;
    uint64_t digest = DIGEST_EMPTY;
    if (!w->split)
        return columns_digest(m, w, traits, states);
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        bool wanted = (c->role == COLUMN_TRAIT && traits) || (c->role == COLUMN_STATE && states);
        if (!wanted || m->entities[c->entity].transient)
            continue;
        size_t width = column_width(c->type), rows = rows_of_all(w, c->entity).end;
        struct range own = world_rows(w, c->entity);
        digest = digest_bytes(digest, &rows, sizeof rows);
        digest = pass_on(w->split, digest, (char *)column_now(c, w) + own.first * width,
                         (own.end - own.first) * width);
    }
    return digest;
}

uint64_t split_network_digest(const struct world *w)
{
    return w->split ? w->split->ties : network_digest(&w->ties);
}

uint64_t split_bytes(const struct world *w)
{
    return w->split ? w->split->bytes : 0;
}
