/* What a model tells the engine about itself: tables, and three functions.
 *
 * The engine knows agents, weeks, streams and files; everything it has to know of a model stands in
 * one `const struct model`, and the tests run it with a toy one. */
#ifndef SAMSKAB_MODEL_H
#define SAMSKAB_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/column.h"
#include "sim/error.h"
#include "sim/mechanism.h"
#include "sim/network.h"
#include "sim/param.h"
#include "sim/range.h"

struct scenario;

/* A text that a scenario may give, such as the name of a file. */
struct text_key {
    const char *key;
    enum param_level level;
    bool is_file; /* its value names a file, whose content is read with the scenario */
    const char *meaning;
};

/* A shock: something that a scenario lets happen in some weeks, of a size. */
struct event_kind {
    const char *name;
    const char *unit;
    double lo, hi; /* allowed sizes */
    const char *meaning;
};

/* What ties the rows of one entity to those of another, beside the network of the saved entity. */
struct tie {
    const char *name;
    size_t from;   /* entity */
    size_t column; /* of `from`, position: a row of `to`, UINT32_MAX for none; MODEL_TWIN: the row
                      of the same number */
    size_t to;     /* entity */
    const char *meaning;
};

#define MODEL_TWIN SIZE_MAX

/* The entity of a kind of cells of which there is one. */
#define MODEL_WORLD SIZE_MAX

/* What one weekly series holds. */
struct observable {
    const char *name;
    const char *unit;
    const char *meaning; /* long_name */
    bool headline;       /* shown in the summary of a run */
    const char *plain;   /* for those in the summary: what it is in everyday words */
    double lo, hi;       /* bounds; INFINITY where there is none */
};

struct model {
    const char *name;
    const char *title;
    const char *version;
    const char *place;  /* what a place is: "town" */
    const char *places; /* the scenario's key for the list of them: "towns" */
    const char *events; /* the scenario's key for the list of events: "shocks" */

    struct param_table params;
    const struct param_rule *rules;
    size_t rule_count;
    const struct text_key *texts;
    size_t text_count;
    const struct event_kind *event_kinds;
    size_t event_kind_count;

    const struct entity *entities;
    size_t entity_count;
    const struct column *columns;
    size_t column_count;
    const char *const *cell_kinds; /* names: "world", "town", "site", "block" */
    size_t cell_kind_count;
    const struct mechanism *const *schedule; /* in weekly order */
    size_t schedule_count;
    const struct observable *observables;
    size_t observable_count;
    const struct tie *ties;
    size_t tie_count;
    const char *network_tie; /* what a tie of the network is: "friendship" */

    size_t world_size;   /* bytes of the model's world, which begins with a struct world */
    size_t saved_entity; /* entity whose states `--agents` stores */
    size_t weeks_param;  /* positions in `params` of what the engine itself reads */
    size_t seed_param;
    size_t replicates_param;

    /* Checks and completes a scenario that was read: names of places, files, sizes.  Adds findings.
     * `scenario->place_data` of each place is the model's to set; scenario_free calls `forget`. */
    enum status (*prepare)(struct scenario *s, struct error *e);
    void (*forget)(struct scenario *s);
    /* Makes the world of one replicate at week 0: sizes it, allocates and fills its columns and
     * networks.  w->scenario, replicate, seed and threads are set. */
    enum status (*build)(struct world *w, struct error *e);
    /* Frees what build gave beyond columns and ties, which the engine frees; safe on a failed
     * build. */
    void (*destroy)(struct world *w);
    /* How many cells of a kind there are this week. */
    size_t (*cells)(const struct world *w, unsigned kind);
    /* For a world that several ranks share by place (sim/split.h), NULL where that cannot be: the
     * entity whose rows are the cells of each kind, MODEL_WORLD for one cell; and the rows of an
     * entity that is not transient which belong to some places, consecutive as these are. */
    const size_t *cell_entities;
    struct range (*rows)(const struct world *w, size_t entity, struct range places);
    /* What holds every week in every run (people and hours are conserved); adds findings. */
    enum status (*check)(const struct world *w, struct error *e);
    /* Persons in one replicate of this scenario, for estimates before anything is built. */
    uint64_t (*persons)(const struct scenario *s);
    /* Bytes of one replicate while it is built and runs, about, before anything is built; NULL: not
     * known. */
    uint64_t (*bytes)(const struct scenario *s);
    /* Where a place lies on a plane, NAN where that is not known, and how many persons it has;
     * NULL: not known of any. */
    void (*locate)(const struct scenario *s, size_t place, double *x_km, double *y_km,
                   double *persons);
    /* Whether a row of an entity holds somebody now; NULL: every row does. */
    bool (*exists)(const struct world *w, size_t entity, size_t row);
};

/* In which order cells are worked off, which changes no bit: the tests try all. */
enum cell_order {
    CELLS_SHARED,   /* whoever is free takes the next helping */
    CELLS_DEALT,    /* as many to each thread, beforehand */
    CELLS_BACKWARDS /* the last one first, on one thread */
};

struct split;

/* The engine's part of a world; the model's own struct begins with it. */
struct world {
    const struct model *model;
    const struct scenario *scenario;
    uint64_t seed;
    uint32_t replicate;
    uint32_t week; /* steps done; the one that runs now is week + 1 */
    int threads;   /* that this world may use */
    enum cell_order order;
    const uint8_t *off;  /* by position in the schedule: 1 when switched off */
    struct network ties; /* among the saved entity */
    float *observed;     /* this week's, [place][observable] */
    struct range places; /* that this process works at */
    struct split *split; /* NULL when it works at all of them */
};

/* Opens the stream of this world's current week. */
#define world_stream(s, w, agent, purpose)                                                         \
    stream_open((s), (w)->seed, (w)->replicate, (uint32_t)(agent), (w)->week + 1, (purpose))

/* Allocates and builds the world of one replicate.  On failure *w is NULL and all is freed. */
enum status world_open(struct world **w, const struct model *m, const struct scenario *s,
                       uint32_t replicate, int threads, struct error *e);

/* All ranks: the same, of one world that they share by place. */
enum status world_open_shared(struct world **w, const struct model *m, const struct scenario *s,
                              uint32_t replicate, int threads, struct error *e);

/* The rows of an entity that this process works at. */
struct range world_rows(const struct world *w, size_t entity);

/* One week: every mechanism of the schedule, in order.  Consecutive mechanisms over the same kind
 * of cells, of which none but the first waits, are a group: a thread takes a cell through all of
 * them before it takes the next one. */
void world_step(struct world *w);

/* The position after the last mechanism of the group that begins at `first`. */
size_t model_group_end(const struct model *m, size_t first);

/* Whether a mechanism runs in the week that follows `week` steps done. */
bool mechanism_due(const struct mechanism *mechanism, uint32_t week);

/* Takes the week and the states of another world of the same people over; false, and nothing is
 * changed, when they do not fit into what this one has allocated. */
bool world_adopt(struct world *w, const struct world *from);

/* Frees a world; NULL is allowed. */
void world_close(struct world *w);

/* A digest of all that decides how the world goes on, and of what was observed last; for all ranks
 * that share it. */
uint64_t world_digest(const struct world *w);

/* A quick one of what the weeks change: without traits and ties. */
uint64_t world_state_digest(const struct world *w);

#endif
