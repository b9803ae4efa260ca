#include "sim/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/store_agents.h"
#include "sim/store_axes.h"
#include "sim/store_file.h"
#include "sim/store_inputs.h"
#include "sim/store_parameters.h"
#include "sim/store_provenance.h"
#include "sim/version.h"

/* Dimensions of the root. */
struct axes {
    hid_t replicate, time, place;
};

static void write_place_names(struct store_file *f, const struct scenario *s, hid_t axis)
{
    char *name = durable_format("%s_name", s->model->place);
    char *meaning = durable_format("name of the %s", s->model->place);
    const char **names = malloc((s->place_count ? s->place_count : 1) * sizeof *names);
    for (size_t i = 0; names && i < s->place_count; i++)
        names[i] = s->places[i].name;
    if (name && meaning && names)
        store_labels(f, name, names, s->place_count, axis, meaning);
    else
        store_no_memory(f);
    free(name);
    free(meaning);
    free(names);
}

static void write_series(struct store_file *f, const struct record *r, size_t k,
                         const struct axes *axes, const char *coordinates)
{
    static const float missing = NAN;
    const struct observable *o = &r->scenario->model->observables[k];
    struct store_spec spec = {.name = o->name,
                              .type = H5T_IEEE_F32LE,
                              .rank = 3,
                              .shape = {r->replicates, r->weeks, r->places},
                              .chunk = {1, at_most(r->weeks, 2048), at_most(r->places, 64)},
                              .fill = &missing};
    hid_t dataset = store_dataset(f, f->id, &spec);
    store_values(f, dataset, H5T_NATIVE_FLOAT, record_at(r, k, 0, 0));
    store_attach(f, dataset, axes->replicate, 0);
    store_attach(f, dataset, axes->time, 1);
    store_attach(f, dataset, axes->place, 2);
    store_text(f, dataset, "long_name", o->meaning);
    store_text(f, dataset, "units", store_unit(o->unit));
    store_text(f, dataset, "coordinates", coordinates);
    store_close(f, dataset);
}

static void write_head(struct store_file *f, const struct record *r)
{
    const struct scenario *s = r->scenario;
    char *text = scenario_text(s);
    if (!text && f->status == STATUS_DONE)
        f->status = error_add(f->error, STATUS_FAILED, "%s: out of memory", f->path);
    char source[64], digest[32];
    snprintf(source, sizeof source, "samskab %s", version_number);
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)record_digest(r));
    store_text(f, f->id, "Conventions", "CF-1.10");
    store_text(f, f->id, "title", s->title && *s->title ? s->title : s->model->title);
    store_text(f, f->id, "question", s->question);
    store_text(f, f->id, "source", source);
    store_text(f, f->id, "history", "written by samskab run; date and place in group provenance");
    store_text(f, f->id, "kind", "samskab run");
    store_uint64(f, f->id, "format", HDF_FORMAT);
    store_text(f, f->id, "model", s->model->name);
    store_text(f, f->id, "model_title", s->model->title);
    store_text(f, f->id, "model_version", s->model->version);
    store_text(f, f->id, "place", s->model->place);
    store_text(f, f->id, "digest", digest);
    store_text(f, f->id, "scenario", text);
    free(text);
}

enum status store_run(const char *path, const struct record *r,
                      const struct store_run_options *options, struct error *e)
{
    const struct scenario *s = r->scenario;
    struct store_file f;
    store_begin(&f, path, e);
    write_head(&f, r);

    char *coordinates = durable_format("%s_name", s->model->place);
    struct axes axes;
    axes.replicate = store_axis(&f, "replicate", r->replicates, 1, "1", "replicate");
    axes.time = store_axis(&f, "time", r->weeks, 1, "week", "weeks since start");
    axes.place = store_axis(&f, s->model->place, r->places, 0, "1", s->model->place);
    write_place_names(&f, s, axes.place);
    for (size_t k = 0; k < r->observables; k++)
        write_series(&f, r, k, &axes, coordinates);
    free(coordinates);

    store_parameters(&f, s, axes.place);
    store_inputs(&f, s);
    if (options->agents_every > 0)
        store_agents_group(&f, r, options->parts, options->agents_every, axes.replicate);
    store_provenance(&f, options);
    store_close(&f, axes.replicate);
    store_close(&f, axes.time);
    store_close(&f, axes.place);
    return store_publish(&f, options->replace);
}
