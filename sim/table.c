#include "sim/table.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { GAP = 2, NARROWEST = 24 };

void table_init(struct table *t, size_t columns, const char *const *heads)
{
    memset(t, 0, sizeof *t);
    t->columns = columns;
    t->heads = heads;
    t->wrapped = columns;
}

void table_add(struct table *t, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (t->count == t->size) {
        size_t size = t->size ? 2 * t->size : 64;
        char **cells = realloc(t->cells, size * sizeof *cells);
        if (cells) {
            t->cells = cells;
            t->size = size;
        }
    }
    if (length < 0 || t->count == t->size) {
        if (length >= 0)
            free(text);
        t->failed = true;
        return;
    }
    t->cells[t->count++] = text;
}

void table_free(struct table *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->cells[i]);
    free(t->cells);
    memset(t, 0, sizeof *t);
}

bool table_format_parse(const char *name, enum table_format *format)
{
    static const char *const names[] = {"table", "csv", "yaml", "md"};
    for (unsigned i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            *format = (enum table_format)i;
            return true;
        }
    return false;
}

/* The digits of a whole number with commas between the thousands. */
static void group_thousands(const char *digits, char *text, size_t size)
{
    size_t length = 0, count = strlen(digits), sign = *digits == '-';
    for (size_t i = 0; i < count && length + 2 < size; i++) {
        if (i > sign && (count - i) % 3 == 0)
            text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = '\0';
}

void table_number(double value, char *text, size_t size)
{
    double amount = fabs(value);
    if (!isfinite(value)) {
        snprintf(text, size, "-");
    } else if (amount >= 999.5 && amount < 1e15) {
        char digits[32];
        snprintf(digits, sizeof digits, "%.0f", value);
        group_thousands(digits, text, size);
    } else if (amount > 0 && amount < 0.01) {
        snprintf(text, size, "%.2g", value);
    } else {
        snprintf(text, size, "%.*f", amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2, value);
    }
}

size_t table_width(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

size_t table_terminal(FILE *out)
{
    struct winsize size;
    int file = fileno(out);
    if (file < 0 || !isatty(file) || ioctl(file, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

/* Bytes of the longest beginning of `text` of at most `width` characters that ends where a word
 * does; of the first `width` characters when a word is longer. */
static size_t line_bytes(const char *text, size_t width)
{
    size_t bytes = 0, characters = 0, word = 0;
    while (text[bytes] && characters < width) {
        do
            bytes++;
        while ((text[bytes] & 0xc0) == 0x80);
        characters++;
        if (text[bytes] == ' ' || text[bytes] == '\0')
            word = bytes;
    }
    return word ? word : bytes;
}

static void print_padded(const char *text, size_t bytes, size_t width, bool right, bool last,
                         FILE *out)
{
    size_t characters = 0;
    for (size_t i = 0; i < bytes; i++)
        characters += (text[i] & 0xc0) != 0x80;
    int padding = width > characters ? (int)(width - characters) : 0;
    if (right)
        fprintf(out, "%*s", padding, "");
    fwrite(text, 1, bytes, out);
    if (!right && !last)
        fprintf(out, "%*s", padding, "");
    if (!last)
        fprintf(out, "%*s", GAP, "");
}

/* A row; what does not fit into the wrapped column goes on below. */
static void print_row(const struct table *t, const char *const *cells, const size_t *widths,
                      FILE *out)
{
    const char *rest = t->wrapped < t->columns ? cells[t->wrapped] : "";
    bool first = true;
    do {
        size_t last = t->columns - 1;
        while (!first && last > t->wrapped)
            last--;
        for (size_t i = 0; i <= last; i++) {
            const char *cell = i == t->wrapped ? rest : first ? cells[i] : "";
            size_t bytes = i == t->wrapped ? line_bytes(cell, widths[i]) : strlen(cell);
            print_padded(cell, bytes, widths[i], t->right[i], i == last, out);
            if (i == t->wrapped)
                rest += bytes;
        }
        while (*rest == ' ')
            rest++;
        fputc('\n', out);
        first = false;
    } while (*rest);
}

static void measure(const struct table *t, size_t *widths, FILE *out)
{
    size_t total = 0, terminal = table_terminal(out);
    for (size_t i = 0; i < t->columns; i++)
        widths[i] = table_width(t->heads[i]);
    for (size_t i = 0; i < t->count; i++) {
        size_t width = table_width(t->cells[i]);
        size_t *column = &widths[i % t->columns];
        *column = width > *column ? width : *column;
    }
    for (size_t i = 0; i < t->columns; i++)
        total += widths[i] + (i > 0 ? GAP : 0);
    if (terminal > 0 && total > terminal && t->wrapped < t->columns) {
        size_t *wide = &widths[t->wrapped];
        size_t others = total - *wide;
        *wide = others + NARROWEST < terminal ? terminal - others
                                              : (*wide < NARROWEST ? *wide : NARROWEST);
    }
}

static void print_text(const struct table *t, FILE *out)
{
    size_t widths[TABLE_COLUMNS] = {0};
    measure(t, widths, out);
    print_row(t, t->heads, widths, out);
    for (size_t i = 0; i < t->columns; i++) {
        for (size_t k = 0; k < widths[i]; k++)
            fputc('-', out);
        fprintf(out, "%*s", i + 1 < t->columns ? GAP : 0, "");
    }
    fputc('\n', out);
    for (size_t i = 0; i + t->columns <= t->count; i += t->columns)
        print_row(t, (const char *const *)t->cells + i, widths, out);
}

void table_csv_field(const char *text, FILE *out)
{
    if (!strpbrk(text, ",\"\n\r")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void print_csv(const struct table *t, FILE *out)
{
    for (size_t i = 0; i < t->columns; i++) {
        table_csv_field(t->heads[i], out);
        fputc(i + 1 < t->columns ? ',' : '\n', out);
    }
    for (size_t i = 0; i < t->count; i++) {
        table_csv_field(t->cells[i], out);
        fputc((i + 1) % t->columns ? ',' : '\n', out);
    }
}

static void print_yaml_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void print_yaml(const struct table *t, FILE *out)
{
    for (size_t i = 0; i < t->count; i++) {
        fprintf(out, "%s%s: ", i % t->columns ? "  " : "- ", t->heads[i % t->columns]);
        print_yaml_text(t->cells[i], out);
        fputc('\n', out);
    }
}

static void print_md_cell(const char *text, FILE *out)
{
    fputs("| ", out);
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
    fputc(' ', out);
}

static void print_md(const struct table *t, FILE *out)
{
    for (size_t i = 0; i < t->columns; i++)
        print_md_cell(t->heads[i], out);
    fputs("|\n", out);
    for (size_t i = 0; i < t->columns; i++)
        fputs(t->right[i] ? "|--:" : "|---", out);
    fputs("|\n", out);
    for (size_t i = 0; i < t->count; i++) {
        print_md_cell(t->cells[i], out);
        if ((i + 1) % t->columns == 0)
            fputs("|\n", out);
    }
}

enum status table_print(const struct table *t, enum table_format format, FILE *out)
{
    if (t->failed) {
        errno = ENOMEM; /* of a cell that was added long before */
        return STATUS_FAILED;
    }
    switch (format) {
    case TABLE_TEXT:
        print_text(t, out);
        break;
    case TABLE_CSV:
        print_csv(t, out);
        break;
    case TABLE_YAML:
        print_yaml(t, out);
        break;
    case TABLE_MD:
        print_md(t, out);
        break;
    }
    return ferror(out) ? STATUS_FAILED : STATUS_DONE;
}
