#include "tests/support/shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/coproduction.h"
#include "sim/digest.h"
#include "sim/durable.h"
#include "tests/support/check.h"
#include "tests/support/corpus.h"

enum { COUNTRY = 50 }; /* municipalities */

unsigned long torture_figure(unsigned long quick, unsigned long some, unsigned long all)
{
    const char *length = getenv("TORTURE");
    if (!length || strcmp(length, "quick") == 0)
        return quick;
    if (strcmp(length, "short") == 0)
        return some;
    if (strcmp(length, "long") != 0)
        fail_msg("TORTURE is %s, must be one of quick, short, long", length);
    return all;
}

char **shipped_names(size_t *count)
{
    char **names, *folder = corpus_path("scenarios");
    struct error e = {0};
    size_t all, kept = 0;
    assert_status(durable_names(folder, &names, &all, &e), STATUS_DONE, &e);
    for (size_t i = 0; i < all; i++) {
        char *dot = strrchr(names[i], '.');
        if (dot && strcmp(dot, ".yaml") == 0) {
            *dot = '\0';
            names[kept++] = names[i];
        } else {
            free(names[i]);
        }
    }
    free(folder);
    *count = kept;
    assert_true(kept > 0);
    return names;
}

static void read_at_size(struct scenario *s, const char *name, struct shipped_size size)
{
    char below[256], texts[3][32];
    snprintf(below, sizeof below, "scenarios/%s.yaml", name);
    char *path = corpus_path(below);
    const struct {
        const char *key;
        unsigned long value;
    } given[] = {{"population.inhabitants", size.inhabitants},
                 {"weeks", size.weeks},
                 {"replicates", size.replicates}};
    struct setting settings[3];
    size_t count = 0;
    for (size_t k = 0; k < 3; k++) {
        if (given[k].value == 0)
            continue;
        snprintf(texts[k], sizeof texts[k], "%lu", given[k].value);
        settings[count++] =
            (struct setting){.key = given[k].key, .value = texts[k], .origin = "the test"};
    }
    struct error e = {0};
    assert_status(scenario_read(s, &coproduction, path, settings, count, &e), STATUS_DONE, &e);
    free(path);
}

void shipped_read(struct scenario *s, const char *name, struct shipped_size size)
{
    read_at_size(s, name, size);
    if (size.country_weeks == 0 || s->place_count < COUNTRY)
        return;
    scenario_free(s);
    size.weeks = size.country_weeks;
    read_at_size(s, name, size);
}

uint64_t shipped_digest(const struct scenario *s, uint32_t replicate, int threads,
                        enum cell_order order)
{
    struct error e = {0};
    struct world *w;
    size_t observed = s->place_count * coproduction.observable_count * sizeof *w->observed;
    uint32_t weeks = (uint32_t)scenario_value(s, coproduction.weeks_param);
    assert_status(world_open(&w, &coproduction, s, replicate, threads, &e), STATUS_DONE, &e);
    w->order = order;
    uint64_t digest = world_digest(w);
    for (uint32_t week = 0; week < weeks; week++) {
        world_step(w);
        digest = digest_bytes(digest, w->observed, observed);
    }
    uint64_t end = world_digest(w);
    world_close(w);
    return digest_bytes(digest, &end, sizeof end);
}
