/* `samskab report`: one HTML file that says what runs come to, and works without a network.
 *
 *     words first: the answer with its uncertainty, what it assumes      report_answer.h
 *     pictures, drawn in the browser from data in the page               report_json.h and
 *                                                                        report/page.js
 *
 * Several run files are alternatives, of which the first is the baseline.  Of a plan of an
 * experiment the experiment is reported, which is run first unless its file is there. */
#ifndef SAMSKAB_REPORT_H
#define SAMSKAB_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "analysis/report_words.h"
#include "sim/error.h"
#include "sim/model.h"

struct report_request {
    const char *const *paths;
    size_t path_count;
    const char *out; /* NULL: the page goes to `stream` */
    FILE *stream;
    enum report_language language;
    bool force; /* replace `out` */

    /* When an experiment is run. */
    const char *command; /* for the provenance */
    int threads;         /* 0: as many as the machine has */
    bool quiet;
};

enum status report_make(const struct model *m, const struct report_request *request,
                        struct error *e);

#endif
