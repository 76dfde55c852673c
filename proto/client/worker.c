/* worker.c - says READY, hands out deliveries, stays alive in the daemon's eyes. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "base/text.h"
#include "proto/client/link.h"

enum {
    CREDIT = 16,
    TIMEOUT_MS = 15000,
    LINGER_MS = 1000,
    REASON_BYTES = 1024,
    NUMBER_BYTES = sizeof "4294967295",
    TAIL_MASK = 0xC0, /* of a byte, to tell a continuation byte of UTF-8 */
    TAIL = 0x80,
    IN_FLIGHT = 1024 /* frames of ours that may wait for the connection */
};

/* The arguments of DELIVER. */
enum { ID_AT, TOPIC_AT, ATTEMPT_AT, EVENT_AT };

struct wm_worker {
    struct wm_link link;
    char **topics;
    size_t topic_count;
    char credit[NUMBER_BYTES];
    int watch_fd;      /* epoll over the link's sockets: one descriptor over all reconnects */
    bool is_ready_due; /* READY has to be said (again) */
};

static void
say(struct wm_worker *worker, const char *verb)
{
    const struct wm_span frame = wm_span(verb);
    /* Should it not be queued, the silence that follows ends the connection. */
    const enum wm_status status = wm_link_send(&worker->link, &frame, 1);
    (void)status;
}

/* READY may be repeated at will, and the daemon forgets a worker that was busy for too long without
 * telling it: so it goes along with every PING and PONG of ours. */
static void
say_ready(struct wm_worker *worker)
{
    assert(worker->topic_count > 0);
    worker->is_ready_due = false;
    for (size_t i = 0; i < worker->topic_count; i++) {
        const struct wm_span frames[] = {wm_span("READY"), wm_span(worker->topics[i]),
                                         wm_span(worker->credit)};
        if (wm_link_send(&worker->link, frames, WM_COUNT(frames)) != WM_OK) {
            worker->is_ready_due = true;
        }
    }
}

/* Counts the topics as it copies them, so that a half-made worker can be freed. */
static bool
copy_topics(struct wm_worker *worker, const struct wm_worker_options *options)
{
    assert(worker->topics == NULL && worker->topic_count == 0);
    worker->topics = calloc(options->topic_count, sizeof *worker->topics);
    if (worker->topics == NULL) {
        return false;
    }
    for (size_t i = 0; i < options->topic_count; i++) {
        worker->topics[i] = strdup(options->topics[i]);
        if (worker->topics[i] == NULL) {
            return false;
        }
        worker->topic_count++;
    }
    return true;
}

/* Not the link, which is opened last. */
static void
free_rest(struct wm_worker *worker)
{
    for (size_t i = 0; i < worker->topic_count; i++) {
        free(worker->topics[i]);
    }
    free(worker->topics);
    if (worker->watch_fd >= 0) {
        (void)close(worker->watch_fd); /* nothing to do if it fails */
    }
    free(worker);
}

/* The link comes last: once it is open there is nothing more that can fail. */
static enum wm_status
open_worker(struct wm_worker *worker, const struct wm_worker_options *options)
{
    assert(options->topic_count > 0);
    (void)snprintf(worker->credit, sizeof worker->credit, "%u",
                   options->credit != 0 ? options->credit : CREDIT);
    worker->watch_fd = epoll_create1(EPOLL_CLOEXEC);
    if (worker->watch_fd < 0) {
        return WM_IO;
    }
    if (!copy_topics(worker, options)) {
        return WM_NOMEM;
    }
    const struct wm_link_options link = {
        .endpoint = options->endpoint,
        .keys = &options->keys,
        .timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : TIMEOUT_MS,
        .in_flight = IN_FLIGHT,
        .watch_fd = worker->watch_fd,
    };
    return wm_link_init(&worker->link, &link);
}

struct wm_worker *
wm_worker_new(const struct wm_worker_options *options)
{
    assert(options != NULL && options->endpoint != NULL);
    assert(options->topics != NULL && options->topic_count > 0);
    struct wm_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    const enum wm_status status = open_worker(worker, options);
    if (status != WM_OK) {
        free_rest(worker);
        errno = wm_link_errno(status);
        return NULL;
    }
    say(worker, "PING");
    say_ready(worker);
    return worker;
}

void
wm_worker_free(struct wm_worker **worker)
{
    assert(worker != NULL);
    if (*worker == NULL) {
        return;
    }
    say(*worker, "BYE");
    wm_link_deinit(&(*worker)->link, LINGER_MS);
    free_rest(*worker);
    *worker = NULL;
}

/* Moves the message to the heap, where it lives as long as the caller wants. */
static enum wm_status
hand_over(struct wm_link_message *message, const struct wm_frames *frames,
          struct wm_delivery *ret_delivery)
{
    assert(frames->verb == WM_VERB_DELIVER && frames->count == EVENT_AT + 1);
    struct wm_delivery delivery = {0};
    if (wm_frames_number(frames->args[ATTEMPT_AT], UINT32_MAX, &delivery.attempt) != WM_OK) {
        return WM_AGAIN;
    }
    struct wm_link_message *kept = malloc(sizeof *kept);
    if (kept == NULL) {
        return WM_AGAIN; /* its lease runs out, and it comes again */
    }
    /* A short part lies within its zmq_msg_t, so that the frames move with the parts. */
    kept->count = message->count;
    for (size_t i = 0; i < message->count; i++) {
        (void)zmq_msg_init(&kept->parts[i]); /* cannot fail; nor can this move: */
        (void)zmq_msg_move(&kept->parts[i], &message->parts[i]);
        kept->frames[i] =
            (struct wm_span){zmq_msg_data(&kept->parts[i]), zmq_msg_size(&kept->parts[i])};
    }
    delivery.frames = kept;
    delivery.id = kept->frames[2 + ID_AT];
    delivery.topic = kept->frames[2 + TOPIC_AT];
    delivery.event = kept->frames[2 + EVENT_AT];
    *ret_delivery = delivery;
    return WM_OK;
}

/* WM_OK if it was a delivery. */
static enum wm_status
take_message(struct wm_worker *worker, struct wm_link_message *message,
             struct wm_delivery *ret_delivery)
{
    assert(message->count > 0);
    struct wm_frames frames;
    struct wm_span token;
    if (wm_frames_read(WM_PORT_WORKER, message->frames, message->count, &frames, &token) != WM_OK) {
        return WM_AGAIN;
    }
    if (frames.verb == WM_VERB_DELIVER) {
        return hand_over(message, &frames, ret_delivery);
    }
    if (frames.verb == WM_VERB_PING) {
        say(worker, "PONG");
        worker->is_ready_due = true;
    }
    return WM_AGAIN; /* PONG and BYE: a sign of life, and nothing to do */
}

/* All that waits up to a delivery. READY is said once behind it, however many PINGs there were:
 * they pile up while the caller works. */
static enum wm_status
receive_one(struct wm_worker *worker, struct wm_delivery *ret_delivery)
{
    struct wm_link_message message;
    enum wm_status status = WM_AGAIN;
    while (status != WM_OK && wm_link_receive(&worker->link, &message, zclock_mono()) == WM_OK) {
        status = take_message(worker, &message, ret_delivery);
        wm_link_message_close(&message);
    }
    if (worker->is_ready_due) {
        say_ready(worker);
    }
    return status;
}

static void
tend(struct wm_worker *worker)
{
    switch (wm_link_tick(&worker->link, zclock_mono(), 0)) {
    case WM_LINK_QUIET:
        break;
    case WM_LINK_CLOSED:
        worker->is_ready_due = false; /* there is nobody to tell */
        break;
    case WM_LINK_OPENED:
    case WM_LINK_ASK:
        say(worker, "PING");
        say_ready(worker);
        break;
    }
}

enum wm_status
wm_worker_receive(struct wm_worker *worker, int timeout_ms, struct wm_delivery *ret_delivery)
{
    assert(worker != NULL && timeout_ms >= 0 && ret_delivery != NULL);
    const int64_t until_ms = zclock_mono() + timeout_ms;
    for (;;) {
        if (receive_one(worker, ret_delivery) == WM_OK) {
            return WM_OK;
        }
        tend(worker);
        const int64_t now_ms = zclock_mono();
        if (now_ms >= until_ms) {
            return WM_AGAIN;
        }
        const int64_t next_ms = wm_link_next_ms(&worker->link, 0);
        const int64_t wait_ms = (next_ms < until_ms ? next_ms : until_ms) - now_ms;
        zmq_pollitem_t items[WM_LINK_ITEMS];
        const size_t count = wm_link_items(&worker->link, items);
        if (zmq_poll(items, (int)count, wait_ms > 0 ? (long)wait_ms : 0) < 0) {
            return WM_AGAIN;
        }
    }
}

void
wm_delivery_free(struct wm_delivery *delivery)
{
    if (delivery == NULL || delivery->frames == NULL) {
        return;
    }
    wm_link_message_close(delivery->frames);
    free(delivery->frames);
    *delivery = (struct wm_delivery){0};
}

/* A reason within its bound and in UTF-8: the daemon drops any other, and with it the answer. */
static struct wm_span
reason_of(const char *reason)
{
    struct wm_span span = wm_span(reason);
    if (span.size > REASON_BYTES) {
        span.size = REASON_BYTES;
        while (span.size > 0 && ((unsigned char)span.data[span.size] & TAIL_MASK) == TAIL) {
            span.size--;
        }
    }
    return wm_text_is_utf8(span) ? span : wm_span("(a reason that is not UTF-8)");
}

enum wm_status
wm_worker_ack(struct wm_worker *worker, const struct wm_delivery *delivery)
{
    assert(worker != NULL && delivery != NULL && delivery->frames != NULL);
    const struct wm_span frames[] = {wm_span("ACK"), delivery->id};
    return wm_link_send(&worker->link, frames, WM_COUNT(frames));
}

enum wm_status
wm_worker_extend(struct wm_worker *worker, const struct wm_delivery *delivery)
{
    assert(worker != NULL && delivery != NULL && delivery->frames != NULL);
    const struct wm_span frames[] = {wm_span("EXTEND"), delivery->id};
    return wm_link_send(&worker->link, frames, WM_COUNT(frames));
}

enum wm_status
wm_worker_nack(struct wm_worker *worker, const struct wm_delivery *delivery,
               uint32_t retry_after_ms, const char *reason)
{
    assert(worker != NULL && delivery != NULL && delivery->frames != NULL);
    char number[NUMBER_BYTES];
    (void)snprintf(number, sizeof number, "%u", retry_after_ms);
    const struct wm_span frames[] = {wm_span("NACK"), delivery->id, wm_span(number),
                                     reason_of(reason)};
    return wm_link_send(&worker->link, frames, WM_COUNT(frames));
}

enum wm_status
wm_worker_refuse(struct wm_worker *worker, const struct wm_delivery *delivery, const char *reason)
{
    assert(worker != NULL && delivery != NULL && delivery->frames != NULL);
    const struct wm_span frames[] = {wm_span("REFUSE"), delivery->id, reason_of(reason)};
    return wm_link_send(&worker->link, frames, WM_COUNT(frames));
}

int
wm_worker_fd(struct wm_worker *worker)
{
    assert(worker != NULL && worker->watch_fd >= 0);
    return worker->watch_fd;
}
