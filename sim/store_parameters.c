#include "sim/store_parameters.h"

#include <stdlib.h>
#include <string.h>

#include "sim/model.h"
#include "sim/store_axes.h"

/* Choices and switches are small numbers with the names of their values (CF flags). */
static hid_t type_of(const struct param *p)
{
    switch (p->kind) {
    case PARAM_REAL:
        return H5T_IEEE_F64LE;
    case PARAM_COUNT:
        return H5T_STD_I64LE;
    case PARAM_CHOICE:
    case PARAM_SWITCH:
        return H5T_STD_I8LE;
    }
    abort();
}

/* Numbers in the type of the parameter, from doubles.  Conversion by HDF5 clips what is too large
 * for a whole number, such as a bound of infinity. */
static void write_numbers(struct store_file *f, hid_t dataset, const struct param *p,
                          const char *name, const double *values, hsize_t count)
{
    double converted[2];
    memcpy(converted, values, count * sizeof *values);
    if (f->status != STATUS_DONE)
        return;
    if (H5Tconvert(H5T_NATIVE_DOUBLE, type_of(p), count, converted, NULL, H5P_DEFAULT) < 0)
        f->status = error_add(f->error, STATUS_FAILED, "%s: %s of %s cannot be converted", f->path,
                              name, p->key);
    store_numbers(f, dataset, name, type_of(p), converted, count);
}

/* Names of the values 0, 1, ... with blanks between them. */
static void write_flags(struct store_file *f, hid_t dataset, const struct param *p)
{
    char *names = strdup(p->kind == PARAM_SWITCH ? "false|true" : p->choices);
    if (!names) {
        if (f->status == STATUS_DONE)
            f->status = error_add(f->error, STATUS_FAILED, "%s: out of memory", f->path);
        return;
    }
    int8_t flags[128];
    hsize_t count = 1;
    flags[0] = 0;
    for (char *c = names; *c; c++) {
        if (*c != '|')
            continue;
        *c = ' ';
        if (count < 128) {
            flags[count] = (int8_t)count;
            count++;
        }
    }
    store_numbers(f, dataset, "flag_values", H5T_STD_I8LE, flags, count);
    store_text(f, dataset, "flag_meanings", names);
    free(names);
}

static void write_about(struct store_file *f, hid_t dataset, const struct param *p, bool is_default)
{
    char text[256];
    const double range[2] = {p->lo, p->hi};
    int8_t flag = is_default;
    store_text(f, dataset, "long_name", p->meaning);
    store_text(f, dataset, "units", store_unit(p->unit));
    store_text(f, dataset, "symbol", p->symbol);
    store_text(f, dataset, "source", p->source);
    param_range(p, text, sizeof text);
    store_text(f, dataset, "range", text);
    if (p->kind == PARAM_REAL || p->kind == PARAM_COUNT)
        write_numbers(f, dataset, p, "valid_range", range, 2);
    else
        write_flags(f, dataset, p);
    write_numbers(f, dataset, p, "default", &p->value, 1);
    store_numbers(f, dataset, "is_default", H5T_STD_I8LE, &flag, 1);
}

static void write_parameter(struct store_file *f, hid_t group, const struct scenario *s, size_t i,
                            hid_t place, double *values)
{
    const struct param *p = &s->model->params.rows[i];
    bool by_place = p->level == PARAM_PLACE && s->place_count > 0;
    hsize_t count = by_place ? s->place_count : 1;
    bool is_default = true;
    for (size_t k = 0; k < count; k++) {
        values[k] = by_place ? s->places[k].values[i] : s->values[i];
        is_default = is_default && values[k] == p->value;
    }
    struct store_spec spec = {.name = p->key,
                              .type = type_of(p),
                              .rank = by_place ? 1 : 0,
                              .shape = {count},
                              .chunk = {count > 1024 ? 1024 : 0}};
    hid_t dataset = store_dataset(f, group, &spec);
    store_values(f, dataset, H5T_NATIVE_DOUBLE, values);
    if (by_place)
        store_attach(f, dataset, place, 0);
    write_about(f, dataset, p, is_default);
    store_close(f, dataset);
}

void store_parameters(struct store_file *f, const struct scenario *s, hid_t place)
{
    double *values = malloc((s->place_count + 1) * sizeof *values);
    if (!values) {
        if (f->status == STATUS_DONE)
            f->status = error_add(f->error, STATUS_FAILED, "%s: out of memory", f->path);
        return;
    }
    hid_t group = store_group(f, f->id, "parameters");
    for (size_t i = 0; i < s->model->params.count; i++)
        write_parameter(f, group, s, i, place, values);
    store_close_group(f, group);
    free(values);
}
