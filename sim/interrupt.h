/* SIGINT, SIGTERM and SIGUSR1 (which mpirun passes on without a deadline): what works finishes its
 * week, saves, and ends; a second signal of the same kind ends the program at once. */
#ifndef SAMSKAB_INTERRUPT_H
#define SAMSKAB_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/* The handlers that were there before. */
struct interrupt_handlers {
    struct sigaction interrupt, terminate, user;
};

/* From here on signals are taken note of; an earlier one is forgotten. */
void interrupt_begin(struct interrupt_handlers *old);
void interrupt_end(const struct interrupt_handlers *old);

/* As if a signal had come.  Async-signal-safe. */
void interrupt_now(void);

bool interrupt_seen(void);

#endif
