/* The weekly order. */
#ifndef SAMSKAB_SCHEDULE_H
#define SAMSKAB_SCHEDULE_H

#include "sim/mechanism.h"

enum { SCHEDULE_COUNT = 54 };

extern const struct mechanism *const schedule[SCHEDULE_COUNT];

#endif
