/* actor.c - a thread of its own that takes pointers in batches and hands pointers back. */
#include "daemon/bus/actor.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_TSAN
#endif
#elif defined(__SANITIZE_THREAD__)
#define WITH_TSAN
#endif

#ifdef WITH_TSAN
#include <sanitizer/tsan_interface.h>
#endif

enum { WAIT_MAX_MS = 60 * 1000 }; /* the longest sleep: a clock that was set is noticed by then */

struct wm_actor {
    zactor_t *thread;
    struct wm_actor_options options;
    struct wm_parcel parcels[]; /* the thread's: what it gathers for one call */
};

struct wm_actor_port {
    void *socket;
};

/* libzmq's queues are not instrumented, so ThreadSanitizer does not see that what was written
 * before the send is read after the receive: the two are told to it here, and nowhere else. */
static void
release(struct wm_parcel parcel)
{
#ifdef WITH_TSAN
    if (parcel.object != NULL) {
        __tsan_release(parcel.object);
    }
#else
    (void)parcel;
#endif
}

static void
acquire(struct wm_parcel parcel)
{
#ifdef WITH_TSAN
    if (parcel.object != NULL) {
        __tsan_acquire(parcel.object);
    }
#else
    (void)parcel;
#endif
}

static enum wm_status
send_parcel(void *socket, struct wm_parcel parcel, int flags)
{
    release(parcel);
    int sent = zmq_send(socket, &parcel, sizeof parcel, flags);
    while (sent < 0 && errno == EINTR) {
        sent = zmq_send(socket, &parcel, sizeof parcel, flags);
    }
    assert(sent >= 0 || errno == EAGAIN); /* both ends live as long as the actor */
    return sent >= 0 ? WM_OK : WM_FULL;
}

static enum wm_status
receive_parcel(void *socket, int flags, struct wm_parcel *ret_parcel)
{
    struct wm_parcel parcel;
    for (;;) {
        const int size = zmq_recv(socket, &parcel, sizeof parcel, flags);
        if (size == (int)sizeof parcel) {
            acquire(parcel);
            *ret_parcel = parcel;
            return WM_OK;
        }
        if (size < 0 && errno != EINTR) {
            return WM_AGAIN;
        }
    }
}

/* Waits until something comes or the time is up. */
static void
wait_for(void *socket, int64_t wait_ms)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    const bool capped = wait_ms < 0 || wait_ms > WAIT_MAX_MS;
    /* A signal or an error ends the wait early, which does no harm. */
    (void)zmq_poll(&item, 1, (long)(capped ? WAIT_MAX_MS : wait_ms));
}

/* Takes what waits, up to `max`. True when the end has come. */
static bool
gather(void *socket, struct wm_parcel *parcels, size_t max, size_t *ret_count)
{
    size_t count = 0;
    struct wm_parcel parcel;
    while (count < max && receive_parcel(socket, ZMQ_DONTWAIT, &parcel) == WM_OK) {
        if (parcel.kind == WM_PARCEL_END) {
            *ret_count = count;
            return true;
        }
        parcels[count++] = parcel;
    }
    *ret_count = count;
    return false;
}

/* Works until the end is announced, then hands the announcement back as the last parcel. */
static void
work(struct wm_actor *actor, struct wm_actor_port *port)
{
    const struct wm_actor_options *options = &actor->options;
    int64_t wait_ms = 0;
    bool ended = false;
    while (!ended) {
        size_t count;
        wait_for(port->socket, wait_ms);
        ended = gather(port->socket, actor->parcels, options->batch, &count);
        if (!ended || count > 0) {
            wait_ms = options->work(options->context, port, actor->parcels, count);
        }
    }
    /* The thread touches the actor no more: whoever gets this may free it. */
    wm_actor_tell(port, (struct wm_parcel){WM_PARCEL_END, actor});
}

static void
run(zsock_t *pipe, void *arg)
{
    struct wm_actor *actor = arg;
    struct wm_actor_port port = {zsock_resolve(pipe)};
    (void)zsock_signal(pipe, 0); /* the owner waits for it in zactor_new */
    work(actor, &port);
    char *word = zstr_recv(pipe); /* zactor_destroy's */
    zstr_free(&word);
}

struct wm_actor *
wm_actor_new(const struct wm_actor_options *options)
{
    assert(options != NULL && options->work != NULL && options->drop != NULL);
    assert(options->batch >= 1 && options->room >= 1);

    struct wm_actor *actor = calloc(1, sizeof *actor + options->batch * sizeof actor->parcels[0]);
    if (actor == NULL) {
        return NULL;
    }
    actor->options = *options;
    zsys_set_pipehwm(options->room);
    actor->thread = zactor_new(run, actor);
    if (actor->thread == NULL) {
        free(actor);
        return NULL;
    }
    return actor;
}

void
wm_actor_free(struct wm_actor **actor)
{
    assert(actor != NULL);
    struct wm_actor *self = *actor;
    if (self == NULL) {
        return;
    }
    void *socket = wm_actor_socket(self);
    struct wm_parcel parcel = {WM_PARCEL_END, self};
    /* Both directions may be full: taking from the one makes the actor go on with the other. */
    while (send_parcel(socket, parcel, ZMQ_DONTWAIT) != WM_OK) {
        wait_for(socket, 1);
        struct wm_parcel back;
        while (receive_parcel(socket, ZMQ_DONTWAIT, &back) == WM_OK) {
            self->options.drop(self->options.owner, back);
        }
    }
    while (receive_parcel(socket, 0, &parcel) == WM_OK && parcel.kind != WM_PARCEL_END) {
        self->options.drop(self->options.owner, parcel);
    }
    zactor_destroy(&self->thread);
    free(self);
    *actor = NULL;
}

void *
wm_actor_socket(struct wm_actor *actor)
{
    assert(actor != NULL);
    return zsock_resolve(zactor_sock(actor->thread));
}

enum wm_status
wm_actor_send(struct wm_actor *actor, struct wm_parcel parcel)
{
    assert(actor != NULL);
    assert(parcel.kind >= WM_PARCEL_FIRST);
    return send_parcel(wm_actor_socket(actor), parcel, ZMQ_DONTWAIT);
}

enum wm_status
wm_actor_receive(struct wm_actor *actor, struct wm_parcel *ret_parcel)
{
    assert(actor != NULL && ret_parcel != NULL);
    return receive_parcel(wm_actor_socket(actor), ZMQ_DONTWAIT, ret_parcel);
}

void
wm_actor_tell(struct wm_actor_port *port, struct wm_parcel parcel)
{
    assert(port != NULL);
    assert(parcel.kind >= WM_PARCEL_END);
    const enum wm_status status = send_parcel(port->socket, parcel, 0);
    assert(status == WM_OK); /* a blocking send ends only with the message taken */
    (void)status;
}
