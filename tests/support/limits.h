/* Limiting cases: the model with the rest switched off, beside the answer that is known for it.
 *
 *     static void measure(struct limits *l)
 *     {
 *         ... run a small town, l->scale times as long as a test would ...
 *         limits_exact(l, simulated, theory, 3e-6, "skill after %u weeks", weeks);
 *         limits_share(l, hits, trials, theory, "share in conflict");
 *     }
 *     const struct limit_case v9_conflict = {.name = "V9", .measure = measure};
 *
 * A case is measured here and nowhere else.  A cmocka test names it, LIMIT_TEST(v9_conflict), and
 * asserts every figure of a small sample within four standard errors; with its line in LIMIT_CASES
 * tests/verify/limits.c measures a large sample and prints it.  What a case needs to be one (that
 * towns are large enough, that hours are as set) it asserts itself. */
#ifndef SAMSKAB_TESTS_LIMITS_H
#define SAMSKAB_TESTS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/sample.h"
#include "tests/support/small_town.h"

enum limit_kind {
    LIMIT_EXACT,        /* nothing is random: within a tolerance */
    LIMIT_CHANCE,       /* a mean, normal or Student's t around the theory */
    LIMIT_DISTRIBUTION, /* Kolmogorov-Smirnov distance to a distribution, 0 in theory */
    LIMIT_SKIPPED,
};

enum { LIMIT_SIZE = 128 };

struct limit {
    const char *name; /* of the case, "V9" */
    enum limit_kind kind;
    char what[LIMIT_SIZE]; /* the quantity */
    double theory, simulated;
    double tolerance; /* LIMIT_EXACT */
    double error;     /* standard error; LIMIT_DISTRIBUTION: the largest that a share can have */
    double freedom;   /* degrees of freedom of an error estimated from few; 0: many or known */
};

struct limits {
    const char *name; /* of the case that is being measured */
    unsigned scale;   /* size of the samples; 1 in a test */
    uint64_t seed;
    struct limit *rows;
    size_t count, size;
};

struct limit_case {
    const char *name; /* in the description of the model, section 8 */
    void (*measure)(struct limits *l);
    bool threads; /* works with threads of its own */
};

/* The cases in the order of the description. */
#define LIMIT_CASES(CASE)                                                                          \
    CASE(v1_attention)                                                                             \
    CASE(v2_motivation)                                                                            \
    CASE(v3_burnout)                                                                               \
    CASE(v4_trust)                                                                                 \
    CASE(v4_experiences)                                                                           \
    CASE(v5_attitude)                                                                              \
    CASE(v6_invitation)                                                                            \
    CASE(v7_bass)                                                                                  \
    CASE(v8_turnover)                                                                              \
    CASE(v8_spells)                                                                                \
    CASE(v8_coproducers)                                                                           \
    CASE(v9_conflict)                                                                              \
    CASE(v10_associations)                                                                         \
    CASE(v11_degroot)                                                                              \
    CASE(v12_consensus)                                                                            \
    CASE(v13_learning)                                                                             \
    CASE(v14_elasticity)                                                                           \
    CASE(v14_turnout)                                                                              \
    CASE(v15_example)                                                                              \
    CASE(v15_recorded)                                                                             \
    CASE(v16_gini)                                                                                 \
    CASE(v16_gini_of_hours)                                                                        \
    CASE(v17_urn)                                                                                  \
    CASE(v18_conserved)                                                                            \
    CASE(v19_nulls)                                                                                \
    CASE(v20_threads)

#define DECLARE(c) extern const struct limit_case c;
LIMIT_CASES(DECLARE)
#undef DECLARE

/* --- what a case says -------------------------------------------------------------------------
 * Quantities are printf-style. */

void limits_exact(struct limits *l, double simulated, double theory, double tolerance,
                  const char *what, ...) __attribute__((format(printf, 5, 6)));
void limits_chance(struct limits *l, double simulated, double theory, double error,
                   const char *what, ...) __attribute__((format(printf, 5, 6)));

/* The mean of independent values, its error estimated from them. */
void limits_sample(struct limits *l, const struct sample *s, double theory, const char *what, ...)
    __attribute__((format(printf, 4, 5)));

/* `hits` of `trials` independent ones, each with probability `theory`. */
void limits_share(struct limits *l, double hits, double trials, double theory, const char *what,
                  ...) __attribute__((format(printf, 5, 6)));

/* Largest distance between the shares that `count` values give and a distribution. */
void limits_distribution(struct limits *l, double distance, double count, const char *what, ...)
    __attribute__((format(printf, 4, 5)));

void limits_skip(struct limits *l, const char *why, ...) __attribute__((format(printf, 2, 3)));

/* Of many exact comparisons the one that is farthest off, NaN before all. */
struct worst {
    double simulated, theory;
    size_t count;
};
void worst_add(struct worst *w, double simulated, double theory);
void limits_worst(struct limits *l, const struct worst *w, double tolerance, const char *what, ...)
    __attribute__((format(printf, 4, 5)));

/* small_open in a town of so many inhabitants, with the seed of the case. */
void limits_open(const struct limits *l, struct small *s, const char *only, unsigned inhabitants,
                 const char *yaml);

/* --- measuring and judging ---------------------------------------------------------------------
 */

/* Measures one case; free what it gives with limits_free. */
void limits_measure(struct limits *l, const struct limit_case *c);
void limits_free(struct limits *l);

/* |simulated - theory|, in standard errors where there is one. */
double limit_distance(const struct limit *row);

/* The distance in standard errors that chance exceeds with probability `level`.  Normal, Student's
 * t, or for distributions the bound 2 exp(-2 n D^2) (Dvoretzky, Kiefer and Wolfowitz with the
 * constant of Massart 1990), which holds at any n and for whole weeks too. */
double limit_critical(const struct limit *row, double level);

/* The smallest deviation that a test at this level finds with probability .95. */
double limit_detects(const struct limit *row, double level);

/* A cmocka test of one case: a small sample at the default seed, every figure within four standard
 * errors (a distribution: within what is as rare). */
#define LIMIT_TEST(c) limits_test(#c, &(c))
struct CMUnitTest;
struct CMUnitTest limits_test(const char *name, const struct limit_case *c);

#endif
