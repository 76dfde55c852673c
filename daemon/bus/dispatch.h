/* dispatch.h - where workers come: ROUTER, credit, leases, heartbeats (wire.md "Dispatch").
 *
 * It asks for messages by a hook and is given them by a call, so that it knows of no store. All
 * times are milliseconds of a clock that never jumps, given by the caller. */
#ifndef WM_BUS_DISPATCH_H
#define WM_BUS_DISPATCH_H

#include "daemon/bus/message.h"

/* What became of a delivery. */
enum wm_word {
    WM_WORD_ACK = 1,
    WM_WORD_EXTEND, /* still at it: renew the lease from now */
    WM_WORD_LATER,  /* give it back, for another attempt */
    WM_WORD_NEVER   /* a dead letter now */
};

struct wm_outcome_of_delivery {
    struct wm_span message; /* id */
    int64_t lease;
    uint32_t attempt;
    enum wm_word word;
    bool counts;       /* LATER: the attempt counts */
    bool back_off;     /* LATER: after the daemon's own back-off; else after `after_ms` */
    uint32_t after_ms; /* LATER */
    struct wm_span reason;
};

/* For the log: what workers do. */
enum wm_worker_news {
    WM_WORKER_READY = 1, /* asks for a topic for the first time */
    WM_WORKER_LEFT,      /* said BYE */
    WM_WORKER_SILENT,    /* given up */
    WM_WORKER_NO_ROOM    /* one too many, or of too many topics: not heard */
};

struct wm_dispatch_options {
    const char *const *endpoints;
    size_t endpoint_count;
    uint32_t heartbeat_ms;
    uint32_t lease_ms;
    /* Workers would take `limit` messages of a topic: answer with wm_dispatch_deliver, once. */
    void (*claim)(void *context, struct wm_span topic, uint32_t limit);
    void (*answer)(void *context, const struct wm_outcome_of_delivery *outcome);
    /* `topic`: READY, NO_ROOM; `number`: its credit, or the deliveries given back. */
    void (*news)(void *context, enum wm_worker_news news, struct wm_span topic, size_t number);
    void *context;
};

/* A message that was claimed. Spans are borrowed for the call. */
struct wm_claim {
    struct wm_span message; /* id */
    int64_t lease;
    uint32_t attempt;
    struct wm_span body;
};

/* What became of a claim. */
struct wm_claims {
    struct wm_span topic;
    const struct wm_claim *items;
    size_t count;
    int64_t wait_ms; /* of none: ask again after this; -1: when stirred */
};

struct wm_dispatch_counters {
    uint64_t dropped;     /* messages that are not WMP1, or from no worker */
    uint64_t late;        /* answers to deliveries that the worker does not hold any more */
    uint64_t undelivered; /* given back because no worker could be given them */
    size_t workers;
    size_t held;
};

struct wm_dispatch;

/* NULL with a sentence in *ret_why (malloc'd, caller frees; NULL: out of memory). */
struct wm_dispatch *wm_dispatch_new(const struct wm_dispatch_options *options, char **ret_why);
/* Forgets what workers hold; nobody is told. */
void wm_dispatch_free(struct wm_dispatch **dispatch);
/* For zmq_poll. */
void *wm_dispatch_socket(struct wm_dispatch *dispatch);
/* Takes what waits, at most WM_READS_MAX messages. */
void wm_dispatch_read(struct wm_dispatch *dispatch, int64_t now_ms);
/* The answer to a claim. Whatever cannot be sent is given back. */
void wm_dispatch_deliver(struct wm_dispatch *dispatch, const struct wm_claims *claims,
                         int64_t now_ms);
/* There is, or may be, new work of a topic. */
void wm_dispatch_stir(struct wm_dispatch *dispatch, struct wm_span name);
/* Heartbeats, ends of leases, claims. Returns in how many milliseconds it wants to be called again;
 * -1: when something happens. */
int64_t wm_dispatch_tick(struct wm_dispatch *dispatch, int64_t now_ms);
/* Says BYE to every worker: the daemon stops. */
void wm_dispatch_bye(struct wm_dispatch *dispatch);
struct wm_dispatch_counters wm_dispatch_counters(const struct wm_dispatch *dispatch);

#endif
