/* A power failure at any moment of a command that writes leaves the old state or the new one.
 *
 * Each command runs once with all its calls on files written down.  From these the folder is built
 * as it may be found after a failure (tests/support/disk.h): after every call, with nothing lost
 * and with all that was not synced; and at random moments with random parts of it.  In each
 *
 *     the result is that from before the command, or the new one, to the last byte;
 *     the new one is there once the command has ended with 0;
 *     of the work in the folder of parts no less is there than was safe at any earlier moment,
 *         and all of it once the command has said that it is interrupted;
 *     the program goes on to the result of a command that nothing happened to, and tidies up.
 *
 * The program is asked of every folder that differs from those before (in the quick form of one in
 * four) in more than the bytes of temporary files, which it never reads. */
#include "tests/support/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

#include "sim/durable.h"
#include "sim/error.h"
#include "tests/support/disk.h"
#include "tests/support/killed.h"
#include "tests/support/scratch.h"
#include "tests/support/shipped.h"

enum { WORDS = 24, LINE = 256 };

#define ARMS "design: {arms: [{name: as is}, {name: more, settings: {managers.hours: 20}}]}\n"
static const char *const inputs[][2] = {
    {"town.yaml", "population.inhabitants: 1300\nweeks: 4\nreplicates: 2\n"},
    {"plan.yaml", "base: town.yaml\nkeep: [volunteers, burnout]\nsettings: {weeks: 120}\n" ARMS},
    {"older.yaml", "base: town.yaml\nkeep: [volunteers, burnout]\nsettings: {weeks: 119}\n" ARMS},
    {"targets.yaml",
     "settings: {population.inhabitants: 1300, weeks: 8, replicates: 2}\nlast: 4\ndraws: 20\n"
     "trials: 40\nfree: [demand.hours, exit.life]\ntargets:\n  - {name: hours, outcome: hours_done "
     "/ coproducers, interval: [1, 9], source: S0}\n"}};

/* A command that is tried. */
struct deed {
    const char *name, *out;
    const char *before; /* commands by which the folder became what it is, with ";" between */
    double before_stop; /* after this share of its calls the last of these gets SIGTERM; 0: never */
    const char
        *killed; /* killed at some call, on a disk that has synced no more than it asked for */
    const char *command; /* the one that is tried */
    double stop;         /* when it gets SIGTERM */
    const char *resume;  /* how to go on where a setup is among the parts */
    const char *again;   /* how where there is none; NULL: there is one as long as it is needed */
};

#define RUN    "run town.yaml -o out.h5 --quiet --threads 1"
#define RESUME "resume out.h5 --quiet"
#define PLAN   "experiment plan.yaml -o out.h5 --quiet --threads 2"
#define OLDER  "experiment older.yaml -o out.h5 --quiet"
#define SHARDS                                                                                     \
    "experiment plan.yaml --shard 1/2 -o a.h5 --quiet;experiment plan.yaml --shard 2/2 -o b.h5 "   \
    "--quiet"
#define MERGE  "merge a.h5 b.h5 -o out.h5 --force --quiet"
#define EXPORT "export out.h5 -o out.csv --force --format"
#define REPORT "report out.h5 -o out.html --force"
#define DRAWS  "calibrate targets.yaml -o out.csv --quiet --threads 1"
static const struct deed deeds[] = {
    {"a run over an older one", "out.h5", .before = RUN " --seed 2", .command = RUN " --force",
     .again = RUN " --force"},
    {"a run with checkpoints", "out.h5", .command = RUN " --checkpoint-every 1 --agents 2",
     .resume = RESUME, .again = RUN " --agents 2"},
    {"a run that is interrupted", "out.h5", .command = RUN " --checkpoint-every 2", .stop = 0.25,
     .resume = RESUME, .again = RUN},
    {"a run that is resumed", "out.h5", .before = RUN " --checkpoint-every 1", .before_stop = 0.25,
     .command = RESUME " --threads 1", .resume = RESUME},
    {"a run that is resumed after a kill", "out.h5", .killed = RUN " --checkpoint-every 1",
     .command = RESUME " --threads 1", .resume = RESUME, .again = RUN},
    {"an experiment", "out.h5", .command = PLAN, .resume = PLAN " --resume",
     .again = PLAN " --resume"},
    {"an experiment over an older one", "out.h5", .before = OLDER, .command = PLAN " --force",
     .resume = PLAN " --force --resume", .again = PLAN " --force --resume"},
    {"an experiment that is interrupted", "out.h5", .command = PLAN, .stop = 0.25,
     .resume = PLAN " --resume", .again = PLAN " --resume"},
    {"an experiment that is resumed", "out.h5", .before = PLAN, .before_stop = 0.25,
     .command = PLAN " --resume", .resume = PLAN " --resume", .again = PLAN " --resume"},
    {"an experiment that is resumed after a kill, and interrupted", "out.h5", .killed = PLAN,
     .command = PLAN " --resume", .stop = 0.25, .resume = PLAN " --resume",
     .again = PLAN " --resume"},
    {"a merge over an older file", "out.h5", .before = OLDER ";" SHARDS, .command = MERGE,
     .again = MERGE},
    {"an export over an older one", "out.csv", .before = RUN ";" EXPORT " json",
     .command = EXPORT " csv", .again = EXPORT " csv"},
    {"a report over an older one", "out.html", .before = RUN ";" REPORT " --lang da",
     .command = REPORT, .again = REPORT},
    {"a calibration over an older one", "out.csv", .before = DRAWS " --seed 2",
     .command = DRAWS " --force", .resume = DRAWS " --force --resume",
     .again = DRAWS " --force --resume"},
    {"a calibration that is interrupted", "out.csv", .command = DRAWS, .stop = 0.5,
     .resume = DRAWS " --resume", .again = DRAWS " --resume"},
    {"a calibration that is resumed after a kill, and interrupted", "out.csv", .killed = DRAWS,
     .command = DRAWS " --resume", .stop = 0.3, .resume = DRAWS " --resume",
     .again = DRAWS " --resume"}};

/* What is tried now, and what is known of it. */
struct trial {
    const struct deed *deed;
    struct scratch *scratch;
    struct disk *disk;
    double kill; /* share of its calls before which the command that is killed is */
    int code;    /* with which the command ended: 0, STATUS_INTERRUPTED, or KILLED */
    struct disk_state first, last;
    uint64_t old, fresh; /* digests of the result's bytes; 0: there is none */
    char *whole;         /* digest of the result that nothing happened to */
    uint64_t *published; /* digests of all whole files that were ever put in place, or were there */
    size_t published_count;
    double *safe;   /* work that was safe after so many calls, or before that */
    uint64_t *seen; /* folders of which the program has been asked */
    size_t seen_count;
};

static const char temporary[] = ".tmp";
static struct stream chance;
static unsigned long tried, prefixes, randoms, asked, new_ones;
static char parts_of_result[LINE];

/* --- the program ------------------------------------------------------------------------------ */

struct faults {
    const char *trace, *log;
    unsigned long at; /* the call before which it gets a signal; 0: none */
    const char *kind; /* which: "stop" or "kill" */
};

static void set_faults(const struct faults *faults)
{
    char at[32], calls[LINE];
    if (!faults)
        return;
    snprintf(calls, sizeof calls, "%s/torture/check_iofault_calls.so", getenv("SAMSKAB_TESTS"));
    snprintf(at, sizeof at, "%lu", faults->at);
    setenv("FAULT_ROOT", ".", 1);
    setenv("FAULT_WAIT", "2", 1);
    if (faults->kind)
        setenv("FAULT_KIND", faults->kind, 1);
    setenv("FAULT_AT", at, 1);
    setenv("FAULT_LOG", faults->log, 1);
    setenv("FAULT_TRACE", faults->trace, 1);
    setenv("LD_PRELOAD", calls, 1);
}

/* Runs the program in a folder; its exit code, or KILLED. */
static int go(struct scratch *scratch, const char *folder, const char *command,
              const struct faults *faults)
{
    char text[LINE], *words[WORDS + 1] = {getenv("SAMSKAB")};
    const char *log = scratch_path(scratch, "log");
    size_t count = 1;
    snprintf(text, sizeof text, "%s", command);
    for (char *word = strtok(text, " "); word && count < WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        set_faults(faults);
        if (out >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0 && chdir(folder) == 0)
            execv(words[0], words);
        _exit(127);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    bool killed = WIFSIGNALED(status);
    if (killed && WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGTERM)
        killed_fail(command, WTERMSIG(status), log);
    return killed ? KILLED : WEXITSTATUS(status);
}

static unsigned long share_of(double share, unsigned long calls)
{
    return (unsigned long)(share * (double)calls);
}

static void must(const struct trial *t, const char *folder, const char *command,
                 const struct faults *faults, int expected)
{
    int code = go(t->scratch, folder, command, faults);
    if (code != expected)
        killed_fail(command, code, scratch_path(t->scratch, "log"));
}

/* The number of calls of a command that nothing happens to, in a folder that is thrown away. */
static unsigned long count_calls(const struct trial *t, const struct disk_state *in,
                                 const char *command)
{
    const char *folder = scratch_path(t->scratch, "counted");
    const char *log = scratch_path(t->scratch, "calls");
    const struct faults none = {.trace = "/dev/null", .log = log};
    size_t size;
    disk_state_write(in, folder);
    must(t, folder, command, &none, 0);
    char *text = scratch_read(log, &size);
    assert_non_null(text);
    unsigned long calls = strtoul(text, NULL, 10);
    free(text);
    return calls;
}

/* --- what is in a folder ---------------------------------------------------------------------- */

static bool is_hdf(const struct deed *deed)
{
    return strcmp(deed->out, "out.h5") == 0;
}

/* What a result says, without what varies between the same runs; free it. */
static char *essence(const struct trial *t, const char *folder)
{
    char path[LINE];
    size_t size;
    snprintf(path, sizeof path, "%s/%s", folder, t->deed->out);
    if (is_hdf(t->deed)) {
        must(t, folder, "info out.h5", NULL, 0);
        snprintf(path, sizeof path, "%s", scratch_path(t->scratch, "log"));
    }
    char *text = scratch_read(path, &size);
    assert_non_null(text);
    char *digest = is_hdf(t->deed) ? strstr(text, "\ndigest") : text;
    assert_non_null(digest);
    char *result = is_hdf(t->deed) ? strndup(digest + 1, strcspn(digest + 1, "\n")) : strdup(text);
    assert_non_null(result);
    free(text);
    return result;
}

static uint64_t result_in(const struct trial *t, const struct disk_state *s)
{
    return disk_file_digest(disk_state_find(s, t->deed->out));
}

static void publish(struct trial *t, const struct disk_state *s)
{
    t->published = realloc(t->published, (t->published_count + s->count) * sizeof *t->published);
    assert_non_null(t->published);
    for (size_t i = 0; i < s->count; i++)
        if (!s->files[i].is_folder && !strstr(s->files[i].path, temporary))
            t->published[t->published_count++] = disk_file_digest(&s->files[i]);
}

static bool is_whole(const struct trial *t, const struct disk_file *f)
{
    uint64_t digest = disk_file_digest(f);
    for (size_t i = 0; i < t->published_count; i++)
        if (t->published[i] == digest)
            return true;
    return false;
}

/* The run or replicate that a part is of, and its weeks; false for other names.  A part of a
 * calibration counts as of its own. */
static bool is_part(const char *name, size_t *run, double *weeks)
{
    unsigned long r, w;
    int end = 0;
    *weeks = 1e5;
    if (sscanf(name, "run-%lu.part%n", &r, &end) != 1 || end == 0 || name[end]) {
        end = 0;
        if (sscanf(name, "replicate-%lu-%lu.h5%n", &r, &w, &end) == 2 && end > 0 && !name[end])
            *weeks = (double)w;
        else if (sscanf(name, "trials-%lu-%lu.txt%n", &w, &r, &end) != 2 || end == 0 || name[end])
            return false;
    }
    *run = (size_t)r;
    return true;
}

/* How much of the work is among the parts, whole. */
static double work_in(const struct trial *t, const struct disk_state *s)
{
    enum { RUNS = 64 };
    double most[RUNS] = {0}, weeks, sum = 0;
    size_t run, length = strlen(parts_of_result);
    for (size_t i = 0; i < s->count; i++) {
        const struct disk_file *f = &s->files[i];
        if (strncmp(f->path, parts_of_result, length) != 0 || f->path[length] != '/' ||
            !is_part(f->path + length + 1, &run, &weeks) || !is_whole(t, f))
            continue;
        assert_true(run < RUNS);
        most[run] = weeks > most[run] ? weeks : most[run];
    }
    for (run = 0; run < RUNS; run++)
        sum += most[run];
    return sum;
}

static bool has_setup(const struct disk_state *s)
{
    char path[LINE + 16];
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s/setup.%s", parts_of_result, k ? "txt" : "h5");
        if (disk_state_find(s, path))
            return true;
    }
    return false;
}

/* --- one failure ------------------------------------------------------------------------------ */

static const char *const losses[DISK_LOSSES] = {
    "nothing", "all that was not synced", "all that was not synced but the last call",
    "any part of what was not synced", "what a journal does not keep"};

static void keep_folder(const struct trial *t, const struct disk_state *s, size_t calls,
                        enum disk_loss loss)
{
    print_error("%s, the power fails after %zu of %zu calls, %s is lost; then there are\n",
                t->deed->name, calls, disk_calls(t->disk), losses[loss]);
    for (size_t i = 0; i < s->count; i++)
        print_error("  %s, %zu bytes%s\n", s->files[i].path, s->files[i].size,
                    is_whole(t, &s->files[i]) || s->files[i].is_folder ? "" : ", not whole");
}

/* What is wrong with a folder as it is found; NULL: nothing. */
static const char *judge(const struct trial *t, const struct disk_state *s, uint64_t result,
                         size_t calls)
{
    bool is_new = t->fresh && result == t->fresh, ended = calls == disk_calls(t->disk);
    bool saved = ended && t->code == STATUS_INTERRUPTED;
    if (!is_new && result != t->old)
        return t->old && !result ? "the older result is gone" : "the result is neither old nor new";
    if (ended && t->code == 0 && !is_new)
        return "the command has ended with 0, but its result is not there";
    if (!is_new && work_in(t, s) < t->safe[calls])
        return "work that was safe is gone";
    if (saved && work_in(t, s) < work_in(t, &t->last))
        return "work that was said to be saved is gone";
    return NULL;
}

/* How the program goes on from here; NULL when there is nothing left to do. */
static const char *next(const struct trial *t, const struct disk_state *s, bool is_new)
{
    bool parts = disk_state_find(s, parts_of_result) != NULL;
    if (parts && has_setup(s) && t->deed->resume)
        return t->deed->resume;
    return is_new && (!parts || !t->deed->resume || strncmp(t->deed->resume, "resume", 6) == 0)
               ? NULL
               : t->deed->again;
}

/* Asks the program what it makes of the folder, once. */
static const char *ask(struct trial *t, const struct disk_state *s, bool is_new)
{
    uint64_t digest = disk_state_digest(s, temporary);
    for (size_t i = 0; i < t->seen_count; i++)
        if (t->seen[i] == digest)
            return NULL;
    t->seen = realloc(t->seen, (t->seen_count + 1) * sizeof *t->seen);
    assert_non_null(t->seen);
    t->seen[t->seen_count++] = digest;
    if (t->seen_count % torture_figure(4, 1, 1) != 1 % torture_figure(4, 1, 1))
        return NULL;
    asked++;
    const char *folder = scratch_path(t->scratch, "found"), *command = next(t, s, is_new);
    const char *fault = NULL;
    disk_state_write(s, folder);
    if (command) {
        int code = go(t->scratch, folder, command, NULL);
        if (code != 0) {
            char *said, *log = scratch_read(scratch_path(t->scratch, "log"), &(size_t){0});
            said = log;
            print_error("%s: exit %d: %s\n", command, code, said);
            free(log);
            return "the program does not go on";
        }
        struct disk_state after;
        disk_state_read(&after, folder);
        if (disk_state_find(&after, parts_of_result))
            fault = "the folder of parts is left";
        disk_state_free(&after);
    }
    char *now = essence(t, folder);
    if (strcmp(now, t->whole) != 0)
        fault = "the program goes on to another result";
    free(now);
    return fault;
}

static void fail_after(struct trial *t, size_t calls, enum disk_loss loss)
{
    struct disk_state s;
    disk_fails(t->disk, calls, loss, &chance, &s);
    uint64_t result = result_in(t, &s);
    bool is_new = t->fresh && result == t->fresh;
    new_ones += is_new;
    const char *fault = judge(t, &s, result, calls);
    if (!fault)
        fault = ask(t, &s, is_new);
    if (fault) {
        keep_folder(t, &s, calls, loss);
        fail_msg("%s: %s", t->deed->name, fault);
    }
    disk_state_free(&s);
}

/* --- one command ------------------------------------------------------------------------------ */

/* Whether there is the state of a run or replicate that has not finished. */
static bool has_begun(const char *folder)
{
    struct disk_state s;
    bool begun = false;
    disk_state_read(&s, folder);
    for (size_t i = 0; i < s.count; i++)
        begun = begun || strstr(s.files[i].path, ".parts/replicate-");
    disk_state_free(&s);
    return begun;
}

/* The folder as it is before: inputs, and what earlier commands have made of it. */
static void make_folder(const struct trial *t, const char *folder)
{
    struct disk_state s = {0};
    char commands[2 * LINE], path[LINE];
    disk_state_write(&s, folder);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, inputs[i][0]);
        scratch_write(path, inputs[i][1], strlen(inputs[i][1]));
    }
    snprintf(commands, sizeof commands, "%s", t->deed->before ? t->deed->before : "");
    for (char *command = commands, *end; *command; command = end) {
        struct faults faults = {.trace = "/dev/null", .log = scratch_path(t->scratch, "calls")};
        end = command + strcspn(command, ";");
        bool last = !*end;
        if (!last)
            *end++ = '\0';
        disk_state_read(&s, folder);
        if (last && t->deed->before_stop > 0)
            faults.at = share_of(t->deed->before_stop, count_calls(t, &s, command));
        faults.kind = "stop";
        must(t, folder, command, &faults, faults.at ? STATUS_INTERRUPTED : 0);
        disk_state_free(&s);
    }
}

/* What is to be resumed must have begun, which an interruption does not always find. */
static void prepare(const struct trial *t, const char *folder)
{
    bool good = false;
    for (int tries = 0; tries < 20 && !good; tries++) {
        make_folder(t, folder);
        good = t->deed->before_stop <= 0 || has_begun(folder);
    }
    if (!good)
        fail_msg("%s: no interruption left anything that had begun", t->deed->name);
}

/* Lets a first try at the command be killed, before the second of its calls at the earliest.  False
 * when it ended before: not every run makes as many calls as the one that was counted. */
static bool try_and_kill(struct trial *t, const char *folder, struct faults *faults)
{
    unsigned long calls = count_calls(t, &t->first, t->deed->killed);
    faults->kind = "kill";
    faults->at = 2 + share_of(t->kill, calls - 2);
    int code = go(t->scratch, folder, t->deed->killed, faults);
    if (code != 0 && code != KILLED)
        killed_fail(t->deed->killed, code, scratch_path(t->scratch, "log"));
    return code == KILLED;
}

/* Runs the command and writes its calls down.  False when the kill came too late for anything to
 * be left to do. */
static bool record(struct trial *t, const char *folder)
{
    const char *trace = scratch_path(t->scratch, "trace"), *command = t->deed->command;
    struct faults faults = {.trace = trace, .log = scratch_path(t->scratch, "calls")};
    struct disk_state s;
    size_t size;
    remove(trace);
    bool late = t->deed->killed && !try_and_kill(t, folder, &faults);
    disk_state_read(&s, folder);
    bool begun = has_setup(&s);
    late = late || (t->deed->killed && result_in(t, &s) && (!begun || t->deed->stop > 0));
    if (t->deed->killed && !begun)
        command = t->deed->again;
    unsigned long calls = late ? 0 : count_calls(t, &s, command);
    disk_state_free(&s);
    if (late)
        return false;
    t->whole = essence(t, scratch_path(t->scratch, "counted"));
    faults.kind = "stop";
    faults.at = share_of(t->deed->stop, calls);
    t->code = go(t->scratch, folder, command, &faults);
    if (t->code != 0 &&
        !(t->deed->stop > 0 && (t->code == STATUS_INTERRUPTED || t->code == KILLED)))
        killed_fail(command, t->code, scratch_path(t->scratch, "log"));
    char *bytes = scratch_read(trace, &size);
    assert_non_null(bytes);
    t->disk = disk_open(&t->first, bytes, size);
    free(bytes);
    return true;
}

/* What the trace says is what has come of the folder. */
static void compare(struct trial *t, const char *folder)
{
    struct disk_state found;
    disk_state_read(&found, folder);
    disk_fails(t->disk, disk_calls(t->disk), DISK_NOTHING, NULL, &t->last);
    if (disk_state_digest(&found, NULL) != disk_state_digest(&t->last, NULL))
        fail_msg("%s: its calls were not written down completely", t->deed->name);
    disk_state_free(&found);
}

/* What was ever whole under a name for good, and what was safe after each call. */
static void look_ahead(struct trial *t)
{
    struct disk_state s;
    size_t calls = disk_calls(t->disk);
    publish(t, &t->first);
    for (size_t i = 0; i < calls; i++)
        if (disk_call(t->disk, i) == DISK_RENAME) {
            disk_fails(t->disk, i + 1, DISK_NOTHING, NULL, &s);
            publish(t, &s);
            disk_state_free(&s);
        }
    t->safe = calloc(calls + 1, sizeof *t->safe);
    assert_non_null(t->safe);
    for (size_t i = 0; i <= calls; i++) {
        if (i > 0 && disk_call(t->disk, i - 1) == DISK_WRITE) { /* makes nothing safe */
            t->safe[i] = t->safe[i - 1];
            continue;
        }
        disk_fails(t->disk, i, DISK_ALL, NULL, &s);
        double work = work_in(t, &s);
        t->safe[i] = i > 0 && t->safe[i - 1] > work ? t->safe[i - 1] : work;
        disk_state_free(&s);
    }
}

static bool open_trial(struct trial *t)
{
    const char *folder = scratch_path(t->scratch, "work");
    snprintf(parts_of_result, sizeof parts_of_result, "%s.parts", t->deed->out);
    prepare(t, folder);
    disk_state_read(&t->first, folder);
    if (!record(t, folder))
        return false;
    compare(t, folder);
    t->old = result_in(t, &t->first);
    t->fresh = t->code == 0 ? result_in(t, &t->last) : 0;
    look_ahead(t);
    return true;
}

static void close_trial(struct trial *t)
{
    disk_state_free(&t->first);
    disk_state_free(&t->last);
    if (t->disk)
        disk_close(t->disk);
    free(t->whole);
    free(t->published);
    free(t->safe);
    free(t->seen);
}

/* Most calls are writes of one file.  Half of the moments are at other calls. */
static size_t random_moment(const struct trial *t)
{
    size_t calls = disk_calls(t->disk), moment;
    bool any = stream_below(&chance, 2) == 0;
    do
        moment = stream_below(&chance, (uint32_t)calls + 1);
    while (!any && moment < calls && disk_call(t->disk, moment) == DISK_WRITE);
    return moment;
}

static void fail_everywhere(struct trial *t, unsigned long subsets)
{
    size_t calls = disk_calls(t->disk), step = t->deed->killed ? 50 : torture_figure(50, 5, 1);
    for (size_t i = 0; i <= calls; i++)
        if (i == calls || disk_call(t->disk, i) != DISK_WRITE || i % step == 0)
            for (enum disk_loss loss = DISK_NOTHING; loss <= DISK_EARLIER; loss++, prefixes++)
                fail_after(t, i, loss);
    for (unsigned long i = 0; i < subsets; i++, randoms++)
        fail_after(t, random_moment(t), i % 2 ? DISK_ANY : DISK_JOURNAL);
}

static void try_deed(const struct deed *deed, struct scratch *scratch, unsigned long subsets)
{
    unsigned long tries = deed->killed ? torture_figure(4, 8, 25) : 1, calls = 0;
    unsigned long prefixes_before = prefixes, randoms_before = randoms, asked_before = asked;
    for (unsigned long k = 0; k < tries; k++) {
        struct trial t = {.deed = deed, .scratch = scratch, .kill = (double)k / (double)tries};
        if (open_trial(&t)) {
            calls += disk_calls(t.disk);
            fail_everywhere(&t, subsets / tries);
        }
        close_trial(&t);
    }
    tried++;
    print_message("  %s: %lu calls, %lu states after one of them, %lu random, the "
                  "program asked of %lu\n",
                  deed->name, calls, prefixes - prefixes_before, randoms - randoms_before,
                  asked - asked_before);
}

/* --- planted faults --------------------------------------------------------------------------- */

/* Whether a failure of power can be seen in what this writer of the file "out" does. */
static bool is_found(const char *trace)
{
    char old[] = "the old text", path[] = "out";
    struct disk_file file = {.path = path, .bytes = old, .size = strlen(old)};
    const struct disk_state before = {&file, 1};
    struct disk *disk = disk_open(&before, trace, strlen(trace));
    bool found = false;
    for (size_t i = 0; i <= disk_calls(disk); i++)
        for (enum disk_loss loss = DISK_NOTHING; loss < DISK_LOSSES; loss++) {
            struct disk_state s;
            disk_fails(disk, i, loss, &chance, &s);
            const struct disk_file *out = disk_state_find(&s, path);
            bool is_old =
                out && out->size == strlen(old) && memcmp(out->bytes, old, out->size) == 0;
            bool is_new = out && out->size == 3 && memcmp(out->bytes, "new", 3) == 0;
            found = found || !(is_new || (is_old && i < disk_calls(disk)));
            disk_state_free(&s);
        }
    disk_close(disk);
    return found;
}

static void test_planted_faults(void **state)
{
    (void)state;
    stream_open(&chance, 1, 0, 0, 0, 0);
    assert_false(is_found("create t\nwrite 0 3 t\nnewsync t\nrename t out\nsync .\n"));
    assert_true(is_found("truncate 0 out\nwrite 0 3 out\nnewsync out\nsync .\n"));
    assert_true(is_found("create t\nwrite 0 3 t\nnewrename t out\nsync .\n"));
    assert_true(is_found("create t\nwrite 0 3 t\nnewrename t out\nsync .\nsync out\n"));
    assert_true(is_found("create t\nwrite 0 3 t\nnewsync t\nrename t out\n"));
    assert_true(is_found("unlink out\ncreate t\nwrite 0 3 t\nnewsync t\nrename t out\nsync .\n"));
}

static void test_old_or_new(void **state)
{
    (void)state;
    struct scratch scratch;
    const char *seed = getenv("SEED"), *only = getenv("COMMANDS");
    const size_t count = sizeof deeds / sizeof *deeds;
    unsigned long subsets = torture_figure(20, 100, 400);
    scratch_open(&scratch);
    stream_open(&chance, seed ? strtoull(seed, NULL, 10) : 1, 0, 0, 0, 0);
    for (size_t i = 0; i < count; i++)
        if (!only || strstr(deeds[i].name, only))
            try_deed(&deeds[i], &scratch, subsets);
    print_message("check-crash: %lu commands, %lu states after a call, %lu with random losses; %lu "
                  "with the new result; the program asked of %lu: none lost, none torn\n",
                  tried, prefixes, randoms, new_ones, asked);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_planted_faults),
                                       cmocka_unit_test(test_old_or_new)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
