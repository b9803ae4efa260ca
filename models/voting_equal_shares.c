/* The method of equal shares, and add-one.
 *
 * Every voter starts with the same endowment.  A project that i gave u_i points has the price q a
 * point that its supporters can carry together,
 *
 *     sum over supporters min(b_i, q u_i) = cost,            b_i what is left to i,
 *
 * found from below: those who cannot pay q u_i give all they have, the others share the rest, which
 * raises q, until no more run out.  The project with the least rho = q / f is bought, f its cost,
 * or 1.  Budgets only shrink, so a rho worked out earlier is a lower bound, and candidates are
 * looked at in the order of their bounds only as far as they can still be the cheapest.
 *
 * Add-one would count the ballots again for every endowment e, e+1, e+2, ..., which may be
 * millions. Most give what the one before gave, and a stretch of them can be shown to: let a count
 * at e buy the sequence s_1, s_2, ... at prices r_1, r_2, ..., and go through the same sequence at
 * e' > e. With the same sequence every budget rises with the endowment and every price falls, so
 * between the two the price of s_k is at most r_k, and that of any other project at least what it
 * is at e'. If for every k no other project costs less than r_k at e' (a tie that the order of ties
 * gives to s_k is as good), and in the end none can be afforded at e', every endowment in between
 * buys that sequence.  Stretches are tried twice as long after a success and a quarter after a
 * failure, down to single steps; no endowment is left out that was not shown to give the same. */
#include <string.h>

#include "models/voting_parts.h"

/* What a project's rho is a price of: a currency unit of cost, or the project. */
static double utility(const struct ballot_count *v, uint32_t c)
{
    return v->by_cost ? money_amount(v->p->projects[c].cost) : 1;
}

/* One pass of the search for q: who has less than q u_i gives it, the others share what lacks.  The
 * sums take 0 or 1 times each in place of a branch, which would be guessed wrong half the time. */
struct pass {
    double given, sharing; /* money; points of the others */
    size_t broke;          /* supporters who give all */
};

static struct pass go_through(const struct ballot_count *v, uint32_t c, double q)
{
    const struct profile *p = v->p;
    const double *budget = v->room->budget;
    struct pass x = {0, 0, 0};
    for (size_t k = p->column[c]; k < p->column[c + 1]; k++) {
        double b = budget[p->supporter[k]], u = p->support[k];
        bool broke = b < q * u;
        double gives = broke;
        x.given += gives * b;
        x.sharing += (1 - gives) * u;
        x.broke += broke;
    }
    return x;
}

/* The price a point at which supporters give all they have. */
static double highest_price(const struct ballot_count *v, uint32_t c)
{
    const struct profile *p = v->p;
    double q = 0;
    for (size_t k = p->column[c]; k < p->column[c + 1]; k++)
        q = fmax(q, v->room->budget[p->supporter[k]] / p->support[k]);
    return q;
}

/* rho of a project; infinite when its supporters cannot afford it.  Starts from its bound. */
static double price_of(struct ballot_count *v, uint32_t c)
{
    const struct profile *p = v->p;
    double cost = money_amount(p->projects[c].cost), f = utility(v, c);
    size_t supporters = p->column[c + 1] - p->column[c], broke = SIZE_MAX;
    double q = v->room->bound[c] * f * (1 - VOTING_TIE / 100);
    for (;;) {
        struct pass x = go_through(v, c, q);
        v->work += (double)supporters;
        if (x.broke == supporters)
            return x.given < cost * (1 - VOTING_TIE) ? INFINITY : highest_price(v, c) / f;
        double next = (cost - x.given) / x.sharing;
        if (x.broke == broke || !(next > q))
            return fmax(next, q) / f;
        broke = x.broke;
        q = next;
    }
}

static void pay(struct ballot_count *v, uint32_t c, double rho, double *paid)
{
    const struct profile *p = v->p;
    double q = rho * utility(v, c);
    for (size_t k = p->column[c]; k < p->column[c + 1]; k++) {
        double *b = &v->room->budget[p->supporter[k]];
        double due = q * p->support[k], amount = *b < due ? *b : due;
        *b -= amount;
        if (paid)
            paid[k] = amount;
    }
}

/* Candidates in the order of the prices that they have at least, once for all endowments. */
static size_t prepare(struct ballot_count *v, const uint8_t *funded)
{
    const struct profile *p = v->p;
    struct voting_room *room = v->room;
    size_t count = voting_candidates(v, funded);
    for (size_t k = 0; k < count; k++) {
        uint32_t c = room->order[k];
        double points = 0;
        for (size_t at = p->column[c]; at < p->column[c + 1]; at++)
            points += p->support[at];
        room->bound[c] = money_amount(p->projects[c].cost) / points / utility(v, c);
        room->bound[c] *= 1 - VOTING_TIE / 100;
    }
    voting_sort(v, count);
    memcpy(room->start, room->order, count * sizeof *room->start);
    memcpy(room->least, room->bound, p->project_count * sizeof *room->least);
    return count;
}

static void begin(struct ballot_count *v, double endowment, size_t count)
{
    struct voting_room *room = v->room;
    memcpy(room->order, room->start, count * sizeof *room->order);
    memcpy(room->bound, room->least, v->p->project_count * sizeof *room->bound);
    for (size_t i = 0; i < v->p->voter_count; i++)
        room->budget[i] = endowment;
    v->runs++;
    v->work += (double)(v->p->voter_count + v->p->project_count);
}

/* Takes out of the order what was bought or cannot be afforded any more (an infinite bound), and
 * sorts the rest. */
static size_t tidy(struct ballot_count *v, size_t count)
{
    struct voting_room *room = v->room;
    size_t kept = 0;
    for (size_t k = 0; k < count; k++)
        if (isfinite(room->bound[room->order[k]]))
            room->order[kept++] = room->order[k];
    voting_sort(v, kept);
    return kept;
}

/* The candidate with the least price, and that price; infinite when none can be afforded. */
static double find_cheapest(struct ballot_count *v, size_t count, uint32_t *cheapest)
{
    struct voting_room *room = v->room;
    double least = INFINITY;
    for (size_t k = 0; k < count; k++) {
        uint32_t c = room->order[k];
        if (voting_less(least, room->bound[c]))
            break;
        double rho = room->bound[c] = price_of(v, c);
        if (!isfinite(rho))
            continue;
        if (voting_less(rho, least) ||
            (!voting_less(least, rho) && voting_precedes(v->p, c, *cheapest)))
            *cheapest = c;
        least = fmin(least, rho);
    }
    return least;
}

/* Counts the ballots at an endowment; fills a record and returns its length. */
static size_t count_at(struct ballot_count *v, double endowment, size_t candidates, int record)
{
    struct voting_room *room = v->room;
    size_t rounds = 0, count = candidates;
    uint32_t c = 0;
    begin(v, endowment, count);
    while (isfinite(find_cheapest(v, count, &c))) {
        double rho = room->bound[c];
        pay(v, c, rho, NULL);
        room->sequence[record][rounds] = c;
        room->price[record][rounds++] = rho;
        room->bound[c] = INFINITY;
        count = tidy(v, count);
    }
    return rounds;
}

/* Whether no other candidate can come before s in a round in which s costs `price` at most. */
static bool holds(struct ballot_count *v, size_t count, uint32_t s, double price)
{
    struct voting_room *room = v->room;
    for (size_t k = 0; k < count; k++) {
        uint32_t c = room->order[k];
        if (voting_less(price, room->bound[c]))
            break;
        if (c == s)
            continue;
        double rho = room->bound[c] = price_of(v, c);
        if (!voting_less(price, rho) && (voting_less(rho, price) || !voting_precedes(v->p, s, c)))
            return false;
    }
    return true;
}

/* Whether every endowment up to this one buys the sequence of a record; if so, the other record is
 * that of this endowment. */
static bool stays(struct ballot_count *v, double endowment, size_t candidates, int record,
                  size_t rounds)
{
    struct voting_room *room = v->room;
    size_t count = candidates;
    begin(v, endowment, count);
    for (size_t k = 0; k < rounds; k++) {
        uint32_t s = room->sequence[record][k];
        if (!holds(v, count, s, room->price[record][k]))
            return false;
        double rho = price_of(v, s);
        if (!isfinite(rho))
            return false;
        pay(v, s, rho, NULL);
        room->sequence[!record][k] = s;
        room->price[!record][k] = rho;
        room->bound[s] = INFINITY;
        count = tidy(v, count);
    }
    uint32_t none = 0;
    return !isfinite(find_cheapest(v, count, &none));
}

static int64_t cost_of(const struct ballot_count *v, const uint32_t *sequence, size_t rounds)
{
    int64_t cost = 0;
    for (size_t k = 0; k < rounds; k++)
        cost += v->p->projects[sequence[k]].cost;
    return cost;
}

static void mark(const struct ballot_count *v, const uint32_t *sequence, size_t rounds,
                 uint8_t *funded)
{
    memset(funded, 0, v->p->project_count);
    for (size_t k = 0; k < rounds; k++)
        funded[sequence[k]] = 1;
}

/* Whether a larger endowment can change anything: a project with supporters is not funded. */
static bool has_use(const struct ballot_count *v, const uint8_t *funded)
{
    for (size_t c = 0; c < v->p->project_count; c++)
        if (!funded[c] && v->p->votes[c] > 0 && voting_eligible(v, c))
            return true;
    return false;
}

/* Raises the endowment start + k step as long as what it buys fits into the pool.  Record 0 is that
 * of `start`, `rounds` long.  Fills `funded` when a larger endowment is found; returns it. */
static double add_one(struct ballot_count *v, double start, double endowment, size_t candidates,
                      size_t rounds, uint8_t *funded)
{
    const uint32_t *const *sequence = (const uint32_t *const *)v->room->sequence;
    double at = 0, stretch = 1; /* in steps */
    int record = 0;
    while (has_use(v, funded) && v->work <= VOTING_WORK) {
        if (stretch > 1) {
            if (stays(v, start + (at + stretch) * v->step, candidates, record, rounds)) {
                at += stretch;
                stretch *= 2;
                record = !record;
                endowment = start + at * v->step;
                mark(v, sequence[record], rounds, funded);
            } else {
                stretch = floor(stretch / 4);
            }
            continue;
        }
        size_t next = count_at(v, start + (at + 1) * v->step, candidates, !record);
        if (cost_of(v, sequence[!record], next) > v->pool)
            break;
        bool same =
            next == rounds && memcmp(sequence[0], sequence[1], next * sizeof(uint32_t)) == 0;
        at += 1;
        stretch = same ? 2 : 1;
        record = !record;
        rounds = next;
        endowment = start + at * v->step;
        mark(v, sequence[record], rounds, funded);
    }
    return endowment;
}

/* What each supporter paid, from a last count. */
static void fill_trace(struct ballot_count *v, double endowment, size_t candidates)
{
    struct voting_trace *trace = v->trace;
    trace->endowment = endowment;
    if (!trace->paid)
        return;
    for (size_t k = 0; k < v->p->column[v->p->project_count]; k++)
        trace->paid[k] = 0;
    size_t rounds = count_at(v, endowment, candidates, 0);
    begin(v, endowment, candidates);
    for (size_t k = 0; k < rounds; k++)
        pay(v, v->room->sequence[0][k], v->room->price[0][k], trace->paid);
}

enum status voting_shares(struct ballot_count *v, bool grows, bool integral, uint8_t *funded,
                          struct error *e)
{
    if (v->p->voter_count == 0)
        return STATUS_DONE;
    double endowment = money_amount(v->pool) / (double)v->p->voter_count;
    size_t candidates = prepare(v, funded);
    size_t rounds = count_at(v, endowment, candidates, 0);
    mark(v, v->room->sequence[0], rounds, funded);
    if (grows) {
        double start = endowment;
        if (integral) {
            start = floor(endowment);
            rounds = count_at(v, start, candidates, 0);
        }
        endowment = add_one(v, start, endowment, candidates, rounds, funded);
    }
    if (v->work > VOTING_WORK)
        return error_add(e, STATUS_BAD_INPUT,
                         "add-one was given up after %zu counts of the ballots, at an endowment of "
                         "%.9g: the pool is too large for steps of %g a voter",
                         v->runs, endowment, v->step);
    if (v->trace)
        fill_trace(v, endowment, candidates);
    return STATUS_DONE;
}
