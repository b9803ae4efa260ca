/* Files that survive: written beside, synced, renamed when whole.
 *
 * Measured on HDF5 1.10.8: after kill -9 a file that was merely flushed is intact in 86 of 100
 * cases, one that was written beside, closed, synced and renamed in 400 of 400.
 *
 *     durable_begin     OUT.h5  ->  OUT.h5.PID.tmp is where to write
 *     durable_publish   fsync file, rename, fsync folder: OUT.h5 is there, whole
 *     durable_abandon   takes the temporary file away; safe after either, and on a zeroed struct
 *
 * Every finding names the path and says why in the system's words. */
#ifndef SAMSKAB_DURABLE_H
#define SAMSKAB_DURABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

struct durable {
    char *path;      /* final name */
    char *temporary; /* NULL when there is nothing to take away */
};

enum status durable_begin(struct durable *d, const char *path, struct error *e);

/* With `replace` false a file that has come under the final name meanwhile is left as it is, and
 * the new one under its temporary name; that is a failure that says so. */
enum status durable_publish(struct durable *d, bool replace, struct error *e);
void durable_abandon(struct durable *d);

/* All of the above for `size` bytes at hand. */
enum status durable_write(const char *path, const void *bytes, size_t size, struct error *e);

/* The same without waiting for the disk: the file is there, whole, and outlives this process, but
 * may be lost or cut short when the machine stops before durable_sync. */
enum status durable_put(const char *path, const void *bytes, size_t size, struct error *e);

/* Waits until a file, or the names in a folder, are on the disk. */
enum status durable_sync(const char *path, struct error *e);

/* Bytes that are free in the folder of a file; SIZE_MAX when that cannot be told. */
size_t durable_free(const char *path);

/* Whether both names lead to one file that is there. */
bool durable_is_same(const char *path, const char *other);

/* Whether `path` can be written, before anything is computed: its folder is there and writable, it
 * is no folder or device, and it does not exist unless `force`.  STATUS_BAD_INPUT when not. */
enum status durable_check(const char *path, bool force, struct error *e);

/* Makes a folder and syncs the one around it.  It may be there already: then whoever made it may
 * have been killed before the sync. */
enum status durable_folder(const char *path, struct error *e);

/* Takes the folder for this process alone; *lock is to be closed with durable_unlock.  Fails when
 * another process holds it. */
enum status durable_lock(const char *path, int *lock, struct error *e);
void durable_unlock(int *lock);

/* Whether there is a folder (a regular file) of this name. */
bool durable_is_folder(const char *path);
bool durable_is_file(const char *path);

/* Removes a folder and the plain files in it.  It must contain no folder. */
enum status durable_remove_folder(const char *path, struct error *e);

/* Removes a file; that it is gone already is no fault. */
enum status durable_remove(const char *path, struct error *e);

/* The names in a folder, sorted, to be freed with durable_names_free; none on failure. */
enum status durable_names(const char *path, char ***names, size_t *count, struct error *e);
void durable_names_free(char **names, size_t count);

/* The name of a file without its folder and its ending, "trial" of plans/trial.yaml, as printf
 * takes it for "%.*s".  It points into `path`. */
struct stem {
    int length;
    const char *name;
};
struct stem durable_stem(const char *path);

/* printf into a new string; NULL when memory is short. */
char *durable_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
