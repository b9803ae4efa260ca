/* A digest of bits: FNV-1a of 64 bits (Fowler, Noll and Vo), to tell whether two runs are the same.
 *
 *     h = digest_bytes(DIGEST_EMPTY, a, sizeof a);
 *     h = digest_bytes(h, b, sizeof b);                   goes on where the first one ended */
#ifndef SAMSKAB_DIGEST_H
#define SAMSKAB_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_EMPTY 0xcbf29ce484222325ULL

static inline uint64_t digest_bytes(uint64_t digest, const void *data, size_t size)
{
    const unsigned char *byte = data;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ byte[i]) * 0x100000001b3ULL;
    return digest;
}

#endif
