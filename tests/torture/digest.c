/* One line for each shipped scenario, with the digest of a year in a small town: what
 * check_builds.sh compares between builds.  It is linked from engine and model alone. */
#include "tests/support/check.h"

#include <stdio.h>

#include "sim/durable.h"
#include "sim/selftest.h"
#include "tests/support/shipped.h"

static void test_print(void **state)
{
    (void)state;
    struct error e = {0};
    size_t count;
    char **names = shipped_names(&count);
    const struct shipped_size size = {.inhabitants = 1500, .weeks = 53, .replicates = 1};
    assert_status(selftest(&e), STATUS_DONE, &e);
    for (size_t i = 0; i < count; i++) {
        struct scenario s;
        shipped_read(&s, names[i], size);
        printf("%s %016llx\n", names[i],
               (unsigned long long)shipped_digest(&s, 0, 2, CELLS_SHARED));
        scenario_free(&s);
    }
    durable_names_free(names, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_print)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
