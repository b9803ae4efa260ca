#include "sim/scenario_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 1 << 30 }; /* bytes of a file that a text names */

static const char no_memory[] = "out of memory";

/* Reads the rest of an open file into a growing block. */
static char *read_all(FILE *file, size_t limit, size_t *size, const char **why)
{
    size_t room = 1 << 16, used = 0;
    char *content = malloc(room);
    if (!content)
        *why = no_memory;
    while (content) {
        used += fread(content + used, 1, room - 1 - used, file);
        if (ferror(file)) {
            *why = strerror(errno);
            break;
        }
        if (used > limit)
            break;
        if (feof(file)) {
            content[used] = '\0';
            *size = used;
            return content;
        }
        char *more = realloc(content, room * 2);
        if (!more) {
            *why = no_memory;
            break;
        }
        content = more;
        room *= 2;
    }
    free(content);
    return NULL;
}

/* Devices such as /dev/zero never end; a pipe or a terminal is what somebody typed. */
static bool is_device(FILE *file, const struct stat *about)
{
    return S_ISBLK(about->st_mode) || (S_ISCHR(about->st_mode) && !isatty(fileno(file)));
}

enum status reader_file(const char *path, size_t limit, char **content, size_t *size, char *why,
                        size_t why_size)
{
    const char *reason = NULL;
    struct stat about;
    enum status status = STATUS_BAD_INPUT;
    *content = NULL;
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &about) != 0) {
        status = error_blame(errno);
        reason = errno == ENOENT ? "is not there" : strerror(errno);
    } else if (S_ISDIR(about.st_mode)) {
        reason = "is a folder, not a file";
    } else if (is_device(file, &about)) {
        reason = "is a device, not a file";
    } else if (!S_ISREG(about.st_mode) || (size_t)about.st_size <= limit) {
        *content = read_all(file, limit, size, &reason);
        status = reason ? STATUS_FAILED : status;
    }
    if (file)
        fclose(file);
    if (*content)
        return STATUS_DONE;
    if (!reason)
        snprintf(why, why_size, "is larger than %zu MiB", limit >> 20);
    else
        snprintf(why, why_size, "%s%s", strncmp(reason, "is ", 3) ? "cannot be read: " : "",
                 reason);
    return status;
}

static bool take_input(struct reader *r, struct text_value *text)
{
    for (size_t i = 0; i < r->input_count; i++) {
        if (strcmp(r->inputs[i].text, text->text) != 0)
            continue;
        text->content = malloc(r->inputs[i].size + 1);
        if (!text->content) {
            r->findings.failed = true;
            return true;
        }
        if (r->inputs[i].size)
            memcpy(text->content, r->inputs[i].content, r->inputs[i].size);
        text->content[r->inputs[i].size] = '\0';
        text->size = r->inputs[i].size;
        return true;
    }
    return false;
}

void reader_find_file(struct reader *r, struct text_value *text, const struct given *g,
                      size_t limit, char *why, size_t why_size)
{
    why[0] = '\0';
    if (take_input(r, text))
        return;
    /* A file that is named on the command line is looked for where the command is given. */
    bool inside = r->folder && *r->folder && text->text[0] != '/' && !g->setting;
    char *path = NULL;
    if (asprintf(&path, "%s%s%s", inside ? r->folder : "", inside ? "/" : "", text->text) < 0) {
        r->findings.failed = true;
        return;
    }
    if (reader_file(path, limit, &text->content, &text->size, why, why_size) == STATUS_FAILED &&
        strstr(why, no_memory))
        r->findings.failed = true;
    free(path);
    if (!text->content || !memchr(text->content, 0, text->size))
        return;
    snprintf(why, why_size, "is a binary file, not a text");
    free(text->content);
    text->content = NULL;
}

static void load_one(struct reader *r, size_t place, size_t index, struct text_value *text)
{
    if (!r->m->texts[index].is_file || !text->text)
        return;
    struct given g;
    struct cell cell;
    reader_who_gave(r, place, r->m->texts[index].key, &g, &cell);
    char why[256], quote[READER_QUOTE];
    reader_find_file(r, text, &g, FILE_LIMIT, why, sizeof why);
    if (*why)
        reader_complain(r, &g, "%s is %s, which %s", r->m->texts[index].key,
                        findings_quote(text->text, quote, sizeof quote), why);
}

/* Text `index` of a level: 0 is the run, then the places. */
static const struct text_value *text_at(const struct scenario *s, size_t level, size_t index)
{
    return level == 0 ? &s->texts[index] : &s->places[level - 1].texts[index];
}

/* Whether an earlier text names a file of the same name with another content. */
static bool clashes(const struct reader *r, size_t level, size_t index)
{
    const struct text_value *text = text_at(r->s, level, index);
    for (size_t i = 0; i < level * r->m->text_count + index; i++) {
        const struct text_value *other = text_at(r->s, i / r->m->text_count, i % r->m->text_count);
        if (other->content && strcmp(other->text, text->text) == 0 &&
            (other->size != text->size || memcmp(other->content, text->content, text->size) != 0))
            return true;
    }
    return false;
}

/* A run file keeps files by their names, so that two of one name must be the same.  All are looked
 * for in one folder, but for those that a setting names. */
static void check_names(struct reader *r)
{
    const struct scenario *s = r->s;
    for (size_t level = 0; r->setting_count > 0 && level <= s->place_count; level++)
        for (size_t k = 0; k < r->m->text_count; k++) {
            const struct text_value *text = text_at(s, level, k);
            struct given g;
            struct cell cell;
            char quote[READER_QUOTE];
            bool own = text->content && (level == 0 || text->content != s->texts[k].content);
            if (!own || !clashes(r, level, k))
                continue;
            reader_who_gave(r, level ? level - 1 : SIZE_MAX, r->m->texts[k].key, &g, &cell);
            reader_complain(r, &g, "%s is %s, but another file of that name is read too",
                            r->m->texts[k].key, findings_quote(text->text, quote, sizeof quote));
        }
}

void reader_load(struct reader *r)
{
    struct scenario *s = r->s;
    for (size_t k = 0; k < r->m->text_count; k++) {
        load_one(r, SIZE_MAX, k, &s->texts[k]);
        for (size_t i = 0; i < s->place_count; i++)
            if (s->places[i].texts[k].text)
                load_one(r, i, k, &s->places[i].texts[k]);
            else
                s->places[i].texts[k] = s->texts[k];
    }
    check_names(r);
}
