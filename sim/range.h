/* Rows, agents or places [first, end). */
#ifndef SAMSKAB_RANGE_H
#define SAMSKAB_RANGE_H

#include <stddef.h>

struct range {
    size_t first, end;
};

#endif
