/* Enrolment (ODD: submodel E9).  Those who accepted begin: in a fixed order, first come first
 * served when somebody was asked twice, and in co-production only as long as the site has a task
 * that nobody has (tally.c).
 *
 * A new volunteer starts at M = .65, k = max(.4, .9 k_before), T = T_ij = T0, with
 * `onboarding_weeks` of onboarding in co-production.  There, organised citizens and a share of the
 * others come through a partner association of the site, and everybody is paired with the
 * professional who has the fewest volunteers. */
#include "models/submodels.h"

#include "models/enrolment.h"

static size_t least_paired(const struct town *t, size_t site)
{
    size_t first = t->site_professional_first[site];
    size_t end = first + t->site_professional_count[site];
    size_t best = first;
    for (size_t j = first + 1; j < end; j++)
        if (t->professional_pairs[j] < t->professional_pairs[best])
            best = j;
    return best;
}

/* The partner association of a site with `number` others of them before it. */
static uint32_t partner_number(const struct town *t, size_t site, uint32_t number)
{
    uint32_t a = t->site_association_first[site];
    while (!site_has_partner(t, site, a) || number-- > 0)
        a++;
    return a;
}

void enrolment_place(struct town *t, size_t person, size_t site, double fit, struct stream *s)
{
    const struct params *p = site_params(t, site);
    uint32_t associations = site_partners(t, site);
    size_t professional = least_paired(t, site);
    bool through = stream_uniform(s) < p->through_association || t->citizen_organised[person];

    t->citizen_status[person] = CITIZEN_ONBOARDING;
    t->citizen_site[person] = (uint32_t)site;
    t->citizen_fit[person] = (float)fit;
    t->citizen_partner[person] = (uint32_t)professional;
    t->professional_pairs[professional]++;
    t->citizen_association[person] = through && associations > 0
                                         ? partner_number(t, site, stream_below(s, associations))
                                         : NOBODY;
}

void enrolment_begin(struct town *t, size_t person, const struct params *p)
{
    t->citizen_status[person] = CITIZEN_ELSEWHERE;
    t->citizen_site[person] = t->citizen_partner[person] = t->citizen_association[person] = NOBODY;
    t->citizen_motivation[person] = (float)p->initial_motivation;
    t->citizen_skill[person] = (float)skill_of_newcomer(p, t->citizen_skill[person]);
    t->citizen_trust[person] = t->citizen_bond[person] = (float)p->initial_trust;
    t->citizen_tenure[person] = 0;
    t->citizen_recent_hours[person] = 0;
    t->citizen_conflict[person] = 0;
}

void enrolment_enter(struct town *t, const struct entry *entry)
{
    size_t person = entry->person;
    if (t->citizen_status[person] != CITIZEN_INACTIVE)
        return;
    if (entry->site != NOBODY && t->site_open_tasks[entry->site] == 0)
        return;
    size_t m = t->citizen_municipality[person];
    enrolment_begin(t, person, town_params(t, m));
    t->municipality_entries[m]++;
    if (entry->site == NOBODY)
        return;
    t->site_open_tasks[entry->site]--;
    struct stream s;
    world_stream(&s, &t->world, person, STREAM_enrolment);
    enrolment_place(t, person, entry->site, entry->fit, &s);
    t->municipality_coproducer_entries[m]++;
}

/* --- friends who were asked over the border of what one process works at -----------------------
 */

/* An entry of a block of another process. */
struct letter {
    uint32_t block;
    struct entry entry;
};

static size_t letters_room(const struct world *w)
{
    return town_of_const(w)->blocks * BLOCK_ENTRIES;
}

static size_t letters_pack(const struct world *w, size_t first, size_t end, void *into)
{
    const struct town *t = town_of_const(w);
    struct letter *letters = into;
    size_t count = 0;
    struct range blocks = world_rows(w, ENTITY_block);
    for (size_t b = blocks.first; b < blocks.end; b++)
        for (size_t k = 0; k < t->block_entries_count[b]; k++) {
            struct entry entry = t->block_entries[b * BLOCK_ENTRIES + k];
            size_t m = t->citizen_municipality[entry.person];
            if (m >= first && m < end)
                letters[count++] = (struct letter){(uint32_t)b, entry};
        }
    return count;
}

static void letters_take(struct world *w, const void *parcels, size_t count)
{
    struct town *t = town_of(w);
    const struct letter *letters = parcels;
    struct range blocks = world_rows(w, ENTITY_block);
    for (size_t b = 0; b < t->blocks; b++)
        if (b < blocks.first || b >= blocks.end)
            t->block_entries_count[b] = 0;
    for (size_t k = 0; k < count; k++) {
        size_t b = letters[k].block;
        t->block_entries[b * BLOCK_ENTRIES + t->block_entries_count[b]++] = letters[k].entry;
    }
}

static const struct parcels letters = {
    .size = sizeof(struct letter),
    .room = letters_room,
    .pack = letters_pack,
    .take = letters_take,
};

/* Whoever lives elsewhere begins there: his or her letter is under way. */
static void enter_block(struct town *t, size_t b)
{
    struct range here = world_rows(&t->world, ENTITY_citizen);
    for (size_t k = 0; k < t->block_entries_count[b]; k++) {
        const struct entry *entry = &t->block_entries[b * BLOCK_ENTRIES + k];
        if (entry->person >= here.first && entry->person < here.end)
            enrolment_enter(t, entry);
    }
}

static void run(struct world *w, size_t cell)
{
    (void)cell;
    struct town *t = town_of(w);
    struct range sites = world_rows(w, ENTITY_site);
    for (size_t m = 0; m < t->municipalities; m++)
        t->municipality_entries[m] = t->municipality_coproducer_entries[m] = 0;
    for (size_t b = 0; b < t->blocks; b++)
        enter_block(t, b);
    for (size_t s = sites.first; s < sites.end; s++)
        for (size_t k = 0; k < t->site_recruits_count[s]; k++)
            enrolment_enter(t, &t->site_recruits[s * SITE_RECRUITS + k]);
}

const struct mechanism mechanism_enrolment = {
    .name = "enrolment",
    .equation = "E9",
    .meaning = "those who accepted begin to volunteer",
    .source = "S0",
    .step = 9,
    .cells = CELL_WORLD,
    .reads = COLUMN_LIST(block_entries_count, site_recruits_count, citizen_status, citizen_skill,
                         association_alive, association_site, site_open_tasks, professional_pairs),
    .writes =
        COLUMN_LIST(citizen_status, citizen_site, citizen_partner, citizen_association, citizen_fit,
                    citizen_motivation, citizen_skill, citizen_trust, citizen_bond, citizen_tenure,
                    citizen_recent_hours, citizen_conflict, professional_pairs, site_open_tasks,
                    municipality_entries, municipality_coproducer_entries),
    .parcels = &letters,
    .run = run,
};
