/* What the stored people of a run say: who carries the hours, who wears out, and where.
 *
 * Read from the group `agents` of a run file; a file without has none of it. */
#ifndef SAMSKAB_REPORT_AGENTS_H
#define SAMSKAB_REPORT_AGENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/reader.h"

enum {
    REPORT_LORENZ = 51, /* points of the curve, from 0 to 1 */
    REPORT_GROUPS = 10, /* of co-producers by their hours */
    REPORT_SITES = 60   /* the largest are shown */
};

/* Over replicates. */
struct report_spread {
    double mean, low, high;
};

struct report_group {
    struct report_spread hours, burnout; /* at one time */
    struct report_spread later, left;    /* burnout after the lag, and the share who have stopped */
};

struct report_site {
    uint32_t site;
    size_t people, direct; /* of them, without an association */
    double burnout, trust, hours;
};

/* People who come to a site through an association. */
struct report_link {
    uint32_t association;
    size_t site; /* position in the list of sites */
    size_t people;
};

struct report_agents {
    bool stored;
    struct report_spread lorenz[REPORT_LORENZ];
    struct report_group groups[REPORT_GROUPS];
    size_t lag; /* weeks from hours to burnout; 0 where one week is stored only */
    struct report_site *sites;
    size_t site_count, site_total;
    struct report_link *links;
    size_t link_count;
    size_t week; /* of the sites */
};

enum status report_agents_read(struct report_agents *a, const struct run_file *f,
                               const struct model *m, struct error *e);
void report_agents_free(struct report_agents *a);

#endif
