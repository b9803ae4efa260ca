/* One rank, without MPI. */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "sim/ranks.h"

enum status ranks_begin(int *count, char ***words, struct error *e)
{
    (void)count;
    (void)words;
    (void)e;
    return STATUS_DONE;
}

void ranks_end(void)
{
}

int ranks_rank(void)
{
    return 0;
}

int ranks_count(void)
{
    return 1;
}

int ranks_here(void)
{
    return 1;
}

int ranks_threads(void)
{
    return omp_get_num_procs();
}

const char *ranks_library(void)
{
    return NULL;
}

void ranks_barrier(void)
{
}

void ranks_broadcast(void *bytes, size_t size, int from)
{
    (void)bytes;
    (void)size;
    (void)from;
}

int ranks_highest(int value, int *rank)
{
    *rank = 0;
    return value;
}

void ranks_all_gather(const void *bytes, size_t size, void *all)
{
    memcpy(all, bytes, size);
}

static void copy(struct ranks_block to, struct ranks_block from)
{
    if (to.size > 0)
        memcpy(to.bytes, from.bytes, to.size);
}

void ranks_exchange(const struct ranks_block *out, const struct ranks_block *in)
{
    copy(in[0], out[0]);
}

void ranks_gather(struct ranks_block mine, const struct ranks_block *all, int to)
{
    (void)to;
    copy(all[0], mine);
}

/* There is nobody to send to, or to wait for. */
void ranks_send(const void *bytes, size_t size, int to)
{
    (void)bytes;
    (void)size;
    (void)to;
    abort();
}

bool ranks_receive(void *bytes, size_t size, int *from)
{
    (void)bytes;
    (void)size;
    (void)from;
    return false;
}

void ranks_wait(void *bytes, size_t size, int *from)
{
    (void)bytes;
    (void)size;
    (void)from;
    abort();
}
