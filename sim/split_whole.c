/* The shared world as one: its digests, and its columns for the rank that writes. */
#include <string.h>

#include "sim/digest.h"
#include "sim/split_parts.h"

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
uint64_t split_ties_digest(const struct world *w)
{
    const struct network *n = &w->ties;
    const struct split *split = w->split;
    if (!n->partial)
        return network_digest(n);
    struct range own = split_rows_of(w, w->model->saved_entity, split->rank);
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

uint64_t split_network_digest(const struct world *w)
{
    return w->split ? w->split->ties : network_digest(&w->ties);
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
        size_t width = column_width(c->type), rows = split_rows_of_all(w, c->entity).end;
        struct range own = world_rows(w, c->entity);
        digest = digest_bytes(digest, &rows, sizeof rows);
        digest = pass_on(w->split, digest, (char *)column_now(c, w) + own.first * width,
                         (own.end - own.first) * width);
    }
    return digest;
}

uint64_t split_state_digest(const struct world *w)
{
    const struct model *m = w->model;
    uint64_t digest = DIGEST_EMPTY;
    if (!w->split)
        return columns_state_digest(m, w);
    for (size_t k = 0; k < m->column_count; k++) {
        const struct column *c = &m->columns[k];
        if (c->role != COLUMN_STATE || m->entities[c->entity].transient)
            continue;
        const void *values = split_whole(w, k);
        if (values)
            digest = column_state_digest(digest, c, values, split_rows_of_all(w, c->entity).end);
    }
    ranks_broadcast(&digest, sizeof digest, 0);
    return digest;
}

const void *split_whole(const struct world *w, size_t column)
{
    const struct split *split = w->split;
    const struct column *c = &w->model->columns[column];
    if (!split)
        return column_now(c, w);
    size_t width = column_width(c->type);
    split_all_blocks(w, c->entity, column_now(c, w), split->whole, width, false);
    ranks_exchange(split->out, split->in);
    if (split->rank != 0)
        return NULL;
    struct range own = split_rows_of(w, c->entity, 0);
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
