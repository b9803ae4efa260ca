/* Assertions that cmocka lacks.  Include it in place of <cmocka.h>. */
#ifndef SAMSKAB_TESTS_CHECK_H
#define SAMSKAB_TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/error.h"

/* |x - y| <= tolerance, in double; NaN is never close. */
#define assert_close(x, y, tolerance) check_close((x), (y), (tolerance), #x, __FILE__, __LINE__)

/* lo <= x <= hi. */
#define assert_between(x, lo, hi) check_between((x), (lo), (hi), #x, __FILE__, __LINE__)

/* The outcome of `call`; prints the findings of `e` when it is another than expected. */
#define assert_status(call, expected, e) check_status((call), (expected), (e), __FILE__, __LINE__)

/* Whether `part` occurs in `text`; prints both when not. */
#define assert_contains(text, part) check_contains((text), (part), __FILE__, __LINE__)

static inline void check_close(double x, double y, double tolerance, const char *what,
                               const char *file, int line)
{
    if (fabs(x - y) <= tolerance)
        return;
    print_error("%s is %.17g, must be %.17g within %g\n", what, x, y, tolerance);
    _fail(file, line);
}

static inline void check_between(double x, double lo, double hi, const char *what, const char *file,
                                 int line)
{
    if (x >= lo && x <= hi)
        return;
    print_error("%s is %.17g, must lie in [%.17g, %.17g]\n", what, x, lo, hi);
    _fail(file, line);
}

static inline void check_status(enum status status, enum status expected, const struct error *e,
                                const char *file, int line)
{
    if (status == expected)
        return;
    print_error("status is %d, must be %d; findings: %s\n", (int)status, (int)expected,
                error_text(e));
    _fail(file, line);
}

static inline void check_contains(const char *text, const char *part, const char *file, int line)
{
    if (strstr(text, part))
        return;
    print_error("this text lacks '%s':\n%s\n", part, text);
    _fail(file, line);
}

#endif
