#include "models/voting_report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/pb_read.h"
#include "models/voting_outcome.h"
#include "sim/findings.h"
#include "sim/progress.h"
#include "sim/table.h"
#include "sim/text_stream.h"

enum { POOLS = 32, OUTCOMES_BESIDE = 6 };

struct report {
    const struct voting_request *request;
    struct profile p;
    struct voting_room room;
    double pools[POOLS];
    size_t pool_count;
    enum voting_rule rules[RULES];
    size_t rule_count;
    bool meta_known; /* META names a rule that is known: meta_rule */
    enum voting_rule meta_rule;
    struct voting_outcome *outcomes;
    size_t count;
    FILE *out;
};

bool voting_format_parse(const char *name, enum voting_format *format)
{
    static const char *const names[] = {"table", "json", "csv"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcmp(name, names[k]) == 0) {
            *format = (enum voting_format)k;
            return true;
        }
    }
    return false;
}

/* --- what is asked for ------------------------------------------------------------------------ */

static enum status unknown_rule(const char *what, const char *name, struct error *e)
{
    char shown[44], known[1024] = "";
    for (enum voting_rule k = 0; k < RULES; k++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k ? ", " : "", voting_rule_name(k));
    }
    return error_add(e, STATUS_BAD_INPUT, "%s %s, must be one of %s", what,
                     findings_quote(name, shown, sizeof shown), known);
}

static enum status choose_rules(struct report *r, struct error *e)
{
    const struct election *election = &r->p.election;
    r->meta_known = election->rule && voting_rule_parse(election->rule, &r->meta_rule);
    if (r->request->compare) {
        for (enum voting_rule k = 0; k < RULES; k++)
            if (k != RULE_GREEDY_THRESHOLD || election->threshold > 0)
                r->rules[r->rule_count++] = k;
        return STATUS_DONE;
    }
    r->rule_count = 1;
    if (r->request->rule) {
        if (!voting_rule_parse(r->request->rule, &r->rules[0]))
            return unknown_rule("--rule is", r->request->rule, e);
        return STATUS_DONE;
    }
    if (!election->rule)
        return error_add(e, STATUS_BAD_INPUT, "%s: META names no rule; choose one with --rule",
                         r->request->path);
    if (!r->meta_known) {
        unknown_rule("the rule in META is", election->rule, e);
        return error_add(e, STATUS_BAD_INPUT, "%s: choose one with --rule", r->request->path);
    }
    r->rules[0] = r->meta_rule;
    return STATUS_DONE;
}

static enum status choose_pools(struct report *r, struct error *e)
{
    const char *at = r->request->pools;
    if (!at) {
        r->pools[r->pool_count++] = r->p.election.budget;
        return STATUS_DONE;
    }
    for (;;) {
        char *end = NULL;
        bool digit = *at == '.' || (*at >= '0' && *at <= '9');
        bool hexadecimal = *at == '0' && (at[1] == 'x' || at[1] == 'X') && at[2] && at[2] != ',';
        double amount = digit && !hexadecimal ? strtod(at, &end) : NAN;
        if (end && *end == 'x') {
            amount *= r->p.election.budget;
            end++;
        }
        if (!(amount >= 0 && amount <= MONEY_MAX) || (*end != ',' && *end != '\0'))
            return error_add(e, STATUS_BAD_INPUT,
                             "--pool is %s, must be amounts in [0, %.10g], or parts of the budget "
                             "such as 0.5x, separated by commas",
                             r->request->pools, MONEY_MAX);
        if (r->pool_count == POOLS)
            return error_add(e, STATUS_BAD_INPUT, "--pool has more than %d amounts", POOLS);
        r->pools[r->pool_count++] = amount;
        if (*end == '\0')
            return STATUS_DONE;
        at = end + 1;
    }
}

static enum status decide_one(struct report *r, struct voting_outcome *x, struct error *e)
{
    struct voting_trace trace = {0};
    struct voting_options options = {
        .threshold = r->p.election.threshold, .room = &r->room, .trace = &trace};
    x->funded = calloc(r->p.project_count + 1, 1);
    if (!x->funded)
        return error_add(e, STATUS_FAILED, "out of memory");
    enum status status = voting_decide(&r->p, x->pool, x->rule, &options, x->funded, e);
    if (status != STATUS_DONE)
        return error_add(e, status, "%s: no outcome under %s with a pool of %.10g",
                         r->request->path, voting_rule_name(x->rule), x->pool);
    voting_outcome_describe(&r->p, x);
    x->endowment = trace.endowment;
    bool official = r->meta_known && x->rule == r->meta_rule &&
                    money_of(x->pool) == money_of(r->p.election.budget);
    x->recorded = official && voting_is_recorded(&r->p) ? voting_as_recorded(&r->p, x->funded) : -1;
    return STATUS_DONE;
}

static enum status decide_all(struct report *r, struct error *e)
{
    enum status status = voting_room_reserve(&r->room, r->p.project_count, r->p.voter_count, e);
    r->outcomes = calloc(r->rule_count * r->pool_count, sizeof *r->outcomes);
    if (!r->outcomes)
        return error_add(e, STATUS_FAILED, "out of memory");
    for (size_t k = 0; k < r->pool_count; k++) {
        for (size_t j = 0; j < r->rule_count && status == STATUS_DONE; j++) {
            struct voting_outcome *x = &r->outcomes[r->count++];
            x->rule = r->rules[j];
            x->pool = r->pools[k];
            status = decide_one(r, x, e);
        }
    }
    return status;
}

/* --- for people ------------------------------------------------------------------------------- */

struct amount {
    char text[48];
};

/* With two decimals where it is no whole number. */
static struct amount show_money(double amount)
{
    struct amount x = {""};
    double parts = nearbyint(100 * fabs(amount)), whole = floor(parts / 100);
    progress_thousands(amount < 0 ? -whole : whole, x.text, sizeof x.text);
    size_t used = strlen(x.text);
    if (parts > 100 * whole)
        snprintf(x.text + used, sizeof x.text - used, ".%02.0f", parts - 100 * whole);
    return x;
}

static const char *currency_of(const struct report *r)
{
    return r->p.election.currency ? r->p.election.currency : "";
}

static bool has_points(const struct report *r)
{
    return r->p.election.vote_type != VOTE_APPROVAL && r->p.election.vote_type != VOTE_CHOOSE_ONE;
}

/* A text of the file without what a terminal would act on. */
static const char *plain(const char *text, char *copy, size_t size)
{
    return findings_quote(text ? text : "", copy, size);
}

static const char *show_recorded(int recorded)
{
    return recorded == 1   ? "as recorded in the file"
           : recorded == 0 ? "NOT as recorded in the file"
                           : "";
}

static void print_heading(const struct report *r)
{
    const struct election *election = &r->p.election;
    static const char *const types[] = {"approval", "choose-1", "cumulative", "scoring", "ordinal"};
    char text[256];
    if (election->description)
        fprintf(r->out, "%s\n", plain(election->description, text, sizeof text));
    fprintf(r->out, "ballots      %s (%s) on %zu projects\n",
            show_money((double)r->p.voter_count).text, types[election->vote_type],
            r->p.project_count);
    if (election->threshold > 0)
        fprintf(r->out, "threshold    %g: a project with less cannot win\n", election->threshold);
}

static void print_facts(const struct report *r, const struct voting_outcome *x)
{
    const char *said = show_recorded(x->recorded);
    fprintf(r->out, "rule         %s: %s%s\n", voting_rule_name(x->rule), voting_rule_text(x->rule),
            r->meta_known && x->rule == r->meta_rule ? " (the rule of the file)" : "");
    fprintf(r->out, "pool         %s %s\n", show_money(x->pool).text, currency_of(r));
    fprintf(r->out, "spent        %s (%.1f %%), left %s\n", show_money(money_amount(x->spent)).text,
            x->pool > 0 ? 100 * money_amount(x->spent) / x->pool : 0,
            show_money(x->pool - money_amount(x->spent)).text);
    fprintf(r->out, "winners      %zu of %zu%s%s\n", x->winners, r->p.project_count,
            *said ? ", " : "", said);
    fprintf(r->out, "left out     %.1f %% of voters have nothing on their ballot funded\n",
            100 * (1 - x->all.heard));
    fprintf(r->out, "mean share   %.1f %% of a ballot's projects are funded\n",
            100 * x->all.mean_share);
    if (x->endowment > 0)
        fprintf(r->out, "endowment    %.10g %s a voter\n", x->endowment, currency_of(r));
}

static void add_project(struct table *t, const struct report *r, size_t c)
{
    const struct project *project = &r->p.projects[c];
    char id[64], name[160];
    table_add(t, "%s", plain(project->id, id, sizeof id));
    table_add(t, "%s", show_money(money_amount(project->cost)).text);
    table_add(t, "%lld", (long long)r->p.votes[c]);
    if (has_points(r))
        table_add(t, "%.10g", (double)r->p.score[c] / SCORE_UNIT);
    table_add(t, "%s", plain(project->name, name, sizeof name));
}

static enum status print_winners(const struct report *r, const struct voting_outcome *x)
{
    static const char *const with[] = {"winner", "cost", "votes", "points", "name"};
    static const char *const without[] = {"winner", "cost", "votes", "name"};
    struct table t;
    bool points = has_points(r);
    table_init(&t, points ? 5 : 4, points ? with : without);
    t.right[1] = t.right[2] = true;
    t.right[3] = points;
    t.wrapped = points ? 4 : 3;
    for (size_t c = 0; c < r->p.project_count; c++)
        if (x->funded[c])
            add_project(&t, r, c);
    fputc('\n', r->out);
    enum status status = table_print(&t, TABLE_TEXT, r->out);
    table_free(&t);
    return status;
}

static enum status print_groups(const struct report *r, const struct voting_outcome *x)
{
    static const char *const heads[] = {
        "group", "", "ballots", "share", "with one funded", "of a ballot funded"};
    struct table t;
    if (x->group_count == 0)
        return STATUS_DONE;
    table_init(&t, 6, heads);
    for (int k = 2; k < 6; k++)
        t.right[k] = true;
    for (size_t k = 0; k < x->group_count; k++) {
        const struct voting_group *g = &x->groups[k];
        char name[64];
        table_add(&t, "%s", g->kind);
        table_add(&t, "%s", plain(g->name, name, sizeof name));
        table_add(&t, "%zu", g->ballots);
        table_add(&t, "%.1f %%", 100 * g->share);
        table_add(&t, "%.1f %%", 100 * g->heard);
        table_add(&t, "%.1f %%", 100 * g->mean_share);
    }
    fputc('\n', r->out);
    enum status status = table_print(&t, TABLE_TEXT, r->out);
    table_free(&t);
    return status;
}

/* The projects that one outcome funds and the first does not, and the other way round. */
static char *describe_change(const struct report *r, const struct voting_outcome *x)
{
    char *text = NULL;
    size_t size = 0, listed = 0;
    FILE *file = text_stream(&text, &size);
    if (!file)
        return NULL;
    for (size_t c = 0; c < r->p.project_count; c++) {
        char id[64];
        if (x->funded[c] == r->outcomes[0].funded[c])
            continue;
        if (listed++ < 12)
            fprintf(file, "%s%s%s", listed > 1 ? " " : "", x->funded[c] ? "+" : "-",
                    plain(r->p.projects[c].id, id, sizeof id));
    }
    if (listed > 12)
        fprintf(file, " and %zu more", listed - 12);
    if (fclose(file) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static enum status print_outcomes(const struct report *r)
{
    static const char *const heads[] = {"rule", "pool",     "winners",    "spent",
                                        "left", "left out", "mean share", "against the first"};
    struct table t;
    table_init(&t, 8, heads);
    for (int k = 1; k < 7; k++)
        t.right[k] = true;
    t.wrapped = 7;
    bool whole = true;
    for (size_t k = 0; k < r->count; k++) {
        const struct voting_outcome *x = &r->outcomes[k];
        char *change = describe_change(r, x);
        whole = whole && change;
        table_add(&t, "%s", voting_rule_name(x->rule));
        table_add(&t, "%s", show_money(x->pool).text);
        table_add(&t, "%zu", x->winners);
        table_add(&t, "%s", show_money(money_amount(x->spent)).text);
        table_add(&t, "%s", show_money(x->pool - money_amount(x->spent)).text);
        table_add(&t, "%.1f %%", 100 * (1 - x->all.heard));
        table_add(&t, "%.1f %%", 100 * x->all.mean_share);
        table_add(&t, "%s", change ? change : "?");
        free(change);
    }
    fputc('\n', r->out);
    enum status status = table_print(&t, TABLE_TEXT, r->out);
    table_free(&t);
    for (size_t k = 0; k < r->count; k++)
        if (r->outcomes[k].recorded >= 0)
            fprintf(r->out, "\n%s: %s\n", voting_rule_name(r->outcomes[k].rule),
                    show_recorded(r->outcomes[k].recorded));
    return whole ? status : STATUS_FAILED;
}

/* Groups in rows, outcomes in columns: who has at least one project funded. */
static enum status print_groups_beside(const struct report *r)
{
    const char *heads[OUTCOMES_BESIDE + 2] = {"with one funded", ""};
    struct amount pools[OUTCOMES_BESIDE];
    struct table t;
    if (r->outcomes[0].group_count == 0)
        return STATUS_DONE;
    if (r->count > OUTCOMES_BESIDE) {
        fputs("\nAge and sex under each of them: --format json\n", r->out);
        return STATUS_DONE;
    }
    for (size_t k = 0; k < r->count; k++) {
        pools[k] = show_money(r->outcomes[k].pool);
        heads[k + 2] = r->rule_count > 1 ? voting_rule_name(r->outcomes[k].rule) : pools[k].text;
    }
    table_init(&t, r->count + 2, heads);
    for (size_t k = 0; k < r->count; k++)
        t.right[k + 2] = true;
    for (size_t g = 0; g < r->outcomes[0].group_count; g++) {
        char name[64];
        table_add(&t, "%s", r->outcomes[0].groups[g].kind);
        table_add(&t, "%s", plain(r->outcomes[0].groups[g].name, name, sizeof name));
        for (size_t k = 0; k < r->count; k++)
            table_add(&t, "%.1f %%", 100 * r->outcomes[k].groups[g].heard);
    }
    fputc('\n', r->out);
    enum status status = table_print(&t, TABLE_TEXT, r->out);
    table_free(&t);
    return status;
}

static enum status print_table(const struct report *r)
{
    print_heading(r);
    if (r->count == 1) {
        print_facts(r, &r->outcomes[0]);
        enum status status = print_winners(r, &r->outcomes[0]);
        return status == STATUS_DONE ? print_groups(r, &r->outcomes[0]) : status;
    }
    enum status status = print_outcomes(r);
    return status == STATUS_DONE ? print_groups_beside(r) : status;
}

/* --- for programs ----------------------------------------------------------------------------- */

static json_t *group_as_json(const struct voting_group *g)
{
    return json_pack("{s:s, s:s, s:I, s:f, s:f, s:f}", "kind", g->kind, "name", g->name, "ballots",
                     (json_int_t)g->ballots, "share", g->share, "with_one_funded", g->heard,
                     "mean_share", g->mean_share);
}

/* A new object, or NULL when memory is short. */
static json_t *outcome_as_json(const struct report *r, const struct voting_outcome *x)
{
    json_t *winners = json_array(), *groups = json_array();
    for (size_t c = 0; c < r->p.project_count; c++)
        if (x->funded[c])
            json_array_append_new(winners, json_string(r->p.projects[c].id));
    for (size_t k = 0; k < x->group_count; k++)
        json_array_append_new(groups, group_as_json(&x->groups[k]));
    double spent = money_amount(x->spent);
    json_t *recorded = x->recorded < 0 ? json_null() : json_boolean(x->recorded);
    return json_pack("{s:s, s:s, s:s?, s:f, s:o, s:f, s:f, s:I, s:I, s:f, s:f, s:f, s:o, s:o}",
                     "file", r->request->path, "rule", voting_rule_name(x->rule), "currency",
                     r->p.election.currency, "pool", x->pool, "winners", winners, "spent", spent,
                     "left", x->pool - spent, "projects", (json_int_t)r->p.project_count, "ballots",
                     (json_int_t)r->p.voter_count, "excluded", 1 - x->all.heard, "mean_share",
                     x->all.mean_share, "endowment", x->endowment, "as_recorded", recorded,
                     "groups", groups);
}

static enum status print_json(const struct report *r)
{
    json_t *root = outcome_as_json(r, &r->outcomes[0]);
    bool good = root != NULL;
    if (good && r->count > 1) {
        json_t *all = json_array();
        for (size_t k = 0; k < r->count; k++)
            good = json_array_append_new(all, outcome_as_json(r, &r->outcomes[k])) == 0 && good;
        good = json_object_set_new(root, "outcomes", all) == 0 && good;
    }
    good = good && json_dumpf(root, r->out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0 &&
           fputc('\n', r->out) != EOF;
    json_decref(root);
    return good ? STATUS_DONE : STATUS_FAILED;
}

static enum status print_csv(const struct report *r)
{
    static const char *const heads[] = {"rule", "pool",  "project_id", "name",   "category",
                                        "cost", "votes", "score",      "funded", "selected"};
    struct table t;
    table_init(&t, sizeof heads / sizeof *heads, heads);
    for (size_t k = 0; k < r->count; k++) {
        const struct voting_outcome *x = &r->outcomes[k];
        for (size_t c = 0; c < r->p.project_count; c++) {
            const struct project *project = &r->p.projects[c];
            table_add(&t, "%s", voting_rule_name(x->rule));
            table_add(&t, "%.15g", x->pool);
            table_add(&t, "%s", project->id);
            table_add(&t, "%s", project->name ? project->name : "");
            table_add(&t, "%s", project->category ? project->category : "");
            table_add(&t, "%.15g", money_amount(project->cost));
            table_add(&t, "%lld", (long long)r->p.votes[c]);
            table_add(&t, "%.15g", (double)r->p.score[c] / SCORE_UNIT);
            table_add(&t, "%d", x->funded[c]);
            if (project->selected < 0)
                table_add(&t, "%s", "");
            else
                table_add(&t, "%d", project->selected);
        }
    }
    enum status status = table_print(&t, TABLE_CSV, r->out);
    table_free(&t);
    return status;
}

/* --- the whole -------------------------------------------------------------------------------- */

enum status voting_report(const struct voting_request *request, FILE *out, struct error *e)
{
    struct report r = {.request = request, .out = out};
    enum status status = pb_read_file(&r.p, request->path, e);
    if (status == STATUS_DONE)
        status = choose_rules(&r, e);
    if (status == STATUS_DONE)
        status = choose_pools(&r, e);
    if (status == STATUS_DONE)
        status = decide_all(&r, e);
    if (status == STATUS_DONE) {
        status = request->format == VOTING_JSON  ? print_json(&r)
                 : request->format == VOTING_CSV ? print_csv(&r)
                                                 : print_table(&r);
        if (fflush(out) != 0 || ferror(out))
            status = STATUS_FAILED;
        if (status != STATUS_DONE)
            error_add(e, status, "the outcome cannot be written: %s", error_why());
    }
    for (size_t k = 0; k < r.count; k++)
        free(r.outcomes[k].funded);
    free(r.outcomes);
    voting_room_free(&r.room);
    profile_free(&r.p);
    return status;
}
