/* Dimensions of a run file or an experiment, their labels, and units as other programs take them.
 */
#ifndef SAMSKAB_STORE_AXES_H
#define SAMSKAB_STORE_AXES_H

#include "sim/store_file.h"

/* A dimension whose coordinate is first, first + 1, ...; to be closed with store_close. */
hid_t store_axis(struct store_file *f, const char *name, size_t length, int32_t first,
                 const char *unit, const char *meaning);

/* Texts along a dimension, as /NAME. */
void store_labels(struct store_file *f, const char *name, const char *const *texts, size_t count,
                  hid_t axis, const char *meaning);

/* The unit as it is written into a file. */
const char *store_unit(const char *unit);

/* Takes note that memory was short. */
void store_no_memory(struct store_file *f);

static inline hsize_t at_most(hsize_t n, hsize_t most)
{
    return n < most ? n : most;
}

#endif
