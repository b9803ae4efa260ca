/* What writer and reader of HDF5 files share: a quiet library, its complaints in words, and the
 * seal at the end of every file of ours.
 *
 * The seal is 16 bytes behind what HDF5 sees of the file: "samskab" with a zero, and a digest of
 * all bytes before it.  HDF5 does not look there, and a program that changes the file cuts it off.
 * A file with a seal that does not hold is damaged, and HDF5 is not even asked to open it: the
 * library is known to crash on some damaged files.
 *
 * HDF5 is not safe to call from several threads: callers do so one at a time. */
#ifndef SAMSKAB_HDF_H
#define SAMSKAB_HDF_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

enum { HDF_REASON = 256, HDF_FORMAT = 1 };

/* Keeps the library from printing its errors and from working at exit (it crashes there after a
 * write that failed).  May be called any number of times. */
void hdf_start(void);

/* The innermost message of the last error; "unknown reason" when there is none. */
const char *hdf_reason(char text[HDF_REASON]);

/* Whether the last error is that the system could not open, read or write. */
bool hdf_is_of_system(void);

/* Puts the seal at the end of a closed file. */
enum status hdf_seal(const char *path, struct error *e);

/* Whether a file may be opened: it is a plain file, is HDF5, and its seal holds if it has one. */
enum status hdf_check(const char *path, struct error *e);

/* Whether a plain file begins as HDF5 files do. */
bool hdf_is(const char *path);

#endif
