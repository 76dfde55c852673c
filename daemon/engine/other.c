/* other.c - events that are about no case: of a customer, a calendar, an import. */
#include <assert.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* Says in the answer that the event is kept but changes nothing: silence would be taken for a
 * promise. */
static void
warn_kept(const struct wm_work *work)
{
    static const char text[] =
        "kept in the history, but it changes nothing here: calendars are changed by their file, "
        "and old cases can't be taken in yet";
    struct wm_job *job = work->event;
    if (job->warnings == NULL) {
        job->warnings = strdup(text);
    }
}

/* Keeps the event in the history of what it is about. */
static enum wm_status
record(struct wm_batch *batch, struct wm_work *work, enum wm_aggregate kind)
{
    const struct wm_cloudevent *event = &work->event->event;
    /* What this batch recorded before must be counted. */
    enum wm_status status = wm_batch_flush(batch);
    struct wm_event_row *rows = NULL;
    size_t count = 0;
    if (status == WM_OK) {
        status = wm_store_events_load(batch->store, kind, event->subject, 0, 0, batch->arena, &rows,
                                      &count);
    }
    struct wm_event_row *row = WM_PUSH(batch->arena, &batch->events);
    if (status != WM_OK || wm_arena_failed(batch->arena)) {
        return status != WM_OK ? status : WM_NOMEM;
    }
    const int64_t seq = count > 0 ? rows[count - 1].seq + 1 : 1;
    *row = (struct wm_event_row){
        .kind = kind,
        .ref = event->subject,
        .seq = seq,
        .group = seq,
        .primary = true,
        .source = event->source,
        .id = event->id,
        .type = event->type,
        .occurred_us = event->has_time ? event->time_us : batch->now_us,
        .recorded_us = batch->now_us,
        .actor = event->actor,
        .outcome = wm_span("recorded"),
        .transition = WM_NO_TRANSITION,
        .body = {work->event->bytes, work->event->size},
    };
    const struct wm_seen_row seen = wm_event_seen(batch, work, kind, event->subject, seq);
    wm_event_take(batch, &seen);
    wm_answer_ok(batch, work, &seen, "recorded", NULL);
    return WM_OK;
}

enum wm_status
wm_other_event(struct wm_batch *batch, struct wm_work *work, enum wm_aggregate kind)
{
    if (kind == WM_AGGREGATE_CALENDAR &&
        wm_calendar_find(&batch->engine->policy->calendars, work->event->event.subject) == NULL) {
        wm_event_missing(batch, work, "calendar");
        return WM_OK;
    }
    warn_kept(work);
    return record(batch, work, kind);
}

/* The same event for another case of the customer, under an id of our own. */
static enum wm_status
copy_to(struct wm_batch *batch, const struct wm_event *event, struct wm_span ref)
{
    const struct wm_row row = {
        .type = event->type,
        .id = wm_arena_printf(batch->arena, "%.*s/%.*s", WM_SPAN_ARG(event->id), WM_SPAN_ARG(ref)),
        .occurred_us = event->occurred_us,
        .data = event->data,
    };
    return wm_event_own(
        batch, ref, wm_row_encode(batch->arena, batch->engine->options.organisation, ref, &row));
}

enum wm_status
wm_customer_event(struct wm_batch *batch, struct wm_work *work, const struct wm_type_info *info)
{
    struct wm_key_row *keys = NULL;
    size_t count = 0;
    enum wm_status status = wm_batch_flush(batch);
    if (status == WM_OK) {
        status = wm_store_keys_find(batch->store, wm_span("customer"), work->event->event.subject,
                                    WM_FAN_OUT, batch->arena, &keys, &count);
    }
    if (status != WM_OK) {
        return status;
    }
    const struct wm_event event =
        wm_event_of(batch->arena, &work->event->event, batch->now_us, false);
    bool is_taken = false;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        struct wm_slot *slot = NULL;
        status = wm_slots_get(batch, keys[i].ref, &slot);
        if (status != WM_OK || slot->c == NULL || slot->c->workflow->states[slot->c->state].final) {
            continue;
        }
        /* The newest case gets the event itself, the others a copy of our own. */
        if (is_taken) {
            status = copy_to(batch, &event, keys[i].ref);
        } else {
            status = wm_event_case(batch, work, info, keys[i].ref);
            is_taken = true;
        }
    }
    return status == WM_OK && !is_taken ? record(batch, work, WM_AGGREGATE_CUSTOMER) : status;
}
