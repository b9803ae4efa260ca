#include "sim/selftest.h"

#include "sim/stream.h"

/* Values that no compiler can see through. */
static double hidden(double x)
{
    volatile double value = x;
    return value;
}

static enum status fault(struct error *e, const char *what)
{
    return error_add(
        e, STATUS_FAILED,
        "this build of the program computes wrongly: %s. Build it again with the flags "
        "of its Makefile",
        what);
}

static enum status arithmetic(struct error *e)
{
    enum status status = STATUS_DONE;
    double x = hidden(1 + 0x1p-30), square = hidden(1 + 0x1p-29);
    if (x * x - square != 0) /* 2^-60 where the product is not rounded */
        status = fault(e, "products are not rounded before they are added");
    if (!(hidden(0x1p-1022) * hidden(0.5) > 0))
        status = fault(e, "small numbers are flushed to zero");
    if (hidden(1) + hidden(0x1p-53) != 1 || hidden(1) + hidden(0x1.8p-53) != 1 + 0x1p-52)
        status = fault(e, "sums are not rounded to the nearest");
    double nothing = hidden(0) / hidden(0);
    if (clip(nothing, 2, 3) != 2)
        status = fault(e, "what is not a number passes for one");
    return status;
}

/* As computed by gcc 12 and clang 14 at -O0 and -O3. */
static enum status functions(struct error *e)
{
    const double got[] = {
        exp_of(hidden(1)),     exp_of(hidden(-20.5)),         log_of(hidden(3)),
        logistic(hidden(0.3)), normal_quantile(hidden(0.01)), normal_quantile(hidden(1e-9))};
    static const double expected[] = {0x1.5bf0a8b143281p+1,  0x1.57a3afeece846p-30,
                                      0x1.193ea7aad038bp+0,  0x1.261d545e47ceep-1,
                                      -0x1.29c5c5af04ce6p+1, -0x1.7fdc0f0aa6423p+2};
    for (size_t k = 0; k < sizeof got / sizeof *got; k++)
        if (got[k] != expected[k])
            return fault(e, "an elementary function gives other digits");
    return STATUS_DONE;
}

/* A known answer of Random123 for philox4x32-10, through a stream. */
static enum status generator(struct error *e)
{
    static const uint32_t expected[] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    struct stream s;
    stream_open(&s, 0x299f31d0a4093822, 0x03707344, 0x85a308d3, 0x8a2e, 0x1319);
    s.counter.v[0] = 0x243f6a88;
    for (size_t k = 0; k < 4; k++)
        if (stream_bits(&s) != expected[k])
            return fault(e, "the random generator gives other numbers");
    return STATUS_DONE;
}

enum status selftest(struct error *e)
{
    arithmetic(e);
    functions(e);
    generator(e);
    return e->status;
}
