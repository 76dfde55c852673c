/* message.c - takes multipart messages from a socket without waiting. */
#include "proto/client/message.h"

#include <assert.h>

/* Reads on to the end of a message that is longer than any of ours. */
static void
skip_rest(void *handle)
{
    zmq_msg_t part;
    bool is_more = true;
    while (is_more) {
        (void)zmq_msg_init(&part); /* cannot fail */
        is_more = zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&part) != 0;
        (void)zmq_msg_close(&part); /* nor this */
    }
}

/* True if there is more of the message than fits. libzmq hands messages over complete: once the
 * first part is here, the others are. */
static bool
receive_parts(void *handle, struct wm_link_message *message)
{
    assert(handle != NULL);
    message->count = 0;
    bool is_more = true;
    while (is_more && message->count < WM_FRAMES_MAX) {
        zmq_msg_t *part = &message->parts[message->count];
        (void)zmq_msg_init(part); /* cannot fail */
        if (zmq_msg_recv(part, handle, ZMQ_DONTWAIT) < 0) {
            (void)zmq_msg_close(part); /* nor this, on what zmq_msg_init made */
            return false;
        }
        message->frames[message->count++] =
            (struct wm_span){zmq_msg_data(part), zmq_msg_size(part)};
        is_more = zmq_msg_more(part) != 0;
    }
    return is_more;
}

bool
wm_link_message_take(void *handle, struct wm_link_message *ret_message)
{
    assert(ret_message != NULL);
    while (receive_parts(handle, ret_message)) {
        skip_rest(handle);
        wm_link_message_close(ret_message);
    }
    return ret_message->count > 0;
}

void
wm_link_message_close(struct wm_link_message *message)
{
    assert(message != NULL && message->count <= WM_FRAMES_MAX);
    for (size_t i = 0; i < message->count; i++) {
        (void)zmq_msg_close(&message->parts[i]); /* cannot fail: each was initialised */
    }
    message->count = 0;
}
