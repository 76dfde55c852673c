/* event.h - an event as the core sees it, and what the store remembers of one. */
#ifndef WM_CORE_EVENT_H
#define WM_CORE_EVENT_H

#include "daemon/core/value.h"

struct wm_event {
    struct wm_span id;
    struct wm_span source;
    struct wm_span type;
    struct wm_span subject;
    struct wm_span actor; /* wmactor; absent: unknown */
    int64_t occurred_us;  /* when it happened */
    int64_t recorded_us;  /* when we heard: now */
    struct wm_value data; /* an object */
    bool request;         /* asks for a decision; else a fact */
};

/* A row of a case's history, as folding needs it. Ascending by seq. */
struct wm_past {
    int64_t seq;
    int64_t group; /* seq of the first row of the step that wrote it */
    bool primary;  /* the row that carries the event's own source and id */
    struct wm_event event;
    int32_t transition;  /* as decided: index in the from-state's `on`, 1000 + index in `anywhere`,
                            -1 none,  -2 the opening */
    struct wm_span from; /* state names */
    struct wm_span to;
    struct wm_span officer; /* who had the case after it */
    struct wm_value inputs; /* what the step was told from outside the case (step.h) */
};

#define WM_ANYWHERE      1000
#define WM_NO_TRANSITION (-1)
#define WM_OPENING       (-2)

#endif
