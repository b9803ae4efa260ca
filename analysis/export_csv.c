/* The table of an export (RFC 4180): lines end in CR LF, a field with a comma, a quote or a line
 * end is quoted. */
#include <stdlib.h>
#include <string.h>

#include "analysis/export_parts.h"

static void put_text(const char *text, FILE *out)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_field(const char *text, FILE *out)
{
    fputc(',', out);
    put_text(text, out);
}

static void end_line(FILE *out)
{
    fputs("\r\n", out);
}

/* --- series ----------------------------------------------------------------------------------- */

static void put_rows(const struct export *x, const float *values)
{
    const struct run_file *f = &x->file;
    size_t each = f->replicates * f->weeks * f->places, cell = 0;
    char text[EXPORT_NUMBER];
    for (size_t r = 0; r < f->replicates; r++)
        for (size_t week = 0; week < f->weeks; week++)
            for (size_t place = 0; place < f->places; place++, cell++) {
                fprintf(x->out, "%zu,%zu", r + 1, week + 1);
                put_field(f->place_names[place], x->out);
                for (size_t k = 0; k < x->chosen_count; k++)
                    put_field(export_real(values[k * each + cell], text), x->out);
                end_line(x->out);
                if (ferror(x->out))
                    return;
            }
}

static enum status series_table(struct export *x)
{
    float *values;
    enum status status = export_series(x, &values);
    if (status != STATUS_DONE)
        return status;
    fputs("replicate,week", x->out);
    put_field(x->file.place, x->out);
    for (size_t k = 0; k < x->chosen_count; k++)
        put_field(x->file.variables[x->chosen[k]].name, x->out);
    end_line(x->out);
    put_rows(x, values);
    free(values);
    return STATUS_DONE;
}

/* --- agents ----------------------------------------------------------------------------------- */

static void put_agent_value(const struct export *x, const struct reader_column *c,
                            union export_value value)
{
    char text[EXPORT_NUMBER];
    if (export_is_place(x, c) && value.whole < x->file.places)
        put_field(x->file.place_names[value.whole], x->out);
    else
        put_field(c->real ? export_real(value.real, text) : export_whole(value.whole, text),
                  x->out);
}

static void put_agents(const struct export *x, size_t replicate, uint32_t week,
                       const union export_value *values)
{
    for (size_t i = 0; i < x->file.agents && !ferror(x->out); i++) {
        fprintf(x->out, "%zu,%lu,%zu", replicate + 1, (unsigned long)week, i);
        for (size_t k = 0; k < x->chosen_count; k++)
            put_agent_value(x, &x->agents.list[x->chosen[k]], values[k * x->file.agents + i]);
        end_line(x->out);
    }
}

static enum status agents_table(struct export *x)
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

enum status export_csv(struct export *x)
{
    return x->request->agents ? agents_table(x) : series_table(x);
}
