/* turner.h - the engine's thread: gathers jobs into batches, turns, hands all back. */
#ifndef WM_DAEMON_TURNER_H
#define WM_DAEMON_TURNER_H

#include "daemon/parcels.h"

struct wm_turner {
    struct wm_engine *engine; /* owned by whoever made it, used by the thread alone */
    struct wm_job **jobs;     /* room for `batch` */
    size_t batch;
    int64_t (*real_us)(void *context);
    bool dead; /* the store failed: nothing is tried any more */
};

/* A wm_actor_work; context: struct wm_turner. */
int64_t wm_turner_work(void *context, struct wm_actor_port *port, const struct wm_parcel *parcels,
                       size_t count);

#endif
