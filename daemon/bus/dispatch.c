/* dispatch.c - where workers come: ROUTER, credit, leases, heartbeats. */
#include "daemon/bus/dispatch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/bus/desk.h"
#include "daemon/bus/socket.h"

enum {
    SEND_MAX = 4000,
    RECEIVE_MAX = 1000,  /* frames of a worker are short */
    FRAME_BYTES = 4096,  /* likewise: a reason is the longest */
    PINGS_LEAST = 2,     /* unanswered before that */
    SILENT_BEATS = 3,    /* heartbeats of silence after which a worker is given up */
    NACK_LEAST_MS = 100, /* no worker may make it spin */
};

struct wm_dispatch *
wm_dispatch_new(const struct wm_dispatch_options *options, char **ret_why)
{
    assert(options != NULL && options->claim != NULL && options->answer != NULL);
    assert(options->news != NULL && options->heartbeat_ms >= 1 && options->lease_ms >= 1);
    assert(ret_why != NULL);

    struct wm_dispatch *dispatch = calloc(1, sizeof *dispatch);
    if (dispatch == NULL) {
        *ret_why = NULL;
        return NULL;
    }
    dispatch->options = *options;
    const struct wm_socket_options socket = {
        .purpose = "dispatch",
        .kind = WM_SOCKET_ROUTER,
        .endpoints = options->endpoints,
        .endpoint_count = options->endpoint_count,
        .send_max = SEND_MAX,
        .receive_max = RECEIVE_MAX,
        .frame_bytes = FRAME_BYTES,
    };
    dispatch->socket = wm_socket_new(&socket, ret_why);
    if (dispatch->socket == NULL) {
        wm_dispatch_free(&dispatch);
    }
    return dispatch;
}

static void
forget(struct wm_worker *worker, struct wm_held *held)
{
    wm_worker_release(worker, held);
    free(held);
}

void
wm_dispatch_free(struct wm_dispatch **dispatch)
{
    assert(dispatch != NULL);
    struct wm_dispatch *self = *dispatch;
    if (self == NULL) {
        return;
    }
    while (self->crew.worker_count > 0) {
        struct wm_worker *worker = self->crew.workers[0];
        while (worker->oldest != NULL) {
            forget(worker, worker->oldest);
        }
        wm_crew_leave(&self->crew, worker);
    }
    wm_socket_free(&self->socket);
    free(self);
    *dispatch = NULL;
}

void *
wm_dispatch_socket(struct wm_dispatch *dispatch)
{
    assert(dispatch != NULL);
    return zsock_resolve(dispatch->socket);
}

static enum wm_status
say(struct wm_dispatch *dispatch, const struct wm_route *route, enum wm_verb verb)
{
    const struct wm_span frames[] = {wm_span(WM_PROTOCOL), wm_span(wm_verb_name(verb))};
    return wm_message_send(wm_dispatch_socket(dispatch), route, frames, WM_COUNT(frames));
}

/* What a delivery came to; `word`, `counts`, `back_off`, `after_ms` and `reason` are set by the
 * caller. */
static struct wm_outcome_of_delivery
outcome_of(const struct wm_held *held, enum wm_word word)
{
    return (struct wm_outcome_of_delivery){
        .message = {held->message, held->message_size},
        .lease = held->lease,
        .attempt = held->attempt,
        .word = word,
    };
}

/* Gives back all that a worker holds and takes it off the list. One that fell silent may have died
 * of what it held, so that counts; one that said BYE did not. */
static void
lose(struct wm_dispatch *dispatch, struct wm_worker *worker, enum wm_worker_news news)
{
    const bool silent = news == WM_WORKER_SILENT;
    const size_t held = worker->held;
    while (worker->oldest != NULL) {
        struct wm_outcome_of_delivery outcome = outcome_of(worker->oldest, WM_WORD_LATER);
        outcome.counts = silent;
        outcome.back_off = silent;
        outcome.reason = wm_span(silent ? "the worker fell silent" : "the worker left");
        dispatch->options.answer(dispatch->options.context, &outcome);
        forget(worker, worker->oldest);
    }
    wm_crew_leave(&dispatch->crew, worker);
    dispatch->options.news(dispatch->options.context, news, (struct wm_span){0}, held);
}

/* ---- what workers say
 * ---------------------------------------------------------------------------------------- */

static void
on_ready(struct wm_dispatch *dispatch, struct wm_worker *worker, const struct wm_frames *frames)
{
    uint32_t credit;
    if (wm_frames_number(frames->args[1], UINT32_MAX, &credit) != WM_OK) {
        dispatch->counters.dropped++;
        return;
    }
    credit = credit < WM_CREDIT_MAX ? credit : WM_CREDIT_MAX;
    const size_t before = worker->share_count;
    const bool shared = wm_crew_share(&dispatch->crew, worker, frames->args[0], credit);
    if (!shared || worker->share_count > before) {
        dispatch->options.news(dispatch->options.context,
                               shared ? WM_WORKER_READY : WM_WORKER_NO_ROOM, frames->args[0],
                               credit);
    }
    wm_dispatch_stir(dispatch, frames->args[0]);
}

/* NACK. The reason `downstream` is the topic's fault, not the message's. */
static void
on_nack(struct wm_dispatch *dispatch, const struct wm_held *held, const struct wm_frames *frames,
        int64_t now_ms)
{
    uint32_t after_ms;
    if (wm_frames_number(frames->args[1], UINT32_MAX, &after_ms) != WM_OK) {
        after_ms = UINT32_MAX; /* more digits than make sense: as late as can be */
    }
    after_ms = after_ms > NACK_LEAST_MS ? after_ms : NACK_LEAST_MS;
    struct wm_outcome_of_delivery outcome = outcome_of(held, WM_WORD_LATER);
    outcome.after_ms = after_ms;
    outcome.reason = frames->args[2];
    outcome.counts = !wm_span_is(outcome.reason, "downstream");
    if (!outcome.counts) {
        held->topic->rest_ms = now_ms + after_ms;
    }
    dispatch->options.answer(dispatch->options.context, &outcome);
}

/* ACK, EXTEND, NACK, REFUSE: of a delivery that the worker holds. */
static void
on_answer(struct wm_dispatch *dispatch, struct wm_worker *worker, const struct wm_frames *frames,
          int64_t now_ms)
{
    struct wm_held *held = wm_worker_find(worker, frames->args[0]);
    if (held == NULL) {
        dispatch->counters.late++;
        return;
    }
    if (frames->verb == WM_VERB_NACK) {
        on_nack(dispatch, held, frames, now_ms);
    } else {
        struct wm_outcome_of_delivery outcome = outcome_of(held, WM_WORD_ACK);
        if (frames->verb == WM_VERB_EXTEND) {
            outcome.word = WM_WORD_EXTEND;
        } else if (frames->verb == WM_VERB_REFUSE) {
            outcome.word = WM_WORD_NEVER;
            outcome.reason = frames->args[1];
        }
        dispatch->options.answer(dispatch->options.context, &outcome);
    }
    if (frames->verb == WM_VERB_EXTEND) {
        held->until_ms = now_ms + dispatch->options.lease_ms;
        return;
    }
    /* What is done with lets its case's next message go, and there is credit again. */
    wm_dispatch_stir(dispatch, wm_span(held->topic->name));
    forget(worker, held);
}

static void
handle(struct wm_dispatch *dispatch, const struct wm_message *message, int64_t now_ms)
{
    struct wm_frames frames;
    struct wm_span token;
    if (wm_frames_read(WM_PORT_DISPATCH, message->frames, message->frame_count, &frames, &token) !=
        WM_OK) {
        dispatch->counters.dropped++;
        return;
    }
    struct wm_worker *worker = wm_crew_find(&dispatch->crew, &message->route);
    if (worker == NULL && frames.verb == WM_VERB_READY) {
        worker = wm_crew_join(&dispatch->crew, &message->route, now_ms);
        if (worker == NULL) {
            dispatch->options.news(dispatch->options.context, WM_WORKER_NO_ROOM, frames.args[0], 0);
            return;
        }
    }
    if (worker != NULL) {
        worker->heard_ms = now_ms;
        worker->ping_ms = now_ms + dispatch->options.heartbeat_ms;
        worker->pings = 0;
        worker->stalled_ms = 0;
    }
    if (frames.verb == WM_VERB_PING) {
        (void)say(dispatch, &message->route, WM_VERB_PONG); /* lost: it will ask again */
    } else if (worker == NULL) {
        dispatch->counters.dropped++;
    } else if (frames.verb == WM_VERB_READY) {
        on_ready(dispatch, worker, &frames);
    } else if (frames.verb == WM_VERB_BYE) {
        lose(dispatch, worker, WM_WORKER_LEFT);
    } else if (frames.verb != WM_VERB_PONG) {
        on_answer(dispatch, worker, &frames, now_ms);
    }
}

void
wm_dispatch_read(struct wm_dispatch *dispatch, int64_t now_ms)
{
    assert(dispatch != NULL);
    struct wm_message message;
    for (int i = 0; i < WM_READS_MAX; i++) {
        if (wm_message_receive(wm_dispatch_socket(dispatch), &message) != WM_OK) {
            return;
        }
        handle(dispatch, &message, now_ms);
        wm_message_deinit(&message);
    }
}

/* ---- what time brings
 * ---------------------------------------------------------------------------------------- */

/* Deliveries whose lease ran out are another worker's from now on: the store has taken them back by
 * itself, and the worker's credit must not stay used up. */
static int64_t
end_leases(struct wm_worker *worker, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    struct wm_held *held = worker->oldest;
    while (held != NULL) {
        struct wm_held *newer = held->next;
        if (held->until_ms <= now_ms) {
            forget(worker, held);
        } else {
            next_ms = wm_sooner(next_ms, held->until_ms);
        }
        held = newer;
    }
    return next_ms;
}

/* True if the worker is given up: three heartbeats without a word, or its connection is gone. */
static bool
beat(struct wm_dispatch *dispatch, struct wm_worker *worker, int64_t now_ms)
{
    const int64_t beat_ms = dispatch->options.heartbeat_ms;
    /* Without the pings it would be our own standstill that counts as its silence. */
    if (now_ms >= worker->heard_ms + SILENT_BEATS * beat_ms && worker->pings >= PINGS_LEAST) {
        return true;
    }
    if (now_ms < worker->ping_ms) {
        return false;
    }
    const struct wm_route route = wm_worker_route(worker);
    worker->ping_ms = now_ms + beat_ms;
    worker->pings++;
    return say(dispatch, &route, WM_VERB_PING) == WM_NOTFOUND;
}

/* Looks after all workers; returns when it wants to be called again. */
static int64_t
look_after(struct wm_dispatch *dispatch, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    size_t i = 0;
    while (i < dispatch->crew.worker_count) {
        struct wm_worker *worker = dispatch->crew.workers[i];
        if (beat(dispatch, worker, now_ms)) {
            lose(dispatch, worker, WM_WORKER_SILENT); /* another takes its place in the list */
            continue;
        }
        next_ms = wm_sooner(next_ms, end_leases(worker, now_ms));
        next_ms = wm_sooner(next_ms, worker->ping_ms);
        i++;
    }
    return next_ms;
}

int64_t
wm_dispatch_tick(struct wm_dispatch *dispatch, int64_t now_ms)
{
    assert(dispatch != NULL);
    const int64_t workers_ms = look_after(dispatch, now_ms);
    const int64_t topics_ms = wm_dispatch_ask(dispatch, now_ms);
    wm_crew_check(&dispatch->crew);
    const int64_t next_ms = wm_sooner(workers_ms, topics_ms);
    if (next_ms == INT64_MAX) {
        return -1;
    }
    return next_ms > now_ms ? next_ms - now_ms : 0;
}

void
wm_dispatch_bye(struct wm_dispatch *dispatch)
{
    assert(dispatch != NULL);
    for (size_t i = 0; i < dispatch->crew.worker_count; i++) {
        const struct wm_route route = wm_worker_route(dispatch->crew.workers[i]);
        (void)say(dispatch, &route, WM_VERB_BYE); /* whoever is gone needs no good-bye */
    }
}

struct wm_dispatch_counters
wm_dispatch_counters(const struct wm_dispatch *dispatch)
{
    assert(dispatch != NULL);
    struct wm_dispatch_counters counters = dispatch->counters;
    counters.workers = dispatch->crew.worker_count;
    for (size_t i = 0; i < dispatch->crew.worker_count; i++) {
        counters.held += dispatch->crew.workers[i]->held;
    }
    return counters;
}
