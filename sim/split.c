#include "sim/split.h"

#include <stdlib.h>
#include <string.h>

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
    struct ranks_block *out, *in; /* [ranks] */
    struct audience told, heard;  /* own agents with ties to others; others with ties to own */
    char *told_values, *heard_values;
    char *packed, *unpacked;       /* parcels */
    size_t *parcels, *all_parcels; /* [ranks], [ranks][ranks] */
    uint8_t *old;                  /* [column] */
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

static enum status no_memory(const struct world *w, struct error *e)
{
    return error_add(e, STATUS_FAILED, "memory is short: for what %d ranks exchange of %zu places",
                     ranks_count(), w->scenario->place_count);
}

enum status split_open(struct world *w, struct error *e)
{
    struct split *split = calloc(1, sizeof *split);
    w->split = split;
    if (!split)
        return no_memory(w, e);
    split->ranks = ranks_count();
    split->rank = ranks_rank();
    size_t ranks = (size_t)split->ranks;
    split->places = calloc(ranks, sizeof *split->places);
    split->out = calloc(ranks, sizeof *split->out);
    split->in = calloc(ranks, sizeof *split->in);
    split->parcels = calloc(ranks, sizeof *split->parcels);
    split->all_parcels = calloc(ranks * ranks, sizeof *split->all_parcels);
    split->told.first = calloc(ranks + 1, sizeof *split->told.first);
    split->heard.first = calloc(ranks + 1, sizeof *split->heard.first);
    split->old = malloc(w->model->column_count);
    if (!split->places || !split->out || !split->in || !split->parcels || !split->all_parcels ||
        !split->told.first || !split->heard.first || !split->old)
        return no_memory(w, e);
    memset(split->old, OLD_TIED | OLD_ANYWHERE, w->model->column_count);
    split_places(w->scenario, split->ranks, split->places);
    w->places = split->places[split->rank];
    return STATUS_DONE;
}

void split_close(struct split *split)
{
    if (!split)
        return;
    free(split->places);
    free(split->out);
    free(split->in);
    free(split->told.agents);
    free(split->told.first);
    free(split->heard.agents);
    free(split->heard.first);
    free(split->told_values);
    free(split->heard_values);
    free(split->packed);
    free(split->unpacked);
    free(split->parcels);
    free(split->all_parcels);
    free(split->old);
    free(split);
}

/* --- who is tied to whom ---------------------------------------------------------------------- */

static struct range rows_of(const struct world *w, size_t entity, int rank)
{
    return w->model->rows(w, entity, w->split->places[rank]);
}

/* The rank of an agent, looked for from `rank` on. */
static int rank_of(const struct range *agents, uint32_t agent, int rank)
{
    while (agent >= agents[rank].end)
        rank++;
    return rank;
}

/* Visits, agent by agent of this rank, each other rank that it has ties to: counts them in
 * first[rank + 1] at first, then lists them at first[rank]. */
static void tell(const struct world *w, const struct range *agents, struct audience *told)
{
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
static void hear(const struct world *w, const struct range *agents, uint8_t *tied,
                 struct audience *heard)
{
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

static bool find_tied(struct world *w, const struct range *agents, uint8_t *tied)
{
    struct split *split = w->split;
    tell(w, agents, &split->told);
    hear(w, agents, tied, &split->heard);
    if (!audience_reserve(&split->told, split->ranks) ||
        !audience_reserve(&split->heard, split->ranks))
        return false;
    tell(w, agents, &split->told);
    hear(w, agents, tied, &split->heard);
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

static enum status meet(struct world *w, struct error *e)
{
    struct range *agents = calloc((size_t)w->split->ranks, sizeof *agents);
    uint8_t *tied = calloc(w->ties.count + 1, sizeof *tied);
    for (int rank = 0; agents && rank < w->split->ranks; rank++)
        agents[rank] = rows_of(w, w->model->saved_entity, rank);
    bool done = agents && tied && find_tied(w, agents, tied) && parcels_reserve(w);
    free(agents);
    free(tied);
    return done ? STATUS_DONE : no_memory(w, e);
}

enum status split_meet(struct world *w, enum status built, struct error *e)
{
    enum status status = built == STATUS_DONE ? meet(w, e) : built;
    return ranks_agree(status, e);
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

/* The values of all rows, told to everybody, or to rank 0 alone. */
static void share_all(struct world *w, size_t column, bool everybody)
{
    struct split *split = w->split;
    const struct column *c = &w->model->columns[column];
    size_t width = column_width(c->type);
    char *array = column_now(c, w);
    for (int rank = 0; rank < split->ranks; rank++) {
        struct range own = rows_of(w, c->entity, split->rank), theirs = rows_of(w, c->entity, rank);
        bool out = rank != split->rank && (everybody || rank == 0);
        bool in = rank != split->rank && (everybody || split->rank == 0);
        split->out[rank] = (struct ranks_block){array + own.first * width,
                                                out ? (own.end - own.first) * width : 0};
        split->in[rank] = (struct ranks_block){array + theirs.first * width,
                                               in ? (theirs.end - theirs.first) * width : 0};
    }
    exchange(split);
    if (everybody)
        split->old[column] = 0;
}

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
            share_all(w, *id - 1u, true);
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

void split_gather(struct world *w)
{
    const struct model *m = w->model;
    for (size_t k = 0; w->split && k < m->column_count; k++)
        if (m->columns[k].role == COLUMN_STATE && !m->entities[m->columns[k].entity].transient)
            share_all(w, k, false);
}

uint64_t split_bytes(const struct world *w)
{
    return w->split ? w->split->bytes : 0;
}
