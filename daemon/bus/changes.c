/* changes.c - the change feed: XPUB, best effort, for screens and monitors. */
#include "daemon/bus/changes.h"

#include <assert.h>
#include <stdlib.h>

enum {
    SEND_MAX = 1000,
    RECEIVE_MAX = 100,
    FRAME_BYTES = 4096, /* nothing but subscriptions comes in */
    READS_MAX = 256     /* subscriptions that one call takes */
};

struct wm_changes {
    zsock_t *socket;
};

struct wm_changes *
wm_changes_new(const char *const *endpoints, size_t count, char **ret_why)
{
    assert(endpoints != NULL || count == 0);
    assert(ret_why != NULL);

    struct wm_changes *changes = calloc(1, sizeof *changes);
    if (changes == NULL) {
        *ret_why = NULL;
        return NULL;
    }
    const struct wm_socket_options options = {
        .purpose = "changes",
        .kind = WM_SOCKET_XPUB,
        .endpoints = endpoints,
        .endpoint_count = count,
        .send_max = SEND_MAX,
        .receive_max = RECEIVE_MAX,
        .frame_bytes = FRAME_BYTES,
    };
    changes->socket = wm_socket_new(&options, ret_why);
    if (changes->socket == NULL) {
        wm_changes_free(&changes);
    }
    return changes;
}

void
wm_changes_free(struct wm_changes **changes)
{
    assert(changes != NULL);
    if (*changes != NULL) {
        wm_socket_free(&(*changes)->socket);
        free(*changes);
        *changes = NULL;
    }
}

void *
wm_changes_socket(struct wm_changes *changes)
{
    assert(changes != NULL);
    return zsock_resolve(changes->socket);
}

void
wm_changes_read(struct wm_changes *changes)
{
    assert(changes != NULL);
    void *socket = zsock_resolve(changes->socket);
    char byte;
    for (int i = 0; i < READS_MAX && zmq_recv(socket, &byte, 1, ZMQ_DONTWAIT) >= 0; i++) {
    }
}

void
wm_changes_publish(struct wm_changes *changes, struct wm_span topic, struct wm_span body)
{
    assert(changes != NULL);
    assert(topic.size > 0);
    void *socket = zsock_resolve(changes->socket);
    /* XPUB drops for whoever is full and never fails for it. */
    if (zmq_send(socket, topic.data, topic.size, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0) {
        (void)zmq_send(socket, body.data, body.size, ZMQ_DONTWAIT);
    }
}
