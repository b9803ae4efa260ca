/* The program's test at its start and nothing else, to be built with flags that spoil arithmetic:
 * exit 0 when all is well, else 1 with what it found. */
#include <stdio.h>

#include "sim/selftest.h"

int main(void)
{
    struct error e = {0};
    enum status status = selftest(&e);
    fputs(error_text(&e), stderr);
    error_free(&e);
    return (int)status;
}
