/* An HDF5 file that is being written, piece by piece; inside of the store.
 *
 * A fault is kept and makes all later calls do nothing, so that a writer reads as the list of what
 * it writes and looks once, at store_publish, whether all went well. */
#ifndef SAMSKAB_STORE_FILE_H
#define SAMSKAB_STORE_FILE_H

#include <stdint.h>

#include "sim/durable.h"
#include "sim/hdf.h"

enum { STORE_RANK = 4 };

struct store_file {
    const char *path; /* final name, for messages */
    struct durable durable;
    hid_t id;
    hid_t text; /* type of a string */
    enum status status;
    struct error *error;
};

/* What a dataset is to be. */
struct store_spec {
    const char *name;
    hid_t type; /* in the file */
    int rank;
    hsize_t shape[STORE_RANK];
    hsize_t chunk[STORE_RANK];
    const void *fill; /* of its type: also the _FillValue attribute; NULL for none */
};

void store_begin(struct store_file *f, const char *path, struct error *e);

/* Closes, seals and publishes when all went well, and takes the file away when not. */
enum status store_publish(struct store_file *f, bool replace);

hid_t store_group(struct store_file *f, hid_t where, const char *name);
void store_close_group(struct store_file *f, hid_t group);

/* A dataset in chunks with shuffle, gzip and Fletcher32; in one piece without any of them when the
 * first chunk size is 0, and a scalar when the rank is 0.  Never compact, which R's ncdf4 cannot
 * open. */
hid_t store_dataset(struct store_file *f, hid_t where, const struct store_spec *spec);

/* Writes all of it, or the block of `count` at `start`. */
void store_values(struct store_file *f, hid_t dataset, hid_t memory, const void *values);
void store_block(struct store_file *f, hid_t dataset, hid_t memory, const hsize_t *start,
                 const hsize_t *count, const void *values);
void store_close(struct store_file *f, hid_t dataset);

/* Attributes; an empty text is left out. */
void store_text(struct store_file *f, hid_t object, const char *name, const char *text);
void store_numbers(struct store_file *f, hid_t object, const char *name, hid_t type,
                   const void *values, hsize_t count);
void store_uint64(struct store_file *f, hid_t object, const char *name, uint64_t value);

/* The dataset becomes a dimension; `axis` of another is then tied to it. */
void store_scale(struct store_file *f, hid_t dataset, const char *name);
void store_attach(struct store_file *f, hid_t dataset, hid_t scale, unsigned axis);

#endif
