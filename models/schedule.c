/* The weekly order (ODD: element 3).  All mechanisms read the state at the start of the week and
 * write the next one; within a site hours are offered in random order. */
#include "models/schedule.h"

#include "models/submodels.h"

const struct mechanism *const schedule[SCHEDULE_COUNT] = {
    /* 1 environment */
    &mechanism_environment,
    /* 2 attention */
    &mechanism_roster_count,
    &mechanism_roster_place,
    &mechanism_roster_fill,
    &mechanism_roster_origins,
    &mechanism_attention,
    &mechanism_clarity,
    &mechanism_control,
    /* 3 recruitment, onboarding, matching */
    &mechanism_matching,
    &mechanism_convening,
    &mechanism_invitation,
    &mechanism_spontaneous_entry,
    /* 4 allocation of tasks */
    &mechanism_roster_gather,
    &mechanism_allocation,
    &mechanism_framing,
    &mechanism_self_initiative,
    /* 5 production, contact, learning */
    &mechanism_production,
    &mechanism_contact,
    &mechanism_learning,
    /* 6 trust, promises, conflict, mediation */
    &mechanism_trust,
    &mechanism_promises,
    &mechanism_conflict,
    /* 7 deliberation and innovation */
    &mechanism_deliberation,
    &mechanism_innovation,
    &mechanism_diffusion,
    &mechanism_silos,
    /* 8 burnout, motivation, ownership, attitude */
    &mechanism_relatedness,
    &mechanism_burnout,
    &mechanism_professional_burnout,
    &mechanism_motivation,
    &mechanism_ownership,
    &mechanism_fear,
    &mechanism_peers,
    /* 9 exit and loss of knowledge */
    &mechanism_exits,
    &mechanism_veterans,
    &mechanism_withdrawal,
    &mechanism_tally,
    &mechanism_exits_elsewhere,
    &mechanism_recovery,
    &mechanism_roster_return,
    &mechanism_enrolment,
    &mechanism_roster_professionals,
    /* 10 institutions */
    &mechanism_association_growth,
    &mechanism_grants,
    &mechanism_formalisation,
    &mechanism_association_deaths,
    &mechanism_association_births,
    &mechanism_mandate,
    &mechanism_strategies,
    &mechanism_participatory_budget,
    &mechanism_budget_votes,
    &mechanism_budget_outcome,
    /* 11 observation */
    &mechanism_structure,
    &mechanism_observation,
};
