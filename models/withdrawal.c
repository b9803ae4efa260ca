/* Withdrawal of partners (ODD: submodel E13; S0: parties run away from too much steering).
 *
 *     a partner association withdraws with probability .02 max(0, C - autonomy) a week
 *
 * C is the control that is perceived at the site.  The association lives on elsewhere, and what it
 * knows with it; half of the co-producers who came through it leave at once, the others stay
 * without an association. */
#include "models/submodels.h"

double withdrawal_probability(const struct params *p, double control, double autonomy)
{
    return p->withdrawal * fmax(0, control - autonomy);
}

static void withdraw(struct town *t, size_t s, size_t a, struct stream *stream)
{
    const struct params *p = site_params(t, s);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    t->association_site[a] = NOBODY;
    t->site_withdrawals[s]++;
    for (size_t v = first; v < end; v++) {
        if (t->volunteer_association[v] != a || !citizen_coproduces(t->volunteer_status_next[v]))
            continue;
        t->citizen_association[t->volunteer_person[v]] = NOBODY;
        if (stream_uniform(stream) < p->withdrawal_exits) {
            t->volunteer_status_next[v] = CITIZEN_INACTIVE;
            t->site_exits[s]++;
        }
    }
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    size_t first = t->site_association_first[s];
    t->site_withdrawals[s] = 0;
    for (size_t a = first; a < first + t->site_association_count[s]; a++) {
        if (!site_has_partner(t, s, a))
            continue;
        double withdraws =
            withdrawal_probability(p, t->manager_control[s], t->association_autonomy[a]);
        struct stream stream;
        world_stream(&stream, w, a, STREAM_withdrawal);
        if (stream_uniform(&stream) < withdraws)
            withdraw(t, s, a, &stream);
    }
}

static void absent(struct world *w, size_t s)
{
    town_of(w)->site_withdrawals[s] = 0;
}

const struct mechanism mechanism_withdrawal = {
    .name = "withdrawal",
    .equation = "E13",
    .meaning = "partner associations run away from control",
    .source = "S0",
    .off = "no partner association withdraws",
    .step = 9,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_control, association_alive, association_site, association_autonomy,
                         volunteer_person, volunteer_association, volunteer_status),
    .writes = COLUMN_LIST(association_site, site_withdrawals, citizen_association, volunteer_status,
                          site_exits),
    .run = run,
    .absent = absent,
};
