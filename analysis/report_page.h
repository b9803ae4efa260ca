/* The page of a report: a template with its style, its program and the chart library, all inside of
 * samskab, filled with what a report says.
 *
 * Whatever comes from a file goes through report_escape or, as JSON, report_json. */
#ifndef SAMSKAB_REPORT_PAGE_H
#define SAMSKAB_REPORT_PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* What stands for {{name}} in the template. */
struct report_slot {
    const char *name;
    const char *text;
    size_t length;
};

/* Text as it may stand in HTML, between tags or in an attribute with quotation marks. */
void report_escape(const char *text, FILE *out);

/* JSON as it may stand in a script element: nothing in it can end the element. */
bool report_json(const json_t *value, FILE *out);

/* The template with its slots filled; those of style, program and library are filled here.  False
 * when something cannot be written or a slot has no text. */
bool report_page(const struct report_slot *slots, size_t count, FILE *out);

#endif
