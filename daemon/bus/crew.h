/* crew.h - the workers that are there, what each may hold and what it holds. Inside of dispatch. */
#ifndef WM_BUS_CREW_H
#define WM_BUS_CREW_H

#include "daemon/bus/message.h"

enum {
    WM_WORKERS_MAX = 1024, /* at once; a further one's READY is not heard */
    WM_TOPICS_MAX = 64,    /* topics that workers ask for, of all workers together */
    WM_SHARES_MAX = 32,    /* topics of one worker */
    WM_CREDIT_MAX = 1000,  /* deliveries of one topic that a worker may hold */
    WM_WORD_MAX = 64       /* bytes of a topic or of a delivery's id on the wire */
};

/* A topic that at least one worker asked for. */
struct wm_topic {
    char name[WM_WORD_MAX + 1];
    size_t sharers;  /* workers that have a share in it; at 0 it is freed */
    size_t turn;     /* index of the worker that was served last */
    bool asking;     /* a claim is under way */
    bool stirred;    /* there was new work while it was */
    int64_t ask_ms;  /* not to be asked for before; INT64_MAX: when stirred */
    int64_t rest_ms; /* a worker said that what lies behind it is down: not before */
};

/* How much of a topic a worker may hold. */
struct wm_share {
    struct wm_topic *topic;
    uint32_t credit;
    uint32_t held;
};

/* A delivery that a worker holds. */
struct wm_held {
    struct wm_held *next; /* newer */
    struct wm_topic *topic;
    int64_t lease;
    int64_t until_ms; /* end of the lease */
    uint32_t attempt;
    char delivery[WM_WORD_MAX + 1];
    size_t message_size;
    char message[]; /* its id */
};

/* Invariant: held is the number of deliveries in the list, and the sum of the shares' held. */
struct wm_worker {
    unsigned char route[WM_ROUTE_MAX];
    size_t route_size;
    bool delimiter;
    int64_t heard_ms;   /* last sign of life */
    int64_t ping_ms;    /* next PING, unless it is heard before */
    uint32_t pings;     /* since it was heard */
    int64_t stalled_ms; /* its queue was full: nothing for it before */
    struct wm_share shares[WM_SHARES_MAX];
    size_t share_count;
    struct wm_held *oldest;
    struct wm_held *newest;
    size_t held;
};

struct wm_crew {
    struct wm_worker *workers[WM_WORKERS_MAX];
    size_t worker_count;
    struct wm_topic *topics[WM_TOPICS_MAX];
    size_t topic_count;
};

struct wm_route wm_worker_route(const struct wm_worker *worker);
/* NULL if there is none of that address. */
struct wm_worker *wm_crew_find(const struct wm_crew *crew, const struct wm_route *route);
/* A new one without shares; NULL: no room or no memory. */
struct wm_worker *wm_crew_join(struct wm_crew *crew, const struct wm_route *route, int64_t now_ms);
/* Takes the worker and its shares off the lists and frees it. It must hold nothing. */
void wm_crew_leave(struct wm_crew *crew, struct wm_worker *worker);
/* Sets what a worker may hold of a topic. False: no room or no memory. */
bool wm_crew_share(struct wm_crew *crew, struct wm_worker *worker, struct wm_span topic,
                   uint32_t credit);
/* NULL if no worker has a share in it. */
struct wm_topic *wm_crew_topic(const struct wm_crew *crew, struct wm_span name);
/* How many more deliveries of the topic all workers together may be given. */
uint32_t wm_crew_room(const struct wm_crew *crew, const struct wm_topic *topic);
/* The next worker in turn that may be given one now; NULL: none. */
struct wm_worker *wm_crew_pick(const struct wm_crew *crew, struct wm_topic *topic, int64_t now_ms);
/* A delivery to be; `serial` makes its id unique where the message's id cannot be used for it. NULL
 * when out of memory. */
struct wm_held *wm_held_new(struct wm_topic *topic, struct wm_span message, int64_t lease,
                            uint32_t attempt, uint64_t serial);
/* Puts a delivery on the worker's list, which owns it from now on. */
void wm_worker_hold(struct wm_worker *worker, struct wm_held *held);
/* NULL if the worker holds no such delivery. */
struct wm_held *wm_worker_find(const struct wm_worker *worker, struct wm_span delivery);
/* Takes a delivery off the list; the caller frees it. */
void wm_worker_release(struct wm_worker *worker, struct wm_held *held);
/* Asserts the invariants. */
void wm_crew_check(const struct wm_crew *crew);

#endif
