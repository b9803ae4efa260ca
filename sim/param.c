#include "sim/param.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_LENGTH = 32 }; /* "-1.2345678901234567e-308" and room */

size_t param_find(struct param_table table, const char *key, size_t length)
{
    for (size_t i = 0; i < table.count; i++)
        if (strncmp(table.rows[i].key, key, length) == 0 && table.rows[i].key[length] == '\0')
            return i;
    return table.count;
}

bool param_allows(const struct param *p, double value)
{
    if (!(value >= p->lo && value <= p->hi) || !isfinite(value))
        return false;
    return p->kind == PARAM_REAL || value == floor(value);
}

/* Shortest number that reads back to the same bits; whole numbers without an exponent. */
static void format_number(double value, char *text, size_t size)
{
    if (value == floor(value) && fabs(value) < 1e15) {
        snprintf(text, size, "%.0f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

/* Name number `index` of "static|thermostat|situational"; NULL when there are fewer. */
static const char *choice_at(const char *choices, size_t index, size_t *length)
{
    for (const char *at = choices;; at++) {
        *length = strcspn(at, "|");
        if (index-- == 0)
            return at;
        at += *length;
        if (*at == '\0')
            return NULL;
    }
}

void param_format(const struct param *p, double value, char *text, size_t size)
{
    size_t length = 0;
    const char *choice = NULL;
    if (p->kind == PARAM_CHOICE && value >= 0 && value < 1000 && value == floor(value))
        choice = choice_at(p->choices, (size_t)value, &length);
    if (choice)
        snprintf(text, size, "%.*s", (int)length, choice);
    else if (p->kind == PARAM_SWITCH && (value == 0 || value == 1))
        snprintf(text, size, "%s", value == 1 ? "true" : "false");
    else
        format_number(value, text, size);
}

void param_range(const struct param *p, char *text, size_t size)
{
    if (p->kind == PARAM_SWITCH) {
        snprintf(text, size, "true or false");
        return;
    }
    if (p->kind == PARAM_CHOICE) {
        size_t used = (size_t)snprintf(text, size, "one of ");
        for (const char *c = p->choices; *c && used < size; c++)
            if (*c == '|')
                used += (size_t)snprintf(text + used, size - used, ", ");
            else
                used += (size_t)snprintf(text + used, size - used, "%c", *c);
        return;
    }
    char lo[NUMBER_LENGTH], hi[NUMBER_LENGTH];
    format_number(p->lo, lo, sizeof lo);
    format_number(p->hi, hi, sizeof hi);
    bool pure = strcmp(p->unit, "1") == 0 || p->unit[0] == '\0';
    if (pure)
        snprintf(text, size, "[%s, %s]", lo, hi);
    else
        snprintf(text, size, "[%s, %s] (%s)", lo, hi, p->unit);
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Whether the text is a decimal number as YAML has it: 12, -.5, 1., 2.5e-3; .inf and .nan too, so
 * that they are reported as out of range. */
static bool is_number(const char *text)
{
    const char *at = text + (*text == '-' || *text == '+');
    if (strcasecmp(at, ".inf") == 0 || strcasecmp(at, "inf") == 0)
        return true;
    if (strcasecmp(at, ".nan") == 0 || strcasecmp(at, "nan") == 0)
        return true;
    size_t before = digits(at);
    at += before;
    size_t after = 0;
    if (*at == '.') {
        after = digits(at + 1);
        at += 1 + after;
    }
    if (before + after == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+');
        if (digits(at) == 0)
            return false;
        at += digits(at);
    }
    return *at == '\0';
}

static bool parse_number(const char *text, double *value)
{
    if (!is_number(text))
        return false;
    size_t sign = *text == '-' || *text == '+';
    if (strcasecmp(text + sign, ".inf") == 0 || strcasecmp(text + sign, "inf") == 0)
        *value = *text == '-' ? -INFINITY : INFINITY;
    else if (strcasecmp(text + sign, ".nan") == 0 || strcasecmp(text + sign, "nan") == 0)
        *value = NAN;
    else
        *value = strtod(text, NULL);
    return true;
}

bool param_parse(const struct param *p, const char *text, double *value)
{
    if (p->kind == PARAM_SWITCH) {
        bool yes = strcasecmp(text, "true") == 0;
        *value = yes;
        return yes || strcasecmp(text, "false") == 0;
    }
    if (p->kind != PARAM_CHOICE)
        return parse_number(text, value);
    size_t length;
    const char *choice;
    for (size_t i = 0; (choice = choice_at(p->choices, i, &length)) != NULL; i++)
        if (strncmp(choice, text, length) == 0 && text[length] == '\0') {
            *value = (double)i;
            return true;
        }
    return false;
}
