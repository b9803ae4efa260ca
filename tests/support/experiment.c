#include "tests/support/experiment.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/version.h"

enum { SETTINGS = 32, SETTINGS_SIZE = 1024 };

/* --- running --------------------------------------------------------------------------------- */

/* Splits "key=value key=value" in place. */
static size_t split(char *text, struct setting *settings)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word && count < SETTINGS;
         word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        if (value)
            *value++ = '\0';
        settings[count++] = (struct setting){word, value ? value : "", "the experiment"};
    }
    return count;
}

static enum status run(struct experiment *x, struct trial *t, const char *yaml, char *text)
{
    struct setting settings[SETTINGS];
    size_t count = split(text, settings);
    const struct trial_base base = {.model = x->model, .text = yaml, .name = "experiment"};
    enum status status = trial_run(t, &base, settings, count, &x->error);
    if (status == STATUS_INTERRUPTED && !x->error.status)
        error_add(&x->error, status, "stopped");
    x->runs += x->replicates;
    x->agent_weeks += t->cost.agent_weeks;
    x->seconds += t->cost.total_seconds;
    return status;
}

struct trial *experiment_run(struct experiment *x, size_t weeks, const char *yaml,
                             const char *settings, ...)
{
    struct trial *t = trial_new();
    if (!t)
        abort();
    if (x->error.status)
        return t;
    char text[SETTINGS_SIZE];
    int length =
        snprintf(text, sizeof text, "weeks=%zu replicates=%zu %s ", weeks, x->replicates, x->base);
    va_list args;
    va_start(args, settings);
    length += vsnprintf(text + length, sizeof text - (size_t)length, settings, args);
    va_end(args);
    if ((size_t)length >= sizeof text || x->replicates > EXPERIMENT_REPLICATES)
        error_add(&x->error, STATUS_FAILED, "too many settings or replicates: %s", text);
    else
        run(x, t, yaml ? yaml : "", text);
    return t;
}

/* --- what it says ---------------------------------------------------------------------------- */

void claim_say(struct claim *c, const char *format, ...)
{
    size_t length = strlen(c->text);
    va_list args;
    va_start(args, format);
    vsnprintf(c->text + length, sizeof c->text - length, format, args);
    va_end(args);
}

/* Three digits that count, whole numbers whole. */
static void say_number(struct claim *c, double x)
{
    if (isfinite(x))
        claim_say(c, fabs(x) >= 99.95 ? "%.0f" : "%.3g", x);
    else
        claim_say(c, isnan(x) ? "-" : "never");
}

void claim_say_interval(struct claim *c, struct interval i, double scale)
{
    say_number(c, scale * i.mean);
    if (!isfinite(i.half))
        return;
    claim_say(c, " [");
    say_number(c, scale * (i.mean - i.half));
    claim_say(c, ", ");
    say_number(c, scale * (i.mean + i.half));
    claim_say(c, "]");
}

static const char *const heads[] = {"pattern",  "source",   "the model gives", "verdict",
                                    "ablation", "it gives", "destroys"};

void verdicts_init(struct verdicts *v)
{
    table_init(&v->table, sizeof heads / sizeof *heads, heads);
}

void verdicts_add(struct verdicts *v, const char *pattern, const char *source,
                  const struct claim *model, const char *ablation, const struct claim *ablated)
{
    table_add(&v->table, "%s", pattern);
    table_add(&v->table, "%s", source);
    table_add(&v->table, "%s", model->text);
    table_add(&v->table, "%s", model->holds ? "holds" : "does not hold");
    table_add(&v->table, "%s", ablation);
    table_add(&v->table, "%s", ablated->text);
    table_add(&v->table, "%s", !model->holds ? "-" : ablated->holds ? "no" : "yes");
}

void verdicts_free(struct verdicts *v)
{
    table_free(&v->table);
}

/* --- the program ------------------------------------------------------------------------------ */

struct plan {
    const struct pattern *patterns;
    size_t count;
    const char *only; /* names, parted by commas; NULL for all */
    const char *note;
};

/* Whether a list of names, parted by commas, has one. */
static bool listed(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool wanted(const struct plan *plan, size_t k)
{
    return !plan->only || listed(plan->only, plan->patterns[k].name);
}

/* Names of the list that no pattern has, counted. */
static size_t unknown(const struct plan *plan)
{
    size_t names = 1, found = 0;
    if (!plan->only)
        return 0;
    for (const char *at = plan->only; *at; at++)
        names += *at == ',';
    for (size_t k = 0; k < plan->count; k++)
        found += wanted(plan, k);
    return names > found ? names - found : 0;
}

static void run_patterns(struct experiment *x, struct verdicts *v, const struct plan *plan)
{
    for (size_t k = 0; k < plan->count && !x->error.status; k++) {
        if (!wanted(plan, k))
            continue;
        double before = x->seconds;
        fprintf(stderr, "%s ...", plan->patterns[k].name);
        plan->patterns[k].test(x, v);
        fprintf(stderr, " %.0f s\n", x->seconds - before);
    }
}

static void print(const struct experiment *x, const struct verdicts *v, const struct plan *plan,
                  enum table_format format, FILE *out)
{
    const char *emphasis = format == TABLE_MD ? "**" : "";
    table_print(&v->table, format, out);
    fprintf(out,
            "\n%s  %zu replicates in common to all arms; %zu runs.  Brackets: 95 %% intervals over "
            "replicates, of paired differences where two arms are compared.  `destroys`: whether "
            "the same rule no longer holds under the ablation.  Samskab %s %s.\n\n"
            "When a pattern holds:\n\n",
            plan->note, x->replicates, x->runs, version_number, version_commit);
    for (size_t k = 0; k < plan->count; k++)
        if (wanted(plan, k))
            fprintf(out, "- %s%s%s: %s\n", emphasis, plan->patterns[k].name, emphasis,
                    plan->patterns[k].rule);
}

static int usage(const char *program, const struct plan *plan)
{
    fprintf(stderr,
            "usage: %s [FILE.md [REPLICATES [PATTERNS]]], with a file that can be written, 2 to %d "
            "replicates, and patterns parted by commas:",
            program, EXPERIMENT_REPLICATES);
    for (size_t k = 0; k < plan->count; k++)
        fprintf(stderr, " %s", plan->patterns[k].name);
    fprintf(stderr, "\n");
    return 1;
}

int experiment_main(int argc, char **argv, const struct model *m, const char *base,
                    const struct pattern *patterns, size_t count, const char *note)
{
    enum { REPLICATES = 30 };
    const struct plan plan = {patterns, count, argc > 3 ? argv[3] : NULL, note};
    struct experiment x = {.model = m, .replicates = REPLICATES, .base = base};
    if (argc > 2)
        x.replicates = (size_t)strtoul(argv[2], NULL, 10);
    if (argc > 4 || x.replicates < 2 || x.replicates > EXPERIMENT_REPLICATES || unknown(&plan) > 0)
        return usage(argv[0], &plan);
    FILE *file = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (argc > 1 && !file)
        return usage(argv[0], &plan);
    struct verdicts verdicts;
    verdicts_init(&verdicts);
    run_patterns(&x, &verdicts, &plan);
    bool failed = x.error.status != STATUS_DONE;
    if (!failed)
        print(&x, &verdicts, &plan, TABLE_TEXT, stdout);
    if (!failed && file)
        print(&x, &verdicts, &plan, TABLE_MD, file);
    fputs(error_text(&x.error), stderr);
    fprintf(stderr, "%.0f s, %.3g citizen-weeks\n", x.seconds, (double)x.agent_weeks);
    if (file && fclose(file) != 0)
        failed = true;
    verdicts_free(&verdicts);
    error_free(&x.error);
    return failed;
}
