/* Who lives in a municipality: inhabitants by sex and age band, from the table that the project
 * ships (scenarios/population.csv) or one of the user's in the same form. */
#ifndef SAMSKAB_DEMOGRAPHY_H
#define SAMSKAB_DEMOGRAPHY_H

#include <stdint.h>

#include "sim/error.h"
#include "sim/scenario.h"

enum { AGE_BANDS = 10 };

struct age_band {
    const char *label;         /* as in the table's header */
    unsigned youngest, oldest; /* years; the last band is taken to end with 99 */
};

extern const struct age_band age_bands[AGE_BANDS]; /* the first is children, below 16 */

/* Who lives in a scenario's place; a part of its `data`. */
struct demography {
    uint32_t men[AGE_BANDS], women[AGE_BANDS];
    uint32_t inhabitants;
    uint32_t adults;   /* aged 16 and over */
    double x_km, y_km; /* centre, on a plane; NAN where the table does not say */
};

/* Finds every place's demography: by name in the table, or of `population.inhabitants` with the
 * ages of that municipality or, where the table has none of that name, of the whole table.  Adds a
 * finding for a name that is not in the table and has no number of inhabitants either, and for one
 * whose centre is unknown where friendships are to cross borders. */
enum status demography_prepare(struct scenario *s, struct error *e);

/* Frees what demography_prepare gave. */
void demography_forget(struct scenario *s);

const struct demography *demography_of(const struct scenario *s, size_t place);

#endif
