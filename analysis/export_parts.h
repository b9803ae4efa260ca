/* Inside of the export: what is written, and how its values look. */
#ifndef SAMSKAB_EXPORT_PARTS_H
#define SAMSKAB_EXPORT_PARTS_H

#include "analysis/export.h"
#include "sim/reader_agents.h"

enum { EXPORT_NUMBER = 32 };

struct exporter {
    const struct export_request *request;
    const struct model *model;
    bool is_ensemble; /* one of the two is open */
    struct run_file file;
    struct ensemble_file ensemble;
    struct reader_columns agents; /* with --agents, of a run file */
    size_t *chosen;               /* positions of series, or of columns of the agents */
    size_t chosen_count;
    FILE *out;
    struct error *error;

    /* What both kinds of files have, and is theirs. */
    const char *title, *question, *model_name, *model_version, *source, *digest, *place;
    size_t arms, replicates, weeks, places, fact_count, variable_count; /* a run has one arm */
    char *const *place_names;
    const struct run_fact *facts;
};

/* Series and agents as a table, and as a document. */
enum status export_csv(struct exporter *x);
enum status export_json(struct exporter *x);
enum status export_graphml(struct exporter *x);

struct run_variable export_variable(const struct exporter *x, size_t i);

/* Values of one chosen series in some arms, [arm][replicate][week][place]. */
struct export_arms {
    size_t first, count;
};
enum status export_series(struct exporter *x, size_t chosen, struct export_arms arms,
                          float *values);

/* How many arms of so many series are read at a time. */
size_t export_batch(const struct exporter *x, size_t series);

/* The value of a column of the design, as text, perhaps in `text`. */
const char *export_setting(const struct ensemble_column *c, size_t arm, char *text);

/* "done", "failed" or "not_run". */
const char *export_state(const struct exporter *x, size_t arm, size_t replicate);

/* The chosen columns of all agents at one week of one replicate, one after the other. */
union export_value {
    float real;
    uint32_t whole;
};
enum status export_agents(struct exporter *x, size_t replicate, size_t week,
                          union export_value *values);

/* A value as text: the fewest digits that read back to the same bits; "" where it is missing.
 * UINT32_MAX stands for none.  Returns `text`. */
const char *export_real(float value, char *text);
const char *export_double(double value, char *text);
const char *export_whole(uint32_t value, char *text);

/* Whether a column of the agents numbers their place. */
bool export_is_place(const struct exporter *x, const struct reader_column *c);

enum status export_no_memory(struct exporter *x);

#endif
