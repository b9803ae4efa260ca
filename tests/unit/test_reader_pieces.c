/* Every piece of our files taken away or made into something else: each link and each attribute of
 * a run file, of an experiment and of their parts.  What is needed is refused by one sentence that
 * names the file; what is not needed is listed here, and the rest is read as if nothing had
 * happened.  The same files on a disk that fails. */
#include "tests/support/check.h"

#include <hdf5.h>
#include <stdio.h>

#include "sim/ensemble_run.h"
#include "sim/hdf.h"
#include "sim/parts.h"
#include "sim/reader.h"
#include "sim/reader_agents.h"
#include "tests/support/failing_reads.h"
#include "tests/support/interrupted.h"
#include "tests/support/tampered.h"
#include "tests/support/toy.h"
#include "tests/support/toy_ensemble.h"

enum { PIECES = 400, NAME = 120 };

/* What is done to a piece. */
enum deed { REMOVE, OTHER_TYPE, KIN, LONGER, SHORTER, DEEPER, GROUP, SOFT_LINK, LONG_NAME, DEEDS };
static const char *const deeds[] = {"removed", "of another type", "of a kindred type",
                                    "longer",  "empty",           "of another rank",
                                    "a group", "a link",          "beside a long name"};

struct piece {
    char object[NAME];    /* a link, from the root; "." for the root itself */
    char attribute[NAME]; /* of the object, or "" for the object itself */
};

struct file {
    const char *name;
    char *bytes;
    size_t size;
    enum status (*read)(const char *path, struct error *e);
    const char *free; /* pieces that nobody needs, with a blank before and behind each */
};

static struct state *town; /* an interrupted run */
static struct world *world;
static struct piece pieces[PIECES];
static size_t piece_count;

/* --- reading all there is ----------------------------------------------------------------------
 */

static enum status read_agents(const struct run_file *f, struct error *e)
{
    struct reader_columns c;
    uint32_t *values = malloc(f->agents * sizeof *values);
    enum status status = reader_columns_open(&c, f, e);
    if (status == STATUS_DONE) {
        for (size_t i = 0; i < c.count && status == STATUS_DONE; i++)
            status = reader_column(f, &c.list[i], 0, 0, values, e);
        reader_columns_close(&c);
    }
    const struct reader_slice at = {0, 0};
    for (size_t i = 0; i < toy_model.column_count && status == STATUS_DONE; i++) {
        const struct column *column = &toy_model.columns[i];
        if (column->entity == toy_model.saved_entity && column->role != COLUMN_DERIVED)
            status = reader_saved(f, column, &at, values, e);
    }
    free(values);
    return status;
}

static enum status read_scenario(const struct run_file *f, struct error *e)
{
    struct scenario s;
    enum status status = reader_scenario(f, &s, &toy_model, NULL, 0, e);
    scenario_free(&s);
    return status;
}

static enum status read_run(const char *path, struct error *e)
{
    struct run_file f;
    enum status status = reader_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    status = read_every_series(&f, e);
    if (status == STATUS_DONE && f.agent_weeks > 0)
        status = read_agents(&f, e);
    if (status == STATUS_DONE)
        status = read_scenario(&f, e);
    reader_close(&f);
    return status;
}

static enum status read_setup(const char *path, struct error *e)
{
    struct run_file f;
    enum status status = reader_open_setup(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    status = read_scenario(&f, e);
    reader_close(&f);
    return status;
}

static enum status read_replicate(const char *path, struct error *e)
{
    struct record r;
    struct reader_replicate about;
    enum status status = record_init(&r, &town->scenario, e);
    if (status == STATUS_DONE)
        status = reader_replicate(path, &r, 0, 5, &about, e);
    if (status == STATUS_DONE && !about.finished)
        status = reader_state(path, world, &r, e);
    record_free(&r);
    return status;
}

static enum status read_agents_part(const char *path, struct error *e)
{
    struct reader_agents a;
    enum status status = reader_agents_open(&a, path, &toy_model, e);
    reader_agents_close(&a);
    return status;
}

static enum status read_experiment(const char *path, struct error *e)
{
    struct ensemble_file f;
    enum status status = reader_ensemble_open(&f, path, e);
    if (status != STATUS_DONE)
        return status;
    const struct ensemble *x = &f.ensemble;
    const struct ensemble_range all = {0, x->arms, 0, x->replicates};
    float *values = malloc(ensemble_runs(x) * x->weeks * x->places * sizeof *values);
    for (size_t i = 0; i < x->variable_count && status == STATUS_DONE; i++)
        status = reader_ensemble_series(&f, i, &all, values, e);
    free(values);
    reader_ensemble_close(&f);
    return status;
}

static enum status read_experiment_setup(const char *path, struct error *e)
{
    uint64_t identity;
    struct shard shard;
    return reader_ensemble_setup(path, &identity, &shard, e);
}

/* --- files of ours -----------------------------------------------------------------------------
 */

static void take(struct file *f, const char *path)
{
    f->bytes = scratch_read(path, &f->size);
    if (!f->bytes)
        fail_msg("%s is not there", path);
}

static void make_run(struct file *whole, struct file *setup, struct file *replicate,
                     struct file *agents)
{
    struct run_options options = {.out = scratch_path(&town->scratch, "run.h5"),
                                  .threads = 1,
                                  .agents_every = 2,
                                  .checkpoint_every = 1,
                                  .quiet = true};
    struct error e = {0};
    uint64_t digest;
    atomic_store(&stop_week, 5);
    assert_status(run(town, &options, &digest, &e), STATUS_INTERRUPTED, &e);
    error_free(&e);
    atomic_store(&stop_week, 0);
    char *folder = parts_folder(options.out);
    char *paths[] = {parts_setup(folder), parts_replicate(folder, 0, 5),
                     parts_agents(folder, 0, 2)};
    take(setup, paths[0]);
    take(replicate, paths[1]);
    take(agents, paths[2]);
    for (size_t k = 0; k < 3; k++)
        free(paths[k]);
    free(folder);
    assert_status(resume(options.out, &options, &digest, &e), STATUS_DONE, &e);
    take(whole, options.out);
}

static void make_experiment(struct file *experiment, struct file *setup)
{
    struct ensemble x;
    struct error e = {0};
    toy_ensemble(&x, 2);
    struct toy_ensemble_runs runs = {.ensemble = &x, .shard = {1, 1}};
    const struct store_source source = {.take = toy_ensemble_take, .context = &runs};
    const struct store_run_options options = {.command = "test", .replace = true};
    const char *path = scratch_path(&town->scratch, "experiment.h5");
    assert_status(store_ensemble(path, &x, runs.shard, &source, &options, &e), STATUS_DONE, &e);
    take(experiment, path);
    path = scratch_path(&town->scratch, "experiment-setup.h5");
    assert_status(store_ensemble_setup(path, 77, (struct shard){2, 3}, &e), STATUS_DONE, &e);
    take(setup, path);
    ensemble_free(&x);
}

/* --- pieces ------------------------------------------------------------------------------------
 */

static void add_piece(const char *object, const char *attribute)
{
    assert_true(piece_count < PIECES);
    struct piece *p = &pieces[piece_count++];
    snprintf(p->object, sizeof p->object, "%s", object);
    snprintf(p->attribute, sizeof p->attribute, "%s", attribute);
}

static void list_pieces(hid_t at, const char *way)
{
    H5G_info_t group;
    char name[NAME / 2], path[NAME];
    for (int i = 0; i < H5Aget_num_attrs(at); i++) {
        assert_true(H5Aget_name_by_idx(at, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)i, name,
                                       sizeof name, H5P_DEFAULT) >= 0);
        add_piece(way, name);
    }
    if (H5Iget_type(at) == H5I_DATASET)
        return;
    assert_true(H5Gget_info(at, &group) >= 0);
    for (hsize_t i = 0; i < group.nlinks; i++) {
        assert_true(H5Lget_name_by_idx(at, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                                       H5P_DEFAULT) >= 0);
        snprintf(path, sizeof path, "%.50s%s%s", strcmp(way, ".") == 0 ? "" : way,
                 strcmp(way, ".") == 0 ? "" : "/", name);
        add_piece(path, "");
        hid_t object = H5Oopen(at, name, H5P_DEFAULT);
        list_pieces(object, path);
        H5Oclose(object);
    }
}

/* A type of another class, or one of the same class that differs in sign, width or storage. */
static hid_t another_type(hid_t type, enum deed deed)
{
    if (deed != OTHER_TYPE && deed != KIN)
        return H5Tcopy(type);
    H5T_class_t class = H5Tget_class(type);
    if (deed == OTHER_TYPE)
        return H5Tcopy(class == H5T_STRING ? H5T_NATIVE_INT16 : H5T_C_S1);
    hid_t other = H5Tcopy(class == H5T_FLOAT ? H5T_NATIVE_LDOUBLE : type);
    if (class == H5T_INTEGER)
        H5Tset_sign(other, H5Tget_sign(type) == H5T_SGN_NONE ? H5T_SGN_2 : H5T_SGN_NONE);
    else if (class == H5T_STRING)
        H5Tset_size(other, H5Tis_variable_str(type) > 0 ? 4 : H5T_VARIABLE);
    return other;
}

/* Dimensions one longer in the last of them, or empty. */
static hid_t another_space(hid_t space, enum deed deed)
{
    if (deed == OTHER_TYPE || deed == KIN)
        return H5Scopy(space);
    hsize_t shape[8] = {1};
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    if (rank == 0)
        rank = 1;
    if (deed == SHORTER)
        shape[rank - 1] = 0;
    else if (deed == DEEPER)
        shape[rank++] = 1;
    else if (deed == LONGER)
        shape[rank - 1]++;
    return H5Screate_simple(rank, shape, NULL);
}

static bool change_attribute(hid_t object, const char *name, enum deed deed)
{
    if (deed > SHORTER)
        return false;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hid_t other = another_type(type, deed);
    hid_t extent = another_space(space, deed);
    H5Aclose(attribute);
    assert_true(H5Adelete(object, name) >= 0);
    if (deed != REMOVE)
        H5Aclose(H5Acreate2(object, name, other, extent, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(extent);
    H5Sclose(space);
    H5Tclose(other);
    H5Tclose(type);
    return true;
}

static void replace_dataset(hid_t file, const char *path, enum deed deed)
{
    hid_t old = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t type = H5Dget_type(old), space = H5Dget_space(old);
    hid_t other = another_type(type, deed);
    hid_t extent = another_space(space, deed);
    H5Dclose(old);
    assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
    H5Dclose(H5Dcreate2(file, path, other, extent, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(extent);
    H5Sclose(space);
    H5Tclose(other);
    H5Tclose(type);
}

static bool change_link(hid_t file, const char *path, enum deed deed)
{
    char long_name[400];
    bool is_group = H5Oexists_by_name(file, path, H5P_DEFAULT) > 0;
    hid_t object = H5Oopen(file, path, H5P_DEFAULT);
    is_group = is_group && H5Iget_type(object) == H5I_GROUP;
    H5Oclose(object);
    if (deed == LONG_NAME) {
        snprintf(long_name, sizeof long_name, "%.100s%0280d", path, 0);
        return H5Lcopy(file, path, file, long_name, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    }
    if (deed == REMOVE)
        return H5Ldelete(file, path, H5P_DEFAULT) >= 0;
    if (deed == SOFT_LINK) {
        assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
        return H5Lcreate_soft("/elsewhere", file, path, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    }
    if (is_group && (deed == OTHER_TYPE || deed == KIN)) {
        hid_t space = H5Screate(H5S_SCALAR);
        assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
        H5Dclose(
            H5Dcreate2(file, path, H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        H5Sclose(space);
        return true;
    }
    if (is_group)
        return false;
    if (deed == GROUP) {
        assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
        return H5Gclose(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)) >= 0;
    }
    replace_dataset(file, path, deed);
    return true;
}

/* Whether the deed means anything for the piece. */
static bool change(hid_t file, const struct piece *p, enum deed deed)
{
    if (!p->attribute[0])
        return change_link(file, p->object, deed);
    hid_t object = H5Oopen(file, p->object, H5P_DEFAULT);
    bool done = change_attribute(object, p->attribute, deed);
    H5Oclose(object);
    return done;
}

/* --- the test ----------------------------------------------------------------------------------
 */

/* Labels for readers of any kind, and what says how a run came about. */
static bool is_free(const struct file *f, const struct piece *p)
{
    static const char labels[] = " CLASS NAME REFERENCE_LIST DIMENSION_LIST units long_name "
                                 "_FillValue coordinates Conventions history model_title "
                                 "model_version title question source flag_values flag_meanings ";
    char word[NAME + 2];
    snprintf(word, sizeof word, " %.*s ", NAME - 1, p->attribute[0] ? p->attribute : p->object);
    return strstr(f->free, word) || strstr(labels, word) ||
           strncmp(p->object, "parameters/", 11) == 0 ||
           (p->attribute[0] && strcmp(p->object, "provenance") == 0);
}

static size_t try_file(const struct file *f)
{
    const char *path = scratch_path(&town->scratch, "changed.h5");
    size_t refused = 0;
    struct error e = {0};
    scratch_write(path, f->bytes, f->size);
    assert_status(f->read(path, &e), STATUS_DONE, &e);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    piece_count = 0;
    hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
    list_pieces(root, ".");
    H5Gclose(root);
    H5Fclose(file);
    for (size_t i = 0; i < piece_count; i++)
        for (enum deed deed = REMOVE; deed < DEEDS; deed++) {
            const struct piece *p = &pieces[i];
            scratch_write(path, f->bytes, f->size);
            file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
            assert_true(file >= 0);
            bool changed = change(file, p, deed);
            assert_true(H5Fclose(file) >= 0);
            if (!changed)
                continue;
            assert_status(hdf_seal(path, &e), STATUS_DONE, &e);
            enum status status = f->read(path, &e);
            /* Kindred types are read as they are, or refused. */
            bool spared = deed == LONG_NAME || deed == KIN || is_free(f, p);
            bool named = deed == KIN || strstr(error_text(&e), path);
            assert_null(strstr(error_text(&e), "seal"));
            bool good = status == STATUS_DONE ? e.count == 0 && spared
                                              : status == STATUS_BAD_INPUT && e.count == 1 && named;
            if (!good)
                print_error("%s: %s %s %s: status %d, %s\n", f->name, p->object, p->attribute,
                            deeds[deed], (int)status, error_text(&e));
            assert_true(good);
            refused += status == STATUS_BAD_INPUT;
            error_free(&e);
        }
    printf("%s: %zu pieces, %zu ways refused\n", f->name, piece_count, refused);
    return refused;
}

/* Reads the file with every read of the disk failing in turn, which is not the file's fault. */
static void try_disk(const struct file *f)
{
    const char *path = scratch_path(&town->scratch, "read.h5");
    int after = 0;
    bool failed = true;
    scratch_write(path, f->bytes, f->size);
    for (; failed; after++) {
        struct error e = {0};
        reads_fail(FAILS, after);
        enum status status = f->read(path, &e);
        failed = reads_recover();
        assert_status(status, failed ? STATUS_FAILED : STATUS_DONE, &e);
        assert_int_equal(e.count, failed);
        if (failed)
            assert_contains(error_text(&e), "Input/output error");
        error_free(&e);
    }
    assert_true(after > 5);
}

static struct file run_file = {
    .name = "run",
    .read = read_run,
    .free = " parameters agents mean_height share_above inputs/file_1_size "};
static struct file setup_file = {
    .name = "setup", .read = read_setup, .free = " inputs/file_1_size "};
static struct file replicate_file = {
    .name = "replicate", .read = read_replicate, .free = " world "};
static struct file agents_file = {
    .name = "agents", .read = read_agents_part, .free = " replicate week "};
static struct file experiment_file = {
    .name = "experiment",
    .read = read_experiment,
    .free = " baseline plan failure inputs inputs/file_1 inputs/file_1_size mean_height "
            "share_above off.jump walk.law walk.step walkers key design_range "};
static struct file experiment_setup = {
    .name = "experiment setup", .read = read_experiment_setup, .free = " "};

static int setup(void **data)
{
    char text[512];
    struct scratch beside; /* what the scenario names is in the file, and no longer on the disk */
    struct error e = {0};
    scratch_open(&beside);
    snprintf(text, sizeof text,
             "title: Two places\nquestion: How high?\nweeks: 9\nreplicates: 2\nties: {file: %s}\n"
             "places:\n  - {name: North, walkers: 30}\n  - {name: South}\nremark: windy\n",
             scratch_text(&beside, "ties.csv", "a,b\n0,1\n1,2\n"));
    *data = town = state_open(&toy_model, text, "two");
    scratch_close(&beside);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    make_run(&run_file, &setup_file, &replicate_file, &agents_file);
    make_experiment(&experiment_file, &experiment_setup);
    assert_status(world_open(&world, &model, &town->scenario, 0, 1, &e), STATUS_DONE, &e);
    return 0;
}

static int teardown(void **data)
{
    struct file *const files[] = {&run_file,    &setup_file,      &replicate_file,
                                  &agents_file, &experiment_file, &experiment_setup};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        free(files[k]->bytes);
    world_close(world);
    return state_close(data);
}

static void disks_that_fail_are_no_faults_of_files(void **data)
{
    (void)data;
    struct file *const files[] = {&run_file,    &setup_file,      &replicate_file,
                                  &agents_file, &experiment_file, &experiment_setup};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        try_disk(files[k]);
}

static void runs(void **data)
{
    (void)data;
    assert_true(try_file(&run_file) > 150);
}

static void setups(void **data)
{
    (void)data;
    assert_true(try_file(&setup_file) > 40);
}

static void states(void **data)
{
    (void)data;
    assert_true(try_file(&replicate_file) > 70);
}

static void stored_agents(void **data)
{
    (void)data;
    assert_true(try_file(&agents_file) > 30);
}

static void experiments(void **data)
{
    (void)data;
    assert_true(try_file(&experiment_file) > 200);
}

static void setups_of_experiments(void **data)
{
    (void)data;
    assert_true(try_file(&experiment_setup) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disks_that_fail_are_no_faults_of_files),
        cmocka_unit_test(runs),
        cmocka_unit_test(setups),
        cmocka_unit_test(states),
        cmocka_unit_test(stored_agents),
        cmocka_unit_test(experiments),
        cmocka_unit_test(setups_of_experiments),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
