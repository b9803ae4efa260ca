/* The group `inputs`: contents of the files that a scenario named, each once.
 *
 * Contents are characters on a dimension of their own, so that they are compressed and netCDF shows
 * them as text. */
#ifndef SAMSKAB_STORE_INPUTS_H
#define SAMSKAB_STORE_INPUTS_H

#include "sim/scenario.h"
#include "sim/store_file.h"

void store_inputs(struct store_file *f, const struct scenario *s);

/* The same for files that are at hand. */
void store_input_list(struct store_file *f, const struct scenario_input *inputs, size_t count);

#endif
