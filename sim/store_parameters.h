/* The group `parameters`: every parameter by its dotted key, with all the table knows of it. */
#ifndef SAMSKAB_STORE_PARAMETERS_H
#define SAMSKAB_STORE_PARAMETERS_H

#include "sim/scenario.h"
#include "sim/store_file.h"

/* Parameters of place level lie on the dimension `place`. */
void store_parameters(struct store_file *f, const struct scenario *s, hid_t place);

#endif
