/* samskab: the program.  Ties engine, model and analysis together; the only place that exits. */
#include <argp.h>
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/calibrate.h"
#include "analysis/compare.h"
#include "analysis/experiment.h"
#include "analysis/export.h"
#include "analysis/frontier.h"
#include "analysis/posterior.h"
#include "analysis/report.h"
#include "analysis/sensitivity.h"
#include "analysis/summary.h"
#include "models/coproduction.h"
#include "models/voting_report.h"
#include "sim/describe.h"
#include "sim/durable.h"
#include "sim/enclosure.h"
#include "sim/parts.h"
#include "sim/progress.h"
#include "sim/ranks.h"
#include "sim/reader.h"
#include "sim/run.h"
#include "sim/scenario_reader.h"
#include "sim/selftest.h"
#include "sim/version.h"

enum { SETTINGS = 256, THREADS = 1024, OUTCOMES = 100 };

/* Options that have no letter. */
enum {
    KEY_WEEKS = 256,
    KEY_SEED,
    KEY_REPLICATES,
    KEY_THREADS,
    KEY_SET,
    KEY_CHECKPOINT,
    KEY_AGENTS,
    KEY_FORCE,
    KEY_DRY,
    KEY_FORMAT,
    KEY_RULE,
    KEY_POOL,
    KEY_COMPARE,
    KEY_CHECK,
    KEY_EVALUATIONS,
    KEY_FIT,
    KEY_DRAWS,
    KEY_TRIALS,
    KEY_SHARD,
    KEY_RESUME,
    KEY_OUTCOME,
    KEY_AT,
    KEY_MEAN,
    KEY_BASELINE,
    KEY_MARGIN,
    KEY_DETECT,
    KEY_RESAMPLES,
    KEY_THRESHOLD,
    KEY_LANGUAGE,
    KEY_SERIES,
    KEY_PERSONS,
    KEY_ARM,
    KEY_REPLICATE,
    KEY_WEEK,
    KEY_UNTRUSTED
};

/* What a command line asks for; each command reads its own part. */
struct request {
    const char *input; /* scenario, run file or pattern; NULL when none was given */
    char **inputs;     /* all of them */
    int input_count;
    struct run_options run;
    bool dry;
    enum table_format format;
    struct voting_request budget;
    struct calibrate_request calibration;
    struct export_request export;
    struct arms_request arms; /* what outcomes are taken of */
    const char *outcomes[OUTCOMES];
    struct compare_request comparison;
    struct sensitivity_request sensitivity;
    struct frontier_request frontier;
    struct report_request page;
    uint64_t seed; /* of a calibration, of resampling */
    struct shard shard;
    bool resume;
    bool untrusted; /* files of strangers, to be read by a child that is shut in */
    struct setting settings[SETTINGS];
    char *keys[SETTINGS]; /* of settings, to be freed */
    size_t setting_count;
};

static const struct model *const model = &coproduction;

/* Prints findings, forgets them, and gives the exit code back. */
static enum status report(enum status status, struct error *e)
{
    fflush(stdout);
    fputs(error_text(e), stderr);
    error_free(e);
    return status;
}

/* --- options ---------------------------------------------------------------------------------- */

static unsigned long read_number(struct argp_state *state, const char *option, const char *text,
                                 unsigned long lo, unsigned long hi)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || strchr(text, '-') ||
        !(value >= lo && value <= hi))
        argp_error(state, "%s is %s, must be a whole number in [%lu, %lu]", option, text, lo, hi);
    return value;
}

static void add_setting(struct argp_state *state, const char *key, const char *value,
                        const char *origin)
{
    struct request *request = state->input;
    if (request->setting_count == SETTINGS)
        argp_error(state, "more than %d settings; write them into a scenario", SETTINGS);
    request->settings[request->setting_count++] =
        (struct setting){.key = key, .value = value, .origin = origin};
}

static void add_set(struct argp_state *state, const char *text)
{
    struct request *request = state->input;
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        argp_error(state, "--set %s: must have the form KEY=VALUE", text);
    char *key = strndup(text, (size_t)(equals - text));
    if (!key)
        argp_failure(state, STATUS_FAILED, 0, "out of memory");
    add_setting(state, key, equals + 1, "--set");
    request->keys[request->setting_count - 1] = key;
}

static error_t take_input(struct argp_state *state, char *text, int most)
{
    struct request *request = state->input;
    if (request->input_count == most)
        argp_error(state, "too many arguments: %s", text);
    if (request->input_count == 0) {
        request->input = text;
        request->inputs = &state->argv[state->next - 1];
    }
    request->input_count++;
    return 0;
}

/* The options that commands share are parsed by children, which argp gives no input of itself. */
static error_t hand_down(struct argp_state *state)
{
    const struct argp_child *children = state->root_argp->children;
    for (size_t i = 0; children && children[i].argp; i++)
        state->child_inputs[i] = state->input;
    return 0;
}

/* What several commands take, each where it is among their options. */
static error_t parse_shared(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case 'o':
        request->run.out = text;
        return 0;
    case 'q':
        request->run.quiet = true;
        return 0;
    case KEY_THREADS:
        request->run.threads = (int)read_number(state, "--threads", text, 1, THREADS);
        return 0;
    case KEY_FORCE:
        request->run.force = true;
        return 0;
    case KEY_DRY:
        request->dry = true;
        return 0;
    case KEY_RESUME:
        request->resume = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_run(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    const struct param *params = model->params.rows;
    switch (key) {
    case ARGP_KEY_INIT:
        return hand_down(state);
    case KEY_WEEKS:
        add_setting(state, params[model->weeks_param].key, text, "--weeks");
        return 0;
    case KEY_SEED:
        add_setting(state, params[model->seed_param].key, text, "--seed");
        return 0;
    case KEY_REPLICATES:
        add_setting(state, params[model->replicates_param].key, text, "--replicates");
        return 0;
    case KEY_SET:
        add_set(state, text);
        return 0;
    case KEY_AGENTS:
        request->run.agents_every = (uint32_t)read_number(state, "--agents", text, 1, 65535);
        return 0;
    case ARGP_KEY_ARG:
        return take_input(state, text, 1);
    default:
        return parse_shared(key, text, state);
    }
}

/* What `run` and `resume` have in common. */
static error_t parse_work(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case KEY_CHECKPOINT:
        request->run.checkpoint_every =
            (uint32_t)read_number(state, "--checkpoint-every", text, 1, 65535);
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

static error_t parse_resume(int key, char *text, struct argp_state *state)
{
    if (key == ARGP_KEY_INIT)
        return hand_down(state);
    if (key == ARGP_KEY_ARG)
        return take_input(state, text, 1);
    if (key == ARGP_KEY_NO_ARGS)
        argp_error(state, "name the run file that was to be written, or its folder of parts");
    return ARGP_ERR_UNKNOWN;
}

static error_t parse_validate(int key, char *text, struct argp_state *state)
{
    if (key == ARGP_KEY_ARG)
        return take_input(state, text, -1);
    if (key == ARGP_KEY_NO_ARGS)
        argp_error(state, "name a scenario");
    return ARGP_ERR_UNKNOWN;
}

static error_t parse_table(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    if (key != KEY_FORMAT)
        return ARGP_ERR_UNKNOWN;
    if (!table_format_parse(text, &request->format))
        argp_error(state, "--format is %s, must be one of table, csv, yaml, md", text);
    return 0;
}

static error_t parse_one(int key, char *text, struct argp_state *state)
{
    if (key == ARGP_KEY_INIT)
        return hand_down(state);
    return key == ARGP_KEY_ARG ? take_input(state, text, 1) : ARGP_ERR_UNKNOWN;
}

static error_t parse_info(int key, char *text, struct argp_state *state)
{
    if (key == ARGP_KEY_NO_ARGS)
        argp_error(state, "name a run file");
    return parse_one(key, text, state);
}

static error_t parse_budget(int key, char *text, struct argp_state *state)
{
    struct voting_request *budget = &((struct request *)state->input)->budget;
    switch (key) {
    case KEY_RULE:
        budget->rule = text;
        return 0;
    case KEY_POOL:
        budget->pools = text;
        return 0;
    case KEY_COMPARE:
        budget->compare = true;
        return 0;
    case KEY_FORMAT:
        if (!voting_format_parse(text, &budget->format))
            argp_error(state, "--format is %s, must be one of table, json, csv", text);
        return 0;
    case ARGP_KEY_ARG:
        budget->path = text;
        return take_input(state, text, 1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a .pb file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Options that do not go together. */
static void check_calibration(const struct argp_state *state, const struct request *request)
{
    const struct calibrate_request *c = &request->calibration;
    bool draws = !c->fit && !c->check;
    if (c->fit && c->check)
        argp_error(state, "--fit and --check exclude each other");
    if (!draws && (c->draws > 0 || c->trials > 0 || request->resume))
        argp_error(state, "--draws, --trials and --resume are of a posterior, not of --%s",
                   c->fit ? "fit" : "check");
    if (!c->fit && c->evaluations > 0)
        argp_error(state, "--evaluations is of --fit");
}

static error_t parse_calibrate(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    struct calibrate_request *calibration = &request->calibration;
    switch (key) {
    case KEY_SEED:
        request->seed = read_number(state, "--seed", text, 0, (1ul << 53) - CALIBRATE_FRESH_SEED);
        calibration->seed = &request->seed;
        return 0;
    case KEY_EVALUATIONS:
        calibration->evaluations = read_number(state, "--evaluations", text, 1, 1000000);
        return 0;
    case KEY_DRAWS:
        calibration->draws = read_number(state, "--draws", text, 20, 10000);
        return 0;
    case KEY_TRIALS:
        calibration->trials = read_number(state, "--trials", text, 40, 10000000);
        return 0;
    case KEY_FIT:
        calibration->fit = true;
        return 0;
    case KEY_CHECK:
        calibration->check = true;
        return 0;
    case KEY_FORMAT:
        if (!calibrate_format_parse(text, &calibration->format))
            argp_error(state, "--format is %s, must be one of table, json, md", text);
        return 0;
    case ARGP_KEY_ARG:
        calibration->path = text;
        return take_input(state, text, 1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a file of targets, such as scenarios/targets/sources.yaml");
        return 0;
    case ARGP_KEY_END:
        check_calibration(state, request);
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

static error_t parse_experiment(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case KEY_SHARD:
        if (!experiment_parse_shard(text, &request->shard))
            argp_error(state, "--shard is %s, must be a part of a whole, such as 3/40", text);
        return 0;
    case ARGP_KEY_ARG:
        return take_input(state, text, 1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a plan");
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

static error_t parse_merge(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        return take_input(state, text, -1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name the files of all shards");
        return 0;
    case ARGP_KEY_END:
        if (!request->run.out)
            argp_error(state, "name the file to write, with -o");
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

/* Outcomes and their weeks, which analyses of runs have in common. */
static error_t parse_arms(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    struct arms_request *arms = &request->arms;
    switch (key) {
    case KEY_OUTCOME:
        if (arms->outcome_count == OUTCOMES)
            argp_error(state, "more than %d outcomes", OUTCOMES);
        request->outcomes[arms->outcome_count++] = text;
        return 0;
    case KEY_AT:
        arms->at = read_number(state, "--at", text, 1, 65535);
        return 0;
    case KEY_MEAN:
        arms->last = read_number(state, "--mean", text, 1, 65535);
        return 0;
    case KEY_SEED:
        request->seed = read_number(state, "--seed", text, 0, 1ul << 53);
        return 0;
    case ARGP_KEY_END:
        if (arms->at > 0 && arms->last > 0)
            argp_error(state, "--at takes one week and --mean several; give one of them");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What commands that only read finished files have in common. */
static error_t parse_reading(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key != KEY_UNTRUSTED)
        return ARGP_ERR_UNKNOWN;
    ((struct request *)state->input)->untrusted = true;
    return 0;
}

static void read_format(struct argp_state *state, const char *text, enum words_format *format)
{
    if (!words_format_parse(text, format))
        argp_error(state, "--format is %s, must be one of table, csv, json, md", text);
}

static void read_amount(struct argp_state *state, const char *option, const char *text,
                        struct compare_amount *amount)
{
    if (!compare_amount_parse(text, amount))
        argp_error(state, "%s is %s, must be a number above 0, or one with %%", option, text);
}

static error_t parse_compare(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    struct compare_request *comparison = &request->comparison;
    switch (key) {
    case ARGP_KEY_INIT:
        return hand_down(state);
    case KEY_BASELINE:
        comparison->baseline = text;
        return 0;
    case KEY_MARGIN:
        read_amount(state, "--margin", text, &comparison->margin);
        return 0;
    case KEY_DETECT:
        read_amount(state, "--detect", text, &comparison->detect);
        return 0;
    case KEY_FORMAT:
        read_format(state, text, &comparison->format);
        return 0;
    case ARGP_KEY_ARG:
        return take_input(state, text, -1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name the files to compare");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static double read_share(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value > 0 && value < 1))
        argp_error(state, "%s is %s, must be a number between 0 and 1", option, text);
    return value;
}

static error_t parse_sensitivity(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    struct sensitivity_request *sensitivity = &request->sensitivity;
    switch (key) {
    case ARGP_KEY_INIT:
        sensitivity->resamples = SENSITIVITY_RESAMPLES;
        sensitivity->threshold = SENSITIVITY_THRESHOLD;
        return hand_down(state);
    case KEY_RESAMPLES:
        sensitivity->resamples = read_number(state, "--resamples", text, 100, 1000000);
        return 0;
    case KEY_THRESHOLD:
        sensitivity->threshold = read_share(state, "--threshold", text);
        return 0;
    case KEY_FORMAT:
        read_format(state, text, &sensitivity->format);
        return 0;
    case ARGP_KEY_ARG:
        return take_input(state, text, 1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name the file of an experiment");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_frontier(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    struct frontier_request *frontier = &request->frontier;
    switch (key) {
    case ARGP_KEY_INIT:
        frontier->resamples = FRONTIER_RESAMPLES;
        return hand_down(state);
    case KEY_RESAMPLES:
        frontier->resamples = read_number(state, "--resamples", text, 100, 100000);
        return 0;
    case KEY_SEED:
        request->seed = read_number(state, "--seed", text, 0, 1ul << 53);
        return 0;
    case KEY_FORMAT:
        read_format(state, text, &frontier->format);
        return 0;
    case ARGP_KEY_ARG:
        return take_input(state, text, 2);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a plan, or the file of its experiment");
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

static const struct argp_option frontier_options[] = {
    {"resamples", KEY_RESAMPLES, "N", 0, "Resamples of the bootstrap (default: 1000)", 0},
    {"seed", KEY_SEED, "N", 0, "Key of the bootstrap's random numbers (default: 1)", 0},
    {"threads", KEY_THREADS, "N", 0, "Threads of an experiment that has to be run first", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table (default), csv, json or md", 0},
    {"quiet", 'q', NULL, 0, "No progress, only the result", 0},
    {0}};

static const struct argp_option sensitivity_options[] = {
    {"resamples", KEY_RESAMPLES, "N", 0, "Resamples of the bootstrap (default: 1000)", 0},
    {"threshold", KEY_THRESHOLD, "X", 0,
     "Share below which a parameter does not matter (default: 0.05)", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table (default), csv, json or md", 0},
    {0}};

static const struct argp_option arms_options[] = {
    {"outcome", KEY_OUTCOME, "NAME", 0,
     "Series, or expression over series; may be given many times (default: the headlines)", 0},
    {"at", KEY_AT, "WEEK", 0, "Take outcomes in this week", 0},
    {"mean", KEY_MEAN, "N", 0, "Take outcomes over the last N weeks (default: the last year)", 0},
    {"seed", KEY_SEED, "N", 0, "Key of the bootstrap's random numbers (default: 1)", 0},
    {0}};

static const struct argp_option reading_options[] = {
    {"untrusted", KEY_UNTRUSTED, NULL, 0,
     "Read files of strangers, or without a seal that holds, in a process that is shut in: it can "
     "open nothing else and has little memory and time",
     0},
    {0}};

static const struct argp_option compare_options[] = {
    {"baseline", KEY_BASELINE, "ARM", 0,
     "Arm or file that others are compared with (default: the "
     "first)",
     0},
    {"margin", KEY_MARGIN, "X|X%", 0, "Say which arms are equal but for less than X", 0},
    {"detect", KEY_DETECT, "X|X%", 0, "Count replicates for a difference of X", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table (default), csv, json or md", 0},
    {0}};

static const struct argp_option experiment_options[] = {
    {"output", 'o', "FILE", 0, "File to write (default: named after the plan, here)", 0},
    {"threads", KEY_THREADS, "N", 0, "Threads; the results are the same at any number", 0},
    {"shard", KEY_SHARD, "I/N", 0, "Do part I of N only; join the parts with merge", 0},
    {"resume", KEY_RESUME, NULL, 0, "Go on with what was interrupted, if anything was", 0},
    {"dry-run", KEY_DRY, NULL, 0, "Say what it would take, and compute nothing", 0},
    {"quiet", 'q', NULL, 0, "No progress and no advice", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace FILE, and throw an interrupted experiment away", 0},
    {0}};

static const struct argp_option merge_options[] = {
    {"output", 'o', "FILE", 0, "File to write", 0},
    {"quiet", 'q', NULL, 0, "Say nothing when all is well", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace FILE", 0},
    {0}};

static error_t parse_export(int key, char *text, struct argp_state *state)
{
    struct export_request *export = &((struct request *)state->input)->export;
    switch (key) {
    case ARGP_KEY_INIT:
        export->week = EXPORT_ANY;
        return hand_down(state);
    case KEY_FORMAT:
        if (!export_format_parse(text, &export->format))
            argp_error(state, "--format is %s, must be one of csv, json, graphml", text);
        return 0;
    case KEY_SERIES:
        if (export->series_count == EXPORT_SERIES)
            argp_error(state, "more than %d times --series", EXPORT_SERIES);
        export->series[export->series_count++] = text;
        return 0;
    case KEY_PERSONS:
        export->agents = true;
        return 0;
    case KEY_ARM:
        export->arm = text;
        return 0;
    case KEY_REPLICATE:
        export->replicate = (uint32_t)read_number(state, "--replicate", text, 1, 1000000);
        return 0;
    case KEY_WEEK:
        export->week = (uint32_t)read_number(state, "--week", text, 0, EXPORT_ANY - 1);
        return 0;
    case ARGP_KEY_ARG:
        export->path = text;
        return take_input(state, text, 1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a run or experiment file");
        return 0;
    case ARGP_KEY_SUCCESS:
        if (export->format == EXPORT_NONE)
            argp_error(state, "--format is missing; must be one of csv, json, graphml");
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

static const struct argp_option export_options[] = {
    {"format", KEY_FORMAT, "FORMAT", 0, "csv, json or graphml", 0},
    {"output", 'o', "FILE", 0, "File to write (default: standard output)", 0},
    {"series", KEY_SERIES, "NAMES", 0, "Only these, with commas between; may be given many times",
     0},
    {"agents", KEY_PERSONS, NULL, 0,
     "Every person: the stored ones instead of the series, or as nodes of the network", 0},
    {"arm", KEY_ARM, "NAME", 0, "Of an experiment: whose network", 0},
    {"replicate", KEY_REPLICATE, "N", 0, "Whose network (default: 1)", 0},
    {"week", KEY_WEEK, "N", 0, "The network after so many weeks (default: all)", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace FILE", 0},
    {0}};

static error_t parse_report(int key, char *text, struct argp_state *state)
{
    struct request *request = state->input;
    struct report_request *page = &request->page;
    switch (key) {
    case ARGP_KEY_INIT:
        return hand_down(state);
    case KEY_LANGUAGE:
        if (!report_language_parse(text, &page->language))
            argp_error(state, "--lang is %s, must be one of en, da", text);
        return 0;
    case ARGP_KEY_ARG:
        return take_input(state, text, -1);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a run file, an experiment or a plan");
        return 0;
    default:
        return parse_shared(key, text, state);
    }
}

static const struct argp_option report_options[] = {
    {"output", 'o', "FILE", 0, "Page to write (default: named after the file, here)", 0},
    {"lang", KEY_LANGUAGE, "LANGUAGE", 0, "en (default) or da: the language of the page", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace the page", 0},
    {"threads", KEY_THREADS, "N", 0, "Of an experiment that has to be run first: threads", 0},
    {"quiet", 'q', NULL, 0, "Of an experiment that has to be run first: no progress", 0},
    {0}};

static const struct argp_option calibrate_options[] = {
    {"output", 'o', "FILE", 0,
     "CSV file of draws (default: named after the targets, here); of a fit, a JSON file to write "
     "too",
     0},
    {"draws", KEY_DRAWS, "N", 0, "Draws from the posterior (default: as the file says)", 0},
    {"trials", KEY_TRIALS, "N", 0, "Trials for them at most (default: as the file says)", 0},
    {"resume", KEY_RESUME, NULL, 0, "Go on with an interrupted one, if there is one", 0},
    {"check", KEY_CHECK, NULL, 0, "Compare the defaults with the targets, and no more", 0},
    {"fit", KEY_FIT, NULL, 0, "Seek one best point in place of the posterior", 0},
    {"evaluations", KEY_EVALUATIONS, "N", 0,
     "Points that --fit simulates (default: as the file says)", 0},
    {"seed", KEY_SEED, "N", 0, "Key of all random numbers (default: the scenario's)", 0},
    {"threads", KEY_THREADS, "N", 0, "Threads; the results are the same at any number", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table (default), json or md", 0},
    {"quiet", 'q', NULL, 0, "No progress, only the result", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace FILE", 0},
    {0}};

static const struct argp_option budget_options[] = {
    {"rule", KEY_RULE, "NAME", 0, "Rule that decides (default: the one the file names)", 0},
    {"pool", KEY_POOL, "AMOUNTS", 0, "Amounts, or parts of the file's budget: 0.5x,1x,2x", 0},
    {"compare", KEY_COMPARE, NULL, 0, "All rules, one below the other", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table (default), json or csv", 0},
    {0}};

static const struct argp_option work_options[] = {
    {"threads", KEY_THREADS, "N", 0, "Threads; the results are the same at any number", 0},
    {"checkpoint-every", KEY_CHECKPOINT, "WEEKS", 0,
     "Save the state once in so many weeks, against a crash", 0},
    {"quiet", 'q', NULL, 0, "No progress and no advice, only the table", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace a file, and throw an interrupted run away", 0},
    {0}};

static const struct argp_option run_options_of_argp[] = {
    {"output", 'o', "FILE", 0, "Run file to write (default: named after the scenario, here)", 0},
    {"weeks", KEY_WEEKS, "N", 0, "Length of the run", 0},
    {"seed", KEY_SEED, "N", 0, "Key of all random numbers", 0},
    {"replicates", KEY_REPLICATES, "N", 0, "Runs that differ by chance only", 0},
    {"set", KEY_SET, "KEY=VALUE", 0, "Any parameter of the scenario; may be given many times", 0},
    {"agents", KEY_AGENTS, "WEEKS", 0, "Store every person's state once in so many weeks", 0},
    {"dry-run", KEY_DRY, NULL, 0, "Say what the run would take, and compute nothing", 0},
    {0}};

static const struct argp_option table_options[] = {
    {"format", KEY_FORMAT, "FORMAT", 0, "table (default), csv, yaml or md", 0}, {0}};

static const struct argp work_argp = {work_options, parse_work, NULL, NULL, NULL, NULL, NULL};
static const struct argp table_argp = {table_options, parse_table, NULL, NULL, NULL, NULL, NULL};
static const struct argp arms_argp = {arms_options, parse_arms, NULL, NULL, NULL, NULL, NULL};
static const struct argp reading_argp = {
    reading_options, parse_reading, NULL, NULL, NULL, NULL, NULL};
static const struct argp_child work_children[] = {{&work_argp, 0, NULL, 0}, {0}};
static const struct argp_child table_children[] = {{&table_argp, 0, NULL, 0}, {0}};
static const struct argp_child arms_children[] = {
    {&arms_argp, 0, NULL, 0}, {&reading_argp, 0, NULL, 0}, {0}};
static const struct argp_child reading_children[] = {{&reading_argp, 0, NULL, 0}, {0}};

/* --- run and resume --------------------------------------------------------------------------- */

/* From a scenario, from a run file, or the model's defaults.  With a run file agents are stored as
 * they were in it, unless the user says otherwise or the run has become too short for it. */
static enum status read_input(struct request *request, const char *path, struct scenario *s,
                              struct error *e)
{
    memset(s, 0, sizeof *s);
    if (!path || !reader_is_run(path))
        return scenario_read(s, model, path, request->settings, request->setting_count, e);
    struct run_file file;
    enum status status = reader_open(&file, path, e);
    if (status != STATUS_DONE)
        return status;
    status = reader_scenario(&file, s, model, request->settings, request->setting_count, e);
    if (status == STATUS_DONE && request->run.agents_every == 0 &&
        (double)file.agents_every <= s->values[model->weeks_param])
        request->run.agents_every = file.agents_every;
    reader_close(&file);
    return status;
}

/* faxe.h5 for scenarios/faxe.yaml, faxe-again.h5 for faxe.h5, run.h5 for no scenario. */
static char *default_output(const char *input)
{
    if (!input)
        return strdup("run.h5");
    struct stem stem = durable_stem(input);
    return durable_format("%.*s%s.h5", stem.length, stem.name,
                          reader_is_run(input) ? "-again" : "");
}

struct estimate {
    double persons, replicates, weeks, seconds, memory, file;
    int threads;
};

/* Rough figures: what a person takes in memory, in time and in a run file. */
static struct estimate estimate_run(const struct request *request, const struct scenario *s)
{
    static const double person_weeks_a_second = 12e6, bytes_a_person = 200, bytes_a_value = 3,
                        bytes_stored = 40;
    struct estimate x = {.persons = (double)model->persons(s),
                         .replicates = s->values[model->replicates_param],
                         .weeks = s->values[model->weeks_param],
                         .threads =
                             request->run.threads > 0 ? request->run.threads : omp_get_num_procs()};
    double values = x.replicates * x.weeks * (double)(s->place_count * model->observable_count);
    double worlds = x.replicates < x.threads || x.persons >= 300000 ? 1 : x.threads;
    double stored = request->run.agents_every > 0 ? floor(x.weeks / request->run.agents_every) : 0;
    x.seconds = x.persons * x.weeks * x.replicates / person_weeks_a_second / x.threads;
    x.memory = worlds * x.persons * bytes_a_person + 4 * values;
    x.file = bytes_a_value * values + stored * x.replicates * x.persons * bytes_stored;
    return x;
}

static void print_estimate(const struct request *request, const struct scenario *s)
{
    struct estimate x = estimate_run(request, s);
    char persons[32], time[32];
    progress_thousands(x.persons, persons, sizeof persons);
    progress_duration(x.seconds, time, sizeof time);
    printf("title        %s\n", s->title ? s->title : model->title);
    printf("%-12s %zu\n", model->place, s->place_count);
    printf("persons      %s\n", persons);
    printf("weeks        %.0f\n", x.weeks);
    printf("replicates   %.0f\n", x.replicates);
    printf("time         about %s (h:mm:ss or m:ss) on %d threads\n", time, x.threads);
    printf("memory       about %.0f MB\n", x.memory / 1e6 + 20);
    printf("file         about %.1f MB: %s\n", x.file / 1e6 + 0.2, request->run.out);
}

static void announce(const struct request *request, const struct scenario *s)
{
    struct estimate x = estimate_run(request, s);
    char persons[32];
    if (request->run.quiet)
        return;
    progress_thousands(x.persons, persons, sizeof persons);
    char ranks[48] = "";
    if (ranks_count() > 1)
        snprintf(ranks, sizeof ranks, " on each of %d ranks", ranks_count());
    fprintf(stderr, "%s: %s persons, %.0f weeks, %.0f replicate%s, %d thread%s%s\n",
            s->title && *s->title ? s->title : model->title, persons, x.weeks, x.replicates,
            x.replicates > 1 ? "s" : "", x.threads, x.threads > 1 ? "s" : "", ranks);
    if (s->place_count < (size_t)ranks_count())
        fprintf(stderr,
                "Ranks share a run by %s, of which there %s %zu: so many of the %d have work\n",
                model->place, s->place_count == 1 ? "is" : "are", s->place_count, ranks_count());
}

static void advise(const char *out, const struct run_cost *cost)
{
    char time[32];
    progress_duration(cost->total_seconds, time, sizeof time);
    int width = (int)strlen(out) + 16;
    fprintf(stderr,
            "\nDone in %s. Everything is in %s; what next:\n"
            "  samskab report %-*s  a page of words and pictures\n"
            "  samskab info %-*s  what it holds, in one screen\n"
            "  samskab run %-*s  the same again, bit for bit\n"
            "  ncdump -h %-*s  or open it in Python (xarray.open_dataset), R or Julia\n"
            "  %-*s  what a scenario can change\n",
            time, out, width - 15, out, width - 13, out, width - 12, out, width - 10, out, width,
            "samskab params");
}

/* After a run, on the rank that speaks: the table, or how to go on. */
static enum status conclude(enum status status, const struct request *request, const char *out,
                            const struct record *record, const struct run_cost *cost,
                            struct error *e)
{
    if (ranks_rank() > 0)
        return status;
    if (status == STATUS_DONE) {
        errno = 0;
        status = summary_print(record, stdout);
        if (fflush(stdout) != 0 || status != STATUS_DONE)
            return error_add(e, STATUS_FAILED, "the table cannot be written%s%s; the run is in %s",
                             errno ? ": " : "", errno ? strerror(errno) : "", out);
        if (!request->run.quiet)
            advise(out, cost);
        return STATUS_DONE;
    }
    char *folder = parts_folder(out), *setup = folder ? parts_setup(folder) : NULL;
    if (folder && status == STATUS_INTERRUPTED)
        fprintf(stderr,
                "Interrupted; what was done is saved in %s. Go on with:\n"
                "  samskab resume %s\n",
                folder, out);
    else if (setup && status == STATUS_FAILED && durable_is_file(setup))
        error_add(e, status, "What was saved before is in %s; go on with `samskab resume %s`",
                  folder, out);
    free(setup);
    free(folder);
    return status;
}

static enum status command_run(struct request *request)
{
    struct scenario s = {0};
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    char *out = request->run.out ? strdup(request->run.out) : default_output(request->input);
    enum status status = out ? read_input(request, request->input, &s, &e)
                             : error_add(&e, STATUS_FAILED, "out of memory");
    status = ranks_agree(status, &e);
    request->run.out = out;
    request->run.shared = ranks_count() > 1;
    if (status == STATUS_DONE && request->dry) {
        print_estimate(request, &s);
    } else if (status == STATUS_DONE) {
        if (ranks_rank() == 0)
            status = durable_check(out, request->run.force, &e);
        status = ranks_agree(status, &e);
        if (status == STATUS_DONE) {
            announce(request, &s);
            status = run_execute(&s, &request->run, &record, &cost, &e);
            status = conclude(status, request, out, &record, &cost, &e);
            record_free(&record);
        }
    }
    scenario_free(&s);
    free(out);
    return report(status, &e);
}

static enum status command_resume(struct request *request)
{
    struct scenario s;
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    size_t length = strlen(request->input);
    while (length > 1 && request->input[length - 1] == '/')
        length--;
    bool is_folder = length > 6 && strncmp(request->input + length - 6, ".parts", 6) == 0;
    char *out = strndup(request->input, is_folder ? length - 6 : length);
    enum status status = out ? STATUS_DONE : error_add(&e, STATUS_FAILED, "out of memory");
    status = ranks_agree(status, &e);
    request->run.shared = ranks_count() > 1;
    if (status == STATUS_DONE) {
        status = run_resume(out, model, &request->run, &s, &record, &cost, &e);
        status = conclude(status, request, out, &record, &cost, &e);
        record_free(&record);
        scenario_free(&s);
    }
    free(out);
    return report(status, &e);
}

/* --- the other commands ----------------------------------------------------------------------- */

static enum status command_validate(struct request *request)
{
    enum status worst = STATUS_DONE;
    for (int i = 0; i < request->input_count; i++) {
        struct scenario s;
        struct error e = {0};
        enum status status = read_input(request, request->inputs[i], &s, &e);
        if (status == STATUS_DONE)
            printf("%s: valid (%zu %s, %.0f weeks, %.0f replicates)\n", request->inputs[i],
                   s.place_count, s.place_count == 1 ? model->place : model->places,
                   s.values[model->weeks_param], s.values[model->replicates_param]);
        else
            worst = worst == STATUS_FAILED ? worst : status;
        report(status, &e);
        scenario_free(&s);
    }
    return worst;
}

static enum status command_params(struct request *request)
{
    struct error e = {0};
    return report(describe_params(model, request->input, request->format, stdout, &e), &e);
}

static enum status command_variables(struct request *request)
{
    struct error e = {0};
    return report(describe_variables(model, request->format, stdout, &e), &e);
}

static enum status command_schedule(struct request *request)
{
    struct error e = {0};
    return report(describe_schedule(model, request->format, stdout, &e), &e);
}

static enum status command_info(struct request *request)
{
    struct error e = {0};
    return report(describe_file(request->input, model, stdout, &e), &e);
}

static enum status command_budget(struct request *request)
{
    struct error e = {0};
    return report(voting_report(&request->budget, stdout, &e), &e);
}

static enum status command_calibrate(struct request *request)
{
    struct error e = {0};
    struct calibrate_request *calibration = &request->calibration;
    calibration->out = request->run.out;
    calibration->command = request->run.command;
    calibration->threads = request->run.threads;
    calibration->quiet = request->run.quiet;
    calibration->force = request->run.force;
    calibration->resume = request->resume;
    bool draws = !calibration->fit && !calibration->check;
    return report((draws ? posterior_calibrate : calibrate)(model, calibration, stdout, &e), &e);
}

static enum status command_experiment(struct request *request)
{
    struct error e = {0};
    const struct experiment_request experiment = {.path = request->input,
                                                  .out = request->run.out,
                                                  .command = request->run.command,
                                                  .threads = request->run.threads,
                                                  .shard = request->shard,
                                                  .spread = true,
                                                  .dry = request->dry,
                                                  .quiet = request->run.quiet,
                                                  .force = request->run.force,
                                                  .resume = request->resume};
    return report(experiment_make(model, &experiment, stdout, &e), &e);
}

static enum status command_merge(struct request *request)
{
    struct error e = {0};
    const struct merge_request merge = {.paths = (const char *const *)request->inputs,
                                        .count = (size_t)request->input_count,
                                        .out = request->run.out,
                                        .command = request->run.command,
                                        .quiet = request->run.quiet,
                                        .force = request->run.force};
    return report(experiment_merge(&merge, &e), &e);
}

static enum status command_export(struct request *request)
{
    struct error e = {0};
    request->export.out = request->run.out;
    request->export.force = request->run.force;
    return report(export_file(model, &request->export, stdout, &e), &e);
}

/* What an analysis of runs was asked for. */
static struct arms_request arms_of(const struct request *request)
{
    struct arms_request arms = request->arms;
    arms.paths = (const char *const *)request->inputs;
    arms.path_count = (size_t)request->input_count;
    arms.outcomes = request->outcomes;
    return arms;
}

static enum status command_compare(struct request *request)
{
    struct error e = {0};
    request->comparison.arms = arms_of(request);
    request->comparison.seed = request->seed;
    return report(compare(model, &request->comparison, stdout, &e), &e);
}

static enum status command_sensitivity(struct request *request)
{
    struct error e = {0};
    request->sensitivity.arms = arms_of(request);
    request->sensitivity.seed = request->seed;
    return report(sensitivity(model, &request->sensitivity, stdout, &e), &e);
}

static enum status command_frontier(struct request *request)
{
    struct error e = {0};
    request->frontier.path = request->input;
    request->frontier.file = request->input_count > 1 ? request->inputs[1] : NULL;
    request->frontier.command = request->run.command;
    request->frontier.threads = request->run.threads;
    request->frontier.quiet = request->run.quiet;
    request->frontier.seed = request->seed;
    return report(frontier(model, &request->frontier, stdout, &e), &e);
}

/* The page to write: faxe.html for runs/faxe.h5. */
static char *page_name(const struct request *request)
{
    struct stem stem = durable_stem(request->input);
    return request->run.out ? strdup(request->run.out)
                            : durable_format("%.*s.html", stem.length, stem.name);
}

static void praise_page(const char *out)
{
    printf("%s: open it in a browser; it needs no network\n", out);
}

/* Where this process is shut in the page goes to standard output, for its parent to write. */
static enum status command_report(struct request *request)
{
    struct error e = {0};
    struct report_request *page = &request->page;
    char *out = request->untrusted ? NULL : page_name(request);
    if (!out && !request->untrusted)
        return report(error_add(&e, STATUS_FAILED, "out of memory"), &e);
    page->paths = (const char *const *)request->inputs;
    page->path_count = (size_t)request->input_count;
    page->out = out;
    page->stream = stdout;
    page->force = request->run.force;
    page->command = request->run.command;
    page->threads = request->run.threads;
    page->quiet = request->run.quiet;
    enum status status = report_make(model, page, &e);
    if (status == STATUS_DONE && out)
        praise_page(out);
    free(out);
    return report(status, &e);
}

/* --- the program ------------------------------------------------------------------------------ */

struct command {
    const char *name;
    const char *summary;
    bool spread; /* all ranks work on it together; else rank 0 alone */
    enum status (*act)(struct request *request);
    struct argp argp;
};

static const struct command commands[] = {
    {"run",
     "run a scenario, week by week, to a run file",
     true,
     command_run,
     {run_options_of_argp, parse_run, "[SCENARIO.yaml | RUN.h5]",
      "Runs a scenario and writes a run file (HDF5, which is also netCDF-4); a run file as input "
      "runs the same again. Without an input everything has its default."
      "\vExamples:\n"
      "  samskab run scenarios/faxe.yaml\n"
      "  samskab run scenarios/faxe.yaml --weeks 104 --replicates 10 -o short.h5\n"
      "  samskab run faxe.h5 --seed 2 -o faxe-2.h5\n"
      "  samskab run --set volunteers.initial.volunteers=0.4 --dry-run\n"
      "\n"
      "Ctrl-C finishes the week, saves, and says how to go on.",
      work_children, NULL, NULL}},
    {"resume",
     "go on with an interrupted run",
     true,
     command_resume,
     {NULL, parse_resume, "FILE",
      "Goes on with the interrupted run whose run file was to be FILE. The result has the same "
      "bits as if it had never stopped."
      "\vExample:\n  samskab resume faxe.h5",
      work_children, NULL, NULL}},
    {"validate",
     "check scenarios and report all their errors",
     false,
     command_validate,
     {NULL, parse_validate, "SCENARIO...",
      "Checks scenarios and reports all errors, each with line, column, value and what is allowed."
      "\vExample:\n  samskab validate scenarios/*.yaml",
      NULL, NULL, NULL}},
    {"params",
     "list parameters: unit, default, range, meaning, source",
     false,
     command_params,
     {NULL, parse_one, "[PATTERN]",
      "Lists the parameters whose name contains PATTERN, or is matched by it (with * and ?)."
      "\vExamples:\n"
      "  samskab params burnout\n"
      "  samskab params 'volunteers.*' --format csv > volunteers.csv",
      table_children, NULL, NULL}},
    {"variables",
     "list weekly series and state columns",
     false,
     command_variables,
     {NULL, NULL, NULL,
      "Lists the weekly series of a run file and the columns of every entity."
      "\vExample:\n  samskab variables --format md",
      table_children, NULL, NULL}},
    {"schedule",
     "show what happens in a week, in order",
     false,
     command_schedule,
     {NULL, NULL, NULL,
      "Shows the weekly order, and of each mechanism what it reads, what it writes and what holds "
      "when it is switched off."
      "\vExample:\n  samskab schedule",
      table_children, NULL, NULL}},
    {"budget",
     "decide a participatory budget by its ballots",
     false,
     command_budget,
     {budget_options, parse_budget, "FILE.pb",
      "Decides a participatory budget from real ballots, in Pabulib's .pb format: who wins, what "
      "it costs, whose ballots get nothing, and how that changes with rule and pool."
      "\vExamples:\n"
      "  samskab budget scenarios/example-budget.pb\n"
      "  samskab budget scenarios/example-budget.pb --pool 0.5x,1x,2x\n"
      "  samskab budget scenarios/example-budget.pb --compare --format csv\n"
      "\n"
      "Rules: greedy, greedy-no-skip, greedy-threshold; equalshares and equalshares-cardinality, "
      "each also with /utilitarian, /add1, /add1-integral, /add1-utilitarian; "
      "equalshares-comparison, equalshares/add1-comparison; phragmen.",
      NULL, NULL, NULL}},
    {"calibrate",
     "what targets from sources leave of parameters' ranges",
     false,
     command_calibrate,
     {calibrate_options, parse_calibrate, "TARGETS.yaml",
      "Draws free parameters from their posterior: what is left of their ranges when the model "
      "must "
      "agree with the targets that a file states with their sources (approximate Bayesian "
      "computation by sequential Monte Carlo). Reports intervals, correlations, how well fresh "
      "runs "
      "meet each target, and which parameters the targets say nothing of. The draws go to a CSV "
      "file, a line each with its weight."
      "\vExamples:\n"
      "  samskab calibrate scenarios/targets/sources.yaml --check\n"
      "  samskab calibrate scenarios/targets/sources.yaml -o posterior.csv\n"
      "  samskab calibrate scenarios/targets/sources.yaml -o posterior.csv --resume\n"
      "  samskab calibrate scenarios/targets/sources.yaml --fit --format md\n"
      "\n"
      "Ctrl-C saves; --resume goes on, also after a crash, to the same draws. Targets met or not, "
      "the "
      "exit status is 0; analysis/outcome.h says how outcomes are written.",
      NULL, NULL, NULL}},
    {"experiment",
     "run all arms and replicates of a plan, to one file",
     true,
     command_experiment,
     {experiment_options, parse_experiment, "PLAN.yaml",
      "Runs what a plan asks for: arms by name, a grid, one parameter at a time, a sample or "
      "points "
      "of a file, each in some replicates, with random numbers in common, to one labelled file."
      "\vExamples:\n"
      "  samskab experiment plan.yaml --dry-run\n"
      "  samskab experiment plan.yaml -o result.h5\n"
      "  samskab experiment plan.yaml --resume\n"
      "  samskab experiment plan.yaml --shard 3/40    (in a Slurm array: "
      "--shard $SLURM_ARRAY_TASK_ID/40)\n"
      "  mpirun -n 4 samskab experiment plan.yaml    (a program built with MPI=1)\n"
      "\n"
      "Every finished run is safe at once; Ctrl-C saves those that have begun. A run that fails is "
      "recorded with its reason and does not stop the others. analysis/plan.h says what a plan may "
      "hold.",
      NULL, NULL, NULL}},
    {"merge",
     "join the shards of an experiment",
     false,
     command_merge,
     {merge_options, parse_merge, "SHARD.h5... -o FILE",
      "Joins the files of all shards of an experiment into the one that a single machine would "
      "have "
      "written, bit for bit."
      "\vExample:\n  samskab merge plan-*-of-40.h5 -o plan.h5",
      NULL, NULL, NULL}},
    {"compare",
     "compare runs, and say how sure the differences are",
     false,
     command_compare,
     {compare_options, parse_compare, "FILE...",
      "Compares the arms of run files, or of an experiment, with a baseline, outcome by outcome: "
      "how large the difference is, how sure, whether it matters, and how many replicates it "
      "takes. Runs of one seed are paired, replicate by replicate."
      "\vExamples:\n"
      "  samskab compare hands-off.h5 hands-on.h5 mixed.h5\n"
      "  samskab compare faxe.h5 more.h5 --outcome burnout --outcome hours_done --mean 104\n"
      "  samskab compare faxe.h5 more.h5 --margin 5% --detect 2% --format csv\n"
      "\n"
      "analysis/outcome.h says which expressions an outcome can be.",
      arms_children, NULL, NULL}},
    {"sensitivity",
     "which parameters matter, and which do not",
     false,
     command_sensitivity,
     {sensitivity_options, parse_sensitivity, "FILE",
      "Says of an experiment over points which parameters make the outcome differ, which do not, "
      "and how much is chance: Sobol' indices of a saltelli design, elementary effects of a morris "
      "design, standardised regression of any other."
      "\vExamples:\n"
      "  samskab sensitivity optimum.h5\n"
      "  samskab sensitivity optimum.h5 --outcome burnout --outcome net_staff_hours --mean 104\n"
      "  samskab sensitivity optimum.h5 --threshold 0.01 --format csv\n"
      "\n"
      "It warns where an index is not to be trusted: too few points, an interval that holds zero, "
      "chance that dominates.",
      arms_children, NULL, NULL}},
    {"frontier",
     "mixes that are not beaten, and stay good",
     false,
     command_frontier,
     {frontier_options, parse_frontier, "PLAN.yaml [FILE.h5] | FILE.h5",
      "Says which mixes of an experiment no other beats on every outcome at once, cost included, "
      "how sure that is, and which have least to regret when scenarios turn out worse. The plan "
      "says under `frontier:` what is better; its experiment is run first unless its file is there."
      "\vExamples:\n"
      "  samskab frontier pool.yaml\n"
      "  samskab frontier pool.yaml elsewhere/pool.h5 --format csv\n"
      "  samskab frontier pool.h5\n"
      "\n"
      "analysis/frontier.h says what the section holds.",
      reading_children, NULL, NULL}},
    {"report",
     "make a page of words and pictures from runs",
     false,
     command_report,
     {report_options, parse_report, "FILE... | PLAN.yaml",
      "Makes one HTML page that works without a network: first the answer in plain words with its "
      "uncertainty and what it assumes, then pictures, each with the table behind it. FILE is a "
      "run or an experiment; several runs are alternatives, compared with the first. Of a PLAN the "
      "experiment is run first, unless its file is there."
      "\vExamples:\n"
      "  samskab report faxe.h5\n"
      "  samskab report scenarios/experiments/one-leaders-week.yaml\n"
      "  samskab report faxe.h5 --lang da -o faxe-dansk.html\n"
      "  samskab report hands-off.h5 hands-on.h5 mixed.h5 -o strategies.html\n"
      "\n"
      "Who carries the hours and where is shown of runs with --agents.",
      reading_children, NULL, NULL}},
    {"export",
     "turn a file into CSV, JSON or a network",
     false,
     command_export,
     {export_options, parse_export, "FILE",
      "Writes the series of a run or an experiment as a tidy table or a document, the stored "
      "persons of a run likewise, or the network of sites, associations, professionals and "
      "citizens."
      "\vExamples:\n"
      "  samskab export faxe.h5 --format csv --series coproducers,burnout > faxe.csv\n"
      "  samskab export faxe.h5 --format csv --agents -o persons.csv\n"
      "  samskab export faxe.h5 --format json -o faxe.json\n"
      "  samskab export faxe.h5 --format graphml --week 52 -o faxe.graphml\n"
      "\n"
      "A line of the table is a week of a replicate in a municipality (and an arm), a column a "
      "series; what is missing is empty. No file holds ties: for a network the run is repeated up "
      "to the week, and what it observes is compared with the file. Without --agents co-producers "
      "are counted: friendships between two sites, and people who came through an association, "
      "are edges with a weight.",
      reading_children, NULL, NULL}},
    {"info",
     "show what a run file or an experiment holds",
     false,
     command_info,
     {NULL, parse_info, "FILE",
      "Shows what a run file holds, in one screen."
      "\vExample:\n  samskab info faxe.h5",
      reading_children, NULL, NULL}},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
    fputs("Usage: samskab COMMAND [OPTION...] [ARGUMENT...]\n"
          "Simulates co-production: volunteers, professionals and managers of a municipality,\n"
          "week by week.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].summary);
    fputs("\n`samskab COMMAND --help` explains a command, `samskab --version` says which this is.\n"
          "\nBegin with:\n"
          "  samskab run scenarios/faxe.yaml\n",
          out);
    if (ranks_library())
        fputs("\nThis program has MPI: under `mpirun -n 4 samskab ...` four ranks work together.\n",
              out);
}

static void print_version(FILE *out, struct argp_state *state)
{
    (void)state;
    fprintf(out, "samskab %s%s%s%s\n", version_number, *version_commit ? " (" : "", version_commit,
            *version_commit ? ")" : "");
    if (ranks_library())
        fprintf(out, "with MPI (%s): %d rank%s here, %d thread%s each\n", ranks_library(),
                ranks_count(), ranks_count() == 1 ? "" : "s", ranks_threads(),
                ranks_threads() == 1 ? "" : "s");
    else
        fputs("without MPI: one rank\n", out);
}

static enum status unknown_command(const char *name)
{
    struct nearest n;
    char hint[256];
    nearest_start(&n, name);
    for (size_t i = 0; i < COMMANDS; i++)
        nearest_try(&n, commands[i].name, strlen(commands[i].name));
    fprintf(stderr, "samskab: there is no command %s%s\n", name,
            nearest_hint(&n, hint, sizeof hint));
    fputs("Try `samskab --help`.\n", stderr);
    return STATUS_BAD_INPUT;
}

static char *join(int count, char **words)
{
    char *text = strdup("samskab");
    for (int i = 1; i < count && text; i++) {
        char *longer = durable_format("%s %s", text, words[i]);
        free(text);
        text = longer;
    }
    return text;
}

/* Not even --force lets a command write over what it reads. */
static enum status check_output(const struct request *request, struct error *e)
{
    enum status status = STATUS_DONE;
    for (int i = 0; request->run.out && i < request->input_count; i++)
        if (durable_is_same(request->inputs[i], request->run.out))
            status = error_add(e, STATUS_BAD_INPUT,
                               "%s: is read by this command; give another name with -o",
                               request->run.out);
    return status;
}

/* --- files of strangers ----------------------------------------------------------------------- */

static const struct enclosure_limits untrusted_limits = {
    .memory = (size_t)2 << 30, .seconds = 300, .wall = 3000, .output = (size_t)1 << 30};

/* What the child printed, to the file that the command was to write. */
static enum status write_printed(FILE *printed, const char *out, bool force, struct error *e)
{
    struct durable d;
    enum status status = durable_begin(&d, out, e);
    if (status != STATUS_DONE)
        return status;
    FILE *file = fopen(d.temporary, "we");
    bool good = file && enclosure_copy(printed, file, false);
    if ((file && fclose(file) != 0) || !good)
        status = error_add(e, STATUS_FAILED, "%s: cannot be written: %s", out, error_why());
    if (status == STATUS_DONE)
        status = durable_publish(&d, force, e);
    durable_abandon(&d);
    return status;
}

/* A command in a child that is shut in with the files that it names.  Only what the child prints
 * comes out of it, and a result only when it ended well. */
static enum status act_shut_in(const struct command *command, struct request *request)
{
    struct error e = {0};
    struct enclosure x = {.child = -1};
    bool is_page = command->act == command_report;
    char *out = is_page ? page_name(request) : request->run.out ? strdup(request->run.out) : NULL;
    enum status status = STATUS_DONE;
    if (!out && (is_page || request->run.out))
        status = error_add(&e, STATUS_FAILED, "out of memory");
    if (status == STATUS_DONE && out)
        status = durable_check(out, request->run.force, &e);
    if (status == STATUS_DONE)
        status = enclosure_begin(&x, (const char *const *)request->inputs,
                                 (size_t)request->input_count, &untrusted_limits, &e);
    if (x.child == 0) {
        request->run.out = NULL;
        status = status == STATUS_DONE ? command->act(request) : report(status, &e);
        _exit(fflush(stdout) == 0 && !ferror(stdout) ? (int)status : STATUS_FAILED);
    }
    if (status == STATUS_DONE) {
        status = enclosure_end(&x, &e);
        enclosure_copy(x.words, stderr, true);
        if (status == STATUS_DONE && out)
            status = write_printed(x.output, out, request->run.force, &e);
        else if (status == STATUS_DONE && !enclosure_copy(x.output, stdout, true))
            status = error_add(&e, STATUS_FAILED, "standard output: %s", error_why());
        if (status == STATUS_DONE && is_page)
            praise_page(out);
    }
    enclosure_free(&x);
    free(out);
    return report(status, &e);
}

static enum status run_command(const struct command *command, int count, char **words)
{
    struct request request = {.seed = 1};
    char *line = join(count, words), *name = durable_format("samskab %s", command->name);
    struct error e = {0};
    enum status status = STATUS_DONE;
    if (line && name) {
        request.run.command = line;
        words[1] = name;
        argp_parse(&command->argp, count - 1, words + 1, 0, NULL, &request);
        status = check_output(&request, &e);
    } else {
        status = error_add(&e, STATUS_FAILED, "samskab: out of memory");
    }
    status = report(ranks_agree(status, &e), &e);
    if (status == STATUS_DONE && request.untrusted)
        status = ranks_rank() == 0 ? act_shut_in(command, &request) : STATUS_DONE;
    else if (status == STATUS_DONE && (command->spread || ranks_rank() == 0))
        status = command->act(&request);
    for (size_t i = 0; i < request.setting_count; i++)
        free(request.keys[i]);
    free(line);
    free(name);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == STATUS_DONE) {
        fprintf(stderr, "samskab: standard output: %s\n", strerror(errno));
        status = STATUS_FAILED;
    }
    return ranks_worst(status);
}

/* Rank 0 speaks for all, and is the one whom a signal ends when nobody takes note of it. */
static enum status begin_ranks(int *count, char ***words, struct error *e)
{
    enum status status = ranks_begin(count, words, e);
    atexit(ranks_end);
    if (ranks_rank() == 0)
        return status;
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
        status = error_add(e, STATUS_FAILED, "/dev/null cannot be opened");
    return status;
}

int main(int count, char **words)
{
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a failed write, with a sentence */
    gsl_set_error_handler_off();
    argp_program_version_hook = print_version;
    argp_err_exit_status = STATUS_BAD_INPUT;
    struct error e = {0};
    enum status status = begin_ranks(&count, &words, &e);
    if (status == STATUS_DONE)
        status = selftest(&e);
    if (ranks_agree(status, &e) != STATUS_DONE)
        return (int)report(STATUS_FAILED, &e);
    if (count < 2) {
        print_help(stderr);
        return STATUS_BAD_INPUT;
    }
    if (strcmp(words[1], "--help") == 0 || strcmp(words[1], "help") == 0 ||
        strcmp(words[1], "-?") == 0) {
        print_help(stdout);
        return fflush(stdout) == 0 ? STATUS_DONE : STATUS_FAILED;
    }
    if (strcmp(words[1], "--version") == 0 || strcmp(words[1], "-V") == 0) {
        print_version(stdout, NULL);
        return fflush(stdout) == 0 ? STATUS_DONE : STATUS_FAILED;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(words[1], commands[i].name) == 0)
            return (int)run_command(&commands[i], count, words);
    return (int)unknown_command(words[1]);
}
