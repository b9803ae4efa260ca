/* SIGINT, SIGTERM, SIGHUP (the terminal is closed; nohup keeps it away), SIGUSR1 (which mpirun
 * passes on without a deadline) and SIGXCPU (the processor time that a limit allows is used up):
 * what works finishes its week, saves, and ends; a second signal of the same kind ends the program
 * at once, but for SIGXCPU, which comes every second. */
#ifndef SAMSKAB_INTERRUPT_H
#define SAMSKAB_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

enum { INTERRUPT_SIGNALS = 5 };

/* The handlers that were there before. */
struct interrupt_handlers {
    struct sigaction actions[INTERRUPT_SIGNALS];
};

/* From here on signals are taken note of; an earlier one is forgotten. */
void interrupt_begin(struct interrupt_handlers *old);
void interrupt_end(const struct interrupt_handlers *old);

/* As if a signal had come.  Async-signal-safe. */
void interrupt_now(void);

bool interrupt_seen(void);

#endif
