/* `samskab report`: one HTML file that says what runs come to, and works without a network.
 *
 *     words first: the answer with its uncertainty, what it assumes      report_answer.h
 *     pictures, drawn in the browser from data in the page               report_json.h,
 * report/page.js
 *
 * Several run files are alternatives, of which the first is the baseline. */
#ifndef SAMSKAB_REPORT_H
#define SAMSKAB_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/report_words.h"
#include "sim/error.h"
#include "sim/model.h"

struct report_request {
    const char *const *paths;
    size_t path_count;
    const char *out;
    enum report_language language;
    bool force; /* replace `out` */
};

enum status report_make(const struct model *m, const struct report_request *request,
                        struct error *e);

#endif
