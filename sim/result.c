#include "sim/result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"
#include "sim/durable.h"

enum { WHY_MAX = 1 << 16 };

/* All of eight bytes, so that there are no gaps. */
struct head {
    char mark[8];
    uint64_t format, ensemble, run, state, size, digest;
};

static const char mark[8] = "samskab";

static uint64_t digest_of(const struct head *head, const void *bytes)
{
    uint64_t digest = digest_bytes(DIGEST_EMPTY, head, offsetof(struct head, digest));
    return digest_bytes(digest, bytes, (size_t)head->size);
}

enum status result_write(const char *path, const struct result *it, const float *values,
                         const char *why, struct error *e)
{
    const void *bytes = it->state == RUN_DONE ? (const void *)values : why;
    size_t size = it->state == RUN_DONE ? it->count * sizeof *values : strlen(why);
    struct head head = {.format = 1,
                        .ensemble = it->ensemble,
                        .run = it->run,
                        .state = (uint64_t)it->state,
                        .size = size < WHY_MAX || it->state == RUN_DONE ? size : WHY_MAX};
    char *whole = malloc(sizeof head + size);
    if (!whole)
        return error_add(e, STATUS_FAILED, "%s: out of memory", path);
    memcpy(head.mark, mark, sizeof mark);
    head.digest = digest_of(&head, bytes);
    memcpy(whole, &head, sizeof head);
    memcpy(whole + sizeof head, bytes, (size_t)head.size);
    enum status status = durable_put(path, whole, sizeof head + (size_t)head.size, e);
    free(whole);
    return status;
}

static enum status damaged(const char *path, struct error *e)
{
    return error_add(e, STATUS_BAD_INPUT, "%s: is damaged or of another experiment", path);
}

static enum status read_open(FILE *file, const char *path, struct result *it, float *values,
                             char **why, struct error *e)
{
    struct head head;
    size_t expected = it->count * sizeof *values;
    if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.mark, mark, sizeof mark) != 0 ||
        head.format != 1 || head.ensemble != it->ensemble || head.run != it->run)
        return damaged(path, e);
    bool done = head.state == RUN_DONE;
    if ((done && head.size != expected) ||
        (!done && (head.state != RUN_FAILED || head.size > WHY_MAX)))
        return damaged(path, e);
    char *bytes = done && values ? (char *)values : calloc((size_t)head.size + 1, 1);
    if (!bytes)
        return error_add(e, STATUS_FAILED, "%s: out of memory", path);
    enum status status = STATUS_DONE;
    if (fread(bytes, 1, (size_t)head.size, file) != head.size ||
        digest_of(&head, bytes) != head.digest)
        status = damaged(path, e);
    it->state = done ? RUN_DONE : RUN_FAILED;
    if (status == STATUS_DONE && !done && why)
        *why = bytes;
    else if (bytes != (char *)values)
        free(bytes);
    return status;
}

enum status result_read(const char *path, struct result *it, float *values, char **why,
                        struct error *e)
{
    FILE *file = fopen(path, "rb");
    if (why)
        *why = NULL;
    if (!file) {
        int code = errno;
        return error_add(e, error_blame(code), "%s: cannot be read: %s", path, strerror(code));
    }
    enum status status = read_open(file, path, it, values, why, e);
    fclose(file);
    return status;
}
