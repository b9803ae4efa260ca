#include "sim/ranks.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT = 1024 };

static int badness(enum status status)
{
    switch (status) {
    case STATUS_DONE:
        return 0;
    case STATUS_INTERRUPTED:
        return 1;
    case STATUS_BAD_INPUT:
        return 2;
    default:
        return 3;
    }
}

/* The first rank with the worst status. */
static int worst_rank(enum status *status)
{
    if (ranks_count() == 1)
        return 0;
    enum status *all = malloc((size_t)ranks_count() * sizeof *all);
    int worst = 0;
    if (!all)
        abort(); /* others wait for this rank */
    ranks_all_gather(status, sizeof *status, all);
    for (int i = 1; i < ranks_count(); i++)
        if (badness(all[i]) > badness(all[worst]))
            worst = i;
    *status = all[worst];
    free(all);
    return worst;
}

enum status ranks_worst(enum status status)
{
    worst_rank(&status);
    return status;
}

enum status ranks_agree(enum status status, struct error *e)
{
    char text[TEXT] = "";
    int rank = worst_rank(&status);
    if (status == STATUS_DONE || rank == 0)
        return status;
    if (e)
        strncpy(text, error_text(e), TEXT - 1);
    text[strcspn(text, "\n")] = '\0';
    ranks_broadcast(text, TEXT, rank);
    if (ranks_rank() == 0 && *text)
        error_add(e, status, "rank %d: %s", rank, text);
    return status;
}

void ranks_all_gather_blocks(struct ranks_block mine, const struct ranks_block *all)
{
    for (int i = 0; i < ranks_count(); i++)
        ranks_gather(mine, all, i);
}
