#include "sim/store_inputs.h"

#include <stdio.h>
#include <string.h>

#include "sim/model.h"

/* Text `t` of level `level`: 0 is the scenario's own, then the places. */
static const struct text_value *text_at(const struct scenario *s, size_t level, size_t t)
{
    return level == 0 ? &s->texts[t] : &s->places[level - 1].texts[t];
}

/* Whether the same file was met before (level, t). */
static bool met(const struct scenario *s, size_t level, size_t t)
{
    const struct text_value *it = text_at(s, level, t);
    for (size_t i = 0; i < (level + 1) * s->model->text_count; i++) {
        size_t l = i / s->model->text_count, u = i % s->model->text_count;
        if (l == level && u == t)
            return false;
        const struct text_value *other = text_at(s, l, u);
        if (other->content && strcmp(other->text, it->text) == 0)
            return true;
    }
    return false;
}

/* A dimension without coordinate has the name by which netCDF knows that there is none. */
static hid_t write_dimension(struct store_file *f, hid_t group, const char *name, hsize_t length)
{
    struct store_spec spec = {.name = name, .type = H5T_IEEE_F32BE, .rank = 1, .shape = {length}};
    char label[128];
    snprintf(label, sizeof label, "This is a netCDF dimension but not a netCDF variable.%10llu",
             (unsigned long long)length);
    hid_t scale = store_dataset(f, group, &spec);
    store_scale(f, scale, label);
    return scale;
}

static void write_input(struct store_file *f, hid_t group, const struct scenario_input *input,
                        unsigned number)
{
    char name[32], dimension[32];
    snprintf(name, sizeof name, "file_%u", number);
    snprintf(dimension, sizeof dimension, "file_%u_size", number);
    /* A dataset cannot be empty: an empty file is one zero, and its size says so. */
    hsize_t length = input->size > 0 ? input->size : 1;
    struct store_spec spec = {.name = name,
                              .type = H5T_C_S1,
                              .rank = 1,
                              .shape = {length},
                              .chunk = {length < 65536 ? length : 65536}};
    hid_t scale = write_dimension(f, group, dimension, length);
    hid_t dataset = store_dataset(f, group, &spec);
    store_values(f, dataset, H5T_C_S1, input->size > 0 ? input->content : "");
    store_attach(f, dataset, scale, 0);
    store_text(f, dataset, "long_name", "content of a file that the scenario names");
    store_text(f, dataset, "file", input->text);
    store_uint64(f, dataset, "size", input->size);
    store_close(f, dataset);
    store_close(f, scale);
}

void store_inputs(struct store_file *f, const struct scenario *s)
{
    unsigned number = 0;
    hid_t group = store_group(f, f->id, "inputs");
    for (size_t level = 0; level <= s->place_count; level++)
        for (size_t t = 0; t < s->model->text_count; t++)
            if (text_at(s, level, t)->content && !met(s, level, t)) {
                const struct text_value *it = text_at(s, level, t);
                write_input(f, group, &(struct scenario_input){it->text, it->content, it->size},
                            ++number);
            }
    store_close_group(f, group);
}

void store_input_list(struct store_file *f, const struct scenario_input *inputs, size_t count)
{
    hid_t group = store_group(f, f->id, "inputs");
    for (size_t k = 0; k < count; k++)
        write_input(f, group, &inputs[k], (unsigned)k + 1);
    store_close_group(f, group);
}
