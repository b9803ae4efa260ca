#include "sim/hdf.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/enclosure.h"

/* Files from before version 0.1.0 may have a seal of 16 bytes, with the same mark. */
enum { SIGNATURE = 8, MARK = 8, FORMER_SEAL = 16, BUFFER = 1 << 18 };

static const unsigned char signature[SIGNATURE] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
static const unsigned char seal_mark[MARK] = "samskab";

void hdf_start(void)
{
    /* Fails when it has been called before, which is as good. */
    (void)H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* Called from the innermost error outwards; the first that says more than nothing is taken. */
static herr_t innermost(unsigned depth, const H5E_error2_t *error, void *data)
{
    (void)depth;
    char *text = data;
    if (*text == '\0' && error->desc && *error->desc)
        snprintf(text, HDF_REASON, "%s", error->desc);
    return 0;
}

const char *hdf_reason(char text[HDF_REASON])
{
    text[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, text);
    /* Of the system's faults only its own words: the rest is addresses and sizes. */
    char *words = strstr(text, "error message = '");
    if (words) {
        words += strlen("error message = '");
        char *end = strchr(words, '\'');
        size_t length = end ? (size_t)(end - words) : strlen(words);
        memmove(text, words, length);
        text[length] = '\0';
    }
    if (*text == '\0')
        snprintf(text, HDF_REASON, "unknown reason");
    return text;
}

static herr_t has_errno(unsigned depth, const H5E_error2_t *error, void *data)
{
    (void)depth;
    bool *found = data;
    *found = *found || (error->desc && strstr(error->desc, "errno = "));
    return 0;
}

bool hdf_is_of_system(void)
{
    bool found = false;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, has_errno, &found);
    return found;
}

/* Reads `size` bytes, or as many as there are before the end; -1 when that fails. */
static ssize_t read_at(int file, unsigned char *bytes, size_t size, uint64_t at)
{
    size_t have = 0;
    while (have < size) {
        ssize_t n = pread(file, bytes + have, size - have, (off_t)(at + have));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0) {
            errno = EIO; /* for whom that is too early */
            break;
        }
        have += (size_t)n;
    }
    return (ssize_t)have;
}

/* The digest of the first `size` bytes of an open file. */
static int digest_file(int file, uint64_t size, unsigned char digest[SHA256_DIGEST_SIZE])
{
    unsigned char *buffer = malloc(BUFFER);
    if (!buffer)
        return -1;
    struct sha256_ctx sha256;
    sha256_init(&sha256);
    size_t want;
    for (uint64_t at = 0; at < size; at += want) {
        want = size - at < BUFFER ? (size_t)(size - at) : BUFFER;
        if (read_at(file, buffer, want, at) != (ssize_t)want) {
            free(buffer);
            return -1;
        }
        sha256_update(&sha256, want, buffer);
    }
    free(buffer);
    sha256_digest(&sha256, SHA256_DIGEST_SIZE, digest);
    return 0;
}

enum status hdf_seal(const char *path, struct error *e)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return error_fault(e, path, "cannot be opened to be sealed");
    enum status status = STATUS_DONE;
    struct stat s;
    unsigned char seal[HDF_SEAL];
    memcpy(seal, seal_mark, MARK);
    if (fstat(file, &s) != 0 || digest_file(file, (uint64_t)s.st_size, seal + MARK) != 0) {
        status = error_fault(e, path, "cannot be read back");
    } else {
        errno = ENOSPC; /* what a short write means */
        if (pwrite(file, seal, HDF_SEAL, s.st_size) != HDF_SEAL)
            status = error_fault(e, path, "cannot be written");
    }
    if (close(file) != 0 && status == STATUS_DONE)
        status = error_fault(e, path, "cannot be closed");
    return status;
}

/* Whether the end of a file has the mark of a seal so many bytes before its own end. */
static bool has_mark(const unsigned char *tail, size_t size, size_t before)
{
    return size >= before && memcmp(tail + size - before, seal_mark, MARK) == 0;
}

static enum status check_seal(const char *path, int file, uint64_t size, struct error *e)
{
    static const char advice[] = "commands that only read, such as `samskab info`, take it with "
                                 "--untrusted";
    unsigned char tail[HDF_SEAL], found[SHA256_DIGEST_SIZE];
    const unsigned char *stated = tail + MARK;
    size_t most = size < HDF_SEAL ? (size_t)size : HDF_SEAL;
    ssize_t have = read_at(file, tail, most, size - most);
    if (have < 0)
        return error_fault(e, path, "cannot be read");
    if (!has_mark(tail, (size_t)have, HDF_SEAL) && has_mark(tail, (size_t)have, FORMER_SEAL))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: has the seal of a former version, which is no longer checked; %s",
                         path, advice);
    if (!has_mark(tail, (size_t)have, HDF_SEAL))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: has no seal: it was cut short, or another program wrote or changed "
                         "it; %s",
                         path, advice);
    if (digest_file(file, size - HDF_SEAL, found) != 0)
        return error_fault(e, path, "cannot be read");
    if (memcmp(stated, found, sizeof found) != 0)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: is damaged: its bytes are not those that were sealed; %s", path,
                         advice);
    return STATUS_DONE;
}

static bool begins_as_hdf5(const unsigned char *bytes, size_t size)
{
    return size >= SIGNATURE && memcmp(bytes, signature, SIGNATURE) == 0;
}

static enum status check_plain(const char *path, int file, struct error *e)
{
    unsigned char head[SIGNATURE];
    struct stat s;
    if (fstat(file, &s) != 0)
        return error_fault(e, path, "cannot be read");
    if (S_ISDIR(s.st_mode))
        return error_add(e, STATUS_BAD_INPUT, "%s: is a folder, not a file of samskab", path);
    if (!S_ISREG(s.st_mode))
        return error_add(e, STATUS_BAD_INPUT, "%s: is no plain file", path);
    if (s.st_size == 0)
        return error_add(e, STATUS_BAD_INPUT, "%s: is empty", path);
    ssize_t have = read_at(file, head, SIGNATURE, 0);
    if (have < 0)
        return error_fault(e, path, "cannot be read");
    if (!begins_as_hdf5(head, (size_t)have))
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: is no file of samskab (it does not begin as HDF5 files do)", path);
    return STATUS_DONE;
}

enum status hdf_open(const char *path, int *file, struct error *e)
{
    /* Without O_NONBLOCK a named pipe would wait for a writer. */
    *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*file < 0) {
        int code = errno;
        return error_add(e, error_blame(code), "%s: cannot be read: %s", path, strerror(code));
    }
    enum status status = check_plain(path, *file, e);
    if (status != STATUS_DONE)
        close(*file);
    return status;
}

enum status hdf_check(const char *path, struct error *e)
{
    int file;
    struct stat s;
    size_t size;
    if (enclosure_image(path, &size))
        return STATUS_DONE;
    enum status status = hdf_open(path, &file, e);
    if (status != STATUS_DONE)
        return status;
    if (fstat(file, &s) != 0)
        status = error_fault(e, path, "cannot be read");
    else
        status = check_seal(path, file, (uint64_t)s.st_size, e);
    close(file);
    return status;
}

bool hdf_is(const char *path)
{
    size_t size;
    const unsigned char *image = enclosure_image(path, &size);
    if (image)
        return begins_as_hdf5(image, size);
    int file;
    struct error e = {0};
    bool is = hdf_open(path, &file, &e) == STATUS_DONE;
    if (is)
        close(file);
    error_free(&e);
    return is;
}
