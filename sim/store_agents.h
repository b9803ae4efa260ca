/* The group `agents`: every agent of the saved entity at some weeks, gathered from the parts. */
#ifndef SAMSKAB_STORE_AGENTS_H
#define SAMSKAB_STORE_AGENTS_H

#include "sim/record.h"
#include "sim/store_file.h"

/* Weeks every, 2 every, ... up to the last of the run, of all replicates. */
void store_agents_group(struct store_file *f, const struct record *r, const char *parts,
                        uint32_t every, hid_t replicate);

#endif
