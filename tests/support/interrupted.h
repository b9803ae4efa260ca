/* Runs in which the user presses Ctrl-C, and their resumption: what the tests of the engine and of
 * the real model share.  `model` is the model under test, but in the week `stop_week` (0: none) of
 * any replicate the run is interrupted. */
#ifndef SAMSKAB_TESTS_INTERRUPTED_H
#define SAMSKAB_TESTS_INTERRUPTED_H

#include <stdatomic.h>

#include "sim/run.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

static struct model model;
static const struct model *uninterrupted;
static atomic_uint stop_week;

struct state {
    struct scratch scratch;
    struct scenario scenario;
    uint64_t digest; /* of the run that nobody interrupts, on one thread */
};

static inline size_t cells_and_stop(const struct world *w, unsigned kind)
{
    if (w->week + 1 == atomic_load(&stop_week))
        run_interrupt();
    return uninterrupted->cells(w, kind);
}

static inline enum status run(struct state *t, const struct run_options *options, uint64_t *digest,
                              struct error *e)
{
    struct record record;
    struct run_cost cost;
    enum status status = run_execute(&t->scenario, options, &record, &cost, e);
    *digest = status == STATUS_DONE ? record_digest(&record) : 0;
    record_free(&record);
    return status;
}

static inline enum status resume(const char *out, const struct run_options *options,
                                 uint64_t *digest, struct error *e)
{
    struct scenario s;
    struct record record;
    struct run_cost cost;
    enum status status = run_resume(out, &model, options, &s, &record, &cost, e);
    *digest = status == STATUS_DONE ? record_digest(&record) : 0;
    record_free(&record);
    scenario_free(&s);
    return status;
}

/* Reads the scenario for `m` and runs it once without an interruption; ended by state_close. */
static inline struct state *state_open(const struct model *m, const char *text, const char *name)
{
    struct state *t = calloc(1, sizeof *t);
    const struct run_options options = {.threads = 1, .quiet = true};
    struct error e = {0};
    uninterrupted = m;
    model = *m;
    model.cells = cells_and_stop;
    atomic_store(&stop_week, 0);
    scratch_open(&t->scratch);
    assert_status(
        scenario_parse(&t->scenario, &model, text, strlen(text), name, NULL, NULL, 0, NULL, 0, &e),
        STATUS_DONE, &e);
    assert_status(run(t, &options, &t->digest, &e), STATUS_DONE, &e);
    assert_true(t->digest != 0);
    return t;
}

static inline int state_close(void **data)
{
    struct state *t = *data;
    scenario_free(&t->scenario);
    scratch_close(&t->scratch);
    free(t);
    return 0;
}

#endif
