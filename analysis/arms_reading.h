/* What readers of arms have in common: those of run files and those of experiments. */
#ifndef SAMSKAB_ARMS_READING_H
#define SAMSKAB_ARMS_READING_H

#include "analysis/arms.h"
#include "analysis/outcome.h"
#include "sim/record.h"

/* What they have to know beside the arms. */
struct arms_reading {
    struct arms *a;
    const struct model *m;
    const struct arms_request *request;
    struct outcome *outcomes; /* parsed */
    size_t weeks;             /* of the first file */
    size_t room;              /* for arms */
    struct error *error;
};

/* Whether some outcome is made of this series. */
bool arms_use(const struct arms_reading *r, size_t observable);

/* Sets the window by the first file; all others must be as long, unless one week is asked for. */
enum status arms_fit(struct arms_reading *r, const char *path, size_t weeks);

/* A new arm at the end of the list; NULL, and an error, when memory is short. */
struct arm *arms_add(struct arms_reading *r);

/* The outcomes of all replicates of an arm, from their series. */
enum status arms_take(const struct arms_reading *r, struct arm *arm, const struct record *record);

enum status arms_experiment(struct arms_reading *r, const char *path);

#endif
