/* How far a run has come, on stderr:
 *
 *     [==========          ]  50 %   1,240 weeks/s   3 of 20 replicates   0:12 left
 *
 *     [                    ]   0 %   building 4,801,813 persons   about 5:10 left
 *
 * drawn anew in one line, only when stderr is a terminal and NO_COLOR is not set.  Otherwise a line
 * a minute, so that the log of a long run says that it lives. */
#ifndef SAMSKAB_PROGRESS_H
#define SAMSKAB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;    /* anything at all */
    bool bar;      /* on a terminal */
    uint64_t work; /* weeks of all replicates that are to be computed */
    uint64_t done;
    uint32_t replicates, finished;
    double began, drawn; /* seconds */
    bool open;           /* a line is on the screen */
    const char *unit;  /* what is finished: "replicates"; what is set after progress_begin stays */
    double weeks_each; /* the rate is in them, at so many weeks each; 0: the rate is in weeks */
    double guess;      /* seconds that all takes, before there is a speed to go by */
    int beside;        /* replicates at a time, when building is told; 0: it is not */
    double built;      /* seconds of that time that were spent on building so far */
    uint32_t builds;
    char note[96]; /* what is shown in place of weeks and replicates */
};

/* Seconds of a clock that only goes forward. */
double progress_seconds(void);

void progress_begin(struct progress *p, bool quiet, uint64_t work, uint32_t replicates);

/* Says from the first second on what is being built and how long all takes, guessed: where that is
 * more than some seconds. */
void progress_build(struct progress *p, uint64_t persons, double guess, int beside);

/* A replicate is built, in so many seconds; its weeks begin. */
void progress_built(struct progress *p, double seconds);

/* A week of a replicate is done, or a replicate; draws when enough time has passed.  To be called
 * by one thread at a time. */
void progress_week(struct progress *p);
void progress_replicate(struct progress *p);

/* For work of another kind than weeks: so much of it is done, and what to say of it. */
void progress_step(struct progress *p, uint64_t done, const char *note);

/* Wipes the line. */
void progress_end(struct progress *p);

/* "1:02:03" or "0:07". */
void progress_duration(double seconds, char *text, unsigned size);

/* 1234567 as "1,234,567". */
void progress_thousands(double value, char *text, unsigned size);

#endif
