#include "analysis/take.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/outcome.h"

/* The entries of a list of mappings; NULL, and a finding, when it is none. */
const struct yaml *take_list(struct reader *r, const struct yaml *root, const char *key,
                             size_t limit, const char *what)
{
    const struct yaml *node = yaml_value(root, key);
    struct given g = {.key = key, .node = node};
    char quote[READER_QUOTE];
    if (!node || yaml_is_null(node))
        return NULL;
    if (node->kind != YAML_LIST)
        reader_complain(r, &g, "%s is %s, must be a list of %s", key,
                        given_describe(&g, quote, sizeof quote), what);
    else if (node->count > limit)
        reader_complain(r, &g, "%s has %zu entries, may have %zu", key, node->count, limit);
    else
        return node;
    return NULL;
}

bool is_mapping(struct reader *r, const struct yaml *node, const char *list, const char *what)
{
    struct given g = {.key = list, .node = node};
    char quote[READER_QUOTE];
    if (node->kind == YAML_MAPPING)
        return true;
    reader_complain(r, &g, "%s holds %s, must hold %s", list,
                    given_describe(&g, quote, sizeof quote), what);
    return false;
}

/* A text of a mapping; what is needed and is not there is a finding. */
char *take_text(struct reader *r, const struct yaml *mapping, const char *key, const char *missing)
{
    const struct yaml *node = yaml_value(mapping, key);
    char *text = NULL;
    if (node) {
        struct given g = {.key = key, .node = node};
        size_t before = r->findings.count;
        reader_title(r, &g, &text);
        if (r->findings.count > before)
            return NULL;
    }
    if (!text && missing)
        findings_add(&r->findings, node ? node->at : mapping->at, "%s is missing; it says %s", key,
                     missing);
    return text;
}

bool take_number(struct reader *r, const struct yaml *node, const char *key, double lo, double hi,
                 double *value)
{
    const struct param p = {.key = key, .unit = "1", .kind = PARAM_REAL, .lo = lo, .hi = hi};
    struct given g = {.key = key, .node = node};
    return reader_number(r, &g, &p, value);
}

size_t take_count(struct reader *r, const struct yaml *mapping, const struct param *p,
                  size_t otherwise)
{
    const struct yaml *node = yaml_value(mapping, p->key);
    double value = (double)otherwise;
    struct param count = *p;
    count.unit = "1";
    if (node)
        reader_number(r, &(struct given){.key = p->key, .node = node}, &count, &value);
    return (size_t)value;
}

/* Two rising numbers. */
bool take_pair(struct reader *r, const struct yaml *node, const char *key, double lo, double hi,
               double *pair)
{
    struct given g = {.key = key, .node = node};
    char quote[READER_QUOTE];
    if (node->kind != YAML_LIST || node->count != 2) {
        reader_complain(r, &g, "%s is %s, must be two numbers, as in [0.1, 0.2]", key,
                        node->kind == YAML_LIST ? "a list of another length"
                                                : given_describe(&g, quote, sizeof quote));
        return false;
    }
    bool good = take_number(r, node->items[0], key, lo, hi, &pair[0]);
    good = take_number(r, node->items[1], key, lo, hi, &pair[1]) && good;
    if (good && !(pair[0] < pair[1])) {
        reader_complain(r, &g, "%s must rise from its first number to its second", key);
        return false;
    }
    return good;
}

char *take_outcome(struct reader *r, const struct yaml *mapping, struct outcome *outcome)
{
    struct outcome_fault fault;
    char *expression = take_text(r, mapping, "outcome", "what is simulated");
    if (!expression || outcome_parse(outcome, r->m, expression, &fault))
        return expression;
    /* The place within the text is known where the text stands in the file as it is. */
    const struct yaml *text = yaml_value(mapping, "outcome");
    size_t at = text->at + text->quoted, length = strlen(expression);
    bool as_is =
        at + length <= r->findings.size && memcmp(r->findings.text + at, expression, length) == 0;
    findings_add(&r->findings, as_is ? at + fault.at : text->at, "outcome %s", fault.why);
    return expression;
}
