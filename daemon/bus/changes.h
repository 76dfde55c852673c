/* changes.h - the change feed: XPUB, best effort, for screens and monitors. */
#ifndef WM_BUS_CHANGES_H
#define WM_BUS_CHANGES_H

#include "base/span.h"
#include "daemon/bus/socket.h"

struct wm_changes;

/* NULL with a sentence in *ret_why (malloc'd, caller frees). */
struct wm_changes *wm_changes_new(const char *const *endpoints, size_t count, char **ret_why);
void wm_changes_free(struct wm_changes **changes);
/* For zmq_poll: readable when somebody subscribed or left. */
void *wm_changes_socket(struct wm_changes *changes);
/* Takes note of subscriptions; ZeroMQ keeps them, but queues them until they are read. */
void wm_changes_read(struct wm_changes *changes);
/* Whoever cannot keep up misses it: nothing durable depends on this feed. */
void wm_changes_publish(struct wm_changes *changes, struct wm_span topic, struct wm_span body);

#endif
