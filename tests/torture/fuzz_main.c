/* Drives a harness without libFuzzer.
 *
 *     fuzz_pb < FILE                       one input: what AFL++ calls
 *     fuzz_pb FILE...                      each of them
 *     fuzz_pb --mutants N --seed S FILE... N mutants as well, the same ones for the same seed
 *
 * Mutants come from splitmix64: bits flipped, bytes, numbers and words put in, pieces taken out,
 * doubled, moved, or brought from another file.  The last line tells the counts, the longest time
 * of an input and the most memory in use; more than a second or 256 MB (without sanitizers) is a
 * fault, and so is an input that ends the process, which is left in the file `crash-PROGRAM`. */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/torture/fuzz.h"

enum { SIZE_MOST = 1 << 20, MEGABYTES_MOST = 256 };

struct input {
    uint8_t *bytes;
    size_t size;
};

static const char *name;
static const struct input *now; /* for the handler of signals */
static double longest;

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static size_t below(uint64_t *state, size_t n)
{
    return n ? (size_t)(draw(state) % n) : 0;
}

/* What it was working on when it died stays behind. */
static void leave_input(int signal)
{
    char path[256];
    snprintf(path, sizeof path, "crash-%.200s", name);
    FILE *file = fopen(path, "wb");
    if (file && now) {
        fwrite(now->bytes, 1, now->size, file);
        fclose(file);
        fprintf(stderr, "%s: signal %d, the input is in %s\n", name, signal, path);
    }
    _exit(1);
}

static void try_input(const struct input *x)
{
    struct timespec begin, end;
    now = x;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    uint8_t *exact = malloc(x->size ? x->size : 1); /* so that reading behind it is seen */
    fuzz_promise(exact != NULL);
    memcpy(exact, x->bytes, x->size);
    LLVMFuzzerTestOneInput(exact, x->size);
    free(exact);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double took =
        (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
    longest = took > longest ? took : longest;
    fuzz_promise(took < 1);
}

static struct input read_input(FILE *file)
{
    struct input x = {malloc(SIZE_MOST), 0};
    fuzz_promise(file && x.bytes);
    x.size = fread(x.bytes, 1, SIZE_MOST, file);
    return x;
}

static void put_in(struct input *x, size_t at, const void *bytes, size_t size)
{
    if (x->size + size > SIZE_MOST)
        return;
    memmove(x->bytes + at + size, x->bytes + at, x->size - at);
    memcpy(x->bytes + at, bytes, size);
    x->size += size;
}

static void take_out(struct input *x, size_t at, size_t size)
{
    memmove(x->bytes + at, x->bytes + at + size, x->size - at - size);
    x->size -= size;
}

static void put_word(struct input *x, size_t at, uint64_t *state)
{
    static const char *const words[] = {"-1",         "0",    "1e308",    "-1e308",
                                        "1e-320",     "nan",  ".inf",     "18446744073709551616",
                                        "4294967295", "0x1",  "\"",       "'",
                                        "&a ",        "*a",   "[",        "]",
                                        "{",          "}",    ": ",       "- ",
                                        "\n",         "\r\n", "\t",       ";",
                                        ",",          "#",    "|\n",      "? ",
                                        "!!str ",     "\xff", "\xc3\xa9", "\xef\xbb\xbf",
                                        "~",          "true", "---\n",    "...\n",
                                        "<<: *a",     "%",    "\\u0000",  "2147483648"};
    const char *word = words[below(state, sizeof words / sizeof *words)];
    put_in(x, at, word, strlen(word));
}

static void mutate(struct input *x, const struct input *other, uint64_t *state)
{
    uint8_t piece[256];
    size_t at = below(state, x->size), left = x->size - at;
    size_t length = below(state, left < sizeof piece ? left + 1 : sizeof piece);
    switch (draw(state) % 7) {
    case 0:
        if (x->size)
            x->bytes[at] ^= (uint8_t)(1 << draw(state) % 8);
        break;
    case 1:
        if (x->size)
            x->bytes[at] = (uint8_t)draw(state);
        break;
    case 2:
        put_word(x, at, state);
        break;
    case 3:
        take_out(x, at, length);
        break;
    case 4:
        memcpy(piece, x->bytes + at, length);
        put_in(x, below(state, x->size), piece, length);
        break;
    case 5:
        memcpy(piece, x->bytes + at, length);
        take_out(x, at, length);
        put_in(x, below(state, x->size), piece, length);
        break;
    default:
        at = below(state, other->size);
        length = below(state, other->size - at < sizeof piece ? other->size - at : sizeof piece);
        put_in(x, below(state, x->size), other->bytes + at, length);
    }
}

static void try_mutants(const struct input *seeds, size_t count, size_t mutants, uint64_t state)
{
    struct input x = {malloc(SIZE_MOST), 0};
    fuzz_promise(x.bytes != NULL);
    for (size_t i = 0; i < mutants && count > 0; i++) {
        const struct input *seed = &seeds[below(&state, count)];
        memcpy(x.bytes, seed->bytes, seed->size);
        x.size = seed->size;
        for (size_t changes = 1 + below(&state, 8); changes > 0; changes--)
            mutate(&x, &seeds[below(&state, count)], &state);
        try_input(&x);
    }
    free(x.bytes);
}

static bool is_sanitized(void)
{
#if defined __SANITIZE_ADDRESS__
    return true;
#elif defined __has_feature
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}

static void tell(size_t seeds, size_t mutants)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("%s: %zu files and %zu mutants, longest %.0f ms, %ld MB\n", name, seeds, mutants,
           1e3 * longest, used.ru_maxrss >> 10);
    fuzz_promise(is_sanitized() || used.ru_maxrss >> 10 <= MEGABYTES_MOST);
}

static int read_options(int argc, char **argv, size_t *mutants, uint64_t *seed)
{
    int first = 1;
    for (; first + 1 < argc; first += 2)
        if (strcmp(argv[first], "--mutants") == 0)
            *mutants = strtoull(argv[first + 1], NULL, 10);
        else if (strcmp(argv[first], "--seed") == 0)
            *seed = strtoull(argv[first + 1], NULL, 10);
        else
            break;
    return first;
}

int main(int argc, char **argv)
{
    static const int deadly[] = {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL};
    size_t mutants = 0, count = 0;
    uint64_t seed = 1;
    const char *slash = strrchr(argv[0], '/');
    name = slash ? slash + 1 : argv[0];
    for (size_t k = 0; k < sizeof deadly / sizeof *deadly && !is_sanitized(); k++)
        signal(deadly[k], leave_input);
    int first = read_options(argc, argv, &mutants, &seed);
    struct input *seeds = calloc((size_t)argc, sizeof *seeds);
    fuzz_promise(seeds != NULL);
    for (int i = first; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file)
            perror(argv[i]);
        seeds[count++] = read_input(file);
        fclose(file);
    }
    if (first == argc)
        seeds[count++] = read_input(stdin);
    for (size_t i = 0; i < count; i++)
        try_input(&seeds[i]);
    try_mutants(seeds, count, mutants, seed);
    if (first < argc)
        tell(count, mutants);
    for (size_t i = 0; i < count; i++)
        free(seeds[i].bytes);
    free(seeds);
    return 0;
}
