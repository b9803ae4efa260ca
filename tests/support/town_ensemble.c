#include "tests/support/town_ensemble.h"

#include <math.h>

#include "models/coproduction.h"
#include "sim/store.h"
#include "tests/support/check.h"

enum { WEEKS = 110, REPLICATES = 5, COLUMNS = 3 };

const char *const town_design_names[TOWN_DESIGNS] = {"arms", "grid", "one", "latin", "single"};

static const struct {
    const char *kind, *unit;
    size_t arms;
} designs[TOWN_DESIGNS] = {{"arms", "arm", 3},
                           {"grid", "point", 15},
                           {"one_at_a_time", "point", 7},
                           {"latin", "point", 40},
                           {"arms", "arm", 1}};

static const char *const keys[COLUMNS] = {"budget.pool", "managers.hours", "budget.rule"};
static const char *const units[COLUMNS] = {"DKK/inhabitant", "h/week", "1"};
static const char *const rules[] = {"greedy", "equal-shares", "phragmen"};
static const double slopes[COLUMNS] = {0.05, 2, 10};

/* The value of a column in an arm; of rules their position. */
static double level(enum town_design design, size_t arm, size_t column)
{
    static const double pools[] = {10, 42, 100, 300, 1000};
    static const double usual[COLUMNS] = {42, 7, 0};
    static const double one[7][COLUMNS] = {{42, 7, 0},  {10, 7, 0}, {300, 7, 0}, {42, 2, 0},
                                           {42, 20, 0}, {42, 7, 1}, {42, 7, 2}};
    switch (design) {
    case TOWN_GRID:
        return column == 0 ? pools[arm / 3] : column == 1 ? 7 : (double)(arm % 3);
    case TOWN_ONE:
        return one[arm][column];
    case TOWN_LATIN:
        return column == 0   ? 10 + 20 * (double)((7 * arm) % 40)
               : column == 1 ? 1 + 0.5 * (double)((11 * arm) % 40)
                             : (double)(arm % 3);
    default:
        return column == 1 ? 2 + 6 * (double)arm : usual[column];
    }
}

struct town_runs {
    const struct ensemble *x;
    enum town_design design;
};

static enum status take(void *runs, size_t arm, size_t replicate, enum run_state *state,
                        float *values, char **why, struct error *e)
{
    const struct town_runs *t = runs;
    const struct ensemble *x = t->x;
    (void)e;
    *state = RUN_DONE;
    if (t->design == TOWN_ARMS && arm == 2 && replicate > 2) {
        *state = replicate == 3 ? RUN_FAILED : RUN_MISSING;
        if (replicate == 3)
            *why = strdup("no room");
        return STATUS_DONE;
    }
    for (size_t k = 0; k < x->variable_count; k++) {
        const struct observable *o = &coproduction.observables[k];
        double size = o->hi <= 2 ? 0.001 : 1;
        for (size_t week = 0; week < x->weeks; week++)
            for (size_t place = 0; place < x->places; place++) {
                double value = 100 + (double)k + (double)week / 10 + (double)replicate;
                for (size_t c = 0; c < COLUMNS; c++)
                    value += slopes[c] * level(t->design, arm, c);
                *values++ = (float)(size * value / (double)(1 + place));
            }
    }
    return STATUS_DONE;
}

static void add_columns(struct ensemble *x, enum town_design design)
{
    x->column_count = design == TOWN_SINGLE ? 0 : COLUMNS;
    x->columns = calloc(COLUMNS, sizeof *x->columns);
    for (size_t k = 0; k < x->column_count; k++) {
        struct ensemble_column *c = &x->columns[k];
        *c = (struct ensemble_column){.key = strdup(keys[k]),
                                      .unit = strdup(units[k]),
                                      .meaning = strdup(keys[k]),
                                      .type = k == 2 ? ENSEMBLE_TEXT : ENSEMBLE_REAL,
                                      .lo = NAN,
                                      .hi = NAN};
        if (k == 2)
            c->texts = calloc(x->arms, sizeof *c->texts);
        else
            c->values = calloc(x->arms, sizeof *c->values);
        for (size_t arm = 0; arm < x->arms; arm++)
            if (k == 2)
                c->texts[arm] = strdup(rules[(size_t)level(design, arm, k)]);
            else
                c->values[arm] = level(design, arm, k);
    }
}

static void add_arms(struct ensemble *x, enum town_design design)
{
    static const char *const names[] = {"hands-off", "as <b>usual</b> & so on", "hands-on"};
    x->arm_names = calloc(x->arms, sizeof *x->arm_names);
    x->arm_base = calloc(x->arms, sizeof *x->arm_base);
    x->settings = calloc(x->arms, sizeof *x->settings);
    for (size_t i = 0; i < x->arms; i++) {
        char text[256];
        snprintf(text, sizeof text, "point %zu", i + 1);
        x->arm_names[i] = strdup(x->arms <= 3 ? names[i] : text);
        snprintf(text, sizeof text, "budget.pool=%g\nmanagers.hours=%g\nbudget.rule=%s",
                 level(design, i, 0), level(design, i, 1), rules[(size_t)level(design, i, 2)]);
        x->settings[i] = strdup(text);
    }
}

static void add_variables(struct ensemble *x)
{
    x->variable_count = coproduction.observable_count;
    x->variables = calloc(x->variable_count, sizeof *x->variables);
    for (size_t k = 0; k < x->variable_count; k++) {
        const struct observable *o = &coproduction.observables[k];
        x->variables[k] = (struct ensemble_variable){
            .name = strdup(o->name), .unit = strdup(o->unit), .meaning = strdup(o->meaning)};
    }
}

const char *town_ensemble(struct scratch *scratch, enum town_design design)
{
    char name[64], base[256];
    bool single = design == TOWN_SINGLE;
    struct ensemble x = {.title = strdup(TOWN_HOSTILE),
                         .question = strdup("Is <i>this</i> \"safe\"?"),
                         .plan = strdup(""),
                         .unit = strdup(designs[design].unit),
                         .model = strdup(coproduction.name),
                         .model_title = strdup(coproduction.title),
                         .model_version = strdup(coproduction.version),
                         .place = strdup(coproduction.place),
                         .design = {.kind = strdup(designs[design].kind)},
                         .arms = designs[design].arms,
                         .replicates = single ? 1 : REPLICATES,
                         .weeks = single ? 1 : WEEKS,
                         .places = single ? 1 : 2,
                         .baseline = design == TOWN_ARMS  ? 1
                                     : design == TOWN_ONE ? 0
                                                          : ENSEMBLE_NONE,
                         .base_count = 1};
    add_arms(&x, design);
    add_columns(&x, design);
    add_variables(&x);
    x.place_names = calloc(2, sizeof *x.place_names);
    x.place_names[0] = strdup("Faxe");
    x.place_names[1] = strdup("Rudersdal");
    snprintf(base, sizeof base, "weeks: %zu\nmunicipalities: [{name: Faxe}%s]\n", x.weeks,
             single ? "" : ", {name: Rudersdal}");
    x.bases = calloc(1, sizeof *x.bases);
    x.bases[0] = strdup(base);
    snprintf(name, sizeof name, "%s.h5", town_design_names[design]);
    const char *path = scratch_path(scratch, name);
    struct town_runs runs = {&x, design};
    const struct store_source source = {.take = take, .context = &runs};
    const struct store_run_options options = {.command = "samskab experiment", .replace = true};
    struct error e = {0};
    assert_status(store_ensemble(path, &x, (struct shard){1, 1}, &source, &options, &e),
                  STATUS_DONE, &e);
    if (single) {
        free(x.place_names[1]);
        x.place_names[1] = NULL;
    }
    ensemble_free(&x);
    return path;
}
