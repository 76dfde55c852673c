/* actor.h - a thread of its own that takes pointers in batches and hands pointers back. It is used
 * for the engine and for the reader; it knows of neither. */
#ifndef WM_BUS_ACTOR_H
#define WM_BUS_ACTOR_H

#include <czmq.h>

#include "base/attributes.h"
#include "base/status.h"

enum {
    WM_PARCEL_END = 1, /* the actor's own: nothing comes after it */
    WM_PARCEL_FIRST    /* kinds of the user begin here */
};

/* What travels. Whoever holds the pointer owns the object; may be NULL. */
struct wm_parcel {
    int kind;
    void *object;
};

/* The actor's end of the pipe. */
struct wm_actor_port;

/* Called in the actor's thread with what waits, at most `batch` parcels, oldest first; with none
 * when the time that it asked for has come. Returns after how many milliseconds it wants to be
 * called even if nothing comes; 0: at once; -1: only then. */
typedef int64_t wm_actor_work(void *context, struct wm_actor_port *port,
                              const struct wm_parcel *parcels, size_t count);

struct wm_actor_options {
    wm_actor_work *work;
    /* Called in the owner's thread for what the actor handed back and nobody took before the end.
     */
    void (*drop)(void *owner, struct wm_parcel parcel);
    void *context; /* of work: the thread's */
    void *owner;   /* of drop */
    size_t batch;  /* parcels a call at most */
    size_t room;   /* parcels that may wait in each direction */
};

struct wm_actor;

/* Starts the thread. NULL when out of memory. */
struct wm_actor *wm_actor_new(const struct wm_actor_options *options);
/* Lets the actor finish what it has, waits for its end, drops what it hands back. */
void wm_actor_free(struct wm_actor **actor);
/* For zmq_poll: readable when the actor has handed something back. */
void *wm_actor_socket(struct wm_actor *actor);
/* Hands a parcel over. WM_FULL: `room` parcels wait; the caller still owns the object. */
WM_MUSTCHECK enum wm_status wm_actor_send(struct wm_actor *actor, struct wm_parcel parcel);
/* WM_AGAIN: nothing there. */
WM_MUSTCHECK enum wm_status wm_actor_receive(struct wm_actor *actor, struct wm_parcel *ret_parcel);
/* In the actor's thread: hands a parcel back; waits while `room` of them lie unread. */
void wm_actor_tell(struct wm_actor_port *port, struct wm_parcel parcel);

#endif
