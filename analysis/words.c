#include "analysis/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/text_stream.h"

enum { WIDTH = 100, NUMBER = 64, NOTE = 4096 /* bytes of a note that is broken into lines */ };

bool words_format_parse(const char *name, enum words_format *format)
{
    static const char *const names[] = {"table", "csv", "json", "md"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(name, names[k]) == 0) {
            *format = (enum words_format)k;
            return true;
        }
    return false;
}

bool words_begin(struct words *w)
{
    *w = (struct words){0};
    w->stream = text_stream(&w->text, &w->size);
    return w->stream != NULL;
}

static void print_lines(char *text, FILE *out)
{
    char *rest;
    size_t column = 0;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        size_t width = table_width(word);
        bool breaks = column > 0 && column + 1 + width > WIDTH;
        if (column > 0)
            fputc(breaks ? '\n' : ' ', out);
        fputs(word, out);
        column = breaks ? width : column + (column > 0) + width;
    }
}

enum status words_print(struct words *w, bool md, FILE *out)
{
    bool whole = fclose(w->stream) == 0;
    if (whole && md)
        fputs(w->text, out);
    else if (whole)
        print_lines(w->text, out);
    fputc('\n', out);
    free(w->text);
    *w = (struct words){0};
    return whole ? STATUS_DONE : STATUS_FAILED;
}

void words_note(bool md, FILE *out, const char *format, ...)
{
    char text[NOTE];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fputs(md ? "- " : "", out);
    if (md || length >= NOTE) {
        va_start(args, format);
        vfprintf(out, format, args);
        va_end(args);
    } else {
        print_lines(text, out);
    }
    fputc('\n', out);
}

const char *words_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

void words_number(struct table *t, double x, bool sign)
{
    char number[NUMBER];
    table_number(x, number, sizeof number);
    table_add(t, "%s%s", sign && x > 0 ? "+" : "", number);
}

/* Two digits of the uncertainty count. */
static void figure(double x, double half, char *text, size_t size)
{
    enum { MOST = 6 };
    double decimals = half > 0 && isfinite(half) ? fmin(1 - floor(log10(half)), MOST) : 0;
    if (!isfinite(x) || !(half > 0) || !isfinite(half) || (decimals < 1 && fabs(x) >= 999.5))
        table_number(x, text, size);
    else
        snprintf(text, size, "%.*f", (int)fmax(decimals, 0), x);
}

void words_figure(struct table *t, double x, double half, bool sign)
{
    char number[NUMBER];
    figure(x, half, number, sizeof number);
    table_add(t, "%s%s", sign && x > 0 ? "+" : "", number);
}

void words_range(struct table *t, double low, double high)
{
    char from[NUMBER], to[NUMBER];
    figure(low, (high - low) / 2, from, sizeof from);
    figure(high, (high - low) / 2, to, sizeof to);
    if (isfinite(low) && isfinite(high))
        table_add(t, "%s to %s", from, to);
    else
        table_add(t, "-");
}

void words_p(struct table *t, double p)
{
    if (p < 0.001)
        table_add(t, "<0.001");
    else if (isnan(p))
        table_add(t, "-");
    else
        table_add(t, "%.3f", p);
}

void words_share(struct table *t, double share)
{
    if (isnan(share))
        table_add(t, "-");
    else
        table_add(t, "%.0f %%", 100 * share);
}

void words_count(struct table *t, size_t count)
{
    if (count > 0)
        table_add(t, "%zu", count);
    else
        table_add(t, "-");
}

void words_exact(struct table *t, double x)
{
    if (isfinite(x))
        table_add(t, "%.10g", x);
    else
        table_add(t, "%s", "");
}
