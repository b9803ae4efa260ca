/* What a sensitivity analysis says, for people: words and tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/sensitivity.h"
#include "analysis/words.h"
#include "sim/findings.h"

enum { NAMED = 6, NAME = 160, FEW_ROWS = 64, FEW_TRAJECTORIES = 10, PAIRS = 10 };

struct report {
    const struct sensitivity *s;
    const struct sensitivity_request *request;
    bool md;
    FILE *out;
};

static const struct arms_outcome *outcome_of(const struct report *r,
                                             const struct sensitivity_of *of)
{
    return &r->s->arms->outcomes[of->outcome];
}

/* What the points come in. */
static const char *blocks_of(const struct sensitivity *s)
{
    return s->kind == SENSITIVITY_SOBOL    ? "rows"
           : s->kind == SENSITIVITY_MORRIS ? "trajectories"
                                           : "points";
}

/* --- the answer in words ---------------------------------------------------------------------- */

static void say_verdict(const struct report *r, struct words *w, const struct sensitivity_of *of,
                        enum verdict verdict, const char *lead)
{
    size_t said = 0, count = 0;
    for (size_t i = 0; i < r->s->column_count; i++)
        count += of->verdicts[i] == verdict;
    for (size_t i = 0; i < r->s->column_count; i++) {
        size_t k = of->order[i];
        if (of->verdicts[k] != verdict || ++said > NAMED)
            continue;
        fprintf(w->stream, "%s%s", said == 1 ? lead : ", ", r->s->columns[k]->key);
        if (verdict != VERDICT_NOT && isfinite(of->shares[k].value))
            fprintf(w->stream, " (%.0f %%)", 100 * of->shares[k].value);
    }
    if (count > NAMED)
        fprintf(w->stream, " and %zu more", count - NAMED);
    if (count > 0)
        fputs(". ", w->stream);
}

static void say_chance(struct words *w, struct measure chance)
{
    if (isnan(chance.value))
        fputs("With one replicate chance cannot be told from what parameters do. ", w->stream);
    else
        fprintf(w->stream,
                "Of the differences between single runs chance makes %.0f %% (%.0f to %.0f %%), "
                "the parameters make the rest. ",
                100 * chance.value, 100 * chance.low, 100 * chance.high);
}

static enum status print_answer(const struct report *r, const struct sensitivity_of *of)
{
    struct words w;
    const struct arms_outcome *o = outcome_of(r, of);
    fprintf(r->out, r->md ? "\n## %s\n\n" : "\n%s\n\n", o->words);
    if (!words_begin(&w))
        return STATUS_FAILED;
    say_chance(&w, of->chance);
    if (r->s->kind == SENSITIVITY_LINES)
        fprintf(w.stream,
                "Straight lines explain %.0f %% of what points differ by, ranks %.0f %%. ",
                100 * of->lines.linear_fit, 100 * of->lines.rank_fit);
    say_verdict(r, &w, of, VERDICT_MATTERS, "What matters: ");
    say_verdict(r, &w, of, VERDICT_NOT, "What does not: ");
    say_verdict(r, &w, of, VERDICT_UNCLEAR, "Not clear: ");
    enum status status = words_print(&w, r->md, r->out);
    fputc('\n', r->out);
    return status;
}

/* --- tables ----------------------------------------------------------------------------------- */

static void add_measure(struct table *t, struct measure x)
{
    words_figure(t, x.value, measure_half(x), false);
    words_range(t, x.low, x.high);
}

static void add_verdict(struct table *t, const struct sensitivity_of *of, size_t k)
{
    static const char *const verdicts[] = {"matters", "not clear", "does not"};
    static const struct {
        unsigned bit;
        const char *words;
    } cautions[] = {{CAUTION_ABOVE, "alone above in all"},
                    {CAUTION_ZERO, "may be zero"},
                    {CAUTION_NOISE, "may be chance"},
                    {CAUTION_WIDE, "wide"}};
    char text[NAME] = "";
    for (size_t i = 0; i < sizeof cautions / sizeof *cautions; i++)
        if (of->cautions[k] & cautions[i].bit) {
            size_t length = strlen(text);
            snprintf(text + length, sizeof text - length, "%s%s", length > 0 ? ", " : "",
                     cautions[i].words);
        }
    table_add(t, "%s", verdicts[of->verdicts[k]]);
    table_add(t, "%s", text);
}

static void add_row(const struct report *r, struct table *t, const struct sensitivity_of *of,
                    size_t k)
{
    table_add(t, "%s", r->s->columns[k]->key);
    switch (r->s->kind) {
    case SENSITIVITY_SOBOL:
        add_measure(t, of->indices.first[k]);
        add_measure(t, of->indices.total[k]);
        break;
    case SENSITIVITY_MORRIS:
        add_measure(t, of->effects.size[k]);
        words_figure(t, of->effects.direction[k].value, measure_half(of->effects.direction[k]),
                     true);
        words_range(t, of->effects.direction[k].low, of->effects.direction[k].high);
        add_measure(t, of->effects.spread[k]);
        words_number(t, of->effects.noise[k], false);
        break;
    case SENSITIVITY_LINES:
        add_measure(t, of->lines.linear[k]);
        add_measure(t, of->lines.rank[k]);
        break;
    }
    add_verdict(t, of, k);
}

static enum status print_table(const struct report *r, const struct sensitivity_of *of)
{
    static const char *const sobol[] = {"",     "alone (S1)", "95 %",   "in all (ST)",
                                        "95 %", "so it",      "caution"};
    static const char *const morris[] = {"",      "size (mu*)",     "95 %", "up or down (mu)",
                                         "95 %",  "varies (sigma)", "95 %", "chance alone",
                                         "so it", "caution"};
    static const char *const lines[] = {"",     "slope (SRC)", "95 %",   "of ranks (SRRC)",
                                        "95 %", "so it",       "caution"};
    static const char *const *const heads[] = {sobol, morris, lines};
    struct table t;
    table_init(&t, r->s->kind == SENSITIVITY_MORRIS ? 10 : 7, heads[r->s->kind]);
    for (size_t i = 1; i + 2 < t.columns; i++)
        t.right[i] = true;
    for (size_t i = 0; i < r->s->column_count; i++)
        add_row(r, &t, of, of->order[i]);
    enum status status = table_print(&t, r->md ? TABLE_MD : TABLE_TEXT, r->out);
    table_free(&t);
    return status;
}

/* Pairs whose interval does not hold zero, those that share most first. */
static size_t choose_pairs(const struct sensitivity *s, const struct sensitivity_of *of,
                           size_t pairs[PAIRS][2])
{
    size_t count = 0;
    for (size_t i = 0; i < s->column_count; i++)
        for (size_t l = 0; l < i; l++) {
            const struct measure *x = &of->indices.second[indices_pair(i, l)];
            size_t at = count < PAIRS ? count : PAIRS;
            if (!isfinite(x->low) || measure_spans(*x, 0))
                continue;
            for (; at > 0; at--) {
                size_t *before = pairs[at - 1];
                if (of->indices.second[indices_pair(before[0], before[1])].value >= x->value)
                    break;
                if (at < PAIRS)
                    memcpy(pairs[at], before, sizeof pairs[at]);
            }
            if (at < PAIRS) {
                pairs[at][0] = i;
                pairs[at][1] = l;
                count += count < PAIRS;
            }
        }
    return count;
}

static enum status print_pairs(const struct report *r, const struct sensitivity_of *of)
{
    static const char *const heads[] = {"", "with", "together beyond that (S2)", "95 %"};
    size_t pairs[PAIRS][2], count = choose_pairs(r->s, of, pairs);
    struct table t;
    fputc('\n', r->out);
    if (count == 0) {
        fputs("No two parameters do clearly more together than each on its own.\n", r->out);
        return STATUS_DONE;
    }
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.right[2] = t.right[3] = true;
    for (size_t i = 0; i < count; i++) {
        table_add(&t, "%s", r->s->columns[pairs[i][0]]->key);
        table_add(&t, "%s", r->s->columns[pairs[i][1]]->key);
        add_measure(&t, of->indices.second[indices_pair(pairs[i][0], pairs[i][1])]);
    }
    enum status status = table_print(&t, r->md ? TABLE_MD : TABLE_TEXT, r->out);
    table_free(&t);
    return status;
}

/* --- warnings --------------------------------------------------------------------------------- */

static void warn_of_points(const struct report *r, const struct sensitivity_of *of)
{
    const struct sensitivity *s = r->s;
    size_t few = s->kind == SENSITIVITY_SOBOL    ? FEW_ROWS
                 : s->kind == SENSITIVITY_MORRIS ? FEW_TRAJECTORIES
                                                 : 10 * s->column_count;
    size_t needed = sensitivity_blocks(s, of);
    if (of->dropped > 0)
        words_note(r->md, r->out,
                   "Warning: %zu of %zu %s are left out, since a run in them failed, is missing or "
                   "has no value.",
                   of->dropped, s->blocks, blocks_of(s));
    if (of->blocks < few)
        words_note(r->md, r->out, "Warning: %zu %s are few; intervals may be too narrow.",
                   of->blocks, blocks_of(s));
    if (needed > 0)
        words_note(r->md, r->out,
                   "Warning: too few points. For shares known to +-%.0f %% it takes about %zu %s "
                   "in place of %zu.",
                   100 * SENSITIVITY_AIM, needed, blocks_of(s), of->blocks);
}

static void warn_of_indices(const struct report *r, const struct sensitivity_of *of)
{
    const struct sensitivity *s = r->s;
    if (of->chance.value > SENSITIVITY_CHANCE)
        words_note(r->md, r->out,
                   "Warning: chance dominates. More replicates a point tell parameters apart "
                   "better than more points.");
    if (s->kind == SENSITIVITY_SOBOL && !(of->indices.parameters > 0))
        words_note(r->md, r->out,
                   "Warning: the parameters make no variance that could be shared out.");
    if (s->kind == SENSITIVITY_LINES &&
        !(fmax(of->lines.linear_fit, of->lines.rank_fit) >= SENSITIVITY_FIT))
        words_note(r->md, r->out,
                   "Warning: lines explain less than %.0f %%, straight or of ranks; what matters "
                   "cannot be read from them. A saltelli design can tell.",
                   100 * SENSITIVITY_FIT);
}

/* --- head and notes --------------------------------------------------------------------------- */

static enum status print_head(const struct report *r)
{
    struct words w;
    const struct arms *a = r->s->arms;
    const struct ensemble *x = a->ensemble;
    char title[NAME];
    if (!words_begin(&w))
        return STATUS_FAILED;
    fprintf(w.stream, r->md ? "**%s**: " : "%s: ",
            findings_quote(*x->title ? x->title : "Experiment", title, sizeof title));
    fprintf(w.stream, "%zu parameter%s, %zu points (%zu %s, design %s), %zu replicate%s of each. ",
            r->s->column_count, words_plural(r->s->column_count), a->count, r->s->blocks,
            blocks_of(r->s), x->design.kind, r->s->replicates, words_plural(r->s->replicates));
    if (a->first == a->last)
        fprintf(w.stream, "Week %zu.", a->last);
    else
        fprintf(w.stream, "Means of weeks %zu to %zu.", a->first, a->last);
    return words_print(&w, r->md, r->out);
}

static void print_notes(const struct report *r)
{
    static const char *const notes[] = {
        "Alone (S1): share of the variance of the mean outcome that goes when this parameter is "
        "fixed. In all (ST): with all that it takes part in. Saltelli et al. 2010, Jansen 1999.",
        "Size (mu*): how far the outcome moves, up or down, when the parameter crosses its whole "
        "range. Up or down (mu): the same with its sign. Varies (sigma): how much that depends on "
        "the other parameters and on where it starts. Chance alone: the mu* of a parameter "
        "without effect. Shares in words: mu*^2 over the sum of all, which for an outcome without "
        "interaction is the Sobol' index. Morris 1991, Campolongo et al. 2007.",
        "Slope (SRC): standard deviations that the outcome moves when the parameter moves by one "
        "of its own. Of ranks (SRRC): the same of ranks, for what rises or falls throughout. "
        "Shares in words: squares of the one that explains more."};
    fputc('\n', r->out);
    if (r->s->skipped_count > 0)
        words_note(r->md, r->out,
                   "Warning: %zu column%s left out, since words have no slope; a saltelli or "
                   "morris design takes them.",
                   r->s->skipped_count, r->s->skipped_count == 1 ? " is" : "s are");
    words_note(r->md, r->out, "%s", notes[r->s->kind]);
    words_note(
        r->md, r->out,
        "Matters, does not: the share is above, below %.3g %% with its whole 95 %% interval. "
        "Intervals: bootstrap over %s, %zu resamples, seed %llu.",
        100 * r->request->threshold, blocks_of(r->s), r->request->resamples,
        (unsigned long long)r->request->seed);
    words_note(r->md, r->out,
               "All of this is of the model within the ranges of this design, not of a town.");
}

static enum status print_outcome(const struct report *r, const struct sensitivity_of *of)
{
    enum status status = print_answer(r, of);
    if (status == STATUS_DONE)
        status = print_table(r, of);
    if (status == STATUS_DONE && of->indices.second)
        status = print_pairs(r, of);
    fputc('\n', r->out);
    warn_of_points(r, of);
    warn_of_indices(r, of);
    return status;
}

enum status sensitivity_print(const struct sensitivity *s,
                              const struct sensitivity_request *request, FILE *out)
{
    const struct report r = {s, request, request->format == WORDS_MD, out};
    if (request->format == WORDS_CSV)
        return sensitivity_csv(s, out);
    if (request->format == WORDS_JSON)
        return sensitivity_json(s, request, out);
    enum status status = print_head(&r);
    for (size_t i = 0; i < s->count && status == STATUS_DONE; i++)
        status = print_outcome(&r, &s->list[i]);
    print_notes(&r);
    return ferror(out) ? STATUS_FAILED : status;
}
