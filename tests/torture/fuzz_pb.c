/* Ballots in .pb files.  Whatever they say, every rule decides within the pool, takes only what may
 * win, and decides the same twice. */
#include "tests/torture/fuzz.h"

#include <math.h>
#include <string.h>

#include "models/pb_read.h"
#include "models/voting.h"

enum { PROJECTS_MOST = 24, ENTRIES_MOST = 400, STEPS = 16 };

static void check_rule(const struct profile *p, double pool, enum voting_rule rule)
{
    uint8_t funded[PROJECTS_MOST], again[PROJECTS_MOST];
    struct error e = {0};
    struct voting_options options = {.threshold = p->election.threshold};
    options.threshold = isnan(options.threshold) ? 0 : options.threshold;
    options.step = pool / ((double)p->voter_count + 1) / STEPS;
    enum status status = voting_decide(p, pool, rule, &options, funded, &e);
    fuzz_finish(status, &e);
    if (status != STATUS_DONE)
        return;
    fuzz_promise(voting_spent(p, funded) <= (int64_t)llround(pool * MONEY_UNIT));
    for (size_t c = 0; c < p->project_count; c++)
        fuzz_promise(funded[c] <= 1 && !(funded[c] && p->projects[c].withdrawn));
    fuzz_promise(voting_decide(p, pool, rule, &options, again, &e) == STATUS_DONE);
    fuzz_promise(memcmp(funded, again, p->project_count) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct profile p;
    struct error e = {0};
    enum status status = pb_read(&p, (const char *)bytes, size, "fuzz.pb", &e);
    fuzz_finish(status, &e);
    if (status == STATUS_DONE && p.project_count <= PROJECTS_MOST && p.entry_count <= ENTRIES_MOST)
        for (int rule = 0; rule < RULES; rule++)
            check_rule(&p, isnan(p.election.budget) ? 1000 : p.election.budget,
                       (enum voting_rule)rule);
    profile_free(&p);
    return 0;
}
