/* The model of co-production as the engine sees it: its tables, and how a town is made. */
#ifndef SAMSKAB_COPRODUCTION_H
#define SAMSKAB_COPRODUCTION_H

#include "sim/model.h"

extern const struct model coproduction;

#endif
