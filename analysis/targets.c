#include "analysis/targets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/maths.h"

void targets_free(struct targets *t)
{
    for (size_t k = 0; k < t->count; k++) {
        struct objective *target = &t->list[k];
        free(target->name);
        free(target->unit);
        free(target->source);
        free(target->comment);
        free(target->expression);
    }
    for (size_t k = 0; k < t->unmodelled_count; k++) {
        free(t->unmodelled[k].name);
        free(t->unmodelled[k].value);
        free(t->unmodelled[k].source);
        free(t->unmodelled[k].reason);
    }
    for (size_t k = 0; k < t->setting_count; k++) {
        free((char *)(uintptr_t)t->settings[k].key);
        free((char *)(uintptr_t)t->settings[k].value);
    }
    free(t->unmodelled);
    free(t->settings);
    free(t->file);
    free(t->origin);
    free(t->title);
    free(t->assumed);
    free(t->scenario);
    free(t->scenario_text);
    free(t->folder);
    free(t->resolved);
    memset(t, 0, sizeof *t);
}

/* --- ranges ------------------------------------------------------------------------------------
 */

double free_value(const struct free_parameter *p, double share)
{
    double value =
        p->log ? p->lo * exp(share * log(p->hi / p->lo)) : p->lo + (p->hi - p->lo) * share;
    return clip(value, p->lo, p->hi);
}

double free_share(const struct free_parameter *p, double value)
{
    return p->log ? log(value / p->lo) / log(p->hi / p->lo) : (value - p->lo) / (p->hi - p->lo);
}

/* --- simulating --------------------------------------------------------------------------------
 */

enum { OWN_SETTINGS = TARGETS_FREE + 2, NUMBER = 32 };

enum status targets_simulate(const struct targets *t, const struct targets_run *run,
                             struct sample *outcomes, struct error *e)
{
    const struct model *m = t->model;
    const struct trial_base base = {.model = m,
                                    .text = t->scenario_text,
                                    .name = t->scenario ? t->scenario : t->file,
                                    .folder = t->folder,
                                    .threads = run->threads};
    struct setting settings[TARGETS_SETTINGS + OWN_SETTINGS];
    char texts[OWN_SETTINGS][NUMBER];
    size_t count = t->setting_count, own = 0;
    memcpy(settings, t->settings, count * sizeof *settings);
    snprintf(texts[own], NUMBER, "%llu", (unsigned long long)run->seed);
    settings[count++] = (struct setting){m->params.rows[m->seed_param].key, texts[own++], "seed"};
    snprintf(texts[own], NUMBER, "%zu", run->replicates);
    settings[count++] =
        (struct setting){m->params.rows[m->replicates_param].key, texts[own++], "replicates"};
    for (size_t k = 0; run->values && k < t->free_count; k++) {
        const struct param *p = &m->params.rows[t->free[k].param];
        param_format(p, run->values[k], texts[own], NUMBER);
        settings[count++] = (struct setting){p->key, texts[own++], "calibration"};
    }
    struct trial *trial = trial_new();
    if (!trial)
        return error_add(e, STATUS_FAILED, "out of memory");
    enum status status = (run->beside ? trial_beside : trial_run)(trial, &base, settings, count, e);
    for (size_t k = 0; k < t->count && status == STATUS_DONE; k++) {
        outcomes[k].count = trial->record.replicates;
        for (size_t r = 0; r < outcomes[k].count; r++)
            outcomes[k].x[r] =
                outcome_value(&t->list[k].outcome, &trial->record, r, t->list[k].last);
    }
    trial_free(trial);
    return status;
}

double objective_deviation(const struct objective *o, double outcome)
{
    double deviation = (outcome - o->value) / o->tolerance;
    if (isnan(deviation))
        return TARGET_LOST;
    return deviation > TARGET_LOST    ? TARGET_LOST
           : deviation < -TARGET_LOST ? -TARGET_LOST
                                      : deviation;
}

double targets_loss(const struct targets *t, const struct sample *outcomes)
{
    double sum = 0;
    for (size_t k = 0; k < t->count; k++) {
        double deviation = objective_deviation(&t->list[k], sample_interval(&outcomes[k]).mean);
        sum += deviation * deviation;
    }
    return sum;
}

double targets_distance(const struct targets *t, const struct sample *outcomes)
{
    return sqrt(targets_loss(t, outcomes) / (double)t->count);
}
