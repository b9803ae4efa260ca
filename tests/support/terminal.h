/* A terminal for tests: what is written to `file` can be read by terminal_close. */
#ifndef SAMSKAB_TESTS_TERMINAL_H
#define SAMSKAB_TESTS_TERMINAL_H

#include <pty.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/check.h"

enum { TERMINAL_TEXT = 4096 };

struct terminal {
    int file, master;
};

static inline void terminal_open(struct terminal *t, unsigned short columns)
{
    const struct winsize size = {.ws_col = columns, .ws_row = 24};
    assert_int_equal(openpty(&t->master, &t->file, NULL, NULL, &size), 0);
}

/* What was written, with the line ends of a file. */
static inline void terminal_close(struct terminal *t, char text[TERMINAL_TEXT])
{
    size_t length = 0, kept = 0;
    ssize_t got;
    close(t->file);
    while (length < TERMINAL_TEXT - 1 &&
           (got = read(t->master, text + length, TERMINAL_TEXT - 1 - length)) > 0)
        length += (size_t)got;
    close(t->master);
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\r' || i + 1 == length || text[i + 1] != '\n')
            text[kept++] = text[i];
    text[kept] = '\0';
}

#endif
