/* Who is tied to whom across ranks, and what they are told of each other once. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario.h"
#include "sim/split_parts.h"

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

/* Room for the longest column, where columns are brought together; pages are taken when used. */
static bool whole_reserve(struct world *w)
{
    const struct model *m = w->model;
    size_t room = 1;
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        if (m->entities[c->entity].transient)
            continue;
        size_t here = split_rows_of_all(w, c->entity).end * column_width(c->type);
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
    return done ? STATUS_DONE : split_no_memory(w, e);
}

/* --- what is told once ----------------------------------------------------------------------- */

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
        split_blocks(split->out, mine, (char *)told.degree, width, split->ranks);
        split_blocks(split->in, theirs, (char *)heard.degree, width, split->ranks);
        split_exchange(split);
        ready = heard_rows_reserve(&heard, theirs, split->ranks);
        status = ranks_worst(ready ? STATUS_DONE : STATUS_FAILED);
    }
    if (status == STATUS_DONE) {
        set_row_blocks(split->out, &told, split->ranks);
        set_row_blocks(split->in, &heard, split->ranks);
        split_exchange(split);
        status = merge_rows(w, &heard) ? STATUS_DONE : STATUS_FAILED;
    }
    heard_rows_free(&told);
    heard_rows_free(&heard);
    return status == STATUS_DONE ? status : split_no_memory(w, e);
}

enum status split_meet(struct world *w, enum status built, struct error *e)
{
    if (built == STATUS_DONE)
        (void)split_shares(w);
    enum status status = ranks_agree(built == STATUS_DONE ? meet(w, e) : built, e);
    if (status != STATUS_DONE)
        return status;
    w->split->ties = split_ties_digest(w);
    return w->ties.partial ? ranks_agree(share_rows(w, e), e) : STATUS_DONE;
}
