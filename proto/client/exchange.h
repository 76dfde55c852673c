/* exchange.h - what a publisher and a daemon say to each other; the inside of publisher.c. */
#ifndef WM_PROTO_CLIENT_EXCHANGE_H
#define WM_PROTO_CLIENT_EXCHANGE_H

#include "proto/client/link.h"
#include "proto/client/parcels.h"

/* An endpoint and what is under way to it, oldest first. */
struct wm_exchange_route {
    struct wm_link link;
    struct wm_parcel_list sent;
};

/* Invariant: the first parcel of each case is in the `sent` of one route, in `resting` or in
 * `ready`. */
struct wm_publisher {
    struct wm_exchange_route *routes;
    size_t route_count;
    zmq_pollitem_t *items; /* room for the items of all routes */
    struct wm_parcels parcels;
    struct wm_parcel_list ready;   /* may be sent as soon as a route takes them */
    struct wm_parcel_list resting; /* told RETRY; ordered by due_ms */
    wm_retry_fn *on_retry;
    void *on_retry_context;
    bool is_polling;
};

/* How poll reports. */
struct wm_report {
    wm_answer_fn *fn;
    void *context;
    size_t answered;
};

/* Says PING, so that the daemon is heard from before anything depends on it. */
void wm_exchange_greet(struct wm_exchange_route *route);
/* Sends the first parcel of a case, or puts it where it is tried again. */
void wm_exchange_send(struct wm_publisher *publisher, struct wm_parcel *parcel, int64_t now_ms);
/* Takes what has come: up to a window's worth from each route, so that it ends. */
void wm_exchange_receive(struct wm_publisher *publisher, struct wm_report *report);
/* Does what time has made due: dead and reborn connections, rested events, events without a route.
 */
void wm_exchange_tend(struct wm_publisher *publisher);
/* When time makes something due again; until_ms if that is earlier. */
int64_t wm_exchange_next_ms(const struct wm_publisher *publisher, int64_t until_ms);

#endif
