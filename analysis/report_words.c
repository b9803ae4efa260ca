#include "analysis/report_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/text_stream.h"

/* Amounts are whole up to here, and rounded to three digits beyond. */
static const double rounded_from = 99999.5;

struct translation {
    const char *name;
    const char *words[REPORT_LANGUAGES];
};

static const struct translation words[] = {
#define WORD(name, english, danish) {#name, {english, danish}},
#define UNIT(unit, english, danish)
#define FACTOR(key, english, danish)
#include "analysis/report/words.def"
#undef WORD
#undef UNIT
#undef FACTOR
};

static const struct translation units[] = {
#define WORD(name, english, danish)
#define UNIT(unit, english, danish) {unit, {english, danish}},
#define FACTOR(key, english, danish)
#include "analysis/report/words.def"
#undef WORD
#undef UNIT
#undef FACTOR
};

static const struct translation factors[] = {
#define WORD(name, english, danish)
#define UNIT(unit, english, danish)
#define FACTOR(key, english, danish) {key, {english, danish}},
#include "analysis/report/words.def"
#undef WORD
#undef UNIT
#undef FACTOR
};

const struct report_label report_labels[] = {
#define OUTCOME(series, kind, leads, english, danish)                                              \
    {#series, REPORT_##kind, leads, {english, danish}},
#include "analysis/report/outcomes.def"
#undef OUTCOME
};

const size_t report_label_count = sizeof report_labels / sizeof *report_labels;

static const char *const codes[REPORT_LANGUAGES] = {"en", "da"};

bool report_language_parse(const char *name, enum report_language *language)
{
    for (unsigned i = 0; i < REPORT_LANGUAGES; i++)
        if (strcmp(name, codes[i]) == 0) {
            *language = (enum report_language)i;
            return true;
        }
    return false;
}

const char *report_language_code(enum report_language language)
{
    return codes[language];
}

const char *report_word(enum report_language language, enum report_word word)
{
    return words[word].words[language];
}

const char *report_word_name(enum report_word word)
{
    return words[word].name;
}

static const char *translate(const struct translation *list, size_t count,
                             enum report_language language, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].words[language];
    return name;
}

const char *report_unit(enum report_language language, const char *unit)
{
    if (strcmp(unit, "1") == 0)
        return "";
    return translate(units, sizeof units / sizeof *units, language, unit);
}

const char *report_factor(enum report_language language, const char *key)
{
    return translate(factors, sizeof factors / sizeof *factors, language, key);
}

/* A plain number with the marks of the language: commas in thousands and a point before decimals,
 * or the other way round; a true minus. */
static void write_marks(enum report_language language, const char *plain, char *text, size_t size)
{
    char thousands = language == REPORT_DANISH ? '.' : ',';
    char decimal = language == REPORT_DANISH ? ',' : '.';
    size_t length = 0, sign = *plain == '-', whole = strcspn(plain + sign, ".");
    if (sign)
        length = (size_t)snprintf(text, size, "\u2212");
    for (size_t i = 0; plain[sign + i] && length + 2 < size; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            text[length++] = thousands;
        text[length++] = plain[sign + i] == '.' ? decimal : plain[sign + i];
    }
    text[length] = '\0';
}

void report_count(enum report_language language, size_t count, char *text, size_t size)
{
    char plain[32];
    snprintf(plain, sizeof plain, "%zu", count);
    write_marks(language, plain, text, size);
}

void report_plain(enum report_language language, double value, char *text, size_t size)
{
    char plain[64];
    snprintf(plain, sizeof plain, fabs(value) >= 1e4 && fabs(value) < 1e15 ? "%.0f" : "%.4g",
             value);
    write_marks(language, plain, text, size);
}

void report_number(enum report_language language, enum report_kind kind, double value, char *text,
                   size_t size)
{
    char plain[64], marked[96];
    double shown = kind == REPORT_SHARE ? 100 * value : value, amount = fabs(shown);
    if (!(amount < 1e15)) {
        snprintf(text, size, "\u2013");
        return;
    }
    if (amount >= rounded_from)
        shown =
            round(shown / pow(10, floor(log10(amount)) - 2)) * pow(10, floor(log10(amount)) - 2);
    int decimals = amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
    if (kind == REPORT_SHARE)
        decimals = amount >= 9.95 || amount == 0 ? 0 : 1;
    else if (amount > 0 && amount < 0.01)
        decimals = kind == REPORT_SCORE ? 3 : amount < 1e-6 ? 2 : 1 - (int)floor(log10(amount));
    snprintf(plain, sizeof plain, "%.*f", decimals, shown);
    if (strspn(plain, "-0.") == strlen(plain) && *plain == '-')
        memmove(plain, plain + 1, strlen(plain));
    write_marks(language, plain, marked, sizeof marked);
    snprintf(text, size, "%s%s", marked, kind == REPORT_SHARE ? "\u00a0%" : "");
}

char *report_fill_with(enum report_language language, enum report_word word,
                       const char *const *values)
{
    char *text = NULL;
    size_t count = 0, size = 0;
    while (values[count])
        count++;
    FILE *out = text_stream(&text, &size);
    if (!out)
        return NULL;
    for (const char *c = report_word(language, word); *c; c++) {
        size_t number = c[0] == '{' && c[1] >= '1' && c[1] <= '9' ? (size_t)(c[1] - '1') : count;
        if (number < count && c[2] == '}') {
            fputs(values[number], out);
            c += 2;
        } else {
            fputc(*c, out);
        }
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
