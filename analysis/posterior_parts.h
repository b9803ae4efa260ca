/* The folder OUT.parts: what of an unfinished posterior must survive.
 *
 *     setup.txt                  what decides the result: targets, ranges, scenario, seed, program
 *     trials-002-0000145.txt     trials of generation 2, among them number 145, the first here
 *
 * Every part is written under a temporary name, synced and renamed, and never changed.  Numbers
 * are hexadecimal, so that they read back to the same bits; a part ends with its digest. */
#ifndef SAMSKAB_POSTERIOR_PARTS_H
#define SAMSKAB_POSTERIOR_PARTS_H

#include "analysis/posterior.h"

struct posterior_parts {
    char *folder;    /* NULL when nothing is kept */
    uint64_t digest; /* of the setup */
    size_t free_count, target_count;
    int lock;
};

/* Makes the folder for what `setup` says, or takes up the one that is there: with `resume` only
 * when it has the same setup, with `force` it is emptied. */
enum status posterior_parts_open(struct posterior_parts *p, const char *out, const char *setup,
                                 const struct calibrate_request *request, struct error *e);

/* A trial with its number. */
struct numbered {
    size_t number;
    struct draw draw;
};

enum status posterior_parts_save(const struct posterior_parts *p, unsigned generation,
                                 const struct numbered *trials, size_t count, struct error *e);

/* All trials of a generation that are there, to be freed; a damaged part is passed over. */
enum status posterior_parts_load(const struct posterior_parts *p, unsigned generation,
                                 struct numbered **trials, size_t *count, struct error *e);

/* Removes the folder. */
enum status posterior_parts_remove(struct posterior_parts *p, struct error *e);

/* Lets go of it. */
void posterior_parts_close(struct posterior_parts *p);

#endif
