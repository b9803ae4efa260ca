/* Random numbers: no block of the generator is drawn twice by the model, whoever draws and whatever
 * for; three interleavings of streams look like chance; every sampler that the model uses follows
 * its distribution.
 *
 *     check_rng                     the tests
 *     check_rng words agents        endless 32-bit words for a battery of tests such as
 *     check_rng words weeks         dieharder -g 200: one stream; agent by agent; week, purpose and
 *     check_rng words stream        replicate in turn */
#include "tests/support/check.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <stdio.h>

#include "models/coproduction.h"
#include "sim/durable.h"
#include "sim/stream.h"
#include "tests/support/shipped.h"

/* Below this a fixed seed would have to be very unlucky. */
static const double least_p = 1e-6;

/* --- no block twice --------------------------------------------------------------------------- */

static const char *const purposes[] = {
#define STREAM(id, meaning) #id,
#include "models/streams.def"
#undef STREAM
};

struct block {
    uint64_t high, low; /* purpose and week, replicate; agent and block */
};

static struct {
    struct block *blocks; /* of this week */
    size_t count, size;
    uint64_t total;
} seen;

static void remember(const struct stream *s)
{
    if (seen.count == seen.size) {
        seen.size = seen.size ? 2 * seen.size : 1 << 20;
        seen.blocks = realloc(seen.blocks, seen.size * sizeof *seen.blocks);
        if (!seen.blocks)
            abort();
    }
    seen.blocks[seen.count++] = (struct block){(uint64_t)s->counter.v[2] << 32 | s->counter.v[3],
                                               (uint64_t)s->counter.v[1] << 32 | s->counter.v[0]};
}

static int by_value(const void *a, const void *b)
{
    const struct block *x = a, *y = b;
    if (x->high != y->high)
        return x->high < y->high ? -1 : 1;
    return (x->low > y->low) - (x->low < y->low);
}

/* Each week has blocks of its own week and replicate only, so that weeks cannot collide. */
static void check_week(const char *name, uint32_t week, uint32_t replicate)
{
    qsort(seen.blocks, seen.count, sizeof *seen.blocks, by_value);
    for (size_t k = 0; k < seen.count; k++) {
        const struct block *b = &seen.blocks[k];
        uint32_t purpose = (uint32_t)(b->high >> 48);
        if ((b->high >> 32 & 0xffff) != week || (uint32_t)b->high != replicate ||
            purpose >= sizeof purposes / sizeof *purposes)
            fail_msg("%s: in week %u of replicate %u a block of week %u, replicate %u, purpose %u",
                     name, week, replicate, (unsigned)(b->high >> 32 & 0xffff), (unsigned)b->high,
                     purpose);
        if (k > 0 && by_value(b, b - 1) == 0)
            fail_msg("%s: week %u: block %u of agent %u for '%s' is drawn twice", name, week,
                     (unsigned)b->low, (unsigned)(b->low >> 32), purposes[purpose]);
    }
    seen.total += seen.count;
    seen.count = 0;
}

static void watch_run(const struct scenario *s, const char *name, uint32_t replicate)
{
    uint32_t weeks = (uint32_t)scenario_value(s, coproduction.weeks_param);
    struct world *w;
    struct error e = {0};
    stream_watch = remember;
    assert_status(world_open(&w, &coproduction, s, replicate, 1, &e), STATUS_DONE, &e);
    check_week(name, 0, replicate);
    for (uint32_t week = 1; week <= weeks; week++) {
        world_step(w);
        check_week(name, week, replicate);
    }
    stream_watch = NULL;
    world_close(w);
}

/* A hundred small towns in which all that is rare happens as often as it may: there are many blocks
 * and sites whose numbers are those of people too, which could draw the same.  People stay. */
static void test_crowd(void **state)
{
    (void)state;
    enum { TOWNS = 100, SETTINGS = 128 };
    static const char *const units[] = {"1/week", "1/year"};
    static struct setting settings[SETTINGS];
    static char values[SETTINGS][32], text[8192];
    size_t count = 0, length = 0;
    for (size_t k = 0; k < coproduction.params.count; k++) {
        const struct param *p = &coproduction.params.rows[k];
        bool rate = strcmp(p->unit, units[0]) == 0 || strcmp(p->unit, units[1]) == 0;
        if (!rate || strncmp(p->key, "exit.", 5) == 0 || count == SETTINGS)
            continue;
        snprintf(values[count], sizeof values[count], "%.17g", p->hi);
        settings[count] = (struct setting){p->key, values[count], "the test"};
        count++;
    }
    length += (size_t)snprintf(text, sizeof text,
                               "weeks: %lu\npopulation.inhabitants: 1500\nmunicipalities:\n",
                               torture_figure(53, 53, 208));
    for (unsigned k = 0; k < TOWNS; k++)
        length += (size_t)snprintf(text + length, sizeof text - length, "  - name: Town %u\n", k);
    struct scenario s;
    struct error e = {0};
    assert_status(scenario_parse(&s, &coproduction, text, length, "crowd", NULL, NULL, 0, settings,
                                 count, &e),
                  STATUS_DONE, &e);
    uint64_t already = seen.total;
    watch_run(&s, "a crowd", 0);
    print_message("check-rng: %llu blocks in %d towns with %zu rates at their most, none drawn "
                  "twice\n",
                  (unsigned long long)(seen.total - already), TOWNS, count);
    assert_true(count > 30);
    scenario_free(&s);
}

static void test_no_block_twice(void **state)
{
    (void)state;
    size_t count, runs = 0;
    char **names = shipped_names(&count);
    uint64_t enough = torture_figure(1, 20000000, 100000000);
    const struct shipped_size size = {.inhabitants = torture_figure(1500, 8000, 8000), .weeks = 53};
    for (uint32_t replicate = 0; replicate == 0 || seen.total < enough; replicate++)
        for (size_t i = 0; i < count && (replicate == 0 || seen.total < enough); i++, runs++) {
            struct scenario s;
            shipped_read(&s, names[i], size);
            watch_run(&s, names[i], replicate);
            scenario_free(&s);
        }
    print_message("check-rng: %llu blocks in %zu runs of %zu scenarios, none drawn twice\n",
                  (unsigned long long)seen.total, runs, count);
    assert_true(seen.total > 100000);
    durable_names_free(names, count);
}

/* --- interleavings ---------------------------------------------------------------------------- */

enum interleaving { ONE_STREAM, AGENTS, WEEKS, INTERLEAVINGS };

static const char *const interleavings[] = {"stream", "agents", "weeks"};

struct words {
    enum interleaving kind;
    uint64_t drawn;
    struct stream stream;
};

/* Three words of each stream, so that neighbours in the sequence are of the same and of others. */
static uint32_t words_next(struct words *w)
{
    uint32_t number = (uint32_t)(w->drawn / 3);
    bool opens = w->drawn++ % 3 == 0;
    switch (w->kind) {
    case ONE_STREAM:
        if (w->drawn == 1)
            stream_open(&w->stream, 1, 0, 0, 1, 0);
        break;
    case AGENTS:
        if (opens)
            stream_open(&w->stream, 1, 0, number, 1, 12);
        break;
    case WEEKS:
    case INTERLEAVINGS:
        if (opens)
            stream_open(&w->stream, 1, number >> 16, 5, number & 0x3ff, number >> 10 & 0x3f);
        break;
    }
    return stream_bits(&w->stream);
}

static double chi_square(const uint64_t *count, size_t bins, double expected)
{
    double chi = 0;
    for (size_t k = 0; k < bins; k++)
        chi += pow((double)count[k] - expected, 2) / expected;
    return gsl_cdf_chisq_Q(chi, (double)bins - 1);
}

static void must_pass(const char *what, const char *of, double p)
{
    if (!(p >= least_p && p <= 1 - least_p))
        fail_msg("%s of %s: p = %.3g", what, of, p);
}

/* Every bit of a word is set half of the time. */
static double bits_balanced(struct words *w, uint64_t n)
{
    uint64_t ones[32] = {0};
    for (uint64_t k = 0; k < n; k++) {
        uint32_t word = words_next(w);
        for (unsigned bit = 0; bit < 32; bit++)
            ones[bit] += word >> bit & 1;
    }
    double chi = 0;
    for (unsigned bit = 0; bit < 32; bit++)
        chi += pow((double)ones[bit] - (double)n / 2, 2) / ((double)n / 4);
    return gsl_cdf_chisq_Q(chi, 32);
}

/* All pairs of the highest bytes of two words that follow each other. */
static double pairs_even(struct words *w, uint64_t n)
{
    enum { BINS = 65536 };
    uint64_t *count = calloc(BINS, sizeof *count);
    assert_non_null(count);
    for (uint64_t k = 0; k < n / 2; k++) {
        uint32_t first = words_next(w) >> 24;
        count[first << 8 | words_next(w) >> 24]++;
    }
    double p = chi_square(count, BINS, (double)(n / 2) / BINS);
    free(count);
    return p;
}

/* All orders of four words that follow each other. */
static double orders_even(struct words *w, uint64_t n)
{
    uint64_t count[24] = {0};
    for (uint64_t k = 0; k < n / 4; k++) {
        uint32_t word[4];
        unsigned order = 0;
        for (unsigned i = 0; i < 4; i++) {
            unsigned below = 0;
            word[i] = words_next(w);
            for (unsigned j = 0; j < i; j++)
                below += word[j] < word[i];
            order = order * (i + 1) + below;
        }
        count[order]++;
    }
    return chi_square(count, 24, (double)(n / 4) / 24);
}

static int by_word(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Birthday spacings (Marsaglia): of 4096 birthdays in a year of 2^32 days, the spacings that come
 * twice are Poisson with mean 4096^3 / 2^34 = 4. */
static double birthdays(struct words *w, uint64_t n)
{
    enum { BIRTHDAYS = 4096 };
    static uint32_t day[BIRTHDAYS];
    uint64_t twice = 0, years = n / BIRTHDAYS;
    for (uint64_t year = 0; year < years; year++) {
        for (unsigned k = 0; k < BIRTHDAYS; k++)
            day[k] = words_next(w);
        qsort(day, BIRTHDAYS, sizeof *day, by_word);
        for (unsigned k = BIRTHDAYS - 1; k > 0; k--)
            day[k] -= day[k - 1];
        qsort(day, BIRTHDAYS, sizeof *day, by_word);
        for (unsigned k = 1; k < BIRTHDAYS; k++)
            twice += day[k] == day[k - 1];
    }
    double mean = 4. * (double)years;
    return gsl_cdf_ugaussian_Q(((double)twice - mean) / sqrt(mean));
}

static void test_interleavings(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double (*p)(struct words *w, uint64_t n);
    } batteries[] = {{"balance of bits", bits_balanced},
                     {"pairs", pairs_even},
                     {"orders", orders_even},
                     {"birthday spacings", birthdays}};
    uint64_t n = torture_figure(2000000, 20000000, 200000000);
    for (unsigned kind = 0; kind < INTERLEAVINGS; kind++)
        for (size_t k = 0; k < sizeof batteries / sizeof *batteries; k++) {
            struct words w = {.kind = (enum interleaving)kind};
            must_pass(batteries[k].name, interleavings[kind], batteries[k].p(&w, n));
        }
    print_message("check-rng: 4 tests of 3 interleavings, %llu words each, passed\n",
                  (unsigned long long)n);
}

static int write_words(const char *kind)
{
    struct words w = {.kind = INTERLEAVINGS};
    for (unsigned k = 0; k < INTERLEAVINGS; k++)
        if (strcmp(kind, interleavings[k]) == 0)
            w.kind = (enum interleaving)k;
    if (w.kind == INTERLEAVINGS)
        return 2;
    for (;;) {
        uint32_t word = words_next(&w);
        if (fwrite(&word, sizeof word, 1, stdout) != 1)
            return 0;
    }
}

/* --- samplers --------------------------------------------------------------------------------- */

enum { BINS = 100 };

static struct stream source;
static gsl_rng source_gsl;

static double draw_uniform(void)
{
    return stream_uniform(&source);
}

static double uniform_below(double x)
{
    return x;
}

static double draw_normal(void)
{
    return stream_normal(&source);
}

static double normal_below(double x)
{
    return gsl_cdf_ugaussian_P(x);
}

/* How association ages and capacities of people are drawn. */
static double draw_exponential(void)
{
    return -log_of(stream_uniform(&source));
}

static double exponential_below(double x)
{
    return gsl_cdf_exponential_P(x, 1);
}

static double draw_lognormal(void)
{
    return exp_of(0.5 * stream_normal(&source));
}

static double lognormal_below(double x)
{
    return gsl_cdf_lognormal_P(x, 0, 0.5);
}

static double draw_beta(void)
{
    return gsl_ran_beta(&source_gsl, 3, 3);
}

static double beta_below(double x)
{
    return gsl_cdf_beta_P(x, 3, 3);
}

static double draw_dirichlet(void)
{
    static const double alpha[] = {2, 0.7, 1.3};
    double theta[3];
    gsl_ran_dirichlet(&source_gsl, 3, alpha, theta);
    return theta[1];
}

static double dirichlet_below(double x)
{
    return gsl_cdf_beta_P(x, 0.7, 3.3);
}

static void test_continuous_samplers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double (*draw)(void), (*below)(double);
    } samplers[] = {{"uniform", draw_uniform, uniform_below},
                    {"normal", draw_normal, normal_below},
                    {"exponential", draw_exponential, exponential_below},
                    {"log-normal", draw_lognormal, lognormal_below},
                    {"beta", draw_beta, beta_below},
                    {"Dirichlet", draw_dirichlet, dirichlet_below}};
    uint64_t n = torture_figure(200000, 1000000, 10000000);
    for (size_t k = 0; k < sizeof samplers / sizeof *samplers; k++) {
        uint64_t count[BINS] = {0};
        stream_open(&source, 3, 0, (uint32_t)k, 1, 0);
        stream_gsl(&source_gsl, &source);
        for (uint64_t i = 0; i < n; i++) {
            double share = samplers[k].below(samplers[k].draw());
            assert_true(share >= 0 && share <= 1);
            count[share < 1 ? (size_t)(share * BINS) : BINS - 1]++;
        }
        must_pass("distribution", samplers[k].name, chi_square(count, BINS, (double)n / BINS));
    }
    print_message("check-rng: 6 samplers of real numbers, %llu draws each\n",
                  (unsigned long long)n);
}

struct counted {
    const char *name;
    uint32_t (*draw)(double);
    double (*share)(unsigned, double); /* probability of a value */
    double parameter;
};

static uint32_t draw_below(double n)
{
    return stream_below(&source, (uint32_t)n);
}

static double below_share(unsigned value, double n)
{
    return value < n ? 1 / n : 0;
}

static uint32_t draw_gap(double p)
{
    return stream_gap(&source, p);
}

static double gap_share(unsigned value, double p)
{
    return p * pow(1 - p, value);
}

static uint32_t draw_poisson(double mean)
{
    return gsl_ran_poisson(&source_gsl, mean);
}

/* Neighbouring values are taken together until so many are expected. */
static const double least_expected = 10;

static double counts_agree(const struct counted *c, uint64_t n)
{
    enum { VALUES = 4096 };
    static uint64_t count[VALUES + 1];
    memset(count, 0, sizeof count);
    for (uint64_t i = 0; i < n; i++) {
        uint32_t value = c->draw(c->parameter);
        count[value < VALUES ? value : VALUES]++;
    }
    double chi = 0, bins = 0, expected = 0, got = 0, still = (double)n, left = (double)n;
    for (unsigned value = 0; value < VALUES && still > least_expected; value++) {
        double here = c->share(value, c->parameter) * (double)n;
        expected += here;
        got += (double)count[value];
        still -= here;
        left -= (double)count[value];
        if (expected < least_expected || still < least_expected)
            continue;
        chi += pow(got - expected, 2) / expected;
        expected = got = 0;
        bins++;
    }
    expected += still;
    chi += pow(got + left - expected, 2) / expected;
    return gsl_cdf_chisq_Q(chi, bins);
}

static void test_counting_samplers(void **state)
{
    (void)state;
    static const struct counted samplers[] = {
        {"below 7", draw_below, below_share, 7},
        {"below 1000", draw_below, below_share, 1000},
        {"gap at 0.3", draw_gap, gap_share, 0.3},
        {"gap at 0.004", draw_gap, gap_share, 0.004},
        {"Poisson at 0.05", draw_poisson, gsl_ran_poisson_pdf, 0.05},
        {"Poisson at 4", draw_poisson, gsl_ran_poisson_pdf, 4},
        {"Poisson at 60", draw_poisson, gsl_ran_poisson_pdf, 60},
    };
    uint64_t n = torture_figure(200000, 1000000, 10000000);
    for (size_t k = 0; k < sizeof samplers / sizeof *samplers; k++) {
        stream_open(&source, 4, 0, (uint32_t)k, 1, 0);
        stream_gsl(&source_gsl, &source);
        must_pass("distribution", samplers[k].name, counts_agree(&samplers[k], n));
    }
    print_message("check-rng: 7 samplers of whole numbers, %llu draws each\n",
                  (unsigned long long)n);
}

int main(int count, char **words)
{
    if (count == 3 && strcmp(words[1], "words") == 0)
        return write_words(words[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_block_twice),    cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_interleavings),     cmocka_unit_test(test_continuous_samplers),
        cmocka_unit_test(test_counting_samplers),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(seen.blocks);
    return failed;
}
