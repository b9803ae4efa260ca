#include "sim/ranks.h"

#include <string.h>

enum { TEXT = 1024 };

/* From the best to the worst. */
static const enum status by_badness[] = {STATUS_DONE, STATUS_INTERRUPTED, STATUS_BAD_INPUT,
                                         STATUS_FAILED};

/* The first rank with the worst status. */
static int worst_rank(enum status *status)
{
    int worst, badness = sizeof by_badness / sizeof *by_badness - 1;
    while (badness > 0 && by_badness[badness] != *status)
        badness--;
    *status = by_badness[ranks_highest(badness, &worst)];
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
