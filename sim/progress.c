#include "sim/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 28 };

static const double bar_seconds = 0.1, line_seconds = 60;
static const double worth_seconds = 5; /* of a guess that is shown */

double progress_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool wants_bar(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

void progress_begin(struct progress *p, bool quiet, uint64_t work, uint32_t replicates)
{
    memset(p, 0, sizeof *p);
    p->shown = !quiet && work > 0;
    p->bar = p->shown && wants_bar();
    p->work = work;
    p->replicates = replicates;
    p->unit = "replicates";
    p->began = p->drawn = progress_seconds();
}

void progress_duration(double seconds, char *text, unsigned size)
{
    unsigned long s = seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 999999999;
    if (s >= 3600)
        snprintf(text, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, size, "%lu:%02lu", s / 60, s % 60);
}

void progress_thousands(double value, char *text, unsigned size)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.0f", fmin(fabs(value), 1e18));
    size_t count = strlen(digits), length = 0;
    if (value < 0 && strcmp(digits, "0") != 0 && length + 1 < size)
        text[length++] = '-';
    for (size_t i = 0; i < count && length + 2 < size; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = '\0';
}

/* Seconds left.  Building has a pace of its own; before there is a speed, the guess holds. */
static double seconds_left(const struct progress *p, double speed, double now)
{
    if (speed <= 0)
        return fmax(p->guess - (now - p->began), 0);
    double left = (double)(p->work - p->done) / speed;
    if (p->builds > 0)
        left += (p->replicates - fmin(p->builds, p->replicates)) * p->built / p->builds;
    return left;
}

static void draw(struct progress *p, double now)
{
    double share = (double)p->done / (double)p->work, spent = now - p->began - p->built;
    double speed = spent > 0 ? (double)p->done / spent : 0;
    char rate[32], left[32], bar[WIDTH + 1];
    if (p->weeks_each > 0)
        snprintf(rate, sizeof rate, "%.3g %s/s", speed / p->weeks_each, p->unit);
    else {
        char number[24];
        progress_thousands(speed, number, sizeof number);
        snprintf(rate, sizeof rate, "%s weeks/s", number);
    }
    progress_duration(seconds_left(p, speed, now), left, sizeof left);
    const char *about = speed > 0 ? "" : "about ";
    int filled = (int)(share * WIDTH);
    memset(bar, ' ', WIDTH);
    memset(bar, '=', (size_t)filled);
    bar[WIDTH] = '\0';
    char weeks[96];
    snprintf(weeks, sizeof weeks, "%s   %u of %u %s", rate, p->finished, p->replicates, p->unit);
    const char *what = p->note[0] ? p->note : weeks;
    if (p->bar)
        fprintf(stderr, "\r[%s] %3.0f %%   %s   %s%s left \033[K", bar, 100 * share, what, about,
                left);
    else
        fprintf(stderr, "%.0f %% done   %s   %s%s left\n", 100 * share, what, about, left);
    fflush(stderr);
    p->drawn = now;
    p->open = p->bar;
}

static void look(struct progress *p)
{
    if (!p->shown || p->work == 0)
        return;
    double now = progress_seconds();
    if (now - p->drawn >= (p->bar ? bar_seconds : line_seconds))
        draw(p, now);
}

void progress_build(struct progress *p, uint64_t persons, double guess, int beside)
{
    char number[32];
    p->guess = guess;
    p->beside = beside;
    if (!p->shown || guess < worth_seconds)
        return;
    progress_thousands((double)persons, number, sizeof number);
    snprintf(p->note, sizeof p->note, "building %s persons", number);
    draw(p, p->began);
}

void progress_built(struct progress *p, double seconds)
{
    if (p->beside == 0)
        return;
    p->built += seconds / p->beside;
    p->builds++;
    p->note[0] = '\0';
}

void progress_week(struct progress *p)
{
    p->done++;
    look(p);
}

void progress_replicate(struct progress *p)
{
    p->finished++;
    look(p);
}

void progress_step(struct progress *p, uint64_t done, const char *note)
{
    p->done = done < p->work ? done : p->work;
    snprintf(p->note, sizeof p->note, "%s", note);
    look(p);
}

void progress_end(struct progress *p)
{
    if (p->open)
        fprintf(stderr, "\r\033[K");
    p->open = false;
}
