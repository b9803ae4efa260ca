/* A mechanism: one equation of the model as the engine sees it.
 *
 * It says what it is, over which cells it runs, and what it reads and writes; the engine prints the
 * schedule from that, tests it, and runs the cells of a step in parallel.  A cell (a site with its
 * people, a block of persons) is worked on by one thread with a fixed order inside, and writes
 * nothing that another cell of the same step reads: so the bits are the same at any number of
 * threads.  A mechanism cannot fail; inputs are checked and memory is sized before the first week.
 */
#ifndef SAMSKAB_MECHANISM_H
#define SAMSKAB_MECHANISM_H

#include <stddef.h>
#include <stdint.h>

struct world;

typedef uint16_t column_id; /* position in the model's list of columns, plus 1; 0 ends a list */

struct mechanism {
    const char *name;     /* field term; how a scenario switches it off */
    const char *equation; /* number of the submodel in the description: "E5"; "" for book-keeping */
    const char *meaning;  /* one sentence */
    const char *source;   /* keys of the sources */
    unsigned step;        /* of the weekly order, 1 to 11 */
    unsigned cells;       /* position in the model's list of cell kinds */
    unsigned every;       /* weeks from one time to the next; 0 and 1 both mean every week */
    const column_id *reads;
    const column_id *writes;
    /* Over one cell of this week. */
    void (*run)(struct world *w, size_t cell);
    /* What holds instead while the mechanism is switched off; NULL when nothing needs saying. */
    void (*absent)(struct world *w, size_t cell);
    const char *off; /* that in words; NULL for book-keeping, which cannot be switched off */
    /* Whether its cells must wait until the previous mechanism has finished all of its own: when it
     * reads what other cells of the same step wrote. */
    int waits;
};

#endif
