/* Formalisation (ODD: submodel E13), once a year: written agreements with the municipality, and
 * payment.
 *
 *     written   begins with probability lg(g0_sector + g_pay paid + g_size ln(members / 60)
 *               + g_G (sigma_G - .5)), lapses with .25
 *     paid      begins with probability .03, ends with .15
 *
 * sigma_G is the mean over the municipality's managers; sectors are child care, school and all
 * others (Levinsen, Thøgersen and Ibsen's survey of associations, S2: 18.5, 28.2 and 50.3 % have a
 * written agreement, 12 to 21 % are paid). */
#include "models/submodels.h"

double agreement_probability(const struct params *p, unsigned sector, bool paid, double members,
                             double goals)
{
    const double sectors[] = {p->agreement_child_care, p->agreement_school};
    double base = sector < sizeof sectors / sizeof *sectors ? sectors[sector] : p->agreement_other;
    return logistic(base + (paid ? p->agreement_paid : 0) +
                    p->agreement_size * log_of(members / p->members_median) +
                    p->agreement_goals * (goals - 0.5));
}

double municipality_goals(const struct town *t, size_t m)
{
    double sum = 0;
    size_t first = t->municipality_site_first[m], count = t->municipality_site_count[m];
    for (size_t s = first; s < first + count; s++)
        sum += t->manager_goals[s];
    return sum / (double)count;
}

/* What holds a year later of what begins and ends with these probabilities. */
static uint8_t turn(bool holds, double begins, double ends, struct stream *s)
{
    double u = stream_uniform(s);
    return holds ? !(u < ends) : u < begins;
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    double goals = municipality_goals(t, m);
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++) {
        if (!t->association_alive[a])
            continue;
        struct stream s;
        world_stream(&s, w, a, STREAM_agreements);
        bool paid = t->association_paid[a];
        double begins = agreement_probability(p, t->association_sector[a], paid,
                                              t->association_members[a], goals);
        t->association_written[a] = turn(t->association_written[a], begins, p->agreement_lapse, &s);
        t->association_paid[a] = turn(paid, p->pay_begins, p->pay_ends, &s);
    }
}

const struct mechanism mechanism_formalisation = {
    .name = "formalisation",
    .equation = "E13",
    .meaning = "written agreements and payments begin and end",
    .source = "S2",
    .off = "agreements and payments stay as they are",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads = COLUMN_LIST(association_alive, association_sector, association_members,
                         association_written, association_paid, manager_goals),
    .writes = COLUMN_LIST(association_written, association_paid),
    .run = run,
};
