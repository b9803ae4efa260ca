#include "sim/hdf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNATURE = 8, SEAL = 16, BUFFER = 1 << 18 };

static const unsigned char signature[SIGNATURE] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
static const unsigned char seal_mark[8] = "samskab";

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

/* FNV-1a on words of 64 bits, four abreast: eight times as fast as byte by byte. */
struct digest {
    uint64_t lanes[4];
};

static void digest_open(struct digest *d)
{
    for (unsigned k = 0; k < 4; k++)
        d->lanes[k] = 0xcbf29ce484222325ULL + k;
}

/* All calls but the last give a multiple of 32 bytes. */
static void digest_add(struct digest *d, const unsigned char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += 32) {
        uint64_t words[4] = {0};
        memcpy(words, bytes + at, size - at < 32 ? size - at : 32);
        for (unsigned k = 0; k < 4; k++) {
            uint64_t h = (d->lanes[k] ^ words[k]) * 0x9e3779b97f4a7c15ULL;
            d->lanes[k] = h ^ h >> 29;
        }
    }
}

static uint64_t digest_close(const struct digest *d, uint64_t size)
{
    uint64_t h = size;
    for (unsigned k = 0; k < 4; k++) {
        h = (h ^ d->lanes[k]) * 0x9e3779b97f4a7c15ULL;
        h ^= h >> 32;
    }
    return h;
}

/* The digest of the first `size` bytes of an open file. */
static int digest_file(int file, uint64_t size, uint64_t *result)
{
    unsigned char *buffer = malloc(BUFFER);
    if (!buffer)
        return -1;
    struct digest d;
    digest_open(&d);
    uint64_t at = 0;
    while (at < size) {
        size_t want = size - at < BUFFER ? (size_t)(size - at) : BUFFER;
        size_t have = 0;
        while (have < want) {
            ssize_t n = pread(file, buffer + have, want - have, (off_t)(at + have));
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0) {
                free(buffer);
                errno = n == 0 ? EIO : errno;
                return -1;
            }
            have += (size_t)n;
        }
        digest_add(&d, buffer, want);
        at += want;
    }
    free(buffer);
    *result = digest_close(&d, size);
    return 0;
}

static enum status fault(struct error *e, const char *path, const char *what)
{
    int code = errno;
    return error_add(e, STATUS_FAILED, "%s: %s: %s", path, what, strerror(code));
}

enum status hdf_seal(const char *path, struct error *e)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return fault(e, path, "cannot be opened to be sealed");
    enum status status = STATUS_DONE;
    struct stat s;
    unsigned char seal[SEAL];
    uint64_t digest = 0;
    if (fstat(file, &s) != 0 || digest_file(file, (uint64_t)s.st_size, &digest) != 0) {
        status = fault(e, path, "cannot be read back");
    } else {
        memcpy(seal, seal_mark, 8);
        memcpy(seal + 8, &digest, 8);
        errno = ENOSPC; /* what a short write means */
        if (pwrite(file, seal, SEAL, s.st_size) != SEAL)
            status = fault(e, path, "cannot be written");
    }
    if (close(file) != 0 && status == STATUS_DONE)
        status = fault(e, path, "cannot be closed");
    return status;
}

static enum status check_seal(const char *path, int file, uint64_t size, struct error *e)
{
    unsigned char seal[SEAL];
    if (size < SEAL || pread(file, seal, SEAL, (off_t)(size - SEAL)) != SEAL)
        return STATUS_DONE;
    if (memcmp(seal, seal_mark, 8) != 0)
        return STATUS_DONE;
    uint64_t stated, found;
    memcpy(&stated, seal + 8, 8);
    if (digest_file(file, size - SEAL, &found) != 0)
        return fault(e, path, "cannot be read");
    if (stated != found)
        return error_add(e, STATUS_BAD_INPUT,
                         "%s: is damaged: its bytes are not those that were written", path);
    return STATUS_DONE;
}

enum status hdf_check(const char *path, struct error *e)
{
    /* Without O_NONBLOCK a named pipe would wait for a writer. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        int code = errno;
        return error_add(e, error_blame(code), "%s: cannot be read: %s", path, strerror(code));
    }
    enum status status = STATUS_DONE;
    unsigned char head[SIGNATURE];
    struct stat s;
    if (fstat(file, &s) != 0)
        status = fault(e, path, "cannot be read");
    else if (S_ISDIR(s.st_mode))
        status = error_add(e, STATUS_BAD_INPUT, "%s: is a folder, not a file of samskab", path);
    else if (!S_ISREG(s.st_mode))
        status = error_add(e, STATUS_BAD_INPUT, "%s: is no plain file", path);
    else if (s.st_size == 0)
        status = error_add(e, STATUS_BAD_INPUT, "%s: is empty", path);
    else if (pread(file, head, SIGNATURE, 0) != SIGNATURE ||
             memcmp(head, signature, SIGNATURE) != 0)
        status = error_add(e, STATUS_BAD_INPUT,
                           "%s: is no file of samskab (it does not begin as HDF5 files do)", path);
    else
        status = check_seal(path, file, (uint64_t)s.st_size, e);
    close(file);
    return status;
}

bool hdf_is(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    unsigned char head[SIGNATURE];
    struct stat s;
    bool is = fstat(file, &s) == 0 && S_ISREG(s.st_mode) &&
              pread(file, head, SIGNATURE, 0) == SIGNATURE &&
              memcmp(head, signature, SIGNATURE) == 0;
    close(file);
    return is;
}
