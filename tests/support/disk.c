#include "tests/support/disk.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/digest.h"
#include "sim/durable.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

enum { ROOT, PATH = 256 };

static void *room(void *old, size_t bytes)
{
    void *more = realloc(old, bytes + 1);
    assert_non_null(more);
    return more;
}

/* --- what is in a folder ---------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct disk_file *)a)->path, ((const struct disk_file *)b)->path);
}

static void state_add(struct disk_state *s, const char *path, bool is_folder, char *bytes,
                      size_t size)
{
    s->files = room(s->files, (s->count + 1) * sizeof *s->files);
    s->files[s->count] = (struct disk_file){strdup(path), is_folder, bytes, size};
    assert_non_null(s->files[s->count++].path);
}

static void state_sort(struct disk_state *s)
{
    if (s->count > 0)
        qsort(s->files, s->count, sizeof *s->files, by_path);
}

/* Adds what is in the folder `below` (empty, or with a slash at its end) of `folder`. */
static void read_below(struct disk_state *s, const char *folder, const char *below)
{
    struct error e = {0};
    char **names, path[2 * PATH], inside[PATH + 1];
    size_t count;
    snprintf(path, sizeof path, "%s/%s", folder, below);
    assert_status(durable_names(path, &names, &count, &e), STATUS_DONE, &e);
    for (size_t i = 0; i < count; i++) {
        int length = snprintf(inside, PATH, "%s%s", below, names[i]);
        assert_true(length < PATH - 1);
        snprintf(path, sizeof path, "%s/%s", folder, inside);
        bool is_folder = durable_is_folder(path);
        size_t size = 0;
        char *bytes = is_folder ? NULL : scratch_read(path, &size);
        assert_true(is_folder || bytes);
        state_add(s, inside, is_folder, bytes, size);
        if (is_folder)
            read_below(s, folder, strcat(inside, "/"));
    }
    durable_names_free(names, count);
}

void disk_state_read(struct disk_state *s, const char *folder)
{
    *s = (struct disk_state){0};
    read_below(s, folder, "");
    state_sort(s);
}

void disk_state_write(const struct disk_state *s, const char *folder)
{
    char path[2 * PATH];
    nftw(folder, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < s->count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, s->files[i].path);
        if (s->files[i].is_folder)
            assert_int_equal(mkdir(path, 0700), 0);
        else
            scratch_write(path, s->files[i].bytes, s->files[i].size);
    }
}

void disk_state_free(struct disk_state *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->files[i].path);
        free(s->files[i].bytes);
    }
    free(s->files);
    *s = (struct disk_state){0};
}

const struct disk_file *disk_state_find(const struct disk_state *s, const char *path)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->files[i].path, path) == 0)
            return &s->files[i];
    return NULL;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* Eight bytes at a time, since there is much of it. */
uint64_t disk_file_digest(const struct disk_file *f)
{
    if (!f)
        return 0;
    uint64_t digest = DIGEST_EMPTY ^ f->size, word = 0;
    for (size_t at = 0; at < f->size; at += sizeof word) {
        word = 0;
        memcpy(&word, f->bytes + at, f->size - at < sizeof word ? f->size - at : sizeof word);
        digest = (digest ^ word) * 0x9e3779b97f4a7c15ULL;
        digest ^= digest >> 29;
    }
    return digest;
}

uint64_t disk_state_digest(const struct disk_state *s, const char *blind)
{
    uint64_t digest = DIGEST_EMPTY;
    for (size_t i = 0; i < s->count; i++) {
        const struct disk_file *f = &s->files[i];
        digest = digest_bytes(digest, f->path, strlen(f->path) + 1);
        if (blind && ends_in(f->path, blind))
            continue;
        uint64_t bytes = disk_file_digest(f);
        digest = digest_bytes(digest, &bytes, sizeof bytes);
    }
    return digest;
}

/* --- the calls -------------------------------------------------------------------------------- */

/* A file or a folder, whatever its names; number ROOT is the folder that all is in. */
struct node {
    bool is_folder;
    const char *bytes; /* before */
    size_t size;
};

struct call {
    enum disk_kind kind;
    size_t node;       /* that is written, synced, named */
    size_t folder;     /* in which its name is */
    char name[PATH];   /* that it had or gets */
    char to[PATH];     /* its new name */
    size_t at, size;   /* of bytes */
    const char *bytes; /* within the trace */
    size_t safe;       /* the sync from which on it cannot be lost; SIZE_MAX: none */
};

struct name {
    size_t folder, node;
    char text[PATH];
};

struct names {
    struct name *list;
    size_t count;
};

struct disk {
    struct disk_state before;
    char *trace;
    struct node *nodes;
    size_t node_count;
    struct names first; /* before */
    struct call *calls;
    size_t count;
};

static size_t names_find(const struct names *n, size_t folder, const char *text)
{
    size_t i = 0;
    while (i < n->count && (n->list[i].folder != folder || strcmp(n->list[i].text, text) != 0))
        i++;
    return i;
}

static void names_remove(struct names *n, size_t folder, const char *text)
{
    size_t i = names_find(n, folder, text);
    if (i < n->count)
        n->list[i] = n->list[--n->count];
}

static void names_set(struct names *n, size_t folder, const char *text, size_t node)
{
    size_t i = names_find(n, folder, text);
    if (i == n->count) {
        n->list = room(n->list, ++n->count * sizeof *n->list);
        n->list[i].folder = folder;
        snprintf(n->list[i].text, PATH, "%s", text);
    }
    n->list[i].node = node;
}

/* What a call does to names. */
static void names_change(struct names *n, const struct call *c)
{
    if (c->kind == DISK_REMOVE || c->kind == DISK_RENAME) {
        size_t i = names_find(n, c->folder, c->name);
        if (i < n->count && n->list[i].node == c->node)
            names_remove(n, c->folder, c->name);
    }
    if (c->kind == DISK_NAME || c->kind == DISK_RENAME)
        names_set(n, c->folder, c->kind == DISK_NAME ? c->name : c->to, c->node);
}

static struct names names_copy(const struct names *n)
{
    struct names copy = {room(NULL, n->count * sizeof *n->list), n->count};
    if (n->count > 0)
        memcpy(copy.list, n->list, n->count * sizeof *n->list);
    return copy;
}

/* The folder that a path is in, and its last part. */
static size_t folder_in(const struct names *n, const char *path, const char **last)
{
    size_t folder = ROOT;
    char part[PATH];
    const char *slash;
    for (*last = path; (slash = strchr(*last, '/')); *last = slash + 1) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - *last), *last);
        size_t i = names_find(n, folder, part);
        if (i == n->count)
            fail_msg("the trace names %s, whose folder is not there", path);
        folder = n->list[i].node;
    }
    return folder;
}

static size_t node_add(struct disk *d, struct node node)
{
    d->nodes = room(d->nodes, (d->node_count + 1) * sizeof *d->nodes);
    d->nodes[d->node_count] = node;
    return d->node_count++;
}

static struct call *call_add(struct disk *d, enum disk_kind kind)
{
    d->calls = room(d->calls, (d->count + 1) * sizeof *d->calls);
    d->calls[d->count] = (struct call){.kind = kind, .safe = SIZE_MAX};
    return &d->calls[d->count++];
}

/* Finds the folder, the name and, when it is there, what has the name. */
static bool call_at(struct call *c, const struct names *now, const char *path)
{
    const char *last;
    c->folder = folder_in(now, path, &last);
    snprintf(c->name, PATH, "%s", last);
    size_t i = names_find(now, c->folder, last);
    c->node = i < now->count ? now->list[i].node : ROOT;
    return i < now->count || strcmp(path, ".") == 0;
}

static bool of_names(const struct call *c)
{
    return c->kind == DISK_NAME || c->kind == DISK_REMOVE || c->kind == DISK_RENAME;
}

/* A sync makes safe what was done before it. */
static void make_safe(struct disk *d, size_t node)
{
    size_t sync = d->count - 1;
    for (size_t i = 0; i < sync; i++) {
        struct call *c = &d->calls[i];
        size_t of = of_names(c) ? c->folder : c->node;
        if (c->safe == SIZE_MAX && of == node && c->kind != DISK_SYNC)
            c->safe = sync;
    }
}

static void take_rename(struct disk *d, struct names *now, const char *from, const char *to)
{
    struct call *c = call_add(d, DISK_RENAME);
    const char *last;
    bool there = call_at(c, now, from);
    if (!there || folder_in(now, to, &last) != c->folder)
        fail_msg("the trace renames %s to %s, which cannot be followed", from, to);
    snprintf(c->to, PATH, "%s", last);
    names_change(now, c);
}

/* Whether the words are of a call with one path, which it takes. */
static bool take_simple(struct disk *d, struct names *now, const char *verb, const char *path)
{
    static const char *const verbs[] = {"create", "mkdir", "unlink", "rmdir", "sync"};
    static const enum disk_kind kinds[] = {DISK_NAME, DISK_NAME, DISK_REMOVE, DISK_REMOVE,
                                           DISK_SYNC};
    size_t v = 0, count = sizeof verbs / sizeof *verbs;
    while (v < count && strcmp(verb, verbs[v]) != 0)
        v++;
    if (v == count)
        return false;
    struct call *c = call_add(d, kinds[v]);
    bool there = call_at(c, now, path), makes = kinds[v] == DISK_NAME;
    if (makes && there) {
        d->count--;
        return true;
    }
    if (!makes && !there)
        fail_msg("the trace has %s of %s, which is not there", verb, path);
    if (makes)
        c->node = node_add(d, (struct node){.is_folder = strcmp(verb, "mkdir") == 0});
    if (kinds[v] == DISK_SYNC)
        make_safe(d, c->node);
    names_change(now, c);
    return true;
}

/* One line of the trace; the number of bytes after it that belong to it. */
static size_t take_line(struct disk *d, struct names *now, const char *line, const char *bytes)
{
    char verb[16], path[PATH], to[PATH];
    size_t at = 0, size = 0;
    if (sscanf(line, "write %zu %zu %255s", &at, &size, path) == 3) {
        struct call *c = call_add(d, DISK_WRITE);
        assert_true(call_at(c, now, path));
        c->at = at;
        c->size = size;
        c->bytes = bytes;
        return size;
    }
    if (sscanf(line, "truncate %zu %255s", &at, path) == 2) {
        struct call *c = call_add(d, DISK_CUT);
        assert_true(call_at(c, now, path));
        c->size = at;
    } else if (sscanf(line, "rename %255s %255s", path, to) == 2) {
        take_rename(d, now, path, to);
    } else if (sscanf(line, "%15s %255s", verb, path) != 2 || !take_simple(d, now, verb, path)) {
        fail_msg("the trace has a line that is not understood: %s", line);
    }
    return 0;
}

static void take_trace(struct disk *d, size_t size)
{
    struct names now = names_copy(&d->first);
    for (size_t at = 0; at < size;) {
        char line[3 * PATH];
        const char *end = memchr(d->trace + at, '\n', size - at);
        assert_non_null(end);
        size_t length = (size_t)(end - d->trace) - at;
        assert_true(length < sizeof line);
        memcpy(line, d->trace + at, length);
        line[length] = '\0';
        at += length + 1;
        at += take_line(d, &now, line, d->trace + at);
        assert_true(at <= size);
    }
    free(now.list);
}

struct disk *disk_open(const struct disk_state *before, const char *trace, size_t size)
{
    struct disk *d = room(NULL, sizeof *d);
    *d = (struct disk){.trace = room(NULL, size)};
    memcpy(d->trace, trace, size);
    node_add(d, (struct node){.is_folder = true});
    for (size_t i = 0; i < before->count; i++) { /* sorted: a folder comes before what is in it */
        const struct disk_file *f = &before->files[i];
        const char *last;
        char *bytes = f->is_folder ? NULL : memcpy(room(NULL, f->size), f->bytes, f->size);
        state_add(&d->before, f->path, f->is_folder, bytes, f->size);
        size_t node = node_add(d, (struct node){f->is_folder, bytes, f->size});
        size_t folder = folder_in(&d->first, f->path, &last);
        names_set(&d->first, folder, last, node);
    }
    take_trace(d, size);
    return d;
}

void disk_close(struct disk *d)
{
    disk_state_free(&d->before);
    free(d->trace);
    free(d->nodes);
    free(d->first.list);
    free(d->calls);
    free(d);
}

size_t disk_calls(const struct disk *d)
{
    return d->count;
}

enum disk_kind disk_call(const struct disk *d, size_t call)
{
    return d->calls[call].kind;
}

/* --- a failure -------------------------------------------------------------------------------- */

struct failure {
    enum disk_loss loss;
    struct stream *chance;
    size_t calls, sector;
    double lost;    /* share of what is not safe */
    size_t journal; /* names are as after so many calls */
};

static struct failure failure_of(const struct disk *d, size_t calls, enum disk_loss loss,
                                 struct stream *chance)
{
    static const double shares[] = {0.1, 0.5, 0.9};
    struct failure f = {.loss = loss, .chance = chance, .calls = calls};
    if (loss != DISK_ANY && loss != DISK_JOURNAL)
        return f;
    f.lost = shares[stream_below(chance, 3)];
    f.sector = stream_below(chance, 2) ? 4096 : 512;
    size_t last = 0;
    for (size_t i = 0; i < calls; i++)
        last = d->calls[i].kind == DISK_SYNC ? i + 1 : last;
    f.journal = last + stream_below(chance, (uint32_t)(calls - last + 1));
    return f;
}

static bool is_lost(const struct failure *f)
{
    return stream_uniform(f->chance) < f->lost;
}

/* Whether nothing of a call is lost for sure. */
static bool is_whole(const struct failure *f, const struct call *c, size_t number)
{
    return c->safe < f->calls || f->loss == DISK_NOTHING ||
           (f->loss == DISK_EARLIER && number == f->calls - 1);
}

/* Whether it may be there for all that, in part. */
static bool is_open(const struct failure *f)
{
    return f->loss == DISK_ANY || f->loss == DISK_JOURNAL;
}

static bool keeps_name(const struct failure *f, const struct call *c, size_t number)
{
    if (f->loss == DISK_JOURNAL)
        return number < f->journal;
    return is_whole(f, c, number) || (is_open(f) && !is_lost(f));
}

static void file_cut(struct disk_file *file, size_t size)
{
    file->bytes = room(file->bytes, size);
    if (size > file->size)
        memset(file->bytes + file->size, 0, size - file->size);
    file->size = size;
}

static void file_write(struct disk_file *file, size_t at, const char *bytes, size_t size)
{
    if (size > 0 && at + size > file->size)
        file_cut(file, at + size);
    if (size > 0)
        memcpy(file->bytes + at, bytes, size);
}

/* A write of which some sectors are lost; in their place there may be zeros. */
static void file_tear(struct disk_file *file, const struct call *c, const struct failure *f)
{
    bool longer = stream_below(f->chance, 2) == 0;
    if (longer && c->at + c->size > file->size)
        file_cut(file, c->at + c->size);
    for (size_t at = c->at, end = c->at + c->size; at < end;) {
        size_t next = (at / f->sector + 1) * f->sector, stop = next < end ? next : end;
        if (!is_lost(f))
            file_write(file, at, c->bytes + (at - c->at), stop - at);
        at = stop;
    }
}

static void change_file(struct disk_file *file, const struct failure *f, const struct call *c,
                        size_t number)
{
    bool whole = is_whole(f, c, number);
    if (!whole && !is_open(f))
        return;
    if (c->kind == DISK_CUT && (whole || !is_lost(f)))
        file_cut(file, c->size);
    else if (c->kind == DISK_WRITE && whole)
        file_write(file, c->at, c->bytes, c->size);
    else if (c->kind == DISK_WRITE)
        file_tear(file, c, f);
}

/* Adds what has a name in a folder, and what is in that. */
static void gather(struct disk_state *s, const struct disk *d, const struct names *names,
                   struct disk_file *files, size_t folder, const char *below)
{
    char path[PATH + 1];
    for (size_t i = 0; i < names->count; i++) {
        const struct name *n = &names->list[i];
        if (n->folder != folder)
            continue;
        int length = snprintf(path, PATH, "%s%s", below, n->text);
        assert_true(length < PATH);
        struct disk_file *f = &files[n->node];
        state_add(s, path, d->nodes[n->node].is_folder,
                  f->bytes ? memcpy(room(NULL, f->size), f->bytes, f->size) : room(NULL, 0),
                  f->size);
        if (d->nodes[n->node].is_folder)
            gather(s, d, names, files, n->node, strcat(path, "/"));
    }
}

void disk_fails(const struct disk *d, size_t calls, enum disk_loss loss, struct stream *chance,
                struct disk_state *s)
{
    struct failure f = failure_of(d, calls, loss, chance);
    struct names names = names_copy(&d->first);
    struct disk_file *files = calloc(d->node_count, sizeof *files);
    assert_non_null(files);
    for (size_t i = 0; i < d->node_count; i++)
        file_write(&files[i], 0, d->nodes[i].bytes, d->nodes[i].size);
    for (size_t i = 0; i < calls; i++) {
        const struct call *c = &d->calls[i];
        if (of_names(c) && keeps_name(&f, c, i))
            names_change(&names, c);
        else if (c->kind == DISK_WRITE || c->kind == DISK_CUT)
            change_file(&files[c->node], &f, c, i);
    }
    *s = (struct disk_state){0};
    gather(s, d, &names, files, ROOT, "");
    state_sort(s);
    for (size_t i = 0; i < d->node_count; i++)
        free(files[i].bytes);
    free(files);
    free(names.list);
}
