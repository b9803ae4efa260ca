#include "models/demography.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/place_data.h"
#include "models/texts.h"
#include "models/town.h"
#include "sim/scenario_reader.h"

const struct age_band age_bands[AGE_BANDS] = {
    {"0_15", 0, 15},   {"16_19", 16, 19}, {"20_29", 20, 29}, {"30_39", 30, 39}, {"40_49", 40, 49},
    {"50_59", 50, 59}, {"60_69", 60, 69}, {"70_79", 70, 79}, {"80_89", 80, 89}, {"90_plus", 90, 99},
};

static const char *const shipped[] = {
#include "population.inc"
};

enum { NAME_SIZE = 64, COLUMNS_MAX = 64, LINE_SIZE = 4096, TABLE_MAX = 4096 };
enum { BAD_LINES_MAX = 20 }; /* lines of a table whose faults are written out */
enum { DEFAULT_INHABITANTS = 50000, YOUNG = 1 /* first band of adults */ };

struct row {
    char name[NAME_SIZE];
    struct demography people;
};

struct table {
    struct row *rows;
    size_t count;
    int name_column;
    int x_column, y_column; /* -1: missing, as below */
    int men_column[AGE_BANDS], women_column[AGE_BANDS];
};

/* Splits a line at its commas, in place. */
static size_t split(char *line, char **fields)
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    while (line && count < COLUMNS_MAX)
        fields[count++] = strsep(&line, ",");
    return count;
}

static enum status read_header(struct table *table, char *line, const char *name, size_t number,
                               struct error *e)
{
    char *fields[COLUMNS_MAX];
    size_t count = split(line, fields);
    enum status status = STATUS_DONE;
    table->name_column = table->x_column = table->y_column = -1;
    for (size_t b = 0; b < AGE_BANDS; b++)
        table->men_column[b] = table->women_column[b] = -1;
    for (size_t k = 0; k < count; k++) {
        if (strcmp(fields[k], "name") == 0)
            table->name_column = (int)k;
        if (strcmp(fields[k], "x_km") == 0)
            table->x_column = (int)k;
        if (strcmp(fields[k], "y_km") == 0)
            table->y_column = (int)k;
        for (size_t b = 0; b < AGE_BANDS; b++) {
            if (strncmp(fields[k], "men_", 4) == 0 &&
                strcmp(fields[k] + 4, age_bands[b].label) == 0)
                table->men_column[b] = (int)k;
            if (strncmp(fields[k], "women_", 6) == 0 &&
                strcmp(fields[k] + 6, age_bands[b].label) == 0)
                table->women_column[b] = (int)k;
        }
    }
    if (table->name_column < 0)
        status =
            error_add(e, STATUS_BAD_INPUT, "%s:%zu: the header has no column `name`", name, number);
    for (size_t b = 0; b < AGE_BANDS; b++) {
        if (table->men_column[b] < 0)
            status = error_add(e, STATUS_BAD_INPUT, "%s:%zu: the header has no column `men_%s`",
                               name, number, age_bands[b].label);
        if (table->women_column[b] < 0)
            status = error_add(e, STATUS_BAD_INPUT, "%s:%zu: the header has no column `women_%s`",
                               name, number, age_bands[b].label);
    }
    return status;
}

static enum status read_count(char **fields, size_t count, int column, const char *sex, size_t band,
                              const char *name, size_t number, uint32_t *value, struct error *e)
{
    const char *text = (size_t)column < count ? fields[column] : "";
    char *end;
    unsigned long read = strtoul(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || read > 10000000)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s:%zu: %s_%s is '%s', must be a whole number in [0, 10000000] (persons)",
                         name, number, sex, age_bands[band].label, text);
    *value = (uint32_t)read;
    return STATUS_DONE;
}

/* A coordinate; NAN where the table has no such column. */
static enum status read_place(char **fields, size_t count, int column, const char *label,
                              const char *name, size_t number, double *value, struct error *e)
{
    static const double most = 100000;
    *value = NAN;
    if (column < 0)
        return STATUS_DONE;
    const char *text = (size_t)column < count ? fields[column] : "";
    char *end;
    double read = strtod(text, &end);
    if (!*text || isspace((unsigned char)*text) || *end || !(read >= -most && read <= most))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s:%zu: %s is '%s', must be a number in [-%g, %g] (km)", name, number,
                         label, text, most, most);
    *value = read;
    return STATUS_DONE;
}

static void add_up(struct demography *d)
{
    d->inhabitants = d->adults = 0;
    for (size_t b = 0; b < AGE_BANDS; b++) {
        d->inhabitants += d->men[b] + d->women[b];
        if (b >= YOUNG)
            d->adults += d->men[b] + d->women[b];
    }
}

static enum status read_row(struct table *table, char *line, const char *name, size_t number,
                            struct error *e)
{
    char *fields[COLUMNS_MAX];
    size_t count = split(line, fields);
    if (table->count == TABLE_MAX)
        return error_add(e, STATUS_BAD_INPUT, "%s:%zu: more than %d municipalities", name, number,
                         TABLE_MAX);
    struct row *row = &table->rows[table->count++];
    enum status status = STATUS_DONE;
    const char *label = (size_t)table->name_column < count ? fields[table->name_column] : "";
    if (!*label || strlen(label) >= NAME_SIZE)
        status = error_add(e, STATUS_BAD_INPUT, "%s:%zu: name is '%s', must have 1 to %d bytes",
                           name, number, label, NAME_SIZE - 1);
    else
        strcpy(row->name, label);
    struct demography *people = &row->people;
    if (read_place(fields, count, table->x_column, "x_km", name, number, &people->x_km, e))
        status = STATUS_BAD_INPUT;
    if (read_place(fields, count, table->y_column, "y_km", name, number, &people->y_km, e))
        status = STATUS_BAD_INPUT;
    for (size_t b = 0; b < AGE_BANDS; b++) {
        if (read_count(fields, count, table->men_column[b], "men", b, name, number,
                       &row->people.men[b], e))
            status = STATUS_BAD_INPUT;
        if (read_count(fields, count, table->women_column[b], "women", b, name, number,
                       &row->people.women[b], e))
            status = STATUS_BAD_INPUT;
    }
    add_up(&row->people);
    return status;
}

/* Reads one line, a comment, the header or a row. */
static enum status read_line(struct table *table, const char *text, size_t length, bool *header,
                             const char *name, size_t number, struct error *e)
{
    char line[LINE_SIZE];
    if (length >= sizeof line)
        return error_add(e, STATUS_BAD_INPUT, "%s:%zu: the line is longer than %d bytes", name,
                         number, LINE_SIZE - 1);
    memcpy(line, text, length);
    line[length] = '\0';
    if (length == 0 || *line == '#' || *line == '\r')
        return STATUS_DONE;
    if (*header)
        return read_row(table, line, name, number, e);
    *header = true;
    return read_header(table, line, name, number, e);
}

static enum status read_text(struct table *table, const struct text_value *file, struct error *e)
{
    enum status status = STATUS_DONE;
    bool header = false;
    const char *p = file->content, *end = file->content + file->size;
    if (file->size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    for (size_t number = 1, bad = 0; p < end && bad < BAD_LINES_MAX; number++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t length = (size_t)((stop ? stop : end) - p);
        bool was_header = header;
        enum status line = read_line(table, p, length, &header, file->text, number, e);
        p += length + 1;
        if (!line)
            continue;
        status = line;
        bad = was_header ? bad + 1 : BAD_LINES_MAX; /* without a header no row means anything */
    }
    if (!status && table->count == 0)
        status = error_add(e, STATUS_BAD_INPUT, "%s: the table has no municipality", file->text);
    return status;
}

static enum status read_shipped(struct table *table, struct error *e)
{
    enum status status = STATUS_DONE;
    bool header = false;
    for (size_t k = 0; k < sizeof shipped / sizeof *shipped && !status; k++)
        status =
            read_line(table, shipped[k], strlen(shipped[k]), &header, "population.csv", k + 1, e);
    return status;
}

static const struct row *find(const struct table *table, const char *name)
{
    for (size_t k = 0; k < table->count; k++)
        if (strcasecmp(table->rows[k].name, name) == 0)
            return &table->rows[k];
    return NULL;
}

/* All rows of the table together. */
static struct demography whole(const struct table *table)
{
    struct demography sum = {.x_km = NAN, .y_km = NAN};
    for (size_t k = 0; k < table->count; k++)
        for (size_t b = 0; b < AGE_BANDS; b++) {
            sum.men[b] += table->rows[k].people.men[b];
            sum.women[b] += table->rows[k].people.women[b];
        }
    add_up(&sum);
    return sum;
}

/* Scales to `inhabitants` persons, rounding so that running sums are exact. */
static void scale(struct demography *d, uint32_t inhabitants)
{
    uint64_t before = 0, given = 0, all = d->inhabitants;
    for (size_t k = 0; k < 2 * AGE_BANDS; k++) {
        uint32_t *count = k < AGE_BANDS ? &d->men[k] : &d->women[k - AGE_BANDS];
        before += *count;
        uint64_t upto = (before * inhabitants + all / 2) / all;
        *count = (uint32_t)(upto - given);
        given = upto;
    }
    add_up(d);
}

static bool unnamed(const struct place *place, size_t position)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "Municipality %zu", position + 1);
    return strcmp(place->name, name) == 0;
}

static enum status unknown(const struct table *table, const struct place *place, const char *where,
                           struct error *e)
{
    struct nearest n;
    char hint[READER_KEY + 32];
    nearest_start(&n, place->name);
    for (size_t k = 0; k < table->count; k++)
        nearest_try(&n, table->rows[k].name, strlen(table->rows[k].name));
    return error_add(e, STATUS_BAD_INPUT,
                     "%s: municipality '%s' is not in the population table; give its "
                     "population.inhabitants, or name one of the %zu in the table, such as %s%s",
                     where, place->name, table->count, table->rows[0].name,
                     nearest_hint(&n, hint, sizeof hint));
}

static enum status settle(struct scenario *s, size_t position, const struct table *table,
                          struct error *e)
{
    struct place *place = &s->places[position];
    struct place_data *data = calloc(1, sizeof *data);
    if (!data)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes", sizeof *data);
    place->data = data;
    struct demography *d = &data->people;

    const char *where = place->where ? place->where : s->file;
    const struct row *row = find(table, place->name);
    double wanted = place->values[PARAM_inhabitants];
    if (!row && !(wanted > 0) && unnamed(place, position))
        wanted = DEFAULT_INHABITANTS;
    if (!row && !(wanted > 0))
        return unknown(table, place, where, e);
    *d = row ? row->people : whole(table);
    if (wanted > 0 && d->inhabitants > 0)
        scale(d, (uint32_t)wanted);
    if (d->adults < 1000)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: municipality '%s' has %u inhabitants aged 16 and over; the model "
                         "needs at least 1000",
                         where, place->name, d->adults);
    if (s->values[PARAM_network_across] > 0 && s->place_count > 1 && isnan(d->x_km + d->y_km))
        return error_add(
            e, STATUS_BAD_INPUT,
            "%s: municipality '%s' has no centre (x_km, y_km) in the population table; "
            "network.across, which needs it, must be 0",
            where, place->name);
    return STATUS_DONE;
}

enum status demography_prepare(struct scenario *s, struct error *e)
{
    struct table table = {0};
    table.rows = calloc(TABLE_MAX, sizeof *table.rows);
    if (!table.rows)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes for the population table",
                         TABLE_MAX * sizeof *table.rows);
    const struct text_value *file = &s->texts[TEXT_POPULATION_TABLE];
    const enum status read = file->content ? read_text(&table, file, e) : read_shipped(&table, e);
    enum status status = read;
    uint64_t adults = 0;
    for (size_t k = 0; k < s->place_count && table.count > 0; k++) {
        enum status settled = read ? read : settle(s, k, &table, e);
        if (settled && status != STATUS_FAILED)
            status = settled;
        if (!settled)
            adults += demography_of(s, k)->adults;
    }
    if (!status && adults >= UINT32_MAX / 2)
        status = error_add(e, STATUS_BAD_INPUT, "%s: %llu citizens, must be fewer than %u", s->file,
                           (unsigned long long)adults, UINT32_MAX / 2);
    free(table.rows);
    return status;
}

void demography_forget(struct scenario *s)
{
    for (size_t k = 0; k < s->place_count; k++) {
        free(s->places[k].data);
        s->places[k].data = NULL;
    }
}

const struct demography *demography_of(const struct scenario *s, size_t place)
{
    const struct place_data *data = s->places[place].data;
    return &data->people;
}
