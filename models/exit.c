/* Exit and rest (ODD: submodels E19 and E5).
 *
 *     mu = mu_life + mu_M max(0, .5 - M) + 2 mu_B max(0, B - .5) + mu_U max(0, alpha C - .25)
 *     a co-producer leaves with probability 1 - e^-mu; a volunteer elsewhere with 1 - e^-mu_life
 *
 * Who leaves with burnout above `burned_out` recovers before being asked again, until burnout is
 * half of that.  Everybody who does not co-produce rests: B <- B - rho_B B (from
 * the week after leaving; below .0001 nothing is left).  A leaver takes
 * knowledge from the association he or she came through (learning.c).
 *
 * In a shock (S1: what is lost when the experienced go) the longest-serving of those who stay leave
 * too, a share of the site's co-producers; of those who came in the same week, the last in order.
 */
#include "models/submodels.h"

#include "sim/order.h"

double exit_probability(const struct params *p, double motivation, double burnout, double autonomy,
                        double control)
{
    double hazard =
        p->exit_life + p->exit_motivation * fmax(0, p->exit_motivation_from - motivation) +
        p->exit_burnout_slope * p->exit_burnout * fmax(0, burnout - p->exit_burnout_from) +
        p->exit_control * fmax(0, autonomy * control - p->exit_control_from);
    return 1 - exp_of(-hazard);
}

static void leave(struct town *t, size_t s, size_t v, const struct params *p)
{
    t->volunteer_status_next[v] = CITIZEN_INACTIVE;
    t->site_exits[s]++;
    size_t a = t->volunteer_association[v];
    if (a == NOBODY)
        return;
    double taken = knowledge_taken(p, t->volunteer_skill[v], t->volunteer_recent_hours[v],
                                   t->volunteer_tenure[v]);
    t->association_knowledge[a] = (float)fmax(0, t->association_knowledge[a] - taken);
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++) {
        struct stream stream;
        world_stream(&stream, w, t->volunteer_person[v], STREAM_exit);
        double leaves = exit_probability(p, t->volunteer_motivation[v], t->volunteer_burnout[v],
                                         t->volunteer_autonomy[v], t->manager_control[s]);
        if (stream_uniform(&stream) < leaves)
            leave(t, s, v, p);
    }
}

static void veterans_run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    double share = t->municipality_veterans[t->site_municipality[s]];
    if (!(share > 0))
        return;
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    size_t stay = 0;
    for (size_t v = first; v < end; v++) {
        if (!citizen_coproduces(t->volunteer_status_next[v]))
            continue;
        t->volunteer_sort_key[first + stay] = t->volunteer_tenure[v];
        t->volunteer_sort_row[first + stay++] = (uint32_t)v;
    }
    order_sort(t->volunteer_sort_row + first, t->volunteer_sort_key + first, stay,
               t->volunteer_spare_row + first, t->volunteer_spare_key + first);
    size_t leavers = (size_t)(share * t->site_volunteer_count[s] + 0.5);
    for (size_t k = 0; k < leavers && k < stay; k++)
        leave(t, s, t->volunteer_sort_row[first + stay - 1 - k], site_params(t, s));
}

static void elsewhere_run(struct world *w, size_t b)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, t->block_municipality[b]);
    double leaves = 1 - exp_of(-p->exit_life);
    t->block_exits[b] = 0;
    struct stream s;
    world_stream(&s, w, b, STREAM_exit_elsewhere);
    size_t end = t->block_first[b] + t->block_count[b];
    for (size_t i = t->block_first[b] + stream_gap(&s, leaves); i < end;
         i += 1 + stream_gap(&s, leaves)) {
        if (t->citizen_status[i] != CITIZEN_ELSEWHERE)
            continue;
        t->citizen_status[i] = CITIZEN_INACTIVE;
        t->citizen_left_week[i] = (uint16_t)(w->week + 1 + LEFT_OFFSET);
        t->block_exits[b]++;
    }
}

static void elsewhere_absent(struct world *w, size_t b)
{
    town_of(w)->block_exits[b] = 0;
}

static void recovery_run(struct world *w, size_t b)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, t->block_municipality[b]);
    const float rested = (float)(1 - p->burnout_rest), recovered = (float)(p->burned_out / 2);
    const float none = 1e-4f; /* burnout below which nothing of it is left */
    size_t end = t->block_first[b] + t->block_count[b];
    uint8_t *status = t->citizen_status;
    float *burnout = t->citizen_burnout;
    for (size_t i = t->block_first[b]; i < end; i++) { /* in vectors: no branches */
        float left = burnout[i] * rested;
        left = left < none ? 0 : left;
        burnout[i] = citizen_coproduces(status[i]) ? burnout[i] : left;
    }
    for (size_t i = t->block_first[b]; i < end; i++)
        if (status[i] == CITIZEN_RECOVERING && burnout[i] < recovered)
            status[i] = CITIZEN_INACTIVE;
}

const struct mechanism mechanism_exits = {
    .name = "exits",
    .equation = "E19",
    .meaning = "co-producers leave, sooner when unmotivated, burned out or controlled",
    .source = "forner2023, S0",
    .off = "no co-producer leaves",
    .step = 9,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_control, volunteer_association, volunteer_person,
                         volunteer_motivation, volunteer_burnout, volunteer_autonomy,
                         volunteer_skill, volunteer_recent_hours, volunteer_tenure),
    .writes = COLUMN_LIST(volunteer_status, site_exits, association_knowledge),
    .run = run,
};

const struct mechanism mechanism_veterans = {
    .name = "veterans",
    .equation = "E19",
    .meaning = "in a shock the longest-serving co-producers leave",
    .source = "S1",
    .off = "the shock veterans has no effect",
    .step = 9,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(municipality_veterans, volunteer_association, volunteer_status,
                         volunteer_skill, volunteer_recent_hours, volunteer_tenure),
    .writes = COLUMN_LIST(volunteer_status, site_exits, association_knowledge, volunteer_sort_key,
                          volunteer_sort_row, volunteer_spare_key, volunteer_spare_row),
    .run = veterans_run,
};

const struct mechanism mechanism_exits_elsewhere = {
    .name = "exits_elsewhere",
    .equation = "E19",
    .meaning = "volunteers outside co-production leave",
    .source = "S0",
    .off = "no volunteer outside co-production leaves",
    .step = 9,
    .cells = CELL_BLOCK,
    .reads = COLUMN_LIST(citizen_status),
    .writes = COLUMN_LIST(citizen_status, citizen_left_week, block_exits),
    .run = elsewhere_run,
    .absent = elsewhere_absent,
};

const struct mechanism mechanism_recovery = {
    .name = "recovery",
    .equation = "E5",
    .meaning = "those who do not co-produce rest from burnout",
    .source = "homer1985",
    .off = "burnout stays after leaving",
    .step = 9,
    .cells = CELL_BLOCK,
    .reads = COLUMN_LIST(citizen_status, citizen_burnout),
    .writes = COLUMN_LIST(citizen_status, citizen_burnout),
    .run = recovery_run,
};
