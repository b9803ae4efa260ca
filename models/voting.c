#include "models/voting.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/voting_parts.h"

enum method { METHOD_GREEDY, METHOD_SHARES, METHOD_PHRAGMEN };
enum growth { GROWTH_NONE, GROWTH_ADD1, GROWTH_INTEGRAL };

struct rule {
    const char *name, *text;
    enum method method;
    enum growth growth;
    bool stops, by_cost, completed, compared;
};

static const struct rule rules[RULES] = {
    [RULE_GREEDY] = {.name = "greedy",
                     .text = "by score; what does not fit is passed over",
                     .method = METHOD_GREEDY},
    [RULE_GREEDY_NO_SKIP] = {.name = "greedy-no-skip",
                             .text = "by score, to the first that does not fit",
                             .method = METHOD_GREEDY,
                             .stops = true},
    [RULE_GREEDY_THRESHOLD] = {.name = "greedy-threshold",
                               .text = "by score, among those with a least score",
                               .method = METHOD_GREEDY},
    [RULE_SHARES] = {.name = "equalshares",
                     .text = "equal shares, utility is cost",
                     .method = METHOD_SHARES,
                     .by_cost = true},
    [RULE_SHARES_UTILITARIAN] = {.name = "equalshares/utilitarian",
                                 .text = "and then greedy with what is left",
                                 .method = METHOD_SHARES,
                                 .by_cost = true,
                                 .completed = true},
    [RULE_SHARES_ADD1] = {.name = "equalshares/add1",
                          .text = "endowments raised by 1 while the pool can pay",
                          .method = METHOD_SHARES,
                          .growth = GROWTH_ADD1,
                          .by_cost = true},
    [RULE_SHARES_ADD1_INTEGRAL] = {.name = "equalshares/add1-integral",
                                   .text = "the same from whole endowments",
                                   .method = METHOD_SHARES,
                                   .growth = GROWTH_INTEGRAL,
                                   .by_cost = true},
    [RULE_SHARES_ADD1_UTILITARIAN] = {.name = "equalshares/add1-utilitarian",
                                      .text = "add1, and then greedy",
                                      .method = METHOD_SHARES,
                                      .growth = GROWTH_ADD1,
                                      .by_cost = true,
                                      .completed = true},
    [RULE_SHARES_COMPARISON] = {.name = "equalshares-comparison",
                                .text = "or greedy, where more prefer that",
                                .method = METHOD_SHARES,
                                .by_cost = true,
                                .compared = true},
    [RULE_SHARES_ADD1_COMPARISON] = {.name = "equalshares/add1-comparison",
                                     .text = "add1 or greedy, likewise",
                                     .method = METHOD_SHARES,
                                     .growth = GROWTH_ADD1,
                                     .by_cost = true,
                                     .compared = true},
    [RULE_CARDINALITY] = {.name = "equalshares-cardinality",
                          .text = "equal shares, every project counts the same",
                          .method = METHOD_SHARES},
    [RULE_CARDINALITY_UTILITARIAN] = {.name = "equalshares-cardinality/utilitarian",
                                      .text = "and then greedy with what is left",
                                      .method = METHOD_SHARES,
                                      .completed = true},
    [RULE_CARDINALITY_ADD1] = {.name = "equalshares-cardinality/add1",
                               .text = "endowments raised by 1 while the pool can pay",
                               .method = METHOD_SHARES,
                               .growth = GROWTH_ADD1},
    [RULE_CARDINALITY_ADD1_INTEGRAL] = {.name = "equalshares-cardinality/add1-integral",
                                        .text = "the same from whole endowments",
                                        .method = METHOD_SHARES,
                                        .growth = GROWTH_INTEGRAL},
    [RULE_CARDINALITY_ADD1_UTILITARIAN] = {.name = "equalshares-cardinality/add1-utilitarian",
                                           .text = "add1, and then greedy",
                                           .method = METHOD_SHARES,
                                           .growth = GROWTH_ADD1,
                                           .completed = true},
    [RULE_PHRAGMEN] = {.name = "phragmen",
                       .text = "sequential Phragmen, to the first that does not fit",
                       .method = METHOD_PHRAGMEN},
};

const char *voting_rule_name(enum voting_rule rule)
{
    return rules[rule].name;
}

const char *voting_rule_text(enum voting_rule rule)
{
    return rules[rule].text;
}

bool voting_rule_parse(const char *name, enum voting_rule *rule)
{
    static const struct {
        const char *name;
        enum voting_rule rule;
    } aliases[] = {{"greedy-custom", RULE_GREEDY_NO_SKIP}, {"greedy-exclusive", RULE_GREEDY}};
    for (size_t k = 0; k < RULES; k++) {
        if (strcasecmp(name, rules[k].name) == 0) {
            *rule = (enum voting_rule)k;
            return true;
        }
    }
    for (size_t k = 0; k < sizeof aliases / sizeof *aliases; k++) {
        if (strcasecmp(name, aliases[k].name) == 0) {
            *rule = aliases[k].rule;
            return true;
        }
    }
    return false;
}

int64_t voting_spent(const struct profile *p, const uint8_t *funded)
{
    int64_t spent = 0;
    for (size_t c = 0; c < p->project_count; c++)
        spent += funded[c] ? p->projects[c].cost : 0;
    return spent;
}

/* --- rooms ------------------------------------------------------------------------------------ */

enum status voting_room_reserve(struct voting_room *r, size_t projects, size_t voters,
                                struct error *e)
{
    if (r->budget && projects <= r->project_room && voters <= r->voter_room)
        return STATUS_DONE;
    voting_room_free(r);
    r->budget = calloc(voters + 1, sizeof *r->budget);
    r->bound = calloc(projects + 1, sizeof *r->bound);
    r->least = calloc(projects + 1, sizeof *r->least);
    r->order = calloc(projects + 1, sizeof *r->order);
    r->start = calloc(projects + 1, sizeof *r->start);
    r->other = calloc(projects + 1, sizeof *r->other);
    for (int k = 0; k < 2; k++) {
        r->sequence[k] = calloc(projects + 1, sizeof *r->sequence[k]);
        r->price[k] = calloc(projects + 1, sizeof *r->price[k]);
    }
    if (!r->budget || !r->bound || !r->least || !r->order || !r->start || !r->other ||
        !r->sequence[0] || !r->sequence[1] || !r->price[0] || !r->price[1]) {
        voting_room_free(r);
        return error_add(e, STATUS_FAILED, "out of memory to count %zu ballots on %zu projects",
                         voters, projects);
    }
    r->project_room = projects;
    r->voter_room = voters;
    return STATUS_DONE;
}

void voting_room_free(struct voting_room *r)
{
    free(r->budget);
    free(r->bound);
    free(r->least);
    free(r->order);
    free(r->start);
    free(r->other);
    for (int k = 0; k < 2; k++) {
        free(r->sequence[k]);
        free(r->price[k]);
    }
    memset(r, 0, sizeof *r);
}

/* --- candidates ------------------------------------------------------------------------------- */

size_t voting_candidates(const struct ballot_count *v, const uint8_t *taken)
{
    size_t count = 0;
    for (size_t c = 0; c < v->p->project_count; c++) {
        v->room->bound[c] = 0;
        if (!taken[c] && v->p->votes[c] > 0 && voting_eligible(v, c))
            v->room->order[count++] = (uint32_t)c;
    }
    return count;
}

/* Down the heap of the highest bound. */
static void sink(const double *bound, uint32_t *order, size_t at, size_t count)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && bound[order[child]] < bound[order[child + 1]])
            child++;
        if (!(bound[order[at]] < bound[order[child]]))
            return;
        uint32_t swapped = order[at];
        order[at] = order[child];
        order[child] = swapped;
    }
}

static void heap_sort(const double *bound, uint32_t *order, size_t count)
{
    for (size_t at = count / 2; at-- > 0;)
        sink(bound, order, at, count);
    for (size_t end = count; end-- > 1;) {
        uint32_t last = order[0];
        order[0] = order[end];
        order[end] = last;
        sink(bound, order, 0, end);
    }
}

/* By insertion, which is quick on what is nearly sorted, and by heap where that takes long. */
void voting_sort(const struct ballot_count *v, size_t count)
{
    const double *bound = v->room->bound;
    uint32_t *order = v->room->order;
    size_t moves = 0, most = 16 * count + 64;
    for (size_t k = 1; k < count && moves < most; k++) {
        uint32_t c = order[k];
        size_t at = k;
        for (; at > 0 && bound[order[at - 1]] > bound[c]; at--, moves++)
            order[at] = order[at - 1];
        order[at] = c;
    }
    if (moves >= most)
        heap_sort(bound, order, count);
}

/* --- decisions -------------------------------------------------------------------------------- */

/* Entries of a voter's ballot that are supported and funded. */
static size_t count_funded(const struct profile *p, size_t i, const uint8_t *funded)
{
    size_t n = 0;
    for (size_t k = p->first[i]; k < p->first[i + 1]; k++)
        n += p->entry_points[k] > 0 && funded[p->entry_project[k]];
    return n;
}

/* Greedy's outcome in place of this one where more voters prefer it. */
static void compare_with_greedy(const struct ballot_count *v, uint8_t *funded)
{
    const struct profile *p = v->p;
    uint8_t *greedy = v->room->other;
    memset(greedy, 0, p->project_count);
    voting_greedy(v, false, greedy);
    size_t prefer_this = 0, prefer_greedy = 0;
    for (size_t i = 0; i < p->voter_count; i++) {
        size_t here = count_funded(p, i, funded), there = count_funded(p, i, greedy);
        prefer_this += here > there;
        prefer_greedy += there > here;
    }
    if (prefer_greedy > prefer_this)
        memcpy(funded, greedy, p->project_count);
}

static enum status decide(struct ballot_count *v, const struct rule *rule, uint8_t *funded,
                          struct error *e)
{
    enum status status = STATUS_DONE;
    memset(funded, 0, v->p->project_count);
    switch (rule->method) {
    case METHOD_GREEDY:
        voting_greedy(v, rule->stops, funded);
        break;
    case METHOD_PHRAGMEN:
        voting_phragmen(v, funded);
        break;
    case METHOD_SHARES:
        status = voting_shares(v, rule->growth != GROWTH_NONE, rule->growth == GROWTH_INTEGRAL,
                               funded, e);
        break;
    }
    if (rule->completed)
        voting_greedy(v, false, funded);
    if (rule->compared)
        compare_with_greedy(v, funded);
    return status;
}

enum status voting_decide(const struct profile *p, double pool, enum voting_rule rule,
                          const struct voting_options *options, uint8_t *funded, struct error *e)
{
    static const struct voting_options none;
    struct voting_room own = {0};
    options = options ? options : &none;
    if (!(pool >= 0 && pool <= MONEY_MAX))
        return error_add(e, STATUS_BAD_INPUT, "the pool is %g, must lie in [0, %g]", pool,
                         MONEY_MAX);
    struct ballot_count v = {.p = p,
                             .pool = money_of(pool),
                             .threshold = options->threshold > 0 ? options->threshold : -INFINITY,
                             .step = options->step > 0 ? options->step : 1,
                             .by_cost = rules[rule].by_cost,
                             .room = options->room ? options->room : &own,
                             .trace = options->trace};
    enum status status = voting_room_reserve(v.room, p->project_count, p->voter_count, e);
    if (status == STATUS_DONE)
        status = decide(&v, &rules[rule], funded, e);
    if (v.trace)
        v.trace->runs = v.runs;
    voting_room_free(&own);
    return status;
}
