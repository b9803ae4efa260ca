/* Pages of reports, made from runs and experiments: well-formed, self-contained, and drawn by a
 * browser without an error where there is one. */
#include "tests/support/check.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "analysis/report.h"
#include "models/coproduction.h"
#include "sim/reader.h"
#include "sim/run.h"
#include "tests/support/scratch_group.h"
#include "tests/support/town_ensemble.h"

enum { MOST_DEPTH = 64, PAGE_MOST = 1500000 };

/* --- making ----------------------------------------------------------------------------------- */

/* A page from these files; its path. */
static const char *make_page(const char *name, enum report_language language,
                             const char *const *paths, size_t count)
{
    const char *out = scratch_path(&scratch, name);
    const struct report_request request = {
        .paths = paths, .path_count = count, .out = out, .language = language, .force = true};
    struct error e = {0};
    assert_status(report_make(&coproduction, &request, &e), STATUS_DONE, &e);
    return out;
}

static const char *make_run_of(const char *name, const char *yaml, const char *hours,
                               uint32_t agents_every)
{
    const struct setting settings[] = {{.key = "managers.hours", .value = hours, .origin = "test"}};
    const char *path = scratch_path(&scratch, name);
    const struct run_options options = {
        .out = path, .force = true, .quiet = true, .threads = 2, .agents_every = agents_every};
    struct scenario s;
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    assert_status(scenario_parse(&s, &coproduction, yaml, strlen(yaml), "test", NULL, NULL, 0,
                                 settings, 1, &e),
                  STATUS_DONE, &e);
    assert_status(run_execute(&s, &options, &record, &cost, &e), STATUS_DONE, &e);
    record_free(&record);
    scenario_free(&s);
    return path;
}

/* A run of a small town; the title is for a page to survive. */
static const char *make_run(const char *name, const char *hours, uint32_t agents_every)
{
    static const char yaml[] = "title: \""
                               "</script><script>alert(1)</script>"
                               "\"\n"
                               "weeks: 60\nreplicates: 3\npopulation.inhabitants: 1500\n"
                               "municipalities:\n  - {name: Faxe}\n";
    return make_run_of(name, yaml, hours, agents_every);
}

/* --- looking ---------------------------------------------------------------------------------- */

static bool is_void(const char *name)
{
    return strcmp(name, "meta") == 0 || strcmp(name, "img") == 0 || strcmp(name, "br") == 0;
}

/* Every element is closed in its order; the texts of scripts and styles are passed over. */
static void check_well_formed(const char *page)
{
    char open[MOST_DEPTH][16] = {{0}};
    size_t depth = 0;
    for (const char *c = strchr(page, '<'); c; c = strchr(c, '<')) {
        bool closes = c[1] == '/';
        char name[16] = "";
        size_t length = 0;
        if (c[1] == '!') {
            c++;
            continue;
        }
        for (const char *n = c + 1 + closes; isalnum((unsigned char)*n) && length < 15; n++)
            name[length++] = *n;
        if (length == 0)
            fail_msg("a bare < before '%.40s'", c);
        if (closes && (depth == 0 || strcmp(open[--depth], name) != 0))
            fail_msg("</%s> closes <%s>", name, open[depth]);
        if (!closes && !is_void(name)) {
            assert_true(depth < MOST_DEPTH);
            memcpy(open[depth++], name, sizeof name);
        }
        c = strchr(c, '>');
        assert_non_null(c);
        if (!closes && (strcmp(name, "script") == 0 || strcmp(name, "style") == 0)) {
            char end[32];
            snprintf(end, sizeof end, "</%s", name);
            c = strstr(c, end);
            assert_non_null(c);
        }
    }
    assert_int_equal(depth, 0);
}

/* The page without its scripts and styles: what could load something. */
static char *without_scripts(const char *page)
{
    char *text = strdup(page), *from;
    while ((from = strstr(text, "<script")) || (from = strstr(text, "<style"))) {
        char *end = strstr(from, from[2] == 'c' ? "</script>" : "</style>");
        assert_non_null(end);
        memmove(from, end + 8, strlen(end + 8) + 1);
    }
    return text;
}

static json_t *data_of(const char *page)
{
    static const char begin[] = "<script type=\"application/json\" id=\"data\">";
    const char *from = strstr(page, begin);
    assert_non_null(from);
    from += sizeof begin - 1;
    const char *end = strstr(from, "</script>");
    assert_non_null(end);
    json_error_t error;
    json_t *data = json_loadb(from, (size_t)(end - from), 0, &error);
    if (!data)
        fail_msg("the data are no JSON: %s", error.text);
    return data;
}

static char *check_page(const char *path, const char *language)
{
    char lang[32];
    size_t size;
    char *page = scratch_read(path, &size);
    assert_non_null(page);
    assert_true(strlen(page) == size && size < PAGE_MOST);
    snprintf(lang, sizeof lang, "<html lang=\"%s\">", language);
    assert_contains(page, lang);
    assert_contains(page, "Content-Security-Policy\" content=\"default-src 'none'");
    check_well_formed(page);
    char *bare = without_scripts(page);
    static const char *const loads[] = {"<link",  "<img",   "<iframe", "<object", "<embed",
                                        "<base ", "<video", "@import", "{{answer"};
    assert_null(strstr(page, "<script src"));
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        if (strstr(bare, loads[i]))
            fail_msg("the page has %s", loads[i]);
    for (const char *at = bare; (at = strstr(at, "href=\"")); at++)
        assert_true(at[6] == '#');
    free(bare);
    json_t *data = data_of(page);
    assert_true(json_array_size(json_object_get(data, "outcomes")) > 10);
    json_decref(data);
    return page;
}

/* --- the browser ------------------------------------------------------------------------------ */

static const char *find_browser(void)
{
    static const char *const names[] = {"chromium", "chromium-browser", "google-chrome"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char command[128];
        snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", names[i]);
        if (system(command) == 0)
            return names[i];
    }
    return NULL;
}

/* What the page has become once its program has run, to be freed. */
static char *draw(const char *path, const char *width)
{
    char command[1024];
    snprintf(command, sizeof command,
             "timeout 120 %s --headless --no-sandbox --disable-gpu --user-data-dir='%s/browser' "
             "--window-size=%s,900 --virtual-time-budget=20000 --dump-dom 'file://%s' 2>/dev/null",
             find_browser(), scratch.folder, width, path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    char *text = NULL, part[65536];
    size_t size = 0, length;
    FILE *out = open_memstream(&text, &size);
    while ((length = fread(part, 1, sizeof part, pipe)) > 0)
        fwrite(part, 1, length, out);
    fclose(out);
    assert_int_equal(pclose(pipe), 0);
    return text;
}

/* Draws the page; each of these pictures is there, and no error was. */
static void check_drawn(const char *path, const char *width, const char *const *pictures)
{
    char *page = draw(path, width), id[64];
    const char *failure = strstr(page, "data-failure=");
    if (failure)
        fail_msg("%s: %.300s", path, failure);
    assert_contains(page, "data-pictures=");
    for (; *pictures; pictures++) {
        snprintf(id, sizeof id, "<figure id=\"%s\"", *pictures);
        if (!strstr(page, id))
            fail_msg("%s: no picture %s", path, *pictures);
    }
    /* Drawn from nothing, coordinates are not numbers. */
    char *bare = without_scripts(page);
    assert_null(strstr(bare, "NaN"));
    assert_null(strstr(bare, "undefined"));
    free(bare);
    free(page);
}

/* --- tests ------------------------------------------------------------------------------------ */

static const char *const of_run[] = {"glance", "path", "hours", "lag", "sites", NULL};
static const char *const of_many[] = {"glance", "path", "places", "hours", "lag", NULL};
static const char *const of_runs[] = {"glance", "path", "arms", "hours", "lag", NULL};
static const char *const of_designs[TOWN_DESIGNS][9] = {
    {"glance", "path", "places", "arms", "curve", "hours", "lag", NULL},
    {"curve", "surface", NULL},
    {"arms", "tornado", NULL},
    {"surface", NULL},
    {"glance", "path", NULL}};

static void a_page_of_one_run(void **data)
{
    (void)data;
    const char *path = make_run("run.h5", "7.4", 20);
    free(check_page(make_page("run.html", REPORT_ENGLISH, &path, 1), "en"));
    char *page = check_page(make_page("run-da.html", REPORT_DANISH, &path, 1), "da");
    assert_contains(page, "<h2 id=\"answer-title\">Svaret</h2>");
    assert_contains(page, "&lt;/script&gt;&lt;script&gt;alert(1)");
    assert_contains(page, "Mike Bostock"); /* the library's notice */
    free(page);
}

/* Fourteen municipalities, more than a page shows one by one: all of them, where they lie. */
static void a_page_of_many_municipalities(void **data)
{
    (void)data;
    static const char yaml[] =
        "weeks: 20\nreplicates: 2\npopulation.inhabitants: 1300\nmunicipalities:\n"
        "  - {name: Faxe}\n  - {name: Odense}\n  - {name: Assens}\n  - {name: Aarhus}\n"
        "  - {name: Vejle}\n  - {name: Kolding}\n  - {name: Viborg}\n  - {name: Herning}\n"
        "  - {name: Bornholm}\n  - {name: Roskilde}\n  - {name: Randers}\n  - {name: Horsens}\n"
        "  - {name: Slagelse}\n  - {name: Ny By}\n";
    const char *path = make_run_of("many.h5", yaml, "7.4", 0);
    char *page = check_page(make_page("many.html", REPORT_ENGLISH, &path, 1), "en");
    json_t *root = data_of(page), *places = json_object_get(root, "places");
    const json_t *faxe = json_array_get(json_object_get(places, "where"), 0);
    const json_t *nowhere = json_array_get(json_object_get(places, "where"), 13);
    assert_int_equal(json_array_size(json_object_get(places, "names")), 14);
    assert_close(json_number_value(json_array_get(faxe, 0)), 700, 30);
    assert_true(json_is_null(json_array_get(nowhere, 0))); /* not in the table: on no map */
    const json_t *outcomes = json_array_get(json_object_get(places, "values"), 0);
    size_t count = json_array_size(json_object_get(root, "outcomes"));
    assert_int_equal(json_array_size(outcomes), count);
    /* The mean number of co-producers of each adds up to that of all. */
    double sum = 0;
    for (size_t i = 0; i < 14; i++)
        sum += json_number_value(json_array_get(json_array_get(outcomes, 0), i));
    const json_t *all =
        json_array_get(json_array_get(json_array_get(json_object_get(root, "cells"), 0), 0), 0);
    assert_close(sum, json_number_value(json_array_get(all, 3)), 1e-4 * sum); /* as written */
    json_decref(root);
    free(page);
}

static void a_page_of_several_runs(void **data)
{
    (void)data;
    const char *const paths[] = {make_run("few.h5", "2", 0), make_run("more.h5", "20", 0)};
    char *page = check_page(make_page("runs.html", REPORT_ENGLISH, paths, 2), "en");
    assert_contains(page, "more, compared with few");
    assert_contains(page, "20 instead of 2");
    free(page);
}

static void pages_of_experiments(void **data)
{
    (void)data;
    for (unsigned i = 0; i < TOWN_DESIGNS; i++) {
        char name[64];
        const char *path = town_ensemble(&scratch, (enum town_design)i);
        snprintf(name, sizeof name, "%s.html", town_design_names[i]);
        enum report_language language = i % 2 ? REPORT_DANISH : REPORT_ENGLISH;
        free(check_page(make_page(name, language, &path, 1), report_language_code(language)));
    }
}

/* Both places of each arm, where they lie. */
static void a_map_of_an_experiment(void **data)
{
    (void)data;
    const char *path = town_ensemble(&scratch, TOWN_ARMS);
    char *page = check_page(make_page("map.html", REPORT_ENGLISH, &path, 1), "en");
    json_t *root = data_of(page), *places = json_object_get(root, "places");
    const json_t *faxe = json_array_get(json_object_get(places, "where"), 0);
    assert_int_equal(json_array_size(json_object_get(places, "names")), 2);
    assert_close(json_number_value(json_array_get(faxe, 0)), 700, 30);
    assert_int_equal(json_array_size(json_object_get(places, "values")), 3);
    json_decref(root);
    free(page);
}

static void what_is_no_run_is_refused(void **data)
{
    (void)data;
    const char *page = scratch_path(&scratch, "no.html"), *text = scratch_path(&scratch, "text");
    const char *const experiment[] = {town_ensemble(&scratch, TOWN_ARMS),
                                      town_ensemble(&scratch, TOWN_GRID)};
    struct report_request request = {.paths = &text, .path_count = 1, .out = page};
    struct error e = {0};
    scratch_write(text, "no run", 6);
    assert_int_equal(report_make(&coproduction, &request, &e), STATUS_BAD_INPUT);
    error_free(&e);
    request.paths = experiment;
    request.path_count = 2;
    assert_int_equal(report_make(&coproduction, &request, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "give it alone");
    error_free(&e);
    scratch_write(page, "mine", 4);
    request.path_count = 1;
    assert_int_equal(report_make(&coproduction, &request, &e), STATUS_BAD_INPUT);
    assert_contains(error_text(&e), "exists already");
    error_free(&e);
}

/* Chooses all there is, goes through pictures by key and pointer, saves everything. */
static const char visitor[] =
    "<script>(function () {\n"
    "const saved = [], all = (q, f) => document.querySelectorAll(q).forEach(f);\n"
    "URL.createObjectURL = blob => { saved.push(blob); return '#'; };\n"
    "HTMLAnchorElement.prototype.click = function () {};\n"
    "all('select', s => Array.from(s.options).forEach(o => {\n"
    "    s.value = o.value; s.dispatchEvent(new Event('change')); }));\n"
    "all('figure svg[tabindex]', s => {\n"
    "    s.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));\n"
    "    s.dispatchEvent(new PointerEvent('pointermove', { clientX: 300, clientY: 200 })); });\n"
    "const tips = Array.from(document.querySelectorAll('.tip')).filter(t => !t.hidden).length;\n"
    "all('.buttons button', b => b.click());\n"
    "Promise.all(saved.map(b => b.text())).then(texts => {\n"
    "    const drawn = texts.filter(t => t.startsWith('<?xml'));\n"
    "    const bad = drawn.filter(t => new DOMParser().parseFromString(t, 'image/svg+xml')\n"
    "        .querySelector('parsererror') || /NaN|undefined|var\\(/.test(t));\n"
    "    const empty = texts.filter(t => !t.startsWith('<?xml') && t.split('\\n').length < 3);\n"
    "    document.documentElement.dataset.visit = tips + ' tips, ' + drawn.length + ' drawn, ' +\n"
    "        bad.length + ' bad, ' + empty.length + ' empty';\n"
    "}); }());</script></body>";

/* The page with the visitor in it, and what it found. */
static void check_visit(const char *path, const char *found)
{
    size_t size;
    char *page = scratch_read(path, &size), want[256];
    assert_non_null(page);
    char *end = strstr(page, "</body>");
    assert_non_null(end);
    const char *visited = scratch_path(&scratch, "visited.html");
    FILE *out = fopen(visited, "wb");
    assert_non_null(out);
    fwrite(page, 1, (size_t)(end - page), out);
    fputs(visitor, out);
    fputs("</html>\n", out);
    fclose(out);
    free(page);
    page = draw(visited, "1200");
    if (strstr(page, "data-failure="))
        fail_msg("%s: %.300s", path, strstr(page, "data-failure="));
    snprintf(want, sizeof want, "data-visit=\"%s\"", found);
    if (!strstr(page, want))
        fail_msg("%s: must have %s, has %.80s", path, want,
                 strstr(page, "data-visit=") ? strstr(page, "data-visit=") : "nothing");
    free(page);
}

static void a_browser_draws_them(void **data)
{
    (void)data;
    if (!find_browser()) {
        print_message("skipped: no Chromium here to draw the pages of reports\n");
        skip();
    }
    check_drawn(scratch_path(&scratch, "run.html"), "1200", of_run);
    check_drawn(scratch_path(&scratch, "run-da.html"), "390", of_run);
    check_drawn(scratch_path(&scratch, "runs.html"), "390", of_runs);
    check_drawn(scratch_path(&scratch, "many.html"), "390", of_many);
    for (unsigned i = 0; i < TOWN_DESIGNS; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.html", town_design_names[i]);
        check_drawn(scratch_path(&scratch, name), i % 2 ? "390" : "1200", of_designs[i]);
    }
}

static void all_can_be_chosen_and_saved(void **data)
{
    (void)data;
    if (!find_browser()) {
        print_message("skipped: no Chromium here to try the pages of reports\n");
        skip();
    }
    check_visit(scratch_path(&scratch, "run.html"), "4 tips, 4 drawn, 0 bad, 0 empty");
    check_visit(scratch_path(&scratch, "many.html"), "4 tips, 4 drawn, 0 bad, 0 empty");
    check_visit(scratch_path(&scratch, "arms.html"), "6 tips, 6 drawn, 0 bad, 0 empty");
    check_visit(scratch_path(&scratch, "grid.html"), "3 tips, 3 drawn, 0 bad, 0 empty");
    check_visit(scratch_path(&scratch, "latin.html"), "2 tips, 2 drawn, 0 bad, 0 empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_of_one_run),      cmocka_unit_test(a_page_of_many_municipalities),
        cmocka_unit_test(a_page_of_several_runs), cmocka_unit_test(pages_of_experiments),
        cmocka_unit_test(a_map_of_an_experiment), cmocka_unit_test(what_is_no_run_is_refused),
        cmocka_unit_test(a_browser_draws_them),   cmocka_unit_test(all_can_be_chosen_and_saved),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
