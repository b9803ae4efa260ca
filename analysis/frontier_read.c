/* The section `frontier` of a plan. */
#include <stdlib.h>
#include <string.h>

#include "analysis/frontier.h"
#include "analysis/outcome.h"
#include "analysis/take.h"

enum { KEYS = 64 };

static const double usual_within = 5;

static void add_objective(struct reader *r, struct frontier_plan *plan, const struct yaml *node,
                          const char *key, struct pareto_objective objective)
{
    struct outcome outcome;
    struct outcome_fault fault;
    const struct given g = {.key = key, .node = node};
    const char *text = given_text(&g);
    char quote[READER_QUOTE];
    if (!text) {
        reader_complain(r, &g, "%s holds %s, must hold outcomes", key,
                        given_describe(&g, quote, sizeof quote));
        return;
    }
    if (plan->count == FRONTIER_OBJECTIVES) {
        reader_complain(r, &g, "frontier has more than %d outcomes", FRONTIER_OBJECTIVES);
        return;
    }
    for (size_t k = 0; k < plan->count; k++)
        if (strcmp(plan->outcomes[k], text) == 0)
            reader_complain(r, &g, "frontier names %s twice",
                            findings_quote(text, quote, sizeof quote));
    if (!outcome_parse(&outcome, r->m, text, &fault))
        reader_complain(r, &g, "%s %s", key, fault.why);
    plan->objective[plan->count] = objective;
    plan->outcomes[plan->count++] = reader_copy(r, text);
}

static void add_objectives(struct reader *r, struct frontier_plan *plan, const struct yaml *section,
                           const char *key, struct pareto_objective objective)
{
    const struct yaml *list = take_list(r, section, key, FRONTIER_OBJECTIVES, "outcomes");
    for (size_t i = 0; list && i < list->count; i++)
        add_objective(r, plan, list->items[i], key, objective);
}

static void add_scenarios(struct reader *r, struct frontier_plan *plan, const struct yaml *section)
{
    const struct yaml *list = take_list(r, section, "scenarios", KEYS, "keys of the design");
    plan->scenarios = list ? calloc(list->count + 1, sizeof *plan->scenarios) : NULL;
    if (list && !plan->scenarios)
        r->findings.failed = true;
    for (size_t i = 0; plan->scenarios && i < list->count; i++) {
        const struct given g = {.key = "scenarios", .node = list->items[i]};
        const char *text = given_text(&g);
        char quote[READER_QUOTE];
        if (text)
            plan->scenarios[plan->scenario_count++] = reader_copy(r, text);
        else
            reader_complain(r, &g, "scenarios holds %s, must hold keys of the design",
                            given_describe(&g, quote, sizeof quote));
    }
}

void frontier_section(struct reader *r, const struct yaml *root, struct frontier_plan *plan)
{
    static const char *const keys[] = {"maximise",  "minimise", "cost",
                                       "scenarios", "last",     "within"};
    static const struct param last = {
        .key = "last", .kind = PARAM_COUNT, .lo = 1, .hi = READER_WEEKS};
    const struct yaml *section = yaml_value(root, "frontier");
    *plan = (struct frontier_plan){.within = usual_within};
    if (!section || yaml_is_null(section) || !is_mapping(r, section, "frontier", "outcomes"))
        return;
    reader_check_keys(r, section, "frontier", keys, sizeof keys / sizeof *keys);
    add_objectives(r, plan, section, "maximise", (struct pareto_objective){false, false});
    add_objectives(r, plan, section, "minimise", (struct pareto_objective){true, false});
    const struct yaml *cost = yaml_value(section, "cost"), *within = yaml_value(section, "within");
    if (plan->count == 0)
        findings_add(&r->findings, section->at,
                     "frontier names no outcome to maximise or minimise");
    if (cost)
        add_objective(r, plan, cost, "cost", (struct pareto_objective){true, true});
    if (within)
        take_number(r, within, "within", 0, 100, &plan->within);
    plan->last = take_count(r, section, &last, 0);
    add_scenarios(r, plan, section);
}

void frontier_plan_free(struct frontier_plan *plan)
{
    for (size_t k = 0; k < plan->count; k++)
        free(plan->outcomes[k]);
    for (size_t k = 0; k < plan->scenario_count; k++)
        free(plan->scenarios[k]);
    free(plan->scenarios);
    *plan = (struct frontier_plan){0};
}
