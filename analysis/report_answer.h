/* What a report says in words, as HTML: the answer with its uncertainty, what it assumes, how to
 * repeat it.  Every sentence is a template of words.def filled from the data. */
#ifndef SAMSKAB_REPORT_ANSWER_H
#define SAMSKAB_REPORT_ANSWER_H

#include <stdio.h>

#include "analysis/report_data.h"

/* One sentence: which file, how many weeks and runs. */
void report_facts(const struct report_data *d, enum report_language language, FILE *out);
void report_answer(const struct report_data *d, enum report_language language, FILE *out);
void report_assumptions(const struct report_data *d, enum report_language language, FILE *out);
void report_repeat(const struct report_data *d, enum report_language language, FILE *out);

#endif
