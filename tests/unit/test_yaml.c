/* The reader of YAML where libfyaml fails or gives odd answers.  What it is asked is asked here
 * first: functions of a program take the place of those of its libraries. */
#include "sim/yaml.h"
#include "tests/support/check.h"

#include <dlfcn.h>
#include <libfyaml.h>

static struct {
    bool no_diagnostics, no_parser, no_string;
    const char *asked;  /* the text of this token ... */
    const char *answer; /* ... is given as this */
    bool own_marks;
    const struct fy_mark *mark; /* of every event, when it has marks of its own */
} library;

static void *libfyaml(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    assert_non_null(function);
    return function;
}

struct fy_diag *fy_diag_create(const struct fy_diag_cfg *config)
{
    struct fy_diag *(*real)(const struct fy_diag_cfg *);
    *(void **)&real = libfyaml("fy_diag_create");
    return library.no_diagnostics ? NULL : real(config);
}

struct fy_parser *fy_parser_create(const struct fy_parse_cfg *config)
{
    struct fy_parser *(*real)(const struct fy_parse_cfg *);
    *(void **)&real = libfyaml("fy_parser_create");
    return library.no_parser ? NULL : real(config);
}

int fy_parser_set_string(struct fy_parser *parser, const char *text, size_t size)
{
    int (*real)(struct fy_parser *, const char *, size_t);
    *(void **)&real = libfyaml("fy_parser_set_string");
    return library.no_string ? -1 : real(parser, text, size);
}

const char *fy_token_get_text(struct fy_token *token, size_t *length)
{
    const char *(*real)(struct fy_token *, size_t *);
    *(void **)&real = libfyaml("fy_token_get_text");
    const char *text = real(token, length);
    if (!library.asked || *length != strlen(library.asked) ||
        memcmp(text, library.asked, *length) != 0)
        return text;
    *length = library.answer ? strlen(library.answer) : 0;
    return library.answer;
}

const struct fy_mark *fy_event_start_mark(struct fy_event *event)
{
    const struct fy_mark *(*real)(struct fy_event *);
    *(void **)&real = libfyaml("fy_event_start_mark");
    return library.own_marks ? library.mark : real(event);
}

static int all_is_well_again(void **state)
{
    (void)state;
    memset(&library, 0, sizeof library);
    return 0;
}

/* Reads a text and returns what that amounts to; the tree is to be freed. */
static enum status parse(struct yaml_tree *t, const char *text, struct error *e)
{
    struct findings f = {.name = "t.yaml", .text = text, .size = strlen(text)};
    yaml_parse(t, &f);
    enum status status = findings_report(&f, e);
    findings_free(&f);
    return status;
}

static void check_fault(const char *text, enum status expected, const char *finding)
{
    struct yaml_tree t;
    struct error e = {0};
    assert_status(parse(&t, text, &e), expected, &e);
    assert_string_equal(error_text(&e), finding);
    assert_null(t.root);
    error_free(&e);
    yaml_free(&t);
}

static void a_library_that_cannot_begin_is_no_fault_of_the_text(void **state)
{
    bool *const faults[] = {&library.no_diagnostics, &library.no_parser, &library.no_string};
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        *faults[k] = true;
        check_fault("a: 1\n", STATUS_FAILED, "t.yaml: out of memory\n");
        all_is_well_again(state);
    }
}

static void a_word_that_the_library_cannot_give_is_no_fault_of_the_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"a: lost\n", "lost: 1\n", "a: &lost 1\n", "a: &lost [1]\n",
                                        "a: &b 1\nc: *lost\n"};
    library.asked = "lost";
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        check_fault(texts[k], STATUS_FAILED, "t.yaml: out of memory\n");
}

static void words_that_are_no_text_are_refused(void **state)
{
    (void)state;
    library.asked = "word";
    library.answer = "w\xff";
    check_fault("a: word\n", STATUS_BAD_INPUT,
                "t.yaml:1:4: stands for characters that are not text\n"
                "    a: word\n"
                "       ^\n");
}

/* What has no place is where the one before was, at last where the text begins. */
static void events_without_a_place(void **state)
{
    (void)state;
    const struct fy_mark behind = {.input_pos = SIZE_MAX};
    const struct fy_mark *const marks[] = {NULL, &behind};
    library.own_marks = true;
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
        library.mark = marks[k];
        struct yaml_tree t;
        struct error e = {0};
        assert_status(parse(&t, "'a': [b]\n", &e), STATUS_DONE, &e);
        assert_string_equal(t.root->items[0]->text, "a");
        assert_int_equal(t.root->items[0]->at, 0);
        assert_int_equal(t.root->items[1]->at, 0);
        yaml_free(&t);
        check_fault("a: *b\n", STATUS_BAD_INPUT,
                    "t.yaml:1:1: *b stands for an anchor that is not there\n    a: *b\n    ^\n");
        check_fault("a\n---\nb\n", STATUS_BAD_INPUT,
                    "t.yaml:1:1: begins a second document; one file holds one\n    a\n    ^\n");
    }
}

/* libfyaml 0.7 refuses a version of YAML that it does not know without a word. */
static void faults_without_a_place(void **state)
{
    (void)state;
    struct yaml_tree t;
    struct error e = {0};
    assert_status(parse(&t, "%YAML 9.9\n---\na: 1\n", &e), STATUS_BAD_INPUT, &e);
    assert_contains(error_text(&e), "t.yaml:1:1: is not YAML: ");
    assert_null(t.root);
    error_free(&e);
    yaml_free(&t);
}

static void a_block_without_lines_is_an_empty_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"a: |",     "a: |\n",  "a: >\n", "a: |-\n",
                                        "a: |\n\n", "a: |2\n", "a: >+\n"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct yaml_tree t;
        struct error e = {0};
        assert_status(parse(&t, texts[k], &e), STATUS_DONE, &e);
        const struct yaml *value = yaml_value(t.root, "a");
        assert_string_equal(value->text, "");
        assert_true(value->quoted);
        yaml_free(&t);
    }
    check_fault("a: \"\\0\"\n", STATUS_BAD_INPUT,
                "t.yaml:1:5: stands for characters that are not text\n"
                "    a: \"\\0\"\n"
                "        ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_that_cannot_begin_is_no_fault_of_the_text),
        cmocka_unit_test_teardown(a_word_that_the_library_cannot_give_is_no_fault_of_the_text,
                                  all_is_well_again),
        cmocka_unit_test_teardown(words_that_are_no_text_are_refused, all_is_well_again),
        cmocka_unit_test_teardown(events_without_a_place, all_is_well_again),
        cmocka_unit_test(faults_without_a_place),
        cmocka_unit_test(a_block_without_lines_is_an_empty_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
