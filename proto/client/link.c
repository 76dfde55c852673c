/* link.c - a client's socket: options, life and death. */
#include "proto/client/link.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum {
    PAUSE_MIN_MS = 20, /* between losing a connection and trying again */
    PAUSE_MAX_MS = 1000,
    HANDSHAKE_MS = 5000,
    IN_FLIGHT_MIN = 64, /* a high-water mark is never 0: that would mean without bound */
    KEY_CHARACTERS = 40,
    NAME_BYTES = 64,
    MONITORED = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED
};

/* czmq would catch SIGINT and SIGTERM when it starts; a library leaves them to its program. */
static void
start_czmq(void)
{
    zsys_handler_set(NULL);
    (void)zsys_init(); /* a failure shows when the first socket is made */
}

static bool
set_int(void *handle, int option, int value)
{
    return zmq_setsockopt(handle, option, &value, sizeof value) == 0;
}

static bool
set_key(void *handle, int option, const char *key)
{
    assert(strlen(key) == KEY_CHARACTERS);
    return zmq_setsockopt(handle, option, key, KEY_CHARACTERS) == 0;
}

/* Everything is set here, whatever czmq's environment variables say. */
static bool
set_options(const struct wm_link *link, void *handle)
{
    assert(link->in_flight > 0); /* 0 would be without bound */
    const int64_t frame_bytes = WM_FRAME_BYTES;
    const int timeout = link->timeout_ms < HANDSHAKE_MS ? (int)link->timeout_ms : HANDSHAKE_MS;
    bool is_set = set_int(handle, ZMQ_LINGER, 0) && set_int(handle, ZMQ_SNDHWM, link->in_flight) &&
                  set_int(handle, ZMQ_RCVHWM, link->in_flight) &&
                  set_int(handle, ZMQ_HANDSHAKE_IVL, timeout) &&
                  zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &frame_bytes, sizeof frame_bytes) == 0;
    if (is_set && link->keys[0] != NULL) {
        is_set = set_key(handle, ZMQ_CURVE_PUBLICKEY, link->keys[0]) &&
                 set_key(handle, ZMQ_CURVE_SECRETKEY, link->keys[1]) &&
                 set_key(handle, ZMQ_CURVE_SERVERKEY, link->keys[2]);
    }
    return is_set;
}

/* The descriptors of both sockets are in the epoll set exactly while the sockets live. */
static void
watch(const struct wm_link *link, int operation)
{
    assert(operation == EPOLL_CTL_ADD || operation == EPOLL_CTL_DEL);
    zsock_t *const sockets[] = {link->socket, link->monitor};
    for (size_t i = 0; link->watch_fd >= 0 && i < WM_COUNT(sockets); i++) {
        int fd = -1;
        size_t size = sizeof fd;
        struct epoll_event event = {.events = EPOLLIN};
        if (sockets[i] != NULL &&
            zmq_getsockopt(zsock_resolve(sockets[i]), ZMQ_FD, &fd, &size) == 0) {
            /* Should it fail, the caller's own time-out still brings it back to receive. */
            (void)epoll_ctl(link->watch_fd, operation, fd, &event);
        }
    }
}

/* The name must be new each time: the old one is given back late, by another thread. */
static bool
open_monitor(struct wm_link *link)
{
    assert(link->socket != NULL && link->monitor == NULL);
    char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, "inproc://waymark-%p-%lld", zsock_resolve(link->socket),
                   (long long)zclock_usecs());
    link->monitor = zsock_new(ZMQ_PAIR);
    return link->monitor != NULL &&
           zmq_socket_monitor(zsock_resolve(link->socket), name, MONITORED) == 0 &&
           zsock_connect(link->monitor, "%s", name) == 0;
}

/* Also of a link that was only half opened. */
static void
close_sockets(struct wm_link *link, int linger_ms)
{
    watch(link, EPOLL_CTL_DEL);
    if (link->socket != NULL) {
        void *handle = zsock_resolve(link->socket);
        (void)zmq_socket_monitor(handle, NULL, 0);    /* nothing to do if it fails: */
        (void)set_int(handle, ZMQ_LINGER, linger_ms); /* the socket goes in any case */
    }
    zsock_destroy(&link->monitor);
    zsock_destroy(&link->socket);
}

/* The monitor is there before the connection is begun, so that it misses nothing. */
static enum wm_status
open_sockets(struct wm_link *link, int64_t now_ms)
{
    assert(link->socket == NULL && link->monitor == NULL);
    link->socket = zsock_new(ZMQ_DEALER);
    if (link->socket == NULL) {
        return WM_IO;
    }
    enum wm_status status = WM_OK;
    if (!open_monitor(link)) {
        status = WM_IO;
    } else if (!set_options(link, zsock_resolve(link->socket)) ||
               zsock_connect(link->socket, "%s", link->endpoint) != 0) {
        status = WM_EINVAL;
    }
    if (status != WM_OK) {
        close_sockets(link, 0);
        return status;
    }
    watch(link, EPOLL_CTL_ADD);
    link->heard_ms = now_ms;
    link->asked_ms = now_ms; /* by the PING with which the owner greets */
    link->is_pinged = true;
    link->is_lost = false;
    link->is_heard = false;
    return WM_OK;
}

/* All three keys of the right length, or none. */
static enum wm_status
copy_keys(struct wm_link *link, const struct wm_keys *keys)
{
    assert(link->keys[0] == NULL);
    const char *const texts[] = {keys->public_key, keys->secret_key, keys->server_key};
    size_t count = 0;
    for (size_t i = 0; i < WM_COUNT(texts); i++) {
        if (texts[i] == NULL) {
            continue;
        }
        if (strlen(texts[i]) != KEY_CHARACTERS) {
            return WM_EINVAL;
        }
        link->keys[i] = strdup(texts[i]);
        if (link->keys[i] == NULL) {
            return WM_NOMEM;
        }
        count++;
    }
    return count == 0 || count == WM_COUNT(texts) ? WM_OK : WM_EINVAL;
}

enum wm_status
wm_link_init(struct wm_link *link, const struct wm_link_options *options)
{
    assert(link != NULL && options != NULL);
    assert(options->endpoint != NULL && options->keys != NULL && options->timeout_ms > 0);
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, start_czmq); /* cannot fail with a valid control */

    *link = (struct wm_link){.timeout_ms = options->timeout_ms,
                             .in_flight = (int)(options->in_flight < INT32_MAX - IN_FLIGHT_MIN
                                                    ? options->in_flight + IN_FLIGHT_MIN
                                                    : INT32_MAX),
                             .watch_fd = options->watch_fd,
                             .pause_ms = PAUSE_MIN_MS,
                             .endpoint = strdup(options->endpoint)};
    enum wm_status status = link->endpoint == NULL ? WM_NOMEM : copy_keys(link, options->keys);
    if (status == WM_OK) {
        status = open_sockets(link, zclock_mono());
    }
    if (status != WM_OK) {
        wm_link_deinit(link, 0);
    }
    return status;
}

int
wm_link_errno(enum wm_status status)
{
    assert(status != WM_OK);
    if (status == WM_EINVAL) {
        return EINVAL;
    }
    return status == WM_NOMEM ? ENOMEM : EIO;
}

void
wm_link_deinit(struct wm_link *link, int linger_ms)
{
    assert(link != NULL && linger_ms >= 0);
    close_sockets(link, linger_ms);
    for (size_t i = 0; i < WM_COUNT(link->keys); i++) {
        free(link->keys[i]);
        link->keys[i] = NULL;
    }
    free(link->endpoint);
    link->endpoint = NULL;
}

/* No frame of a message may block: the first is refused by a full queue, the others follow it. */
enum wm_status
wm_link_send(struct wm_link *link, const struct wm_span *frames, size_t count)
{
    assert(count >= 1 && count < WM_FRAMES_MAX);
    if (link->socket == NULL) {
        return WM_AGAIN;
    }
    void *handle = zsock_resolve(link->socket);
    if (zmq_send(handle, WM_PROTOCOL, strlen(WM_PROTOCOL), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
        return WM_AGAIN;
    }
    for (size_t i = 0; i < count; i++) {
        const int more = i + 1 < count ? ZMQ_SNDMORE : 0;
        const void *data = frames[i].size > 0 ? frames[i].data : "";
        if (zmq_send(handle, data, frames[i].size, ZMQ_DONTWAIT | more) < 0) {
            /* Half a message cannot be taken back but with its socket. */
            link->is_lost = true;
            return WM_AGAIN;
        }
    }
    return WM_OK;
}

/* The monitor is asked for nothing but signs that the connection broke. */
static void
read_monitor(struct wm_link *link)
{
    assert(link->monitor != NULL);
    struct wm_link_message message;
    while (wm_link_message_take(zsock_resolve(link->monitor), &message)) {
        link->is_lost = true;
        wm_link_message_close(&message);
    }
}

enum wm_status
wm_link_receive(struct wm_link *link, struct wm_link_message *ret_message, int64_t now_ms)
{
    assert(link != NULL && ret_message != NULL);
    if (link->socket == NULL) {
        return WM_AGAIN;
    }
    /* First the monitor: what the daemon said before the connection broke is here by then. */
    read_monitor(link);
    if (!wm_link_message_take(zsock_resolve(link->socket), ret_message)) {
        return WM_AGAIN;
    }
    link->heard_ms = now_ms;
    link->asked_ms = 0;
    link->is_pinged = false;
    link->is_heard = true;
    link->pause_ms = PAUSE_MIN_MS;
    return WM_OK;
}

/* Since when the daemon owes a sign of life: a PING or a message is unanswered, and nothing was
 * heard since. 0: it owes none. */
static int64_t
owed_since(const struct wm_link *link, int64_t oldest_ms)
{
    assert(oldest_ms >= 0 && link->asked_ms >= 0);
    if (link->asked_ms != 0 || oldest_ms == 0) {
        return link->asked_ms;
    }
    return link->heard_ms > oldest_ms ? link->heard_ms : oldest_ms;
}

/* Three signs of death: the monitor's word, silence, and an answer that is owed for so long that
 * what it answers was most likely never seen. */
static bool
is_dead(const struct wm_link *link, int64_t now_ms, int64_t oldest_ms)
{
    assert(link->socket != NULL);
    const int64_t timeout_ms = link->timeout_ms;
    const int64_t owed_ms = owed_since(link, oldest_ms);
    return link->is_lost || (owed_ms != 0 && now_ms - owed_ms >= timeout_ms) ||
           (oldest_ms != 0 && now_ms - oldest_ms >= 2 * timeout_ms);
}

/* When to send a PING unless something is heard before. */
static int64_t
ping_ms(const struct wm_link *link, int64_t oldest_ms)
{
    const int64_t owed_ms = owed_since(link, oldest_ms);
    return owed_ms != 0 ? owed_ms + link->timeout_ms / 2 : link->heard_ms + link->timeout_ms;
}

enum wm_link_news
wm_link_tick(struct wm_link *link, int64_t now_ms, int64_t oldest_ms)
{
    assert(link != NULL);
    assert((link->socket == NULL) == (link->monitor == NULL));
    if (link->socket == NULL) {
        if (now_ms < link->open_at_ms) {
            return WM_LINK_QUIET;
        }
        if (open_sockets(link, now_ms) == WM_OK) {
            return WM_LINK_OPENED;
        }
        link->open_at_ms = now_ms + PAUSE_MAX_MS;
        return WM_LINK_QUIET;
    }
    if (is_dead(link, now_ms, oldest_ms)) {
        close_sockets(link, 0);
        link->is_heard = false;
        link->open_at_ms = now_ms + link->pause_ms;
        link->pause_ms = 2 * link->pause_ms < PAUSE_MAX_MS ? 2 * link->pause_ms : PAUSE_MAX_MS;
        return WM_LINK_CLOSED;
    }
    if (!link->is_pinged && now_ms >= ping_ms(link, oldest_ms)) {
        const int64_t owed_ms = owed_since(link, oldest_ms);
        link->asked_ms = owed_ms != 0 ? owed_ms : now_ms;
        link->is_pinged = true;
        return WM_LINK_ASK;
    }
    return WM_LINK_QUIET;
}

int64_t
wm_link_next_ms(const struct wm_link *link, int64_t oldest_ms)
{
    assert(link != NULL);
    if (link->socket == NULL) {
        return link->open_at_ms;
    }
    const int64_t owed_ms = owed_since(link, oldest_ms);
    const int64_t timeout_ms = link->timeout_ms;
    const int64_t silent_ms = owed_ms != 0 ? owed_ms + timeout_ms : INT64_MAX;
    const int64_t unseen_ms = oldest_ms != 0 ? oldest_ms + 2 * timeout_ms : INT64_MAX;
    int64_t next_ms = link->is_pinged ? INT64_MAX : ping_ms(link, oldest_ms);
    next_ms = silent_ms < next_ms ? silent_ms : next_ms;
    return unseen_ms < next_ms ? unseen_ms : next_ms;
}

size_t
wm_link_items(const struct wm_link *link, zmq_pollitem_t items[static WM_LINK_ITEMS])
{
    assert(link != NULL);
    if (link->socket == NULL) {
        return 0;
    }
    items[0] = (zmq_pollitem_t){.socket = zsock_resolve(link->socket), .events = ZMQ_POLLIN};
    items[1] = (zmq_pollitem_t){.socket = zsock_resolve(link->monitor), .events = ZMQ_POLLIN};
    return WM_LINK_ITEMS;
}
