/* publisher.c - the life of a publisher, and waiting for its answers. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "proto/client/exchange.h"
#include "proto/client/subject.h"

enum { WINDOW = 256, TIMEOUT_MS = 10000, ENDPOINTS_MAX = 64, LINGER_MS = 1000 };

/* Where wm_publisher_call puts the one answer. */
struct call {
    bool is_answered;
    enum wm_answer_kind kind;
    char *detail; /* NULL when out of memory */
};

/* Waits until something came or time makes something due, at most until until_ms. False when a
 * signal came. */
static bool
wait_until(struct wm_publisher *publisher, int64_t now_ms, int64_t until_ms)
{
    assert(until_ms >= now_ms);
    const int64_t wait_ms = wm_exchange_next_ms(publisher, until_ms) - now_ms;
    const long timeout_ms = wait_ms < 0 ? 0 : wait_ms < INT32_MAX ? (long)wait_ms : INT32_MAX;
    size_t count = 0;
    for (size_t i = 0; i < publisher->route_count; i++) {
        count += wm_link_items(&publisher->routes[i].link, publisher->items + count);
    }
    return zmq_poll(publisher->items, (int)count, timeout_ms) >= 0;
}

/* False with errno set; the routes made so far are counted, for wm_publisher_free. */
static bool
make_routes(struct wm_publisher *publisher, const struct wm_publisher_options *options)
{
    assert(publisher->route_count == 0 && publisher->parcels.window > 0);
    publisher->routes = calloc(options->endpoint_count, sizeof *publisher->routes);
    publisher->items = calloc(options->endpoint_count, WM_LINK_ITEMS * sizeof *publisher->items);
    if (publisher->routes == NULL || publisher->items == NULL) {
        errno = ENOMEM;
        return false;
    }
    for (size_t i = 0; i < options->endpoint_count; i++) {
        const struct wm_link_options link = {
            .endpoint = options->endpoints[i],
            .keys = &options->keys,
            .timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : TIMEOUT_MS,
            .in_flight = publisher->parcels.window,
            .watch_fd = -1,
        };
        const enum wm_status status = wm_link_init(&publisher->routes[i].link, &link);
        if (status != WM_OK) {
            errno = wm_link_errno(status);
            return false;
        }
        publisher->route_count++;
        wm_exchange_greet(&publisher->routes[i]);
    }
    return true;
}

struct wm_publisher *
wm_publisher_new(const struct wm_publisher_options *options)
{
    assert(options != NULL && options->endpoints != NULL);
    assert(options->endpoint_count > 0 && options->endpoint_count <= ENDPOINTS_MAX);
    struct wm_publisher *publisher = calloc(1, sizeof *publisher);
    if (publisher == NULL ||
        wm_parcels_init(&publisher->parcels, options->window != 0 ? options->window : WINDOW) !=
            WM_OK) {
        free(publisher);
        errno = ENOMEM;
        return NULL;
    }
    if (!make_routes(publisher, options)) {
        const int why = errno;
        wm_publisher_free(&publisher);
        errno = why;
    }
    return publisher;
}

void
wm_publisher_free(struct wm_publisher **publisher)
{
    assert(publisher != NULL);
    struct wm_publisher *self = *publisher;
    if (self == NULL) {
        return;
    }
    assert(!self->is_polling);
    for (size_t i = 0; i < self->route_count; i++) {
        wm_link_deinit(&self->routes[i].link, LINGER_MS);
    }
    wm_parcels_deinit(&self->parcels);
    free(self->items);
    free(self->routes);
    free(self);
    *publisher = NULL;
}

void
wm_publisher_on_retry(struct wm_publisher *publisher, wm_retry_fn *fn, void *context)
{
    assert(publisher != NULL);
    publisher->on_retry = fn;
    publisher->on_retry_context = context;
}

/* *ret_parcel is the publisher's, valid until it is answered. */
static enum wm_status
take_event(struct wm_publisher *publisher, struct wm_span event, void *tag,
           struct wm_parcel **ret_parcel)
{
    assert(event.size == 0 || event.data != NULL);
    char subject[WM_SUBJECT_BYTES];
    size_t size = 0;
    enum wm_status status = wm_subject_read(event, subject, &size);
    if (status != WM_OK) {
        return status;
    }
    status = wm_parcels_add(&publisher->parcels, (struct wm_span){subject, size}, event, tag,
                            ret_parcel);
    if (status == WM_OK && (*ret_parcel)->lane->first == *ret_parcel) {
        wm_exchange_send(publisher, *ret_parcel, zclock_mono());
    }
    return status;
}

enum wm_status
wm_publisher_send(struct wm_publisher *publisher, struct wm_span event, void *tag)
{
    assert(publisher != NULL);
    struct wm_parcel *parcel = NULL;
    return take_event(publisher, event, tag, &parcel);
}

size_t
wm_publisher_poll(struct wm_publisher *publisher, int timeout_ms, wm_answer_fn *fn, void *context)
{
    assert(publisher != NULL && fn != NULL);
    assert(!publisher->is_polling);
    /* A callback may send, but must not poll: the message it looks at belongs to this round. */
    publisher->is_polling = true;
    struct wm_report report = {.fn = fn, .context = context};
    const int64_t until_ms = timeout_ms < 0 ? INT64_MAX : zclock_mono() + timeout_ms;
    bool is_open = true;
    while (is_open) {
        wm_exchange_receive(publisher, &report);
        wm_exchange_tend(publisher);
        const int64_t now_ms = zclock_mono();
        /* Time is looked at last, so that a poll of 0 ms still takes what has come. */
        const bool is_idle = timeout_ms < 0 && wm_publisher_pending(publisher) == 0;
        is_open = report.answered == 0 && now_ms < until_ms && !is_idle &&
                  wait_until(publisher, now_ms, until_ms);
    }
    publisher->is_polling = false;
    return report.answered;
}

size_t
wm_publisher_pending(const struct wm_publisher *publisher)
{
    assert(publisher != NULL);
    return wm_parcels_count(&publisher->parcels);
}

bool
wm_publisher_heard(const struct wm_publisher *publisher)
{
    assert(publisher != NULL);
    for (size_t i = 0; i < publisher->route_count; i++) {
        if (publisher->routes[i].link.is_heard) {
            return true;
        }
    }
    return false;
}

/* The detail is gone after this call, so it is copied; a failure shows as NULL. */
static void
take_call(void *context, const struct wm_answer *answer)
{
    struct call *call = context;
    assert(!call->is_answered && answer->tag == call);
    call->is_answered = true;
    call->kind = answer->kind;
    call->detail =
        strndup(answer->detail.data != NULL ? answer->detail.data : "", answer->detail.size);
}

enum wm_status
wm_publisher_call(struct wm_publisher *publisher, struct wm_span event, int timeout_ms,
                  enum wm_answer_kind *ret_kind, char **ret_detail)
{
    assert(publisher != NULL && timeout_ms >= 0);
    assert(ret_kind != NULL && ret_detail != NULL);
    if (wm_publisher_pending(publisher) > 0) {
        return WM_FULL; /* the answers of the others would have nobody to go to */
    }
    struct call call = {0};
    struct wm_parcel *parcel = NULL;
    const enum wm_status status = take_event(publisher, event, &call, &parcel);
    if (status != WM_OK) {
        return status;
    }
    const int64_t until_ms = zclock_mono() + timeout_ms;
    int64_t left_ms = timeout_ms;
    while (!call.is_answered && left_ms > 0) {
        (void)wm_publisher_poll(publisher, (int)left_ms, take_call, &call); /* sets is_answered */
        left_ms = until_ms - zclock_mono();
    }
    if (!call.is_answered) {
        (void)wm_parcels_remove(&publisher->parcels, parcel); /* none is behind it */
        return WM_AGAIN;
    }
    if (call.detail == NULL) {
        return WM_NOMEM;
    }
    *ret_kind = call.kind;
    *ret_detail = call.detail;
    return WM_OK;
}
