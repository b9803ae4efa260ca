/* The equations of the model as pure functions, one a line of the description (paper/odd.tex), and
 * the mechanisms that apply them.  Each file models/<mechanism>.c states its equation, where it
 * comes from, and what holds when it is switched off. */
#ifndef SAMSKAB_SUBMODELS_H
#define SAMSKAB_SUBMODELS_H

#include "models/town.h"

/* E1 attention.c */
double attention_needed(const struct params *p, double design, double goals, double process,
                        double participation, double direct, double associations, double newcomers,
                        double recruits);
double attention_share(double hours, double needed);

/* E2 clarity.c */
double clarity_of_tasks(const struct params *p, double design_effect, double goals_effect,
                        double process_effect, double participation_effect, double turbulence);

/* E3 control.c */
double control_perceived(const struct params *p, double design, double goals, double process,
                         double participation);

/* E4 motivation.c */
struct motives {
    double fit, support, clarity, trust, relatedness, ownership, autonomy, control, burnout,
        conflict, load, tenure;
};
double motivation_drive(const struct params *p, const struct motives *m);
double motivation_next(const struct params *p, double motivation, double drive, double noise);

/* E5 burnout.c */
double burnout_strain(const struct params *p, double load, double clarity, double conflict,
                      double support, double relatedness, double control);
double burnout_next(const struct params *p, double burnout, double strain, double load);

/* E6 trust.c */
double trust_odds(const struct params *p, double process_effect, double participation_effect,
                  double clarity, double control, double autonomy, double conflict);
double trust_next(const struct params *p, double trust, bool good);

/* E7 contact.c, attitude.c */
double contact_probability(const struct params *p, double attitude, double participation_effect,
                           double volunteers, double professionals);
double contact_good_probability(const struct params *p, double clarity, double skill,
                                double motivation, double conflict, bool newcomer);
double attitude_after_contact(const struct params *p, double attitude, bool good);
double attitude_after_fear(const struct params *p, double attitude, double cuts,
                           double vulnerability, double replacement);
double fear_level(const struct params *p, double cuts, double vulnerability);

/* E8 conflict.c */
double conflict_start_hazard(const struct params *p, double clarity, double trust, double attitude,
                             double goal);
double conflict_end_hazard(const struct params *p, double process_effect,
                           double participation_effect);

/* E9 recruitment.c */
double invitation_probability(const struct params *p, double motivation, double trust,
                              bool ambassador);
double acceptance_probability(const struct params *p, double fit, double burnout, double age_gap);
double skill_of_newcomer(const struct params *p, double before);

/* A site of the person's own sector, at random; its municipality has one. */
size_t recruitment_site(const struct town *t, size_t person, struct stream *s);

/* E10 matching.c */
double matching_fit(const uint8_t *const motives[MOTIVES], size_t person, const double *affordance);
double matching_choose(const struct town *t, size_t person, size_t site, struct stream *s);

/* E11 allocation.c, production.c, learning.c */
double allocation_acceptance(const struct params *p, double motivation, double burnout, double load,
                             double season);
double self_initiated_hours(const struct params *p, double ownership, double capacity,
                            double motivation, double burnout, double season, double hours);
double output_of(const struct params *p, double skill, double hours, double hours_self,
                 double conflict, double clarity, double attitude);
double output_factor(const struct params *p, double goal_spread, double effectiveness);
double learning_next(const struct params *p, double skill, double hours, double attention);
double knowledge_bonus(const struct params *p, double knowledge, double coproducers);
double knowledge_brought(const struct params *p, double skill, double hours);
double knowledge_taken(const struct params *p, double skill, double hours, double tenure);

/* E12 ownership.c, mandate.c */
double ownership_next(const struct params *p, double ownership, double control,
                      double participation, double trust);
double mandate_next(const struct params *p, double mandate, double hours_upwards, double unmet,
                    double won, double shock);

/* E14 framing.c, deliberation.c */
double frame_width(const struct params *p, double goals);
double meeting_probability(const struct params *p, double process_effect);
double confidence_bound(const struct params *p, double process_effect);
double goal_after_meeting(const struct params *p, double goal, double other, double process_effect,
                          double participation_effect, double noise);

/* E15 innovation.c, diffusion.c, silos.c */
double idea_rate(const struct params *p, double goal_spread, double process_effect, double openness,
                 double avant_garde);
double implementation_probability(const struct params *p, double mandate, double process_effect,
                                  double silos, bool crosses);
double effectiveness_next(const struct params *p, double effectiveness, double innovations);
double silos_next(const struct params *p, double silos, double joint, double spanning, double cuts);

/* E13 associations.c, grants.c, formalisation.c, withdrawal.c */
double association_first_autonomy(const struct params *p, enum association_role role);
double association_hazard(const struct params *p, double reserve, double members);
unsigned applications_of(const struct params *p, double members, double capacity);
double application_score(const struct params *p, double members, double capacity, double noise);
double association_costs(const struct params *p, double members);
double income_of_year(const struct params *p, double members, bool paid, double operating,
                      double projects, double noise);
double reserve_next(const struct params *p, double reserve, double members, double income,
                    double projects);
double autonomy_next(const struct params *p, double autonomy, enum association_role role,
                     double projects);
double agreement_probability(const struct params *p, unsigned sector, bool paid, double members,
                             double goals);
double withdrawal_probability(const struct params *p, double control, double autonomy);

/* The mean level of goals and frames over the managers of a municipality. */
double municipality_goals(const struct town *t, size_t municipality);

/* Partners that a site has, and the share of them in a role. */
uint32_t site_partners(const struct town *t, size_t site);
double site_partner_share(const struct town *t, size_t site, enum association_role role);

/* Draws role, sector (of the site, for a partner) and members around `median` for the association
 * of a row, and gives it the rest of what it begins with. */
void association_found(struct town *t, size_t association, size_t site, double median,
                       double spread, struct stream *s);

/* Counts the co-producers of a municipality who came through each of its associations. */
void association_count_coproducers(struct town *t, size_t municipality);

/* E16 participatory_budget.c */
double budget_stake(const struct params *p);
double proposal_probability(const struct params *p, double efficacy, bool organised,
                            bool marginalised);
double turnout_probability(const struct params *p, double efficacy, double habit, bool organised,
                           bool marginalised);
double efficacy_after_vote(const struct params *p, double efficacy, double hit);

/* E19 exit.c */
double exit_probability(const struct params *p, double motivation, double burnout, double autonomy,
                        double control);

/* Ends a list of columns that a mechanism reads or writes. */
#define COLUMN_LIST(...)                                                                           \
    (const column_id[])                                                                            \
    {                                                                                              \
        __VA_ARGS__, 0                                                                             \
    }

/* The mechanisms; models/schedule.c states when each runs. */
extern const struct mechanism mechanism_allocation, mechanism_association_births,
    mechanism_association_deaths, mechanism_association_growth, mechanism_attention,
    mechanism_budget_outcome, mechanism_budget_votes, mechanism_burnout, mechanism_clarity,
    mechanism_conflict, mechanism_contact, mechanism_control, mechanism_convening,
    mechanism_deliberation, mechanism_diffusion, mechanism_enrolment, mechanism_environment,
    mechanism_exits, mechanism_exits_elsewhere, mechanism_fear, mechanism_formalisation,
    mechanism_framing, mechanism_grants, mechanism_innovation, mechanism_invitation,
    mechanism_learning, mechanism_mandate, mechanism_matching, mechanism_motivation,
    mechanism_observation, mechanism_ownership, mechanism_participatory_budget, mechanism_peers,
    mechanism_production, mechanism_professional_burnout, mechanism_promises, mechanism_recovery,
    mechanism_relatedness, mechanism_roster_count, mechanism_roster_fill, mechanism_roster_gather,
    mechanism_roster_professionals, mechanism_roster_origins, mechanism_roster_place,
    mechanism_roster_return, mechanism_self_initiative, mechanism_silos,
    mechanism_spontaneous_entry, mechanism_strategies, mechanism_structure, mechanism_tally,
    mechanism_trust, mechanism_veterans, mechanism_withdrawal;

#endif
