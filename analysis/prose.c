#include "analysis/prose.h"

#include <math.h>

#include "sim/findings.h"

const char *prose_number(double x, char *text)
{
    if (!isfinite(x))
        snprintf(text, PROSE_TEXT, "-");
    else
        snprintf(text, PROSE_TEXT, fabs(x) >= 99.95 ? "%.0f" : "%.3g", x);
    return text;
}

const char *prose_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

const char *prose_quote(const char *text, char *copy, size_t size)
{
    return findings_quote(text ? text : "", copy, size);
}

const char *prose_item(const struct prose *p)
{
    return p->md ? "- " : "  ";
}

void prose_heading(const struct prose *p, const char *text)
{
    fprintf(p->out, p->md ? "\n## %s\n\n" : "\n%s\n\n", text);
}

void prose_scenario(const struct prose *p, const struct targets *t)
{
    fprintf(p->out, "%sThe scenario: %s", prose_item(p),
            t->scenario ? t->scenario : "all defaults");
    for (size_t k = 0; k < t->setting_count; k++)
        fprintf(p->out, ", %s = %s", t->settings[k].key, t->settings[k].value);
    fprintf(p->out, ".\n");
}

void prose_readings(const struct prose *p, const struct targets *t)
{
    char text[PROSE_LINE], expression[PROSE_LINE];
    prose_heading(p, "How targets are read");
    for (size_t k = 0; k < t->count; k++) {
        const struct objective *o = &t->list[k];
        fprintf(p->out, p->md ? "%zu. `%s`" : "%2zu  %s", k + 1,
                prose_quote(o->expression, expression, sizeof expression));
        if (outcome_has_window(&o->outcome))
            fprintf(p->out, ", last %zu weeks", o->last);
        fprintf(p->out, "%s%s\n", o->comment ? ": " : "",
                prose_quote(o->comment, text, sizeof text));
    }
}

void prose_unmodelled(const struct prose *p, const struct targets *t)
{
    char name[PROSE_LINE], value[PROSE_LINE], source[PROSE_TEXT], reason[PROSE_LINE];
    if (t->unmodelled_count == 0)
        return;
    prose_heading(p, "Targets that are not met because the model has no such outcome");
    for (size_t k = 0; k < t->unmodelled_count; k++) {
        const struct unmodelled *u = &t->unmodelled[k];
        fprintf(p->out, "%s%s%s%s (%s) - not in the model: %s\n", prose_item(p),
                prose_quote(u->name, name, sizeof name), u->value ? ": " : "",
                prose_quote(u->value, value, sizeof value),
                prose_quote(u->source, source, sizeof source),
                prose_quote(u->reason, reason, sizeof reason));
    }
}

json_t *prose_settings_json(const struct targets *t)
{
    json_t *settings = json_object();
    for (size_t k = 0; k < t->setting_count; k++)
        json_object_set_new(settings, t->settings[k].key, json_string(t->settings[k].value));
    return settings;
}

json_t *prose_unmodelled_json(const struct targets *t)
{
    json_t *list = json_array();
    for (size_t k = 0; k < t->unmodelled_count; k++) {
        const struct unmodelled *u = &t->unmodelled[k];
        json_array_append_new(list, json_pack("{s:s, s:s?, s:s, s:s}", "name", u->name, "value",
                                              u->value, "source", u->source, "reason", u->reason));
    }
    return list;
}
