/* A child process without privileges, in which files of strangers are read.
 *
 *     enclosure_begin   maps the files into memory and shuts a child in; both return, as from fork
 *       the child       (child == 0) reads the files under their names, prints, and ends with an
 *                       enum status
 *       the parent      waits with enclosure_end, which gives what was printed
 *
 * From its first look at the files the child can ask the system for nothing but memory, the time,
 * and to write what it prints (seccomp: every other call is refused, above all to open, execute,
 * connect, remove, begin a process or a thread).  It has limits on memory, time and output.  So a
 * file that makes the reading library run wild can make it print nonsense, and no more.
 *
 * Only Linux has this, and only when samskab was built with libseccomp. */
#ifndef SAMSKAB_ENCLOSURE_H
#define SAMSKAB_ENCLOSURE_H

#include <stdio.h>
#include <sys/types.h>

#include "sim/error.h"

struct enclosure_limits {
    size_t memory;    /* bytes, beside the files themselves */
    unsigned seconds; /* of a processor */
    unsigned wall;    /* seconds of any clock */
    size_t output;    /* bytes printed */
};

struct enclosure {
    pid_t child;          /* 0 in the child */
    const char *name;     /* of the files, in messages */
    FILE *output, *words; /* what the child has printed: standard output and standard error */
    struct enclosure_limits limits;
};

enum status enclosure_begin(struct enclosure *x, const char *const *paths, size_t count,
                            const struct enclosure_limits *limits, struct error *e);

/* Waits for the child, and winds `output` and `words` back to their beginnings.  STATUS_BAD_INPUT
 * when the child says so, crashed, or reached a limit. */
enum status enclosure_end(struct enclosure *x, struct error *e);
void enclosure_free(struct enclosure *x);

/* Appends what was printed to `to`: byte by byte, or with all control characters but tabs and
 * ends of lines replaced.  False when something could not be read or written. */
bool enclosure_copy(FILE *from, FILE *to, bool tame);

/* In a child that is shut in, the bytes of one of its files; NULL everywhere else. */
void *enclosure_image(const char *path, size_t *size);

#endif
