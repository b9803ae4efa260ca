#include "models/voting_outcome.h"

#include <string.h>

enum { AGES = 6, SEXES = 6 };

static const struct {
    const char *name;
    int16_t below;
} ages[AGES] = {{"0-17", 18},  {"18-29", 30}, {"30-44", 45},
                {"45-59", 60}, {"60-74", 75}, {"75 and over", INT16_MAX}};

struct heard {
    size_t ballots, some;
    double share;
};

static void hear(struct heard *h, double share)
{
    h->ballots++;
    h->some += share > 0;
    h->share += share;
}

/* Share of a ballot's projects that is funded. */
static double share_of(const struct profile *p, size_t i, const uint8_t *funded)
{
    size_t named = 0, got = 0;
    for (size_t k = p->first[i]; k < p->first[i + 1]; k++) {
        bool supports = p->entry_points[k] > 0;
        named += supports;
        got += supports && funded[p->entry_project[k]];
    }
    return named ? (double)got / (double)named : 0;
}

static struct voting_group group_of(const char *kind, const char *name, const struct heard *h,
                                    size_t all)
{
    double n = h->ballots ? (double)h->ballots : 1;
    return (struct voting_group){kind,
                                 name,
                                 h->ballots,
                                 (double)h->ballots / (double)(all ? all : 1),
                                 (double)h->some / n,
                                 h->share / n};
}

void voting_outcome_describe(const struct profile *p, struct voting_outcome *x)
{
    struct heard all = {0}, age[AGES] = {{0}}, sex[SEXES] = {{0}};
    for (size_t i = 0; i < p->voter_count; i++) {
        double share = share_of(p, i, x->funded);
        hear(&all, share);
        for (int k = 0; k < AGES && p->age[i] >= 0; k++) {
            if (p->age[i] < ages[k].below) {
                hear(&age[k], share);
                break;
            }
        }
        if (p->sex[i] < SEXES)
            hear(&sex[p->sex[i]], share);
    }
    x->spent = voting_spent(p, x->funded);
    x->winners = 0;
    for (size_t c = 0; c < p->project_count; c++)
        x->winners += x->funded[c];
    x->all = group_of("all", "all", &all, all.ballots);
    x->group_count = 0;
    for (int k = 0; k < AGES; k++)
        if (age[k].ballots > 0)
            x->groups[x->group_count++] = group_of("age", ages[k].name, &age[k], all.ballots);
    for (size_t k = 0; k < SEXES && k < p->sex_count; k++)
        if (sex[k].ballots > 0)
            x->groups[x->group_count++] = group_of("sex", p->sexes[k], &sex[k], all.ballots);
}

bool voting_is_recorded(const struct profile *p)
{
    for (size_t c = 0; c < p->project_count; c++)
        if (p->projects[c].selected < 0)
            return false;
    return true;
}

bool voting_as_recorded(const struct profile *p, const uint8_t *funded)
{
    for (size_t c = 0; c < p->project_count; c++)
        if ((p->projects[c].selected == 1) != (funded[c] != 0))
            return false;
    return true;
}
