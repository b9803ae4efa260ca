/* The participatory budget (ODD: submodel E16), once a year (S2; rules: Peters and others 2021).
 *
 *     stake    st = ln(1 + delta Pi / Pi0)
 *     propose  .0016 e^{.35 st + 1.5 (E - .45)} 3^organised .4^marginalised (1 + codesign)
 *     vote     lg(-2.3 + 2 (E - .45) + .9 z + b_st st - .9 marginalised (1 - outreach)
 *                 + .9 organised + .5 codesign delta + .3 outreach)
 *     ballot   the three best of 30 projects by category, district and noise; or a real one
 *     hit      share of one's ballot funded;  impact I = 1 - e^{-delta Pi / Pi1}
 *     voters   E towards 1.2 I hit (rate .35 down, .2 up),  O += .3 (delta hit - O)
 *     others   E towards its base (rate .1)
 *     all      z = .6 z + .4 voted;  winning proposers begin to co-produce with probability .3
 *
 * A project costs LogN(ln 60,000 DKK, .8) at a pool of 42 DKK a head and more at a larger one, by
 * the square root: so that small pools fund few and large ones do not fund everything.  Its
 * category is the proposer's sector of interest, its place the proposer's district.  What is not
 * spent is carried to the next year, in whole DKK.
 *
 * A project whose proposer's goal lies outside the municipality's frame (E14, at the mean level of
 * its managers' goals) is vetoed before the vote, and delta falls to delta (1 - share vetoed) for
 * this year's voters and next year's proposers.  Where a .pb file gives projects and ballots
 * nobody proposes: real_ballots.h. */
#include <gsl/gsl_randist.h>
#include <stdlib.h>

#include "models/budget_box.h"
#include "models/demography.h"
#include "models/enrolment.h"
#include "models/real_ballots.h"
#include "models/submodels.h"

double budget_stake(const struct params *p)
{
    return log_of(1 + p->delegated * p->pool / p->stake_scale);
}

double proposal_probability(const struct params *p, double efficacy, bool organised,
                            bool marginalised)
{
    return clip(p->propose_rate *
                    exp_of(p->propose_stake * budget_stake(p) +
                           p->propose_efficacy * (efficacy - p->efficacy_base)) *
                    (organised ? p->propose_organised : 1) *
                    (marginalised ? p->propose_marginalised : 1) * (1 + p->codesign),
                0, 1);
}

double turnout_probability(const struct params *p, double efficacy, double habit, bool organised,
                           bool marginalised)
{
    return logistic(p->vote_base + p->vote_efficacy * (efficacy - p->efficacy_base) +
                    p->vote_habit * habit + p->vote_stake * budget_stake(p) -
                    (marginalised ? p->vote_marginalised * (1 - p->outreach) : 0) +
                    (organised ? p->vote_organised : 0) +
                    p->vote_codesign * p->codesign * p->delegated + p->vote_outreach * p->outreach);
}

double efficacy_after_vote(const struct params *p, double efficacy, double hit)
{
    double impact = 1 - exp_of(-p->delegated * p->pool / p->impact_scale);
    double goal = clip(p->efficacy_reach * impact * hit, 0, 1);
    double rate = goal < efficacy ? p->efficacy_fall : p->efficacy_rise;
    return efficacy + rate * (goal - efficacy);
}

enum status budget_box_reserve(struct budget_box *box, const struct town *t, size_t m,
                               struct error *e)
{
    const struct real_ballots *real = real_ballots_of(t->world.scenario, m);
    size_t adults = t->municipality_citizen_count[m];
    box->voters_room = adults;
    box->projects_room = real ? real->profile.project_count : adults / 20 + 100;
    size_t entries = adults * (real ? real->longest : (size_t)town_params(t, m)->ballot_length);
    enum status status =
        profile_reserve(&box->profile, box->projects_room, box->voters_room, entries, e);
    if (!status)
        status = voting_room_reserve(&box->room, box->projects_room, box->voters_room, e);
    if (status)
        return status;
    box->funded = calloc(box->projects_room, sizeof *box->funded);
    box->proposer = calloc(box->projects_room, sizeof *box->proposer);
    box->voter = calloc(box->voters_room, sizeof *box->voter);
    box->weight = real ? calloc(adults, sizeof *box->weight) : NULL;
    if (!box->funded || !box->proposer || !box->voter || (real && !box->weight))
        return error_add(e, STATUS_FAILED, "memory is short: for a budget of %zu voters", adults);
    return STATUS_DONE;
}

double budget_box_bytes(const struct params *p, double adults)
{
    static const double voters = 0.25; /* of adults: more than vote in a usual year */
    const struct budget_box *box = NULL;
    double entry = sizeof *box->profile.entry_project + sizeof *box->profile.entry_points;
    double ballot = p->ballot_length * entry + sizeof *box->voter + 4 * sizeof(double);
    return voters * adults * ballot;
}

void budget_box_free(struct budget_box *box)
{
    profile_free(&box->profile);
    voting_room_free(&box->room);
    free(box->funded);
    free(box->proposer);
    free(box->voter);
    free(box->weight);
}

double budget_income(const struct town *t, size_t m)
{
    return floor(town_params(t, m)->pool * demography_of(t->world.scenario, m)->inhabitants);
}

void budget_box_cast(struct budget_box *box, size_t person, const uint32_t *projects,
                     const double *points, size_t count)
{
    struct profile *ballots = &box->profile;
    size_t voter = ballots->voter_count++;
    box->voter[voter] = (uint32_t)person;
    ballots->first[voter] = ballots->entry_count;
    for (size_t k = 0; k < count; k++) {
        ballots->entry_project[ballots->entry_count] = projects[k];
        ballots->entry_points[ballots->entry_count++] = points ? points[k] : 1;
    }
    ballots->first[voter + 1] = ballots->entry_count;
}

/* --- proposals, ballots, decision ------------------------------------------------------------- */

/* The parameters with the power that is left of the delegated one after vetoes. */
static struct params as_delegated(const struct town *t, size_t m)
{
    struct params p = *town_params(t, m);
    p.delegated = t->municipality_delegated[m];
    return p;
}

static void add_project(struct budget_box *box, size_t person, double cost)
{
    size_t c = box->profile.project_count;
    if (c == box->projects_room)
        return;
    box->proposer[c] = (uint32_t)person;
    box->profile.projects[c] =
        (struct project){.cost = money_of(clip(floor(cost), 1, MONEY_MAX)), .selected = -1};
    box->profile.project_count++;
}

static void propose(struct town *t, size_t m, struct budget_box *box)
{
    const struct params felt = as_delegated(t, m), *p = &felt;
    double keenest = proposal_probability(p, 1, true, false);
    double frame = frame_width(p, municipality_goals(t, m));
    uint32_t vetoed = 0;
    double median =
        p->cost_median * exp_of(p->cost_elasticity * log_of(p->pool / p->cost_reference));
    struct stream s;
    world_stream(&s, &t->world, m, STREAM_proposals);
    size_t end = t->municipality_citizen_first[m] + t->municipality_citizen_count[m];
    for (size_t i = t->municipality_citizen_first[m] + stream_gap(&s, keenest); i < end;
         i += 1 + stream_gap(&s, keenest)) {
        double mark = stream_uniform(&s) * keenest;
        double cost = median * exp_of(p->cost_spread * stream_normal(&s));
        if (!(mark < proposal_probability(p, t->citizen_efficacy[i], t->citizen_organised[i],
                                          t->citizen_marginalised[i])))
            continue;
        if (p->vetoes > 0 && fabs(t->citizen_goal[i] - p->goals_municipality) > frame)
            vetoed++;
        else
            add_project(box, i, cost);
    }
    t->municipality_budget_vetoed[m] = vetoed;
}

static double taste(const struct town *t, const struct params *p, size_t voter, size_t proposer,
                    struct stream *s)
{
    bool category = t->citizen_sector[voter] == t->citizen_sector[proposer];
    bool district = t->citizen_district[voter] == t->citizen_district[proposer];
    return p->taste_category * category + p->taste_district * district +
           p->taste_noise * stream_normal(s);
}

/* Puts a project among the best so far, sorted from the best; how many there are then. */
static size_t keep_best(uint32_t *project, double *value, size_t count, size_t most, uint32_t c,
                        double liked)
{
    size_t at = count;
    while (at > 0 && liked > value[at - 1]) {
        if (at < most) {
            value[at] = value[at - 1];
            project[at] = project[at - 1];
        }
        at--;
    }
    if (at == most)
        return count;
    value[at] = liked;
    project[at] = c;
    return count < most ? count + 1 : count;
}

/* A step through a list of n by which nothing is met twice. */
static uint32_t coprime_step(uint32_t n, struct stream *s)
{
    uint32_t step = n > 2 ? 1 + stream_below(s, n - 1) : 1;
    for (;; step = step % (n - 1) + 1) {
        uint32_t a = n, b = step;
        while (b > 0) {
            uint32_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return step;
    }
}

static void fill_ballot(const struct town *t, const struct params *p, const struct budget_box *box,
                        size_t person, uint32_t *ballot)
{
    enum { LONGEST = 10 };
    double value[LONGEST];
    size_t most = (size_t)p->ballot_length, count = 0;
    struct stream s;
    world_stream(&s, &t->world, person, STREAM_ballots);
    uint32_t projects = (uint32_t)box->profile.project_count;
    uint32_t c = stream_below(&s, projects), step = coprime_step(projects, &s);
    for (uint32_t k = 0; k < p->considered && k < projects; k++) {
        double liked = taste(t, p, person, box->proposer[c], &s);
        count = keep_best(ballot, value, count, most, c, liked);
        c = (uint32_t)(((uint64_t)c + step) % projects);
    }
}

/* Projects on every ballot, real ones aside. */
static size_t ballot_size(const struct params *p, const struct budget_box *box)
{
    double most = fmin(p->ballot_length, p->considered);
    return (size_t)fmin(most, (double)box->profile.project_count);
}

/* Where the voters of a block are listed, and their ballots, until all are collected: at the place
 * of its citizens in the municipality, so that blocks may be worked on side by side. */
static size_t place_of_block(const struct town *t, size_t b)
{
    return t->block_first[b] - t->municipality_citizen_first[t->block_municipality[b]];
}

static void collect_ballots(struct town *t, size_t m, struct budget_box *box)
{
    bool real = real_ballots_of(t->world.scenario, m) != NULL;
    size_t size = ballot_size(town_params(t, m), box);
    box->profile.voter_count = box->profile.entry_count = 0;
    box->profile.first[0] = 0;
    size_t first = t->municipality_block_first[m];
    for (size_t b = first; b < first + t->municipality_block_count[m]; b++)
        for (size_t k = 0; k < t->block_voters[b]; k++) {
            size_t at = place_of_block(t, b) + k; /* never before where the ballot is cast to */
            if (real)
                real_ballots_cast(t, m, box, box->voter[at]);
            else
                budget_box_cast(box, box->voter[at], &box->profile.entry_project[at * size], NULL,
                                size);
        }
}

static const enum voting_rule rules[] = {RULE_GREEDY, RULE_GREEDY_NO_SKIP, RULE_SHARES,
                                         RULE_SHARES_ADD1, RULE_PHRAGMEN};

/* Decides the budget and books its money: what came in is spent or carried. */
static void decide(struct town *t, size_t m, struct budget_box *box)
{
    const struct params *p = town_params(t, m);
    const struct real_ballots *real = real_ballots_of(t->world.scenario, m);
    struct voting_options options = {
        .threshold = real ? real_ballots_threshold(real, box->profile.voter_count) : 0,
        .step = 1,
        .room = &box->room};
    double all = budget_income(t, m) + t->municipality_carried[m];
    uint32_t money = (uint32_t)clip(all, 0, UINT32_MAX);
    for (size_t c = 0; c < box->profile.project_count; c++)
        box->funded[c] = 0;
    if (box->profile.voter_count > 0) {
        profile_index(&box->profile);
        enum status decided = voting_decide(&box->profile, money, rules[(int)p->budget_rule],
                                            &options, box->funded, NULL);
        for (size_t c = 0; decided && c < box->profile.project_count; c++)
            box->funded[c] = 0; /* a rule that gives up funds nothing */
    }
    uint32_t spent = (uint32_t)money_amount(voting_spent(&box->profile, box->funded));
    t->municipality_budget_money[m] = money;
    t->municipality_budget_spent[m] = spent;
    t->municipality_carried[m] = money - spent;
}

/* --- what it does to people ---------------------------------------------------------------------
 */

/* The share of the projects that a ballot gives points to. */
static double hit_of(const struct budget_box *box, size_t voter)
{
    const struct profile *ballots = &box->profile;
    double funded = 0, named = 0;
    for (size_t k = ballots->first[voter]; k < ballots->first[voter + 1]; k++) {
        bool supports = ballots->entry_points[k] > 0;
        named += supports;
        funded += supports && box->funded[ballots->entry_project[k]];
    }
    return share_of(funded, named);
}

static void experience(struct town *t, size_t m, const struct budget_box *box)
{
    const struct params felt = as_delegated(t, m), *p = &felt;
    size_t first = t->municipality_citizen_first[m];
    size_t end = first + t->municipality_citizen_count[m];
    double excluded = 0, efficacy = 0;
    for (size_t i = first, next = 0; i < end; i++) {
        bool voted = next < box->profile.voter_count && box->voter[next] == i;
        double e = t->citizen_efficacy[i];
        if (voted) {
            double hit = hit_of(box, next++);
            double o = t->citizen_ownership[i];
            excluded += !(hit > 0);
            e = efficacy_after_vote(p, e, hit);
            t->citizen_ownership[i] =
                (float)clip(o + p->budget_ownership * (p->delegated * hit - o), 0, 1);
            if (t->citizen_votes[i] < UINT16_MAX)
                t->citizen_votes[i]++;
        } else {
            e += p->efficacy_rest * (p->efficacy_base - e);
        }
        t->citizen_efficacy[i] = (float)e;
        t->citizen_habit[i] =
            (float)(p->habit_kept * (double)t->citizen_habit[i] + (1 - p->habit_kept) * voted);
        efficacy += e;
    }
    double voters = (double)box->profile.voter_count;
    t->municipality_budget_turnout[m] = (float)(voters / (double)(end - first));
    t->municipality_budget_excluded[m] = (float)share_of(excluded, voters);
    t->municipality_efficacy[m] = (float)(efficacy / (double)(end - first));
}

static void winners(struct town *t, size_t m, const struct budget_box *box)
{
    const struct params *p = town_params(t, m);
    double spent = t->municipality_budget_spent[m], organised = 0, marginal = 0;
    for (size_t c = 0; c < box->profile.project_count; c++) {
        if (!box->funded[c])
            continue;
        size_t person = box->proposer[c];
        double cost = money_amount(box->profile.projects[c].cost);
        organised += t->citizen_organised[person] ? cost : 0;
        marginal += t->citizen_marginalised[person] ? cost : 0;
        struct stream s;
        world_stream(&s, &t->world, person, STREAM_winners);
        if (!(stream_uniform(&s) < p->winner_active) ||
            t->citizen_status[person] != CITIZEN_INACTIVE)
            continue;
        size_t site = recruitment_site(t, person, &s);
        double fit = matching_choose(t, person, site, &s);
        enrolment_enter(t, &(struct entry){(uint32_t)person, (uint32_t)site, (float)fit});
    }
    t->municipality_budget_proposals[m] =
        (uint32_t)box->profile.project_count + t->municipality_budget_vetoed[m];
    t->municipality_budget_organised[m] = (float)clip(share_of(organised, spent), 0, 1);
    t->municipality_budget_marginal[m] = (float)clip(share_of(marginal, spent), 0, 1);
}

/* Of votes cast so far, from how many citizens cast how many. */
static double votes_gini(const struct town *t, size_t m)
{
    enum { MOST = 256 }; /* more budgets than that count as so many */
    double people[MOST] = {0}, votes = 0, below = 0, area = 0;
    size_t first = t->municipality_citizen_first[m], count = t->municipality_citizen_count[m];
    for (size_t i = first; i < first + count; i++)
        people[t->citizen_votes[i] < MOST ? t->citizen_votes[i] : MOST - 1]++;
    for (size_t k = 0; k < MOST; k++)
        votes += people[k] * (double)k;
    for (size_t k = 0; k < MOST; k++) { /* twice the area under the Lorenz curve */
        double more = people[k] * (double)k;
        area += people[k] * (2 * below + more);
        below += more;
    }
    return votes > 0 ? clip(1 - area / (votes * (double)count), 0, 1) : 0;
}

static void propose_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    struct budget_box *box = &t->boxes[m];
    box->held = town_params(t, m)->pool > 0;
    if (!box->held)
        return;
    box->profile.project_count = 0;
    t->municipality_budget_vetoed[m] = 0;
    if (real_ballots_of(w->scenario, m))
        real_ballots_propose(t, m, box);
    else
        propose(t, m, box);
    double vetoed = t->municipality_budget_vetoed[m];
    double proposed = (double)box->profile.project_count + vetoed;
    t->municipality_delegated[m] =
        (float)(town_params(t, m)->delegated * (1 - share_of(vetoed, proposed)));
}

static void not_held(struct world *w, size_t m)
{
    town_of(w)->boxes[m].held = false;
}

static void vote_run(struct world *w, size_t b)
{
    struct town *t = town_of(w);
    size_t m = t->block_municipality[b];
    struct budget_box *box = &t->boxes[m];
    t->block_voters[b] = 0;
    if (!box->held || box->profile.project_count == 0)
        return;
    const struct params felt = as_delegated(t, m), *p = &felt;
    bool real = real_ballots_of(w->scenario, m) != NULL;
    size_t size = ballot_size(p, box), at = place_of_block(t, b), end = at;
    for (size_t i = t->block_first[b]; i < t->block_first[b] + t->block_count[b]; i++) {
        struct stream s;
        world_stream(&s, w, i, STREAM_turnout);
        if (!(stream_uniform(&s) < turnout_probability(p, t->citizen_efficacy[i],
                                                       t->citizen_habit[i], t->citizen_organised[i],
                                                       t->citizen_marginalised[i])))
            continue;
        if (!real)
            fill_ballot(t, p, box, i, &box->profile.entry_project[end * size]);
        box->voter[end++] = (uint32_t)i;
    }
    t->block_voters[b] = (uint32_t)(end - at);
}

static void outcome_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    struct budget_box *box = &t->boxes[m];
    if (!box->held)
        return;
    collect_ballots(t, m, box);
    decide(t, m, box);
    experience(t, m, box);
    winners(t, m, box);
    t->municipality_budget_gini[m] = (float)votes_gini(t, m);
}

const struct mechanism mechanism_participatory_budget = {
    .name = "participatory_budget",
    .equation = "E16",
    .meaning = "citizens propose, vote, and learn whether it counted: here they propose",
    .source = "S2, peters2021, stolicki2020",
    .off = "no participatory budget is held",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(citizen_goal, manager_goals, municipality_delegated, citizen_efficacy),
    .writes = COLUMN_LIST(municipality_delegated, municipality_budget_vetoed),
    .run = propose_run,
    .absent = not_held,
};

const struct mechanism mechanism_budget_votes = {
    .name = "budget_votes",
    .equation = "E16",
    .meaning = "citizens vote on a participatory budget that is held",
    .source = "S2, stolicki2020",
    .step = 10,
    .cells = CELL_BLOCK,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(municipality_delegated, citizen_efficacy, citizen_habit),
    .writes = COLUMN_LIST(block_voters),
    .run = vote_run,
};

const struct mechanism mechanism_budget_outcome = {
    .name = "budget_outcome",
    .equation = "E16",
    .meaning = "votes decide, voters learn whether theirs counted, and winners begin",
    .source = "S2, peters2021",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(block_voters, municipality_delegated, municipality_budget_vetoed,
                         citizen_efficacy, citizen_habit, citizen_ownership, citizen_votes,
                         citizen_status, municipality_carried, manager_screen, site_open_tasks,
                         association_alive, association_site),
    .writes = COLUMN_LIST(
        citizen_efficacy, citizen_habit, citizen_ownership, citizen_votes, municipality_carried,
        municipality_budget_money, municipality_budget_spent, municipality_budget_proposals,
        municipality_budget_turnout, municipality_budget_excluded, municipality_budget_gini,
        municipality_budget_marginal, municipality_budget_organised, municipality_efficacy,
        citizen_status, citizen_site, citizen_partner, citizen_association, citizen_fit,
        citizen_motivation, citizen_skill, citizen_trust, citizen_bond, citizen_tenure,
        citizen_recent_hours, citizen_conflict, professional_pairs, site_open_tasks,
        municipality_entries, municipality_coproducer_entries),
    .run = outcome_run,
};
