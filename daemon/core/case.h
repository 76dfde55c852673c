/* case.h - a case: what its facts have come to. Lives in an arena, is copied by each step. */
#ifndef WM_CORE_CASE_H
#define WM_CORE_CASE_H

#include "daemon/core/people.h"
#include "daemon/core/workflow.h"

enum wm_clock_status {
    WM_CLOCK_RUNNING = 1,
    WM_CLOCK_PAUSED,
    WM_CLOCK_MET,
    WM_CLOCK_BREACHED, /* stopped late; a running one past its due moment only shows as breached */
    WM_CLOCK_CANCELLED
};

struct wm_pause {
    int64_t from_us;
    int64_t to_us; /* WM_NEVER: still paused */
};

/* The newest run of a clock. The reckoning (start, target, extensions, pauses, calendar version) is
 * kept with the due moment, so that it can be proved when the calendar has changed. */
struct wm_clock {
    int32_t def;         /* index in the workflow's clocks */
    struct wm_span item; /* item id; absent: a clock of the case */
    int32_t run;         /* 1, 2, … */
    enum wm_clock_status status;
    int64_t started_us;
    int32_t day0;              /* local day from which days are counted */
    struct wm_duration target; /* as chosen; count 0 with `until` */
    int32_t until;             /* due at the end of this day; INT32_MIN: by the target */
    struct wm_due due;         /* us WM_NEVER while paused */
    struct wm_due agreed; /* the due moment before the first extension that can still become void */
    int32_t extended;     /* working days added in all */
    int64_t stopped_us;   /* met or cancelled; WM_NEVER while it runs */
    int64_t known_us;     /* when the event was recorded that set this due moment */
    uint32_t fired;       /* bit i: rung i has fired for this due moment */
    bool due_passed;      /* what the due moment sets off has been set off */
    bool outside;         /* reaches outside the known holidays */
    bool extension_open;  /* an extension waits for its written notice (void_unless) */
    int32_t paused_rest;  /* working days left when paused (day clocks) */
    int64_t paused_rest_us; /* exact rest (hour clocks) */
    struct wm_pause *pauses;
    size_t pause_count;
    struct wm_span calendar_version;
};

struct wm_item {
    int32_t kind;
    struct wm_span id;
    int32_t status;
    struct wm_value fields; /* object */
    int64_t opened_us;
};

struct wm_hit {
    int64_t occurred_us;
    struct wm_span key; /* distinct by this; may be absent */
};

struct wm_hits {
    struct wm_hit *items;
    size_t count;
    size_t room;
};

/* A conditional message that was sent and is still watched. */
struct wm_wanted {
    struct wm_span id;   /* of the message */
    int32_t send;        /* index in the workflow's sends */
    struct wm_span item; /* item at hand when it was sent; may be absent */
};

struct wm_tenure {
    struct wm_span officer;
    int64_t from_us;
    bool conflict; /* lost it for conflict: never again */
    bool by_hand;  /* given by hand although away or full: not moved for leave */
};

struct wm_clocks {
    struct wm_clock *items;
    size_t count;
    size_t room;
};
struct wm_items {
    struct wm_item *items;
    size_t count;
    size_t room;
};
struct wm_wanteds {
    struct wm_wanted *items;
    size_t count;
    size_t room;
};
struct wm_tenures {
    struct wm_tenure *items;
    size_t count;
    size_t room;
};
struct wm_spans {
    struct wm_span *items;
    size_t count;
    size_t room;
};

/* Invariants: state indexes the workflow's states; attributes has attribute_count values, tallies
 * tally_count lists; clocks hold one entry a name (def, item), the newest run; folded_us >= every
 * occurred_us folded. */
struct wm_case {
    const struct wm_workflow *workflow;
    struct wm_span ref;
    int32_t state;
    struct wm_span officer; /* absent: nobody */
    int64_t seq;            /* rows of history */
    int64_t opened_us;
    int64_t closed_us; /* WM_NEVER while open */
    int64_t folded_us; /* facts and rungs up to here are in the clocks */
    int64_t moved_us;  /* last move between officers; 0: never moved */
    int64_t check_us;  /* next moment at which its officer is judged anew; WM_NEVER: none */
    int64_t wake_us;   /* earliest moment that wants attention; WM_NEVER: none */
    struct wm_value *attributes;
    struct wm_items items;
    struct wm_clocks clocks;
    struct wm_hits *tallies;
    struct wm_wanteds wanted;
    struct wm_tenures tenures; /* who has had it, oldest first */
    struct wm_spans aliases;
};

/* A case in its workflow's initial state with default attributes and nothing else. */
struct wm_case *wm_case_new(struct wm_arena *arena, const struct wm_workflow *workflow,
                            struct wm_span ref);
/* Deep enough that changing the copy leaves the original as it was; texts are shared. */
struct wm_case *wm_case_copy(struct wm_arena *arena, const struct wm_case *from);
/* NULL if it never started. `item` absent for clocks of the case. */
struct wm_clock *wm_case_clock(const struct wm_case *a_case, int32_t def, struct wm_span item);
struct wm_item *wm_case_item(const struct wm_case *a_case, int32_t kind, struct wm_span id);
/* "acknowledge" or "action:17" in the arena. */
struct wm_span wm_clock_name(struct wm_arena *arena, const struct wm_case *a_case,
                             const struct wm_clock *clock);
/* What an answer at `now` says: breached from the due moment on. "running" "paused" "met"
 * "breached" "cancelled". */
const char *wm_clock_status_at(const struct wm_clock *clock, int64_t now_us);
bool wm_case_is_open(const struct wm_case *a_case);
/* Asserts every invariant; after each step. */
void wm_case_check(const struct wm_case *a_case);

#endif
