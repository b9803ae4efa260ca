/* A folder that a test may fill; it is gone afterwards. */
#ifndef SAMSKAB_TESTS_SCRATCH_H
#define SAMSKAB_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
    char folder[64];
    char *paths[64]; /* given so far */
    unsigned count;
};

static inline void scratch_open(struct scratch *s)
{
    memset(s, 0, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "/tmp/samskab-test-XXXXXX");
    if (!mkdtemp(s->folder))
        abort();
}

/* The path of a file in the folder, good until the scratch is closed. */
static inline const char *scratch_path(struct scratch *s, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%.63s/%.400s", s->folder, name);
    for (unsigned i = 0; i < s->count; i++)
        if (strcmp(s->paths[i], path) == 0)
            return s->paths[i];
    if (s->count == sizeof s->paths / sizeof *s->paths)
        abort();
    s->paths[s->count] = strdup(path);
    return s->paths[s->count++];
}

static inline int scratch_remove(const char *path, const struct stat *info, int type,
                                 struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline void scratch_close(struct scratch *s)
{
    chmod(s->folder, 0700);
    nftw(s->folder, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
    for (unsigned i = 0; i < s->count; i++)
        free(s->paths[i]);
}

/* A file's bytes and a NUL, to be freed. */
static inline char *scratch_read(const char *path, size_t *size)
{
    *size = 0;
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    if (bytes) {
        *size = fread(bytes, 1, *size, file);
        bytes[*size] = '\0';
    }
    fclose(file);
    return bytes;
}

static inline void scratch_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size)
        abort();
    fclose(file);
}

/* A file of the folder with a text in it; its path. */
static inline const char *scratch_text(struct scratch *s, const char *name, const char *text)
{
    const char *path = scratch_path(s, name);
    scratch_write(path, text, strlen(text));
    return path;
}

#endif
