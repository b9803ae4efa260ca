/* The agents of a run file: columns by name, a replicate and a week at a time.
 *
 *     reader_columns_open      which columns were stored
 *     reader_column            the values of one, of all agents
 */
#ifndef SAMSKAB_READER_AGENTS_H
#define SAMSKAB_READER_AGENTS_H

#include <stdbool.h>

#include "sim/reader.h"

/* A stored column of the agents. */
struct reader_column {
    char *name;
    char *unit;
    char *meaning;
    bool trait; /* fixed: the same at every week */
    bool real;  /* values are float; else uint32_t */
};

struct reader_columns {
    char *entity;    /* what an agent is: "walker" */
    uint32_t *weeks; /* at which they are stored, f->agent_weeks of them */
    struct reader_column *list;
    size_t count;
};

/* What `f` holds; STATUS_BAD_INPUT when no agents were stored. */
enum status reader_columns_open(struct reader_columns *c, const struct run_file *f,
                                struct error *e);
void reader_columns_close(struct reader_columns *c);

/* Values of a column, of replicate and position among the stored weeks from 0, into f->agents
 * values of float or uint32_t. */
enum status reader_column(const struct run_file *f, const struct reader_column *c, size_t replicate,
                          size_t week, void *values, struct error *e);

#endif
