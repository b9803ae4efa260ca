/* The words of reports in two languages, and numbers as they are written there.
 *
 * All texts stand in report/words.def and report/outcomes.def. */
#ifndef SAMSKAB_REPORT_WORDS_H
#define SAMSKAB_REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum report_language { REPORT_ENGLISH, REPORT_DANISH, REPORT_LANGUAGES };

enum report_word {
#define WORD(name, english, danish) WORD_##name,
#define UNIT(unit, english, danish)
#define FACTOR(key, english, danish)
#include "analysis/report/words.def"
#undef WORD
#undef UNIT
#undef FACTOR
    REPORT_WORDS
};

/* How a figure is shown: 2,709; 42 %; 0.32. */
enum report_kind { REPORT_AMOUNT, REPORT_SHARE, REPORT_SCORE };

/* What a series is called. */
struct report_label {
    const char *series;
    enum report_kind kind;
    bool leads; /* spoken of in the answer */
    const char *words[REPORT_LANGUAGES];
};

extern const struct report_label report_labels[];
extern const size_t report_label_count;

/* "en" or "da"; false for anything else. */
bool report_language_parse(const char *name, enum report_language *language);
const char *report_language_code(enum report_language language);

const char *report_word(enum report_language language, enum report_word word);
const char *report_word_name(enum report_word word);

/* The unit in words; "" for pure numbers, the unit itself where there is no word for it. */
const char *report_unit(enum report_language language, const char *unit);

/* What a parameter is called; its key where it has no other name. */
const char *report_factor(enum report_language language, const char *key);

/* A whole number. */
void report_count(enum report_language language, size_t count, char *text, size_t size);

/* A number as short as it can be said: 2, 7.4. */
void report_plain(enum report_language language, double value, char *text, size_t size);

/* A figure with about three digits that count, whole where it has more before its mark. */
void report_number(enum report_language language, enum report_kind kind, double value, char *text,
                   size_t size);

/* A sentence with {1}, {2}, ... replaced by the texts that follow, of which the last is NULL.  To
 * be freed; NULL when memory is short. */
#define report_fill(language, word, ...)                                                           \
    report_fill_with((language), (word), (const char *const[]){__VA_ARGS__})
char *report_fill_with(enum report_language language, enum report_word word,
                       const char *const *values);

#endif
