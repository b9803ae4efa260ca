/* A real election as the ballots of a run (E16): a .pb file that a scenario names.
 *
 *     projects   those of the file; cost = round(cost there x money of the year / budget there)
 *     ballot     that of one of the file's voters, drawn at random, with its points
 *     threshold  that of the file x voters / ballots there
 *     proposer   a citizen, drawn with weights proposal_probability
 *
 * The money of the year is the pool without what was carried over, and a cost is a whole number of
 * DKK, 1 at least: so that as much is wanted of each krone as it was in the real election.  A file
 * names no proposers, and the citizens who are taken for them are drawn anew every year.  Where
 * nobody would propose, everybody is as likely.
 *
 * Source: S2; files of Pabulib (Stolicki and others 2020). */
#ifndef SAMSKAB_REAL_BALLOTS_H
#define SAMSKAB_REAL_BALLOTS_H

#include "models/budget_box.h"

struct real_ballots {
    struct profile profile; /* as read */
    size_t longest;         /* projects on the longest ballot */
};

/* Reads the files that the scenario's places name, each once; demography_prepare comes before.
 * Reports what is wrong with them, with file and line. */
enum status real_ballots_prepare(struct scenario *s, struct error *e);

/* Frees them; demography_forget comes after. */
void real_ballots_forget(struct scenario *s);

/* NULL where the place names no file. */
const struct real_ballots *real_ballots_of(const struct scenario *s, size_t place);

/* The year's projects and who is taken for their proposers. */
void real_ballots_propose(const struct town *t, size_t municipality, struct budget_box *box);

/* The ballot of one more voter. */
void real_ballots_cast(const struct town *t, size_t municipality, struct budget_box *box,
                       size_t person);

/* The score below which a project cannot win, when so many vote; NaN when there is none. */
double real_ballots_threshold(const struct real_ballots *real, size_t voters);

#endif
