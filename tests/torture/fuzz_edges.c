/* Edge lists.  A network that is taken has sorted rows without loops or twins, and each tie stands
 * in both rows with the same weight. */
#include "tests/torture/fuzz.h"

#include <math.h>
#include <stdbool.h>

#include "sim/network.h"

enum { AGENTS = 64 };

static bool stands_back(const struct network *n, uint32_t from, uint32_t to, float weight)
{
    for (uint32_t k = n->start[to]; k < n->start[to + 1]; k++)
        if (n->target[k] == from)
            return !n->weight || !(n->weight[k] < weight || n->weight[k] > weight);
    return false;
}

static void check_network(const struct network *n)
{
    fuzz_promise(n->count == AGENTS && n->start[0] == 0 && n->start[AGENTS] == 2 * n->ties);
    for (uint32_t i = 0; i < AGENTS; i++) {
        fuzz_promise(n->start[i] <= n->start[i + 1]);
        for (uint32_t k = n->start[i]; k < n->start[i + 1]; k++) {
            float weight = n->weight ? n->weight[k] : 1;
            fuzz_promise(n->target[k] < AGENTS && n->target[k] != i);
            fuzz_promise(k == n->start[i] || n->target[k - 1] < n->target[k]);
            fuzz_promise(weight > 0 && isfinite(weight));
            fuzz_promise(stands_back(n, i, n->target[k], weight));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct network n;
    struct error e = {0};
    enum status status = network_parse(&n, AGENTS, (const char *)bytes, size, "fuzz.csv", &e);
    fuzz_finish(status, &e);
    if (status == STATUS_DONE)
        check_network(&n);
    network_free(&n);
    return 0;
}
