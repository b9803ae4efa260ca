/* The network of an export, in GraphML: what is tied to what after a week of one replicate.
 *
 *     nodes    a row of each entity that has ties, named by entity and number: site_3
 *     edges    the model's ties, and the network of the saved entity
 *
 * Without --agents the saved entity is counted instead: a node says how many are tied to it, and
 * where they are tied to two nodes, or two of them at different nodes are tied to each other, there
 * is an edge whose weight says how many. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/export_parts.h"
#include "sim/findings.h"
#include "sim/scenario_reader.h"

enum { NAME = 128 };

#define NOBODY_TIED UINT32_MAX

/* A property of nodes: columns of one name and unit share it. */
struct attribute {
    char name[NAME];
    const char *unit;
    bool real;
    bool is_place; /* written as the place's name */
};

struct graph {
    struct exporter *x;
    struct scenario scenario;
    struct world *w;
    uint32_t week;
    size_t arm;                   /* of an experiment */
    float *room;                  /* for a series of a run file */
    bool *shown;                  /* by entity */
    size_t *attribute_of;         /* by column; SIZE_MAX where it is none */
    struct attribute *attributes; /* at most one a column */
    size_t attribute_count;
    uint32_t *counts; /* by node: agents tied to it; entity after entity */
    size_t *first;    /* by entity: its first node among `counts` */
    size_t edges;     /* written */
};

/* --- the world -------------------------------------------------------------------------------- */

static bool same(float a, float b)
{
    return (isnan(a) && isnan(b)) || !(a < b || a > b || isnan(a) || isnan(b));
}

/* The values of a series of the world's replicate, [week][place], if the file has it. */
static enum status read_held(const struct graph *g, const char *name, float *values, bool *held)
{
    const struct exporter *x = g->x;
    size_t count = x->weeks * x->places, variable;
    if (x->is_ensemble) {
        const struct ensemble_range range = {g->arm, 1, g->w->replicate, 1};
        variable = ensemble_variable(&x->ensemble.ensemble, name);
        *held = variable < x->variable_count;
        return *held ? reader_ensemble_series(&x->ensemble, variable, &range, values, x->error)
                     : STATUS_DONE;
    }
    variable = reader_find(&x->file, name);
    *held = variable < x->variable_count;
    enum status status = *held ? reader_series(&x->file, variable, g->room, x->error) : STATUS_DONE;
    memcpy(values, g->room + g->w->replicate * count, count * sizeof *values);
    return status;
}

/* What the world has observed must be what the file holds, or it is another world. */
static enum status check_observed(const struct graph *g, float *values)
{
    const struct exporter *x = g->x;
    const struct model *m = x->model;
    for (size_t k = 0; k < m->observable_count; k++) {
        bool held;
        enum status status = read_held(g, m->observables[k].name, values, &held);
        if (status != STATUS_DONE)
            return status;
        for (size_t place = 0; held && place < x->places; place++) {
            float then = values[(g->week - 1) * x->places + place];
            float now = g->w->observed[place * m->observable_count + k];
            if (!same(then, now))
                return error_add(x->error, STATUS_BAD_INPUT,
                                 "%s: its network cannot be made again: run again, %s is %.9g at "
                                 "week %lu, in the file %.9g. Another version of samskab, or "
                                 "another machine, wrote it; run it again and export that file",
                                 x->request->path, m->observables[k].name, (double)now,
                                 (unsigned long)g->week, (double)then);
        }
    }
    return STATUS_DONE;
}

static enum status choose_arm(struct graph *g)
{
    const struct ensemble *y = &g->x->ensemble.ensemble;
    const char *name = g->x->request->arm;
    struct nearest nearest;
    char hint[256], shown[NAME];
    if (!name)
        return error_add(g->x->error, STATUS_BAD_INPUT,
                         "%s: is an experiment; say with --arm NAME whose network, such as --arm "
                         "%s",
                         g->x->request->path, y->arm_names[0]);
    g->arm = ensemble_arm(y, name);
    if (g->arm < y->arms && y->burn_in > 0)
        return error_add(g->x->error, STATUS_BAD_INPUT,
                         "%s: its arms begin with weeks that they share, after which they change; "
                         "a network can only be made of runs with one scenario",
                         g->x->request->path);
    if (g->arm < y->arms)
        return STATUS_DONE;
    nearest_start(&nearest, name);
    for (size_t i = 0; i < y->arms; i++)
        nearest_try(&nearest, y->arm_names[i], strlen(y->arm_names[i]));
    return error_add(g->x->error, STATUS_BAD_INPUT, "%s: has no %s %s%s", g->x->request->path,
                     y->unit, findings_quote(name, shown, sizeof shown),
                     nearest_hint(&nearest, hint, sizeof hint));
}

static enum status read_scenario(struct graph *g, uint32_t replicate)
{
    struct exporter *x = g->x;
    if (!x->is_ensemble)
        return reader_scenario(&x->file, &g->scenario, x->model, NULL, 0, x->error);
    enum status status = choose_arm(g);
    if (status == STATUS_DONE && x->ensemble.state[g->arm * x->replicates + replicate] != RUN_DONE)
        status = error_add(x->error, STATUS_BAD_INPUT,
                           "%s: replicate %lu of %s is %s, so there is nothing to compare its "
                           "network with",
                           x->request->path, (unsigned long)replicate + 1, x->request->arm,
                           export_state(x, g->arm, replicate));
    if (status == STATUS_DONE)
        status = ensemble_scenario(&x->ensemble.ensemble, x->model, g->arm, &g->scenario, x->error);
    return status;
}

static enum status rebuild(struct graph *g)
{
    struct exporter *x = g->x;
    const struct export_request *request = x->request;
    uint32_t replicate = request->replicate > 0 ? request->replicate - 1 : 0;
    size_t cells = x->weeks * x->places;
    g->week = request->week == EXPORT_ANY ? (uint32_t)x->weeks : request->week;
    enum status status = read_scenario(g, replicate);
    if (status == STATUS_DONE)
        status =
            world_open(&g->w, x->model, &g->scenario, replicate, omp_get_num_procs(), x->error);
    if (status != STATUS_DONE)
        return status;
    for (uint32_t week = 0; week < g->week; week++)
        world_step(g->w);
    g->room = calloc((x->is_ensemble ? 1 : x->replicates) * cells + 1, sizeof *g->room);
    float *values = calloc(cells + 1, sizeof *values);
    if (!values || !g->room)
        status = export_no_memory(x);
    else if (g->week > 0)
        status = check_observed(g, values);
    free(values);
    return status;
}

static size_t rows_of(const struct graph *g, size_t entity)
{
    size_t rows;
    memcpy(&rows, (const char *)g->w + g->x->model->entities[entity].count, sizeof rows);
    return rows;
}

static bool exists(const struct graph *g, size_t entity, size_t row)
{
    const struct model *m = g->x->model;
    return !m->exists || m->exists(g->w, entity, row);
}

/* The row that `row` is tied to; NOBODY_TIED when there is none. */
static uint32_t other_end(const struct graph *g, const struct tie *tie, size_t row)
{
    const struct model *m = g->x->model;
    uint32_t other = tie->column == MODEL_TWIN
                         ? (uint32_t)row
                         : (uint32_t)column_value(&m->columns[tie->column], g->w, row);
    bool there =
        other < rows_of(g, tie->to) && exists(g, tie->from, row) && exists(g, tie->to, other);
    return there ? other : NOBODY_TIED;
}

/* --- properties of nodes ---------------------------------------------------------------------- */

static bool is_tie(const struct model *m, size_t column)
{
    for (size_t i = 0; i < m->tie_count; i++)
        if (m->ties[i].column == column)
            return true;
    return false;
}

/* Whether another entity has a column of the same name that measures something else. */
static bool is_ambiguous(const struct model *m, const struct column *c)
{
    for (size_t i = 0; i < m->column_count; i++)
        if (!m->entities[m->columns[i].entity].transient && m->columns[i].role != COLUMN_DERIVED &&
            strcmp(m->columns[i].name, c->name) == 0 && strcmp(m->columns[i].unit, c->unit) != 0)
            return true;
    return false;
}

static size_t find_attribute(const struct graph *g, const char *name)
{
    size_t i = 0;
    while (i < g->attribute_count && strcmp(g->attributes[i].name, name) != 0)
        i++;
    return i;
}

/* Traits and states of what is shown; ties become edges instead. */
static void choose_attributes(struct graph *g)
{
    const struct model *m = g->x->model;
    for (size_t i = 0; i < m->column_count; i++) {
        const struct column *c = &m->columns[i];
        char name[NAME];
        g->attribute_of[i] = SIZE_MAX;
        if (!g->shown[c->entity] || c->role == COLUMN_DERIVED || is_tie(m, i))
            continue;
        if (is_ambiguous(m, c))
            snprintf(name, sizeof name, "%s_%s", m->entities[c->entity].name, c->name);
        else
            snprintf(name, sizeof name, "%s", c->name);
        size_t k = find_attribute(g, name);
        g->attribute_of[i] = k;
        if (k == g->attribute_count) {
            struct attribute *a = &g->attributes[g->attribute_count++];
            memcpy(a->name, name, sizeof name);
            a->unit = c->unit;
            a->is_place = strcmp(c->name, m->place) == 0;
            a->real = false;
        }
        g->attributes[k].real = g->attributes[k].real || c->type == COLUMN_F32;
    }
}

/* Which entities become nodes: those with ties, the saved one only when it is asked for. */
static void choose_entities(struct graph *g)
{
    const struct model *m = g->x->model;
    g->shown[m->saved_entity] = true;
    for (size_t i = 0; i < m->tie_count; i++)
        g->shown[m->ties[i].from] = g->shown[m->ties[i].to] = true;
    g->shown[m->saved_entity] = g->x->request->agents;
}

/* --- XML -------------------------------------------------------------------------------------- */

static void put_escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '&')
            fputs("&amp;", out);
        else if (c == '<')
            fputs("&lt;", out);
        else if (c == '>')
            fputs("&gt;", out);
        else if (c == '"')
            fputs("&quot;", out);
        else
            fputc(c < 0x20 && c != '\n' && c != '\t' ? '?' : *text, out);
    }
}

static void put_data(const char *key, const char *text, FILE *out)
{
    fprintf(out, "<data key=\"%s\">", key);
    put_escaped(text, out);
    fputs("</data>", out);
}

static void put_key(const char *id, const char *where, const char *name, const char *type,
                    const char *meaning, FILE *out)
{
    fprintf(out, "  <key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\">\n    <desc>", id,
            where, name, type);
    put_escaped(meaning, out);
    fputs("</desc>\n  </key>\n", out);
}

/* What an attribute means, entity by entity, with its unit. */
static void put_attribute_key(const struct graph *g, size_t k)
{
    const struct model *m = g->x->model;
    const struct attribute *a = &g->attributes[k];
    FILE *out = g->x->out;
    const char *type = a->is_place ? "string" : a->real ? "double" : "long";
    fprintf(out, "  <key id=\"a%zu\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\">\n    <desc>",
            k, a->name, type);
    const char *between = "";
    for (size_t i = 0; i < m->column_count; i++) {
        if (g->attribute_of[i] != k)
            continue;
        fprintf(out, "%s%s: ", between, m->entities[m->columns[i].entity].name);
        put_escaped(m->columns[i].meaning, out);
        between = "; ";
    }
    fputs(" (", out);
    put_escaped(a->unit, out);
    fputs(")</desc>\n  </key>\n", out);
}

static void put_keys(const struct graph *g)
{
    const struct model *m = g->x->model;
    FILE *out = g->x->out;
    const char *saved = m->entities[m->saved_entity].name;
    char name[NAME], meaning[256];
    put_key("title", "graph", "title", "string", "title of the file", out);
    if (g->x->is_ensemble)
        put_key("arm", "graph", "arm", "string", "arm of the experiment", out);
    put_key("digest", "graph", "digest", "string", "digest of the file", out);
    put_key("replicate", "graph", "replicate", "int", "replicate, from 1", out);
    put_key("week", "graph", "week", "int", "weeks since start", out);
    put_key("kind", "node", "kind", "string", "what the node is", out);
    if (!g->x->request->agents) {
        snprintf(name, sizeof name, "%s_count", saved);
        snprintf(meaning, sizeof meaning, "how many of the kind %s are tied to the node", saved);
        put_key("count", "node", name, "long", meaning, out);
    }
    for (size_t k = 0; k < g->attribute_count; k++)
        put_attribute_key(g, k);
    put_key("tie", "edge", "tie", "string", "what ties the two", out);
    put_key("weight", "edge", "weight", "double", "strength of the tie, or number of ties", out);
}

static void put_head(const struct graph *g)
{
    const struct exporter *x = g->x;
    char number[EXPORT_NUMBER];
    FILE *out = g->x->out;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"\n"
          "         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
          "         xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
          "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
          out);
    put_keys(g);
    fputs("  <graph id=\"run\" edgedefault=\"undirected\">\n    ", out);
    put_data("title", x->title, out);
    if (x->is_ensemble)
        put_data("arm", x->request->arm, out);
    put_data("digest", x->digest, out);
    put_data("replicate", export_whole(g->w->replicate + 1, number), out);
    put_data("week", export_whole(g->week, number), out);
    fputc('\n', out);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void put_column(const struct graph *g, size_t column, size_t row)
{
    const struct attribute *a = &g->attributes[g->attribute_of[column]];
    const struct column *c = &g->x->model->columns[column];
    double value = column_value(c, g->w, row);
    char key[EXPORT_NUMBER], number[EXPORT_NUMBER];
    snprintf(key, sizeof key, "a%zu", g->attribute_of[column]);
    if (a->is_place) {
        put_data(key, g->x->place_names[(size_t)value], g->x->out);
        return;
    }
    const char *text = c->type == COLUMN_F32 ? export_real((float)value, number)
                                             : export_whole((uint32_t)value, number);
    if (*text)
        put_data(key, text, g->x->out);
}

static void put_nodes(const struct graph *g, size_t entity)
{
    const struct model *m = g->x->model;
    FILE *out = g->x->out;
    char number[EXPORT_NUMBER];
    size_t rows = rows_of(g, entity);
    for (size_t row = 0; row < rows && !ferror(out); row++) {
        if (!exists(g, entity, row))
            continue;
        fprintf(out, "    <node id=\"%s_%zu\">", m->entities[entity].name, row);
        put_data("kind", m->entities[entity].name, out);
        if (!g->x->request->agents)
            put_data("count", export_whole(g->counts[g->first[entity] + row], number), out);
        for (size_t i = 0; i < m->column_count; i++)
            if (m->columns[i].entity == entity && g->attribute_of[i] != SIZE_MAX)
                put_column(g, i, row);
        fputs("</node>\n", out);
    }
}

/* --- edges ------------------------------------------------------------------------------------ */

struct end {
    size_t entity, row;
};

static void put_edge(struct graph *g, struct end from, struct end to, const char *name,
                     float weight)
{
    const struct entity *entities = g->x->model->entities;
    FILE *out = g->x->out;
    char number[EXPORT_NUMBER];
    fprintf(out, "    <edge id=\"e%zu\" source=\"%s_%zu\" target=\"%s_%zu\">", g->edges++,
            entities[from.entity].name, from.row, entities[to.entity].name, to.row);
    put_data("tie", name, out);
    put_data("weight", export_real(weight, number), out);
    fputs("</edge>\n", out);
}

static void put_ties(struct graph *g, const struct tie *tie)
{
    size_t rows = rows_of(g, tie->from);
    for (size_t row = 0; row < rows && !ferror(g->x->out); row++) {
        uint32_t other = other_end(g, tie, row);
        if (other != NOBODY_TIED)
            put_edge(g, (struct end){tie->from, row}, (struct end){tie->to, other}, tie->name, 1);
    }
}

static void put_network(struct graph *g)
{
    const struct network *n = &g->w->ties;
    size_t saved = g->x->model->saved_entity;
    for (size_t i = 0; i < n->count && !ferror(g->x->out); i++)
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++)
            if (n->target[k] > i)
                put_edge(g, (struct end){saved, i}, (struct end){saved, n->target[k]},
                         g->x->model->network_tie, n->weight ? n->weight[k] : 1);
}

/* --- agents counted --------------------------------------------------------------------------- */

static int by_pair(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* One edge for each pair that occurs, with how often it does as its weight. */
static void put_pairs(struct graph *g, uint64_t *pairs, size_t count, size_t from, size_t to,
                      const char *name)
{
    qsort(pairs, count, sizeof *pairs, by_pair);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && pairs[next] == pairs[i];)
            next++;
        put_edge(g, (struct end){from, (size_t)(pairs[i] >> 32)},
                 (struct end){to, (size_t)(pairs[i] & UINT32_MAX)}, name, (float)(next - i));
    }
}

/* Ties of the network between agents at different nodes of their first tie. */
static size_t pair_friends(const struct graph *g, const struct tie *home, uint64_t *pairs)
{
    const struct network *n = &g->w->ties;
    size_t count = 0;
    for (size_t i = 0; i < n->count; i++) {
        uint64_t here = other_end(g, home, i);
        for (uint32_t k = n->start[i]; k < n->start[i + 1] && here != NOBODY_TIED; k++) {
            uint64_t there = n->target[k] > i ? other_end(g, home, n->target[k]) : NOBODY_TIED;
            if (there != NOBODY_TIED && there != here)
                pairs[count++] = here < there ? here << 32 | there : there << 32 | here;
        }
    }
    return count;
}

/* Agents that are tied by both. */
static size_t pair_ties(const struct graph *g, const struct tie *home, const struct tie *tie,
                        uint64_t *pairs)
{
    size_t rows = rows_of(g, tie->from), count = 0;
    for (size_t row = 0; row < rows; row++) {
        uint64_t here = other_end(g, home, row), there = other_end(g, tie, row);
        if (here != NOBODY_TIED && there != NOBODY_TIED)
            pairs[count++] = there << 32 | here;
    }
    return count;
}

static enum status put_counted(struct graph *g)
{
    const struct model *m = g->x->model;
    const struct tie *home = NULL;
    size_t rows = rows_of(g, m->saved_entity);
    size_t most = g->w->ties.ties > rows ? g->w->ties.ties : rows;
    uint64_t *pairs = malloc((most + 1) * sizeof *pairs);
    if (!pairs)
        return export_no_memory(g->x);
    for (size_t i = 0; i < m->tie_count; i++) {
        const struct tie *tie = &m->ties[i];
        if (tie->from != m->saved_entity)
            continue;
        if (home) {
            put_pairs(g, pairs, pair_ties(g, home, tie, pairs), tie->to, home->to, tie->name);
        } else {
            home = tie;
            put_pairs(g, pairs, pair_friends(g, home, pairs), home->to, home->to, m->network_tie);
        }
    }
    free(pairs);
    return STATUS_DONE;
}

static void count_agents(struct graph *g)
{
    const struct model *m = g->x->model;
    for (size_t i = 0; i < m->tie_count; i++) {
        const struct tie *tie = &m->ties[i];
        size_t rows = tie->from == m->saved_entity ? rows_of(g, tie->from) : 0;
        for (size_t row = 0; row < rows; row++) {
            uint32_t other = other_end(g, tie, row);
            if (other != NOBODY_TIED)
                g->counts[g->first[tie->to] + other]++;
        }
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

static enum status prepare(struct graph *g)
{
    const struct model *m = g->x->model;
    size_t nodes = 0;
    g->shown = calloc(m->entity_count + 1, sizeof *g->shown);
    g->first = calloc(m->entity_count + 1, sizeof *g->first);
    g->attribute_of = malloc((m->column_count + 1) * sizeof *g->attribute_of);
    g->attributes = calloc(m->column_count + 1, sizeof *g->attributes);
    if (!g->shown || !g->first || !g->attribute_of || !g->attributes)
        return export_no_memory(g->x);
    for (size_t i = 0; i < m->entity_count; i++) {
        g->first[i] = nodes;
        nodes += rows_of(g, i);
    }
    g->counts = calloc(nodes + 1, sizeof *g->counts);
    if (!g->counts)
        return export_no_memory(g->x);
    choose_entities(g);
    choose_attributes(g);
    count_agents(g);
    return STATUS_DONE;
}

static enum status write_graph(struct graph *g)
{
    const struct model *m = g->x->model;
    enum status status = STATUS_DONE;
    put_head(g);
    for (size_t entity = 0; entity < m->entity_count; entity++)
        if (g->shown[entity])
            put_nodes(g, entity);
    for (size_t i = 0; i < m->tie_count; i++)
        if (g->shown[m->ties[i].from])
            put_ties(g, &m->ties[i]);
    if (g->x->request->agents)
        put_network(g);
    else
        status = put_counted(g);
    fputs("  </graph>\n</graphml>\n", g->x->out);
    return status;
}

enum status export_graphml(struct exporter *x)
{
    struct graph g = {.x = x};
    enum status status = rebuild(&g);
    if (status == STATUS_DONE)
        status = prepare(&g);
    if (status == STATUS_DONE)
        status = write_graph(&g);
    free(g.room);
    free(g.shown);
    free(g.first);
    free(g.attribute_of);
    free(g.attributes);
    free(g.counts);
    world_close(g.w);
    scenario_free(&g.scenario);
    return status;
}
