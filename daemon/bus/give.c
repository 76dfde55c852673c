/* give.c - dispatch: messages asked for, and given to the worker whose turn it is. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/bus/desk.h"

enum {
    CLAIM_MAX = 256, /* messages of one claim */
    STALL_MS = 100   /* a worker whose queue is full is left alone for this long */
};

static enum wm_status
send_delivery(struct wm_dispatch *dispatch, const struct wm_worker *worker,
              const struct wm_held *held, struct wm_span body)
{
    char attempt[sizeof "4294967295"];
    (void)snprintf(attempt, sizeof attempt, "%u", held->attempt); /* fits */
    const struct wm_route route = wm_worker_route(worker);
    const struct wm_span frames[] = {
        wm_span(WM_PROTOCOL),    wm_span(wm_verb_name(WM_VERB_DELIVER)),
        wm_span(held->delivery), wm_span(held->topic->name),
        wm_span(attempt),        body,
    };
    return wm_message_send(wm_dispatch_socket(dispatch), &route, frames, WM_COUNT(frames));
}

/* Gives one message to the next worker that takes it. False: to none. */
static bool
deliver(struct wm_dispatch *dispatch, struct wm_topic *topic, const struct wm_claim *claim,
        int64_t now_ms)
{
    struct wm_held *held =
        wm_held_new(topic, claim->message, claim->lease, claim->attempt, ++dispatch->serial);
    struct wm_worker *worker = held != NULL ? wm_crew_pick(&dispatch->crew, topic, now_ms) : NULL;
    while (worker != NULL) {
        if (send_delivery(dispatch, worker, held, claim->body) == WM_OK) {
            held->until_ms = now_ms + dispatch->options.lease_ms;
            wm_worker_hold(worker, held);
            return true;
        }
        /* Full: it does not read. Gone: its silence will show, or it is back under another
         * address. Neither is asked again before it had time to be heard. */
        worker->stalled_ms = now_ms + STALL_MS;
        worker = wm_crew_pick(&dispatch->crew, topic, now_ms);
    }
    free(held);
    return false;
}

static void
give_back(struct wm_dispatch *dispatch, const struct wm_claim *claim)
{
    const struct wm_outcome_of_delivery outcome = {
        .message = claim->message,
        .lease = claim->lease,
        .attempt = claim->attempt,
        .word = WM_WORD_LATER,
        .reason = wm_span("no worker could be reached"),
    };
    dispatch->counters.undelivered++;
    dispatch->options.answer(dispatch->options.context, &outcome);
}

/* When the topic is asked for again. */
static void
plan_next(struct wm_topic *topic, const struct wm_claims *claims, bool reached, int64_t now_ms)
{
    if (!reached) {
        topic->ask_ms = now_ms + STALL_MS;
    } else if (claims->count > 0 || topic->stirred) {
        topic->ask_ms = 0;
    } else {
        topic->ask_ms = claims->wait_ms >= 0 ? now_ms + claims->wait_ms : INT64_MAX;
    }
    topic->asking = false;
    topic->stirred = false;
}

void
wm_dispatch_deliver(struct wm_dispatch *dispatch, const struct wm_claims *claims, int64_t now_ms)
{
    assert(dispatch != NULL && claims != NULL);
    assert(claims->items != NULL || claims->count == 0);

    struct wm_topic *topic = wm_crew_topic(&dispatch->crew, claims->topic);
    bool reached = true;
    for (size_t i = 0; i < claims->count; i++) {
        if (topic == NULL || !deliver(dispatch, topic, &claims->items[i], now_ms)) {
            give_back(dispatch, &claims->items[i]);
            reached = false;
        }
    }
    if (topic != NULL) { /* else its last worker left meanwhile */
        plan_next(topic, claims, reached, now_ms);
    }
}

void
wm_dispatch_stir(struct wm_dispatch *dispatch, struct wm_span name)
{
    assert(dispatch != NULL);
    struct wm_topic *topic = wm_crew_topic(&dispatch->crew, name);
    if (topic != NULL) {
        topic->stirred = topic->asking;
        topic->ask_ms = 0;
    }
}

int64_t
wm_dispatch_ask(struct wm_dispatch *dispatch, int64_t now_ms)
{
    assert(dispatch != NULL);
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < dispatch->crew.topic_count; i++) {
        struct wm_topic *topic = dispatch->crew.topics[i];
        const int64_t due_ms = topic->ask_ms > topic->rest_ms ? topic->ask_ms : topic->rest_ms;
        uint32_t room = wm_crew_room(&dispatch->crew, topic);
        if (topic->asking || room == 0) {
            continue;
        }
        if (due_ms > now_ms) {
            next_ms = wm_sooner(next_ms, due_ms);
            continue;
        }
        room = room < CLAIM_MAX ? room : CLAIM_MAX;
        topic->asking = true;
        topic->stirred = false;
        dispatch->options.claim(dispatch->options.context, wm_span(topic->name), room);
    }
    return next_ms;
}
