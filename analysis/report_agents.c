#include "analysis/report_agents.h"

#include <gsl/gsl_sort_float.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/model.h"

/* People are at work from this status on, and nobody has this site or association. */
enum { ONBOARDING = 3 };
static const uint32_t nowhere = UINT32_MAX;

/* The columns that are used, of one replicate and week. */
struct people {
    size_t count;
    uint8_t *status;
    float *hours, *burnout, *trust;
    uint32_t *site, *association;
};

/* What reading takes. */
struct gathering {
    struct report_agents *a;
    const struct run_file *file;
    const struct model *model;
    struct people now, then;
    size_t *order;                                /* of co-producers, by hours */
    float *keys;                                  /* their hours */
    double *lorenz, *hours, *worn, *later, *left; /* [point or group][replicate] */
    struct error *error;
};

/* --- reading ---------------------------------------------------------------------------------- */

static const struct column *find_column(const struct model *m, const char *name)
{
    for (size_t i = 0; i < m->column_count; i++)
        if (m->columns[i].entity == m->saved_entity && m->columns[i].role != COLUMN_DERIVED &&
            strcmp(m->columns[i].name, name) == 0)
            return &m->columns[i];
    return NULL;
}

static bool people_init(struct people *p, size_t count)
{
    p->count = count;
    p->status = malloc(count * sizeof *p->status);
    p->hours = malloc(count * sizeof *p->hours);
    p->burnout = malloc(count * sizeof *p->burnout);
    p->trust = malloc(count * sizeof *p->trust);
    p->site = malloc(count * sizeof *p->site);
    p->association = malloc(count * sizeof *p->association);
    return p->status && p->hours && p->burnout && p->trust && p->site && p->association;
}

static void people_free(struct people *p)
{
    free(p->status);
    free(p->hours);
    free(p->burnout);
    free(p->trust);
    free(p->site);
    free(p->association);
}

static enum status people_read(const struct gathering *g, struct people *p, size_t replicate,
                               size_t time)
{
    const struct {
        const char *name;
        void *values;
    } columns[] = {{"status", p->status},   {"recent_hours", p->hours},
                   {"burnout", p->burnout}, {"trust", p->trust},
                   {"site", p->site},       {"association", p->association}};
    const struct reader_slice at = {.replicate = replicate, .time = time};
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < sizeof columns / sizeof *columns && status == STATUS_DONE; i++)
        status = reader_saved(g->file, find_column(g->model, columns[i].name), &at,
                              columns[i].values, g->error);
    return status;
}

/* Those of a shorter run are followed by rows whose status is the largest number there is. */
static bool works(const struct people *p, size_t i)
{
    return p->status[i] >= ONBOARDING && p->status[i] < UINT8_MAX;
}

/* --- who carries the hours -------------------------------------------------------------------- */

/* Co-producers in the order of their hours; how many there are. */
static size_t sort_people(struct gathering *g, const struct people *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++)
        if (works(p, i)) {
            g->keys[count] = p->hours[i];
            g->order[count++] = i;
        }
    gsl_sort_float_index(g->order + p->count, g->keys, 1, count);
    for (size_t k = 0; k < count; k++)
        g->order[2 * p->count + k] = g->order[g->order[p->count + k]];
    memcpy(g->order, g->order + 2 * p->count, count * sizeof *g->order);
    return count;
}

/* Share of all hours that the first `count` x share people do, between two people as a straight
 * line. */
static void take_lorenz(struct gathering *g, const struct people *p, size_t replicate)
{
    size_t count = sort_people(g, p), done = 0;
    double total = 0, sum = 0;
    for (size_t k = 0; k < count; k++)
        total += (double)p->hours[g->order[k]];
    for (size_t i = 0; i < REPORT_LORENZ; i++) {
        double position = (double)count * (double)i / (REPORT_LORENZ - 1);
        for (; (double)(done + 1) <= position && done < count; done++)
            sum += (double)p->hours[g->order[done]];
        double part =
            done < count ? (position - (double)done) * (double)p->hours[g->order[done]] : 0;
        g->lorenz[i * g->file->replicates + replicate] = total > 0 ? (sum + part) / total : NAN;
    }
}

/* --- burnout after hours ---------------------------------------------------------------------- */

/* Adds the groups by hours in `g->now` and what became of them in `then`. */
static void take_groups(struct gathering *g, const struct people *then, size_t replicate,
                        size_t times)
{
    const struct people *p = &g->now;
    size_t count = sort_people(g, p);
    for (size_t group = 0; group < REPORT_GROUPS && count >= REPORT_GROUPS; group++) {
        size_t first = group * count / REPORT_GROUPS, end = (group + 1) * count / REPORT_GROUPS;
        size_t staying = 0, at = group * g->file->replicates + replicate;
        double hours = 0, worn = 0, later = 0;
        for (size_t k = first; k < end; k++) {
            size_t i = g->order[k];
            hours += (double)p->hours[i];
            worn += (double)p->burnout[i];
            if (!works(then, i))
                continue;
            later += (double)then->burnout[i];
            staying++;
        }
        double size = (double)(end - first);
        g->hours[at] += hours / size / (double)times;
        g->worn[at] += worn / size / (double)times;
        g->later[at] += staying > 0 ? later / (double)staying / (double)times : NAN;
        g->left[at] += (size - (double)staying) / size / (double)times;
    }
}

/* --- sites ------------------------------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_size(const void *a, const void *b)
{
    const struct report_site *x = a, *y = b;
    if (x->people != y->people)
        return x->people < y->people ? 1 : -1;
    return (x->site > y->site) - (x->site < y->site);
}

/* One site for each that somebody is at, in the order of numbers. */
static void count_sites(struct report_agents *a, const uint64_t *keys, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        uint32_t site = (uint32_t)(keys[k] >> 32);
        if (a->site_count == 0 || a->sites[a->site_count - 1].site != site)
            a->sites[a->site_count++] = (struct report_site){.site = site};
        a->sites[a->site_count - 1].people++;
        a->sites[a->site_count - 1].direct += (uint32_t)keys[k] == nowhere;
    }
}

/* Means of sites; they stand in the order of numbers. */
static void describe_sites(struct report_agents *a, const struct people *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (!works(p, i) || p->site[i] == nowhere)
            continue;
        size_t low = 0, high = a->site_count - 1;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (a->sites[middle].site < p->site[i])
                low = middle + 1;
            else
                high = middle;
        }
        struct report_site *s = &a->sites[low];
        s->burnout += (double)p->burnout[i] / (double)s->people;
        s->trust += (double)p->trust[i] / (double)s->people;
        s->hours += (double)p->hours[i] / (double)s->people;
    }
}

/* Links of the sites that are shown, from keys in order. */
static void link_sites(struct report_agents *a, const uint64_t *keys, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        uint32_t site = (uint32_t)(keys[k] >> 32), association = (uint32_t)keys[k];
        if (association == nowhere)
            continue;
        if (k > 0 && keys[k] == keys[k - 1]) {
            if (a->link_count > 0 && a->links[a->link_count - 1].association == association)
                a->links[a->link_count - 1].people++;
            continue;
        }
        for (size_t i = 0; i < a->site_count; i++)
            if (a->sites[i].site == site)
                a->links[a->link_count++] =
                    (struct report_link){.association = association, .site = i, .people = 1};
    }
}

static enum status take_sites(struct gathering *g, const struct people *p)
{
    struct report_agents *a = g->a;
    uint64_t *keys = malloc((p->count + 1) * sizeof *keys);
    size_t count = 0;
    for (size_t i = 0; keys && i < p->count; i++)
        if (works(p, i) && p->site[i] != nowhere)
            keys[count++] = (uint64_t)p->site[i] << 32 | p->association[i];
    a->sites = calloc(count + 1, sizeof *a->sites);
    a->links = calloc(count + 1, sizeof *a->links);
    if (keys && a->sites && a->links && count > 0) {
        qsort(keys, count, sizeof *keys, by_number);
        count_sites(a, keys, count);
        describe_sites(a, p);
        qsort(a->sites, a->site_count, sizeof *a->sites, by_size);
        a->site_total = a->site_count;
        a->site_count = a->site_count < REPORT_SITES ? a->site_count : REPORT_SITES;
        link_sites(a, keys, count);
    }
    bool good = keys && a->sites && a->links;
    free(keys);
    return good ? STATUS_DONE
                : error_add(g->error, STATUS_FAILED, "%s: out of memory", g->file->path);
}

/* --- all of it -------------------------------------------------------------------------------- */

static enum status take_replicate(struct gathering *g, size_t replicate)
{
    size_t times = g->file->agent_weeks, pairs = times > 1 ? times - 1 : 1;
    enum status status = people_read(g, &g->now, replicate, 0);
    if (status == STATUS_DONE && times == 1)
        take_groups(g, &g->now, replicate, 1);
    for (size_t time = 1; time < times && status == STATUS_DONE; time++) {
        status = people_read(g, &g->then, replicate, time);
        if (status != STATUS_DONE)
            break;
        take_groups(g, &g->then, replicate, pairs);
        struct people before = g->now;
        g->now = g->then;
        g->then = before;
    }
    if (status == STATUS_DONE)
        take_lorenz(g, &g->now, replicate);
    if (status == STATUS_DONE && replicate == 0)
        status = take_sites(g, &g->now);
    return status;
}

/* Mean and range over replicates; those without a value are left out. */
static struct report_spread spread(const double *values, size_t replicates)
{
    struct report_spread s = {.mean = 0, .low = NAN, .high = NAN};
    size_t count = 0;
    for (size_t i = 0; i < replicates; i++) {
        if (isnan(values[i]))
            continue;
        s.mean += values[i];
        s.low = fmin(s.low, values[i]);
        s.high = fmax(s.high, values[i]);
        count++;
    }
    s.mean = count > 0 ? s.mean / (double)count : NAN;
    return s;
}

static void conclude(struct gathering *g)
{
    struct report_agents *a = g->a;
    size_t n = g->file->replicates;
    for (size_t i = 0; i < REPORT_LORENZ; i++)
        a->lorenz[i] = spread(g->lorenz + i * n, n);
    for (size_t i = 0; i < REPORT_GROUPS; i++)
        a->groups[i] = (struct report_group){.hours = spread(g->hours + i * n, n),
                                             .burnout = spread(g->worn + i * n, n),
                                             .later = spread(g->later + i * n, n),
                                             .left = spread(g->left + i * n, n)};
    a->lag = g->file->agent_weeks > 1 ? g->file->agents_every : 0;
    a->week = g->file->agents_every * g->file->agent_weeks;
    a->stored = true;
}

static bool gathering_init(struct gathering *g)
{
    size_t n = g->file->replicates, people = g->file->agents;
    g->order = malloc((3 * people + 1) * sizeof *g->order);
    g->keys = malloc((people + 1) * sizeof *g->keys);
    g->lorenz = calloc(REPORT_LORENZ * n, sizeof *g->lorenz);
    g->hours = calloc(REPORT_GROUPS * n, sizeof *g->hours);
    g->worn = calloc(REPORT_GROUPS * n, sizeof *g->worn);
    g->later = calloc(REPORT_GROUPS * n, sizeof *g->later);
    g->left = calloc(REPORT_GROUPS * n, sizeof *g->left);
    bool now = people_init(&g->now, people), then = people_init(&g->then, people);
    return g->order && g->keys && g->lorenz && g->hours && g->worn && g->later && g->left && now &&
           then;
}

enum status report_agents_read(struct report_agents *a, const struct run_file *f,
                               const struct model *m, struct error *e)
{
    static const char *const used[] = {"status", "recent_hours", "burnout",
                                       "trust",  "site",         "association"};
    struct gathering g = {.a = a, .file = f, .model = m, .error = e};
    memset(a, 0, sizeof *a);
    if (f->agent_weeks == 0 || f->agents == 0)
        return STATUS_DONE;
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        if (!find_column(m, used[i]))
            return STATUS_DONE;
    enum status status = gathering_init(&g)
                             ? STATUS_DONE
                             : error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
    for (size_t i = 0; i < f->replicates && status == STATUS_DONE; i++)
        status = take_replicate(&g, i);
    if (status == STATUS_DONE)
        conclude(&g);
    people_free(&g.now);
    people_free(&g.then);
    free(g.order);
    free(g.keys);
    free(g.lorenz);
    free(g.hours);
    free(g.worn);
    free(g.later);
    free(g.left);
    return status;
}

void report_agents_free(struct report_agents *a)
{
    free(a->sites);
    free(a->links);
    memset(a, 0, sizeof *a);
}
