#include "sim/ensemble.h"

#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/version.h"

static uint64_t add_text(uint64_t digest, const char *text)
{
    return digest_bytes(digest, text, strlen(text) + 1);
}

uint64_t ensemble_digest(const struct ensemble *x)
{
    const uint64_t sizes[] = {x->arms,           x->weeks,        x->places,
                              x->base_count,     x->burn_in,      x->baseline,
                              x->variable_count, x->column_count, x->input_count};
    uint64_t digest = digest_bytes(DIGEST_EMPTY, sizes, sizeof sizes);
    digest = add_text(add_text(digest, x->model), x->model_version);
    digest = add_text(add_text(digest, version_number), x->plan);
    for (size_t i = 0; i < x->base_count; i++)
        digest = add_text(digest, x->bases[i]);
    for (size_t i = 0; i < x->arms; i++) {
        const uint64_t base = x->arm_base[i];
        digest = digest_bytes(digest, &base, sizeof base);
        digest = add_text(add_text(digest, x->arm_names[i]), x->settings[i]);
    }
    for (size_t k = 0; k < x->variable_count; k++)
        digest = add_text(digest, x->variables[k].name);
    for (size_t k = 0; k < x->column_count; k++)
        digest = add_text(digest, x->columns[k].key);
    for (size_t k = 0; k < x->input_count; k++) {
        digest = add_text(digest, x->inputs[k].text);
        digest = digest_bytes(digest, x->inputs[k].content, x->inputs[k].size);
    }
    return digest;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

struct setting *ensemble_cut(char *lines, const char *origin, size_t *count)
{
    struct setting *settings = calloc(count_lines(lines), sizeof *settings);
    char *rest = NULL;
    *count = 0;
    for (char *line = settings ? strtok_r(lines, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '=');
        if (!equals)
            continue;
        *equals = '\0';
        settings[(*count)++] = (struct setting){.key = line, .value = equals + 1, .origin = origin};
    }
    return settings;
}

static enum status check_model(const struct ensemble *x, const struct model *m, struct error *e)
{
    if (strcmp(x->model, m->name) == 0)
        return STATUS_DONE;
    return error_add(e, STATUS_BAD_INPUT, "this is of model %.60s, not of %s", x->model, m->name);
}

enum status ensemble_base(const struct ensemble *x, const struct model *m, size_t base,
                          struct scenario *s, struct error *e)
{
    memset(s, 0, sizeof *s);
    enum status status = check_model(x, m, e);
    if (status != STATUS_DONE)
        return status;
    return scenario_parse(s, m, x->bases[base], strlen(x->bases[base]), "base", NULL, x->inputs,
                          x->input_count, NULL, 0, e);
}

enum status ensemble_scenario(const struct ensemble *x, const struct model *m, size_t arm,
                              struct scenario *s, struct error *e)
{
    memset(s, 0, sizeof *s);
    enum status status = check_model(x, m, e);
    if (status != STATUS_DONE)
        return status;
    const char *text = x->bases[x->arm_base[arm]];
    char *lines = strdup(x->settings[arm]);
    size_t count = 0;
    struct setting *settings = lines ? ensemble_cut(lines, "--set", &count) : NULL;
    if (settings)
        status = scenario_parse(s, m, text, strlen(text), x->arm_names[arm], NULL, x->inputs,
                                x->input_count, settings, count, e);
    else
        status = error_add(e, STATUS_FAILED, "%s: out of memory", x->arm_names[arm]);
    free(lines);
    free(settings);
    return status;
}

size_t ensemble_variable(const struct ensemble *x, const char *name)
{
    size_t k = 0;
    while (k < x->variable_count && strcmp(x->variables[k].name, name) != 0)
        k++;
    return k;
}

size_t ensemble_arm(const struct ensemble *x, const char *name)
{
    size_t i = 0;
    while (i < x->arms && strcmp(x->arm_names[i], name) != 0)
        i++;
    return i;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}

void ensemble_free(struct ensemble *x)
{
    free_texts(x->arm_names, x->arms);
    free_texts(x->settings, x->arms);
    free_texts(x->place_names, x->places);
    free_texts(x->bases, x->base_count);
    for (size_t k = 0; x->variables && k < x->variable_count; k++) {
        free(x->variables[k].name);
        free(x->variables[k].unit);
        free(x->variables[k].meaning);
    }
    for (size_t k = 0; x->columns && k < x->column_count; k++) {
        struct ensemble_column *c = &x->columns[k];
        free_texts(c->texts, x->arms);
        free(c->values);
        free(c->key);
        free(c->unit);
        free(c->meaning);
    }
    for (size_t k = 0; x->inputs && k < x->input_count; k++) {
        free((char *)x->inputs[k].text);
        free((char *)x->inputs[k].content);
    }
    char *texts[] = {x->title, x->question,    x->plan,          x->unit,       x->model,
                     x->place, x->model_title, x->model_version, x->design.kind};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        free(texts[k]);
    free(x->arm_base);
    free(x->variables);
    free(x->columns);
    free(x->inputs);
    memset(x, 0, sizeof *x);
}
