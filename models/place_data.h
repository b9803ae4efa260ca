/* What the model keeps of a scenario's place: its `data`, made when the scenario is prepared. */
#ifndef SAMSKAB_PLACE_DATA_H
#define SAMSKAB_PLACE_DATA_H

#include "models/demography.h"

struct real_ballots;

struct place_data {
    struct demography people;
    struct real_ballots *ballots; /* NULL: voters fill ballots by their preferences */
};

#endif
