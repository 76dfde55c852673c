/* link.h - one connection of a client to a daemon, and whether anybody is there.
 *
 * libzmq keeps silent about much: a refused handshake is not tried again, and what was queued for a
 * connection that broke may be lost or not. So a link closes its socket at the first sign of
 * trouble (a monitor's word, or silence after a question) and opens a fresh one after a pause that
 * grows; what had been sent on the old one is the owner's to send again. */
#ifndef WM_PROTO_CLIENT_LINK_H
#define WM_PROTO_CLIENT_LINK_H

#include <czmq.h>

#include "proto/client/message.h"
#include "proto/waymark.h"

enum { WM_LINK_ITEMS = 2 }; /* poll items of a link at most */

struct wm_link_options {
    const char *endpoint;
    const struct wm_keys *keys;
    uint32_t timeout_ms; /* silence after a question that ends a connection */
    uint32_t in_flight;  /* messages that may be queued each way */
    int watch_fd;        /* an epoll descriptor to keep the socket's descriptors in, or -1 */
};

/* Invariants: socket and monitor are both there or both NULL; is_heard only with a socket. */
struct wm_link {
    char *endpoint;
    char *keys[3]; /* public, secret, server; all NULL without CURVE */
    zsock_t *socket;
    zsock_t *monitor;
    uint32_t timeout_ms;
    int in_flight;
    int watch_fd;
    uint32_t pause_ms;  /* before the next opening */
    int64_t open_at_ms; /* valid without a socket */
    int64_t asked_ms;   /* since when a PING or what came before it is unanswered; 0: none is */
    int64_t heard_ms;   /* when something last came, or the socket was opened */
    bool is_pinged;     /* since asked_ms */
    bool is_lost;       /* the monitor said that the connection broke */
    bool is_heard;      /* since the socket was opened */
};

/* What the owner of a link has to do. */
enum wm_link_news {
    WM_LINK_QUIET = 1,
    WM_LINK_OPENED, /* a fresh socket: greet, and send what must be sent */
    WM_LINK_CLOSED, /* the socket is gone, with all that was under way on it */
    WM_LINK_ASK     /* nothing heard for a while: send a PING */
};

/* Opens the first socket. WM_EINVAL (an endpoint or key of the wrong form), WM_NOMEM, WM_IO; then
 * there is nothing to deinit. */
WM_MUSTCHECK enum wm_status wm_link_init(struct wm_link *link,
                                         const struct wm_link_options *options);
/* What errno says of a failure of wm_link_init. */
int wm_link_errno(enum wm_status status);
/* Closes; what was queued may leave for linger_ms more. */
void wm_link_deinit(struct wm_link *link, int linger_ms);
/* Sends WMP1 and the frames behind it. WM_AGAIN if there is no socket or its queue is full. */
WM_MUSTCHECK enum wm_status wm_link_send(struct wm_link *link, const struct wm_span *frames,
                                         size_t count);
/* Takes one message that has come; WM_AGAIN if none has. Messages of more than WM_FRAMES_MAX frames
 * are dropped. */
WM_MUSTCHECK enum wm_status wm_link_receive(struct wm_link *link,
                                            struct wm_link_message *ret_message, int64_t now_ms);
/* Judges the link; call it after wm_link_receive said WM_AGAIN, so that what came in time counts.
 * `oldest_ms`: since when the oldest unanswered message is under way, or 0: a daemon that answers
 * PING but not this was restarted in between and never saw it. */
WM_MUSTCHECK enum wm_link_news wm_link_tick(struct wm_link *link, int64_t now_ms,
                                            int64_t oldest_ms);
/* When wm_link_tick has something to do again. */
int64_t wm_link_next_ms(const struct wm_link *link, int64_t oldest_ms);
/* Fills in what to poll; returns how many items. */
size_t wm_link_items(const struct wm_link *link, zmq_pollitem_t items[static WM_LINK_ITEMS]);

#endif
