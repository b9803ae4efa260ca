#include "analysis/pareto.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"

bool pareto_beats(const double *a, const double *b, const struct pareto_objective *objective,
                  size_t objectives)
{
    bool better = false;
    for (size_t k = 0; k < objectives; k++) {
        double gain = objective[k].smaller ? b[k] - a[k] : a[k] - b[k];
        if (gain < 0)
            return false;
        better = better || gain > 0;
    }
    return better;
}

/* What follows from one set of replicates. */
struct outcome_set {
    double *cell;    /* [mix][scenario][objective] mean over replicates */
    double *mean;    /* [mix][objective] */
    double *regret;  /* [mix][objective] */
    size_t *worst;   /* [mix][objective] */
    double *overall; /* [mix] */
};

/* Memory of all resamples. */
struct work {
    struct outcome_set set;
    double *means, *regrets, *overalls; /* as in the set, with [resample] last */
    uint32_t *wins;                     /* [mix][rival]: resamples in which it is beaten */
};

static bool set_init(struct outcome_set *s, const struct pareto_data *d)
{
    size_t values = d->mixes * d->objectives + 1;
    s->cell = calloc(values * d->scenarios, sizeof *s->cell);
    s->mean = calloc(values, sizeof *s->mean);
    s->regret = calloc(values, sizeof *s->regret);
    s->worst = calloc(values, sizeof *s->worst);
    s->overall = calloc(d->mixes + 1, sizeof *s->overall);
    return s->cell && s->mean && s->regret && s->worst && s->overall;
}

static void set_free(struct outcome_set *s)
{
    free(s->cell);
    free(s->mean);
    free(s->regret);
    free(s->worst);
    free(s->overall);
}

/* --- means ------------------------------------------------------------------------------------ */

/* Which replicates a cell takes: all, in order, without a stream. */
static void choose(struct stream *s, uint32_t *chosen, size_t replicates)
{
    for (size_t r = 0; r < replicates; r++)
        chosen[r] = s ? stream_below(s, (uint32_t)replicates) : (uint32_t)r;
}

static double mean_of(const double *y, const uint32_t *chosen, size_t replicates)
{
    double sum = 0;
    for (size_t r = 0; r < replicates; r++)
        sum += y[chosen[r]];
    return sum / (double)replicates;
}

static void find_means(const struct pareto_data *d, struct stream *s, uint32_t *chosen,
                       struct outcome_set *set)
{
    size_t k = d->objectives;
    choose(s, chosen, d->replicates);
    memset(set->mean, 0, d->mixes * k * sizeof *set->mean);
    for (size_t cell = 0; cell < d->mixes * d->scenarios; cell++) {
        if (!d->paired && cell > 0)
            choose(s, chosen, d->replicates);
        for (size_t o = 0; o < k; o++) {
            double mean = mean_of(d->y + (cell * k + o) * d->replicates, chosen, d->replicates);
            set->cell[cell * k + o] = mean;
            set->mean[cell / d->scenarios * k + o] += mean / (double)d->scenarios;
        }
    }
}

/* --- regret ----------------------------------------------------------------------------------- */

static double cell_of(const struct pareto_data *d, const struct outcome_set *set, size_t mix,
                      size_t scenario, size_t objective)
{
    return set->cell[(mix * d->scenarios + scenario) * d->objectives + objective];
}

/* The best value of an objective over mixes in a scenario. */
static double best_of(const struct pareto_data *d, const struct outcome_set *set, size_t scenario,
                      size_t objective)
{
    double best = cell_of(d, set, 0, scenario, objective);
    for (size_t i = 1; i < d->mixes; i++) {
        double value = cell_of(d, set, i, scenario, objective);
        best = d->objective[objective].smaller ? fmin(best, value) : fmax(best, value);
    }
    return best;
}

/* What an objective ranges over in all mixes and scenarios. */
static double range_of(const struct pareto_data *d, const struct outcome_set *set, size_t objective)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t cell = 0; cell < d->mixes * d->scenarios; cell++) {
        low = fmin(low, set->cell[cell * d->objectives + objective]);
        high = fmax(high, set->cell[cell * d->objectives + objective]);
    }
    return high - low;
}

static void find_regrets(const struct pareto_data *d, struct outcome_set *set)
{
    memset(set->regret, 0, d->mixes * d->objectives * sizeof *set->regret);
    memset(set->overall, 0, d->mixes * sizeof *set->overall);
    for (size_t o = 0; o < d->objectives; o++) {
        double range = range_of(d, set, o);
        for (size_t s = 0; s < d->scenarios; s++) {
            double best = best_of(d, set, s, o);
            for (size_t i = 0; i < d->mixes; i++) {
                double regret = fabs(best - cell_of(d, set, i, s, o));
                if (regret > set->regret[i * d->objectives + o]) {
                    set->regret[i * d->objectives + o] = regret;
                    set->worst[i * d->objectives + o] = s;
                }
                if (range > 0 && !d->objective[o].cost)
                    set->overall[i] = fmax(set->overall[i], regret / range);
            }
        }
    }
}

/* Whether a mix is near the best in a scenario, on all objectives but cost. */
static bool is_near(const struct pareto_data *d, const struct outcome_set *set, size_t mix,
                    size_t scenario)
{
    for (size_t o = 0; o < d->objectives; o++) {
        double best = best_of(d, set, scenario, o);
        double regret = fabs(best - cell_of(d, set, mix, scenario, o));
        if (!d->objective[o].cost && regret > d->within / 100 * fabs(best))
            return false;
    }
    return true;
}

/* --- resampling ------------------------------------------------------------------------------- */

static void count_wins(struct pareto *p, const struct pareto_data *d, struct work *w,
                       size_t resamples)
{
    size_t k = d->objectives;
    for (size_t i = 0; i < d->mixes; i++) {
        bool beaten = false;
        for (size_t j = 0; j < d->mixes; j++)
            if (pareto_beats(w->set.mean + j * k, w->set.mean + i * k, d->objective, k)) {
                w->wins[i * d->mixes + j]++;
                beaten = true;
            }
        p->share[i] += beaten ? 0 : 1 / (double)resamples;
    }
}

/* Mixes that share the smallest regret share the point. */
static void count_least(struct pareto *p, const struct pareto_data *d, const struct work *w,
                        size_t resamples)
{
    size_t ties = 0;
    double least = INFINITY;
    for (size_t i = 0; i < d->mixes; i++) {
        if (w->set.overall[i] < least)
            ties = 0;
        least = fmin(least, w->set.overall[i]);
        ties += w->set.overall[i] == least;
    }
    for (size_t i = 0; i < d->mixes; i++)
        if (w->set.overall[i] == least)
            p->least[i] += 1 / (double)ties / (double)resamples;
}

static void resample(struct pareto *p, const struct pareto_data *d, struct work *w,
                     uint32_t *chosen, size_t resamples, uint64_t seed)
{
    for (size_t b = 0; b < resamples; b++) {
        struct stream s;
        chance_open(&s, seed, CHANCE_ROWS, b);
        find_means(d, &s, chosen, &w->set);
        find_regrets(d, &w->set);
        count_wins(p, d, w, resamples);
        count_least(p, d, w, resamples);
        for (size_t i = 0; i < d->mixes * d->objectives; i++) {
            w->means[i * resamples + b] = w->set.mean[i];
            w->regrets[i * resamples + b] = w->set.regret[i];
        }
        for (size_t i = 0; i < d->mixes; i++)
            w->overalls[i * resamples + b] = w->set.overall[i];
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

static void find_rival(struct pareto *p, const struct pareto_data *d, const struct work *w,
                       size_t mix, size_t resamples)
{
    const uint32_t *wins = w->wins + mix * d->mixes;
    size_t rival = 0;
    for (size_t j = 1; j < d->mixes; j++)
        rival = wins[j] > wins[rival] ? j : rival;
    p->rival[mix] = wins[rival] > 0 ? rival : PARETO_NONE;
    p->beaten[mix] = (double)wins[rival] / (double)resamples;
}

static void take(struct pareto *p, const struct pareto_data *d, struct work *w, size_t resamples)
{
    size_t k = d->objectives;
    memcpy(p->worst, w->set.worst, d->mixes * k * sizeof *p->worst);
    for (size_t i = 0; i < d->mixes * k; i++) {
        p->mean[i] = measure_of(w->set.mean[i], w->means + i * resamples, resamples);
        p->regret[i] = measure_of(w->set.regret[i], w->regrets + i * resamples, resamples);
    }
    for (size_t i = 0; i < d->mixes; i++) {
        p->overall[i] = measure_of(w->set.overall[i], w->overalls + i * resamples, resamples);
        p->best[i] = true;
        for (size_t j = 0; j < d->mixes; j++)
            if (pareto_beats(w->set.mean + j * k, w->set.mean + i * k, d->objective, k))
                p->best[i] = false;
        for (size_t s = 0; s < d->scenarios; s++)
            p->near[i] += is_near(d, &w->set, i, s) ? 1 / (double)d->scenarios : 0;
        find_rival(p, d, w, i, resamples);
    }
}

static bool pareto_init(struct pareto *p, const struct pareto_data *d)
{
    size_t mixes = d->mixes + 1, values = d->mixes * d->objectives + 1;
    *p = (struct pareto){.mixes = d->mixes, .objectives = d->objectives};
    p->mean = calloc(values, sizeof *p->mean);
    p->best = calloc(mixes, sizeof *p->best);
    p->share = calloc(mixes, sizeof *p->share);
    p->rival = calloc(mixes, sizeof *p->rival);
    p->beaten = calloc(mixes, sizeof *p->beaten);
    p->regret = calloc(values, sizeof *p->regret);
    p->worst = calloc(values, sizeof *p->worst);
    p->overall = calloc(mixes, sizeof *p->overall);
    p->least = calloc(mixes, sizeof *p->least);
    p->near = calloc(mixes, sizeof *p->near);
    return p->mean && p->best && p->share && p->rival && p->beaten && p->regret && p->worst &&
           p->overall && p->least && p->near;
}

bool pareto_make(struct pareto *p, const struct pareto_data *d, size_t resamples, uint64_t seed)
{
    size_t values = d->mixes * d->objectives * resamples + 1;
    struct work w = {.means = calloc(values, sizeof *w.means),
                     .regrets = calloc(values, sizeof *w.regrets),
                     .overalls = calloc(d->mixes * resamples + 1, sizeof *w.overalls),
                     .wins = calloc(d->mixes * d->mixes + 1, sizeof *w.wins)};
    uint32_t *chosen = calloc(d->replicates + 1, sizeof *chosen);
    bool done = pareto_init(p, d) && w.means && w.regrets && w.overalls && w.wins && chosen;
    done = set_init(&w.set, d) && done;
    if (done) {
        resample(p, d, &w, chosen, resamples, seed);
        find_means(d, NULL, chosen, &w.set);
        find_regrets(d, &w.set);
        take(p, d, &w, resamples);
    } else {
        pareto_free(p);
    }
    set_free(&w.set);
    free(w.means);
    free(w.regrets);
    free(w.overalls);
    free(w.wins);
    free(chosen);
    return done;
}

void pareto_free(struct pareto *p)
{
    free(p->mean);
    free(p->best);
    free(p->share);
    free(p->rival);
    free(p->beaten);
    free(p->regret);
    free(p->worst);
    free(p->overall);
    free(p->least);
    free(p->near);
    *p = (struct pareto){0};
}
