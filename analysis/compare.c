#include "analysis/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_reader.h"

bool compare_amount_parse(const char *text, struct compare_amount *amount)
{
    char *end;
    double value = strtod(text, &end);
    bool percent = end != text && *end == '%';
    if (end == text || end[percent] != '\0' || !(value > 0) || !isfinite(value))
        return false;
    *amount = (struct compare_amount){.given = true, .percent = percent, .value = value};
    return true;
}

static double amount_of(const struct compare_amount *amount, double base)
{
    if (!amount->given)
        return NAN;
    return amount->percent ? amount->value / 100 * fabs(base) : amount->value;
}

bool compare_is_clear(const struct comparison *c)
{
    return c->corrected < 1 - CONTRAST_LEVEL;
}

bool compare_is_equivalent(const struct comparison *c)
{
    return c->p_equivalent < 1 - CONTRAST_LEVEL;
}

/* --- the baseline ----------------------------------------------------------------------------- */

static bool is_named(const struct arm *arm, const char *name)
{
    return strcmp(arm->name, name) == 0 || strcmp(arm->path, name) == 0;
}

static enum status find_baseline(struct comparisons *c, const char *name, struct error *e)
{
    struct nearest n;
    char hint[READER_KEY + 32];
    if (!name) {
        c->baseline = c->arms->baseline;
        return STATUS_DONE;
    }
    for (c->baseline = 0; c->baseline < c->arms->count; c->baseline++)
        if (is_named(&c->arms->list[c->baseline], name))
            return STATUS_DONE;
    nearest_start(&n, name);
    for (size_t i = 0; i < c->arms->count; i++)
        nearest_try(&n, c->arms->list[i].name, strlen(c->arms->list[i].name));
    return error_add(e, STATUS_BAD_INPUT, "--baseline %.200s is none of the arms%s", name,
                     nearest_hint(&n, hint, sizeof hint));
}

static enum status check_replicates(const struct arms *a, struct error *e)
{
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < a->count; i++)
        if (a->list[i].replicates < 2)
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: has one replicate, in which an effect cannot be told from "
                               "chance; run it with --replicates 20",
                               a->list[i].path);
    if (a->count < 2)
        status = error_add(e, STATUS_BAD_INPUT, "there is one arm, with nothing to compare it to");
    return status;
}

/* --- comparing -------------------------------------------------------------------------------- */

/* Room for the values that are there. */
struct room {
    double *arm, *base;
};

static size_t take(const double *values, size_t count, double *room)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            room[taken++] = values[i];
    return taken;
}

/* The values of both arms; when paired, of replicates that have one in both. */
static struct contrast_data gather(const struct arm *arm, const struct arm *base, size_t outcome,
                                   const struct room *room)
{
    const double *x = arms_values(arm, outcome), *y = arms_values(base, outcome);
    struct contrast_data data = {
        .arm = room->arm, .base = room->base, .paired = arm->seed == base->seed};
    if (!data.paired) {
        data.arm_count = take(x, arm->replicates, room->arm);
        data.base_count = take(y, base->replicates, room->base);
        return data;
    }
    for (size_t i = 0; i < arm->replicates && i < base->replicates; i++)
        if (isfinite(x[i]) && isfinite(y[i])) {
            room->arm[data.arm_count] = x[i];
            room->base[data.arm_count++] = y[i];
        }
    data.base_count = data.arm_count;
    return data;
}

/* False when memory is short. */
static bool fill(struct comparison *p, const struct arms_outcome *outcome,
                 const struct compare_request *request, const struct contrast_data *data)
{
    contrast_make(&p->contrast, data);
    const struct contrast *c = &p->contrast;
    bool has_percent = c->base != 0 && !outcome->crosses_zero;
    p->percent = has_percent ? 100 * c->difference / fabs(c->base) : NAN;
    p->corrected = c->p;
    p->margin = amount_of(&request->margin, c->base);
    p->p_equivalent = contrast_equivalence(c, p->margin);
    p->detect = request->detect.given ? amount_of(&request->detect, c->base) : fabs(c->difference);
    p->replicates = contrast_replicates(c, p->detect);
    return contrast_bootstrap(data, request->seed, &p->boot_low, &p->boot_high);
}

/* Holm over all comparisons. */
static bool correct(struct comparisons *c)
{
    double *p = calloc(c->count + 1, sizeof *p);
    for (size_t i = 0; p && i < c->count; i++)
        p[i] = c->list[i].contrast.p;
    bool done = p && contrast_holm(p, c->count);
    for (size_t i = 0; done && i < c->count; i++)
        c->list[i].corrected = p[i];
    free(p);
    return done;
}

static bool compare_all(struct comparisons *c, const struct compare_request *request,
                        const struct room *room)
{
    const struct arms *a = c->arms;
    bool done = true;
    for (size_t i = 0; i < a->count && done; i++) {
        for (size_t k = 0; i != c->baseline && k < a->outcome_count && done; k++) {
            const struct contrast_data data = gather(&a->list[i], &a->list[c->baseline], k, room);
            if (data.arm_count == 0 || data.base_count == 0)
                continue;
            struct comparison *p = &c->list[c->count++];
            p->arm = i;
            p->outcome = k;
            done = fill(p, &a->outcomes[k], request, &data);
        }
    }
    return done && correct(c);
}

enum status compare_make(struct comparisons *c, const struct arms *arms,
                         const struct compare_request *request, struct error *e)
{
    *c = (struct comparisons){.arms = arms};
    enum status status = check_replicates(arms, e);
    if (status == STATUS_DONE)
        status = find_baseline(c, request->baseline, e);
    if (status != STATUS_DONE)
        return status;
    size_t most = 0;
    for (size_t i = 0; i < arms->count; i++)
        most = arms->list[i].replicates > most ? arms->list[i].replicates : most;
    const struct room room = {malloc(most * sizeof(double)), malloc(most * sizeof(double))};
    c->list = calloc(arms->count * arms->outcome_count + 1, sizeof *c->list);
    if (!room.arm || !room.base || !c->list || !compare_all(c, request, &room))
        status = error_add(e, STATUS_FAILED, "out of memory");
    else if (c->count == 0)
        status = error_add(e, STATUS_BAD_INPUT,
                           "no outcome has a value in weeks %zu to %zu; some are observed once a "
                           "year, in its last week",
                           arms->first, arms->last);
    free(room.arm);
    free(room.base);
    if (status != STATUS_DONE)
        compare_free(c);
    return status;
}

void compare_free(struct comparisons *c)
{
    free(c->list);
    memset(c, 0, sizeof *c);
}

/* Tables of many arms are for programs. */
static enum status check_length(const struct arms *a, enum words_format format, struct error *e)
{
    if (a->count <= COMPARE_TABLES || format == WORDS_CSV || format == WORDS_JSON)
        return STATUS_DONE;
    return error_add(e, STATUS_BAD_INPUT,
                     "there are %zu arms, too many for tables that are read; take --format csv, or "
                     "`samskab sensitivity` for points",
                     a->count);
}

enum status compare(const struct model *m, const struct compare_request *request, FILE *out,
                    struct error *e)
{
    struct arms arms;
    struct comparisons c = {0};
    enum status status = arms_read(&arms, m, &request->arms, e);
    if (status != STATUS_DONE)
        return status;
    status = check_length(&arms, request->format, e);
    if (status == STATUS_DONE)
        status = compare_make(&c, &arms, request, e);
    if (status == STATUS_DONE &&
        (compare_print(&c, request, out) != STATUS_DONE || fflush(out) != 0))
        status = error_add(e, STATUS_FAILED, "the comparison cannot be written: %s", error_why());
    compare_free(&c);
    arms_free(&arms);
    return status;
}
