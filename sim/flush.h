/* Brings finished files to the disk while others are computed.
 *
 * To wait for a disk takes longer than many a run.  A thread of its own does nothing else, so that
 * a file is safe from the end of the process at once and from a failure of power a moment later. */
#ifndef SAMSKAB_FLUSH_H
#define SAMSKAB_FLUSH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

struct flush {
    const char *folder; /* in which all files are */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char **paths; /* that wait */
    size_t count, room;
    bool ending;
    enum status status;
    struct error error;
};

enum status flush_begin(struct flush *f, const char *folder, struct error *e);

/* From any thread.  Without memory to remember it the file is brought to the disk at once. */
void flush_add(struct flush *f, const char *path);

/* Whether all went well so far. */
enum status flush_status(struct flush *f);

/* Waits until everything is on the disk. */
enum status flush_end(struct flush *f, struct error *e);

#endif
