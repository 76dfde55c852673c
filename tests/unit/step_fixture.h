/* step_fixture.h - a small workflow built by hand, so that the step is tested with the core alone.
 */
#ifndef WM_TESTS_UNIT_STEP_FIXTURE_H
#define WM_TESTS_UNIT_STEP_FIXTURE_H

#include "daemon/core/step.h"

/* Clocks of the fixture, in this order. */
enum {
    CLOCK_ACKNOWLEDGE, /* 5 WD from "opened"; met by "acknowledged"; warns 1 WD before; escalates 2
                          WD after */
    CLOCK_RESPOND,  /* 10 WD from acknowledge met or due; once; limit 10 WD, void unless "notice" */
    CLOCK_CONTACT,  /* 5 WD, repeat, from "called"; met by "called" */
    CLOCK_URGENT,   /* 24 hours from "reported" */
    CLOCK_DELIVERY, /* 2 WD from "posted"; at_due met */
    CLOCK_TASK,     /* item clock: until item.due */
    CLOCK_COUNT
};

struct world_fixture {
    struct wm_arena *arena;
    struct wm_workflow workflow;
    struct wm_calendars calendars;
    struct wm_world world;
    struct wm_case *c;          /* after the last event */
    struct wm_step_result last; /* of the last event or wake-up */
    struct wm_past past[64];    /* history as a store would give it */
    size_t past_count;
    int64_t now_us;
};

void fixture_begin(struct world_fixture *f);
void fixture_end(struct world_fixture *f);
/* Folds an event that happened at `occurred` and is heard at `recorded` (RFC 3339; NULL: the same).
 * `data`: NULL or pairs name, value, …, NULL as an object of strings. */
enum wm_outcome fixture_event(struct world_fixture *f, const char *type, const char *occurred,
                              const char *recorded, const char *const *data);
void fixture_wake(struct world_fixture *f, const char *now);
const struct wm_clock *fixture_clock(const struct world_fixture *f, int clock, const char *item);
/* "running", … as of now, or "none". */
const char *fixture_status(const struct world_fixture *f, int clock);
/* Rows of that type in the whole history. */
size_t fixture_rows(const struct world_fixture *f, const char *type);
/* Effects of a kind in the last result. */
size_t fixture_effects(const struct world_fixture *f, enum wm_effect_kind kind);
int64_t fixture_time(const char *text);
/* "2026-01-05" of a day number. */
const char *fixture_day(int32_t day);

#endif
