#include "tests/support/corpus.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario.h"

char *corpus_path(const char *below)
{
    const char *source = getenv("SAMSKAB_SOURCE");
    char *path = NULL;
    return asprintf(&path, "%s/%s", source ? source : ".", below) < 0 ? NULL : path;
}

/* Whether a line is as a pattern says, in which "..." stands for anything. */
static bool matches(const char *pattern, const char *line)
{
    const char *gap = strstr(pattern, "...");
    if (!gap)
        return strcmp(pattern, line) == 0;
    size_t head = (size_t)(gap - pattern);
    if (strncmp(pattern, line, head) != 0)
        return false;
    for (line += head; *line; line++)
        if (matches(gap + 3, line))
            return true;
    return matches(gap + 3, line);
}

static bool read_line(FILE *file, char *line, size_t size)
{
    if (!fgets(line, (int)size, file))
        return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

/* The next finding's first line; source lines and carets are indented. */
static bool next_finding(FILE *text, char *line, size_t size)
{
    while (read_line(text, line, size))
        if (line[0] != ' ')
            return true;
    return false;
}

static bool compare(const char *path, const char *findings, FILE *expected)
{
    FILE *text = fmemopen((void *)(uintptr_t)findings, strlen(findings), "r");
    char pattern[1024], line[1024];
    size_t name = strlen(path);
    bool same = text != NULL;
    while (same) {
        bool more = next_finding(text, line, sizeof line);
        bool wanted = read_line(expected, pattern, sizeof pattern);
        if (!more && !wanted)
            break;
        const char *said = more && strncmp(line, path, name) == 0 ? line + name + 1 : line;
        same = more && wanted && matches(pattern, said);
        if (!same)
            fprintf(stderr, "%s\n  expected: %s\n  found:    %s\n", path,
                    wanted ? pattern : "nothing", more ? said : "nothing");
    }
    if (text)
        fclose(text);
    return same;
}

static enum status read_scenario(const struct model *m, const char *path, struct error *e)
{
    struct scenario s;
    enum status status = scenario_read(&s, m, path, NULL, 0, e);
    scenario_free(&s);
    return status;
}

static bool check_one(corpus_reader *read, const struct model *m, const char *path)
{
    char expected_path[4096];
    size_t stem = strlen(path) - strlen(".yaml");
    snprintf(expected_path, sizeof expected_path, "%.*s.expected", (int)stem, path);
    FILE *expected = fopen(expected_path, "r");
    if (!expected) {
        fprintf(stderr, "%s is not there\n", expected_path);
        return false;
    }
    struct error e = {0};
    enum status status = read(m, path, &e);
    bool same = status == STATUS_BAD_INPUT && e.count > 0;
    if (!same)
        fprintf(stderr, "%s gives status %d and %zu findings\n", path, (int)status, e.count);
    else
        same = compare(path, error_text(&e), expected);
    error_free(&e);
    fclose(expected);
    return same;
}

static int is_scenario(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

size_t corpus_check(const struct model *m, const char *folder)
{
    return corpus_check_with(read_scenario, m, folder);
}

size_t corpus_check_with(corpus_reader *read, const struct model *m, const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_scenario, alphasort);
    size_t bad = 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        bad += !check_one(read, m, path);
        free(entries[i]);
    }
    free(entries);
    return count <= 0 || bad ? 0 : (size_t)count;
}

static bool refuses(const struct model *m, const struct param *p, const char *value)
{
    char text[1024], range[512];
    int size = snprintf(text, sizeof text, "# one value\n%s: %s\n", p->key, value);
    param_range(p, range, sizeof range);
    struct scenario s;
    struct error e = {0};
    enum status status =
        scenario_parse(&s, m, text, (size_t)size, "bad.yaml", NULL, NULL, 0, NULL, 0, &e);
    const char *said = error_text(&e);
    bool good = status == STATUS_BAD_INPUT && e.count == 1 && strstr(said, p->key) &&
                strstr(said, range) && strncmp(said, "bad.yaml:2:", 11) == 0 && strchr(said, '^');
    if (!good)
        fprintf(stderr, "%s: %s gives status %d, %zu findings:\n%s", p->key, value, (int)status,
                e.count, said);
    error_free(&e);
    scenario_free(&s);
    return good;
}

size_t corpus_parameters(const struct model *m)
{
    static const char *const never[] = {".nan",   "nan",  ".inf", "-.inf", "1e999", "soon", "[1]",
                                        "{a: 1}", "\"\"", "~",    "0x10",  "1_000", "12 h"};
    size_t cases = 0, bad = 0;
    for (size_t i = 0; i < m->params.count; i++) {
        const struct param *p = &m->params.rows[i];
        char text[64];
        for (size_t k = 0; k < sizeof never / sizeof *never; k++, cases++)
            bad += !refuses(m, p, never[k]);
        if (p->kind != PARAM_REAL && p->kind != PARAM_COUNT)
            continue;
        double margin = p->kind == PARAM_COUNT ? 1 : 1e-3 * (p->hi - p->lo);
        snprintf(text, sizeof text, "%.17g", p->lo - margin);
        bad += !refuses(m, p, text);
        snprintf(text, sizeof text, "%.17g", p->hi + (p->hi < 0x1p53 ? margin : 2));
        bad += !refuses(m, p, text);
        cases += 2;
        if (p->kind != PARAM_COUNT)
            continue;
        snprintf(text, sizeof text, "%.1f", p->lo + 0.5);
        bad += !refuses(m, p, text);
        cases++;
    }
    return bad ? 0 : cases;
}
