/* Parameters as rows of one table: everything that reads, checks, prints or varies a parameter
 * loops over these descriptors, and nothing knows a parameter by hand.
 *
 * A set of parameters is an array of doubles in the order of the rows.  A model lays a struct of
 * doubles over it, made from the same list, and reads `p->p_acc`. */
#ifndef SAMSKAB_PARAM_H
#define SAMSKAB_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum param_kind {
    PARAM_REAL,   /* any number of its range */
    PARAM_COUNT,  /* a whole number of its range */
    PARAM_CHOICE, /* one of `choices`; the value is its position */
    PARAM_SWITCH  /* true or false; 1 or 0 */
};

/* Where a parameter may be set. */
enum param_level {
    PARAM_RUN,  /* once for the whole run */
    PARAM_PLACE /* for all places, and anew for any one of them */
};

struct param {
    const char *key;    /* dotted place in the scenario: "recruitment.p_acc" */
    const char *symbol; /* as in the equations */
    const char *unit;   /* "1" for a pure number */
    enum param_kind kind;
    enum param_level level;
    double value;        /* default */
    double lo, hi;       /* allowed range, both ends included */
    const char *choices; /* "static|thermostat|situational"; NULL for other kinds */
    const char *meaning;
    const char *source; /* key of paper/references.bib, or "assumption"; several: "S0, S1" */
};

struct param_table {
    const struct param *rows;
    size_t count;
};

/* A rule between parameters.  `holds` is given a whole set of values. */
struct param_rule {
    const char *text; /* what must hold, in words with the keys it is about */
    const char *key;  /* the parameter at which a breach is reported */
    bool (*holds)(const double *values);
};

/* Position of the parameter with this dotted key; table.count when there is none. */
size_t param_find(struct param_table table, const char *key, size_t length);

/* Whether `value` is allowed; NaN never is. */
bool param_allows(const struct param *p, double value);

/* The range in words: "[0.3, 0.65] (share)", "one of static, thermostat, situational". */
void param_range(const struct param *p, char *text, size_t size);

/* A value in the form in which a scenario states it: shortest number that reads back to the same
 * bits, the name of a choice, true or false. */
void param_format(const struct param *p, double value, char *text, size_t size);

/* Reads a value from text; false when the text is none of the parameter's kind (range not checked).
 */
bool param_parse(const struct param *p, const char *text, double *value);

#endif
