/* message.c - multipart messages of a ROUTER: received whole, sent without ever blocking. */
#include "daemon/bus/message.h"

#include <assert.h>
#include <errno.h>

static struct wm_span
part_span(zmq_msg_t *part)
{
    return (struct wm_span){zmq_msg_data(part), zmq_msg_size(part)};
}

/* Receives one part; false when none waits. */
static bool
receive_part(void *socket, zmq_msg_t *part)
{
    (void)zmq_msg_init(part); /* always 0 */
    for (;;) {
        if (zmq_msg_recv(part, socket, ZMQ_DONTWAIT) >= 0) {
            return true;
        }
        if (errno != EINTR) {
            (void)zmq_msg_close(part); /* initialised above, so it cannot fail */
            return false;
        }
    }
}

/* The rest of a message that has more parts than any message of ours. */
static void
skip_rest(void *socket)
{
    bool more = true;
    while (more) {
        zmq_msg_t part;
        if (!receive_part(socket, &part)) {
            return;
        }
        more = zmq_msg_more(&part) != 0;
        (void)zmq_msg_close(&part); /* as above */
    }
}

/* Tells routing id, delimiter and frames apart. */
static void
lay_out(struct wm_message *message)
{
    assert(message->part_count >= 1 && message->part_count <= WM_PARTS_MAX);
    message->route.id = part_span(&message->parts[0]);
    message->route.delimiter = message->part_count > 1 && zmq_msg_size(&message->parts[1]) == 0;
    const size_t first = message->route.delimiter ? 2 : 1;
    message->frame_count = 0;
    for (size_t i = first; i < message->part_count && message->frame_count < WM_FRAMES_MAX; i++) {
        message->frames[message->frame_count++] = part_span(&message->parts[i]);
    }
}

enum wm_status
wm_message_receive(void *socket, struct wm_message *ret_message)
{
    assert(socket != NULL);
    assert(ret_message != NULL);

    ret_message->part_count = 0;
    bool more = true;
    while (more && ret_message->part_count < WM_PARTS_MAX) {
        zmq_msg_t *part = &ret_message->parts[ret_message->part_count];
        if (!receive_part(socket, part)) {
            wm_message_deinit(ret_message);
            return WM_AGAIN;
        }
        ret_message->part_count++;
        more = zmq_msg_more(part) != 0;
    }
    if (more) {
        skip_rest(socket);
    }
    lay_out(ret_message);
    return WM_OK;
}

void
wm_message_deinit(struct wm_message *message)
{
    assert(message != NULL);
    assert(message->part_count <= WM_PARTS_MAX);
    for (size_t i = 0; i < message->part_count; i++) {
        (void)zmq_msg_close(&message->parts[i]); /* initialised, so it cannot fail */
    }
    message->part_count = 0;
    message->frame_count = 0;
}

static enum wm_status
send_part(void *socket, struct wm_span part, bool more)
{
    const int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
    for (;;) {
        if (zmq_send(socket, part.data, part.size, flags) >= 0) {
            return WM_OK;
        }
        if (errno != EINTR) {
            /* Only a full queue gets better by waiting. */
            return errno == EAGAIN ? WM_AGAIN : WM_NOTFOUND;
        }
    }
}

enum wm_status
wm_message_send(void *socket, const struct wm_route *route, const struct wm_span *frames,
                size_t count)
{
    assert(socket != NULL && route != NULL && frames != NULL);
    assert(count >= 1 && count <= WM_FRAMES_MAX);

    /* ROUTER_MANDATORY decides with the first part; what follows is queued or dropped with it. */
    enum wm_status status = send_part(socket, route->id, true);
    if (status == WM_OK && route->delimiter) {
        status = send_part(socket, (struct wm_span){"", 0}, true);
    }
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = send_part(socket, frames[i], i + 1 < count);
    }
    return status;
}
