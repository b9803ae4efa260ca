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

/* What cells leave for cells of other places, see sim/split.h: it is handed over before the first
 * cell of the mechanism that takes it. */
struct parcels {
    size_t size; /* bytes of one */
    /* The most that may be under way. */
    size_t (*room)(const struct world *w);
    /* Lists those for the places [first, end) in `into`, in the order of cells; how many. */
    size_t (*pack)(const struct world *w, size_t first, size_t end, void *into);
    /* Takes all that came, in the order of the places that they come from. */
    void (*take)(struct world *w, const void *parcels, size_t count);
};

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
    /* Of `reads`, what is read of agents of other places: of those who are tied to one of the
     * cell's own, or of anybody.  NULL: all is of the cell's own place. */
    const column_id *reads_tied;
    const column_id *reads_anywhere;
    const struct parcels *parcels; /* that it takes; NULL for none */
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
