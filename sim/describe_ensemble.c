/* What an experiment file holds, in one screen. */
#include <math.h>
#include <string.h>

#include "sim/describe.h"
#include "sim/reader.h"
#include "sim/table.h"

enum { NAMES = 6 };

static void print_names(const char *what, char *const *names, size_t count, FILE *out)
{
    fprintf(out, "%-12s %zu: ", what, count);
    for (size_t i = 0; i < count && i < NAMES; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", names[i]);
    fprintf(out, "%s\n", count > NAMES ? ", ..." : "");
}

static void print_series(const struct ensemble *x, FILE *out)
{
    fprintf(out, "series       %zu: ", x->variable_count);
    for (size_t k = 0; k < x->variable_count && k < NAMES; k++)
        fprintf(out, "%s%s", k > 0 ? ", " : "", x->variables[k].name);
    fprintf(out, "%s\n", x->variable_count > NAMES ? ", ..." : "");
}

static void print_runs(const struct ensemble_file *f, FILE *out)
{
    size_t counts[3] = {0}, runs = ensemble_runs(&f->ensemble);
    for (size_t i = 0; i < runs; i++)
        counts[f->state[i]]++;
    fprintf(out, "runs         %zu: %zu done, %zu failed", runs, counts[RUN_DONE],
            counts[RUN_FAILED]);
    if (f->shard.count > 1)
        fprintf(out, ", %zu not in this shard (%u of %u)", counts[RUN_MISSING], f->shard.number,
                f->shard.count);
    fputc('\n', out);
    for (size_t i = 0; i < runs; i++)
        if (f->failure[i]) {
            fprintf(out, "failed       %s, replicate %zu: %.*s\n",
                    f->ensemble.arm_names[i / f->ensemble.replicates],
                    i % f->ensemble.replicates + 1, (int)strcspn(f->failure[i], "\n"),
                    f->failure[i]);
            return;
        }
}

static void print_head(const struct ensemble_file *f, FILE *out)
{
    const struct ensemble *x = &f->ensemble;
    fprintf(out, "file         %s\n", f->path);
    fprintf(out, "title        %s\n", x->title);
    if (*x->question)
        fprintf(out, "question     %s\n", x->question);
    fprintf(out, "design       %s\n", x->design.kind);
    print_names(strcmp(x->unit, "arm") == 0 ? "arms" : "points", x->arm_names, x->arms, out);
    if (x->baseline < x->arms)
        fprintf(out, "baseline     %s\n", x->arm_names[x->baseline]);
    fprintf(out, "replicates   %zu\n", x->replicates);
    print_runs(f, out);
    print_names(x->place, x->place_names, x->places, out);
    fprintf(out, "weeks        %zu\n", x->weeks);
    if (x->burn_in > 0)
        fprintf(out, "burn-in      %zu weeks, once a replicate\n", x->burn_in);
    print_series(x, out);
    fprintf(out, "model        %s %s\n", x->model, x->model_version);
    fprintf(out, "written by   %s\n", f->source);
    fprintf(out, "digest       %s\n", f->digest);
    fprintf(out, "size         %.1f MB\n", (double)reader_size(f->path) / 1e6);
}

/* Lowest and highest value of a column; of texts the first one and the last. */
static void column_row(const struct ensemble *x, const struct ensemble_column *c, struct table *t)
{
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < x->arms && c->values; i++) {
        lo = fmin(lo, c->values[i]);
        hi = fmax(hi, c->values[i]);
    }
    table_add(t, "%s", c->key);
    if (c->texts) {
        table_add(t, "%s", c->texts[0]);
        table_add(t, "%s", c->texts[x->arms - 1]);
    } else {
        table_add(t, "%.6g", lo);
        table_add(t, "%.6g", hi);
    }
    table_add(t, "%s", c->unit);
    table_add(t, "%s", c->meaning);
}

enum status describe_ensemble(const char *path, FILE *out, struct error *e)
{
    static const char *const heads[] = {"parameter", "from", "to", "unit", "meaning"};
    struct ensemble_file f;
    struct table t;
    enum status status = reader_ensemble_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    t.wrapped = 4;
    t.right[1] = t.right[2] = true;
    for (size_t k = 0; k < f.ensemble.column_count; k++)
        column_row(&f.ensemble, &f.ensemble.columns[k], &t);
    print_head(&f, out);
    if (f.ensemble.column_count > 0) {
        fputs("\nWhat differs:\n\n", out);
        status = table_print(&t, TABLE_TEXT, out);
    }
    if (status != STATUS_DONE || ferror(out))
        status = error_add(e, STATUS_FAILED, "%s: cannot be described: %s", path, error_why());
    table_free(&t);
    reader_ensemble_close(&f);
    return status;
}
