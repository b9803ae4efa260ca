#include "analysis/experiment.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plan.h"
#include "sim/durable.h"
#include "sim/progress.h"
#include "sim/ranks.h"
#include "sim/reader.h"

bool experiment_parse_shard(const char *text, struct shard *shard)
{
    unsigned number, count;
    int end = 0;
    if (strchr(text, '-') || sscanf(text, "%u/%u%n", &number, &count, &end) != 2 || text[end])
        return false;
    *shard = (struct shard){number, count};
    return number >= 1 && number <= count && count <= 1000000;
}

char *experiment_output(const char *path, struct shard shard)
{
    struct stem stem = durable_stem(path);
    if (shard.count == 1)
        return durable_format("%.*s.h5", stem.length, stem.name);
    return durable_format("%.*s-%u-of-%u.h5", stem.length, stem.name, shard.number, shard.count);
}

static const char *arms_word(const struct ensemble *x)
{
    bool arm = strcmp(x->unit, "arm") == 0;
    return arm ? (x->arms == 1 ? "arm" : "arms") : (x->arms == 1 ? "point" : "points");
}

static size_t runs_of_shard(const struct ensemble *x, struct shard shard)
{
    size_t runs = ensemble_runs(x);
    return runs / shard.count + (runs % shard.count >= shard.number);
}

/* --- replicates until a contrast is known ------------------------------------------------------
 */

struct contrast {
    const struct plan *plan;
    struct scenario scenarios[2];
    struct record records[2];
    float *values;
    double *differences;
    size_t seen, count; /* replicates that were looked at, and of them those with a difference */
    double mean, half;  /* of the 95 % interval */
};

static void contrast_free(struct contrast *c)
{
    for (int i = 0; i < 2; i++) {
        record_free(&c->records[i]);
        scenario_free(&c->scenarios[i]);
    }
    free(c->values);
    free(c->differences);
}

static enum status contrast_open(struct contrast *c, const struct plan *p, struct error *e)
{
    const struct ensemble *x = &p->ensemble;
    enum status status = STATUS_DONE;
    c->plan = p;
    for (int i = 0; i < 2 && status == STATUS_DONE; i++) {
        status = ensemble_scenario(x, p->model, p->until.arms[i], &c->scenarios[i], e);
        if (status == STATUS_DONE)
            status = record_init_one(&c->records[i], &c->scenarios[i], 0, 0, e);
    }
    c->values = malloc((ensemble_values(x) + 1) * sizeof *c->values);
    c->differences = malloc((p->until.at_most + 1) * sizeof *c->differences);
    if (status == STATUS_DONE && (!c->values || !c->differences))
        status = error_add(e, STATUS_FAILED, "out of memory");
    return status;
}

/* The outcome of one run; NaN when it failed. */
static enum status outcome_of(struct contrast *c, const struct ensemble *x, int which,
                              size_t replicate, const struct store_source *source, double *value,
                              struct error *e)
{
    const struct model *m = c->plan->model;
    const struct plan_until *u = &c->plan->until;
    struct record *r = &c->records[which];
    enum run_state state;
    size_t size = x->weeks * x->places;
    char *why = NULL;
    enum status status =
        source->take(source->context, u->arms[which], replicate, &state, c->values, &why, e);
    free(why);
    *value = NAN;
    if (status != STATUS_DONE || state != RUN_DONE)
        return status;
    for (size_t k = 0; k < m->observable_count; k++) {
        size_t kept = ensemble_variable(x, m->observables[k].name);
        if (kept < x->variable_count)
            memcpy(record_at(r, k, 0, 0), c->values + kept * size, size * sizeof *c->values);
    }
    r->weeks_done[0] = (uint32_t)x->weeks;
    *value = outcome_value(&u->outcome, r, 0, u->last);
    return STATUS_DONE;
}

static void take_interval(struct contrast *c)
{
    double sum = 0, squares = 0;
    c->mean = c->half = NAN;
    for (size_t i = 0; i < c->count; i++)
        sum += c->differences[i];
    if (c->count < 2)
        return;
    c->mean = sum / (double)c->count;
    for (size_t i = 0; i < c->count; i++)
        squares += (c->differences[i] - c->mean) * (c->differences[i] - c->mean);
    double freedom = (double)(c->count - 1);
    c->half = gsl_cdf_tdist_Pinv(0.975, freedom) * sqrt(squares / freedom / (double)c->count);
}

/* A quarter more, until the interval is narrow enough; after whole batches, so that the number of
 * replicates depends neither on threads nor on interruptions. */
static enum status more_replicates(void *context, const struct ensemble *x,
                                   const struct store_source *source, size_t *replicates,
                                   struct error *e)
{
    struct contrast *c = context;
    const struct plan_until *u = &c->plan->until;
    enum status status = STATUS_DONE;
    for (; c->seen < x->replicates && status == STATUS_DONE; c->seen++) {
        double values[2] = {NAN, NAN};
        for (int i = 0; i < 2 && status == STATUS_DONE; i++)
            status = outcome_of(c, x, i, c->seen, source, &values[i], e);
        if (isfinite(values[0] - values[1]))
            c->differences[c->count++] = values[0] - values[1];
    }
    take_interval(c);
    if (status != STATUS_DONE || c->half <= u->half_width || x->replicates >= u->at_most)
        return status;
    size_t next = x->replicates + (x->replicates < 4 ? 1 : x->replicates / 4);
    *replicates = next < u->at_most ? next : u->at_most;
    return STATUS_DONE;
}

/* --- what it takes -----------------------------------------------------------------------------
 */

/* Seconds that one run takes on one thread, by a short one of the base. */
static enum status time_a_run(const struct plan *p, double *seconds, struct error *e)
{
    static const double enough = 0.5;
    const struct ensemble *x = &p->ensemble;
    struct scenario s;
    struct world *w;
    enum status status = ensemble_base(x, p->model, 0, &s, e);
    if (status != STATUS_DONE)
        return status;
    double began = progress_seconds();
    status = world_open(&w, p->model, &s, 0, 1, e);
    double built = progress_seconds();
    while (status == STATUS_DONE && w->week < x->weeks && progress_seconds() - built < enough)
        world_step(w);
    if (status == STATUS_DONE) {
        double step = (progress_seconds() - built) / w->week;
        *seconds = built - began + step * (double)(x->weeks - x->burn_in);
        world_close(w);
    }
    scenario_free(&s);
    return status;
}

static enum status print_estimate(const struct plan *p, const struct experiment_request *request,
                                  const char *path, FILE *out, struct error *e)
{
    const struct ensemble *x = &p->ensemble;
    double seconds = 0;
    char time[32];
    int threads = request->threads > 0 ? request->threads
                  : request->spread    ? ranks_threads()
                                       : omp_get_num_procs();
    if (request->spread)
        threads *= ranks_count();
    struct shard shard = request->shard;
    enum status status = time_a_run(p, &seconds, e);
    if (status != STATUS_DONE)
        return status;
    size_t runs = runs_of_shard(x, shard);
    progress_duration(seconds * (double)runs / threads, time, sizeof time);
    fprintf(out, "title        %s\n", *x->title ? x->title : x->model_title);
    fprintf(out, "design       %s: %zu %s\n", x->design.kind, x->arms, arms_word(x));
    if (p->until.given)
        fprintf(out, "replicates   %zu to %zu\n", x->replicates, p->until.at_most);
    else
        fprintf(out, "replicates   %zu\n", x->replicates);
    fprintf(out, "runs         %zu", runs);
    if (shard.count > 1)
        fprintf(out, " of %zu, in shard %u of %u", ensemble_runs(x), shard.number, shard.count);
    fprintf(out, "%s\n", p->until.given ? ", or more" : "");
    fprintf(out, "weeks        %zu%s\n", x->weeks,
            x->burn_in > 0 ? ", the first of them once a replicate" : "");
    fprintf(out, "series       %zu\n", x->variable_count);
    fprintf(out, "time         about %s (h:mm:ss or m:ss) on %d thread%s\n", time, threads,
            threads == 1 ? "" : "s");
    fprintf(out, "disk         about %.1f MB while it works\n",
            (ensemble_part_bytes(x, shard) + ensemble_file_bytes(x, shard)) / 1e6);
    fprintf(out, "file         about %.1f MB: %s\n", ensemble_file_bytes(x, shard) / 1e6, path);
    if (p->broken > 0)
        fprintf(out, "fail         %zu points, which break a rule: %s\n", p->broken,
                p->broken_rule);
    return ensemble_fits(x, shard, path, e);
}

/* --- the commands ------------------------------------------------------------------------------
 */

static void announce(const struct plan *p, const struct experiment_request *request)
{
    const struct ensemble *x = &p->ensemble;
    if (request->quiet)
        return;
    fprintf(stderr, "%s: %zu %s, %zu replicate%s%s, %zu weeks",
            *x->title ? x->title : x->model_title, x->arms, arms_word(x), x->replicates,
            x->replicates == 1 ? "" : "s", p->until.given ? " at first" : "", x->weeks);
    if (request->shard.count > 1)
        fprintf(stderr, "; shard %u of %u", request->shard.number, request->shard.count);
    fputs("\n", stderr);
    if (p->broken > 0)
        fprintf(stderr, "%zu points break a rule and will be recorded as failed: %s\n", p->broken,
                p->broken_rule);
}

static void tell_failures(const struct ensemble_outcome *outcome)
{
    if (outcome->failed > 0)
        fprintf(stderr, "%zu of %zu runs failed and are recorded as such; one of them:\n    %.*s\n",
                outcome->failed, outcome->done + outcome->failed,
                (int)strcspn(outcome->why ? outcome->why : "", "\n"),
                outcome->why ? outcome->why : "");
}

static void advise(const struct ensemble *x, const char *out)
{
    bool indices = strcmp(x->design.kind, "saltelli") == 0 || strcmp(x->design.kind, "morris") == 0;
    fprintf(stderr, "Everything is in %s; what next:\n  samskab %s %s\n  samskab report %s\n", out,
            indices ? "sensitivity" : "compare", out, out);
}

static void tell(const struct plan *p, const struct experiment_request *request, const char *out,
                 const struct ensemble_outcome *outcome, const struct contrast *c)
{
    const struct ensemble *x = &p->ensemble;
    char time[32];
    progress_duration(outcome->cost.total_seconds, time, sizeof time);
    tell_failures(outcome);
    if (request->quiet)
        return;
    if (outcome->complete)
        fprintf(stderr, "Nothing is left to do. ");
    else
        fprintf(stderr, "Done in %s: %zu runs", time, outcome->done + outcome->failed);
    if (outcome->before > 0 && !outcome->complete)
        fprintf(stderr, ", %zu of them before", outcome->before);
    if (!outcome->complete)
        fputs(". ", stderr);
    if (p->until.given && !outcome->complete)
        fprintf(stderr, "\n%s minus %s is %.4g, give or take %.2g, after %zu replicates%s.\n",
                x->arm_names[p->until.arms[0]], x->arm_names[p->until.arms[1]], c->mean, c->half,
                x->replicates,
                c->half <= p->until.half_width ? "" : "; that is as many as the plan allows");
    if (request->shard.count > 1)
        fprintf(stderr, "Shard %u of %u is in %s; join all with `samskab merge`.\n",
                request->shard.number, request->shard.count, out);
    else
        advise(x, out);
}

/* What all ranks make of their statuses. */
static enum status agree(const struct experiment_request *request, enum status status,
                         struct error *e)
{
    return request->spread ? ranks_agree(status, e) : status;
}

static enum status work(struct plan *p, const struct experiment_request *request, const char *out,
                        struct error *e)
{
    struct contrast c = {0};
    struct ensemble_outcome outcome = {0};
    const struct ensemble_options options = {.out = out,
                                             .command = request->command,
                                             .threads = request->threads,
                                             .shard = request->shard,
                                             .spread = request->spread,
                                             .quiet = request->quiet,
                                             .force = request->force,
                                             .resume = request->resume,
                                             .more = p->until.given ? more_replicates : NULL,
                                             .context = &c};
    enum status status = p->until.given ? contrast_open(&c, p, e) : STATUS_DONE;
    status = agree(request, status, e);
    announce(p, request);
    if (status == STATUS_DONE)
        status = ensemble_execute(&p->ensemble, p->model, &options, &outcome, e);
    bool leads = !request->spread || ranks_rank() == 0;
    if (status == STATUS_DONE && leads)
        tell(p, request, out, &outcome, &c);
    if (status == STATUS_DONE && leads && outcome.done == 0)
        status = error_add(e, STATUS_FAILED, "%s: none of its runs could be done", out);
    if (status == STATUS_INTERRUPTED)
        fprintf(stderr, "Interrupted; what was done is saved in %s.parts. Go on with --resume.\n",
                out);
    char *parts = durable_format("%s.parts", out);
    if (status == STATUS_FAILED && parts && durable_is_folder(parts))
        error_add(e, status, "What was done before is saved in %s; go on with --resume", parts);
    free(parts);
    free(outcome.why);
    contrast_free(&c);
    return status;
}

enum status experiment_make(const struct model *m, const struct experiment_request *request,
                            FILE *out, struct error *e)
{
    struct plan p = {0};
    struct experiment_request own = *request;
    if (own.shard.count == 0)
        own.shard = (struct shard){1, 1};
    char *name = request->out ? strdup(request->out) : experiment_output(request->path, own.shard);
    enum status status =
        name ? plan_read(&p, m, request->path, e) : error_add(e, STATUS_FAILED, "out of memory");
    if (status == STATUS_DONE && p.until.given && own.shard.count > 1)
        status = error_add(e, STATUS_BAD_INPUT,
                           "%s: until needs all runs in one place; it cannot be done in shards",
                           request->path);
    status = agree(request, status, e);
    if (status == STATUS_DONE && request->dry && (!request->spread || ranks_rank() == 0))
        status = print_estimate(&p, &own, name, out, e);
    else if (status == STATUS_DONE && !request->dry)
        status = work(&p, &own, name, e);
    plan_free(&p);
    free(name);
    return status;
}

/* Whether a file holds the runs of a plan, however the rest of its text has changed since. */
static bool holds(const struct ensemble_file *f, const struct plan *p)
{
    struct ensemble asked = p->ensemble;
    char identity[32];
    asked.plan = f->ensemble.plan;
    snprintf(identity, sizeof identity, "%016llx", (unsigned long long)ensemble_digest(&asked));
    return strcmp(identity, f->identity) == 0 && f->shard.count == 1 &&
           (p->until.given || f->ensemble.replicates == p->ensemble.replicates);
}

static enum status check_file(const struct model *m, const struct experiment_request *request,
                              struct error *e)
{
    struct plan p;
    struct ensemble_file f;
    enum status status = plan_read(&p, m, request->path, e);
    if (status == STATUS_DONE)
        status = reader_ensemble_open(&f, request->out, e);
    if (status == STATUS_DONE) {
        if (!holds(&f, &p))
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: holds other runs than %s asks for; `samskab experiment %s "
                               "--force -o %s` does them",
                               request->out, request->path, request->path, request->out);
        reader_ensemble_close(&f);
    }
    plan_free(&p);
    return status;
}

enum status experiment_need(const struct model *m, const struct experiment_request *request,
                            FILE *out, struct error *e)
{
    if (durable_is_file(request->out))
        return check_file(m, request, e);
    struct experiment_request whole = *request;
    whole.resume = true;
    return experiment_make(m, &whole, out, e);
}

enum status experiment_merge(const struct merge_request *request, struct error *e)
{
    struct ensemble_outcome outcome;
    const struct store_run_options options = {.command = request->command,
                                              .replace = request->force};
    enum status status =
        ensemble_merge(request->paths, request->count, &options, request->out, &outcome, e);
    if (status == STATUS_DONE)
        tell_failures(&outcome);
    if (status == STATUS_DONE && !request->quiet)
        fprintf(stderr, "%zu runs of %zu shards are in %s.\n", outcome.done + outcome.failed,
                request->count, request->out);
    free(outcome.why);
    return status;
}
