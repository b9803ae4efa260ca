/* What a comparison says, for programs: CSV and JSON. */
#include <math.h>

#include "analysis/compare_report.h"
#include "analysis/json.h"
#include "sim/version.h"

static void add_csv_row(const struct compare_report *r, struct table *t, const struct comparison *p)
{
    const struct contrast *c = &p->contrast;
    const struct arms *a = r->c->arms;
    const double numbers[] = {c->base,   c->arm,          c->difference, c->low,
                              c->high,   p->boot_low,     p->boot_high,  p->percent,
                              c->effect, c->superiority,  c->p,          p->corrected,
                              p->margin, p->p_equivalent, p->detect};
    table_add(t, "%s", compare_outcome(r, p)->name);
    table_add(t, "%s", compare_outcome(r, p)->unit);
    table_add(t, "%s", a->list[r->c->baseline].name);
    table_add(t, "%s", a->list[p->arm].name);
    table_add(t, "%zu", a->first);
    table_add(t, "%zu", a->last);
    table_add(t, "%s", c->paired ? "yes" : "no");
    table_add(t, "%zu", c->base_count);
    table_add(t, "%zu", c->arm_count);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        words_exact(t, numbers[i]);
    words_exact(t, p->replicates > 0 ? (double)p->replicates : NAN);
}

enum status compare_csv(const struct compare_report *r)
{
    static const char *const heads[] = {"outcome",
                                        "unit",
                                        "baseline",
                                        "arm",
                                        "first_week",
                                        "last_week",
                                        "paired",
                                        "baseline_replicates",
                                        "arm_replicates",
                                        "baseline_mean",
                                        "arm_mean",
                                        "difference",
                                        "low",
                                        "high",
                                        "bootstrap_low",
                                        "bootstrap_high",
                                        "percent",
                                        "effect",
                                        "superiority",
                                        "p",
                                        "p_holm",
                                        "margin",
                                        "p_equivalent",
                                        "detect",
                                        "replicates_needed"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    for (size_t i = 0; i < r->c->count; i++)
        add_csv_row(r, &t, &r->c->list[i]);
    enum status status = table_print(&t, TABLE_CSV, r->out);
    table_free(&t);
    return status;
}

static json_t *count_or_null(size_t count)
{
    return count > 0 ? json_integer((json_int_t)count) : json_null();
}

static json_t *comparison_as_json(const struct compare_report *r, const struct comparison *p)
{
    const struct contrast *c = &p->contrast;
    const struct arms_outcome *o = compare_outcome(r, p);
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "outcome", o->name,
        "meaning", o->words, "unit", o->unit, "arm", r->c->arms->list[p->arm].name, "paired",
        c->paired, "baseline_replicates", (json_int_t)c->base_count, "arm_replicates",
        (json_int_t)c->arm_count, "baseline_mean", json_number_of(c->base), "arm_mean",
        json_number_of(c->arm), "difference", json_number_of(c->difference), "interval",
        json_range_of(c->low, c->high), "bootstrap", json_range_of(p->boot_low, p->boot_high));
    json_t *rest =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:o, s:o}", "percent",
                  json_number_of(p->percent), "effect", json_number_of(c->effect), "superiority",
                  json_number_of(c->superiority), "p", json_number_of(c->p), "p_holm",
                  json_number_of(p->corrected), "clear", compare_is_clear(p), "margin",
                  json_number_of(p->margin), "p_equivalent", json_number_of(p->p_equivalent),
                  "equivalent", compare_is_equivalent(p), "detect", json_number_of(p->detect),
                  "replicates_needed", count_or_null(p->replicates));
    if (object && rest)
        json_object_update(object, rest);
    json_decref(rest);
    return object;
}

static json_t *as_json(const struct compare_report *r)
{
    const struct comparisons *c = r->c;
    json_t *arms = json_array(), *list = json_array();
    for (size_t i = 0; i < c->arms->count; i++) {
        const struct arm *arm = &c->arms->list[i];
        json_array_append_new(arms, json_pack("{s:s, s:s, s:I, s:I}", "name", arm->name, "file",
                                              arm->path, "seed", (json_int_t)arm->seed,
                                              "replicates", (json_int_t)arm->replicates));
    }
    for (size_t i = 0; i < c->count; i++)
        json_array_append_new(list, comparison_as_json(r, &c->list[i]));
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:I, s:I, s:o, s:o}", "samskab",
                     version_number, "note", compare_note, "baseline",
                     c->arms->list[c->baseline].name, "first_week", (json_int_t)c->arms->first,
                     "last_week", (json_int_t)c->arms->last, "level", CONTRAST_LEVEL, "resamples",
                     (json_int_t)CONTRAST_RESAMPLES, "seed", (json_int_t)r->request->seed, "arms",
                     arms, "comparisons", list);
}

enum status compare_json(const struct compare_report *r)
{
    return json_print(as_json(r), r->out) ? STATUS_DONE : STATUS_FAILED;
}
