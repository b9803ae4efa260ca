#include "tests/support/limits.h"

#include <gsl/gsl_cdf.h>
#include <stdio.h>

#include "tests/support/check.h"

enum { MANY = 1000, TEXT_SIZE = 4096 };

/* --- what a case says -------------------------------------------------------------------------
 */

static struct limit *add(struct limits *l, enum limit_kind kind, double simulated, double theory,
                         const char *what, va_list args)
{
    if (l->count == l->size) {
        l->size = 2 * l->size + 8;
        l->rows = realloc(l->rows, l->size * sizeof *l->rows);
        assert_non_null(l->rows);
    }
    struct limit *row = &l->rows[l->count++];
    *row = (struct limit){.name = l->name, .kind = kind, .theory = theory, .simulated = simulated};
    vsnprintf(row->what, sizeof row->what, what, args);
    return row;
}

void limits_exact(struct limits *l, double simulated, double theory, double tolerance,
                  const char *what, ...)
{
    va_list args;
    va_start(args, what);
    add(l, LIMIT_EXACT, simulated, theory, what, args)->tolerance = tolerance;
    va_end(args);
}

void limits_chance(struct limits *l, double simulated, double theory, double error,
                   const char *what, ...)
{
    va_list args;
    va_start(args, what);
    add(l, LIMIT_CHANCE, simulated, theory, what, args)->error = error;
    va_end(args);
}

void limits_sample(struct limits *l, const struct sample *s, double theory, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    struct limit *row = add(l, LIMIT_CHANCE, s->mean, theory, what, args);
    va_end(args);
    row->error = sample_error(s);
    row->freedom = s->n < MANY ? s->n - 1 : 0;
}

void limits_share(struct limits *l, double hits, double trials, double theory, const char *what,
                  ...)
{
    va_list args;
    va_start(args, what);
    add(l, LIMIT_CHANCE, hits / trials, theory, what, args)->error =
        sqrt(theory * (1 - theory) / trials);
    va_end(args);
}

void limits_distribution(struct limits *l, double distance, double count, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    add(l, LIMIT_DISTRIBUTION, distance, 0, what, args)->error = 0.5 / sqrt(count);
    va_end(args);
}

void limits_skip(struct limits *l, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    add(l, LIMIT_SKIPPED, NAN, NAN, why, args);
    va_end(args);
}

void worst_add(struct worst *w, double simulated, double theory)
{
    double most = fabs(w->simulated - w->theory);
    if (w->count++ > 0 && (isnan(most) || fabs(simulated - theory) <= most))
        return;
    w->simulated = simulated;
    w->theory = theory;
}

void limits_worst(struct limits *l, const struct worst *w, double tolerance, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    struct limit *row = add(l, LIMIT_EXACT, w->simulated, w->theory, what, args);
    va_end(args);
    size_t length = strlen(row->what);
    if (w->count > 1)
        snprintf(row->what + length, sizeof row->what - length, ", farthest of %zu", w->count);
    row->tolerance = tolerance;
    assert_true(w->count > 0);
}

void limits_open(const struct limits *l, struct small *s, const char *only, unsigned inhabitants,
                 const char *yaml)
{
    char text[TEXT_SIZE];
    int length = snprintf(text, sizeof text, "seed: %llu\npopulation.inhabitants: %u\n%s",
                          (unsigned long long)l->seed, inhabitants, yaml);
    assert_true(length < TEXT_SIZE);
    small_open(s, only, text, 0);
}

/* --- measuring and judging ---------------------------------------------------------------------
 */

void limits_measure(struct limits *l, const struct limit_case *c)
{
    l->name = c->name;
    c->measure(l);
    assert_true(l->count > 0);
}

void limits_free(struct limits *l)
{
    free(l->rows);
    *l = (struct limits){0};
}

double limit_distance(const struct limit *row)
{
    double difference = fabs(row->simulated - row->theory);
    return row->kind == LIMIT_EXACT ? difference : difference / row->error;
}

double limit_critical(const struct limit *row, double level)
{
    if (row->kind == LIMIT_DISTRIBUTION)
        return sqrt(2 * log(2 / level));
    return row->freedom > 0 ? gsl_cdf_tdist_Qinv(level / 2, row->freedom)
                            : gsl_cdf_ugaussian_Qinv(level / 2);
}

double limit_detects(const struct limit *row, double level)
{
    const double power = 0.95;
    double beyond = row->kind == LIMIT_CHANCE && row->freedom > 0
                        ? gsl_cdf_tdist_Pinv(power, row->freedom)
                        : gsl_cdf_ugaussian_Pinv(power);
    return (limit_critical(row, level) + beyond) * row->error;
}

/* Four standard errors, also where the error is estimated from few. */
static double allowed_in_test(const struct limit *row)
{
    const double errors = 4;
    if (row->kind == LIMIT_EXACT)
        return row->tolerance;
    return row->kind == LIMIT_CHANCE ? errors
                                     : limit_critical(row, 2 * gsl_cdf_ugaussian_Q(errors));
}

static void assert_small(void **state)
{
    struct limits l = {.scale = 1, .seed = 1};
    size_t failed = 0, skipped = 0;
    limits_measure(&l, *state);
    for (size_t k = 0; k < l.count; k++) {
        const struct limit *row = &l.rows[k];
        if (row->kind == LIMIT_SKIPPED) {
            print_message("skipped: %s\n", row->what);
            skipped++;
        } else if (!(limit_distance(row) <= allowed_in_test(row))) {
            print_error("%s, %s: %.17g, must be %.17g; off by %g%s, allowed %g\n", row->name,
                        row->what, row->simulated, row->theory, limit_distance(row),
                        row->kind == LIMIT_EXACT ? "" : " standard errors", allowed_in_test(row));
            failed++;
        }
    }
    bool nothing = skipped == l.count;
    limits_free(&l);
    assert_int_equal(failed, 0);
    if (nothing)
        skip();
}

struct CMUnitTest limits_test(const char *name, const struct limit_case *c)
{
    return (struct CMUnitTest){
        .name = name, .test_func = assert_small, .initial_state = (void *)(uintptr_t)c};
}
