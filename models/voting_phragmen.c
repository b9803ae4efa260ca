/* Sequential Phragmen.
 *
 * Voters earn one currency unit in a unit of time.  What a project costs becomes load, the time at
 * which its supporters had it together:
 *
 *     t_c = (cost_c + sum of the loads of its supporters) / (number of supporters)
 *
 * The project with the least t_c is bought and its supporters' loads become t_c.  Loads only grow,
 * so a t_c worked out earlier is a lower bound, and most projects need not be looked at. */
#include "models/voting_parts.h"

static double time_of(struct ballot_count *v, uint32_t c)
{
    const struct profile *p = v->p;
    double load = money_amount(p->projects[c].cost);
    for (size_t k = p->column[c]; k < p->column[c + 1]; k++)
        load += v->room->budget[p->supporter[k]];
    return load / (double)(p->column[c + 1] - p->column[c]);
}

/* The place in the order of the project that can be bought first. */
static size_t find_next(struct ballot_count *v, size_t count)
{
    const struct voting_room *room = v->room;
    size_t best = 0;
    double earliest = INFINITY;
    for (size_t k = 0; k < count; k++) {
        uint32_t c = room->order[k];
        if (voting_less(earliest, room->bound[c]))
            break;
        double t = room->bound[c] = time_of(v, c);
        if (voting_less(t, earliest) ||
            (!voting_less(earliest, t) && voting_precedes(v->p, c, room->order[best]))) {
            best = k;
            earliest = fmin(earliest, t);
        }
    }
    return best;
}

void voting_phragmen(struct ballot_count *v, uint8_t *funded)
{
    const struct profile *p = v->p;
    struct voting_room *room = v->room;
    int64_t left = v->pool;
    size_t count = voting_candidates(v, funded);
    for (size_t i = 0; i < p->voter_count; i++)
        room->budget[i] = 0;
    while (count > 0) {
        size_t at = find_next(v, count);
        uint32_t c = room->order[at];
        if (p->projects[c].cost > left)
            return;
        left -= p->projects[c].cost;
        funded[c] = 1;
        for (size_t k = p->column[c]; k < p->column[c + 1]; k++)
            room->budget[p->supporter[k]] = room->bound[c];
        room->order[at] = room->order[--count];
        voting_sort(v, count);
    }
}
