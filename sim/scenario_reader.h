/* What the files that read a scenario share among themselves, and with readers of other files whose
 * words are a model's (analysis/targets_read.c); no part of the interface.
 *
 *     scenario_read.c     the order of things: text, tree, settings, files, rules
 *     scenario_value.c    one value: where it belongs, whether it is allowed
 *     scenario_list.c     places, events and mechanisms that are off
 *     scenario_table.c    places from a table
 *     scenario_file.c     files on disk
 *     scenario_check.c    settings, rules between parameters
 *     scenario_write.c    and back to YAML */
#ifndef SAMSKAB_SCENARIO_READER_H
#define SAMSKAB_SCENARIO_READER_H

#include "sim/findings.h"
#include "sim/scenario.h"
#include "sim/yaml.h"

enum {
    READER_KEY = 256,       /* bytes of the longest dotted key */
    READER_QUOTE = 64,      /* bytes of a value that a message shows */
    READER_ROWS = 10000,    /* places, and events, that a scenario may have */
    READER_FINDINGS = 1000, /* after so many keys are read no further */
    READER_WEEKS = 65535    /* last week of an event */
};

/* The places of a table, as texts. */
struct places_table {
    const char *name; /* of the file */
    char *content;
    const char **heads; /* by column */
    const char **cells; /* [place][column]; "" says nothing */
    size_t *lines;      /* by place */
    size_t columns, count, name_column;
};

struct reader {
    struct scenario *s;
    const struct model *m;
    struct findings findings;
    struct yaml_tree tree;
    const struct yaml **place_nodes; /* by place; NULL when no place is listed */
    struct places_table table;       /* count is 0 when no table gives the places */
    const char *folder;
    const struct scenario_input *inputs;
    size_t input_count;
    const struct setting *settings;
    size_t setting_count;
    uint8_t *refused; /* by parameter: 1 where a value somewhere was not allowed */
};

/* A value in a line of a table. */
struct cell {
    const char *file, *text;
    size_t line;
};

/* A value that somebody gave, and where: one of the three. */
struct given {
    const char *key;         /* dotted */
    const struct yaml *node; /* in the file */
    const struct setting *setting;
    const struct cell *cell;
};

/* Where values go: to the run or to one place. */
struct target {
    double *values;
    uint8_t *given;
    struct text_value *texts;
    bool is_place;
};

enum key_kind { KEY_UNKNOWN, KEY_SECTION, KEY_PARAM, KEY_TEXT };

struct key {
    enum key_kind kind;
    size_t index; /* of the parameter or text */
};

/* The nearest of some words to one that is unknown. */
struct nearest {
    const char *word;
    size_t distance;
    char best[READER_KEY];
};

/* scenario_value.c */

/* What a dotted key names in this model. */
struct key key_find(const struct model *m, const char *key);
/* The keys of parameters, and then of texts; NULL behind the last. */
const char *key_name(const struct model *m, size_t i);
/* Complains about keys of a mapping that are not among `keys`; `where` says what it is in. */
void reader_check_keys(struct reader *r, const struct yaml *mapping, const char *where,
                       const char *const *keys, size_t count);
/* Whether so much is wrong that the rest is not worth the time it takes: a short text can name the
 * same long mapping thousands of times. */
bool reader_has_enough(const struct reader *r);
/* Adds a finding about a value, at its place in the file or headed by the setting. */
void reader_complain(struct reader *r, const struct given *g, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "--set KEY=VALUE: " for a setting, "towns.csv:12: " for a cell, "" for a value of the file. */
const char *reader_origin(const struct given *g, char *text, size_t size);
/* The value's text; NULL when it is a list, a mapping or nothing. */
const char *given_text(const struct given *g);
/* The value as a message shows it. */
const char *given_describe(const struct given *g, char *text, size_t size);
/* Reads one number by its descriptor; false, and a finding, when it is not allowed. */
bool reader_number(struct reader *r, const struct given *g, const struct param *p, double *value);
void reader_param(struct reader *r, const struct given *g, size_t index, struct target *t);
void reader_text(struct reader *r, const struct given *g, size_t index, struct target *t);
/* A free text such as the title. */
void reader_title(struct reader *r, const struct given *g, char **text);
/* Reads every parameter and text of a mapping. */
void reader_mapping(struct reader *r, const struct yaml *mapping, const char *prefix,
                    struct target *t);
/* Whether a key of run level was given to a place, which is a finding. */
bool reader_refuses_place(struct reader *r, const struct given *g, enum param_level level);
/* Adds "KEY is unknown", with the nearest key when one is near. */
void reader_unknown_key(struct reader *r, const struct given *g, bool in_place);
struct target reader_run(struct reader *r);
struct target reader_place(struct reader *r, size_t place);
/* strdup that marks the reader as failed when memory is short. */
char *reader_copy(struct reader *r, const char *text);

void nearest_start(struct nearest *n, const char *word);
void nearest_try(struct nearest *n, const char *candidate, size_t length);
/* "; did you mean X?" or "". */
const char *nearest_hint(const struct nearest *n, char *text, size_t size);

/* scenario_list.c */

void reader_off(struct reader *r, const struct yaml *node);
void reader_switch_off(struct reader *r, const struct given *g, const char *name, bool off);
void reader_places(struct reader *r, const struct yaml *node);
void reader_events(struct reader *r, const struct yaml *node);

/* scenario_table.c */

/* Reads the table that a mapping names under `table`; false when it has no places. */
bool reader_table(struct reader *r, const struct yaml *node);
/* What the table says of a place under a key; NULL for nothing. */
const char *reader_cell(const struct reader *r, size_t place, const char *key, struct cell *cell);
/* Reads the values of a place's line. */
void reader_row(struct reader *r, size_t place, struct target *to);
void reader_table_free(struct reader *r);

/* scenario_file.c */

/* Reads a file of at most `limit` bytes, ended by '\0', to be freed.  On failure gives the reason,
 * which goes on from the file's name. */
enum status reader_file(const char *path, size_t limit, char **content, size_t *size, char *why,
                        size_t why_size);
/* The content of a file that somebody named: from what is at hand, from disk (for a setting from
 * the working folder).  Where there is none, `why` says so, going on from the name; it is empty
 * when memory is too short to look, which the findings tell. */
void reader_find_file(struct reader *r, struct text_value *text, const struct given *g,
                      size_t limit, char *why, size_t why_size);
/* Reads the files that texts name. */
void reader_load(struct reader *r);

/* scenario_check.c */

void reader_settings(struct reader *r);
/* Who gave this parameter or text to the place (SIZE_MAX: to the run); false when nobody did.  A
 * cell is kept in `cell`. */
bool reader_who_gave(const struct reader *r, size_t place, const char *key, struct given *g,
                     struct cell *cell);
void reader_rules(struct reader *r);

#endif
