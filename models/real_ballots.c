#include "models/real_ballots.h"

#include <stdlib.h>
#include <string.h>

#include "models/pb_read.h"
#include "models/place_data.h"
#include "models/submodels.h"
#include "models/texts.h"
#include "sim/order.h"

/* --- reading ---------------------------------------------------------------------------------- */

static const struct text_value *file_of(const struct scenario *s, size_t place)
{
    return &s->places[place].texts[TEXT_BUDGET_BALLOTS];
}

static struct place_data *data_of(const struct scenario *s, size_t place)
{
    return s->places[place].data;
}

static size_t longest_of(const struct profile *p)
{
    size_t longest = 0;
    for (size_t i = 0; i < p->voter_count; i++)
        if (p->first[i + 1] - p->first[i] > longest)
            longest = p->first[i + 1] - p->first[i];
    return longest;
}

static enum status read_file(struct real_ballots **real, const struct text_value *file,
                             struct error *e)
{
    struct real_ballots *r = *real = calloc(1, sizeof *r);
    if (!r)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes", sizeof *r);
    enum status status = pb_read(&r->profile, file->content, file->size, file->text, e);
    if (status)
        return status;
    if (!(r->profile.election.budget > 0))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s:%zu: budget is 0, must be above 0, since costs are scaled from it to "
                         "the pool",
                         file->text, r->profile.election.budget_line);
    r->longest = longest_of(&r->profile);
    return STATUS_DONE;
}

/* The first place that names the same file. */
static size_t reader_of(const struct scenario *s, size_t place)
{
    size_t k = 0;
    while (k < place &&
           (!file_of(s, k)->content || strcmp(file_of(s, k)->text, file_of(s, place)->text) != 0))
        k++;
    return k;
}

enum status real_ballots_prepare(struct scenario *s, struct error *e)
{
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < s->place_count; k++) {
        struct place_data *data = data_of(s, k);
        if (!file_of(s, k)->content)
            continue;
        size_t reader = reader_of(s, k);
        enum status read = STATUS_DONE;
        if (reader == k)
            read = read_file(&data->ballots, file_of(s, k), e);
        else
            data->ballots = data_of(s, reader)->ballots;
        status = read ? read : status;
    }
    return status;
}

void real_ballots_forget(struct scenario *s)
{
    for (size_t k = s->place_count; k-- > 0;) {
        struct place_data *data = data_of(s, k);
        if (!data || !data->ballots || reader_of(s, k) != k)
            continue;
        profile_free(&data->ballots->profile);
        free(data->ballots);
    }
}

const struct real_ballots *real_ballots_of(const struct scenario *s, size_t place)
{
    return data_of(s, place)->ballots;
}

/* --- in a run --------------------------------------------------------------------------------- */

/* Running sums of the citizens' weights; returns the whole. */
static double add_weights(const struct town *t, size_t m, double *upto)
{
    const struct params *p = town_params(t, m);
    size_t first = t->municipality_citizen_first[m], count = t->municipality_citizen_count[m];
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        size_t i = first + k;
        sum += proposal_probability(p, t->citizen_efficacy[i], t->citizen_organised[i],
                                    t->citizen_marginalised[i]);
        upto[k] = sum;
    }
    for (size_t k = 0; k < count && !(sum > 0); k++)
        upto[k] = (double)(k + 1);
    return upto[count - 1];
}

void real_ballots_propose(const struct town *t, size_t m, struct budget_box *box)
{
    const struct profile *file = &real_ballots_of(t->world.scenario, m)->profile;
    struct profile *year = &box->profile;
    double scale = budget_income(t, m) / file->election.budget;
    double whole = add_weights(t, m, box->weight);
    struct stream s;
    world_stream(&s, &t->world, m, STREAM_proposers);
    year->election = file->election;
    year->project_count = file->project_count;
    for (size_t c = 0; c < file->project_count; c++) {
        double cost = floor(money_amount(file->projects[c].cost) * scale + 0.5);
        size_t citizen = order_first_above(box->weight, t->municipality_citizen_count[m],
                                           stream_uniform(&s) * whole);
        year->projects[c] = file->projects[c];
        year->projects[c].cost = money_of(clip(cost, 1, MONEY_MAX));
        box->proposer[c] = (uint32_t)(t->municipality_citizen_first[m] + citizen);
    }
}

void real_ballots_cast(const struct town *t, size_t m, struct budget_box *box, size_t person)
{
    const struct profile *file = &real_ballots_of(t->world.scenario, m)->profile;
    struct stream s;
    world_stream(&s, &t->world, person, STREAM_ballots);
    size_t drawn = stream_below(&s, (uint32_t)file->voter_count);
    size_t first = file->first[drawn];
    budget_box_cast(box, person, &file->entry_project[first], &file->entry_points[first],
                    file->first[drawn + 1] - first);
}

double real_ballots_threshold(const struct real_ballots *real, size_t voters)
{
    return real->profile.election.threshold * (double)voters / (double)real->profile.voter_count;
}
