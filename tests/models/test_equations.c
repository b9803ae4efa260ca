/* The equations one by one, against values worked out by hand from the description of the model.
 * Parameters are given here and not taken from the table, so that a default may change. */
#include "tests/support/check.h"

#include "models/submodels.h"

static void e1_attention(void **state)
{
    (void)state;
    const struct params p = {
        .hours_design = 1,
        .hours_goals = 2,
        .hours_direct = 0.1,
        .hours_association = 0.25,
        .hours_participation = 8,
        .hours_onboarding = 0.5,
        .hours_upwards = 2,
        .level_upwards = 0.5,
        .hours_recruit = 2.5,
    };
    /* .5 + 2*.25 + .1*.4*70 + .25*.4*2 + 8*.75 + .5*6 + 2*.5 + 2.5*.8 = 16 */
    assert_close(attention_needed(&p, 0.5, 0.25, 0.4, 0.75, 70, 2, 6, 0.8), 16, 1e-12);
    assert_close(attention_share(4, 16), 0.25, 0);
    assert_close(attention_share(16, 16), 1, 0);
    assert_close(attention_share(20, 16), 1, 0);
    assert_close(attention_share(0, 0), 1, 0); /* nothing asked for is nothing lacking */
    assert_close(attention_share(0, 16), 0, 0);
}

static void e2_clarity(void **state)
{
    (void)state;
    struct params p = {
        .clarity_frames = 1.5,
        .clarity_presence = 1.2,
        .clarity_participation = 0.7,
        .clarity_reach = 0.8,
        .turbulence_effect = 1,
    };
    assert_close(clarity_of_tasks(&p, 0, 0, 0, 0, 0.3), 0, 1e-15);
    /* c_s = 1 - e^-1.5, c_a = 1 - e^-1.02 */
    assert_close(clarity_of_tasks(&p, 0.5, 0.5, 0.5, 0.5, 0.3),
                 1 - (1 - (1 - exp(-1.5)) * 0.7) * (1 - 0.8 * (1 - exp(-1.02))), 1e-12);
    assert_close(clarity_of_tasks(&p, 0.6, 0.4, 0, 0, 0), 1 - exp(-1.5), 1e-12);
    p.turbulence_effect = 0; /* P2's ablation */
    assert_close(clarity_of_tasks(&p, 0.6, 0.4, 0, 0, 0.9), 1 - exp(-1.5), 1e-12);
}

static void e3_control(void **state)
{
    (void)state;
    struct params p = {
        .control_design = 0.2,
        .control_goals = 0.3,
        .control_process = 0.15,
        .control_participation = 0.35,
        .control_tact = 0.5,
        .competence = 0.4,
        .control_evaluation = 0.1,
        .evaluation = EVALUATION_DIALOGUE,
    };
    /* (1 - .2)(.2*.5 + .3*1 + .15*.2 + .35*.4) = .8 * .57 */
    assert_close(control_perceived(&p, 0.5, 1, 0.2, 0.4), 0.456, 1e-12);
    p.evaluation = EVALUATION_CONTROL;
    assert_close(control_perceived(&p, 0.5, 1, 0.2, 0.4), 0.556, 1e-12);
    assert_close(control_perceived(&p, 0, 0, 0, 0), 0.1, 1e-15);
}

static void e4_motivation(void **state)
{
    (void)state;
    struct params p = {
        .motivation_rate = 0.1,
        .motivation_noise = 0.05,
        .b_0 = 0.9,
        .b_fit = 2,
        .b_support = 0.8,
        .b_clarity = 0.6,
        .b_trust = 1.2,
        .b_relatedness = 0.7,
        .b_ownership = 0.5,
        .b_autonomy = 3,
        .b_burnout = 2.5,
        .b_conflict = 0.8,
        .b_documentation = 0.4,
        .documentation = 0.25,
        .b_idle = 0.5,
        .idle_below = 0.2,
        .b_bore = 0.3,
        .bore_weeks = 104,
        .b_pay = 0.3,
        .paid = 0.5,
    };
    struct motives m = {.fit = 0.5, .trust = 0.5, .relatedness = 0.5, .ownership = 0.5, .load = 1};
    /* .9 - .4*.25 - .3*.5 */
    assert_close(motivation_drive(&p, &m), 0.65, 1e-12);
    m = (struct motives){.fit = 0.7,
                         .support = 0.25,
                         .clarity = 0.5,
                         .trust = 0.75,
                         .relatedness = 0.3,
                         .ownership = 0.1,
                         .autonomy = 0.6,
                         .control = 0.25,
                         .burnout = 0.2,
                         .conflict = 1,
                         .load = 0.1,
                         .tenure = 52};
    double x =
        0.65 + 0.4 + 0.2 + 0.3 + 0.3 - 0.14 - 0.2 - 0.45 - 0.5 - 0.8 - 0.5 - 0.3 * (1 - exp(-0.5));
    assert_close(motivation_drive(&p, &m), x, 1e-12);
    m.load = 0.2; /* no longer idle */
    assert_close(motivation_drive(&p, &m), x + 0.5, 1e-12);

    assert_close(motivation_next(&p, 0.9, 0, 0), 0.86, 1e-12);
    assert_close(motivation_next(&p, 0.5, 0, 2), 0.6, 1e-12);
    assert_close(motivation_next(&p, 0.99, 30, 5), 1, 0);
    assert_close(motivation_next(&p, 0.01, -30, -5), 0, 0);
}

static void e5_burnout(void **state)
{
    (void)state;
    const struct params p = {
        .demand_load = 0.75,
        .emotional = 0.15,
        .demand_unclear = 0.25,
        .demand_conflict = 0.3,
        .resource_support = 0.3,
        .resource_relatedness = 0.25,
        .resource_autonomy = 0.15,
        .resource_clarity = 0.1,
        .burnout_rate = 0.025,
        .burnout_rest = 0.04,
        .rest_floor = 0.15,
        .rest_load = 1.5,
    };
    /* D = .75*1.2 + .15 + .25*.6 + .3 = 1.5;  R = .3*.5 + .25*.4 + .15*.8 + .1*.4 = .41 */
    assert_close(burnout_strain(&p, 1.2, 0.4, 1, 0.5, 0.4, 0.2), 1.09, 1e-12);
    assert_close(burnout_strain(&p, 0, 1, 0, 1, 1, 0), 0, 0); /* resources do not heal */
    /* .2 + .025*.8*.8 - .04*.2*(1 - .6/1.5) */
    assert_close(burnout_next(&p, 0.2, 0.8, 0.6), 0.2 + 0.016 - 0.0048, 1e-12);
    assert_close(burnout_next(&p, 0.5, 0, 5), 0.5 - 0.04 * 0.5 * 0.15, 1e-12);
    double strain = 0.7, rest = 0.04 * (1 - 0.9 / 1.5);
    double fixed = 0.025 * strain / (0.025 * strain + rest);
    assert_close(burnout_next(&p, fixed, strain, 0.9), fixed, 1e-12);
}

static void e6_trust(void **state)
{
    (void)state;
    const struct params p = {
        .trust_gain = 0.04,
        .trust_loss = 0.1,
        .good_base = 0.8,
        .good_support = 1,
        .good_clarity = 0.8,
        .good_control = 2.5,
        .good_autonomy = 0.5,
        .good_conflict = 1,
    };
    /* .8 + .2 + .5 + .8*.5 - 2.5*.4*(.5 + .3) - 1 */
    assert_close(trust_odds(&p, 0.5, 0.2, 0.5, 0.4, 0.3, 1), 0.1, 1e-12);
    assert_close(trust_next(&p, 0.5, true), 0.52, 1e-12);
    assert_close(trust_next(&p, 0.5, false), 0.45, 1e-12);
    assert_close(trust_next(&p, 1, true), 1, 1e-15);
    assert_close(trust_next(&p, 0, false), 0, 1e-15);
}

static void e7_contact_and_attitude(void **state)
{
    (void)state;
    struct params p = {
        .contact_base = 0.14,
        .contact_attitude = 0.32,
        .contact_steepness = 3,
        .contact_alone = 0.6,
        .contact_participation = 0.8,
        .contact_good = 0.52,
        .contact_clarity = 0.25,
        .contact_skill = 0.22,
        .contact_motivation = 0.15,
        .contact_conflict = 0.3,
        .contact_new = 0.1,
        .attitude_gain = 0.02,
        .attitude_loss = 0.03,
        .attitude_fear = 0.003,
        .overlap = 0.12,
        .assurance = 0.25,
        .fear_scale = 10,
    };
    assert_close(contact_probability(&p, 0, 0.5, 100, 20), 0.3, 1e-12);
    assert_close(contact_probability(&p, 0, 0.5, 5, 20), 0.075, 1e-12);
    assert_close(contact_probability(&p, 0, 0.5, 0, 20), 0, 0);
    assert_close(contact_probability(&p, -0.5, 0, 20, 20), 0.6 * (0.14 + 0.32 / (1 + exp(1.5))),
                 1e-12);
    /* .52 + .1 + .11 + .03 */
    assert_close(contact_good_probability(&p, 0.4, 0.5, 0.7, 0, false), 0.76, 1e-12);
    assert_close(contact_good_probability(&p, 0.4, 0.5, 0.7, 1, true), 0.36, 1e-12);
    assert_close(contact_good_probability(&p, 1, 1, 1, 0, false), 1, 0);
    assert_close(attitude_after_contact(&p, -0.5, true), -0.47, 1e-12);
    assert_close(attitude_after_contact(&p, -0.5, false), -0.515, 1e-12);
    assert_close(attitude_after_contact(&p, 1, true), 1, 1e-15);
    assert_close(attitude_after_contact(&p, -1, false), -1, 1e-15);
    /* .003 * 10 * .5 * .12 * .75 * 1.5 */
    assert_close(attitude_after_fear(&p, 0.5, 10, 0.5, 0), 0.5 - 0.002025, 1e-12);
    p.replacement_overlap = 1; /* half of the partners are in the municipality's place */
    assert_close(attitude_after_fear(&p, 0.5, 10, 0.5, 0.5), 0.5 - 1.5 * 0.002025, 1e-12);
    assert_close(attitude_after_fear(&p, 0.5, 0, 1, 1), 0.5, 0);
    assert_close(fear_level(&p, 10, 0.8), 1 - exp(-0.6), 1e-12);
    assert_close(fear_level(&p, 0, 1), 0, 1e-15);
}

static void e8_conflict(void **state)
{
    (void)state;
    const struct params p = {
        .conflict_start = 0.05,
        .conflict_clarity = 0.8,
        .conflict_base = 1.2,
        .conflict_attitude = 0.6,
        .conflict_end = 0.04,
        .conflict_process = 0.4,
        .conflict_participation = 0.1,
        .conflict_goals = 1.5,
        .goals_municipality = 0.6,
    };
    /* .05 (1 - .4)(1 - .4)(1.2 + .3), and 1 + 1.5 * .2 times that */
    assert_close(conflict_start_hazard(&p, 0.5, 0.4, -0.5, 0.6), 0.027, 1e-12);
    assert_close(conflict_start_hazard(&p, 0.5, 0.4, -0.5, 0.4), 0.0351, 1e-12);
    assert_close(conflict_start_hazard(&p, 0.5, 0.4, -0.5, 0.8), 0.0351, 1e-12);
    assert_close(conflict_start_hazard(&p, 0.5, 1, -0.5, 0), 0, 0);
    assert_close(conflict_end_hazard(&p, 0.5, 0.2), 0.26, 1e-12);
}

static void e9_recruitment(void **state)
{
    (void)state;
    const struct params p = {
        .invite = 0.03,
        .ambassador = 3,
        .p_acc = 0.5,
        .fit_mean = 0.55,
        .age_homophily = 40,
        .skill_start = 0.4,
        .skill_kept = 0.9,
    };
    assert_close(invitation_probability(&p, 0.8, 0.5, false), 0.018, 1e-12);
    assert_close(invitation_probability(&p, 0.8, 0.5, true), 0.054, 1e-12);
    assert_close(invitation_probability(&p, 0, 1, true), 0, 0);
    assert_close(acceptance_probability(&p, 0.55, 0, 0), 0.5, 1e-12);
    assert_close(acceptance_probability(&p, 0.77, 0.2, 20), 0.56 * exp(-0.5), 1e-12);
    assert_close(acceptance_probability(&p, 0.55, 1, 0), 0, 1e-15);
    assert_close(skill_of_newcomer(&p, 0), 0.4, 0);
    assert_close(skill_of_newcomer(&p, 0.8), 0.72, 1e-12);
}

static void e10_fit(void **state)
{
    (void)state;
    uint8_t columns[MOTIVES][2] = {{255, 30}, {0, 40}, {0, 0}, {0, 0}, {0, 0}, {0, 0}};
    const uint8_t *const motives[MOTIVES] = {columns[0], columns[1], columns[2],
                                             columns[3], columns[4], columns[5]};
    const double alike[MOTIVES] = {0.3}, other[MOTIVES] = {0, 1}, both[MOTIVES] = {0.4, 0.3};
    assert_close(matching_fit(motives, 0, alike), 1, 1e-12);
    assert_close(matching_fit(motives, 0, other), 0, 1e-12);
    assert_close(matching_fit(motives, 0, both), 0.8, 1e-12);
    assert_close(matching_fit(motives, 1, both), 0.96, 1e-12); /* (3 4) and (4 3) of length 5 */
    columns[0][1] = columns[1][1] = 0;
    assert_close(matching_fit(motives, 1, both), 0, 0); /* no motives at all */
}

static void e11_hours_and_output(void **state)
{
    (void)state;
    const struct params p = {
        .overload = 1.5,
        .capacity_cap = 1.25,
        .self_initiated = 0.5,
        .output_unclear = 0.6,
        .output_clarity = 0.4,
        .output_conflict = 0.4,
        .output_sceptic = 0.75,
        .output_attitude = 0.125,
        .learning = 0.04,
        .learning_hours = 2,
        .learning_alone = 0.5,
    };
    assert_close(allocation_acceptance(&p, 0.8, 0.25, 0.99, 1), 0.6, 1e-12);
    assert_close(allocation_acceptance(&p, 0.8, 0.25, 1, 0.5), 0.3, 1e-12);
    assert_close(allocation_acceptance(&p, 0.8, 0.25, 3, 1), 0.6 * exp(-3), 1e-12);
    /* .5 * .2 * (5*.8*.75 - 1) */
    assert_close(self_initiated_hours(&p, 0.2, 5, 0.8, 0.25, 1, 1), 0.2, 1e-12);
    assert_close(self_initiated_hours(&p, 0.2, 5, 0.8, 0.25, 0.2, 1), 0, 0);
    assert_close(self_initiated_hours(&p, 0.4, 5, 0.8, 0.25, 1, 1), 0.25, 1e-12); /* the cap */
    assert_close(self_initiated_hours(&p, 0.4, 5, 0.8, 0.25, 1, 2), 0, 0);
    /* .5 (2*.8 + 1) (1 - .4) (.75 + .125*1.4) */
    assert_close(output_of(&p, 0.5, 2, 1, 1, 0.5, 0.4), 0.5 * 2.6 * 0.6 * 0.925, 1e-12);
    assert_close(output_of(&p, 1, 2, 0, 0, 1, 1), 2, 1e-12); /* nothing is lost */
    assert_close(learning_next(&p, 0.5, 2, 1), 0.52, 1e-12);
    assert_close(learning_next(&p, 0.5, 9, 1), 0.52, 1e-12);
    assert_close(learning_next(&p, 0.5, 1, 0), 0.505, 1e-12);
    assert_close(learning_next(&p, 0.5, 0, 1), 0.5, 0);
}

static void e12_ownership_and_mandate(void **state)
{
    (void)state;
    struct params p = {
        .ownership_rate = 0.03,
        .crowd_out = 0.4,
        .crowd_tact = 0.5,
        .competence = 0.5,
        .ownership_base = 0.4,
        .ownership_trust = 0.6,
        .ownership_initiator = 0.2,
        .initiator = INITIATOR_OFFICIALS,
        .mandate_gain = 0.01,
        .mandate_decay = 0.005,
        .mandate_unmet = 0.004,
    };
    /* goal (1 - .2)(1 - .4*.5*.75)(.4 + .3) = .476 */
    assert_close(ownership_next(&p, 0.3, 0.2, 0.5, 0.5), 0.3 + 0.03 * 0.176, 1e-12);
    p.initiator = INITIATOR_CITIZENS;
    assert_close(ownership_next(&p, 0.3, 0.2, 0.5, 0.5), 0.3 + 0.03 * 0.376, 1e-12);
    /* .6 + .01*2*.4 + .02 - .005*.6 - .004*.5 - .1 */
    assert_close(mandate_next(&p, 0.6, 2, 0.5, 0.02, 0.1), 0.523, 1e-12);
    assert_close(mandate_next(&p, 0.1, 0, 0, 0, 1), 0, 0);
    assert_close(mandate_next(&p, 0.9, 0, 0, 1, 0), 1, 0);
}

static void e14_goals(void **state)
{
    (void)state;
    const struct params p = {
        .goals_municipality = 0.5,
        .frame_loose = 0.6,
        .frame_strict = 0.1,
        .meetings = 0.1,
        .meetings_facilitator = 0.6,
        .role_facilitator = 0.5,
        .role_catalyst = 0.2,
        .confidence = 0.2,
        .confidence_facilitator = 0.25,
        .goals_step = 0.2,
        .goals_pull = 0.3,
        .goals_catalyst = 0.05,
        .output_scattered = 0.5,
        .effect_output = 0.2,
    };
    assert_close(frame_width(&p, 0), 0.7, 1e-15);
    assert_close(frame_width(&p, 0.5), 0.4, 1e-15);
    assert_close(frame_width(&p, 1), 0.1, 1e-15);
    assert_close(meeting_probability(&p, 0.4), 0.22, 1e-15);
    assert_close(confidence_bound(&p, 0.4), 0.25, 1e-15);
    assert_close(goal_after_meeting(&p, 0.3, 0.5, 0.4, 0, 0), 0.34, 1e-12);
    assert_close(goal_after_meeting(&p, 0.3, 0.6, 0.4, 0, 0), 0.3, 0); /* too far to listen */
    /* .3 + .3 * .5 * .2, and then .05 * .2 * .4 of noise */
    assert_close(goal_after_meeting(&p, 0.3, 0.9, 0.4, 0.5, 0), 0.33, 1e-12);
    assert_close(goal_after_meeting(&p, 0.3, 0.9, 0.4, 0.5, -1), 0.326, 1e-12);
    assert_close(goal_after_meeting(&p, 0.999, 0.9, 1, 0, 50), 1, 0);
    assert_close(output_factor(&p, 0.2, 0.5), 0.9 * 1.1, 1e-12);
    assert_close(output_factor(&p, 0, 0), 1, 0);
}

static void e15_innovation(void **state)
{
    (void)state;
    struct params p = {
        .idea_rate = 0.01,
        .idea_catalyst = 2,
        .avant_garde_ideas = 1,
        .role_catalyst = 0.25,
        .role_facilitator = 0.5,
        .diverse = 0.3,
        .implement_base = -1,
        .implement_mandate = 2,
        .implement_facilitator = 1,
        .implement_silos = 1.5,
        .effect_gain = 0.05,
        .effect_fade = 0.005,
        .silos_success = 0.05,
        .silos_spanners = 0.04,
        .silos_documentation = 0.02,
        .silos_evaluation = 1,
        .silos_cuts = 0.0005,
        .documentation = 0.3,
        .evaluation = EVALUATION_DIALOGUE,
    };
    /* .01 * .5 * (1 + 2 * .25 * .4) * .6 */
    assert_close(idea_rate(&p, 0.15, 0.4, 0.6, 0), 0.0036, 1e-12);
    assert_close(idea_rate(&p, 0.9, 0, 1, 0), 0.01, 1e-15);
    assert_close(idea_rate(&p, 0, 1, 1, 1), 0, 0);
    assert_close(idea_rate(&p, 0.15, 0.4, 0.6, 0.5), 0.0036 * 1.5, 1e-12);
    /* -1 + 1.2 + .2 = .4, and .45 more across sectors */
    assert_close(implementation_probability(&p, 0.6, 0.4, 0.3, false), 1 / (1 + exp(-0.4)), 1e-9);
    assert_close(implementation_probability(&p, 0.6, 0.4, 0.3, true), 1 / (1 + exp(-0.85)), 1e-9);
    assert_close(effectiveness_next(&p, 0.4, 0.5), 0.4 + 0.015 - 0.002, 1e-12);
    /* (.05 * .2 + .04 * .5) * .7 - (.02 * .3 + .0005 * 10) * .3 */
    assert_close(silos_next(&p, 0.3, 0.2, 0.5, 10), 0.3 + 0.021 - 0.0033, 1e-12);
    p.evaluation = EVALUATION_CONTROL;
    assert_close(silos_next(&p, 0.3, 0.2, 0.5, 10), 0.3 + 0.021 - 0.0051, 1e-12);
}

static void e11_knowledge(void **state)
{
    (void)state;
    const struct params p = {
        .knowledge_growth = 0.01, .doc = 0.3, .knowledge_gain = 0.2, .knowledge_scale = 5};
    assert_close(knowledge_brought(&p, 0.5, 4), 0.02, 1e-12);
    assert_close(knowledge_taken(&p, 0.5, 4, 100), 1.4, 1e-12);
    assert_close(knowledge_bonus(&p, 0, 7), 1, 0);
    assert_close(knowledge_bonus(&p, 30, 6), 1 + 0.2 * (1 - exp(-1)), 1e-9);
    assert_close(knowledge_bonus(&p, 30, 0), 1, 0); /* nobody there to use it */
}

static void e13_associations(void **state)
{
    (void)state;
    struct params p = {
        .members_median = 60,
        .association_autonomy = 0.8,
        .alternative_autonomy = 0.1,
        .autonomy_lost = 0.05,
        .autonomy_return = 0.5,
        .project_size = 60,
        .application_hours = 60,
        .applications_most = 10,
        .admin_base = 20,
        .admin_member = 0.15,
        .admin_paid = 1600,
        .score_capacity = 1,
        .score_capacity_scale = 10,
        .score_members = 0.3,
        .score_noise = 0.8,
        .reporting = 0.1,
        .dues = 0.1,
        .dues_noise = 0.2,
        .association_pay = 30,
        .cost_fixed = 1,
        .cost_member = 0.15,
        .death_base = 0.02,
        .death_debt = 0.2,
        .death_small = 0.05,
        .debt_scale = 15,
        .active_share = 0.2,
        .active_least = 3,
        .agreement_child_care = -3,
        .agreement_school = -2,
        .agreement_other = -1,
        .agreement_paid = 1,
        .agreement_size = 0.3,
        .agreement_goals = 0.5,
        .withdrawal = 0.02,
    };
    assert_close(association_hazard(&p, 5, 15), 0.02, 1e-12);
    assert_close(association_hazard(&p, -3, 15), 0.06, 1e-12);
    assert_close(association_hazard(&p, -40, 14), 0.27, 1e-12);

    /* 20 + .15*266 = 59.9 h, a member more makes an application; .12 hired make 3 more and a rest
     */
    assert_int_equal(applications_of(&p, 266, 0), 0);
    assert_int_equal(applications_of(&p, 267, 0), 1);
    assert_int_equal(applications_of(&p, 267, 0.12), 4);
    assert_int_equal(applications_of(&p, 267, 3), 10);
    assert_close(application_score(&p, 60, 0.12, -1), log(2.2) + 0.3 * log(60) - 0.8, 1e-8);
    p.application_hours = 0;
    assert_int_equal(applications_of(&p, 3, 3), 1);

    assert_close(association_costs(&p, 60), 10, 1e-12);
    /* .1*60 e^.2 + 7 + 2*54 + 30 */
    assert_close(income_of_year(&p, 60, true, 7, 2, 1), 6 * exp(0.2) + 145, 1e-8);
    assert_close(income_of_year(&p, 60, false, 0, 0, 0), 6, 1e-12);
    assert_close(reserve_next(&p, -2, 60, 113, 2), -7, 1e-12);
    assert_close(reserve_next(&p, 8, 60, 150, 0), 10, 1e-12); /* a year's costs */
    assert_close(autonomy_next(&p, 0.6, ROLE_COMPLEMENT, 3), 0.55, 1e-12);
    assert_close(autonomy_next(&p, 0.6, ROLE_ALTERNATIVE, 0), 0.75, 1e-12);
    assert_close(autonomy_next(&p, 0.1, ROLE_COMPLEMENT, 10), 0, 0);

    assert_close(agreement_probability(&p, 0, false, 60, 0.5), logistic(-3), 1e-12);
    assert_close(agreement_probability(&p, 1, false, 60, 0.5), logistic(-2), 1e-12);
    assert_close(agreement_probability(&p, 2, false, 60, 0.5), logistic(-1), 1e-12);
    /* -1 + 1 + .3 ln 2 + .5*.4 */
    assert_close(agreement_probability(&p, 5, true, 120, 0.9), logistic(0.3 * log(2) + 0.2), 1e-9);
    assert_close(withdrawal_probability(&p, 0.9, 0.4), 0.01, 1e-12);
    assert_close(withdrawal_probability(&p, 0.4, 0.8), 0, 0);
}

static void e19_exit(void **state)
{
    (void)state;
    const struct params p = {
        .exit_life = 0.006,
        .exit_motivation = 0.03,
        .exit_motivation_from = 0.5,
        .exit_burnout = 0.02,
        .exit_burnout_slope = 2,
        .exit_burnout_from = 0.5,
        .exit_control = 0.04,
        .exit_control_from = 0.25,
    };
    assert_close(exit_probability(&p, 0.5, 0.5, 0.5, 0.5), 1 - exp(-0.006), 1e-12);
    assert_close(exit_probability(&p, 1, 0, 0, 0), 1 - exp(-0.006), 1e-12);
    /* .006 + .03*.3 + 2*.02*.25 + .04*.15 */
    assert_close(exit_probability(&p, 0.2, 0.75, 0.8, 0.5), 1 - exp(-0.031), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(e1_attention),
        cmocka_unit_test(e2_clarity),
        cmocka_unit_test(e3_control),
        cmocka_unit_test(e4_motivation),
        cmocka_unit_test(e5_burnout),
        cmocka_unit_test(e6_trust),
        cmocka_unit_test(e7_contact_and_attitude),
        cmocka_unit_test(e8_conflict),
        cmocka_unit_test(e9_recruitment),
        cmocka_unit_test(e10_fit),
        cmocka_unit_test(e11_hours_and_output),
        cmocka_unit_test(e11_knowledge),
        cmocka_unit_test(e12_ownership_and_mandate),
        cmocka_unit_test(e14_goals),
        cmocka_unit_test(e15_innovation),
        cmocka_unit_test(e13_associations),
        cmocka_unit_test(e19_exit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
