/* message.h - a multipart message that has come, held as libzmq gave it. */
#ifndef WM_PROTO_CLIENT_MESSAGE_H
#define WM_PROTO_CLIENT_MESSAGE_H

#include <czmq.h>

#include "proto/frame.h"

/* A received message. */
struct wm_link_message {
    zmq_msg_t parts[WM_FRAMES_MAX];
    struct wm_span frames[WM_FRAMES_MAX]; /* borrow parts */
    size_t count;
};

/* Takes the next whole message that has come; false if none has (nothing to close then). One of
 * more than WM_FRAMES_MAX frames is passed over: no verb has that many. */
bool wm_link_message_take(void *handle, struct wm_link_message *ret_message);
void wm_link_message_close(struct wm_link_message *message);

#endif
