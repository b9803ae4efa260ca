/* What benchmarks measure with: clocks, medians, peak memory, and what the machine is. */
#ifndef SAMSKAB_BENCH_MEASURE_H
#define SAMSKAB_BENCH_MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "sim/version.h"

static inline double seconds_by(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline double seconds(void)
{
    return seconds_by(CLOCK_MONOTONIC);
}

/* Of all threads; what others do on the machine does not count. */
static inline double processor_seconds(void)
{
    return seconds_by(CLOCK_PROCESS_CPUTIME_ID);
}

static inline double peak_mebibytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static inline int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts `x`. */
static inline double median(double *x, size_t count)
{
    qsort(x, count, sizeof *x, by_value);
    return count % 2 ? x[count / 2] : (x[count / 2 - 1] + x[count / 2]) / 2;
}

static inline void print_processor(void)
{
    FILE *info = fopen("/proc/cpuinfo", "r");
    char line[512] = "", name[512] = "unknown";
    while (info && fgets(line, sizeof line, info))
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':')) {
            snprintf(name, sizeof name, "%s", strchr(line, ':') + 2);
            name[strcspn(name, "\n")] = '\0';
            break;
        }
    if (info)
        fclose(info);
    printf("processor  %s\n", name);
}

static inline void print_machine(void)
{
    char day[32] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(day, sizeof day, "%Y-%m-%d", &utc);
    print_processor();
#ifdef __clang__
    printf("compiler   clang %s\n", __clang_version__);
#else
    printf("compiler   gcc %s\n", __VERSION__);
#endif
    printf("samskab    %s %s, %s\n\n", version_number, version_commit, day);
}

#endif
