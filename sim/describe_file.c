#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/describe.h"
#include "sim/reader.h"

enum { YEAR = 52, NAMES = 8 };

/* A year, or half of a run shorter than two. */
static size_t window(size_t weeks)
{
    return weeks >= 2 * YEAR ? YEAR : (weeks + 1) / 2;
}

/* Mean over replicates, places and the weeks [first, first + weeks); NaN where nothing is known. */
static double mean_of(const struct run_file *f, const float *values, size_t first, size_t weeks)
{
    double sum = 0;
    size_t count = 0;
    for (size_t r = 0; r < f->replicates; r++) {
        const float *block = values + (r * f->weeks + first) * f->places;
        for (size_t i = 0; i < weeks * f->places; i++)
            if (!isnan(block[i])) {
                sum += (double)block[i];
                count++;
            }
    }
    return count > 0 ? sum / (double)count : NAN;
}

static enum status series_table(const struct run_file *f, struct table *t, struct error *e)
{
    size_t weeks = window(f->weeks);
    size_t count = f->replicates * f->weeks * f->places;
    float *values = malloc(count * sizeof *values);
    if (!values)
        return error_add(e, STATUS_FAILED, "%s: out of memory", f->path);
    enum status status = STATUS_DONE;
    for (size_t k = 0; k < f->variable_count && status == STATUS_DONE; k++) {
        char number[32];
        status = reader_series(f, k, values, e);
        if (status != STATUS_DONE)
            break;
        table_add(t, "%s", f->variables[k].name);
        table_number(mean_of(f, values, 0, weeks), number, sizeof number);
        table_add(t, "%s", number);
        table_number(mean_of(f, values, f->weeks - weeks, weeks), number, sizeof number);
        table_add(t, "%s", number);
        table_add(t, "%s", f->variables[k].unit);
        table_add(t, "%s", f->variables[k].meaning);
    }
    free(values);
    return status;
}

static const char *fact(const struct run_file *f, const char *name)
{
    for (size_t i = 0; i < f->fact_count; i++)
        if (strcmp(f->facts[i].name, name) == 0)
            return f->facts[i].value;
    return "";
}

static void print_places(const struct run_file *f, FILE *out)
{
    fprintf(out, "%-12s %zu: ", f->place, f->places);
    for (size_t i = 0; i < f->places && i < NAMES; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", f->place_names[i]);
    fprintf(out, "%s\n", f->places > NAMES ? ", ..." : "");
}

static void print_size(const struct run_file *f, FILE *out)
{
    fprintf(out, "size         %.1f MB\n", (double)reader_size(f->path) / 1e6);
}

static void print_head(const struct run_file *f, const struct model *m, FILE *out)
{
    fprintf(out, "file         %s\n", f->path);
    fprintf(out, "title        %s\n", f->title);
    if (*f->question)
        fprintf(out, "question     %s\n", f->question);
    print_places(f, out);
    fprintf(out, "weeks        %zu (%.3g years)\n", f->weeks, (double)f->weeks / YEAR);
    fprintf(out, "replicates   %zu\n", f->replicates);
    if (f->agent_weeks > 0)
        fprintf(out, "agents       %zu of kind %s, stored at %zu weeks\n", f->agents,
                m->entities[m->saved_entity].name, f->agent_weeks);
    else
        fprintf(out, "agents       not stored\n");
    if (f->input_count > 0) {
        fprintf(out, "inputs      ");
        for (size_t i = 0; i < f->input_count; i++)
            fprintf(out, " %s", f->inputs[i].text);
        fputc('\n', out);
    }
    fprintf(out, "model        %s %s\n", f->model, f->model_version);
    fprintf(out, "written by   %s%s%s\n", f->source, *fact(f, "commit") ? ", commit " : "",
            fact(f, "commit"));
    fprintf(out, "digest       %s\n", f->digest);
    print_size(f, out);
}

static void print_provenance(const struct run_file *f, FILE *out)
{
    fprintf(out, "\nrun with     %s\n", *fact(f, "command") ? fact(f, "command") : "?");
    fprintf(out, "on           %s, host %s, %s threads, %s seconds, %s\n", fact(f, "date"),
            fact(f, "host"), fact(f, "threads"), fact(f, "total_seconds"), fact(f, "processor"));
    if (strtoul(fact(f, "ranks"), NULL, 10) > 1)
        fprintf(out, "shared by    %s ranks, which sent each other %s bytes\n", fact(f, "ranks"),
                fact(f, "exchanged_bytes"));
    fprintf(out, "run again    samskab run %s\n", f->path);
}

enum status describe_file(const char *path, const struct model *m, FILE *out, struct error *e)
{
    static const char *const heads[] = {"series", "first", "last", "unit", "meaning"};
    struct run_file f;
    struct table t;
    bool is_ensemble;
    enum status status = reader_is_ensemble(path, &is_ensemble, e);
    if (status == STATUS_DONE && is_ensemble)
        return describe_ensemble(path, out, e);
    if (status == STATUS_DONE)
        status = reader_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.wrapped = 4;
    t.right[1] = t.right[2] = true;
    status = series_table(&f, &t, e);
    if (status == STATUS_DONE) {
        size_t weeks = window(f.weeks);
        print_head(&f, m, out);
        fprintf(out, "\nMeans of the first and the last %zu weeks%s:\n\n", weeks,
                f.places > 1 ? ", over all places" : "");
        status = table_print(&t, TABLE_TEXT, out);
        print_provenance(&f, out);
        if (status != STATUS_DONE || ferror(out))
            status = error_add(e, STATUS_FAILED, "%s: cannot be described: %s", path, error_why());
    }
    table_free(&t);
    reader_close(&f);
    return status;
}
