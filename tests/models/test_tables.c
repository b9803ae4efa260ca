/* The tables of the model: every fact is in its place, has a source, and is used. */
#include "tests/support/check.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>

#include "tests/support/corpus.h"
#include "tests/support/scratch.h"
#include "tests/support/small_town.h"

/* --- texts of the source ---------------------------------------------------------------------- */

static char *source_text(const char *below)
{
    char *path = corpus_path(below);
    size_t size;
    char *text = scratch_read(path, &size);
    if (!text)
        fail_msg("%s is not there", path);
    free(path);
    return text;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Whether `before` with `name` after it stands in the text, as a whole word. */
static bool mentions(const char *text, const char *before, const char *name)
{
    char word[160];
    size_t length = (size_t)snprintf(word, sizeof word, "%s%s", before, name);
    for (const char *at = text; (at = strstr(at, word)); at++)
        if (!is_word(at[length]) && (!is_word(*before) || at == text || !is_word(at[-1])))
            return true;
    return false;
}

static int has_code(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 2 && entry->d_name[length - 2] == '.' &&
           strchr("ch", entry->d_name[length - 1]);
}

/* All of models/ *.c and *.h in one text: the tables, which are *.def, are not among them. */
static char *all_mechanisms(void)
{
    char *folder = corpus_path("models"), *all = calloc(1, 1);
    struct dirent **entries;
    int count = scandir(folder, &entries, has_code, alphasort);
    assert_true(count > 20);
    for (int k = 0; k < count; k++) {
        char below[300];
        snprintf(below, sizeof below, "models/%s", entries[k]->d_name);
        char *text = source_text(below), *both;
        assert_true(asprintf(&both, "%s\n%s", all, text) > 0);
        free(text);
        free(all);
        all = both;
        free(entries[k]);
    }
    free(entries);
    free(folder);
    return all;
}

/* --- parameters ------------------------------------------------------------------------------- */

static const char *const field_names[] = {
#define REAL(name, ...) #name,
#define COUNT           REAL
#define CHOICE          REAL
#define RUN_REAL        REAL
#define RUN_COUNT       REAL
#define RUN_CHOICE      REAL
#include "models/params.def"
#undef REAL
#undef COUNT
#undef CHOICE
#undef RUN_REAL
#undef RUN_COUNT
#undef RUN_CHOICE
};

static void every_default_lies_in_its_range(void **state)
{
    (void)state;
    for (size_t k = 0; k < coproduction.params.count; k++) {
        const struct param *p = &coproduction.params.rows[k];
        if (!param_allows(p, p->value))
            fail_msg("%s: its default %g is not in [%g, %g]", p->key, p->value, p->lo, p->hi);
        if (!(p->lo < p->hi))
            fail_msg("%s: its range [%g, %g] leaves nothing to choose", p->key, p->lo, p->hi);
    }
    double values[PARAM_POSITIONS];
    for (size_t k = 0; k < PARAM_POSITIONS; k++)
        values[k] = coproduction.params.rows[k].value;
    for (size_t k = 0; k < coproduction.rule_count; k++) {
        assert_true(coproduction.rules[k].holds(values));
        const char *key = coproduction.rules[k].key;
        assert_true(param_find(coproduction.params, key, strlen(key)) < PARAM_POSITIONS);
    }
}

static size_t count_choices(const char *choices)
{
    size_t count = 1;
    for (; *choices; choices++)
        count += *choices == '|';
    return count;
}

static void keys_and_symbols_are_unique(void **state)
{
    (void)state;
    const struct param *rows = coproduction.params.rows;
    for (size_t k = 0; k < coproduction.params.count; k++) {
        assert_true(*rows[k].key && *rows[k].unit && *rows[k].meaning && *rows[k].source);
        if (rows[k].kind == PARAM_CHOICE)
            assert_int_equal(count_choices(rows[k].choices), (size_t)rows[k].hi + 1);
        for (size_t i = 0; i < k; i++) {
            if (strcmp(rows[k].key, rows[i].key) == 0)
                fail_msg("the key %s stands twice", rows[k].key);
            if (*rows[k].symbol && strcmp(rows[k].symbol, rows[i].symbol) == 0)
                fail_msg("%s and %s have the same symbol %s", rows[k].key, rows[i].key,
                         rows[k].symbol);
        }
    }
}

static void every_parameter_is_read(void **state)
{
    (void)state;
    char *text = all_mechanisms();
    assert_int_equal(sizeof field_names / sizeof *field_names, PARAM_POSITIONS);
    assert_false(mentions(text, "->", "no_such_parameter"));
    unsigned unread = 0;
    for (size_t k = 0; k < PARAM_POSITIONS; k++)
        if (!mentions(text, "->", field_names[k]) && !mentions(text, "PARAM_", field_names[k])) {
            print_error("%s (%s) is read by no mechanism\n", coproduction.params.rows[k].key,
                        field_names[k]);
            unread++;
        }
    free(text);
    assert_int_equal(unread, 0);
}

/* --- sources ---------------------------------------------------------------------------------- */

/* Whether the bibliography has an entry `@...{key,`. */
static bool has_entry(const char *bibliography, const char *key, size_t length)
{
    for (const char *at = bibliography; (at = strchr(at, '@')); at++) {
        const char *brace = at + 1 +
                            strspn(at + 1, "abcdefghijklmnopqrstuvwxyz"
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (*brace != '{')
            continue;
        const char *name = brace + 1 + strspn(brace + 1, " \t\n");
        if (strncmp(name, key, length) == 0 && name[length + strspn(name + length, " ")] == ',')
            return true;
    }
    return false;
}

/* How many of the keys in a list as "S0, S1" are no entry and not "assumption". */
static unsigned unknown_sources(const char *bibliography, const char *who, const char *sources)
{
    unsigned unknown = 0;
    for (const char *at = sources; *at; at += strspn(at, ", ")) {
        size_t length = strcspn(at, ", ");
        bool assumed = length == 10 && strncmp(at, "assumption", 10) == 0;
        if (!assumed && !has_entry(bibliography, at, length)) {
            print_error("%s: paper/references.bib has no entry %.*s\n", who, (int)length, at);
            unknown++;
        }
        at += length;
    }
    return unknown;
}

static void every_source_is_in_the_bibliography(void **state)
{
    (void)state;
    char *bibliography = source_text("paper/references.bib");
    assert_true(has_entry("@misc{S0,\n@article{ a2020 , ", "a2020", 5));
    assert_false(has_entry("@misc{S01,\n", "S0", 2));
    unsigned unknown = 0;
    for (size_t k = 0; k < coproduction.params.count; k++)
        unknown += unknown_sources(bibliography, coproduction.params.rows[k].key,
                                   coproduction.params.rows[k].source);
    for (size_t k = 0; k < SCHEDULE_COUNT; k++) {
        const struct mechanism *m = coproduction.schedule[k];
        unknown += unknown_sources(bibliography, m->name, m->source ? m->source : "");
        if (*m->equation && !(m->source && *m->source))
            fail_msg("%s states an equation and no source", m->name);
    }
    free(bibliography);
    assert_int_equal(unknown, 0);
}

/* --- columns, mechanisms, observables --------------------------------------------------------- */

static bool lists(const column_id *list, size_t column)
{
    for (; list && *list; list++)
        if ((size_t)(*list - 1) == column)
            return true;
    return false;
}

static bool written(size_t column)
{
    for (size_t k = 0; k < SCHEDULE_COUNT; k++)
        if (lists(coproduction.schedule[k]->writes, column))
            return true;
    return false;
}

static void every_column_is_written(void **state)
{
    (void)state;
    char *population = source_text("models/population.c");
    for (size_t k = 0; k < coproduction.column_count; k++) {
        const struct column *c = &coproduction.columns[k];
        char name[120];
        snprintf(name, sizeof name, "%s_%s", coproduction.entities[c->entity].name, c->name);
        bool at_the_start = mentions(population, "t->", name);
        if (c->role == COLUMN_TRAIT && (written(k) || !at_the_start))
            fail_msg("%s is a trait: population.c must set it and no mechanism write it", name);
        if (c->role != COLUMN_TRAIT && !written(k) &&
            !(c->role == COLUMN_STATE && at_the_start)) /* a level that no strategy moves */
            fail_msg("no mechanism writes %s", name);
        assert_true(c->lo < c->hi && *c->unit && *c->meaning);
    }
    free(population);
}

/* What is derived in a week must not be read in it before it is written. */
static void derived_columns_are_written_before_they_are_read(void **state)
{
    (void)state;
    for (size_t k = 0; k < coproduction.column_count; k++) {
        if (coproduction.columns[k].role != COLUMN_DERIVED)
            continue;
        bool known = false;
        for (size_t i = 0; i < SCHEDULE_COUNT; i++) {
            const struct mechanism *m = coproduction.schedule[i];
            bool writes = lists(m->writes, k);
            if (!known && !writes && lists(m->reads, k))
                fail_msg("%s reads %s, which is not yet derived", m->name,
                         coproduction.columns[k].name);
            known |= writes;
        }
    }
}

static void mechanisms_are_described(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCHEDULE_COUNT; k++) {
        const struct mechanism *m = coproduction.schedule[k];
        assert_true(m->name && m->equation && m->meaning && m->writes && m->run);
        assert_true(m->step >= 1 && m->step <= 11 && m->cells < coproduction.cell_kind_count);
        assert_true(k == 0 || m->step >= coproduction.schedule[k - 1]->step);
        if (m->absent)
            assert_non_null(m->off); /* what happens instead is said in words */
        for (size_t i = 0; i < k; i++)
            assert_string_not_equal(m->name, coproduction.schedule[i]->name);
    }
}

static void observables_have_one_name_each(void **state)
{
    (void)state;
    for (size_t k = 0; k < coproduction.observable_count; k++) {
        const struct observable *o = &coproduction.observables[k];
        assert_true(*o->name && *o->unit && *o->meaning && o->lo < o->hi);
        assert_int_equal(o->headline, o->plain != NULL);
        for (size_t i = 0; i < k; i++)
            assert_string_not_equal(o->name, coproduction.observables[i].name);
    }
}

/* --- the scenarios that are shipped ----------------------------------------------------------- */

static void check_restated(const struct scenario *s, const char *path)
{
    for (size_t k = 0; k < coproduction.params.count; k++) {
        const struct param *p = &coproduction.params.rows[k];
        if (s->given[k] && !(s->values[k] < p->value || s->values[k] > p->value))
            fail_msg("%s states the default of %s", path, p->key);
        for (size_t m = 0; m < s->place_count; m++) {
            const struct place *place = &s->places[m];
            if (place->given[k] &&
                !(place->values[k] < s->values[k] || place->values[k] > s->values[k]))
                fail_msg("%s states for %s what holds anyway of %s", path, place->name, p->key);
        }
    }
}

static int has_scenario(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static void check_scenario(const char *name)
{
    char below[300];
    snprintf(below, sizeof below, "scenarios/%s", name);
    char *path = corpus_path(below), *text = source_text(below);
    struct scenario s;
    struct error e = {0};
    if (*text != '#')
        fail_msg("%s does not begin with the question it asks", path);
    if (!strstr(text, "\n# Source: "))
        fail_msg("%s does not name its source", path);
    if (!strstr(text, "\n# What theory expects: "))
        fail_msg("%s does not say what theory expects", path);
    assert_status(scenario_read(&s, &coproduction, path, NULL, 0, &e), STATUS_DONE, &e);
    assert_int_equal(e.count, 0);
    assert_true(s.title && *s.title);
    assert_true(s.question && *s.question);
    check_restated(&s, path);
    scenario_free(&s);
    free(text);
    free(path);
}

static void shipped_scenarios_are_sound(void **state)
{
    (void)state;
    static const char *const names[] = {
        "faxe",  "odense", "rudersdal",   "municipality-x", "hands-off", "hands-on",
        "mixed", "cuts",   "situational", "control-freak",  "let-go",    "new-coordinator",
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char name[64];
        snprintf(name, sizeof name, "%s.yaml", names[k]);
        check_scenario(name);
    }
    char *folder = corpus_path("scenarios");
    struct dirent **entries;
    int count = scandir(folder, &entries, has_scenario, alphasort);
    for (int k = 0; k < count; k++) {
        check_scenario(entries[k]->d_name);
        free(entries[k]);
    }
    free(entries);
    free(folder);
}

/* The part of the README that lists scenarios: a row a file, which its first cell names. */
static char *list_of_scenarios(void)
{
    char *list = source_text("scenarios/README.md");
    char *end = strstr(list, "\n## Writing one's own");
    assert_non_null(end);
    *end = '\0';
    return list;
}

static void every_scenario_is_listed(void **state)
{
    (void)state;
    char *list = list_of_scenarios(), *folder = corpus_path("scenarios");
    struct dirent **entries;
    int count = scandir(folder, &entries, has_scenario, alphasort);
    assert_true(count > 12);
    for (int k = 0; k < count; k++) {
        char row[300];
        int length = (int)strlen(entries[k]->d_name) - 5;
        snprintf(row, sizeof row, "\n| `%.*s` |", length, entries[k]->d_name);
        const char *at = strstr(list, row);
        if (!at || strstr(at + 1, row))
            fail_msg("scenarios/README.md does not list %s once", entries[k]->d_name);
        free(entries[k]);
    }
    free(entries);
    free(folder);
    free(list);
}

static void every_listed_scenario_exists(void **state)
{
    (void)state;
    char *list = list_of_scenarios();
    size_t rows = 0;
    for (const char *at = list; (at = strstr(at, "\n| `")); rows++) {
        at += 4;
        char below[300];
        snprintf(below, sizeof below, "scenarios/%.*s.yaml", (int)strcspn(at, "`\n"), at);
        free(source_text(below));
    }
    assert_true(rows > 12);
    free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_lies_in_its_range),
        cmocka_unit_test(keys_and_symbols_are_unique),
        cmocka_unit_test(every_parameter_is_read),
        cmocka_unit_test(every_source_is_in_the_bibliography),
        cmocka_unit_test(every_column_is_written),
        cmocka_unit_test(derived_columns_are_written_before_they_are_read),
        cmocka_unit_test(mechanisms_are_described),
        cmocka_unit_test(observables_have_one_name_each),
        cmocka_unit_test(shipped_scenarios_are_sound),
        cmocka_unit_test(every_scenario_is_listed),
        cmocka_unit_test(every_listed_scenario_exists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
