/* A toy model, with which the engine is tested: walkers on the interval [0, 1].
 *
 * Each week a walker looks at the mean height of those it is tied to, moves towards it and at
 * random, and now and then jumps anywhere; wind blows all walkers of a place upwards.  It has
 * something of everything: places, entities that grow or are rebuilt, columns of every type and
 * role, parameters of every kind with a rule, texts, a file, an event, and mechanisms over each
 * kind of cells, of which one runs every fourth week and one waits. */
#ifndef SAMSKAB_TESTS_TOY_H
#define SAMSKAB_TESTS_TOY_H

#include "sim/model.h"
#include "sim/scenario.h"

enum toy_param {
    TOY_WEEKS,
    TOY_SEED,
    TOY_REPLICATES,
    TOY_DEGREE,
    TOY_WALKERS,
    TOY_STEP,
    TOY_PULL,
    TOY_LAW,
    TOY_JUMPS,
    TOY_PARAMS
};

enum toy_text { TOY_TIES, TOY_REMARK, TOY_TEXTS };

enum toy_law { TOY_UNIFORM, TOY_NORMAL };

enum toy_cells { TOY_WORLD, TOY_PLACE, TOY_BLOCK, TOY_CELL_KINDS };

enum toy_entity { TOY_PLACES, TOY_WALKER, TOY_ROSTER, TOY_TRACE, TOY_ENTITIES };

/* Positions of the columns, plus 1. */
enum toy_column {
    TOY_NO_COLUMN,
    TOY_PLACE_WIND,
    TOY_PLACE_GUSTS,
    TOY_PLACE_CROWD,
    TOY_WALKER_PLACE,
    TOY_WALKER_STRIDE,
    TOY_WALKER_HEIGHT,
    TOY_WALKER_MEAN,
    TOY_WALKER_JUMPS,
    TOY_ROSTER_WALKER,
    TOY_TRACE_HEIGHT
};

/* Positions in the schedule. */
enum toy_mechanism {
    TOY_WEATHER,
    TOY_LOOK,
    TOY_WALK,
    TOY_SETTLE,
    TOY_JUMP,
    TOY_CROWD,
    TOY_LEAVE_TRACE,
    TOY_CALL_ROSTER,
    TOY_OBSERVE,
    TOY_MECHANISMS
};

enum toy_observable { TOY_MEAN_HEIGHT, TOY_SHARE_ABOVE, TOY_OBSERVABLES };

enum toy_stream { TOY_STREAM_BUILD, TOY_STREAM_TIES, TOY_STREAM_WALK, TOY_STREAM_JUMP };

enum { TOY_BLOCK_SIZE = 64, TOY_TRACES = 16 };

struct toy {
    struct world world;
    size_t places, place_capacity;
    size_t walkers, walker_capacity;
    size_t roster, roster_capacity;
    size_t traces, trace_capacity;
    float *place_wind;
    uint16_t *place_gusts;
    float *place_crowd;
    uint8_t *walker_place;
    float *walker_stride;
    float *walker_height, *walker_height_next;
    float *walker_mean;
    uint32_t *walker_jumps;
    uint32_t *roster_walker;
    float *trace_height;
    size_t *place_first; /* first walker of each place, and the number of all */
};

extern const struct model toy_model;

/* A scenario of the toy without a file: two places, North with 300 walkers and South with 130, and
 * a gust in North in weeks 3 to 5.  Free it with toy_scenario_free. */
void toy_scenario(struct scenario *s);

/* Sets a parameter in the run and in all places. */
void toy_scenario_set(struct scenario *s, enum toy_param param, double value);

void toy_scenario_free(struct scenario *s);

#endif
