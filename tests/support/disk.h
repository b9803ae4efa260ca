/* A disk as it may look after a failure of power.
 *
 * It takes a folder as it was, all of it safe, and the calls of a program that changed it, as
 * tests/torture/check_iofault_calls.c writes them down.  From these it makes the folder as it may
 * be found when the power fails after so many calls:
 *
 *     bytes of a file                safe from a sync of the file
 *     names made, changed, removed   safe from a sync of the folder they are in
 *     what is not safe               there or not, and bytes torn at the bounds of sectors
 *
 * Paths are below the folder, without blanks.  Files are renamed within one folder only. */
#ifndef SAMSKAB_TESTS_DISK_H
#define SAMSKAB_TESTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/stream.h"

/* What a failure takes with it. */
enum disk_loss {
    DISK_NOTHING, /* the process was killed, and the machine goes on */
    DISK_ALL,     /* all that is not safe */
    DISK_EARLIER, /* the same but for the last call, which came to the disk before the others */
    DISK_ANY,     /* any part of it, in whatever order: no less than POSIX promises */
    DISK_JOURNAL, /* of names all since some moment after the last sync of anything; of bytes any
                     part: as file systems with a journal do */
    DISK_LOSSES
};

enum disk_kind {
    DISK_NAME,   /* a file or folder is made */
    DISK_REMOVE, /* ... is removed */
    DISK_RENAME,
    DISK_WRITE,
    DISK_CUT, /* a file gets another length */
    DISK_SYNC
};

struct disk_file {
    char *path; /* below the folder */
    bool is_folder;
    char *bytes;
    size_t size;
};

/* All that is in a folder, sorted by path. */
struct disk_state {
    struct disk_file *files;
    size_t count;
};

/* Reads a folder; makes one of what is in a state, in place of what was there.  What goes wrong
 * fails the test. */
void disk_state_read(struct disk_state *s, const char *folder);
void disk_state_write(const struct disk_state *s, const char *folder);
void disk_state_free(struct disk_state *s);
const struct disk_file *disk_state_find(const struct disk_state *s, const char *path);

/* Of the bytes of a file; 0 for NULL. */
uint64_t disk_file_digest(const struct disk_file *f);

/* Of all names, and of the bytes of files, but not of those whose names end in `blind`, unless that
 * is NULL. */
uint64_t disk_state_digest(const struct disk_state *s, const char *blind);

struct disk;

/* From the folder before, and the calls; `trace` is copied. */
struct disk *disk_open(const struct disk_state *before, const char *trace, size_t size);
void disk_close(struct disk *d);

size_t disk_calls(const struct disk *d);
enum disk_kind disk_call(const struct disk *d, size_t call);

/* The folder when the power fails after the first `calls` calls; `chance` is used by DISK_ANY and
 * DISK_JOURNAL only. */
void disk_fails(const struct disk *d, size_t calls, enum disk_loss loss, struct stream *chance,
                struct disk_state *s);

#endif
