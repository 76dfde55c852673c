/* exchange.c - sends events, resends what was not answered, sorts the answers. */
#include "proto/client/exchange.h"

#include <assert.h>

#include <jansson.h>

enum {
    RETRY_MS = 1000, /* when a RETRY does not say */
    RETRY_MAX_MS = 60000
};

void
wm_exchange_greet(struct wm_exchange_route *route)
{
    assert(route != NULL);
    const struct wm_span ping[] = {wm_span("PING"), wm_span("ping")};
    /* Should it not be queued, the silence that follows ends the connection. */
    const enum wm_status status = wm_link_send(&route->link, ping, WM_COUNT(ping));
    (void)status;
}

/* All of a case goes to the same endpoint as long as that one answers, else to the next that does.
 */
static struct wm_exchange_route *
route_of(const struct wm_publisher *publisher, const struct wm_lane *lane)
{
    assert(publisher->route_count > 0);
    const size_t first = lane->hash % publisher->route_count;
    for (size_t i = 0; i < publisher->route_count; i++) {
        struct wm_exchange_route *route = &publisher->routes[(first + i) % publisher->route_count];
        if (route->link.is_heard) {
            return route;
        }
    }
    return &publisher->routes[first];
}

void
wm_exchange_send(struct wm_publisher *publisher, struct wm_parcel *parcel, int64_t now_ms)
{
    assert(parcel->lane->first == parcel);
    struct wm_exchange_route *route = route_of(publisher, parcel->lane);
    const struct wm_span frames[] = {
        wm_span("PUBLISH"), {parcel->token, WM_TOKEN_DIGITS}, {parcel->bytes, parcel->size}};
    if (wm_link_send(&route->link, frames, WM_COUNT(frames)) == WM_OK) {
        parcel->sent_ms = now_ms;
        wm_parcel_move(parcel, &route->sent);
    } else if (parcel->list != &publisher->ready) {
        wm_parcel_move(parcel, &publisher->ready);
    }
}

/* A daemon that asks for more than a minute is asked again all the same: it may have been
 * restarted.
 */
static uint32_t
retry_after(struct wm_span detail)
{
    json_t *root = json_loadb(detail.data != NULL ? detail.data : "", detail.size, 0, NULL);
    const json_t *value = json_object_get(root, "retry_after_ms");
    json_int_t ms = json_is_integer(value) ? json_integer_value(value) : RETRY_MS;
    json_decref(root);
    ms = ms < 1 ? 1 : ms;
    return (uint32_t)(ms < RETRY_MAX_MS ? ms : RETRY_MAX_MS);
}

/* The case stays with this event while it rests, so that no later one overtakes it. */
static void
take_retry(struct wm_publisher *publisher, struct wm_parcel *parcel, struct wm_span detail,
           int64_t now_ms)
{
    assert(parcel->lane->first == parcel && parcel->list != NULL);
    parcel->retries++;
    parcel->due_ms = now_ms + retry_after(detail);
    wm_parcel_rest(parcel, &publisher->resting);
    if (publisher->on_retry != NULL) {
        publisher->on_retry(publisher->on_retry_context, parcel->tag, detail);
    }
}

/* The parcel is forgotten before the caller hears of it, so that it may send the next from there.
 */
static void
take_answer(struct wm_publisher *publisher, struct wm_parcel *parcel, struct wm_answer *answer,
            struct wm_report *report)
{
    assert(parcel->lane->first == parcel && parcel->list != NULL);
    answer->retries = parcel->retries;
    answer->tag = parcel->tag;
    struct wm_parcel *next = wm_parcels_remove(&publisher->parcels, parcel);
    if (next != NULL) {
        wm_exchange_send(publisher, next, zclock_mono());
    }
    report->answered++;
    report->fn(report->context, answer);
}

/* What is not understood is passed over: a newer daemon may say more than this client knows. */
static void
take_message(struct wm_publisher *publisher, struct wm_exchange_route *route,
             const struct wm_link_message *message, struct wm_report *report)
{
    struct wm_frames frames;
    struct wm_span token;
    if (wm_frames_read(WM_PORT_PUBLISHER, message->frames, message->count, &frames, &token) !=
        WM_OK) {
        return;
    }
    struct wm_parcel *parcel = wm_parcels_find(&publisher->parcels, frames.args[0]);
    if (parcel == NULL || parcel->lane->first != parcel || frames.verb == WM_VERB_PONG) {
        return; /* a PONG, or the answer to what was abandoned */
    }
    struct wm_answer answer = {.detail = frames.args[1]};
    if (frames.verb == WM_VERB_RETRY) {
        if (parcel->list == &route->sent) {
            take_retry(publisher, parcel, frames.args[1], zclock_mono());
        }
        return;
    }
    answer.kind = frames.verb == WM_VERB_OK ? WM_ANSWER_OK : WM_ANSWER_REJECT;
    take_answer(publisher, parcel, &answer, report);
}

void
wm_exchange_receive(struct wm_publisher *publisher, struct wm_report *report)
{
    assert(publisher != NULL && report != NULL);
    const int64_t now_ms = zclock_mono();
    for (size_t i = 0; i < publisher->route_count; i++) {
        struct wm_exchange_route *route = &publisher->routes[i];
        struct wm_link_message message;
        for (uint32_t taken = 0; taken < publisher->parcels.window &&
                                 wm_link_receive(&route->link, &message, now_ms) == WM_OK;
             taken++) {
            take_message(publisher, route, &message, report);
            wm_link_message_close(&message);
        }
    }
}

/* When the oldest event under way was sent; 0: none is. A route's list is in that order. */
static int64_t
oldest_of(const struct wm_exchange_route *route)
{
    assert(route->sent.first == NULL || route->sent.first->sent_ms > 0);
    return route->sent.first != NULL ? route->sent.first->sent_ms : 0;
}

static void
tend_route(struct wm_publisher *publisher, struct wm_exchange_route *route, int64_t now_ms)
{
    switch (wm_link_tick(&route->link, now_ms, oldest_of(route))) {
    case WM_LINK_QUIET:
        break;
    case WM_LINK_OPENED:
    case WM_LINK_ASK:
        wm_exchange_greet(route);
        break;
    case WM_LINK_CLOSED:
        /* Whether the daemon has seen them nobody can tell: the same bytes go again. */
        while (route->sent.first != NULL) {
            wm_parcel_move(route->sent.first, &publisher->ready);
        }
        break;
    }
}

void
wm_exchange_tend(struct wm_publisher *publisher)
{
    assert(publisher != NULL);
    const int64_t now_ms = zclock_mono();
    for (size_t i = 0; i < publisher->route_count; i++) {
        tend_route(publisher, &publisher->routes[i], now_ms);
    }
    while (publisher->resting.first != NULL && publisher->resting.first->due_ms <= now_ms) {
        wm_parcel_move(publisher->resting.first, &publisher->ready);
    }
    /* Sending moves a parcel to another list, so the next one is looked up before. */
    struct wm_parcel *after = NULL;
    for (struct wm_parcel *parcel = publisher->ready.first; parcel != NULL; parcel = after) {
        after = parcel->after;
        wm_exchange_send(publisher, parcel, now_ms);
    }
}

int64_t
wm_exchange_next_ms(const struct wm_publisher *publisher, int64_t until_ms)
{
    assert(publisher != NULL);
    int64_t next_ms = until_ms;
    for (size_t i = 0; i < publisher->route_count; i++) {
        const struct wm_exchange_route *route = &publisher->routes[i];
        const int64_t due_ms = wm_link_next_ms(&route->link, oldest_of(route));
        next_ms = due_ms < next_ms ? due_ms : next_ms;
    }
    const struct wm_parcel *resting = publisher->resting.first;
    return resting != NULL && resting->due_ms < next_ms ? resting->due_ms : next_ms;
}
