#include "analysis/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/experiment.h"
#include "analysis/report_answer.h"
#include "analysis/report_data.h"
#include "analysis/report_json.h"
#include "analysis/report_page.h"
#include "sim/durable.h"
#include "sim/text_stream.h"
#include "sim/version.h"

enum { SLOTS = 32 };

/* The slots of the template that are filled from the data. */
struct filling {
    const struct report_data *d;
    enum report_language language;
    struct report_slot slots[SLOTS];
    char *texts[SLOTS];
    size_t count;
    FILE *out; /* of the slot that is being written */
    size_t length;
    bool failed;
};

static FILE *begin_slot(struct filling *f, const char *name)
{
    f->slots[f->count].name = name;
    f->out = text_stream(&f->texts[f->count], &f->length);
    return f->out;
}

static void end_slot(struct filling *f)
{
    bool whole = f->out && fclose(f->out) == 0;
    f->slots[f->count].text = f->texts[f->count];
    f->slots[f->count].length = f->length;
    f->count++;
    f->failed = f->failed || !whole;
}

static void add_text(struct filling *f, const char *name, const char *text)
{
    if (begin_slot(f, name))
        report_escape(text, f->out);
    end_slot(f);
}

static void add_part(struct filling *f, const char *name,
                     void (*write)(const struct report_data *d, enum report_language language,
                                   FILE *out))
{
    if (begin_slot(f, name))
        write(f->d, f->language, f->out);
    end_slot(f);
}

/* The question in a line of its own, where there is one. */
static void write_question(const struct report_data *d, enum report_language language, FILE *out)
{
    if (!*d->question)
        return;
    fputs("<p class=\"question\"><span>", out);
    report_escape(report_word(language, WORD_question), out);
    fputs(":</span> ", out);
    report_escape(d->question, out);
    fputs("</p>", out);
}

static void write_made_by(const struct report_data *d, enum report_language language, FILE *out)
{
    char *program = durable_format("samskab %s", version_number);
    const char *path = d->arms[0].path, *slash = strrchr(path, '/');
    char *text = program
                     ? report_fill(language, WORD_made_by, program, slash ? slash + 1 : path, NULL)
                     : NULL;
    report_escape(text ? text : "", out);
    free(text);
    free(program);
}

static void add_data(struct filling *f)
{
    json_t *data = report_as_json(f->d, f->language);
    if (begin_slot(f, "data"))
        f->failed = !data || !report_json(data, f->out) || f->failed;
    end_slot(f);
    json_decref(data);
}

static void fill(struct filling *f)
{
    static const struct {
        const char *name;
        enum report_word word;
    } words[] = {{"skip", WORD_skip},
                 {"contents", WORD_contents},
                 {"answer_title", WORD_answer},
                 {"assumptions_title", WORD_assumptions},
                 {"pictures", WORD_pictures},
                 {"repeat_title", WORD_repeat},
                 {"no_script", WORD_no_script},
                 {"broken", WORD_broken},
                 {"library_title", WORD_library}};
    const struct report_data *d = f->d;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        add_text(f, words[i].name, report_word(f->language, words[i].word));
    add_text(f, "language", report_language_code(f->language));
    add_text(f, "title", *d->title ? d->title : d->model->title);
    add_text(f, "kicker",
             report_word(f->language, !d->compared       ? WORD_kicker_design
                                      : d->arm_count > 1 ? WORD_kicker_arms
                                                         : WORD_kicker_run));
    add_part(f, "question", write_question);
    add_part(f, "facts", report_facts);
    add_part(f, "answer", report_answer);
    add_part(f, "assumptions", report_assumptions);
    add_part(f, "repeat", report_repeat);
    add_part(f, "made_by", write_made_by);
    add_data(f);
}

static enum status write_page(const struct report_data *d, const struct report_request *request,
                              struct error *e)
{
    struct filling f = {.d = d, .language = request->language};
    char *page = NULL;
    size_t size = 0;
    errno = 0;
    fill(&f);
    f.failed = f.failed || errno == ENOMEM; /* a figure or a sentence may be missing */
    FILE *out = text_stream(&page, &size);
    bool good = out && !f.failed && report_page(f.slots, f.count, out);
    good = out && fclose(out) == 0 && good;
    enum status status = STATUS_DONE;
    if (!good)
        status = error_add(e, STATUS_FAILED, "the page cannot be made: out of memory");
    else if (request->out)
        status = durable_write(request->out, page, size, e);
    else if (fwrite(page, 1, size, request->stream) != size || fflush(request->stream) != 0)
        status = error_add(e, STATUS_FAILED, "the page cannot be written: %s", error_why());
    for (size_t i = 0; i < SLOTS; i++)
        free(f.texts[i]);
    free(page);
    return status;
}

static bool is_plan(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static enum status report_files(const struct model *m, const struct report_request *request,
                                const char *const *paths, struct error *e)
{
    struct report_data d;
    enum status status = report_data_read(&d, m, paths, request->path_count, e);
    if (status != STATUS_DONE)
        return status;
    status = write_page(&d, request, e);
    report_data_free(&d);
    return status;
}

static enum status report_plan(const struct model *m, const struct report_request *request,
                               struct error *e)
{
    char *file = experiment_output(request->paths[0], (struct shard){1, 1});
    if (!file)
        return error_add(e, STATUS_FAILED, "out of memory");
    const struct experiment_request experiment = {.path = request->paths[0],
                                                  .out = file,
                                                  .command = request->command,
                                                  .threads = request->threads,
                                                  .quiet = request->quiet};
    enum status status = experiment_need(m, &experiment, stdout, e);
    if (status == STATUS_DONE)
        status = report_files(m, request, (const char *const[]){file}, e);
    free(file);
    return status;
}

enum status report_make(const struct model *m, const struct report_request *request,
                        struct error *e)
{
    enum status status =
        request->out ? durable_check(request->out, request->force, e) : STATUS_DONE;
    if (status != STATUS_DONE)
        return status;
    return request->path_count == 1 && is_plan(request->paths[0])
               ? report_plan(m, request, e)
               : report_files(m, request, request->paths, e);
}
