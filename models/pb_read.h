/* Elections as Pabulib keeps them: .pb files (pabulib.org/format).
 *
 *     META                          a key and its value on each line
 *     key;value
 *     budget;2500
 *     vote_type;approval
 *     rule;greedy
 *     PROJECTS
 *     project_id;cost;name;selected
 *     1;600;Bicycle stands;0
 *     VOTES
 *     voter_id;age;sex;vote;points
 *     1;34;F;1,2,4;
 *
 * Fields are separated by ';' and trimmed; a field in double quotes may hold ';', line ends and
 * doubled quotes.  A byte order mark, CRLF and empty lines are passed over, amounts may have a
 * decimal comma, headings and keys may be in either case.  Columns stand in any order; those that
 * nothing here uses are skipped.
 *
 * Ballots: approval and choose-1 give each project 1 point; cumulative and scoring have points in a
 * column; ordinal ballots give the first L points, the second L-1 and so on, L being max_length
 * where META has it and the number of projects where not, unless there is a column of points. */
#ifndef SAMSKAB_PB_READ_H
#define SAMSKAB_PB_READ_H

#include "models/ballots.h"

/* Fills `p`, which is to be freed with profile_free in any case, and indexes it.  All faults are
 * reported, as `name:line:column: ...` with the line and a caret, at most 50 written out; then
 * STATUS_BAD_INPUT.  `text` need not end in a NUL. */
enum status pb_read(struct profile *p, const char *text, size_t size, const char *name,
                    struct error *e);

/* The same from a file of at most PB_SIZE_MAX bytes. */
enum status pb_read_file(struct profile *p, const char *path, struct error *e);

#define PB_SIZE_MAX ((size_t)1 << 30)

#endif
