/* Files from strangers: check_hostile [MUTANTS [SEED [FILE...]]]
 *
 * Mutants of an experiment and of a run file (FILE, which the program wrote) are read in ways that
 * a stranger's file may come:
 *
 *     sealed     bytes are changed and the seal stays: must be refused, without libhdf5
 *     bare       the same without the seal: must be refused, without libhdf5
 *     untrusted  bare ones, all that is in them, by a process that is shut in
 *     program    one in EVERY of them by `$SAMSKAB ... --untrusted`, by one command after the
 * other: it must end by itself with 0, 1 or 2, with a sentence where it is not 0
 *
 * Files made to harm are sealed, as anybody can, and must be refused by the reader itself, which
 * may open nothing else, and by the program.  What came of reading is counted: refused, the same
 * values as in the whole file, others (bytes were changed, after all), the child died or reached a
 * limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/enclosure.h"
#include "sim/hdf.h"
#include "sim/reader_agents.h"
#include "sim/run.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"
#include "tests/support/toy.h"

enum {
    MEGABYTES = 1024,
    SECONDS = 10,
    HANG = 120,
    EVERY = 10,
    CHANGES = 4,
    WORDS = 8,
    COMMANDS = 4
};

/* What a child tells. */
struct verdict {
    enum status status;
    bool crashed, outside;
    uint64_t digest; /* of all that was read */
};

/* A command that reads a file, and what it prints of the whole one. */
struct command {
    const char *words[WORDS];
    char *printed;
    size_t size;
};

struct kind {
    const char *name;
    char *path;
    char *bytes;
    size_t size;
    uint64_t digest; /* of the whole file's values */
    bool (*read)(const char *path, uint64_t *digest);
    struct command commands[COMMANDS];
};

static struct scratch scratch;
static const char *watched; /* the only file that may be opened; NULL while not watching */
static bool opened_outside;
static size_t faults;

/* Calls of the C library and of libhdf5 come here. */
static int watch_open(const char *path, int flags, mode_t mode)
{
    if (watched && strcmp(path, watched) != 0)
        opened_outside = true;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return watch_open(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return watch_open(path, flags, mode);
}

static void fault(const char *what, const char *which, size_t number)
{
    printf("%s %s %zu\n", what, which, number);
    faults++;
}

static void add(uint64_t *digest, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *digest = (*digest ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
}

static void add_text(uint64_t *digest, const char *text)
{
    if (text)
        add(digest, text, strlen(text) + 1);
}

/* --- what is read ------------------------------------------------------------------------------
 */

static bool read_series(const struct run_file *f, uint64_t *digest)
{
    size_t count = f->replicates * f->weeks * f->places;
    float *values = malloc(count * sizeof *values);
    bool good = values != NULL;
    for (size_t i = 0; i < f->variable_count && good; i++) {
        add_text(digest, f->variables[i].name);
        good = reader_series(f, i, values, NULL) == STATUS_DONE;
        if (good)
            add(digest, values, count * sizeof *values);
    }
    free(values);
    return good;
}

static bool read_agents(const struct run_file *f, uint64_t *digest)
{
    struct reader_columns c;
    if (reader_columns_open(&c, f, NULL) != STATUS_DONE)
        return false;
    uint32_t *values = calloc(f->agents + 1, sizeof *values); /* some columns are narrower */
    bool good = values != NULL;
    for (size_t i = 0; i < c.count && good; i++)
        for (size_t week = 0; week < f->agent_weeks && good; week++) {
            good = reader_column(f, &c.list[i], 0, week, values, NULL) == STATUS_DONE;
            if (good)
                add(digest, values, f->agents * sizeof *values);
        }
    free(values);
    reader_columns_close(&c);
    return good;
}

static bool read_run(const char *path, uint64_t *digest)
{
    struct run_file f;
    if (reader_open(&f, path, NULL) != STATUS_DONE)
        return false;
    bool good = read_series(&f, digest) && read_agents(&f, digest);
    add_text(digest, f.scenario);
    add_text(digest, f.digest);
    for (size_t i = 0; i < f.places; i++)
        add_text(digest, f.place_names[i]);
    reader_close(&f);
    return good;
}

static bool read_ensemble(const char *path, uint64_t *digest)
{
    struct ensemble_file f;
    if (reader_ensemble_open(&f, path, NULL) != STATUS_DONE)
        return false;
    const struct ensemble *x = &f.ensemble;
    size_t runs = x->arms * x->replicates, count = runs * x->weeks * x->places;
    const struct ensemble_range all = {.arms = x->arms, .replicates = x->replicates};
    float *values = malloc(count * sizeof *values);
    bool good = values != NULL;
    for (size_t i = 0; i < x->variable_count && good; i++) {
        good = reader_ensemble_series(&f, i, &all, values, NULL) == STATUS_DONE;
        if (good)
            add(digest, values, count * sizeof *values);
    }
    add(digest, f.state, runs);
    for (size_t i = 0; i < x->arms && x->arm_names; i++)
        add_text(digest, x->arm_names[i]);
    add_text(digest, f.digest);
    free(values);
    reader_ensemble_close(&f);
    return good;
}

/* --- children ----------------------------------------------------------------------------------
 */

static bool read_whole(const struct kind *kind, const char *path, uint64_t *digest)
{
    *digest = 0xcbf29ce484222325;
    return kind->read(path, digest);
}

static void child(const struct kind *kind, const char *path, int out)
{
    const struct rlimit memory = {(rlim_t)MEGABYTES << 20, (rlim_t)MEGABYTES << 20};
    const struct rlimit seconds = {SECONDS, SECONDS};
    struct verdict v = {0};
#if !defined __SANITIZE_ADDRESS__
    setrlimit(RLIMIT_AS, &memory);
#endif
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    watched = path;
    v.status = read_whole(kind, path, &v.digest) ? STATUS_DONE : STATUS_BAD_INPUT;
    v.outside = opened_outside;
    _exit(syscall(SYS_write, out, &v, sizeof v) != sizeof v);
}

static struct verdict read_in_child(const struct kind *kind, const char *path)
{
    struct verdict v = {.crashed = true};
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    fflush(stdout);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        child(kind, path, ends[1]);
    close(ends[1]);
    if (read(ends[0], &v, sizeof v) != sizeof v)
        v = (struct verdict){.crashed = true};
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    v.crashed = v.crashed || !WIFEXITED(status);
    return v;
}

/* --- mutants -----------------------------------------------------------------------------------
 */

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Changes some bytes of the first `size`; now and then cuts the file short instead. */
static size_t mutate(char *bytes, size_t size, uint64_t *state)
{
    static const unsigned char edges[] = {0, 1, 0x7f, 0x80, 0xff};
    if (draw(state) % 16 == 0)
        return draw(state) % size;
    for (size_t k = 1 + draw(state) % CHANGES; k > 0; k--) {
        /* Half of all changes fall upon the first kilobytes, where most structures lie. */
        size_t at = draw(state) % (draw(state) % 2 || size < 8192 ? size : 8192);
        size_t length = draw(state) % 4 ? 1 : 1 + draw(state) % 8;
        for (size_t i = at; i < at + length && i < size; i++)
            bytes[i] = draw(state) % 2 ? (char)edges[draw(state) % sizeof edges]
                                       : (char)(bytes[i] ^ 1 << draw(state) % 8);
    }
    return size;
}

/* --- the program -------------------------------------------------------------------------------
 */

static const char *program; /* NULL: nothing is read with --untrusted */

struct ending {
    bool by_itself; /* and with a status that is promised */
    int status;
    char *printed, *said;
    size_t size;
};

static void execute(const struct command *command, const char *path, const char *printed,
                    const char *said)
{
    const char *words[WORDS + 4] = {program};
    size_t n = 1;
    for (size_t i = 0; command->words[i]; i++)
        words[n++] = command->words[i];
    words[n++] = "--untrusted";
    words[n] = path;
    if (!freopen(printed, "w", stdout) || !freopen(said, "w", stderr))
        _exit(99);
    setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS, SECONDS});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    alarm(HANG);
    execv(program, (char *const *)words);
    _exit(99);
}

static struct ending run_program(const struct command *command, const char *path)
{
    const char *printed = scratch_path(&scratch, "printed"), *said = scratch_path(&scratch, "said");
    struct ending x;
    size_t size;
    fflush(stdout);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        execute(command, path, printed, said);
    assert_int_equal(waitpid(pid, &x.status, 0), pid);
    x.by_itself = WIFEXITED(x.status) && WEXITSTATUS(x.status) <= STATUS_BAD_INPUT;
    x.printed = scratch_read(printed, &x.size);
    x.said = scratch_read(said, &size);
    return x;
}

static void free_ending(struct ending *x)
{
    free(x->printed);
    free(x->said);
}

/* The number of the file is told should anything be wrong. */
static struct ending read_untrusted(const struct command *command, const char *path,
                                    const char *name, size_t number)
{
    struct ending x = run_program(command, path);
    if (!x.by_itself)
        fault("ends the program:", name, number);
    else if (x.status != 0 && !strchr(x.said, '\n'))
        fault("is refused without a sentence:", name, number);
    return x;
}

/* What the commands print of the whole file, under the name that mutants will have. */
static void print_whole(struct kind *kind, const char *path)
{
    scratch_write(path, kind->bytes, kind->size);
    for (size_t i = 0; program && i < COMMANDS; i++) {
        struct command *c = &kind->commands[i];
        struct ending x = run_program(c, path);
        if (x.status != 0)
            print_error("%s\n", x.said);
        assert_int_equal(x.status, 0);
        c->printed = x.printed;
        c->size = x.size;
        free(x.said);
    }
}

/* --- trying ------------------------------------------------------------------------------------
 */

static void must_be_refused(const struct kind *kind, const char *path, const char *name,
                            size_t number)
{
    struct verdict v = read_in_child(kind, path);
    if (v.crashed)
        fault("ends the program:", name, number);
    else if (v.status == STATUS_DONE)
        fault("is not refused:", name, number);
    if (v.outside)
        fault("something outside is opened:", name, number);
}

struct counts {
    size_t refused, same, other, died, limited;
};

static void count(struct counts *n, enum status status, bool same, const char *said)
{
    if (status == STATUS_DONE)
        *(same ? &n->same : &n->other) += 1;
    else if (strstr(said, "came to an end"))
        n->died++;
    else if (strstr(said, "within the limits"))
        n->limited++;
    else
        n->refused++;
}

static void print_counts(const char *how, const struct counts *n)
{
    printf("check-hostile:   %s: %zu refused, %zu read to the same values, %zu to others, %zu "
           "killed the child, %zu reached its limits\n",
           how, n->refused, n->same, n->other, n->died, n->limited);
}

static void read_shut_in(const struct kind *kind, const char *path, struct counts *n)
{
    static const struct enclosure_limits limits = {
        .memory = (size_t)MEGABYTES << 20, .seconds = SECONDS, .wall = HANG, .output = 1 << 20};
    struct enclosure x;
    struct error e = {0};
    uint64_t digest = 0;
    enum status status = enclosure_begin(&x, &path, 1, &limits, &e);
    if (x.child == 0) {
        bool good = status == STATUS_DONE && read_whole(kind, path, &digest);
        good = good && fwrite(&digest, sizeof digest, 1, stdout) == 1 && fflush(stdout) == 0;
        _exit(good ? STATUS_DONE : STATUS_BAD_INPUT);
    }
    if (status == STATUS_DONE)
        status = enclosure_end(&x, &e);
    bool told = status == STATUS_DONE && fread(&digest, sizeof digest, 1, x.output) == 1;
    count(n, status, told && digest == kind->digest, error_text(&e));
    enclosure_free(&x);
    error_free(&e);
}

/* Neither asks libhdf5. */
static void must_be_unsealed(const char *path, const char *name, size_t number)
{
    if (hdf_check(path, NULL) != STATUS_BAD_INPUT)
        fault("is not refused:", name, number);
}

static void try_mutant(struct kind *kind, const char *path, size_t number, struct counts *shut_in,
                       struct counts *by_program)
{
    must_be_unsealed(path, kind->name, number);
    read_shut_in(kind, path, shut_in);
    if (!program || number % EVERY != 0)
        return;
    const struct command *c = &kind->commands[number / EVERY % COMMANDS];
    struct ending x = read_untrusted(c, path, kind->name, number);
    bool same = x.size == c->size && memcmp(x.printed, c->printed, x.size) == 0;
    count(by_program, WIFEXITED(x.status) ? (enum status)WEXITSTATUS(x.status) : STATUS_FAILED,
          same, x.said);
    free_ending(&x);
}

static void try_mutants(struct kind *kind, size_t mutants, uint64_t seed)
{
    const char *path = scratch_path(&scratch, "mutant.h5");
    char *bytes = malloc(kind->size);
    struct counts shut_in = {0}, by_program = {0};
    size_t tried = 0;
    assert_non_null(bytes);
    print_whole(kind, path);
    for (size_t i = 0; i < mutants; i++) {
        size_t size = kind->size - HDF_SEAL;
        memcpy(bytes, kind->bytes, kind->size);
        size = mutate(bytes, size, &seed);
        if (memcmp(bytes, kind->bytes, kind->size) == 0 && size == kind->size - HDF_SEAL)
            continue; /* nothing was changed after all */
        tried++;
        memmove(bytes + size, kind->bytes + kind->size - HDF_SEAL, HDF_SEAL);
        scratch_write(path, bytes, size + HDF_SEAL);
        must_be_unsealed(path, kind->name, i);
        assert_int_equal(truncate(path, (off_t)size), 0);
        try_mutant(kind, path, i, &shut_in, &by_program);
    }
    printf("check-hostile: %zu mutants of the %s, refused with the seal and without it\n", tried,
           kind->name);
    print_counts("shut in", &shut_in);
    if (program)
        print_counts("by the program", &by_program);
    free(bytes);
}

/* --- files built to harm -----------------------------------------------------------------------
 */

static struct kind *victim; /* the run file from which they are built */

static void make_external_link(hid_t file)
{
    H5Lcreate_external("secret.h5", "/x", file, "outside", H5P_DEFAULT, H5P_DEFAULT);
}

static void make_soft_link(hid_t file)
{
    H5Ldelete(file, "time", H5P_DEFAULT);
    H5Lcreate_soft("/replicate", file, "time", H5P_DEFAULT, H5P_DEFAULT);
}

static void set_text(hid_t file, const char *name, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Adelete(file, name);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, &value);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

/* The dimension's name is a way through a link to another file. */
static void make_way_out(hid_t file)
{
    make_external_link(file);
    set_text(file, "place", "outside/place");
}

static void make_way_round(hid_t file)
{
    H5Lcreate_hard(file, ".", file, "again", H5P_DEFAULT, H5P_DEFAULT);
    set_text(file, "place", "again/again/place");
}

static void make_loop(hid_t file)
{
    H5Ldelete(file, "agents", H5P_DEFAULT);
    H5Lcreate_hard(file, ".", file, "agents", H5P_DEFAULT, H5P_DEFAULT);
}

static hid_t make_series(hid_t file, const char *name, hid_t type, hid_t creation,
                         const hsize_t *shape)
{
    hid_t space = H5Screate_simple(3, shape, NULL);
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Sclose(space);
    return dataset;
}

static const hsize_t shape_of_series[] = {2, 6, 2};

static void make_external_values(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/passwd", 0, 2 * 6 * 2 * 4);
    H5Dclose(make_series(file, "stolen", H5T_IEEE_F32LE, creation, shape_of_series));
    H5Pclose(creation);
}

static void make_virtual_values(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE),
          space = H5Screate_simple(3, shape_of_series, NULL);
    H5Pset_virtual(creation, space, "secret.h5", "/x", space);
    H5Dclose(make_series(file, "virtual", H5T_IEEE_F32LE, creation, shape_of_series));
    H5Sclose(space);
    H5Pclose(creation);
}

static void make_strange_filter(hid_t file)
{
    const hsize_t chunk[] = {1, 6, 2};
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 3, chunk);
    H5Pset_scaleoffset(creation, H5Z_SO_FLOAT_DSCALE, 3);
    H5Dclose(make_series(file, "packed", H5T_IEEE_F32LE, creation, shape_of_series));
    H5Pclose(creation);
}

static void make_long_axis(hid_t file, const char *name, hsize_t length)
{
    const hsize_t chunk = 1024;
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &length, NULL);
    H5Pset_chunk(creation, 1, &chunk);
    H5Ldelete(file, name, H5P_DEFAULT);
    H5Dclose(H5Dcreate2(file, name, H5T_STD_I32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(creation);
}

static void make_bomb_of_weeks(hid_t file)
{
    make_long_axis(file, "time", 4000000000);
}

/* Three dimensions whose product is more than a number can hold. */
static void make_bomb_of_all(hid_t file)
{
    const hsize_t shape[] = {1 << 24, 1 << 24, 1 << 16}, chunk[] = {1, 64, 64};
    make_long_axis(file, "replicate", shape[0]);
    make_long_axis(file, "time", shape[1]);
    make_long_axis(file, "place", shape[2]);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 3, chunk);
    H5Dclose(make_series(file, "bomb", H5T_IEEE_F32LE, creation, shape));
    H5Pclose(creation);
}

static void make_bomb_of_agents(hid_t file)
{
    hid_t group = H5Gopen2(file, "agents", H5P_DEFAULT);
    char name[64];
    H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, 1, name, sizeof name,
                       H5P_DEFAULT);
    make_long_axis(group, name, 4000000000);
    H5Gclose(group);
}

static void make_long_text(hid_t file)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, 60000);
    H5Adelete(file, "place");
    hid_t attribute = H5Acreate2(file, "place", type, space, H5P_DEFAULT, H5P_DEFAULT);
    char *text = malloc(60000);
    memset(text, 'x', 60000);
    H5Awrite(attribute, type, text);
    free(text);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

static void make_escape_codes(hid_t file)
{
    set_text(file, "place", "\033]0;owned\007place");
}

static void make_empty_name(hid_t file)
{
    set_text(file, "place", "");
}

static void make_other_kind(hid_t file)
{
    set_text(file, "kind", "samskab setup");
}

static void make_compound(hid_t file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    H5Tinsert(type, "a", 0, H5T_STD_I32LE);
    H5Tinsert(type, "b", 4, H5T_STD_I32LE);
    H5Dclose(make_series(file, "pairs", type, H5P_DEFAULT, shape_of_series));
    H5Tclose(type);
}

static void make_committed_type(hid_t file)
{
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Ldelete(file, "time", H5P_DEFAULT);
    H5Tcommit2(file, "time", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Tclose(type);
}

static void try_built(void)
{
    static const struct {
        const char *name;
        void (*make)(hid_t file);
    } cases[] = {
        {"external link", make_external_link},
        {"soft link", make_soft_link},
        {"way out through a link", make_way_out},
        {"way round through a loop", make_way_round},
        {"loop of groups", make_loop},
        {"external values", make_external_values},
        {"virtual values", make_virtual_values},
        {"strange filter", make_strange_filter},
        {"bomb of weeks", make_bomb_of_weeks},
        {"bomb of all dimensions", make_bomb_of_all},
        {"bomb of agents", make_bomb_of_agents},
        {"long text", make_long_text},
        {"escape codes", make_escape_codes},
        {"empty name", make_empty_name},
        {"other kind", make_other_kind},
        {"compound", make_compound},
        {"committed type", make_committed_type},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    const char *path = scratch_path(&scratch, "built.h5");
    print_whole(victim, path);
    for (size_t i = 0; i < CASES; i++) {
        scratch_write(path, victim->bytes, victim->size);
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        assert_true(file >= 0);
        cases[i].make(file);
        assert_true(H5Fclose(file) >= 0);
        assert_int_equal(hdf_seal(path, NULL), STATUS_DONE); /* as a stranger can */
        must_be_refused(victim, path, cases[i].name, i);
        if (!program)
            continue;
        struct ending x = read_untrusted(&victim->commands[0], path, cases[i].name, i);
        if (x.status == 0)
            fault("is not refused with --untrusted:", cases[i].name, i);
        free_ending(&x);
    }
    printf("check-hostile: %d files built to harm, all refused but %zu\n", (int)CASES, faults);
}

/* --- the files of ours -------------------------------------------------------------------------
 */

static void take(struct kind *kind, const char *path)
{
    kind->path = strdup(path);
    kind->bytes = scratch_read(path, &kind->size);
    struct verdict v = read_in_child(kind, path);
    assert_false(v.crashed || v.outside || v.status != STATUS_DONE);
    kind->digest = v.digest;
}

static void drop(struct kind *kind)
{
    free(kind->path);
    free(kind->bytes);
    for (size_t i = 0; i < COMMANDS; i++)
        free(kind->commands[i].printed);
}

static void make_run(struct kind *kind)
{
    static const char text[] = "weeks: 6\nreplicates: 2\nplaces:\n  - {name: North, walkers: 30}\n"
                               "  - {name: South, walkers: 20}\n";
    struct scenario s;
    struct record record;
    struct run_cost cost;
    struct error e = {0};
    const struct run_options options = {
        .out = scratch_path(&scratch, "run.h5"), .threads = 1, .agents_every = 3, .quiet = true};
    assert_status(
        scenario_parse(&s, &toy_model, text, sizeof text - 1, "two", NULL, NULL, 0, NULL, 0, &e),
        STATUS_DONE, &e);
    assert_status(run_execute(&s, &options, &record, &cost, &e), STATUS_DONE, &e);
    record_free(&record);
    scenario_free(&s);
    take(kind, options.out);
}

int main(int argc, char **argv)
{
    size_t mutants = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    const struct command export = {.words = {"export", "--format", "csv"}},
                         document = {.words = {"export", "--format", "json"}},
                         persons = {.words = {"export", "--format", "csv", "--agents"}},
                         info = {.words = {"info"}}, comparison = {.words = {"compare"}};
    struct kind toy = {.name = "built", .read = read_run};
    struct kind kinds[] = {
        {.name = "experiment file",
         .read = read_ensemble,
         .commands = {info, export, comparison, document}},
        {.name = "run file", .read = read_run, .commands = {info, export, persons, document}}};
    for (size_t i = 0; i < COMMANDS; i++)
        toy.commands[i] = export;
    program = getenv("SAMSKAB");
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    scratch_open(&scratch);
    make_run(&toy);
    victim = &toy;
    try_built();
    drop(&toy);
    for (int k = 0; k < 2 && argc > 3 + k; k++) {
        take(&kinds[k], argv[3 + k]);
        try_mutants(&kinds[k], mutants / 2, seed + (uint64_t)k);
        drop(&kinds[k]);
    }
    scratch_close(&scratch);
    printf("check-hostile: seed %llu, %zu faults\n", (unsigned long long)seed, faults);
    return faults > 0;
}
