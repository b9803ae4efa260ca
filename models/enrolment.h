/* How a citizen becomes a volunteer; the first week's volunteers become so in the same way. */
#ifndef SAMSKAB_ENROLMENT_H
#define SAMSKAB_ENROLMENT_H

#include "models/town.h"

/* Begins to volunteer (elsewhere, until a place is found). */
void enrolment_begin(struct town *t, size_t person, const struct params *p);

/* Finds a place at a site: a professional to work with, and the association one comes through.
 * Draws two numbers from `s` at most. */
void enrolment_place(struct town *t, size_t person, size_t site, double fit, struct stream *s);

/* Somebody who accepted begins this week, if still inactive and, in co-production, if the site has
 * a task left. */
void enrolment_enter(struct town *t, const struct entry *entry);

#endif
