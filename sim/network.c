#include "sim/network.h"

#include <stdlib.h>
#include <string.h>

#include "sim/digest.h"

enum status network_none(struct network *n, size_t count, struct error *e)
{
    memset(n, 0, sizeof *n);
    n->start = calloc(count + 1, sizeof *n->start);
    if (!n->start)
        return error_add(e, STATUS_FAILED, "memory is short: %zu bytes for %zu agents without ties",
                         (count + 1) * sizeof *n->start, count);
    n->count = count;
    return STATUS_DONE;
}

size_t network_bytes(const struct network *n)
{
    size_t start = n->start ? (n->count + 1) * sizeof *n->start : 0;
    size_t weight = n->weight ? sizeof *n->weight : 0;
    size_t entries = n->start ? n->start[n->count] : 0;
    return start + entries * (sizeof *n->target + weight);
}

uint64_t network_digest(const struct network *n)
{
    const uint64_t sizes[] = {n->count, n->ties, n->weight != NULL};
    uint64_t digest = digest_bytes(DIGEST_EMPTY, sizes, sizeof sizes);
    if (n->start)
        digest = digest_bytes(digest, n->start, (n->count + 1) * sizeof *n->start);
    if (n->target)
        digest = digest_bytes(digest, n->target, 2 * n->ties * sizeof *n->target);
    if (n->weight)
        digest = digest_bytes(digest, n->weight, 2 * n->ties * sizeof *n->weight);
    return digest;
}

void network_free(struct network *n)
{
    free(n->start);
    free(n->target);
    free(n->weight);
    memset(n, 0, sizeof *n);
}
