#include "analysis/outcome.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/series.h"
#include "sim/scenario_reader.h"

enum { DEPTH = 32, MOST_WEEKS = 65535 };

static const double longest_extension = 10; /* times the length of the run */

/* --- reading --------------------------------------------------------------------------------- */

struct parser {
    const struct model *m;
    const char *text, *at;
    struct outcome *o;
    struct outcome_fault *fault;
    size_t depth;
    bool sound;
};

/* Keeps the first fault. */
static void complain(struct parser *p, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void complain(struct parser *p, const char *at, const char *format, ...)
{
    va_list args;
    if (!p->sound)
        return;
    p->sound = false;
    p->fault->at = (size_t)(at - p->text);
    va_start(args, format);
    vsnprintf(p->fault->why, sizeof p->fault->why, format, args);
    va_end(args);
}

static void add(struct parser *p, enum outcome_code code, size_t index, double number)
{
    if (p->o->count == OUTCOME_STEPS)
        complain(p, p->at, "is longer than %d steps", OUTCOME_STEPS);
    else
        p->o->steps[p->o->count++] = (struct outcome_step){code, index, number};
}

static char look(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\n')
        p->at++;
    return *p->at;
}

/* Takes this character when it is the next. */
static bool take(struct parser *p, char c)
{
    bool there = p->sound && look(p) == c;
    p->at += there;
    return there;
}

static void expect(struct parser *p, char c, const char *why)
{
    if (p->sound && !take(p, c))
        complain(p, p->at, "lacks a '%c' %s", c, why);
}

static double take_number(struct parser *p)
{
    char *end;
    look(p);
    bool digit = isdigit((unsigned char)*p->at) || *p->at == '.' || *p->at == '-';
    double number = digit ? strtod(p->at, &end) : NAN;
    if (!digit || end == p->at || !isfinite(number)) {
        complain(p, p->at, "must have a number here");
        return 0;
    }
    p->at = end;
    return number;
}

static size_t name_length(const char *at)
{
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_' || (n > 0 && at[n] == '.'))
        n++;
    return n;
}

static void unknown(struct parser *p, const char *at, size_t length, bool parameters)
{
    struct nearest n;
    char word[READER_QUOTE], hint[READER_KEY + 32];
    snprintf(word, sizeof word, "%.*s", (int)length, at);
    nearest_start(&n, word);
    for (size_t k = 0; k < p->m->observable_count; k++)
        nearest_try(&n, p->m->observables[k].name, strlen(p->m->observables[k].name));
    for (size_t k = 0; parameters && k < p->m->params.count; k++)
        nearest_try(&n, p->m->params.rows[k].key, strlen(p->m->params.rows[k].key));
    complain(p, at, "names %s, which is no series%s of this model%s", word,
             parameters ? " and no parameter" : "", nearest_hint(&n, hint, sizeof hint));
}

/* The series that a function is of. */
static size_t take_series(struct parser *p)
{
    look(p);
    size_t length = name_length(p->at), k = series_find(p->m, p->at, length);
    if (length == 0)
        complain(p, p->at, "must have the name of a series here");
    else if (k == p->m->observable_count)
        unknown(p, p->at, length, false);
    p->at += length;
    return k;
}

static double take_weeks(struct parser *p)
{
    if (!take(p, ','))
        return 0;
    look(p);
    const char *at = p->at;
    double weeks = take_number(p);
    if (!(weeks >= 1 && weeks <= MOST_WEEKS && weeks == floor(weeks)))
        complain(p, at, "must have a whole number of weeks in [1, %d] here", MOST_WEEKS);
    return weeks;
}

static void take_function(struct parser *p, const char *name, size_t length)
{
    static const struct {
        const char *name;
        enum outcome_code code;
    } functions[] = {{"mean", OUTCOME_MEAN},
                     {"sum", OUTCOME_SUM},
                     {"last", OUTCOME_LAST},
                     {"reaches", OUTCOME_REACHES}};
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        if (strlen(functions[k].name) != length || strncmp(functions[k].name, name, length) != 0)
            continue;
        size_t series = take_series(p);
        double number = 0;
        if (functions[k].code == OUTCOME_REACHES) {
            expect(p, ',', "and the level that is reached");
            number = take_number(p);
        } else {
            number = take_weeks(p);
        }
        expect(p, ')', "at the end of its function");
        add(p, functions[k].code, series, number);
        return;
    }
    complain(p, name, "has the function %.*s, must be one of mean, sum, last, reaches",
             (int)(length < READER_QUOTE ? length : READER_QUOTE), name);
}

static void take_name(struct parser *p)
{
    const char *name = p->at;
    size_t length = name_length(name);
    p->at += length;
    if (take(p, '(')) {
        take_function(p, name, length);
        return;
    }
    size_t series = series_find(p->m, name, length);
    size_t param = param_find(p->m->params, name, length);
    if (series < p->m->observable_count)
        add(p, OUTCOME_MEAN, series, 0);
    else if (param < p->m->params.count)
        add(p, OUTCOME_PARAMETER, param, 0);
    else
        unknown(p, name, length, true);
}

static void take_sum(struct parser *p);
static void take_power(struct parser *p);

static void take_operand(struct parser *p)
{
    char c = look(p);
    if (++p->depth > DEPTH)
        complain(p, p->at, "is nested deeper than %d levels", DEPTH);
    if (!p->sound)
        return;
    if (take(p, '(')) {
        take_sum(p);
        expect(p, ')', "for the '(' before");
    } else if (take(p, '-')) {
        add(p, OUTCOME_NUMBER, 0, 0);
        take_power(p);
        add(p, OUTCOME_SUBTRACT, 0, 0);
    } else if (isdigit((unsigned char)c) || c == '.') {
        add(p, OUTCOME_NUMBER, 0, take_number(p));
    } else if (isalpha((unsigned char)c)) {
        take_name(p);
    } else if (c == '\0') {
        complain(p, p->at, "ends where a value must follow");
    } else {
        complain(p, p->at, "has '%c' where a value must stand",
                 isprint((unsigned char)c) ? c : '?');
    }
    p->depth--;
}

static void take_power(struct parser *p)
{
    take_operand(p);
    if (take(p, '^')) {
        take_operand(p);
        add(p, OUTCOME_POWER, 0, 0);
    }
}

static void take_product(struct parser *p)
{
    take_power(p);
    for (char c = look(p); p->sound && (c == '*' || c == '/'); c = look(p)) {
        p->at++;
        take_power(p);
        add(p, c == '*' ? OUTCOME_MULTIPLY : OUTCOME_DIVIDE, 0, 0);
    }
}

static void take_sum(struct parser *p)
{
    take_product(p);
    for (char c = look(p); p->sound && (c == '+' || c == '-'); c = look(p)) {
        p->at++;
        take_product(p);
        add(p, c == '+' ? OUTCOME_ADD : OUTCOME_SUBTRACT, 0, 0);
    }
}

bool outcome_parse(struct outcome *o, const struct model *m, const char *text,
                   struct outcome_fault *fault)
{
    struct parser p = {.m = m, .text = text, .at = text, .o = o, .fault = fault, .sound = true};
    memset(o, 0, sizeof *o);
    take_sum(&p);
    if (p.sound && look(&p) != '\0')
        complain(&p, p.at, "goes on after its end");
    return p.sound;
}

static bool is_windowed(const struct outcome_step *step)
{
    return step->code == OUTCOME_MEAN || step->code == OUTCOME_SUM || step->code == OUTCOME_LAST;
}

bool outcome_has_window(const struct outcome *o)
{
    bool has = false;
    for (size_t k = 0; k < o->count; k++)
        has = has || (is_windowed(&o->steps[k]) && !(o->steps[k].number > 0));
    return has;
}

size_t outcome_weeks(const struct outcome *o)
{
    double most = 0;
    for (size_t k = 0; k < o->count; k++)
        if (is_windowed(&o->steps[k]))
            most = fmax(most, o->steps[k].number);
    return (size_t)most;
}

/* --- taking the value ------------------------------------------------------------------------- */

static double window_value(const struct outcome_step *step, const struct record *r,
                           size_t replicate, size_t weeks)
{
    size_t window = step->number > 0 ? (size_t)step->number : weeks, count = 0;
    double sum = 0, last = NAN;
    for (size_t week = r->weeks > window ? r->weeks - window : 0; week < r->weeks; week++) {
        double value = series_week(r, step->index, replicate, week, SERIES_ALL);
        if (isnan(value))
            continue;
        sum += value;
        last = value;
        count++;
    }
    if (count == 0)
        return NAN;
    return step->code == OUTCOME_MEAN  ? sum / (double)count
           : step->code == OUTCOME_SUM ? sum
                                       : last;
}

static double reaches(const struct outcome_step *step, const struct record *r, size_t replicate)
{
    double first = NAN, highest = NAN;
    for (size_t week = 0; week < r->weeks; week++) {
        double value = series_week(r, step->index, replicate, week, SERIES_ALL);
        if (value >= step->number)
            return (double)(week + 1);
        first = isnan(first) ? value : first;
        highest = fmax(highest, value);
    }
    if (isnan(first))
        return NAN;
    double pace = (highest - first) / (step->number - first);
    return (double)r->weeks * (pace * longest_extension > 1 ? 1 / pace : longest_extension);
}

static double parameter(const struct record *r, size_t param)
{
    const struct scenario *s = r->scenario;
    double sum = 0;
    for (size_t k = 0; k < s->place_count; k++)
        sum += s->places[k].values[param];
    return s->place_count > 0 ? sum / (double)s->place_count : s->values[param];
}

static double combine(enum outcome_code code, double a, double b)
{
    switch (code) {
    case OUTCOME_ADD:
        return a + b;
    case OUTCOME_SUBTRACT:
        return a - b;
    case OUTCOME_MULTIPLY:
        return a * b;
    case OUTCOME_DIVIDE:
        return a / b;
    default:
        return pow(a, b);
    }
}

double outcome_value(const struct outcome *o, const struct record *r, size_t replicate,
                     size_t weeks)
{
    double stack[OUTCOME_STEPS + 1] = {NAN};
    size_t top = 0;
    for (size_t k = 0; k < o->count; k++) {
        const struct outcome_step *step = &o->steps[k];
        if (step->code >= OUTCOME_ADD) {
            top--;
            stack[top - 1] = combine(step->code, stack[top - 1], stack[top]);
        } else {
            stack[top++] = step->code == OUTCOME_NUMBER      ? step->number
                           : step->code == OUTCOME_PARAMETER ? parameter(r, step->index)
                           : step->code == OUTCOME_REACHES
                               ? reaches(step, r, replicate)
                               : window_value(step, r, replicate, weeks);
        }
    }
    return stack[0];
}
