/* waymark.h - libwaymark: publish events to waymarkd, or work for it. WMP/1 is specified in
 * proto/README.md.
 *
 * No function here blocks longer than the time it is given; none is safe to call from two threads
 * at once on one object. The caller blocks or handles signals: the library installs no handler. */
#ifndef WAYMARK_H
#define WAYMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"

/* Keys for CURVE, Z85 text of 40 characters each; all NULL for an endpoint without CURVE. Borrowed
 * for the call that takes them. */
struct wm_keys {
    const char *public_key;
    const char *secret_key;
    const char *server_key;
};

/* ---- publisher
 * ------------------------------------------------------------------------------------- */

/* Sends events to one of the daemons named, keeps each until it is answered for good, resends after
 * RETRY, after silence and after a reconnect, and never has more than one unanswered event of a
 * case under way. */
struct wm_publisher;

struct wm_publisher_options {
    const char *const *endpoints; /* "tcp://127.0.0.1:7701", …; all of a case goes to the same one
                                     while it lives */
    size_t endpoint_count;
    uint32_t window;     /* events under way at once; 0: 256 */
    uint32_t timeout_ms; /* silence after which the connection is made anew; 0: 10000 */
    struct wm_keys keys;
};

enum wm_answer_kind { WM_ANSWER_OK = 1, WM_ANSWER_REJECT };

struct wm_answer {
    enum wm_answer_kind kind;
    struct wm_span detail; /* JSON, borrowed for the call */
    uint32_t retries;      /* how often it was told RETRY before */
    void *tag;             /* as given to wm_publisher_send */
};

typedef void wm_answer_fn(void *context, const struct wm_answer *answer);
/* Told of each RETRY (detail JSON), so that a person can be told why it takes long. May be NULL. */
typedef void wm_retry_fn(void *context, void *tag, struct wm_span detail);

/* NULL if a socket can't be made; errno: EINVAL (an endpoint or a key of the wrong form), ENOMEM,
 * EIO. Connecting goes on in the background. */
struct wm_publisher *wm_publisher_new(const struct wm_publisher_options *options);
void wm_publisher_free(struct wm_publisher **publisher);
void wm_publisher_on_retry(struct wm_publisher *publisher, wm_retry_fn *fn, void *context);
/* Takes a copy of the event's bytes (a CloudEvent; `subject` names the case whose order is kept).
 * WM_FULL: the window is full, poll first. WM_EPROTO: not an event with a subject. */
WM_MUSTCHECK enum wm_status wm_publisher_send(struct wm_publisher *publisher, struct wm_span event,
                                              void *tag);
/* Moves bytes for up to timeout_ms (-1: until something is answered), calls fn for each final
 * answer; fn may send further events. Returns how many were answered; 0 also when a signal came, or
 * with -1 when nothing is pending. */
size_t wm_publisher_poll(struct wm_publisher *publisher, int timeout_ms, wm_answer_fn *fn,
                         void *context);
/* Events taken and not answered yet. */
size_t wm_publisher_pending(const struct wm_publisher *publisher);
/* True once the daemon has been heard (PONG or any answer) since the last reconnect. */
bool wm_publisher_heard(const struct wm_publisher *publisher);
/* For a publisher that has nothing else pending (else WM_FULL): sends one event and waits. WM_OK
 * with *ret_kind and *ret_detail (malloc'd, NUL-terminated, caller frees), or WM_AGAIN when nothing
 * final came within timeout_ms (the event may or may not have been applied: send the same bytes
 * again later). */
WM_MUSTCHECK enum wm_status wm_publisher_call(struct wm_publisher *publisher, struct wm_span event,
                                              int timeout_ms, enum wm_answer_kind *ret_kind,
                                              char **ret_detail);

/* ---- worker
 * ---------------------------------------------------------------------------------------- */

struct wm_worker;

struct wm_worker_options {
    const char *endpoint; /* dispatch, "tcp://127.0.0.1:7702" */
    const char *const *topics;
    size_t topic_count;
    uint32_t credit; /* deliveries it may hold per topic; 0: 16 */
    uint32_t
        timeout_ms; /* silence of the daemon after which the connection is made anew; 0: 15000 */
    struct wm_keys keys;
};

/* One delivery; owned by the caller, all spans with it. */
struct wm_delivery {
    void *frames;      /* private */
    struct wm_span id; /* of this delivery alone: for ack, nack, … */
    struct wm_span topic;
    uint32_t attempt;     /* 1 for the first */
    struct wm_span event; /* CloudEvent; its `id` is the same at every delivery of this message */
};

/* NULL as for wm_publisher_new. */
struct wm_worker *wm_worker_new(const struct wm_worker_options *options);
/* Says BYE, waits up to a second for it to leave, closes. */
void wm_worker_free(struct wm_worker **worker);
/* Waits up to timeout_ms for a delivery; answers PING meanwhile, reconnects and says READY again
 * when the daemon was silent. WM_AGAIN: none came (or a signal). */
WM_MUSTCHECK enum wm_status wm_worker_receive(struct wm_worker *worker, int timeout_ms,
                                              struct wm_delivery *ret_delivery);
void wm_delivery_free(struct wm_delivery *delivery);
/* These send a frame and return WM_AGAIN if it could not be queued: the lease then runs out by
 * itself. */
WM_MUSTCHECK enum wm_status wm_worker_ack(struct wm_worker *worker,
                                          const struct wm_delivery *delivery);
WM_MUSTCHECK enum wm_status wm_worker_extend(struct wm_worker *worker,
                                             const struct wm_delivery *delivery);
/* Later: after retry_after_ms. The reason "downstream" rests the topic and does not count as an
 * attempt. */
WM_MUSTCHECK enum wm_status wm_worker_nack(struct wm_worker *worker,
                                           const struct wm_delivery *delivery,
                                           uint32_t retry_after_ms, const char *reason);
/* Never: it becomes a dead letter now. */
WM_MUSTCHECK enum wm_status
wm_worker_refuse(struct wm_worker *worker, const struct wm_delivery *delivery, const char *reason);
/* A pollable file descriptor, the same over all reconnects; edge-triggered as ZMQ_FD is: after it
 * fires, call wm_worker_receive until WM_AGAIN. It fires for what arrives, not for time: call
 * wm_worker_receive once a second besides, for the signs of life. */
int wm_worker_fd(struct wm_worker *worker);

#endif
