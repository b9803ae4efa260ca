#include "sim/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/model.h"

/* The product of four sizes, at most `most`; 0 when it is more. */
static size_t product(const size_t factors[4], size_t most)
{
    size_t n = 1;
    for (size_t k = 0; k < 4; k++) {
        if (factors[k] != 0 && n > most / factors[k])
            return 0;
        n *= factors[k];
    }
    return n;
}

static enum status init(struct record *r, const struct scenario *s, size_t replicates,
                        struct error *e)
{
    const struct model *m = s->model;
    memset(r, 0, sizeof *r);
    r->scenario = s;
    r->replicates = replicates;
    r->weeks = (size_t)s->values[m->weeks_param];
    r->places = s->place_count;
    r->observables = m->observable_count;

    const size_t shape[] = {r->observables, r->replicates, r->weeks, r->places};
    size_t values = product(shape, PTRDIFF_MAX / sizeof *r->series);
    r->series = values ? malloc(values * sizeof *r->series) : NULL;
    r->weeks_done = calloc(r->replicates, sizeof *r->weeks_done);
    if (!r->series || !r->weeks_done) {
        record_free(r);
        return error_add(e, STATUS_FAILED,
                         "memory is short: %.3g bytes for %zu series of %zu replicates, %zu weeks "
                         "and %zu places",
                         (double)shape[0] * (double)shape[1] * (double)shape[2] * (double)shape[3] *
                             (double)sizeof *r->series,
                         shape[0], shape[1], shape[2], shape[3]);
    }
    for (size_t k = 0; k < values; k++) /* weeks that are not done yet */
        r->series[k] = NAN;
    return STATUS_DONE;
}

enum status record_init(struct record *r, const struct scenario *s, struct error *e)
{
    return init(r, s, (size_t)s->values[s->model->replicates_param], e);
}

enum status record_init_one(struct record *r, const struct scenario *s, size_t replicate,
                            size_t part, struct error *e)
{
    enum status status = init(r, s, 1, e);
    r->first = replicate;
    r->part = part;
    return status;
}

void record_take(struct record *r, const struct world *w)
{
    for (size_t k = 0; k < r->observables; k++) {
        float *value = record_at(r, k, w->replicate - r->first, w->week - 1);
        for (size_t place = 0; place < r->places; place++)
            value[place] = w->observed[place * r->observables + k];
    }
    r->weeks_done[w->replicate - r->first] = w->week;
}

uint64_t record_digest(const struct record *r)
{
    size_t values = r->observables * r->replicates * r->weeks * r->places;
    return digest_bytes(DIGEST_EMPTY, r->series, values * sizeof *r->series);
}

void record_free(struct record *r)
{
    free(r->series);
    free(r->weeks_done);
    memset(r, 0, sizeof *r);
}
