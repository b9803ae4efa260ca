/* What ranks can do together, tried by as many as mpirun starts; test_mpi.sh runs it.  The first
 * rank that finds a fault says so, and all end with 1. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/ranks.h"

enum { MOST = 16, WORDS = 100000 };

static int faults;

static void check(bool holds, const char *what)
{
    if (!holds)
        printf("rank %d of %d: %s\n", ranks_rank(), ranks_count(), what);
    faults += !holds;
}

/* Of rank `from` for rank `to`; some have nothing for each other. */
static size_t words_for(int from, int to)
{
    return (from + to) % 3 == 2 ? 0 : (size_t)(WORDS * (from + 1) + to);
}

static uint32_t word_of(int from, int to, size_t i)
{
    return (uint32_t)(i * 31 + (size_t)(1000 * from + to));
}

static struct ranks_block block_of(int from, int to)
{
    size_t count = words_for(from, to);
    uint32_t *words = calloc(count + 1, sizeof *words);
    return (struct ranks_block){words, count * sizeof *words};
}

static void fill(struct ranks_block block, int from, int to)
{
    uint32_t *words = block.bytes;
    for (size_t i = 0; i < block.size / sizeof *words; i++)
        words[i] = word_of(from, to, i);
}

static bool is_filled(struct ranks_block block, int from, int to)
{
    const uint32_t *words = block.bytes;
    for (size_t i = 0; i < block.size / sizeof *words; i++)
        if (words[i] != word_of(from, to, i))
            return false;
    return true;
}

static void try_exchange(int me, int count)
{
    struct ranks_block out[MOST] = {0}, in[MOST] = {0};
    for (int i = 0; i < count; i++) {
        out[i] = block_of(me, i);
        in[i] = block_of(i, me);
        fill(out[i], me, i);
    }
    ranks_exchange(out, in);
    for (int i = 0; i < count; i++) {
        check(is_filled(in[i], i, me), "an exchange loses or mixes what was sent");
        free(out[i].bytes);
        free(in[i].bytes);
    }
}

static void try_gathering(int me, int count)
{
    struct ranks_block mine = block_of(me, 0), all[MOST] = {0};
    int last = count - 1;
    fill(mine, me, 0);
    for (int i = 0; i < count; i++)
        all[i] = block_of(i, 0);
    ranks_gather(mine, all, last);
    for (int i = 0; i < count && me == last; i++)
        check(is_filled(all[i], i, 0), "gathering at the last rank loses a block");
    for (int i = 0; i < count; i++)
        memset(all[i].bytes, 0, all[i].size);
    ranks_all_gather_blocks(mine, all);
    for (int i = 0; i < count; i++) {
        check(is_filled(all[i], i, 0), "gathering everywhere loses a block");
        free(all[i].bytes);
    }
    free(mine.bytes);
}

static void try_small(int me, int count)
{
    double all[MOST], own = me + 0.5, told = me == count - 1 ? 7.25 : 0;
    int first, highest = ranks_highest(me == 0 ? -5 : -1, &first);
    check(highest == (count > 1 ? -1 : -5) && first == (count > 1),
          "the highest value, and the first rank that has it, are not what all have");
    ranks_broadcast(&told, sizeof told, count - 1);
    check(told == 7.25, "a broadcast of the last rank does not arrive");
    ranks_all_gather(&own, sizeof own, all);
    for (int i = 0; i < count; i++)
        check(all[i] == i + 0.5, "gathering of one number each fails");
    check(ranks_worst(me == 1 ? STATUS_INTERRUPTED : STATUS_DONE) ==
              (count > 1 ? STATUS_INTERRUPTED : STATUS_DONE),
          "an interruption is lost");
    ranks_barrier();
}

/* Of two faults the worse is told, and the first of equals, at rank 0 only. */
static void try_agreement(int me, int count)
{
    struct error e = {0};
    enum status status = STATUS_DONE;
    if (me == 1)
        status = error_add(&e, STATUS_INTERRUPTED, "one");
    if (me >= 2)
        status = error_add(&e, STATUS_FAILED, "a fault of %d", me);
    status = ranks_agree(status, &e);
    check(status == (count > 2   ? STATUS_FAILED
                     : count > 1 ? STATUS_INTERRUPTED
                                 : STATUS_DONE),
          "the worst status is not what all have");
    if (me == 0 && count > 2)
        check(strcmp(error_text(&e), "rank 2: a fault of 2\n") == 0, "the fault is not told");
    check(me > 0 || count > 2 || e.count == (count > 1), "a fault is told that was none");
    error_free(&e);
}

/* Every rank but the first asks it something, and is answered. */
static void try_messages(int me, int count)
{
    uint64_t letter = (uint64_t)me, from_sum = 0;
    int from = -1;
    if (me > 0) {
        ranks_send(&letter, sizeof letter, 0);
        ranks_wait(&letter, sizeof letter, &from);
        check(letter == (uint64_t)me * 10 && from == 0, "an answer is wrong");
        return;
    }
    for (int i = 1; i < count; i++) {
        ranks_wait(&letter, sizeof letter, &from);
        check(letter == (uint64_t)from, "a message is of another rank");
        from_sum += letter;
        letter *= 10;
        ranks_send(&letter, sizeof letter, from);
    }
    check(from_sum == (uint64_t)(count * (count - 1) / 2), "a message is lost");
    check(!ranks_receive(&letter, sizeof letter, &from), "a message is there that nobody sent");
}

int main(int count, char **words)
{
    struct error e = {0};
    if (ranks_begin(&count, &words, &e) != STATUS_DONE || ranks_count() > MOST) {
        fputs(error_text(&e), stderr);
        return 1;
    }
    int me = ranks_rank();
    for (int round = 0; round < 3; round++) {
        try_small(me, ranks_count());
        try_exchange(me, ranks_count());
        try_gathering(me, ranks_count());
        try_agreement(me, ranks_count());
        ranks_barrier();
        try_messages(me, ranks_count());
        ranks_barrier();
    }
    enum status status = ranks_worst(faults == 0 ? STATUS_DONE : STATUS_FAILED);
    ranks_end();
    return (int)status;
}
