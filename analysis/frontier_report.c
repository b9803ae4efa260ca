/* What a frontier says, for people: words and tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/frontier.h"
#include "sim/findings.h"

enum { TITLE = 160, VALUE = 128, FEW = 10, MOST_CHOICES = 12 };

struct report {
    const struct frontier *f;
    const struct frontier_request *request;
    bool md;
    FILE *out;
};

static const struct arms_outcome *outcome_of(const struct report *r, size_t objective)
{
    return &r->f->arms->outcomes[objective];
}

/* Whether an arm is shown by its name. */
static bool has_name(const struct frontier *f)
{
    return f->choice_count == 0 || f->choice_count > MOST_CHOICES ||
           (strcmp(f->arms->ensemble->design.kind, "arms") == 0 && f->world_count == 0);
}

/* --- the answer in words ---------------------------------------------------------------------- */

static void say_objectives(const struct report *r, struct words *w)
{
    const struct frontier_plan *plan = r->f->plan;
    for (size_t k = 0; k < plan->count; k++)
        fprintf(w->stream, "%s%s %s", k > 0 ? ", " : "",
                plan->objective[k].cost      ? "at less cost:"
                : plan->objective[k].smaller ? "less of"
                                             : "more of",
                outcome_of(r, k)->words);
}

static void say_frontier(const struct report *r, struct words *w)
{
    const struct frontier *f = r->f;
    size_t best = 0, sure = 0;
    for (size_t i = 0; i < f->mixes; i++) {
        best += f->pareto.best[i];
        sure += f->pareto.best[i] && f->pareto.share[i] >= MEASURE_LEVEL;
    }
    fprintf(w->stream,
            "Of %zu mix%s %zu %s not beaten by another on all of this at once: ", f->mixes,
            f->mixes == 1 ? "" : "es", best, best == 1 ? "is" : "are");
    say_objectives(r, w);
    fprintf(w->stream, ". Of these, %zu stay%s unbeaten in %.0f %% of resamples or more. ", sure,
            sure == 1 ? "s" : "", 100 * MEASURE_LEVEL);
}

static void say_regret(const struct report *r, struct words *w)
{
    const struct frontier *f = r->f;
    size_t least = 0;
    if (f->scenarios < 2)
        return;
    for (size_t i = 1; i < f->mixes; i++)
        if (f->pareto.overall[i].value < f->pareto.overall[least].value)
            least = i;
    char *name = frontier_mix(f, least);
    fprintf(w->stream,
            "Over %zu scenarios the one with least to regret, whichever comes, is %s: it loses "
            "%.0f %% of the range at worst, and has least to regret in %.0f %% of resamples. ",
            f->scenarios, name ? name : "?", 100 * f->pareto.overall[least].value,
            100 * f->pareto.least[least]);
    free(name);
}

static enum status print_head(const struct report *r)
{
    const struct arms *a = r->f->arms;
    const struct ensemble *x = a->ensemble;
    char title[TITLE];
    struct words w;
    if (!words_begin(&w))
        return STATUS_FAILED;
    fprintf(w.stream, r->md ? "**%s**: " : "%s: ",
            findings_quote(*x->title ? x->title : "Experiment", title, sizeof title));
    say_frontier(r, &w);
    say_regret(r, &w);
    fprintf(w.stream, "%zu replicate%s; ", r->f->replicates, words_plural(r->f->replicates));
    if (a->first == a->last)
        fprintf(w.stream, "week %zu.", a->last);
    else
        fprintf(w.stream, "means of weeks %zu to %zu.", a->first, a->last);
    return words_print(&w, r->md, r->out);
}

/* --- tables ----------------------------------------------------------------------------------- */

static size_t add_mix_heads(const struct frontier *f, const char **heads)
{
    size_t count = 0;
    heads[count++] = "#";
    if (has_name(f))
        heads[count++] = "mix";
    for (size_t k = 0; k < f->choice_count && !has_name(f); k++)
        heads[count++] = f->choices[k]->key;
    return count;
}

static void add_mix(const struct frontier *f, struct table *t, size_t mix)
{
    char value[VALUE];
    table_add(t, "%zu", mix + 1);
    if (has_name(f)) {
        char *name = frontier_mix(f, mix);
        table_add(t, "%s", name ? name : "?");
        free(name);
    }
    for (size_t k = 0; k < f->choice_count && !has_name(f); k++) {
        frontier_value(f->choices[k], f->mix[mix], value, sizeof value);
        table_add(t, "%s", value);
    }
}

static void add_frontier(const struct report *r, struct table *t, size_t mix)
{
    const struct frontier *f = r->f;
    add_mix(f, t, mix);
    for (size_t k = 0; k < f->plan->count; k++) {
        struct measure mean = f->pareto.mean[mix * f->plan->count + k];
        words_figure(t, mean.value, measure_half(mean), false);
    }
    words_share(t, f->pareto.share[mix]);
    if (f->pareto.best[mix] || f->pareto.rival[mix] == PARETO_NONE)
        table_add(t, "-");
    else
        table_add(t, "%zu (%.0f %%)", f->pareto.rival[mix] + 1, 100 * f->pareto.beaten[mix]);
    table_add(t, "%s", f->pareto.best[mix] ? "not beaten" : "beaten");
}

static void add_regret(const struct report *r, struct table *t, size_t mix)
{
    const struct frontier *f = r->f;
    add_mix(f, t, mix);
    for (size_t k = 0; k < f->plan->count; k++) {
        size_t at = mix * f->plan->count + k;
        struct measure regret = f->pareto.regret[at];
        if (!f->plan->objective[k].cost)
            words_figure(t, regret.value, measure_half(regret), false);
    }
    words_share(t, f->pareto.overall[mix].value);
    words_share(t, f->pareto.near[mix]);
    words_share(t, f->pareto.least[mix]);
}

static enum status print_table(const struct report *r, const char **heads, size_t first,
                               size_t count,
                               void (*add)(const struct report *r, struct table *t, size_t mix))
{
    struct table t;
    table_init(&t, count, heads);
    t.right[0] = true;
    for (size_t i = first; i < count; i++)
        t.right[i] = strcmp(heads[i], "so it is") != 0;
    for (size_t i = 0; i < r->f->mixes; i++)
        add(r, &t, r->f->order[i]);
    fputc('\n', r->out);
    enum status status = table_print(&t, r->md ? TABLE_MD : TABLE_TEXT, r->out);
    table_free(&t);
    return status;
}

static enum status print_frontier(const struct report *r)
{
    const char *heads[TABLE_COLUMNS];
    size_t first = add_mix_heads(r->f, heads), count = first;
    for (size_t k = 0; k < r->f->plan->count; k++)
        heads[count++] = outcome_of(r, k)->name;
    heads[count++] = "unbeaten in";
    heads[count++] = "most often beaten by";
    heads[count++] = "so it is";
    return print_table(r, heads, first, count, add_frontier);
}

static enum status print_regret(const struct report *r)
{
    const char *heads[TABLE_COLUMNS];
    size_t first = add_mix_heads(r->f, heads), count = first;
    fprintf(r->out,
            r->md ? "\n## Largest regret over %zu scenarios\n"
                  : "\nLargest regret over %zu scenarios\n",
            r->f->scenarios);
    for (size_t k = 0; k < r->f->plan->count; k++)
        if (!r->f->plan->objective[k].cost)
            heads[count++] = outcome_of(r, k)->name;
    heads[count++] = "of the range";
    heads[count++] = "near the best in";
    heads[count++] = "least regret in";
    return print_table(r, heads, first, count, add_regret);
}

/* --- notes ------------------------------------------------------------------------------------ */

static void print_notes(const struct report *r)
{
    const struct frontier *f = r->f;
    fputc('\n', r->out);
    if (f->dropped > 0)
        words_note(r->md, r->out,
                   "Warning: %zu replicate%s left out, since a run in %s failed or has no value.",
                   f->dropped, f->dropped == 1 ? " is" : "s are", f->dropped == 1 ? "it" : "them");
    if (f->replicates < FEW)
        words_note(r->md, r->out,
                   "Warning: with %zu replicate%s resamples say little; shares may be too sure.",
                   f->replicates, words_plural(f->replicates));
    words_note(r->md, r->out,
               "Beaten: another mix is as good on every outcome and better on one, on means over "
               "scenarios. Unbeaten in, beaten by: share of %zu resamples of replicates (seed "
               "%llu).",
               r->request->resamples, (unsigned long long)r->request->seed);
    if (f->scenarios > 1)
        words_note(r->md, r->out,
                   "Regret: how much better the best mix is in the same scenario; the largest over "
                   "scenarios, in the unit of the outcome, and of all outcomes but cost as a share "
                   "of what they range over. Near the best in: share of scenarios in which all "
                   "outcomes are within %.3g %% of the best.",
                   f->plan->within);
    words_note(r->md, r->out, "These are differences between scenarios of a model, no forecasts.");
}

enum status frontier_print(const struct frontier *f, const struct frontier_request *request,
                           FILE *out)
{
    const struct report r = {f, request, request->format == WORDS_MD, out};
    if (request->format == WORDS_CSV)
        return frontier_csv(f, out);
    if (request->format == WORDS_JSON)
        return frontier_json(f, request, out);
    enum status status = print_head(&r);
    if (status == STATUS_DONE)
        status = print_frontier(&r);
    if (status == STATUS_DONE && f->scenarios > 1)
        status = print_regret(&r);
    print_notes(&r);
    return ferror(out) ? STATUS_FAILED : status;
}
