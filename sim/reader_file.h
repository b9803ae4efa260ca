/* Pieces of an HDF5 file from outside, each checked before it is used; inside of the reader. */
#ifndef SAMSKAB_READER_FILE_H
#define SAMSKAB_READER_FILE_H

#include <stdint.h>

#include "sim/hdf.h"

enum { READER_RANK = 4 };

/* An object in a file, for messages and calls. */
struct reader_place {
    const char *path; /* of the file */
    hid_t id;
    struct error *error;
};

/* Opens a file of ours of this kind: "samskab run", "samskab setup", ... */
enum status read_begin(struct reader_place *p, const char *path, const char *kind, struct error *e);
void read_end(struct reader_place *p);

/* Whether there is a link of this name; STATUS_BAD_INPUT when it is no hard one. */
enum status read_exists(const struct reader_place *p, const char *name, bool *exists);
enum status read_group(const struct reader_place *p, const char *name, struct reader_place *group);
void read_close_group(struct reader_place *group);

/* Attributes: whether there is one, and what it says.  A text that is optional and missing is an
 * empty one. */
enum status read_has(const struct reader_place *p, const char *name, bool *has);
enum status read_text(const struct reader_place *p, const char *name, bool optional, char **text);
enum status read_uint64(const struct reader_place *p, const char *name, uint64_t *value);
/* So many numbers; they are left as they are when there is no such attribute. */
enum status read_doubles(const struct reader_place *p, const char *name, double *values,
                         size_t count);

/* A text to be freed.  It will be shown on terminals: no control characters but line ends and tabs.
 */
enum status read_copy(const struct reader_place *p, const char *from, char **to);

/* A dataset of `rank` dimensions, of one type (NULL type: any; a string type stands for any
 * string).  `shape` is filled; where it is not 0 beforehand it must be met. */
struct reader_dataset {
    struct reader_place place; /* its id, for attributes */
    int rank;
    hsize_t shape[READER_RANK];
    hid_t type;
};
enum status read_dataset(const struct reader_place *p, const char *name, H5T_class_t class,
                         size_t width, struct reader_dataset *d);
enum status read_values(const struct reader_dataset *d, hid_t memory, void *values);
enum status read_block(const struct reader_dataset *d, hid_t memory, const hsize_t *start,
                       const hsize_t *count, void *values);
void read_close(struct reader_dataset *d);

/* All `count` texts of a dataset of which shape is stated in `d`, each to be freed, as is the list;
 * on failure some may be there. */
enum status read_texts(const struct reader_place *p, const char *name, struct reader_dataset *d,
                       size_t count, char ***texts);

/* Number of the links of a group, and the names of one in the order in which they were made. */
enum status read_link_count(const struct reader_place *p, size_t *count);
enum status read_link_name(const struct reader_place *p, size_t i, char *name, size_t size);

/* Rank of a dataset; -1 for a group. */
enum status read_rank(const struct reader_place *p, const char *name, int *rank);

/* The length of a dimension, which is not 0. */
enum status read_axis(const struct reader_place *p, const char *name, size_t *length);

/* The same along a dimension. */
enum status read_labels(const struct reader_place *p, const char *name, size_t count,
                        char ***texts);

/* The group `inputs`, as new strings. */
struct scenario_input;
enum status read_inputs(const struct reader_place *root, struct scenario_input **inputs,
                        size_t *count);

/* The group `provenance`, line by line. */
struct run_fact;
enum status read_facts(const struct reader_place *root, struct run_fact **facts, size_t *count);

enum status read_fault(const struct reader_place *p, const char *what, const char *name);
enum status read_no_memory(const struct reader_place *p);

#endif
