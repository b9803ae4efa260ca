/* The table of an export (RFC 4180): lines end in CR LF, a field with a comma, a quote or a line
 * end is quoted. */
#include <stdlib.h>
#include <string.h>

#include "analysis/export_parts.h"
#include "sim/table.h"

static void put_field(const char *text, FILE *out)
{
    fputc(',', out);
    table_csv_field(text, out);
}

static void end_line(FILE *out)
{
    fputs("\r\n", out);
}

/* --- series ----------------------------------------------------------------------------------- */

/* A batch of arms: of each chosen series one block after the other. */
struct batch {
    struct export_arms arms;
    float *values;
};

static void put_settings(const struct exporter *x, size_t arm)
{
    const struct ensemble *y = &x->ensemble.ensemble;
    char text[EXPORT_NUMBER];
    fprintf(x->out, "%zu", arm + 1);
    put_field(y->arm_names[arm], x->out);
    for (size_t k = 0; k < y->column_count; k++)
        put_field(export_setting(&y->columns[k], arm, text), x->out);
    fputc(',', x->out);
}

static void put_run(const struct exporter *x, const struct batch *b, size_t arm, size_t replicate)
{
    size_t each = b->arms.count * x->replicates * x->weeks * x->places;
    size_t cell = ((arm - b->arms.first) * x->replicates + replicate) * x->weeks * x->places;
    char text[EXPORT_NUMBER];
    for (size_t week = 0; week < x->weeks && !ferror(x->out); week++)
        for (size_t place = 0; place < x->places; place++, cell++) {
            if (x->is_ensemble)
                put_settings(x, arm);
            fprintf(x->out, "%zu,%zu", replicate + 1, week + 1);
            put_field(x->place_names[place], x->out);
            if (x->is_ensemble)
                put_field(export_state(x, arm, replicate), x->out);
            for (size_t k = 0; k < x->chosen_count; k++)
                put_field(export_real(b->values[k * each + cell], text), x->out);
            end_line(x->out);
        }
}

static enum status put_batch(struct exporter *x, const struct batch *b)
{
    size_t each = b->arms.count * x->replicates * x->weeks * x->places;
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < x->chosen_count && status == STATUS_DONE; k++)
        status = export_series(x, k, b->arms, b->values + k * each);
    for (size_t i = 0; i < b->arms.count && status == STATUS_DONE; i++)
        for (size_t r = 0; r < x->replicates; r++)
            put_run(x, b, b->arms.first + i, r);
    return status;
}

static void put_heads(const struct exporter *x)
{
    const struct ensemble *y = &x->ensemble.ensemble;
    if (x->is_ensemble) {
        fprintf(x->out, "%s,%s_name", y->unit, y->unit);
        for (size_t k = 0; k < y->column_count; k++)
            put_field(y->columns[k].key, x->out);
        fputc(',', x->out);
    }
    fputs("replicate,week", x->out);
    put_field(x->place, x->out);
    if (x->is_ensemble)
        put_field("status", x->out);
    for (size_t k = 0; k < x->chosen_count; k++)
        put_field(export_variable(x, x->chosen[k]).name, x->out);
    end_line(x->out);
}

static enum status series_table(struct exporter *x)
{
    size_t most = export_batch(x, x->chosen_count);
    struct batch b = {.arms = {0, most}};
    b.values = malloc((x->chosen_count * most * x->replicates * x->weeks * x->places + 1) *
                      sizeof *b.values);
    if (!b.values)
        return export_no_memory(x);
    put_heads(x);
    enum status status = STATUS_DONE;
    for (; b.arms.first < x->arms && status == STATUS_DONE; b.arms.first += most) {
        b.arms.count = x->arms - b.arms.first < most ? x->arms - b.arms.first : most;
        status = put_batch(x, &b);
    }
    free(b.values);
    return status;
}

/* --- agents ----------------------------------------------------------------------------------- */

static void put_agent_value(const struct exporter *x, const struct reader_column *c,
                            union export_value value)
{
    char text[EXPORT_NUMBER];
    if (export_is_place(x, c) && value.whole < x->file.places)
        put_field(x->file.place_names[value.whole], x->out);
    else
        put_field(c->real ? export_real(value.real, text) : export_whole(value.whole, text),
                  x->out);
}

static void put_agents(const struct exporter *x, size_t replicate, uint32_t week,
                       const union export_value *values)
{
    for (size_t i = 0; i < x->file.agents && !ferror(x->out); i++) {
        fprintf(x->out, "%zu,%lu,%zu", replicate + 1, (unsigned long)week, i);
        for (size_t k = 0; k < x->chosen_count; k++)
            put_agent_value(x, &x->agents.list[x->chosen[k]], values[k * x->file.agents + i]);
        end_line(x->out);
    }
}

static enum status agents_table(struct exporter *x)
{
    const struct run_file *f = &x->file;
    union export_value *values = malloc((x->chosen_count * f->agents + 1) * sizeof *values);
    if (!values)
        return export_no_memory(x);
    fputs("replicate,week", x->out);
    put_field(x->agents.entity, x->out);
    for (size_t k = 0; k < x->chosen_count; k++)
        put_field(x->agents.list[x->chosen[k]].name, x->out);
    end_line(x->out);
    enum status status = STATUS_DONE;
    for (size_t r = 0; r < f->replicates && status == STATUS_DONE; r++)
        for (size_t week = 0; week < f->agent_weeks && status == STATUS_DONE; week++) {
            status = export_agents(x, r, week, values);
            if (status == STATUS_DONE)
                put_agents(x, r, x->agents.weeks[week], values);
        }
    free(values);
    return status;
}

enum status export_csv(struct exporter *x)
{
    return x->request->agents ? agents_table(x) : series_table(x);
}
