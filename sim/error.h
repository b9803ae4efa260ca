/* What went wrong, said once and where it was found.
 *
 * A function that can fail returns an `enum status` and fills a `struct error` with one sentence a
 * finding: the place, the value and what would be right.  Findings add up, so that a reader can
 * report all errors of a file together.  Only `main` prints them and exits. */
#ifndef SAMSKAB_ERROR_H
#define SAMSKAB_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* Outcome of anything that can fail; the numbers are the exit codes of the program. */
enum status {
    STATUS_DONE = 0,         /* all went well */
    STATUS_FAILED = 1,       /* a fault of the machine: disk, memory, network file system */
    STATUS_BAD_INPUT = 2,    /* a fault of the input or of the command line */
    STATUS_INTERRUPTED = 130 /* stopped by the user; what was done is saved */
};

/* A zeroed struct is an empty one. */
struct error {
    enum status status; /* the first finding's */
    size_t count;       /* findings so far */
    char *text;         /* findings, each ended by a newline; NULL while there are none */
    size_t length;
    size_t size;
    bool truncated; /* memory ran out while findings were written down */
};

/* Adds one finding, printf-style, without a newline at its end.  Returns `status`, so that a caller
 * can write `return error_add(e, STATUS_BAD_INPUT, ...)`.  `e` may be NULL. */
enum status error_add(struct error *e, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the first finding of another error, with this status, which it returns. */
enum status error_pass_on(struct error *e, enum status status, const struct error *from);

/* The machine's fault, by errno: "PATH: WHAT: No space left on device". */
enum status error_fault(struct error *e, const char *path, const char *what);

/* Whose fault it is that a file cannot be opened or read, by errno: the user's when it is not there
 * or not allowed, else the machine's. */
enum status error_blame(int code);

/* Why the last call failed, by errno, in the system's words. */
const char *error_why(void);

/* The findings as text; never NULL. */
const char *error_text(const struct error *e);

/* Forgets all findings and frees them. */
void error_free(struct error *e);

#endif
