/* Inside of the export: what is written, and how its values look. */
#ifndef SAMSKAB_EXPORT_PARTS_H
#define SAMSKAB_EXPORT_PARTS_H

#include "analysis/export.h"
#include "sim/reader_agents.h"

enum { EXPORT_NUMBER = 32 };

struct export
{
    const struct export_request *request;
    const struct model *model;
    struct run_file file;
    struct reader_columns agents; /* with --agents */
    size_t *chosen;               /* positions of series, or of columns of the agents */
    size_t chosen_count;
    FILE *out;
    struct error *error;
};

/* Series and agents as a table, and as a document. */
enum status export_csv(struct export *x);
enum status export_json(struct export *x);
enum status export_graphml(struct export *x);

/* The values of all chosen series, one after the other, each as reader_series gives it; free
 * them. */
enum status export_series(struct export *x, float **values);

/* The chosen columns of all agents at one week of one replicate, one after the other. */
union export_value {
    float real;
    uint32_t whole;
};
enum status export_agents(struct export *x, size_t replicate, size_t week,
                          union export_value *values);

/* A value as text: the fewest digits that read back to the same bits; "" where it is missing.
 * UINT32_MAX stands for none.  Returns `text`. */
const char *export_real(float value, char *text);
const char *export_whole(uint32_t value, char *text);

/* Whether a column of the agents numbers their place. */
bool export_is_place(const struct export *x, const struct reader_column *c);

enum status export_no_memory(struct export *x);

#endif
