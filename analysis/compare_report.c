/* What a comparison says, for people: words and tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare_report.h"
#include "analysis/words.h"
#include "sim/findings.h"
#include "sim/table.h"

enum { TEXT = 64, NAME = 160, NAMED = 5, FEW = 10 };

const char compare_note[] = "These are differences between scenarios of a model, no forecasts.";

/* --- words ------------------------------------------------------------------------------------ */

static const char *name_of(const struct compare_report *r, size_t arm, char *text)
{
    return findings_quote(r->c->arms->list[arm].name, text, NAME);
}

/* What a mark of a comparison is. */
enum mark { MARK_HIGHER, MARK_LOWER, MARK_EQUAL, MARK_SAME, MARK_UNCLEAR };

static enum mark mark_of(const struct comparison *p)
{
    if (p->contrast.error == 0 && p->contrast.p == 1)
        return MARK_SAME;
    if (compare_is_equivalent(p))
        return MARK_EQUAL;
    if (!compare_is_clear(p))
        return MARK_UNCLEAR;
    return p->contrast.difference > 0 ? MARK_HIGHER : MARK_LOWER;
}

/* Size of an effect for the order in which outcomes are named; what is certain comes first. */
static double size_of(const struct comparison *p)
{
    return isnan(p->contrast.effect) ? INFINITY : fabs(p->contrast.effect);
}

/* The unnamed comparison of this arm and mark with the largest effect; count when there is none. */
static size_t next_of(const struct comparisons *c, size_t arm, enum mark mark, const bool *named)
{
    size_t best = c->count;
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].arm == arm && mark_of(&c->list[i]) == mark && !named[i] &&
            (best == c->count || size_of(&c->list[i]) > size_of(&c->list[best])))
            best = i;
    return best;
}

static size_t count_of(const struct comparisons *c, size_t arm, enum mark mark)
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++)
        count += c->list[i].arm == arm && mark_of(&c->list[i]) == mark;
    return count;
}

/* "+12 %", or the difference itself where the baseline is nothing. */
static const char *change_of(const struct comparison *p, char *text)
{
    char number[TEXT];
    bool percent = isfinite(p->percent);
    double change = percent ? p->percent : p->contrast.difference;
    table_number(change, number, sizeof number);
    snprintf(text, TEXT + 8, "%s%s%s", change > 0 ? "+" : "", number, percent ? " %" : "");
    return text;
}

/* " is clearly higher on A (+1 %), B (+2 %)", those with the largest effect. */
static void say_mark(const struct compare_report *r, struct words *w, size_t arm, enum mark mark,
                     const char *lead, bool *named)
{
    char change[TEXT + 8];
    size_t count = count_of(r->c, arm, mark), said = 0;
    if (count == 0)
        return;
    fputs(lead, w->stream);
    for (; said < count && said < NAMED; said++) {
        size_t i = next_of(r->c, arm, mark, named);
        named[i] = true;
        fprintf(w->stream, "%s%s (%s)", said > 0 ? "; " : "",
                compare_outcome(r, &r->c->list[i])->words, change_of(&r->c->list[i], change));
    }
    if (count > said)
        fprintf(w->stream, "; and %zu more", count - said);
    fputs(". ", w->stream);
}

/* How the replicates of an arm go with those of the baseline. */
static void say_replicates(const struct compare_report *r, struct words *w, size_t arm)
{
    const struct arm *x = &r->c->arms->list[arm], *y = &r->c->arms->list[r->c->baseline];
    size_t fewer = x->replicates < y->replicates ? x->replicates : y->replicates;
    if (x->seed == y->seed)
        fprintf(w->stream, "%zu replicates of each, paired by common random numbers", fewer);
    else
        fprintf(w->stream, "%zu replicates and %zu, not paired since their seeds differ",
                x->replicates, y->replicates);
}

static enum status print_summary(const struct compare_report *r, size_t arm)
{
    struct words w;
    char name[NAME], base[NAME];
    bool *named = calloc(r->c->count, sizeof *named);
    if (!named || !words_begin(&w)) {
        free(named);
        return STATUS_FAILED;
    }
    fprintf(w.stream, r->md ? "**%s** against **%s** (" : "%s against %s (", name_of(r, arm, name),
            name_of(r, r->c->baseline, base));
    say_replicates(r, &w, arm);
    fputs("). ", w.stream);
    say_mark(r, &w, arm, MARK_HIGHER, "Clearly higher: ", named);
    say_mark(r, &w, arm, MARK_LOWER, "Clearly lower: ", named);
    say_mark(r, &w, arm, MARK_EQUAL, "Equal within the margin: ", named);
    size_t same = count_of(r->c, arm, MARK_SAME);
    if (same > 0)
        fprintf(w.stream, "The same in every replicate: %zu outcome%s. ", same, words_plural(same));
    size_t unclear = count_of(r->c, arm, MARK_UNCLEAR);
    if (unclear > 0)
        fprintf(w.stream, "No clear difference: %zu outcome%s.", unclear, words_plural(unclear));
    free(named);
    enum status status = words_print(&w, r->md, r->out);
    fputc('\n', r->out);
    return status;
}

static enum status print_head(const struct compare_report *r)
{
    struct words w;
    const struct arms *a = r->c->arms;
    enum status status = STATUS_DONE;
    for (size_t i = 0; i < a->count && status == STATUS_DONE; i++)
        if (i != r->c->baseline)
            status = print_summary(r, i);
    if (status != STATUS_DONE || !words_begin(&w))
        return STATUS_FAILED;
    if (a->first == a->last)
        fprintf(w.stream, "Week %zu. ", a->last);
    else
        fprintf(w.stream, "Means of weeks %zu to %zu. ", a->first, a->last);
    fprintf(w.stream,
            "Clear: with this rule all %zu comparison%s together find a difference where there is "
            "none with a probability of 5 %% at most (Holm). %s",
            r->c->count, words_plural(r->c->count), compare_note);
    return words_print(&w, r->md, r->out);
}

/* --- the tables of an arm --------------------------------------------------------------------- */

static void add_names(const struct compare_report *r, struct table *t, const struct comparison *p)
{
    const struct arms_outcome *o = compare_outcome(r, p);
    table_add(t, "%s", o->words);
    table_add(t, "%s", strcmp(o->unit, "1") == 0 ? "" : o->unit);
}

/* What a planner reads. */
static void add_row(const struct compare_report *r, struct table *t, const struct comparison *p)
{
    static const char *const marks[] = {"higher", "lower", "equal", "the same", "not clear"};
    const struct contrast *c = &p->contrast;
    double half = (c->high - c->low) / 2;
    add_names(r, t, p);
    words_figure(t, c->base, half, false);
    words_figure(t, c->arm, half, false);
    words_figure(t, c->difference, half, true);
    words_range(t, c->low, c->high);
    words_number(t, p->percent, true);
    words_share(t, c->superiority);
    table_add(t, "%s", marks[mark_of(p)]);
}

/* What a reviewer asks for. */
static void add_tests(const struct compare_report *r, struct table *t, const struct comparison *p)
{
    const struct contrast *c = &p->contrast;
    add_names(r, t, p);
    words_range(t, p->boot_low, p->boot_high);
    words_number(t, c->effect, true);
    words_p(t, c->p);
    words_p(t, p->corrected);
    words_count(t, p->replicates);
    if (r->request->margin.given) {
        words_number(t, p->margin, false);
        words_p(t, p->p_equivalent);
    }
}

/* One of the two, a row for each outcome. */
static enum status print_table(const struct compare_report *r, size_t arm, struct table *t,
                               void (*add)(const struct compare_report *r, struct table *t,
                                           const struct comparison *p))
{
    t->wrapped = 0;
    for (size_t i = 2; i < t->columns; i++)
        t->right[i] = strcmp(t->heads[i], "so it is") != 0;
    for (size_t i = 0; i < r->c->count; i++)
        if (r->c->list[i].arm == arm)
            add(r, t, &r->c->list[i]);
    fputc('\n', r->out);
    enum status status = table_print(t, r->md ? TABLE_MD : TABLE_TEXT, r->out);
    table_free(t);
    return status;
}

static enum status print_arm(const struct compare_report *r, size_t arm)
{
    static const char *const heads[] = {
        "", "unit", "baseline", "arm", "difference", "95 % interval", "%", "higher in", "so it is"};
    static const char *const paired[] = {"",          "unit",     "95 % by bootstrap", "d_z",
                                         "p",         "p (Holm)", "runs needed",       "margin",
                                         "p (margin)"};
    static const char *const independent[] = {
        "",       "unit",      "95 % by bootstrap", "d", "p", "p (Holm)", "runs needed",
        "margin", "p (margin)"};
    const struct comparisons *c = r->c;
    bool is_paired = c->arms->list[arm].seed == c->arms->list[c->baseline].seed;
    struct table t;
    char name[NAME];
    fprintf(r->out, r->md ? "\n## %s\n" : "\n%s\n", name_of(r, arm, name));
    table_init(&t, sizeof heads / sizeof *heads, heads);
    enum status status = print_table(r, arm, &t, add_row);
    if (status != STATUS_DONE)
        return status;
    table_init(&t, r->request->margin.given ? 9 : 7, is_paired ? paired : independent);
    return print_table(r, arm, &t, add_tests);
}

/* --- notes ------------------------------------------------------------------------------------ */

static void note_seeds(const struct compare_report *r)
{
    const struct arms *a = r->c->arms;
    const struct arm *base = &a->list[r->c->baseline];
    char name[NAME];
    for (size_t i = 0; i < a->count; i++)
        if (a->list[i].seed != base->seed)
            words_note(
                r->md, r->out,
                "Warning: %s has seed %llu and the baseline %llu, so that their replicates are "
                "not paired (Welch's t). Runs of one --seed tell smaller differences from chance.",
                name_of(r, i, name), (unsigned long long)a->list[i].seed,
                (unsigned long long)base->seed);
        else if (a->list[i].replicates != base->replicates)
            words_note(
                r->md, r->out,
                "Warning: %s has %zu replicates and the baseline %zu; those that both have are "
                "compared.",
                name_of(r, i, name), a->list[i].replicates, base->replicates);
}

/* Whether an outcome has values in all comparisons, in some, or in none. */
static void note_values(const struct compare_report *r)
{
    const struct comparisons *c = r->c;
    for (size_t k = 0; k < c->arms->outcome_count; k++) {
        size_t compared = 0, whole = 0;
        for (size_t i = 0; i < c->count; i++) {
            const struct comparison *p = &c->list[i];
            const struct arm *x = &c->arms->list[p->arm], *y = &c->arms->list[c->baseline];
            size_t fewer = x->replicates < y->replicates ? x->replicates : y->replicates;
            if (p->outcome != k)
                continue;
            compared++;
            whole += p->contrast.arm_count >= fewer && p->contrast.base_count >= fewer;
        }
        if (compared + 1 < c->arms->count)
            words_note(r->md, r->out, "No values in these weeks%s: %s.",
                       compared > 0 ? " in some arms" : "", c->arms->outcomes[k].name);
        else if (whole < compared)
            words_note(r->md, r->out, "Some replicates have no value and are left out: %s.",
                       c->arms->outcomes[k].name);
    }
}

static void print_notes(const struct compare_report *r)
{
    const struct comparisons *c = r->c;
    size_t fewest = c->arms->list[0].replicates;
    for (size_t i = 1; i < c->arms->count; i++)
        fewest = c->arms->list[i].replicates < fewest ? c->arms->list[i].replicates : fewest;
    fputc('\n', r->out);
    note_seeds(r);
    if (fewest < FEW)
        words_note(r->md, r->out,
                   "Warning: with %zu replicates the bootstrap's interval is too narrow.", fewest);
    if (c->arms->missing > 0)
        words_note(r->md, r->out,
                   "Warning: %zu run%s of the experiment failed or lie in another shard.",
                   c->arms->missing, words_plural(c->arms->missing));
    note_values(r);
    words_note(
        r->md, r->out,
        "d_z, d: difference in standard deviations (of the paired differences; of the runs). "
        "Higher in: share of replicates, or of pairs of independent ones, in which the arm is "
        "higher, ties half. p (Holm): corrected for all comparisons here.");
    words_note(
        r->md, r->out,
        "Runs needed: replicates with which a difference of %s would be found with a probability "
        "of 80 %%, not counting the correction.",
        r->request->detect.given ? "the size asked for" : "the size found");
    if (r->request->margin.given)
        words_note(
            r->md, r->out,
            "Equal: the difference is smaller than the margin either way (two one-sided tests, "
            "each at 5 %%); p (margin) is the larger of both.");
    if (c->arms->outcome_count > 1 && c->arms->first != c->arms->last)
        words_note(r->md, r->out, "Outcomes that name their own weeks are taken over those.");
}

static enum status print_tables(const struct compare_report *r)
{
    enum status status = print_head(r);
    for (size_t i = 0; i < r->c->arms->count && status == STATUS_DONE; i++)
        if (i != r->c->baseline)
            status = print_arm(r, i);
    print_notes(r);
    return status;
}

enum status compare_print(const struct comparisons *c, const struct compare_request *request,
                          FILE *out)
{
    const struct compare_report r = {
        .c = c, .request = request, .md = request->format == WORDS_MD, .out = out};
    enum status status = request->format == WORDS_JSON  ? compare_json(&r)
                         : request->format == WORDS_CSV ? compare_csv(&r)
                                                        : print_tables(&r);
    return ferror(out) ? STATUS_FAILED : status;
}
