# The series that every run file must have; sourced by the tests of this folder.
# shellcheck shell=bash disable=SC2034
series=(population volunteers coproducers entries exits motivation burnout trust ownership skill
    attitude professional_burnout fear hours_demanded hours_offered hours_done hours_unmet
    hours_self_initiated output quality attention manager_hours clarity control conflict mandate
    hours_gini burnout_top_fifth burnout_bottom_fifth)
