/* Ties between agents, as compressed rows.
 *
 *     agent i's neighbours:  target[start[i]] ... target[start[i + 1] - 1],  in rising order
 *     their weights:         weight[...] alike, or all 1 when weight is NULL
 *
 * Ties are undirected: each stands in both rows.  No loops, no tie twice. */
#ifndef SAMSKAB_NETWORK_H
#define SAMSKAB_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/range.h"

struct network {
    size_t count;     /* agents */
    size_t ties;      /* undirected */
    uint32_t *start;  /* count + 1 */
    uint32_t *target; /* 2 x ties */
    float *weight;    /* 2 x ties; NULL when every weight is 1 */
    bool partial;     /* rows of agents whom other ranks keep are empty here */
};

/* Agents [first, first + count) form a group within which ties are made: neighbours in the order of
 * the agents are alike (the caller sorts them by what ties people together). */
struct network_group {
    uint32_t first;
    uint32_t count;
    uint32_t home; /* groups with the same home are reached by ties that leave the group */
};

/* Ties across homes, for homes numbered from 0. */
struct network_borders {
    size_t homes;
    double *leave; /* by home: share of the ties that its agents make to agents of other homes */
    double *reach; /* [home][home]: running sums of the pull that each other home has on it */
};

struct network_spec {
    uint64_t seed;
    uint32_t replicate;
    uint32_t purpose; /* of the model's list of streams */
    double degree;    /* mean number of ties an agent, >= 0 */
    double rewire;    /* probability that a tie goes to somebody further off */
    double stay;      /* of those, the share that stays in the group; the rest stays in the home */
    const struct network_borders *borders; /* NULL: every tie stays in its home */
    const struct range *shares; /* [ranks] agents whose rows each rank keeps; NULL: all here */
    int threads;
};

/* A small world with homophily (Watts and Strogatz 1998 on an order of likeness): within each group
 * every agent is tied to the degree/2 that follow it on a ring, and each tie is rewired with
 * probability `rewire` to a random agent of the same group or, with probability 1 - stay, of
 * another group of the same home; what a group is too small for goes to the home as well.  A
 * fractional degree/2 is rounded up or down at random.  The few ties that two agents make with each
 * other count once.  Groups must be given in order and cover [0, count); groups with one home are
 * consecutive.  With `borders`, each tie goes instead, with the probability that they state, to a
 * random agent of another home, drawn by its pull.  With `shares`, all ranks call it, and each lets
 * its own agents draw and tells the others of ties to theirs.  Agent i draws from the stream of
 * (seed, replicate, i, week 0, purpose). */
enum status network_small_world(struct network *n, const struct network_group *groups,
                                size_t group_count, const struct network_spec *spec,
                                struct error *e);

/* Every agent tied to degree/2 random others of its home (Erdos and Renyi's G(n, m)), or with
 * `borders` of another home as above. */
enum status network_random(struct network *n, const struct network_group *groups,
                           size_t group_count, const struct network_spec *spec, struct error *e);

/* `count` agents without ties. */
enum status network_none(struct network *n, size_t count, struct error *e);

/* Reads an edge list from CSV text: a header `a,b` or `a,b,weight`, then a tie a line between
 * agents numbered from 0 to count - 1.  A tie may stand in either direction once; weights are > 0.
 * Every malformed line gives one finding `name:line: ...` (the first twenty are written out). */
enum status network_parse(struct network *n, size_t count, const char *text, size_t size,
                          const char *name, struct error *e);

/* Number of neighbours. */
static inline uint32_t network_degree(const struct network *n, size_t agent)
{
    return n->start[agent + 1] - n->start[agent];
}

/* Bytes in use. */
size_t network_bytes(const struct network *n);

/* A digest of the ties' bits. */
uint64_t network_digest(const struct network *n);

void network_free(struct network *n);

#endif
