/* Experiments with a model: arms that differ in a few settings, the same replicates in every arm,
 * and what follows from the paired differences between them.
 *
 *     struct experiment x = {.model = &m, .replicates = 30, .base = "demand.hours=5"};
 *     struct trial *few = experiment_run(&x, 208, NULL, "managers.hours=%g", 3.7);
 *     struct trial *many = experiment_run(&x, 208, NULL, "managers.hours=%g", 14.8);
 *     struct sample output =
 *         sample_minus(trial_mean(many, "output", 52, 208), trial_mean(few, "output", 52, 208));
 *     struct interval i = sample_interval(&output);
 *
 * Replicate r has the same seed and number in every arm, so that all draws are common.  A failure
 * stays in the experiment: every later run is skipped, and what it would give is NaN. */
#ifndef SAMSKAB_TESTS_EXPERIMENT_H
#define SAMSKAB_TESTS_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/trial.h"
#include "sim/table.h"

enum { EXPERIMENT_REPLICATES = TRIAL_REPLICATES, CLAIM_SIZE = 512 };

struct experiment {
    const struct model *model;
    size_t replicates;
    const char *base; /* settings of all arms */
    size_t runs;      /* replicates run so far */
    uint64_t agent_weeks;
    double seconds;
    struct error error;
};

/* Runs one arm for some weeks.  Settings are KEY=VALUE, parted by blanks, printf-style, and laid
 * over the base and over `yaml` (NULL: an empty scenario).  Never NULL: ends the program when
 * memory is short.  The caller frees it with trial_free. */
struct trial *experiment_run(struct experiment *x, size_t weeks, const char *yaml,
                             const char *settings, ...) __attribute__((format(printf, 4, 5)));

/* What one arm, or a set of them, says about a pattern. */
struct claim {
    bool holds;
    char text[CLAIM_SIZE]; /* the figures */
};

/* Adds to the text, printf-style. */
void claim_say(struct claim *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "12.3 [11.9, 12.7]", times `scale`; "never" for a time that is infinite. */
void claim_say_interval(struct claim *c, struct interval i, double scale);

/* Patterns with what became of them. */
struct verdicts {
    struct table table;
};
void verdicts_init(struct verdicts *v);
/* A pattern that the ablated model still shows is not destroyed; where the model itself does not
 * show it there is nothing to destroy.  Both claims are of the same rule. */
void verdicts_add(struct verdicts *v, const char *pattern, const char *source,
                  const struct claim *model, const char *ablation, const struct claim *ablated);
void verdicts_free(struct verdicts *v);

/* Runs the arms of a pattern and adds its verdicts. */
typedef void pattern_test(struct experiment *x, struct verdicts *v);

struct pattern {
    const char *name; /* "P1" */
    const char *rule; /* when its rows hold, in words, stated before any run */
    pattern_test *test;
};

/* The main of a program that tests patterns: `PROGRAM [FILE.md [REPLICATES [P2,P16]]]`, all
 * patterns with 30 replicates by default.  Says on stderr how far it is; prints the table, the
 * rules and `note`, as Markdown into the file too.  A pattern that does not show is a finding and
 * no fault: gives 0 when everything ran, else 1. */
int experiment_main(int argc, char **argv, const struct model *m, const char *base,
                    const struct pattern *patterns, size_t count, const char *note);

#endif
