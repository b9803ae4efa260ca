/* Matching people and tasks (ODD: submodel E10).  A manager who screens shows a newcomer more tasks
 * and sees better which one fits (Clary and Snyder 1998).
 *
 *     the best of 1 + 3 screen candidate tasks, seen through noise of sd .18 (1 - .5 screen)
 *     fit phi = cosine of the person's motives and the task's affordances;   screen = f s_P
 *
 * A task's affordances are half those of its sector, half its own: shares of six squared
 * exponential draws, so that tasks are one-sided (assumption). */
#include "models/submodels.h"

/* What work in a sector offers to each motive; shares (assumption). */
static const double affordances[SECTORS][MOTIVES] = {
    /* values social learning identity career protective */
    {.30, .20, .15, .15, .10, .10}, /* child care */
    {.25, .15, .25, .10, .15, .10}, /* school */
    {.35, .30, .05, .10, .05, .15}, /* elderly */
    {.40, .10, .20, .10, .10, .10}, /* integration and social */
    {.10, .35, .15, .25, .05, .10}, /* culture and leisure */
    {.20, .15, .30, .20, .10, .05}, /* green and technical */
};

double matching_fit(const uint8_t *const motives[MOTIVES], size_t person, const double *affordance)
{
    double dot = 0, person_square = 0, task_square = 0;
    for (size_t k = 0; k < MOTIVES; k++) {
        double motive = motives[k][person];
        dot += motive * affordance[k];
        person_square += motive * motive;
        task_square += affordance[k] * affordance[k];
    }
    double norm = sqrt(person_square * task_square);
    return norm > 0 ? clip(dot / norm, 0, 1) : 0;
}

static void draw_task(size_t sector, struct stream *s, double *affordance)
{
    double own[MOTIVES], sum = 0;
    for (size_t k = 0; k < MOTIVES; k++) {
        double share = -log_of(stream_uniform(s));
        own[k] = share * share; /* squared: tasks are more one-sided than Dirichlet(1) */
        sum += own[k];
    }
    for (size_t k = 0; k < MOTIVES; k++)
        affordance[k] = 0.5 * affordances[sector][k] + 0.5 * own[k] / sum;
}

double matching_choose(const struct town *t, size_t person, size_t site, struct stream *s)
{
    const struct params *p = site_params(t, site);
    const uint8_t *const motives[MOTIVES] = {
        t->citizen_motive_values,   t->citizen_motive_social, t->citizen_motive_learning,
        t->citizen_motive_identity, t->citizen_motive_career, t->citizen_motive_protective};
    double screen = t->manager_screen[site];
    double count = 1 + p->candidates * screen;
    unsigned candidates = (unsigned)count;
    candidates += stream_uniform(s) < count - candidates;

    double best_seen = -INFINITY, best_fit = 0;
    for (unsigned k = 0; k < candidates; k++) {
        double affordance[MOTIVES];
        draw_task(t->site_sector[site], s, affordance);
        double fit = matching_fit(motives, person, affordance);
        double seen =
            fit + p->matching_noise * (1 - p->matching_screen * screen) * stream_normal(s);
        if (seen > best_seen) {
            best_seen = seen;
            best_fit = fit;
        }
    }
    return best_fit;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    t->manager_screen[s] = t->manager_process_effect[s];
}

static void absent(struct world *w, size_t s)
{
    town_of(w)->manager_screen[s] = 0;
}

const struct mechanism mechanism_matching = {
    .name = "matching",
    .equation = "E10",
    .meaning = "newcomers are shown tasks that fit their motives",
    .source = "clary1998",
    .off = "newcomers take the first task there is",
    .step = 3,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_process_effect),
    .writes = COLUMN_LIST(manager_screen),
    .run = run,
    .absent = absent,
};
