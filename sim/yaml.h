/* A YAML text as a tree in which every node knows its place.
 *
 * The only module that knows libfyaml.  Aliases are shared nodes, never copies, so that a small
 * text cannot unfold into a large tree; tags are ignored. */
#ifndef SAMSKAB_YAML_H
#define SAMSKAB_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/findings.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAPPING };

struct yaml {
    enum yaml_kind kind;
    bool quoted;         /* a scalar that was written in quotes or as a block */
    size_t at;           /* offset in the text */
    char *text;          /* of a scalar; UTF-8 without NUL */
    struct yaml **items; /* of a list; of a mapping key, value, key, value, ...; keys are scalars */
    size_t count;        /* of items; for a mapping twice the number of its pairs */
    size_t room;
    struct yaml *made_before; /* all nodes of a tree hang on one chain */
    bool open;                /* while it is being read */
};

struct yaml_tree {
    struct yaml *root; /* NULL for a text without content */
    struct yaml *made; /* the chain */
};

/* Reads `f->text`.  What is wrong is added to `f`: bytes that are no text, wrong syntax, nesting
 * deeper than 64, keys that are given twice (the first one holds). */
void yaml_parse(struct yaml_tree *t, struct findings *f);

void yaml_free(struct yaml_tree *t);

/* What a mapping holds under a key; NULL when it has no such key. */
const struct yaml *yaml_value(const struct yaml *mapping, const char *key);

/* Whether a scalar is there but says nothing: empty, ~ or null. */
bool yaml_is_null(const struct yaml *node);

/* "a list", "a mapping" or the scalar's text made fit for a message. */
const char *yaml_describe(const struct yaml *node, char *out, size_t size);

#endif
