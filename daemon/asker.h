/* asker.h - the reader's thread: answers waymarkctl's questions beside the engine. */
#ifndef WM_DAEMON_ASKER_H
#define WM_DAEMON_ASKER_H

#include "daemon/parcels.h"

struct wm_asker {
    struct wm_reader *reader; /* owned by whoever made it, used by the thread alone */
};

/* A wm_actor_work; context: struct wm_asker. */
int64_t wm_asker_work(void *context, struct wm_actor_port *port, const struct wm_parcel *parcels,
                      size_t count);
/* A piece of a call's answer; NULL when out of memory. */
struct wm_piece *wm_piece_new(struct wm_call *call, enum wm_verb verb, struct wm_span json);

#endif
