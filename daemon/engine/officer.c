/* officer.c - what officer.* events do: the officer's facts change, and whatever they have, and
 * whoever waits, is judged anew. */
#include <assert.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* Puts the officer where it was, or where its id belongs. */
static void
put_officer(struct wm_batch *batch, const struct wm_officer *officer)
{
    struct wm_people *people = wm_people_edit(batch);
    struct wm_officer *known = people != NULL ? wm_people_officer(people, officer->id) : NULL;
    if (people == NULL) {
        return;
    }
    if (known != NULL) {
        *known = *officer;
        batch->people_dirty[known - people->officers] = true;
        return;
    }
    const size_t count = people->officer_count;
    struct wm_officer *officers = wm_officers_copy(batch->arena, people, count + 1);
    bool *dirty = WM_NEW_ARRAY(batch->arena, bool, count + 2);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    size_t at = 0;
    while (at < count && wm_span_compare(officers[at].id, officer->id) < 0) {
        dirty[at] = batch->people_dirty[at];
        at++;
    }
    memmove(&officers[at + 1], &officers[at], (count - at) * sizeof *officers);
    memcpy(&dirty[at + 1], &batch->people_dirty[at], (count - at) * sizeof *dirty);
    officers[at] = *officer;
    dirty[at] = true;
    people->officers = officers;
    people->officer_count = count + 1;
    batch->people_dirty = dirty;
}

static void
add_row(struct wm_batch *batch, const struct wm_work *work, const struct wm_event *event,
        const struct wm_officer *officer)
{
    struct wm_event_row *row = WM_PUSH(batch->arena, &batch->events);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    *row = (struct wm_event_row){
        .kind = WM_AGGREGATE_OFFICER,
        .ref = officer->id,
        .seq = officer->seq,
        .group = officer->seq,
        .primary = true,
        .source = event->source,
        .id = event->id,
        .type = event->type,
        .occurred_us = event->occurred_us,
        .recorded_us = batch->now_us,
        .actor = event->actor,
        .officer = officer->id,
        .outcome = wm_span("applied"),
        .transition = WM_NO_TRANSITION,
        .body = {work->event->bytes, work->event->size},
    };
    struct wm_line *line = wm_batch_line(batch, WM_LEVEL_INFO, "people.changed");
    line->text = wm_arena_printf(batch->arena, "%.*s %.*s", WM_SPAN_ARG(officer->id),
                                 WM_SPAN_ARG(event->type));
    line->officer = officer->id;
    line->event_id = event->id;
    line->event_type = event->type;
    line->actor = event->actor;
}

/* The officer's facts are changed: whoever waits, and whatever they have, is judged anew. */
static enum wm_status
take_officer(struct wm_batch *batch, struct wm_work *work, const struct wm_event *event,
             struct wm_officer *officer)
{
    put_officer(batch, officer);
    batch->people_changed = true;
    add_row(batch, work, event, officer);
    const struct wm_seen_row seen =
        wm_event_seen(batch, work, WM_AGGREGATE_OFFICER, officer->id, officer->seq);
    wm_event_take(batch, &seen);
    wm_answer_ok(batch, work, &seen, "applied", NULL);
    wm_people_ask_for_waiting(batch);
    return wm_sweep_ask(batch, officer->id);
}

enum wm_status
wm_people_event(struct wm_batch *batch, struct wm_work *work)
{
    const struct wm_event event =
        wm_event_of(batch->arena, &work->event->event, batch->now_us, false);
    const struct wm_officer *known = wm_people_officer(&batch->people, event.subject);
    struct wm_officer after = {0};
    struct wm_span why = {0};
    const enum wm_status status = wm_officer_step(known, &event, batch->arena, &after, &why);
    if (status == WM_NOTFOUND) {
        wm_event_missing(batch, work, "officer");
        return WM_OK;
    }
    if (status == WM_EINVAL) {
        struct wm_fault fault;
        wm_fault_set(&fault, "schema", "data", "%.*s", WM_SPAN_ARG(why));
        wm_event_refuse(batch, work, &fault);
        return WM_OK;
    }
    if (status != WM_OK) {
        return status;
    }
    after.id = event.subject;
    after.seq = (known != NULL ? known->seq : 0) + 1;
    if (known != NULL) {
        after.open_cases = known->open_cases;
        after.open_weight = known->open_weight;
        after.last_assigned = known->last_assigned;
    }
    return take_officer(batch, work, &event, &after);
}
