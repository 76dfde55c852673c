/* teller.h - tells what became of each published event, and sums up. */
#ifndef WM_CTL_TELLER_H
#define WM_CTL_TELLER_H

#include "ctl/progress.h"
#include "ctl/source.h"

struct wm_tallied {
    size_t applied;
    size_t recorded;
    size_t corrected;
    size_t duplicate;
    size_t rejected;
    size_t unknown; /* --check: of cases that are not among the events */
    size_t warned;
};

/* Who says what became of an event: one line each, for people or as JSON. Shared with --check. */
struct wm_teller {
    const struct wm_ctl *ctl;
    struct wm_progress progress;
    struct wm_tallied tallied;
    struct wm_arena *brief; /* for one line; reset after each */
};

/* False when out of memory. */
WM_MUSTCHECK bool wm_teller_init(struct wm_teller *teller, const struct wm_ctl *ctl);
void wm_teller_deinit(struct wm_teller *teller);

/* Where an event stands, and what it is. */
struct wm_told_event {
    const char *file; /* NULL: from the command line */
    long number;
    const char *subject;
    const char *type;
};

/* `detail` is that of wire.md's OK or REJECT. */
void wm_teller_ok(struct wm_teller *teller, const struct wm_told_event *event,
                  struct wm_span detail);
void wm_teller_reject(struct wm_teller *teller, const struct wm_told_event *event,
                      struct wm_span detail);
/* Counts an event that was taken, and says nothing. */
void wm_teller_count(struct wm_teller *teller, struct wm_span detail);
/* Counts an event of which nothing can be said but that it is well formed. */
void wm_teller_unknown(struct wm_teller *teller);
/* The same for what was refused before anybody was asked. */
void wm_teller_fault(struct wm_teller *teller, const struct wm_told_event *event, const char *code,
                     const char *field, const char *message);
/* 1 if anything was refused. */
enum wm_exit wm_teller_result(const struct wm_teller *teller);
/* The same with a closing line. */
enum wm_exit wm_teller_sum_up(struct wm_teller *teller);

#endif
