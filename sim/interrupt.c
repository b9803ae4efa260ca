#include "sim/interrupt.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* Set by a signal: the one thing that a handler may touch. */
static atomic_int interrupted;

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
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&action.sa_mask);
    atomic_store(&interrupted, 0);
    sigaction(SIGINT, &action, &old->interrupt);
    sigaction(SIGTERM, &action, &old->terminate);
    sigaction(SIGUSR1, &action, &old->user);
}

void interrupt_end(const struct interrupt_handlers *old)
{
    sigaction(SIGINT, &old->interrupt, NULL);
    sigaction(SIGTERM, &old->terminate, NULL);
    sigaction(SIGUSR1, &old->user, NULL);
}
