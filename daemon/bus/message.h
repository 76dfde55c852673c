/* message.h - multipart messages of a ROUTER: received whole, sent without ever blocking. */
#ifndef WM_BUS_MESSAGE_H
#define WM_BUS_MESSAGE_H

#include <czmq.h>

#include "proto/frame.h"

enum {
    WM_ROUTE_MAX = 255,               /* bytes of a routing id, by ZMTP */
    WM_PARTS_MAX = WM_FRAMES_MAX + 2, /* routing id, delimiter, frames */
    WM_READS_MAX = 256                /* messages that one turn of the loop takes from a socket */
};

/* Where an answer goes. A routing id is an address and never an identity: a peer may choose it.
 * `delimiter`: the peer is a REQ, which wants its empty frame back. The id is borrowed. */
struct wm_route {
    struct wm_span id;
    bool delimiter;
};

/* Spans borrow from `parts`. Frames beyond WM_FRAMES_MAX are dropped: no verb has that many, so the
 * message is malformed with or without them. */
struct wm_message {
    zmq_msg_t parts[WM_PARTS_MAX];
    size_t part_count;
    struct wm_route route;
    struct wm_span frames[WM_FRAMES_MAX];
    size_t frame_count;
};

/* Takes one whole message if one waits; the caller ends it with wm_message_deinit. WM_AGAIN: none
 * waits (nothing to deinit). */
WM_MUSTCHECK enum wm_status wm_message_receive(void *socket, struct wm_message *ret_message);
void wm_message_deinit(struct wm_message *message);
/* Sends copies of the frames behind the route. WM_AGAIN: the peer's queue is full; WM_NOTFOUND: the
 * peer is gone. Either way nothing was sent. */
WM_MUSTCHECK enum wm_status wm_message_send(void *socket, const struct wm_route *route,
                                            const struct wm_span *frames, size_t count);

#endif
