#include "models/ballots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Makes an array larger; false when memory is short, and then it is as it was. */
#define GROW(array, count)                                                                         \
    ((larger = enlarge((array), (count), sizeof *(array))) != NULL && ((array) = larger) != NULL)

static void *enlarge(void *array, size_t count, size_t width)
{
    return count > SIZE_MAX / width ? NULL : realloc(array, count * width);
}

static bool reserve_projects(struct profile *p, size_t room)
{
    void *larger;
    if (room <= p->project_room && p->column)
        return true;
    if (!GROW(p->projects, room + 1) || !GROW(p->votes, room + 1) || !GROW(p->score, room + 1) ||
        !GROW(p->column, room + 2))
        return false;
    p->project_room = room;
    return true;
}

static bool reserve_voters(struct profile *p, size_t room)
{
    void *larger;
    if (room <= p->voter_room && p->first)
        return true;
    bool none = !p->first;
    if (!GROW(p->first, room + 1) || !GROW(p->age, room + 1) || !GROW(p->sex, room + 1) ||
        !GROW(p->place, room + 1))
        return false;
    if (none)
        p->first[0] = 0;
    p->voter_room = room;
    return true;
}

static bool reserve_entries(struct profile *p, size_t room)
{
    void *larger;
    if (room <= p->entry_room && p->support)
        return true;
    if (!GROW(p->entry_project, room + 1) || !GROW(p->entry_points, room + 1) ||
        !GROW(p->supporter, room + 1) || !GROW(p->support, room + 1))
        return false;
    p->entry_room = room;
    return true;
}

enum status profile_reserve(struct profile *p, size_t projects, size_t voters, size_t entries,
                            struct error *e)
{
    if (projects >= NOT_KNOWN || voters >= NOT_KNOWN)
        return error_add(e, STATUS_BAD_INPUT, "%zu projects and %zu ballots are too many to count",
                         projects, voters);
    if (!reserve_projects(p, projects) || !reserve_voters(p, voters) ||
        !reserve_entries(p, entries))
        return error_add(e, STATUS_FAILED,
                         "out of memory for %zu projects, %zu ballots with %zu entries", projects,
                         voters, entries);
    return STATUS_DONE;
}

/* Where each project's supporters begin, from how many it has. */
static void begin_columns(struct profile *p)
{
    size_t at = 0;
    for (size_t c = 0; c < p->project_count; c++) {
        p->column[c] = at;
        at += (size_t)p->votes[c];
    }
    p->column[p->project_count] = at;
}

/* What projects get from the ballots that do not name them. */
static void add_default_scores(struct profile *p)
{
    double points = p->election.default_score;
    if (!(fabs(points) > 0))
        return;
    for (size_t c = 0; c < p->project_count; c++)
        p->score[c] += llround(points * SCORE_UNIT) * (int64_t)p->voter_count;
    for (size_t k = 0; k < p->entry_count; k++)
        p->score[p->entry_project[k]] -= llround(points * SCORE_UNIT);
}

void profile_index(struct profile *p)
{
    for (size_t c = 0; c < p->project_count; c++)
        p->votes[c] = p->score[c] = 0;
    add_default_scores(p);
    for (size_t k = 0; k < p->entry_count; k++) {
        uint32_t c = p->entry_project[k];
        p->votes[c] += p->entry_points[k] > 0;
        p->score[c] += llround(p->entry_points[k] * SCORE_UNIT);
    }
    begin_columns(p);
    for (size_t i = 0; i < p->voter_count; i++) {
        for (size_t k = p->first[i]; k < p->first[i + 1]; k++) {
            if (!(p->entry_points[k] > 0))
                continue;
            size_t to = p->column[p->entry_project[k]]++;
            p->supporter[to] = (uint32_t)i;
            p->support[to] = p->entry_points[k];
        }
    }
    begin_columns(p);
}

void profile_free(struct profile *p)
{
    free(p->projects);
    free(p->first);
    free(p->entry_project);
    free(p->entry_points);
    free(p->age);
    free(p->sex);
    free(p->place);
    free(p->sexes);
    free(p->places);
    free(p->votes);
    free(p->score);
    free(p->column);
    free(p->supporter);
    free(p->support);
    free(p->texts);
    memset(p, 0, sizeof *p);
}

int64_t money_of(double amount)
{
    return llround(amount * MONEY_UNIT);
}

double money_amount(int64_t money)
{
    return (double)money / MONEY_UNIT;
}
