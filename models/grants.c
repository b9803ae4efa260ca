/* Grants to associations (ODD: submodel E13), once a year.  Operating grants go by members; project
 * grants to whoever has the administration to apply for them (S1; sizes assumptions).
 *
 *     pot             .2 kDKK an inhabitant: (1 - q) of it by members, q of it in grants of 60 kDKK
 *     administration  20 h + .15 h a member + 1,600 h a full-time equivalent
 *     applications    one for each 60 h of it, ten at most; where they cost nothing, one
 *     score           ln(1 + 10 capacity) + .3 ln(members) + N(0, .8); the highest are granted
 *     a grant         hires .12 full-time equivalents for the next year, costs .05 of autonomy,
 *                     and a tenth of it is lost to reporting
 *     income          .1 kDKK a member x e^{.2 N(0, 1)} + grants + 30 kDKK if paid
 *     costs           1 kDKK + .15 kDKK a member + what the project grants pay for
 *     reserve         <- reserve + income - costs, at most a year's costs without projects
 *     autonomy        goes back to what it was at first at .05 a year
 *
 * What is granted to nobody, because too few apply or of whole DKK something is left, the
 * municipality keeps. */
#include <stdlib.h>

#include "models/demography.h"
#include "models/submodels.h"

enum { DKK = 1000 }; /* in a kDKK */

unsigned applications_of(const struct params *p, double members, double capacity)
{
    if (!(p->application_hours > 0))
        return 1;
    double hours = p->admin_base + p->admin_member * members + p->admin_paid * capacity;
    return (unsigned)clip(hours / p->application_hours, 0, p->applications_most);
}

double application_score(const struct params *p, double members, double capacity, double noise)
{
    return p->score_capacity * log_of(1 + p->score_capacity_scale * capacity) +
           p->score_members * log_of(members) + p->score_noise * noise;
}

double association_costs(const struct params *p, double members)
{
    return p->cost_fixed + p->cost_member * members;
}

/* What a number of project grants pays for besides reporting. */
static double project_money(const struct params *p, double projects)
{
    return (1 - p->reporting) * p->project_size * projects;
}

double income_of_year(const struct params *p, double members, bool paid, double operating,
                      double projects, double noise)
{
    return p->dues * members * exp_of(p->dues_noise * noise) + operating +
           project_money(p, projects) + (paid ? p->association_pay : 0);
}

double reserve_next(const struct params *p, double reserve, double members, double income,
                    double projects)
{
    double costs = association_costs(p, members);
    return fmin(reserve + income - costs - project_money(p, projects), costs);
}

double autonomy_next(const struct params *p, double autonomy, enum association_role role,
                     double projects)
{
    double back = p->autonomy_return * (association_first_autonomy(p, role) - autonomy);
    return clip(autonomy + back - p->autonomy_lost * projects, 0, 1);
}

/* --- project grants --------------------------------------------------------------------------- */

/* The higher score first, among equals the lower row. */
static int by_score(const void *a, const void *b)
{
    const struct application *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return x->association < y->association ? -1 : x->association > y->association;
}

static size_t apply(struct town *t, size_t m, struct application *applications)
{
    const struct params *p = town_params(t, m);
    size_t count = 0, first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++) {
        t->association_projects[a] = 0;
        if (!t->association_alive[a])
            continue;
        double members = t->association_members[a], capacity = t->association_capacity[a];
        struct stream s;
        world_stream(&s, &t->world, a, STREAM_applications);
        for (unsigned k = applications_of(p, members, capacity); k > 0; k--)
            applications[count++] = (struct application){
                .score = application_score(p, members, capacity, stream_normal(&s)),
                .association = (uint32_t)a,
            };
    }
    return count;
}

/* Grants what the money for projects, in DKK, allows; what is left of it. */
static uint32_t grant_projects(struct town *t, size_t m, uint32_t money)
{
    size_t room = t->municipality_association_first[m] * APPLICATIONS_MOST;
    struct application *applications = t->applications + room;
    size_t count = apply(t, m, applications);
    uint32_t size = (uint32_t)(DKK * town_params(t, m)->project_size);
    qsort(applications, count, sizeof *applications, by_score);
    for (size_t k = 0; k < count && money >= size; k++, money -= size)
        t->association_projects[applications[k].association]++;
    return money;
}

/* --- books ------------------------------------------------------------------------------------ */

static void close_books(struct town *t, size_t a, const struct params *p, double operating)
{
    struct stream s;
    world_stream(&s, &t->world, a, STREAM_dues);
    double members = t->association_members[a], projects = t->association_projects[a];
    double income =
        income_of_year(p, members, t->association_paid[a], operating, projects, stream_normal(&s));
    t->association_income[a] = (float)income;
    t->association_reserve[a] =
        (float)reserve_next(p, t->association_reserve[a], members, income, projects);
    t->association_capacity[a] = (float)(p->hired * projects);
    t->association_autonomy[a] =
        (float)autonomy_next(p, t->association_autonomy[a], t->association_role[a], projects);
}

static double living_members(const struct town *t, size_t m)
{
    double members = 0;
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++)
        members += t->association_members[a];
    return members;
}

static void run(struct world *w, size_t m)
{
    struct town *t = town_of(w);
    const struct params *p = town_params(t, m);
    double inhabitants = demography_of(w->scenario, m)->inhabitants;
    uint32_t pot = (uint32_t)clip(DKK * p->grants * inhabitants, 0, UINT32_MAX);
    uint32_t projects = (uint32_t)(p->project_share * pot);
    uint32_t operating = pot - projects, given = 0;
    uint32_t kept = operating + grant_projects(t, m, projects);
    uint32_t size = (uint32_t)(DKK * p->project_size);
    double members = living_members(t, m);
    size_t first = t->municipality_association_first[m];
    for (size_t a = first; a < first + t->municipality_association_count[m]; a++) {
        t->association_income[a] = 0;
        if (!t->association_alive[a])
            continue;
        uint32_t share = (uint32_t)(operating * (t->association_members[a] / members));
        given += share + size * t->association_projects[a];
        kept -= share;
        close_books(t, a, p, share / (double)DKK);
    }
    t->municipality_grants_pot[m] = pot;
    t->municipality_grants_given[m] = given;
    t->municipality_grants_kept[m] = kept;
}

const struct mechanism mechanism_grants = {
    .name = "grants",
    .equation = "E13",
    .meaning = "associations get grants by members and for projects, and close their books",
    .source = "S1",
    .off = "no association gets a grant, and its money stays as it is",
    .step = 10,
    .cells = CELL_MUNICIPALITY,
    .every = WEEKS_A_YEAR,
    .reads =
        COLUMN_LIST(association_alive, association_members, association_capacity,
                    association_reserve, association_paid, association_autonomy, association_role),
    .writes = COLUMN_LIST(association_projects, association_income, association_reserve,
                          association_capacity, association_autonomy, municipality_grants_pot,
                          municipality_grants_given, municipality_grants_kept),
    .run = run,
};
