/* merge.c - events for a case that was merged go to the survivor, whose reference the answer names.
 *
 * The survivor is found by a key of kind "merged" from the reference that is gone. */
#include <assert.h>

#include "daemon/engine/parts.h"

enum { HOPS_MAX = 8 }; /* a survivor may have been merged in its turn */

bool
wm_merge_is_merged(const struct wm_slot *slot)
{
    if (slot->c == NULL) {
        return false;
    }
    const struct wm_state *state = &slot->c->workflow->states[slot->c->state];
    return state->final && wm_span_is(state->name, "merged");
}

enum wm_status
wm_merge_survivor(struct wm_batch *batch, struct wm_slot **slot)
{
    enum wm_status status = wm_batch_flush(batch);
    for (int hop = 0; hop < HOPS_MAX && status == WM_OK && wm_merge_is_merged(*slot); hop++) {
        struct wm_key_row *rows = NULL;
        size_t count = 0;
        status = wm_store_keys_find(batch->store, wm_span("merged"), (*slot)->ref, 1, batch->arena,
                                    &rows, &count);
        if (status != WM_OK || count == 0) {
            return status;
        }
        status = wm_slots_get(batch, rows[0].ref, slot);
    }
    return status;
}

static struct wm_span
into_of(const struct wm_value *data)
{
    return wm_value_text(wm_value_get(data, wm_span("into")));
}

enum wm_status
wm_merge_check(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_work *work,
               struct wm_fault *ret_fault)
{
    const struct wm_cloudevent *cloudevent = &work->event->event;
    if (!wm_span_is(cloudevent->type, "case.merged")) {
        return WM_OK;
    }
    const struct wm_event event = wm_event_of(batch->arena, cloudevent, batch->now_us, true);
    const struct wm_span into = into_of(&event.data);
    struct wm_slot *survivor = NULL;
    const enum wm_status status =
        wm_ref_is_valid(into) ? wm_slots_get(batch, into, &survivor) : WM_OK;
    if (status != WM_OK) {
        return status;
    }
    if (survivor == NULL || survivor == slot || survivor->c == NULL ||
        survivor->c->workflow->states[survivor->c->state].final) {
        wm_fault_set(ret_fault, "guard", "data.into",
                     "%.*s can only be merged into another case that is not closed for good; "
                     "%.*s is none",
                     WM_SPAN_ARG(slot->ref), WM_SPAN_ARG(into));
    }
    return WM_OK;
}

enum wm_status
wm_merge_note(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_event *event)
{
    if (!wm_span_is(event->type, "case.merged") || !wm_merge_is_merged(slot)) {
        return WM_OK;
    }
    const struct wm_key_row key = {.kind = wm_span("merged"),
                                   .value = slot->ref,
                                   .ref = into_of(&event->data),
                                   .since_us = event->occurred_us};
    return wm_batch_key(batch, &key, false);
}
