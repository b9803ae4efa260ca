/* A run or experiment file in the forms of others: a tidy table, a JSON document, a network.
 *
 *     csv      a line for each arm, replicate, week and place, a column for each series; RFC 4180
 *     json     what the file says of itself, and [arm][replicate][week][place] of each series
 *     graphml  what is tied to what after a week of one replicate; nodes carry their columns
 *
 * Arms, with how they differ and what became of their runs, are those of an experiment only.  With
 * `agents` the table and the document hold the stored agents instead of the series, and the
 * network every agent as a node instead of counts.  What is missing is an empty field or null.
 *
 * No file holds ties.  A run is the same bits whenever it is repeated, so the network is made by
 * running the file's scenario again to that week, and is refused when what is then observed is not
 * what the file holds. */
#ifndef SAMSKAB_EXPORT_H
#define SAMSKAB_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/error.h"
#include "sim/model.h"

enum export_format { EXPORT_NONE, EXPORT_CSV, EXPORT_JSON, EXPORT_GRAPHML };

enum { EXPORT_SERIES = 256, EXPORT_ANY = UINT16_MAX };

struct export_request {
    const char *path;
    const char *out; /* file to write; NULL: the stream */
    enum export_format format;
    const char *series[EXPORT_SERIES]; /* names, or lists of them with commas; none: all */
    size_t series_count;
    bool agents;
    bool force;         /* replace `out` */
    const char *arm;    /* of an experiment, whose network; NULL: none */
    uint32_t replicate; /* of the network, from 1; 0: the first */
    uint32_t week;      /* of the network, 0 its start; EXPORT_ANY: the last */
};

/* "csv", "json" or "graphml"; false for anything else. */
bool export_format_parse(const char *name, enum export_format *format);

/* Writes to `stream`, or whole or not at all to the file. */
enum status export_file(const struct model *m, const struct export_request *request, FILE *stream,
                        struct error *e);

#endif
