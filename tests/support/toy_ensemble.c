#include "tests/support/toy_ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/toy.h"

static char **copies(const char *const *texts, size_t count)
{
    char **list = calloc(count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = strdup(texts[i]);
    return list;
}

static void add_columns(struct ensemble *x)
{
    static const double steps[] = {0.01, 0.02, 0.1}, walkers[] = {30, 30, 40}, off[] = {0, 1, 0};
    static const char *const laws[] = {"uniform", "uniform", "normal"};
    const struct {
        const char *key, *unit, *meaning;
        enum ensemble_type type;
        const double *values;
    } rows[] = {{"walk.step", "1", "length of a step", ENSEMBLE_REAL, steps},
                {"walkers", "walkers", "walkers of a place", ENSEMBLE_WHOLE, walkers},
                {"off.jump", "1", "whether jump is off", ENSEMBLE_SWITCH, off},
                {"walk.law", "1", "law of steps", ENSEMBLE_TEXT, NULL}};
    x->column_count = 4;
    x->columns = calloc(4, sizeof *x->columns);
    for (size_t k = 0; k < 4; k++) {
        struct ensemble_column *c = &x->columns[k];
        *c = (struct ensemble_column){.key = strdup(rows[k].key),
                                      .unit = strdup(rows[k].unit),
                                      .meaning = strdup(rows[k].meaning),
                                      .type = rows[k].type,
                                      .lo = k == 0 ? 0.01 : NAN,
                                      .hi = k == 0 ? 0.1 : NAN};
        if (rows[k].type == ENSEMBLE_TEXT)
            c->texts = copies(laws, TOY_ENSEMBLE_ARMS);
        else
            c->values = memcpy(malloc(sizeof steps), rows[k].values, sizeof steps);
    }
}

void toy_ensemble(struct ensemble *x, size_t replicates)
{
    static const char *const names[] = {"calm", "windy", "wild"};
    static const char *const settings[] = {"", "walk.step=0.02\noff.jump=true", "walk.step=0.1"};
    static const char *const places[] = {"North", "Süd"};
    static const char *const bases[] = {
        "weeks: 5\nplaces:\n  - {name: North, walkers: 30, walk: {step: 0.01}}\n"
        "  - {name: Süd, walkers: 20}\n",
        "weeks: 5\nwalk.law: normal\nties: {file: ties.csv}\nplaces:\n"
        "  - {name: North, walkers: 30}\n  - {name: Süd, walkers: 20}\n"};
    static const char *const variables[] = {"mean_height", "share_above"};
    static const char ties[] = "a,b\n0,1\n1,2\n";
    memset(x, 0, sizeof *x);
    *x = (struct ensemble){.title = strdup("Three winds"),
                           .question = strdup("Does it blow?"),
                           .plan = strdup("design: ...\n"),
                           .unit = strdup("arm"),
                           .model = strdup(toy_model.name),
                           .model_title = strdup(toy_model.title),
                           .model_version = strdup(toy_model.version),
                           .place = strdup(toy_model.place),
                           .design = {.kind = strdup("arms"), .base = 7, .seed = 3, .second = true},
                           .arms = TOY_ENSEMBLE_ARMS,
                           .replicates = replicates,
                           .weeks = TOY_ENSEMBLE_WEEKS,
                           .places = 2,
                           .baseline = 1,
                           .arm_names = copies(names, TOY_ENSEMBLE_ARMS),
                           .settings = copies(settings, TOY_ENSEMBLE_ARMS),
                           .place_names = copies(places, 2),
                           .bases = copies(bases, 2),
                           .base_count = 2,
                           .variable_count = 2,
                           .input_count = 1};
    x->arm_base = calloc(TOY_ENSEMBLE_ARMS, sizeof *x->arm_base);
    x->arm_base[2] = 1;
    x->variables = calloc(2, sizeof *x->variables);
    for (size_t k = 0; k < 2; k++)
        x->variables[k] = (struct ensemble_variable){
            .name = strdup(variables[k]), .unit = strdup("1"), .meaning = strdup("a variable")};
    x->inputs = calloc(1, sizeof *x->inputs);
    x->inputs[0] = (struct scenario_input){strdup("ties.csv"), strdup(ties), sizeof ties - 1};
    add_columns(x);
}

float toy_ensemble_value(size_t run, size_t variable, size_t week, size_t place)
{
    return (float)(1000 * run + 100 * variable + 10 * week + place);
}

enum status toy_ensemble_take(void *runs, size_t arm, size_t replicate, enum run_state *state,
                              float *values, char **why, struct error *e)
{
    const struct toy_ensemble_runs *t = runs;
    const struct ensemble *x = t->ensemble;
    size_t run = ensemble_run(x, arm, replicate);
    (void)e;
    *state = RUN_MISSING;
    if (!shard_has(t->shard, run))
        return STATUS_DONE;
    if (arm == 2 && replicate == 1) {
        *state = RUN_FAILED;
        *why = strdup("it blew away");
        return STATUS_DONE;
    }
    *state = RUN_DONE;
    for (size_t k = 0; k < x->variable_count; k++)
        for (size_t week = 0; week < x->weeks; week++)
            for (size_t place = 0; place < x->places; place++)
                *values++ = toy_ensemble_value(run, k, week, place);
    return STATUS_DONE;
}
