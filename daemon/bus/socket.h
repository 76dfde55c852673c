/* socket.h - the daemon's sockets: every option in one place. */
#ifndef WM_BUS_SOCKET_H
#define WM_BUS_SOCKET_H

#include <czmq.h>

#include "base/attributes.h"
#include "base/status.h"

enum wm_socket_kind {
    WM_SOCKET_ROUTER = 1, /* mandatory: a peer that is gone or full is told, not swallowed */
    WM_SOCKET_XPUB
};

struct wm_socket_options {
    const char *purpose; /* "intake": for messages */
    enum wm_socket_kind kind;
    const char *const *endpoints; /* all are bound */
    size_t endpoint_count;
    int send_max;    /* messages waiting for one peer; at least 1 */
    int receive_max; /* messages of one peer waiting for us; at least 1 */
    int frame_bytes; /* a larger frame ends the connection */
};

/* Before anything else of ZeroMQ: no signal handlers of czmq, no options from the environment. */
void wm_socket_prepare(void);
/* Ends ZeroMQ: waits at most the linger time for the last messages to leave. Every socket and actor
 * must be gone. */
void wm_socket_finish(void);
/* A bound socket, or NULL with *ret_why (malloc'd, caller frees): which endpoint, and what would
 * help. The folder of an ipc endpoint is made (mode 0750) if it is missing; a socket file that
 * nobody listens on any more is replaced. */
zsock_t *wm_socket_new(const struct wm_socket_options *options, char **ret_why);
/* Closes it and takes its socket file away, which libzmq leaves behind. */
void wm_socket_free(zsock_t **socket);

#endif
