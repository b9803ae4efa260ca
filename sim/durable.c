#include "sim/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

char *durable_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return text;
}

static enum status no_memory(struct error *e, const char *path)
{
    return error_add(e, STATUS_FAILED, "%s: out of memory", path);
}

/* Bytes that a name grows by while its file is written: ".4194304.tmp", or ".parts". */
enum { TEMPORARY_MOST = 12 };

/* The folder in which `path` stands, as a new string. */
static char *folder_of(const char *path)
{
    char *copy = strdup(path);
    char *folder = copy ? strdup(dirname(copy)) : NULL;
    free(copy);
    return folder;
}

bool durable_is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

bool durable_is_file(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

/* Some file systems cannot sync a folder (EINVAL); there is nothing more to be done on them. */
static enum status sync_path(const char *path, int flags, struct error *e)
{
    int file = open(path, flags | O_CLOEXEC);
    if (file < 0)
        return error_fault(e, path, "cannot be opened to be synced");
    enum status status = STATUS_DONE;
    if (fsync(file) != 0 && errno != EINVAL)
        status = error_fault(e, path, "cannot be synced to disk");
    if (close(file) != 0 && status == STATUS_DONE)
        status = error_fault(e, path, "cannot be closed");
    return status;
}

static enum status sync_folder_of(const char *path, struct error *e)
{
    char *folder = folder_of(path);
    if (!folder)
        return no_memory(e, path);
    enum status status = sync_path(folder, O_RDONLY | O_DIRECTORY, e);
    free(folder);
    return status;
}

enum status durable_begin(struct durable *d, const char *path, struct error *e)
{
    memset(d, 0, sizeof *d);
    /* A symbolic link stays one: the file it points to is replaced. */
    d->path = realpath(path, NULL);
    if (!d->path)
        d->path = strdup(path);
    if (d->path)
        d->temporary = durable_format("%s.%ld.tmp", d->path, (long)getpid());
    if (!d->path || !d->temporary) {
        free(d->temporary);
        d->temporary = NULL;
        durable_abandon(d);
        return no_memory(e, path);
    }
    if (unlink(d->temporary) != 0 && errno != ENOENT) {
        enum status status = error_fault(e, d->temporary, "cannot be removed");
        durable_abandon(d);
        return status;
    }
    return STATUS_DONE;
}

/* Renames without replacing where the file system can do that in one step. */
static int rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (access(to, F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

enum status durable_publish(struct durable *d, bool replace, struct error *e)
{
    enum status status = sync_path(d->temporary, O_RDONLY, e);
    if (status != STATUS_DONE)
        return status;
    int failed = replace ? rename(d->temporary, d->path) : rename_new(d->temporary, d->path);
    if (failed && errno == EEXIST) {
        status = error_add(e, STATUS_FAILED,
                           "%s: has come into being meanwhile and is left as it is; what was to be "
                           "written there is in %s",
                           d->path, d->temporary);
        free(d->temporary);
        d->temporary = NULL;
        return status;
    }
    if (failed)
        return error_fault(e, d->path, "cannot be put in place");
    free(d->temporary);
    d->temporary = NULL;
    return sync_folder_of(d->path, e);
}

void durable_abandon(struct durable *d)
{
    if (d->temporary)
        unlink(d->temporary);
    free(d->temporary);
    free(d->path);
    memset(d, 0, sizeof *d);
}

static enum status write_all(const char *path, const char *bytes, size_t size, struct error *e)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return error_fault(e, path, "cannot be created");
    enum status status = STATUS_DONE;
    while (size > 0 && status == STATUS_DONE) {
        ssize_t done = write(file, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0) {
            status = error_fault(e, path, "cannot be written");
        } else {
            bytes += done;
            size -= (size_t)done;
        }
    }
    if (close(file) != 0 && status == STATUS_DONE)
        status = error_fault(e, path, "cannot be closed");
    return status;
}

enum status durable_write(const char *path, const void *bytes, size_t size, struct error *e)
{
    struct durable d;
    enum status status = durable_begin(&d, path, e);
    if (status == STATUS_DONE)
        status = write_all(d.temporary, bytes, size, e);
    if (status == STATUS_DONE)
        status = durable_publish(&d, true, e);
    durable_abandon(&d);
    return status;
}

enum status durable_put(const char *path, const void *bytes, size_t size, struct error *e)
{
    struct durable d;
    enum status status = durable_begin(&d, path, e);
    if (status == STATUS_DONE)
        status = write_all(d.temporary, bytes, size, e);
    if (status == STATUS_DONE && rename(d.temporary, d.path) != 0)
        status = error_fault(e, path, "cannot be put in place");
    durable_abandon(&d);
    return status;
}

enum status durable_sync(const char *path, struct error *e)
{
    return sync_path(path, O_RDONLY, e);
}

size_t durable_free(const char *path)
{
    struct statvfs s;
    char *folder = folder_of(path);
    bool known = folder && statvfs(folder, &s) == 0;
    free(folder);
    return known ? (size_t)s.f_bavail * (size_t)s.f_frsize : SIZE_MAX;
}

static enum status check_folder(const char *path, const char *folder, struct error *e)
{
    struct stat s;
    if (stat(folder, &s) != 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: cannot be written: its folder %s: %s", path,
                         folder, strerror(errno));
    if (!S_ISDIR(s.st_mode))
        return error_add(e, STATUS_BAD_INPUT, "%s: cannot be written: %s is no folder", path,
                         folder);
    if (access(folder, W_OK | X_OK) != 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: cannot be written: its folder %s: %s", path,
                         folder, strerror(errno));
    return STATUS_DONE;
}

enum status durable_check(const char *path, bool force, struct error *e)
{
    if (*path == '\0')
        return error_add(e, STATUS_BAD_INPUT, "the name of the file to write is empty");
    struct stat s;
    if (stat(path, &s) == 0) {
        if (S_ISDIR(s.st_mode))
            return error_add(e, STATUS_BAD_INPUT,
                             "%s: is a folder; name a file to write, such as %s%sout.h5", path,
                             path, path[strlen(path) - 1] == '/' ? "" : "/");
        if (!S_ISREG(s.st_mode))
            return error_add(e, STATUS_BAD_INPUT, "%s: is no plain file", path);
        if (!force)
            return error_add(e, STATUS_BAD_INPUT,
                             "%s: exists already; give another name with -o, or --force to "
                             "replace it",
                             path);
    } else if (errno != ENOENT) {
        return error_add(e, STATUS_BAD_INPUT, "%s: cannot be written: %s", path, strerror(errno));
    } else if (lstat(path, &s) == 0) {
        return error_add(e, STATUS_BAD_INPUT, "%s: is a link to a file that is not there", path);
    }
    if (strcmp(path, "-") == 0)
        return error_add(e, STATUS_BAD_INPUT,
                         "-: names no file; leave -o out, or write ./- for a file of this name");
    size_t length = strlen(path);
    if (path[length - 1] == '/')
        return error_add(e, STATUS_BAD_INPUT, "%s: ends with a slash; name a file to write", path);
    const char *slash = strrchr(path, '/');
    if (strlen(slash ? slash + 1 : path) > NAME_MAX - TEMPORARY_MOST)
        return error_add(e, STATUS_BAD_INPUT, "%s: the name may have %d bytes at most", path,
                         (int)(NAME_MAX - TEMPORARY_MOST));
    char *folder = folder_of(path);
    if (!folder)
        return no_memory(e, path);
    enum status status = check_folder(path, folder, e);
    free(folder);
    return status;
}

enum status durable_folder(const char *path, struct error *e)
{
    if (mkdir(path, 0777) != 0 && !(errno == EEXIST && durable_is_folder(path)))
        return error_fault(e, path, "cannot be made a folder");
    return sync_folder_of(path, e);
}

enum status durable_lock(const char *path, int *lock, struct error *e)
{
    *lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return error_fault(e, path, "cannot be opened");
    /* File systems without locks (ENOLCK, EOPNOTSUPP) are worked on without one. */
    if (flock(*lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        durable_unlock(lock);
        return error_add(e, STATUS_BAD_INPUT, "%s: another run is working there now", path);
    }
    return STATUS_DONE;
}

void durable_unlock(int *lock)
{
    if (*lock >= 0)
        close(*lock);
    *lock = -1;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status names_add(char ***names, size_t *count, const char *name)
{
    char **more = realloc(*names, (*count + 1) * sizeof *more);
    if (!more)
        return STATUS_FAILED;
    *names = more;
    more[*count] = strdup(name);
    return more[*count] ? ((*count)++, STATUS_DONE) : STATUS_FAILED;
}

enum status durable_names(const char *path, char ***names, size_t *count, struct error *e)
{
    *names = NULL;
    *count = 0;
    DIR *folder = opendir(path);
    if (!folder)
        return error_fault(e, path, "cannot be read");
    enum status status = STATUS_DONE;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry)
            break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (names_add(names, count, entry->d_name) != STATUS_DONE) {
            status = no_memory(e, path);
            break;
        }
    }
    if (status == STATUS_DONE && errno != 0)
        status = error_fault(e, path, "cannot be read");
    closedir(folder);
    if (status != STATUS_DONE) {
        durable_names_free(*names, *count);
        *names = NULL;
        *count = 0;
        return status;
    }
    if (*count > 0)
        qsort(*names, *count, sizeof **names, by_name);
    return STATUS_DONE;
}

void durable_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

enum status durable_remove(const char *path, struct error *e)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return error_fault(e, path, "cannot be removed");
    return STATUS_DONE;
}

enum status durable_remove_folder(const char *path, struct error *e)
{
    char **names;
    size_t count;
    enum status status = durable_names(path, &names, &count, e);
    for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
        char *name = durable_format("%s/%s", path, names[i]);
        status = name ? durable_remove(name, e) : no_memory(e, path);
        free(name);
    }
    durable_names_free(names, count);
    if (status != STATUS_DONE)
        return status;
    /* Not synced: should the folder be there again after a failure of power, that does no harm. */
    return rmdir(path) == 0 ? STATUS_DONE : error_fault(e, path, "cannot be removed");
}

bool durable_is_same(const char *path, const char *other)
{
    struct stat s, t;
    return stat(path, &s) == 0 && stat(other, &t) == 0 && s.st_dev == t.st_dev &&
           s.st_ino == t.st_ino;
}

struct stem durable_stem(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return (struct stem){dot && dot != name ? (int)(dot - name) : (int)strlen(name), name};
}
