#include "tests/support/curve.h"

void curve_free(struct curve *c)
{
    for (size_t k = 0; k < c->count; k++)
        trial_free(c->arms[k]);
}

struct sample curve_mean(const struct curve *c, size_t arm, const char *observable)
{
    return trial_mean(c->arms[arm], observable, c->from, c->to);
}

struct sample curve_gain(const struct curve *c, size_t arm, size_t other, const char *observable)
{
    return sample_minus(curve_mean(c, arm, observable), curve_mean(c, other, observable));
}

struct interval curve_more(const struct curve *c, size_t arm, size_t other, const char *observable)
{
    struct sample gain = curve_gain(c, arm, other, observable);
    return sample_interval(&gain);
}

size_t curve_best(const struct curve *c, const char *observable)
{
    size_t best = 0;
    for (size_t k = 1; k < c->count; k++)
        if (curve_more(c, k, best, observable).mean > 0)
            best = k;
    return best;
}

struct claim curve_interior(const struct curve *c, const char *observable)
{
    struct claim claim = {0};
    size_t last = c->count - 1, best = curve_best(c, observable);
    struct interval over_first = curve_more(c, best, 0, observable);
    struct interval over_last = curve_more(c, best, last, observable);
    struct sample at_best = curve_mean(c, best, observable);
    claim_say(&claim, "most at %s %.3g: ", c->name, c->at[best]);
    claim_say_interval(&claim, sample_interval(&at_best), 1);
    claim_say(&claim, "; more than at %.3g by ", c->at[0]);
    claim_say_interval(&claim, over_first, 1);
    claim_say(&claim, ", than at %.3g by ", c->at[last]);
    claim_say_interval(&claim, over_last, 1);
    claim.holds = interval_above(over_first, 0) && interval_above(over_last, 0);
    return claim;
}
