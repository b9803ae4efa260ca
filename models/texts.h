/* The texts that a scenario may give, in the order of the model's list (coproduction.c). */
#ifndef SAMSKAB_TEXTS_H
#define SAMSKAB_TEXTS_H

enum text_of_town {
    TEXT_POPULATION_TABLE, /* inhabitants by municipality, sex and age */
    TEXT_NETWORK_FILE,     /* friendships as an edge list */
    TEXT_BUDGET_BALLOTS,   /* a real election as a .pb file */
    TEXT_POSITIONS
};

#endif
