/* What replicates that work side by side share. */
#include "tests/support/check.h"

#include <string.h>

#include "sim/durable.h"
#include "sim/replicate.h"
#include "tests/support/scratch.h"

static enum status full(const struct crew *crew, const char *path, struct error *e)
{
    (void)crew;
    return error_add(e, STATUS_FAILED, "%s: No space left on device", path);
}

/* When the first part cannot be written, those who come next hear that too, and not that somebody
 * else is at work in the folder: it is their own crew that holds it. */
static void everybody_hears_why_the_folder_cannot_be_used(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    struct crew crew = {
        .folder = (char *)scratch_path(&scratch, "parts"), .lock = -1, .write_setup = full};
    for (int again = 0; again < 3; again++) {
        struct error e = {0};
        assert_int_equal(crew_folder(&crew, &e), STATUS_FAILED);
        assert_non_null(strstr(error_text(&e), "No space left"));
        assert_null(strstr(error_text(&e), "another run"));
        assert_false(crew.folder_there);
        error_free(&e);
    }
    durable_unlock(&crew.lock);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_hears_why_the_folder_cannot_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
