#include "tests/support/toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stream.h"

static struct toy *toy_of(struct world *w)
{
    return (struct toy *)w;
}

static const struct toy *toy_in(const struct world *w)
{
    return (const struct toy *)w;
}

static double place_value(const struct world *w, size_t place, enum toy_param param)
{
    return w->scenario->places[place].values[param];
}

/* The walkers of one block. */
static size_t block_first(size_t cell)
{
    return cell * TOY_BLOCK_SIZE;
}

static size_t block_end(const struct toy *t, size_t cell)
{
    size_t first = block_first(cell);
    return t->walkers - first < TOY_BLOCK_SIZE ? t->walkers : first + TOY_BLOCK_SIZE;
}

/* --- mechanisms ------------------------------------------------------------------------------ */

static void weather_run(struct world *w, size_t cell)
{
    (void)cell;
    struct toy *t = toy_of(w);
    const struct scenario *s = w->scenario;
    for (size_t place = 0; place < t->places; place++)
        t->place_wind[place] = 0;
    for (size_t k = 0; k < s->event_count; k++) {
        const struct event *event = &s->events[k];
        if (w->week + 1 < event->week || w->week + 1 - event->week >= event->length)
            continue;
        for (size_t place = 0; place < t->places; place++) {
            if (event->place != SIZE_MAX && event->place != place)
                continue;
            t->place_wind[place] = (float)event->size;
            t->place_gusts[place]++;
        }
    }
}

static void weather_absent(struct world *w, size_t cell)
{
    (void)cell;
    struct toy *t = toy_of(w);
    memset(t->place_wind, 0, t->places * sizeof *t->place_wind);
}

static const struct mechanism weather = {
    .name = "weather",
    .equation = "T1",
    .meaning = "Gusts of the scenario blow",
    .source = "assumption",
    .step = 1,
    .cells = TOY_WORLD,
    .reads = (const column_id[]){TOY_PLACE_GUSTS, 0},
    .writes = (const column_id[]){TOY_PLACE_WIND, TOY_PLACE_GUSTS, 0},
    .run = weather_run,
    .absent = weather_absent,
    .off = "there is no wind",
};

static void look_run(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    for (size_t i = block_first(cell); i < block_end(t, cell); i++) {
        double sum = (double)t->walker_height[i];
        for (uint32_t k = w->ties.start[i]; k < w->ties.start[i + 1]; k++)
            sum += (double)t->walker_height[w->ties.target[k]];
        t->walker_mean[i] = (float)(sum / (1 + network_degree(&w->ties, i)));
    }
}

static void look_absent(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    for (size_t i = block_first(cell); i < block_end(t, cell); i++)
        t->walker_mean[i] = t->walker_height[i];
}

static const struct mechanism look = {
    .name = "look",
    .equation = "T2",
    .meaning = "A walker sees the mean height of its neighbours and itself",
    .source = "assumption",
    .step = 2,
    .cells = TOY_BLOCK,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .writes = (const column_id[]){TOY_WALKER_MEAN, 0},
    .run = look_run,
    .absent = look_absent,
    .off = "a walker sees only itself",
};

static void walk_run(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    for (size_t i = block_first(cell); i < block_end(t, cell); i++) {
        size_t place = t->walker_place[i];
        struct stream s;
        world_stream(&s, w, i, TOY_STREAM_WALK);
        double noise = place_value(w, place, TOY_LAW) < TOY_NORMAL ? 2 * stream_uniform(&s) - 1
                                                                   : stream_normal(&s);
        double height = (double)t->walker_height[i];
        double pull = place_value(w, place, TOY_PULL) * ((double)t->walker_mean[i] - height);
        double step = place_value(w, place, TOY_STEP) * (double)t->walker_stride[i] * noise;
        double wind = (double)t->place_wind[place];
        t->walker_height_next[i] = (float)clip(height + pull + step + wind, 0, 1);
    }
}

static void walk_absent(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    for (size_t i = block_first(cell); i < block_end(t, cell); i++)
        t->walker_height_next[i] = t->walker_height[i];
}

static const struct mechanism walk = {
    .name = "walk",
    .equation = "T3",
    .meaning = "A walker moves towards its neighbours, with the wind, and at random",
    .source = "assumption",
    .step = 2,
    .cells = TOY_BLOCK,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, TOY_WALKER_MEAN, TOY_WALKER_STRIDE,
                                 TOY_WALKER_PLACE, TOY_PLACE_WIND, 0},
    .writes = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .run = walk_run,
    .absent = walk_absent,
    .off = "walkers stay where they are",
};

static void settle_run(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    for (size_t i = block_first(cell); i < block_end(t, cell); i++)
        t->walker_height[i] = t->walker_height_next[i];
}

static const struct mechanism settle = {
    .name = "settle",
    .equation = "",
    .meaning = "What walkers will be becomes what they are",
    .source = "",
    .step = 2,
    .cells = TOY_BLOCK,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .writes = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .run = settle_run,
    .waits = 1,
};

static void jump_run(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    for (size_t i = block_first(cell); i < block_end(t, cell); i++) {
        struct stream s;
        world_stream(&s, w, i, TOY_STREAM_JUMP);
        if (place_value(w, t->walker_place[i], TOY_JUMPS) < 1 || stream_uniform(&s) > 0.05)
            continue;
        t->walker_height[i] = (float)stream_uniform(&s);
        t->walker_jumps[i]++;
    }
}

static const struct mechanism jump = {
    .name = "jump",
    .equation = "T4",
    .meaning = "One walker in twenty jumps anywhere",
    .source = "assumption",
    .step = 3,
    .cells = TOY_BLOCK,
    .reads = (const column_id[]){TOY_WALKER_PLACE, TOY_WALKER_JUMPS, 0},
    .writes = (const column_id[]){TOY_WALKER_HEIGHT, TOY_WALKER_JUMPS, 0},
    .run = jump_run,
    .off = "nobody jumps",
};

static void crowd_run(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    size_t first = t->place_first[cell], end = t->place_first[cell + 1], above = 0;
    for (size_t i = first; i < end; i++)
        above += t->walker_height[i] > 0.5f;
    t->place_crowd[cell] = end > first ? (float)above / (float)(end - first) : 0;
}

static const struct mechanism crowd = {
    .name = "crowd",
    .equation = "T5",
    .meaning = "Share of the walkers of a place that are above the middle",
    .source = "assumption",
    .step = 3,
    .cells = TOY_PLACE,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .writes = (const column_id[]){TOY_PLACE_CROWD, 0},
    .run = crowd_run,
};

static void leave_trace_run(struct world *w, size_t cell)
{
    (void)cell;
    struct toy *t = toy_of(w);
    if (t->traces < t->trace_capacity && t->walkers > 0)
        t->trace_height[t->traces++] = t->walker_height[0];
}

static const struct mechanism leave_trace = {
    .name = "trace",
    .equation = "T6",
    .meaning = "Every fourth week the height of the first walker is written down",
    .source = "assumption",
    .step = 4,
    .cells = TOY_WORLD,
    .every = 4,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .writes = (const column_id[]){TOY_TRACE_HEIGHT, 0},
    .run = leave_trace_run,
    .off = "nothing is written down",
};

static void call_roster_run(struct world *w, size_t cell)
{
    (void)cell;
    struct toy *t = toy_of(w);
    t->roster = 0;
    for (uint32_t i = 0; i < t->walkers; i++)
        if (t->walker_height[i] > 0.5f)
            t->roster_walker[t->roster++] = i;
}

static const struct mechanism call_roster = {
    .name = "roster",
    .equation = "",
    .meaning = "Lists the walkers above the middle",
    .source = "",
    .step = 4,
    .cells = TOY_WORLD,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, 0},
    .writes = (const column_id[]){TOY_ROSTER_WALKER, 0},
    .run = call_roster_run,
};

static void observe_run(struct world *w, size_t cell)
{
    struct toy *t = toy_of(w);
    double sum = 0;
    for (size_t i = t->place_first[cell]; i < t->place_first[cell + 1]; i++)
        sum += (double)t->walker_height[i];
    size_t count = t->place_first[cell + 1] - t->place_first[cell];
    float *observed = w->observed + cell * TOY_OBSERVABLES;
    observed[TOY_MEAN_HEIGHT] = count > 0 ? (float)(sum / (double)count) : 0;
    observed[TOY_SHARE_ABOVE] = t->place_crowd[cell];
}

static const struct mechanism observe = {
    .name = "observe",
    .equation = "",
    .meaning = "Takes down the week",
    .source = "",
    .step = 5,
    .cells = TOY_PLACE,
    .reads = (const column_id[]){TOY_WALKER_HEIGHT, TOY_PLACE_CROWD, 0},
    .writes = (const column_id[]){0},
    .run = observe_run,
};

/* --- scenario and world ---------------------------------------------------------------------- */

static bool step_and_pull(const double *values)
{
    return values[TOY_STEP] + values[TOY_PULL] <= 1;
}

/* A scenario without places has one; the file of ties, when there is one, must be right. */
static enum status toy_prepare(struct scenario *s, struct error *e)
{
    if (s->place_count == 0) {
        s->places = calloc(1, sizeof *s->places);
        struct place *place = s->places;
        place->name = strdup("Somewhere");
        place->values = malloc(TOY_PARAMS * sizeof *place->values);
        place->given = calloc(TOY_PARAMS, sizeof *place->given);
        place->texts = calloc(TOY_TEXTS, sizeof *place->texts);
        memcpy(place->values, s->values, TOY_PARAMS * sizeof *place->values);
        s->place_count = 1;
    }
    size_t count = 0;
    for (size_t k = 0; k < s->place_count; k++)
        count += (size_t)s->places[k].values[TOY_WALKERS];
    if (!s->texts[TOY_TIES].text)
        return STATUS_DONE;
    struct network ties;
    enum status status = network_parse(&ties, count, s->texts[TOY_TIES].content,
                                       s->texts[TOY_TIES].size, s->texts[TOY_TIES].text, e);
    network_free(&ties);
    return status;
}

static void toy_forget(struct scenario *s)
{
    (void)s;
}

static enum status build_ties(struct toy *t, struct error *e)
{
    struct world *w = &t->world;
    const struct text_value *file = &w->scenario->texts[TOY_TIES];
    if (file->text)
        return network_parse(&w->ties, t->walkers, file->content, file->size, file->text, e);

    struct network_group *groups = malloc((t->places + 1) * sizeof *groups);
    for (size_t k = 0; k < t->places; k++)
        groups[k] = (struct network_group){
            .first = (uint32_t)t->place_first[k],
            .count = (uint32_t)(t->place_first[k + 1] - t->place_first[k]),
        };
    const struct network_spec spec = {
        .seed = w->seed,
        .replicate = w->replicate,
        .purpose = TOY_STREAM_TIES,
        .degree = w->scenario->values[TOY_DEGREE],
        .rewire = 0.2,
        .stay = 0.5,
        .threads = w->threads,
    };
    enum status status = network_small_world(&w->ties, groups, t->places, &spec, e);
    free(groups);
    return status;
}

static enum status toy_build(struct world *w, struct error *e)
{
    struct toy *t = toy_of(w);
    t->places = t->place_capacity = w->scenario->place_count;
    t->place_first = calloc(t->places + 1, sizeof *t->place_first);
    if (!t->place_first)
        return error_add(e, STATUS_FAILED, "memory is short: %zu places", t->places);
    for (size_t place = 0; place < t->places; place++)
        t->place_first[place + 1] =
            t->place_first[place] + (size_t)place_value(w, place, TOY_WALKERS);
    t->walkers = t->walker_capacity = t->roster_capacity = t->place_first[t->places];
    t->trace_capacity = TOY_TRACES;
    enum status status = columns_allocate(&toy_model, w, e);
    if (status)
        return status;

    for (size_t place = 0; place < t->places; place++)
        for (size_t i = t->place_first[place]; i < t->place_first[place + 1]; i++) {
            struct stream s;
            stream_open(&s, w->seed, w->replicate, (uint32_t)i, 0, TOY_STREAM_BUILD);
            t->walker_place[i] = (uint8_t)place;
            t->walker_stride[i] = (float)stream_uniform(&s);
            t->walker_height[i] = (float)stream_uniform(&s);
        }
    return build_ties(t, e);
}

static void toy_destroy(struct world *w)
{
    struct toy *t = toy_of(w);
    free(t->place_first);
    t->place_first = NULL;
}

static size_t toy_cells(const struct world *w, unsigned kind)
{
    const struct toy *t = toy_in(w);
    switch (kind) {
    case TOY_PLACE:
        return t->places;
    case TOY_BLOCK:
        return (t->walkers + TOY_BLOCK_SIZE - 1) / TOY_BLOCK_SIZE;
    default:
        return 1;
    }
}

static enum status toy_check(const struct world *w, struct error *e)
{
    const struct toy *t = toy_in(w);
    if (t->walkers == t->place_first[t->places] && t->walkers == w->ties.count)
        return STATUS_DONE;
    return error_add(e, STATUS_FAILED, "there are %zu walkers in week %u, must be %zu", t->walkers,
                     (unsigned)w->week, t->place_first[t->places]);
}

static uint64_t toy_persons(const struct scenario *s)
{
    uint64_t persons = 0;
    for (size_t k = 0; k < s->place_count; k++)
        persons += (uint64_t)s->places[k].values[TOY_WALKERS];
    return persons;
}

/* --- tables ---------------------------------------------------------------------------------- */

static const struct param params[] = {
    {"weeks", "T", "week", PARAM_COUNT, PARAM_RUN, 12, 1, 65535, NULL, "weeks to run",
     "assumption"},
    {"seed", "seed", "1", PARAM_COUNT, PARAM_RUN, 1, 0, 0x1p53, NULL, "of the streams",
     "assumption"},
    {"replicates", "R", "1", PARAM_COUNT, PARAM_RUN, 2, 1, 1000, NULL, "number of replicates",
     "assumption"},
    {"ties.degree", "d", "1", PARAM_REAL, PARAM_RUN, 6, 0, 100, NULL, "mean number of ties",
     "assumption"},
    {"walkers", "n", "1", PARAM_COUNT, PARAM_PLACE, 100, 0, 1e6, NULL, "walkers of a place",
     "assumption"},
    {"walk.step", "s", "1", PARAM_REAL, PARAM_PLACE, 0.1, 0, 1, NULL, "longest step of a week",
     "assumption"},
    {"walk.pull", "p", "1", PARAM_REAL, PARAM_PLACE, 0.2, 0, 1, NULL, "share of the way to others",
     "assumption"},
    {"walk.law", "law", "1", PARAM_CHOICE, PARAM_PLACE, TOY_UNIFORM, 0, 1, "uniform|normal",
     "how steps are drawn", "assumption"},
    {"walk.jumps", "j", "1", PARAM_SWITCH, PARAM_PLACE, 1, 0, 1, NULL, "whether walkers jump",
     "assumption"},
};

static const struct param_rule rules[] = {
    {"walk.step and walk.pull must be at most 1 together", "walk.step", step_and_pull},
};

static const struct text_key texts[] = {
    {"ties.file", PARAM_RUN, true, "edge list of the walkers"},
    {"remark", PARAM_PLACE, false, "anything"},
};

static const struct event_kind event_kinds[] = {
    {"gust", "1", 0, 0.5, "wind that blows all walkers up"},
};

static const struct entity entities[] = {
    {"place", "where walkers walk", offsetof(struct toy, places),
     offsetof(struct toy, place_capacity), false},
    {"walker", "somebody who walks", offsetof(struct toy, walkers),
     offsetof(struct toy, walker_capacity), false},
    {"roster", "walkers above the middle", offsetof(struct toy, roster),
     offsetof(struct toy, roster_capacity), true},
    {"trace", "what was written down", offsetof(struct toy, traces),
     offsetof(struct toy, trace_capacity), false},
};

static const struct column columns[] = {
    {"wind", TOY_PLACES, COLUMN_F32, COLUMN_DERIVED, "1", 0, 0.5, "rise this week",
     offsetof(struct toy, place_wind), COLUMN_NONE},
    {"gusts", TOY_PLACES, COLUMN_U16, COLUMN_STATE, "week", 0, 65535, "weeks with wind so far",
     offsetof(struct toy, place_gusts), COLUMN_NONE},
    {"crowd", TOY_PLACES, COLUMN_F32, COLUMN_DERIVED, "1", 0, 1, "share above the middle",
     offsetof(struct toy, place_crowd), COLUMN_NONE},
    {"place", TOY_WALKER, COLUMN_U8, COLUMN_TRAIT, "1", 0, 255, "position of its place",
     offsetof(struct toy, walker_place), COLUMN_NONE},
    {"stride", TOY_WALKER, COLUMN_F32, COLUMN_TRAIT, "1", 0, 1, "how far it steps",
     offsetof(struct toy, walker_stride), COLUMN_NONE},
    {"height", TOY_WALKER, COLUMN_F32, COLUMN_STATE, "1", 0, 1, "where it is",
     offsetof(struct toy, walker_height), offsetof(struct toy, walker_height_next)},
    {"mean", TOY_WALKER, COLUMN_F32, COLUMN_DERIVED, "1", 0, 1, "what it sees",
     offsetof(struct toy, walker_mean), COLUMN_NONE},
    {"jumps", TOY_WALKER, COLUMN_U32, COLUMN_STATE, "1", 0, 65535, "jumps so far",
     offsetof(struct toy, walker_jumps), COLUMN_NONE},
    {"walker", TOY_ROSTER, COLUMN_U32, COLUMN_DERIVED, "1", 0, 1e6, "position of a walker",
     offsetof(struct toy, roster_walker), COLUMN_NONE},
    {"height", TOY_TRACE, COLUMN_F32, COLUMN_STATE, "1", 0, 1, "height of the first walker",
     offsetof(struct toy, trace_height), COLUMN_NONE},
};

static const char *const cell_kinds[] = {"world", "place", "block"};

static const struct mechanism *const schedule[] = {
    [TOY_WEATHER] = &weather,
    [TOY_LOOK] = &look,
    [TOY_WALK] = &walk,
    [TOY_SETTLE] = &settle,
    [TOY_JUMP] = &jump,
    [TOY_CROWD] = &crowd,
    [TOY_LEAVE_TRACE] = &leave_trace,
    [TOY_CALL_ROSTER] = &call_roster,
    [TOY_OBSERVE] = &observe,
};

static const struct observable observables[] = {
    {"mean_height", "1", "mean height of the walkers", true, "How high walkers are", 0, 1},
    {"share_above", "1", "share of walkers above the middle", false, NULL, 0, 1},
};

const struct model toy_model = {
    .name = "toy",
    .title = "Walkers on the unit interval",
    .version = "1",
    .place = "place",
    .places = "places",
    .events = "events",
    .params = {params, TOY_PARAMS},
    .rules = rules,
    .rule_count = sizeof rules / sizeof *rules,
    .texts = texts,
    .text_count = TOY_TEXTS,
    .event_kinds = event_kinds,
    .event_kind_count = sizeof event_kinds / sizeof *event_kinds,
    .entities = entities,
    .entity_count = TOY_ENTITIES,
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns,
    .cell_kinds = cell_kinds,
    .cell_kind_count = TOY_CELL_KINDS,
    .schedule = schedule,
    .schedule_count = TOY_MECHANISMS,
    .observables = observables,
    .observable_count = TOY_OBSERVABLES,
    .world_size = sizeof(struct toy),
    .saved_entity = TOY_WALKER,
    .weeks_param = TOY_WEEKS,
    .seed_param = TOY_SEED,
    .replicates_param = TOY_REPLICATES,
    .prepare = toy_prepare,
    .forget = toy_forget,
    .build = toy_build,
    .destroy = toy_destroy,
    .cells = toy_cells,
    .check = toy_check,
    .persons = toy_persons,
};

/* --- a scenario without a file --------------------------------------------------------------- */

void toy_scenario(struct scenario *s)
{
    static const char *const names[] = {"North", "South"};
    static const double walkers[] = {300, 130};
    memset(s, 0, sizeof *s);
    s->model = &toy_model;
    s->file = strdup("(none)");
    s->title = strdup("Two places");
    s->values = calloc(TOY_PARAMS, sizeof *s->values);
    s->given = calloc(TOY_PARAMS, sizeof *s->given);
    s->texts = calloc(TOY_TEXTS, sizeof *s->texts);
    s->off = calloc(TOY_MECHANISMS, sizeof *s->off);
    for (size_t k = 0; k < TOY_PARAMS; k++)
        s->values[k] = params[k].value;

    s->place_count = 2;
    s->places = calloc(s->place_count, sizeof *s->places);
    for (size_t k = 0; k < s->place_count; k++) {
        struct place *place = &s->places[k];
        place->name = strdup(names[k]);
        place->values = malloc(TOY_PARAMS * sizeof *place->values);
        place->given = calloc(TOY_PARAMS, sizeof *place->given);
        place->texts = calloc(TOY_TEXTS, sizeof *place->texts);
        memcpy(place->values, s->values, TOY_PARAMS * sizeof *place->values);
        place->values[TOY_WALKERS] = walkers[k];
        place->given[TOY_WALKERS] = 1;
    }
    s->event_count = 1;
    s->events = calloc(1, sizeof *s->events);
    s->events[0] = (struct event){.kind = 0, .week = 3, .length = 3, .size = 0.25, .place = 0};
}

void toy_scenario_set(struct scenario *s, enum toy_param param, double value)
{
    s->values[param] = value;
    for (size_t k = 0; k < s->place_count; k++)
        s->places[k].values[param] = value;
}

void toy_scenario_free(struct scenario *s)
{
    for (size_t k = 0; k < s->place_count; k++) {
        free(s->places[k].name);
        free(s->places[k].values);
        free(s->places[k].given);
        free(s->places[k].texts);
    }
    free(s->places);
    free(s->events);
    free(s->off);
    free(s->texts);
    free(s->given);
    free(s->values);
    free(s->title);
    free(s->file);
    memset(s, 0, sizeof *s);
}
