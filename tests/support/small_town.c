#include "tests/support/small_town.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

void small_model(struct small *s)
{
    memset(s, 0, sizeof *s);
    s->model = coproduction;
    memcpy(s->schedule, coproduction.schedule, SCHEDULE_COUNT * sizeof *s->schedule);
    s->model.schedule = s->schedule;
}

void small_freeze(struct small *s, const char *after, void (*run)(struct world *, size_t site))
{
    static const column_id none[] = {0};
    struct mechanism *frozen = &s->frozen[s->freezes++];
    *frozen = (struct mechanism){
        .name = "frozen", .cells = CELL_SITE, .reads = none, .writes = none, .run = run};
    size_t k = 0;
    while (k < s->model.schedule_count && strcmp(s->schedule[k]->name, after) != 0)
        k++;
    assert_true(k < s->model.schedule_count && s->freezes <= SMALL_FREEZES);
    assert_int_equal(s->schedule[k]->cells, CELL_SITE);
    memmove(s->schedule + k + 2, s->schedule + k + 1,
            (s->model.schedule_count - k - 1) * sizeof *s->schedule);
    s->schedule[k + 1] = frozen;
    s->model.schedule_count++;
}

/* Whether `name` is one of the words. */
static bool among(const char *words, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = words; (at = strstr(at, name)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static void read_scenario(struct scenario *s, const struct model *m, const char *yaml)
{
    struct error e = {0};
    assert_status(
        scenario_parse(s, m, yaml, strlen(yaml), "small.yaml", NULL, NULL, 0, NULL, 0, &e),
        STATUS_DONE, &e);
}

void small_open(struct small *s, const char *only, const char *yaml, uint32_t replicate)
{
    char text[8192];
    size_t length = 0;
    for (const char *at = only; at && *at; at += strcspn(at, " "), at += *at == ' ') {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " "), at);
        bool known = false;
        for (size_t k = 0; k < s->model.schedule_count; k++)
            known |= strcmp(s->schedule[k]->name, name) == 0;
        if (!known)
            fail_msg("there is no mechanism %s", name);
    }
    length += (size_t)snprintf(text, sizeof text, "%s\noff: [", yaml);
    const char *between = "";
    for (size_t k = 0; only && k < s->model.schedule_count; k++) {
        const struct mechanism *mechanism = s->schedule[k];
        if (!mechanism->off || among(only, mechanism->name))
            continue;
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%s%s", between, mechanism->name);
        between = ", ";
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "]\n");
    assert_true(length < sizeof text);
    read_scenario(&s->scenario, &s->model, text);
    small_again(s, replicate);
}

void small_again(struct small *s, uint32_t replicate)
{
    struct world *w;
    struct error e = {0};
    world_close(s->town ? &s->town->world : NULL);
    s->town = NULL;
    assert_status(world_open(&w, &s->model, &s->scenario, replicate, 1, &e), STATUS_DONE, &e);
    s->town = town_of(w);
    s->p = town_params(s->town, 0);
}

void small_run(struct small *s, unsigned weeks)
{
    for (unsigned k = 0; k < weeks; k++)
        world_step(&s->town->world);
}

void small_close(struct small *s)
{
    world_close(s->town ? &s->town->world : NULL);
    scenario_free(&s->scenario);
}

void small_scenario(struct scenario *s, const char *yaml)
{
    read_scenario(s, &coproduction, yaml);
}

struct world *small_world(const struct scenario *s, int threads)
{
    struct world *w;
    struct error e = {0};
    assert_status(world_open(&w, s->model, s, 0, threads, &e), STATUS_DONE, &e);
    return w;
}

size_t small_observable(const char *name)
{
    size_t k = 0;
    while (k < coproduction.observable_count && strcmp(coproduction.observables[k].name, name) != 0)
        k++;
    assert_true(k < coproduction.observable_count);
    return k;
}

double small_observed(const struct small *s, const char *name)
{
    return (double)s->town->world.observed[small_observable(name)];
}
