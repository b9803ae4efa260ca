/* Frames of goals (ODD: submodel E14).  A project is begun only if its goal lies within the frame
 * that the manager sets around the municipality's goal (S0 section 5.3).
 *
 *     within the frame:  |g - g_m| <= .6 (1 - s_G) + .1
 *
 * g is the goal of the co-producer whose project it is.  The frame binds with its nominal level,
 * like all rules (E3). */
#include "models/submodels.h"

double frame_width(const struct params *p, double goals)
{
    return p->frame_loose * (1 - goals) + p->frame_strict;
}

static void run(struct world *w, size_t s)
{
    struct town *t = town_of(w);
    const struct params *p = site_params(t, s);
    double width = frame_width(p, t->manager_goals[s]);
    size_t first = t->site_volunteer_first[s], end = first + t->site_volunteer_count[s];
    for (size_t v = first; v < end; v++)
        t->volunteer_blocked[v] = fabs(t->volunteer_goal[v] - p->goals_municipality) > width;
}

const struct mechanism mechanism_framing = {
    .name = "framing",
    .equation = "E14",
    .meaning = "projects whose goals lie outside the frame are not begun",
    .source = "S0",
    .off = "no project is blocked",
    .step = 4,
    .cells = CELL_SITE,
    .reads = COLUMN_LIST(manager_goals, volunteer_goal),
    .writes = COLUMN_LIST(volunteer_blocked),
    .run = run,
};
