/* Scenarios of the real model.  One that is taken is written and read back to the same text. */
#include "tests/torture/fuzz.h"

#include <string.h>

#include "models/coproduction.h"
#include "sim/scenario.h"

static enum status parse(struct scenario *s, const char *text, size_t size, struct error *e)
{
    return scenario_parse(s, &coproduction, text, size, "fuzz.yaml", "/nonexistent", NULL, 0, NULL,
                          0, e);
}

static void check_text(const struct scenario *s)
{
    struct scenario again;
    struct error e = {0};
    char *first = scenario_text(s), *second;
    fuzz_promise(first != NULL);
    enum status status = parse(&again, first, strlen(first), &e);
    if (status != STATUS_DONE)
        fprintf(stderr, "%s%s", first, error_text(&e));
    fuzz_promise(status == STATUS_DONE);
    second = scenario_text(&again);
    fuzz_promise(second && strcmp(first, second) == 0);
    scenario_free(&again);
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct scenario s;
    struct error e = {0};
    enum status status = parse(&s, (const char *)bytes, size, &e);
    fuzz_finish(status, &e);
    if (status == STATUS_DONE)
        check_text(&s);
    scenario_free(&s);
    return 0;
}
