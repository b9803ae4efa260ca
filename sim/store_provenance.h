/* The group `provenance`: what varies between runs that are otherwise the same. */
#ifndef SAMSKAB_STORE_PROVENANCE_H
#define SAMSKAB_STORE_PROVENANCE_H

#include "sim/store.h"
#include "sim/store_file.h"

void store_provenance(struct store_file *f, const struct store_run_options *options);

#endif
