/* The baseline beside the data: municipality X with all defaults.
 *
 *     baseline [FILE.md]                      the table as Markdown too
 *
 * A figure outside its target is a finding and no fault: the exit code is 0 when everything ran. */
#include <math.h>
#include <stdio.h>

#include "models/coproduction.h"
#include "sim/version.h"
#include "tests/support/experiment.h"

enum { YEAR = 52, WEEKS = 10 * YEAR, REPLICATES = 10 };

static const char *const heads[] = {"baseline", "unit",    "target", "years 2 to 10",
                                    "year 1",   "year 10", "within"};

struct target {
    const char *what, *unit, *words;
    double lo, hi, scale;
    struct sample (*measure)(const struct trial *t, size_t from, size_t to);
};

static struct sample volunteered(const struct trial *t, size_t from, size_t to)
{
    return sample_over(trial_mean(t, "volunteered_year", from, to),
                       trial_mean(t, "population", from, to));
}

static struct sample hours_each(const struct trial *t, size_t from, size_t to)
{
    return sample_over(sample_plus(trial_mean(t, "hours_done", from, to),
                                   trial_mean(t, "hours_self_initiated", from, to)),
                       trial_mean(t, "coproducers", from, to));
}

static struct sample within_a_year(struct sample weekly)
{
    for (size_t r = 0; r < weekly.count; r++)
        weekly.x[r] = 1 - pow(1 - weekly.x[r], YEAR);
    return weekly;
}

static struct sample all_leave(const struct trial *t, size_t from, size_t to)
{
    return within_a_year(
        sample_over(trial_mean(t, "exits", from, to), trial_mean(t, "volunteers", from, to)));
}

static struct sample coproducers_leave(const struct trial *t, size_t from, size_t to)
{
    return within_a_year(sample_over(trial_mean(t, "coproducer_exits", from, to),
                                     trial_mean(t, "coproducers", from, to)));
}

static struct sample share_coproducing(const struct trial *t, size_t from, size_t to)
{
    return sample_over(trial_mean(t, "coproducers", from, to),
                       trial_mean(t, "population", from, to));
}

static const struct target targets[] = {
    {"adults who volunteer within twelve months", "%", "43 +- 3", 40, 46, 100, volunteered},
    {"hours of a co-producer", "h/week", "3 to 4", 3, 4, 1, hours_each},
    {"volunteers who leave within a year", "%", "about a third (30 to 37)", 30, 37, 100, all_leave},
    {"co-producers who leave within a year", "%", "about a third (30 to 37)", 30, 37, 100,
     coproducers_leave},
    {"adults who co-produce", "%", "7 to 10", 7, 10, 100, share_coproducing},
};

static void compare(const struct trial *t, const struct target *target, struct table *table)
{
    static const size_t windows[][2] = {{YEAR, WEEKS}, {0, YEAR}, {WEEKS - YEAR, WEEKS}};
    double mean = NAN;
    table_add(table, "%s", target->what);
    table_add(table, "%s", target->unit);
    table_add(table, "%s", target->words);
    for (size_t w = 0; w < 3; w++) {
        struct claim c = {0};
        struct sample s = target->measure(t, windows[w][0], windows[w][1]);
        struct interval i = sample_interval(&s);
        claim_say_interval(&c, i, target->scale);
        table_add(table, "%s", c.text);
        if (w == 0)
            mean = target->scale * i.mean;
    }
    table_add(table, "%s", mean >= target->lo && mean <= target->hi ? "yes" : "no");
}

static void print(const struct table *table, enum table_format format, FILE *out)
{
    table_print(table, format, out);
    fprintf(out,
            "\nMunicipality X (50,000 inhabitants), all defaults, %d replicates, %d weeks.  "
            "Brackets: 95 %% intervals over replicates.  Leaving within a year is 1 - (1 - exits / "
            "people)^52 of weekly means.  Samskab %s %s.\n",
            REPLICATES, WEEKS, version_number, version_commit);
}

int main(int argc, char **argv)
{
    struct experiment x = {.model = &coproduction, .replicates = REPLICATES, .base = ""};
    FILE *file = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (argc > 2 || (argc > 1 && !file)) {
        fprintf(stderr, "usage: %s [FILE.md], with a file that can be written\n", argv[0]);
        return 1;
    }
    struct table table;
    table_init(&table, sizeof heads / sizeof *heads, heads);
    struct trial *t = experiment_run(&x, WEEKS, NULL, "%s", "");
    for (size_t k = 0; k < sizeof targets / sizeof *targets; k++)
        compare(t, &targets[k], &table);
    trial_free(t);

    bool failed = x.error.status != STATUS_DONE;
    fputs(error_text(&x.error), stderr);
    if (!failed)
        print(&table, TABLE_TEXT, stdout);
    if (!failed && file)
        print(&table, TABLE_MD, file);
    if (file && fclose(file) != 0)
        failed = true;
    table_free(&table);
    error_free(&x.error);
    return failed;
}
