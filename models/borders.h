/* Friendships across the borders of municipalities (ODD: element 5).  Ties between two of them are
 * as a mobile operator found calls between cities (Krings et al. 2009): in proportion to both
 * populations, and thinner by a power of the distance,
 *
 *     ties(m, n)  ~  N_m N_n / max(d_mn, near)^decay              n other than m
 *     pull on m   =  sum over n of N_n / max(d_mn, near)^decay
 *     leave_m     =  across * pull on m / mean pull on a citizen,  at most 1
 *
 * so that as many ties go from m to n as from n to m, the mean number of friends is the same
 * everywhere, and of all ties the share `across` crosses a border: more where others are near. */
#ifndef SAMSKAB_BORDERS_H
#define SAMSKAB_BORDERS_H

#include "models/town.h"

/* The borders of a town's municipalities; none, with b->homes at 0, where no tie is to cross one.
 */
enum status borders_init(struct network_borders *b, const struct town *t, struct error *e);

/* Safe on a failed one. */
void borders_free(struct network_borders *b);

#endif
