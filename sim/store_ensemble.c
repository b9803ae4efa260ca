/* The file of an experiment. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/store.h"
#include "sim/store_axes.h"
#include "sim/store_inputs.h"
#include "sim/store_provenance.h"
#include "sim/version.h"

enum { TOGETHER = 1 << 16 }; /* values of a variable that are written and packed at a time */

/* Runs that are written together: all replicates of some arms, or some of one arm. */
struct block {
    size_t arms, replicates;
};

struct writer {
    struct store_file file;
    const struct ensemble *x;
    const struct store_source *source;
    struct block block;
    hid_t arm, replicate, time, place; /* dimensions */
    hid_t *variables;
    float *values; /* of a block: [variable][arm][replicate][week][place] */
    float *run;    /* of one run */
    int8_t *state; /* [arm][replicate] */
    char **why;    /* [arm][replicate] */
    uint64_t digest;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct block block_of(const struct ensemble *x)
{
    size_t run = x->weeks * x->places, together = run < TOGETHER ? TOGETHER / run : 1;
    if (together < x->replicates)
        return (struct block){1, together};
    return (struct block){least(x->arms, together / x->replicates), x->replicates};
}

/* --- head and labels ---------------------------------------------------------------------------
 */

static void write_design(struct store_file *f, const struct ensemble *x)
{
    const struct ensemble_design *d = &x->design;
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {{"design_base", d->base},
                   {"design_levels", d->levels},
                   {"design_candidates", d->candidates},
                   {"design_second", d->second},
                   {"design_seed", d->seed}};
    store_text(f, f->id, "design", d->kind);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        store_uint64(f, f->id, numbers[k].name, numbers[k].value);
}

static void write_head(struct store_file *f, const struct ensemble *x, struct shard shard)
{
    char source[64], digest[32], part[32];
    snprintf(source, sizeof source, "samskab %s", version_number);
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)ensemble_digest(x));
    snprintf(part, sizeof part, "%u/%u", shard.number, shard.count);
    store_text(f, f->id, "Conventions", "CF-1.10");
    store_text(f, f->id, "title", *x->title ? x->title : x->model_title);
    store_text(f, f->id, "question", x->question);
    store_text(f, f->id, "source", source);
    store_text(f, f->id, "history",
               "written by samskab experiment; date and place in group provenance");
    store_text(f, f->id, "kind", "samskab experiment");
    store_uint64(f, f->id, "format", HDF_FORMAT);
    store_text(f, f->id, "model", x->model);
    store_text(f, f->id, "model_title", x->model_title);
    store_text(f, f->id, "model_version", x->model_version);
    store_text(f, f->id, "place", x->place);
    store_text(f, f->id, "unit", x->unit);
    store_text(f, f->id, "experiment", digest);
    store_text(f, f->id, "shard", shard.count > 1 ? part : "");
    store_text(f, f->id, "baseline", x->baseline < x->arms ? x->arm_names[x->baseline] : "");
    store_uint64(f, f->id, "burn_in", x->burn_in);
    write_design(f, x);
    store_text(f, f->id, "plan", x->plan);
}

static void write_names(struct writer *w, const char *what, char *const *texts, size_t count,
                        hid_t axis)
{
    char name[256], meaning[256];
    snprintf(name, sizeof name, "%.200s_name", what);
    snprintf(meaning, sizeof meaning, "name of the %.200s", what);
    store_labels(&w->file, name, (const char *const *)texts, count, axis, meaning);
}

static void write_column(struct writer *w, const struct ensemble_column *c)
{
    struct store_file *f = &w->file;
    const hid_t types[] = {[ENSEMBLE_REAL] = H5T_IEEE_F64LE,
                           [ENSEMBLE_WHOLE] = H5T_STD_I64LE,
                           [ENSEMBLE_SWITCH] = H5T_STD_I8LE,
                           [ENSEMBLE_TEXT] = f->text};
    bool text = c->type == ENSEMBLE_TEXT;
    struct store_spec spec = {.name = c->key,
                              .type = types[c->type],
                              .rank = 1,
                              .shape = {w->x->arms},
                              .chunk = {text ? 0 : at_most(w->x->arms, 8192)}};
    hid_t dataset = store_dataset(f, f->id, &spec);
    if (text)
        store_values(f, dataset, f->text, c->texts);
    else
        store_values(f, dataset, H5T_NATIVE_DOUBLE, c->values);
    store_attach(f, dataset, w->arm, 0);
    store_text(f, dataset, "long_name", c->meaning);
    store_text(f, dataset, "units", text ? "" : store_unit(c->unit));
    store_text(f, dataset, "key", c->key);
    const double range[] = {c->lo, c->hi};
    if (c->lo <= c->hi)
        store_numbers(f, dataset, "design_range", H5T_NATIVE_DOUBLE, range, 2);
    store_close(f, dataset);
}

static void write_scenarios(struct writer *w)
{
    struct store_file *f = &w->file;
    const struct ensemble *x = w->x;
    hid_t group = store_group(f, f->id, "scenarios");
    for (size_t k = 0; k < x->base_count; k++) {
        char name[32];
        snprintf(name, sizeof name, "base_%zu", k + 1);
        store_text(f, group, name, x->bases[k]);
    }
    int64_t *base = malloc(x->arms * sizeof *base);
    if (!base)
        store_no_memory(f);
    for (size_t i = 0; base && i < x->arms; i++)
        base[i] = (int64_t)x->arm_base[i] + 1;
    struct store_spec numbers = {.name = "base",
                                 .type = H5T_STD_I32LE,
                                 .rank = 1,
                                 .shape = {x->arms},
                                 .chunk = {at_most(x->arms, 16384)}};
    hid_t dataset = store_dataset(f, group, &numbers);
    if (base)
        store_values(f, dataset, H5T_NATIVE_INT64, base);
    store_attach(f, dataset, w->arm, 0);
    store_text(f, dataset, "long_name", "number of the scenario on which it builds");
    store_close(f, dataset);
    struct store_spec texts = {.name = "settings", .type = f->text, .rank = 1, .shape = {x->arms}};
    dataset = store_dataset(f, group, &texts);
    store_values(f, dataset, f->text, x->settings);
    store_attach(f, dataset, w->arm, 0);
    store_text(f, dataset, "long_name", "settings over that scenario, lines of KEY=VALUE");
    store_close(f, dataset);
    store_close_group(f, group);
    free(base);
}

/* --- values ------------------------------------------------------------------------------------
 */

static hid_t create_variable(struct writer *w, size_t k, const char *coordinates)
{
    static const float missing = NAN;
    struct store_file *f = &w->file;
    const struct ensemble *x = w->x;
    const struct ensemble_variable *v = &x->variables[k];
    struct store_spec spec = {.name = v->name,
                              .type = H5T_IEEE_F32LE,
                              .rank = 4,
                              .shape = {x->arms, x->replicates, x->weeks, x->places},
                              .chunk = {w->block.arms, w->block.replicates, at_most(x->weeks, 2048),
                                        at_most(x->places, 64)},
                              .fill = &missing};
    hid_t dataset = store_dataset(f, f->id, &spec);
    const hid_t axes[] = {w->arm, w->replicate, w->time, w->place};
    for (unsigned i = 0; i < 4; i++)
        store_attach(f, dataset, axes[i], i);
    store_text(f, dataset, "long_name", v->meaning);
    store_text(f, dataset, "units", store_unit(v->unit));
    store_text(f, dataset, "coordinates", coordinates);
    return dataset;
}

/* Lays the values of a run at position `at` of a block of `runs`. */
static void lay(struct writer *w, size_t at, size_t runs, bool done)
{
    size_t size = w->x->weeks * w->x->places;
    for (size_t k = 0; k < w->x->variable_count; k++) {
        float *to = w->values + (k * runs + at) * size;
        if (done)
            memcpy(to, w->run + k * size, size * sizeof *to);
        for (size_t i = 0; !done && i < size; i++)
            to[i] = NAN;
    }
}

static void write_block(struct writer *w, size_t arm, size_t replicate)
{
    const struct ensemble *x = w->x;
    struct store_file *f = &w->file;
    size_t arms = least(w->block.arms, x->arms - arm);
    size_t replicates = least(w->block.replicates, x->replicates - replicate);
    bool any = false;
    const struct ensemble_range range = {arm, arms, replicate, replicates};
    if (w->source->begin)
        f->status = w->source->begin(w->source->context, &range, f->error);
    for (size_t i = 0; i < arms; i++)
        for (size_t r = 0; r < replicates && f->status == STATUS_DONE; r++) {
            size_t at = (arm + i) * x->replicates + replicate + r;
            enum run_state state = RUN_MISSING;
            f->status = w->source->take(w->source->context, arm + i, replicate + r, &state, w->run,
                                        &w->why[at], f->error);
            w->state[at] = (int8_t)state;
            lay(w, i * replicates + r, arms * replicates, state == RUN_DONE);
            any = any || state == RUN_DONE;
        }
    size_t size = arms * replicates * x->weeks * x->places;
    const hsize_t start[] = {arm, replicate, 0, 0},
                  count[] = {arms, replicates, x->weeks, x->places};
    for (size_t k = 0; any && k < x->variable_count && f->status == STATUS_DONE; k++) {
        const float *values = w->values + k * size;
        store_block(f, w->variables[k], H5T_NATIVE_FLOAT, start, count, values);
        w->digest = digest_bytes(w->digest, values, size * sizeof *values);
    }
}

static void write_values(struct writer *w)
{
    const struct ensemble *x = w->x;
    char coordinates[512];
    snprintf(coordinates, sizeof coordinates, "%.200s_name %.200s_name", x->unit, x->place);
    for (size_t k = 0; k < x->variable_count; k++)
        w->variables[k] = create_variable(w, k, coordinates);
    for (size_t arm = 0; arm < x->arms; arm += w->block.arms)
        for (size_t r = 0; r < x->replicates; r += w->block.replicates)
            if (w->file.status == STATUS_DONE)
                write_block(w, arm, r);
    for (size_t k = 0; k < x->variable_count; k++)
        store_close(&w->file, w->variables[k]);
}

static void attach_runs(struct writer *w, hid_t dataset)
{
    store_attach(&w->file, dataset, w->arm, 0);
    store_attach(&w->file, dataset, w->replicate, 1);
}

static void write_states(struct writer *w)
{
    static const int8_t flags[] = {RUN_MISSING, RUN_DONE, RUN_FAILED};
    struct store_file *f = &w->file;
    const struct ensemble *x = w->x;
    struct store_spec spec = {.name = "status",
                              .type = H5T_STD_I8LE,
                              .rank = 2,
                              .shape = {x->arms, x->replicates},
                              .chunk = {at_most(x->arms, 1024), at_most(x->replicates, 1024)}};
    hid_t dataset = store_dataset(f, f->id, &spec);
    store_values(f, dataset, H5T_NATIVE_INT8, w->state);
    attach_runs(w, dataset);
    store_text(f, dataset, "long_name", "what became of the run");
    store_numbers(f, dataset, "flag_values", H5T_STD_I8LE, flags, sizeof flags);
    store_text(f, dataset, "flag_meanings", "not_run done failed");
    store_close(f, dataset);
}

static void write_failures(struct writer *w)
{
    struct store_file *f = &w->file;
    const struct ensemble *x = w->x;
    bool any = false;
    for (size_t i = 0; i < ensemble_runs(x); i++)
        any = any || w->why[i];
    if (!any)
        return;
    struct store_spec spec = {
        .name = "failure", .type = f->text, .rank = 2, .shape = {x->arms, x->replicates}};
    hid_t dataset = store_dataset(f, f->id, &spec);
    store_values(f, dataset, f->text, w->why);
    attach_runs(w, dataset);
    store_text(f, dataset, "long_name", "why the run could not be done");
    store_close(f, dataset);
}

static void write_all(struct writer *w, const struct store_run_options *options)
{
    struct store_file *f = &w->file;
    const struct ensemble *x = w->x;
    const char *point = strcmp(x->unit, "arm") == 0 ? "arm" : "point of the design";
    w->arm = store_axis(f, x->unit, x->arms, 1, "1", point);
    w->replicate = store_axis(f, "replicate", x->replicates, 1, "1", "replicate");
    w->time = store_axis(f, "time", x->weeks, 1, "week", "weeks since start");
    w->place = store_axis(f, x->place, x->places, 0, "1", x->place);
    write_names(w, x->unit, x->arm_names, x->arms, w->arm);
    write_names(w, x->place, x->place_names, x->places, w->place);
    for (size_t k = 0; k < x->column_count; k++)
        write_column(w, &x->columns[k]);
    write_values(w);
    write_states(w);
    write_failures(w);
    write_scenarios(w);
    store_input_list(f, x->inputs, x->input_count);
    char digest[32];
    w->digest = digest_bytes(w->digest, w->state, ensemble_runs(x));
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)w->digest);
    store_text(f, f->id, "digest", digest);
    store_provenance(f, options);
    const hid_t axes[] = {w->arm, w->replicate, w->time, w->place};
    for (unsigned i = 0; i < 4; i++)
        store_close(f, axes[i]);
}

enum status store_ensemble(const char *path, const struct ensemble *x, struct shard shard,
                           const struct store_source *source,
                           const struct store_run_options *options, struct error *e)
{
    struct writer w = {.x = x,
                       .source = source,
                       .block = block_of(x),
                       .digest = digest_bytes(DIGEST_EMPTY, "", 0)};
    size_t runs = ensemble_runs(x), values = ensemble_values(x);
    w.variables = malloc((x->variable_count + 1) * sizeof *w.variables);
    w.values = malloc((values * w.block.arms * w.block.replicates + 1) * sizeof *w.values);
    w.run = malloc((values + 1) * sizeof *w.run);
    w.state = calloc(runs + 1, 1);
    w.why = calloc(runs + 1, sizeof *w.why);
    store_begin(&w.file, path, e);
    write_head(&w.file, x, shard);
    if (w.variables && w.values && w.run && w.state && w.why)
        write_all(&w, options);
    else
        store_no_memory(&w.file);
    for (size_t i = 0; w.why && i < runs; i++)
        free(w.why[i]);
    free(w.variables);
    free(w.values);
    free(w.run);
    free(w.state);
    free(w.why);
    return store_publish(&w.file, options->replace);
}

enum status store_ensemble_setup(const char *path, uint64_t identity, struct shard shard,
                                 struct error *e)
{
    struct store_file f;
    store_begin(&f, path, e);
    store_text(&f, f.id, "kind", "samskab experiment setup");
    store_uint64(&f, f.id, "format", HDF_FORMAT);
    store_uint64(&f, f.id, "experiment", identity);
    store_uint64(&f, f.id, "shard", shard.number);
    store_uint64(&f, f.id, "shards", shard.count);
    return store_publish(&f, true);
}
