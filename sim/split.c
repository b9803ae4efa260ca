#include <stdlib.h>
#include <string.h>

#include "sim/scenario.h"
#include "sim/split_parts.h"

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

enum status split_no_memory(const struct world *w, struct error *e)
{
    return error_add(e, STATUS_FAILED, "memory is short: for what %d ranks exchange of %zu places",
                     ranks_count(), w->scenario->place_count);
}

struct range split_rows_of(const struct world *w, size_t entity, int rank)
{
    return w->model->rows(w, entity, w->split->places[rank]);
}

struct range split_rows_of_all(const struct world *w, size_t entity)
{
    return w->model->rows(w, entity, (struct range){0, w->scenario->place_count});
}

static enum status init(struct world *w, struct error *e)
{
    struct split *split = calloc(1, sizeof *split);
    w->split = split;
    if (!split)
        return split_no_memory(w, e);
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
        return split_no_memory(w, e);
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
        w->split->agents[rank] = split_rows_of(w, w->model->saved_entity, rank);
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

/* --- what crosses borders --------------------------------------------------------------------- */

void split_exchange(struct split *split)
{
    for (int rank = 0; rank < split->ranks; rank++)
        split->bytes += rank == split->rank ? 0 : split->out[rank].size;
    ranks_exchange(split->out, split->in);
}

/* Blocks of values of each rank's agents, between ranks in both directions. */
void split_blocks(struct ranks_block *blocks, const struct audience *a, char *values, size_t width,
                  int ranks)
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
    split_blocks(split->out, &split->told, split->told_values, width, split->ranks);
    split_blocks(split->in, &split->heard, split->heard_values, width, split->ranks);
    split_exchange(split);
    scatter(column_now(c, w), split->heard_values, &split->heard, split->heard.first[split->ranks],
            width);
    split->old[column] &= (uint8_t)~OLD_TIED;
}

/* Blocks of this rank's rows for all others that want them, and of theirs, in an array of all. */
void split_all_blocks(const struct world *w, size_t entity, const char *own, char *all,
                      size_t width, bool to_all)
{
    const struct split *split = w->split;
    struct range mine = split_rows_of(w, entity, split->rank);
    for (int rank = 0; rank < split->ranks; rank++) {
        struct range theirs = split_rows_of(w, entity, rank);
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
    split_all_blocks(w, c->entity, array, array, column_width(c->type), true);
    split_exchange(w->split);
    w->split->old[column] = 0;
}

enum status split_agree(const struct world *w, enum status status, struct error *e)
{
    return w->split ? ranks_agree(status, e) : status;
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
    split_exchange(split);
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
    split_exchange(split);
}

uint64_t split_bytes(const struct world *w)
{
    return w->split ? w->split->bytes : 0;
}
