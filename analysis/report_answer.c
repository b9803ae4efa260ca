#include "analysis/report_answer.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/contrast.h"
#include "analysis/report_page.h"
#include "sim/text_stream.h"

enum { NUMBER = 64, FEW = 5, FEW_ARMS = 4, CHANGES = 12, SETTINGS = 6, FEWEST_POINTS = 8 };

/* Runs agree which way a figure goes when so many of them do. */
static const double most = 0.9;

struct writer {
    const struct report_data *d;
    enum report_language language;
    FILE *out;
};

/* --- small words ------------------------------------------------------------------------------ */

static const char *write_number(const struct writer *w, enum report_kind kind, double value,
                                char *text)
{
    report_number(w->language, kind, value, text, NUMBER);
    return text;
}

static const char *write_count(const struct writer *w, size_t count, char *text)
{
    report_count(w->language, count, text, NUMBER);
    return text;
}

/* Writes a sentence and frees it. */
static void put(const struct writer *w, const char *before, char *sentence, const char *after)
{
    fputs(before, w->out);
    report_escape(sentence ? sentence : "", w->out);
    fputs(after, w->out);
    free(sentence);
}

static void put_word(const struct writer *w, const char *before, enum report_word word,
                     const char *after)
{
    fputs(before, w->out);
    report_escape(report_word(w->language, word), w->out);
    fputs(after, w->out);
}

/* A figure at the end of the baseline, in all places together, with its range in words. */
struct said {
    bool known;
    enum report_kind kind;
    struct report_figure end, start;
    size_t rises, pairs;
    char mean[NUMBER];
    char *range;
};

static void say_range(const struct writer *w, struct said *s)
{
    char low[NUMBER], high[NUMBER];
    write_number(w, s->kind, s->end.low, low);
    write_number(w, s->kind, s->end.high, high);
    if (s->end.runs < 2)
        s->range = strdup(report_word(w->language, WORD_say_one_run));
    else if (strcmp(low, high) == 0)
        s->range = strdup(report_word(w->language, WORD_say_alike));
    else
        s->range = report_fill(w->language, WORD_say_range, low, high, NULL);
}

static struct said say(const struct writer *w, size_t arm, const char *series)
{
    struct said s = {0};
    size_t k = report_find(w->d, series);
    if (k == w->d->outcome_count)
        return s;
    const struct report_cell *cell = report_cell(w->d, arm, 0, k);
    s.kind = w->d->outcomes[k].label->kind;
    s.end = report_figure(cell->end, w->d->arms[arm].replicates);
    s.start = report_figure(cell->start, w->d->arms[arm].replicates);
    s.known = s.end.runs > 0;
    for (size_t r = 0; r < w->d->arms[arm].replicates; r++) {
        if (isnan(cell->start[r]) || isnan(cell->end[r]))
            continue;
        s.pairs++;
        s.rises += cell->end[r] > cell->start[r];
    }
    write_number(w, s.kind, s.end.mean, s.mean);
    if (s.known)
        say_range(w, &s);
    return s;
}

/* What it was before, and which way runs agree that it goes. */
static void put_change(const struct writer *w, const struct said *s)
{
    char before[NUMBER], weeks[NUMBER], in[NUMBER], of[NUMBER];
    if (s->pairs == 0)
        return;
    enum report_word word = WORD_say_unclear;
    size_t in_runs = s->rises;
    if (s->pairs == 1)
        word = WORD_say_before;
    else if ((double)s->rises >= most * (double)s->pairs)
        word = WORD_say_rises;
    else if ((double)s->rises <= (1 - most) * (double)s->pairs) {
        word = WORD_say_falls;
        in_runs = s->pairs - s->rises;
    }
    put(w, " ",
        report_fill(w->language, word, write_number(w, s->kind, s->start.mean, before),
                    write_count(w, w->d->window, weeks), write_count(w, in_runs, in),
                    write_count(w, s->pairs, of), NULL),
        "");
}

/* --- one arm ---------------------------------------------------------------------------------- */

/* A sentence about one figure, with its change. */
static bool answer_one(const struct writer *w, const char *series, enum report_word word,
                       const char *begin, bool change)
{
    struct said s = say(w, w->d->baseline, series);
    if (s.known) {
        put(w, begin, report_fill(w->language, word, s.mean, s.range ? s.range : "", NULL), "");
        if (change)
            put_change(w, &s);
    }
    free(s.range);
    return s.known;
}

static bool answer_hours(const struct writer *w)
{
    struct said done = say(w, w->d->baseline, "hours_done"),
                undone = say(w, w->d->baseline, "hours_unmet");
    bool known = done.known && undone.known;
    if (known)
        put(w, "<li>",
            report_fill(w->language, WORD_say_hours, done.mean, done.range, undone.mean,
                        undone.range, NULL),
            "");
    if (known) {
        answer_one(w, "manager_hours", WORD_say_managers, " ", false);
        fputs("</li>\n", w->out);
    }
    free(done.range);
    free(undone.range);
    return known;
}

static bool answer_burnout(const struct writer *w)
{
    bool known = answer_one(w, "burnout", WORD_say_burnout, "<li>", true);
    struct said top = say(w, w->d->baseline, "burnout_top_fifth"),
                bottom = say(w, w->d->baseline, "burnout_bottom_fifth");
    if (known && top.known && bottom.known)
        put(w, " ", report_fill(w->language, WORD_say_fifths, top.mean, bottom.mean, NULL), "");
    if (known)
        fputs("</li>\n", w->out);
    free(top.range);
    free(bottom.range);
    return known;
}

static bool answer_budget(const struct writer *w)
{
    size_t base = w->d->baseline;
    struct said money = say(w, base, "budget_money"), spent = say(w, base, "budget_spent"),
                voters = say(w, base, "budget_turnout"), nothing = say(w, base, "budget_excluded");
    bool known = money.known && spent.known && voters.known && nothing.known && money.end.mean > 0;
    if (known)
        put(w, "<li>",
            report_fill(w->language, WORD_say_budget, money.mean, spent.mean, voters.mean,
                        voters.range, nothing.mean, nothing.range, NULL),
            "</li>\n");
    free(money.range);
    free(spent.range);
    free(voters.range);
    free(nothing.range);
    return known;
}

static bool answer_item(const struct writer *w, const char *series, enum report_word word)
{
    bool known = answer_one(w, series, word, "<li>", true);
    if (known)
        fputs("</li>\n", w->out);
    return known;
}

static void answer_run(const struct writer *w)
{
    fputs("<ul class=\"answer\">\n", w->out);
    bool any = answer_item(w, "coproducers", WORD_say_coproducers);
    any = answer_hours(w) || any;
    any = answer_burnout(w) || any;
    any = answer_item(w, "trust", WORD_say_trust) || any;
    any = answer_item(w, "attitude", WORD_say_attitude) || any;
    any = answer_budget(w) || any;
    if (!any)
        put_word(w, "<li>", WORD_say_nothing, "</li>\n");
    fputs("</ul>\n", w->out);
}

/* --- several arms ----------------------------------------------------------------------------- */

static const char *label_of(const struct writer *w, size_t outcome)
{
    return w->d->outcomes[outcome].label->words[w->language];
}

/* A figure of an outcome with its unit: "120 people". */
static char *with_unit(const struct writer *w, size_t outcome, double value)
{
    char number[NUMBER], *text = NULL;
    const struct report_outcome *o = &w->d->outcomes[outcome];
    const char *unit = report_unit(w->language, w->d->model->observables[o->observable].unit);
    write_number(w, o->label->kind, value, number);
    if (asprintf(&text, "%s%s%s", number, *unit ? " " : "", unit) < 0)
        return NULL;
    return text;
}

/* A difference: of shares in percentage points. */
static char *difference_with_unit(const struct writer *w, size_t outcome, double value)
{
    char number[NUMBER], *text = NULL;
    if (w->d->outcomes[outcome].label->kind != REPORT_SHARE)
        return with_unit(w, outcome, value);
    write_number(w, REPORT_AMOUNT, 100 * value, number);
    if (asprintf(&text, "%s %s", number, report_word(w->language, WORD_points)) < 0)
        return NULL;
    return text;
}

/* A sentence about `name` with the size of a difference and its interval. */
static void put_sized(const struct writer *w, size_t outcome, const struct contrast *c,
                      enum report_word word, const char *name, const char *before)
{
    enum report_kind kind = w->d->outcomes[outcome].label->kind;
    double scale = kind == REPORT_SHARE ? 100 : 1, sign = c->difference > 0 ? 1 : -1;
    bool higher = c->difference > 0;
    char low[NUMBER], high[NUMBER], *size = difference_with_unit(w, outcome, sign * c->difference);
    kind = kind == REPORT_SHARE ? REPORT_AMOUNT : kind;
    write_number(w, kind, sign * scale * (higher ? c->low : c->high), low);
    write_number(w, kind, sign * scale * (higher ? c->high : c->low), high);
    char *interval = strcmp(low, high) == 0
                         ? strdup(report_word(w->language, WORD_say_alike))
                         : report_fill(w->language, WORD_say_interval, low, high, NULL);
    put(w, before,
        report_fill(w->language, word, name, size ? size : "", interval ? interval : "", NULL), "");
    free(size);
    free(interval);
}

/* The labels of some outcomes, as "a; b; c", in one sentence. */
static void put_together(const struct writer *w, enum report_word word, const size_t *outcomes,
                         size_t count)
{
    char *list = NULL;
    size_t size = 0;
    FILE *out = count > 0 ? text_stream(&list, &size) : NULL;
    if (!out)
        return;
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? "; " : "", label_of(w, outcomes[i]));
    if (fclose(out) == 0)
        put(w, "<li>", report_fill(w->language, word, list, NULL), "</li>\n");
    free(list);
}

static const char *write_level(const struct writer *w, const struct report_factor *f, size_t arm,
                               char *text)
{
    if (f->texts)
        return f->texts[arm];
    report_plain(w->language, f->values[arm], text, NUMBER);
    return text;
}

/* What is set otherwise in this arm. */
static void put_settings(const struct writer *w, size_t arm)
{
    size_t count = 0, base = w->d->baseline;
    for (size_t i = 0; i < w->d->factor_count && count < SETTINGS; i++) {
        const struct report_factor *f = &w->d->factors[i];
        char here[NUMBER], there[NUMBER];
        if (f->texts ? strcmp(f->texts[arm], f->texts[base]) == 0
                     : f->values[arm] == f->values[base])
            continue;
        put(w, count++ == 0 ? "<p class=\"facts\">" : "; ",
            report_fill(w->language, WORD_say_setting, report_factor(w->language, f->key),
                        write_level(w, f, arm, here), write_level(w, f, base, there), NULL),
            "");
    }
    if (count > 0)
        fputs("</p>\n", w->out);
}

static void answer_arm(const struct writer *w, size_t arm)
{
    size_t *same = malloc(2 * (w->d->outcome_count + 1) * sizeof *same);
    size_t *equal = same ? same + w->d->outcome_count : NULL, same_count = 0, equal_count = 0;
    put(w, "<h3>",
        report_fill(w->language, WORD_say_against, w->d->arms[arm].name,
                    w->d->arms[w->d->baseline].name, NULL),
        "</h3>\n");
    put_settings(w, arm);
    fputs("<ul class=\"answer\">\n", w->out);
    for (size_t k = 0; same && k < w->d->outcome_count; k++) {
        struct contrast c;
        if (!w->d->outcomes[k].label->leads || !report_difference(w->d, arm, 0, k, &c) ||
            isnan(c.low))
            continue;
        if (c.low == 0 && c.high == 0)
            equal[equal_count++] = k;
        else if (c.low > 0 || c.high < 0) {
            put_sized(w, k, &c, c.difference > 0 ? WORD_say_higher : WORD_say_lower, label_of(w, k),
                      "<li>");
            fputs("</li>\n", w->out);
        } else
            same[same_count++] = k;
    }
    put_together(w, WORD_say_same, same, same_count);
    put_together(w, WORD_say_equal, equal, equal_count);
    fputs("</ul>\n", w->out);
    free(same);
}

static bool has_intervals(const struct report_data *d)
{
    for (size_t i = 0; i < d->arm_count; i++)
        if (d->arms[i].replicates > 1)
            return true;
    return false;
}

static void answer_arms(const struct writer *w)
{
    if (!has_intervals(w->d))
        put_word(w, "<p>", WORD_say_no_interval, "</p>\n");
    for (size_t i = 0; i < w->d->arm_count; i++)
        if (i != w->d->baseline && has_intervals(w->d))
            answer_arm(w, i);
    put(w, "<h3>", report_fill(w->language, WORD_say_itself, w->d->arms[w->d->baseline].name, NULL),
        "</h3>\n");
    answer_run(w);
}

/* One outcome over many arms: how many differ from the baseline, and the farthest on either side.
 */
static void answer_extremes(const struct writer *w, size_t outcome)
{
    const struct report_data *d = w->d;
    struct contrast least = {0}, largest = {0}, c;
    size_t lowest = d->baseline, highest = d->baseline, differ = 0, told = 0;
    for (size_t i = 0; i < d->arm_count; i++) {
        if (i == d->baseline || !report_difference(d, i, 0, outcome, &c) || isnan(c.low))
            continue;
        told++;
        if (!(c.low > 0 || c.high < 0))
            continue;
        differ++;
        if (c.difference < least.difference) {
            least = c;
            lowest = i;
        }
        if (c.difference > largest.difference) {
            largest = c;
            highest = i;
        }
    }
    if (told == 0)
        return;
    char few[NUMBER], all[NUMBER];
    put(w, "<li>",
        report_fill(w->language, WORD_say_differ, label_of(w, outcome), write_count(w, differ, few),
                    write_count(w, told, all), d->arms[d->baseline].name, NULL),
        "");
    if (highest != d->baseline)
        put_sized(w, outcome, &largest, WORD_say_farthest_up, d->arms[highest].name, " ");
    if (lowest != d->baseline)
        put_sized(w, outcome, &least, WORD_say_farthest_down, d->arms[lowest].name, " ");
    fputs("</li>\n", w->out);
}

static void answer_many(const struct writer *w)
{
    if (!has_intervals(w->d))
        put_word(w, "<p>", WORD_say_no_interval, "</p>\n");
    fputs("<ul class=\"answer\">\n", w->out);
    for (size_t k = 0; k < w->d->outcome_count; k++)
        if (w->d->outcomes[k].label->leads)
            answer_extremes(w, k);
    fputs("</ul>\n", w->out);
    put(w, "<h3>", report_fill(w->language, WORD_say_itself, w->d->arms[w->d->baseline].name, NULL),
        "</h3>\n");
    answer_run(w);
}

/* --- a design --------------------------------------------------------------------------------- */

/* The factor that goes most closely with the means of an outcome; factor_count when there is none.
 */
static size_t closest_factor(const struct report_data *d, const double *means, double *correlation)
{
    size_t best = d->factor_count;
    double *work = malloc(2 * d->arm_count * sizeof *work);
    *correlation = 0;
    for (size_t i = 0; work && i < d->factor_count; i++) {
        if (!d->factors[i].values || d->factors[i].texts)
            continue;
        double r = gsl_stats_spearman(d->factors[i].values, 1, means, 1, d->arm_count, work);
        if (fabs(r) > fabs(*correlation)) {
            best = i;
            *correlation = r;
        }
    }
    free(work);
    return best;
}

static void answer_over_points(const struct writer *w, size_t outcome, double *means)
{
    const struct report_data *d = w->d;
    enum report_kind kind = d->outcomes[outcome].label->kind;
    double low = INFINITY, high = -INFINITY, half = 0, correlation;
    bool whole = true;
    for (size_t i = 0; i < d->arm_count; i++) {
        struct report_figure f =
            report_figure(report_cell(d, i, 0, outcome)->end, d->arms[i].replicates);
        means[i] = f.mean;
        half += f.half / (double)d->arm_count;
        whole = whole && !isnan(means[i]);
        low = fmin(low, means[i]);
        high = fmax(high, means[i]);
    }
    if (!(low <= high))
        return;
    char from[NUMBER], number[NUMBER], *to = with_unit(w, outcome, high);
    put(w, "<li>",
        report_fill(w->language, WORD_say_points_range, label_of(w, outcome),
                    write_number(w, kind, low, from), to ? to : "", NULL),
        "");
    free(to);
    char *sure = isnan(half) ? NULL : difference_with_unit(w, outcome, half);
    if (sure)
        put(w, " ", report_fill(w->language, WORD_say_points_sure, sure, NULL), "");
    free(sure);
    size_t factor = whole && high > low && d->arm_count >= FEWEST_POINTS
                        ? closest_factor(d, means, &correlation)
                        : d->factor_count;
    if (factor < d->factor_count)
        put(w, " ",
            report_fill(w->language, WORD_say_points_factor,
                        report_factor(w->language, d->factors[factor].key),
                        write_number(w, REPORT_SCORE, correlation, number), NULL),
            "");
    fputs("</li>\n", w->out);
}

static void answer_points(const struct writer *w)
{
    double *means = malloc(w->d->arm_count * sizeof *means);
    fputs("<ul class=\"answer\">\n", w->out);
    for (size_t k = 0; means && k < w->d->outcome_count; k++)
        if (w->d->outcomes[k].label->leads)
            answer_over_points(w, k, means);
    fputs("</ul>\n", w->out);
    free(means);
}

void report_answer(const struct report_data *d, enum report_language language, FILE *out)
{
    const struct writer w = {d, language, out};
    if (!d->compared)
        answer_points(&w);
    else if (d->arm_count > FEW_ARMS)
        answer_many(&w);
    else if (d->arm_count > 1)
        answer_arms(&w);
    else
        answer_run(&w);
}

/* --- the head --------------------------------------------------------------------------------- */

static size_t fewest_runs(const struct report_data *d)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < d->arm_count; i++)
        fewest = d->arms[i].replicates < fewest ? d->arms[i].replicates : fewest;
    return fewest;
}

void report_facts(const struct report_data *d, enum report_language language, FILE *out)
{
    const struct writer w = {d, language, out};
    char weeks[NUMBER], runs[NUMBER], arms[NUMBER], all[NUMBER], missing[NUMBER], failed[NUMBER];
    char *place = NULL;
    size_t length = 0;
    FILE *list = text_stream(&place, &length);
    for (size_t i = 0; list && i < d->place_count && i < REPORT_PLACES; i++)
        fprintf(list, "%s%s", i > 0 ? ", " : "", d->places[i]);
    if (list && d->place_count > REPORT_PLACES)
        fputs(", \u2026", list);
    if (list)
        fclose(list);
    write_count(&w, d->weeks, weeks);
    write_count(&w, fewest_runs(d), runs);
    write_count(&w, d->arm_count, arms);
    const char *where = place ? place : "";
    if (d->arm_count == 1)
        put(&w, "",
            report_fill(language, fewest_runs(d) > 1 ? WORD_facts_run : WORD_facts_one, where,
                        weeks, runs, NULL),
            "");
    else
        put(&w, "",
            report_fill(language, !d->compared ? WORD_facts_points : WORD_facts_arms, where, arms,
                        weeks, runs, NULL),
            "");
    if (d->missing > 0) {
        size_t runs_in_all = 0;
        for (size_t i = 0; i < d->arm_count; i++)
            runs_in_all += d->arms[i].replicates;
        char left[NUMBER];
        put(&w, " <strong>",
            report_fill(language, WORD_facts_missing, write_count(&w, d->missing, missing),
                        write_count(&w, runs_in_all, all), write_count(&w, d->failed, failed),
                        write_count(&w, d->missing - d->failed, left), NULL),
            "</strong>");
    }
    free(place);
}

/* --- what it assumes -------------------------------------------------------------------------- */

static bool is_factor(const struct report_data *d, const char *key)
{
    for (size_t i = 0; i < d->factor_count; i++)
        if (strcmp(d->factors[i].key, key) == 0)
            return true;
    return false;
}

/* What the points of a design differ in, and how far. */
static void put_varied(const struct writer *w)
{
    const struct report_data *d = w->d;
    for (size_t i = 0; i < d->factor_count; i++) {
        const struct report_factor *f = &d->factors[i];
        char from[NUMBER], to[NUMBER];
        if (i == 0)
            put_word(w, "<li>", WORD_assume_varied, "<ul>\n");
        fputs("<li>", w->out);
        report_escape(report_factor(w->language, f->key), w->out);
        if (f->values && !f->texts) {
            double low, high;
            gsl_stats_minmax(&low, &high, f->values, 1, d->arm_count);
            report_plain(w->language, low, from, NUMBER);
            report_plain(w->language, high, to, NUMBER);
            put(w, ": ", report_fill(w->language, WORD_assume_range, from, to, NULL), "");
        }
        fputs("</li>\n", w->out);
    }
    if (d->factor_count > 0)
        fputs("</ul></li>\n", w->out);
}

/* The parameters in which the baseline differs from the program's own values. */
static void put_changes(const struct writer *w)
{
    const struct model *m = w->d->model;
    const double *values = w->d->arms[w->d->baseline].values;
    size_t count = 0, more = 0;
    for (size_t k = 0; values && k < m->params.count; k++) {
        const struct param *p = &m->params.rows[k];
        if (k == m->weeks_param || k == m->seed_param || k == m->replicates_param ||
            values[k] == p->value || (!w->d->compared && is_factor(w->d, p->key)))
            continue;
        if (++count > CHANGES) {
            more++;
            continue;
        }
        if (count == 1)
            put_word(w, "<li>", WORD_assume_changed, "<ul>\n");
        char value[NUMBER], usual[NUMBER];
        param_format(p, values[k], value, sizeof value);
        param_format(p, p->value, usual, sizeof usual);
        fputs("<li>", w->out);
        const char *name = report_factor(w->language, p->key);
        report_escape(name != p->key ? name : "", w->out);
        fputs(" <code>", w->out);
        report_escape(p->key, w->out);
        fputs("</code>: ", w->out);
        report_escape(value, w->out);
        put(w, " (", report_fill(w->language, WORD_assume_instead, usual, NULL), ")</li>\n");
    }
    if (more > 0) {
        char number[NUMBER];
        put(w, "<li>",
            report_fill(w->language, WORD_assume_more, write_count(w, more, number), NULL),
            "</li>\n");
    }
    if (count > 0)
        fputs("</ul></li>\n", w->out);
    else if (values)
        put_word(w, "<li>", WORD_assume_defaults, "</li>\n");
}

void report_assumptions(const struct report_data *d, enum report_language language, FILE *out)
{
    const struct writer w = {d, language, out};
    char number[NUMBER];
    size_t fewest = fewest_runs(d);
    bool compares = d->arm_count > 1 && d->compared, paired = true;
    for (size_t i = 0; i < d->arm_count; i++)
        paired = paired && report_paired(d, i, d->baseline);
    fputs("<ul>\n", out);
    put_word(&w, "<li>", WORD_assume_forecast, "</li>\n");
    put_word(&w, "<li>", WORD_assume_chance, "</li>\n");
    if (fewest == 1)
        put_word(&w, "<li>", WORD_assume_single, "</li>\n");
    else if (fewest < FEW)
        put(&w, "<li>",
            report_fill(language, WORD_assume_few, write_count(&w, fewest, number), NULL),
            "</li>\n");
    put(&w, "<li>",
        report_fill(language, WORD_assume_window, write_count(&w, d->window, number), NULL),
        "</li>\n");
    if (compares)
        put_word(&w, "<li>", paired ? WORD_assume_paired : WORD_assume_unpaired, "</li>\n");
    if (compares && (d->arm_count - 1) * d->outcome_count >= 20)
        put(&w, "<li>",
            report_fill(language, WORD_assume_many,
                        write_count(&w, (d->arm_count - 1) * d->outcome_count, number), NULL),
            "</li>\n");
    if (!d->compared)
        put_varied(&w);
    put_changes(&w);
    fputs("</ul>\n", out);
}

/* --- how to repeat it ------------------------------------------------------------------------- */

static void put_term(const struct writer *w, enum report_word word, const char *text)
{
    if (!text || !*text)
        return;
    put_word(w, "<dt>", word, "</dt><dd><code>");
    report_escape(text, w->out);
    fputs("</code></dd>\n", w->out);
}

void report_repeat(const struct report_data *d, enum report_language language, FILE *out)
{
    const struct writer w = {d, language, out};
    put_word(&w, "<p>", WORD_repeat_again, "</p>\n");
    for (size_t i = 0; i < d->arm_count; i++) {
        const struct report_arm *arm = &d->arms[i];
        if (!arm->path)
            continue;
        const char *slash = strrchr(arm->path, '/');
        char seed[32];
        snprintf(seed, sizeof seed, "%llu", (unsigned long long)arm->seed);
        fputs("<dl>\n", out);
        put_term(&w, WORD_repeat_file, slash ? slash + 1 : arm->path);
        put_term(&w, WORD_repeat_command, arm->command);
        put_term(&w, WORD_repeat_program, arm->source);
        put_term(&w, WORD_repeat_seed, seed);
        put_term(&w, WORD_repeat_digest, arm->digest);
        fputs("</dl>\n", out);
    }
}
