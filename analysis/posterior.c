#include "analysis/posterior.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"
#include "analysis/posterior_parts.h"
#include "analysis/weighted.h"
#include "sim/interrupt.h"
#include "sim/progress.h"

static const double share_kept = 0.5; /* of a generation, by which the next distance is set */
static const double most_kept = 0.9;  /* when few trials are left; beyond, it ends */
static const double sure = 0.9;       /* of the trials left, that a generation may be counted on */
static const double rarest = 0.01;    /* trials near enough, below which it ends */
static const double wider = 2;        /* times the covariance of the last generation */
static const double jitter = 1e-10;   /* variance that every share has at least */
static const double save_seconds = 0.5; /* of work that may be lost */

enum {
    TRIES = 100000,               /* of a step to stay within ranges and rules */
    REFUSALS = 1000,              /* by rules among them */
    PREDICTIVE = STREAM_WEEKS - 1 /* number of the generation that is simulated anew */
};

/* --- the kernel ------------------------------------------------------------------------------- */

/* Steps from the last generation, in shares of ranges. */
struct kernel {
    size_t size;
    const struct draw *draws;
    size_t count;
    gsl_ran_discrete_t *ancestors;
    gsl_matrix *factor; /* of the covariance: lower triangle */
};

static void kernel_free(struct kernel *k)
{
    gsl_ran_discrete_free(k->ancestors);
    gsl_matrix_free(k->factor);
    memset(k, 0, sizeof *k);
}

/* One share of all draws, and their weights; free both. */
static bool columns_of(const struct draw *draws, size_t count, size_t size, double **shares,
                       double **weights)
{
    *shares = malloc(size * count * sizeof **shares);
    *weights = malloc(count * sizeof **weights);
    for (size_t i = 0; *shares && *weights && i < count; i++) {
        (*weights)[i] = draws[i].weight;
        for (size_t k = 0; k < size; k++)
            (*shares)[k * count + i] = draws[i].shares[k];
    }
    return *shares && *weights;
}

static bool kernel_make(struct kernel *k, const struct draw *draws, size_t count, size_t size)
{
    double *shares, *weights;
    *k = (struct kernel){.size = size, .draws = draws, .count = count};
    k->factor = gsl_matrix_alloc(size, size);
    bool good = columns_of(draws, count, size, &shares, &weights) && k->factor;
    if (good)
        k->ancestors = gsl_ran_discrete_preproc(count, weights);
    good = good && k->ancestors;
    for (size_t i = 0; i < size && good; i++)
        for (size_t j = 0; j < size; j++)
            gsl_matrix_set(k->factor, i, j,
                           wider * weighted_covariance(shares + i * count, shares + j * count,
                                                       weights, count) +
                               (i == j ? jitter : 0));
    good = good && gsl_linalg_cholesky_decomp1(k->factor) == 0;
    free(shares);
    free(weights);
    return good;
}

static bool inside(const double *shares, size_t size)
{
    for (size_t k = 0; k < size; k++)
        if (!(shares[k] >= 0 && shares[k] <= 1))
            return false;
    return true;
}

/* A step from one of the last generation, or, without one, anywhere. */
static void kernel_draw(const struct kernel *k, size_t size, gsl_rng *r, double *shares)
{
    if (!k->draws) {
        for (size_t i = 0; i < size; i++)
            shares[i] = gsl_ran_flat(r, 0, 1);
        return;
    }
    size_t ancestor = gsl_ran_discrete(r, k->ancestors);
    gsl_vector_const_view from = gsl_vector_const_view_array(k->draws[ancestor].shares, size);
    gsl_vector_view to = gsl_vector_view_array(shares, size);
    gsl_ran_multivariate_gaussian(r, &from.vector, k->factor, &to.vector);
}

/* prior / sum of w_i K, but for a factor that all have. */
static double kernel_weight(const struct kernel *k, const double *shares)
{
    double scratch[TARGETS_FREE], sum = 0, density;
    gsl_vector_view work = gsl_vector_view_array(scratch, k->size);
    gsl_vector_const_view at = gsl_vector_const_view_array(shares, k->size);
    for (size_t i = 0; i < k->count; i++) {
        gsl_vector_const_view from = gsl_vector_const_view_array(k->draws[i].shares, k->size);
        gsl_ran_multivariate_gaussian_pdf(&at.vector, &from.vector, k->factor, &density,
                                          &work.vector);
        sum += k->draws[i].weight * density;
    }
    return 1 / sum;
}

/* --- one trial -------------------------------------------------------------------------------- */

struct sampler {
    const struct targets *t;
    const struct calibrate_request *request;
    struct posterior *p;
    const struct posterior_parts *parts;
    size_t wanted, trials; /* draws, and trials for them at most */
    int beside, inside;    /* threads: trials at a time, and within each */
    struct kernel kernel;
    double shift; /* of the draws that are simulated anew */
    struct progress progress;
    struct error *error;
    enum status status;
};

/* Trials that belong together.  Of `list` the first `issued` are done or at work. */
struct phase {
    unsigned number;
    size_t wanted, limit; /* near enough; trials at most */
    double distance;
    size_t replicates;
    struct slot {
        bool done, saved;
        struct draw draw;
    } * list;
    size_t size, issued, near;
    double saved; /* when, in seconds */
};

/* A number that any seed may have. */
static uint64_t seed_of(struct stream *s)
{
    uint64_t high = stream_bits(s);
    return (high << 21 | stream_bits(s) >> 11) & ((UINT64_C(1) << 53) - 1);
}

static enum status simulate(const struct sampler *s, const struct phase *phase, uint64_t seed,
                            struct draw *d, struct error *e)
{
    const struct targets *t = s->t;
    double values[TARGETS_FREE];
    for (size_t k = 0; k < t->free_count; k++)
        values[k] = free_value(&t->free[k], d->shares[k]);
    const struct targets_run run = {.values = values,
                                    .seed = seed,
                                    .replicates = phase->replicates,
                                    .threads = s->inside,
                                    .beside = true};
    struct sample *outcomes = calloc(t->count, sizeof *outcomes);
    if (!outcomes)
        return error_add(e, STATUS_FAILED, "out of memory");
    enum status status = targets_simulate(t, &run, outcomes, e);
    for (size_t k = 0; k < t->count && status == STATUS_DONE; k++)
        d->outcomes[k] = sample_interval(&outcomes[k]).mean;
    if (status == STATUS_DONE)
        d->distance = targets_distance(t, outcomes);
    free(outcomes);
    return status;
}

/* What a rule between parameters forbids is drawn again: the prior is nothing there. */
static enum status compute(const struct sampler *s, const struct phase *phase, size_t number,
                           struct draw *d, struct error *e)
{
    struct stream stream;
    gsl_rng r;
    stream_open(&stream, s->p->seed, UINT32_MAX, (uint32_t)number, phase->number, CHANCE_CANDIDATE);
    stream_gsl(&r, &stream);
    enum status status = STATUS_BAD_INPUT;
    for (size_t i = 0, refused = 0; i < TRIES && refused < REFUSALS; i++) {
        kernel_draw(&s->kernel, s->t->free_count, &r, d->shares);
        if (!inside(d->shares, s->t->free_count))
            continue;
        uint64_t seed = seed_of(&stream);
        error_free(e);
        status = simulate(s, phase, seed, d, e);
        if (status != STATUS_BAD_INPUT)
            return status;
        refused++;
    }
    error_free(e);
    return error_add(e, status, "%s: rules of the model leave no values within the ranges of free",
                     s->t->file);
}

/* A draw of the posterior, taken by weight (systematically), in a fresh replicate. */
static enum status compute_anew(const struct sampler *s, const struct phase *phase, size_t number,
                                struct draw *d, struct error *e)
{
    const struct posterior *p = s->p;
    struct stream stream;
    double goal = ((double)number + s->shift) / (double)phase->wanted, sum = p->draws[0].weight;
    size_t i = 0;
    while (sum < goal && i + 1 < p->count)
        sum += p->draws[++i].weight;
    *d = p->draws[i];
    chance_open(&stream, p->seed, CHANCE_PREDICTIVE, number);
    return simulate(s, phase, seed_of(&stream), d, e);
}

/* --- many trials; take, put and save are called by one thread at a time ------------------------
 */

static void worse(struct sampler *s, enum status status, const struct error *e)
{
    if (status == STATUS_DONE || (s->status != STATUS_DONE && s->status != STATUS_INTERRUPTED))
        return;
    s->status = status;
    if (status != STATUS_INTERRUPTED)
        error_pass_on(s->error, status, e);
}

static bool make_room(struct sampler *s, struct phase *phase, size_t number)
{
    size_t size = phase->size;
    while (size <= number)
        size = size ? 2 * size : 256;
    if (size == phase->size)
        return true;
    struct slot *more = realloc(phase->list, size * sizeof *more);
    if (!more) {
        s->status = error_add(s->error, STATUS_FAILED, "out of memory");
        return false;
    }
    memset(more + phase->size, 0, (size - phase->size) * sizeof *more);
    phase->list = more;
    phase->size = size;
    return true;
}

static void save(struct sampler *s, struct phase *phase)
{
    size_t count = 0;
    struct numbered *trials = calloc(phase->issued + 1, sizeof *trials);
    if (!trials) {
        s->status = error_add(s->error, STATUS_FAILED, "out of memory");
        return;
    }
    for (size_t i = 0; i < phase->issued; i++)
        if (phase->list[i].done && !phase->list[i].saved)
            trials[count++] = (struct numbered){i, phase->list[i].draw};
    struct error e = {0};
    enum status status = posterior_parts_save(s->parts, phase->number, trials, count, &e);
    worse(s, status, &e);
    error_free(&e);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++)
        phase->list[trials[i].number].saved = true;
    phase->saved = progress_seconds();
    free(trials);
}

static void count_near(struct phase *phase, size_t number)
{
    phase->near += phase->list[number].draw.distance <= phase->distance;
}

/* The next trial that is to be computed; those that were loaded count when their turn comes. */
static bool take(struct sampler *s, struct phase *phase, size_t *number)
{
    if (s->status == STATUS_DONE && interrupt_seen())
        s->status = STATUS_INTERRUPTED;
    while (s->status == STATUS_DONE && phase->near < phase->wanted &&
           phase->issued < phase->limit && make_room(s, phase, phase->issued)) {
        *number = phase->issued++;
        if (!phase->list[*number].done)
            return true;
        count_near(phase, *number);
        s->progress.work -= phase->replicates;
    }
    return false;
}

static void put(struct sampler *s, struct phase *phase, size_t number, const struct draw *d)
{
    char note[96];
    phase->list[number].draw = *d;
    phase->list[number].done = true;
    count_near(phase, number);
    if (phase->number == PREDICTIVE)
        snprintf(note, sizeof note, "predictive check: %zu of %zu", phase->near, phase->wanted);
    else if (phase->number == 1)
        snprintf(note, sizeof note, "generation 1: %zu of %zu draws of the prior; at most",
                 phase->near, phase->wanted);
    else
        snprintf(note, sizeof note, "generation %u: %zu of %zu draws within %.3g; at most",
                 phase->number, phase->near, phase->wanted, phase->distance);
    progress_step(&s->progress, s->progress.done + phase->replicates, note);
    if (progress_seconds() - phase->saved >= save_seconds)
        save(s, phase);
}

static void work(struct sampler *s, struct phase *phase)
{
    size_t number = 0;
    bool more;
    for (;;) {
#pragma omp critical(samskab_trials)
        more = take(s, phase, &number);
        if (!more)
            return;
        struct draw d = {0};
        struct error e = {0};
        enum status status =
            (phase->number == PREDICTIVE ? compute_anew : compute)(s, phase, number, &d, &e);
#pragma omp critical(samskab_trials)
        {
            worse(s, status, &e);
            if (status == STATUS_DONE)
                put(s, phase, number, &d);
        }
        error_free(&e);
    }
}

static void load(struct sampler *s, struct phase *phase)
{
    struct numbered *trials;
    size_t count;
    s->status = posterior_parts_load(s->parts, phase->number, &trials, &count, s->error);
    for (size_t i = 0; i < count && s->status == STATUS_DONE; i++)
        if (trials[i].number < phase->limit && make_room(s, phase, trials[i].number))
            phase->list[trials[i].number] = (struct slot){true, true, trials[i].draw};
    free(trials);
}

/* Computes what is missing until enough are near enough, or no trials are left. */
static void run_phase(struct sampler *s, struct phase *phase)
{
    load(s, phase);
    phase->saved = progress_seconds();
    if (s->beside == 1) { /* in no team of threads, see sim/run.c */
        work(s, phase);
    } else {
#pragma omp parallel num_threads(s->beside)
        work(s, phase);
    }
    save(s, phase);
}

/* --- generations ------------------------------------------------------------------------------ */

/* The first that are near enough, by number; gives how many trials that took, 0 when too few are.
 */
static size_t choose(const struct phase *phase, struct draw *draws)
{
    size_t found = 0, i = 0;
    for (; i < phase->issued && found < phase->wanted; i++)
        if (phase->list[i].done && phase->list[i].draw.distance <= phase->distance)
            draws[found++] = phase->list[i].draw;
    return found == phase->wanted ? i : 0;
}

static void weigh(const struct sampler *s, struct draw *draws, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        draws[i].weight = s->kernel.draws ? kernel_weight(&s->kernel, draws[i].shares) : 1;
        sum += draws[i].weight;
    }
    for (size_t i = 0; i < count; i++)
        draws[i].weight /= sum;
}

/* One generation, in p->draws; false when there is none. */
static bool run_generation(struct sampler *s, double distance)
{
    struct posterior *p = s->p;
    struct phase phase = {.number = (unsigned)p->generation_count + 1,
                          .wanted = s->wanted,
                          .limit = s->trials - p->trials,
                          .distance = distance,
                          .replicates = s->t->replicates};
    struct draw *draws = calloc(s->wanted, sizeof *draws);
    size_t trials = 0;
    if (!draws)
        s->status = error_add(s->error, STATUS_FAILED, "out of memory");
    else
        run_phase(s, &phase);
    if (s->status == STATUS_DONE)
        trials = choose(&phase, draws);
    p->trials += trials > 0 ? trials : s->status == STATUS_DONE ? phase.limit : 0;
    if (trials > 0) {
        weigh(s, draws, s->wanted);
        free(p->draws == p->prior ? NULL : p->draws);
        p->draws = draws;
        p->count = s->wanted;
        p->generations[p->generation_count++] =
            (struct generation){distance, trials, posterior_effective(p)};
        if (!p->prior)
            p->prior = draws;
    } else {
        free(draws);
    }
    free(phase.list);
    return trials > 0;
}

/* The share of the last generation that the next is to be as near as.  That takes about as many
 * trials as the last, divided by the share, or fewer; where few trials are left it is made larger,
 * so that they are enough. */
static double share_due(const struct sampler *s)
{
    const struct posterior *p = s->p;
    double left = (double)(s->trials - p->trials);
    double share = (double)p->generations[p->generation_count - 1].trials / (sure * left);
    return share > share_kept ? share : share_kept;
}

/* The distance of the next generation; false when memory is short. */
static bool closer(struct sampler *s, double *next)
{
    const struct posterior *p = s->p;
    double *distances = malloc(p->count * sizeof *distances);
    double *weights = malloc(p->count * sizeof *weights), found = 0;
    for (size_t i = 0; distances && weights && i < p->count; i++) {
        distances[i] = p->draws[i].distance;
        weights[i] = p->draws[i].weight;
    }
    bool good = distances && weights &&
                weighted_quantile(distances, weights, p->count, fmin(share_due(s), 1), &found);
    if (!good)
        s->status = error_add(s->error, STATUS_FAILED, "out of memory");
    free(distances);
    free(weights);
    *next = fmax(found, s->t->distance);
    return good;
}

/* Whether another generation is due; sets p->end when not. */
static bool goes_on(const struct sampler *s, double next)
{
    struct posterior *p = s->p;
    const struct generation *last = &p->generations[p->generation_count - 1];
    if (last->distance <= s->t->distance)
        p->end = POSTERIOR_REACHED;
    else if (!(next < last->distance) || p->generation_count == POSTERIOR_GENERATIONS)
        p->end = POSTERIOR_STUCK;
    else if ((double)s->wanted < rarest * (double)last->trials)
        p->end = POSTERIOR_RARE;
    else if (share_due(s) > most_kept)
        p->end = POSTERIOR_SPENT;
    else
        return true;
    return false;
}

static void run_generations(struct sampler *s)
{
    double next = INFINITY;
    bool more = run_generation(s, next);
    while (more && closer(s, &next) && goes_on(s, next)) {
        if (!kernel_make(&s->kernel, s->p->draws, s->p->count, s->t->free_count))
            s->status = error_add(s->error, STATUS_FAILED,
                                  "no steps can be made from the draws: out of memory, or they "
                                  "differ too little");
        more = s->status == STATUS_DONE && run_generation(s, next);
        if (!more)
            s->p->end = POSTERIOR_SPENT;
        kernel_free(&s->kernel);
    }
}

/* --- what it comes to ------------------------------------------------------------------------- */

double posterior_effective(const struct posterior *p)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < p->count; i++) {
        sum += p->draws[i].weight;
        squares += p->draws[i].weight * p->draws[i].weight;
    }
    return sum * sum / squares;
}

static const double tail = 0.025, least_contraction = 0.2, least_chance = 0.05;

/* False when memory is short. */
static bool learn_one(struct posterior *p, size_t k, const double *shares, const double *weights,
                      const double *prior, const double *even, double *values)
{
    const struct free_parameter *f = &p->targets->free[k];
    struct learnt *l = &p->learnt[k];
    size_t n = p->count;
    double lo, median, hi, prior_lo, prior_hi;
    if (!weighted_quantile(shares, weights, n, tail, &lo) ||
        !weighted_quantile(shares, weights, n, 0.5, &median) ||
        !weighted_quantile(shares, weights, n, 1 - tail, &hi) ||
        !weighted_quantile(prior, even, n, tail, &prior_lo) ||
        !weighted_quantile(prior, even, n, 1 - tail, &prior_hi) ||
        !weighted_kolmogorov(shares, weights, n, prior, n, &l->distance))
        return false;
    for (size_t i = 0; i < n; i++)
        values[i] = free_value(f, shares[i]);
    l->mean = weighted_mean(values, weights, n);
    l->deviation = sqrt(weighted_covariance(values, values, weights, n));
    l->median = free_value(f, median);
    l->lo = free_value(f, lo);
    l->hi = free_value(f, hi);
    l->prior_lo = free_value(f, prior_lo);
    l->prior_hi = free_value(f, prior_hi);
    l->contraction = 1 - (hi - lo) / (prior_hi - prior_lo);
    l->chance = kolmogorov_chance(l->distance, weighted_effective(weights, n), (double)n);
    l->alike = l->contraction < least_contraction || l->chance > least_chance;
    return true;
}

static void learn(struct sampler *s)
{
    struct posterior *p = s->p;
    size_t n = p->count, size = s->t->free_count;
    double *shares, *weights, *prior, *even, *values = malloc(n * sizeof *values);
    bool good = columns_of(p->draws, n, size, &shares, &weights);
    good = columns_of(p->prior, n, size, &prior, &even) && good && values;
    for (size_t i = 0; i < n && good; i++)
        even[i] = 1;
    for (size_t k = 0; k < size && good; k++)
        good = learn_one(p, k, shares + k * n, weights, prior + k * n, even, values);
    for (size_t i = 0; i < size && good; i++)
        for (size_t k = 0; k < size; k++)
            p->correlation[i][k] = weighted_correlation(shares + i * n, shares + k * n, weights, n);
    if (!good)
        s->status = error_add(s->error, STATUS_FAILED, "out of memory");
    free(shares);
    free(weights);
    free(prior);
    free(even);
    free(values);
}

/* False when memory is short. */
static bool predict_one(const struct sampler *s, const struct phase *phase, size_t k, double *x,
                        double *even)
{
    const struct objective *o = &s->t->list[k];
    struct predicted *predicted = &s->p->predicted[k];
    for (size_t i = 0; i < phase->wanted; i++) {
        x[i] = phase->list[i].draw.outcomes[k];
        even[i] = 1;
        predicted->within += (x[i] >= o->lo && x[i] <= o->hi) / (double)phase->wanted;
    }
    predicted->mean = weighted_mean(x, even, phase->wanted);
    return weighted_quantile(x, even, phase->wanted, tail, &predicted->lo) &&
           weighted_quantile(x, even, phase->wanted, 1 - tail, &predicted->hi);
}

/* Fresh replicates: what was accepted may owe something to luck. */
static void predict(struct sampler *s)
{
    struct phase phase = {.number = PREDICTIVE,
                          .wanted = s->wanted,
                          .limit = s->wanted,
                          .distance = INFINITY,
                          .replicates = 1};
    struct stream stream;
    chance_open(&stream, s->p->seed, CHANCE_PREDICTIVE, s->wanted);
    s->shift = stream_uniform(&stream);
    run_phase(s, &phase);
    double *x = malloc(s->wanted * sizeof *x), *even = malloc(s->wanted * sizeof *even);
    bool good = s->status != STATUS_DONE || (x && even);
    for (size_t k = 0; k < s->t->count && s->status == STATUS_DONE && good; k++)
        good = predict_one(s, &phase, k, x, even);
    if (!good)
        s->status = error_add(s->error, STATUS_FAILED, "out of memory");
    free(x);
    free(even);
    free(phase.list);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void choose_threads(struct sampler *s, uint64_t persons)
{
    int threads = s->request->threads > 0 ? s->request->threads : omp_get_num_procs();
    bool beside = run_side_by_side(s->wanted, threads, persons);
    s->beside = beside ? threads : 1;
    s->inside = beside ? 1 : run_threads_inside(threads, persons);
}

static size_t wanted_of(const struct targets *t, const struct calibrate_request *request)
{
    return request->draws > 0 ? request->draws : t->draws;
}

static size_t trials_of(const struct targets *t, const struct calibrate_request *request)
{
    return request->trials > 0 ? request->trials : t->trials;
}

enum status posterior_check(const struct targets *t, const struct calibrate_request *request,
                            struct error *e)
{
    if (t->free_count == 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: free lists no parameter; compare with --check",
                         t->file);
    if (trials_of(t, request) < 2 * wanted_of(t, request))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: trials are %zu, must be at least twice the %zu draws", t->file,
                         trials_of(t, request), wanted_of(t, request));
    return STATUS_DONE;
}

enum status posterior_run(struct posterior *p, const struct targets *t,
                          const struct calibrate_request *request, struct posterior_parts *parts,
                          struct error *e)
{
    static const struct posterior_parts none = {0};
    struct sampler s = {.t = t,
                        .request = request,
                        .p = p,
                        .parts = parts ? parts : &none,
                        .wanted = wanted_of(t, request),
                        .trials = trials_of(t, request),
                        .error = e};
    memset(p, 0, sizeof *p);
    p->targets = t;
    p->seed = request->seed ? *request->seed : t->seed;
    if (posterior_check(t, request, e) != STATUS_DONE)
        return STATUS_BAD_INPUT;
    choose_threads(&s, t->persons);
    progress_begin(&s.progress, request->quiet, s.trials * t->replicates + s.wanted, 0);
    run_generations(&s);
    if (s.status == STATUS_DONE)
        learn(&s);
    if (s.status == STATUS_DONE)
        predict(&s);
    progress_end(&s.progress);
    return s.status;
}

void posterior_free(struct posterior *p)
{
    free(p->draws == p->prior ? NULL : p->draws);
    free(p->prior);
    memset(p, 0, sizeof *p);
}
