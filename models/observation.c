/* Observation (ODD: step 11).  What a municipality is like at the end of the week.
 *
 * Means over co-producers are over those who stayed; newcomers of this week count among the persons
 * and are averaged from next week on.  Who carries the hours is ranked by recent hours before this
 * week, so that burnout follows the ranking and not the other way round. */
#include "models/submodels.h"

#include "sim/order.h"

enum observed {
#define OBSERVABLE(name, ...) OBSERVE_##name,
#include "models/observables.def"
#undef OBSERVABLE
    OBSERVABLES
};

/* Citizens at a time whose counts fit into 16 bits, of which vectors hold twice as many. */
enum { COUNTED = 4096 };

static void count_people(struct town *t, size_t m, float *o)
{
    uint32_t volunteers = 0, coproducers = 0, year = 0;
    uint32_t year_ago = t->world.week + 1 + LEFT_OFFSET - WEEKS_A_YEAR;
    uint16_t since = year_ago < UINT16_MAX ? (uint16_t)year_ago : UINT16_MAX;
    size_t first = t->municipality_citizen_first[m];
    size_t end = first + t->municipality_citizen_count[m];
    for (size_t i = first, until; i < end; i = until) {
        uint16_t active = 0, coproduce = 0, lately = 0;
        until = end - i > COUNTED ? i + COUNTED : end;
        for (size_t k = i; k < until; k++) {
            bool volunteer = citizen_volunteers(t->citizen_status[k]);
            active = (uint16_t)(active + volunteer);
            coproduce = (uint16_t)(coproduce + citizen_coproduces(t->citizen_status[k]));
            lately = (uint16_t)(lately + (volunteer | (t->citizen_left_week[k] > since)));
        }
        volunteers += active;
        coproducers += coproduce;
        year += lately;
    }
    t->municipality_volunteers_before[m] = t->municipality_volunteers[m];
    t->municipality_volunteers[m] = volunteers;
    t->municipality_coproducers[m] = coproducers;
    o[OBSERVE_population] = (float)t->municipality_citizen_count[m];
    o[OBSERVE_volunteers] = (float)volunteers;
    o[OBSERVE_volunteered_year] = (float)year;
    o[OBSERVE_coproducers] = (float)coproducers;
}

static void count_flows(const struct town *t, size_t m, float *o)
{
    double left = 0, left_elsewhere = 0;
    size_t first = t->municipality_site_first[m];
    for (size_t s = first; s < first + t->municipality_site_count[m]; s++)
        left += t->site_exits[s];
    first = t->municipality_block_first[m];
    for (size_t b = first; b < first + t->municipality_block_count[m]; b++)
        left_elsewhere += t->block_exits[b];
    o[OBSERVE_entries] = (float)t->municipality_entries[m];
    o[OBSERVE_coproducer_entries] = (float)t->municipality_coproducer_entries[m];
    o[OBSERVE_exits] = (float)(left + left_elsewhere);
    o[OBSERVE_coproducer_exits] = (float)left;
}

static double sum_over_sites(const struct town *t, size_t m, const float *column)
{
    double sum = 0;
    size_t first = t->municipality_site_first[m];
    for (size_t s = first; s < first + t->municipality_site_count[m]; s++)
        sum += column[s];
    return sum;
}

static double count_over_sites(const struct town *t, size_t m, const uint32_t *column)
{
    double sum = 0;
    size_t first = t->municipality_site_first[m];
    for (size_t s = first; s < first + t->municipality_site_count[m]; s++)
        sum += column[s];
    return sum;
}

static void average_volunteers(const struct town *t, size_t m, float *o)
{
    double people = 0, conflict = 0;
    size_t first = t->municipality_site_first[m];
    for (size_t s = first; s < first + t->municipality_site_count[m]; s++) {
        people += t->site_stay_count[s];
        conflict += t->site_conflict_count[s];
    }
    const struct {
        enum observed observable;
        const float *sum;
    } means[] = {
        {OBSERVE_motivation, t->site_motivation_sum}, {OBSERVE_burnout, t->site_burnout_sum},
        {OBSERVE_trust, t->site_trust_sum},           {OBSERVE_bond, t->site_bond_sum},
        {OBSERVE_ownership, t->site_ownership_sum},   {OBSERVE_skill, t->site_skill_sum},
        {OBSERVE_tenure, t->site_tenure_sum},
    };
    for (size_t k = 0; k < sizeof means / sizeof *means; k++)
        o[means[k].observable] =
            people > 0 ? (float)(sum_over_sites(t, m, means[k].sum) / people) : NAN;
    o[OBSERVE_conflict] = people > 0 ? (float)(conflict / people) : NAN;
}

static void average_professionals(const struct town *t, size_t m, float *o)
{
    double attitude = 0, burnout = 0, fear = 0;
    size_t first = t->municipality_professional_first[m];
    size_t count = t->municipality_professional_count[m];
    for (size_t j = first; j < first + count; j++) {
        attitude += t->professional_attitude[j];
        burnout += t->professional_burnout[j];
        fear += t->professional_fear[j];
    }
    o[OBSERVE_attitude] = (float)(attitude / (double)count);
    o[OBSERVE_professional_burnout] = (float)(burnout / (double)count);
    o[OBSERVE_fear] = (float)(fear / (double)count);
}

static void observe_sites(const struct town *t, size_t m, float *o)
{
    double sites = t->municipality_site_count[m];
    o[OBSERVE_hours_demanded] = (float)sum_over_sites(t, m, t->site_hours_demanded);
    o[OBSERVE_hours_offered] = (float)sum_over_sites(t, m, t->site_hours_offered);
    o[OBSERVE_hours_done] = (float)sum_over_sites(t, m, t->site_hours_done);
    o[OBSERVE_hours_unmet] = (float)sum_over_sites(t, m, t->site_hours_unmet);
    o[OBSERVE_hours_self_initiated] = (float)sum_over_sites(t, m, t->site_hours_self);
    o[OBSERVE_output] = (float)sum_over_sites(t, m, t->site_output);
    o[OBSERVE_manager_hours] = (float)sum_over_sites(t, m, t->manager_hours_used);
    o[OBSERVE_net_staff_hours] = o[OBSERVE_output] - o[OBSERVE_manager_hours];
    const struct {
        enum observed observable;
        const float *values;
    } means[] = {
        {OBSERVE_quality, t->site_quality},
        {OBSERVE_attention, t->manager_attention},
        {OBSERVE_clarity, t->manager_clarity},
        {OBSERVE_control, t->manager_control},
        {OBSERVE_process, t->manager_process},
        {OBSERVE_participation, t->manager_participation},
        {OBSERVE_goal_spread, t->site_goal_spread},
        {OBSERVE_effectiveness, t->site_effectiveness},
    };
    for (size_t k = 0; k < sizeof means / sizeof *means; k++)
        o[means[k].observable] = (float)(sum_over_sites(t, m, means[k].values) / sites);
    o[OBSERVE_projects_blocked] = (float)count_over_sites(t, m, t->site_blocked);
    o[OBSERVE_ideas] = (float)count_over_sites(t, m, t->site_ideas);
    o[OBSERVE_innovations] = (float)count_over_sites(t, m, t->site_innovations);
    o[OBSERVE_silo_permeability] = t->municipality_silos[m];
    o[OBSERVE_mandate] = t->municipality_mandate[m];
}

static float mean_burnout(const struct town *t, size_t first, size_t end)
{
    double sum = 0;
    for (size_t k = first; k < end; k++)
        sum += t->volunteer_burnout_next[t->volunteer_sort_row[k]];
    return end > first ? (float)(sum / (double)(end - first)) : NAN;
}

/* Rows of a municipality lie together: its sites are consecutive. */
static void observe_inequality(struct town *t, size_t m, float *o)
{
    size_t first_site = t->municipality_site_first[m];
    size_t last_site = first_site + t->municipality_site_count[m] - 1;
    size_t first = t->site_volunteer_first[first_site];
    size_t end = t->site_volunteer_first[last_site] + t->site_volunteer_count[last_site];
    for (size_t v = first; v < end; v++) {
        t->volunteer_sort_key[v] = t->volunteer_recent_hours[v];
        t->volunteer_sort_row[v] = (uint32_t)v;
    }
    order_sort(t->volunteer_sort_row + first, t->volunteer_sort_key + first, end - first,
               t->volunteer_spare_row + first, t->volunteer_spare_key + first);
    size_t fifth = (end - first) / 5;
    o[OBSERVE_hours_gini] =
        end > first ? (float)clip(gini(t->volunteer_sort_key + first, end - first), 0, 1) : NAN;
    double share = share_of((double)(end - first), t->municipality_citizen_count[m]);
    o[OBSERVE_participation_gini] =
        end > first ? (float)(1 - share * (1 - (double)o[OBSERVE_hours_gini])) : NAN;
    o[OBSERVE_burnout_bottom_fifth] = mean_burnout(t, first, first + fifth);
    o[OBSERVE_burnout_top_fifth] = mean_burnout(t, end - fifth, end);
}

/* Yearly: missing in all other weeks. */
static void observe_structure(const struct town *t, size_t m, float *o)
{
    bool counted = (t->world.week + 1) % WEEKS_A_YEAR == 0;
    o[OBSERVE_partner_associations] =
        counted ? (float)t->municipality_partner_associations[m] : NAN;
    o[OBSERVE_association_members_gini] = counted ? t->municipality_members_gini[m] : NAN;
    o[OBSERVE_budget_turnout] = counted ? t->municipality_budget_turnout[m] : NAN;
    o[OBSERVE_budget_proposals] = counted ? (float)t->municipality_budget_proposals[m] : NAN;
    o[OBSERVE_budget_vetoed] = counted ? (float)t->municipality_budget_vetoed[m] : NAN;
    o[OBSERVE_budget_money] = counted ? (float)t->municipality_budget_money[m] : NAN;
    o[OBSERVE_budget_spent] = counted ? (float)t->municipality_budget_spent[m] : NAN;
    o[OBSERVE_budget_excluded] = counted ? t->municipality_budget_excluded[m] : NAN;
    o[OBSERVE_budget_gini] = counted ? t->municipality_budget_gini[m] : NAN;
    o[OBSERVE_budget_marginal_share] = counted ? t->municipality_budget_marginal[m] : NAN;
    o[OBSERVE_budget_organised_share] = counted ? t->municipality_budget_organised[m] : NAN;
    o[OBSERVE_efficacy] = counted ? t->municipality_efficacy[m] : NAN;
    o[OBSERVE_active_ties] = counted ? (float)t->municipality_active_ties[m] : NAN;
    o[OBSERVE_clustering] = counted ? t->municipality_clustering[m] : NAN;
    o[OBSERVE_assortativity] = counted ? t->municipality_assortativity[m] : NAN;
}

/* The living associations of a municipality in rising order of a column. */
static size_t sort_associations(struct town *t, size_t m, const float *column)
{
    size_t first = t->municipality_association_first[m], count = 0;
    float *key = t->association_sort_key + first;
    uint32_t *row = t->association_sort_row + first;
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++)
        if (t->association_alive[a]) {
            key[count] = column[a];
            row[count++] = (uint32_t)a;
        }
    order_sort(row, key, count, t->association_spare_row + first, t->association_spare_key + first);
    return count;
}

static void count_agreements(const struct town *t, size_t m, float *o)
{
    enum { CHILD_CARE, SCHOOL, OTHER, KINDS };
    double here[KINDS] = {0}, written[KINDS] = {0}, all = 0, paid = 0;
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++) {
        if (!t->association_alive[a])
            continue;
        unsigned kind = t->association_sector[a] < OTHER ? t->association_sector[a] : OTHER;
        here[kind]++;
        written[kind] += t->association_written[a];
        paid += t->association_paid[a];
        all++;
    }
    o[OBSERVE_associations] = (float)all;
    o[OBSERVE_written_agreements] = (float)(written[CHILD_CARE] + written[SCHOOL] + written[OTHER]);
    o[OBSERVE_paid_agreements] = (float)paid;
    o[OBSERVE_paid_share] = all > 0 ? (float)(paid / all) : NAN;
    static const enum observed shares[KINDS] = {OBSERVE_written_child_care, OBSERVE_written_school,
                                                OBSERVE_written_other};
    for (size_t k = 0; k < KINDS; k++)
        o[shares[k]] = here[k] > 0 ? (float)(written[k] / here[k]) : NAN;
}

/* Withdrawals every week; the rest yearly, and missing in all other weeks. */
static void observe_associations(struct town *t, size_t m, float *o)
{
    double withdrawals = 0;
    size_t first = t->municipality_site_first[m];
    for (size_t s = first; s < first + t->municipality_site_count[m]; s++)
        withdrawals += t->site_withdrawals[s];
    o[OBSERVE_association_exits] = (float)withdrawals;
    if ((t->world.week + 1) % WEEKS_A_YEAR != 0) {
        for (enum observed k = OBSERVE_associations; k <= OBSERVE_written_other; k++)
            if (k != OBSERVE_association_exits)
                o[k] = NAN;
        return;
    }
    count_agreements(t, m, o);
    const float *sorted = t->association_sort_key + t->municipality_association_first[m];
    size_t count = sort_associations(t, m, t->association_income);
    o[OBSERVE_association_gini] = (float)clip(gini(sorted, count), 0, 1);
    count = sort_associations(t, m, t->association_age);
    o[OBSERVE_association_age_median] =
        count > 0 ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 : NAN;
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    float *o = w->observed + m * OBSERVABLES;
    count_people(t, m, o);
    count_flows(t, m, o);
    average_volunteers(t, m, o);
    average_professionals(t, m, o);
    observe_sites(t, m, o);
    observe_inequality(t, m, o);
    observe_structure(t, m, o);
    observe_associations(t, m, o);
}

const struct mechanism mechanism_observation = {
    .name = "observation",
    .equation = "E18",
    .meaning = "what the municipality is like at the end of the week",
    .source = "S0",
    .step = 11,
    .cells = CELL_MUNICIPALITY,
    .reads = COLUMN_LIST(
        citizen_status, citizen_left_week, site_exits, block_exits, municipality_entries,
        municipality_coproducer_entries, site_stay_count, site_conflict_count, site_motivation_sum,
        site_burnout_sum, site_trust_sum, site_bond_sum, site_ownership_sum, site_skill_sum,
        site_tenure_sum, professional_attitude, professional_burnout, professional_fear,
        site_hours_demanded, site_hours_offered, site_hours_done, site_hours_unmet, site_hours_self,
        site_output, site_quality, manager_hours_used, manager_attention, manager_clarity,
        manager_control, manager_process, manager_participation, site_goal_spread,
        site_effectiveness, site_blocked, site_ideas, site_innovations, municipality_silos,
        municipality_mandate, volunteer_recent_hours, volunteer_burnout,
        municipality_partner_associations, municipality_members_gini, municipality_active_ties,
        municipality_clustering, municipality_assortativity, municipality_budget_turnout,
        municipality_budget_proposals, municipality_budget_vetoed, municipality_budget_money,
        municipality_budget_spent, municipality_budget_excluded, municipality_budget_gini,
        municipality_budget_marginal, municipality_budget_organised, municipality_efficacy,
        site_withdrawals, association_alive, association_sector, association_written,
        association_paid, association_income, association_age),
    .writes = COLUMN_LIST(municipality_volunteers, municipality_coproducers,
                          municipality_volunteers_before, volunteer_sort_key, volunteer_sort_row,
                          volunteer_spare_key, volunteer_spare_row, association_sort_key,
                          association_sort_row, association_spare_key, association_spare_row),
    .run = run,
};
