/* Generated networks.  Every agent draws from a stream of its own to whom it reaches out; rows are
 * filled in any order and then sorted, so that the bits are the same at any number of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/network.h"
#include "sim/order.h"
#include "sim/ranks.h"
#include "sim/stream.h"

#define NOBODY UINT32_MAX

enum {
    BLOCK = 4096, /* agents that one thread draws for at a time */
    TRIES = 64,   /* to find somebody who is not tied yet */
    SHORT = 32    /* rows up to here are sorted by insertion */
};

struct span {
    uint32_t first, count;
};

/* What the agents draw from. */
struct plan {
    const struct network_group *groups;
    size_t group_count;
    struct span *homes; /* by group: all agents of its home */
    struct span *lands; /* by home: the same; NULL without borders */
    size_t count;
    struct range own; /* agents that draw here, and whose rows are kept */
    const struct network_spec *spec;
    uint32_t reach; /* most ties that an agent makes itself */
    void (*draw)(const struct plan *p, size_t group, uint32_t agent, uint32_t *target);
};

static bool among(const uint32_t *target, uint32_t n, uint32_t agent)
{
    for (uint32_t k = 0; k < n; k++)
        if (target[k] == agent)
            return true;
    return false;
}

/* How many ties an agent makes itself: half its degree, rounded up or down at random, so that odd
 * and fractional degrees come out in the mean. */
static uint32_t ties_made(struct stream *s, double degree)
{
    double half = degree / 2;
    uint32_t whole = (uint32_t)half;
    double rest = half - whole;
    return rest > 0 && stream_uniform(s) < rest ? whole + 1 : whole;
}

/* Somebody of the home outside of the group, not among the first n targets. */
static uint32_t draw_outside(struct stream *s, struct span home, const struct network_group *group,
                             const uint32_t *target, uint32_t n)
{
    uint32_t others = home.count - group->count;
    for (int try = 0; try < TRIES && others > n; try++) {
        uint32_t agent = home.first + stream_below(s, others);
        if (agent >= group->first)
            agent += group->count;
        if (!among(target, n, agent))
            return agent;
    }
    return NOBODY;
}

/* Somebody of the group beyond the reach of the ring, not among the first n targets. */
static uint32_t draw_inside(struct stream *s, uint32_t agent, uint32_t reach,
                            const struct network_group *group, const uint32_t *target, uint32_t n)
{
    uint32_t near = 2 * reach + 1; /* on the ring, the agent included */
    if (group->count <= near + n)
        return NOBODY;
    for (int try = 0; try < TRIES; try++) {
        uint32_t ahead = reach + 1 + stream_below(s, group->count - near);
        uint32_t other = group->first + (agent - group->first + ahead) % group->count;
        if (!among(target, n, other))
            return other;
    }
    return NOBODY;
}

/* Whether a tie goes to another home.  Nothing is drawn where none does. */
static bool draw_leaves(const struct plan *p, struct stream *s, uint32_t home)
{
    const struct network_borders *borders = p->spec->borders;
    return borders && stream_uniform(s) < borders->leave[home];
}

/* Somebody of another home, not among the first n targets. */
static uint32_t draw_across(const struct plan *p, struct stream *s, uint32_t home,
                            const uint32_t *target, uint32_t n)
{
    const struct network_borders *borders = p->spec->borders;
    const double *reach = borders->reach + home * borders->homes;
    for (int try = 0; try < TRIES; try++) {
        double sought = stream_uniform(s) * reach[borders->homes - 1];
        struct span land = p->lands[order_first_above(reach, borders->homes, sought)];
        uint32_t agent = land.first + stream_below(s, land.count);
        if (!among(target, n, agent))
            return agent;
    }
    return NOBODY;
}

static void draw_small_world(const struct plan *p, size_t g, uint32_t agent, uint32_t *target)
{
    const struct network_group *group = &p->groups[g];
    const struct network_spec *spec = p->spec;
    struct span home = p->homes[g];
    bool others = home.count > group->count;
    struct stream s;
    stream_open(&s, spec->seed, spec->replicate, agent, 0, spec->purpose);

    uint32_t made = ties_made(&s, spec->degree);
    for (uint32_t k = 0; k < made; k++) {
        /* A ring of n has room for (n - 1) / 2 ties an agent; the rest goes to the home. */
        bool full = 2 * ((uint64_t)k + 1) >= group->count;
        uint32_t ring = NOBODY;
        if (k + 1 < group->count)
            ring = group->first + (agent - group->first + k + 1) % group->count;

        uint32_t far = NOBODY;
        if (draw_leaves(p, &s, group->home))
            far = draw_across(p, &s, group->home, target, k);
        else if (full && others)
            far = draw_outside(&s, home, group, target, k);
        else if (stream_uniform(&s) < spec->rewire)
            far = others && !(stream_uniform(&s) < spec->stay)
                      ? draw_outside(&s, home, group, target, k)
                      : draw_inside(&s, agent, p->reach, group, target, k);
        target[k] = far != NOBODY ? far : ring;
    }
}

static void draw_random(const struct plan *p, size_t g, uint32_t agent, uint32_t *target)
{
    const struct network_spec *spec = p->spec;
    struct span home = p->homes[g];
    struct network_group self = {.first = agent, .count = 1};
    struct stream s;
    stream_open(&s, spec->seed, spec->replicate, agent, 0, spec->purpose);
    uint32_t made = ties_made(&s, spec->degree);
    for (uint32_t k = 0; k < made; k++)
        target[k] = draw_leaves(p, &s, p->groups[g].home)
                        ? draw_across(p, &s, p->groups[g].home, target, k)
                        : draw_outside(&s, home, &self, target, k);
}

/* Finds where each home lies.  A home without agents, or with a pull on itself, is a fault of the
 * caller's. */
static enum status lands_init(struct plan *p, struct error *e)
{
    const struct network_borders *borders = p->spec->borders;
    p->lands = calloc(borders->homes, sizeof *p->lands);
    if (!p->lands)
        return error_add(e, STATUS_FAILED, "memory is short: %zu homes of agents", borders->homes);
    for (size_t g = 0; g < p->group_count; g++) {
        if (p->groups[g].home >= borders->homes)
            return error_add(e, STATUS_FAILED, "group %zu has the home %u, must be below %zu", g,
                             (unsigned)p->groups[g].home, borders->homes);
        p->lands[p->groups[g].home] = p->homes[g];
    }
    return STATUS_DONE;
}

/* Checks the groups and finds the home of each. */
static enum status plan_init(struct plan *p, struct error *e)
{
    p->homes = malloc((p->group_count ? p->group_count : 1) * sizeof *p->homes);
    if (!p->homes)
        return error_add(e, STATUS_FAILED, "memory is short: %zu groups of agents", p->group_count);
    for (size_t g = 0, begin = 0; g < p->group_count; g++) {
        const struct network_group *group = &p->groups[g];
        if (group->first != p->count || group->count > NOBODY - p->count)
            return error_add(e, STATUS_FAILED,
                             "group %zu begins at agent %u with %u agents, must begin at %zu and "
                             "end below 2^32",
                             g, (unsigned)group->first, (unsigned)group->count, p->count);
        p->count += group->count;
        if (g + 1 < p->group_count && p->groups[g + 1].home == group->home)
            continue;
        struct span home = {p->groups[begin].first, (uint32_t)p->count - p->groups[begin].first};
        for (; begin <= g; begin++)
            p->homes[begin] = home;
    }

    double degree = p->spec->degree;
    if (!(degree >= 0 && degree * (double)p->count + 2 * (double)p->count < 0x1p32))
        return error_add(e, STATUS_BAD_INPUT,
                         "a mean degree of %g among %zu agents is out of range, must be at least 0 "
                         "and give fewer than 2^31 ties",
                         degree, p->count);
    p->reach = (uint32_t)ceil(degree / 2);
    p->own = p->spec->shares ? p->spec->shares[ranks_rank()] : (struct range){0, p->count};
    return p->spec->borders ? lands_init(p, e) : STATUS_DONE;
}

/* The group of an agent: the last that begins at or before it and is not empty. */
static size_t group_of(const struct plan *p, uint32_t agent)
{
    size_t lo = 0, hi = p->group_count;
    while (hi - lo > 1) {
        size_t middle = lo + (hi - lo) / 2;
        if (p->groups[middle].first <= agent)
            lo = middle;
        else
            hi = middle;
    }
    return lo;
}

/* The agents of a block, of those who draw here. */
static struct range block_of(const struct plan *p, size_t block)
{
    size_t first = p->own.first + block * BLOCK;
    return (struct range){first, p->own.end - first < BLOCK ? p->own.end : first + BLOCK};
}

static size_t blocks_of(const struct plan *p)
{
    return (p->own.end - p->own.first + BLOCK - 1) / BLOCK;
}

static bool is_own(const struct plan *p, uint32_t agent)
{
    return agent >= p->own.first && agent < p->own.end;
}

/* Lets one block of agents draw, and counts the entries of each row; loops are never drawn. */
static void draw_block(const struct plan *p, size_t block, uint32_t *made, uint32_t *start)
{
    struct range agents = block_of(p, block);
    size_t group = group_of(p, (uint32_t)agents.first);
    for (uint32_t agent = (uint32_t)agents.first; agent < agents.end; agent++) {
        while (agent - p->groups[group].first >= p->groups[group].count)
            group++;
        uint32_t *target = made + (agent - p->own.first) * p->reach;
        for (uint32_t k = 0; k < p->reach; k++)
            target[k] = NOBODY;
        p->draw(p, group, agent, target);
        for (uint32_t k = 0; k < p->reach; k++) {
            if (target[k] == NOBODY)
                continue;
            __atomic_fetch_add(&start[agent], 1, __ATOMIC_RELAXED);
            if (is_own(p, target[k]))
                __atomic_fetch_add(&start[target[k]], 1, __ATOMIC_RELAXED);
        }
    }
}

/* Puts the ties of one block of agents into both rows.  start[i] is the end of row i when this
 * begins, and its beginning when all blocks are done. */
static void fill_block(const struct plan *p, size_t block, const uint32_t *made, uint32_t *start,
                       uint32_t *row)
{
    struct range agents = block_of(p, block);
    const uint32_t *target = made + (agents.first - p->own.first) * p->reach;
    for (uint32_t a = (uint32_t)agents.first; a < agents.end; a++)
        for (uint32_t k = 0; k < p->reach; k++) {
            uint32_t b = *target++;
            if (b == NOBODY)
                continue;
            row[__atomic_sub_fetch(&start[a], 1, __ATOMIC_RELAXED)] = b;
            if (is_own(p, b))
                row[__atomic_sub_fetch(&start[b], 1, __ATOMIC_RELAXED)] = a;
        }
}

/* --- ties that agents of other ranks drew ------------------------------------------------------
 */

/* Who drew a tie, and to whom. */
struct drawn {
    uint32_t agent, target;
};

/* Ties that cross from one rank to another: those of each rank, or for it, one after another. */
struct crossing {
    struct drawn *drawn;
    size_t count;
    struct ranks_block *blocks; /* [ranks] */
    size_t *counts;             /* [ranks] */
};

static void crossing_free(struct crossing *c)
{
    free(c->drawn);
    free(c->blocks);
    free(c->counts);
}

/* From counts to blocks of room. */
static bool crossing_reserve(struct crossing *c)
{
    size_t ranks = (size_t)ranks_count();
    c->count = 0;
    for (size_t k = 0; k < ranks; k++)
        c->count += c->counts[k];
    c->drawn = malloc((c->count + 1) * sizeof *c->drawn);
    size_t at = 0;
    for (size_t k = 0; c->drawn && k < ranks; at += c->counts[k++])
        c->blocks[k] = (struct ranks_block){c->drawn + at, c->counts[k] * sizeof *c->drawn};
    return c->drawn != NULL;
}

/* Counts the ties drawn to agents of each other rank, or lists them when there is room. */
static void crossing_visit(struct crossing *c, const struct plan *p, const uint32_t *made)
{
    const struct range *shares = p->spec->shares;
    memset(c->counts, 0, (size_t)ranks_count() * sizeof *c->counts);
    size_t entries = (p->own.end - p->own.first) * p->reach;
    for (size_t k = 0; k < entries; k++) {
        if (made[k] == NOBODY || is_own(p, made[k]))
            continue;
        int rank = 0;
        while (made[k] >= shares[rank].end)
            rank++;
        size_t at = c->counts[rank]++;
        if (c->drawn)
            ((struct drawn *)c->blocks[rank].bytes)[at] =
                (struct drawn){(uint32_t)(p->own.first + k / p->reach), made[k]};
    }
}

static bool crossing_init(struct crossing *c)
{
    size_t ranks = (size_t)ranks_count();
    c->blocks = calloc(ranks, sizeof *c->blocks);
    c->counts = calloc(ranks, sizeof *c->counts);
    return c->blocks && c->counts;
}

/* All ranks: tells the others who of theirs was drawn here, and hears the same. */
static enum status tell_drawn(const struct plan *p, const uint32_t *made, struct crossing *heard,
                              struct error *e)
{
    struct crossing told = {0};
    size_t ranks = (size_t)ranks_count();
    size_t *all = calloc(ranks * ranks, sizeof *all);
    bool ready = crossing_init(&told) && crossing_init(heard) && all;
    if (ready) {
        crossing_visit(&told, p, made);
        ready = crossing_reserve(&told);
    }
    enum status status = ranks_worst(ready ? STATUS_DONE : STATUS_FAILED);
    if (status == STATUS_DONE) {
        crossing_visit(&told, p, made);
        ranks_all_gather(told.counts, ranks * sizeof *all, all);
        for (size_t k = 0; k < ranks; k++)
            heard->counts[k] = all[k * ranks + (size_t)ranks_rank()];
        status = ranks_worst(crossing_reserve(heard) ? STATUS_DONE : STATUS_FAILED);
    }
    if (status == STATUS_DONE)
        ranks_exchange(told.blocks, heard->blocks);
    else
        error_add(e, status, "memory is short: for ties between ranks");
    crossing_free(&told);
    free(all);
    return status;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_row(uint32_t *row, uint32_t n)
{
    if (n > SHORT) {
        qsort(row, n, sizeof *row, compare);
        return;
    }
    for (uint32_t k = 1; k < n; k++) {
        uint32_t value = row[k];
        uint32_t j = k;
        for (; j > 0 && row[j - 1] > value; j--)
            row[j] = row[j - 1];
        row[j] = value;
    }
}

/* Sorts the rows of one block of agents; how many entries stand there twice. */
static size_t sort_block(const struct plan *p, const struct network *n, size_t block)
{
    struct range agents = block_of(p, block);
    size_t twice = 0;
    for (size_t i = agents.first; i < agents.end; i++) {
        sort_row(n->target + n->start[i], n->start[i + 1] - n->start[i]);
        for (uint32_t k = n->start[i] + 1; k < n->start[i + 1]; k++)
            twice += n->target[k] == n->target[k - 1];
    }
    return twice;
}

/* Closes up the rows over ties that two agents made with each other. */
static void drop_twice(struct network *n)
{
    uint32_t to = 0, from = 0;
    for (size_t i = 0; i < n->count; i++) {
        uint32_t begin = to, end = n->start[i + 1];
        n->start[i] = begin;
        for (; from < end; from++)
            if (to == begin || n->target[to - 1] != n->target[from])
                n->target[to++] = n->target[from];
    }
    n->start[n->count] = to;
}

/* The ties of all rows, wherever they are kept. */
static size_t count_ties(const struct network *n)
{
    size_t entries = n->start[n->count], sum = 0;
    if (!n->partial)
        return entries / 2;
    size_t all[(size_t)ranks_count()];
    ranks_all_gather(&entries, sizeof entries, all);
    for (int rank = 0; rank < ranks_count(); rank++)
        sum += all[rank];
    return sum / 2;
}

/* From the ties that each agent made, here or elsewhere, to sorted rows. */
static enum status rows_build(struct network *n, const struct plan *p, const uint32_t *made,
                              const struct crossing *heard, struct error *e)
{
    size_t blocks = blocks_of(p);
    int threads = p->spec->threads > 1 ? p->spec->threads : 1;
    uint32_t entries = 0;
    for (size_t k = 0; k < heard->count; k++)
        n->start[heard->drawn[k].target]++;
    for (size_t i = 0; i <= p->count; i++) {
        entries += n->start[i];
        n->start[i] = entries;
    }
    n->target = malloc((entries ? entries : 1) * sizeof *n->target);
    if (!n->target)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes for the ties of %zu agents",
                         entries * sizeof *n->target, p->count);

#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t block = 0; block < blocks; block++)
        fill_block(p, block, made, n->start, n->target);
    for (size_t k = 0; k < heard->count; k++)
        n->target[--n->start[heard->drawn[k].target]] = heard->drawn[k].agent;

    size_t twice = 0;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1) reduction(+ : twice)
    for (size_t block = 0; block < blocks; block++)
        twice += sort_block(p, n, block);
    if (twice > 0)
        drop_twice(n);
    return STATUS_DONE;
}

/* Lets agents draw, and makes their rows of it. */
static enum status draw_all(struct network *n, const struct plan *p, struct error *e)
{
    struct crossing heard = {0};
    size_t entries = (p->own.end - p->own.first) * p->reach, blocks = blocks_of(p);
    uint32_t *made = malloc((entries ? entries : 1) * sizeof *made);
    enum status status =
        made ? STATUS_DONE
             : error_add(e, STATUS_FAILED, "memory is short: %zu bytes to tie %zu agents",
                         entries * sizeof *made, p->own.end - p->own.first);
    n->partial = p->spec->shares != NULL;
    if (n->partial)
        status = ranks_agree(status, e);
    if (status == STATUS_DONE) {
        int threads = p->spec->threads > 1 ? p->spec->threads : 1;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
        for (size_t block = 0; block < blocks; block++)
            draw_block(p, block, made, n->start);
        if (n->partial)
            status = tell_drawn(p, made, &heard, e);
    }
    if (status == STATUS_DONE)
        status = rows_build(n, p, made, &heard, e);
    if (n->partial)
        status = ranks_agree(status, e);
    if (status == STATUS_DONE)
        n->ties = count_ties(n);
    crossing_free(&heard);
    free(made);
    return status;
}

static enum status generate(struct network *n, struct plan *p, struct error *e)
{
    memset(n, 0, sizeof *n);
    enum status status = plan_init(p, e);
    if (!status)
        status = network_none(n, p->count, e);
    if (p->spec->shares)
        status = ranks_agree(status, e);
    if (!status && p->reach > 0)
        status = draw_all(n, p, e);
    free(p->homes);
    free(p->lands);
    if (status)
        network_free(n);
    return status;
}

enum status network_small_world(struct network *n, const struct network_group *groups,
                                size_t group_count, const struct network_spec *spec,
                                struct error *e)
{
    struct plan p = {
        .groups = groups, .group_count = group_count, .spec = spec, .draw = draw_small_world};
    return generate(n, &p, e);
}

enum status network_random(struct network *n, const struct network_group *groups,
                           size_t group_count, const struct network_spec *spec, struct error *e)
{
    struct plan p = {
        .groups = groups, .group_count = group_count, .spec = spec, .draw = draw_random};
    return generate(n, &p, e);
}
