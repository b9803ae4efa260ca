/* What the sections of a .pb file say. */
#include "models/pb_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/pb_parts.h"

enum { COLUMNS = 12, NO_COLUMN = -1 };

/* Where the limits of META stand, which a ballot must keep. */
enum limit {
    NUM_PROJECTS,
    NUM_VOTES,
    BUDGET,
    THRESHOLD,
    MIN_LENGTH,
    MAX_LENGTH,
    MIN_SUM_COST,
    MAX_SUM_COST,
    MIN_POINTS,
    MAX_POINTS,
    MIN_SUM_POINTS,
    MAX_SUM_POINTS,
    DEFAULT_SCORE,
    LIMITS
};

static const struct {
    const char *key;
    bool whole;
    double lo, hi;
} limits[LIMITS] = {
    [NUM_PROJECTS] = {"num_projects", true, 0, 1e9},
    [NUM_VOTES] = {"num_votes", true, 0, 1e9},
    [BUDGET] = {"budget", false, 0, MONEY_MAX},
    [THRESHOLD] = {"min_project_score_threshold", false, 0, 1e9},
    [MIN_LENGTH] = {"min_length", true, 0, 1e9},
    [MAX_LENGTH] = {"max_length", true, 0, 1e9},
    [MIN_SUM_COST] = {"min_sum_cost", false, 0, MONEY_MAX},
    [MAX_SUM_COST] = {"max_sum_cost", false, 0, MONEY_MAX},
    [MIN_POINTS] = {"min_points", false, -1e6, 1e6},
    [MAX_POINTS] = {"max_points", false, -1e6, 1e6},
    [MIN_SUM_POINTS] = {"min_sum_points", false, 0, 1e9},
    [MAX_SUM_POINTS] = {"max_sum_points", false, 0, 1e9},
    [DEFAULT_SCORE] = {"default_score", false, -1e6, 1e6},
};

enum section { NO_SECTION, META, PROJECTS, VOTES, SECTIONS };

struct reader {
    struct pb_rows rows;
    struct profile *p;
    enum section section;
    bool headed;                 /* the section's heading has been read */
    bool skipped;                /* the heading is of no use: pass over its rows */
    size_t section_at[SECTIONS]; /* where each begins, plus 1; 0 before that */
    size_t columns;              /* of the section */
    int column[COLUMNS];
    double limit[LIMITS];
    size_t limit_at[LIMITS];
    size_t vote_type_at; /* plus 1 */
    struct pb_names keys, ids, voters, sexes, places;
    uint32_t *named; /* [projects] ballot in which each was named last, plus 1 */
    bool lost;       /* a project could not be read, though ballots may name it */
    int64_t total;   /* cost of all projects */
};

/* --- META ------------------------------------------------------------------------------------- */

static void read_limit(struct reader *r, enum limit limit, const struct pb_field *field)
{
    double value, lo = limits[limit].lo, hi = limits[limit].hi;
    if (field->text[0] == '\0')
        return;
    if (!pb_number(field->text, true, &value) || !(value >= lo && value <= hi) ||
        (limits[limit].whole && value > floor(value))) {
        pb_find(&r->rows, field->at, "%s is %s, must be a %snumber in [%.10g, %.10g]",
                limits[limit].key, pb_show(field->text).text, limits[limit].whole ? "whole " : "",
                lo, hi);
        return;
    }
    r->limit[limit] = value;
    r->limit_at[limit] = field->at;
}

static void read_vote_type(struct reader *r, const struct pb_field *field)
{
    static const char *const names[] = {"approval", "choose-1", "cumulative", "scoring", "ordinal"};
    r->vote_type_at = field->at + 1;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcasecmp(field->text, names[k]) == 0) {
            r->p->election.vote_type = (enum vote_type)k;
            return;
        }
    }
    pb_find(&r->rows, field->at,
            "vote_type is %s, must be one of approval, choose-1, cumulative, scoring, ordinal",
            pb_show(field->text).text);
}

static void read_text(struct reader *r, const char *key, const char *value)
{
    struct election *election = &r->p->election;
    const struct {
        const char *key;
        const char **value;
    } texts[] = {{"description", &election->description},
                 {"country", &election->country},
                 {"unit", &election->unit},
                 {"subunit", &election->subunit},
                 {"instance", &election->instance},
                 {"currency", &election->currency},
                 {"rule", &election->rule},
                 {"comment", &election->comment}};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (strcasecmp(key, texts[k].key) == 0)
            *texts[k].value = value;
}

static void read_meta(struct reader *r)
{
    const struct pb_field *key = &r->rows.fields[0], *value = &r->rows.fields[1];
    if (r->rows.count < 2) {
        pb_find(&r->rows, key->at, "%s has no value; a line of META is a key, ';' and its value",
                pb_show(key->text).text);
        return;
    }
    if (key->text[0] == '\0') {
        pb_find(&r->rows, key->at, "a value without a key");
        return;
    }
    if (pb_names_find(&r->keys, key->text, strlen(key->text)) != NOT_KNOWN) {
        pb_find(&r->rows, key->at, "%s stands twice in META", pb_show(key->text).text);
        return;
    }
    if (!pb_names_add(&r->keys, key->text))
        r->rows.failed = true;
    for (enum limit k = 0; k < LIMITS; k++)
        if (strcasecmp(key->text, limits[k].key) == 0)
            read_limit(r, k, value);
    if (strcasecmp(key->text, "vote_type") == 0)
        read_vote_type(r, value);
    else if (strcasecmp(key->text, "scoring_fn") == 0 && strcasecmp(value->text, "Borda") != 0)
        pb_find(&r->rows, value->at, "scoring_fn is %s, only Borda is known",
                pb_show(value->text).text);
    else
        read_text(r, key->text, value->text);
}

/* --- PROJECTS --------------------------------------------------------------------------------- */

enum { ID, COST, NAME, CATEGORY, BENEFICIARIES, TARGET, SELECTED };
static const char *const project_columns[] = {"project_id",    "cost",   "name",    "category",
                                              "beneficiaries", "target", "selected"};

/* A field of this row; NULL when there is no such column. */
static const struct pb_field *field_of(const struct reader *r, int column)
{
    int at = r->column[column];
    return at == NO_COLUMN ? NULL : &r->rows.fields[at];
}

static const char *text_of(const struct reader *r, int column)
{
    const struct pb_field *field = field_of(r, column);
    return field && field->text[0] ? field->text : NULL;
}

/* Whether the row has as many fields as the heading. */
static bool is_complete(struct reader *r)
{
    if (r->rows.count == r->columns)
        return true;
    pb_find(&r->rows, r->rows.fields[0].at, "%zu field%s, must be %zu as in the heading",
            r->rows.count, r->rows.count == 1 ? "" : "s", r->columns);
    return false;
}

static int64_t read_cost(struct reader *r)
{
    const struct pb_field *field = field_of(r, COST);
    double cost;
    if (!pb_number(field->text, true, &cost) || !(cost > 0 && cost <= MONEY_MAX)) {
        pb_find(&r->rows, field->at, "cost is %s, must be a number above 0, at most %.10g",
                pb_show(field->text).text, MONEY_MAX);
        return 1;
    }
    if (cost * MONEY_UNIT > 1e18 - (double)r->total) {
        pb_find(&r->rows, field->at, "the projects cost more than 1e14 together");
        return 1;
    }
    int64_t money = money_of(cost);
    r->total += money;
    return money > 0 ? money : 1;
}

static int read_selected(struct reader *r)
{
    const struct pb_field *field = field_of(r, SELECTED);
    double value;
    if (!field || field->text[0] == '\0')
        return -1;
    if (!pb_number(field->text, false, &value) || !(value >= 0 && value <= 9) ||
        value > floor(value)) {
        pb_find(&r->rows, field->at, "selected is %s, must be a whole number in [0, 9]",
                pb_show(field->text).text);
        return -1;
    }
    return (int)value;
}

static void read_project(struct reader *r)
{
    struct profile *p = r->p;
    if (!is_complete(r)) {
        r->lost = true;
        return;
    }
    const struct pb_field *id = field_of(r, ID);
    if (id->text[0] == '\0') {
        pb_find(&r->rows, id->at, "project_id is empty");
        return;
    }
    if (strchr(id->text, ',')) {
        pb_find(&r->rows, id->at, "project_id %s has a comma, which separates projects in VOTES",
                pb_show(id->text).text);
        return;
    }
    if (pb_names_find(&r->ids, id->text, strlen(id->text)) != NOT_KNOWN) {
        pb_find(&r->rows, id->at, "project %s stands twice", pb_show(id->text).text);
        return;
    }
    if (!pb_names_add(&r->ids, id->text) ||
        (p->project_count == p->project_room &&
         profile_reserve(p, 2 * p->project_count + 64, 0, 0, NULL) != STATUS_DONE)) {
        r->rows.failed = true;
        return;
    }
    struct project *project = &p->projects[p->project_count++];
    *project = (struct project){.id = id->text,
                                .name = text_of(r, NAME),
                                .category = text_of(r, CATEGORY),
                                .beneficiaries = text_of(r, BENEFICIARIES),
                                .cost = read_cost(r),
                                .selected = read_selected(r)};
    if (!project->beneficiaries)
        project->beneficiaries = text_of(r, TARGET);
    project->withdrawn = project->cost == (int64_t)COST_WITHDRAWN * MONEY_UNIT;
}

/* --- VOTES ------------------------------------------------------------------------------------ */

enum { VOTER, VOTE, POINTS, AGE, SEX, NEIGHBORHOOD, DISTRICT };
static const char *const vote_columns[] = {"voter_id", "vote",         "points",  "age",
                                           "sex",      "neighborhood", "district"};

/* The next item of a list that commas separate; false at its end. */
static bool next_item(const char **list, const char **item, size_t *length)
{
    if (!*list)
        return false;
    const char *end = strchr(*list, ',');
    size_t size = end ? (size_t)(end - *list) : strlen(*list);
    const char *start = *list;
    *list = end ? end + 1 : NULL;
    while (size > 0 && *start == ' ')
        start++, size--;
    while (size > 0 && start[size - 1] == ' ')
        size--;
    *item = start;
    *length = size;
    return true;
}

static bool has_points(const struct reader *r)
{
    enum vote_type type = r->p->election.vote_type;
    return type == VOTE_CUMULATIVE || type == VOTE_SCORING ||
           (type == VOTE_ORDINAL && r->column[POINTS] != NO_COLUMN);
}

static struct pb_shown show_item(const char *item, size_t length)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%.*s", (int)(length < 60 ? length : 60), item);
    return pb_show(copy);
}

/* Where a piece of a field that is not empty stands in the file; of one in quotes, its begin. */
static size_t place_of(const struct reader *r, const struct pb_field *field, const char *piece)
{
    bool quoted = r->rows.text[field->at] == '"';
    return quoted ? field->at : field->at + (size_t)(piece - field->text);
}

/* Points of a rank in an ordinal ballot, from 0; the first L get points. */
static double rank_points(const struct reader *r, size_t rank)
{
    double most = r->p->election.max_length, projects = (double)r->p->project_count;
    most = most > 0 && most <= projects ? most : projects;
    return (double)rank < most ? most - (double)rank : 0;
}

/* The projects of a ballot become entries; false when anything is wrong with them. */
static bool read_entries(struct reader *r)
{
    struct profile *p = r->p;
    const struct pb_field *field = field_of(r, VOTE);
    const char *list = field->text[0] ? field->text : NULL, *item;
    size_t length, rank = 0;
    uint32_t ballot = (uint32_t)p->voter_count + 1;
    bool good = true;
    while (next_item(&list, &item, &length)) {
        size_t at = place_of(r, field, item);
        uint32_t c = pb_names_find(&r->ids, item, length);
        if (length == 0)
            pb_find(&r->rows, at, "vote has an empty place between its commas");
        else if (c == NOT_KNOWN && !r->lost)
            pb_find(&r->rows, at, "vote names project %s, which is not among the PROJECTS",
                    show_item(item, length).text);
        else if (c != NOT_KNOWN && r->named[c] == ballot)
            pb_find(&r->rows, at, "vote names project %s twice", show_item(item, length).text);
        if (length == 0 || c == NOT_KNOWN || r->named[c] == ballot) {
            good = false;
            continue;
        }
        if (p->entry_count == p->entry_room &&
            profile_reserve(p, 0, 0, 2 * p->entry_count + 1024, NULL) != STATUS_DONE) {
            r->rows.failed = true;
            return false;
        }
        r->named[c] = ballot;
        p->entry_project[p->entry_count] = c;
        p->entry_points[p->entry_count++] =
            p->election.vote_type == VOTE_ORDINAL ? rank_points(r, rank) : 1;
        rank++;
    }
    return good;
}

/* Whether a value keeps to what META allows; says so if not. */
static bool keeps(struct reader *r, size_t at, const char *what, double value, enum limit lo,
                  enum limit hi)
{
    if (value < r->limit[lo]) {
        pb_find(&r->rows, at, "%s %.10g, less than %s in META, %.10g", what, value, limits[lo].key,
                r->limit[lo]);
        return false;
    }
    if (value > r->limit[hi]) {
        pb_find(&r->rows, at, "%s %.10g, more than %s in META, %.10g", what, value, limits[hi].key,
                r->limit[hi]);
        return false;
    }
    return true;
}

static void read_points(struct reader *r, size_t first)
{
    struct profile *p = r->p;
    const struct pb_field *field = field_of(r, POINTS);
    const char *list = field->text[0] ? field->text : NULL, *item;
    size_t length, count = 0, projects = p->entry_count - first;
    double sum = 0;
    while (next_item(&list, &item, &length)) {
        double points = 0;
        if (!pb_number(show_item(item, length).text, false, &points) || !(fabs(points) <= 1e6)) {
            pb_find(&r->rows, place_of(r, field, item),
                    "points has %s, must be numbers in [-1e6, 1e6]", show_item(item, length).text);
            return;
        }
        if (!keeps(r, place_of(r, field, item), "points are", points, MIN_POINTS, MAX_POINTS))
            return;
        if (count < projects)
            p->entry_points[first + count] = points;
        count++;
        sum += points;
    }
    if (count != projects)
        pb_find(&r->rows, field->at, "%zu points for %zu projects", count, projects);
    else if (p->election.vote_type == VOTE_CUMULATIVE)
        keeps(r, field->at, "points sum to", sum, MIN_SUM_POINTS, MAX_SUM_POINTS);
}

/* Years; of a class such as 18-29 its middle; -1 when it is not given. */
static int16_t read_age(struct reader *r)
{
    const struct pb_field *field = field_of(r, AGE);
    char young[64], old[64];
    double from, to;
    if (!field || field->text[0] == '\0')
        return -1;
    if (!pb_number(field->text, true, &from)) {
        bool class = sscanf(field->text, "%63[0-9]-%63[0-9]", young, old) == 2;
        from = class ? strtod(young, NULL) : -1;
        to = class ? strtod(old, NULL) : -1;
    } else {
        to = from;
    }
    double age = from < 0 || to < from ? -1 : floor((from + to) / 2);
    if (!(age >= 0 && age <= 150)) {
        pb_find(&r->rows, field->at, "age is %s, must be years in [0, 150]",
                pb_show(field->text).text);
        return -1;
    }
    return (int16_t)age;
}

static uint32_t read_label(struct reader *r, struct pb_names *names, int column)
{
    const char *text = text_of(r, column);
    if (!text)
        return NOT_KNOWN;
    uint32_t number = pb_names_find(names, text, strlen(text));
    if (number != NOT_KNOWN)
        return number;
    if (!pb_names_add(names, text)) {
        r->rows.failed = true;
        return NOT_KNOWN;
    }
    return (uint32_t)names->count - 1;
}

static void check_ballot(struct reader *r, size_t first)
{
    struct profile *p = r->p;
    const struct pb_field *vote = field_of(r, VOTE);
    size_t count = p->entry_count - first;
    int64_t cost = 0;
    for (size_t k = first; k < p->entry_count; k++)
        cost += p->projects[p->entry_project[k]].cost;
    if (p->election.vote_type == VOTE_CHOOSE_ONE && count != 1)
        pb_find(&r->rows, vote->at, "vote names %zu projects, must be one", count);
    else
        keeps(r, vote->at, "the number of projects is", (double)count, MIN_LENGTH, MAX_LENGTH);
    keeps(r, vote->at, "the projects cost", money_amount(cost), MIN_SUM_COST, MAX_SUM_COST);
}

/* Age, sex and neighbourhood; a district where there is no neighbourhood. */
static void read_person(struct reader *r, size_t i)
{
    struct profile *p = r->p;
    p->age[i] = read_age(r);
    p->sex[i] = read_label(r, &r->sexes, SEX);
    p->place[i] = read_label(r, &r->places, text_of(r, NEIGHBORHOOD) ? NEIGHBORHOOD : DISTRICT);
}

static void read_vote(struct reader *r)
{
    struct profile *p = r->p;
    if (!is_complete(r))
        return;
    const struct pb_field *voter = field_of(r, VOTER);
    if (voter->text[0] == '\0') {
        pb_find(&r->rows, voter->at, "voter_id is empty");
    } else if (pb_names_find(&r->voters, voter->text, strlen(voter->text)) != NOT_KNOWN) {
        pb_find(&r->rows, voter->at, "voter %s stands twice", pb_show(voter->text).text);
        return;
    } else if (!pb_names_add(&r->voters, voter->text)) {
        r->rows.failed = true;
        return;
    }
    if (p->voter_count == p->voter_room &&
        profile_reserve(p, 0, 2 * p->voter_count + 1024, 0, NULL) != STATUS_DONE) {
        r->rows.failed = true;
        return;
    }
    size_t first = p->entry_count;
    if (read_entries(r)) {
        if (has_points(r))
            read_points(r, first);
        check_ballot(r, first);
    }
    read_person(r, p->voter_count);
    p->first[++p->voter_count] = p->entry_count;
}

/* --- sections --------------------------------------------------------------------------------- */

static const char *const section_names[SECTIONS] = {"", "META", "PROJECTS", "VOTES"};

/* The section whose title this row is; NO_SECTION when it is none. */
static enum section title_of(const struct pb_rows *rows)
{
    for (size_t k = 1; k < rows->count; k++)
        if (rows->fields[k].text[0] != '\0')
            return NO_SECTION;
    for (enum section s = META; s < SECTIONS; s++)
        if (strcasecmp(rows->fields[0].text, section_names[s]) == 0)
            return s;
    return NO_SECTION;
}

/* Before the votes: what META has said so far becomes the election's. */
static bool begin_votes(struct reader *r)
{
    struct profile *p = r->p;
    p->election.max_length = r->limit[MAX_LENGTH];
    p->election.default_score = r->limit[DEFAULT_SCORE];
    free(r->named);
    r->named = calloc(p->project_count + 1, sizeof *r->named);
    return r->named && profile_reserve(p, 0, 1024, 4096, NULL) == STATUS_DONE;
}

static void begin_section(struct reader *r, enum section section)
{
    size_t at = r->rows.row_at;
    if (r->section_at[section])
        pb_find(&r->rows, at, "%s stands twice", section_names[section]);
    else if (section > META && !r->section_at[section - 1])
        pb_find(&r->rows, at, "%s must come after %s", section_names[section],
                section_names[section - 1]);
    bool again = r->section_at[section] != 0;
    r->section_at[section] = at + 1;
    r->section = section;
    r->headed = false;
    r->skipped = again || (section > META && !r->section_at[section - 1]);
    if (section == VOTES && !begin_votes(r))
        r->rows.failed = true;
}

/* Finds the columns in a heading, of which the first `needed` names must be there. */
static void read_heading(struct reader *r, const char *const *names, int count, int needed)
{
    struct pb_rows *rows = &r->rows;
    r->columns = rows->count;
    for (int c = 0; c < COLUMNS; c++)
        r->column[c] = NO_COLUMN;
    for (size_t k = 0; k < rows->count; k++) {
        for (int c = 0; c < count; c++) {
            if (strcasecmp(rows->fields[k].text, names[c]) != 0)
                continue;
            if (r->column[c] != NO_COLUMN) {
                pb_find(rows, rows->fields[k].at, "column %s stands twice", names[c]);
                r->skipped = true;
            }
            r->column[c] = (int)k;
        }
    }
    for (int c = 0; c < needed; c++) {
        if (r->column[c] != NO_COLUMN)
            continue;
        pb_find(rows, rows->row_at, "the heading of %s has no column %s", section_names[r->section],
                names[c]);
        r->skipped = true;
    }
    r->lost = r->lost || (r->section == PROJECTS && r->skipped);
}

static void read_section_heading(struct reader *r)
{
    static const char *const meta[] = {"key", "value"};
    enum vote_type type = r->p->election.vote_type;
    r->headed = true;
    if (r->section == META)
        read_heading(r, meta, 2, 2);
    else if (r->section == PROJECTS)
        read_heading(r, project_columns, sizeof project_columns / sizeof *project_columns, 2);
    else
        read_heading(r, vote_columns, sizeof vote_columns / sizeof *vote_columns,
                     type == VOTE_CUMULATIVE || type == VOTE_SCORING ? 3 : 2);
}

static void read_row(struct reader *r)
{
    enum section title = title_of(&r->rows);
    if (title != NO_SECTION) {
        begin_section(r, title);
    } else if (r->section == NO_SECTION) {
        if (!r->skipped)
            pb_find(&r->rows, r->rows.row_at, "a .pb file begins with META");
        r->skipped = true;
    } else if (!r->headed) {
        read_section_heading(r);
    } else if (!r->skipped) {
        if (r->section == META)
            read_meta(r);
        else if (r->section == PROJECTS)
            read_project(r);
        else
            read_vote(r);
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

/* What META must say, and whether it is what the sections hold. */
static void check_meta(struct reader *r)
{
    struct pb_rows *rows = &r->rows;
    for (enum section s = META; s < SECTIONS; s++)
        if (!r->section_at[s])
            pb_find(rows, FINDINGS_WHOLE, "there is no section %s", section_names[s]);
    size_t meta_at = r->section_at[META] ? r->section_at[META] - 1 : FINDINGS_WHOLE;
    if (r->keys.count > 0 && pb_names_find(&r->keys, "budget", 6) == NOT_KNOWN)
        pb_find(rows, meta_at, "META has no budget");
    if (r->keys.count > 0 && !r->vote_type_at)
        pb_find(rows, meta_at, "META has no vote_type");
    if (rows->findings.count > 0)
        return;
    if (isnan(r->limit[BUDGET]))
        pb_find(rows, meta_at, "META has no budget");
    if (!r->vote_type_at)
        pb_find(rows, meta_at, "META has no vote_type");
    if (!isnan(r->limit[NUM_PROJECTS]) && r->limit[NUM_PROJECTS] != (double)r->p->project_count)
        pb_find(rows, r->limit_at[NUM_PROJECTS], "num_projects is %.0f, but PROJECTS has %zu",
                r->limit[NUM_PROJECTS], r->p->project_count);
    if (!isnan(r->limit[NUM_VOTES]) && r->limit[NUM_VOTES] != (double)r->p->voter_count)
        pb_find(rows, r->limit_at[NUM_VOTES], "num_votes is %.0f, but VOTES has %zu",
                r->limit[NUM_VOTES], r->p->voter_count);
    if (r->p->project_count == 0)
        pb_find(rows, r->section_at[PROJECTS] - 1, "there are no projects");
    if (r->p->voter_count == 0)
        pb_find(rows, r->section_at[VOTES] - 1, "there are no ballots");
}

/* Texts and labels go over to the profile. */
static void hand_over(struct reader *r)
{
    struct profile *p = r->p;
    size_t column;
    p->election.budget = r->limit[BUDGET];
    findings_position(&r->rows.findings, r->limit_at[BUDGET], &p->election.budget_line, &column);
    p->election.threshold = r->limit[THRESHOLD];
    p->texts = r->rows.room;
    r->rows.room = NULL;
    p->sexes = r->sexes.names;
    p->sex_count = r->sexes.count;
    p->places = r->places.names;
    p->place_count = r->places.count;
    r->sexes.names = r->places.names = NULL;
}

enum status pb_read(struct profile *p, const char *text, size_t size, const char *name,
                    struct error *e)
{
    struct reader r = {.p = p};
    memset(p, 0, sizeof *p);
    for (enum limit k = 0; k < LIMITS; k++)
        r.limit[k] = NAN;
    enum status status = pb_rows_begin(&r.rows, text, size, name, e);
    if (status == STATUS_DONE) {
        status = profile_reserve(p, 64, 0, 0, e);
        while (status == STATUS_DONE && !r.rows.failed && pb_rows_next(&r.rows))
            read_row(&r);
        if (!r.rows.failed) /* else not all has been read */
            check_meta(&r);
        r.rows.findings.failed = r.rows.findings.failed || r.rows.failed;
    }
    if (status == STATUS_DONE)
        status = findings_report(&r.rows.findings, e);
    if (status == STATUS_DONE) {
        hand_over(&r);
        profile_index(p);
    } else {
        profile_free(p);
    }
    pb_names_free(&r.keys);
    pb_names_free(&r.ids);
    pb_names_free(&r.voters);
    pb_names_free(&r.sexes);
    pb_names_free(&r.places);
    free(r.named);
    pb_rows_end(&r.rows);
    return status;
}

/* Reads what is there, which may be a pipe. */
static enum status load(const char *path, FILE *file, char **text, size_t *size, struct error *e)
{
    size_t room = 0;
    *size = 0;
    for (;;) {
        if (*size + 65536 > room) {
            room = 2 * room + 131072;
            char *more = realloc(*text, room);
            if (!more)
                return error_add(e, STATUS_FAILED, "%s: out of memory", path);
            *text = more;
        }
        size_t got = fread(*text + *size, 1, 65536, file);
        *size += got;
        if (got == 0)
            break;
        if (*size > PB_SIZE_MAX)
            return error_add(e, STATUS_BAD_INPUT, "%s is larger than %zu MiB", path,
                             PB_SIZE_MAX >> 20);
    }
    if (ferror(file))
        return error_add(e, errno == EISDIR ? STATUS_BAD_INPUT : STATUS_FAILED, "%s: %s", path,
                         strerror(errno));
    return STATUS_DONE;
}

enum status pb_read_file(struct profile *p, const char *path, struct error *e)
{
    memset(p, 0, sizeof *p);
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_add(e, STATUS_BAD_INPUT, "%s: %s", path, strerror(errno));
    char *text = NULL;
    size_t size = 0;
    enum status status = load(path, file, &text, &size, e);
    fclose(file);
    if (status == STATUS_DONE)
        status = pb_read(p, text, size, path, e);
    free(text);
    return status;
}
