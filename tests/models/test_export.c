/* Run files in the forms of others: tables, documents and networks hold what the file holds. */
#include "tests/support/check.h"

#include <jansson.h>

#include "analysis/export_parts.h"
#include "sim/run.h"
#include "tests/support/scratch.h"
#include "tests/support/small_town.h"
#include "tests/support/toy_ensemble.h"

static const char two_towns[] = "title: 'A & B <\"C\">'\n"
                                "weeks: 56\n"
                                "replicates: 2\n"
                                "municipalities:\n"
                                "  - {name: 'North, \"old\"', population: {inhabitants: 2500}}\n"
                                "  - {name: Sæby, population: {inhabitants: 2000}}\n";

struct fixture {
    struct scratch scratch;
    struct scenario scenario;
    struct record record;
    const char *file;
};

static int set_up(void **data)
{
    struct fixture *t = calloc(1, sizeof *t);
    struct error e = {0};
    scratch_open(&t->scratch);
    t->file = scratch_path(&t->scratch, "two.h5");
    small_scenario(&t->scenario, two_towns);
    struct run_options options = {.out = t->file, .threads = 1, .agents_every = 28, .quiet = true};
    struct run_cost cost;
    assert_status(run_execute(&t->scenario, &options, &t->record, &cost, &e), STATUS_DONE, &e);
    *data = t;
    return 0;
}

static int tear_down(void **data)
{
    struct fixture *t = *data;
    record_free(&t->record);
    scenario_free(&t->scenario);
    scratch_close(&t->scratch);
    free(t);
    return 0;
}

static struct export_request request_of(const struct fixture *t, enum export_format format)
{
    return (struct export_request){.path = t->file, .format = format, .week = EXPORT_ANY};
}

/* What the request writes, to be freed. */
static char *written(const struct export_request *request)
{
    char *text = NULL;
    size_t size = 0;
    struct error e = {0};
    FILE *out = open_memstream(&text, &size);
    assert_status(export_file(&coproduction, request, out, &e), STATUS_DONE, &e);
    fclose(out);
    char *copy = strdup(text); /* of which no compiler thinks that the stream still has it */
    free(text);
    return copy;
}

static const char *write_ensemble(struct fixture *t, const struct ensemble *ensemble)
{
    struct toy_ensemble_runs runs = {ensemble, {1, 1}};
    const struct store_source source = {.take = toy_ensemble_take, .context = &runs};
    const struct store_run_options options = {.replace = true};
    const char *path = scratch_path(&t->scratch, "arms.h5");
    struct error e = {0};
    assert_status(store_ensemble(path, ensemble, (struct shard){1, 1}, &source, &options, &e),
                  STATUS_DONE, &e);
    return path;
}

static void refuses(const struct export_request *request, const char *words)
{
    char *text = NULL;
    size_t size = 0;
    struct error e = {0};
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(export_file(&coproduction, request, out, &e), STATUS_BAD_INPUT);
    fclose(out);
    assert_contains(error_text(&e), words);
    assert_int_equal(size, 0);
    free(text);
    error_free(&e);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

static bool same_bits(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void numbers_read_back_to_the_same_bits(void **data)
{
    (void)data;
    char text[EXPORT_NUMBER];
    uint32_t bits = 1;
    for (unsigned i = 0; i < 200000; i++) {
        float value;
        bits = bits * 1664525u + 1013904223u;
        memcpy(&value, &bits, sizeof value);
        export_real(value, text);
        if (isfinite(value))
            assert_true(same_bits(strtof(text, NULL), value));
        else
            assert_string_equal(text, "");
    }
    assert_string_equal(export_real(0.1f, text), "0.1");
    assert_string_equal(export_real(-3.0f, text), "-3");
    assert_string_equal(export_real(NAN, text), "");
    assert_string_equal(export_whole(UINT32_MAX, text), "");
    assert_string_equal(export_whole(7, text), "7");
}

/* --- tables ----------------------------------------------------------------------------------- */

static void a_table_has_a_line_for_each_week_and_place(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_CSV);
    request.series[0] = "trust,coproducers";
    request.series[1] = "trust";
    request.series_count = 2;
    char *text = written(&request), *at = text;
    const char *head = "replicate,week,municipality,trust,coproducers\r\n";
    assert_memory_equal(text, head, strlen(head));
    at += strlen(head);
    size_t trust = small_observable("trust"), people = small_observable("coproducers");
    for (size_t r = 0; r < 2; r++)
        for (size_t week = 0; week < 56; week++)
            for (size_t place = 0; place < 2; place++) {
                char start[64];
                snprintf(start, sizeof start, "%zu,%zu,%s,", r + 1, week + 1,
                         place == 0 ? "\"North, \"\"old\"\"\"" : "Sæby");
                assert_memory_equal(at, start, strlen(start));
                float value = strtof(at + strlen(start), &at);
                assert_true(same_bits(value, record_at(&t->record, trust, r, week)[place]));
                assert_int_equal(*at, ',');
                value = strtof(at + 1, &at);
                assert_true(same_bits(value, record_at(&t->record, people, r, week)[place]));
                assert_memory_equal(at, "\r\n", 2);
                at += 2;
            }
    assert_int_equal(*at, '\0');
    free(text);
}

static void all_series_are_there_and_what_is_missing_is_empty(void **data)
{
    const struct fixture *t = *data;
    struct record holes = t->record;
    struct export_request request = request_of(t, EXPORT_CSV);
    struct store_run_options options = {0};
    struct error e = {0};
    size_t values = holes.observables * holes.replicates * holes.weeks * holes.places;
    holes.series = malloc(values * sizeof *holes.series);
    memcpy(holes.series, t->record.series, values * sizeof *holes.series);
    record_at(&holes, small_observable("attention"), 0, 0)[1] = NAN;
    request.path = scratch_path(&((struct fixture *)*data)->scratch, "holes.h5");
    assert_status(store_run(request.path, &holes, &options, &e), STATUS_DONE, &e);

    char *text = written(&request), line[4096];
    size_t length = strcspn(text, "\r");
    assert_in_range(length, 100, sizeof line - 1);
    memcpy(line, text, length);
    line[length] = '\0';
    for (size_t k = 0; k < coproduction.observable_count; k++)
        assert_contains(line, coproduction.observables[k].name);
    assert_int_equal(occurrences(text, "\r\n"), 1 + 2 * 56 * 2);
    size_t missing = 0;
    for (size_t i = 0; i < values; i++)
        missing += isnan(holes.series[i]) ? 1 : 0;
    assert_int_equal(occurrences(text, ",,") + occurrences(text, ",\r"), missing);
    free(text);

    request.format = EXPORT_JSON;
    text = written(&request);
    assert_int_equal(occurrences(text, "null"), missing);
    free(text);
    free(holes.series);
}

static void agents_are_a_table_too(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_CSV);
    request.agents = true;
    request.series[0] = "municipality,site,burnout";
    request.series_count = 1;
    char *text = written(&request), *at = text;
    const char *head = "replicate,week,citizen,municipality,site,burnout\r\n";
    assert_memory_equal(text, head, strlen(head));
    at += strlen(head);
    for (uint32_t r = 0; r < 2; r++) {
        struct world *w;
        struct error e = {0};
        assert_status(world_open(&w, &coproduction, &t->scenario, r, 1, &e), STATUS_DONE, &e);
        const struct town *town = town_of_const(w);
        for (uint32_t week = 28; week <= 56; week += 28) {
            while (w->week < week)
                world_step(w);
            for (size_t i = 0; i < town->citizens; i++) {
                char line[128], site[32], burnout[EXPORT_NUMBER];
                export_whole(town->citizen_site[i], site);
                export_real(town->citizen_burnout[i], burnout);
                snprintf(line, sizeof line, "%u,%u,%zu,%s,%s,%s\r\n", r + 1, week, i,
                         town->citizen_municipality[i] == 0 ? "\"North, \"\"old\"\"\"" : "Sæby",
                         site, burnout);
                assert_memory_equal(at, line, strlen(line));
                at += strlen(line);
            }
        }
        world_close(w);
    }
    assert_int_equal(*at, '\0');
    free(text);
}

/* --- documents -------------------------------------------------------------------------------- */

static void a_document_holds_every_series(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_JSON);
    char *text = written(&request);
    json_error_t fault;
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    if (!all)
        fail_msg("%s at line %d", fault.text, fault.line);
    assert_string_equal(json_string_value(json_object_get(all, "title")), "A & B <\"C\">");
    const json_t *dimensions = json_object_get(all, "dimensions");
    assert_int_equal(json_array_size(json_object_get(dimensions, "week")), 56);
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(dimensions, "municipality"), 0)),
        "North, \"old\"");
    const json_t *series = json_object_get(all, "series");
    assert_int_equal(json_object_size(series), coproduction.observable_count);
    for (size_t k = 0; k < coproduction.observable_count; k++) {
        const struct observable *o = &coproduction.observables[k];
        const json_t *one = json_object_get(series, o->name);
        assert_string_equal(json_string_value(json_object_get(one, "meaning")), o->meaning);
        for (size_t r = 0; r < 2; r++)
            for (size_t week = 0; week < 56; week++)
                for (size_t place = 0; place < 2; place++) {
                    const json_t *value = json_array_get(
                        json_array_get(json_array_get(json_object_get(one, "values"), r), week),
                        place);
                    float held = record_at(&t->record, k, r, week)[place];
                    assert_true(isnan(held) ? json_is_null(value)
                                            : same_bits((float)json_number_value(value), held));
                }
    }
    json_decref(all);
    free(text);
}

static void a_document_holds_agents(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_JSON);
    request.agents = true;
    request.series[0] = "age";
    request.series[1] = "trust";
    request.series_count = 2;
    char *text = written(&request);
    json_error_t fault;
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    if (!all)
        fail_msg("%s at line %d", fault.text, fault.line);
    const json_t *agents = json_object_get(all, "agents");
    const json_t *ages = json_object_get(json_object_get(agents, "age"), "values");
    const json_t *trust = json_object_get(json_object_get(agents, "trust"), "values");
    struct world *w = small_world(&t->scenario, 1);
    const struct town *town = town_of_const(w);
    assert_int_equal(json_array_size(json_array_get(ages, 0)), town->citizens);
    while (w->week < 56)
        world_step(w);
    for (size_t i = 0; i < town->citizens; i++) {
        assert_int_equal(json_integer_value(json_array_get(json_array_get(ages, 0), i)),
                         town->citizen_age[i]);
        const json_t *value = json_array_get(json_array_get(json_array_get(trust, 0), 1), i);
        assert_true(same_bits((float)json_number_value(value), town->citizen_trust[i]));
    }
    world_close(w);
    json_decref(all);
    free(text);
}

/* --- experiments ------------------------------------------------------------------------------ */

static void a_table_of_an_experiment_names_arms_and_settings(void **data)
{
    struct ensemble ensemble;
    struct export_request request = request_of(*data, EXPORT_CSV);
    toy_ensemble(&ensemble, 2);
    request.path = write_ensemble(*data, &ensemble);
    char *text = written(&request), *at = text;
    const char *head = "arm,arm_name,walk.step,walkers,off.jump,walk.law,replicate,week,place,"
                       "status,mean_height,share_above\r\n";
    const char *const settings[] = {"1,calm,0.01,30,0,uniform", "2,windy,0.02,30,1,uniform",
                                    "3,wild,0.1,40,0,normal"};
    assert_memory_equal(text, head, strlen(head));
    at += strlen(head);
    for (size_t arm = 0; arm < 3; arm++)
        for (size_t r = 0; r < 2; r++)
            for (size_t week = 0; week < TOY_ENSEMBLE_WEEKS; week++)
                for (size_t place = 0; place < 2; place++) {
                    char line[160], values[32] = "failed,,";
                    size_t run = ensemble_run(&ensemble, arm, r);
                    if (arm != 2 || r != 1)
                        snprintf(values, sizeof values, "done,%g,%g",
                                 (double)toy_ensemble_value(run, 0, week, place),
                                 (double)toy_ensemble_value(run, 1, week, place));
                    snprintf(line, sizeof line, "%s,%zu,%zu,%s,%s\r\n", settings[arm], r + 1,
                             week + 1, place == 0 ? "North" : "Süd", values);
                    assert_memory_equal(at, line, strlen(line));
                    at += strlen(line);
                }
    assert_int_equal(*at, '\0');
    free(text);
    ensemble_free(&ensemble);
}

static void a_document_of_an_experiment_has_arms_first(void **data)
{
    struct ensemble ensemble;
    struct export_request request = request_of(*data, EXPORT_JSON);
    toy_ensemble(&ensemble, 2);
    request.path = write_ensemble(*data, &ensemble);
    char *text = written(&request);
    json_error_t fault;
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, &fault), *value;
    if (!all)
        fail_msg("%s at line %d", fault.text, fault.line);
    assert_string_equal(json_string_value(json_object_get(all, "kind")), "samskab experiment");
    assert_string_equal(json_string_value(json_object_get(all, "baseline")), "windy");
    const char *name, *law, *state, *why;
    double step, walkers, failed;
    assert_int_equal(json_unpack(all,
                                 "{s:{s:[s,s,s!]}, s:{s:{s:{s:[F,F,F]}, s:{s:[F,F,F]}, "
                                 "s:{s:[s,s,s]}}}, s:[[s,s],[s,s],[s,s]], s:[{s:F, s:s}!]}",
                                 "dimensions", "arm", &name, &name, &name, "design", "columns",
                                 "walk.step", "values", &step, &step, &step, "walkers", "values",
                                 &walkers, &walkers, &walkers, "walk.law", "values", &law, &law,
                                 &law, "status", &state, &state, &state, &state, &state, &state,
                                 "failures", "arm", &failed, "why", &why),
                     0);
    assert_string_equal(name, "wild");
    assert_close(step, 0.1, 0);
    assert_close(walkers, 40, 0);
    assert_string_equal(law, "normal");
    assert_string_equal(state, "failed");
    assert_close(failed, 3, 0);
    assert_string_equal(why, "it blew away");
    for (size_t arm = 0; arm < 3; arm++)
        for (size_t r = 0; r < 2; r++) {
            value = json_object_get(json_object_get(all, "series"), "share_above");
            value = json_array_get(json_object_get(value, "values"), arm);
            value = json_array_get(json_array_get(json_array_get(value, r), 3), 1);
            float held = toy_ensemble_value(ensemble_run(&ensemble, arm, r), 1, 3, 1);
            if (arm == 2 && r == 1)
                assert_true(json_is_null(value));
            else
                assert_close(json_number_value(value), (double)held, 0);
        }
    json_decref(all);
    free(text);
    ensemble_free(&ensemble);
}

static void an_experiment_refuses_what_it_lacks(void **data)
{
    struct ensemble ensemble;
    struct export_request request = request_of(*data, EXPORT_GRAPHML);
    toy_ensemble(&ensemble, 2);
    request.path = write_ensemble(*data, &ensemble);
    refuses(&request, "say with --arm NAME whose network, such as --arm calm");
    request.arm = "wid";
    refuses(&request, "has no arm wid; did you mean wild?");
    request.arm = "wild";
    request.replicate = 2;
    refuses(&request, "replicate 2 of wild is failed");
    request.format = EXPORT_CSV;
    refuses(&request, "they go with --format graphml");
    request = (struct export_request){
        .path = request.path, .format = EXPORT_CSV, .agents = true, .week = EXPORT_ANY};
    refuses(&request, "an experiment stores no agents");
    request = request_of(*data, EXPORT_GRAPHML);
    request.arm = "calm";
    refuses(&request, "a run file has no arms");
    ensemble_free(&ensemble);
}

/* --- networks --------------------------------------------------------------------------------- */

/* Weights of the edges of one kind, added up. */
static double weight_of(const char *text, const char *tie)
{
    char part[128];
    double sum = 0;
    snprintf(part, sizeof part, "<data key=\"tie\">%s</data><data key=\"weight\">", tie);
    for (const char *at = text; (at = strstr(at, part));) {
        at += strlen(part);
        sum += strtod(at, NULL);
    }
    return sum;
}

static struct world *world_at(const struct fixture *t, uint32_t week)
{
    struct world *w = small_world(&t->scenario, 1);
    while (w->week < week)
        world_step(w);
    return w;
}

static void a_network_of_all_has_every_tie(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_GRAPHML);
    request.agents = true;
    char *text = written(&request);
    struct world *w = world_at(t, 56);
    const struct town *town = town_of_const(w);
    size_t sited = 0, came = 0, living = 0, partners = 0;
    for (size_t i = 0; i < town->citizens; i++) {
        sited += town->citizen_site[i] != NOBODY;
        came += town->citizen_association[i] != NOBODY &&
                town->association_alive[town->citizen_association[i]];
    }
    for (size_t a = 0; a < town->associations; a++) {
        living += town->association_alive[a];
        partners += town->association_alive[a] && town->association_site[a] != NOBODY;
    }
    assert_true(sited > 100 && came > 20 && partners > 5);
    assert_int_equal(occurrences(text, "<node "),
                     town->citizens + town->professionals + town->sites + town->managers + living);
    assert_int_equal(occurrences(text, ">friends<"), w->ties.ties);
    assert_int_equal(occurrences(text, ">coproduces_at<"), sited);
    assert_int_equal(occurrences(text, ">came_through<"), came);
    assert_int_equal(occurrences(text, ">partner_of<"), partners);
    assert_int_equal(occurrences(text, ">works_at<"), town->professionals);
    assert_int_equal(occurrences(text, ">leads<"), town->sites);
    assert_contains(text, "<data key=\"title\">A &amp; B &lt;&quot;C&quot;&gt;</data>");
    assert_contains(text, "North, &quot;old&quot;");
    world_close(w);
    free(text);
}

static void without_agents_they_are_counted(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_GRAPHML);
    request.week = 30;
    char *text = written(&request);
    struct world *w = world_at(t, 30);
    const struct town *town = town_of_const(w);
    double across = 0, came = 0, paired = 0;
    for (size_t i = 0; i < town->citizens; i++) {
        uint32_t site = town->citizen_site[i];
        if (site == NOBODY)
            continue;
        came += town->citizen_association[i] != NOBODY &&
                town->association_alive[town->citizen_association[i]];
        paired += town->citizen_partner[i] != NOBODY;
        for (uint32_t k = w->ties.start[i]; k < w->ties.start[i + 1]; k++) {
            uint32_t there = town->citizen_site[w->ties.target[k]];
            across += there != NOBODY && there != site ? 0.5 : 0;
        }
    }
    assert_true(across > 3);
    assert_close(weight_of(text, "friends"), across, 0);
    assert_close(weight_of(text, "came_through"), came, 0);
    assert_close(weight_of(text, "paired_with"), paired, 0);
    assert_int_equal(occurrences(text, ">coproduces_at<"), 0);
    assert_int_equal(occurrences(text, ">citizen<"), 0);
    assert_contains(text, "<data key=\"week\">30</data>");
    world_close(w);
    free(text);
}

static void networks_differ_by_week_and_replicate(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_GRAPHML);
    request.agents = true;
    request.week = 0;
    char *first = written(&request), *again = written(&request);
    request.replicate = 2;
    char *other = written(&request);
    request.replicate = 1;
    request.week = 56;
    char *later = written(&request);
    assert_string_equal(first, again);
    assert_true(strcmp(strstr(first, "<node"), strstr(other, "<node")) != 0);
    assert_true(strcmp(strstr(first, "<node"), strstr(later, "<node")) != 0);
    free(first);
    free(again);
    free(other);
    free(later);
}

/* A file whose series are not those of its scenario has no network. */
static void another_run_is_refused(void **data)
{
    struct fixture *t = *data;
    struct record other = t->record;
    struct export_request request = request_of(t, EXPORT_GRAPHML);
    struct store_run_options options = {0};
    struct error e = {0};
    size_t values = other.observables * other.replicates * other.weeks * other.places;
    other.series = malloc(values * sizeof *other.series);
    memcpy(other.series, t->record.series, values * sizeof *other.series);
    record_at(&other, small_observable("trust"), 0, 55)[1] += 1e-6f;
    request.path = scratch_path(&t->scratch, "other.h5");
    assert_status(store_run(request.path, &other, &options, &e), STATUS_DONE, &e);
    refuses(&request, "cannot be made again: run again, trust is");
    request.week = 55;
    free(written(&request));
    request.agents = true;
    request.format = EXPORT_CSV;
    request.week = EXPORT_ANY;
    refuses(&request, "holds no agents");
    free(other.series);
}

static void wrong_requests_are_told(void **data)
{
    const struct fixture *t = *data;
    struct export_request request = request_of(t, EXPORT_CSV);
    request.series[0] = "burnuot,trust,moitvation";
    request.series_count = 1;
    refuses(&request, "holds no series burnuot; did you mean burnout?");
    refuses(&request, "holds no series moitvation; did you mean motivation?");
    request.agents = true;
    request.series[0] = "agee";
    refuses(&request, "holds no column of agents agee; did you mean age?");
    request = request_of(t, EXPORT_JSON);
    request.week = 3;
    refuses(&request, "graphml");
    request = request_of(t, EXPORT_GRAPHML);
    request.week = 57;
    refuses(&request, "has 56 weeks, no week 57");
    request = request_of(t, EXPORT_GRAPHML);
    request.replicate = 3;
    refuses(&request, "has 2 replicates, no number 3");
    request = request_of(t, EXPORT_GRAPHML);
    request.series[0] = "trust";
    request.series_count = 1;
    refuses(&request, "a network has no series");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_to_the_same_bits),
        cmocka_unit_test(a_table_has_a_line_for_each_week_and_place),
        cmocka_unit_test(all_series_are_there_and_what_is_missing_is_empty),
        cmocka_unit_test(agents_are_a_table_too),
        cmocka_unit_test(a_document_holds_every_series),
        cmocka_unit_test(a_document_holds_agents),
        cmocka_unit_test(a_table_of_an_experiment_names_arms_and_settings),
        cmocka_unit_test(a_document_of_an_experiment_has_arms_first),
        cmocka_unit_test(an_experiment_refuses_what_it_lacks),
        cmocka_unit_test(a_network_of_all_has_every_tie),
        cmocka_unit_test(without_agents_they_are_counted),
        cmocka_unit_test(networks_differ_by_week_and_replicate),
        cmocka_unit_test(another_run_is_refused),
        cmocka_unit_test(wrong_requests_are_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
