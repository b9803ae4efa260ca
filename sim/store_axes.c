#include "sim/store_axes.h"

#include <stdlib.h>
#include <string.h>

void store_no_memory(struct store_file *f)
{
    if (f->status == STATUS_DONE)
        f->status = error_add(f->error, STATUS_FAILED, "%s: out of memory", f->path);
}

hid_t store_axis(struct store_file *f, const char *name, size_t length, int32_t first,
                 const char *unit, const char *meaning)
{
    struct store_spec spec = {.name = name,
                              .type = H5T_STD_I32LE,
                              .rank = 1,
                              .shape = {length},
                              .chunk = {at_most(length, 16384)}};
    int32_t *values = malloc((length ? length : 1) * sizeof *values);
    if (!values) {
        store_no_memory(f);
        return H5I_INVALID_HID;
    }
    for (size_t i = 0; i < length; i++)
        values[i] = first + (int32_t)i;
    hid_t dataset = store_dataset(f, f->id, &spec);
    store_values(f, dataset, H5T_NATIVE_INT32, values);
    free(values);
    store_scale(f, dataset, name);
    store_text(f, dataset, "long_name", meaning);
    store_text(f, dataset, "units", unit);
    return dataset;
}

void store_labels(struct store_file *f, const char *name, const char *const *texts, size_t count,
                  hid_t axis, const char *meaning)
{
    /* Filters, and with them chunks, do not go with strings of varying length. */
    struct store_spec spec = {.name = name, .type = f->text, .rank = 1, .shape = {count}};
    hid_t dataset = store_dataset(f, f->id, &spec);
    store_values(f, dataset, f->text, texts);
    store_attach(f, dataset, axis, 0);
    store_text(f, dataset, "long_name", meaning);
    store_close(f, dataset);
}

/* xarray takes a variable whose unit is exactly "hours" for a time difference and turns it into
 * nanoseconds; the abbreviations mean the same and it leaves them alone. */
const char *store_unit(const char *unit)
{
    static const char *const twins[][2] = {
        {"hours", "h"}, {"days", "d"}, {"minutes", "min"}, {"seconds", "s"}};
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        if (strcmp(unit, twins[i][0]) == 0)
            return twins[i][1];
    return unit;
}
