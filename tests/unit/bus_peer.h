/* bus_peer.h - a client of the bus that a test plays by hand, in the same thread as the bus. */
#ifndef WM_TESTS_UNIT_BUS_PEER_H
#define WM_TESTS_UNIT_BUS_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { PEER_FRAMES = 12, PEER_WAIT_MS = 2000, PEER_QUIET_MS = 60 };

/* Moves the bus on; called over and over while a peer waits. */
typedef void peer_pump(void *context);

struct peer {
    void *context; /* of ZeroMQ, its own: the peer is another program */
    void *socket;
    peer_pump *pump;
    void *pumped;
    size_t count; /* frames of the last message */
    char *frames[PEER_FRAMES];
    size_t sizes[PEER_FRAMES];
};

/* Connects a socket of `type` to where the bus' socket was bound. `id`: routing id, or NULL. */
void peer_start(struct peer *peer, int type, void *bus_socket, const char *id);
void peer_stop(struct peer *peer);
/* Sends strings as frames, the last argument NULL. */
void peer_send(struct peer *peer, ...);
void peer_send_spans(struct peer *peer, const struct wm_span *frames, size_t count);
/* Pumps until a message came: true, and it lies in frames; false after wait_ms. */
bool peer_receive(struct peer *peer, int wait_ms);
/* Fails the test unless the next message has just these frames ("*" matches any), last NULL. */
void peer_expect(struct peer *peer, ...);
/* Fails the test if a message comes within PEER_QUIET_MS. */
void peer_expect_silence(struct peer *peer);
/* Copies what fits, NUL-terminated. */
void peer_copy(char *to, size_t room, struct wm_span from);
/* Pumps for a while, so that what was sent arrives. */
void peer_settle(struct peer *peer, int ms);

#endif
