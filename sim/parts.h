/* The folder OUT.h5.parts: what of an unfinished run must survive.
 *
 *     setup.h5                    the resolved scenario, the files it named, the options
 *     replicate-00003-00104.h5    replicate 3 after week 104: its series so far, and its state
 *                                 unless it has finished
 *     agents-00003-00052.h5       the saved entity of replicate 3 after week 52
 *     run-0000003.part            what came of run 3 of an ensemble, which has no replicates here
 *
 * Replicates and runs are numbered from 0 here. */
#ifndef SAMSKAB_PARTS_H
#define SAMSKAB_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* Names, to be freed by the caller; NULL when memory is short. */
char *parts_folder(const char *out);
char *parts_setup(const char *folder);
char *parts_replicate(const char *folder, uint32_t replicate, uint32_t week);
char *parts_agents(const char *folder, uint32_t replicate, uint32_t week);

char *parts_run(const char *folder, size_t run);

/* What of an ensemble is there: marks in `finished` and `begun`, by run (of `runs`), those that
 * have a part and those that have a checkpoint. */
enum status parts_runs(const char *folder, size_t runs, uint8_t *finished, uint8_t *begun,
                       struct error *e);

/* The run file of a folder of parts: its name without ".parts". */
char *parts_out(const char *folder);

/* The weeks after which a replicate was saved, newest first; free `weeks`. */
enum status parts_weeks(const char *folder, uint32_t replicate, uint32_t **weeks, size_t *count,
                        struct error *e);

/* Removes what was saved of a replicate but for the newest `keep`. */
enum status parts_prune(const char *folder, uint32_t replicate, size_t keep, struct error *e);

/* Removes the folder, in which there must be nothing but parts. */
enum status parts_remove(const char *folder, struct error *e);

/* The same of a folder that is not this process's, unless another one works there. */
enum status parts_discard(const char *folder, struct error *e);

#endif
