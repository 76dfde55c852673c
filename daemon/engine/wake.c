/* wake.c - a case whose clocks want attention: all that fell due is done, in due order. */
#include <assert.h>

#include "base/sort.h"
#include "daemon/engine/parts.h"

static void
tell_trouble(struct wm_batch *batch, const struct wm_slot *slot, struct wm_span why)
{
    struct wm_line *line = wm_batch_line(batch, WM_LEVEL_ERROR, "store.trouble");
    line->ref = slot->ref;
    line->text = why;
}

static enum wm_status
wake(struct wm_batch *batch, struct wm_slot *slot)
{
    struct wm_step_result result;
    enum wm_status status = wm_world_step(batch, slot, slot->c->workflow, NULL, &result);
    const int64_t now_us = batch->now_us;
    if (status == WM_OK && result.after == NULL && slot->c->wake_us < now_us) {
        /* More rungs at once than one step may write, after a very long outage: the earliest moment
         * first, the rest with the next wake-up. */
        batch->now_us = slot->c->wake_us;
        status = wm_world_step(batch, slot, slot->c->workflow, NULL, &result);
    }
    if (status == WM_OK && result.after == NULL) {
        tell_trouble(batch, slot, result.message);
    } else if (status == WM_OK) {
        int64_t seq = 0;
        status = wm_apply(batch, slot, NULL, &result, &seq);
        batch->wakes += 1;
        batch->wake_moved = batch->wake_moved || result.row_count > 0 || slot->c->wake_us > now_us;
    }
    batch->now_us = now_us;
    return status;
}

enum wm_status
wm_wake_run(struct wm_batch *batch, struct wm_span ref)
{
    struct wm_slot *slot = NULL;
    const enum wm_status status = wm_slots_get(batch, ref, &slot);
    if (status != WM_OK) {
        return status;
    }
    if (slot->c == NULL) {
        tell_trouble(batch, slot, slot->trouble);
        return WM_OK;
    }
    return wake(batch, slot);
}

/* ---- order ----------------------------------------------------------------------------------- */

struct place {
    int64_t key;
    struct wm_work work;
};

static int
by_key(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

enum wm_status
wm_wake_order(struct wm_batch *batch, struct wm_work *works, size_t count)
{
    if (batch->engine->unassigned == 0) {
        return WM_OK;
    }
    struct place *places = WM_NEW_ARRAY(batch->arena, struct place, 2 * count + 1);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    size_t first = 0;
    while (first < count && works[first].kind != WM_WORK_WAKE) {
        first++;
    }
    size_t found = 0;
    for (; first + found < count && works[first + found].kind == WM_WORK_WAKE; found++) {
        struct wm_slot *slot = NULL;
        const enum wm_status status = wm_slots_get(batch, works[first + found].ref, &slot);
        if (status != WM_OK) {
            return status;
        }
        /* Whoever has an officer takes nobody's place, and stays where it was. */
        const bool waits = slot->row.is_open && slot->row.officer.size == 0;
        places[found] =
            (struct place){waits ? slot->row.next_due_us : INT64_MIN, works[first + found]};
    }
    wm_sort(places, found, sizeof *places, by_key, places + count);
    for (size_t i = 0; i < found; i++) {
        works[first + i] = places[i].work;
    }
    return WM_OK;
}
