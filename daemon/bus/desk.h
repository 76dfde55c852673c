/* desk.h - the inside of dispatch, shared by its two files. */
#ifndef WM_BUS_DESK_H
#define WM_BUS_DESK_H

#include "daemon/bus/crew.h"
#include "daemon/bus/dispatch.h"

struct wm_dispatch {
    zsock_t *socket;
    struct wm_dispatch_options options;
    struct wm_crew crew;
    uint64_t serial; /* of delivery ids */
    struct wm_dispatch_counters counters;
};

static inline int64_t
wm_sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Asks for what workers would take; returns when there will be more to ask for (INT64_MAX: when
 * something happens). */
int64_t wm_dispatch_ask(struct wm_dispatch *dispatch, int64_t now_ms);

#endif
