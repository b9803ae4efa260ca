/* What writer and reader of HDF5 files share: a quiet library, its complaints in words, and the
 * seal at the end of every file of ours.
 *
 * The seal is 40 bytes behind what HDF5 sees of the file: "samskab" with a zero, and the SHA-256
 * (FIPS 180-4) of all bytes before it.  HDF5 does not look there, and a program that changes the
 * file cuts it off.  HDF5 is not even asked to open a file without a seal that holds: the library
 * is known to crash on some damaged files.  The seal tells accidents and changes, not who made the
 * file: whoever wants to do harm can seal, too.
 *
 * HDF5 is not safe to call from several threads: callers do so one at a time. */
#ifndef SAMSKAB_HDF_H
#define SAMSKAB_HDF_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

enum { HDF_REASON = 256, HDF_FORMAT = 1, HDF_SEAL = 40 };

/* Keeps the library from printing its errors and from working at exit (it crashes there after a
 * write that failed).  May be called any number of times. */
void hdf_start(void);

/* The innermost message of the last error; "unknown reason" when there is none. */
const char *hdf_reason(char text[HDF_REASON]);

/* Whether the last error is that the system could not open, read or write. */
bool hdf_is_of_system(void);

/* Puts the seal at the end of a closed file. */
enum status hdf_seal(const char *path, struct error *e);

/* Opens a plain file that begins as HDF5 files do; it is to be closed. */
enum status hdf_open(const char *path, int *file, struct error *e);

/* Whether a file may be opened: it is a plain file, is HDF5, and its seal holds; or this process is
 * shut in with it. */
enum status hdf_check(const char *path, struct error *e);

/* Whether a plain file begins as HDF5 files do. */
bool hdf_is(const char *path);

#endif
