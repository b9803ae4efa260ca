/* V20: the same seed gives the same bits, at any number of threads. */
#include <stdio.h>

#include "sim/digest.h"
#include "tests/support/check.h"
#include "tests/support/limits.h"

/* Adults in several blocks, many sites; summer and every strategy come by. */
static const struct {
    const char *words, *yaml;
    bool high; /* seed near 2^53, the largest that there are */
} scenarios[] = {
    {"defaults", "population.inhabitants: 12000\n", false},
    {"thermostat, cuts",
     "population.inhabitants: 6500\nmanagers.strategy: thermostat\nnetwork.kind: random\n"
     "sites.per_thousand: 4\nshocks:\n  - {kind: cuts, week: 5, length: 30, size: 20}\n",
     false},
    {"two municipalities",
     "municipalities:\n"
     "  - {name: Faxe, population.inhabitants: 6000, managers.strategy: situational}\n"
     "  - {name: Odense, population.inhabitants: 2500, managers.process_management: 1}\n",
     true},
};

static const int threads[] = {1, 2, 3, 4, 8};

enum { THREADS = sizeof threads / sizeof *threads };

/* Of the world and of all that it observed, week by week. */
static uint64_t digest_of(const struct scenario *s, int count, unsigned weeks)
{
    struct world *w = small_world(s, count);
    uint64_t digest = world_digest(w);
    for (unsigned week = 0; week < weeks; week++) {
        world_step(w);
        uint64_t now = world_digest(w);
        digest = digest_bytes(digest, &now, sizeof now);
    }
    world_close(w);
    return digest;
}

/* In a large sample two years, with a budget in each. */
static void same_bits(struct limits *l)
{
    unsigned weeks = l->scale == 1 ? 30 : 104;
    for (size_t k = 0; k < sizeof scenarios / sizeof *scenarios; k++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, "seed: %llu\n%s",
                 (unsigned long long)(scenarios[k].high ? (UINT64_C(1) << 53) - l->seed : l->seed),
                 scenarios[k].yaml);
        struct scenario s;
        small_scenario(&s, yaml);
        uint64_t one = digest_of(&s, 1, weeks);
        size_t others = 0;
        for (size_t i = 0; i < THREADS; i++)
            others += digest_of(&s, threads[i], weeks) != one;
        scenario_free(&s);
        limits_exact(l, (double)others, 0, 0, "%s: other digests at 1, 2, 3, 4, 8 threads",
                     scenarios[k].words);
    }
}

const struct limit_case v20_threads = {.name = "V20", .measure = same_bits, .threads = true};
