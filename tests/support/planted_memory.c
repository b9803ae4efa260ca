/* Faults of memory on purpose: `make check-valgrind` must find them, or its silence about the
 * simulator means nothing.  "read" decides by what was never written, "lost" forgets a block. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_unwritten(void)
{
    int *volatile block = malloc(sizeof *block);
    int value = block && *block > 0;
    free(block);
    return value;
}

static int lose(void)
{
    void *volatile block = malloc(100);
    block = NULL;
    return block != NULL;
}

int main(int argc, char **argv)
{
    int value = argc > 1 && strcmp(argv[1], "read") == 0 ? read_unwritten() : lose();
    puts(value ? "yes" : "no");
    return 0;
}
