/* Ranks by MPI.  MPI allows one thread at a time: every call stands within a lock, and none of them
 * waits there.
 *
 * A rank that waits looks often at first, for what comes within a week's exchange, and then sleeps
 * between looks, so that the ranks that still work have the processor. */
#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/ranks.h"

enum { TAG_BLOCK = 1, TAG_MESSAGE = 2 };

/* What was found at the start. */
static struct {
    bool begun;
    MPI_Comm end; /* of all ranks, for what none of them does before its end */
    int rank, count, here, threads;
    int complaints; /* standard error, as it was at the beginning */
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
} self = {.count = 1, .here = 1};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* --- waiting ---------------------------------------------------------------------------------- */

static void rest(unsigned looks)
{
    static const unsigned eager = 2000;
    static const struct timespec nap = {0, 200000}, sleep = {0, 1000000};
    if (looks < eager)
        sched_yield();
    else
        nanosleep(looks < 2 * eager ? &nap : &sleep, NULL);
}

static void wait_all(MPI_Request *requests, int count)
{
    int done = 0;
    for (unsigned looks = 0; !done; looks += looks < UINT_MAX) {
        if (looks > 0)
            rest(looks);
        pthread_mutex_lock(&lock);
        MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
        pthread_mutex_unlock(&lock);
    }
}

/* Says what the others, who wait for this rank, could not be told otherwise, and ends all. */
static void end_all(const char *why)
{
    dprintf(self.complaints, "samskab: rank %d: %s\n", self.rank, why);
    MPI_Abort(MPI_COMM_WORLD, STATUS_FAILED);
}

/* --- beginning and end ------------------------------------------------------------------------ */

/* The whole threads that this rank's share of processors comes to: each is shared by the ranks of
 * the machine that may run on it. */
static int threads_of(const cpu_set_t *sets, int count, int mine)
{
    double share = 0;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        int sharers = 0;
        if (!CPU_ISSET(cpu, &sets[mine]))
            continue;
        for (int i = 0; i < count; i++)
            sharers += CPU_ISSET(cpu, &sets[i]) != 0;
        share += 1.0 / sharers;
    }
    return share < 1 ? 1 : (int)(share + 1e-6);
}

static int count_threads(void)
{
    MPI_Comm machine;
    int count, mine, threads = 1;
    cpu_set_t own;
    CPU_ZERO(&own);
    if (sched_getaffinity(0, sizeof own, &own) != 0)
        CPU_SET(0, &own);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &count);
    MPI_Comm_rank(machine, &mine);
    cpu_set_t *sets = calloc((size_t)count, sizeof *sets);
    if (!sets)
        end_all("out of memory");
    MPI_Allgather(&own, sizeof own, MPI_BYTE, sets, sizeof own, MPI_BYTE, machine);
    threads = threads_of(sets, count, mine);
    free(sets);
    MPI_Comm_free(&machine);
    self.here = count;
    return threads;
}

enum status ranks_begin(int *count, char ***words, struct error *e)
{
    int provided, length;
    if (MPI_Init_thread(count, words, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
        return error_add(e, STATUS_FAILED, "MPI does not start");
    self.begun = true;
    self.complaints = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    MPI_Comm_dup(MPI_COMM_WORLD, &self.end);
    if (provided < MPI_THREAD_SERIALIZED)
        return error_add(e, STATUS_FAILED, "this MPI allows no threads");
    MPI_Comm_rank(MPI_COMM_WORLD, &self.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &self.count);
    MPI_Get_library_version(self.library, &length);
    self.library[strcspn(self.library, ",\n")] = '\0';
    self.threads = count_threads();
    return STATUS_DONE;
}

/* Ranks end together: they have agreed on how, or all find the same fault in the same words.  For
 * one that ends by itself, the others would wait. */
void ranks_end(void)
{
    enum { PATIENCE = 20000 }; /* naps of a millisecond or so */
    MPI_Request request;
    int all = 0;
    if (!self.begun)
        return;
    self.begun = false;
    MPI_Ibarrier(self.end, &request);
    for (unsigned looks = 0; !all && looks < PATIENCE; looks++) {
        rest(looks);
        MPI_Test(&request, &all, MPI_STATUS_IGNORE);
    }
    if (!all)
        end_all("ends before the others, and all with it; do all have the same options?");
    MPI_Comm_free(&self.end);
    MPI_Finalize();
}

int ranks_rank(void)
{
    return self.rank;
}

int ranks_count(void)
{
    return self.count;
}

int ranks_here(void)
{
    return self.here;
}

int ranks_threads(void)
{
    return self.begun ? self.threads : omp_get_num_procs();
}

const char *ranks_library(void)
{
    return self.library;
}

/* --- all ranks -------------------------------------------------------------------------------- */

void ranks_barrier(void)
{
    MPI_Request request;
    if (self.count == 1)
        return;
    pthread_mutex_lock(&lock);
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    pthread_mutex_unlock(&lock);
    wait_all(&request, 1);
}

/* MPI counts in int: larger blocks go in pieces. */
static const size_t most = (size_t)1 << 30;

static int piece_of(size_t size, size_t done)
{
    return (int)(size - done < most ? size - done : most);
}

void ranks_broadcast(void *bytes, size_t size, int from)
{
    MPI_Request request;
    for (size_t done = 0; done < size && self.count > 1; done += most) {
        pthread_mutex_lock(&lock);
        MPI_Ibcast((char *)bytes + done, piece_of(size, done), MPI_BYTE, from, MPI_COMM_WORLD,
                   &request);
        pthread_mutex_unlock(&lock);
        wait_all(&request, 1);
    }
}

int ranks_highest(int value, int *rank)
{
    struct {
        int value, rank;
    } mine = {value, self.rank}, highest = mine;
    MPI_Request request;
    if (self.count > 1) {
        pthread_mutex_lock(&lock);
        MPI_Iallreduce(&mine, &highest, 1, MPI_2INT, MPI_MAXLOC, MPI_COMM_WORLD, &request);
        pthread_mutex_unlock(&lock);
        wait_all(&request, 1);
    }
    *rank = highest.rank;
    return highest.value;
}

void ranks_all_gather(const void *bytes, size_t size, void *all)
{
    MPI_Request request;
    if (self.count == 1) {
        memcpy(all, bytes, size);
        return;
    }
    pthread_mutex_lock(&lock);
    MPI_Iallgather(bytes, (int)size, MPI_BYTE, all, (int)size, MPI_BYTE, MPI_COMM_WORLD, &request);
    pthread_mutex_unlock(&lock);
    wait_all(&request, 1);
}

/* Requests that are under way together. */
struct requests {
    MPI_Request *list;
    int count;
};

static void requests_open(struct requests *r, size_t room)
{
    r->count = 0;
    r->list = malloc((room + 1) * sizeof *r->list);
    if (!r->list)
        end_all("out of memory");
}

static void requests_close(struct requests *r)
{
    wait_all(r->list, r->count);
    free(r->list);
}

static size_t pieces(struct ranks_block block)
{
    return (block.size + most - 1) / most;
}

static void post(struct requests *r, struct ranks_block block, int rank, bool send)
{
    for (size_t done = 0; done < block.size; done += most) {
        char *at = (char *)block.bytes + done;
        int size = piece_of(block.size, done);
        MPI_Request *request = &r->list[r->count++];
        pthread_mutex_lock(&lock);
        if (send)
            MPI_Isend(at, size, MPI_BYTE, rank, TAG_BLOCK, MPI_COMM_WORLD, request);
        else
            MPI_Irecv(at, size, MPI_BYTE, rank, TAG_BLOCK, MPI_COMM_WORLD, request);
        pthread_mutex_unlock(&lock);
    }
}

static void copy(struct ranks_block to, struct ranks_block from)
{
    if (to.size > 0)
        memcpy(to.bytes, from.bytes, to.size);
}

void ranks_exchange(const struct ranks_block *out, const struct ranks_block *in)
{
    struct requests requests;
    size_t room = 0;
    for (int i = 0; i < self.count; i++)
        room += pieces(in[i]) + pieces(out[i]);
    requests_open(&requests, room);
    for (int i = 0; i < self.count; i++)
        if (i != self.rank)
            post(&requests, in[i], i, false);
    for (int i = 0; i < self.count; i++)
        if (i != self.rank)
            post(&requests, out[i], i, true);
    copy(in[self.rank], out[self.rank]);
    requests_close(&requests);
}

void ranks_gather(struct ranks_block mine, const struct ranks_block *all, int to)
{
    struct requests requests;
    size_t room = pieces(mine);
    for (int i = 0; i < self.count && self.rank == to; i++)
        room += pieces(all[i]);
    requests_open(&requests, room);
    for (int i = 0; i < self.count && self.rank == to; i++)
        if (i != to)
            post(&requests, all[i], i, false);
    if (self.rank == to)
        copy(all[to], mine);
    else
        post(&requests, mine, to, true);
    requests_close(&requests);
}

/* --- messages --------------------------------------------------------------------------------- */

void ranks_send(const void *bytes, size_t size, int to)
{
    MPI_Request request;
    pthread_mutex_lock(&lock);
    MPI_Isend(bytes, (int)size, MPI_BYTE, to, TAG_MESSAGE, MPI_COMM_WORLD, &request);
    pthread_mutex_unlock(&lock);
    wait_all(&request, 1);
}

bool ranks_receive(void *bytes, size_t size, int *from)
{
    int there;
    MPI_Status status;
    pthread_mutex_lock(&lock);
    MPI_Iprobe(MPI_ANY_SOURCE, TAG_MESSAGE, MPI_COMM_WORLD, &there, &status);
    if (there) {
        *from = status.MPI_SOURCE;
        MPI_Recv(bytes, (int)size, MPI_BYTE, *from, TAG_MESSAGE, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    pthread_mutex_unlock(&lock);
    return there != 0;
}

void ranks_wait(void *bytes, size_t size, int *from)
{
    for (unsigned looks = 0; !ranks_receive(bytes, size, from); looks += looks < UINT_MAX)
        rest(looks);
}
