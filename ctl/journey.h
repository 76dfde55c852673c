/* journey.h - the story of a case for people: what happened when, which promises were kept, which
 * were broken and by how much, who had it, what was sent. */
#ifndef WM_CTL_JOURNEY_H
#define WM_CTL_JOURNEY_H

#include <jansson.h>

#include "ctl/local.h"
#include "daemon/codec/schema.h"

enum wm_promise_end {
    WM_PROMISE_OPEN = 1, /* runs, and is not late yet */
    WM_PROMISE_KEPT,
    WM_PROMISE_BROKEN,
    WM_PROMISE_DROPPED /* ended before it was due: no longer needed */
};

/* One run of one clock. */
struct wm_promise {
    struct wm_span clock; /* "first-contact", "action:17" */
    int64_t run;
    enum wm_promise_end end;
    int64_t due_us; /* exclusive; WM_NEVER: none now, it is paused */
    int32_t due_day;
    int64_t stopped_us; /* WM_NEVER: it never was */
    int64_t late_us;    /* BROKEN: by how much, up to now if it still is */
    bool is_cancelled;
};

struct wm_promises {
    struct wm_promise *items;
    size_t count;
    size_t room;
};

struct wm_holding {
    struct wm_span officer; /* absent: nobody */
    int64_t from_us;
};

struct wm_holdings {
    struct wm_holding *items;
    size_t count;
    size_t room;
};

/* Messages of one type. */
struct wm_sent {
    struct wm_span type; /* "letter.requested" */
    size_t count;
};

struct wm_sents {
    struct wm_sent *items;
    size_t count;
    size_t room;
};

struct wm_moment_line {
    int64_t us;
    struct wm_span text;
};

struct wm_moments {
    struct wm_moment_line *items;
    size_t count;
    size_t room;
};

struct wm_journey {
    struct wm_moments moments;
    struct wm_promises promises;
    struct wm_holdings holdings;
    struct wm_sents sents;
};

/* What a journey is made of. */
struct wm_journey_facts {
    const json_t *rows; /* of `case history --json`, a list */
    const json_t *show; /* `case show --json`: what the case is now; NULL: by the history alone */
    int64_t now_us;
};

/* Lives in the arena. `schemas` give events their titles; NULL: their types stand for them. */
struct wm_journey wm_journey_of(struct wm_arena *arena, const struct wm_local *local,
                                const struct wm_schemas *schemas,
                                const struct wm_journey_facts *facts);

/* "action" of "action:17": the promise, not the thing it was made about. */
struct wm_span wm_promise_kind(struct wm_span clock);

#endif
