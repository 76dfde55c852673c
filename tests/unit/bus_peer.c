/* bus_peer.c - a client of the bus that a test plays by hand. */
#include "tests/unit/bus_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include "daemon/host/clock.h"

enum { ENDPOINT_SIZE = 256 };

void
peer_start(struct peer *peer, int type, void *bus_socket, const char *id)
{
    char endpoint[ENDPOINT_SIZE];
    size_t size = sizeof endpoint;
    const int linger = 0;
    assert_int_equal(zmq_getsockopt(bus_socket, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    peer->context = zmq_ctx_new();
    peer->socket = zmq_socket(peer->context, type);
    assert_non_null(peer->socket);
    assert_int_equal(zmq_setsockopt(peer->socket, ZMQ_LINGER, &linger, sizeof linger), 0);
    if (id != NULL) {
        assert_int_equal(zmq_setsockopt(peer->socket, ZMQ_ROUTING_ID, id, strlen(id)), 0);
    }
    assert_int_equal(zmq_connect(peer->socket, endpoint), 0);
}

static void
clear(struct peer *peer)
{
    for (size_t i = 0; i < peer->count; i++) {
        free(peer->frames[i]);
    }
    peer->count = 0;
}

void
peer_stop(struct peer *peer)
{
    clear(peer);
    (void)zmq_close(peer->socket);
    (void)zmq_ctx_term(peer->context);
    peer->socket = NULL;
    peer->context = NULL;
}

void
peer_send_spans(struct peer *peer, const struct wm_span *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int flags = i + 1 < count ? ZMQ_SNDMORE : 0;
        assert_true(zmq_send(peer->socket, frames[i].data, frames[i].size, flags) >= 0);
    }
}

void
peer_send(struct peer *peer, ...)
{
    struct wm_span frames[PEER_FRAMES];
    size_t count = 0;
    va_list args;
    va_start(args, peer);
    for (const char *frame = va_arg(args, const char *); frame != NULL;
         frame = va_arg(args, const char *)) {
        assert_true(count < PEER_FRAMES);
        frames[count++] = wm_span(frame);
    }
    va_end(args);
    peer_send_spans(peer, frames, count);
}

/* Takes the frames of a message whose first one is there. */
static void
take(struct peer *peer)
{
    bool more = true;
    while (more) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        assert_true(zmq_msg_recv(&part, peer->socket, 0) >= 0);
        assert_true(peer->count < PEER_FRAMES);
        const size_t size = zmq_msg_size(&part);
        char *copy = calloc(1, size + 1);
        assert_non_null(copy);
        memcpy(copy, zmq_msg_data(&part), size);
        peer->frames[peer->count] = copy;
        peer->sizes[peer->count++] = size;
        more = zmq_msg_more(&part) != 0;
        (void)zmq_msg_close(&part);
    }
}

bool
peer_receive(struct peer *peer, int wait_ms)
{
    clear(peer);
    const int64_t until_ms = wm_clock_steady_ms() + wait_ms;
    do {
        peer->pump(peer->pumped);
        zmq_pollitem_t item = {.socket = peer->socket, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, 1) > 0) {
            take(peer);
            return true;
        }
    } while (wm_clock_steady_ms() < until_ms);
    return false;
}

void
peer_expect(struct peer *peer, ...)
{
    if (!peer_receive(peer, PEER_WAIT_MS)) {
        fail_msg("no message came");
    }
    size_t count = 0;
    va_list args;
    va_start(args, peer);
    for (const char *frame = va_arg(args, const char *); frame != NULL;
         frame = va_arg(args, const char *)) {
        assert_true(count < peer->count);
        if (strcmp(frame, "*") != 0) {
            assert_string_equal(peer->frames[count], frame);
        }
        count++;
    }
    va_end(args);
    assert_int_equal(peer->count, count);
}

void
peer_expect_silence(struct peer *peer)
{
    if (peer_receive(peer, PEER_QUIET_MS)) {
        fail_msg("a message came: %s %s", peer->frames[0], peer->count > 1 ? peer->frames[1] : "");
    }
}

void
peer_settle(struct peer *peer, int ms)
{
    const int64_t until_ms = wm_clock_steady_ms() + ms;
    while (wm_clock_steady_ms() < until_ms) {
        peer->pump(peer->pumped);
        (void)zmq_poll(NULL, 0, 1);
    }
}

void
peer_copy(char *to, size_t room, struct wm_span from)
{
    const size_t size = from.size < room ? from.size : room - 1;
    memcpy(to, from.data, size);
    to[size] = '\0';
}
