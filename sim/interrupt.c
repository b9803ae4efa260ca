#include "sim/interrupt.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* Set by a signal: the one thing that a handler may touch. */
static atomic_int interrupted;

static const int signals[INTERRUPT_SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU};

void interrupt_now(void)
{
    atomic_store(&interrupted, 1);
}

bool interrupt_seen(void)
{
    return atomic_load(&interrupted) != 0;
}

static void on_signal(int number)
{
    (void)number;
    interrupt_now();
}

void interrupt_begin(struct interrupt_handlers *old)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    atomic_store(&interrupted, 0);
    for (size_t i = 0; i < INTERRUPT_SIGNALS; i++) {
        sigaction(signals[i], NULL, &old->actions[i]);
        action.sa_flags = (int)(signals[i] == SIGXCPU ? SA_RESTART : SA_RESETHAND | SA_RESTART);
        if (signals[i] != SIGHUP || old->actions[i].sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

void interrupt_end(const struct interrupt_handlers *old)
{
    for (size_t i = 0; i < INTERRUPT_SIGNALS; i++)
        sigaction(signals[i], &old->actions[i], NULL);
}
