/* A scenario: what a run is asked to do, read from YAML, checked, and written back.
 *
 *     title: ...                       any parameter by its dotted key, nested at the dots:
 *     weeks: 520                       recruitment: {p_acc: .5}
 *     off: [conflict]                  mechanisms to switch off
 *     towns:                           places, each with its own values where they differ
 *       - name: Faxe
 *         recruitment: {p_acc: .4}
 *     towns: {table: towns.csv}        or from a table: a column `name`, and one a key
 *     shocks:                          events in time
 *       - {kind: cuts, week: 104, length: 52, size: 10, town: Faxe}
 *
 * An empty file is a scenario too: everything has a default. */
#ifndef SAMSKAB_SCENARIO_H
#define SAMSKAB_SCENARIO_H

#include <stdint.h>
#include <stdio.h>

#include "sim/error.h"
#include "sim/model.h"

/* The value of a text key. */
struct text_value {
    char *text;    /* as given; NULL when not given */
    char *content; /* of the file it names (ended by '\0'); NULL for other texts */
    size_t size;   /* of the content, in bytes */
};

struct place {
    char *name;
    char *where;              /* "towns.csv:12", for messages; NULL without a table */
    double *values;           /* by parameter; those of run level are the run's */
    uint8_t *given;           /* by parameter: 1 when the scenario states it for this place */
    struct text_value *texts; /* by text key; what the place does not give is the run's own */
    void *data;               /* the model's */
};

struct event {
    size_t kind;     /* position in the model's list */
    uint32_t week;   /* first week, from 1 */
    uint32_t length; /* weeks */
    double size;
    size_t place; /* position; SIZE_MAX for every place */
};

struct scenario {
    const struct model *model;
    char *file;  /* where it came from, for messages */
    char *title; /* of the run */
    char *question;
    double *values; /* by parameter */
    uint8_t *given; /* by parameter: 1 when the scenario states it */
    struct text_value *texts;
    uint8_t *off; /* by mechanism of the schedule */
    struct place *places;
    size_t place_count;
    struct event *events;
    size_t event_count;
};

/* One `--set KEY=VALUE` or its like: a change on top of the file. */
struct setting {
    const char *key;    /* dotted; "off.conflict" switches a mechanism off */
    const char *value;  /* as in a scenario */
    const char *origin; /* for messages: "--set", "--weeks" */
};

/* Reads the scenario in `path`, or the model's defaults when it is NULL; lays `settings` over it;
 * checks everything and prepares it.  All findings of a file are reported together, each as
 *
 *     faxe.yaml:12:12: recruitment.p_acc is 1.7, must lie in [0.3, 0.65] (share)
 *             p_acc: 1.7
 *                    ^
 *
 * On failure the scenario is empty and safe to free.  Settings that stand for all places override
 * what a place states for itself; "towns.Faxe.recruitment.p_acc" sets it for one.  Files that
 * the scenario names are looked for in its folder, those that a setting names in the working one.
 */
enum status scenario_read(struct scenario *s, const struct model *m, const char *path,
                          const struct setting *settings, size_t setting_count, struct error *e);

/* The same from text; `name` stands for the file in messages, files it names are looked for in
 * `folder` (NULL: the working folder).  `inputs` are file contents that are at hand already, by the
 * text they are named with, and are not looked for on disk (may be NULL). */
struct scenario_input {
    const char *text;
    const char *content;
    size_t size;
};
enum status scenario_parse(struct scenario *s, const struct model *m, const char *text, size_t size,
                           const char *name, const char *folder,
                           const struct scenario_input *inputs, size_t input_count,
                           const struct setting *settings, size_t setting_count, struct error *e);

/* The resolved scenario as YAML: every parameter, so that it means the same in a later version.
 * What it writes reads back to the same bits. */
enum status scenario_write(const struct scenario *s, FILE *out);

/* The same as a string, to be freed by the caller; NULL when memory is short. */
char *scenario_text(const struct scenario *s);

/* A parameter of run level. */
double scenario_value(const struct scenario *s, size_t param);

/* Frees everything; safe on a zeroed or failed one. */
void scenario_free(struct scenario *s);

#endif
