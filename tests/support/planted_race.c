/* A race on purpose: `make tsan` must find it, or its silence about the simulator means nothing.
 * With an argument the same sum without a race, of which nothing may be reported. */
#include <stdio.h>

enum { COUNT = 1000 };

static int racing(void)
{
    int total = 0;
#pragma omp parallel for num_threads(4)
    for (int i = 0; i < COUNT; i++)
        total += i;
    return total;
}

/* Only the barriers at the ends of the loops order what one thread writes and another reads. */
static int ordered(void)
{
    static int part[COUNT];
    for (int round = 0; round < 10; round++) {
#pragma omp parallel for num_threads(4)
        for (int i = 0; i < COUNT; i++)
            part[i] += i;
#pragma omp parallel for num_threads(4)
        for (int i = 0; i < COUNT; i++)
            part[COUNT - 1 - i] += i;
    }
    return part[0];
}

int main(int argc, char **argv)
{
    (void)argv;
    printf("%d\n", argc > 1 ? ordered() : racing());
    return 0;
}
