/* Tally of a site (book-keeping).  Adds up the new states of those who stay, person by person in
 * the order of the roster, so that the sums are the same at any number of threads, and counts the
 * tasks that are left for newcomers: demanded hours over the hours of the smallest task, less those
 * who stay. */
#include "models/submodels.h"

static uint32_t open_tasks(const struct town *t, size_t s, uint32_t stay)
{
    uint32_t tasks = (uint32_t)(site_demand(t, s) / site_params(t, s)->task_hours);
    return tasks > stay ? tasks - stay : 0;
}

/* Standard deviation of n values. */
static double spread(double n, double sum, double squares)
{
    double mean = share_of(sum, n);
    return sqrt(fmax(0, share_of(squares, n) - mean * mean));
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    uint32_t stay = 0, conflict = 0;
    double goal = 0, goal_squares = 0;
    double motivation = 0, burnout = 0, trust = 0, bond = 0, ownership = 0, skill = 0, tenure = 0;
    for (size_t v = first; v < end; v++) {
        if (!citizen_coproduces(t->volunteer_status_next[v]))
            continue;
        stay++;
        conflict += t->volunteer_conflict_next[v];
        goal += t->volunteer_goal_next[v];
        goal_squares += (double)t->volunteer_goal_next[v] * t->volunteer_goal_next[v];
        motivation += t->volunteer_motivation_next[v];
        burnout += t->volunteer_burnout_next[v];
        trust += t->volunteer_trust_next[v];
        bond += t->volunteer_bond_next[v];
        ownership += t->volunteer_ownership_next[v];
        skill += t->volunteer_skill_next[v];
        tenure += t->volunteer_tenure_next[v];
    }
    t->site_stay_count[s] = stay;
    t->site_open_tasks[s] = open_tasks(t, s, stay);
    t->site_conflict_count[s] = conflict;
    t->site_goal_spread[s] = (float)spread(stay, goal, goal_squares);
    t->site_motivation_sum[s] = (float)motivation;
    t->site_burnout_sum[s] = (float)burnout;
    t->site_trust_sum[s] = (float)trust;
    t->site_bond_sum[s] = (float)bond;
    t->site_ownership_sum[s] = (float)ownership;
    t->site_skill_sum[s] = (float)skill;
    t->site_tenure_sum[s] = (float)tenure;
}

const struct mechanism mechanism_tally = {
    .name = "tally",
    .equation = "",
    .meaning = "adds up the states of a site's co-producers",
    .step = 9,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_demand, volunteer_status, volunteer_conflict,
                         volunteer_motivation, volunteer_burnout, volunteer_trust, volunteer_bond,
                         volunteer_ownership, volunteer_skill, volunteer_tenure, volunteer_goal),
    .writes = COLUMN_LIST(site_stay_count, site_goal_spread, site_open_tasks, site_conflict_count,
                          site_motivation_sum, site_burnout_sum, site_trust_sum, site_bond_sum,
                          site_ownership_sum, site_skill_sum, site_tenure_sum),
    .run = run,
};
