/* The working set of a week (book-keeping).
 *
 * Those who co-produce are gathered site by site, in the order of citizens within a site, with
 * their states copied beside each other; mechanisms work on these rows, and at the end of the week
 * the states go back to the citizens.  So a site's people lie together in memory, other agents read
 * the state of the start of the week, and those who take no part cost nothing.
 *
 * Each thread writes where no other does, also within a line of the cache: states are gathered site
 * by site, and returned block by block, since neighbours go to different sites. */
#include "models/submodels.h"

static void count_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    size_t first_site = t->municipality_site_first[m];
    for (size_t s = first_site; s < first_site + t->municipality_site_count[m]; s++)
        t->site_volunteer_count[s] = 0;

    struct coproducers all = coproducers_begin(t, m);
    for (size_t i; (i = coproducers_next(&all, t->citizen_status)) < all.end;)
        t->site_volunteer_count[t->citizen_site[i]]++;
}

static void place_run(struct world *w, size_t cell)
{
    (void)cell;
    struct town *t = town_of(w);
    uint32_t first = 0;
    for (size_t s = 0; s < t->sites; s++) {
        t->site_volunteer_first[s] = first;
        first += t->site_volunteer_count[s];
        t->site_volunteer_count[s] = 0; /* counted anew while the roster is filled */
    }
    t->volunteers = first;
}

/* Rows of a municipality lie together: its sites are consecutive. */
static void fill_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    uint32_t next = t->site_volunteer_first[t->municipality_site_first[m]];
    size_t first = t->municipality_block_first[m];
    for (size_t b = first; b < first + t->municipality_block_count[m]; b++) {
        struct coproducers all = {t->block_first[b], t->block_first[b] + t->block_count[b], 0};
        t->block_volunteer_first[b] = next;
        for (size_t i; (i = coproducers_next(&all, t->citizen_status)) < all.end;) {
            size_t s = t->citizen_site[i];
            uint32_t row = t->site_volunteer_first[s] + t->site_volunteer_count[s]++;
            t->volunteer_person[row] = (uint32_t)i;
            t->volunteer_row[next++] = row;
        }
        t->block_volunteer_count[b] = next - t->block_volunteer_first[b];
    }
}

/* Who came through an association came through one of those rows that are kept for the site's
 * partners. */
static void origins_run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    size_t partner = t->site_association_first[s], partners = t->site_association_count[s];
    uint32_t newcomers = 0, direct = 0;
    for (size_t a = partner; a < partner + partners; a++)
        t->association_coproducers[a] = 0;
    for (size_t v = first; v < end; v++) {
        size_t i = t->volunteer_person[v], a = t->citizen_association[i];
        newcomers += t->citizen_status[i] == CITIZEN_ONBOARDING;
        direct += a == NOBODY;
        if (partners > 0) /* no branch on who has one, which cannot be guessed */
            t->association_coproducers[a == NOBODY ? partner : a] += a != NOBODY;
    }
    t->site_newcomers[s] = newcomers;
    t->site_direct[s] = direct;
}

#define COPIED_STATES(COPY)                                                                        \
    COPY(motivation)                                                                               \
    COPY(burnout)                                                                                  \
    COPY(skill)                                                                                    \
    COPY(trust)                                                                                    \
    COPY(bond)                                                                                     \
    COPY(ownership)                                                                                \
    COPY(goal)                                                                                     \
    COPY(recent_hours)                                                                             \
    COPY(conflict)

static void gather_run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        size_t i = t->volunteer_person[v];
        t->volunteer_partner[v] = t->citizen_partner[i];
        t->volunteer_association[v] = t->citizen_association[i];
        t->volunteer_autonomy[v] = t->citizen_autonomy[i];
        t->volunteer_capacity[v] = t->citizen_capacity[i];
        t->volunteer_fit[v] = t->citizen_fit[i];
#define COPY(name) t->volunteer_##name[v] = t->volunteer_##name##_next[v] = t->citizen_##name[i];
        COPIED_STATES(COPY)
#undef COPY
        uint16_t tenure = t->citizen_tenure[i];
        uint16_t later = tenure < UINT16_MAX ? (uint16_t)(tenure + 1) : tenure;
        t->volunteer_tenure[v] = tenure;
        t->volunteer_tenure_next[v] = later;
        t->volunteer_status[v] = t->citizen_status[i];
        t->volunteer_status_next[v] =
            later >= p->onboarding_weeks ? CITIZEN_ACTIVE : CITIZEN_ONBOARDING;
        t->volunteer_hours[v] = t->volunteer_hours_self[v] = t->volunteer_load[v] = 0;
        t->volunteer_blocked[v] = t->volunteer_met[v] = 0;
        t->volunteer_relatedness[v] = 0.5f;
    }
    size_t first_professional = t->site_professional_first[s];
    size_t end_professional = first_professional + t->site_professional_count[s];
    for (size_t j = first_professional; j < end_professional; j++) {
        t->professional_pairs[j] = 0;
        t->professional_bonds[j] = 0;
        t->professional_attitude_next[j] = t->professional_attitude[j];
        t->professional_burnout_next[j] = t->professional_burnout[j];
    }
    for (size_t v = first; v < end; v++) {
        size_t j = t->volunteer_partner[v];
        t->professional_pairs[j]++;
        t->professional_bonds[j] += t->volunteer_bond[v];
    }
    t->site_hours_demanded[s] = t->site_hours_offered[s] = t->site_hours_done[s] = 0;
    t->site_hours_unmet[s] = t->site_hours_self[s] = t->site_output[s] = 0;
    t->site_broken[s] = 0;
    t->site_constructive[s] = t->site_blocked[s] = 0;
    t->site_ideas[s] = t->site_innovations[s] = t->site_joint[s] = 0;
    t->site_exits[s] = 0;
}

static void return_run(struct world *w, size_t b)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, t->block_municipality[b]);
    size_t first = t->block_volunteer_first[b];
    for (size_t k = first; k < first + t->block_volunteer_count[b]; k++) {
        size_t v = t->volunteer_row[k], i = t->volunteer_person[v];
#define COPY(name) t->citizen_##name[i] = t->volunteer_##name##_next[v];
        COPIED_STATES(COPY)
#undef COPY
        t->citizen_tenure[i] = t->volunteer_tenure_next[v];
        t->citizen_status[i] = t->volunteer_status_next[v];
        if (citizen_coproduces(t->citizen_status[i]))
            continue;
        if (t->citizen_burnout[i] > p->burned_out)
            t->citizen_status[i] = CITIZEN_RECOVERING;
        t->citizen_site[i] = t->citizen_partner[i] = t->citizen_association[i] = NOBODY;
        t->citizen_conflict[i] = 0;
        t->citizen_tenure[i] = 0;
        t->citizen_recent_hours[i] = 0;
        t->citizen_left_week[i] = (uint16_t)(w->week + 1 + LEFT_OFFSET);
    }
}

static void professionals_run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    size_t first = t->municipality_professional_first[m];
    for (size_t j = first; j < first + t->municipality_professional_count[m]; j++) {
        t->professional_attitude[j] = t->professional_attitude_next[j];
        t->professional_burnout[j] = t->professional_burnout_next[j];
    }
}

const struct mechanism mechanism_roster_count = {
    .name = "roster_count",
    .equation = "",
    .meaning = "counts the co-producers of every site",
    .step = 2,
    .cells = CELL_MUNICIPALITY,
    .reads = COLUMN_LIST(citizen_status, citizen_site),
    .writes = COLUMN_LIST(site_volunteer_count),
    .run = count_run,
};

const struct mechanism mechanism_roster_place = {
    .name = "roster_place",
    .equation = "",
    .meaning = "gives every site its rows in the working set",
    .step = 2,
    .cells = CELL_WORLD,
    .reads = COLUMN_LIST(site_volunteer_count),
    .writes = COLUMN_LIST(site_volunteer_first, site_volunteer_count),
    .run = place_run,
};

const struct mechanism mechanism_roster_fill = {
    .name = "roster_fill",
    .equation = "",
    .meaning = "lists the co-producers of every site and of every block",
    .step = 2,
    .cells = CELL_MUNICIPALITY,
    .reads = COLUMN_LIST(citizen_status, citizen_site, site_volunteer_first),
    .writes = COLUMN_LIST(volunteer_person, volunteer_row, site_volunteer_count,
                          block_volunteer_first, block_volunteer_count),
    .run = fill_run,
};

const struct mechanism mechanism_roster_origins = {
    .name = "roster_origins",
    .equation = "",
    .meaning = "counts newcomers, and through which association co-producers came",
    .step = 2,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(volunteer_person, citizen_status, citizen_association),
    .writes = COLUMN_LIST(site_newcomers, site_direct, association_coproducers),
    .run = origins_run,
};

const struct mechanism mechanism_roster_gather = {
    .name = "roster_gather",
    .equation = "",
    .meaning = "lays the states of a site's co-producers beside each other",
    .step = 4,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(citizen_status, citizen_partner, citizen_autonomy, citizen_capacity,
                         citizen_fit, citizen_motivation, citizen_burnout, citizen_skill,
                         citizen_trust, citizen_bond, citizen_ownership, citizen_recent_hours,
                         citizen_conflict, citizen_goal, citizen_tenure, professional_attitude,
                         professional_burnout, volunteer_person, citizen_association),
    .writes = COLUMN_LIST(
        volunteer_partner, volunteer_autonomy, volunteer_capacity, volunteer_fit, volunteer_status,
        volunteer_motivation, volunteer_burnout, volunteer_skill, volunteer_trust, volunteer_bond,
        volunteer_ownership, volunteer_recent_hours, volunteer_conflict, volunteer_tenure,
        volunteer_goal, volunteer_blocked, volunteer_met, volunteer_hours, volunteer_hours_self,
        volunteer_load, volunteer_relatedness, professional_pairs, professional_bonds,
        professional_attitude, professional_burnout, site_hours_demanded, site_hours_offered,
        site_hours_done, site_hours_unmet, site_hours_self, site_output, site_broken, site_exits,
        site_constructive, site_blocked, site_ideas, site_innovations, site_joint,
        volunteer_association),
    .run = gather_run,
};

const struct mechanism mechanism_roster_return = {
    .name = "roster_return",
    .equation = "",
    .meaning = "hands the new states back to citizens",
    .step = 9,
    .cells = CELL_BLOCK,
    .reads =
        COLUMN_LIST(block_volunteer_first, block_volunteer_count, volunteer_row, volunteer_person,
                    volunteer_status, volunteer_motivation, volunteer_burnout, volunteer_skill,
                    volunteer_trust, volunteer_bond, volunteer_ownership, volunteer_goal,
                    volunteer_recent_hours, volunteer_conflict, volunteer_tenure),
    .writes = COLUMN_LIST(citizen_status, citizen_site, citizen_partner, citizen_association,
                          citizen_motivation, citizen_burnout, citizen_skill, citizen_trust,
                          citizen_bond, citizen_ownership, citizen_goal, citizen_recent_hours,
                          citizen_conflict, citizen_tenure, citizen_left_week),
    .run = return_run,
};

const struct mechanism mechanism_roster_professionals = {
    .name = "roster_professionals",
    .equation = "",
    .meaning = "hands the new states to professionals",
    .step = 9,
    .cells = CELL_MUNICIPALITY,
    .reads = COLUMN_LIST(professional_attitude, professional_burnout),
    .writes = COLUMN_LIST(professional_attitude, professional_burnout),
    .run = professionals_run,
};
