/* Greedy by score. */
#include "models/voting_parts.h"

/* Whether a comes before b: by score, then by place in the list. */
static bool ahead(const struct profile *p, uint32_t a, uint32_t b)
{
    return p->score[a] != p->score[b] ? p->score[a] > p->score[b] : a < b;
}

/* Heap sort, since qsort has no way to tell it the profile; the first comes first. */
static void sink(const struct profile *p, uint32_t *order, size_t at, size_t count)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && ahead(p, order[child], order[child + 1]))
            child++;
        if (!ahead(p, order[at], order[child]))
            return;
        uint32_t swapped = order[at];
        order[at] = order[child];
        order[child] = swapped;
    }
}

static void sort_by_score(const struct profile *p, uint32_t *order, size_t count)
{
    for (size_t at = count / 2; at-- > 0;)
        sink(p, order, at, count);
    for (size_t end = count; end-- > 1;) {
        uint32_t last = order[0];
        order[0] = order[end];
        order[end] = last;
        sink(p, order, 0, end);
    }
}

void voting_greedy(const struct ballot_count *v, bool stops, uint8_t *funded)
{
    const struct profile *p = v->p;
    uint32_t *order = v->room->order;
    int64_t left = v->pool - voting_spent(p, funded);
    size_t count = 0;
    for (size_t c = 0; c < p->project_count; c++)
        if (!funded[c] && voting_eligible(v, c))
            order[count++] = (uint32_t)c;
    sort_by_score(p, order, count);
    for (size_t k = 0; k < count; k++) {
        uint32_t c = order[k];
        if (p->projects[c].cost <= left) {
            funded[c] = 1;
            left -= p->projects[c].cost;
        } else if (stops) {
            return;
        }
    }
}
