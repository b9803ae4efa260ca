#include "analysis/sensitivity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/design.h"

static enum status no_memory(struct error *e)
{
    return error_add(e, STATUS_FAILED, "out of memory");
}

bool sensitivity_ranks(const struct regression *lines)
{
    return lines->rank_fit > lines->linear_fit;
}

/* --- the design ------------------------------------------------------------------------------- */

static enum status find_kind(struct sensitivity *s, struct error *e)
{
    static const struct {
        const char *name;
        enum sensitivity_kind kind;
    } kinds[] = {{"saltelli", SENSITIVITY_SOBOL}, {"morris", SENSITIVITY_MORRIS},
                 {"latin", SENSITIVITY_LINES},    {"sobol", SENSITIVITY_LINES},
                 {"points", SENSITIVITY_LINES},   {"grid", SENSITIVITY_LINES}};
    const char *name = s->arms->ensemble->design.kind;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(name, kinds[i].name) == 0) {
            s->kind = kinds[i].kind;
            return STATUS_DONE;
        }
    return error_add(
        e, STATUS_BAD_INPUT,
        "%s: its design is %s, which `samskab compare` reads; for sensitivity make one "
        "of saltelli, morris, latin, sobol, points, grid",
        s->arms->list[0].path, name);
}

/* Lines have no coefficient for texts; the other designs do not care what a value is. */
static enum status choose_columns(struct sensitivity *s, struct error *e)
{
    const struct ensemble *x = s->arms->ensemble;
    s->columns = calloc(x->column_count + 1, sizeof *s->columns);
    s->skipped = calloc(x->column_count + 1, sizeof *s->skipped);
    if (!s->columns || !s->skipped)
        return no_memory(e);
    for (size_t k = 0; k < x->column_count; k++) {
        if (s->kind == SENSITIVITY_LINES && x->columns[k].type == ENSEMBLE_TEXT)
            s->skipped[s->skipped_count++] = &x->columns[k];
        else
            s->columns[s->column_count++] = &x->columns[k];
    }
    return s->column_count > 0
               ? STATUS_DONE
               : error_add(e, STATUS_BAD_INPUT, "%s: no column of its design is a number",
                           s->arms->list[0].path);
}

/* A value of a column; of a text, the first point that has the same. */
static double value_of(const struct ensemble_column *column, size_t point)
{
    size_t first = 0;
    if (column->values)
        return column->values[point];
    while (strcmp(column->texts[first], column->texts[point]) != 0)
        first++;
    return (double)first;
}

static enum status fill_points(struct sensitivity *s, struct error *e)
{
    size_t points = s->arms->count;
    s->x = calloc(points * s->column_count + 1, sizeof *s->x);
    if (!s->x)
        return no_memory(e);
    for (size_t p = 0; p < points; p++)
        for (size_t k = 0; k < s->column_count; k++)
            s->x[p * s->column_count + k] = value_of(s->columns[k], p);
    return STATUS_DONE;
}

/* Whether point `mixed` is `from` with one column of `other`. */
static bool is_mixed(const struct sensitivity *s, const double *row, size_t mixed, size_t from,
                     size_t other, size_t column)
{
    size_t k = s->column_count;
    for (size_t i = 0; i < k; i++)
        if (row[mixed * k + i] != row[(i == column ? other : from) * k + i])
            return false;
    return true;
}

static bool is_saltelli(const struct sensitivity *s)
{
    size_t k = s->column_count;
    for (size_t i = 0; i < s->blocks; i++)
        for (size_t c = 0; c < k; c++) {
            const double *row = s->x + i * s->block * k;
            if (!is_mixed(s, row, design_ab(c), design_a(), design_b(), c) ||
                (s->second && !is_mixed(s, row, design_ba(c, k), design_b(), design_a(), c)))
                return false;
        }
    return true;
}

static enum status find_steps(struct sensitivity *s, struct error *e)
{
    size_t steps = s->blocks * s->column_count;
    unsigned levels = (unsigned)s->arms->ensemble->design.levels;
    s->moved = calloc(steps + 1, sizeof *s->moved);
    s->step = calloc(steps + 1, sizeof *s->step);
    if (!s->moved || !s->step)
        return no_memory(e);
    if (levels >= 2 && effects_steps(s->moved, s->step, s->x, s->blocks, s->column_count, levels))
        return STATUS_DONE;
    return error_add(e, STATUS_BAD_INPUT,
                     "%s: its points are no Morris trajectories; a parameter with fewer values "
                     "than levels may have stood still",
                     s->arms->list[0].path);
}

static enum status find_blocks(struct sensitivity *s, struct error *e)
{
    const struct ensemble_design *design = &s->arms->ensemble->design;
    const struct design_request request = {.kind = s->kind == SENSITIVITY_SOBOL    ? DESIGN_SALTELLI
                                                   : s->kind == SENSITIVITY_MORRIS ? DESIGN_MORRIS
                                                                                   : DESIGN_LATIN,
                                           .second = design->second};
    s->second = design->second && s->kind == SENSITIVITY_SOBOL;
    s->block = design_block(&request, s->column_count);
    s->blocks = s->arms->count / s->block;
    if (s->blocks * s->block != s->arms->count || (s->kind == SENSITIVITY_SOBOL && !is_saltelli(s)))
        return error_add(e, STATUS_BAD_INPUT, "%s: its points are not laid out as a %s design",
                         s->arms->list[0].path, design->kind);
    return s->kind == SENSITIVITY_MORRIS ? find_steps(s, e) : STATUS_DONE;
}

/* --- values of an outcome --------------------------------------------------------------------- */

/* The blocks that have all their values, one after another. */
struct whole {
    double *y;     /* [block][point][replicate] */
    double *x;     /* [block][point][column] */
    size_t *moved; /* [block][step] */
    double *step;  /* [block][column] */
    size_t blocks;
};

static void whole_free(struct whole *w)
{
    free(w->y);
    free(w->x);
    free(w->moved);
    free(w->step);
}

static bool is_whole(const struct sensitivity *s, size_t outcome, size_t block)
{
    for (size_t p = block * s->block; p < (block + 1) * s->block; p++)
        for (size_t r = 0; r < s->replicates; r++)
            if (!isfinite(arms_values(&s->arms->list[p], outcome)[r]))
                return false;
    return true;
}

static void add_block(const struct sensitivity *s, size_t outcome, size_t block, struct whole *w)
{
    size_t k = s->column_count, at = w->blocks++;
    for (size_t p = 0; p < s->block; p++)
        memcpy(w->y + (at * s->block + p) * s->replicates,
               arms_values(&s->arms->list[block * s->block + p], outcome),
               s->replicates * sizeof *w->y);
    memcpy(w->x + at * s->block * k, s->x + block * s->block * k, s->block * k * sizeof *w->x);
    if (s->moved) {
        memcpy(w->moved + at * k, s->moved + block * k, k * sizeof *w->moved);
        memcpy(w->step + at * k, s->step + block * k, k * sizeof *w->step);
    }
}

static bool gather(const struct sensitivity *s, size_t outcome, struct whole *w)
{
    size_t points = s->arms->count, k = s->column_count;
    *w = (struct whole){.y = malloc((points * s->replicates + 1) * sizeof *w->y),
                        .x = malloc((points * k + 1) * sizeof *w->x),
                        .moved = malloc((s->blocks * k + 1) * sizeof *w->moved),
                        .step = malloc((s->blocks * k + 1) * sizeof *w->step)};
    if (!w->y || !w->x || !w->moved || !w->step)
        return false;
    for (size_t i = 0; i < s->blocks; i++)
        if (is_whole(s, outcome, i))
            add_block(s, outcome, i, w);
    return true;
}

/* --- analysing one outcome -------------------------------------------------------------------- */

static bool analyse_rows(const struct sensitivity *s, struct sensitivity_of *of,
                         const struct whole *w, const struct sensitivity_request *request)
{
    const struct indices_data d = {w->y, w->blocks, s->column_count, s->replicates, s->second};
    if (!indices_make(&of->indices, &d, request->resamples, request->seed))
        return false;
    of->chance = of->indices.chance;
    memcpy(of->shares, of->indices.total, s->column_count * sizeof *of->shares);
    return true;
}

static bool analyse_trajectories(const struct sensitivity *s, struct sensitivity_of *of,
                                 const struct whole *w, const struct sensitivity_request *request)
{
    const struct effects_data d = {w->y,      w->moved,        w->step,
                                   w->blocks, s->column_count, s->replicates};
    if (!effects_make(&of->effects, &d, request->resamples, request->seed))
        return false;
    memcpy(of->shares, of->effects.weight, s->column_count * sizeof *of->shares);
    return true;
}

static struct measure square(struct measure b)
{
    double low = b.low * b.low, high = b.high * b.high;
    bool holds_zero = b.low <= 0 && b.high >= 0;
    return (struct measure){b.value * b.value, holds_zero ? 0 : fmin(low, high), fmax(low, high)};
}

static bool analyse_points(const struct sensitivity *s, struct sensitivity_of *of,
                           const struct whole *w, const struct sensitivity_request *request)
{
    double *means = malloc((w->blocks + 1) * sizeof *means);
    const struct regression_data d = {w->x, means, w->blocks, s->column_count};
    for (size_t i = 0; means && i < w->blocks; i++) {
        means[i] = 0;
        for (size_t r = 0; r < s->replicates; r++)
            means[i] += w->y[i * s->replicates + r] / (double)s->replicates;
    }
    bool done = means && regression_make(&of->lines, &d, request->resamples, request->seed);
    for (size_t k = 0; done && k < s->column_count; k++)
        of->shares[k] =
            square(sensitivity_ranks(&of->lines) ? of->lines.rank[k] : of->lines.linear[k]);
    free(means);
    return done;
}

/* --- screening -------------------------------------------------------------------------------- */

static enum verdict verdict_of(const struct sensitivity *s, const struct sensitivity_of *of,
                               size_t k, double threshold)
{
    const struct measure *share = &of->shares[k];
    bool explained = s->kind != SENSITIVITY_LINES ||
                     fmax(of->lines.linear_fit, of->lines.rank_fit) >= SENSITIVITY_FIT;
    if (!explained || !isfinite(share->low))
        return VERDICT_UNCLEAR;
    if (share->high < threshold)
        return VERDICT_NOT;
    bool noise = s->kind == SENSITIVITY_MORRIS && of->effects.size[k].low <= of->effects.noise[k];
    return share->low >= threshold && !noise ? VERDICT_MATTERS : VERDICT_UNCLEAR;
}

static unsigned cautions_of(const struct sensitivity *s, const struct sensitivity_of *of, size_t k)
{
    static const double rounding = 0.005;
    bool may_matter = of->verdicts[k] != VERDICT_NOT;
    unsigned cautions = 0;
    if (s->kind == SENSITIVITY_SOBOL) {
        const struct measure *first = &of->indices.first[k], *total = &of->indices.total[k];
        if (may_matter && (measure_spans(*first, 0) || measure_spans(*total, 0)))
            cautions |= CAUTION_ZERO;
        if (first->value > total->value + rounding)
            cautions |= CAUTION_ABOVE;
    }
    if (s->kind == SENSITIVITY_MORRIS && may_matter &&
        of->effects.size[k].low <= of->effects.noise[k])
        cautions |= CAUTION_NOISE;
    if (s->kind == SENSITIVITY_LINES && may_matter && of->shares[k].low == 0)
        cautions |= CAUTION_ZERO;
    if (measure_half(of->shares[k]) > SENSITIVITY_HALF)
        cautions |= CAUTION_WIDE;
    return cautions;
}

static void sort_columns(const struct sensitivity *s, struct sensitivity_of *of)
{
    for (size_t i = 0; i < s->column_count; i++) {
        size_t at = i;
        for (; at > 0 && of->shares[i].value > of->shares[of->order[at - 1]].value; at--)
            of->order[at] = of->order[at - 1];
        of->order[at] = i;
    }
}

size_t sensitivity_blocks(const struct sensitivity *s, const struct sensitivity_of *of)
{
    double widest = 0;
    for (size_t k = 0; k < s->column_count; k++)
        widest = fmax(widest, measure_half(of->shares[k]));
    double times = widest / SENSITIVITY_AIM;
    return widest > SENSITIVITY_HALF ? (size_t)ceil((double)of->blocks * times * times) : 0;
}

/* Fewest blocks that anything is said of. */
static size_t least(const struct sensitivity *s)
{
    return s->kind == SENSITIVITY_LINES ? regression_least(s->column_count) : 4;
}

static void of_free(struct sensitivity_of *of)
{
    indices_free(&of->indices);
    effects_free(&of->effects);
    regression_free(&of->lines);
    free(of->verdicts);
    free(of->cautions);
    free(of->shares);
    free(of->order);
}

static bool of_init(struct sensitivity_of *of, size_t columns)
{
    of->verdicts = calloc(columns + 1, sizeof *of->verdicts);
    of->cautions = calloc(columns + 1, sizeof *of->cautions);
    of->shares = calloc(columns + 1, sizeof *of->shares);
    of->order = calloc(columns + 1, sizeof *of->order);
    return of->verdicts && of->cautions && of->shares && of->order;
}

static bool analyse(const struct sensitivity *s, struct sensitivity_of *of, const struct whole *w,
                    const struct sensitivity_request *request)
{
    bool (*const kinds[])(const struct sensitivity *, struct sensitivity_of *, const struct whole *,
                          const struct sensitivity_request *) = {analyse_rows, analyse_trajectories,
                                                                 analyse_points};
    of->blocks = w->blocks;
    of->dropped = s->blocks - w->blocks;
    if (!of_init(of, s->column_count) || !kinds[s->kind](s, of, w, request))
        return false;
    if (s->kind != SENSITIVITY_SOBOL &&
        !indices_chance(&of->chance, w->y, w->blocks, s->block, s->replicates, request->resamples,
                        request->seed))
        return false;
    for (size_t k = 0; k < s->column_count; k++) {
        of->verdicts[k] = verdict_of(s, of, k, request->threshold);
        of->cautions[k] = cautions_of(s, of, k);
    }
    sort_columns(s, of);
    return true;
}

/* --- all of them ------------------------------------------------------------------------------ */

static enum status analyse_all(struct sensitivity *s, const struct sensitivity_request *request,
                               struct error *e)
{
    size_t most = 0;
    s->list = calloc(s->arms->outcome_count + 1, sizeof *s->list);
    if (!s->list)
        return no_memory(e);
    for (size_t k = 0; k < s->arms->outcome_count; k++) {
        struct whole w;
        bool done = gather(s, k, &w);
        most = w.blocks > most ? w.blocks : most;
        if (done && w.blocks >= least(s)) {
            struct sensitivity_of *of = &s->list[s->count++];
            of->outcome = k;
            done = analyse(s, of, &w, request);
        }
        whole_free(&w);
        if (!done)
            return no_memory(e);
    }
    if (s->count > 0)
        return STATUS_DONE;
    return error_add(e, STATUS_BAD_INPUT,
                     "%s: of %zu %s %zu have all values, %zu are needed; runs may be missing, or "
                     "the outcome has no value in weeks %zu to %zu",
                     s->arms->list[0].path, s->blocks,
                     s->kind == SENSITIVITY_SOBOL    ? "rows"
                     : s->kind == SENSITIVITY_MORRIS ? "trajectories"
                                                     : "points",
                     most, least(s), s->arms->first, s->arms->last);
}

enum status sensitivity_make(struct sensitivity *s, const struct arms *arms,
                             const struct sensitivity_request *request, struct error *e)
{
    *s = (struct sensitivity){.arms = arms};
    if (!arms->ensemble)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: is a run; sensitivity needs an experiment over points",
                         arms->list[0].path);
    s->replicates = arms->ensemble->replicates;
    enum status status = find_kind(s, e);
    if (status == STATUS_DONE)
        status = choose_columns(s, e);
    if (status == STATUS_DONE)
        status = fill_points(s, e);
    if (status == STATUS_DONE)
        status = find_blocks(s, e);
    if (status == STATUS_DONE)
        status = analyse_all(s, request, e);
    if (status != STATUS_DONE)
        sensitivity_free(s);
    return status;
}

void sensitivity_free(struct sensitivity *s)
{
    for (size_t i = 0; i < s->count; i++)
        of_free(&s->list[i]);
    free(s->list);
    free(s->columns);
    free(s->skipped);
    free(s->x);
    free(s->moved);
    free(s->step);
    *s = (struct sensitivity){0};
}

enum status sensitivity(const struct model *m, const struct sensitivity_request *request, FILE *out,
                        struct error *e)
{
    struct arms arms;
    struct sensitivity s;
    enum status status = arms_read(&arms, m, &request->arms, e);
    if (status != STATUS_DONE)
        return status;
    status = sensitivity_make(&s, &arms, request, e);
    if (status == STATUS_DONE &&
        (sensitivity_print(&s, request, out) != STATUS_DONE || fflush(out) != 0))
        status = error_add(e, STATUS_FAILED, "the analysis cannot be written: %s", error_why());
    sensitivity_free(&s);
    arms_free(&arms);
    return status;
}
