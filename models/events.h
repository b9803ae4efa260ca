/* The shocks that a scenario may let happen, in the order of the model's list (coproduction.c). */
#ifndef SAMSKAB_EVENTS_H
#define SAMSKAB_EVENTS_H

#define EVENTS(EVENT)                                                                              \
    EVENT(CUTS, "cuts", "%", 0.1, 90, "cuts in force; each per cent feeds professionals' fear")    \
    EVENT(MANDATE, "mandate", "1", 0, 1, "mandate lost, spread over the weeks of the shock")       \
    EVENT(COORDINATOR, "coordinator", "h/week", 0, 74, "coordinator hours more at every site")     \
    EVENT(MANAGER_LOST, "coordinator-lost", "h/week", 0, 74,                                       \
          "hours for volunteers less at every site, as when a coordinator leaves")                 \
    EVENT(DEMAND, "demand", "times", 0, 5, "demand as a multiple of the usual")                    \
    EVENT(TURBULENCE, "turbulence", "1", -0.9, 0.9, "turbulence of tasks, more or less")           \
    EVENT(VETERANS, "veterans", "share", 0, 1,                                                     \
          "co-producers of each site, the longest-serving, who leave in each week of the shock")

enum event_of_town {
#define EVENT(id, ...) EVENT_##id,
    EVENTS(EVENT)
#undef EVENT
        EVENT_KINDS
};

#endif
